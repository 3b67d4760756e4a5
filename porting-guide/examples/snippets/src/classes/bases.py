from bases import Dog, Pet, rename

dog = Dog("Max")
rename(dog, "Rex")
print(dog.name, dog.learn(), dog.learn(), isinstance(dog, Pet))
try:
    rename("Max", "Rex")
except TypeError as error:
    print(error)
