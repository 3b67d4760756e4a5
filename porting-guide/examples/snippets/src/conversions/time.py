from datetime import datetime, timedelta

import times

times.wait(timedelta(milliseconds=1))
print(type(times.now()), type(times.modified(".")), times.modified(".") < datetime.now() + timedelta(days=1))
print(times.modified.__doc__, times.now.__doc__, sep="\n")
