//! What every Python object can be asked: length, text, truth, type, iteration.

use crate::cast::into_object::{IntoObject, to_python};
use crate::ffi;
use crate::handles::classes::type_object;
use crate::handles::iterators::iterator;
use crate::handles::results::{code, size, truth};
use crate::handles::strings::str_;
use crate::python::aside::Aside;
use crate::python::error::Result;
use crate::python::object::{check_attached, is_attached, object};
use crate::python::{messages, text};
use std::fmt;

impl object {
    /// `len(self)`: nanobind's `nb::len(h)`.
    ///
    /// # Errors
    /// `TypeError` when the object has no length.
    pub fn len(&self) -> Result<usize> {
        check_attached();
        // SAFETY: a live object.
        size(unsafe { ffi::PyObject_Size(self.as_ptr()) })
    }

    /// Whether `len(self)` is 0.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn is_empty(&self) -> Result<bool> {
        self.len().map(|len| len == 0)
    }

    /// `value in self`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn contains(&self, value: impl IntoObject) -> Result<bool> {
        let value = to_python::<(), _>(value)?;
        // SAFETY: live objects.
        truth(unsafe { ffi::PySequence_Contains(self.as_ptr(), value.as_ptr()) })
    }

    /// `repr(self)`: nanobind's `nb::repr(h)`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn repr(&self) -> Result<str_> {
        check_attached();
        // SAFETY: a live object; the result is a `str`.
        unsafe { str_::steal(ffi::PyObject_Repr(self.as_ptr())) }
    }

    /// `str(self)`: nanobind's `nb::str(h)`.
    ///
    /// # Errors
    /// `to_string()` does the same and never raises.
    pub fn str(&self) -> Result<str_> {
        check_attached();
        // SAFETY: a live object; the result is a `str`.
        unsafe { str_::steal(ffi::PyObject_Str(self.as_ptr())) }
    }

    /// `hash(self)`: nanobind's `nb::hash(h)`.
    ///
    /// # Errors
    /// `TypeError` when the object cannot be hashed.
    pub fn hash(&self) -> Result<isize> {
        check_attached();
        // SAFETY: a live object; -1 is never a hash.
        let hash = unsafe { ffi::PyObject_Hash(self.as_ptr()) };
        if hash == -1 { Err(crate::python::error::Error::fetch()) } else { Ok(hash) }
    }

    /// `bool(self)`: the truth value.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn is_true(&self) -> Result<bool> {
        check_attached();
        // SAFETY: a live object.
        truth(unsafe { ffi::PyObject_IsTrue(self.as_ptr()) })
    }

    /// `iter(self)`; the iterator gives a `Result<object>` each time.
    ///
    /// # Errors
    /// `TypeError` when the object is not iterable.
    ///
    /// ```no_run
    /// fn total(values: nb::object) -> nb::Result<i64> {
    ///     let mut sum = 0;
    ///     for value in values.iter()? {
    ///         sum += value?.cast::<i64>()?;
    ///     }
    ///     Ok(sum)
    /// }
    /// ```
    pub fn iter(&self) -> Result<iterator> {
        check_attached();
        // SAFETY: a live object; the result is an iterator.
        unsafe { iterator::steal(ffi::PyObject_GetIter(self.as_ptr())) }
    }

    /// The number of elements that the object says it has, 0 when it does not say: nanobind's `nb::len_hint(h)`.
    pub fn len_hint(&self) -> usize {
        check_attached();
        // SAFETY: a live object; a failure is cleared by `size`'s error being dropped.
        size(unsafe { ffi::PyObject_LengthHint(self.as_ptr(), 0) }).unwrap_or(0)
    }

    /// The object's class: nanobind's `h.type()`.
    pub fn type_(&self) -> type_object {
        check_attached();
        // SAFETY: a live object has a live type.
        unsafe { type_object::borrow(ffi::Py_TYPE(self.as_ptr()).cast()) }
    }

    /// Whether the object is a class: nanobind's `h.is_type()`.
    pub fn is_type(&self) -> bool {
        type_object::check(self)
    }

    /// `isinstance(self, class)`: nanobind's `nb::isinstance(h, cls)`. `class` may be a tuple of classes.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn is_instance(&self, class: &object) -> Result<bool> {
        check_attached();
        // SAFETY: live objects.
        truth(unsafe { ffi::PyObject_IsInstance(self.as_ptr(), class.as_ptr()) })
    }

    /// `issubclass(self, class)`: nanobind's `nb::issubclass(h, cls)`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn is_subclass(&self, class: &object) -> Result<bool> {
        check_attached();
        // SAFETY: live objects.
        truth(unsafe { ffi::PyObject_IsSubclass(self.as_ptr(), class.as_ptr()) })
    }

    /// Whether the object can be called.
    pub fn is_callable(&self) -> bool {
        check_attached();
        // SAFETY: a live object.
        unsafe { ffi::PyCallable_Check(self.as_ptr()) != 0 }
    }

    fn compare(&self, other: impl IntoObject, operator: std::ffi::c_int) -> Result<bool> {
        let other = to_python::<(), _>(other)?;
        // SAFETY: live objects and one of the six operators.
        code(unsafe { ffi::PyObject_RichCompareBool(self.as_ptr(), other.as_ptr(), operator) }).map(|yes| yes == 1)
    }

    /// `self == other`: nanobind's `a.equal(b)`. An object equals itself without being asked.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn equal(&self, other: impl IntoObject) -> Result<bool> {
        self.compare(other, ffi::Py_EQ)
    }

    /// `self != other`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn not_equal(&self, other: impl IntoObject) -> Result<bool> {
        self.compare(other, ffi::Py_NE)
    }

    /// `self < other`.
    ///
    /// # Errors
    /// `TypeError` when the two cannot be ordered.
    pub fn less_than(&self, other: impl IntoObject) -> Result<bool> {
        self.compare(other, ffi::Py_LT)
    }

    /// `self <= other`.
    ///
    /// # Errors
    /// `TypeError` when the two cannot be ordered.
    pub fn less_equal(&self, other: impl IntoObject) -> Result<bool> {
        self.compare(other, ffi::Py_LE)
    }

    /// `self > other`.
    ///
    /// # Errors
    /// `TypeError` when the two cannot be ordered.
    pub fn greater_than(&self, other: impl IntoObject) -> Result<bool> {
        self.compare(other, ffi::Py_GT)
    }

    /// `self >= other`.
    ///
    /// # Errors
    /// `TypeError` when the two cannot be ordered.
    pub fn greater_equal(&self, other: impl IntoObject) -> Result<bool> {
        self.compare(other, ffi::Py_GE)
    }
}

/// Writes `text`'s result, or a placeholder when that raises; leaves a pending exception as it was.
fn show(
    value: &object,
    f: &mut fmt::Formatter<'_>,
    text: unsafe extern "C" fn(*mut ffi::PyObject) -> *mut ffi::PyObject,
) -> fmt::Result {
    if !is_attached() {
        return f.write_str(messages::DETACHED_OBJECT);
    }
    let aside = Aside::now();
    // SAFETY: a live object and an attached thread; the result is new or null with an exception.
    let text = unsafe { object::steal(text(value.as_ptr())) };
    // SAFETY: the result is a live object.
    let text = text.ok().and_then(|text| unsafe { text::read(text.as_ptr()) });
    let text = text.unwrap_or_else(|| messages::untold(&value.class_name()));
    drop(aside);
    f.pad(&text)
}

/// `str(o)`; a placeholder with the type's name when that raises.
impl fmt::Display for object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self, f, ffi::PyObject_Str)
    }
}

/// `repr(o)`; a placeholder with the type's name when that raises.
impl fmt::Debug for object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self, f, ffi::PyObject_Repr)
    }
}
