//! Iterators and views of bound maps.
//!
//! An iterator goes through the keys that there were when it began, and looks each up: a map that has another size by then, or has lost the
//! key, ends it with a `RuntimeError`, as a dict does; it stays ended.

use crate::bind::scope::Home;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::call::type_codes::RESULT;
use crate::cast::traits::Ret;
use crate::containers::access::*;
use crate::containers::element::{Container, Element, Holds, KeyOf, inside};
use crate::containers::iterator_object::{self, Steps};
use crate::containers::listing::{new_reference, reduced, shown};
use crate::containers::mapping::{Mapping, value};
use crate::containers::transparent::opaque;
use crate::containers::vector_iterator::converted;
use crate::containers::view_object;
use crate::ffi;
use crate::instance::borrow::lend_outside;
use crate::instance::class_record;
use crate::python::error::runtime_error;
use crate::python::messages;
use crate::python::object::{StrongRef, object};
use crate::rv_policy;
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ptr;

/// What an iterator or a view gives.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Key,
    Value,
    Item,
}

impl Kind {
    pub(super) const ALL: [Kind; 3] = [Kind::Key, Kind::Value, Kind::Item];

    /// The method that gives the view, and its documentation.
    pub(super) fn method(self) -> (&'static str, &'static str) {
        match self {
            Kind::Key => ("keys", "Returns an iterable view of the map's keys."),
            Kind::Value => ("values", "Returns an iterable view of the map's values."),
            Kind::Item => ("items", "Returns an iterable view of the map's items."),
        }
    }

    pub(super) fn view(self) -> &'static str {
        match self {
            Kind::Key => "KeyView",
            Kind::Value => "ValueView",
            Kind::Item => "ItemView",
        }
    }

    fn iterator(self) -> &'static str {
        match self {
            Kind::Key => "KeyIterator",
            Kind::Value => "ValueIterator",
            Kind::Item => "ItemIterator",
        }
    }
}

/// What methods and views need that know no types.
pub(super) struct MapTable {
    pub counts: Counts,
    /// # Safety
    /// There is a map at the address, lent to the caller; the object is that of the map.
    steps: unsafe fn(usize, StrongRef, Kind) -> Box<dyn Steps>,
}

impl MapTable {
    pub(super) const fn of<D: 'static, M: Mapping, const COPIES: bool>() -> MapTable
    where
        M::Key: KeyOf<D>,
        M::Value: Element<D>,
        opaque<M>: Container<D> + Holds<Item = M::Value>,
    {
        MapTable {
            // SAFETY: the contracts of the fields.
            counts: Counts { key: key::<M>, len: |address| unsafe { inside::<M>(address) }.len() },
            steps: |address, owner, kind| {
                // SAFETY: as above.
                let keys: Vec<M::Key> = unsafe { inside::<M>(address) }.each().map(|(key, _)| key.clone()).collect();
                let (len, keys) = (keys.len(), keys.into_iter());
                Box::new(MapSteps::<D, M, COPIES> { owner, kind, len, keys, domain: PhantomData })
            },
        }
    }

    /// A new iterator over the map in an object; a new reference, or null with an exception raised.
    ///
    /// # Safety
    /// The object is live and of a class of such maps; attached.
    pub(super) unsafe fn iterate(&self, owner: *mut ffi::PyObject, kind: Kind) -> *mut ffi::PyObject {
        // SAFETY: caller's contract; the class is live while an object of it is.
        unsafe {
            let owner = StrongRef::borrow(owner);
            let Some((inst, data, offset)) = class_record::instance_of(owner.as_ptr(), (self.counts.key)()) else {
                return ptr::null_mut();
            };
            let steps = match lend_outside(inst, data, false, "__iter__") {
                Ok((mut loans, address)) => {
                    let steps = (self.steps)(address + offset, StrongRef::borrow(owner.as_ptr()), kind);
                    loans.release();
                    steps
                }
                Err(error) => return settle(raise(error)),
            };
            iterator_object::make_in(
                data,
                (kind as usize, kind.iterator()),
                iterator_object::next::<Box<dyn Steps>>,
                steps,
            )
        }
    }
}

