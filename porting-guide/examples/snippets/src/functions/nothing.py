from nothing import bark, find, must_bark

print(bark(find("Max")), bark(), bark(None), find("Rex"), must_bark(find("Max")))
try:
    must_bark(None)
except TypeError as error:
    print(error)
