from visitors import Square

print(Square(3).area(), Square(0).is_empty())
print(Square.area.__doc__)
