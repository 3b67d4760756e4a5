"""What nb needed in instructions, release by release, and whether it needs more by now.

`history.json` has, for each Python version, a dictionary from label to a dictionary from operation to instructions, in the
order of the releases. The last one is the bound for `cargo xtask bench --instructions --check`.
"""

import json
import pathlib

from tables import markdown

HERE = pathlib.Path(__file__).parent
FILE = HERE / "history.json"
PAGE = HERE / "HISTORY.md"

#: So much more than the bound is noise: of where memory happens to lie, and of calls that an interpreter tries to specialise.
SLACK = 1.03
#: Instructions that are noise in the shortest operations.
FEW = 8


def load(file=FILE):
    return json.loads(file.read_text()) if file.exists() else {}


def counts(results):
    """Those of nb alone, rounded."""
    return {key: round(row["nb"]) for key, row in results.items() if "nb" in row}


def record(python, label, results, file=FILE, page=PAGE):
    """Adds a column, or replaces the one with this label, and writes the page."""
    history = load(file)
    history.setdefault(python, {})[label] = counts(results)
    file.write_text(json.dumps(history, indent=1) + "\n")
    page.write_text(render(history))


def render(history):
    """The page: a table for each Python version, a column for each label, and how the last compares with the one before."""
    from operations import OPERATIONS

    parts = ["# Instructions of nb, by release", "",
             "Counted with `cargo xtask bench --instructions`, written with `-- --record LABEL`. The last column is the quotient of the",
             "last two. `cargo xtask bench --instructions --check` fails where a row needs more than the last release did.", ""]
    for python, columns in sorted(history.items()):
        labels = list(columns)
        rows = []
        for key, title, *_ in OPERATIONS:
            numbers = [columns[label].get(key) for label in labels]
            if not any(numbers):
                continue
            change = f"{numbers[-1] / numbers[-2]:.2f}" if len(numbers) > 1 and numbers[-1] and numbers[-2] else ""
            rows.append([title, *("" if number is None else str(number) for number in numbers), change])
        parts += [f"## Python {python}", "", markdown(["", *labels, "change"], rows), ""]
    return "\n".join(parts)


def worse(python, results, file=FILE):
    """A sentence for each row that needs more than the last release did; nothing for a Python version without a record."""
    columns = load(file).get(python)
    if not columns:
        return []
    label, bounds = list(columns.items())[-1]
    return [
        f"{key}: {now} instructions, {bounds[key]} in {label}"
        for key, now in counts(results).items()
        if key in bounds and now > max(bounds[key] * SLACK, bounds[key] + FEW)
    ]
