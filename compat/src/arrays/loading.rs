//! Which objects become an [`array_t`], and how.

use crate::arrays::messages;
use crate::arrays::numpy::{self, looks_exact};
use crate::arrays::typed::array_t;
use crate::arrays::untyped::array;
use nb::{Const, Cx, Param, Result, SigText, dtype_traits, ffi, ndarray, object, type_error};

/// The flags that there are: NumPy's own numbers.
const KNOWN: i32 = array::c_style | array::f_style | array::forcecast;

/// The elements of an array of NumPy's as they lie, and for writing if they can be written to.
pub(crate) struct Lying<T>(pub(crate) ndarray<(Const<T>,)>, pub(crate) ndarray<(T,)>);

// SAFETY: the stage owns what it refers to.
unsafe impl<D, T: dtype_traits> Param<D> for Lying<T> {
    type Item<'a> = Lying<T>;
    type Lent<'object, 'call> = Lying<T>;
    type Stage = Option<Lying<T>>;
    const BORROWS: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.numpy_array::<T>(false);
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract; an array that could be written to may also be read.
        unsafe {
            if let Some(writable) = <ndarray<(T,)> as Param<D>>::convert(src, 0, cx) {
                return Some(Some(Lying(writable.assume(), writable)));
            }
            if !ffi::PyErr_Occurred().is_null() {
                return None;
            }
            let elements = <ndarray<(Const<T>,)> as Param<D>>::convert(src, 0, cx)?;
            Some(Some(Lying(elements, ndarray::default())))
        }
    }

    unsafe fn lend(stage: &mut Self::Stage, _cx: &Cx<'_>) -> Lying<T> {
        stage.take().expect("an argument is lent once")
    }
}

impl<T: dtype_traits, const FLAGS: i32> array_t<T, FLAGS> {
    /// What NumPy makes such an array of, or nothing: pybind11's `py::array_t<T>::ensure(o)`. What NumPy raises is dropped.
    pub fn ensure(value: &object) -> Option<Self> {
        Self::loaded(value.clone(), true).ok().flatten()
    }

    /// As [`ensure`](Self::ensure).
    ///
    /// # Errors
    /// What NumPy raises, or a `TypeError`.
    pub(crate) fn taken(value: object) -> Result<Self> {
        Self::loaded(value, true)?.ok_or_else(|| type_error(messages::no_array(T::NAME)))
    }

    /// The array that the object is, or is converted to if that is allowed; an error if NumPy raises one.
    pub(crate) fn loaded(value: object, convert: bool) -> Result<Option<Self>> {
        let is_array = array::check(&value);
        if !is_array && !convert {
            return Ok(None);
        }
        // Of a derived class, the part that is NumPy's.
        // SAFETY: a live object; `check` has asked whether the thread is attached.
        let exact = is_array && unsafe { looks_exact(value.as_ptr()) };
        let value = if is_array && !exact { numpy::as_array(&value)? } else { value };
        if is_array && let Some(found) = Self::lying(&value) {
            return Ok(Some(found));
        }
        if convert { Self::of_other(&value, is_array) } else { Ok(None) }
    }

    /// The array that an object is converted to, which is none as it should be.
    pub(crate) fn of_other(value: &object, is_array: bool) -> Result<Option<Self>> {
        let order = match FLAGS & 3 {
            array::f_style => "F",
            0 => "K",
            _ => "C",
        };
        let converted = Self::converted(value, is_array, order)?;
        if let Some(found) = Self::lying(&converted) {
            return Ok(Some(found));
        }
        // NumPy's own code reads elements wherever they lie; references need them aligned.
        Ok(Self::lying(&numpy::copied::<T>(&converted, order)?))
    }

    fn converted(value: &object, is_array: bool, order: &str) -> Result<object> {
        // Others may be writing to it through nb, without the interpreter.
        let source = if is_array { value.try_cast::<ndarray<(nb::ro,)>>() } else { None };
        let _claim = source.as_ref().map(|source| source.reading()).transpose()?;
        if let Some(made) = numpy::from_any::<T>(value, FLAGS & KNOWN | numpy::ENSUREARRAY | numpy::ALIGNED) {
            return made;
        }
        // SAFETY: a live object; attached, see `loaded`.
        let shown = is_array || unsafe { ffi::PyObject_CheckBuffer(value.as_ptr()) } != 0;
        if shown && FLAGS & array::forcecast == 0 {
            return numpy::safe::<T>(&numpy::as_array(value)?, order);
        }
        numpy::forced::<T>(value, order)
    }

    /// The array as it is, if it is as it should be.
    fn lying(value: &object) -> Option<Self> {
        let Lying(elements, writable) = Lying::<T>::of(value)?;
        let found = Self::of(array::known(value.clone()), elements, writable);
        found.lies_in_order(FLAGS).then_some(found)
    }
}
