from annotations_functions import Number, exchange

one, two = Number(1), Number(2)
one.add(by=10)
exchange(one, two)
print(one.value, two.value, one == Number(2), one == "two", exchange.__doc__)
for method in "copied", "moved", "again", "made", "itself", "twin", "part":
    result = getattr(two, method)()
    result.value += 1
    print(method, result.value, two.value, result is two)
print(Number.value.__doc__, Number(3) == 3)
for wrong in lambda: Number("3"), lambda: setattr(one, "value", 1.5), lambda: one.add(1):
    try:
        wrong()
    except TypeError as error:
        print(error)
