//! [`int_`], [`float_`] and [`bool_`].

use crate::cast::into_object::to_python;
use crate::ffi;
use crate::handles::results::must;
use crate::handles::wrapper::wrapper;
use crate::python::error::{Error, Result};
use crate::python::object::{check_attached, object};

wrapper! {
    /// A Python `int` of any size, nanobind's `nb::int_`; read it with [`object::cast`].
    ///
    /// ```no_run
    /// fn next(value: nb::int_) -> nb::Result<nb::object> {
    ///     value.add(1)
    /// }
    /// ```
    int_, "int", |ptr| ffi::PyLong_Check(ptr) != 0
}

impl int_ {
    /// An `int` of a Rust integer. Raises `MemoryError` out of the bound function when there is no memory.
    pub fn new(value: impl Into<int_>) -> int_ {
        value.into()
    }

    /// `int(value)`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn from_object(value: &object) -> Result<int_> {
        check_attached();
        // SAFETY: a live object; a new `int` or null with an exception.
        unsafe { int_::steal(ffi::PyNumber_Long(value.as_ptr())) }
    }
}

macro_rules! integers {
    ($($ty:ty)*) => { $(
        impl From<$ty> for int_ {
            fn from(value: $ty) -> int_ {
                int_(must(to_python::<(), $ty>(value)))
            }
        }
    )* };
}
integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

macro_rules! read {
    ($($ty:ty)*) => { $(
        /// The number, nanobind's cast of an `nb::int_` to a number of C++. One that does not fit is the `RuntimeError` of
        /// [`object::cast`], which says so.
        impl TryFrom<&int_> for $ty {
            type Error = Error;

            fn try_from(value: &int_) -> Result<$ty> {
                value.cast()
            }
        }
    )* };
}
read!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64);

wrapper! {
    /// A Python `float`, nanobind's `nb::float_`.
    ///
    /// ```no_run
    /// fn half(value: nb::float_) -> nb::float_ {
    ///     nb::float_::new(value.value() / 2.0)
    /// }
    /// ```
    float_, "float", |ptr| ffi::PyFloat_Check(ptr) != 0
}

impl float_ {
    /// A `float`. Raises `MemoryError` out of the bound function when there is no memory.
    pub fn new(value: f64) -> float_ {
        check_attached();
        // SAFETY: attached; a new `float` or null with an exception.
        must(unsafe { float_::steal(ffi::PyFloat_FromDouble(value)) })
    }

    /// `float(value)`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn from_object(value: &object) -> Result<float_> {
        check_attached();
        // SAFETY: a live object; a new `float` or null with an exception.
        unsafe { float_::steal(ffi::PyNumber_Float(value.as_ptr())) }
    }

    /// The number, without loss.
    pub fn value(&self) -> f64 {
        check_attached();
        // SAFETY: a live `float`, for which the conversion cannot fail and runs no Python code.
        unsafe { ffi::PyFloat_AsDouble(self.as_ptr()) }
    }
}

impl From<f64> for float_ {
    fn from(value: f64) -> float_ {
        float_::new(value)
    }
}

impl From<&float_> for f64 {
    fn from(value: &float_) -> f64 {
        value.value()
    }
}

wrapper! {
    /// `True` or `False`, nanobind's `nb::bool_`.
    ///
    /// ```no_run
    /// fn negated(value: nb::bool_) -> nb::bool_ {
    ///     nb::bool_::new(!value.value())
    /// }
    /// ```
    bool_, "bool", |ptr| ffi::PyBool_Check(ptr) != 0
}

impl bool_ {
    /// `True` or `False`.
    pub fn new(value: bool) -> bool_ {
        check_attached();
        // SAFETY: attached; one of the two objects that live as long as the interpreter.
        unsafe { bool_::borrow(if value { ffi::Py_True() } else { ffi::Py_False() }) }
    }

    /// `bool(value)`: the truth value.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn from_object(value: &object) -> Result<bool_> {
        value.is_true().map(bool_::new)
    }

    /// The truth value.
    pub fn value(&self) -> bool {
        // SAFETY: compares with an object that lives as long as the interpreter.
        self.as_ptr() == unsafe { ffi::Py_True() }
    }
}

impl From<&bool_> for bool {
    fn from(value: &bool_) -> bool {
        value.value()
    }
}

impl From<bool> for bool_ {
    fn from(value: bool) -> bool_ {
        bool_::new(value)
    }
}
