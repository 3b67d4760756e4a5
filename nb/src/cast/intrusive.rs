//! `ref_<T>` as argument, result and field: the value's own Python object.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::bound::Bound;
use crate::cast::class_trait::Class;
use crate::cast::member_by_value;
use crate::cast::new_instance::{new_inline, record};
use crate::cast::ref_policy::Copyable;
use crate::cast::reference_internal::internal;
use crate::cast::traits::{Param, Ret};
use crate::instance::class_record::TypeData;
use crate::instance::ext::{self, Ext};
use crate::instance::header::{Life, Storage};
use crate::instance::intrusive::{self, intrusive_base};
use crate::python::error::{runtime_error, type_error};
use crate::python::messages;
use crate::python::type_name::short_rust_name;
use crate::{ffi, rv_policy};
use nb_intrusive::ref_;
use std::any::type_name;
use std::ffi::c_void;
use std::ptr::{self, NonNull};

// SAFETY: the result owns a reference to the object that owns the value. Nobody has or gets exclusive access to that, see
// `intrusive`; only such values have an owner in their counter.
unsafe impl<D, T: Class<D> + intrusive_base> Param<D> for ref_<T> {
    type Item<'a> = ref_<T>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Bound<T>;
    const BORROWS: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Bound<T>> {
        // SAFETY: caller's contract.
        unsafe { <&T as Param<D>>::convert(src, flags, cx) }
    }

    fn acquire(stage: &mut Bound<T>, cx: &mut Cx<'_>) -> bool {
        if !<&T as Param<D>>::acquire(stage, cx) {
            return false;
        }
        if let Some(virtuals) = passed_by::<T>(stage, cx) {
            let (function, argument) = (cx.function_name(), cx.argument_name());
            let [rust, virtuals] = [type_name::<T>(), virtuals].map(short_rust_name);
            type_error(messages::calls_past_overrides(&function, &argument, &rust, &virtuals)).restore();
            return false;
        }
        // SAFETY: the value was lent just now.
        let value = unsafe { <&T as Param<D>>::lend(stage, cx) };
        if value.self_py().is_some() {
            return true;
        }
        let class = record::<T>(cx).map(TypeData::name).unwrap_or_default();
        runtime_error(messages::not_counted(&cx.function_name(), &cx.argument_name(), &class)).restore();
        false
    }

    unsafe fn lend<'a>(stage: &'a mut Bound<T>, cx: &Cx<'_>) -> ref_<T> {
        // SAFETY: `acquire` has lent the value, and found that it belongs to an object.
        unsafe { ref_::from_raw(NonNull::from(<&T as Param<D>>::lend(stage, cx))) }
    }
}

/// The object is of another class than `T`'s, which has virtual functions: their trait object. A `ref_<T>` is a `&T` for native code, which
/// calls `T`'s own functions, where C++ calls those of the object's class.
fn passed_by<T: 'static>(stage: &Bound<T>, cx: &Cx<'_>) -> Option<&'static str> {
    let data = record::<T>(cx)?;
    // SAFETY: the instance is an argument of the call.
    if ptr::eq(unsafe { ffi::Py_TYPE(stage.inst.cast()) }, data.ty) {
        return None;
    }
    let first = data.levels().find_map(|(data, _)| data.virtuals.first())?;
    Some((first.names)().1)
}

