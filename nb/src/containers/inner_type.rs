//! The types of iterators and views: classes inside of the class of their container, without a constructor.

use crate::bind::scope::Home;
use crate::ffi;
use crate::instance::metatype;
use crate::python::error::{Result, value_error};
use crate::python::object::object;
use crate::python::{attributes, messages, text};
use std::ffi::{CString, c_int};
use std::ptr;

/// Makes a type with these slots, for objects of this size, that belongs to the scope, if there is one. Nothing of it can be changed
/// afterwards.
///
/// # Safety
/// The slots are those of a type with the collector's header, for objects of this size.
pub(super) unsafe fn make(
    home: Option<&Home<'_>>,
    name: &str,
    size: usize,
    slots: &[ffi::PyType_Slot],
) -> Result<object> {
    let refused = |_| value_error(format!("{name:?} {}", messages::NULL_CHARACTER));
    // Without a dot, CPython takes it for the name of a builtin type.
    let short_name = CString::new(format!("nanobind.{name}")).map_err(refused)?;
    let mut slots: Vec<_> = slots.to_vec();
    slots.push(ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() });
    let flags = ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_HAVE_GC | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION;
    let mut spec = ffi::PyType_Spec {
        name: short_name.as_ptr(),
        basicsize: size as c_int,
        itemsize: 0,
        flags: flags as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: attached, as whoever binds or calls is; the spec is copied but for the name, and nobody else knows the type yet.
    unsafe {
        let made = object::steal(ffi::PyType_FromSpec(&mut spec))?;
        if let Some(home) = home {
            attributes::set(&made, "__qualname__", &text::new(&home.qualified(name))?)?;
            if let Some(module) = &home.module {
                attributes::set(&made, "__module__", module)?;
            }
        }
        metatype::set_flags(made.as_ptr().cast(), ffi::Py_TPFLAGS_IMMUTABLETYPE);
        if cfg!(not(Py_3_11)) {
            // The type goes on using the name.
            std::mem::forget(short_name);
        }
        Ok(made)
    }
}
