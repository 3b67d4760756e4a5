//! `IndexMap<K, V>`: a mapping whose order is kept both ways; `IndexSet<T>`: distinct values in an order.
//!
//! A `set` has no order, so an `IndexSet` becomes a list. It takes what a `HashSet` takes.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::elements::Protocol;
use crate::cast::live::{Keyed, finds, is_plain, live_maps, place, value_of};
use crate::cast::map::{dict_of, maps, pairs};
use crate::cast::member::{At, Member};
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::cast::vec::{elements, put_list};
use crate::instance::path::{Key, Resolve};
use crate::python::object::{StrongRef, object};
use crate::{ffi, rv_policy};
use indexmap::{IndexMap, IndexSet};
use std::any::TypeId;
use std::hash::{BuildHasher, Hash, RandomState};
use std::ptr;

maps! {
    [Eq, Hash] [S: BuildHasher + Default] IndexMap<K, V, S>;
}

// SAFETY: delegates to the element type.
unsafe impl<D, A: Param<D>, S: BuildHasher + Default> Param<D> for IndexSet<A, S>
where
    for<'a> A::Item<'a>: Eq + Hash,
{
    type Item<'a> = IndexSet<A::Item<'a>, S>;
    type Lent<'object, 'call> = IndexSet<A::Lent<'object, 'call>, S>;
    type Stage = Vec<A::Stage>;
    const BORROWS: bool = A::BORROWS;
    const CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("collections.abc.Collection[");
        A::describe(text);
        text.text("]");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Vec<A::Stage>> {
        // SAFETY: caller's contract.
        unsafe { elements::<D, A>(src, flags, cx, Protocol::of_set(flags)) }
    }

    fn acquire(stage: &mut Vec<A::Stage>, cx: &mut Cx<'_>) -> bool {
        stage.iter_mut().all(|one| A::acquire(one, cx))
    }

    unsafe fn lend<'a>(stage: &'a mut Vec<A::Stage>, cx: &Cx<'_>) -> Self::Item<'a> {
        // SAFETY: caller's contract.
        stage.iter_mut().map(|one| unsafe { A::lend(one, cx) }).collect()
    }
}

// SAFETY: delegates to the element type.
unsafe impl<D, P, R: Ret<D, P>, S> Ret<D, P> for IndexSet<R, S> {
    const DECLINES: bool = R::DECLINES;
    const COPIES: bool = R::COPIES;

    fn describe(text: &mut SigText<'_>) {
        <Vec<R> as Ret<D, P>>::describe(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { put_list::<D, P, R>(value.into_iter(), cx) }
    }
}

live_maps! {
    [Eq, Hash] [S: BuildHasher + 'static] IndexMap<K, V, S> in_index_map;
}

member_by_value! {
    [T, S] IndexSet<T, S>;
}
