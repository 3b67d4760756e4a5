//! [`unique_ptr`]: a value that native code owns alone, and that may lie in a Python object.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::arc::enter_again;
use crate::cast::boxed::Taken;
use crate::cast::class_trait::Class;
use crate::cast::new_instance::new_boxed;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::instance::class_record;
use crate::instance::ext;
use crate::instance::header::{Inst, Life, Storage};
use crate::interpreter::interpreters::Interpreter;
use crate::interpreter::trashcan;
use crate::python::attach::Attached;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;

/// Sole ownership of a `T` that remembers its Python object: `std::unique_ptr<T, nb::deleter<T>>`.
///
/// As an argument it takes the value away from Python, as `Box<T>` does: every later use of the object warns and raises a
/// `TypeError`. But the value stays where it is, in the object, which this keeps alive. As a result it makes the very same
/// object usable again, with its Python subclass and attributes, also in another call and long after. One made from a
/// `Box<T>` becomes a new object.
///
/// May be used on any thread without the interpreter, since nobody else can reach the value. Dropping it drops the value and
/// the reference to the object, attaching the thread for that time, hence not while holding a lock that an attached thread
/// may wait for. When the interpreter has ended, both are left alone, as they are by another interpreter of the process, to which this
/// cannot be returned (`RuntimeError`).
///
/// An object of a derived class, one that only refers to a value, and one whose value is in use or shared raise a
/// `RuntimeError`.
///
/// ```no_run
/// # use std::sync::Mutex;
/// # struct Dog { age: i32 }
/// static KENNEL: Mutex<Vec<nb::unique_ptr<Dog>>> = Mutex::new(Vec::new());
/// fn board(dog: nb::unique_ptr<Dog>) {
///     KENNEL.lock().unwrap().push(dog);
/// }
/// fn collect() -> Option<nb::unique_ptr<Dog>> {
///     KENNEL.lock().unwrap().pop().map(|mut dog| { dog.age += 1; dog })
/// }
/// ```
pub struct unique_ptr<T> {
    value: NonNull<T>,
    /// The relinquished object in which, or in whose box, the value is, and its interpreter; a reference to it is owned.
    owner: Option<(NonNull<Inst>, Interpreter)>,
    owns: PhantomData<T>,
}

// SAFETY: the value is reached through this alone; the object is touched on attached threads only.
unsafe impl<T: Send> Send for unique_ptr<T> {}
// SAFETY: as above, and a shared `unique_ptr` gives out `&T` only.
unsafe impl<T: Sync> Sync for unique_ptr<T> {}

impl<T> unique_ptr<T> {
    /// The value came from Python, and its object is waiting for it.
    pub fn owned_by_python(&self) -> bool {
        self.owner.is_some()
    }

    /// The value is in a box of its own.
    pub fn owned_by_rust(&self) -> bool {
        self.owner.is_none()
    }

    /// nanobind's name for [`owned_by_rust`](Self::owned_by_rust).
    pub fn owned_by_cpp(&self) -> bool {
        self.owned_by_rust()
    }
}

impl<T> From<Box<T>> for unique_ptr<T> {
    fn from(value: Box<T>) -> unique_ptr<T> {
        unique_ptr { value: NonNull::from(Box::leak(value)), owner: None, owns: PhantomData }
    }
}

impl<T> Deref for unique_ptr<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the value is in place until this is dropped or given back, and nobody else reaches it.
        unsafe { self.value.as_ref() }
    }
}

