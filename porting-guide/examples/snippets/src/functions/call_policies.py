import os
import tempfile

from files import first_line

with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "a.txt")
    with open(name, "w") as file:
        file.write("one\ntwo\n")
    print(repr(first_line(name)))
