//! Other containers as arguments: of the same class, or whatever has the elements.

use crate::call::context::{CONVERT, Cx};
use crate::call::signature::SigText;
use crate::cast::elements::Protocol;
use crate::cast::traits::Param;
use crate::cast::{implicit, map, vec};
use crate::containers::access::*;
use crate::containers::element::{Container, Element, Holds, KeyOf, Owned, inside};
use crate::containers::mapping::Mapping;
use crate::containers::sequence::Sequence;
use crate::containers::taking::{lent, lent_last, no_memory};
use crate::containers::transparent::opaque;
use crate::ffi;
use crate::instance::class_record;
use std::any::TypeId;

/// Whether an object of a vector is made of this argument: of any iterable but texts and bytes. Whether the elements fit shows when it is
/// made, since they may be made of something else themselves. Those of an iterator are read here, once for the whole call.
///
/// # Safety
/// `src` is a live argument of the call that asks; attached.
pub(super) unsafe fn is_iterable(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> bool {
    // SAFETY: caller's contract; a live object has a live type.
    unsafe {
        if ffi::PyUnicode_Check(src) != 0 || ffi::PyBytes_Check(src) != 0 {
            return false;
        }
        if ffi::PyIter_Check(src) != 0 {
            return cx.drain(src).is_some();
        }
        (*ffi::Py_TYPE(src)).tp_iter.is_some() || ffi::PySequence_Check(src) != 0
    }
}

/// As [`is_iterable`], for a map: of any dict, and of other mappings whose items fit.
///
/// # Safety
/// As [`is_iterable`].
pub(super) unsafe fn is_mapping<D, M: Mapping>(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> bool
where
    M::Key: KeyOf<D>,
    M::Value: Element<D>,
{
    // SAFETY: caller's contract.
    unsafe { ffi::PyDict_Check(src) != 0 || implicit::accepts::<D, Pairs<M>>(src, cx) }
}

/// The elements of any iterable, for a constructor.
pub(super) struct Items<T>(pub(super) Vec<T>);

// SAFETY: the elements' own conversions.
unsafe impl<D, T: Owned<D>> Param<D> for Items<T> {
    type Item<'a> = Items<T>;
    type Lent<'object, 'call> = Items<T>;
    type Stage = Vec<T::Stage>;
    const BORROWS: bool = T::BORROWS;

    fn describe(text: &mut SigText<'_>) {
        text.text("collections.abc.Iterable[");
        T::describe(text);
        text.text("]");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { vec::elements::<D, T>(src, flags, cx, Protocol::of_set(flags)) }
    }

    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        stage.iter_mut().all(|one| T::acquire(one, cx))
    }

    unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Items<T> {
        // SAFETY: caller's contract.
        Items(stage.iter_mut().map(|one| unsafe { T::lend(one, cx) }).collect())
    }
}

/// The elements of the argument with this number: copies of those in an object of the same class, or, in the pass that converts, those
/// of any iterable. As [`lent_last`], whose `check` gets the number of elements.
///
/// # Safety
/// A method of the container runs, with that argument, and owns its receiver; attached.
#[inline(never)]
pub(super) unsafe fn others<D, C: Sequence>(
    number: u16,
    cx: &mut Cx<'_>,
    check: &dyn Fn(usize, usize, &mut Cx<'_>) -> Given<Span>,
) -> Given<(Vec<C::Item>, usize, Span)>
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    // SAFETY: caller's contract; loans last until they are released.
    unsafe {
        cx.at(number);
        let src = argument(number, cx);
        if let Some(clone) = <opaque<C> as Container<D>>::CLONE
            && class_record::instance_of(src, TypeId::of::<opaque<C>>()).is_some()
        {
            let of = inside::<C>(lent::<opaque<C>>(src, cx)?);
            let Some(all) = cloned(of, clone, 0..of.len()) else { return no_memory() };
            cx.loans.release();
            let (_, address) = receiver(TypeId::of::<opaque<C>>(), true, cx)?;
            let found = check(address, all.len(), cx)?;
            return Ok((all, address, found));
        }
        let flags = cx.flags(usize::from(number));
        if flags & CONVERT == 0 {
            return misfit();
        }
        cx.own_arguments();
        let Some(mut stage) = <Items<C::Item> as Param<D>>::convert(argument(number, cx), flags, cx) else {
            return misfit();
        };
        let (count, key) = (stage.len(), TypeId::of::<opaque<C>>());
        let found =
            lent_last::<D, Items<C::Item>, Span>(&mut stage, number, key, cx, |address, cx| check(address, count, cx));
        found.map(|(Items(all), address, found)| (all, address, found))
    }
}

/// Clones of these elements; `None` where there is no memory for so many.
pub(super) fn cloned<C: Sequence>(
    of: &C,
    clone: fn(&C::Item) -> C::Item,
    indices: impl ExactSizeIterator<Item = usize>,
) -> Option<Vec<C::Item>> {
    let mut all = Vec::new();
    all.try_reserve_exact(indices.len()).ok()?;
    all.extend(indices.filter_map(|index| of.get(index)).map(clone));
    Some(all)
}

/// The items of any mapping, for a constructor.
pub(super) struct Pairs<M: Mapping>(pub(super) Vec<(M::Key, M::Value)>);

impl<M: Mapping> Pairs<M> {
    /// A map of them; of several with one key the last.
    pub(super) fn collected(self) -> M {
        let mut map = M::default();
        for (key, value) in self.0 {
            drop(map.put(key, value));
        }
        map
    }
}

// SAFETY: the keys' and values' own conversions.
unsafe impl<D, M: Mapping> Param<D> for Pairs<M>
where
    M::Key: KeyOf<D>,
    M::Value: Element<D>,
{
    type Item<'a> = Pairs<M>;
    type Lent<'object, 'call> = Pairs<M>;
    type Stage = Vec<(<M::Key as Param<D>>::Stage, <M::Value as Param<D>>::Stage)>;

    fn describe(text: &mut SigText<'_>) {
        text.text("dict[");
        <M::Key as Param<D>>::describe(text);
        text.text(", ");
        <M::Value as Param<D>>::describe(text);
        text.text("]");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { map::pairs::<D, M::Key, M::Value>(src, flags, cx) }
    }

    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        stage
            .iter_mut()
            .all(|(key, value)| <M::Key as Param<D>>::acquire(key, cx) && <M::Value as Param<D>>::acquire(value, cx))
    }

    unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Pairs<M> {
        // SAFETY: caller's contract.
        let pair = |(key, value): &'a mut _| unsafe {
            (<M::Key as Param<D>>::lend(key, cx), <M::Value as Param<D>>::lend(value, cx))
        };
        Pairs(stage.iter_mut().map(pair).collect())
    }
}

