from parameters import example, generic, munge

generic(1, "two", three=3)
print(munge(1, 2), munge(1, 2, invert=True))
try:
    example(1, True)
except TypeError as error:
    print(error)
