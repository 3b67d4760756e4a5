//! `nb::bind_vector`: the class of a vector, with the methods of a Python list as nanobind names them.
//!
//! The methods are functions of these kinds, found by their types alone: no closure for each, which makes a class a fifth as large.

use crate::bind::annotations::{arg, is_operator, kw_only, sig};
use crate::bind::builder::Builder;
use crate::call::context::{CONVERT, Cx};
use crate::call::signature::SigText;
use crate::call::type_codes::{self, RESULT, Types};
use crate::cast::traits::{Param, Ret};
use crate::containers::access::*;
use crate::containers::arguments::{Items, is_iterable, others};
use crate::containers::element::{Container, Element, Holds, inside, inside_mut};
use crate::containers::sequence::{Sequence, Table, item};
use crate::containers::taking::{lent, lent_last, looked_for, no_memory, one};
use crate::containers::transparent::opaque;
use crate::containers::{buffer, direct, listing, slices};
use crate::ffi;
use crate::instance::class_record;
use crate::python::error::{index_error, value_error};
use crate::python::messages;
use crate::python::object::StrongRef;
use crate::rv_policy;
use std::any::TypeId;

/// Adds the methods to a new class; constructors are there.
pub(super) fn bind<D: 'static, C: Sequence, const COPIES: bool>(class: Builder<'_>)
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    let known: &'static Table = const { &Table::of::<D, C, COPIES>() };
    let (table, counts) = (std::ptr::from_ref(known).cast::<u8>(), std::ptr::from_ref(&known.counts).cast::<u8>());
    let plain = std::ptr::dangling::<u8>();
    let items = |codes: &'static [u8], result: u8| Types::new(codes, result, of_items::<D, C>);
    let whole = |codes: &'static [u8], result: u8| Types::new(codes, result, of_whole::<C>);
    let sliced = |codes: &'static [u8], result: u8| Types::new(codes, result, slices::describe::<C>);
    const INT: u8 = type_codes::INT;
    const BOOL: u8 = type_codes::BOOL;
    const NONE: u8 = type_codes::NONE;
    let number = || Types::new(&[0], INT, of_whole::<C>);
    let one_at = |index: usize| u64::from(<C::Item as Param<D>>::NULLABLE) << index;

    method::<D, _>(class, "__len__", (len, counts), number(), ());
    method::<D, _>(class, "__bool__", (is_filled, counts), items(&[0], BOOL), "Check whether the vector is nonempty");
    method::<D, _>(class, "__repr__", (listing::repr, table), items(&[0], type_codes::STR), ());
    native::<D, direct::Iterate<D, C, COPIES>, _>(class, "__iter__", ());
    native::<D, direct::Get<D, C, COPIES>, _>(class, "__getitem__", ());
    method::<D, _>(class, "clear", (clear::<C>, plain), items(&[0], NONE), "Remove all items from list.");
    native::<D, direct::Append<D, C, COPIES>, _>(class, "append", "Append ``arg`` to the end of the list.");
    let insert_doc = "Insert object ``arg1`` before index ``arg0``.";
    method_with::<D, _>(class, "insert", (insert::<D, C>, plain), items(&[0, INT, 0], NONE), one_at(2), insert_doc);
    let pop_doc = "Remove and return item at ``index`` (default last).";
    method::<D, _>(class, "pop", (pop::<D, C>, plain), items(&[0, INT], 0), (arg("index").value(-1), pop_doc));
    let extend_doc = "Extend ``self`` by appending elements from ``arg``.";
    method::<D, _>(class, "extend", (extend::<D, C>, plain), whole(&[0, 0], NONE), extend_doc);
    native::<D, direct::Set<D, C, COPIES>, _>(class, "__setitem__", ());
    native::<D, direct::Delete<D, C, COPIES>, _>(class, "__delitem__", ());
    if const { <opaque<C> as Container<D>>::CLONE.is_some() } {
        method::<D, _>(class, "__getitem__", (slices::get::<D, C>, plain), sliced(&[0, 0], 0), ());
    }
    method::<D, _>(class, "__setitem__", (slices::set::<D, C>, plain), sliced(&[0, 0, 0], NONE), ());
    method::<D, _>(class, "__delitem__", (slices::delete, table), sliced(&[0, 0], NONE), ());
    let sort_extra = (kw_only(), arg("key").value(()).none(), arg("reverse").value(false));
    let sort_doc = "Sort in place, as ``list.sort`` does.";
    method::<D, _>(
        class,
        "sort",
        (listing::sort, table),
        Types::new(&[0, 0, BOOL], NONE, listing::describe_sort::<D, C>),
        (sort_extra, sort_doc),
    );
    method::<D, _>(class, "__reduce__", (listing::reduce, table), Types::new(&[0], 0, of_reduce::<C>), ());
    if const { <opaque<C> as Container<D>>::EQ.is_some() } {
        method::<D, _>(
            class,
            "__eq__",
            (equal::<D, C, true>, plain),
            whole(&[0, 0], BOOL),
            (is_operator(), sig("def __eq__(self, arg: object, /) -> bool")),
        );
        method::<D, _>(
            class,
            "__ne__",
            (equal::<D, C, false>, plain),
            whole(&[0, 0], BOOL),
            (is_operator(), sig("def __ne__(self, arg: object, /) -> bool")),
        );
        method_with::<D, _>(class, "__contains__", (contains::<D, C>, plain), items(&[0, 0], BOOL), one_at(1), ());
        nothing_else::<D>(class, describe_nothing::<C>);
        let count_doc = "Return number of occurrences of ``arg``.";
        method_with::<D, _>(class, "count", (count::<D, C>, plain), items(&[0, 0], INT), one_at(1), count_doc);
        let remove_doc = "Remove first occurrence of ``arg``.";
        method_with::<D, _>(class, "remove", (remove::<D, C>, plain), items(&[0, 0], NONE), one_at(1), remove_doc);
    }
    if let Some(made) = class.object() {
        // SAFETY: the class that the methods were added to; attached, as whoever binds is.
        let installed = unsafe {
            direct::install::<D, C, COPIES>(made.as_ptr().cast());
            buffer::install::<C>(made.as_ptr().cast())
        };
        if let Err(error) = installed {
            class.core().fail(error);
        }
    }
}

