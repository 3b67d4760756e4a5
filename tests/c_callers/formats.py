"""What writes and reads: json, pickle, copy, struct, sqlite3, XML."""

import ast
import collections
import copy
import copyreg
import ctypes
import io
import json
import pickle
import struct
import xml.etree.ElementTree as etree
import xml.parsers.expat as expat
import xml.sax

from c_callers import Way

try:
    import sqlite3
except ImportError:
    # Builds without the library exist; the ways that need it say so.
    sqlite3 = None

try:
    from _json import make_encoder
except ImportError:
    make_encoder = None


def dumps(value, default, **options):
    """Without the check for cycles, which holds what it has seen, nothing holds the values."""
    return json.dumps(value, default=default, check_circular=False, **options)


def json_list(w):
    return dumps(w.list(more=(), count=2, describe="it"), w.function("describe"))


def json_dict(w):
    return dumps(w.dict(describe="it"), w.function("describe"))


def json_closure(w):
    return dumps(w.list(more=(), count=2), w.handler(None, "it", "number_handler"))


def json_clears(w):
    """The closure empties the list."""
    made = []
    w.alone("Number", made.append, None)
    w.alone("Number", made.append, None)
    return dumps(made, w.handler(made.clear, "it", "number_handler"))


def json_bytes(form):
    def run(w):
        made = [bytes(bytearray(b"x" * 1000)), bytes(bytearray(b"y" * 1000))]
        return dumps(made, w.handler(made.clear, "it", form))

    return run


def json_bytes_function(w):
    made = [bytes(bytearray(b"x" * 1000)), bytes(bytearray(b"y" * 1000))]
    return dumps(made, w.function("describe_bytes", made.clear, "it"))


def json_lists(form):
    """`Vec<&T>` of a list that only the list which is written holds."""

    def run(w):
        made = []
        for _ in range(2):
            w.alone("Number", lambda it: made.append(collections.deque([it])), None)
        return dumps(made, w.handler(made.clear, "it", form))

    return run


def json_self(w):
    """The closure that is called is held by the box alone."""
    box = {}
    box["default"] = w.handler(box.clear, "it", "handler1")
    return json.dumps([{1}, {2}], **box)


def json_encoder_default(w):
    encoder = json.JSONEncoder(check_circular=False)
    encoder.default = w.handler(lambda: setattr(encoder, "default", None), "it", "handler1")
    return encoder.encode([{1}, {2}])


def json_make_encoder(w):
    made = w.list(more=(), count=2, describe="it")
    encoder = make_encoder(None, w.function("describe"), json.encoder.encode_basestring_ascii, None, ":", ",", False,
                           False, True)
    return "".join(encoder(made, 0))


def json_encode_text(w):
    """The encoder of texts is a closure that takes `&str`, the text is only in the list."""
    made = ["".join(["x"] * 1000), "".join(["y"] * 1000)]
    encoder = make_encoder(None, repr, w.handler(made.clear, '"it"', "text_handler"), None, ":", ",", False, False, True)
    return "".join(encoder(made, 0))


def json_encode_key(w):
    made = {"".join(["x"] * 1000): 1, "".join(["y"] * 1000): 2}
    encoder = make_encoder(None, repr, w.handler(made.clear, '"it"', "text_handler"), None, ":", ",", False, False, True)
    return "".join(encoder(made, 0))


def loads(name, text, form="handler1", answer=5):
    """A hook of the decoder, which the decoder loses while it runs."""

    def run(w):
        decoder = json.JSONDecoder()
        hook = w.handler(lambda: setattr(decoder, name, None), answer, form)
        decoder.__init__(**{name: hook})
        del hook
        return decoder.decode(text)

    return run


class Reduced:
    """Pickled by what the way says."""


def reducers(w):
    kind = type("Reduced", (), {"__module__": __name__, "__qualname__": "Reduced"})
    table = {}
    table[Reduced] = w.handler(table.clear, (int, ("5",)), "handler1")
    pickler = pickle.Pickler(io.BytesIO())
    pickler.dispatch_table = table
    pickler.dump([Reduced(), kind and 1])
    return pickler.memo and None


