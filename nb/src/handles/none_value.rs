//! `nb::none()`.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::Ret;
use crate::ffi;

/// Python's `None`: nanobind's `nb::none()`. As a default value it makes the argument accept `None`.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(greetings, m, {
///     m.def("greet", |name: Option<String>| format!("hello {}", name.unwrap_or("you".into())), "name"_a = nb::none());
/// });
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug)]
pub struct none {
    made: (),
}

/// Makes the value, so that `nb::none()` reads as in C++.
pub fn none() -> none {
    none { made: () }
}

// SAFETY: returns None.
unsafe impl<D, P> Ret<D, P> for none {
    const DECLINES: bool = false;
    const NOTHING: bool = true;

    fn describe(text: &mut SigText<'_>) {
        text.text("None");
    }

    unsafe fn put(none { made: () }: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached.
        unsafe { ffi::Py_NewRef(ffi::Py_None()) }
    }
}
