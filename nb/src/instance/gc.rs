//! What Python's cycle collector sees of bound instances, and which classes have it look.
//!
//! Whether objects have a collector header is a matter of their class: CPython allows types whose instances have one or
//! not (`tp_is_gc`), but 3.14 writes into the header of every instance that dies close to the end of the stack. A class
//! whose instances hold no references to Python objects does without. Its instances may come to hold some because
//! - it has a `__dict__`, or its values hold objects ([`Traverse`](crate::Traverse)),
//! - they are nurses of a `keep_alive`,
//! - they refer to a value inside another object, which they keep alive.
//!
//! The last two are known only when functions are bound. Therefore a class may become a collected one until its first
//! instance is made, or be noted as one before it is bound. A reference to an owner can close a cycle only if the owner
//! holds references itself, hence the class of such a child is collected when one of its owners' classes is, or has a
//! subclass in Python.
//!
//! # When objects are garbage
//!
//! Which instances have a collector header is a matter of their class. A class without references to show has none, and its
//! instances cost 24 bytes. A class is collected when it has a `__dict__`, when its values hold Python objects (`Traverse`), when it
//! stands where a function expects a nurse, and when it is the class of children of an owner that is itself collected or has a Python
//! subclass. The last two are found while functions are bound, from the classes that describe their arguments and results, and
//! hold for derived classes too; the class changes only while it has no instance (`TypeData::used`).
//!
//! `tp_is_gc` would allow instances with and without a header in one class, but CPython 3.14 writes into the header of every
//! instance of a type with the collector's flag that dies close to the end of the stack, without asking `tp_is_gc`.
//!
//! A collection does not end with the decision what is garbage. What it clears first runs code (callbacks of weak references to code
//! objects, destructors), and that code can still reach the rest through tables of ours, which hold no references. Therefore
//! the registry forgets a class before it is cleared (`meta_clear`) or freed; no value becomes an instance of a class, and no child or member is given
//! out, that the collector has found to be garbage and not cleared yet (`allocation::is_garbage` reads the collector's own
//! mark); and a child is not cleared while it is lent, of which the mark of its root tells.
//!
//! What is being made is not seen: lists and tuples of results are unknown to the collector until they are full, items of sets and
//! dicts are made before these, and a value is there before its object is.
//!
//! `inst_traverse` shows the type, the `__dict__`, the patients, and either the value's objects or the roots. It looks into a value only
//! while the instance owns it alone (not in an `Arc`, not taken by a `unique_ptr`) and it has no marks: then no code on any thread refers to it, so that what it shows is the same in all steps of a
//! collection. `inst_clear` ends the value and, after it, lets the patients go, since a value may rely on them until its
//! destructor has run. An instance that was cleared is an uninitialised one for whoever still reaches it.

use crate::ffi;
use crate::instance::again::Given;
use crate::instance::borrow::{Asker, Patience};
use crate::instance::class_record::{self, TypeData};
use crate::instance::ext::{Extra, ext, owned_address};
use crate::instance::header::{Inst, Life, Storage};
use crate::instance::loans::Loans;
use crate::instance::traverse::{ShownBases, Visit, VisitValue};
use crate::instance::{dealloc, metatype};
use crate::interpreter::panic;
use crate::interpreter::state::State;
use crate::util::gil_cell::GilCell;
use crate::util::hash::Map;
use std::any::TypeId;
use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Which classes of one interpreter the collector looks into.
#[derive(Default)]
pub(crate) struct Collected {
    /// Those whose instances it has to visit; some of them are not bound yet.
    classes: GilCell<Map<TypeId, ()>>,
    /// Classes of children, by the classes of their owners.
    parts: GilCell<Map<TypeId, Vec<TypeId>>>,
}

impl Collected {
    /// Remembers that the instances of a class hold references; false if that was known.
    pub(crate) fn want(&self, key: TypeId) -> bool {
        self.classes.open().insert(key, ()).is_none()
    }

