from internal import Path

path = Path()
path.add(x=1)
copy = path.copy_of(0)
path.at_mut(0).x = 5
path.start.x = 7
print(copy.x, path.at(0).x, path.start.x)
try:
    path.at(1)
except IndexError as error:
    print(error)
