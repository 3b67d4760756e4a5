import errors

for function, argument in (
    (lambda zero: errors.divide(1, zero), 0),
    (errors.half, 3),
    (errors.lookup, lambda: {}["x"]),
    (errors.lookup, lambda: [][0]),
    (errors.parse, "x"),
):
    try:
        print(function(argument))
    except Exception as error:
        print(type(error), type(error).__mro__[1], error)
