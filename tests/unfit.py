"""For pytest plugins under which some tests cannot run."""

import pytest


def skip(items, unfit):
    """Skips the tests whose names have one of the texts, with the reason."""
    for item in items:
        why = next((why for text, why in unfit.items() if text in item.nodeid), None)
        if why:
            item.add_marker(pytest.mark.skip(reason=why))
