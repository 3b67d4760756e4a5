"""Random programs over Python subclasses of bound classes: overrides, patches, and what native code keeps of their objects.

Short runs; `cargo xtask soak` makes long ones.
"""

import pytest
from adversary import classes_engine, classes_model
from adversary import program as adversary
from adversary.classes import Program
from adversary.engine import DEPTH
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
    adversary.execute(operations, kind=Program)


@pytest.mark.row("TRM-09", "TRM-11", "LIV-13")
@pytest.mark.parametrize("seed", range(30))
def test_seeded_programs_agree_with_the_model(seed):
    operations = adversary.program(seed, 100, kind=Program)
    mismatch = adversary.fails(operations, Program)
    if mismatch:
        smallest, trace = adversary.smallest(operations, Program)
        pytest.fail(f"seed {seed}: {mismatch}\n{smallest}\n" + "\n".join(map(str, trace)))


def test_the_programs_reach_every_refusal():
    """What the model says of calls that never happen is worth nothing."""
    seen = set()
    for seed in range(40):
        running = Program()
        running.run(adversary.program(seed, 100, kind=Program))
        running.finish()
        seen |= running.outcomes
    assert seen >= {None, *classes_engine.KINDS.values(), *classes_engine.TEXTS.values()}


def wrong_marks(monkeypatch):
    monkeypatch.setattr(classes_model.Link, "rest", lambda self: None)


def wrong_lookup(monkeypatch):
    monkeypatch.setattr(classes_model.Object, "look_up", lambda self, name: classes_model.NATIVE[name])


def wrong_super(monkeypatch):
    """As if a bound method called by `super()` found the override again."""
    right = classes_model.Link.__init__

    def init(self, model, obj, exclusive=False, passed=None, kept=False):
        right(self, model, obj, exclusive, None, kept)

    monkeypatch.setattr(classes_model.Link, "__init__", init)


@pytest.mark.parametrize("wrong", [wrong_marks, wrong_lookup, wrong_super])
def test_a_wrong_model_is_noticed_and_the_program_shrunk(wrong, monkeypatch):
    wrong(monkeypatch)
    programs = (adversary.program(seed, 100, kind=Program) for seed in range(100))
    failing = next(program for program in programs if adversary.fails(program, Program))
    smallest, trace = adversary.smallest(failing, Program)
    assert adversary.fails(smallest, Program) and len(trace) < 30
