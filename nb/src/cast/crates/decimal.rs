//! Python's `decimal.Decimal`, for the types of more than one crate.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::cast::crates::classes::{call_method, is_instance};
use crate::cast::traits::Param;
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::object::object;

/// A finite number: its digits, of which there is one at least, times a power of ten.
pub(super) struct Finite {
    pub(super) negative: bool,
    pub(super) digits: String,
    pub(super) exponent: i64,
}

/// The number in a `Decimal`; `Some(None)` for other objects, `None` for infinities and what is no number.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
pub(super) unsafe fn read(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Option<Finite>> {
    // SAFETY: caller's contract; the parts of a tuple live as long as the tuple, and each is checked for what it is.
    unsafe {
        if !is_instance(src, Known::Decimal, cx)? {
            return Some(None);
        }
        let parts = call_method(src, Known::Decimal, c"as_tuple", cx)?;
        let [sign, digits, exponent] = items(&parts)?[..] else { return None };
        if ffi::PyLong_Check(exponent) == 0 {
            // A letter that says which one it is.
            return cx.refuse(Reason::NotFinite);
        }
        let exponent = <i64 as Param<()>>::convert(exponent, 0, cx)?;
        let negative = <u8 as Param<()>>::convert(sign, 0, cx)? != 0;
        let mut text = String::new();
        for digit in items(&object::borrow(digits))? {
            let digit = <u8 as Param<()>>::convert(digit, 0, cx).filter(|digit| *digit < 10)?;
            text.push((b'0' + digit).into());
        }
        if text.is_empty() {
            text.push('0');
        }
        Some(Some(Finite { negative, digits: text, exponent }))
    }
}

/// The items of a tuple, for as long as it lives.
///
/// # Safety
/// Attached.
unsafe fn items(tuple: &object) -> Option<Vec<*mut ffi::PyObject>> {
    // SAFETY: a live object; a tuple has these items.
    unsafe {
        if ffi::PyTuple_Check(tuple.as_ptr()) == 0 {
            return None;
        }
        Some((0..ffi::PyTuple_Size(tuple.as_ptr())).map(|index| ffi::PyTuple_GetItem(tuple.as_ptr(), index)).collect())
    }
}
