"""Every function that reaches Python, called on threads that are not attached."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import test_detached_ext as m

SOURCES = Path(__file__).resolve().parent.parent / "nb" / "src"

# What needs no Python, or attaches by itself. `accessor`s and iterators ask when they are used.
ANYWHERE = {
    "object.is", "object.as_ptr", "object.Display", "object.Debug", "list.Debug", "typed.Debug", "handle_t.Debug",
    "shared_ptr.with", "shared_ptr.with_mut", "shared_ptr.clone", "shared_ptr.use_count", "shared_ptr.Debug",
    "function.call", "module_.object",
    # what never changes may be read anywhere, while its owner lives
    "object.is_none", "bool_.value", "bytes.as_bytes", "bytes.len", "bytes.size", "bytes.is_empty",
    "Error.value", "Error.is_next_overload", "Error.Display", "Error.Debug", "Error.clone",
    "Error.what", "Error.discard_as_unraisable",
    "nb.leak_warnings", "nb.is_alive", "nb.is_attached", "gil_scoped_acquire.run", "gil_scoped_acquire.try_run", "signals.interrupted",
}  # fmt: skip

DETACHED = "nb: Python objects can be used only while the thread is attached to the interpreter"

SCRIPT = f"""
import sys
import test_detached_ext as m
for index, name in enumerate(m.names()):
    for thread in False, True:
        print(name, thread, end=": ", flush=True)
        print(m.try_detached(sys.modules[__name__], m.Dog(), index, thread).replace("\\n", " "), flush=True)
"""


@pytest.fixture(scope="module")
def outcomes():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=300)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, (lines[-1:], done.stderr[-2000:])
    return [re.fullmatch(r"(\S+) (\w+): (.*)", line).groups() for line in lines]


@pytest.mark.row("WRP-19")
@pytest.mark.parametrize("name", m.names())
def test_detached(outcomes, name):
    found = [text for known, _, text in outcomes if known == name]
    assert len(found) == 2
    for text in found:
        if name in ANYWHERE:
            assert text == "done"
        else:
            assert text.startswith(DETACHED)


# Public functions without a case, and why.
WITHOUT_CASE = {
    # nothing of Python is involved: they make a value that is used later
    "kw", "unpack", "unpack_kw", "new", "next_overload", "none", "into_ptr", "lock", "into_inner", "held", "from_scope", "shared_object",
    # the caller promises that the thread is attached
    "borrow", "steal", "from_ptr", "inst_take_ownership", "inst_reference", "inst_mark_ready", "inst_set_state", "inst_zero",
    "inst_alloc_zero", "init", "handle_at", "raw",
    # they need a value that can be reached by attached code only: the arguments of a running call
    "cast_internal", "cast_internal_mut", "cast_policy",
    # of values in native code only
    "owned_by_python", "owned_by_rust", "owned_by_cpp", "get", "set", "del", "is",
    # what macros expand to: of a conversion, which is attached, and behind `try_from`, which asks
    "check_object", "expect_object", "copy",
}  # fmt: skip


def test_no_function_is_forgotten():
    """The names of all public functions in the files that are about Python objects."""
    files = [*(SOURCES / "handles").glob("*.rs"), *(SOURCES / "lowlevel").glob("*.rs")]
    files += [SOURCES / "python" / name for name in ["attach.rs", "object.rs", "error.rs", "error_scope.rs", "unraisable.rs", "what.rs"]]
    files += [SOURCES / "interpreter" / "gil.rs"]
    files += [SOURCES / "bind" / name for name in ["module.rs", "cpp_function.rs", "raise_from.rs", "translators.rs"]]
    files += [SOURCES / "cast" / f"{name}.rs" for name in ["from_object", "implicit", "into_object", "shared_ptr", "unique_ptr"]]
    tried = {part for name in m.names() for part in name.split(".")}
    missing = {}
    for file in files:
        for name in re.findall(r"^\s*pub (?:const )?(?:unsafe )?fn (\w+)", file.read_text(), re.M):
            if name not in tried and name not in WITHOUT_CASE:
                missing.setdefault(str(file.relative_to(SOURCES)), set()).add(name)
    assert missing == {}
