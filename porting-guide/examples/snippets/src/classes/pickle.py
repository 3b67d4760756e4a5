import pickle

from pickle_ext import Point

print(pickle.loads(pickle.dumps(Point(1, 2))).__getstate__())
