//! `nb::bind_set`: the class of a set, with the methods of a Python set. A set is a map whose values are nothing.

use crate::bind::annotations::is_operator;
use crate::bind::builder::Builder;
use crate::call::context::{CONVERT, Cx};
use crate::call::signature::SigText;
use crate::call::type_codes::{self, Types};
use crate::cast::by_value::put_value;
use crate::cast::traits::{Param, Ret};
use crate::containers::access::*;
use crate::containers::arguments::Items;
use crate::containers::element::{Container, Holds, KeyOf, inside, inside_mut};
use crate::containers::map;
use crate::containers::map_iterator::{self, MapTable};
use crate::containers::mapping::Mapping;
use crate::containers::taking::{lent, lent_last, looked_for, no_memory, one};
use crate::containers::transparent::opaque;
use crate::containers::vector::{class_name, invokes};
use crate::ffi;
use crate::instance::class_record;
use crate::python::error::{Builtin, Error};
use crate::python::object::{StrongRef, object};
use crate::python::{attributes, messages};
use crate::rv_policy;

/// Which elements of two sets are in a third.
const UNION: u8 = 0;
const BOTH: u8 = 1;
const LEFT: u8 = 2;
const EITHER: u8 = 3;
const RIGHT: u8 = 4;

/// How two sets compare.
const SUBSET: u8 = 0;
const PROPER_SUBSET: u8 = 1;
const SUPERSET: u8 = 2;
const PROPER_SUPERSET: u8 = 3;
const EQUAL: u8 = 4;
const UNEQUAL: u8 = 5;
const DISJOINT: u8 = 6;

