from flags import Perm, all, can_write

print(Perm.READ | Perm.WRITE == all(), can_write(Perm.READ), can_write(Perm.READ | Perm.WRITE))
print([perm.name for perm in Perm])
