//! [`Link`]: the Python object behind a trampoline, and the marks on its value.
//!
//! A trampoline that is lent to a call holds the borrow mark of a `&dyn Trait` argument, so that native code reads the
//! value without the interpreter. The mark is put down while an override runs, unless native code refers to the value at
//! that moment, and taken again by the next native function. A trampoline that native code keeps (`Box<dyn Trait>`) takes
//! a mark for each call of a native function.

use crate::ffi;
use crate::instance::borrow;
use crate::instance::borrow_guard::BorrowGuard;
use crate::instance::class_record::{self, TypeData};
use crate::instance::header::{Inst, inline_address};
use crate::instance::lock::locked_root;
use crate::interpreter::interpreters::Interpreter;
use crate::python::attach::Attached;
use crate::python::error::{Error, Result, runtime_error};
use crate::python::messages;
use crate::python::object::object;
use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

/// The value is marked by the link; the rest of the word counts who refers to it.
const MARKED: u32 = 1 << 31;

/// How long a trampoline lives.
pub(crate) enum Term {
    /// For one call, whose context the marks belong to; they were taken already.
    Call(BorrowGuard, usize),
    /// For one call, of a class without a native implementation: there is nothing to mark.
    Abstract,
    /// As long as native code wants.
    Owned,
}

/// See the module.
pub(crate) struct Link {
    /// An owned reference.
    object: *mut ffi::PyObject,
    /// The type of the object when the link was made; an owned reference, so that it can be looked at without the
    /// interpreter.
    class: *mut ffi::PyTypeObject,
    /// To which both belong.
    interpreter: Interpreter,
    /// Distance of the implementation's value from the start of the object's.
    offset: usize,
    /// The implementation is that of the trampoline's base.
    is_base: bool,
    /// The marks are exclusive.
    exclusive: bool,
    lent: bool,
    /// The name of the bound method that runs on the object: what it calls by this name is the native function, since the
    /// caller has passed the override by (`super().speak()`, `Dog.speak(d)`). A hash, since native code may swap a
    /// trampoline out of the call that it was made for; 0 for none.
    passed: u64,
    users: AtomicU32,
    /// Of the value, while it is marked.
    address: AtomicUsize,
    /// Touched by attached threads only.
    loans: UnsafeCell<BorrowGuard>,
}

// SAFETY: the Python objects and the loans are touched by attached threads only (`enter`, `rest` and `drop` attach), which
// take turns; the rest is atomic or does not change.
unsafe impl Send for Link {}
// SAFETY: as above.
unsafe impl Sync for Link {}

impl Link {
    /// # Safety
    /// `object` is a live instance of ours, of this interpreter; attached.
    #[inline(always)]
    pub(crate) unsafe fn new(
        object: *mut ffi::PyObject,
        interpreter: Interpreter,
        (offset, is_base): (usize, bool),
        exclusive: bool,
        passed: u64,
        term: Term,
    ) -> Link {
        let (lent, loans, address, users) = match term {
            Term::Call(loans, address) => (true, loans, address, MARKED),
            Term::Abstract => (true, BorrowGuard::Nothing, 0, 0),
            Term::Owned => (false, BorrowGuard::Nothing, 0, 0),
        };
        // SAFETY: caller's contract; a live object has a live type.
        unsafe {
            let class = ffi::Py_TYPE(object);
            ffi::Py_INCREF(object);
            ffi::Py_INCREF(class.cast());
            Link {
                object,
                class,
                interpreter,
                offset,
                is_base,
                exclusive,
                lent,
                passed,
                users: AtomicU32::new(users),
                address: AtomicUsize::new(address),
                loans: UnsafeCell::new(loans),
            }
        }
    }

    /// The object; borrowed from the link.
    pub(crate) fn object(&self) -> *mut ffi::PyObject {
        self.object
    }

    /// The type that the link keeps alive.
    pub(crate) fn class(&self) -> *mut ffi::PyTypeObject {
        self.class
    }

    /// The interpreter that the object belongs to.
    pub(crate) fn interpreter(&self) -> Interpreter {
        self.interpreter
    }

    pub(crate) fn is_base(&self) -> bool {
        self.is_base
    }

    /// Whether the bound method whose name has this hash runs on the object.
    pub(crate) fn has_passed(&self, name: u64) -> bool {
        self.passed == name
    }

    /// Record of the native class.
    ///
    /// # Safety
    /// Attached.
    #[inline]
    pub(crate) unsafe fn data<'a>(&self) -> &'a TypeData {
        // SAFETY: the object is an instance of ours, alive as long as the link.
        unsafe { class_record::native_data(ffi::Py_TYPE(self.object)) }
    }

    /// Lends the value to native code until the result is dropped; gives its address besides.
    #[inline]
    pub(crate) fn enter(&self, exclusive: bool) -> Result<(Pass<'_>, usize)> {
        if self.lent
            && let Some(found) = self.enter_marked()
        {
            return Ok(found);
        }
        self.enter_unmarked(exclusive)
    }

