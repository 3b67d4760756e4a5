"""NumPy's arrays of objects, which call the slots of what they hold and own nothing meanwhile."""

from c_callers import Way

try:
    import numpy
except ImportError:
    # The ways say that they need it.
    numpy = None


def array(w, **answers):
    """An array that alone holds an object; its methods put `None` in its place."""
    made = numpy.empty(2, dtype=object)
    w.alone("Number", lambda it: made.__setitem__(0, it), lambda: made.__setitem__(slice(None), None), **answers)
    made[1] = 1
    return made


def two(w, **answers):
    """An array of two objects, each of which empties it."""
    made = numpy.empty(2, dtype=object)
    for index in range(2):
        w.alone("Number", lambda it, at=index: made.__setitem__(at, it), lambda: made.fill(None), **answers)
    return made


def on(use, make=array, **answers):
    def run(w):
        result = use(make(w, **answers))
        return str(getattr(result, "dtype", type(result).__name__))

    return Way(run, module="numpy")


def with_itself(name, make=array):
    """A ufunc of an array with itself."""
    return on(lambda it: getattr(numpy, name)(it, it), make)


UFUNCS = ["add", "subtract", "multiply", "true_divide", "floor_divide", "remainder", "left_shift", "right_shift", "bitwise_and",
          "bitwise_or", "bitwise_xor", "matmul", "less", "less_equal", "equal", "not_equal", "greater", "greater_equal",
          "maximum", "minimum", "logical_and", "logical_or"]

#: NumPy itself uses what they have let go of: it compares two objects, and gives one of them. With plain Python classes they
#: end the process as well, or by luck do not; so do `max` and `sort`, which are left out.
RETURN_AN_OPERAND = {"maximum", "minimum", "logical_and", "logical_or"}

WAYS = {f"{name} with itself": with_itself(name) for name in UFUNCS if name not in RETURN_AN_OPERAND}
WAYS |= {f"{name} of two": with_itself(name, two) for name in UFUNCS if name not in RETURN_AN_OPERAND}
WAYS |= {
    "negative": on(lambda it: numpy.negative(it)),
    "absolute": on(lambda it: numpy.absolute(it)),
    "invert": on(lambda it: numpy.invert(it)),
    "logical_not": on(lambda it: numpy.logical_not(it)),
    "sum": on(lambda it: it.sum(), two),
    "prod": on(lambda it: it.prod(), two),
    "cumsum": on(lambda it: it.cumsum(), two),
    "dot": on(lambda it: it.dot(it), two),
    "any": on(lambda it: numpy.any(it), two, __bool__=False),
    "all": on(lambda it: numpy.all(it), two),
    "argmax": on(lambda it: it.argmax(), two),
    "argmin": on(lambda it: it.argmin(), two),
    "argsort": on(lambda it: it.argsort(), two),
    "searchsorted": on(lambda it: it.searchsorted(1), two),
    "nonzero": on(lambda it: len(it.nonzero()), two),
    "astype int": on(lambda it: it.astype(int)),
    "astype float": on(lambda it: it.astype(float)),
    "astype bool": on(lambda it: it.astype(bool)),
    "astype complex": on(lambda it: it.astype(complex)),
    "astype str": on(lambda it: it.astype(str)),
    "repr": on(repr),
    # NumPy before 2.4 goes on reading a list that is empty by now.
    "array of a list": Way(lambda w: numpy.array(w.list(), dtype=float).dtype.name, module="numpy", release=(2, 4)),
    "array of a list of ints": Way(lambda w: numpy.array(w.list(), dtype=int).dtype.name, module="numpy", release=(2, 4)),
    "array index": Way(lambda w: int(numpy.arange(3)[w.list()[0]]), module="numpy"),
    "array shape": Way(lambda w: numpy.zeros(w.list()[0]).shape, module="numpy"),
    "vectorize": Way(lambda w: numpy.vectorize(w.handler(None, 5, "handler1"))(two(w)).dtype.name, module="numpy"),
    "frompyfunc that lets go": Way(
        lambda w: numpy.frompyfunc(w.handler(None, 5, "handler1"), 1, 1)(two(w)).tolist(), module="numpy"),
    "put": Way(lambda w: numpy.zeros(2).__setitem__(0, w.list()[0]), module="numpy"),
}
