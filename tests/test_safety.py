"""SAFETY.md names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CRATES = ["nb", "intrusive", "locks"]


def rows():
    """Invariant and the names in the last column, of each row of the table."""
    text = (ROOT / "SAFETY.md").read_text()
    table = text.split("| invariant |")[1].split("\n\n")[0]
    for line in table.splitlines()[2:]:
        cells = re.split(r"(?<!\\)\|", line)
        yield cells[1].strip(), re.findall(r"`([^`]+)`", cells[3])


def known():
    """Tests in Python and Rust, fixtures, compile errors, and files with tests."""
    names = set()
    for file in (ROOT / "tests").rglob("*.py"):
        names.add(file.name)
        names.update(re.findall(r"def (?:test_)?(\w+)\(", file.read_text()))
    for file in [file for crate in CRATES for file in (ROOT / crate).rglob("tests/*.rs")]:
        names.add(str(file.relative_to(ROOT)))
        names.update(re.findall(r"fn (\w+)\(", file.read_text()))
    names.update(file.stem for file in (ROOT / "ui-tests" / "ui").glob("*.rs"))
    return names


def test_each_invariant_is_attacked_by_tests_that_exist():
    names = known()
    found = list(rows())
    assert len(found) > 50
    for invariant, tests in found:
        assert tests, f"nothing attacks: {invariant}"
        assert [name for name in tests if name not in names] == [], invariant


def test_the_documents_name_files_that_exist():
    for name in ["ARCHITECTURE.md", "SAFETY.md", "CONTRIBUTING.md"]:
        text = (ROOT / name).read_text()
        files = set(re.findall(r"(?<![\w*])((?:[\w-]+/)+(?:\w+\.(?:rs|py|md))?)", text))
        files = {file for file in files if "NAME" not in file}
        missing = [file for file in files if not any((ROOT / base / file).exists() for base in ["", "nb/src", "tests"])]
        assert sorted(missing) == [], name


def test_the_functions_that_uphold_an_invariant_exist():
    text = (ROOT / "SAFETY.md").read_text()
    named = {(a, b) for a, b in re.findall(r"`([a-z_]+)::([a-z_]+)`", text) if a not in ("nb", "gil_scoped_release")}
    assert len(named) > 10
    missing = []
    for module, function in named:
        files = [*(ROOT / "nb" / "src").rglob(f"{module}.rs"), *(ROOT / "nb" / "src").rglob(f"{module}/*.rs")]
        if not any(re.search(rf"\b(?:fn|static) {function}\b", file.read_text()) for file in files):
            missing.append(f"{module}::{function}")
    assert sorted(missing) == []


def unsafe_functions(source):
    """The line number of each unsafe function that is none of a trait's implementation, and whether its docs have `# Safety`."""
    lines = source.split("\n")
    for number, line in enumerate(lines):
        match = re.match(r'(\s*)(?:pub(?:\([^)]*\))? )?(?:const )?unsafe (?:extern "C" )?fn ', line)
        if not match:
            continue
        indent = len(match[1])
        outer = next((l for l in reversed(lines[:number]) if l.strip() and len(l) - len(l.lstrip()) < indent), "")
        # Methods of a trait say what the trait says; those of a macro stand in an implementation that the macro is used in.
        if re.search(r"\bimpl\b.*\bfor\b|^\s*(?:where|unsafe extern)\b|[=(]>? ?\{$", outer) or outer.strip() == "{":
            continue
        docs = []
        while number > 0 and lines[number - 1].strip().startswith(("///", "#[")):
            number -= 1
            docs.append(lines[number])
        yield number + 1, any("# Safety" in doc for doc in docs)


def test_each_unsafe_function_says_what_it_asks_of_its_caller():
    functions = 0
    missing = []
    for file in sorted(file for crate in CRATES for file in (ROOT / crate / "src").rglob("*.rs")):
        for number, said in unsafe_functions(file.read_text()):
            functions += 1
            if not said:
                missing.append(f"{file.relative_to(ROOT)}:{number}")
    assert functions > 300
    assert missing == []
