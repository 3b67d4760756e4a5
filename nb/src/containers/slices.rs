//! Slices of bound vectors.
//!
//! As in nanobind, a slice that is assigned to keeps its size; the elements that are assigned are copied first, so that a vector may be
//! assigned to a slice of itself.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::by_value::put_value;
use crate::containers::access::*;
use crate::containers::arguments::others;
use crate::containers::element::{Container, Element, Holds, inside, inside_mut};
use crate::containers::sequence::Sequence;
use crate::containers::transparent::opaque;
use crate::containers::vector::{invokes, key};
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
            let all = slice.of(of.len()).indices().filter_map(|index| of.get(index)).map(clone).collect();
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
            let (values, address, span) = others::<D, C, _>(2, cx, fits)?;
            let old: Vec<C::Item> = inside_mut::<C>(address).change(|all| {
                span.indices().zip(values).map(|(index, value)| std::mem::replace(&mut all[index], value)).collect()
            });
            cx.loans.release();
            drop(old);
            none()
        }
    }

    fn delete[C: Sequence] where [] |cx| {
        // SAFETY: as in `get`.
        unsafe {
            let slice = Slice::read(1, cx)?;
            let (_, address) = receiver(key::<C>(), true, cx)?;
            let of = inside_mut::<C>(address);
            let span = slice.of(of.len()).rising();
            let old = of.change(|all| take(all, span));
            cx.loans.release();
            drop(old);
            none()
        }
    }
}

/// Takes the elements out that a rising span names.
fn take<T>(all: &mut Vec<T>, span: Span) -> Vec<T> {
    if span.count == 0 {
        return Vec::new();
    }
    let start = span.start as usize;
    if span.step == 1 {
        return all.drain(start..start + span.count).collect();
    }
    let mut indices = span.indices().peekable();
    let (mut kept, mut gone) = (Vec::with_capacity(all.len() - span.count), Vec::with_capacity(span.count));
    for (index, one) in std::mem::take(all).into_iter().enumerate() {
        if indices.next_if_eq(&index).is_some() { gone.push(one) } else { kept.push(one) }
    }
    *all = kept;
    gone
}
