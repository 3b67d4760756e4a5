//! Arrays as the buffer protocol shows them: of [`holder`](crate::arrays::holder)s and of bound classes.

use crate::arrays::descriptor::Descriptor;
use crate::arrays::device;
use crate::arrays::dlpack::{dtype as Dtype, dtype_code};
use crate::arrays::holder::Lent;
use crate::ffi;
use crate::interpreter::panic;
use crate::python::error::{Builtin, set_error};
use crate::python::messages;
use std::ffi::{CStr, c_int};
use std::ptr;

/// How the elements look to the buffer protocol, if they can.
pub(crate) fn format_of(dtype: Dtype) -> Option<&'static CStr> {
    let is = |code: dtype_code| dtype.is(code);
    if dtype.lanes != 1 {
        return None;
    }
    Some(match dtype.bits {
        8 if is(dtype_code::Int) => c"b",
        16 if is(dtype_code::Int) => c"h",
        32 if is(dtype_code::Int) => c"i",
        64 if is(dtype_code::Int) => c"q",
        8 if is(dtype_code::UInt) => c"B",
        16 if is(dtype_code::UInt) => c"H",
        32 if is(dtype_code::UInt) => c"I",
        64 if is(dtype_code::UInt) => c"Q",
        16 if is(dtype_code::Float) => c"e",
        32 if is(dtype_code::Float) => c"f",
        64 if is(dtype_code::Float) => c"d",
        32 if is(dtype_code::Complex) => c"Ze",
        64 if is(dtype_code::Complex) => c"Zf",
        128 if is(dtype_code::Complex) => c"Zd",
        8 if is(dtype_code::Bool) => c"?",
        _ => return None,
    })
}

/// Shows an array to the buffer protocol, or raises a `BufferError`.
///
/// # Safety
/// `ob` is live and keeps the array alive; `view` may be written to; attached. `bf_releasebuffer` of the object is [`release_buffer`].
pub(crate) unsafe fn fill_buffer(
    ob: *mut ffi::PyObject,
    array: &Descriptor,
    view: *mut ffi::Py_buffer,
    flags: c_int,
    lent: Option<Lent>,
) -> c_int {
    let refuse = |text: &str| {
        set_error(Builtin::BufferError.class(), text);
        -1
    };
    if !device::is_host(array.device.kind) {
        return refuse(messages::BUFFER_ELSEWHERE);
    }
    let asked = |flag: c_int| flags & flag == flag;
    if asked(ffi::PyBUF_WRITABLE) && array.read_only {
        return refuse(messages::BUFFER_READ_ONLY);
    }
    let Some(format) = format_of(array.dtype) else { return refuse(messages::BUFFER_DTYPE) };
    let contiguous = array.is_in_order(b'C');
    let ordered = (!asked(ffi::PyBUF_C_CONTIGUOUS) || contiguous)
        && (!asked(ffi::PyBUF_F_CONTIGUOUS) || array.is_in_order(b'F'))
        && (!asked(ffi::PyBUF_ANY_CONTIGUOUS) || array.is_in_order(b'A'));
    // Whoever asks for no strides reads the elements in a row.
    if !ordered || (!asked(ffi::PyBUF_STRIDES) && !contiguous) {
        return refuse(messages::BUFFER_ORDER);
    }
    let itemsize = array.dtype.itemsize() as isize;
    let mut numbers: Vec<isize> = array.shape().iter().map(|&size| size as isize).collect();
    numbers.extend(array.strides().iter().map(|&stride| stride as isize * itemsize));
    let ndim = array.ndim();
    let shown = Box::into_raw(Box::new(Shown { numbers, lent }));
    // SAFETY: caller's contract; the numbers live until the buffer is released.
    unsafe {
        let first = (*shown).numbers.as_mut_ptr();
        let data = if array.data().is_null() { ptr::dangling_mut::<u128>().cast() } else { array.data() };
        *view = ffi::Py_buffer {
            buf: data,
            obj: ffi::Py_NewRef(ob),
            len: array.size() as isize * itemsize,
            itemsize,
            readonly: c_int::from(array.read_only),
            ndim: ndim as c_int,
            format: if asked(ffi::PyBUF_FORMAT) { format.as_ptr().cast_mut() } else { ptr::null_mut() },
            shape: if asked(ffi::PyBUF_ND) { first } else { ptr::null_mut() },
            strides: if asked(ffi::PyBUF_STRIDES) { first.add(ndim) } else { ptr::null_mut() },
            suboffsets: ptr::null_mut(),
            internal: shown.cast(),
        };
        // The view owns the object, and the collector sees that.
        if let Some(lent) = &(*shown).lent {
            lent.entrust();
        }
    }
    0
}

/// What one buffer owns: `view.internal`.
struct Shown {
    /// Sizes and strides, in bytes.
    numbers: Vec<isize>,
    /// What was lent of the object, which the view owns.
    lent: Option<Lent>,
}

/// # Safety
/// CPython passes what [`fill_buffer`] has filled in, once; the caller owns the object for longer than this.
pub(crate) unsafe extern "C" fn release_buffer(_ob: *mut ffi::PyObject, view: *mut ffi::Py_buffer) {
    panic::guard((), || {
        // SAFETY: caller's contract.
        unsafe {
            let shown = std::mem::replace(&mut (*view).internal, ptr::null_mut()).cast::<Shown>();
            if shown.is_null() {
                return;
            }
            let shown = Box::from_raw(shown);
            if let Some(lent) = &shown.lent {
                lent.take_back();
            }
            drop(shown);
        }
    });
}
