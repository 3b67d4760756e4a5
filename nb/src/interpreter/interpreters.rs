//! The interpreters that this library image knows, and numbers for them that never come back.
//!
//! A program may end Python and start it anew, and then everything begins again: the ids of interpreters, the addresses of
//! their types, the versions of these. What outlives an interpreter, in a static of the library or of the user's, therefore
//! remembers an [`Interpreter`], a number that is given out once.
//!
//! Within one life of Python no id is given out twice. The end of that life is told by `Py_AtExit`, after the last Python code. Where its
//! list is full, a slot counts only if a capsule in the interpreter's own dictionary says so.

use crate::ffi;
use crate::interpreter::state::State;
use crate::python::aside::Aside;
use crate::python::attach::Attached;
use crate::python::error::{Result, runtime_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};
use std::ffi::{CString, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, AtomicU32, Ordering};

/// One interpreter. Slots are never freed.
pub(crate) struct InterpreterSlot {
    id: AtomicI64,
    serial: AtomicU32,
    /// Its state, while that exists.
    pub(crate) state: AtomicPtr<State>,
    /// The end of Python empties this slot.
    watched: AtomicBool,
    next: *const InterpreterSlot,
}

static SLOTS: AtomicPtr<InterpreterSlot> = AtomicPtr::new(ptr::null_mut());
/// The last number that was given out.
static SERIALS: AtomicU32 = AtomicU32::new(0);
/// [`python_ended`] will be called.
static WATCHED: AtomicBool = AtomicBool::new(false);

/// Marks a slot without an interpreter; interpreter ids are never negative.
const FREE: i64 = -1;

/// Which interpreter something belongs to; also says that of an interpreter that is gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interpreter(u32);

impl Interpreter {
    /// No interpreter ever.
    const NONE: Interpreter = Interpreter(0);

    /// The current one. The thread is attached.
    pub(crate) fn now() -> Interpreter {
        claim().map_or(Interpreter::NONE, InterpreterSlot::interpreter)
    }

    /// Whether this is the current one. The thread is attached.
    pub(crate) fn is_current(self) -> bool {
        self != Interpreter::NONE && current().is_some_and(|slot| slot.interpreter() == self)
    }

    /// Whether both are one interpreter.
    #[inline]
    pub(crate) fn is(self, other: Interpreter) -> bool {
        self != Interpreter::NONE && self == other
    }

    /// A `RuntimeError` unless this is the current one. The thread is attached.
    pub(crate) fn check(self) -> Result<()> {
        if self.is_current() { Ok(()) } else { Err(runtime_error(messages::OTHER_INTERPRETER)) }
    }

    /// Panics unless the thread is attached to this one.
    #[track_caller]
    pub(crate) fn assert_current(self) {
        check_attached();
        assert!(self.is_current(), "{}", messages::OTHER_INTERPRETER);
    }

    /// The number, 0 for an interpreter that has none; no other interpreter ever has it.
    pub(crate) fn serial(self) -> u32 {
        self.0
    }
}

impl InterpreterSlot {
    pub(crate) fn interpreter(&self) -> Interpreter {
        Interpreter(self.serial.load(Ordering::Relaxed))
    }

    /// The end of Python will empty it.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    /// Nobody finds the interpreter any more. What its state refers to stays as it is: there is nobody who could free it.
    fn retire(&self) {
        self.state.store(ptr::null_mut(), Ordering::Release);
        self.id.store(FREE, Ordering::Release);
    }

    /// Whether the interpreter that has this id now is the one of the slot.
    fn holds(&self) -> bool {
        self.watched.load(Ordering::Relaxed) || self.is_in_dict()
    }

    #[cold]
    fn is_in_dict(&self) -> bool {
        // SAFETY: attached; a borrowed dictionary, or null without an exception, and a borrowed item of it. The capsule with this
        // key is ours; the exception that is raised, if any, is put aside, since the lookup may replace it.
        unsafe {
            let _aside = Aside::now();
            let dict = ffi::PyInterpreterState_GetDict(ffi::PyInterpreterState_Get());
            let found = if dict.is_null() { ptr::null_mut() } else { ffi::PyDict_GetItemString(dict, key().as_ptr()) };
            let same = !found.is_null()
                && ffi::PyCapsule_CheckExact(found) != 0
                && ffi::PyCapsule_GetContext(found) as usize == self.serial.load(Ordering::Relaxed) as usize;
            ffi::PyErr_Clear();
            same
        }
    }

    /// Puts the capsule into the interpreter's dictionary; false if that does not work.
    fn enter_dict(&self) -> bool {
        // SAFETY: attached; as above. The context is a number, never followed.
        unsafe {
            let dict = ffi::PyInterpreterState_GetDict(ffi::PyInterpreterState_Get());
            let slot = ptr::from_ref(self).cast_mut().cast::<c_void>();
            let Some(capsule) = object::from_owned(ffi::PyCapsule_New(slot, ptr::null(), Some(left))) else {
                ffi::PyErr_Clear();
                return false;
            };
            let serial = self.serial.load(Ordering::Relaxed) as usize as *mut c_void;
            let done = !dict.is_null()
                && ffi::PyCapsule_SetContext(capsule.as_ptr(), serial) == 0
                && ffi::PyDict_SetItemString(dict, key().as_ptr(), capsule.as_ptr()) == 0;
            ffi::PyErr_Clear();
            done
        }
    }
}

