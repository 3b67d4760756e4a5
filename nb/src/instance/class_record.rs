//! [`TypeData`]: the record behind each bound class, and how it is found from an object.

use crate::call::builtin::Owner;
use crate::call::context::Cx;
use crate::ffi;
use crate::instance::header::{Inst, Storage};
use crate::instance::ownership::Sharing;
use crate::instance::pool::Pool;
use crate::instance::traverse::{ShownBases, VisitValue};
use crate::instance::virtuals::Virtual;
use crate::instance::{intrusive, metatype};
use crate::interpreter::import::Import;
use crate::interpreter::state::StateRef;
use crate::python::object::object;
use crate::type_slots::RawSlots;
use crate::type_slots::operators::Slots;
use crate::util::type_map::Keyed;
use std::any::TypeId;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Arc, Mutex};

/// How to make a `T` from another Python type, tried in the converting pass.
pub(crate) struct Implicit {
    /// Whether the object is a candidate.
    pub accepts: unsafe fn(*mut ffi::PyObject, &mut Cx<'_>) -> bool,
}

/// Data of the user's that belongs to a class.
pub(crate) type Supplement = Box<dyn std::any::Any + Send + Sync>;

/// The record of a bound class; owned by its type object, shared by Python subclasses.
pub struct TypeData {
    pub(crate) key: TypeId,
    pub(crate) state: StateRef,
    pub(crate) made_by: Arc<Import>,
    /// The type object that owns this record.
    pub(crate) ty: *mut ffi::PyTypeObject,
    pub(crate) size: usize,
    pub(crate) align: usize,
    pub(crate) drop_value: Option<unsafe fn(*mut u8)>,
    pub(crate) drop_box: unsafe fn(*mut u8),
    /// Writes a clone of the first value to the second place; `None` where the type is not `Clone`.
    pub(crate) clone_value: Option<unsafe fn(*const u8, *mut u8)>,
    pub(crate) rust_name: &'static str,
    /// The annotation `nb::never_destruct()`: nothing here drops a value then, and counts of an `Arc` are kept.
    pub(crate) never_destruct: bool,
    /// Memory of dead instances of exactly this class.
    pub(crate) pool: Pool,
    /// What `nb::supplement<S>()` has added.
    pub(crate) supplement: Option<Supplement>,
    pub(crate) sharing: &'static Sharing,
    /// Besides its value, an instance has nothing: no `__dict__`, no weak references, nothing for the collector.
    pub(crate) bare: AtomicBool,
    /// An instance has been made, so that the layout of instances cannot change any more.
    pub(crate) used: AtomicBool,
    /// There is a Python subclass whose instances are collected.
    pub(crate) subclassed: AtomicBool,
    /// How to look into the value, or into that of the base where only the base holds Python objects.
    pub(crate) visit: Option<VisitValue>,
    /// Record of the embedded base, alive as long as the type object (its `tp_base`).
    pub(crate) base: *const TypeData,
    pub(crate) base_offset: usize,
    pub(crate) full_name: String,
    pub(crate) is_final: bool,
    /// Traits whose functions Python classes may override.
    pub(crate) virtuals: Vec<Virtual>,
    /// Where the value has intrusive counters; empty for most classes.
    pub(crate) counted: Box<[intrusive::Part]>,
    /// The function object that `T(...)` runs; owned reference or null.
    pub(crate) init: AtomicPtr<ffi::PyObject>,
    /// That is a bound `__new__`, and no `__init__`.
    pub(crate) new: AtomicBool,
    pub(crate) implicit: Mutex<Vec<Implicit>>,
    /// Methods and static methods bound in the class.
    pub(crate) natives: Owner,
    /// Those among them that the type's slots call.
    pub(crate) slots: Slots,
    /// What `nb::type_slots(..)` has added.
    pub(crate) raw: Option<Box<RawSlots>>,
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
    /// `module.QualName`.
    pub(crate) fn name(&self) -> String {
        self.full_name.clone()
    }

    /// Gives up a value that an instance owns outside of itself, in a box or together with others.
    ///
    /// # Safety
    /// The storage is `Boxed` or `Shared`, and the address that of the instance's record, which names it no more or
    /// will not be asked again.
    pub(crate) unsafe fn release_elsewhere(&self, storage: Storage, address: usize) {
        let address = address as *mut u8;
        // SAFETY: caller's contract.
        unsafe {
            match storage {
                Storage::Shared if self.never_destruct => {}
                Storage::Shared => (self.sharing.release)(address),
                _ => (self.drop_box)(address),
            }
        }
    }

    #[inline(always)]
    pub(crate) fn is_bare(&self) -> bool {
        self.bare.load(Ordering::Relaxed)
    }

    pub(crate) fn set_bare(&self, bare: bool) {
        self.bare.store(bare, Ordering::Relaxed);
    }

    pub(crate) fn is_used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub(crate) fn set_used(&self) {
        self.used.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_subclassed(&self) -> bool {
        self.subclassed.load(Ordering::Relaxed)
    }

    /// Notes a Python subclass with collected instances; false if there was one.
    pub(crate) fn set_subclassed(&self) -> bool {
        !self.subclassed.swap(true, Ordering::Relaxed)
    }

    /// How the collector looks into a value of this class: into each part as the class says that it belongs to, and once.
    pub(crate) fn visitors(&self) -> impl Iterator<Item = Look> {
        let mut shown = ShownBases::NotNamed;
        // The values of such a class keep what they hold, in garbage too.
        self.levels().filter(|_| !self.never_destruct).filter_map(move |(data, offset)| {
            let slot = data.raw.as_deref().and_then(|raw| raw.traverse);
            let (look, bases) = match (slot, data.visit) {
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
        let slot = self.levels().find_map(|(data, _)| match data.raw.as_deref() {
            Some(RawSlots { clear: Some(clear), .. }) => Some(Clear::Slot(*clear)),
            _ => data.visit.map(|_| Clear::End),
        });
        Some(slot.unwrap_or(Clear::End))
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

    pub(crate) fn init_function(&self) -> *mut ffi::PyObject {
        self.init.load(Ordering::Acquire)
    }

    /// Whether the class was given a `__new__` by native code.
    pub(crate) fn has_new(&self) -> bool {
        self.new.load(Ordering::Relaxed)
    }

    /// Replaces the constructor entry, dropping the old reference.
    pub(crate) fn set_init(&self, function: Option<object>) {
        let new = function.map_or(std::ptr::null_mut(), object::into_ptr);
        let old = self.init.swap(new, Ordering::AcqRel);
        // SAFETY: an owned reference stored by an earlier call, or null; attached, as all callers are.
        drop(unsafe { object::from_owned(old) });
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
        let data = (*metatype::data_slot(ty)).as_ref().or_else(|| inherited(ty));
        data.expect("a bound class has its record before it has instances")
    }
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
