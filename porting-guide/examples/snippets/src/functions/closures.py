from shelves import Shelf

shelf = Shelf("novels", "Emma")
print(shelf.label(), shelf.first().title, shelf[0].title)
try:
    shelf[1]
except IndexError as error:
    print(error)
