"""Turns numbers into tables: one row an operation, one column a contender. A row is a dictionary from name to number."""

# What nb may need at most, as a multiple of others.
GOALS = [("nanobind", 0.75), ("the best peer", 1.0), ("the C API", 1.25)]


def ratio(row, name, base):
    return row[name] / row[base] if name in row and base in row and row[base] > 0 else None


def best_peer(row):
    """The name of the fastest library besides nb; the C API is the yardstick and no library."""
    return min((name for name in row if name not in ("nb", "C API")), key=row.get, default=None)


def against(row):
    """What nb needs as a multiple of nanobind, of the best peer and of the C API, where there are both numbers."""
    return [ratio(row, "nb", "nanobind"), ratio(row, "nb", best_peer(row)), ratio(row, "nb", "C API")]


def markdown(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def table(rows, names, digits=1):
    """Markdown: the number, in brackets the multiple of the C API."""

    def cell(row, name):
        if name not in row:
            return ""
        share = ratio(row, name, "C API")
        return f"{row[name]:.{digits}f}" + (f" ({share:.2f})" if share and name != "C API" else "")

    def share(value):
        return "" if value is None else f"{value:.2f}"

    lines = []
    for title, row in rows:
        nanobind, best, c_api = against(row)
        lines.append([title, *(cell(row, name) for name in names), share(c_api), share(best), share(nanobind)])
    return markdown(["", *names, "nb / C API", "nb / best peer", "nb / nanobind"], lines)


def missed(rows):
    """A sentence for each goal that a row misses."""
    sentences = []
    for title, row in rows:
        if "nb" not in row:
            sentences.append(f"{title}: nb cannot do this yet")
            continue
        for (base, goal), is_now in zip(GOALS, against(row)):
            if is_now is not None and is_now > goal:
                named = f"{base} ({best_peer(row)})" if base == "the best peer" else base
                sentences.append(f"{title}: {is_now:.2f} of {named}, the goal is {goal:.2f}")
    return sentences