    /// Notes that functions refer to values of `child` inside values of `owner`.
    pub(crate) fn add_part(&self, owner: TypeId, child: TypeId) {
        let mut parts = self.parts.open();
        let known = parts.entry(owner).or_default();
        if !known.contains(&child) {
            known.push(child);
        }
    }

    pub(crate) fn parts(&self, owner: TypeId) -> Vec<TypeId> {
        self.parts.open().get(&owner).cloned().unwrap_or_default()
    }

    pub(crate) fn wants(&self, key: TypeId) -> bool {
        self.classes.open().contains_key(&key)
    }
}

/// What the collector has to know of the instances of a class.
pub(crate) struct Collection {
    /// Besides its value, an instance has nothing: no `__dict__`, no weak references, nothing for the collector.
    bare: AtomicBool,
    /// An instance has been made, so that the layout of instances cannot change any more.
    used: AtomicBool,
    /// There is a Python subclass whose instances are collected.
    subclassed: AtomicBool,
    /// How to look into the value, or into that of the base where only the base holds Python objects.
    pub(crate) visit: Option<VisitValue>,
}

impl Collection {
    /// Of a class without instances.
    pub(crate) fn new(bare: bool, visit: Option<VisitValue>) -> Collection {
        let (used, subclassed) = (AtomicBool::new(false), AtomicBool::new(false));
        Collection { bare: AtomicBool::new(bare), used, subclassed, visit }
    }

    #[inline(always)]
    pub(crate) fn is_bare(&self) -> bool {
        self.bare.load(Relaxed)
    }

    pub(crate) fn set_bare(&self, bare: bool) {
        self.bare.store(bare, Relaxed);
    }

    pub(crate) fn is_used(&self) -> bool {
        self.used.load(Relaxed)
    }

    #[inline(always)]
    pub(crate) fn set_used(&self) {
        self.used.store(true, Relaxed);
    }

    pub(crate) fn is_subclassed(&self) -> bool {
        self.subclassed.load(Relaxed)
    }

    /// Notes a Python subclass with collected instances; false if there was one.
    pub(crate) fn set_subclassed(&self) -> bool {
        !self.subclassed.swap(true, Relaxed)
    }
}

/// How the collector looks into a value.
pub(crate) enum Look {
    /// With its `Traverse`; the value is at this offset.
    Value(VisitValue, usize),
    /// With a function from `nb::type_slots(..)`, which gets the object.
    Slot(ffi::traverseproc),
}

/// How a value that is garbage lets go of what it holds.
pub(crate) enum Clear {
    /// It is dropped.
    End,
    /// A function from `nb::type_slots(..)` does it, and the value lives on.
    Slot(ffi::inquiry),
}

impl TypeData {
    /// How the collector looks into a value of this class: into each part as the class says that it belongs to, and once.
    pub(crate) fn visitors(&self) -> impl Iterator<Item = Look> {
        let mut shown = ShownBases::NotNamed;
        // The values of such a class keep what they hold, in garbage too.
        self.levels().filter(|_| !self.ownership.never_destruct).filter_map(move |(data, offset)| {
            let slot = data.raw.as_deref().and_then(|raw| raw.traverse);
            let (look, bases) = match (slot, data.collection.visit) {
                // As in C, it looks after the base as well.
                (Some(traverse), _) => (Some(Look::Slot(traverse)), ShownBases::All),
                (None, Some(visit)) => (Some(Look::Value(visit, offset)), visit.bases),
                (None, None) => (None, ShownBases::NotNamed),
            };
            let before = shown;
            if shown != ShownBases::All {
                shown = bases;
            }
            look.filter(|_| before == ShownBases::NotNamed)
        })
    }

