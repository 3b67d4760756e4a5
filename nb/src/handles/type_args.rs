//! What stands between the brackets of a [`typed`](crate::typed) wrapper.

use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::handles::protocols::callable;
use crate::util::arity::for_each_arity;
use std::marker::PhantomData;

/// A wrapper that [`typed`](crate::typed) takes: `nb::list`, `nb::callable` and the others.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no wrapper that `nb::typed` can parameterise",
    label = "not a wrapper of a Python object",
    note = "`nb::typed` is for wrappers, as in `nb::typed<nb::list, (i32,)>`; signatures show the types inside Rust's own containers anyway"
)]
pub trait Subscript {
    /// Any object: signatures show the type inside alone.
    #[doc(hidden)]
    const ANY: bool = false;
}

/// Types in the signature of an argument, in the domain `D`: a container is shown as the abstract type it accepts.
#[doc(hidden)]
pub struct In<D>(PhantomData<fn(D)>);

/// Types in the signature of a result: a container is shown as the type it makes.
#[doc(hidden)]
pub struct Out<D, P>(PhantomData<fn(D, P)>);

/// A type that a signature can name in the position `Dir`.
#[doc(hidden)]
pub trait Shown<Dir> {
    /// Writes the name.
    fn show(text: &mut SigText<'_>);
}

impl<D, A: Param<D>> Shown<In<D>> for A {
    fn show(text: &mut SigText<'_>) {
        A::describe(text);
    }
}

impl<D, P, A: Ret<D, P>> Shown<Out<D, P>> for A {
    fn show(text: &mut SigText<'_>) {
        A::describe(text);
    }
}

/// The types of a [`typed`](crate::typed) wrapper `W`: a tuple; for [`callable`] also a function type or [`any_args`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of types for `nb::typed<{W}, ..>`",
    label = "expected a tuple of types",
    note = "write a tuple, also for one type: `nb::typed<nb::list, (i32,)>`",
    note = "`nb::callable` takes a function type, `nb::typed<nb::callable, fn(i32) -> f64>`, or `nb::any_args<f64>`"
)]
pub trait TypeArgs<W, Dir> {
    /// Writes the wrapper with its types.
    #[doc(hidden)]
    fn describe(text: &mut SigText<'_>);
}

/// In place of a function type: any arguments, and a result of type `R`, as in `nb::typed<nb::callable, nb::any_args<i32>>`,
/// which is shown as `Callable[..., int]`. nanobind spells it `int(...)`.
///
/// ```no_run
/// fn answer(f: nb::typed<nb::callable, nb::any_args<i32>>) -> nb::Result<i32> {
///     f.call((1, "two"))?.cast()
/// }
/// ```
pub struct any_args<R>(PhantomData<fn() -> R>);

impl<Dir, R: Shown<Dir>> TypeArgs<callable, Dir> for any_args<R>
where
    callable: Shown<Dir>,
{
    fn describe(text: &mut SigText<'_>) {
        callable::show(text);
        text.text("[..., ");
        R::show(text);
        text.text("]");
    }
}

macro_rules! lists {
    ($count:tt: $($A:ident $argument:ident $index:tt),*) => {
        impl<W: Subscript + Shown<Dir>, Dir, $($A: Shown<Dir>),*> TypeArgs<W, Dir> for ($($A,)*) {
            fn describe(text: &mut SigText<'_>) {
                let shown: &[fn(&mut SigText<'_>)] = &[$($A::show),*];
                if W::ANY && let [only] = shown {
                    return only(text);
                }
                W::show(text);
                list(text, shown);
            }
        }
    };
}

macro_rules! functions {
    ($count:tt: $($A:ident $argument:ident $index:tt),*) => {
        impl<Dir, R: Shown<Dir>, $($A: Shown<Dir>),*> TypeArgs<callable, Dir> for fn($($A),*) -> R
        where
            callable: Shown<Dir>,
        {
            fn describe(text: &mut SigText<'_>) {
                callable::show(text);
                text.text("[");
                list(text, &[$($A::show),*]);
                text.text(", ");
                R::show(text);
                text.text("]");
            }
        }
    };
}

/// `[A, B]`.
fn list(text: &mut SigText<'_>, shown: &[fn(&mut SigText<'_>)]) {
    text.text("[");
    for (index, show) in shown.iter().enumerate() {
        if index > 0 {
            text.text(", ");
        }
        text.type_argument(*show);
    }
    text.text("]");
}

for_each_arity!(lists, 1..=8);
for_each_arity!(functions, 0..=8);