/// Adds the methods to a new class; constructors are there.
pub(super) fn bind<D: 'static, M: Mapping<Value = ()>>(class: Builder<'_>)
where
    M::Key: KeyOf<D>,
    opaque<M>: Container<D> + Holds<Item = ()>,
{
    const BOOL: u8 = type_codes::BOOL;
    const NONE: u8 = type_codes::NONE;
    let known: &'static MapTable = const { &MapTable::of::<D, M, true>() };
    let (table, counts) = (std::ptr::from_ref(known).cast::<u8>(), std::ptr::from_ref(&known.counts).cast::<u8>());
    let plain = std::ptr::dangling::<u8>();
    let items = |codes: &'static [u8], result: u8| Types::new(codes, result, of_items::<D, M>);
    let whole = |codes: &'static [u8], result: u8| Types::new(codes, result, of_whole::<M>);
    let others = |result: u8| Types::new(&[0, 0], result, of_others::<D, M>);
    let of_key = u64::from(<M::Key as Param<D>>::NULLABLE) << 1;

    method::<D, _>(class, "__len__", (len, counts), whole(&[0], type_codes::INT), ());
    method::<D, _>(class, "__bool__", (is_filled, counts), whole(&[0], BOOL), "Check whether the set is nonempty");
    method::<D, _>(class, "__repr__", (map_iterator::repr_of_keys, table), whole(&[0], type_codes::STR), ());
    method_with::<D, _>(class, "__contains__", (map::contains::<D, M>, plain), items(&[0, 0], BOOL), of_key, ());
    nothing_else::<D>(class, describe_nothing::<M>);
    let of_iterator = Types::new(&[0], 0, of_iter::<D, M, M::Key>);
    method::<D, _>(class, "__iter__", (map_iterator::iterate, table), of_iterator, ());
    let reduced = Types::new(&[0], 0, of_reduce::<M>);
    method::<D, _>(class, "__reduce__", (map_iterator::reduce_keys, table), reduced, ());
    method::<D, _>(class, "clear", (clear::<M>, plain), whole(&[0], NONE), "Remove all elements.");
    let add_doc = "Add `arg`, if it is no element yet.";
    method_with::<D, _>(class, "add", (add::<D, M>, plain), items(&[0, 0], NONE), of_key, add_doc);
    let remove_doc = "Remove `arg`, which has to be an element.";
    method_with::<D, _>(class, "remove", (map::delete::<D, M>, plain), items(&[0, 0], NONE), of_key, remove_doc);
    let discard_doc = "Remove `arg`, if it is an element.";
    method_with::<D, _>(class, "discard", (discard::<D, M>, plain), items(&[0, 0], NONE), of_key, discard_doc);
    method::<D, _>(class, "pop", (pop::<D, M>, plain), items(&[0], 0), "Remove and return some element.");
    let change = |name: &str, body, doc: &'static str| method::<D, _>(class, name, (body, plain), others(NONE), doc);
    change("update", changed::<D, M, UNION, false>, "Add all elements of `arg`.");
    change("intersection_update", changed::<D, M, BOTH, false>, "Keep the elements that are in `arg`.");
    change("difference_update", changed::<D, M, LEFT, false>, "Remove the elements that are in `arg`.");
    let either_doc = "Keep the elements that are in one of both.";
    change("symmetric_difference_update", changed::<D, M, EITHER, false>, either_doc);

    let compare = |name: &str, body| {
        method::<D, _>(class, name, (body, plain), whole(&[0, 0], BOOL), is_operator());
    };
    compare("__le__", compared::<D, M, SUBSET>);
    compare("__lt__", compared::<D, M, PROPER_SUBSET>);
    compare("__ge__", compared::<D, M, SUPERSET>);
    compare("__gt__", compared::<D, M, PROPER_SUPERSET>);
    compare("__eq__", compared::<D, M, EQUAL>);
    compare("__ne__", compared::<D, M, UNEQUAL>);
    let ask = |name: &str, body, doc: &'static str| method::<D, _>(class, name, (body, plain), others(BOOL), doc);
    ask("issubset", asked::<D, M, SUBSET>, "Whether `arg` has all elements.");
    ask("issuperset", asked::<D, M, SUPERSET>, "Whether all elements of `arg` are here.");
    ask("isdisjoint", asked::<D, M, DISJOINT>, "Whether no element of `arg` is here.");
    let combine = |name: &str, body| {
        method::<D, _>(class, name, (body, plain), whole(&[0, 0], 0), is_operator());
    };
    combine("__or__", combined::<D, M, UNION, true>);
    combine("__and__", combined::<D, M, BOTH, true>);
    combine("__sub__", combined::<D, M, LEFT, true>);
    combine("__xor__", combined::<D, M, EITHER, true>);
    combine("__ror__", combined::<D, M, UNION, true>);
    combine("__rand__", combined::<D, M, BOTH, true>);
    combine("__rsub__", combined::<D, M, RIGHT, true>);
    combine("__rxor__", combined::<D, M, EITHER, true>);
    combine("__ior__", changed::<D, M, UNION, true>);
    combine("__iand__", changed::<D, M, BOTH, true>);
    combine("__isub__", changed::<D, M, LEFT, true>);
    combine("__ixor__", changed::<D, M, EITHER, true>);
    let make = |name: &str, body, doc: &'static str| method::<D, _>(class, name, (body, plain), others(0), doc);
    make("union", combined::<D, M, UNION, false>, "The elements of both.");
    make("intersection", combined::<D, M, BOTH, false>, "The elements that are in both.");
    make("difference", combined::<D, M, LEFT, false>, "The elements that are not in `arg`.");
    make("symmetric_difference", combined::<D, M, EITHER, false>, "The elements that are in one of both.");
    // What changes has no hash, as in Python.
    // SAFETY: attached, as whoever binds is; None lives as long as the interpreter.
    class.step(|home| attributes::set(home.scope, "__hash__", &unsafe { object::borrow(ffi::Py_None()) }));
}

