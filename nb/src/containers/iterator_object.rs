//! The Python object of an iterator over native values: a type of its own for each scope and name.

use crate::bind::scope::{self, Home};
use crate::call::context::Cx;
use crate::containers::inner_type;
use crate::ffi;
use crate::instance::class_record::TypeData;
use crate::instance::metatype::slot;
use crate::interpreter::state::State;
use crate::interpreter::{panic, recursion, trashcan};
use crate::python::aside::drop_aside;
use crate::python::error::{Result, value_error};
use crate::python::messages;
use crate::python::object::{StrongRef, object};
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::mem::size_of;
use std::ptr;

/// What an iterator object goes through.
///
/// # Safety
/// `next` gives a new reference, or null, with an exception raised or at the end. `visit` visits each object that is owned once. It may be
/// used and dropped on any attached thread.
pub(crate) unsafe trait Steps: Send {
    /// The next element. Not called while it runs, nor after it has given null.
    ///
    /// # Safety
    /// Attached, to the interpreter that it was made in.
    unsafe fn next(&mut self, cx: &mut Cx<'_>) -> *mut ffi::PyObject;

    /// How many elements are left, if that is known.
    ///
    /// # Safety
    /// As [`next`](Self::next).
    unsafe fn hint(&mut self, cx: &mut Cx<'_>) -> Option<usize>;

    /// Shows the objects that it owns to the collector.
    ///
    /// # Safety
    /// `visit` and `arg` are those of a `tp_traverse`.
    unsafe fn visit(&self, visit: ffi::visitproc, arg: *mut c_void) -> c_int;
}

// SAFETY: that of the steps in the box.
unsafe impl Steps for Box<dyn Steps> {
    unsafe fn next(&mut self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { (**self).next(cx) }
    }

    unsafe fn hint(&mut self, cx: &mut Cx<'_>) -> Option<usize> {
        // SAFETY: caller's contract.
        unsafe { (**self).hint(cx) }
    }

    unsafe fn visit(&self, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: caller's contract.
        unsafe { (**self).visit(visit, arg) }
    }
}

/// The Python object.
#[repr(C)]
pub(super) struct IteratorObject<S> {
    ob: ffi::PyObject,
    /// `None` at the end, and while the next element is made.
    pub(super) steps: Option<S>,
    /// The next element is made.
    busy: bool,
}

/// An iterator of a type that [`find_type`] gave for such steps; a new reference, or null with an exception raised.
///
/// # Safety
/// Attached.
pub(crate) unsafe fn make<S: Steps + 'static>(ty: &object, steps: S) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; fresh memory.
    unsafe {
        let made = ffi::PyType_GenericAlloc(ty.as_ptr().cast(), 0).cast::<IteratorObject<S>>();
        if !made.is_null() {
            // Nothing has looked at the object yet, although the collector knows it.
            (&raw mut (*made).steps).write(Some(steps));
            (&raw mut (*made).busy).write(false);
        }
        made.cast()
    }
}

/// An iterator of the type with this name in a class, one of the class's three kinds; a new reference, or null with an exception raised.
///
/// # Safety
/// `data` is the record of a live class; attached. `next` is a `tp_iternext` for such steps.
pub(super) unsafe fn make_in<S: Steps + 'static>(
    data: &TypeData,
    (kind, name): (usize, &str),
    next: ffi::iternextfunc,
    steps: S,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        if let Some(ty) = data.iterators[kind].get() {
            return make(ty, steps);
        }
        let class = object::borrow(data.ty.cast());
        match make_type::<S>(&Home::of(&class, &data.state), name, next) {
            Ok(ty) => make(data.iterators[kind].get_or_init(|| ty), steps),
            Err(error) => {
                error.restore();
                ptr::null_mut()
            }
        }
    }
}

/// The type of iterators with this name in the scope, made when it is asked for the first time.
pub(crate) fn find_type(home: &Home<'_>, name: &str) -> Result<object> {
    match scope::own_attribute(home.scope, name)?.filter(is_iterator_type) {
        Some(known) => Ok(known),
        // SAFETY: of the steps that `make` gets.
        None => unsafe { make_type::<Box<dyn Steps>>(home, name, next::<Box<dyn Steps>>) },
    }
}

