//! Enumerations of pybind11's kind that Python code can let die.

use nb_compat::prelude::*;

#[derive(Clone, Copy)]
pub enum Dynamic {
    A,
    B,
}

/// Binds an enumeration that Python code can let die.
fn bind_dynamic(scope: py::object) -> py::Result<()> {
    py::module_::<NbDomain>::in_scope(&scope, |scope| {
        let bound = scope.enum_::<Dynamic>("Dynamic", (py::__private::pybind11_enum(), "made at run time"));
        bound.value("A", Dynamic::A).value_doc("B", Dynamic::B, "the second");
        Ok(())
    })
}

PYBIND11_MODULE!(test_compat_enums_dynamic_ext, m, {
    py::uses_enum_<Dynamic>();
    m.def("bind_dynamic", &bind_dynamic);
    m.def("dynamic", |dynamic: Dynamic| dynamic as i32);
    m.def("dynamic_of", |number: i32| if number == 0 { Dynamic::A } else { Dynamic::B });
});
