"""Registers the markers that tie a test to what it proves, and keeps collections of garbage short."""

import gc

import pytest


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "row(*ids): the parity rows that this test proves, for example row('fn-07', 'fn-12')",
    )
    config.addinivalue_line(
        "markers",
        "finding(number): the fault found in ports of real bindings, of FINDINGS.md, that this test keeps mended",
    )


@pytest.fixture(autouse=True, scope="module")
def _old_objects_are_left_alone():
    """Most tests collect garbage several times, and need not look at what other modules and pytest have left behind."""
    gc.collect()
    gc.freeze()
    yield


def pytest_unconfigure(config):
    """The reports of leaks at the end are about what the collector cannot free."""
    gc.unfreeze()
    gc.collect()
