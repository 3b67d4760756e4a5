//! What another module shows of the first one's.

use nb::prelude::*;

nb_module!(test_stubs_other_ext, m, {
    let first = nb::module_::import_("test_stubs_ext");
    m.def(
        "same",
        |p: nb::object| p,
        nb::sig("def same(p: test_stubs_ext.Point, inner: test_stubs_ext.Outer.Inner = ...) -> decimal.Decimal"),
    );
    m.def("hold", |p: nb::object| p, "p"_a = first.attr("Kind").attr("Open").get()?);
    m.def("parameter_of_its_own", |a: nb::object| a, nb::sig("def parameter_of_its_own[U: int](a: U, /) -> list[U]"));
    m.attr("Point") = first.attr("Point").get()?;
    m.attr("Where") = first.attr("Point").get()?;
    m.attr("kind") = first.attr("Kind").attr("Open").get()?;
    // Has the name of a class that is needed besides.
    m.attr("Decimal") = 1;
});
