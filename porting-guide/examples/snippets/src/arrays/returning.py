import numpy as np
import returning

print(returning.identity(2).tolist(), returning.corners().tolist())
a = np.arange(3)
print(returning.same(a) is a, returning.copied(a) is a, returning.copied(a).tolist())