/// The types of a method with the container, and elements.
pub(super) fn of_items<D, C: Sequence>(index: usize, text: &mut SigText<'_>)
where
    C::Item: Element<D>,
{
    match index {
        0 => text.class::<opaque<C>>(),
        RESULT => <C::Item as Ret<D, rv_policy::automatic>>::describe(text),
        _ => <C::Item as Param<D>>::describe(text),
    }
}

/// The name of the class, for messages.
///
/// # Safety
/// A method of it runs.
pub(super) unsafe fn class_name(key: TypeId, cx: &Cx<'_>) -> String {
    // SAFETY: the receiver is live.
    let found = unsafe { class_record::instance_of(cx.receiver, key) };
    found.map(|(_, data, _)| data.name()).unwrap_or_default()
}

/// # Safety
/// As [`class_name`]; attached.
#[cold]
#[inline(never)]
unsafe fn out_of_range<T>(key: TypeId, index: isize, len: usize, cx: &Cx<'_>) -> Given<T> {
    // SAFETY: caller's contract.
    raise(index_error(messages::index_range(&unsafe { class_name(key, cx) }, index, len)))
}

macro_rules! invokes {
    ($($(#[$doc:meta])* fn $name:ident[$($generics:tt)*] where [$($bounds:tt)*] |$cx:ident| $body:block)*) => { $(
        $(#[$doc])*
        ///
        /// # Safety
        /// As an `Invoke`.
        pub(super) unsafe fn $name<$($generics)*>(_capture: *const u8, $cx: &mut Cx<'_>) -> *mut ffi::PyObject
        where
            $($bounds)*
        {
            let body = |$cx: &mut Cx<'_>| -> Given { $body };
            settle(body($cx))
        }
    )* };
}
pub(super) use invokes;

invokes! {
    fn get[D, C: Sequence, const COPIES: bool] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        // SAFETY: a method of the container runs; the loan lasts until the call ends.
        unsafe {
            let index = index(1, cx)?;
            let (owner, address) = receiver(key::<C>(), false, cx)?;
            let of = inside::<C>(address);
            let Some(at) = wrap(index, of.len()) else { return out_of_range(key::<C>(), index, of.len(), cx) };
            Ok(item::<D, C, COPIES>(of, at, owner, cx))
        }
    }

    fn set[D, C: Sequence] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        // SAFETY: as in `get`.
        unsafe {
            let index = index(1, cx)?;
            store::<D, C>(Place::At(index), 2, cx)
        }
    }

    fn append[D, C: Sequence] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        // SAFETY: as in `get`.
        unsafe { store::<D, C>(Place::End, 1, cx) }
    }

    fn insert[D, C: Sequence] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        // SAFETY: as in `get`.
        unsafe {
            let index = index(1, cx)?;
            store::<D, C>(Place::Before(index), 2, cx)
        }
    }

    fn pop[D, C: Sequence] where [C::Item: Element<D>] |cx| {
        // SAFETY: as in `get`. The element is the method's own when the loan has ended.
        unsafe {
            let index = index(1, cx)?;
            let taken = remove_at::<C>(index, cx)?;
            Ok(<C::Item as Ret<D, rv_policy::automatic>>::put(taken, cx))
        }
    }

    fn delete[C: Sequence] where [] |cx| {
        // SAFETY: as in `pop`.
        unsafe {
            let index = index(1, cx)?;
            drop(remove_at::<C>(index, cx)?);
            none()
        }
    }

    fn extend[D, C: Sequence] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        // SAFETY: as in `get`.
        unsafe {
            let _receiver = StrongRef::borrow(cx.receiver);
            let (added, address, _) = others::<D, C>(1, cx, &|_, _, _| Ok(Span::NONE))?;
            let room = inside_mut::<C>(address).change(|all| {
                let room = all.try_reserve(added.len()).is_ok();
                if room { all.extend(added); }
                room
            });
            if room { none() } else { no_memory() }
        }
    }

    fn equal[D, C: Sequence, const SAME: bool] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        let Some(eq) = <opaque<C> as Container<D>>::EQ else { return misfit() };
        let same = |one: &C, other: &C| {
            one.len() == other.len()
                && (0..one.len()).all(|at| one.get(at).zip(other.get(at)).is_some_and(|(one, other)| eq(one, other)))
        };
        // SAFETY: as in `get`; both are lent to read.
        unsafe {
            cx.at(1);
            let src = argument(1, cx);
            if class_record::instance_of(src, key::<C>()).is_some() {
                let other = lent::<opaque<C>>(src, cx)?;
                let (_, address) = receiver(key::<C>(), false, cx)?;
                return truth(same(inside(address), inside(other)) == SAME);
            }
            // What an argument would be made of.
            if cx.flags(1) & CONVERT == 0 || !is_iterable(src, cx) {
                return misfit();
            }
            let mut stage = one::<D, Items<C::Item>>(1, cx)?;
            let Some(Items(all)) = looked_for::<D, Items<C::Item>>(&mut stage, cx)? else { return misfit() };
            let (_, address) = receiver(key::<C>(), false, cx)?;
            truth(same(inside(address), &C::of(all)) == SAME)
        }
    }

    fn contains[D, C: Sequence] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        // SAFETY: as in `get`.
        match unsafe { search::<D, C, _>(cx, |found| found.next().is_some()) }? {
            Some(found) => truth(found),
            None => misfit(),
        }
    }

    fn count[D, C: Sequence] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        // SAFETY: as in `get`.
        match unsafe { search::<D, C, _>(cx, |found| found.count()) }? {
            Some(count) => number(count),
            None => misfit(),
        }
    }

    fn remove[D, C: Sequence] where [C::Item: Element<D>, opaque<C>: Container<D> + Holds<Item = C::Item>] |cx| {
        // SAFETY: as in `pop`. It is searched first, since it may be one of the elements itself.
        unsafe {
            let _receiver = StrongRef::borrow(cx.receiver);
            let Some(found) = search::<D, C, _>(cx, |found| found.next())? else { return misfit() };
            cx.loans.release();
            let Some(found) = found else {
                return raise(value_error(messages::not_in_container(&class_name(key::<C>(), cx))));
            };
            drop(remove_at::<C>(found as isize, cx)?);
            none()
        }
    }
}

