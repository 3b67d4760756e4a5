import weakref

from annotations_classes import High, Level, Pixel, Point, Tensor, device_of, screen, set_device

set_device(Tensor, index=3)
point, pixel = Point(), Pixel()
point.name = "origin"
pixel.x = 5
print(device_of(Tensor), weakref.ref(point)().name, pixel.x, screen().width, Tensor.__doc__, Pixel.__nb_signature__)
print(High + 1, Level.Low < 2, High is Level.High)
for wrong in lambda: type("Sub", (Tensor,), {}), lambda: weakref.ref(pixel):
    try:
        print(wrong())
    except TypeError as error:
        print(type(error).__name__)
