import numpy as np
import matrix4

matrix = matrix4.Matrix4f()
view = matrix.view()
view[1, 2] = 5
print(view.shape, view.strides, matrix.__dlpack_device__())
print(np.from_dlpack(matrix)[1, 2])
