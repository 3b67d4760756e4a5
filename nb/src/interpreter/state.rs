//! Per-interpreter state: everything that names a Python object lives here, nothing in Rust statics.
//!
//! The only static is the list of interpreters (interpreters.rs); each has a pointer to its [`State`] while that exists.

use crate::call::builtin_index::Index;
use crate::enums::Registry;
use crate::ffi;
use crate::instance::class_record::TypeData;
use crate::instance::gc::Collected;
use crate::instance::identity_map::IdentityMap;
use crate::instance::keep_alive::Patients;
use crate::interpreter::array_objects::ArrayObjects;
use crate::interpreter::exceptions::Classes;
use crate::interpreter::exports::Exports;
use crate::interpreter::interpreters::{self, Interpreter, InterpreterSlot};
use crate::interpreter::known_objects::KnownObjects;
use crate::interpreter::lazy_object::LazyObject;
use crate::interpreter::names::Names;
use crate::python::attach::Here;
use crate::python::error::{Result, runtime_error};
use crate::python::messages;
use crate::util::type_map::TypeMap;
use std::any::TypeId;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

/// The state, while it is the only one that this library image has made since Python began: then nobody has to ask for the
/// interpreter.
static SOLE: AtomicPtr<State> = AtomicPtr::new(ptr::null_mut());
static CREATED: AtomicBool = AtomicBool::new(false);

/// Whether there has never been but one state since Python began.
#[inline]
pub(crate) fn is_sole() -> bool {
    !SOLE.load(Ordering::Relaxed).is_null()
}

/// No function that belongs to a state will ever run again.
pub(crate) fn python_ended() {
    SOLE.store(ptr::null_mut(), Ordering::Release);
    CREATED.store(false, Ordering::Release);
    TypeData::python_ended();
}

/// Types of ours that this interpreter uses, and the tables that relate Rust values to Python objects.
pub struct State {
    slot: &'static InterpreterSlot,
    interpreter: Interpreter,
    /// It is that of the main interpreter, whose end is watched.
    of_main: bool,
    /// The interpreter, as an address to be compared, if `of_main`.
    main: *mut ffi::PyInterpreterState,
    /// Number of [`StateRef`]s.
    owners: AtomicUsize,
    /// The type of bound classes.
    pub(crate) meta: LazyObject,
    pub(crate) func: *mut ffi::PyTypeObject,
    pub(crate) method: *mut ffi::PyTypeObject,
    /// The types of properties.
    pub(crate) property: LazyObject,
    pub(crate) static_property: LazyObject,
    pub(crate) exceptions: Classes,
    /// Objects of the standard library that conversions have used.
    pub(crate) known: KnownObjects,
    /// Names of attributes.
    pub(crate) names: Names,
    /// The type of iterators that have no scope.
    pub(crate) iterator_type: LazyObject,
    types: TypeMap<TypeData>,
    /// The enumerations.
    pub(crate) enums: Registry,
    /// The instances whose value lies elsewhere.
    pub(crate) identities: IdentityMap,
    /// What `keep_alive` keeps.
    pub(crate) patients: Patients,
    /// Values that buffers read.
    pub(crate) exports: Exports,
    /// What arrays need.
    pub(crate) arrays: ArrayObjects,
    /// The classes whose instances the collector visits.
    pub(crate) collected: Collected,
    /// The bound functions that are builtins.
    pub(crate) builtins: Index,
    /// How many classes native code is making at this moment.
    making: AtomicUsize,
    /// A stub generator imports the module: functions are objects of ours, which carry `__nb_signature__`.
    pub(crate) stub_run: AtomicBool,
    /// Whether a failed implicit conversion writes a line to standard error.
    pub(crate) implicit_cast_warnings: AtomicBool,
}

// SAFETY: the raw pointers name Python objects of one interpreter and are used only by threads attached to it, and so are
// the tables: see `Table`.
unsafe impl Send for State {}
// SAFETY: as above.
unsafe impl Sync for State {}

/// An owner of the state: a module, a type, a function, or a caller of Python.
///
/// A counted pointer as `Arc` is, but owners come and go on attached threads only: with the GIL, they take turns, and
/// counting needs no atomic operations.
pub(crate) struct StateRef(ptr::NonNull<State>);

