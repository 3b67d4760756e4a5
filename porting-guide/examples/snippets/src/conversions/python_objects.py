from python_objects import append_squares, call_twice, count_words

squares = [7]
append_squares(squares, 3)
print(count_words("a b a"), squares, call_twice(lambda x: x * 3, 5))
try:
    call_twice(len, "ab")
except TypeError as error:
    print(error)
