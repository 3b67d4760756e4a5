"""Registers the markers that tie a test to what it proves, and keeps collections of garbage short."""

import gc
import os

import hypothesis
import pytest


# Other work on the machine is no failure: nothing here is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "row(*ids): the parity rows that this test proves, for example row('fn-07', 'fn-12')",
    )
    config.addinivalue_line(
        "markers",
        "finding(number): the fault found in ports of real bindings, of FINDINGS.md, that this test keeps mended",
    )


def pytest_ignore_collect(collection_path, config):
    """What lies in project/ looks at what `cargo xtask test` has built before, and runs where that is."""
    if collection_path.name == "project" and not (config.option.collectonly or "NB_PROJECT" in os.environ):
        return True


@pytest.fixture(autouse=True, scope="module")
def _old_objects_are_left_alone():
    """Most tests collect garbage several times, and need not look at what other modules and pytest have left behind."""
    gc.collect()
    gc.freeze()
    yield


@pytest.fixture
def counts(request):
    """A function that says how many `Counted` values of the extension module were made and dropped since the test began.

    When the test has ended, as many must have been dropped as were made, but for `leaked`.
    """
    tested = request.module.m
    gc.collect()
    start = tested.counts()

    def now():
        gc.collect()
        return tuple(a - b for a, b in zip(tested.counts(), start))

    now.leaked = 0
    yield now
    made, dropped = now()[:2]
    assert made - dropped == now.leaked, f"{made} values made, {dropped} dropped"


def pytest_unconfigure(config):
    """The reports of leaks at the end are about what the collector cannot free."""
    gc.unfreeze()
    gc.collect()
