"""The guide's page about speed and size tells what was measured."""

import importlib
import json

import pytest

from test_guide import ROOT, TEXTS, rows_below

BENCHES = ROOT / "benches"


@pytest.fixture
def benches(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHES))
    return importlib.import_module("guide_charts")


@pytest.fixture(scope="module")
def times():
    return json.loads((BENCHES / "results" / "time-3.14.json").read_text())["results"]


def test_the_charts_are_those_of_the_numbers(benches, times):
    """After another measurement: `python benches/guide_charts.py`."""
    drawn = benches.charts(times)
    assert {name: (benches.PAGES / name).read_text(encoding="utf-8") for name in drawn} == drawn
    for name, text in drawn.items():
        assert f"({name})" in TEXTS["performance.md"] and len(text) < 100_000


def test_the_page_names_all_that_is_slower(benches, times):
    titles = benches.titles()
    slower = {
        titles[key]: [f"{row['nb']:.0f}", f"{row['nanobind']:.0f}", f"{row['nb'] / row['nanobind']:.2f}"]
        for key, row in times.items()
        if "nanobind" in row and row["nb"] > 1.1 * row["nanobind"]
    }
    assert {title: numbers for title, *numbers, _ in rows_below("performance.md", "Where nb is slower than nanobind")} == slower


@pytest.mark.row("bench-01")
def test_sizes_are_those_of_the_results():
    results = (BENCHES / "RESULTS.md").read_text(encoding="utf-8")
    rows = rows_below("performance.md", "Size and compile time")
    assert len(rows) == 4
    for row in rows:
        assert f"| {' | '.join(row)} |" in results
