from by_hand import MyClass, make

print(type(make(MyClass)), make(py_type=MyClass).number)
try:
    MyClass()
except TypeError as error:
    print(error)