/// The name of this library image in the dictionaries of interpreters.
fn key() -> CString {
    CString::new(format!("nanobind interpreter {:p}", &raw const SLOTS)).expect("a text without NUL")
}

/// Frees the slot of an interpreter that ends. That is all the capsule is for while the end of Python is watched: Python code
/// which finds it may do with it what it likes.
///
/// # Safety
/// CPython calls this once, with a capsule of `enter_dict`.
unsafe extern "C" fn left(capsule: *mut ffi::PyObject) {
    // SAFETY: called once, with a capsule of `enter_dict`; slots are never freed.
    unsafe {
        let serial = ffi::PyCapsule_GetContext(capsule) as usize;
        let slot = ffi::PyCapsule_GetPointer(capsule, ptr::null()).cast::<InterpreterSlot>();
        if let Some(slot) = slot.as_ref()
            && slot.serial.load(Ordering::Relaxed) as usize == serial
            && slot.state.load(Ordering::Acquire).is_null()
        {
            slot.retire();
        }
    }
}

impl Attached {
    /// Attaches the thread unless it is, for the use of what belongs to an interpreter. If that is not the one in which the thread runs,
    /// or there is none, the result is a text that says so.
    pub(crate) fn to(interpreter: Interpreter) -> Result<Attached, &'static str> {
        let attached = Attached::new().ok_or(messages::NO_INTERPRETER)?;
        if interpreter.is_current() { Ok(attached) } else { Err(messages::OTHER_INTERPRETER) }
    }
}

/// Asks Python to tell when it has ended.
fn watch() -> bool {
    if !WATCHED.load(Ordering::Acquire) {
        // SAFETY: a function of this library image, which Python never unloads; the thread is attached.
        let watched = unsafe { ffi::Py_AtExit(Some(python_ended)) } == 0;
        WATCHED.store(watched, Ordering::Release);
    }
    WATCHED.load(Ordering::Acquire)
}

/// Python has ended, and may be started anew.
extern "C" fn python_ended() {
    crate::interpreter::leaks::python_ended();
    WATCHED.store(false, Ordering::Release);
    crate::interpreter::state::python_ended();
    crate::interpreter::panic::python_ended();
    crate::python::attach::python_ended();
    each(InterpreterSlot::retire);
}

pub(crate) fn each(mut look: impl FnMut(&InterpreterSlot)) {
    let mut slot = SLOTS.load(Ordering::Acquire).cast_const();
    // SAFETY: slots are leaked boxes and never freed; `next` is written before the slot is published.
    while let Some(current) = unsafe { slot.as_ref() } {
        look(current);
        slot = current.next;
    }
}

fn find(id: i64) -> Option<&'static InterpreterSlot> {
    let mut slot = SLOTS.load(Ordering::Acquire).cast_const();
    // SAFETY: as in `each`.
    while let Some(current) = unsafe { slot.as_ref() } {
        if current.id.load(Ordering::Acquire) == id {
            return Some(current);
        }
        slot = current.next;
    }
    None
}

fn current_id() -> i64 {
    // SAFETY: the thread is attached, so there is a current interpreter.
    unsafe { ffi::PyInterpreterState_GetID(ffi::PyInterpreterState_Get()) }
}

/// Whether the thread, which is attached, runs in the main interpreter.
#[inline]
pub(crate) fn is_main() -> bool {
    // SAFETY: attached, so there are both.
    unsafe { ffi::PyInterpreterState_Get() == ffi::PyInterpreterState_Main() }
}

/// The slot of the current interpreter, if it has one. The thread is attached.
#[inline]
pub(crate) fn current() -> Option<&'static InterpreterSlot> {
    find(current_id()).filter(|slot| slot.holds())
}

/// The slot of the current interpreter, made on first use; `None` if there is no memory. The thread is attached.
pub(crate) fn claim() -> Option<&'static InterpreterSlot> {
    let id = current_id();
    if let Some(slot) = find(id) {
        if slot.holds() {
            return Some(slot);
        }
        // Left over from an earlier life of Python.
        slot.retire();
    }
    let watched = watch();
    let slot = free_slot();
    slot.watched.store(watched, Ordering::Relaxed);
    let serial = SERIALS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| last.checked_add(1));
    slot.serial.store(serial.map_or(0, |last| last + 1), Ordering::Relaxed);
    if !slot.enter_dict() && !watched {
        return None;
    }
    slot.id.store(id, Ordering::Release);
    Some(slot)
}

/// A slot without an interpreter. Threads that come here take turns, as they are attached.
fn free_slot() -> &'static InterpreterSlot {
    if let Some(slot) = find(FREE) {
        return slot;
    }
    let mut head = SLOTS.load(Ordering::Acquire);
    let fresh = Box::leak(Box::new(InterpreterSlot {
        id: AtomicI64::new(FREE),
        serial: AtomicU32::new(0),
        state: AtomicPtr::new(ptr::null_mut()),
        watched: AtomicBool::new(false),
        next: head,
    }));
    while let Err(other) = SLOTS.compare_exchange(head, fresh, Ordering::AcqRel, Ordering::Acquire) {
        head = other;
        fresh.next = head;
    }
    fresh
}
