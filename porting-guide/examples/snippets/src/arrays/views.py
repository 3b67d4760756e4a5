import numpy as np
import views

a = np.zeros((2, 3), np.float32)
views.fill(a)
numbers = np.zeros(3, np.int64)
views.fill(numbers)
print(a.tolist(), numbers.tolist())
b = np.ones((2, 2))
views.scale_rows(b, 2.5)
print(b.tolist())
try:
    views.fill(np.zeros(2, np.int8))
except TypeError as error:
    print(error)