def reducer_override(w):
    def answer(it):
        return (int, ("5",)) if isinstance(it, Reduced) else NotImplemented

    pickler = type("Own", (pickle.Pickler,), {})(file := io.BytesIO())
    kind = type(pickler)
    kind.reducer_override = staticmethod(w.handler(lambda: setattr(kind, "reducer_override", None), answer, "handler1"))
    pickler.dump([Reduced(), 1])
    return pickle.loads(file.getvalue())


def copyreg_reducer(w):
    copyreg.pickle(Reduced, w.handler(lambda: copyreg.dispatch_table.pop(Reduced, None), (int, ("5",)), "handler1"))
    try:
        return pickle.loads(pickle.dumps([Reduced(), 1]))
    finally:
        copyreg.dispatch_table.pop(Reduced, None)


def reduced(w):
    """`__reduce__` of an object that lies in the list which is pickled."""
    return pickle.loads(pickle.dumps(w.list("Copied", __reduce__=(int, ("5",)))))


def reduced_state(w):
    """A state that is pickled after the object is gone."""
    return pickle.loads(pickle.dumps(w.list("Copied", __reduce__=(Reduced, (), {"a": 1}))))[1]


def reduced_items(w):
    answer = lambda: (list, (), None, iter([1, 2]))  # noqa: E731 -- a new iterator for each call
    return pickle.loads(pickle.dumps(w.list("Copied", __reduce__=answer)))


def persistent_id(w):
    pickler = type("Own", (pickle.Pickler,), {})(io.BytesIO())
    pickler.persistent_id = w.handler(lambda: vars(pickler).pop("persistent_id", None), None, "handler1")
    pickler.dump([1, 2])
    return "persistent_id" in vars(pickler)


def persistent_id_of_numbers(w):
    pickler = type("Own", (pickle.Pickler,), {})(io.BytesIO())
    made = []
    for _ in range(2):
        w.alone("Copied", made.append, made.clear, check=1)
    pickler.persistent_id = w.handler(made.clear, "5", "handler1")
    pickler.dump(made)
    return len(made)


def persistent_load(w):
    class Own(pickle.Pickler):
        def persistent_id(self, it):
            return "x" if it == 5 else None

    file = io.BytesIO()
    Own(file).dump([5, 5, 1])
    unpickler = type("Load", (pickle.Unpickler,), {})(io.BytesIO(file.getvalue()))
    unpickler.persistent_load = w.handler(lambda: vars(unpickler).pop("persistent_load", None), 7, "text_handler")
    return unpickler.load()


def find_class(w):
    kind = type("Load", (pickle.Unpickler,), {})
    unpickler = kind(io.BytesIO(pickle.dumps([Reduced, copy.copy])))

    def gone():
        if "find_class" in vars(kind):
            del kind.find_class

    kind.find_class = staticmethod(w.handler(gone, 5, "handler2"))
    return unpickler.load()[0]


def buffer_callback(w):
    box = {}
    box["buffer_callback"] = w.handler(box.clear, False, "handler1")
    made = [pickle.PickleBuffer(bytearray(b"x" * 100)), 1]
    return len(pickle.dumps(made, protocol=5, **box)) > 0


def buffers(w):
    taken = []
    data = pickle.dumps([pickle.PickleBuffer(bytearray(b"x")), 1], protocol=5, buffer_callback=lambda it: taken.append(it))
    made = w.list("Stepper", __iter__=lambda: iter(taken))
    return pickle.loads(data, buffers=made[0])


def pickle_file(w):
    """The file is an object with native `write`; the pickler keeps the method only."""
    made = w.list("Stream", write=None)
    pickle.Pickler(made[0], 4).dump("x" * 100)
    return "written"


def unpickle_file(w):
    file = io.BytesIO(pickle.dumps("abc"))
    made = w.list("Stream", read=file.read, readline=file.readline)
    made[:] = [made[0]]
    return pickle.Unpickler(made[0]).load()


def set_state(w):
    made = []
    w.alone("Copied", made.append, made.clear)
    holder = type("Holder", (), {"__reduce__": lambda self: (made.pop, (), {"a": 1})})
    return pickle.loads(pickle.dumps([1]))[0], callable(holder)


def struct_pack(form):
    return lambda w: struct.pack(form, *[w.list("Number", more=())[0]])


