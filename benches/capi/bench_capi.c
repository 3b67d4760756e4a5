/* The benchmark's module, written by hand against the C API.
 *
 * This is the yardstick: what a careful author writes who takes no shortcut that a user could notice. Argument counts,
 * types and ranges are checked, names and defaults work, errors are Python errors. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#ifdef BENCH_NUMPY
#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#include <numpy/arrayobject.h>
#endif

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static PyTypeObject *item_type, *outer_type, *child_type, *numbers_type, *numbers_iterator_type, *items_type, *items_iterator_type;
static PyObject *name_a, *name_b;

/* ---------------------------------------------------------------- arguments */

static int wrong_count(const char *name, Py_ssize_t wanted, Py_ssize_t got) {
    PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments (%zd given)", name, wanted, got);
    return -1;
}

static int read_long(PyObject *o, long long low, long long high, long long *out) {
    int overflow;
    if (PyFloat_Check(o)) {
        PyErr_SetString(PyExc_TypeError, "an int is needed, not a float");
        return -1;
    }
    long long v = PyLong_AsLongLongAndOverflow(o, &overflow);
    if (v == -1 && !overflow && PyErr_Occurred())
        return -1;
    if (overflow || v < low || v > high) {
        PyErr_SetString(PyExc_OverflowError, "the int is out of range");
        return -1;
    }
    *out = v;
    return 0;
}

static int read_int(PyObject *o, int *out) {
    long long v;
    if (read_long(o, INT_MIN, INT_MAX, &v) < 0)
        return -1;
    *out = (int) v;
    return 0;
}

static int wrapping_add(int a, int b) { return (int) ((unsigned) a + (unsigned) b); }

/* ---------------------------------------------------------------- functions */

static PyObject *bench_noargs(PyObject *module, PyObject *unused) { Py_RETURN_NONE; }

static PyObject *bench_add(PyObject *module, PyObject *const *args, Py_ssize_t n) {
    int a, b;
    if (n != 2)
        return wrong_count("add", 2, n), NULL;
    if (read_int(args[0], &a) < 0 || read_int(args[1], &b) < 0)
        return NULL;
    return PyLong_FromLong(wrapping_add(a, b));
}

/* Whether a keyword is this parameter's name: by address, which nearly always decides, then by value. */
static int is_name(PyObject *keyword, PyObject *name) {
    return keyword == name || PyUnicode_Compare(keyword, name) == 0;
}

static PyObject *bench_named(PyObject *module, PyObject *const *args, Py_ssize_t n, PyObject *keywords) {
    PyObject *given[2] = {NULL, NULL};
    Py_ssize_t nkw = keywords ? PyTuple_GET_SIZE(keywords) : 0;
    int a, b = 1;
    if (n > 2)
        return wrong_count("named", 2, n), NULL;
    for (Py_ssize_t i = 0; i < n; i++)
        given[i] = args[i];
    for (Py_ssize_t i = 0; i < nkw; i++) {
        PyObject *keyword = PyTuple_GET_ITEM(keywords, i);
        int which = is_name(keyword, name_a) ? 0 : is_name(keyword, name_b) ? 1 : -1;
        if (which < 0 || given[which]) {
            PyErr_Format(PyExc_TypeError, "named() got an unexpected or repeated argument '%U'", keyword);
            return NULL;
        }
        given[which] = args[n + i];
    }
    if (!given[0])
        return wrong_count("named", 2, n + nkw), NULL;
    if (read_int(given[0], &a) < 0 || (given[1] && read_int(given[1], &b) < 0))
        return NULL;
    return PyLong_FromLong(wrapping_add(a, b));
}

static PyObject *bench_mixed(PyObject *module, PyObject *const *args, Py_ssize_t n) {
    long long a, b, c, d;
    if (n != 6)
        return wrong_count("mixed", 6, n), NULL;
    if (read_long(args[0], 0, UINT16_MAX, &a) < 0 || read_long(args[1], INT32_MIN, INT32_MAX, &b) < 0 ||
        read_long(args[2], 0, UINT32_MAX, &c) < 0 || read_long(args[3], LLONG_MIN, LLONG_MAX, &d) < 0)
        return NULL;
    if (!PyLong_Check(args[4])) {
        PyErr_SetString(PyExc_TypeError, "an int is needed");
        return NULL;
    }
    unsigned long long e = PyLong_AsUnsignedLongLong(args[4]);
    if (e == (unsigned long long) -1 && PyErr_Occurred())
        return NULL;
    double f = PyFloat_AsDouble(args[5]);
    if (f == -1.0 && PyErr_Occurred())
        return NULL;
    return PyFloat_FromDouble((double) a + (double) b + (double) c + (double) d + (double) e + (float) f);
}

