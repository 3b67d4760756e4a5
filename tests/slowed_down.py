"""A pytest plugin that skips the tests which cannot pass under AddressSanitizer or with Python's debugging allocator.

`cargo xtask soak --suite --asan` starts it.
"""

import pytest

#: Tests, or modules of tests, with the reason.
UNFIT = {
    "test_memory.py": "measures memory, of which the sanitizer keeps what was freed",
    "test_benchmarks.py": "measures time",
    "test_callables.py::test_a_loop": "measures memory",
}


def pytest_collection_modifyitems(items):
    for item in items:
        why = next((why for name, why in UNFIT.items() if name in item.nodeid), None)
        if why:
            item.add_marker(pytest.mark.skip(reason=why))
