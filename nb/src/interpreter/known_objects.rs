//! Objects of Python's standard library that conversions use: looked up on first use, once per interpreter, and released with its state.

use crate::ffi;
use crate::interpreter::lazy_object::LazyObject;
use crate::python::error::import_error;
use crate::python::messages;
use crate::python::object::object;
use std::ffi::CStr;
use std::ptr;

/// One of them.
#[derive(Clone, Copy)]
pub(crate) enum Known {
    Path,
    Ipv4Address,
    Ipv6Address,
    /// The capsule with the functions and classes of `datetime`, as implemented in C.
    Datetime,
    #[cfg(feature = "jiff")]
    ZoneInfo,
    #[cfg(feature = "uuid")]
    Uuid,
    #[cfg(feature = "num-rational")]
    Fraction,
    #[cfg(any(feature = "bigdecimal", feature = "rust_decimal"))]
    Decimal,
    #[cfg(feature = "ipnet")]
    Ipv4Network,
    #[cfg(feature = "ipnet")]
    Ipv6Network,
}

/// Room for all of them, whatever features are on.
const COUNT: usize = 10;

impl Known {
    /// Its module, and its name there.
    fn place(self) -> (&'static CStr, &'static CStr) {
        match self {
            Known::Path => (c"pathlib", c"Path"),
            Known::Ipv4Address => (c"ipaddress", c"IPv4Address"),
            Known::Ipv6Address => (c"ipaddress", c"IPv6Address"),
            Known::Datetime => (c"datetime", c"datetime_CAPI"),
            #[cfg(feature = "jiff")]
            Known::ZoneInfo => (c"zoneinfo", c"ZoneInfo"),
            #[cfg(feature = "uuid")]
            Known::Uuid => (c"uuid", c"UUID"),
            #[cfg(feature = "num-rational")]
            Known::Fraction => (c"fractions", c"Fraction"),
            #[cfg(any(feature = "bigdecimal", feature = "rust_decimal"))]
            Known::Decimal => (c"decimal", c"Decimal"),
            #[cfg(feature = "ipnet")]
            Known::Ipv4Network => (c"ipaddress", c"IPv4Network"),
            #[cfg(feature = "ipnet")]
            Known::Ipv6Network => (c"ipaddress", c"IPv6Network"),
        }
    }

    /// Whether an object found there is of the kind that users of the result count on: a class, or the capsule.
    ///
    /// # Safety
    /// `found` is live; attached.
    unsafe fn is(self, found: *mut ffi::PyObject) -> bool {
        // SAFETY: caller's contract; a valid name.
        unsafe {
            match self {
                Known::Datetime => ffi::PyCapsule_IsValid(found, ffi::PyDateTime_CAPSULE_NAME.as_ptr()) != 0,
                _ => ffi::PyType_Check(found) != 0,
            }
        }
    }

    /// Looks it up; `None` with an exception raised. Importing runs Python code.
    ///
    /// # Safety
    /// Attached.
    unsafe fn look_up(self) -> Option<object> {
        let (module, name) = self.place();
        // SAFETY: attached; valid names, and temporaries are owned.
        unsafe {
            let imported = object::from_owned(ffi::PyImport_ImportModule(module.as_ptr()))?;
            let found = object::from_owned(ffi::PyObject_GetAttrString(imported.as_ptr(), name.as_ptr()))?;
            if !self.is(found.as_ptr()) {
                let text = messages::not_the_known_object(&module.to_string_lossy(), &name.to_string_lossy());
                import_error(text).restore();
                return None;
            }
            Some(found)
        }
    }
}

/// Those that were used in an interpreter.
#[derive(Default)]
pub(crate) struct KnownObjects([LazyObject; COUNT]);

impl KnownObjects {
    /// The object, borrowed from the state for as long as that lives; null with an exception raised when it cannot be had, which
    /// the next use tries again.
    ///
    /// # Safety
    /// Attached.
    pub(crate) unsafe fn get(&self, known: Known) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        let look_up = || unsafe { known.look_up() }.ok_or(());
        self.0[known as usize].get(look_up).unwrap_or(ptr::null_mut())
    }
}