    /// How the collector ends what a value of this class holds.
    pub(crate) fn clearer(&self) -> Option<Clear> {
        self.visitors().next()?;
        let slot = self.levels().find_map(|(data, _)| match data.raw.as_deref().and_then(|raw| raw.clear) {
            Some(clear) => Some(Clear::Slot(clear)),
            None => data.collection.visit.map(|_| Clear::End),
        });
        Some(slot.unwrap_or(Clear::End))
    }
}

/// Whether instances have a collector header.
///
/// # Safety
/// A live type.
pub(crate) unsafe fn is_collected(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: caller's contract.
    unsafe { ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HAVE_GC) != 0 }
}

/// No collection begins by itself while this lives.
pub(crate) struct Paused(bool);

impl Paused {
    /// # Safety
    /// Attached, until the result is dropped.
    pub(crate) unsafe fn begin() -> Paused {
        // SAFETY: caller's contract.
        Paused(unsafe { ffi::PyGC_Disable() } != 0)
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        if self.0 {
            // SAFETY: attached, see `begin`.
            unsafe { ffi::PyGC_Enable() };
        }
    }
}

/// Makes a class one whose instances the collector visits, or one that it ignores.
///
/// # Safety
/// `ty` is a bound class without instances.
pub(crate) unsafe fn lay_out(ty: *mut ffi::PyTypeObject, collected: bool) {
    // SAFETY: caller's contract.
    unsafe {
        if collected {
            metatype::set_flags(ty, ffi::Py_TPFLAGS_HAVE_GC);
            (*ty).tp_traverse = Some(inst_traverse);
            (*ty).tp_clear = Some(inst_clear);
            (*ty).tp_free = Some(ffi::PyObject_GC_Del);
        } else {
            // `type.__new__` makes every class a collected one; without references inside there is nothing to visit.
            metatype::clear_flags(ty, ffi::Py_TPFLAGS_HAVE_GC);
            (*ty).tp_traverse = None;
            (*ty).tp_clear = None;
            (*ty).tp_free = Some(ffi::PyObject_Free);
        }
    }
}

/// Whether instances of the class, or of a Python subclass, may refer to a child of themselves.
pub(crate) fn holds_references(data: &TypeData) -> bool {
    // SAFETY: the record belongs to a live class.
    data.collection.is_subclassed() || unsafe { is_collected(data.ty) }
}

/// Instances of this class may hold references from now on: so may the children that refer to them be part of a cycle.
pub(crate) fn note_owner(data: &TypeData) {
    let mut class = Some(data);
    while let Some(owner) = class {
        for child in data.state.collected.parts(owner.key) {
            collect(&data.state, child);
        }
        // SAFETY: null or alive, see the field.
        class = unsafe { owner.base.as_ref() };
    }
}

/// Has the collector visit the instances of a class and of the classes derived from it, if none exists yet.
pub(crate) fn collect(state: &State, key: TypeId) {
    if !state.collected.want(key) {
        return;
    }
    for data in state.types() {
        if data.offset_to(key).is_none() {
            continue;
        }
        // SAFETY: registered types are alive; a class without instances.
        unsafe {
            if !is_collected(data.ty) && !data.collection.is_used() {
                (data.lay_out)(data.ty, true);
                data.collection.set_bare(false);
                data.pool.close();
                ffi::PyType_Modified(data.ty);
            }
        }
        note_owner(data);
    }
}

