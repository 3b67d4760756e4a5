"""Runs the tests of harbour, one line of output each.

The C++ and the Rust build of the extension pass the same file.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests"))

import test_harbour  # noqa: E402

for name, test in vars(test_harbour).items():
    if name.startswith("test_"):
        test()
        print(name)
