"""Runs the tests of harbour, one line of output each.

The C++ and the Rust build of the extension pass the same file.
"""

import test_harbour

for name, test in vars(test_harbour).items():
    if name.startswith("test_"):
        test()
        print(name)
