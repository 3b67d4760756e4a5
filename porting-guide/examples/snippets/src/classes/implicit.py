from implicit import Celsius, freezes

print(freezes(1.5), freezes(-1.5), freezes(Celsius(-3)))
try:
    freezes(-1)
except TypeError as error:
    print(error)