static PyObject *bench_text(PyObject *module, PyObject *o) {
    Py_ssize_t size;
    if (!PyUnicode_Check(o)) {
        PyErr_SetString(PyExc_TypeError, "a str is needed");
        return NULL;
    }
    const char *s = PyUnicode_AsUTF8AndSize(o, &size);
    return s ? PyUnicode_FromStringAndSize(s, size) : NULL;
}

static PyObject *bench_floats(PyObject *module, PyObject *o) {
    PyObject *fast = PySequence_Fast(o, "a sequence is needed");
    if (!fast)
        return NULL;
    Py_ssize_t n = PySequence_Fast_GET_SIZE(fast);
    PyObject *result = NULL;
    double *values = PyMem_New(double, n ? n : 1);
    if (!values) {
        PyErr_NoMemory();
        goto done;
    }
    /* An element's __float__ may change the list: its length is checked before each access. */
    for (Py_ssize_t i = 0; i < n; i++) {
        if (i >= PySequence_Fast_GET_SIZE(fast)) {
            PyErr_SetString(PyExc_RuntimeError, "the list changed its length");
            goto done;
        }
        PyObject *item = PySequence_Fast_GET_ITEM(fast, i);
        Py_INCREF(item);
        values[i] = PyFloat_AsDouble(item);
        Py_DECREF(item);
        if (values[i] == -1.0 && PyErr_Occurred())
            goto done;
    }
    result = PyList_New(n);
    for (Py_ssize_t i = 0; result && i < n; i++) {
        PyObject *item = PyFloat_FromDouble(values[i]);
        if (!item)
            Py_CLEAR(result);
        else
            PyList_SET_ITEM(result, i, item);
    }
done:
    PyMem_Free(values);
    Py_DECREF(fast);
    return result;
}

static PyObject *bench_table(PyObject *module, PyObject *o) {
    PyObject *key, *value;
    Py_ssize_t position = 0;
    int sum = 0, one;
    if (!PyDict_Check(o)) {
        PyErr_SetString(PyExc_TypeError, "a dict is needed");
        return NULL;
    }
    /* No container of its own is needed here; the libraries fill one, since the function they bind takes one. */
    while (PyDict_Next(o, &position, &key, &value)) {
        if (!PyUnicode_Check(key) || !PyLong_Check(value)) {
            PyErr_SetString(PyExc_TypeError, "a dict from str to int is needed");
            return NULL;
        }
        if (!PyUnicode_AsUTF8(key) || read_int(value, &one) < 0)
            return NULL;
        sum = wrapping_add(sum, one);
    }
    return PyLong_FromLong(sum);
}

static PyObject *bench_maybe(PyObject *module, PyObject *const *args, Py_ssize_t n) {
    int v;
    if (n > 1)
        return wrong_count("maybe", 1, n), NULL;
    if (n == 0 || args[0] == Py_None)
        Py_RETURN_NONE;
    return read_int(args[0], &v) < 0 ? NULL : PyLong_FromLong(v);
}

static PyObject *bench_over(PyObject *module, PyObject *o) {
    int v;
    if (PyLong_Check(o))
        return read_int(o, &v) < 0 ? NULL : PyLong_FromLong(1);
    if (PyFloat_Check(o))
        return PyLong_FromLong(2);
    if (PyUnicode_Check(o))
        return PyUnicode_AsUTF8(o) ? PyLong_FromLong(3) : NULL;
    PyErr_SetString(PyExc_TypeError, "an int, a float or a str is needed");
    return NULL;
}

