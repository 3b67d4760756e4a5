"""A pytest plugin that skips the tests which cannot pass under AddressSanitizer or with Python's debugging allocator.

`cargo xtask soak --suite --asan` starts it.
"""

import unfit

#: Tests, or modules of tests, with the reason.
UNFIT = {
    "test_memory.py": "measures memory, of which the sanitizer keeps what was freed",
    "test_benchmarks.py": "measures time",
    "test_getattr_with_a_default_makes_no_exception_for_a_plain_object": "measures memory",
    "test_a_mismatch_raises_nothing": "measures memory",
}


def pytest_collection_modifyitems(items):
    unfit.skip(items, UNFIT)
