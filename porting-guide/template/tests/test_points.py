# {% capture text %}What the package does, and what type checkers see of it: `assert_type` does nothing at run time.
import sys

import pytest

import geo

if sys.version_info >= (3, 11):
    from typing import assert_type
else:
    from typing_extensions import assert_type


def test_point() -> None:
    p = geo.Point(3, y=4)
    assert assert_type(p.length(), float) == 5
    p.x = 0
    assert repr(assert_type(p + geo.Point(1), geo.Point)) == "Point(1, 4)"
    assert repr(assert_type(p.scaled(2), geo.Point)) == "Point(0, 8)"
    assert repr(assert_type(p.scaled((1, 3)), geo.Point)) == "Point(0, 12)"


def test_centroid() -> None:
    middle = geo.centroid([geo.Point(), geo.Point(2, 4)])
    assert (middle.x, middle.y) == (1, 2)
    with pytest.raises(ValueError, match="no point"):
        geo.centroid([])
# {% endcapture %}{{ text | replace: "geo", crate_name | append: "|" | remove: "# |" | strip }}
