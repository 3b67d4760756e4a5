//! `name` and `scope`: where a function is put.

use super::{AnnotationFacts, FuncExtra, FuncSpec};
use crate::call::callable_traits::Layout;
use crate::cast::into_object::{IntoObject, to_python};
use crate::python::error::Result;
use crate::python::object::object;

/// Replaces the name under which a function is bound: nanobind's `nb::name("f")`.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(naming, m, {
///     let language = "en";
///     m.def("greet", || "hello", nb::name(format!("greet_{language}")));
/// });
/// ```
#[derive(Clone)]
pub struct name {
    text: String,
}

/// Makes the annotation [`struct@name`].
pub fn name(text: impl Into<String>) -> name {
    name { text: text.into() }
}
annotation!(impl[] name, |self, spec| spec.name = Some(self.text),
    const FACTS: AnnotationFacts = AnnotationFacts::PLACED;
);

/// Puts a function into another scope than the one it is bound in: nanobind's `nb::scope(x)`.
///
/// The scope is a module, a class, or any object that takes attributes; else binding fails with what assigning the
/// attribute raises. With [`is_method`](crate::is_method), a class that Python code made gets a method in Rust:
///
/// ```no_run
/// use nb::prelude::*;
/// fn area(this: nb::object) -> nb::Result<f64> {
///     let side: f64 = this.attr("side").get()?.cast()?;
///     Ok(side * side)
/// }
/// nb_module!(squares, m, {
///     let shapes = nb::module_::<()>::import_("shapes")?;
///     let square = shapes.attr("Square").get()?;
///     m.def("area", &area, nb::scope(square), nb::is_method());
/// });
/// ```
pub struct scope {
    target: Result<object>,
}

/// Makes the annotation [`struct@scope`].
pub fn scope(target: impl IntoObject) -> scope {
    scope { target: to_python::<(), _>(target) }
}
annotation!(impl[] scope, |self, spec| match self.target {
    Ok(target) => spec.scope = Some(target),
    Err(error) => {
        spec.error.get_or_insert(error);
    }
},
    const FACTS: AnnotationFacts = AnnotationFacts::PLACED;
);
