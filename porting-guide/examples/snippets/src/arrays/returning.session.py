# Rust only: the C++ half binds less.
# guide: hide
import numpy as np
import returning

# guide: show
returning.identity(2)
returning.primes().flags.writeable
returning.halves(3)[1]
a = np.zeros(3)
returning.same(a) is a, returning.copied(a) is a
