# Rust only: the C++ half binds less.
# guide: hide
import numpy as np
import matrix4

# guide: show
m = matrix4.Matrix4f()
view = m.view()
view[2, 2] = 3
m.trace()
m.scale(2)
np.from_dlpack(m)[2, 2], np.asarray(m)[2, 2], memoryview(m)[2, 2]
m.__dlpack_device__()
