"""The guide's pages for those who come from elsewhere, and the questions: they say what is the case."""

import doctest
import importlib
import re
import sys

import pytest

from test_guide import ROOT, TEXTS, rows_below


def module(name):
    """Not at the top: `cargo xtask parity` reads the tests without building anything."""
    return importlib.import_module(name)


def test_a_bank_as_in_pyo3():
    bank = module("bank")
    account = bank.Account("Ann")
    assert (account.owner, account.kind, account.balance, len(account)) == ("Ann", bank.Kind.Giro, 0.0, 3)
    account.balance = 5
    assert repr(account) == "<Account of Ann>" and account.balance == 5.0
    with pytest.raises(bank.Overdrawn, match="^Ann has 500$") as caught:
        account.withdraw(600)
    assert isinstance(caught.value, ValueError)
    assert account.withdraw(600, force=True) == -100
    with pytest.raises(TypeError):
        account.withdraw(600, True)
    assert bank.Account.parse("x:12").balance == 0.12
    for wrong in ("x", "x:y"):
        with pytest.raises(ValueError):
            bank.Account.parse(wrong)
    loan = bank.Loan("Ben", 0.5)
    assert (loan.rate, loan.kind, loan.owner) == (0.5, bank.Kind.Savings, "Ben") and isinstance(loan, bank.Account)
    assert bank.total([1, 2.5], times=2) == 7.0 and bank.LIMIT == 1000
    assert bank.Account.__doc__ == "Money that belongs to somebody." and bank.Account.__module__ == "bank"


def test_what_python_notices():
    bank = module("bank")

    class Named(bank.Account):
        def __init__(self, first, last):
            super().__init__(f"{first} {last}")

    assert Named("Ann", "Bo").owner == "Ann Bo"
    assert bank.Kind["Giro"] is bank.Kind.Giro and list(bank.Kind) == [bank.Kind.Giro, bank.Kind.Savings]
    assert bank.total.__doc__ == "total(numbers: collections.abc.Sequence[float], times: int = 1) -> float"
    assert type(bank.total).__name__ == "builtin_function_or_method" and type(bank.Account.withdraw).__name__ == "method_descriptor"
    for times, note in ((-1, "argument 'times': out of range"), (2**40, "argument 'times': out of range")):
        with pytest.raises(TypeError, match="incompatible function arguments") as caught:
            bank.total([], times)
        assert sys.version_info < (3, 11) or caught.value.__notes__ == [note]


def test_parts_of_an_object_and_overloads():
    lines = module("lines")
    start, end = lines.Point(1, 2), lines.Point(3, 4)
    line = lines.Line(start, end)
    line.start.x = 7
    # The line has copies.
    assert (line.start.x, start.x) == (7, 1)
    line.scale(2)
    line.scale((1, 0.5))
    assert (line.start.x, line.start.y, line.end.x, line.end.y) == (14, 2, 6, 4)
    assert lines.Line.scale.__doc__ == "scale(self, by: float) -> None\nscale(self, by: tuple[float, float]) -> None"


def test_the_session_with_class_methods():
    name = "from-pyo3.md"
    names = {"class_methods": module("class_methods"), "__name__": "__main__"}
    session = "\n".join(re.findall(r"```pycon\n(.*?)```", TEXTS[name], re.S)).replace(": pass\n", ": pass\n...\n")
    examples = doctest.DocTestParser().get_doctest(session, names, name, name, 0)
    said = []
    results = doctest.DocTestRunner().run(examples, out=said.append)
    assert results.attempted and not results.failed, "".join(said)


def test_the_compiler_says_what_the_page_says():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "ui-tests" / "ui").glob("*.stderr")]
    quoted = [re.fullmatch(r"``(.*?) ?``", begin)[1] for begin, _ in rows_below("from-nanobind.md", "What the compiler tells")]
    assert len(quoted) > 10
    for quote in quoted:
        assert any(quote in text for text in texts), quote


def test_every_question_has_an_answer():
    questions = re.split(r"\n### ", TEXTS["faq.md"])[1:]
    assert len(questions) > 30
    assert all(len(question.split("\n", 1)[1].strip()) > 40 for question in questions)
