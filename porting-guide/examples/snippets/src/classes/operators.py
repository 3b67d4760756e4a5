from operators import Vector2

v, w = Vector2(1, 2), Vector2(3, 4)
print(v + w, v * 2, 2 * v, -v)
same = v
v += w
v *= 3
print(v, v is same)
try:
    v + "w"
except TypeError:
    print("no sum with a text")