/// As [`others`], of a map and without a check: the items of an object of the same class, or, in the pass that converts, of any mapping.
///
/// # Safety
/// As [`others`].
pub(super) unsafe fn other_pairs<D, M: Mapping>(number: u16, cx: &mut Cx<'_>) -> Given<(Pairs<M>, usize)>
where
    M::Key: KeyOf<D>,
    M::Value: Element<D>,
    opaque<M>: Container<D> + Holds<Item = M::Value>,
{
    // SAFETY: caller's contract; loans last until they are released.
    unsafe {
        cx.at(number);
        let src = argument(number, cx);
        if let Some(clone) = <opaque<M> as Container<D>>::CLONE
            && class_record::instance_of(src, TypeId::of::<opaque<M>>()).is_some()
        {
            let of = inside::<M>(lent::<opaque<M>>(src, cx)?);
            let all = of.each().map(|(key, value)| (key.clone(), clone(value))).collect();
            cx.loans.release();
            let (_, address) = receiver(TypeId::of::<opaque<M>>(), true, cx)?;
            return Ok((Pairs(all), address));
        }
        let flags = cx.flags(usize::from(number));
        if flags & CONVERT == 0 {
            return misfit();
        }
        cx.own_arguments();
        let Some(mut stage) = <Pairs<M> as Param<D>>::convert(argument(number, cx), flags, cx) else { return misfit() };
        let found = lent_last::<D, Pairs<M>, ()>(&mut stage, number, TypeId::of::<opaque<M>>(), cx, |_, _| Ok(()));
        found.map(|(all, address, ())| (all, address))
    }
}
