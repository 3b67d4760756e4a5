from kinds import Pet

Kind = Pet.Kind
print(Pet().kind, Pet(Kind.Dog).kind, Pet.Cat is Kind.Cat, Kind.Dog.value, Kind.Dog.legs())
print(Kind.__doc__, Kind.Cat.__doc__, Kind(5))
