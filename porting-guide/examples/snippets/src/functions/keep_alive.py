import gc
import weakref

from logging_ import Entry, Log

log, entry = Log(), Entry("one")
known = weakref.ref(entry)
log.append(entry)
del entry
gc.collect()
print(known() is None)
del log
gc.collect()
print(known() is None)
