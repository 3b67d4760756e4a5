from out_parameters import increment

values = [1, 2]
print(increment(values), values)
