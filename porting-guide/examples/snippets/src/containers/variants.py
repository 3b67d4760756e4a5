from variants import kind, same

for value in None, True, 1, 1.5, "one", [1.0, 2.0]:
    print(kind(value), same(value))
print(kind.__doc__)
