import numpy as np
import scalars

print(scalars.longest(np.array([3, 9, 4], np.int32)), scalars.longest(np.zeros(0, np.int32)))
print(scalars.count(np.array([True, False, True])))
print(scalars.conjugate(np.array([1 + 2j])).tolist())
