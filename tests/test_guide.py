"""The pages of the porting guide: what any viewer of Markdown shows of them, and that they do not contradict themselves."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "porting-guide" / "src").glob("*.md"))
PICTURES = [picture.name for picture in (ROOT / "porting-guide" / "src").glob("*.svg")]
TEXTS = {page.name: page.read_text(encoding="utf-8") for page in PAGES}

page = pytest.mark.parametrize("name", TEXTS)


def prose(text):
    """The lines outside of code blocks, with their numbers."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            inside = not inside
        elif not inside:
            yield number, line


def cells(row):
    """The cells of a table's row: `|` divides them also inside of `code`, unless a backslash stands before it."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip())[1:-1]]


def tables(text):
    """Each table as a list of rows, and the number of its first line."""
    table, last = [], 0
    for number, line in [*prose(text), (0, "")]:
        if line.startswith("|"):
            table.append((number, cells(line)))
        elif table:
            yield table
            table = []


def rows_below(name, heading):
    """The rows of the first table below a heading."""
    after = TEXTS[name].split(f"\n## {heading}\n")[1]
    return [cells for _, cells in next(tables(after))[2:]]


def anchors(text):
    """The ids that headings get."""
    for _, line in prose(text):
        if heading := re.match(r"#+ (.*)", line):
            kept = re.sub(r"[^\w\- ]", "", heading[1].lower())
            yield kept.replace(" ", "-")


@pytest.mark.finding(17)
@page
def test_every_row_of_a_table_has_the_columns_of_its_head(name):
    for table in tables(TEXTS[name]):
        (_, head), (_, line), *rows = table
        assert all(re.fullmatch(":?-+:?", cell) for cell in line), f"{name}:{table[1][0]}"
        wrong = [number for number, row in [table[1], *rows] if len(row) != len(head)]
        assert not wrong, f"{name}: the rows in lines {wrong} have not {len(head)} columns"


@pytest.mark.finding(17)
@page
def test_code_in_tables_is_shown_as_code(name):
    """A backtick inside of `code` ends it, and what is between two spans becomes code."""
    for table in tables(TEXTS[name]):
        for number, row in table:
            for cell in row:
                ticks = re.split(r"(?<!`)(`+)(?!`)", cell)
                while len(ticks) > 1:
                    # The span ends at the next run of as many backticks.
                    assert ticks[1] in ticks[3::2], f"{name}:{number}: {cell}"
                    end = 3 + 2 * ticks[3::2].index(ticks[1])
                    code = "".join(ticks[2:end])
                    assert "`" in code or code == code.strip(), f"{name}:{number}: {cell}"
                    ticks = ticks[end + 1 :]


@pytest.mark.finding(17)
@page
def test_pages_hold_the_code_that_they_show(name):
    """`cargo xtask guide` puts it there: nothing but mdbook knows how to include a file."""
    assert "{{#" not in TEXTS[name]


@page
def test_links_lead_somewhere(name):
    text = "\n".join(line for _, line in prose(TEXTS[name]))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        assert file in ("", *TEXTS, *PICTURES), f"{name}: {target}"
        assert not anchor or anchor in anchors(TEXTS[file or name]), f"{name}: {target}"


@pytest.mark.finding(17)
@page
def test_the_examples_are_where_the_page_says(name):
    for path in re.findall(r"`((?:porting-guide/)?examples/[^`]*)`", TEXTS[name]):
        assert (ROOT / path).exists(), f"{name}: {path}"


@page
def test_every_page_is_in_the_summary(name):
    assert name == "SUMMARY.md" or f"({name})" in TEXTS["SUMMARY.md"]


def states():
    """The rows of the index of names: what nanobind has, what nb has, and the state."""
    for table in tables(TEXTS["names.md"]):
        for number, row in table[2:]:
            yield number, *row


@pytest.mark.finding(17)
def test_no_name_is_both_there_and_planned():
    found = {}
    for number, name, _, state in states():
        assert state in ("there", "planned", "impossible"), f"names.md:{number}"
        for code in re.findall("`([^`]+)`", name):
            # `cast(value, policy)` is the name `cast`, `python_error::type()` is not the name `type`.
            found.setdefault(re.match(r"([\w:]*)\W?", code)[1] or code, set()).add(state)
    contradictions = [name for name, states in found.items() if {"there", "planned"} <= states]
    # `accessor += v` is planned, all else that accessors do is there.
    assert set(contradictions) <= {"accessor"}


@pytest.mark.finding(17)
def test_what_is_planned_is_not_among_the_public_names():
    library = (ROOT / "nb" / "src" / "lib.rs").read_text(encoding="utf-8")
    uses = re.findall(r"^pub use (?:\w+::)*([^;]*);", library, re.M)  # without the modules on the way to a name
    public = set(re.findall(r"\w+", " ".join(uses)))
    assert {"class_", "rv_policy", "object"} <= public
    for number, name, _, state in states():
        if state == "planned":
            words = set(re.findall(r"`(?:nb::)?(\w+)", name))
            assert not words & public, f"names.md:{number}"


@pytest.mark.finding(17)
def test_what_the_introduction_calls_planned_the_index_does_not_call_there():
    there = {word for _, name, _, state in states() if state == "there" for word in re.findall(r"`(\w+)`", name)}
    (table,) = (table for table in tables(TEXTS["introduction.md"]) if table[0][1][-1] == "state")
    listed = {word for _, row in table[2:] for word in re.findall(r"`(?:nb::)?(\w+)`", row[0])}
    assert listed and not listed & there


def test_the_bindings_of_the_simulation_are_those_of_cpp():
    """Line by line, but for the names of types."""
    example = ROOT / "porting-guide" / "examples" / "simulation"

    def bindings(file, begin, end):
        return (example / file).read_text(encoding="utf-8").split(begin)[1].rstrip().removesuffix(end)

    cpp = bindings("cpp/simulation.cpp", "NB_MODULE(simulation, m) {", "}")
    rust = bindings("rust/src/lib.rs", "nb_module!(simulation, m, {", "});")
    assert cpp.replace("const std::string &", "&str").replace("double", "f64") == rust
    assert rust.count(".def") > 20


def test_the_bindings_of_the_graph_are_those_of_cpp():
    """Statement by statement: the same names, and but for closures the same text."""
    example = ROOT / "porting-guide" / "examples" / "graph"

    def statements(file, begin):
        bindings = (example / file).read_text(encoding="utf-8").split(begin)[1]
        return re.split(r"\n(?: {4}| {8})(?=\.|nb::|m\.)", bindings.replace("const std::string &", "&str").replace("double", "f64"))

    cpp = statements("cpp/graph.cpp", "NB_MODULE(graph, m) {")
    rust = statements("rust/src/lib.rs", "nb_module!(graph, m, {")
    names = [[re.match(r"[^(]*\((?:[^,\"]*, )?\"(\w+)\"", one) for one in side] for side in (cpp, rust)]
    assert [name and name[1] for name in names[0]] == [name and name[1] for name in names[1]] and len(cpp) > 40
    closures = [number for number, one in enumerate(cpp) if "](" in one]
    assert all(one == other for number, (one, other) in enumerate(zip(cpp, rust)) if number not in closures and number + 1 < len(cpp))
    assert len(closures) == 8


@page
def test_both_halves_of_a_pair_lie_side_by_side(name):
    """`x.cpp` beside `x.rs`, but for whole extensions, of which each half has a directory."""
    for number, pair in enumerate(re.findall(r'<div class="pair">\n(.*?)\n</div>', TEXTS[name], re.S)):
        if "```text" in pair:
            # PyO3's code, which no file of ours holds.
            continue
        (cpp, rust) = re.findall(r"<!-- file: (.*) -->\n```(?:cpp|rust)", pair)
        same = cpp.removesuffix(".cpp") == rust.removesuffix(".rs")
        assert same or (cpp.endswith("/cpp/my_ext.cpp") and rust.endswith("/rust/src/lib.rs")), f"{name}, pair {number}"
