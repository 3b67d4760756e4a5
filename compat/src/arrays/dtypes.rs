//! [`dtype`]: the type of elements, as NumPy has it.

use crate::arrays::messages;
use crate::arrays::numpy::{self, is_of, numpy};
use nb::{IntoObject, Result, dtype_traits};

nb::nb_object! {
    /// A `numpy.dtype`: pybind11's `py::dtype`.
    ///
    /// It owns a reference, and is an [`nb::object`](struct@nb::object) by `Deref`; two are compared by `equal`, as Python does.
    ///
    /// ```no_run
    /// use nb_compat::prelude::*;
    ///
    /// PYBIND11_MODULE!(kinds, m, {
    ///     m.def("is_double", |a: py::array| a.dtype().equal(py::dtype::of<double>()));
    ///     m.def("bytes", |d: py::dtype| d.itemsize());
    /// });
    /// # fn main() {}
    /// ```
    pub struct dtype, "numpy.dtype", |o| is_of(o, c"numpy.dtype")
}

impl dtype {
    /// That of a scalar: pybind11's `py::dtype::of<double>()`. Raises what Python raises, as where NumPy has no such elements.
    pub fn of<T: dtype_traits>() -> dtype {
        numpy::dtype_of::<T>().map(dtype::new).unwrap_or_else(|error| error.raise())
    }

    /// `numpy.dtype(value)`: pybind11's `py::dtype("float64")` and `py::dtype::from_args(value)`. Raises what Python raises.
    pub fn new(value: impl IntoObject) -> dtype {
        numpy("dtype").and_then(|class| class.call((value,))).map(dtype).unwrap_or_else(|error| error.raise())
    }

    fn read<T: for<'a> nb::Param<(), Item<'a> = T>>(&self, name: &str) -> T {
        let read = || -> Result<T> { numpy("dtype")?.attr(name).attr("__get__").call((&**self,))?.cast() };
        read().unwrap_or_else(|error| error.raise())
    }

    /// Bytes of an element.
    pub fn itemsize(&self) -> usize {
        self.read("itemsize")
    }

    /// `'f'`, `'i'`, `'u'` and so on.
    pub fn kind(&self) -> char {
        self.read("kind")
    }

    /// NumPy's letter for the type: pybind11's `char_()`.
    pub fn char_(&self) -> char {
        self.read("char")
    }

    /// NumPy's number for the type.
    pub fn num(&self) -> i32 {
        self.read("num")
    }

    /// `'='`, `'<'`, `'>'` or `'|'`.
    pub fn byteorder(&self) -> char {
        self.read("byteorder")
    }

    /// The multiple at which an element lies.
    pub fn alignment(&self) -> usize {
        self.read("alignment")
    }

    /// Whether an element is a structure.
    pub fn has_fields(&self) -> bool {
        !self.read::<nb::object>("names").is_none()
    }
}

/// What the buffer protocol calls a scalar: pybind11's `py::format_descriptor<T>`.
///
/// ```no_run
/// use nb_compat::prelude::*;
///
/// PYBIND11_MODULE!(formats, m, {
///     m.def("double", || py::format_descriptor<double>::format());
/// });
/// # fn main() {}
/// ```
pub struct format_descriptor<T>(std::marker::PhantomData<T>);

impl<T: dtype_traits> format_descriptor<T> {
    /// The letter of the module `struct`, `"d"` for `f64`. Raises a `RuntimeError` for elements that the protocol does not know.
    pub fn format() -> String {
        let letter = match T::NAME {
            "bool" => "?",
            "int8" => "b",
            "uint8" => "B",
            "int16" => "h",
            "uint16" => "H",
            "int32" => "i",
            "uint32" => "I",
            "int64" => "q",
            "uint64" => "Q",
            "float16" => "e",
            "float32" => "f",
            "float64" => "d",
            "complex64" => "Zf",
            "complex128" => "Zd",
            other => nb::runtime_error(messages::no_format(other)).raise(),
        };
        letter.into()
    }
}
