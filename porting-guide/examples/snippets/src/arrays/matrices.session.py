# Rust only: the errors are those of the borrow rules.
# guide: hide
import numpy as np
import matrices

# guide: show
a = np.arange(6.0).reshape(3, 2)
matrices.scale(a[::2], 10)
a
matrices.add(a[0], a[0])
body = matrices.Body(np.ones(3))
inertia = body.inertia()
body.add_mass(2)
