//! [`DefVisitor`]: statements for many classes, written once.

use crate::class::Class;
use crate::class_builder::class_;

/// A block of binding statements that classes share: nanobind's `nb::def_visitor<V>`, for `.def(MyOperators)`.
///
/// Being a trait, it can be implemented for every class whose type has what the statements need.
///
/// ```no_run
/// use nb::prelude::*;
/// /// Texts for everything that can be printed.
/// struct Printed;
/// impl<D, T: nb::Class<D> + std::fmt::Debug> nb::DefVisitor<D, T> for Printed {
///     fn execute(self, class: nb::class_<'_, D, T>) {
///         class.def("__repr__", |value: &T| format!("{value:?}"), ());
///     }
/// }
/// #[derive(Clone, Debug)] struct Cat { lives: i32 }
/// nb_module!(cats, m, {
///     nb::class_<Cat>(m, "Cat").def(nb::init(|lives: i32| Cat { lives })).def(Printed);
///     // In plain Rust: m.class_::<Cat>("Cat", ()).def_visit(Printed);
/// });
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the only argument of `.def`",
    label = "neither a constructor nor a visitor of `{T}`",
    note = "a function needs a name, `.def(\"bark\", &Dog::bark)`; a constructor a tag, `.def(nb::init(f))`; statements for several classes are a type that implements `nb::DefVisitor`"
)]
pub trait DefVisitor<D, T: Class<D>> {
    /// Binds what the classes share.
    fn execute(self, class: class_<'_, D, T>);
}
