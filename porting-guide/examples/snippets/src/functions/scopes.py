from types import SimpleNamespace

import scopes

print(scopes.functions.area(SimpleNamespace(side=3)), hasattr(scopes, "area_of"))


@scopes.with_area
class Square:
    side = 2


print(Square().area())
