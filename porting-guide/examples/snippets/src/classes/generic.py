import generic

print(generic.Wrapper([1]).get(), generic.Wrapper[int])
print(generic.Wrapper.get.__doc__, generic.T)