/// The types of a method with the set and an element.
fn of_items<D, M: Mapping>(index: usize, text: &mut SigText<'_>)
where
    M::Key: KeyOf<D>,
{
    match index {
        0 => text.class::<opaque<M>>(),
        type_codes::RESULT => <M::Key as Ret<D, rv_policy::automatic>>::describe(text),
        _ => <M::Key as Param<D>>::describe(text),
    }
}

/// The types of a method with the set and elements.
fn of_others<D, M: Mapping<Value = ()>>(index: usize, text: &mut SigText<'_>)
where
    M::Key: KeyOf<D>,
{
    if index == 1 { <Items<M::Key> as Param<D>>::describe(text) } else { text.class::<opaque<M>>() }
}

/// A set of these elements; of several that are equal the first stays, as in Python.
pub(super) fn of<M: Mapping<Value = ()>>(Items(all): Items<M::Key>) -> M {
    let mut set = M::default();
    for one in all {
        if set.find(&one).is_none() {
            set.put(one, ());
        }
    }
    set
}

/// What is made of the elements of the first argument and of the set: of an object of the class as it is, of any set of Python's, and if
/// `any` of every iterable.
///
/// # Safety
/// A method with that argument runs; attached.
unsafe fn with_other<D, M: Mapping<Value = ()>, R>(
    any: bool,
    cx: &mut Cx<'_>,
    body: impl FnOnce(&M, &M, &mut Cx<'_>) -> Given<R>,
) -> Given<R>
where
    M::Key: KeyOf<D>,
{
    // SAFETY: caller's contract; both are lent to be read, until the call ends.
    unsafe {
        cx.at(1);
        let src = argument(1, cx);
        if class_record::instance_of(src, key::<M>()).is_some() {
            let other = lent::<opaque<M>>(src, cx)?;
            let (_, address) = receiver(key::<M>(), false, cx)?;
            return body(inside(address), inside(other), cx);
        }
        if cx.flags(1) & CONVERT == 0 || !(any || ffi::PyAnySet_Check(src) != 0) {
            return misfit();
        }
        cx.own_arguments();
        let mut stage = one::<D, Items<M::Key>>(1, cx)?;
        let Some(other) = looked_for::<D, Items<M::Key>>(&mut stage, cx)? else { return misfit() };
        let other = of::<M>(other);
        let (_, address) = receiver(key::<M>(), false, cx)?;
        body(inside(address), &other, cx)
    }
}

fn compare<M: Mapping<Value = ()>>(how: u8, one: &M, other: &M) -> bool {
    let within = |one: &M, other: &M| one.len() <= other.len() && one.each().all(|(key, ())| other.find(key).is_some());
    match how {
        SUBSET => within(one, other),
        PROPER_SUBSET => one.len() < other.len() && within(one, other),
        SUPERSET => within(other, one),
        PROPER_SUPERSET => other.len() < one.len() && within(other, one),
        DISJOINT => one.each().all(|(key, ())| other.find(key).is_none()),
        EQUAL => one.len() == other.len() && within(one, other),
        _ => !compare(EQUAL, one, other),
    }
}

invokes! {
    fn add[D, M: Mapping<Value = ()>] where [M::Key: KeyOf<D>] |cx| {
        // SAFETY: a method of the set runs; the loan lasts until it is released.
        unsafe {
            let _receiver = StrongRef::borrow(cx.receiver);
            cx.own_arguments();
            let mut stage = one::<D, M::Key>(1, cx)?;
            let (added, address, ()) =
                lent_last::<D, M::Key, _>(&mut stage, 1, key::<M>(), cx, |_, _| Ok(()))?;
            let of = inside_mut::<M>(address);
            let old = if of.find(&added).is_some() { Some(added) } else { of.put(added, ()); None };
            cx.loans.release();
            drop(old);
            none()
        }
    }

    fn discard[D, M: Mapping<Value = ()>] where [M::Key: KeyOf<D>] |cx| {
        // SAFETY: as in `add`; what is no key is no element either.
        unsafe {
            let Some(wanted) = map::wanted::<D, M>(cx)? else { return misfit() };
            let (_, address) = receiver(key::<M>(), true, cx)?;
            let old = inside_mut::<M>(address).take(&wanted);
            cx.loans.release();
            drop(old);
            none()
        }
    }

    fn pop[D, M: Mapping<Value = ()>] where [M::Key: KeyOf<D>] |cx| {
        // SAFETY: as in `add`. The element is the method's own when the loan has ended.
        unsafe {
            let (_, address) = receiver(key::<M>(), true, cx)?;
            let of = inside_mut::<M>(address);
            let some = of.each().next().map(|(key, ())| key.clone());
            let taken = some.and_then(|some| of.take(&some));
            cx.loans.release();
            match taken {
                Some((taken, ())) => Ok(<M::Key as Ret<D, rv_policy::automatic>>::put(taken, cx)),
                None => raise(Error::new(Builtin::KeyError, messages::pop_from_empty(&class_name(key::<M>(), cx)))),
            }
        }
    }

    fn changed[D, M: Mapping<Value = ()>, const HOW: u8, const OPERATOR: bool] where [M::Key: KeyOf<D>] |cx| {
        // SAFETY: as in `add`; of another set, copies are added. What goes is looked for once more, since the set may be another by then.
        unsafe {
            let _receiver = StrongRef::borrow(cx.receiver);
            let (goes, comes) = with_other::<D, M, _>(!OPERATOR, cx, |one, other, _| {
                let (mut goes, mut comes) = (Vec::new(), Vec::new());
                if goes.try_reserve(one.len()).is_err() || comes.try_reserve(other.len()).is_err() {
                    return no_memory();
                }
                if HOW != UNION {
                    let leaves = |key: &M::Key| (HOW == BOTH) != other.find(key).is_some();
                    goes.extend(one.each().filter(|(key, ())| leaves(key)).map(|(key, ())| key.clone()));
                }
                if HOW == UNION || HOW == EITHER {
                    let is_new = |key: &M::Key| HOW == UNION || one.find(key).is_none();
                    comes.extend(other.each().filter(|(key, ())| is_new(key)).map(|(key, ())| key.clone()));
                }
                Ok((goes, comes))
            })?;
            cx.loans.release();
            let (_, address) = receiver(key::<M>(), true, cx)?;
            let of = inside_mut::<M>(address);
            let mut old: Vec<_> = goes.iter().filter_map(|gone| of.take(gone)).map(|(key, ())| key).collect();
            for added in comes {
                if of.find(&added).is_some() {
                    old.push(added);
                } else {
                    of.put(added, ());
                }
            }
            cx.loans.release();
            drop((old, goes));
            if OPERATOR { Ok(ffi::Py_NewRef(cx.receiver)) } else { none() }
        }
    }

    fn compared[D, M: Mapping<Value = ()>, const HOW: u8] where [M::Key: KeyOf<D>] |cx| {
        // SAFETY: a method of the set runs.
        unsafe { with_other::<D, M, _>(false, cx, |one, other, _| truth(compare(HOW, one, other))) }
    }

    fn asked[D, M: Mapping<Value = ()>, const HOW: u8] where [M::Key: KeyOf<D>] |cx| {
        // SAFETY: a method of the set runs.
        unsafe { with_other::<D, M, _>(true, cx, |one, other, _| truth(compare(HOW, one, other))) }
    }

    fn combined[D, M: Mapping<Value = ()>, const HOW: u8, const OPERATOR: bool] where [M::Key: KeyOf<D>] |cx| {
        // SAFETY: a method of the set runs; the result is no part of either.
        unsafe {
            let made = with_other::<D, M, _>(!OPERATOR, cx, |one, other, _| {
                let mut made = M::default();
                let (one, other) = if HOW == RIGHT { (other, one) } else { (one, other) };
                for (key, ()) in one.each() {
                    let is_there = other.find(key).is_some();
                    if HOW == UNION || (HOW == BOTH) == is_there {
                        made.put(key.clone(), ());
                    }
                }
                if HOW == UNION || HOW == EITHER {
                    for (key, ()) in other.each().filter(|(key, ())| one.find(key).is_none()) {
                        made.put(key.clone(), ());
                    }
                }
                Ok(made)
            })?;
            cx.loans.release();
            Ok(put_value::<_, rv_policy::automatic>(opaque(made), cx))
        }
    }
}
