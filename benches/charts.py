"""A bar chart of a whole run."""

from tables import ratio


def chart(path, results, titles, names, unit):
    """One group an operation, on the scale of the C API; writes `path`.png and `path`.svg."""
    try:
        import matplotlib
    except ImportError:
        print("no chart: matplotlib is not installed in this environment")
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    keys = [key for key in titles if "C API" in results[key]]
    if not keys:
        print("no chart: it needs the C API module as its scale")
        return
    height = 0.8 / len(names)
    figure, axes = pyplot.subplots(figsize=(9, 0.75 * len(keys) + 2))
    for place, name in enumerate(names):
        at = [(i + place * height, ratio(results[k], name, "C API")) for i, k in enumerate(keys)]
        at = [(y, x) for y, x in at if x is not None]
        axes.barh([y for y, _ in at], [x for _, x in at], height, label=name)
    axes.set_yticks([i + 0.4 for i in range(len(keys))], [titles[k] for k in keys])
    axes.invert_yaxis()
    axes.set_xscale("log", base=2)
    axes.set_xlabel(f"{unit} relative to the C API")
    axes.legend()
    figure.tight_layout()
    for end in ("png", "svg"):
        figure.savefig(f"{path}.{end}")
        print(f"chart: {path}.{end}")
