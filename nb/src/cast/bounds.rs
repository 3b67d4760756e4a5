//! `nb::bounds<T>`: a `slice` of any shape, which is a pair of `Bound`s in Rust.
//!
//! The plain pair cannot be that: it is a tuple, and what a tuple converts to is decided by its elements.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::elements::prepare;
use crate::cast::member_by_value;
use crate::cast::range;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::error::value_error;
use crate::python::messages;
use crate::python::object::object;
use std::ops::{Bound, RangeBounds};
use std::ptr;

/// A `slice` in Python, whose start and stop may be missing: `(Bound<T>, Bound<T>)`, which a function over `impl RangeBounds<T>` takes. A
/// slice with a step is refused, unless the step is 1.
///
/// A slice includes its start and excludes its end. A result whose bounds are others raises a `ValueError`.
///
/// ```no_run
/// use nb::prelude::*;
/// use std::collections::BTreeMap;
///
/// #[derive(Default)]
/// struct Readings(BTreeMap<i64, f64>);
///
/// nb_module!(readings, m, {
///     nb::class_<Readings>(m, "Readings").def("between", |all: &Readings, times: nb::bounds<i64>| -> Vec<f64> {
///         all.0.range(times).map(|(_, value)| *value).collect()
///     });
/// });
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct bounds<T>(pub Bound<T>, pub Bound<T>);

impl<T> RangeBounds<T> for bounds<T> {
    fn start_bound(&self) -> Bound<&T> {
        self.0.as_ref()
    }

    fn end_bound(&self) -> Bound<&T> {
        self.1.as_ref()
    }
}

impl<T> From<(Bound<T>, Bound<T>)> for bounds<T> {
    fn from((start, end): (Bound<T>, Bound<T>)) -> bounds<T> {
        bounds(start, end)
    }
}

impl<T> From<bounds<T>> for (Bound<T>, Bound<T>) {
    fn from(bounds(start, end): bounds<T>) -> (Bound<T>, Bound<T>) {
        (start, end)
    }
}

// SAFETY: delegates to the bounds.
unsafe impl<D, A: Param<D>> Param<D> for bounds<A> {
    type Item<'a> = bounds<A::Item<'a>>;
    type Lent<'object, 'call> = bounds<A::Lent<'object, 'call>>;
    type Stage = [Option<A::Stage>; 2];
    const BORROWS: bool = A::BORROWS;
    const REFUSES_NONE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = A::LEND_CALLS_OUT;

    fn describe(text: &mut SigText<'_>) {
        text.text("slice");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        cx.enter_container();
        prepare::<D, A>(cx);
        // SAFETY: caller's contract.
        unsafe {
            let [start, stop] = range::bounds(src, cx)?;
            let start = match start {
                Some(start) => Some(range::bound::<D, A>(start, 0, flags, cx)?),
                None => None,
            };
            let stop = match stop {
                Some(stop) => Some(range::bound::<D, A>(stop, 1, flags, cx)?),
                None => None,
            };
            Some([start, stop])
        }
    }

    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        stage.iter_mut().flatten().all(|one| A::acquire(one, cx))
    }

    unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Self::Item<'a> {
        // SAFETY: caller's contract.
        let [start, stop] = stage.each_mut().map(|one| one.as_mut().map(|one| unsafe { A::lend(one, cx) }));
        bounds(start.map_or(Bound::Unbounded, Bound::Included), stop.map_or(Bound::Unbounded, Bound::Excluded))
    }
}

// SAFETY: delegates to the bounds.
unsafe impl<D, P, R: Ret<D, P>> Ret<D, P> for bounds<R> {
    const DECLINES: bool = R::DECLINES;
    const COPIES: bool = R::COPIES;

    fn describe(text: &mut SigText<'_>) {
        text.text("slice");
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let (start, stop) = match value {
            bounds(Bound::Excluded(_), _) | bounds(_, Bound::Included(_)) => {
                value_error(messages::NO_SUCH_SLICE).restore();
                return ptr::null_mut();
            }
            bounds(start, stop) => (inner(start), inner(stop)),
        };
        // SAFETY: caller's contract.
        unsafe {
            let mut put = |bound: Option<R>| match bound {
                Some(bound) => object::from_owned(R::put(bound, cx)).map(Some),
                None => Some(None),
            };
            let Some(start) = put(start) else { return ptr::null_mut() };
            let Some(stop) = put(stop) else { return ptr::null_mut() };
            range::slice(start, stop)
        }
    }
}

fn inner<T>(bound: Bound<T>) -> Option<T> {
    match bound {
        Bound::Included(value) | Bound::Excluded(value) => Some(value),
        Bound::Unbounded => None,
    }
}

member_by_value! { [T] bounds<T>; }
