"""The charts on the guide's page about speed, drawn from the numbers in results/: `python benches/guide_charts.py` writes them anew.

They are drawn by hand and not by matplotlib, whose files differ from version to version: a test draws them again and compares.
"""

import json
import math
from html import escape
from pathlib import Path

import operations
from tables import ratio

HERE = Path(__file__).resolve().parent
PAGES = HERE.parent / "porting-guide" / "src"
NUMBERS = HERE / "results" / "time-3.14.json"

COLOURS = {"nb": "#c0392b", "nanobind": "#2c6fad", "PyO3": "#d98e04", "Cython": "#5a8f3c", "pybind11": "#8a8a8a"}
CALLS = ["noargs", "add", "named_keyword", "over_third", "text", "construct", "method", "prop_get", "op_add"]
FONT = 'font-family="sans-serif" font-size="12"'


def svg(width, height, parts):
    frame = f'<rect width="{width}" height="{height}" fill="white"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {FONT}>'
    return "\n".join([head, frame, *parts, "</svg>"]) + "\n"


def text(x, y, words, anchor="start", **style):
    styles = "".join(f' {name}="{value}"' for name, value in style.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{styles}>{escape(words)}</text>'


def bar(x, y, width, height, colour):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" fill="{colour}"/>'


def titles():
    return {key: title for key, title, *_ in operations.OPERATIONS}


def calls(results):
    """Some operations in nanoseconds. A bar that would leave the picture is cut, and its number says how long it is."""
    left, scale, longest, parts, y = 240, 1.6, 270, [], 34
    for place, (name, colour) in enumerate(COLOURS.items()):
        parts += [bar(left + 90 * place, 10, 10, 10, colour), text(left + 14 + 90 * place, 19, name)]
    for key in CALLS:
        row = [(name, results[key][name]) for name in COLOURS if name in results[key]]
        parts.append(text(left - 10, y + 6 * len(row) + 4, titles()[key], "end"))
        for name, number in row:
            width = min(number, longest) * scale
            parts += [bar(left, y, width, 11, COLOURS[name]), text(left + width + 4, y + 10, f"{number:.0f}", fill="#444")]
            y += 12
        y += 10
    return svg(720, y, parts)


def against_nanobind(results):
    """All operations that nanobind has as well: on the left of the line nb needs less time, on the right more."""
    shares = {key: ratio(results[key], "nb", "nanobind") for key in titles() if key in results}
    rows = sorted(((share, key) for key, share in shares.items() if share), key=lambda row: row[0])
    middle, octave, parts, y = 480, 68, [], 34
    for power in (-2, -1, 0, 1):
        x = middle + octave * power
        parts += [f'<line x1="{x}" y1="24" x2="{x}" y2="{34 + 15 * len(rows)}" stroke="{"#444" if power == 0 else "#ddd"}"/>']
        parts += [text(x, 18, f"{2.0**power:g}", "middle")]
    for share, key in rows:
        length = octave * math.log2(share)
        x, colour = (middle + length, COLOURS["nanobind"]) if share < 1 else (middle, COLOURS["nb"])
        parts += [text(280, y + 10, titles()[key], "end"), bar(x, y, abs(length), 11, colour)]
        parts += [text(700, y + 10, f"{share:.2f}", "end", fill="#444")]
        y += 15
    return svg(720, y + 10, parts)


def charts(results):
    return {"performance-calls.svg": calls(results), "performance-nanobind.svg": against_nanobind(results)}


if __name__ == "__main__":
    for name, drawn in charts(json.loads(NUMBERS.read_text())["results"]).items():
        (PAGES / name).write_text(drawn, encoding="utf-8")
        print(f"chart: {PAGES / name}")
