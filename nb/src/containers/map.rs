//! `nb::bind_map`: the class of a map, with the methods of a Python dict as nanobind names them.

use crate::bind::annotations::{is_operator, sig};
use crate::bind::builder::Builder;
use crate::call::context::{CONVERT, Cx};
use crate::call::signature::SigText;
use crate::call::type_codes::{self, RESULT, Types};
use crate::cast::traits::{Param, Ret};
use crate::containers::access::*;
use crate::containers::arguments::{Pairs, other_pairs};
use crate::containers::element::{Container, Element, Holds, KeyOf, inside, inside_mut};
use crate::containers::map_iterator::{self, Kind, MapTable};
use crate::containers::mapping::{Mapping, value};
use crate::containers::taking::{lent, lent_last, looked_for, no_memory, one};
use crate::containers::transparent::opaque;
use crate::containers::vector::invokes;
use crate::ffi;
use crate::instance::class_record;
use crate::python::object::StrongRef;
use crate::rv_policy;

/// Adds the methods to a new class; constructors are there.
pub(super) fn bind<D: 'static, M: Mapping, const COPIES: bool>(class: Builder<'_>)
where
    M::Key: KeyOf<D>,
    M::Value: Element<D>,
    opaque<M>: Container<D> + Holds<Item = M::Value>,
{
    const BOOL: u8 = type_codes::BOOL;
    const NONE: u8 = type_codes::NONE;
    let known: &'static MapTable = const { &MapTable::of::<D, M, COPIES>() };
    let (table, counts) = (std::ptr::from_ref(known).cast::<u8>(), std::ptr::from_ref(&known.counts).cast::<u8>());
    let plain = std::ptr::dangling::<u8>();
    let items = |codes: &'static [u8], result: u8| Types::new(codes, result, of_items::<D, M>);
    let whole = |codes: &'static [u8], result: u8| Types::new(codes, result, of_whole::<M>);
    let of_key = u64::from(<M::Key as Param<D>>::NULLABLE) << 1;
    let of_both = of_key | u64::from(<M::Value as Param<D>>::NULLABLE) << 2;

    method::<D, _>(class, "__len__", (len, counts), whole(&[0], type_codes::INT), ());
    method::<D, _>(class, "__bool__", (is_filled, counts), whole(&[0], BOOL), "Check whether the map is nonempty");
    method::<D, _>(class, "__repr__", (map_iterator::repr, table), whole(&[0], type_codes::STR), ());
    method_with::<D, _>(class, "__contains__", (contains::<D, M>, plain), items(&[0, 0], BOOL), of_key, ());
    nothing_else::<D>(class, describe_nothing::<M>);
    method::<D, _>(class, "__iter__", (map_iterator::iterate, table), Types::new(&[0], 0, of_iter::<D, M, M::Key>), ());
    method_with::<D, _>(class, "__getitem__", (get::<D, M, COPIES>, plain), items(&[0, 0], 0), of_key, ());
    method_with::<D, _>(class, "__setitem__", (set::<D, M>, plain), items(&[0, 0, 0], NONE), of_both, ());
    method_with::<D, _>(class, "__delitem__", (delete::<D, M>, plain), items(&[0, 0], NONE), of_key, ());
    method::<D, _>(class, "clear", (clear::<M>, plain), whole(&[0], NONE), "Remove all items");
    let update_doc = "Update the map with element from ``arg``";
    method::<D, _>(class, "update", (update::<D, M>, plain), whole(&[0, 0], NONE), update_doc);
    method::<D, _>(class, "__reduce__", (map_iterator::reduce, table), Types::new(&[0], 0, of_reduce::<M>), ());
    for kind in Kind::ALL {
        let (name, doc) = kind.method();
        let describe: fn(usize, &mut SigText<'_>) = match kind {
            Kind::Key => |index, text| map_iterator::describe_view::<D, M>(Kind::Key, index, text),
            Kind::Value => |index, text| map_iterator::describe_view::<D, M>(Kind::Value, index, text),
            Kind::Item => |index, text| map_iterator::describe_view::<D, M>(Kind::Item, index, text),
        };
        let make = match kind {
            Kind::Key => map_iterator::keys,
            Kind::Value => map_iterator::values,
            Kind::Item => map_iterator::items,
        };
        method::<D, _>(class, name, (make, table), Types::new(&[0], 0, describe), doc);
    }
    if const { <opaque<M> as Container<D>>::EQ.is_some() } {
        method::<D, _>(
            class,
            "__eq__",
            (equal::<D, M, true>, plain),
            whole(&[0, 0], BOOL),
            (is_operator(), sig("def __eq__(self, arg: object, /) -> bool")),
        );
        method::<D, _>(
            class,
            "__ne__",
            (equal::<D, M, false>, plain),
            whole(&[0, 0], BOOL),
            (is_operator(), sig("def __ne__(self, arg: object, /) -> bool")),
        );
    }
}

