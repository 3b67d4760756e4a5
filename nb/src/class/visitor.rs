//! [`def_visitor`]: bindings that several classes share.

use crate::bind::annotations::{FuncExtra, FunctionPolicy};
use crate::cast::class_trait::Class;
use crate::cast::member::Member;
use crate::cast::reference_internal::internal;
use crate::cast::traits::{Param, Ret};
use crate::class::builder::class_;
use crate::interpreter::gil::no_guard;
use crate::rv_policy;

/// Adds members to a class: nanobind's `nb::def_visitor`, passed to `.def` like a function.
///
/// `T` is the class, `E` the tuple of annotations after the visitor, which [`execute`](Self::execute) gets as it is. An
/// impl for all classes says in its bounds what it needs of them; one that passes any annotations on names
/// [`PlainExtra`]. For a return value policy or a call guard, name the very tuple, such as
/// `(nb::rv_policy::reference_internal,)`.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Measured;
/// trait Shape { fn area(&self) -> f64; }
/// // For every bound class that is a `Shape`, with a docstring for both methods if there is one.
/// impl<T: nb::Class<NbDomain> + Shape, E: nb::PlainExtra<NbDomain> + Clone> nb::def_visitor<NbDomain, T, E> for Measured {
///     fn execute(self, cl: nb::class_<'_, NbDomain, T>, extra: E) {
///         cl.def("area", |shape: &T| shape.area(), extra.clone())
///             .def("is_empty", |shape: &T| shape.area() == 0.0, extra);
///     }
/// }
///
/// struct Square(f64);
/// impl Shape for Square {
///     fn area(&self) -> f64 { self.0 * self.0 }
/// }
/// nb_module!(measured, m, {
///     nb::class_<Square>(m, "Square").def(Measured {}, "Of the shape.");
///     // As a plain builder call:
///     m.class_::<Square>("Again", ()).def_visit(Measured, ());
/// });
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot add members to the class `{T}`",
    label = "not a `nb::def_visitor` for `{T}` with these annotations",
    note = "`.def(..)` takes a name and a function, or a value of a type that implements `nb::def_visitor<{D}, {T}, {E}>`"
)]
pub trait def_visitor<D, T, E = ()> {
    /// Adds the members.
    fn execute(self, cl: class_<'_, D, T>, extra: E);
}

/// Annotations that set neither a policy nor a guard, whatever else they say: docstrings, names of arguments,
/// `is_operator()`, `keep_alive`, `sig`, and tuples of them.
///
/// A bound for a [`def_visitor`] that passes annotations on to functions which it does not know.
pub trait PlainExtra<D>: FuncExtra<D, Policy<FunctionPolicy> = FunctionPolicy, Guard<no_guard> = no_guard> {}

impl<D, E> PlainExtra<D> for E where E: FuncExtra<D, Policy<FunctionPolicy> = FunctionPolicy, Guard<no_guard> = no_guard>
{}

/// A type that functions take and return by value, under the policies that they have without an annotation.
///
/// This is the bound for generic functions that bind a family of classes, nanobind's class templates: `T:
/// nb::Convert<NbDomain>` for the parameter, and `Matrix<T>: nb::Class<NbDomain> + nb::Convert<NbDomain>` for the class.
///
/// ```no_run
/// use nb::prelude::*;
/// #[derive(Clone)]
/// struct Matrix<T>(Vec<T>);
///
/// fn bind_matrix<T>(m: &nb::module_<NbDomain>, name: &str)
/// where
///     T: nb::Convert<NbDomain> + Copy + Default,
///     Matrix<T>: nb::Class<NbDomain> + nb::Convert<NbDomain>,
/// {
///     m.class_::<Matrix<T>>(name, ())
///         .def_init(|size: usize| Matrix(vec![T::default(); size]), ())
///         .def("__getitem__", |m: &Matrix<T>, i: usize| m.0.get(i).copied().ok_or(nb::index_error("")), ())
///         .def("copy", |m: &Matrix<T>| m.clone(), ());
/// }
///
/// nb_module!(matrices, m, {
///     nb::uses_<Matrix<f32>>();
///     nb::uses_<Matrix<i64>>();
///     bind_matrix::<f32>(m, "MatrixF");
///     bind_matrix::<i64>(m, "MatrixI");
/// });
/// # fn main() {}
/// ```
pub trait Convert<D>:
    for<'a> Param<D, Item<'a> = Self>
    + Ret<D, rv_policy::automatic>
    + Ret<D, rv_policy::automatic_reference>
    + Ret<D, rv_policy::reference_internal>
    + for<'o> Ret<D, internal<'o>>
    + Ret<D, rv_policy::copy>
    + Member<D>
    + Send
    + Sync
    + 'static
{
}

impl<D, T> Convert<D> for T where
    T: for<'a> Param<D, Item<'a> = T>
        + Ret<D, rv_policy::automatic>
        + Ret<D, rv_policy::automatic_reference>
        + Ret<D, rv_policy::reference_internal>
        + for<'o> Ret<D, internal<'o>>
        + Ret<D, rv_policy::copy>
        + Member<D>
        + Send
        + Sync
        + 'static
{
}

/// A class of a family that a template binds, `nb_bind!(fn bind_matrix<T>(m) { nb::class_<Matrix<T>>(m, "M"); })`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a class of this extension",
    label = "the template binds `{Self}` as a class",
    note = "declare it where the template is called, in `nb_module!`: `nb::uses_<{Self}>();`"
)]
pub trait OfFamily<D>: Class<D> + Convert<D> {}

#[diagnostic::do_not_recommend]
impl<D, T: Class<D> + Convert<D>> OfFamily<D> for T {}

impl<'m, D, T: Class<D>> class_<'m, D, T> {
    /// Lets a [`def_visitor`] add members: nanobind's `.def(Visitor{}, ..)`, and spelled so in `nb_module!` and
    /// `nb_class!`.
    pub fn def_visit<V, E>(self, visitor: V, extra: E) -> Self
    where
        V: def_visitor<D, T, E>,
    {
        visitor.execute(self, extra);
        self
    }
}
