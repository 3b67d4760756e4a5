import copy
import pickle

from pickling import Pet

pet = Pet("Max", 3)
print(copy.copy(pet).__getstate__(), pickle.loads(pickle.dumps(pet)).__getstate__())
try:
    Pet.__new__(Pet).__setstate__(("Rex", -1))
except ValueError as error:
    print(error)