/// What a policy makes of a returned `ref_<T>`.
///
/// # Safety
/// `put_counted` is as [`Ret::put`].
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be used for a returned `ref_<{T}>`",
    label = "returns a `ref_<{T}>`",
    note = "a `ref_` is shared with Python: leave the policy out; `rv_policy::copy` and `rv_policy::move_` need `{T}: Clone`"
)]
pub unsafe trait CountedPolicy<D, T: intrusive_base> {
    /// # Safety
    /// As [`Ret::put`].
    #[doc(hidden)]
    unsafe fn put_counted(value: ref_<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

macro_rules! sharing {
    ($($(#[$attribute:meta])* $policy:ty;)*) => { $(
        $(#[$attribute])*
        // SAFETY: the value's own object.
        unsafe impl<D, T: Class<D> + intrusive_base> CountedPolicy<D, T> for $policy {
            unsafe fn put_counted(value: ref_<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { share(value, cx) }
            }
        }
    )* };
}
sharing! {
    rv_policy::automatic;
    rv_policy::automatic_reference;
    rv_policy::take_ownership;
    rv_policy::reference;
    rv_policy::reference_internal;
    #[diagnostic::do_not_recommend]
    internal<'_>;
}

macro_rules! copying {
    ($($policy:ident)*) => { $(
        // SAFETY: a new object.
        unsafe impl<D, T: Class<D> + intrusive_base + Copyable> CountedPolicy<D, T> for rv_policy::$policy {
            unsafe fn put_counted(value: ref_<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { new_inline((*value).copy(), cx) }
            }
        }
    )* };
}
copying!(copy move_);

// SAFETY: an object that there is.
unsafe impl<D, T: Class<D> + intrusive_base> CountedPolicy<D, T> for rv_policy::none {
    unsafe fn put_counted(value: ref_<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        value.self_py().map_or(ptr::null_mut(), |owner| unsafe { known::<T>(owner, cx) })
    }
}

/// A new reference to the object that a value belongs to.
///
/// # Safety
/// The address is that of a value of a counted class; attached.
unsafe fn known<T: 'static>(owner: NonNull<c_void>, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: attached; the object lives, since a `ref_` to its value does.
    unsafe {
        match intrusive::here(owner, cx.state()) {
            Some(object) => ffi::Py_NewRef(object),
            None => {
                let class = record::<T>(cx).map(TypeData::name).unwrap_or_default();
                runtime_error(messages::other_interpreter(&class)).restore();
                ptr::null_mut()
            }
        }
    }
}

/// The value's object; a value that Python does not know yet gets one, which owns the box of `ref_::new`.
///
/// # Safety
/// `inst` is a live instance of `data`'s class; attached.
unsafe fn share<T: intrusive_base + 'static>(value: ref_<T>, cx: &Cx<'_>) -> *mut ffi::PyObject {
    let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
    let address = value.as_ptr() as usize;
    // SAFETY: attached. A value without an owner is in the box that `ref_::new` made, which is what `drop_box` of the
    // class frees; the references to it become references to the object, that of `value` too.
    unsafe {
        if let Some(owner) = value.self_py() {
            return known::<T>(owner, cx);
        }
        if !intrusive::counts_for(data, address, value.counter()) {
            runtime_error(messages::class_not_counted(&data.name())).restore();
            return ptr::null_mut();
        }
        let inst = match ext::alloc_ext(data, Storage::Boxed, Ext::owned(address)) {
            Ok(inst) => inst,
            Err(error) => {
                error.restore();
                return ptr::null_mut();
            }
        };
        intrusive::lend_for_good(inst);
        // The allocation may have run the collector, and thereby code that has shown the value to Python.
        let owner = NonNull::new(inst).expect("an object").cast();
        if let Err(first) = value.counter().try_set_self_py(owner) {
            // The value is not this instance's: it becomes an empty one, which is inline.
            ext::drop_ext(inst);
            (*inst).set_life(Life::Uninitialized);
            ffi::Py_DECREF(inst.cast());
            return known::<T>(first, cx);
        }
        intrusive::expose_counted(inst, data);
        inst.cast()
    }
}

// SAFETY: the object that counts for the value, or a copy.
unsafe impl<D, T: Class<D> + intrusive_base, P: CountedPolicy<D, T>> Ret<D, P> for ref_<T> {
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { P::put_counted(value, cx) }
    }
}

member_by_value! {
    [T: Class<D> + intrusive_base] ref_<T>;
}
