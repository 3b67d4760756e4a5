"""Functions as values: callables as arguments and results, functions made at run time, calls into Python."""

import ast
import gc
import inspect
import subprocess
import sys
import threading
import tracemalloc
import weakref

import pytest
import test_callables_ext as m

CALLABLE = "collections.abc.Callable[[int], int]"


def square(x):
    return x * x


def live_after_collection():
    gc.collect()
    return m.live()


# Callables as arguments


@pytest.mark.row("fn-38", "xchg-18", "api-hdr-16")
def test_any_callable_is_an_argument():
    assert m.func_arg(square) == 100
    assert m.func_arg(f=lambda x: x + 1) == 11
    assert m.func_arg(abs) == 10
    assert m.func_arg(m.adder(5)) == 15  # a stateful native one
    assert m.func_arg(int) == 10  # a class

    class Call:
        def __call__(self, x):
            return x - 1

    assert m.func_arg(Call()) == 9
    assert m.func_arg.__doc__ == f"func_arg(f: {CALLABLE}) -> int"
    assert m.run.__doc__ == "run(arg: collections.abc.Callable[[], None], /) -> None"
    assert m.texts.__doc__ == "texts(arg: collections.abc.Callable[[str], str], /) -> str"
    assert m.optional.__doc__ == f"optional(arg: {CALLABLE} | None, /) -> bool"


@pytest.mark.row("fn-38")
def test_what_cannot_be_called_is_a_mismatch():
    for value in (3, "x", None, [square]):
        with pytest.raises(TypeError, match="incompatible function arguments"):
            m.func_arg(value)
    assert m.choose(square) == "callable" and m.choose(3) == "int"


