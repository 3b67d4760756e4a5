//! [`Construct`]: what a constructor may return, and how that gets into the new instance.

use crate::cast::{arc, arc_of_lock};
use crate::ffi;
use crate::instance::class_record;
use crate::instance::ext::{self, Ext};
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::intrusive;
use crate::instance::lock::Lock;
use crate::python::error::{self, Error};
use std::fmt::Display;
use std::marker::PhantomData;
use std::sync::Arc;

/// What a constructor may return for a class `T`: `T`, `Box<T>`, `Arc<T>`, an `Arc` of a lock around a `T`, or a `Result` of `T`.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Port(u16);
/// nb_module!(network, m, {
///     nb::class_<Port>(m, "Port").def(nb::init(|number: u32| match u16::try_from(number) {
///         Ok(number) => Ok(Port(number)),
///         Err(_) => Err(nb::value_error("no such port")),
///     }));
/// });
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot construct a `{T}`",
    label = "returns `{Self}`",
    note = "a constructor returns `{T}`, `Box<{T}>`, `Arc<{T}>`, `Arc<RwLock<{T}>>`, or `Result<{T}, E>`"
)]
pub trait Construct<T> {
    /// As [`Ret::DECLINES`](crate::Ret).
    #[doc(hidden)]
    const DECLINES: bool = false;
    /// Puts the value into the instance, or says why there is none.
    ///
    /// # Safety
    /// The instance is live and without a value, and its life is `Constructing`; attached.
    #[doc(hidden)]
    unsafe fn put_in(self, instance: Empty<T>) -> Result<(), Error>;
}

/// An instance of class `T` that a value is made for: live, and without a value until [`Construct::put_in`] has ended. Its life is
/// `Constructing`, and `Ready` once it has the value.
#[doc(hidden)]
pub struct Empty<T>(*mut Inst, PhantomData<fn(T)>);

impl<T: 'static> Empty<T> {
    #[inline(always)]
    pub(super) fn new(inst: *mut Inst) -> Empty<T> {
        Empty(inst, PhantomData)
    }

    /// Puts the value into the object.
    ///
    /// # Safety
    /// What the type says is so; attached.
    #[inline(always)]
    unsafe fn fill(self, value: T) {
        // SAFETY: caller's contract; the size and alignment of the class's values are those of `T`.
        unsafe {
            (header::inline_address(self.0, align_of::<T>()) as *mut T).write(value);
            filled(self.0);
        }
    }

    /// Has the object own a count of a lock around the value.
    ///
    /// # Safety
    /// As [`fill`](Self::fill); the lock is around a `T`, and the count is given away.
    pub(super) unsafe fn fill_locked(self, lock: Lock) {
        // SAFETY: caller's contract.
        unsafe { arc_of_lock::adopt(self.0, class_record::native_data(ffi::Py_TYPE(self.0.cast())), lock) }
    }
}

/// The value lies in the object now. An `extern "C"` function, so that the compiler sees that no constructor unwinds for that: what runs
/// of the user's is guarded, but for `intrusive_base::counter`, which gives a counter each time.
///
/// # Safety
/// A value of the class was written into the live instance, which had none; attached.
#[inline(never)]
unsafe extern "C" fn filled(inst: *mut Inst) {
    // SAFETY: caller's contract.
    unsafe {
        (*inst).set_storage(Storage::Inline);
        (*inst).set_life(Life::Ready);
        intrusive::expose(inst, class_record::native_data(ffi::Py_TYPE(inst.cast())));
    }
}

/// # Safety
/// `inst` is a live instance without a value; `Box::into_raw` has returned the address, for a value of its class, and the box is given
/// away; attached.
unsafe fn adopt_box(inst: *mut Inst, address: usize) {
    // SAFETY: caller's contract.
    unsafe {
        ext::adopt_ext(inst, Storage::Boxed, Ext::owned(address));
        intrusive::expose(inst, class_record::native_data(ffi::Py_TYPE(inst.cast())));
    }
}

impl<T: 'static> Construct<T> for T {
    #[inline(always)]
    unsafe fn put_in(self, instance: Empty<T>) -> Result<(), Error> {
        // SAFETY: caller's contract.
        unsafe { instance.fill(self) };
        Ok(())
    }
}

impl<T: 'static> Construct<T> for Box<T> {
    unsafe fn put_in(self, instance: Empty<T>) -> Result<(), Error> {
        // SAFETY: caller's contract.
        unsafe { adopt_box(instance.0, Box::into_raw(self) as usize) };
        Ok(())
    }
}

impl<T: 'static> Construct<T> for Arc<T> {
    unsafe fn put_in(self, instance: Empty<T>) -> Result<(), Error> {
        // SAFETY: caller's contract. What native code shares may outlive the object, which therefore does not count for it.
        unsafe { arc::adopt(instance.0, self) };
        Ok(())
    }
}

impl<T: 'static, E: Display + 'static> Construct<T> for Result<T, E> {
    const DECLINES: bool = true;

    unsafe fn put_in(self, instance: Empty<T>) -> Result<(), Error> {
        // SAFETY: caller's contract.
        unsafe { instance.fill(self.map_err(error::from_display)?) };
        Ok(())
    }
}
