"""Python ends while threads of native code call it."""

import os
import subprocess
import sys

import pytest
from samples import ENDS_UNDER_THREADS

#: More in a longer run: NB_ENDS=50.
ENDS = int(os.environ.get("NB_ENDS", "3"))
CODE = """
import gc, sys, time
import test_ending_ext as m

class Cycle:
    def __init__(self):
        self.self = self

def call(number):
    Cycle()
    return number + 1

m.call_for_ever(100, call)
gc.set_threshold(50)
deadline = time.monotonic() + 60
while m.calls() < 2000:
    gc.collect()
    time.sleep(0)
    assert time.monotonic() < deadline
{end}
"""


@pytest.mark.row("STL-32")
@ENDS_UNDER_THREADS
@pytest.mark.parametrize("end", ["", "sys.exit(0)", "del m, call; gc.collect()"])
@pytest.mark.parametrize("turn", range(ENDS))
def test_a_hundred_threads_call_until_python_ends(turn, end):
    environment = {name: value for name, value in os.environ.items() if name != "RUST_BACKTRACE"}
    command = [sys.executable, "-X", "faulthandler", "-c", CODE.format(end=end)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