@pytest.mark.row("fn-38", "STL-31")
def test_exceptions_of_a_callable_propagate():
    def fail(x):
        raise KeyError(x)

    with pytest.raises(KeyError) as caught:
        m.func_arg(fail)
    assert caught.value.args == (10,)
    assert [frame.name for frame in caught.traceback][-1] == "fail"
    with pytest.raises(KeyboardInterrupt):
        m.func_arg(lambda x: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(SystemExit):
        m.func_arg(sys.exit)
    with pytest.raises(TypeError, match="positional argument"):
        m.func_arg(lambda: 1)


@pytest.mark.row("fn-38")
def test_a_result_of_another_type_is_a_failed_cast():
    for result in ("s", None, 1.5, 2**80):
        with pytest.raises(RuntimeError, match="^std::bad_cast"):
            m.func_arg(lambda x: result)
    m.run(lambda: "ignored, as the result is ()")


def test_a_callback_of_a_result_type_reports_instead_of_raising():
    assert m.fallible(square) == "got 1"
    assert m.fallible(lambda x: "s").startswith("failed: ") and "bad_cast" in m.fallible(lambda x: "s")
    assert "ZeroDivisionError" in m.fallible(lambda x: x // 0)
    m.fallible_unit(lambda: 3)
    with pytest.raises(ZeroDivisionError):
        m.fallible_unit(lambda: 1 // 0)


def test_every_form_of_a_callback():
    calls = []

    def log(x):
        calls.append(x)
        return x

    assert m.borrowed(log) == 3 and m.mutable(log) == 3
    assert m.sendable(log) == 20 and m.sendable_mut(log) == 20
    assert calls == [1, 2, 1, 2, 20, 20]
    assert m.optional(square) is True and m.optional(None) is False
    assert m.texts(str.upper) == "HELLO"
    assert m.dogs(lambda dog, n: m.Dog(dog.name * n)) == "MaxMax"
    assert m.owned_dog(lambda dog: dog.name) == "Rex"
    assert m.many(lambda *args: [repr(a) for a in args]) == ["1", "2.5", "'three'", "True", "[5]", "None"]
    marker = object()
    assert m.objects(lambda o: o, marker) is marker
    assert m.all([square, abs, m.adder(1)], 3) == [9, 3, 4]
    assert m.nested(lambda triple: triple(4)) == 12
    kept = []
    m.nested(lambda triple: kept.append(triple) or 0)
    assert kept[0](5) == 15  # lives on after the call


def test_destructors_run_when_a_callback_raises():
    def fail():
        raise ValueError

    before = m.live()
    with pytest.raises(ValueError):
        m.unwinding(fail)
    assert m.catching(fail) is True and m.catching(lambda: 1) is False
    assert m.live() == before


# Threads


def test_a_callback_may_be_called_and_dropped_on_another_thread():
    names = []

    def call(x):
        names.append(threading.current_thread().name)
        return x

    assert m.sendable(call) == 20
    assert names[0] != threading.current_thread().name
    assert m.released(call) == 3
    ref = weakref.ref(call)
    assert m.drop_on_thread(call) is True
    del call
    assert ref() is None


def test_an_exception_on_another_thread_ends_that_thread():
    def fail(x):
        raise KeyError(x)

    with pytest.raises(ValueError, match="raised"):
        m.result_of_thread(fail)
    with pytest.raises(KeyError) as caught:
        m.passed_on(fail)
    assert caught.value.args == (1,)


def test_an_exception_without_the_gil_propagates():
    with pytest.raises(ZeroDivisionError):
        m.released(lambda x: x // 0)
    assert m.released(square) == 9


def test_many_threads_share_a_callback():
    shared = m.ident_shared(m.stateful(1))
    results = []

    def work():
        results.extend(m.released(shared) for _ in range(200))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [4] * 800


# Callables as results


@pytest.mark.row("fn-39")
def test_a_closure_becomes_a_function_that_owns_what_it_captures():
    f = m.func_ret(square)
    assert f(4) == 17
    assert type(f).__name__ == "nb_func"
    assert f.__doc__ == "(arg: int, /) -> int"
    assert m.func_ret.__doc__ == f"func_ret(arg: {CALLABLE}, /) -> {CALLABLE}"

    def local(x):
        return x

    ref = weakref.ref(local)
    wrapper = m.func_ret(local)
    del local
    assert ref() is not None and wrapper(1) == 2
    del wrapper
    assert ref() is None
    before = m.live()
    f, g = m.stateful(10), m.shared(3)
    assert f(5) == 15 and g(5) == 15 and m.live() == before + 2
    del f, g
    assert live_after_collection() == before
    assert m.greeter("hi")("you") == "hi you"
    assert m.greeter.__doc__.endswith("-> collections.abc.Callable[[str], str]")


@pytest.mark.row("fn-39")
def test_errors_of_a_returned_closure():
    f = m.failing()
    assert f(2) == 2
    with pytest.raises(RuntimeError, match="not positive"):
        f(0)
    with pytest.raises(TypeError, match="incompatible function arguments"):
        f("x")


def test_a_list_of_closures_that_python_cannot_call():
    with pytest.raises(TypeError, match=r"return the closure as `Box<dyn Fn\(..\) -> .. \+ Send \+ Sync>`"):
        m.in_a_list()


@pytest.mark.row("fn-38", "fn-39", "STL-31")
def test_the_same_callable_comes_back():
    class Call:
        def __call__(self, x):
            return x

    native = m.stateful(3)
    for f in (square, Call(), abs, native, m.adder(1), m.func_arg):
        for through in (m.ident, m.ident_shared, m.ident_moved, m.ident_optional):
            assert through(f) is f
    upper = str.upper
    assert m.ident_text(upper) is upper
    assert m.ident_optional(None) is None
    assert m.wrapped(square) is not square and m.wrapped(square)(3) == 9
    assert m.ident(m.wrapped(square))(4) == 16


def test_a_callback_in_a_field():
    b = m.Button()
    assert b.on_click is None and b.click() == -1
    b.on_click = square
    assert b.on_click is square and b.click() == 4
    b.on_click = m.stateful(100)
    assert b.click() == 103
    b.on_click = None
    assert b.click() == -1
    with pytest.raises(TypeError):
        b.on_click = 3
    ref = weakref.ref(f := lambda x: x)
    b.on_click = f
    del f
    assert ref() is not None
    del b
    assert ref() is None


def test_a_cycle_through_a_callback_ends_with_the_field():
    b = m.Button()
    b.on_click = lambda x, b=b: x
    ref = weakref.ref(b.on_click)
    b.on_click = None
    gc.collect()
    assert ref() is None


def test_a_callback_that_uses_the_object_that_calls_it():
    b = m.Button()
    b.on_click = lambda x: b.clicks
    with pytest.raises(RuntimeError, match="being modified"):
        b.click()
    assert b.peek() == 1  # reading while reading
    seen = []

    def replace(x):
        b.on_click = None

    b.on_click = replace
    with pytest.raises(RuntimeError, match="being read"):
        b.peek()
    b.on_click = lambda x: seen.append(x) or b.peek() if len(seen) < 3 else x
    assert b.peek() == 1 and len(seen) == 3
    b.on_click = None


def test_endless_recursion_through_callbacks_raises():
    def deep(x):
        return m.func_arg(deep)

    with pytest.raises(RecursionError):
        m.func_arg(deep)
    assert m.func_arg(square) == 100


@pytest.mark.parametrize("target", ["main", "thread"])
def test_long_chains_of_native_functions(target):
    def work():
        f = square
        for _ in range(50_000):
            f = m.func_ret(f)
        with pytest.raises(RecursionError):
            f(1)
        del f  # not one destructor inside the other
        f = square
        for _ in range(100):
            f = m.func_ret(f)
        assert f(2) == 104
        done.append(True)

    done = []
    if target == "main":
        work()
    else:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert done


def test_a_callback_survives_the_end_of_its_module():
    import types

    module = types.ModuleType("short_lived")
    exec("factor = 3\ndef triple(x):\n    return x * factor\n", module.__dict__)
    b = m.Button()
    b.on_click = module.triple
    b.keep(module.triple)
    assert b.click() == 3
    module.__dict__.clear()
    del module
    gc.collect()
    with pytest.raises(NameError):
        b.click()
    with pytest.raises(NameError):
        b.run_kept()


@pytest.mark.row("STL-32")
@pytest.mark.parametrize("where", ["thread_local", "static"])
def test_a_callback_outlives_the_interpreter(where):
    code = f"import test_callables_ext as m; m.leave_behind('{where}', lambda x: x + 1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    expected = "after the end: RuntimeError: nb: a Python callback was called after the interpreter has ended\n"
    assert done.stderr == (expected if where == "thread_local" else "")


# Functions made at run time


@pytest.mark.row("first-23", "fn-40", "api-func-1")
def test_a_function_made_at_run_time():
    f = m.adder(10)
    assert f(5) == 15 and f(number=6) == 16
    assert f.__doc__ == "(number: int) -> int"
    assert f.__name__ == "" and f.__qualname__ is None and f.__module__ is None
    assert f.__nb_signature__ == (("def (number: int) -> int", None, None),)
    with pytest.raises(TypeError) as caught:
        f("x")
    assert str(caught.value) == (
        "(): incompatible function arguments. The following argument types are supported:\n"
        "    1. (number: int) -> int\n\nInvoked with types: str"
    )
    assert list(inspect.signature(f).parameters) == ["number"]
    assert m.made(3) == 2
    assert m.item_adder(1)(number=2) == 3 and m.bound_adder(a=1) == 3


@pytest.mark.row("first-23", "api-func-1")
def test_the_function_owns_its_state():
    before = m.live()
    f = m.counting(4)
    assert f(1) == 5 and m.live() == before + 1
    g = m.counting(5)
    del f
    assert m.live() == before + 1 and g(1) == 6
    del g
    assert m.live() == before


@pytest.mark.row("fn-02")
def test_the_same_annotations_at_every_entry():
    dog = m.Dog("Max")
    entries = [m.toys, m.make_toys(), m.Dog.static_toys, m.Dog("Rex").toys]
    for f in entries:
        assert [d.name for d in f(dog)] == ["Max"] * 2 and len(f(count=1, dog=dog)) == 1
        assert f(dog)[0] is not dog
        _, _, signature = f.__doc__.partition("(")
        assert signature.removeprefix("self, ").startswith("dog: test_callables_ext.Dog, count: int = 2) -> list[")
        assert f.__doc__.endswith("\n\nSome toys")
        with pytest.raises(TypeError, match="incompatible function arguments"):
            f("Max")
    f = m.documented()
    assert f(1) == 6 and f(b=2, a=3) == 5
    assert f.__doc__ == "(a: int, b: int = 5) -> int\n\nAdds two numbers"
    assert m.guarded()() is False
    b = m.Button()
    p = m.policied()
    assert p(b) == "new" and p.__doc__ == "(b: Button) -> str"
    assert m.installed(4) == 5 and m.installed(a=4, b=4) == 8


@pytest.mark.row("api-func-1")
def test_a_function_is_put_into_a_scope():
    assert m.installed.__module__ == m.__name__ and m.installed.__qualname__ == "installed"

    class Scope:
        class Inner:
            pass

    assert m.install(Scope.Inner, "f", 1) is None
    assert Scope.Inner.f(2) == 3 and Scope.Inner().f(x=3) == 4
    assert Scope.Inner.f.__qualname__.endswith("Scope.Inner.f") and Scope.Inner.f.__module__ == __name__
    with pytest.raises((AttributeError, TypeError)):
        m.install(3, "f", 1)
    Scope.g = 1
    with pytest.raises(ImportError, match="cannot overload existing non-function"):
        m.install(Scope, "g", 1)


# Calls into Python


@pytest.mark.row("fn-25")
def test_expansion_in_calls_into_python():
    def my_call(*args, **kwargs):
        return args, kwargs

    args, kwargs = m.my_call(my_call, ["positional"], {"keyword": "value"})
    assert args == (1, "positional") and kwargs == {"named": 2, "keyword": "value"}
    assert m.my_call(my_call, [], {}) == ((1,), {"named": 2})
    with pytest.raises(TypeError, match="multiple values for keyword argument 'named'"):
        m.my_call(my_call, [], {"named": 3})


@pytest.mark.row("DSP-34")
def test_a_cast_that_fails_in_the_body_ends_the_call():
    assert m.cast_inside(3) == 3
    with pytest.raises(RuntimeError, match="^std::bad_cast: this 'str' object cannot be converted to 'int'"):
        m.cast_inside("x")
    assert m.cast_inside("x", 1) == 1


@pytest.mark.row("DSP-32")
def test_a_cycle_through_a_bound_method_is_collected():
    o = m.Bag()
    o.cb = o.m
    assert o.cb() == 7
    ref = weakref.ref(o)
    del o
    gc.collect()
    assert ref() is None


@pytest.mark.row("DSP-39")
def test_signatures_of_functions_without_a_name_are_python():
    functions = [m.adder(1), m.stateful(1), m.documented(), m.greeter("x")]
    functions += [f for cls in (m.Dog, m.Button) for p in vars(cls).values() if isinstance(p, property)
                  for f in (p.fget, p.fset) if f is not None]
    assert len(functions) == 4 + 2 + 4
    for f in functions:
        ((signature, _, defaults),) = f.__nb_signature__
        assert signature.startswith("def (")
        for place, _ in enumerate(defaults or ()):
            signature = signature.replace(f"\\{place}", "...")
        ast.parse(signature.replace("def (", "def f(") + ": ...")
        ast.parse("def f" + f.__doc__.splitlines()[0] + ": ...")


@pytest.mark.row("DSP-49")
def test_getattr_with_a_default_makes_no_exception_for_a_plain_object():
    class Plain:
        present = 1

    assert m.getattr_or(Plain(), "present") == 1
    assert m.getattr_or(Plain(), "missing") == "default"
    asked = []

    class Meta(type):
        def __getattr__(cls, name):
            asked.append(name)
            raise AttributeError(name)

    class WithMeta(metaclass=Meta):
        pass

    assert m.getattr_or(WithMeta, "missing") == "default" and asked == ["missing"]

    # The text of an AttributeError would hold a copy of the name.
    name, plain = "x" * 1_000_000, Plain()
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        assert m.getattr_or(plain, name) == "default"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < 1_500_000

    class Broken:
        @property
        def value(self):
            raise ValueError

    assert m.getattr_or(Broken(), "value") == "default"


@pytest.mark.finding(5)
@pytest.mark.parametrize("how", ["cpp_function", "closure with captures", "plain function"])
def test_a_class_method_of_a_bound_function_gets_the_class(how):
    function = {"cpp_function": m.class_adder(5), "closure with captures": m.class_adder_bound, "plain function": m.class_number}[how]

    class Numbered:
        number = 3
        cm = classmethod(function)
        sm = staticmethod(function)
        plain = function

    class Derived(Numbered):
        number = 4

    more = {"cpp_function": 5, "closure with captures": 7, "plain function": 0}[how]
    assert Numbered.cm() == Numbered().cm() == 3 + more and Derived.cm() == Derived().cm() == 4 + more
    # Not bound to instances, as nanobind's are not.
    assert Numbered.sm(Derived) == Numbered.plain(Derived) == Numbered().plain(Derived) == 4 + more
    assert inspect.isroutine(function)