impl StateRef {
    fn new(state: State) -> StateRef {
        StateRef(ptr::NonNull::from(Box::leak(Box::new(state))))
    }

    #[inline]
    fn of(state: &State) -> StateRef {
        count(&state.owners, 1);
        StateRef(ptr::NonNull::from(state))
    }
}

/// Changes the number of owners; gives the number before.
#[inline(always)]
fn count(owners: &AtomicUsize, change: isize) -> usize {
    if cfg!(Py_GIL_DISABLED) {
        owners.fetch_add(change as usize, Ordering::AcqRel)
    } else {
        let before = owners.load(Ordering::Relaxed);
        owners.store(before.wrapping_add(change as usize), Ordering::Relaxed);
        before
    }
}

impl std::ops::Deref for StateRef {
    type Target = State;
    #[inline]
    fn deref(&self) -> &State {
        // SAFETY: the state lives while it has owners, and this is one.
        unsafe { self.0.as_ref() }
    }
}

impl Clone for StateRef {
    fn clone(&self) -> StateRef {
        StateRef::of(self)
    }
}

impl Drop for StateRef {
    #[inline]
    fn drop(&mut self) {
        if count(&self.owners, -1) == 1 {
            self.end();
        }
    }
}

impl StateRef {
    /// Out of line: whoever has an owner has the code of its drop.
    #[cold]
    #[inline(never)]
    fn end(&mut self) {
        // SAFETY: made by `new` from a box; that was the last owner.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

impl State {
    /// An owner of the state.
    pub(crate) fn owned(&self) -> StateRef {
        StateRef::of(self)
    }

    /// The state of the current interpreter, if a module of this library image is loaded in it.
    pub(crate) fn current<'a>() -> Option<&'a State> {
        let slot = interpreters::current()?;
        // SAFETY: the pointer is set while the state lives; it is dropped only by this interpreter, when its last
        // module, type and function are gone, and then no caller of ours can be running.
        unsafe { slot.state.load(Ordering::Acquire).as_ref() }
    }

    /// As [`current`](Self::current), faster while there is no state but that of the main interpreter.
    #[inline]
    pub(crate) fn here<'a>() -> Option<&'a State> {
        // SAFETY: null, or the only state there has been since Python began, which is alive until it takes itself away; if its interpreter
        // is the one in which this thread runs, it does not go meanwhile.
        match unsafe { SOLE.load(Ordering::Acquire).as_ref() } {
            Some(state) if state.of_main && interpreters::is_main() => Some(state),
            _ => State::current(),
        }
    }

    /// As [`here`](Self::here), for one who has asked whether the thread is attached.
    ///
    /// # Safety
    /// As [`Here::interpreter`].
    #[inline]
    pub(crate) unsafe fn at<'a>(here: Here) -> Option<&'a State> {
        // SAFETY: as in `here`; the main interpreter has one address as long as Python lives.
        unsafe {
            match SOLE.load(Ordering::Acquire).as_ref() {
                Some(state) if here.interpreter() == state.main => Some(state),
                _ => State::current(),
            }
        }
    }

    /// As [`of_call`](Self::of_call), if there has never been but one.
    #[inline(always)]
    pub(crate) fn sole<'a>() -> Option<&'a State> {
        // SAFETY: as there.
        unsafe { SOLE.load(Ordering::Relaxed).as_ref() }
    }

    /// As [`current`](Self::current), inside a call of a bound function.
    #[inline(always)]
    pub(crate) fn of_call<'a>() -> Option<&'a State> {
        // SAFETY: null, or the only state there has ever been: a function that runs belongs to it, which keeps it alive.
        match unsafe { SOLE.load(Ordering::Relaxed).as_ref() } {
            Some(state) => Some(state),
            None => State::current(),
        }
    }

    /// The state of the current interpreter, made on first use.
    pub(crate) fn get_or_create() -> Result<StateRef> {
        if let Some(known) = State::here() {
            return Ok(known.owned());
        }
        crate::interpreter::lock_wait::install_hook();
        // SAFETY: attached, as whoever asks for a state.
        unsafe { crate::python::small_ints::find() };
        let (func, method) = crate::call::nb_func::create_types()?;
        let exceptions = Classes::create()?;
        let enums = Registry::create()?;
        let slot = interpreters::claim().ok_or_else(|| runtime_error(messages::NO_MEMORY))?;
        let of_main = slot.is_watched() && interpreters::is_main();
        let state = StateRef::new(State {
            slot,
            interpreter: slot.interpreter(),
            of_main,
            // SAFETY: attached, so there is one.
            main: if of_main { unsafe { ffi::PyInterpreterState_Get() } } else { ptr::null_mut() },
            owners: AtomicUsize::new(1),
            meta: LazyObject::default(),
            func: func.into_ptr().cast(),
            method: method.into_ptr().cast(),
            property: LazyObject::default(),
            static_property: LazyObject::default(),
            exceptions,
            known: KnownObjects::default(),
            names: Names::default(),
            iterator_type: LazyObject::default(),
            types: TypeMap::default(),
            enums,
            identities: IdentityMap::default(),
            patients: Patients::default(),
            exports: Exports::default(),
            arrays: ArrayObjects::default(),
            collected: Collected::default(),
            builtins: Index::default(),
            making: AtomicUsize::new(0),
            stub_run: AtomicBool::new(false),
            implicit_cast_warnings: AtomicBool::new(true),
        });
        let sole = state.0.as_ptr();
        slot.state.store(sole, Ordering::Release);
        let first = !CREATED.swap(true, Ordering::AcqRel);
        SOLE.store(if first { sole } else { ptr::null_mut() }, Ordering::Release);
        Ok(state)
    }

    /// Shows the states of all interpreters that have one.
    pub(crate) fn each(mut look: impl FnMut(&State)) {
        // SAFETY: as in `current`; the caller is the only one that runs.
        interpreters::each(|slot| unsafe {
            if let Some(state) = slot.state.load(Ordering::Acquire).as_ref() {
                look(state);
            }
        });
    }

    /// Panics unless the thread is attached to the interpreter of the state.
    pub(crate) fn check_here(&self) {
        self.interpreter.assert_current();
    }

    /// The interpreter that the state belongs to.
    pub(crate) fn interpreter(&self) -> Interpreter {
        self.interpreter
    }

    /// Until the result is dropped, classes without a record may not have instances.
    pub(crate) fn begin_class(&self) -> impl Drop + '_ {
        struct Making<'s>(&'s State);
        impl Drop for Making<'_> {
            fn drop(&mut self) {
                self.0.making.fetch_sub(1, Ordering::Relaxed);
            }
        }
        self.making.fetch_add(1, Ordering::Relaxed);
        Making(self)
    }

    /// A stub generator has the module imported.
    pub(crate) fn is_stub_run(&self) -> bool {
        self.stub_run.load(Ordering::Relaxed)
    }

    pub(crate) fn is_making_class(&self) -> bool {
        self.making.load(Ordering::Relaxed) != 0
    }

    /// The record of a Rust type, if it is bound in this interpreter.
    #[inline]
    pub(crate) fn type_of(&self, key: TypeId) -> Option<&TypeData> {
        self.types.find(key)
    }

    /// The records of all bound classes.
    pub(crate) fn types(&self) -> Vec<&TypeData> {
        self.types.all()
    }

    pub(crate) fn register_type(&self, key: TypeId, data: *const TypeData) {
        self.types.enter(key, data);
        self.builtins.refresh();
    }

    pub(crate) fn forget_type(&self, key: TypeId, data: *const TypeData) {
        self.types.forget(key, data);
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let (own, none) = (ptr::from_mut(self), ptr::null_mut());
        let _ = SOLE.compare_exchange(own, none, Ordering::AcqRel, Ordering::Relaxed);
        // Unless the slot is that of another interpreter by now.
        let _ = self.slot.state.compare_exchange(own, none, Ordering::AcqRel, Ordering::Relaxed);
        // SAFETY: the last owner was a module, type or function object being deallocated, so the thread is attached;
        // each reference was taken in `get_or_create`.
        unsafe {
            ffi::Py_DECREF(self.func.cast());
            ffi::Py_DECREF(self.method.cast());
        }
    }
}
