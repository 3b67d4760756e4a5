//! [`EnumData`]: what relates the members of a Python enumeration to Rust values, and the tables where it is found.
//!
//! The record is a Python object in the enumeration's namespace (`__nb_enum__`). It owns the class and the members, so that
//! an address in its tables is that of a live member, whatever Python code deletes; the collector sees these references.

use super::Bits;
use super::create::EnumType;
use super::extras::Style;
use super::index::Index;
use super::pybind11::instance;
use crate::ffi;
use crate::interpreter::import::Import;
use crate::interpreter::panic;
use crate::interpreter::state::StateRef;
use crate::python::error::Result;
use crate::python::object::object;
use crate::python::text;
use crate::util::gil_cell::GilCell;
use crate::util::type_map::{Keyed, TypeMap};
use std::any::TypeId;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The record of an enumeration.
pub(crate) struct EnumData {
    pub(super) key: TypeId,
    pub(super) class: object,
    /// As in `nb::enum_<T>(m, name)`.
    pub(super) name: String,
    pub(crate) full_name: String,
    pub(super) style: Style,
    /// As in [`EnumType`].
    pub(super) accepts: Option<fn(i128) -> bool>,
    pub(super) made_by: Arc<Import>,
    /// The scope around the class was to have the members.
    pub(super) exported: AtomicBool,
    tables: GilCell<Tables>,
    // Dropped after the objects.
    pub(super) state: StateRef,
}

#[derive(Default)]
struct Tables {
    members: Vec<Member>,
    /// All names, in their order.
    names: Vec<Name>,
    by_object: Index,
    by_number: Index,
}

struct Name {
    text: String,
    /// The place of its member.
    place: usize,
    /// Of an enumeration of pybind11's kind, where the class shows it.
    doc: Option<String>,
}

struct Member {
    object: object,
    number: i128,
    bits: Bits,
    /// The value of a member that is a string.
    text: Option<object>,
}

/// A member to be added.
pub(super) struct Entry<'n> {
    pub(super) name: &'n str,
    pub(super) number: i128,
    pub(super) bits: Bits,
    /// Its value in Python.
    pub(super) value: object,
    pub(super) doc: Option<&'n str>,
}

impl EnumData {
    pub(super) fn new(
        of: &EnumType,
        state: StateRef,
        class: object,
        name: &str,
        full_name: String,
        style: Style,
        made_by: Arc<Import>,
    ) -> EnumData {
        EnumData {
            key: of.key,
            state,
            class,
            name: name.to_string(),
            full_name,
            style,
            accepts: of.accepts,
            made_by,
            exported: AtomicBool::new(false),
            tables: GilCell::default(),
        }
    }

    /// The value of the member at this address.
    #[inline]
    pub(super) fn value_of(&self, src: *mut ffi::PyObject) -> Option<Bits> {
        let tables = self.tables.open();
        let place = tables.by_object.find(src as u64, |at| tables.members[at].object.as_ptr() == src)?;
        Some(tables.members[place].bits)
    }

    /// The value with this number, if that is a member.
    pub(super) fn value_numbered(&self, number: i128) -> Option<Bits> {
        let tables = self.tables.open();
        Some(tables.members[tables.numbered(number)?].bits)
    }

    /// The value of the member that is this text, an exact `str`.
    pub(super) fn value_spelled(&self, text: &object) -> Option<Bits> {
        let tables = self.tables.open();
        Some(tables.members[tables.spelled(text)?].bits)
    }

    /// The member with this number.
    #[inline]
    pub(super) fn member(&self, number: i128) -> Option<object> {
        let tables = self.tables.open();
        Some(tables.members[tables.numbered(number)?].object.clone())
    }

    /// The first member with the value of this entry, which gets another name.
    pub(super) fn same(&self, entry: &Entry<'_>) -> Same {
        let tables = self.tables.open();
        if !self.style.text {
            return tables
                .numbered(entry.number)
                .map_or(Same::None, |at| Same::Member(tables.members[at].object.clone()));
        }
        match tables.spelled(&entry.value) {
            None => Same::None,
            Some(at) if tables.members[at].number == entry.number => Same::Member(tables.members[at].object.clone()),
            Some(_) => Same::Conflict,
        }
    }

    /// The number of the member with this name.
    pub(super) fn named(&self, name: &str) -> Option<i128> {
        let tables = self.tables.open();
        let known = tables.names.iter().find(|known| known.text == name)?;
        Some(tables.members[known.place].number)
    }

    /// The members with their names, those of aliases left out.
    pub(super) fn canonical(&self) -> Vec<(String, object)> {
        let tables = self.tables.open();
        let name = |at: usize| tables.first_name(at).map(|name| name.text.clone());
        tables.members.iter().enumerate().filter_map(|(at, m)| Some((name(at)?, m.object.clone()))).collect()
    }

