//! [`TypeData`]: the record behind each bound class, and how it is found from an object.

use crate::call::builtin::Owner;
use crate::call::context::Cx;
use crate::ffi;
use crate::instance::class_cell::ClassCell;
use crate::instance::gc::Collection;
use crate::instance::header::Inst;
use crate::instance::new::Constructor;
use crate::instance::ownership::Ownership;
use crate::instance::pool::Pool;
use crate::instance::virtuals::Virtual;
use crate::instance::{intrusive, metatype};
use crate::interpreter::import::Import;
use crate::interpreter::state::StateRef;
use crate::python::object::object;
use crate::type_slots::RawSlots;
use crate::type_slots::operators::Slots;
use crate::util::type_map::Keyed;
use std::any::TypeId;
use std::sync::{Arc, Mutex, OnceLock};

/// How to make a `T` from another Python type, tried in the converting pass.
pub(crate) struct Implicit {
    /// Whether the object is a candidate.
    pub accepts: Accepts,
}

/// Whether an object, a live argument of the call, is a candidate.
pub(crate) type Accepts = unsafe fn(*mut ffi::PyObject, &mut Cx<'_>) -> bool;

/// Data of the user's that belongs to a class.
pub(crate) type Supplement = Box<dyn std::any::Any + Send + Sync>;

/// The record of a bound class; owned by its type object, shared by Python subclasses.
pub struct TypeData {
    pub(crate) key: TypeId,
    pub(crate) state: StateRef,
    pub(crate) made_by: Arc<Import>,
    /// The type object that owns this record.
    pub(crate) ty: *mut ffi::PyTypeObject,
    /// Those that may name the type, or a Python class derived from it.
    pub(crate) cells: Mutex<Vec<&'static ClassCell>>,
    pub(crate) size: usize,
    pub(crate) align: usize,
    /// How values end, are cloned and are shared.
    pub(crate) ownership: Ownership,
    pub(crate) rust_name: &'static str,
    /// Memory of dead instances of exactly this class.
    pub(crate) pool: Pool,
    /// What `nb::supplement<S>()` has added.
    pub(crate) supplement: Option<Supplement>,
    /// What the collector has to know of the instances.
    pub(crate) collection: Collection,
    /// Record of the embedded base, alive as long as the type object (its `tp_base`).
    pub(crate) base: *const TypeData,
    pub(crate) base_offset: usize,
    pub(crate) full_name: String,
    pub(crate) is_final: bool,
    /// Traits whose functions Python classes may override.
    pub(crate) virtuals: Vec<Virtual>,
    /// Where the value has intrusive counters; empty for most classes.
    pub(crate) counted: Box<[intrusive::Part]>,
    /// What `T(...)` runs.
    pub(crate) constructor: Constructor,
    pub(crate) implicit: Mutex<Vec<Implicit>>,
    /// Methods and static methods bound in the class.
    pub(crate) natives: Owner,
    /// Those among them that the type's slots call.
    pub(crate) slots: Slots,
    /// What `nb::type_slots(..)` has added.
    pub(crate) raw: Option<Box<RawSlots>>,
    /// Lays the type out with or without visits of the collector. In a module without classes nothing leads there.
    pub(crate) lay_out: unsafe fn(*mut ffi::PyTypeObject, bool),
    /// The types of a container's iterators, once there are some.
    pub(crate) iterators: [OnceLock<object>; 3],
}

// SAFETY: the pointers name Python objects of one interpreter and are used only by threads attached to it.
unsafe impl Send for TypeData {}
// SAFETY: as above; what changes is atomic or behind a mutex.
unsafe impl Sync for TypeData {}

impl Keyed for TypeData {
    #[inline(always)]
    fn key(&self) -> TypeId {
        self.key
    }
}

impl TypeData {
    /// Nothing names a type any more.
    pub(crate) fn python_ended() {
        ClassCell::forget_all();
    }

    /// `module.QualName`.
    pub(crate) fn name(&self) -> String {
        self.full_name.clone()
    }

    /// This class and its bases, with the offset of the base's value.
    pub(crate) fn levels(&self) -> impl Iterator<Item = (&TypeData, usize)> {
        std::iter::successors(Some((self, 0)), |(data, offset)| {
            // SAFETY: null or alive, see the field.
            let base = unsafe { data.base.as_ref() }?;
            Some((base, offset + data.base_offset))
        })
    }

    /// Distance from the start of this class's value to the embedded value of type `key`.
    pub(crate) fn offset_to(&self, key: TypeId) -> Option<usize> {
        let mut offset = 0;
        let mut data = self;
        loop {
            if data.key == key {
                return Some(offset);
            }
            // SAFETY: null or alive, see the field.
            let base = unsafe { data.base.as_ref() }?;
            offset += data.base_offset;
            data = base;
        }
    }
}

/// The record of a bound class or of the bound class that a Python class derives from.
///
/// # Safety
/// `ty` is a live type; attached. The result lives as long as `ty`.
#[inline]
pub(crate) unsafe fn data_of<'a>(ty: *mut ffi::PyTypeObject) -> Option<&'a TypeData> {
    // SAFETY: only types made by our metatype have the record slot, which is checked first.
    unsafe { if metatype::is_ours(ty) { (*metatype::data_slot(ty)).as_ref().or_else(|| inherited(ty)) } else { None } }
}

/// The record for a Python class that is being made: its `__init_subclass__` may make instances before `meta_new` has
/// filled the slot.
///
/// # Safety
/// The argument is a live type; attached.
#[cold]
unsafe fn inherited<'a>(ty: *mut ffi::PyTypeObject) -> Option<&'a TypeData> {
    // SAFETY: a live type; it keeps its bases alive.
    unsafe {
        let base = (*ty).tp_base;
        if base.is_null() { None } else { data_of(base) }
    }
}

/// The record for the type of an instance of ours.
///
/// # Safety
/// `ty` is the type of a live instance of ours; attached.
#[inline]
pub(crate) unsafe fn native_data<'a>(ty: *mut ffi::PyTypeObject) -> &'a TypeData {
    // SAFETY: such a type was made by our metatype, and one of its bases is a bound class.
    unsafe {
        match (*metatype::data_slot(ty)).as_ref() {
            Some(data) => data,
            None => native_inherited(ty),
        }
    }
}

/// # Safety
/// As [`native_data`].
#[cold]
#[inline(never)]
unsafe fn native_inherited<'a>(ty: *mut ffi::PyTypeObject) -> &'a TypeData {
    // SAFETY: caller's contract.
    unsafe { inherited(ty).expect("a bound class has its record before it has instances") }
}

/// The bound instance behind an object: its record and how far the wanted value is inside its own.
///
/// # Safety
/// `ob` is live; attached.
#[inline]
pub(crate) unsafe fn instance_of<'a>(ob: *mut ffi::PyObject, key: TypeId) -> Option<(*mut Inst, &'a TypeData, usize)> {
    // SAFETY: caller's contract.
    unsafe {
        let data = data_of(ffi::Py_TYPE(ob))?;
        let offset = if data.key == key { 0 } else { data.offset_to(key)? };
        Some((ob.cast(), data, offset))
    }
}