/// Where an iterator is.
struct MapSteps<D, M: Mapping, const COPIES: bool> {
    owner: StrongRef,
    kind: Kind,
    /// How many items there were.
    len: usize,
    keys: std::vec::IntoIter<M::Key>,
    domain: PhantomData<fn(D)>,
}

// SAFETY: keys are `Send`; the object is used on attached threads alone, of its interpreter.
unsafe impl<D, M: Mapping<Key: Send>, const COPIES: bool> Send for MapSteps<D, M, COPIES> {}

// SAFETY: what the conversions give; the owner is visited.
unsafe impl<D, M: Mapping, const COPIES: bool> Steps for MapSteps<D, M, COPIES>
where
    M::Key: KeyOf<D>,
    M::Value: Element<D>,
    opaque<M>: Container<D> + Holds<Item = M::Value>,
{
    unsafe fn next(&mut self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: the owner is live; the loan lasts until it is released.
        unsafe {
            let Some((inst, data, offset)) = class_record::instance_of(self.owner.as_ptr(), key::<M>()) else {
                return ptr::null_mut();
            };
            let (mut loans, address) = match lend_outside(inst, data, false, "__next__") {
                Ok(found) => found,
                Err(error) => return settle(raise(error)),
            };
            let of = inside::<M>(address + offset);
            if of.len() != self.len {
                return settle(raise(runtime_error(messages::changed_while_iterated(&data.name()))));
            }
            let Some(key) = self.keys.next() else { return ptr::null_mut() };
            let Some(found) = of.find(&key) else {
                return settle(raise(runtime_error(messages::key_gone_while_iterated(&data.name()))));
            };
            let one = match self.kind {
                Kind::Key => ptr::null_mut(),
                Kind::Value | Kind::Item => value::<D, M, COPIES>(of, (&key, found), inst, cx),
            };
            loans.release();
            match self.kind {
                Kind::Key => converted(<M::Key as Ret<D, rv_policy::automatic>>::put(key, cx)),
                Kind::Value => converted(one),
                Kind::Item => {
                    let Some(one) = object::from_owned(converted(one)) else { return ptr::null_mut() };
                    let key = converted(<M::Key as Ret<D, rv_policy::automatic>>::put(key, cx));
                    let Some(key) = object::from_owned(key) else { return ptr::null_mut() };
                    ffi::PyTuple_Pack(2, key.as_ptr(), one.as_ptr())
                }
            }
        }
    }

    unsafe fn hint(&mut self, _cx: &mut Cx<'_>) -> Option<usize> {
        Some(self.keys.len())
    }

    unsafe fn visit(&self, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: caller's contract.
        unsafe { visit(self.owner.as_ptr(), arg) }
    }
}

tabled! {
    MapTable:

    fn iterate |table, cx| {
        // SAFETY: as above.
        unsafe { over(table, Kind::Key, cx) }
    }

    fn repr |table, cx| {
        // SAFETY: a method of the container runs; live objects.
        unsafe {
            cx.own_arguments();
            shown(cx.receiver, c"{...}", || as_dict(table, cx))
        }
    }

    /// The class, and a dict as its only argument.
    ///
    fn reduce |table, cx| {
        // SAFETY: as above; live objects.
        unsafe {
            cx.own_arguments();
            let items = as_dict(table, cx)?;
            reduced(cx.receiver, &items)
        }
    }

    fn repr_of_keys |table, cx| {
        // SAFETY: as above.
        unsafe {
            cx.own_arguments();
            shown(cx.receiver, c"{...}", || as_set(table, cx))
        }
    }

    /// The class, and a list of the keys as its only argument.
    ///
    fn reduce_keys |table, cx| {
        // SAFETY: as above; live objects.
        unsafe {
            cx.own_arguments();
            let keys = new_reference(over(table, Kind::Key, cx)?)?;
            let keys = new_reference(ffi::PySequence_List(keys.as_ptr()))?;
            reduced(cx.receiver, &keys)
        }
    }

    fn keys |table, cx| {
        // SAFETY: as above.
        unsafe { view(table, Kind::Key, cx) }
    }

    fn values |table, cx| {
        // SAFETY: as above.
        unsafe { view(table, Kind::Value, cx) }
    }

    fn items |table, cx| {
        // SAFETY: as above.
        unsafe { view(table, Kind::Item, cx) }
    }
}