def struct_many(w):
    return struct.pack("iid", *w.list(more=(1, 2)))


def struct_into(w):
    return struct.pack_into("i", bytearray(8), w.list(__index__=0)[0], 1)


def struct_offset(w):
    return struct.unpack_from("b", b"abc", w.list()[0])


def connection(use):
    """A connection in memory, closed at the end."""

    def run(w):
        with_it = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_COLNAMES)
        try:
            return use(w, with_it)
        finally:
            with_it.close()

    return Way(run, module="sqlite3")


def sql_function(w, db):
    """The function replaces itself while it runs."""
    db.create_function("f", 1, w.handler(lambda: None, 5, "handler1"))
    return db.execute("select f(1) union all select f(2)").fetchall()


def sql_text_function(w, db):
    db.create_function("f", 1, w.handler(None, 5, "text_handler"))
    return db.execute("select f('abc')").fetchall()


def sql_aggregate(w, db):
    made = w.list("Callee")
    box = []
    w.alone("Stream", box.append, box.clear, step=None, finalize=5)
    kind = w.handler(box.clear, lambda: box[0] if box else made[0], "handler0")
    db.create_aggregate("f", 0, kind)
    return db.execute("select f()").fetchall()


def sql_collation(w, db):
    db.create_collation("c", w.handler(None, 0, "handler2"))
    return db.execute("select 'a' union all select 'b' order by 1 collate c").fetchall()


def sql_collation_gone(w, db):
    """A collation in use is not taken away by sqlite, but Python's reference to it may be."""

    def gone():
        try:
            db.create_collation("c", None)
        except sqlite3.Error:
            pass

    db.create_collation("c", w.handler(gone, 0, "handler2"))
    return db.execute("select 'a' union all select 'b' order by 1 collate c").fetchall()


def sql_hook(name, set_it, query="select 1"):
    """A hook that takes itself away while it runs."""

    def use(w, db):
        set_it(db, w.handler(lambda: set_it(db, None), 0))
        return db.execute(query).fetchall()

    return connection(use)


def sql_adapter(w, db):
    sqlite3.register_adapter(Reduced, w.handler(lambda: sqlite3.adapters.pop((Reduced, sqlite3.PrepareProtocol), None), 5,
                                                "handler1"))
    return db.execute("select ?", (Reduced(),)).fetchall()


def sql_conform(w, db):
    return db.execute("select ?", w.list("Copied", more=(), __conform__=5)).fetchall()


def sql_converter(w, db):
    sqlite3.register_converter("own", w.handler(lambda: sqlite3.converters.pop("OWN", None), 5, "bytes_handler"))
    return db.execute("select 'abc' as \"x [own]\"").fetchall()


def sql_row_factory(w, db):
    db.row_factory = w.handler(lambda: setattr(db, "row_factory", None), 5, "handler2")
    return db.execute("select 1 union all select 2").fetchall()


def sql_cursor_row_factory(w, db):
    cursor = db.cursor()
    cursor.row_factory = w.handler(lambda: setattr(cursor, "row_factory", None), 5, "handler2")
    return cursor.execute("select 1 union all select 2").fetchall()


def sql_text_factory(w, db):
    db.text_factory = w.handler(lambda: setattr(db, "text_factory", str), "it", "bytes_handler")
    return db.execute("select 'a' union all select 'b'").fetchall()


def sql_many(w, db):
    db.execute("create table t (a)")
    db.executemany("insert into t values (?)", w.list("Group", more=(), __iter__=lambda: iter([(1,), (2,)]))[0])
    return db.execute("select * from t").fetchall()


def sql_parameters(w, db):
    return db.execute("select :a", w.list("Group", __getitem__=5)[0]).fetchall()


def expat_handler(name, text="<a b='c'>t<!--c--><?p d?></a>", form="handler"):
    """A handler that takes itself off the parser."""

    def run(w):
        parser = expat.ParserCreate()
        setattr(parser, name, w.handler(lambda: setattr(parser, name, None), 1, form))
        return parser.Parse(text, True)

    return run


def expat_file(w):
    parts = iter([b"<a>", b"</a>", b""])
    made = w.list("Stream", read=lambda *_: next(parts))
    return expat.ParserCreate().ParseFile(made[0])


