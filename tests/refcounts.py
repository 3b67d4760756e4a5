"""A pytest plugin that runs each test over and over and watches the number of all references of a debug interpreter.

`cargo xtask soak --refcounts` starts it. A test of which each repetition leaves as many references behind is reported, with
the number of repetitions that there was time for. What a test leaves behind once (caches, imports) does not count.
"""

import gc
import os
import sys
import time

import pytest
from _pytest.runner import runtestprotocol

REPETITIONS = int(os.environ.get("NB_REPETITIONS", "1000"))
SECONDS = float(os.environ.get("NB_SECONDS", "2"))
WARM_UP, LEAST = 4, 10

leaks, unrepeatable, counts = [], [], []


class Sibling(pytest.Item):
    """What is said to come next, so that the fixtures of the function end and those of its module do not."""

    def runtest(self):
        raise NotImplementedError


def run(item, sibling):
    """One whole run; why it failed, or that it was skipped."""
    item._initrequest()
    # What the test prints would pile up.
    item._report_sections.clear()
    for report in runtestprotocol(item, log=False, nextitem=sibling):
        if report.failed:
            return str(report.longrepr).strip().splitlines()[-1]
        if report.skipped:
            return "skipped"
    return None


def total():
    for _ in range(3):
        gc.collect()
    return sys.gettotalrefcount()


def repeat(item, times, until, least=LEAST):
    sibling = Sibling.from_parent(item.parent, name="sibling")
    for done in range(times):
        if done >= least and time.monotonic() > until:
            return done, None
        failure = run(item, sibling)
        if failure:
            return done + 1, failure
    return times, None


def measure(item):
    """The growth of two equally long series, and how long they were."""
    begun = time.monotonic()
    done, failure = repeat(item, WARM_UP, begun, WARM_UP)
    if failure:
        return failure if done > 1 or failure == "skipped" else f"fails: {failure}"
    start = total()
    times, failure = repeat(item, REPETITIONS // 2, begun + SECONDS / 2)
    if failure:
        return failure
    middle = total()
    _, failure = repeat(item, times, float("inf"))
    if failure:
        return failure
    return times, middle - start, total() - middle


def pytest_sessionstart():
    # Silence says something only if a loss is noticed.
    before = total()
    kept = [object() for _ in range(100)]
    if total() < before + len(kept):
        pytest.exit("this interpreter does not count references", 2)


def pytest_collection_finish():
    # The collections that tests ask for look at their own objects only, which makes them fast.
    gc.collect()
    gc.freeze()


def pytest_runtest_protocol(item, nextitem):
    result = measure(item)
    item._initrequest()
    runtestprotocol(item, log=False, nextitem=nextitem)
    name = item.nodeid.split("/")[-1]
    if isinstance(result, str):
        if result != "skipped":
            unrepeatable.append(name)
            print(f"{name}: cannot be repeated: {result}", flush=True)
        return True
    times, first, second = result
    counts.append(2 * times)
    # Both series have to grow by what is a part of each repetition; measuring leaves a few references behind itself.
    if min(first, second) - 4 >= times / 2:
        leaks.append(name)
        print(f"{name}: {first} and {second} references in two series of {times} repetitions", flush=True)
    return True


def pytest_sessionfinish(session):
    if leaks:
        session.exitstatus = 1


def pytest_terminal_summary():
    if counts:
        short = sum(count < REPETITIONS - 1 for count in counts)
        print(f"\n{len(counts)} tests repeated {min(counts)} to {max(counts)} times, {sum(counts)} times together;")
        print(f"{short} had no time for {REPETITIONS} repetitions, {len(unrepeatable)} could not be repeated")
        print(f"{len(leaks)} lose references: {', '.join(leaks) or 'none'}")