    /// All names with their members.
    pub(super) fn named_members(&self) -> Vec<(String, object)> {
        let tables = self.tables.open();
        tables.names.iter().map(|name| (name.text.clone(), tables.members[name.place].object.clone())).collect()
    }

    /// All names with their docstrings, of an enumeration of pybind11's kind.
    pub(super) fn documented_names(&self) -> Vec<(String, Option<String>)> {
        let tables = self.tables.open();
        tables.names.iter().map(|name| (name.text.clone(), name.doc.clone())).collect()
    }

    /// The first name of the member with this number.
    pub(super) fn name_of(&self, number: i128) -> Option<String> {
        let tables = self.tables.open();
        Some(tables.first_name(tables.numbered(number)?)?.text.clone())
    }

    /// Whether the class of the object is this very one.
    pub(super) fn is_class_of(&self, ob: &object) -> bool {
        // SAFETY: a live object.
        unsafe { ffi::Py_TYPE(ob.as_ptr()).cast() == self.class.as_ptr() }
    }

    /// The number of an instance, of an enumeration of pybind11's kind.
    pub(super) fn number_of(&self, ob: &object) -> Option<i128> {
        // SAFETY: a live object, and a class of that kind.
        if self.style.pybind11 { unsafe { instance::number_of(ob.as_ptr(), &self.class) } } else { None }
    }

    /// Enters a member, or another name of one.
    pub(super) fn enter(&self, entry: Entry<'_>, member: &object) {
        let mut tables = self.tables.open();
        let tables = &mut *tables;
        let known = tables.members.iter().position(|other| other.object.is(member));
        let place = known.unwrap_or_else(|| {
            let text = self.style.text.then(|| entry.value.clone());
            let fresh = tables.numbered(entry.number).is_none();
            tables.members.push(Member { object: member.clone(), number: entry.number, bits: entry.bits, text });
            let place = tables.members.len() - 1;
            tables.by_object.enter(place, |at| tables.members[at].object.as_ptr() as u64);
            if fresh {
                tables.by_number.enter(place, |at| tables.members[at].number as u64);
            }
            place
        });
        let doc = entry.doc.filter(|_| self.style.pybind11).map(str::to_string);
        tables.names.push(Name { text: entry.name.to_string(), place, doc });
    }
}

impl Keyed for EnumData {
    #[inline(always)]
    fn key(&self) -> TypeId {
        self.key
    }
}

impl EnumData {
    /// The collector is clearing the class, or has done so before it came to this record.
    pub(super) fn is_garbage(&self) -> bool {
        let class = self.class.as_ptr();
        // SAFETY: attached; the record owns the class, a heap type, and hence an object with a collector's header.
        unsafe {
            crate::instance::allocation::is_garbage(class) || (*class.cast::<ffi::PyTypeObject>()).tp_mro.is_null()
        }
    }
}

/// See [`EnumData::same`].
pub(super) enum Same {
    None,
    Member(object),
    /// The text stands for another Rust value already.
    Conflict,
}

impl Tables {
    #[inline(always)]
    fn numbered(&self, number: i128) -> Option<usize> {
        self.by_number.find(number as u64, |at| self.members[at].number == number)
    }

    /// The first name of the member at this place.
    fn first_name(&self, place: usize) -> Option<&Name> {
        self.names.iter().find(|name| name.place == place)
    }

    fn spelled(&self, text: &object) -> Option<usize> {
        self.members.iter().position(|member| {
            // SAFETY: both are exact `str` objects; comparing them runs no Python code and does not fail.
            let equal = |own: &object| unsafe { ffi::PyUnicode_Compare(own.as_ptr(), text.as_ptr()) == 0 };
            member.text.as_ref().is_some_and(equal)
        })
    }
}

/// The enumerations of one interpreter.
pub(crate) struct Registry {
    /// The class of the records; owned.
    record: *mut ffi::PyTypeObject,
    /// `"_value_"`, interned; owned.
    value_name: *mut ffi::PyObject,
    types: TypeMap<EnumData>,
}

impl Registry {
    pub(crate) fn create() -> Result<Registry> {
        let value_name = text::interned("_value_")?;
        Ok(Registry {
            record: create_type()?.into_ptr().cast(),
            value_name: value_name.into_ptr(),
            types: TypeMap::default(),
        })
    }

    /// The record of a Rust type, if it is bound in this interpreter. It is good until Python code runs, which may free the
    /// enumeration.
    #[inline]
    pub(crate) fn find(&self, key: TypeId) -> Option<&EnumData> {
        self.types.find(key)
    }

    /// The names of all enumerations.
    pub(crate) fn names(&self) -> Vec<String> {
        self.types.all().into_iter().map(|data| data.full_name.clone()).collect()
    }