impl<T> DerefMut for unique_ptr<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`.
        unsafe { self.value.as_mut() }
    }
}

impl<T: fmt::Debug> fmt::Debug for unique_ptr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// Drops a value that lies with a relinquished object, and the reference to the object, also when the value's `Drop` panics.
///
/// # Safety
/// `object` is an owned reference, which is given up; attached.
unsafe fn end<T>(owner: NonNull<Inst>, value: *mut T) {
    struct Release(*mut Inst);
    impl Drop for Release {
        fn drop(&mut self) {
            // SAFETY: an owned reference, and attached.
            unsafe { trashcan::release(self.0.cast()) }
        }
    }
    let inst = owner.as_ptr();
    let _release = Release(inst);
    // SAFETY: the object is alive and waits for this value, which nobody else reaches; it forgets the value before that
    // is dropped, and an inline value is dropped with the object when it is not `Ready`, that is never.
    unsafe {
        match (*inst).storage() {
            Storage::Inline => std::ptr::drop_in_place(value),
            Storage::Boxed => {
                ext::drop_ext(inst);
                drop(Box::from_raw(value));
            }
            _ => {
                ext::drop_ext(inst);
                drop(Arc::from_raw(value));
            }
        }
    }
}

/// As [`end`], for a value that has waited where it was.
///
/// # Safety
/// The object is the relinquished one of a `unique_ptr<T>`, given up once; attached.
unsafe fn end_later<T>(owner: *mut std::ffi::c_void) {
    // SAFETY: the relinquished object of a `unique_ptr<T>`, which was given up when it began to wait; attached.
    unsafe {
        let inst = owner.cast::<Inst>();
        let data = class_record::native_data(ffi::Py_TYPE(inst.cast()));
        let value = ext::owned_address(inst, data) as *mut T;
        crate::interpreter::panic::guard_unraisable(data.ty.cast(), || end(NonNull::new_unchecked(inst), value));
    }
}

impl<T> Drop for unique_ptr<T> {
    fn drop(&mut self) {
        let value = self.value.as_ptr();
        let Some((owner, interpreter)) = self.owner else {
            // SAFETY: the box that `From` has leaked.
            return drop(unsafe { Box::from_raw(value) });
        };
        if let Ok(_attached) = Attached::to(interpreter) {
            // The value may hold the next of a long chain. Where its object waits for a turn, it is asked for the value again.
            // SAFETY: attached to the object's interpreter; the value and the reference are ours.
            unsafe {
                if let Some(_turn) = trashcan::begin(owner.as_ptr().cast(), end_later::<T>) {
                    end(owner, value);
                }
            }
        }
    }
}

// SAFETY: `acquire` claims the value; from `lend` on it is reached through the result alone.
unsafe impl<D, T: Class<D>> Param<D> for unique_ptr<T> {
    type Item<'a> = unique_ptr<T>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Taken<T>;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;
    const HOLDS: bool = true;

    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Taken<T>> {
        // SAFETY: caller's contract.
        unsafe { Taken::find::<D>(src, cx) }
    }

    fn acquire(stage: &mut Taken<T>, cx: &mut Cx<'_>) -> bool {
        stage.acquire(false, true, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Taken<T>, _cx: &Cx<'_>) -> unique_ptr<T> {
        // SAFETY: `acquire` succeeded; the object is an argument of the call, and lives on with our reference.
        unsafe {
            let (inst, value) = stage.hold();
            ffi::Py_INCREF(inst.cast());
            let owner = Some((NonNull::new_unchecked(inst), Interpreter::now()));
            unique_ptr { value: NonNull::new_unchecked(value), owner, owns: PhantomData }
        }
    }
}

// SAFETY: the object gets its value back, together with the reference; a box passes ownership to a new object.
unsafe impl<D, P, T: Class<D>> Ret<D, P> for unique_ptr<T> {
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let value = ManuallyDrop::new(value);
        // SAFETY: attached; the object has waited, relinquished, for this value. The box is that of `From`.
        unsafe {
            let Some((owner, interpreter)) = value.owner else {
                return new_boxed(Box::from_raw(value.value.as_ptr()), cx);
            };
            if let Err(error) = interpreter.check() {
                // The value is left alone, as by the drop.
                error.restore();
                return std::ptr::null_mut();
            }
            let inst = owner.as_ptr();
            (*inst).set_life(Life::Ready);
            enter_again(inst, class_record::native_data(ffi::Py_TYPE(inst.cast())));
            inst.cast()
        }
    }
}