/// `tp_traverse` of collected classes.
///
/// # Safety
/// The collector passes a live instance of a class of ours and its own callback.
unsafe extern "C" fn inst_traverse(ob: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the collector passes a live instance of a class of ours, which it has found tracked, and its own callback.
    unsafe {
        let _noted = crate::python::attach::note();
        let ty = ffi::Py_TYPE(ob);
        let Some(data) = class_record::data_of(ty) else { return 0 };
        let inst = ob.cast::<Inst>();
        if visit as usize == filter as *const () as usize {
            // A function of `nb::type_slots` calls the slot of its base, which is this; all but the value was shown.
            return 0;
        }
        let mut visit = Visit::new(visit, arg);
        // `subtype_traverse` of a Python subclass leaves the type to the traverse function of a heap type.
        visit.pointer(ty.cast());
        if let Some(dict) = dict_slot(inst, data) {
            visit.pointer(*dict);
        }
        if (*inst).has_patients() {
            data.state.patients.each(inst, |patient| visit.pointer(patient));
        }
        match (*inst).storage() {
            Storage::Inline | Storage::Boxed => visit_value(inst, data, &mut visit),
            _ => {
                let ext = ext(inst);
                ext.roots.iter().for_each(|root| visit.pointer(root.inst.cast()));
                if let Some(Extra::Given(Given { receiver: Some(receiver), .. })) = ext.extra.as_deref() {
                    visit.pointer(receiver.as_ptr());
                }
            }
        }
        visit.answer()
    }
}

/// Visits the objects in a value, unless a call uses it: the caller's reference keeps the instance alive then, and marks do
/// not change during a collection.
///
/// # Safety
/// As [`inst_traverse`].
unsafe fn visit_value(inst: *mut Inst, data: &TypeData, visit: &mut Visit<'_>) {
    // SAFETY: as in `inst_traverse`. Without a mark no code, on any thread, has a reference into the value; with those of buffers alone, which read
    // numbers for as long as they live, no code that could change it.
    unsafe {
        let mark = usize::from((*inst).mark());
        if !is_at_rest(inst) || (mark != 0 && mark != data.state.exports.count(inst as usize)) {
            return;
        }
        for look in data.visitors() {
            let (look, offset) = match look {
                Look::Value(look, offset) => (look, offset),
                Look::Slot(traverse) => {
                    visit_by_hand(inst, data, traverse, visit);
                    continue;
                }
            };
            let address = owned_address(inst, data) + offset;
            // Whoever panics here breaks the promise of `Traverse`; the collector cannot be told, and must not be unwound.
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| (look.visit)(address as *const u8, visit))) {
                panic::print_payload(payload);
            }
        }
    }
}

/// The instance owns a value that nobody uses.
///
/// # Safety
/// The argument is a live instance; attached.
unsafe fn is_idle(inst: *mut Inst) -> bool {
    // SAFETY: caller passes a live instance.
    unsafe { is_at_rest(inst) && (*inst).mark() == 0 }
}

/// The instance owns a value.
///
/// # Safety
/// As [`is_idle`].
unsafe fn is_at_rest(inst: *mut Inst) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        let own = matches!((*inst).storage(), Storage::Inline | Storage::Boxed);
        own && (*inst).life() == Life::Ready && (*inst).destructs()
    }
}

/// Has a function of `nb::type_slots` visit the objects in a value.
///
/// Following the manual of C, it shows the class and perhaps the `__dict__` too, which were shown already.
///
/// # Safety
/// As [`inst_traverse`]; `traverse` is a function that `nb::type_slots` has added to the class.
unsafe fn visit_by_hand(inst: *mut Inst, data: &TypeData, traverse: ffi::traverseproc, visit: &mut Visit<'_>) {
    // SAFETY: as in `inst_traverse`; the filter is used during the call only.
    unsafe {
        let dict = dict_slot(inst, data).map_or(ptr::null_mut(), |slot| *slot);
        let mut filter_out = Filter { shown: [ffi::Py_TYPE(inst.cast()).cast(), dict], visit };
        traverse(inst.cast(), filter, (&raw mut filter_out).cast());
    }
}

/// Objects of which one reference each is not shown again, and whom to show the others.
struct Filter<'f, 'v> {
    shown: [*mut ffi::PyObject; 2],
    visit: &'f mut Visit<'v>,
}

