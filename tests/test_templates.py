"""Function templates that bind a family of classes."""

import pytest
import test_templates_ext as m

pytestmark = pytest.mark.finding(15)


def test_a_template_binds_a_class_for_each_type():
    numbers, texts = m.StackF(), m.StackS()
    numbers.push(1)
    numbers.push(item=2.5)
    texts.push("a")
    assert len(numbers) == 2 and len(texts) == 1
    assert numbers.pop() == 2.5 and texts.pop() == "a"
    with pytest.raises(IndexError, match="empty"):
        texts.pop()
    with pytest.raises(TypeError):
        numbers.push("a")
    assert m.StackF.__doc__ == "A stack."
    assert m.StackF.push.__doc__ == "push(self, item: float) -> None\n\nPuts it on top."
    assert m.StackS.push.__doc__.startswith("push(self, item: str) -> None")


def test_comparisons_are_no_calls_of_a_template():
    assert m.between is True and m.seen is True


def test_a_template_for_a_class_adds_members():
    stack = m.StackS()
    assert stack.first() is None
    stack.push("x")
    assert stack.first() == "x"
    assert m.StackS.first.__doc__ == "first(self) -> object"
    assert m.StackF.family == "stacks"


def test_a_template_with_a_result_and_a_number_as_parameter():
    grid = m.Grid3()
    assert grid[2] == 0
    with pytest.raises(IndexError):
        grid[3]
    assert m.MADE == 1


def test_a_class_that_depends_on_no_parameter_is_declared_by_the_template():
    assert m.marker().name == "one"


def test_a_template_that_fails_fails_the_import():
    with pytest.raises(ImportError) as failed:
        import test_templates_failing_ext  # noqa: F401
    chain, error = [], failed.value
    while error is not None:
        chain.append(str(error))
        error = error.__cause__
    assert any("cannot convert float NaN to integer" in text for text in chain)
