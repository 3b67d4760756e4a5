import newtype

print(newtype.warmer(20), newtype.warmest([1.5, 21.0, 3.0]))
room = newtype.Room(19.0)
room.warmth = 21
print(room.warmth, newtype.warmer.__doc__)
