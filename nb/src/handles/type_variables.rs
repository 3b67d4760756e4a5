//! What the module `typing` makes for generic classes and functions: [`type_var`] and its kin, and [`any_type`].

use crate::handles::call::CallArgs;
use crate::handles::interpreter::typing;
use crate::python::attributes;
use crate::python::error::Result;
use crate::python::object::object;

/// A type variable, of the arguments of Python's `typing.TypeVar`: nanobind's `nb::type_var("T")`.
///
/// As an attribute of the module, signatures can name it. In the macros it is written as in C++: `nb::type_var("T", "bound"_a = class)`.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(generic, m, {
///     m.attr("T") = nb::type_var("T");
///     m.def("same", |value: nb::object| value, nb::sig("def same(value: T, /) -> T"));
/// });
/// /// In plain Rust, with the arguments as a tuple.
/// fn number() -> nb::Result<nb::object> {
///     let int: nb::object = nb::builtins()?.item("int").get()?;
///     nb::type_var(("Number", nb::kw("bound", int)))
/// }
/// # fn main() {}
/// ```
///
/// # Errors
/// Whatever Python raises.
pub fn type_var(args: impl CallArgs) -> Result<object> {
    typing()?.getattr("TypeVar")?.call(args)
}

/// A variable for any number of types: nanobind's `nb::type_var_tuple("Ts")`. Before Python 3.11 it is that of `typing_extensions`, which
/// has to be installed.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(generic, m, {
///     m.attr("Ts") = nb::type_var_tuple("Ts");
///     m.def("pack", |values: nb::args| values, nb::sig("def pack(*values: typing_extensions.Unpack[Ts]) -> tuple[typing_extensions.Unpack[Ts]]"));
/// });
/// # fn main() {}
/// ```
///
/// # Errors
/// Whatever Python raises.
pub fn type_var_tuple(args: impl CallArgs) -> Result<object> {
    let module = if cfg!(Py_3_11) { "typing" } else { "typing_extensions" };
    attributes::import(module)?.getattr("TypeVarTuple")?.call(args)
}

/// A variable for the parameters of a function: nanobind's `nb::param_spec("P")`.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(generic, m, {
///     m.attr("P") = nb::param_spec("P");
///     m.def("call", |f: nb::callable| f.call(()), nb::sig("def call(f: collections.abc.Callable[P, int], /) -> object"));
/// });
/// # fn main() {}
/// ```
///
/// # Errors
/// Whatever Python raises.
pub fn param_spec(args: impl CallArgs) -> Result<object> {
    typing()?.getattr("ParamSpec")?.call(args)
}

/// Python's `typing.Any`: nanobind's `nb::any_type()`.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(generic, m, {
///     m.attr("Anything") = nb::any_type();
/// });
/// # fn main() {}
/// ```
///
/// # Errors
/// Whatever Python raises.
pub fn any_type() -> Result<object> {
    typing()?.getattr("Any")
}