    #[inline(never)]
    fn enter_unmarked(&self, exclusive: bool) -> Result<(Pass<'_>, usize)> {
        let _attached = Attached::to(self.interpreter).map_err(runtime_error)?;
        // SAFETY: attached; the object is a live instance of ours.
        let (mut loans, address) = unsafe {
            let inst = self.object.cast::<Inst>();
            let (data, exclusive) = (self.data(), exclusive || self.exclusive);
            let (loans, address) = match BorrowGuard::lend_inline(inst, exclusive) {
                Some(loans) => (loans, inline_address(inst, data.align)),
                None => {
                    let (loans, address) = borrow::lend_outside(inst, data, exclusive, "nb_override!")?;
                    (BorrowGuard::Any(Box::new(loans)), address)
                }
            };
            (loans, address + self.offset)
        };
        // A lock belongs to the thread that takes it, and the link's marks may be given back by any: an override may have moved the value
        // behind one since the call began.
        // SAFETY: as above.
        if !self.lent || unsafe { locked_root(self.object.cast()).is_some() } {
            return Ok((Pass { link: self, own: ManuallyDrop::new(Some(loans)) }, address));
        }
        // Another thread may have marked the value while a warning was shown above; from here on, none can.
        if let Some(found) = self.enter_marked() {
            loans.release();
            return Ok(found);
        }
        // SAFETY: attached, and nobody uses the loans while the value is not marked.
        unsafe { *self.loans.get() = loans };
        self.address.store(address, Ordering::Relaxed);
        self.users.store(MARKED | 1, Ordering::Release);
        Ok((Pass { link: self, own: ManuallyDrop::new(None) }, address))
    }

    /// As [`enter`](Self::enter), while the value is marked: for threads without the interpreter, too.
    #[inline]
    fn enter_marked(&self) -> Option<(Pass<'_>, usize)> {
        let more = |users: u32| (users & MARKED != 0).then_some(users + 1);
        self.users.fetch_update(Ordering::Acquire, Ordering::Relaxed, more).ok()?;
        Some((Pass { link: self, own: ManuallyDrop::new(None) }, self.address.load(Ordering::Relaxed)))
    }

    /// Puts the mark down before Python code runs, unless native code refers to the value.
    ///
    /// # Safety
    /// Attached.
    #[inline]
    pub(crate) unsafe fn rest(&self) {
        if self.users.compare_exchange(MARKED, 0, Ordering::Acquire, Ordering::Relaxed).is_ok() {
            // SAFETY: attached, and the value was marked until now, so that nobody else touches the loans.
            unsafe { (*self.loans.get()).release() };
        }
    }
}

impl Link {
    /// Gives everything back, as the drop would: it need not be dropped any more.
    ///
    /// # Safety
    /// Attached, to its interpreter; nobody else uses the link.
    #[inline]
    pub(crate) unsafe fn close(&mut self) {
        if self.object.is_null() {
            return;
        }
        self.loans.get_mut().release();
        let object = std::mem::replace(&mut self.object, std::ptr::null_mut());
        // SAFETY: owned references; attached.
        unsafe {
            ffi::Py_DECREF(self.class.cast());
            if self.lent && ffi::Py_REFCNT(object) > 1 {
                ffi::Py_DECREF(object);
            } else {
                // A long chain of trampolines in values must not end in a deep recursion.
                crate::interpreter::trashcan::release(object);
            }
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if self.object.is_null() {
            return;
        }
        let Ok(_attached) = Attached::to(self.interpreter) else {
            // The interpreter is gone, and the objects and marks with it; or it cannot be entered, and they stay as they are.
            return self.loans.get_mut().forget();
        };
        // SAFETY: attached; the link ends here.
        unsafe { self.close() };
    }
}

/// Native code refers to the value of a link.
pub(crate) struct Pass<'l> {
    link: &'l Link,
    /// The marks, where the link has none of its own; given back by the drop.
    own: ManuallyDrop<Option<BorrowGuard>>,
}

impl Drop for Pass<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.own.is_none() {
            self.link.users.fetch_sub(1, Ordering::Release);
        } else {
            self.give_back();
        }
    }
}

impl Pass<'_> {
    #[inline(never)]
    fn give_back(&mut self) {
        let Some(mut loans) = self.own.take() else { return };
        match Attached::to(self.link.interpreter) {
            Ok(_attached) => loans.release(),
            // Nobody can ask for the value any more.
            Err(_) => loans.forget(),
        }
    }
}

/// The `RuntimeError` for a virtual function that has neither an override nor a native implementation.
pub(super) fn pure_virtual(link: &Link, name: &str) -> Error {
    match Attached::to(link.interpreter) {
        // SAFETY: attached; the link keeps the object alive.
        Ok(_attached) => unsafe {
            let object = object::borrow(link.object);
            runtime_error(messages::pure_virtual(&object.class_name(), name))
        },
        Err(text) => runtime_error(text),
    }
}
