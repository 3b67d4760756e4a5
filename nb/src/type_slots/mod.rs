//! [`type_slots`]: entries of a class's tables that are written by hand, nanobind's escape hatch.
//!
//! A bound class is made by `type.__new__`, which knows nothing of slots. So the functions are written into the tables of
//! the finished type, and its namespace gets what `PyType_FromSpec` would have put there (install.rs). What the library
//! depends on is refused, or called from functions of ours: construction (instance/new.rs, call/class_call.rs) and the collector (instance/gc.rs).

mod guard;
mod install;
mod members;
pub(crate) mod operators;
mod type_object;

pub use guard::{SlotValue, handle_at, slot_guard};

use crate::ffi;
use crate::python::error::{Result, import_error};
use crate::python::messages;
use members::Member;
use std::any::TypeId;
use std::ffi::{CStr, c_int, c_void};
use std::mem::transmute;

/// More entries than this are refused, as in nanobind.
const MOST: usize = 80;

/// Made by [`type_slots`] and [`type_slots_with`].
#[doc(hidden)]
pub struct TypeSlots(Source);

enum Source {
    List(Vec<ffi::PyType_Slot>),
    Made(Box<dyn FnOnce(&NewType<'_>) -> Vec<ffi::PyType_Slot>>),
}

/// The class that [`type_slots_with`] writes slots for; it does not exist yet.
///
/// ```no_run
/// fn is_small(class: &nb::NewType<'_>) -> bool {
///     class.size <= 16 && class.align <= 8
/// }
/// ```
pub struct NewType<'a> {
    /// `module.QualName`.
    pub name: &'a str,
    /// Size of its Rust values in bytes.
    pub size: usize,
    /// Alignment of its Rust values in bytes.
    pub align: usize,
}

/// Slots of the Python type, written as for the C API: nanobind's annotation `nb::type_slots`.
///
/// For what the library has no words for. The entries are copied; the list ends at the first null entry, which is not
/// needed. They win over what the library would have put there, and `.def(..)` wins over them, since it comes
/// later. Methods such as `__add__` appear in the class as for a type of `PyType_FromSpec`.
///
/// - `Py_tp_traverse` or `Py_tp_clear` make the class a collected one. The collector looks at the value only while no call
///   uses it; the class itself, a `__dict__` and patients are shown by the library, and it does no harm to show
///   the first two again. Without `Py_tp_clear`, here or in a base, a value that is garbage is dropped. A
///   derived class that writes a slot again calls the *function* of its base if it wants that to run, and
///   not what it finds in the base's slot. [`nb_traverse!`](crate::nb_traverse) does all this without `unsafe`.
/// - `Py_tp_init` and `Py_tp_new` are called by way of `type.__call__`, and turn the library's shortcut off, unless there is
///   a `Py_tp_vectorcall` too. `Py_tp_new` makes the instance with [`inst_alloc`](crate::inst_alloc) or the type's
///   `tp_alloc`. Bound subclasses begin without either of them.
/// - `Py_tp_members` have the offset of the field in the Rust value (`std::mem::offset_of!`), and not in the object, which
///   need not contain its value. Reading and writing follow the rules of borrowing.
/// - `Py_tp_doc` replaces the docstring.
///
/// An `ImportError` names each slot that a bound class cannot have, such as `Py_tp_dealloc`, and says what to do instead;
/// it also comes for more than 80 entries, and for an entry without a function.
///
/// A panic must not leave a function that C calls: Rust ends the process then. [`slot_guard`] makes it an exception.
///
/// # Safety
/// Each function has the type that C expects of its slot, keeps the rules of the C API, and does with values only what
/// [`inst_ptr`](crate::inst_ptr()) and the other functions of that kind allow. Tables of methods, members and getters live as
/// long as the process.
///
/// ```no_run
/// use nb::ffi::{self, PyObject};
/// use nb::prelude::*;
/// # struct Number(i32);
/// // A plain C function: `a + b` multiplies.
/// unsafe extern "C" fn multiply(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject {
///     unsafe { ffi::PyNumber_Multiply(a, b) }
/// }
/// nb_module!(numbers, m, {
///     let slots = [ffi::PyType_Slot { slot: ffi::Py_nb_add, pfunc: multiply as *mut _ }];
///     // SAFETY: `multiply` is a `binaryfunc`.
///     nb::class_<Number>(m, "Number", unsafe { nb::type_slots(&slots) })
///         .def("__mul__", |a: &Number, b: &Number| a.0 * b.0);
/// });
/// # fn main() {}
/// ```
pub unsafe fn type_slots(slots: &[ffi::PyType_Slot]) -> TypeSlots {
    TypeSlots(Source::List(slots.to_vec()))
}

/// Slots that a function chooses while the class is made: nanobind's annotation `nb::type_slots_callback`.
///
/// As [`type_slots`] in all else.
///
/// # Safety
/// As for [`type_slots`], of whatever the function returns.
///
/// ```no_run
/// # use nb::prelude::*;
/// # struct Number(i32);
/// # unsafe extern "C" fn hash(_: *mut nb::ffi::PyObject) -> nb::ffi::Py_hash_t { 1 }
/// nb_module!(numbers, m, {
///     // SAFETY: `hash` is a `hashfunc`.
///     nb::class_<Number>(m, "Number", unsafe {
///         nb::type_slots_with(|class| match class.size {
///             4 => vec![nb::ffi::PyType_Slot { slot: nb::ffi::Py_tp_hash, pfunc: hash as *mut _ }],
///             _ => vec![],
///         })
///     });
/// });
/// # fn main() {}
/// ```
pub unsafe fn type_slots_with(make: impl FnOnce(&NewType<'_>) -> Vec<ffi::PyType_Slot> + 'static) -> TypeSlots {
    TypeSlots(Source::Made(Box::new(make)))
}

/// What the slots of one class come to.
#[derive(Default)]
pub(crate) struct RawSlots {
    /// Functions that are written into the tables as they are.
    plain: Vec<ffi::PyType_Slot>,
    methods: Vec<*mut ffi::PyMethodDef>,
    getsets: Vec<*mut ffi::PyGetSetDef>,
    #[allow(clippy::vec_box, reason = "descriptors refer to them by address")]
    members: Vec<Box<Member>>,
    pub(crate) doc: Option<String>,
    pub(crate) traverse: Option<ffi::traverseproc>,
    pub(crate) clear: Option<ffi::inquiry>,
    pub(crate) new: Option<ffi::newfunc>,
    pub(crate) init: bool,
    pub(crate) vectorcall: Option<ffi::vectorcallfunc>,
}

impl RawSlots {
    /// Functions of ours, which are written into the tables as they are.
    pub(crate) fn of_functions(plain: Vec<ffi::PyType_Slot>) -> RawSlots {
        RawSlots { plain, ..RawSlots::default() }
    }

    /// Sorts the entries; `None` when there are none. Nothing was done to the class yet.
    pub(crate) fn read(class: &NewType<'_>, key: TypeId, sources: Vec<TypeSlots>) -> Result<Option<Box<RawSlots>>> {
        let mut all: Vec<ffi::PyType_Slot> = Vec::new();
        for TypeSlots(source) in sources {
            let list = match source {
                Source::List(list) => list,
                Source::Made(make) => make(class),
            };
            all.extend(list.into_iter().take_while(|entry| entry.slot != 0));
        }
        if all.len() > MOST {
            return Err(import_error(messages::too_many_slots(class.name)));
        }
        if all.is_empty() {
            return Ok(None);
        }
        let mut raw = Box::<RawSlots>::default();
        for entry in all {
            if entry.pfunc.is_null() {
                return Err(import_error(messages::empty_slot(class.name, &type_object::name(entry.slot))));
            }
            // SAFETY: the promise of `type_slots`.
            unsafe { raw.add(class, key, entry)? }
        }
        Ok(Some(raw))
    }

    /// # Safety
    /// The entry keeps the promise of [`type_slots`] and has a function or table.
    unsafe fn add(&mut self, class: &NewType<'_>, key: TypeId, entry: ffi::PyType_Slot) -> Result<()> {
        let (slot, function) = (entry.slot, entry.pfunc);
        // SAFETY: caller's contract: each function has the type of its slot, which differ in nothing but that for C.
        unsafe {
            match slot {
                ffi::Py_tp_traverse => self.traverse = Some(transmute::<*mut c_void, ffi::traverseproc>(function)),
                ffi::Py_tp_clear => self.clear = Some(transmute::<*mut c_void, ffi::inquiry>(function)),
                ffi::Py_tp_new => self.new = Some(transmute::<*mut c_void, ffi::newfunc>(function)),
                ffi::Py_tp_vectorcall => {
                    self.vectorcall = Some(transmute::<*mut c_void, ffi::vectorcallfunc>(function));
                }
                ffi::Py_tp_methods => self.methods.extend(rows(function.cast(), |row: &ffi::PyMethodDef| row.ml_name)),
                ffi::Py_tp_getset => self.getsets.extend(rows(function.cast(), |row: &ffi::PyGetSetDef| row.name)),
                ffi::Py_tp_members => {
                    let list = rows(function.cast(), |row: &ffi::PyMemberDef| row.name);
                    for &row in &list {
                        let name = CStr::from_ptr((*row).name).to_string_lossy();
                        if let Some(remedy) = messages::special_member(&name) {
                            return Err(import_error(messages::refused_slot(class.name, &name, remedy)));
                        }
                    }
                    self.members.extend(list.into_iter().map(|row| Member::new(row, key)));
                }
                ffi::Py_tp_doc => {
                    self.doc = Some(CStr::from_ptr(function.cast()).to_string_lossy().into_owned());
                }
                _ => {
                    if !type_object::is_plain(slot) {
                        let remedy = messages::slot_remedy(&type_object::name(slot));
                        return Err(import_error(messages::refused_slot(class.name, &type_object::name(slot), remedy)));
                    }
                    self.init |= slot == ffi::Py_tp_init;
                    self.plain.push(entry);
                }
            }
        }
        Ok(())
    }

    /// The class has to be a collected one.
    pub(crate) fn collects(&self) -> bool {
        self.traverse.is_some() || self.clear.is_some()
    }

    /// `T(..)` has to go by way of these functions.
    pub(crate) fn constructs(&self) -> bool {
        self.new.is_some() || self.init || self.vectorcall.is_some()
    }
}

/// The rows of a table that ends with one without a name.
///
/// # Safety
/// Such a table.
unsafe fn rows<T>(first: *mut T, name: impl Fn(&T) -> *const std::ffi::c_char) -> Vec<*mut T> {
    // SAFETY: caller's contract.
    let row = |index| unsafe { first.add(index) };
    // SAFETY: as above.
    (0..).map(row).take_while(|&row| unsafe { !name(&*row).is_null() }).collect()
}

/// The number of a slot as C sees it.
type SlotId = c_int;