/// The types of a method with the map, a key, and perhaps a value.
fn of_items<D, M: Mapping>(index: usize, text: &mut SigText<'_>)
where
    M::Key: KeyOf<D>,
    M::Value: Element<D>,
{
    match index {
        0 => text.class::<opaque<M>>(),
        1 => <M::Key as Param<D>>::describe(text),
        RESULT => <M::Value as Ret<D, rv_policy::automatic>>::describe(text),
        _ => <M::Value as Param<D>>::describe(text),
    }
}

/// The `KeyError` of a dict: its argument is the key.
///
/// # Safety
/// The first argument is the key; attached.
#[cold]
unsafe fn missing<T>(cx: &Cx<'_>) -> Given<T> {
    // SAFETY: caller's contract; in a tuple, so that a key that is one stays one argument.
    unsafe {
        let arguments = ffi::PyTuple_Pack(1, argument(1, cx));
        if !arguments.is_null() {
            ffi::PyErr_SetObject(ffi::PyExc_KeyError, arguments);
            ffi::Py_DECREF(arguments);
        }
    }
    raised()
}

/// The key that is the first argument; `None` if it is none.
///
/// # Safety
/// A method with that argument runs; attached.
pub(super) unsafe fn wanted<D, M: Mapping>(cx: &mut Cx<'_>) -> Given<Option<M::Key>>
where
    M::Key: KeyOf<D>,
{
    // SAFETY: caller's contract.
    unsafe {
        cx.own_arguments();
        cx.at(1);
        let flags = cx.flags(1);
        let Some(mut stage) = <M::Key as Param<D>>::convert(argument(1, cx), flags, cx) else { return Ok(None) };
        looked_for::<D, M::Key>(&mut stage, cx)
    }
}

invokes! {
    fn get[D, M: Mapping, const COPIES: bool] where [
        M::Key: KeyOf<D>, M::Value: Element<D>, opaque<M>: Container<D> + Holds<Item = M::Value>
    ] |cx| {
        // SAFETY: a method of the map runs; the loan lasts until the call ends.
        unsafe {
            let Some(wanted) = wanted::<D, M>(cx)? else { return misfit() };
            let (owner, address) = receiver(key::<M>(), false, cx)?;
            let of = inside::<M>(address);
            match of.find(&wanted) {
                Some(found) => Ok(value::<D, M, COPIES>(of, (&wanted, found), owner, cx)),
                None => missing(cx),
            }
        }
    }

    fn contains[D, M: Mapping] where [M::Key: KeyOf<D>] |cx| {
        // SAFETY: as in `get`.
        unsafe {
            let Some(wanted) = wanted::<D, M>(cx)? else { return misfit() };
            let (_, address) = receiver(key::<M>(), false, cx)?;
            truth(inside::<M>(address).find(&wanted).is_some())
        }
    }

    fn set[D, M: Mapping] where [M::Key: KeyOf<D>, M::Value: Element<D>] |cx| {
        // SAFETY: as in `get`; what the map loses is dropped when it is given back.
        unsafe {
            let _receiver = StrongRef::borrow(cx.receiver);
            cx.own_arguments();
            let mut stage = (one::<D, M::Key>(1, cx)?, one::<D, M::Value>(2, cx)?);
            let found = lent_last::<D, (M::Key, M::Value), _>(&mut stage, 1, key::<M>(), cx, |_, _| Ok(()))?;
            let ((wanted, value), address, ()) = found;
            let old = inside_mut::<M>(address).put(wanted, value);
            cx.loans.release();
            drop(old);
            none()
        }
    }

    fn delete[D, M: Mapping] where [M::Key: KeyOf<D>] |cx| {
        // SAFETY: as in `set`.
        unsafe {
            let Some(wanted) = wanted::<D, M>(cx)? else { return misfit() };
            let (_, address) = receiver(key::<M>(), true, cx)?;
            let old = inside_mut::<M>(address).take(&wanted);
            cx.loans.release();
            if old.is_none() {
                return missing(cx);
            }
            drop(old);
            none()
        }
    }

    fn update[D, M: Mapping] where [
        M::Key: KeyOf<D>, M::Value: Element<D>, opaque<M>: Container<D> + Holds<Item = M::Value>
    ] |cx| {
        // SAFETY: as in `set`.
        unsafe {
            let _receiver = StrongRef::borrow(cx.receiver);
            let (Pairs(added), address) = other_pairs::<D, M>(1, cx)?;
            let of = inside_mut::<M>(address);
            let mut old = Vec::new();
            if old.try_reserve(added.len()).is_err() {
                return no_memory();
            }
            old.extend(added.into_iter().map(|(key, value)| of.put(key, value)));
            cx.loans.release();
            drop(old);
            none()
        }
    }

    fn equal[D, M: Mapping, const SAME: bool] where [M::Key: KeyOf<D>, M::Value: Element<D>, opaque<M>: Container<D> + Holds<Item = M::Value>] |cx| {
        let Some(eq) = <opaque<M> as Container<D>>::EQ else { return misfit() };
        let same = |one: &M, other: &M| {
            one.len() == other.len() && one.each().all(|(key, one)| other.find(key).is_some_and(|other| eq(one, other)))
        };
        // SAFETY: as in `get`; both are lent to be read.
        unsafe {
            cx.at(1);
            let src = argument(1, cx);
            if class_record::instance_of(src, key::<M>()).is_some() {
                let other = lent::<opaque<M>>(src, cx)?;
                let (_, address) = receiver(key::<M>(), false, cx)?;
                return truth(same(inside(address), inside(other)) == SAME);
            }
            // What an argument would be made of.
            if cx.flags(1) & CONVERT == 0 {
                return misfit();
            }
            let mut stage = one::<D, Pairs<M>>(1, cx)?;
            let Some(pairs) = looked_for::<D, Pairs<M>>(&mut stage, cx)? else { return misfit() };
            let (_, address) = receiver(key::<M>(), false, cx)?;
            truth(same(inside(address), &pairs.collected()) == SAME)
        }
    }
}