/// The type of iterators that have no scope.
pub(super) fn type_without_scope(state: &State) -> Result<object> {
    // SAFETY: of the steps that `make` gets.
    let make = || unsafe { new_type::<Box<dyn Steps>>(None, "iterator", next::<Box<dyn Steps>>) };
    // SAFETY: attached, as whoever returns an iterator is; a live type.
    state.iterator_type.get(make).map(|ty| unsafe { object::borrow(ty) })
}

/// # Safety
/// `next` is a `tp_iternext` for such steps.
unsafe fn make_type<S: Steps + 'static>(home: &Home<'_>, name: &str, next: ffi::iternextfunc) -> Result<object> {
    // SAFETY: caller's contract.
    let made = unsafe { new_type::<S>(Some(home), name, next) }?;
    scope::put(home, "iterator", name, &made)?;
    Ok(made)
}

/// A type of iterators.
///
/// # Safety
/// As [`make_type`].
unsafe fn new_type<S: Steps + 'static>(home: Option<&Home<'_>>, name: &str, next: ffi::iternextfunc) -> Result<object> {
    let slots = [
        slot(ffi::Py_tp_dealloc, dealloc::<S> as *mut c_void),
        slot(ffi::Py_tp_traverse, traverse::<S> as *mut c_void),
        slot(ffi::Py_tp_clear, clear::<S> as *mut c_void),
        slot(ffi::Py_tp_iter, ffi::PyObject_SelfIter as *mut c_void),
        slot(ffi::Py_tp_iternext, next as *mut c_void),
        slot(ffi::Py_tp_methods, const { (&raw const Methods::<S>::ALL.0).cast_mut().cast() }),
    ];
    // SAFETY: the functions are for objects of this size.
    unsafe { inner_type::make(home, name, size_of::<IteratorObject<S>>(), &slots) }
}

fn is_iterator_type(ob: &object) -> bool {
    // SAFETY: a live object; `tp_dealloc` tells our types from others, and no subclass can be made.
    unsafe {
        ffi::PyType_Check(ob.as_ptr()) != 0
            && (*ob.as_ptr().cast::<ffi::PyTypeObject>())
                .tp_dealloc
                .is_some_and(|f| f as usize == dealloc::<Box<dyn Steps>> as *const () as usize)
    }
}

struct Methods<S>([ffi::PyMethodDef; 2], PhantomData<fn(S)>);

// SAFETY: constant, and names functions alone.
unsafe impl<S> Sync for Methods<S> {}

impl<S: Steps + 'static> Methods<S> {
    const ALL: &'static Methods<S> = &Methods(
        [
            ffi::PyMethodDef {
                ml_name: c"__length_hint__".as_ptr(),
                ml_meth: ffi::PyMethodDefPointer { PyCFunction: length_hint::<S> },
                ml_flags: ffi::METH_NOARGS,
                ml_doc: ptr::null(),
            },
            ffi::PyMethodDef::zeroed(),
        ],
        PhantomData,
    );
}

/// # Safety
/// The protocol of `tp_iternext`.
#[inline(never)]
pub(super) unsafe extern "C" fn next<S: Steps + 'static>(ob: *mut ffi::PyObject) -> *mut ffi::PyObject {
    let this = ob.cast::<IteratorObject<S>>();
    panic::guard(ptr::null_mut(), move || {
        // SAFETY: an object of ours; attached. The caller need not own it while other code runs.
        unsafe {
            let Some(_nested) = recursion::nested() else { return ptr::null_mut() };
            let _held = StrongRef::borrow(ob);
            let made = ask(this, |steps, cx| steps.next(cx)).unwrap_or(ptr::null_mut());
            if made.is_null() {
                end(this);
            }
            made
        }
    })
}

/// An iterator that has ended, or failed, stays so. What its end runs does not see how it has failed.
///
/// # Safety
/// An object of ours, which the caller holds; attached.
pub(super) unsafe fn end<S>(this: *mut IteratorObject<S>) {
    // SAFETY: caller's contract; the steps are out of the object before they are dropped.
    if let Some(steps) = unsafe { (*this).steps.take() } {
        drop_aside(steps);
    }
}

