import arithmetic

print(arithmetic.add(1), arithmetic.add(b=5, a=2), arithmetic.add_unnamed(1, 2), arithmetic.greet())
print(arithmetic.add.__doc__, arithmetic.greet.__doc__, arithmetic.area.__doc__, sep="\n")
try:
    arithmetic.area(2, height=3)
except TypeError as error:
    print(error)
