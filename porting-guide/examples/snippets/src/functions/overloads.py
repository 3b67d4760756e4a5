from overloads import Pet, parse

pet = Pet("Max")
pet.set("Rex")
pet.set(4)
print(pet.name, pet.age, parse("1.5"), parse("one"))
print(Pet.set.__doc__)