    /// The name of the attribute that holds a member's value; borrowed.
    pub(super) fn value_name(&self) -> *mut ffi::PyObject {
        self.value_name
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // SAFETY: owned since `create`; dropped with the state, on an attached thread.
        unsafe {
            ffi::Py_DECREF(self.record.cast());
            ffi::Py_DECREF(self.value_name);
        }
    }
}

/// The Python object.
#[repr(C)]
struct Record {
    ob: ffi::PyObject,
    /// Null once the collector has cleared the object.
    data: *mut EnumData,
}

/// Puts the record into an object and makes it known. `None` if the type was bound meanwhile, by Python code that ran.
pub(super) fn register(data: EnumData) -> Result<Option<object>> {
    let state = data.state.clone();
    // SAFETY: the state owns the class of records; the field is filled before anybody sees the object.
    let made = unsafe {
        let made = object::steal(ffi::PyType_GenericAlloc(state.enums.record, 0))?;
        (*made.as_ptr().cast::<Record>()).data = ptr::null_mut();
        made
    };
    if state.enums.find(data.key).is_some() {
        return Ok(None);
    }
    let key = data.key;
    let data = Box::into_raw(Box::new(data));
    // SAFETY: as above.
    unsafe { (*made.as_ptr().cast::<Record>()).data = data };
    state.enums.types.enter(key, data);
    Ok(Some(made))
}

fn create_type() -> Result<object> {
    fn slot(slot: c_int, function: *mut c_void) -> ffi::PyType_Slot {
        ffi::PyType_Slot { slot, pfunc: function }
    }
    let mut slots = [
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        slot(ffi::Py_tp_clear, clear as *mut c_void),
        slot(0, ptr::null_mut()),
    ];
    let flags = ffi::Py_TPFLAGS_DEFAULT
        | ffi::Py_TPFLAGS_HAVE_GC
        | ffi::Py_TPFLAGS_IMMUTABLETYPE
        | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION;
    // SAFETY: the spec is valid and outlives the call.
    unsafe {
        let mut spec = ffi::PyType_Spec {
            name: c"nanobind.nb_enum".as_ptr(),
            basicsize: size_of::<Record>() as c_int,
            itemsize: 0,
            flags: flags as u32,
            slots: slots.as_mut_ptr(),
        };
        object::steal(ffi::PyType_FromSpec(&mut spec))
    }
}

/// Ends the record; conversions do not find it any more.
///
/// # Safety
/// `ob` is a record; attached.
unsafe fn end(ob: *mut ffi::PyObject) {
    // SAFETY: caller's contract; the pointer is null or owned, and taken once.
    unsafe {
        let data = std::mem::replace(&mut (*ob.cast::<Record>()).data, ptr::null_mut());
        if !data.is_null() {
            let owned = Box::from_raw(data);
            owned.state.enums.types.forget(owned.key, data);
        }
    }
}

/// # Safety
/// CPython calls this once, with a dead record; attached.
unsafe extern "C" fn dealloc(ob: *mut ffi::PyObject) {
    // SAFETY: called once with a dead record.
    unsafe {
        ffi::PyObject_GC_UnTrack(ob.cast());
        crate::interpreter::trashcan::take(ob.cast(), free);
    }
}

/// Releases all that a dead record owns, and its memory.
///
/// # Safety
/// Called once for each record that reaches `dealloc`, untracked; attached.
unsafe fn free(ob: *mut c_void) {
    // SAFETY: called once for each record that reaches `dealloc`, untracked.
    unsafe {
        let ob = ob.cast::<ffi::PyObject>();
        let ty = ffi::Py_TYPE(ob);
        panic::guard_unraisable(ptr::null_mut(), || end(ob));
        ffi::PyObject_GC_Del(ob.cast());
        ffi::Py_DECREF(ty.cast());
    }
}

/// # Safety
/// The collector passes a live record and its own callback, while no table is open.
unsafe extern "C" fn traverse(ob: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the collector passes a live record and its own callback, while no table is open.
    unsafe {
        let result = visit(ffi::Py_TYPE(ob).cast(), arg);
        let Some(data) = (*ob.cast::<Record>()).data.as_ref().filter(|_| result == 0) else { return result };
        let tables = data.tables.open();
        let members = tables.members.iter().map(|member| member.object.as_ptr());
        for value in std::iter::once(data.class.as_ptr()).chain(members) {
            let result = visit(value, arg);
            if result != 0 {
                return result;
            }
        }
    }
    0
}

/// # Safety
/// The collector passes a record that it has found unreachable, and holds; attached.
unsafe extern "C" fn clear(ob: *mut ffi::PyObject) -> c_int {
    // SAFETY: the collector found the object unreachable.
    panic::guard_unraisable(ptr::null_mut(), || unsafe { end(ob) });
    0
}
