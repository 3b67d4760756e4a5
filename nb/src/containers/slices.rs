//! Slices of bound vectors.
//!
//! As in nanobind, a slice that is assigned to keeps its size; the elements that are assigned are copied first, so that a vector may be
//! assigned to a slice of itself.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::by_value::put_value;
use crate::containers::access::*;
use crate::containers::arguments::{cloned, others};
use crate::containers::element::{Container, Element, Holds, inside, inside_mut};
use crate::containers::sequence::{Sequence, Table};
use crate::containers::taking::no_memory;
use crate::containers::transparent::opaque;
use crate::containers::vector::invokes;
use crate::ffi;
use crate::python::error::index_error;
use crate::python::messages;
use crate::python::object::StrongRef;
use crate::rv_policy;

/// The types of a method with a slice.
pub(super) fn describe<C: Sequence>(index: usize, text: &mut SigText<'_>) {
    if index == 1 { text.text("slice") } else { text.class::<opaque<C>>() }
}

invokes! {
    fn get[D, C: Sequence] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        let Some(clone) = <opaque<C> as Container<D>>::CLONE else { return misfit() };
        // SAFETY: a method of the container runs; the loan lasts until it is released.
        unsafe {
            let slice = Slice::read(1, cx)?;
            let (_, address) = receiver(key::<C>(), false, cx)?;
            let of = inside::<C>(address);
            let Some(all) = cloned(of, clone, slice.of(of.len()).indices()) else { return no_memory() };
            cx.loans.release();
            Ok(put_value::<_, rv_policy::automatic>(opaque(C::of(all)), cx))
        }
    }

    fn set[D, C: Sequence] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        // SAFETY: as in `get`.
        unsafe {
            let _receiver = StrongRef::borrow(cx.receiver);
            let slice = Slice::read(1, cx)?;
            let fits = |address: usize, count: usize, _: &mut Cx<'_>| {
                let span = slice.of(inside::<C>(address).len());
                if span.count == count { Ok(span) } else { raise(index_error(messages::slice_size(span.count, count))) }
            };
            let (values, address, span) = others::<D, C>(2, cx, &fits)?;
            let old: Vec<C::Item> = inside_mut::<C>(address).change(|all| {
                span.indices().zip(values).map(|(index, value)| std::mem::replace(&mut all[index], value)).collect()
            });
            cx.loans.release();
            drop(old);
            none()
        }
    }
}

/// # Safety
/// As an `Invoke`, of a method with a [`Table`].
pub(super) unsafe fn delete(capture: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    let body = |cx: &mut Cx<'_>| -> Given {
        // SAFETY: the capture is a static; the rest is as in `get`.
        unsafe {
            let table = &*capture.cast::<Table>();
            let slice = Slice::read(1, cx)?;
            let (_, address) = receiver((table.counts.key)(), true, cx)?;
            let len = (table.counts.len)(address);
            let span = slice.of(len).rising();
            if span.count == 0 {
                return none();
            }
            // What goes comes last.
            let mut gone = span.indices().peekable();
            let kept = (0..len).filter(|index| gone.next_if_eq(index).is_none());
            let order: Vec<usize> = kept.chain(span.indices()).collect();
            (table.permute)(address, &order);
            let rest = (table.split)(address, len - span.count);
            cx.loans.release();
            drop(rest);
            none()
        }
    };
    settle(body(cx))
}