/// Where an element goes.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// In the place of another one.
    At(isize),
    Before(isize),
    End,
}

impl Place {
    fn among(self, len: usize) -> Option<usize> {
        match self {
            Place::At(index) => wrap(index, len),
            Place::Before(index) if index == len as isize => Some(len),
            Place::Before(index) => wrap(index, len),
            Place::End => Some(len),
        }
    }

    fn index(self) -> isize {
        match self {
            Place::At(index) | Place::Before(index) => index,
            Place::End => 0,
        }
    }
}

/// Puts the argument with this number into the container.
///
/// # Safety
/// A method of the container runs, with that argument; attached.
unsafe fn store<D, C: Sequence>(place: Place, number: u16, cx: &mut Cx<'_>) -> Given
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    // SAFETY: caller's contract; loans last until they are released.
    unsafe {
        let _receiver = StrongRef::borrow(cx.receiver);
        let mut stage = one::<D, C::Item>(number, cx)?;
        let found = |address: usize, cx: &mut Cx<'_>| {
            let len = inside::<C>(address).len();
            match place.among(len) {
                Some(at) => Ok(at),
                None => out_of_range(key::<C>(), place.index(), len, cx),
            }
        };
        let (value, address, at) = lent_last::<D, C::Item, _>(&mut stage, number, key::<C>(), cx, found)?;
        let old = inside_mut::<C>(address).change(|all| {
            if let Place::At(_) = place {
                return Ok(Some(std::mem::replace(&mut all[at], value)));
            }
            if all.try_reserve(1).is_err() {
                return Err(value);
            }
            all.insert(at, value);
            Ok(None)
        });
        cx.loans.release();
        match old {
            Ok(_old) => none(),
            Err(_lost) => no_memory(),
        }
    }
}