/// What a function written by hand takes for the collector's callback.
///
/// # Safety
/// Only [`visit_by_hand`] passes this on, with that argument; `ob` is an object that the instance refers to.
unsafe extern "C" fn filter(ob: *mut ffi::PyObject, arg: *mut c_void) -> c_int {
    // SAFETY: only `visit_by_hand` passes this on, with that argument; `ob` is an object that the instance refers to.
    unsafe {
        let filter = &mut *arg.cast::<Filter<'_, '_>>();
        if let Some(shown) = filter.shown.iter_mut().find(|shown| **shown == ob) {
            *shown = ptr::null_mut();
            return 0;
        }
        filter.visit.pointer(ob);
        filter.visit.answer()
    }
}

/// `tp_clear` of collected classes: the instance is garbage.
///
/// Its value may refer to its patients in ways that nobody checks, so it ends before they are let go.
///
/// # Safety
/// The collector passes an instance of a class of ours that it has found unreachable, and holds; attached.
unsafe extern "C" fn inst_clear(ob: *mut ffi::PyObject) -> c_int {
    // SAFETY: as in `inst_traverse`; the collector holds a reference meanwhile. The slot is emptied before the dict is
    // dropped.
    unsafe {
        let _noted = crate::python::attach::note();
        let Some(data) = class_record::data_of(ffi::Py_TYPE(ob)) else { return 0 };
        let inst = ob.cast::<Inst>();
        let dict = dict_slot(inst, data).map_or(ptr::null_mut(), |slot| ptr::replace(slot, ptr::null_mut()));
        ffi::Py_XDECREF(dict);
        let nurse = (*inst).has_patients();
        let child = !matches!((*inst).storage(), Storage::Inline | Storage::Boxed);
        let clearer = data.clearer();
        if let Some(Clear::Slot(clear)) = clearer
            && is_idle(inst)
        {
            clear_by_hand(inst, data, clear);
        }
        if (nurse || child || matches!(clearer, Some(Clear::End))) && !is_lent(inst) {
            dealloc::end_value(inst, data);
            if nurse {
                crate::instance::keep_alive::release_patients(data.state.patients.take(inst));
            }
        }
        0
    }
}

/// Whether a value is in use: somebody may have found the instance since the collector has. The mark of what lies in another
/// instance is there.
///
/// # Safety
/// The argument is a live instance, which owns its roots; attached.
unsafe fn is_lent(inst: *mut Inst) -> bool {
    // SAFETY: caller passes a live instance, which owns its roots.
    unsafe {
        let elsewhere = matches!((*inst).storage(), Storage::Place | Storage::Derived | Storage::Element);
        (*inst).mark() != 0 || (elsewhere && ext(inst).roots.iter().any(|root| (*root.inst).mark() != 0))
    }
}

/// Has a function of `nb::type_slots` let go of what a value holds.
///
/// Destructors of those objects may run any code, which must not find the value half changed.
///
/// # Safety
/// The argument is a live instance that the collector keeps alive; attached.
unsafe fn clear_by_hand(inst: *mut Inst, data: &TypeData, clear: ffi::inquiry) {
    // SAFETY: a live instance that the collector keeps alive.
    unsafe {
        let mut loans = Loans::default();
        let asker = Asker {
            function: &|| "tp_clear".to_string(),
            argument_name: &|_| String::new(),
            argument: 0,
            patience: Patience::Waits,
        };
        if loans.lend_slow(inst, data, true, &asker).is_none() {
            // Read only: nothing can be taken out of it.
            return ffi::PyErr_Clear();
        }
        clear(inst.cast());
    }
}

/// Where an instance keeps its `__dict__`, if its bound class has one.
///
/// # Safety
/// An instance of the class, whose offsets lie inside; attached.
unsafe fn dict_slot(inst: *mut Inst, data: &TypeData) -> Option<*mut *mut ffi::PyObject> {
    // SAFETY: an instance of the class, whose offsets lie inside.
    unsafe {
        let offset = (*data.ty).tp_dictoffset;
        (offset > 0).then(|| inst.cast::<u8>().offset(offset).cast())
    }
}
