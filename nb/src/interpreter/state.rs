//! Per-interpreter state: everything that names a Python object lives here, nothing in Rust statics.
//!
//! The only static is the list of interpreters (interpreters.rs); each has a pointer to its [`State`] while that exists.

use crate::call::builtin::{Key, Native, Site};
use crate::call::nb_func::FuncData;
use crate::enums::Registry;
use crate::ffi;
use crate::instance::class_record::TypeData;
use crate::instance::header::Inst;
use crate::instance::identity_map::Children;
use crate::interpreter::interpreters::{self, Interpreter, Slot};
use crate::python::error::{Result, runtime_error};
use crate::python::messages;
use crate::python::native_error::Inside;
use crate::python::object::object;
use crate::util::gil_cell::Table;
use crate::util::type_map::ByType;
use std::any::TypeId;
use std::cell::Cell;
use std::collections::HashMap;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

/// Addresses and type ids need no protection against chosen keys, and these tables are on the way of many calls.
#[derive(Default)]
pub(crate) struct Mix(u64);

impl std::hash::Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64((*byte).into());
        }
    }
    #[inline]
    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    #[inline]
    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
    #[inline]
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

/// The hasher of all tables.
pub(crate) const MIX: std::hash::BuildHasherDefault<Mix> = std::hash::BuildHasherDefault::new();

pub(crate) type Map<K, V> = HashMap<K, V, std::hash::BuildHasherDefault<Mix>>;

/// What one nurse keeps alive, by address.
type Patients = Map<usize, ()>;

/// A site, the overloads behind it, and what may be converted in a direct call.
type Called = (*const Site, *const FuncData, u32);
const NOT_CALLED: Called = (ptr::null(), ptr::null(), 0);
/// How many of them are remembered.
const CALLED: usize = 256;

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
}

