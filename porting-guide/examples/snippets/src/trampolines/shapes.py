from shapes import Shape, unit


class Half(Shape):
    def area(self):
        return 0.5


half = Half()
half.label = "half"
print(half.area(), half.label, type(unit()).__name__, unit().area(), unit().side)
try:
    Shape().area()
except RuntimeError:
    print("an abstract shape has no area")
