"""Results of native threads in an event loop of `asyncio`."""

import asyncio
import threading
import time

import pytest
import test_event_loop_ext as m


async def count_primes(below):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    m.count_primes(below, loop, lambda count: future.cancelled() or future.set_result(count))
    return await future


def test_results_arrive_in_the_loop():
    async def main():
        return await asyncio.gather(*(count_primes(below) for below in (3, 10, 100, 1000)))

    assert asyncio.run(main()) == [1, 4, 25, 168]


def test_the_loop_runs_on_meanwhile_and_calls_on_its_own_thread():
    seen = []

    async def main():
        loop = asyncio.get_running_loop()
        done = asyncio.Event()

        def ready(count):
            seen.append((count, threading.current_thread()))
            done.set()

        m.count_primes(1000, loop, ready)
        await asyncio.wait_for(done.wait(), 30)

    asyncio.run(main())
    assert seen == [(168, threading.current_thread())]


# The thread may be ready when its loop is closed already, as in the next test.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_future_that_was_cancelled():
    async def main():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(count_primes(200_000), 0.001)
        return await count_primes(10)

    assert asyncio.run(main()) == 4


def test_a_loop_that_was_closed(monkeypatch):
    told = []
    monkeypatch.setattr("sys.unraisablehook", lambda what: told.append((type(what.exc_value), what.object)))
    loop = asyncio.new_event_loop()
    loop.close()
    m.count_primes(10, loop, print)
    deadline = time.monotonic() + 30
    while not told and time.monotonic() < deadline:
        time.sleep(0.001)
    assert told == [(RuntimeError, "count_primes")]
