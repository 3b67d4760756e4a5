from factories import Pet, Settings

print(Pet("Max") is Pet("Max", 3), Pet("Max").age, Pet("Rex", age=2).age)
print(Settings() is Settings(), Settings().verbose)
