//! `call_guard`: what surrounds the body of a function.

use super::{FuncExtra, FuncSpec};
use crate::call::callable_traits::Layout;
use crate::interpreter::gil::{CallGuard, gil_scoped_release, guards};
use crate::util::arity::for_each_arity;
use std::marker::PhantomData;

/// Surrounds the body with a guard: `nb::call_guard<nb::gil_scoped_release>()`, or a tuple of guards.
///
/// ```no_run
/// use nb::prelude::*;
/// fn sum(values: Vec<f64>) -> f64 { values.iter().sum() }
/// nb_module!(sums, m, {
///     // Other threads of Python run meanwhile.
///     m.def("sum", &sum, nb::call_guard<nb::gil_scoped_release>());
/// });
/// # fn main() {}
/// ```
pub struct call_guard<G> {
    guard: PhantomData<G>,
}

/// Makes the annotation [`struct@call_guard`].
///
/// ```no_run
/// # use nb::prelude::*;
/// fn crunch(n: u64) -> u64 { (0..n).sum() }
/// nb_module!(crunching, m, {
///     // Other threads run Python meanwhile.
///     m.def("crunch", &crunch, "n"_a, nb::call_guard<nb::gil_scoped_release>());
/// });
/// # fn main() {}
/// ```
pub fn call_guard<G>() -> call_guard<G> {
    call_guard { guard: PhantomData }
}

/// Names the guard type behind an annotation: tuples become one guard that keeps their order.
#[doc(hidden)]
pub trait AsGuard {
    type Guard;
}

impl<G: CallGuard> AsGuard for G {
    type Guard = G;
}
impl AsGuard for gil_scoped_release {
    type Guard = gil_scoped_release;
}

macro_rules! guard_tuples {
    ($count:tt: $($G:ident $guard:ident $index:tt),+) => {
        impl<$($G: AsGuard),+> AsGuard for ($($G,)+) {
            type Guard = guards<($($G::Guard,)+)>;
        }
    };
}
for_each_arity!(guard_tuples, 2..=4);

impl<D, G: AsGuard> FuncExtra<D> for call_guard<G> {
    type Policy<Before> = Before;
    type Guard<Before> = G::Guard;
    type CallLayout<Before: Layout> = Before;
    type Getter = Self;
    type Setter = Self;
    const GUARDS: usize = 1;
    fn apply(self, _spec: &mut FuncSpec<'_>) {}
}
