"""Hooks and handlers that the interpreter keeps, and that replace themselves while they run."""

import asyncio
import concurrent.futures
import gc
import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings

from c_callers import Way


def attribute(name, use, form="handler", answer=None):
    """A hook that is an attribute of `sys`."""

    def run(w):
        before = getattr(sys, name)
        setattr(sys, name, w.handler(lambda: setattr(sys, name, before), answer, form))
        try:
            return use()
        finally:
            setattr(sys, name, before)

    return run


def unraisable():
    class Fails:
        def __del__(self):
            raise ValueError

    Fails()
    gc.collect()


def thread_excepthook(w):
    before = threading.excepthook
    threading.excepthook = w.handler(lambda: setattr(threading, "excepthook", before), None, "handler1")
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        threading.excepthook = before


def profile(set_it, get, form="handler"):
    def run(w):
        before = get()
        hook = w.handler(lambda: set_it(before), None, form)
        set_it(hook)
        try:
            del hook
            return (lambda: len([]))()
        finally:
            set_it(before)

    return run


def local_trace(w):
    """A frame's own trace function lets go of itself."""
    before = sys.gettrace()

    def traced():
        return 5

    box = []
    box.append(w.handler(box.clear, None))
    sys.settrace(lambda frame, event, arg: box[0] if box and frame.f_code is traced.__code__ else None)
    try:
        return traced()
    finally:
        sys.settrace(before)


def frame_trace(w):
    """The frame's attribute is deleted while it is called."""
    before = sys.gettrace()
    frames = []

    def traced():
        frames.append(sys._getframe())
        frames[0].f_trace = w.handler(lambda: setattr(frames[0], "f_trace", None), None)
        return 5

    sys.settrace(lambda frame, event, arg: None)
    try:
        return traced()
    finally:
        frames.clear()
        sys.settrace(before)


def thread_profile(w):
    threading.setprofile(w.handler(lambda: sys.setprofile(None), None))
    try:
        thread = threading.Thread(target=lambda: len([]))
        thread.start()
        thread.join()
    finally:
        threading.setprofile(None)


def monitoring(event, use):
    """A callback that unregisters itself."""

    def run(w):
        watch = sys.monitoring
        tool = 4
        watch.use_tool_id(tool, "c_callers")
        number = getattr(watch.events, event)
        try:
            watch.register_callback(tool, number, w.handler(lambda: watch.register_callback(tool, number, None)))
            watch.set_events(tool, number)
            return use()
        finally:
            watch.set_events(tool, 0)
            watch.register_callback(tool, number, None)
            watch.free_tool_id(tool)

    return Way(run, since=(3, 12))


def handle(form="handler2"):
    """A signal handler that replaces itself."""

    def run(w):
        def gone():
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)

        before = signal.signal(signal.SIGUSR1, w.handler(gone, None, form))
        try:
            signal.raise_signal(signal.SIGUSR1)
            return sum(range(10))
        finally:
            signal.signal(signal.SIGUSR1, before)

    return Way(run, windows=False)


def alarm(w):
    before = signal.signal(signal.SIGALRM, w.handler(lambda: signal.signal(signal.SIGALRM, signal.SIG_IGN), None, "handler2"))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        time.sleep(0.005)
        return "slept"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def collector_callback(w):
    hook = w.handler(None, None, "handler2")
    made = [hook]
    hook = w.handler(lambda: made and gc.callbacks.remove(made.pop()), None, "handler2")
    made[:] = [hook]
    gc.callbacks.append(hook)
    del hook
    gc.collect(0)
    return made


def destructor(w):
    """A weak reference's callback in garbage that the collector clears."""
    made = w.list("Empty")
    made.append(made)
    return len(made)


def warned(w):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = w.handler(lambda: setattr(warnings, "showwarning", print))
        warnings.warn("c_callers", stacklevel=1)
    return "warned"


def run_loop(use):
    def run(w):
        loop = asyncio.new_event_loop()
        try:
            return use(w, loop)
        finally:
            loop.close()

    return run


def call_soon(w, loop):
    """The handle lets go of its callback while it runs."""
    handles = []
    handles.append(loop.call_soon(w.handler(lambda: handles.pop().cancel(), 5, "handler0")))
    loop.call_soon(loop.stop)
    loop.run_forever()
    return handles


def future_callback(w, loop):
    future = loop.create_future()
    future.add_done_callback(w.handler(lambda: future.remove_done_callback(print), 5, "handler1"))
    future.set_result(3)
    return loop.run_until_complete(future)


def future_equal(w, loop):
    """`remove_done_callback` compares the callbacks, which remove others."""
    future = loop.create_future()
    made = []
    w.alone("Callee", future.add_done_callback, lambda: future._callbacks and future._callbacks.clear())
    future.add_done_callback(print)
    return future.remove_done_callback(len), made


def future_equal_removed(w, loop):
    future = loop.create_future()
    w.alone("Callee", future.add_done_callback, lambda: future.cancel())
    future.add_done_callback(print)
    return future.remove_done_callback(len)


def exception_handler(w, loop):
    loop.set_exception_handler(w.handler(lambda: loop.set_exception_handler(None), 5, "handler2"))
    loop.call_exception_handler({"message": "c_callers"})
    return "handled"


