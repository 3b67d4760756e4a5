import numpy as np
import matrices

a = np.array([[1.0, 2.0], [3.0, 4.0]])
print(matrices.gram(a).tolist(), matrices.max(a.T), matrices.norm(np.array([3.0, 4.0])))
matrices.scale(a.T, 2)
matrices.add(a[0], np.ones(2))
print(a.tolist())
body = matrices.Body(np.array([1.0, 2.0, 3.0]))
body.add_mass(4)
print(body.position.tolist(), body.inertia().diagonal().tolist())
