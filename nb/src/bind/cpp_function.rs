//! Functions made at run time: `nb::cpp_function`.

use crate::bind::annotations::{FuncExtra, FunctionPolicy, GuardOf, PolicyOf};
use crate::bind::checks::check;
use crate::bind::erased::{self, Pending, Thunk};
use crate::bind::functions;
use crate::bind::scope::Home;
use crate::call::callable_traits::{Func, Plain, Sig};
use crate::call::entry;
use crate::call::record::FuncFlags;
use crate::interpreter::gil::no_guard;
use crate::interpreter::state::State;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};

/// Makes a Python function of a Rust function or closure: nanobind's `nb::cpp_function(f, ..)`.
///
/// What a closure captures belongs to the Python function and is dropped with it, on any thread. The annotations are those
/// of [`module_::def`](crate::module_::def). The function has no name and no home: its `__name__` is empty, `__qualname__`
/// and `__module__` are `None`, and its docstring starts with the signature alone, `(number: int) -> int`.
///
/// `D` is the domain, as in [`cast_in`](crate::cast_in()). Inside `nb_module!` and its kin the call is written as in C++,
/// `nb::cpp_function(&f, "number"_a)?`, and the macro adds the domain.
///
/// # Errors
/// Fails with an `ImportError` when the type of a default value is not bound; panics when the thread is not attached.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(adders, m, {
///     m.def("adder", |step: i32| nb::cpp_function(move |number: i32| number + step, "number"_a));
/// });
/// // The same without the macro, in a domain `D`:
/// fn adder<D: 'static>(step: i32) -> nb::Result<nb::object> {
///     nb::cpp_function::<D, _, _, _>(move |number: i32| number + step, (nb::arg("number"),))
/// }
/// ```
pub fn cpp_function<D, S, F, E>(function: F, extra: E) -> Result<object>
where
    E: FuncExtra<D>,
    F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
{
    const { check::<D, S, F, E, FunctionPolicy>(0) };
    check_attached();
    let thunk = erased::thunk::<D, S, F, E, FunctionPolicy, Plain>(function, FuncFlags::empty());
    functions::anonymous(thunk, Pending::<D, E>::new(extra).erase())
}

/// Makes a function and puts it into a scope under a name: nanobind's `nb::cpp_function_def(f, nb::scope(scope),
/// nb::name("name"), ..)`.
///
/// Works at any time and on any object that takes attributes: a function of that name in the same scope gets another
/// overload. On a class it is a plain function, which gets no `self`.
///
/// Inside `nb_module!` and its kin the macro adds the domain and the tuple: `nb::cpp_function_def(m.object(), "twice",
/// &twice, "x"_a)?`.
///
/// # Errors
/// Fails with an `ImportError` when the name is taken by something else, and with the scope's own exception when it takes no
/// attributes; panics when the thread is not attached.
///
/// ```no_run
/// fn extend<D: 'static>(scope: &nb::object) -> nb::Result<()> {
///     nb::cpp_function_def::<D, _, _, _>(scope, "twice", |x: i32| 2 * x, (nb::arg("x"), "Doubles a number"))
/// }
/// ```
pub fn cpp_function_def<D, S, F, E>(scope: &object, name: &str, function: F, extra: E) -> Result<()>
where
    E: FuncExtra<D>,
    F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
{
    const { check::<D, S, F, E, FunctionPolicy>(0) };
    check_attached();
    let state = State::get_or_create()?;
    let thunk = if const { entry::is_stateless::<F>() } {
        Thunk::of_entry(erased::entry::<D, S, F, E, FunctionPolicy, Plain>(function), FuncFlags::empty())
    } else {
        erased::thunk::<D, S, F, E, FunctionPolicy, Plain>(function, FuncFlags::empty())
    };
    functions::define(&Home::of(scope, &state), name, thunk, Pending::<D, E>::new(extra).erase())
}

/// As [`cpp_function`], for a function that a result or an argument holds.
pub(crate) fn from_value<D, S, F, P>(function: F) -> Result<object>
where
    F: Sig<S> + Func<D, S, P, no_guard>,
{
    let thunk = erased::thunk::<D, S, F, (), P, Plain>(function, FuncFlags::empty());
    functions::anonymous(thunk, None)
}
