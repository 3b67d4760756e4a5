//! What is known about a bound class: `nb::type_*`.

use super::record;
use crate::ffi;
use crate::handles::str_;
use crate::instance::metatype;
use crate::python::error::{Error, Result, type_error};
use crate::python::object::{check_attached, object};
use crate::python::type_name::short_rust_name;
use crate::python::{messages, text};
use std::any::{TypeId, type_name as rust_type_name};
use std::ffi::{c_int, c_void};

/// Whether the object is a bound class or a Python subclass of one: nanobind's `nb::type_check`.
///
/// ```no_run
/// fn is_bound(class: nb::object) -> bool {
///     nb::type_check(&class)
/// }
/// ```
pub fn type_check(class: &object) -> bool {
    check_attached();
    // SAFETY: a live object; what is not a type has no type of types.
    unsafe { metatype::is_ours(class.as_ptr().cast()) }
}

/// Size of the Rust value of a bound class in bytes: nanobind's `nb::type_size`.
///
/// # Errors
/// `TypeError` when the object is not a bound class.
///
/// ```no_run
/// fn is_small(class: nb::object) -> nb::Result<bool> {
///     Ok(nb::type_size(&class)? <= 16 && nb::type_align(&class)? <= 8)
/// }
/// ```
pub fn type_size(class: &object) -> Result<usize> {
    Ok(record("type_size", class)?.size)
}

/// Alignment of the Rust value of a bound class in bytes: nanobind's `nb::type_align`.
///
/// # Errors
/// Errors and example as for [`type_size`].
pub fn type_align(class: &object) -> Result<usize> {
    Ok(record("type_align", class)?.align)
}

/// Which Rust type the class is bound to: nanobind's `nb::type_info`, with `TypeId` in place of `std::type_info`.
///
/// # Errors
/// `TypeError` when the object is not a bound class.
///
/// ```no_run
/// # struct Dog;
/// fn is_dog(class: nb::object) -> nb::Result<bool> {
///     Ok(nb::type_info(&class)? == std::any::TypeId::of::<Dog>())
/// }
/// ```
pub fn type_info(class: &object) -> Result<TypeId> {
    Ok(record("type_info", class)?.key)
}

/// Makes a bound class immutable where Python gains from that: nanobind's `nb::type_freeze`. True if it is immutable now.
///
/// nanobind does so from Python 3.15 on; the versions supported here change nothing and give `false`.
///
/// # Errors
/// `TypeError` when the object is not a bound class.
///
/// ```no_run
/// fn finish(class: nb::object) -> nb::Result<bool> {
///     nb::type_freeze(&class)
/// }
/// ```
pub fn type_freeze(class: &object) -> Result<bool> {
    record("type_freeze", class)?;
    Ok(false)
}

/// The name of the Rust type that the class is bound to: nanobind's `nb::type_info(h).name()`.
///
/// As [`std::any::type_name`]: for people, not unique.
///
/// # Errors
/// `TypeError` when the object is not a bound class.
///
/// ```no_run
/// fn report(class: nb::object) -> nb::Result<String> {
///     Ok(format!("bound to {}", nb::type_info_name(&class)?))
/// }
/// ```
pub fn type_info_name(class: &object) -> Result<&'static str> {
    Ok(record("type_info_name", class)?.rust_name)
}

/// `module.QualName` of any Python class, bound or not: nanobind's `nb::type_name`.
///
/// Classes of `builtins` have no module in their name.
///
/// # Errors
/// `TypeError` when the object is not a class.
///
/// ```no_run
/// fn describe(value: nb::object, class: nb::object) -> nb::Result<String> {
///     Ok(format!("{} is no {}", nb::inst_name(&value)?, nb::type_name(&class)?))
/// }
/// ```
pub fn type_name(class: &object) -> Result<str_> {
    check_attached();
    // SAFETY: a live object; a type where it is used as one.
    unsafe {
        if ffi::PyType_Check(class.as_ptr()) == 0 {
            return Err(type_error(messages::not_a_class("type_name", &class.class_name())));
        }
        str_::try_from(text::new(&crate::python::type_name::of_type(class.as_ptr().cast()))?)
    }
}

/// The function or data in a slot of a Python class, null when the slot is empty: nanobind's `nb::type_get_slot`.
///
/// `slot` is one of the `Py_tp_..`, `Py_nb_..` numbers in [`nb::ffi`](crate::ffi).
///
/// # Errors
/// `TypeError` when the object is not a class, `SystemError` when there is no such slot.
///
/// ```no_run
/// fn can_be_called(class: nb::object) -> nb::Result<bool> {
///     Ok(!nb::type_get_slot(&class, nb::ffi::Py_tp_call)?.is_null())
/// }
/// ```
pub fn type_get_slot(class: &object, slot: c_int) -> Result<*mut c_void> {
    check_attached();
    // SAFETY: a live object; a type where it is used as one.
    unsafe {
        if ffi::PyType_Check(class.as_ptr()) == 0 {
            return Err(type_error(messages::not_a_class("type_get_slot", &class.class_name())));
        }
        let found = ffi::PyType_GetSlot(class.as_ptr().cast(), slot);
        if found.is_null() && !ffi::PyErr_Occurred().is_null() { Err(Error::fetch()) } else { Ok(found) }
    }
}

/// The data that the class annotation [`supplement`](crate::supplement()) has put into a class: nanobind's
/// `nb::type_supplement<S>(h)`.
///
/// The class owns it and drops it at its own end. All threads share it, hence `&S`: what changes is an atomic or behind a
/// `Mutex`. Python objects do not belong in there, since the collector does not see them; keep them as attributes of the
/// class, under a name that begins with `@`, which can be set only once.
///
/// # Errors
/// `TypeError` when the object is not a bound class, or has no supplement of the type `S`.
///
/// ```no_run
/// # use nb::prelude::*;
/// use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
/// #[derive(Default)]
/// struct Count(AtomicUsize);
/// fn count(class: nb::object) -> nb::Result<usize> {
///     Ok(nb::type_supplement::<Count>(&class)?.0.fetch_add(1, Relaxed))
/// }
/// # struct Dog;
/// nb_module!(dogs, m, {
///     nb::class_<Dog>(m, "Dog", nb::supplement<Count>());
///     m.def("count", &count);
/// });
/// # fn main() {}
/// ```
pub fn type_supplement<S: 'static>(class: &object) -> Result<&S> {
    let data = record("type_supplement", class)?;
    let found = data.supplement.as_deref().and_then(|supplement| supplement.downcast_ref());
    found.ok_or_else(|| type_error(messages::no_supplement(&data.name(), &short_rust_name(rust_type_name::<S>()))))
}
