//! [`type_object_t`]: a bound class or a subclass of it, as a Python object.

use crate::call::context::Cx;
use crate::call::signature::{self, SigText};
use crate::cast::class_trait::Class;
use crate::cast::into_object::IntoObject;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::handles::classes::type_object;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result, type_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};
use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

/// The Python class of `T` or a subclass of it: nanobind's `nb::type_object_t<T>`, shown as `type[T]`.
///
/// As an argument it refuses other classes and objects that are no classes. Owns its reference.
///
/// ```no_run
/// # struct Dog;
/// fn breed(class: nb::type_object_t<Dog>) -> nb::Result<nb::object> {
///     class.call(("Rex",))
/// }
/// ```
#[repr(transparent)]
pub struct type_object_t<T> {
    class: type_object,
    bound: PhantomData<fn() -> T>,
}

/// Whether the object is the class of `T` or derives from it. Runs no Python code.
///
/// # Safety
/// `value` is live; attached.
unsafe fn is_class_of<T: 'static>(value: *mut ffi::PyObject, state: &State) -> bool {
    // SAFETY: caller's contract; the class of a registered record is alive.
    unsafe {
        let known = state.type_of(TypeId::of::<T>());
        known.is_some_and(|data| ffi::PyType_Check(value) != 0 && ffi::PyType_IsSubtype(value.cast(), data.ty) != 0)
    }
}

fn describe<T: 'static>(text: &mut SigText<'_>) {
    text.text("type[");
    text.class::<T>();
    text.text("]");
}

impl<T: 'static> type_object_t<T> {
    /// Whether the object is the class of `T` or a subclass of it.
    pub fn check(value: &object) -> bool {
        check_attached();
        // SAFETY: a live object and an attached thread.
        State::current().is_some_and(|state| unsafe { is_class_of::<T>(value.as_ptr(), state) })
    }
}

impl<T> Clone for type_object_t<T> {
    fn clone(&self) -> type_object_t<T> {
        type_object_t { class: self.class.clone(), bound: PhantomData }
    }
}

/// Checks the class; a `TypeError` that names what is wanted when it is another one.
impl<T: 'static> TryFrom<object> for type_object_t<T> {
    type Error = Error;

    fn try_from(value: object) -> Result<type_object_t<T>> {
        if type_object_t::<T>::check(&value) {
            return Ok(type_object_t { class: type_object::try_from(value)?, bound: PhantomData });
        }
        let expected = signature::describe(describe::<T>, State::current());
        Err(type_error(messages::wrong_type(&expected, &value.class_name())))
    }
}

impl<T> From<type_object_t<T>> for object {
    fn from(value: type_object_t<T>) -> object {
        value.class.into()
    }
}

impl<T> Deref for type_object_t<T> {
    type Target = type_object;

    fn deref(&self) -> &type_object {
        &self.class
    }
}

impl<T> fmt::Debug for type_object_t<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.class, f)
    }
}

impl<T> fmt::Display for type_object_t<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.class, f)
    }
}

// SAFETY: the stage is the source object, which is kept alive until the call has ended (`BORROWS`).
unsafe impl<D, T: Class<D>> Param<D> for type_object_t<T> {
    type Item<'a> = type_object_t<T>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = NonNull<ffi::PyObject>;
    const BORROWS: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        describe::<T>(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: a live object on an attached thread (caller's contract).
        unsafe { is_class_of::<T>(src, cx.state()).then(|| NonNull::new(src)).flatten() }
    }

    unsafe fn lend(stage: &mut Self::Stage, _cx: &Cx<'_>) -> type_object_t<T> {
        // SAFETY: the source object is alive until the context is dropped; `convert` has found it to be a class.
        let class = unsafe { type_object::borrow(stage.as_ptr()) };
        type_object_t { class, bound: PhantomData }
    }
}

crate::cast::reference::held_in_place! { type_object_t<T>, <T> }

// Any domain will do: the object is there already.
// SAFETY: hands over the reference that the value owns.
unsafe impl<D, P, T: 'static> Ret<D, P> for type_object_t<T> {
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        describe::<T>(text);
    }

    unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        object::from(value).into_ptr()
    }
}

// SAFETY: delegates to `&object`.
unsafe impl<T> IntoObject for &type_object_t<T> {
    unsafe fn put_in(self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let value: &object = self;
        // SAFETY: caller's contract.
        unsafe { IntoObject::<()>::put_in(value, cx) }
    }
}