static PyObject *bench_callback(PyObject *module, PyObject *const *args, Py_ssize_t n) {
    int x;
    if (n != 2)
        return wrong_count("callback", 2, n), NULL;
    if (read_int(args[1], &x) < 0)
        return NULL;
    PyObject *made = PyLong_FromLong(x);
    if (!made)
        return NULL;
    PyObject *call[2] = {NULL, made};
    PyObject *result = PyObject_Vectorcall(args[0], call + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_DECREF(made);
    return result;
}

static PyObject *bench_fail(PyObject *module, PyObject *unused) {
    PyErr_SetString(PyExc_ValueError, "this always fails");
    return NULL;
}

static PyObject *own_error, *name_value, *name_c, *names_c;

static PyObject *bench_fail_own(PyObject *module, PyObject *unused) {
    PyErr_SetString(own_error, "this always fails");
    return NULL;
}

/* What native code does with Python objects, a hundred times a call. */
static PyObject *bench_read_attr(PyObject *module, PyObject *o) {
    int sum = 0, value;
    for (int i = 0; i < 100; i++) {
        PyObject *found = PyObject_GetAttr(o, name_value);
        if (!found)
            return NULL;
        int failed = read_int(found, &value);
        Py_DECREF(found);
        if (failed < 0)
            return NULL;
        sum = wrapping_add(sum, value);
    }
    return PyLong_FromLong(sum);
}

static PyObject *bench_write_attr(PyObject *module, PyObject *o) {
    for (int i = 0; i < 100; i++) {
        PyObject *value = PyLong_FromLong(i);
        if (!value)
            return NULL;
        int failed = PyObject_SetAttr(o, name_value, value);
        Py_DECREF(value);
        if (failed < 0)
            return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *bench_walk_dict(PyObject *module, PyObject *d) {
    int sum = 0, number;
    Py_ssize_t position = 0;
    PyObject *key, *value;
    if (!PyDict_Check(d)) {
        PyErr_SetString(PyExc_TypeError, "a dict is needed");
        return NULL;
    }
    while (PyDict_Next(d, &position, &key, &value)) {
        if (read_int(value, &number) < 0)
            return NULL;
        sum = wrapping_add(sum, number);
    }
    return PyLong_FromLong(sum);
}

static PyObject *bench_walk_list(PyObject *module, PyObject *l) {
    int sum = 0, number;
    if (!PyList_Check(l)) {
        PyErr_SetString(PyExc_TypeError, "a list is needed");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(l); i++) {
        if (read_int(PyList_GET_ITEM(l, i), &number) < 0)
            return NULL;
        sum = wrapping_add(sum, number);
    }
    return PyLong_FromLong(sum);
}

static PyObject *bench_make_list(PyObject *module, PyObject *unused) {
    PyObject *l = PyList_New(0);
    for (int i = 0; l && i < 100; i++) {
        PyObject *value = PyLong_FromLong(i);
        if (!value || PyList_Append(l, value) < 0)
            Py_CLEAR(l);
        Py_XDECREF(value);
    }
    return l;
}

static PyObject *bench_make_tuple(PyObject *module, PyObject *unused) {
    PyObject *t = PyTuple_New(100);
    for (int i = 0; t && i < 100; i++) {
        PyObject *value = PyLong_FromLong(i);
        if (value)
            PyTuple_SET_ITEM(t, i, value);
        else
            Py_CLEAR(t);
    }
    return t;
}

static PyObject *bench_call_keyword(PyObject *module, PyObject *f) {
    PyObject *room[4] = {NULL, PyLong_FromLong(1), PyLong_FromLong(2), PyLong_FromLong(3)};
    PyObject *result = NULL;
    if (room[1] && room[2] && room[3])
        result = PyObject_Vectorcall(f, room + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, names_c);
    for (int i = 1; i < 4; i++)
        Py_XDECREF(room[i]);
    return result;
}

/* ---------------------------------------------------------------- Item */

typedef struct {
    PyObject_HEAD
    int value;
} Item;

static PyObject *make_item(PyTypeObject *type, int value) {
    PyObject *o = type->tp_alloc(type, 0);
    if (o)
        ((Item *) o)->value = value;
    return o;
}

static PyObject *item_vectorcall(PyObject *type, PyObject *const *args, size_t nf, PyObject *keywords) {
    Py_ssize_t n = PyVectorcall_NARGS(nf);
    int v;
    if (n != 1 || (keywords && PyTuple_GET_SIZE(keywords)))
        return wrong_count("Item", 1, n), NULL;
    return read_int(args[0], &v) < 0 ? NULL : make_item((PyTypeObject *) type, v);
}

/* For subclasses, whose constructor does not come through vectorcall. */
static PyObject *item_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    int v;
    if (PyTuple_GET_SIZE(args) != 1 || (keywords && PyDict_GET_SIZE(keywords)))
        return wrong_count("Item", 1, PyTuple_GET_SIZE(args)), NULL;
    return read_int(PyTuple_GET_ITEM(args, 0), &v) < 0 ? NULL : make_item(type, v);
}

static void item_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *item_get(PyObject *self, PyObject *unused) { return PyLong_FromLong(((Item *) self)->value); }

static PyObject *item_plus(PyObject *self, PyObject *o) {
    int by;
    return read_int(o, &by) < 0 ? NULL : PyLong_FromLong(wrapping_add(((Item *) self)->value, by));
}

static PyObject *item_twice(PyObject *unused, PyObject *o) {
    int x;
    return read_int(o, &x) < 0 ? NULL : PyLong_FromLong((int) ((unsigned) x * 2u));
}

static PyObject *item_value(PyObject *self, void *unused) { return PyLong_FromLong(((Item *) self)->value); }

static int set_value(int *value, PyObject *o) {
    if (!o) {
        PyErr_SetString(PyExc_AttributeError, "value cannot be deleted");
        return -1;
    }
    return read_int(o, value);
}

static int item_set_value(PyObject *self, PyObject *o, void *unused) { return set_value(&((Item *) self)->value, o); }

static int is_item(PyObject *o) { return Py_TYPE(o) == item_type || PyType_IsSubtype(Py_TYPE(o), item_type); }

static PyObject *item_add(PyObject *a, PyObject *b) {
    if (!is_item(a) || !is_item(b))
        Py_RETURN_NOTIMPLEMENTED;
    return make_item(item_type, wrapping_add(((Item *) a)->value, ((Item *) b)->value));
}

static PyObject *item_compare(PyObject *a, PyObject *b, int how) {
    if ((how != Py_EQ && how != Py_NE) || !is_item(b))
        Py_RETURN_NOTIMPLEMENTED;
    int equal = ((Item *) a)->value == ((Item *) b)->value;
    return PyBool_FromLong(how == Py_EQ ? equal : !equal);
}

static Py_ssize_t item_length(PyObject *self) { return ((Item *) self)->value; }

static PyMethodDef item_methods[] = {
    {"get", item_get, METH_NOARGS, NULL},
    {"plus", item_plus, METH_O, NULL},
    {"twice", item_twice, METH_O | METH_STATIC, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef item_getset[] = {
    {"value", item_value, item_set_value, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot item_slots[] = {
    {Py_tp_new, item_new},         {Py_tp_dealloc, item_dealloc}, {Py_tp_methods, item_methods},
    {Py_tp_getset, item_getset},   {Py_nb_add, item_add},         {Py_tp_richcompare, item_compare},
    {Py_sq_length, item_length},   {0, NULL},
};

static PyType_Spec item_spec = {
    "bench_capi.Item", sizeof(Item), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, item_slots,
};

static PyObject *bench_take(PyObject *module, PyObject *o) {
    if (!is_item(o)) {
        PyErr_SetString(PyExc_TypeError, "an Item is needed");
        return NULL;
    }
    return PyLong_FromLong(((Item *) o)->value);
}

static PyObject *bench_both(PyObject *module, PyObject *const *args, Py_ssize_t nargs) {
    if (nargs != 2) {
        return wrong_count("both", 2, nargs), NULL;
    }
    if (!is_item(args[0]) || !is_item(args[1])) {
        PyErr_SetString(PyExc_TypeError, "two Items are needed");
        return NULL;
    }
    return PyLong_FromLong((long) ((Item *) args[0])->value + ((Item *) args[1])->value);
}

static PyObject *bench_give(PyObject *module, PyObject *unused) { return make_item(item_type, 7); }

/* ---------------------------------------------------------------- Outer and its child */

typedef struct {
    PyObject_HEAD
    int item;
} Outer;

/* An item inside an Outer, which it keeps alive. */
typedef struct {
    PyObject_HEAD
    Outer *owner;
} Child;

static PyObject *outer_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    if (PyTuple_GET_SIZE(args) || (keywords && PyDict_GET_SIZE(keywords)))
        return wrong_count("Outer", 0, PyTuple_GET_SIZE(args)), NULL;
    PyObject *o = type->tp_alloc(type, 0);
    if (o)
        ((Outer *) o)->item = 5;
    return o;
}

static PyObject *outer_child(PyObject *self, PyObject *unused) {
    PyObject *o = child_type->tp_alloc(child_type, 0);
    if (o)
        ((Child *) o)->owner = (Outer *) Py_NewRef(self);
    return o;
}

static void child_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF(((Child *) self)->owner);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *child_get(PyObject *self, PyObject *unused) { return PyLong_FromLong(((Child *) self)->owner->item); }

static PyObject *outer_item(PyObject *self, void *unused) { return outer_child(self, NULL); }
static PyObject *child_value(PyObject *self, void *unused) { return child_get(self, NULL); }

static int child_set_value(PyObject *self, PyObject *o, void *unused) {
    return set_value(&((Child *) self)->owner->item, o);
}

static PyGetSetDef outer_getset[] = {{"item", outer_item, NULL, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};
static PyGetSetDef child_getset[] = {
    {"value", child_value, child_set_value, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyMethodDef outer_methods[] = {{"child", outer_child, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyMethodDef child_methods[] = {{"get", child_get, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

static PyType_Slot outer_slots[] = {
    {Py_tp_new, outer_new}, {Py_tp_dealloc, item_dealloc}, {Py_tp_methods, outer_methods},
    {Py_tp_getset, outer_getset}, {0, NULL},
};
static PyType_Slot child_slots[] = {
    {Py_tp_dealloc, child_dealloc}, {Py_tp_methods, child_methods}, {Py_tp_getset, child_getset}, {0, NULL},
};

static PyType_Spec outer_spec = {"bench_capi.Outer", sizeof(Outer), 0, Py_TPFLAGS_DEFAULT, outer_slots};
static PyType_Spec child_spec = {
    "bench_capi.Child", sizeof(Child), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, child_slots,
};

/* ---------------------------------------------------------------- a vector and its iterator */

typedef struct {
    PyObject_HEAD
    int *values;
    Py_ssize_t count, room;
} Numbers;

typedef struct {
    PyObject_HEAD
    Numbers *owner;
    Py_ssize_t at;
} NumbersIterator;

static PyObject *make_numbers(PyTypeObject *type, PyObject *o) {
    int count;
    if (read_int(o, &count) < 0)
        return NULL;
    if (count < 0) {
        PyErr_SetString(PyExc_ValueError, "the count is negative");
        return NULL;
    }
    Numbers *made = (Numbers *) type->tp_alloc(type, 0);
    if (!made)
        return NULL;
    made->values = PyMem_New(int, count);
    if (!made->values) {
        Py_DECREF(made);
        return PyErr_NoMemory();
    }
    made->count = made->room = count;
    for (int i = 0; i < count; ++i)
        made->values[i] = i;
    return (PyObject *) made;
}

static PyObject *bench_numbers(PyObject *module, PyObject *o) { return make_numbers(numbers_type, o); }

static PyObject *bench_items(PyObject *module, PyObject *o) { return make_numbers(items_type, o); }

static void numbers_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyMem_Free(((Numbers *) self)->values);
    type->tp_free(self);
    Py_DECREF(type);
}

static Py_ssize_t numbers_length(PyObject *self) { return ((Numbers *) self)->count; }

static PyObject *numbers_item(PyObject *self, Py_ssize_t index) {
    Numbers *numbers = (Numbers *) self;
    if (index < 0 || index >= numbers->count) {
        PyErr_SetString(PyExc_IndexError, "the index is out of range");
        return NULL;
    }
    return PyLong_FromLong(numbers->values[index]);
}

static int numbers_set_item(PyObject *self, Py_ssize_t index, PyObject *value) {
    Numbers *numbers = (Numbers *) self;
    int number;
    if (!value) {
        PyErr_SetString(PyExc_TypeError, "items cannot be deleted");
        return -1;
    }
    if (index < 0 || index >= numbers->count) {
        PyErr_SetString(PyExc_IndexError, "the index is out of range");
        return -1;
    }
    if (read_int(value, &number) < 0)
        return -1;
    /* Reading the number may have run code that made the list shorter. */
    if (index >= numbers->count) {
        PyErr_SetString(PyExc_IndexError, "the index is out of range");
        return -1;
    }
    numbers->values[index] = number;
    return 0;
}

static PyObject *numbers_append(PyObject *self, PyObject *value) {
    Numbers *numbers = (Numbers *) self;
    int number;
    if (read_int(value, &number) < 0)
        return NULL;
    if (numbers->count == numbers->room) {
        Py_ssize_t room = numbers->room ? 2 * numbers->room : 4;
        int *values = numbers->values;
        PyMem_Resize(values, int, room);
        if (!values)
            return PyErr_NoMemory();
        numbers->values = values;
        numbers->room = room;
    }
    numbers->values[numbers->count++] = number;
    Py_RETURN_NONE;
}

static PyObject *iterate(PyTypeObject *type, PyObject *self) {
    PyObject *o = type->tp_alloc(type, 0);
    if (o)
        ((NumbersIterator *) o)->owner = (Numbers *) Py_NewRef(self);
    return o;
}

static PyObject *numbers_iterate(PyObject *self) { return iterate(numbers_iterator_type, self); }

/* Makes its items anew when Python asks for them. */
static PyObject *items_iterate(PyObject *self) { return iterate(items_iterator_type, self); }

static void numbers_iterator_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF(((NumbersIterator *) self)->owner);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *numbers_iterator_next(PyObject *self) {
    NumbersIterator *iterator = (NumbersIterator *) self;
    Numbers *owner = iterator->owner;
    return iterator->at < owner->count ? PyLong_FromLong(owner->values[iterator->at++]) : NULL;
}

static PyObject *items_iterator_next(PyObject *self) {
    NumbersIterator *iterator = (NumbersIterator *) self;
    Numbers *owner = iterator->owner;
    return iterator->at < owner->count ? make_item(item_type, owner->values[iterator->at++]) : NULL;
}

static PyMethodDef numbers_methods[] = {
    {"append", numbers_append, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot numbers_slots[] = {
    {Py_tp_dealloc, numbers_dealloc}, {Py_sq_length, numbers_length},       {Py_sq_item, numbers_item},
    {Py_tp_iter, numbers_iterate},    {Py_sq_ass_item, numbers_set_item}, {Py_tp_methods, numbers_methods},
    {0, NULL},
};
static PyType_Slot items_slots[] = {
    {Py_tp_dealloc, numbers_dealloc},
    {Py_sq_length, numbers_length},
    {Py_tp_iter, items_iterate},
    {0, NULL},
};
static PyType_Slot items_iterator_slots[] = {
    {Py_tp_dealloc, numbers_iterator_dealloc},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, items_iterator_next},
    {0, NULL},
};
static PyType_Slot numbers_iterator_slots[] = {
    {Py_tp_dealloc, numbers_iterator_dealloc},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, numbers_iterator_next},
    {0, NULL},
};

static PyType_Spec numbers_spec = {
    "bench_capi.Numbers", sizeof(Numbers), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, numbers_slots,
};
static PyType_Spec numbers_iterator_spec = {
    "bench_capi.NumbersIterator", sizeof(NumbersIterator), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, numbers_iterator_slots,
};

static PyType_Spec items_spec = {
    "bench_capi.Items", sizeof(Numbers), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, items_slots,
};
static PyType_Spec items_iterator_spec = {
    "bench_capi.ItemsIterator", sizeof(NumbersIterator), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, items_iterator_slots,
};

/* ---------------------------------------------------------------- arrays */

#ifdef BENCH_NUMPY

/* NumPy is imported by the first function that needs it: the import of this module is measured too. */

/* An array of this type and number of dimensions, with these flags. */
static PyArrayObject *read_array(PyObject *o, int type, int dimensions, int flags) {
    if (PyArray_ImportNumPyAPI() < 0)
        return NULL;
    if (PyArray_Check(o)) {
        PyArrayObject *a = (PyArrayObject *) o;
        if (PyArray_TYPE(a) == type && PyArray_NDIM(a) == dimensions && PyArray_CHKFLAGS(a, flags) &&
            PyArray_ISNOTSWAPPED(a))
            return a;
    }
    PyErr_SetString(PyExc_TypeError, "an array of another type or layout is needed");
    return NULL;
}

static PyObject *bench_array_in(PyObject *module, PyObject *o) {
    PyArrayObject *a = read_array(o, NPY_DOUBLE, 1, NPY_ARRAY_BEHAVED);
    return a ? PyLong_FromSsize_t(PyArray_SIZE(a)) : NULL;
}

static void free_block(PyObject *capsule) { free(PyCapsule_GetPointer(capsule, NULL)); }

static PyObject *bench_array_out(PyObject *module, PyObject *unused) {
    npy_intp count = 16;
    if (PyArray_ImportNumPyAPI() < 0)
        return NULL;
    double *block = malloc((size_t) count * sizeof(double));
    if (!block)
        return PyErr_NoMemory();
    for (int i = 0; i < count; i++)
        block[i] = i;
    PyObject *owner = PyCapsule_New(block, NULL, free_block);
    if (!owner) {
        free(block);
        return NULL;
    }
    PyObject *a = PyArray_SimpleNewFromData(1, &count, NPY_DOUBLE, block);
    if (!a) {
        Py_DECREF(owner);
        return NULL;
    }
    /* Takes the owner in any case. */
    if (PyArray_SetBaseObject((PyArrayObject *) a, owner) < 0)
        Py_CLEAR(a);
    return a;
}

static PyObject *bench_array_sum(PyObject *module, PyObject *o) {
    PyArrayObject *a = read_array(o, NPY_FLOAT, 2, NPY_ARRAY_CARRAY);
    if (!a)
        return NULL;
    const float *row = PyArray_DATA(a);
    npy_intp rows = PyArray_DIM(a, 0), columns = PyArray_DIM(a, 1);
    float sum = 0;
    for (npy_intp i = 0; i < rows; i++, row += columns)
        for (npy_intp j = 0; j < columns; j++)
            sum += row[j];
    return PyFloat_FromDouble(sum);
}

/* The loop is so short that it takes twice the time where it lies across two cache lines: its place is not left to chance. */
__attribute__((aligned(64))) static PyObject *bench_array_scale(PyObject *module, PyObject *const *args, Py_ssize_t n) {
    if (n != 2)
        return wrong_count("array_scale", 2, n), NULL;
    PyArrayObject *a = read_array(args[0], NPY_FLOAT, 2, NPY_ARRAY_CARRAY);
    if (!a)
        return NULL;
    float factor = (float) PyFloat_AsDouble(args[1]);
    if (factor == -1.0f && PyErr_Occurred())
        return NULL;
    float *row = PyArray_DATA(a);
    npy_intp rows = PyArray_DIM(a, 0), columns = PyArray_DIM(a, 1);
    for (npy_intp i = 0; i < rows; i++, row += columns)
        for (npy_intp j = 0; j < columns; j++)
            row[j] *= factor;
    Py_RETURN_NONE;
}

typedef struct {
    PyObject_HEAD
    float cells[4][4];
} Matrix;

static PyObject *matrix_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    if (PyTuple_GET_SIZE(args) || (keywords && PyDict_GET_SIZE(keywords)))
        return wrong_count("Matrix", 0, PyTuple_GET_SIZE(args)), NULL;
    /* The memory comes filled with zeros. */
    return type->tp_alloc(type, 0);
}

static PyObject *matrix_view(PyObject *self, PyObject *unused) {
    npy_intp shape[2] = {4, 4};
    if (PyArray_ImportNumPyAPI() < 0)
        return NULL;
    PyObject *a = PyArray_SimpleNewFromData(2, shape, NPY_FLOAT, ((Matrix *) self)->cells);
    if (a && PyArray_SetBaseObject((PyArrayObject *) a, Py_NewRef(self)) < 0)
        Py_CLEAR(a);
    return a;
}

static PyMethodDef matrix_methods[] = {{"view", matrix_view, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot matrix_slots[] = {
    {Py_tp_new, matrix_new}, {Py_tp_dealloc, item_dealloc}, {Py_tp_methods, matrix_methods}, {0, NULL},
};
static PyType_Spec matrix_spec = {"bench_capi.Matrix", sizeof(Matrix), 0, Py_TPFLAGS_DEFAULT, matrix_slots};

#endif

/* ---------------------------------------------------------------- module */

/* Callgrind writes down what it has counted whenever a function of this name begins. */
static PyObject *bench_mark(PyObject *module, PyObject *unused) {
    static long marks;
    return PyLong_FromLong(++marks);
}


#define FAST(function) (PyCFunction)(void (*)(void)) function

static PyMethodDef functions[] = {
    {"noargs", bench_noargs, METH_NOARGS, NULL},
    {"add", FAST(bench_add), METH_FASTCALL, NULL},
    {"named", FAST(bench_named), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"mixed", FAST(bench_mixed), METH_FASTCALL, NULL},
    {"text", bench_text, METH_O, NULL},
    {"floats", bench_floats, METH_O, NULL},
    {"table", bench_table, METH_O, NULL},
    {"maybe", FAST(bench_maybe), METH_FASTCALL, NULL},
    {"over", bench_over, METH_O, NULL},
    {"callback", FAST(bench_callback), METH_FASTCALL, NULL},
    {"fail", bench_fail, METH_NOARGS, NULL},
    {"fail_own", bench_fail_own, METH_NOARGS, NULL},
    {"read_attr", bench_read_attr, METH_O, NULL},
    {"write_attr", bench_write_attr, METH_O, NULL},
    {"walk_dict", bench_walk_dict, METH_O, NULL},
    {"walk_list", bench_walk_list, METH_O, NULL},
    {"make_list", bench_make_list, METH_NOARGS, NULL},
    {"make_tuple", bench_make_tuple, METH_NOARGS, NULL},
    {"call_keyword", bench_call_keyword, METH_O, NULL},
    {"take", bench_take, METH_O, NULL},
    {"both", (PyCFunction) (void (*)(void)) bench_both, METH_FASTCALL, NULL},
    {"give", bench_give, METH_NOARGS, NULL},
    {"numbers", bench_numbers, METH_O, NULL},
    {"items", bench_items, METH_O, NULL},
#ifdef BENCH_NUMPY
    {"array_in", bench_array_in, METH_O, NULL},
    {"array_out", bench_array_out, METH_NOARGS, NULL},
    {"array_sum", bench_array_sum, METH_O, NULL},
    {"array_scale", FAST(bench_array_scale), METH_FASTCALL, NULL},
#endif
    {"mark", bench_mark, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "bench_capi", NULL, -1, functions, NULL, NULL, NULL, NULL};

static PyTypeObject *add_type(PyObject *module, const char *name, PyType_Spec *spec) {
    PyObject *type = PyType_FromSpec(spec);
    if (type && PyModule_AddObjectRef(module, name, type) < 0)
        Py_CLEAR(type);
    return (PyTypeObject *) type;
}

PyMODINIT_FUNC PyInit_bench_capi(void) {
    PyObject *module = PyModule_Create(&definition);
    if (!module)
        return NULL;
    name_a = PyUnicode_InternFromString("a");
    name_b = PyUnicode_InternFromString("b");
    name_value = PyUnicode_InternFromString("value");
    name_c = PyUnicode_InternFromString("c");
    names_c = name_c ? PyTuple_Pack(1, name_c) : NULL;
    own_error = PyErr_NewException("bench_capi.OwnError", NULL, NULL);
    item_type = add_type(module, "Item", &item_spec);
    outer_type = add_type(module, "Outer", &outer_spec);
    child_type = add_type(module, "Child", &child_spec);
    numbers_type = add_type(module, "Numbers", &numbers_spec);
    numbers_iterator_type = add_type(module, "NumbersIterator", &numbers_iterator_spec);
    items_type = add_type(module, "Items", &items_spec);
    items_iterator_type = add_type(module, "ItemsIterator", &items_iterator_spec);
    if (!name_a || !name_b || !name_value || !names_c || !own_error || !item_type || !outer_type || !child_type || !numbers_type || !numbers_iterator_type ||
        !items_type || !items_iterator_type) {
        Py_DECREF(module);
        return NULL;
    }
#ifdef BENCH_NUMPY
    if (!add_type(module, "Matrix", &matrix_spec)) {
        Py_DECREF(module);
        return NULL;
    }
#endif
    item_type->tp_vectorcall = item_vectorcall;
    return module;
}
