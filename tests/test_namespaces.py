"""Another name of the namespace."""

import pytest
import test_namespaces_ext as m

pytestmark = pytest.mark.finding(15)


def test_the_namespace_has_the_name_that_the_body_gives_it():
    assert m.Dog().age == 3
    assert m.Dog(age=5).text() == "5"
    assert m.Dog(4).same(other=m.Dog(4))
    assert [kind.name for kind in m.Kind] == ["Cat", "Dog"]
    with pytest.raises(KeyError) as lost:
        m.lose()
    assert type(lost.value) is m.Lost
    values = []
    assert m.kept(values=values) is values


def test_a_name_from_a_statement_of_the_body():
    assert m.inside() == 1.0 and type(m.inside(n=2)) is float


def test_modules_with_the_same_words_are_their_own():
    assert m.own == (2, 7)
