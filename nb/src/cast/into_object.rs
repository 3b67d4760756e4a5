//! [`IntoObject`]: values that can be handed to Python from Rust code, as in `list.append(value)`.

use crate::call::context::Cx;
use crate::cast::traits::Ret;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result, next_overload, type_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};
use crate::{ffi, rv_policy};

/// A value that can become a Python object outside of a function's result: nanobind's `nb::cast(value)`.
///
/// Everything that a bound function of the domain `D` can return by value is one, and so are `&object`, references to
/// the other wrappers, and `&String`. Code that does not name a domain uses `()`: the types that nb converts itself.
/// For a bound class, make the object with [`cast_in`](crate::cast_in) first.
///
/// ```no_run
/// # fn main() -> nb::Result<()> {
/// let log = nb::list::new();
/// log.append("a text")?;
/// log.append(vec![1, 2, 3])?;
/// log.append(&log)?;
/// # Ok(()) }
/// ```
///
/// # Safety
/// `put_in` returns a new reference, null, or the dispatcher's mark for the next overload.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot become a Python object here",
    label = "nb does not know how to make a Python object from a `{Self}`",
    note = "for a bound class, convert first: `nb::cast_in::<crate::NbDomain, _>(value)?`; for a Python object behind a reference, pass `value.clone()`"
)]
pub unsafe trait IntoObject<D = ()>: Sized {
    /// As [`Ret::GIVE`].
    #[doc(hidden)]
    const GIVE: Option<unsafe fn(Self) -> *mut ffi::PyObject> = None;

    /// Converts; null means failure, with or without an exception raised.
    ///
    /// # Safety
    /// Attached.
    #[doc(hidden)]
    unsafe fn put_in(self, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

// SAFETY: that is what `Ret::put` promises.
unsafe impl<D, V> IntoObject<D> for V
where
    V: Ret<D, rv_policy::automatic_reference>,
{
    const GIVE: Option<unsafe fn(Self) -> *mut ffi::PyObject> = V::GIVE;

    unsafe fn put_in(self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { V::put(self, cx) }
    }
}

// SAFETY: a new reference to a live object.
unsafe impl IntoObject for &object {
    const GIVE: Option<unsafe fn(Self) -> *mut ffi::PyObject> = {
        /// # Safety
        /// Attached.
        #[inline(always)]
        unsafe fn give(value: &object) -> *mut ffi::PyObject {
            // SAFETY: caller's contract.
            unsafe { ffi::Py_NewRef(value.as_ptr()) }
        }
        Some(give)
    };

    unsafe fn put_in(self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached (caller's contract).
        unsafe { ffi::Py_NewRef(self.as_ptr()) }
    }
}

// SAFETY: delegates to `&str`.
unsafe impl IntoObject for &String {
    unsafe fn put_in(self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { IntoObject::<()>::put_in(self.as_str(), cx) }
    }
}

/// Converts with a context that the caller has.
#[inline]
pub(crate) fn put<D, V: IntoObject<D>>(value: V, cx: &mut Cx<'_>) -> Result<object> {
    // SAFETY: whoever has a context is attached; the result is owned unless it is the mark or null.
    unsafe {
        if let Some(give) = V::GIVE {
            return object::steal(give(value));
        }
        let made = value.put_in(cx);
        // `Err(next_overload())` is a legal value, but there is no dispatcher here to understand the mark.
        if made.is_null() && cx.declined {
            return Err(next_overload());
        }
        object::from_owned(made).ok_or_else(|| {
            if ffi::PyErr_Occurred().is_null() {
                type_error(messages::unbound_value(&crate::python::type_name::short_rust_name(
                    std::any::type_name::<V>(),
                )))
            } else {
                Error::fetch()
            }
        })
    }
}

/// Converts with a context of its own.
#[inline]
pub(crate) fn to_python<D, V: IntoObject<D>>(value: V) -> Result<object> {
    check_attached();
    // SAFETY: attached.
    unsafe { to_python_attached::<D, V>(value) }
}

/// As [`to_python`], for one who has asked already.
///
/// # Safety
/// Attached.
#[inline]
pub(crate) unsafe fn to_python_attached<D, V: IntoObject<D>>(value: V) -> Result<object> {
    if let Some(give) = V::GIVE {
        // SAFETY: attached; a new reference, or null with an exception.
        return unsafe { object::steal(give(value)) };
    }
    to_python_with_context::<D, V>(value)
}

fn to_python_with_context<D, V: IntoObject<D>>(value: V) -> Result<object> {
    let state = State::get_or_create()?;
    put::<D, V>(value, &mut Cx::new(&state))
}