/// Types of ours that this interpreter uses, and the tables that relate Rust values to Python objects.
pub struct State {
    slot: &'static Slot,
    interpreter: Interpreter,
    /// Number of [`StateRef`]s.
    owners: AtomicUsize,
    pub(crate) meta: *mut ffi::PyTypeObject,
    pub(crate) func: *mut ffi::PyTypeObject,
    pub(crate) method: *mut ffi::PyTypeObject,
    pub(crate) property: *mut ffi::PyTypeObject,
    pub(crate) static_property: *mut ffi::PyTypeObject,
    panic: *mut ffi::PyObject,
    types: ByType<TypeData>,
    /// The enumerations.
    pub(crate) enums: Registry,
    children: Table<Children>,
    patients: Table<Map<usize, Patients>>,
    /// Classes whose instances the collector has to visit; some of them are not bound yet.
    collected: Table<Map<TypeId, ()>>,
    /// Classes of children, by the classes of their owners.
    parts: Table<Map<TypeId, Vec<TypeId>>>,
    /// Native functions without captured state, by the type of the Rust function.
    natives: Table<Map<Key, *mut Native>>,
    /// The exception classes of Rust's errors; owned references.
    exceptions: Table<Map<TypeId, (*mut ffi::PyObject, Option<Inside>)>>,
    /// Those that were called lately, each where the address of its site says.
    called: Box<[Cell<Called>; CALLED]>,
    /// Those whose docstring names a type that is not bound yet.
    awaiting: Table<Vec<*mut Native>>,
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
            // SAFETY: made by `new` from a box; that was the last owner.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
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
        // SAFETY: as in `current`.
        let known = |slot: &Slot| unsafe { slot.state.load(Ordering::Acquire).as_ref() }.map(StateRef::of);
        if let Some(known) = interpreters::current().and_then(known) {
            return Ok(known);
        }
        let meta = crate::instance::metatype::create()?;
        let (func, method) = crate::call::nb_func::create_types()?;
        let (property, static_property) = crate::call::property::create_types()?;
        // SAFETY: valid name and base class; returns an owned reference.
        let panic = unsafe {
            object::steal(ffi::PyErr_NewExceptionWithDoc(
                c"nanobind.panic_error".as_ptr(),
                c"A bound Rust function panicked.".as_ptr(),
                ffi::PyExc_RuntimeError,
                ptr::null_mut(),
            ))?
        };
        let enums = Registry::create()?;
        let slot = interpreters::claim().ok_or_else(|| runtime_error(messages::NO_MEMORY))?;
        let state = StateRef::new(State {
            slot,
            interpreter: slot.interpreter(),
            owners: AtomicUsize::new(1),
            meta: meta.into_ptr().cast(),
            func: func.into_ptr().cast(),
            method: method.into_ptr().cast(),
            property: property.into_ptr().cast(),
            static_property: static_property.into_ptr().cast(),
            panic: panic.into_ptr(),
            types: ByType::default(),
            enums,
            children: Table::default(),
            patients: Table::default(),
            collected: Table::default(),
            parts: Table::default(),
            natives: Table::default(),
            exceptions: Table::default(),
            called: Box::new([const { Cell::new(NOT_CALLED) }; CALLED]),
            awaiting: Table::default(),
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

    /// The names of all native functions.
    pub(crate) fn native_names(&self) -> Vec<String> {
        // SAFETY: a registered function is alive.
        self.natives.open().values().map(|&native| unsafe { (*native).data() }.name.clone()).collect()
    }

    /// How many pairs of nurse and patient there are.
    pub(crate) fn nurses(&self) -> usize {
        self.patients.open().values().map(Map::len).sum()
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

    /// Remembers the exception class for errors of the Rust type `key`, in place of an earlier one.
    pub(crate) fn register_exception(&self, key: TypeId, class: object, inside: Option<Inside>) {
        let old = self.exceptions.open().insert(key, (class.into_ptr(), inside));
        // SAFETY: an owned reference; attached. The table is closed again.
        drop(old.and_then(|(old, _)| unsafe { object::from_owned(old) }));
    }

    /// The Rust type with an exception class that the error in a box has.
    pub(crate) fn exception_inside(&self, error: &(dyn std::error::Error + 'static)) -> Option<TypeId> {
        let exceptions = self.exceptions.open();
        let is = |(_, (_, inside)): &(&TypeId, &(_, Option<Inside>))| inside.is_some_and(|inside| inside(error));
        exceptions.iter().find(is).map(|(key, _)| *key)
    }

    /// The exception class for errors of the Rust type `key`.
    pub(crate) fn exception(&self, key: TypeId) -> Option<object> {
        // SAFETY: the table owns a reference; attached.
        self.exceptions.open().get(&key).map(|&(class, _)| unsafe { object::borrow(class) })
    }

    /// The exception class of panics; borrowed.
    pub(crate) fn panic_class(&self) -> *mut ffi::PyObject {
        self.panic
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

    /// Remembers that the instances of a class hold references; false if that was known.
    pub(crate) fn want_collected(&self, key: TypeId) -> bool {
        self.collected.open().insert(key, ()).is_none()
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

    pub(crate) fn wants_collected(&self, key: TypeId) -> bool {
        self.collected.open().contains_key(&key)
    }

    pub(crate) fn register_type(&self, key: TypeId, data: *const TypeData) {
        self.types.enter(key, data);
        crate::call::builtin::refresh(self);
    }

    /// The native function made of the Rust function of this type.
    #[inline]
    pub(crate) fn native(&self, key: Key) -> Option<*mut Native> {
        self.natives.open().get(&key).copied()
    }

    /// The overloads behind the site of a native function.
    #[inline]
    pub(crate) fn function<'a>(&self, site: &'static Site) -> Option<&'a FuncData> {
        // SAFETY: the places are emptied whenever a native function is changed or freed.
        self.called(site).map(|(_, data, _)| unsafe { &*data })
    }

    /// Which arguments a direct call may convert. One of a lone function is its only pass; that of one with overloads is
    /// the part of the first pass that concerns the first of them.
    #[inline]
    pub(crate) fn converts(&self, site: &'static Site) -> u32 {
        self.called(site).map_or(0, |(_, _, converts)| converts)
    }

    #[inline]
    fn called(&self, site: &'static Site) -> Option<Called> {
        let called = self.called[(ptr::from_ref(site) as usize >> 3) % CALLED].get();
        // Without the GIL two threads could meet at one place.
        if cfg!(not(Py_GIL_DISABLED)) && ptr::eq(called.0, site) { Some(called) } else { self.find_called(site) }
    }

    #[inline(never)]
    fn find_called(&self, site: &'static Site) -> Option<Called> {
        // SAFETY: a registered function is alive.
        let data = unsafe { (*self.native(site.key())?).data() };
        let converts = if let [lone] = &data.records[..] { lone.converts } else { 0 };
        let called = (ptr::from_ref(site), ptr::from_ref(data), converts);
        if cfg!(not(Py_GIL_DISABLED)) {
            self.called[(ptr::from_ref(site) as usize >> 3) % CALLED].set(called);
        }
        Some(called)
    }

    /// Forgets which overloads were called lately.
    pub(crate) fn forget_called(&self) {
        self.called.iter().for_each(|place| place.set(NOT_CALLED));
    }

    pub(crate) fn register_native(&self, key: Key, native: *mut Native) {
        self.natives.open().insert(key, native);
    }

    pub(crate) fn forget_native(&self, key: Key, native: *mut Native) {
        let mut natives = self.natives.open();
        if natives.get(&key) == Some(&native) {
            natives.remove(&key);
        }
        drop(natives);
        self.forget_called();
        self.awaiting.open().retain(|other| *other != native);
    }

    /// Renders the docstring of `native` again when the next type is bound.
    pub(crate) fn await_types(&self, native: *mut Native) {
        let mut awaiting = self.awaiting.open();
        if !awaiting.contains(&native) {
            awaiting.push(native);
        }
    }

    pub(crate) fn take_awaiting(&self) -> Vec<*mut Native> {
        std::mem::take(&mut *self.awaiting.open())
    }

    pub(crate) fn forget_type(&self, key: TypeId, data: *const TypeData) {
        self.types.forget(key, data);
    }

    /// The Python object that already stands for the value at this address; borrowed.
    #[inline]
    pub(crate) fn child(&self, address: usize, class: &TypeData) -> Option<*mut Inst> {
        self.children.open().find(address, class)
    }

    pub(crate) fn register_child(&self, address: usize, class: &TypeData, child: *mut Inst) {
        self.children.open().enter(address, class, child);
    }

    pub(crate) fn forget_child(&self, address: usize, class: &TypeData, child: *mut Inst) {
        self.children.open().forget(address, class, child);
    }

    /// Keeps `patient` until `nurse` dies; the same patient is stored once.
    pub(crate) fn add_patient(&self, nurse: *mut Inst, patient: object) {
        let fresh = self.patients.open().entry(nurse as usize).or_default().insert(patient.as_ptr() as usize, ());
        if fresh.is_none() {
            // The table owns this reference now.
            let _ = patient.into_ptr();
        }
    }

    /// What `nurse` keeps alive; borrowed. `look` runs no Python code.
    pub(crate) fn each_patient(&self, nurse: *mut Inst, mut look: impl FnMut(*mut ffi::PyObject)) {
        if let Some(patients) = self.patients.open().get(&(nurse as usize)) {
            patients.keys().for_each(|&patient| look(patient as *mut ffi::PyObject));
        }
    }

    /// Takes what `nurse` kept alive; the caller owns the references.
    pub(crate) fn take_patients(&self, nurse: *mut Inst) -> Vec<*mut ffi::PyObject> {
        let taken = self.patients.open().remove(&(nurse as usize)).unwrap_or_default();
        taken.into_keys().map(|patient| patient as *mut ffi::PyObject).collect()
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
            ffi::Py_DECREF(self.meta.cast());
            ffi::Py_DECREF(self.func.cast());
            ffi::Py_DECREF(self.method.cast());
            ffi::Py_DECREF(self.property.cast());
            ffi::Py_DECREF(self.static_property.cast());
            ffi::Py_DECREF(self.panic);
            let exceptions = std::mem::take(&mut *self.exceptions.open());
            for (class, _) in exceptions.into_values() {
                ffi::Py_DECREF(class);
            }
        }
    }
}
