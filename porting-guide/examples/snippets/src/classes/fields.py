from fields import Dog

dog = Dog()
dog.name, dog.collar.size, dog.age = "Max", 3, 2
dog.color = "brown"
Dog.count = 7
print(dog.name, dog.collar.size, dog.age, dog.is_puppy, dog.color, Dog.count, Dog.age.__doc__)
try:
    dog.age = -1
except ValueError as error:
    print(error)