def etree_target(name):
    """A target whose methods are native functions of which only the parser knows."""

    def run(w):
        made = w.list("Stream", start=None, end=None, data=None, comment=None, pi=None, close=5)
        parser = etree.XMLParser(target=made[0])
        parser.feed(name)
        return parser.close()

    return run


def tree_builder(w):
    """The factory of elements lets go of itself."""
    box = {}
    box["element_factory"] = w.handler(box.clear, etree.Element("x"), "handler2")
    builder = etree.TreeBuilder(**box)
    builder.start("a", {})
    builder.end("a")
    return builder.close().tag


def element_children(w):
    element = etree.Element("a")
    for text in "bc":
        etree.SubElement(element, text)
    return element[w.list()[0]].tag


def element_find(w):
    """The tag is compared with `==`."""
    element = etree.Element("a")
    etree.SubElement(element, w.list("Text", __eq__=False)[0])
    return element.find("b")


def sax(w):
    handler = xml.sax.ContentHandler()
    handler.startElement = w.handler(lambda: vars(handler).pop("startElement", None), form="handler2")
    return xml.sax.parseString(b"<a><b/></a>", handler)


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)


def c_function(w):
    """A C function over a native closure, of which the only holder is emptied."""
    box = []
    box.append(CALLBACK(w.handler(lambda: None, 5, "handler1")))
    return box[0](1)


def c_sort(w):
    """`qsort` calls a closure."""
    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 3)(3, 1, 2)
    ctypes.CDLL(None).qsort(numbers, 3, ctypes.sizeof(ctypes.c_int), kind(w.handler(None, 0, "handler2")))
    return list(numbers)


def c_parameter(w):
    """`_as_parameter_` is looked up, and let go of by `from_param`."""
    function = ctypes.pythonapi.PyLong_FromLong
    made = type("Typed", (), {})
    made.from_param = staticmethod(w.handler(lambda: delattr(made, "from_param"), ctypes.c_long(5), "handler1"))
    prototype = ctypes.PYFUNCTYPE(ctypes.py_object, made)
    return prototype(("PyLong_FromLong", ctypes.pythonapi))(3), bool(function)


def c_errcheck(w):
    function = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_long)(("PyLong_FromLong", ctypes.pythonapi))
    function.errcheck = w.handler(lambda: delattr(function, "errcheck"), 5)
    return function(3)


def c_index(w):
    return (ctypes.c_int * 3)(1, 2, 3)[w.list()[0]]


def c_array_of(w):
    return list((ctypes.c_double * 2)(*w.list(more=(1.0,))))


def ast_visit(w):
    """A node with a field that is an object."""
    return ast.dump(ast.Constant(value=w.list("Text")[0]))


