"""Random programs that try to break ownership, and programs written by hand for the same purpose.

Short runs; `cargo xtask soak` makes long ones, also under AddressSanitizer and with Python's debugging allocator.
"""

import pytest
from adversary import calls, objects
from adversary import program as adversary
from adversary.engine import DEPTH, TEXTS
from hypothesis import given, settings
from hypothesis import strategies as st

NUMBER = st.integers(0, (1 << 16) - 1)
EMPTY = st.just([])


def operation(inner):
    return st.tuples(NUMBER, NUMBER, NUMBER, NUMBER, inner)


INNER = EMPTY
for _ in range(DEPTH):
    INNER = EMPTY | st.lists(operation(INNER), max_size=3)


@given(st.lists(operation(INNER), max_size=60))
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
def test_programs_agree_with_the_model(operations):
    """hypothesis shrinks a program that does not."""
    adversary.execute(operations)


@pytest.mark.row("LIV-13")
@pytest.mark.parametrize("seed", range(40))
def test_seeded_programs_agree_with_the_model(seed):
    operations = adversary.program(seed, 100)
    mismatch = adversary.fails(operations)
    if mismatch:
        smallest, trace = adversary.smallest(operations)
        pytest.fail(f"seed {seed}: {mismatch}\n{smallest}\n" + "\n".join(map(str, trace)))


def test_the_programs_reach_every_refusal():
    """What the model says of calls that never happen is worth nothing."""
    seen = set()
    for seed in range(40):
        running = adversary.Program()
        running.run(adversary.program(seed, 100))
        running.finish()
        seen |= running.outcomes
    assert seen >= {None, "types", *TEXTS.values()}


def refuse(why):
    raise objects.Refusal(why)


LIES = {
    "nobody else has a share": (objects.Object, "is_shared", lambda self: False),
    "parts of one object overlap": (calls, "disjoint", lambda a, b: False),
    "elements that are gone are stale": (calls.Call, "look_up", staticmethod(lambda obj: obj.find() or refuse("stale"))),
    "locks are never to be had": (calls.Call, "lock", lambda self, root, obj, exclusive: refuse("busy")),
    "values stay behind their locks": (calls.Call, "unlock", staticmethod(lambda obj: obj.where == "lock")),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_wrong_model_is_noticed_and_the_program_shrunk(lie, monkeypatch):
    """The programs would not find a mark that is missing if they did not find one too many in the model."""
    monkeypatch.setattr(*LIES[lie])
    failing = next(p for p in (adversary.program(seed, 100) for seed in range(40)) if adversary.fails(p))
    smallest, trace = adversary.smallest(failing)
    assert adversary.fails(smallest) and len(trace) < 30
