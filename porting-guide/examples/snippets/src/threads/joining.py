from joining import Logger

written = []
logger = Logger(write=written.append)
logger.log("one")
logger.log("two")
logger.close()
print(written)
