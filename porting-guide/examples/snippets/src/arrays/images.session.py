# guide: hide
import numpy as np
import images

# guide: show
image = np.full((1, 2, 3), 100, np.uint8)
images.brighten(image)
image.tolist()
images.mean(np.array([[1, 2], [3, 6]]))
images.mean(np.array([[1, 2], [3, 6]]), mask=np.array([[True, False], [True, False]]))
images.kind(np.zeros(3)), images.kind(np.zeros(3, np.int8))