/// What the steps say; `None` at the end, and with an exception raised while they are asked something already. While they are out of the
/// object, nobody else reaches them.
///
/// # Safety
/// An object of ours, which the caller holds; attached.
unsafe fn ask<S, R>(this: *mut IteratorObject<S>, body: impl FnOnce(&mut S, &mut Cx<'_>) -> R) -> Option<R> {
    // SAFETY: caller's contract.
    unsafe {
        if (*this).busy {
            value_error(messages::ITERATOR_BUSY).restore();
            return None;
        }
        let state = State::of_call()?;
        let mut running = Running { this, steps: Some((*this).steps.take()?), done: false };
        (*this).busy = true;
        let mut cx = Cx::new(state);
        let said = running.steps.as_mut().map(|steps| body(steps, &mut cx));
        running.done = true;
        said
    }
}

/// Puts the steps back when they were asked; after a panic, they end.
struct Running<S> {
    this: *mut IteratorObject<S>,
    steps: Option<S>,
    done: bool,
}

impl<S> Drop for Running<S> {
    fn drop(&mut self) {
        // SAFETY: the caller of `ask` holds the object.
        unsafe {
            (*self.this).busy = false;
            if self.done {
                (*self.this).steps = self.steps.take();
            }
        }
    }
}

/// # Safety
/// The protocol of METH_NOARGS.
unsafe extern "C" fn length_hint<S: Steps + 'static>(
    ob: *mut ffi::PyObject,
    _: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), move || {
        // SAFETY: an object of ours; attached.
        unsafe {
            let _held = StrongRef::borrow(ob);
            let hint = ask(ob.cast::<IteratorObject<S>>(), |steps, cx| steps.hint(cx)).unwrap_or(Some(0));
            if !ffi::PyErr_Occurred().is_null() {
                return ptr::null_mut();
            }
            match hint {
                Some(hint) => ffi::PyLong_FromSize_t(hint),
                None => ffi::Py_NewRef(ffi::Py_NotImplemented()),
            }
        }
    })
}

/// # Safety
/// The protocol of `tp_traverse`.
unsafe extern "C" fn traverse<S: Steps + 'static>(
    ob: *mut ffi::PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: an object of ours, and the collector's own callback.
    unsafe {
        let ty = visit(ffi::Py_TYPE(ob).cast(), arg);
        if ty != 0 {
            return ty;
        }
        (*ob.cast::<IteratorObject<S>>()).steps.as_ref().map_or(0, |steps| steps.visit(visit, arg))
    }
}

/// # Safety
/// The protocol of `tp_clear`.
unsafe extern "C" fn clear<S: Steps + 'static>(ob: *mut ffi::PyObject) -> c_int {
    // SAFETY: an object of ours.
    panic::guard_unraisable(ptr::null_mut(), || unsafe { drop((*ob.cast::<IteratorObject<S>>()).steps.take()) });
    0
}

/// # Safety
/// The protocol of `tp_dealloc`.
unsafe extern "C" fn dealloc<S: Steps + 'static>(ob: *mut ffi::PyObject) {
    // SAFETY: an object of ours, whose references are gone. A long chain of iterators must not end in a deep recursion.
    unsafe {
        ffi::PyObject_GC_UnTrack(ob.cast());
        if (*ob.cast::<IteratorObject<S>>()).steps.is_none() {
            return free::<S>(ob.cast());
        }
        trashcan::take(ob.cast(), free::<S>);
    }
}

/// # Safety
/// The object is being freed, and the collector knows it no more; attached.
unsafe fn free<S: Steps + 'static>(ob: *mut c_void) {
    let ob = ob.cast::<ffi::PyObject>();
    // SAFETY: caller's contract.
    unsafe {
        if (*ob.cast::<IteratorObject<S>>()).steps.is_some() {
            clear::<S>(ob);
        }
        let ty = ffi::Py_TYPE(ob);
        ffi::PyObject_GC_Del(ob.cast());
        ffi::Py_DECREF(ty.cast());
    }
}
