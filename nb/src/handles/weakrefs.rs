//! [`weakref`].

use crate::ffi;
use crate::handles::wrapper::wrapper;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};
use std::ptr;

wrapper! {
    /// A weak reference, nanobind's `nb::weakref`.
    ///
    /// ```no_run
    /// fn watch(value: nb::object, gone: nb::callable) -> nb::Result<nb::weakref> {
    ///     nb::weakref::new(&value, Some(&gone))
    /// }
    /// ```
    weakref, "weakref.ReferenceType", |ptr| ffi::PyWeakref_CheckRef(ptr) != 0
}

impl weakref {
    /// Refers to `value` without keeping it alive; `callback` is called with the weak reference when `value` dies.
    ///
    /// # Errors
    /// `TypeError` for objects that cannot be referred to weakly.
    pub fn new(value: &object, callback: Option<&object>) -> Result<weakref> {
        check_attached();
        let callback = callback.map_or(ptr::null_mut(), object::as_ptr);
        // SAFETY: live objects; a null callback means none; a new reference or null with an exception.
        unsafe { weakref::steal(ffi::PyWeakref_NewRef(value.as_ptr(), callback)) }
    }

    /// The object, while it is alive.
    pub fn upgrade(&self) -> Option<object> {
        check_attached();
        let mut found = ptr::null_mut();
        // SAFETY: a live weak reference, for which the function cannot fail; `found` becomes a new reference or null.
        unsafe {
            ffi::compat::PyWeakref_GetRef(self.as_ptr(), &mut found);
            object::from_owned(found)
        }
    }
}