/// Takes an element out.
///
/// # Safety
/// As [`receiver`].
unsafe fn remove_at<C: Sequence>(index: isize, cx: &mut Cx<'_>) -> Given<C::Item> {
    // SAFETY: caller's contract.
    unsafe {
        let (_, address) = receiver(key::<C>(), true, cx)?;
        let of = inside_mut::<C>(address);
        let Some(at) = wrap(index, of.len()) else { return out_of_range(key::<C>(), index, of.len(), cx) };
        let taken = of.change(|all| all.remove(at));
        cx.loans.release();
        Ok(taken)
    }
}

/// What `ask` says of the indices of the elements that equal the first argument; `None` if that is no element at all. It is lent if
/// it is of a bound class, and converted by value if not.
///
/// # Safety
/// As [`receiver`].
unsafe fn search<D, C: Sequence, R>(
    cx: &mut Cx<'_>,
    ask: impl FnOnce(&mut dyn Iterator<Item = usize>) -> R,
) -> Given<Option<R>>
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    let Some(eq) = <opaque<C> as Container<D>>::EQ else { return misfit() };
    // SAFETY: caller's contract; all is lent until the call ends.
    unsafe {
        let mut value = None;
        cx.at(1);
        let wanted: *const C::Item = if let Some(lend) = <opaque<C> as Container<D>>::LEND {
            match lend(argument(1, cx), cx) {
                Some(address) => address as *const C::Item,
                None if ffi::PyErr_Occurred().is_null() => return Ok(None),
                None => return raised(),
            }
        } else {
            cx.own_arguments();
            let flags = cx.flags(1);
            let Some(mut stage) = <C::Item as Param<D>>::convert(argument(1, cx), flags, cx) else {
                return Ok(None);
            };
            let Some(wanted) = looked_for::<D, C::Item>(&mut stage, cx)? else { return Ok(None) };
            value.insert(wanted)
        };
        let (_, address) = receiver(key::<C>(), false, cx)?;
        let of = inside::<C>(address);
        let same = |at: &usize| of.get(*at).is_some_and(|one| eq(one, &*wanted));
        Ok(Some(ask(&mut (0..of.len()).filter(same))))
    }
}
