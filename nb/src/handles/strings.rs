//! [`str_`].

use crate::ffi;
use crate::handles::call::CallArgs;
use crate::handles::results::must;
use crate::handles::wrapper::wrapper;
use crate::python::error::{Error, Result};
use crate::python::object::{check_attached, object};
use crate::python::text;

wrapper! {
    /// A Python `str`, nanobind's `nb::str` (which would hide Rust's `str`).
    ///
    /// ```no_run
    /// fn greeting(name: nb::str_) -> nb::Result<nb::object> {
    ///     nb::str_::new("hello {}, {greeting}").format((name, nb::kw("greeting", "welcome")))
    /// }
    /// ```
    str_, "str", |ptr| ffi::PyUnicode_Check(ptr) != 0
}

impl str_ {
    /// A new `str`. Raises `MemoryError` out of the bound function when there is no memory.
    pub fn new(value: &str) -> str_ {
        check_attached();
        str_(must(text::new(value)))
    }

    /// `str(value)`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn from_object(value: &object) -> Result<str_> {
        value.str()
    }

    /// The text, which lives as long as the object: nanobind's `s.c_str()`.
    ///
    /// # Errors
    /// `UnicodeEncodeError` when there are lone surrogates, which have no UTF-8 form.
    pub fn to_str(&self) -> Result<&str> {
        check_attached();
        let mut size = 0;
        // SAFETY: a live `str`; CPython hands out valid UTF-8 of this length, which is cached in the object and never
        // changes.
        unsafe {
            let data = ffi::PyUnicode_AsUTF8AndSize(self.as_ptr(), &mut size);
            if data.is_null() {
                return Err(Error::fetch());
            }
            Ok(std::str::from_utf8_unchecked(std::slice::from_raw_parts(data.cast(), size as usize)))
        }
    }

    /// Python's `str.format` with a tuple of arguments, see [`object::call`]: nanobind's `s.format(a, "key"_a = b)`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn format(&self, args: impl CallArgs) -> Result<object> {
        self.attr("format").call(args)
    }
}

impl From<&str> for str_ {
    fn from(value: &str) -> str_ {
        str_::new(value)
    }
}