/// # Safety
/// A method of the map runs; attached.
unsafe fn over(table: &MapTable, kind: Kind, cx: &mut Cx<'_>) -> Given {
    cx.own_arguments();
    // SAFETY: caller's contract; the receiver is a map of the class, or the arguments do not fit.
    unsafe {
        receiver((table.counts.key)(), false, cx)?;
        cx.loans.release();
        Ok(table.iterate(cx.receiver, kind))
    }
}

/// # Safety
/// As [`over`].
unsafe fn view(table: &'static MapTable, kind: Kind, cx: &mut Cx<'_>) -> Given {
    cx.own_arguments();
    // SAFETY: caller's contract; as in `over`.
    unsafe {
        receiver((table.counts.key)(), false, cx)?;
        cx.loans.release();
        let Some((_, data, _)) = class_record::instance_of(cx.receiver, (table.counts.key)()) else { return misfit() };
        let class = object::borrow(data.ty.cast());
        match view_object::find_type(&Home::of(&class, &data.state), kind.view()) {
            Ok(ty) => Ok(view_object::make(&ty, cx.receiver, table, kind)),
            Err(error) => raise(error),
        }
    }
}

/// A dict of all items.
///
/// # Safety
/// As [`over`].
unsafe fn as_dict(table: &MapTable, cx: &mut Cx<'_>) -> Given<object> {
    // SAFETY: caller's contract; live objects.
    unsafe {
        let items = new_reference(over(table, Kind::Item, cx)?)?;
        let dict = new_reference(ffi::PyDict_New())?;
        if ffi::PyDict_MergeFromSeq2(dict.as_ptr(), items.as_ptr(), 1) < 0 { raised() } else { Ok(dict) }
    }
}

/// What shows the keys: a set, or a list where Python cannot hash them.
///
/// # Safety
/// As [`over`].
unsafe fn as_set(table: &MapTable, cx: &mut Cx<'_>) -> Given<object> {
    // SAFETY: caller's contract; live objects.
    unsafe {
        let keys = new_reference(over(table, Kind::Key, cx)?)?;
        let keys = new_reference(ffi::PySequence_List(keys.as_ptr()))?;
        if ffi::PyList_Size(keys.as_ptr()) == 0 {
            return Ok(keys);
        }
        match object::from_owned(ffi::PySet_New(keys.as_ptr())) {
            Some(set) => Ok(set),
            None if ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) != 0 => {
                ffi::PyErr_Clear();
                Ok(keys)
            }
            None => raised(),
        }
    }
}

/// The types of a method that gives a view.
pub(super) fn describe_view<D, M: Mapping>(kind: Kind, index: usize, text: &mut SigText<'_>)
where
    M::Key: KeyOf<D>,
    M::Value: Element<D>,
{
    let (key, value): (fn(&mut SigText<'_>), fn(&mut SigText<'_>)) =
        (<M::Key as Ret<D, rv_policy::automatic>>::describe, <M::Value as Ret<D, rv_policy::automatic>>::describe);
    match (index == RESULT && text.is_for_stubs(), kind) {
        (false, _) => {
            text.class::<opaque<M>>();
            if index == RESULT {
                text.text(".");
                text.text(kind.view());
            }
        }
        // The class of a view is made with the first one, and says nothing of its elements.
        (true, Kind::Key) => generic(text, "collections.abc.KeysView", &[key]),
        (true, Kind::Value) => generic(text, "collections.abc.ValuesView", &[value]),
        (true, Kind::Item) => generic(text, "collections.abc.ItemsView", &[key, value]),
    }
}

fn generic(text: &mut SigText<'_>, name: &str, arguments: &[fn(&mut SigText<'_>)]) {
    text.text(name);
    text.text("[");
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            text.text(", ");
        }
        argument(text);
    }
    text.text("]");
}
