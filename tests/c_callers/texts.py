"""Texts and files: formatting, joining, printing, encoding, and objects that are written to or read from."""

import codecs
import csv
import html.parser
import io
import itertools
import logging
import operator
import os
import reprlib
import string
import textwrap
import zlib

from c_callers import Way


def one(use, kind="Text", **answers):
    """The function gets the only object of a list."""
    return lambda w: use(w.list(kind, **answers)[0])


def lonely(use, kind="Stream", **answers):
    """The function gets an object that it alone has to hold, and a list that holds it too, to be emptied."""
    return lambda w: use(w.list(kind, more=(), **answers).pop)


def past(error):
    return "?", error.end


def numbered(name, use):
    """The codec's error handler, registered as `name`."""

    def run(w):
        codecs.register_error(name, w.handler(lambda: codecs.register_error(name, codecs.ignore_errors), past, "handler1"))
        return use()

    return run


def searched_and_unregistered(w):
    """A search function that unregisters itself while it runs."""
    box = []

    def gone():
        if box:
            codecs.unregister(box.pop())

    box.append(w.handler(gone, codecs.lookup("ascii"), "handler1"))
    codecs.register(box[0])
    return codecs.lookup(f"codec_of_{id(box)}").name


def text_codec(w):
    """A codec whose functions are native closures, in a `CodecInfo` that nobody holds but the cache."""
    name = f"codec_of_{id(w)}"
    encode = w.handler(None, (b"x", 1))
    decode = w.handler(None, ("x", 1))
    found = codecs.CodecInfo(encode, decode, name=name)
    search = w.handler(None, found, "handler1")
    codecs.register(search)
    try:
        return "abc".encode(name), b"abc".decode(name)
    finally:
        codecs.unregister(search)


def raw(answer):
    """A raw file whose `readinto` is a native function that lets go of itself."""

    def run(w):
        kind = type("Raw", (io.RawIOBase,), {"readable": lambda self: True})
        kind.readinto = staticmethod(w.handler(lambda: delattr(kind, "readinto"), answer, "handler1"))
        # Nothing was written into the memory, whose contents say nothing.
        return len(io.BufferedReader(kind()).read(3))

    return run


def raw_write(w):
    kind = type("Raw", (io.RawIOBase,), {"writable": lambda self: True})
    kind.write = staticmethod(w.handler(lambda: setattr(kind, "write", lambda data: len(data)), 3, "handler1"))
    file = io.BufferedWriter(kind())
    file.write(b"abc")
    return file.flush()


def written(use, **answers):
    """A file-like object which the C code has borrowed."""

    def run(w):
        box = []
        w.alone("Stream", box.append, box.clear, **answers)
        return use(box)

    return run


def print_to(box):
    return print("a", "b", file=box[0])


def print_of(w):
    file = io.StringIO()
    print(*w.list("Text"), file=file)
    return file.getvalue()


def csv_write(box):
    return csv.writer(box[0]).writerow([1, 2])


def csv_row(w):
    file = io.StringIO()
    csv.writer(file).writerow(w.list("Text"))
    return file.getvalue()


def csv_rows(w):
    file = io.StringIO()
    csv.writer(file).writerows(w.list("Group", more=(), count=2))
    return file.getvalue()


def csv_read(w):
    return next(csv.reader(w.list("Stepper", __iter__=lambda: iter(["a,b"]))[0]))


def csv_read_next(w):
    made = w.list("Stepper", __next__="a,b")
    made[:] = [csv.reader(itertools.chain(["x"], map(next, [made[0]])))]
    return len(list(made[0]))


def lines(w):
    file = io.StringIO()
    file.writelines(w.list("Group", __iter__=lambda: iter(["a"]))[0])
    return file.getvalue()


def byte_lines(w):
    file = io.BytesIO()
    file.writelines(w.list("Group", __iter__=lambda: iter([b"a"]))[0])
    return file.getvalue()


def log(w):
    record = logging.LogRecord("x", 10, "x", 1, "%s %r", tuple(w.list("Text")), None)
    return record.getMessage()


class Parser(html.parser.HTMLParser):
    """Its handlers are put in by the way."""


def parsed(w):
    box = Parser()
    box.handle_starttag = w.handler(lambda: vars(box).pop("handle_starttag", None), form="handler2")
    box.feed("<a><b>")
    return box.rawdata


def translated(w):
    return "abc".translate(w.list("Group", __getitem__="x")[0])


def formatted_map(w):
    return "{a} {b}".format_map(w.list("Group", __getitem__="x")[0])


def percent_map(w):
    return "%(a)s" % w.list("Group", __getitem__="x")[0]


def template(w):
    return string.Template("$a").substitute(w.list("Group", __getitem__="x")[0])