WAYS = {
    "json default": json_list,
    "json default, dict": json_dict,
    "json default, closure": json_closure,
    "json default that clears": json_clears,
    "json default of bytes": json_bytes("bytes_handler"),
    "json default of bytes, any object": json_bytes("handler1"),
    "json default of bytes, a function": json_bytes_function,
    "json default of a deque": json_lists("handler1"),
    "json default of numbers": json_lists("numbers_handler"),
    "json default that lets go": json_self,
    "json default of the encoder": json_encoder_default,
    "json of keys": lambda w: dumps(w.keys(), None, skipkeys=True),
    "json indent": lambda w: dumps(w.list(describe="it"), w.function("describe"), indent=1),
    "json encoder": Way(json_make_encoder, module="_json"),
    "json encoder of texts": Way(json_encode_text, module="_json"),
    "json encoder of keys": Way(json_encode_key, module="_json"),
    "json object_hook": loads("object_hook", '[{"a": 1}, {"a": 2}]'),
    "json object_pairs_hook": loads("object_pairs_hook", '[{"a": 1}, {"a": 2}]'),
    "json parse_float": loads("parse_float", "[1.5, 2.5]", "text_handler"),
    "json parse_int": loads("parse_int", "[1, 2]", "text_handler"),
    "json parse_constant": loads("parse_constant", "[NaN, Infinity]", "text_handler"),
    "pickle dispatch table": reducers,
    "pickle reducer_override": reducer_override,
    "pickle copyreg": copyreg_reducer,
    "pickle reduce": reduced,
    "pickle reduce with a state": reduced_state,
    "pickle reduce with items": reduced_items,
    "pickle persistent_id": persistent_id,
    "pickle persistent_id of numbers": persistent_id_of_numbers,
    "pickle persistent_load": persistent_load,
    "pickle find_class": find_class,
    "pickle buffer_callback": buffer_callback,
    "pickle buffers": buffers,
    "pickle to it": pickle_file,
    "pickle from it": unpickle_file,
    "pickle a set": lambda w: len(pickle.loads(pickle.dumps(w.set("Copied", __reduce__=(int, ("5",)))))),
    "pickle a dict": lambda w: pickle.loads(pickle.dumps(w.dict("Copied", __reduce__=(int, ("5",))))),
    "deepcopy of a dict": lambda w: copy.deepcopy(w.dict("Copied", __deepcopy__=5)),
    "struct int": struct_pack("i"),
    "struct unsigned": struct_pack("Q"),
    "struct byte": struct_pack("b"),
    "struct native size": struct_pack("n"),
    "struct float": struct_pack("f"),
    "struct double": struct_pack("d"),
    "struct half": struct_pack("e"),
    "struct big endian": struct_pack(">q"),
    "struct bool": struct_pack("?"),
    "struct many": struct_many,
    "struct into": struct_into,
    "struct offset": struct_offset,
    "sqlite function": connection(sql_function),
    "sqlite function of a text": connection(sql_text_function),
    "sqlite aggregate": connection(sql_aggregate),
    "sqlite collation": connection(sql_collation),
    "sqlite collation that is taken away": connection(sql_collation_gone),
    "sqlite trace": sql_hook("trace", lambda db, hook: db.set_trace_callback(hook)),
    "sqlite progress": sql_hook(
        "progress", lambda db, hook: db.set_progress_handler(hook, 1), "select 1 union all select 2 order by 1"),
    "sqlite authorizer": sql_hook("authorizer", lambda db, hook: db.set_authorizer(hook)),
    "sqlite adapter": connection(sql_adapter),
    "sqlite conform": connection(sql_conform),
    "sqlite converter": connection(sql_converter),
    "sqlite row factory": connection(sql_row_factory),
    "sqlite cursor row factory": connection(sql_cursor_row_factory),
    "sqlite text factory": connection(sql_text_factory),
    "sqlite executemany": connection(sql_many),
    "sqlite parameters": connection(sql_parameters),
    "expat start": expat_handler("StartElementHandler"),
    "expat start of two": expat_handler("StartElementHandler", form="handler2"),
    "expat end": expat_handler("EndElementHandler", form="text_handler"),
    "expat text": expat_handler("CharacterDataHandler", form="text_handler"),
    "expat comment": expat_handler("CommentHandler", form="text_handler"),
    "expat instruction": expat_handler("ProcessingInstructionHandler", form="handler2"),
    "expat default": expat_handler("DefaultHandler", form="handler1"),
    "expat declaration": expat_handler("XmlDeclHandler", "<?xml version='1.0'?><a/>"),
    "expat doctype": expat_handler("StartDoctypeDeclHandler", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
    "expat entity": expat_handler("EntityDeclHandler", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
    "expat element": expat_handler("ElementDeclHandler", "<!DOCTYPE a [<!ELEMENT a EMPTY>]><a/>"),
    "expat external": expat_handler(
        "ExternalEntityRefHandler", "<!DOCTYPE a [<!ENTITY b SYSTEM 'c'>]><a>&b;</a>"),
    "expat cdata": expat_handler("StartCdataSectionHandler", "<a><![CDATA[x]]></a>", "handler0"),
    "expat file": expat_file,
    "etree target, start": etree_target("<a/>"),
    "etree target, text": etree_target("<a>text</a>"),
    "etree target, comment": etree_target("<a><!--b--></a>"),
    "etree factory": tree_builder,
    "etree index": element_children,
    "etree find": element_find,
    "sax": sax,
    "ctypes callback": c_function,
    "ctypes qsort": Way(c_sort, windows=False),
    "ctypes from_param": c_parameter,
    "ctypes errcheck": c_errcheck,
    "ctypes index": c_index,
    "ctypes array": c_array_of,
    "ast.dump": ast_visit,
}
