import numpy as np
import images

image = np.full((1, 2, 3), 100, np.uint8)
images.brighten(image)
images.brighten(image)
print(image.tolist())
pixels = np.array([[1, 2], [3, 4]], np.float32)
print(images.mean(pixels), images.mean(pixels, np.array([[True, False], [False, True]])))
print(images.kind(pixels), images.kind(np.zeros(3)))
try:
    images.brighten(pixels)
except TypeError as error:
    print(error)