def exception_text(w):
    return str(ValueError(*w.list("Text"))), repr(ValueError(*w.list("Text")))


def key_error(w):
    return str(KeyError(w.list("Text")[0]))


WAYS = {
    "repr": one(repr),
    "ascii": one(ascii),
    "str": one(str),
    "format": one(format),
    "format with a spec": one(lambda it: format(it, "5")),
    "str.format": lambda w: "{} {}".format(*w.list("Text")),
    "str.format, converted": lambda w: "{!r} {!s}".format(*w.list("Text")),
    "str.format of an item": lambda w: "{0[0]}".format(w.list("Text")),
    "str.format of an attribute": one(lambda it: "{0.anything}".format(it), kind="Open"),
    "str.format nested": one(lambda it: "{:{}}".format(1, it), __format__="5", __str__="5"),
    "format_map": formatted_map,
    "percent": lambda w: "%s %s" % tuple(w.list("Text")),
    "percent repr": lambda w: "%r" % w.list("Text"),
    "percent d": one(lambda it: "%d" % it, kind="Number"),
    "percent x": one(lambda it: "%x" % it, kind="Number"),
    "percent f": one(lambda it: "%f" % it, kind="Number"),
    "percent c": one(lambda it: "%c" % it, kind="Number"),
    "percent map": percent_map,
    "bytes percent": one(lambda it: b"%b" % it),
    "bytes percent a": one(lambda it: b"%a" % it),
    "bytes percent d": one(lambda it: b"%d" % it, kind="Number"),
    "f-string": lambda w: f"{w.list('Text')}",
    "f-string of one": one(lambda it: f"{it}"),
    "f-string repr": one(lambda it: f"{it!r:>5}"),
    "join of map": lambda w: ",".join(map(str, w.list("Text"))),
    "join of an iterable": one(lambda it: ",".join(it), kind="Group", __iter__=lambda: iter("ab")),
    "bytes join": one(lambda it: b",".join(it), kind="Group", __iter__=lambda: iter([b"a"])),
    "bytes of it": one(bytes),
    "bytes of an iterable": one(bytes, kind="Group"),
    "str translate": translated,
    "Template": template,
    "exception text": exception_text,
    "key error text": key_error,
    "textwrap": one(lambda it: textwrap.fill(str(it), 10)),
    "reprlib": lambda w: reprlib.repr(w.list("Text")),
    "logging": log,
    "print": print_of,
    "print to it": written(print_to),
    "StringIO writelines": lines,
    "BytesIO writelines": byte_lines,
    "csv writer": written(csv_write),
    "csv row": csv_row,
    "csv rows": csv_rows,
    "csv reader": csv_read,
    "csv reader of map": csv_read_next,
    "os.fspath": one(os.fspath),
    "os.stat": one(os.stat),
    "open": one(lambda it: open(it)),  # noqa: SIM115 -- there is no such file
    "open an opener": lambda w: open("x", opener=w.list("Callee", __call__=OSError())[0]),
    "os.path.join": one(lambda it: os.path.join("a", it)),
    "os.listdir": one(os.listdir),
    "codec error, encoding": numbered("c_callers.encode", lambda: "a\xff".encode("ascii", "c_callers.encode")),
    "codec error, decoding": numbered("c_callers.decode", lambda: b"\xff".decode("ascii", "c_callers.decode")),
    "codec error, utf-8": numbered("c_callers.utf8", lambda: b"\xff".decode("utf-8", "c_callers.utf8")),
    "codec error, charmap": numbered("c_callers.charmap", lambda: "\u1234".encode("cp1252", "c_callers.charmap")),
    "codec error, translate": numbered("c_callers.utf16", lambda: b"\xff".decode("utf-16", "c_callers.utf16")),
    "codec search": searched_and_unregistered,
    "codec functions": text_codec,
    "charmap encode": one(lambda it: codecs.charmap_encode("a", "strict", it), kind="Group", __getitem__=65),
    "charmap decode": one(lambda it: codecs.charmap_decode(b"a", "strict", it), kind="Group", __getitem__="x"),
    "raw readinto": raw(3),
    "raw readinto that fails": raw(ValueError),
    "raw readinto too much": raw(100_000),
    "raw write": raw_write,
    "buffered reader of it": written(lambda box: io.BufferedReader(box[0]).read(3), readable=True, closed=False),
    "text wrapper of it": written(lambda box: io.TextIOWrapper(box[0], "ascii"), readable=True),
    "html parser": parsed,
    "zlib of a length": one(lambda it: len(zlib.compress(b"abc", it)), kind="Number"),
    "str ==": one(lambda it: "abc" == it),
    "length hint": one(operator.length_hint, kind="Group"),
}
