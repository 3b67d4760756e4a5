import introduction

print(introduction.add(1), introduction.add(b=2, a=3))
dog = introduction.Dog("Max")
print(dog.bark())
dog.name = "Rex"
print(dog.bark(), introduction.add.__doc__)
