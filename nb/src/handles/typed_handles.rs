//! [`handle_t`]: the Python object around a bound value, without a loan of the value.

use crate::call::context::Cx;
use crate::call::signature::{self, SigText};
use crate::cast::class_trait::Class;
use crate::cast::into_object::IntoObject;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::handles::borrowed::{Lent, LentMut};
use crate::instance::borrow;
use crate::instance::class_record::{self};
use crate::instance::loans::Loans;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result, type_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};
use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

/// A Python object that holds a `T`, a bound class or a subclass of it: nanobind's `nb::handle_t<T>`.
///
/// As an argument it refuses objects of other classes and converts nothing; signatures show the Python name of `T`. The
/// call takes no borrow mark, so the object may be in use elsewhere: [`borrow`](handle_t::borrow) and
/// [`borrow_mut`](handle_t::borrow_mut) ask for the value when it is needed. Everything else is done with the
/// [`object`] that it dereferences to.
///
/// Owns its reference, where nanobind's does not count.
///
/// ```no_run
/// # struct Dog { age: i32 }
/// fn birthday(dog: nb::handle_t<Dog>) -> nb::Result<i32> {
///     dog.borrow_mut()?.age += 1;
///     dog.attr("on_birthday").call(())?;
///     let age = dog.borrow()?.age;
///     Ok(age)
/// }
/// ```
#[repr(transparent)]
pub struct handle_t<T> {
    object: object,
    class: PhantomData<fn() -> T>,
}

impl<T: 'static> handle_t<T> {
    /// Whether the object holds a `T`.
    pub fn check(value: &object) -> bool {
        check_attached();
        // SAFETY: a live object and an attached thread.
        unsafe { class_record::instance_of(value.as_ptr(), TypeId::of::<T>()) }.is_some()
    }

    /// Reads the value: a shared borrow mark is held while the result lives.
    ///
    /// # Errors
    /// `RuntimeError` when the object is being modified, when it is a stale reference, or when it has no value.
    pub fn borrow(&self) -> Result<Lent<'_, T>> {
        // SAFETY: the loan is shared, and the object outlives the borrow of `self`.
        self.lend(false).map(|(loans, value)| unsafe { Lent::new(loans, value) })
    }

    /// Modifies the value: an exclusive borrow mark is held while the result lives.
    ///
    /// # Errors
    /// `RuntimeError` when the object is in use, is read only or a stale reference, or has no value.
    pub fn borrow_mut(&self) -> Result<LentMut<'_, T>> {
        // SAFETY: the loan is exclusive, and the object outlives the borrow of `self`.
        self.lend(true).map(|(loans, value)| unsafe { LentMut::new(loans, value) })
    }

    fn lend(&self, exclusive: bool) -> Result<(Loans, NonNull<T>)> {
        check_attached();
        // SAFETY: a live object on an attached thread; the caller keeps it alive while the loan lasts.
        unsafe {
            let found = class_record::instance_of(self.object.as_ptr(), TypeId::of::<T>());
            let Some((inst, data, offset)) = found else { return Err(wrong_class::<T>(&self.object)) };
            let (loans, address) = borrow::lend_outside(inst, data, exclusive, "nb::handle_t")?;
            Ok((loans, NonNull::new_unchecked((address + offset) as *mut T)))
        }
    }
}

/// The `TypeError` for an object that holds no `T`.
fn wrong_class<T: 'static>(value: &object) -> Error {
    let expected = signature::describe(|text| text.class::<T>(), State::current());
    type_error(messages::wrong_type(&expected, &value.class_name()))
}

impl<T> Clone for handle_t<T> {
    fn clone(&self) -> handle_t<T> {
        handle_t { object: self.object.clone(), class: PhantomData }
    }
}

/// Checks the class; a `TypeError` that names both types when it is another one.
impl<T: 'static> TryFrom<object> for handle_t<T> {
    type Error = Error;

    fn try_from(object: object) -> Result<handle_t<T>> {
        if handle_t::<T>::check(&object) {
            Ok(handle_t { object, class: PhantomData })
        } else {
            Err(wrong_class::<T>(&object))
        }
    }
}

impl<T> From<handle_t<T>> for object {
    fn from(value: handle_t<T>) -> object {
        value.object
    }
}

impl<T> Deref for handle_t<T> {
    type Target = object;

    fn deref(&self) -> &object {
        &self.object
    }
}

impl<T> fmt::Debug for handle_t<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.object, f)
    }
}

impl<T> fmt::Display for handle_t<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.object, f)
    }
}

// SAFETY: the stage is the source object, which is kept alive until the call has ended (`BORROWS`).
unsafe impl<D, T: Class<D>> Param<D> for handle_t<T> {
    type Item<'a> = handle_t<T>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = NonNull<ffi::PyObject>;
    const BORROWS: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, _cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: a live object on an attached thread (caller's contract).
        unsafe { class_record::instance_of(src, TypeId::of::<T>()).and_then(|_| NonNull::new(src)) }
    }

    unsafe fn lend(stage: &mut Self::Stage, _cx: &Cx<'_>) -> handle_t<T> {
        // SAFETY: the source object is alive until the context is dropped; `convert` has checked its class.
        let object = unsafe { object::borrow(stage.as_ptr()) };
        handle_t { object, class: PhantomData }
    }
}

crate::cast::reference::held_in_place! { handle_t<T>, <T> }

// Any domain will do: the object is there already.
// SAFETY: hands over the reference that the value owns.
unsafe impl<D, P, T: 'static> Ret<D, P> for handle_t<T> {
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        value.object.into_ptr()
    }
}

// SAFETY: delegates to `&object`.
unsafe impl<T> IntoObject for &handle_t<T> {
    unsafe fn put_in(self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let value: &object = self;
        // SAFETY: caller's contract.
        unsafe { IntoObject::<()>::put_in(value, cx) }
    }
}