def task_step(w, loop):
    """A C task drives an awaitable whose iterator is a value."""
    made = w.list("Stepper", __next__=StopIteration, __iter__=lambda: None)
    box = []

    class Waits:
        def __await__(self):
            return made[0] if made else iter(())

    async def main():
        box.append(1)
        return await Waits()

    return loop.run_until_complete(main()), box


def task_factory(w, loop):
    async def main():
        return 5

    loop.set_task_factory(lambda loop, coroutine, **options: asyncio.Task(coroutine, loop=loop))
    task_made = w.handler(lambda: loop.set_task_factory(None), None, "handler1")
    task = loop.create_task(main())
    task.add_done_callback(task_made)
    return loop.run_until_complete(task)


def executor(w, loop):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(w.handler(None, 5, "handler0"))
        future.add_done_callback(w.handler(None, 5, "handler1"))
        return future.result()


def thread_target(w):
    """The thread's target belongs to the thread, which lets go of it."""
    thread = threading.Thread(target=w.handler(lambda: setattr(thread, "_target", None), 5, "handler0"))
    try:
        thread.start()
    finally:
        thread.join()
    return "joined"


def async_generator(w):
    """The hooks for asynchronous generators replace themselves."""
    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=w.handler(lambda: sys.set_asyncgen_hooks(*before), None, "handler1"))

    async def generator():
        yield 1

    try:
        made = generator().__aiter__().__anext__()
        made.close()
    finally:
        sys.set_asyncgen_hooks(*before)
    return "begun"


#: Programs for interpreters of their own, since the hook is not to be taken away again, or is called at the end. `then` says that
#: the function was called.
PROGRAMS = {
    "excepthook": """
        sys.excepthook = w.handler(then(lambda: setattr(sys, "excepthook", lambda *_: None)))
        raise ValueError
        """,
    "audit hook": """
        hook = w.handler(then(None), None, "handler2")
        sys.addaudithook(hook)
        del hook
        sys.audit("c_callers")
        """,
    "atexit": """
        import atexit
        hook = w.handler(then(atexit._clear), None, "handler0")
        atexit.register(hook)
        del hook
        """,
    "atexit that unregisters": """
        import atexit
        box = []
        box.append(w.handler(then(lambda: atexit.unregister(box.pop()) if box else None), None, "handler0"))
        atexit.register(box[0])
        atexit.register(box[0])
        """,
    "atexit that compares": """
        import atexit
        made = []
        w.alone("Callee", made.append, then(atexit._clear))
        atexit.register(made[0])
        made.clear()
        atexit.unregister(print)
        """,
    "threads at the end": """
        import threading
        threading._register_atexit(w.handler(then(threading._threading_atexits.clear), None, "handler0"))
        """,
    "stdout at the end": """
        made = w.list("Stream", flush=then(None), write=None, closed=True)
        sys.stdout = made[0]
        made.clear()
        """,
    "displayhook": """
        sys.displayhook = w.handler(then(lambda: delattr(sys, "displayhook")), None, "handler1")
        exec(compile("5", "x", "single"))
        """,
    "an object at the end": """
        class Ends:
            def __del__(self):
                made[0].__repr__()
        made = []
        w.alone("Number", made.append, then(made.clear))
        ends = Ends()
        """,
}

HEAD = """\
import sys
sys.path[:] = {path!r}
from c_callers import Bound, Plain, World
w = World({family})

def then(function):
    def run(*_):
        sys.stderr.write("called ")
        if function:
            function()
    return run

"""


def program(text):
    """What it prints, and how it ends."""

    def run(w):
        storage = getattr(w.family, "storage", None)
        head = HEAD.format(path=sys.path, family=f"Bound({storage!r})" if storage else "Plain()")
        code = head + textwrap.dedent(text)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
        if "called" in done.stderr:
            w.log.append("called")
        return done.returncode, done.stdout, done.stderr[-300:]

    return run


WAYS = {
    "displayhook": attribute("displayhook", lambda: exec(compile("5", "x", "single")), "handler1"),
    "breakpointhook": attribute("breakpointhook", lambda: breakpoint(), answer=5),
    "unraisablehook": attribute("unraisablehook", unraisable, "handler1"),
    "threading excepthook": thread_excepthook,
    "profile hook": profile(sys.setprofile, sys.getprofile),
    "trace hook": profile(sys.settrace, sys.gettrace),
    "local trace": local_trace,
    "frame trace": frame_trace,
    "threading profile": thread_profile,
    "monitoring call": monitoring("CALL", lambda: len([])),
    "monitoring start": monitoring("PY_START", lambda: destructor.__name__ and profile(None, None) and 5),
    "monitoring line": monitoring("LINE", lambda: [one for one in range(2)]),
    "monitoring return": monitoring("PY_RETURN", lambda: profile(None, None) and 5),
    "signal": handle(),
    "signal, any arguments": handle("handler"),
    "timer": Way(alarm, windows=False),
    "collector callback": collector_callback,
    "warning": warned,
    "call_soon": run_loop(call_soon),
    "future callback": run_loop(future_callback),
    "future ==": run_loop(future_equal),
    "future == that cancels": run_loop(future_equal_removed),
    "exception handler of a loop": run_loop(exception_handler),
    "task": run_loop(task_step),
    "task callback": run_loop(task_factory),
    "executor": run_loop(executor),
    "thread": thread_target,
    "asynchronous generator": async_generator,
} | {f"{name}, a process": Way(program(text), storages=["value"]) for name, text in PROGRAMS.items()}
