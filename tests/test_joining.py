"""A value whose destructor waits for a thread, which calls Python meanwhile: the guide says how to write it."""

import gc
import subprocess
import sys

import pytest

# Where a destructor waits with the interpreter, the process hangs: each case has one of its own.
SCRIPT = """
import gc, sys, time
import test_joining_ext as m

lines = []

def write(line):
    time.sleep(0.01)
    lines.append(line)

logger = m.Logger(write)
for n in range(5):
    logger.log(str(n))
{end}
assert lines == ["0", "1", "2", "3", "4"], lines
print("done")
"""

ENDS = {
    "the last reference": "del logger",
    "closed before": "logger.close(); del logger",
    "garbage": "logger.me = logger; del logger; gc.collect()",
    "in a call without the interpreter": "m.drop_detached(logger)",
    "on a thread of native code": "assert m.drop_on_thread(logger)",
    "on a thread of Python": "import threading; box = [logger]; del logger; t = threading.Thread(target=box.clear); t.start(); t.join()",
}


def run(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)


@pytest.mark.finding(17)
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_destructor_waits_for_a_thread_that_calls_python(end):
    done = run(SCRIPT.format(end=end))
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


@pytest.mark.finding(17)
def test_a_thread_that_calls_python_is_ended_before_python_ends():
    end = "import atexit; atexit.register(lambda: print(lines)); atexit.register(logger.close); print('end'); sys.exit()"
    done = run(SCRIPT.format(end=end))
    assert (done.returncode, done.stdout) == (0, "end\n['0', '1', '2', '3', '4']\n"), done.stderr
