from constructors import Rect

for rect in Rect(), Rect(2, height=3), Rect(Rect(4, 5)), Rect(6), Rect("7x8"):
    print(rect.width, rect.height)
try:
    Rect("7")
except ValueError as error:
    print(error)
