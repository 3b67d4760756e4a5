//! The buffer protocol of bound vectors of plain numbers: `memoryview(v)`, `numpy.asarray(v)`.
//!
//! A buffer reads the vector where it lies. As long as one lives the vector is marked as being read, so that nothing moves or changes what
//! it shows; and it is read-only, since Python could write through it at any moment while a Rust function has a `&[T]`.

use crate::containers::element::inside;
use crate::containers::sequence::Sequence;
use crate::containers::transparent::opaque;
use crate::ffi;
use crate::instance::borrow::lend_outside;
use crate::instance::class_record::{instance_of, native_data};
use crate::instance::header::Inst;
use crate::instance::loans::Loans;
use crate::instance::lock::locked_root;
use crate::interpreter::panic;
use crate::python::error::{Builtin, Result, set_error};
use crate::python::messages;
use crate::type_slots::RawSlots;
use std::any::TypeId;
use std::ffi::{CStr, c_int, c_void};
use std::ptr;

/// How the elements of a type look from outside, if they are plain numbers: as the module `struct` says it.
fn format_of(item: TypeId) -> Option<&'static CStr> {
    macro_rules! formats {
        ($($ty:ty: $format:literal,)*) => { $( if item == TypeId::of::<$ty>() { return Some($format); } )* };
    }
    formats! {
        f64: c"d", f32: c"f",
        i8: c"b", i16: c"h", i32: c"i", i64: c"q",
        u8: c"B", u16: c"H", u32: c"I", u64: c"Q",
        isize: c"n", usize: c"N",
        bool: c"?",
    }
    None
}

/// What one buffer owns: `view.internal`.
struct Export {
    /// These own nothing: the buffer owns the object (`Loans::entrust`).
    loans: Loans,
    /// Carries the mark; null for a value that nobody changes.
    root: *mut Inst,
    shape: ffi::Py_ssize_t,
    stride: ffi::Py_ssize_t,
}

/// Gives the class the buffer protocol, if its elements lie in a row and are plain numbers, and the class has none yet.
///
/// # Safety
/// `ty` is the new class of `opaque<C>`, without instances and subclasses; attached.
pub(super) unsafe fn install<C: Sequence>(ty: *mut ffi::PyTypeObject) -> Result<()> {
    if C::default().contiguous().is_none() || format_of(TypeId::of::<C::Item>()).is_none() {
        return Ok(());
    }
    let get: ffi::getbufferproc = get::<C>;
    let release: ffi::releasebufferproc = release;
    let slots = vec![
        ffi::PyType_Slot { slot: ffi::Py_bf_getbuffer, pfunc: get as *mut c_void },
        ffi::PyType_Slot { slot: ffi::Py_bf_releasebuffer, pfunc: release as *mut c_void },
    ];
    // SAFETY: caller's contract; a heap type has all tables, and the functions are those of the slots.
    unsafe {
        match (*(*ty).tp_as_buffer).bf_getbuffer {
            Some(_) => Ok(()),
            None => RawSlots::of_functions(slots).install(ty),
        }
    }
}

/// # Safety
/// CPython passes a live instance and a view to fill in; attached.
unsafe extern "C" fn get<C: Sequence>(ob: *mut ffi::PyObject, view: *mut ffi::Py_buffer, flags: c_int) -> c_int {
    let look = |address: usize| {
        // SAFETY: the value is lent.
        let all = unsafe { inside::<C>(address) }.contiguous().unwrap_or_default();
        Numbers {
            start: all.as_ptr().cast_mut().cast(),
            len: all.len() as ffi::Py_ssize_t,
            size: size_of::<C::Item>() as ffi::Py_ssize_t,
            format: format_of(TypeId::of::<C::Item>()).unwrap_or(c"B"),
        }
    };
    // SAFETY: caller's contract.
    panic::guard(-1, || unsafe { export(ob, view, flags, TypeId::of::<opaque<C>>(), &look) })
}

/// The elements of a vector.
struct Numbers {
    start: *mut c_void,
    len: ffi::Py_ssize_t,
    /// Of one, in bytes.
    size: ffi::Py_ssize_t,
    format: &'static CStr,
}

/// # Safety
/// As [`get`]; `look` is called with the address of a lent container that has this key.
unsafe fn export(
    ob: *mut ffi::PyObject,
    view: *mut ffi::Py_buffer,
    flags: c_int,
    key: TypeId,
    look: &dyn Fn(usize) -> Numbers,
) -> c_int {
    let refuse = |text: &str| {
        set_error(Builtin::BufferError.class(), text);
        -1
    };
    // SAFETY: caller's contract. The view owns the object, and the export what the view points to.
    unsafe {
        if view.is_null() {
            return refuse(messages::NO_VIEW);
        }
        (*view).obj = ptr::null_mut();
        let Some((inst, data, offset)) = instance_of(ob, key) else { return refuse(messages::NO_VIEW) };
        if flags & ffi::PyBUF_WRITABLE != 0 {
            return refuse(&messages::buffer_read_only(&data.name()));
        }
        if locked_root(inst).is_some() {
            // A lock belongs to a thread, and to the time of a call.
            return refuse(&messages::buffer_of_locked(&data.name()));
        }
        let (loans, address) = match lend_outside(inst, data, false, "__buffer__") {
            Ok(lent) => lent,
            Err(error) => {
                error.restore();
                return -1;
            }
        };
        let Numbers { start, len, size, format } = look(address + offset);
        let root = loans.roots().first().map_or(ptr::null_mut(), |root| root.inst);
        let export = Box::into_raw(Box::new(Export { loans, root, shape: len, stride: size }));
        data.state.exports.add(root as usize);
        let asked = |flag: c_int| flags & flag == flag;
        *view = ffi::Py_buffer {
            buf: start,
            obj: ffi::Py_NewRef(ob),
            len: len * size,
            itemsize: size,
            readonly: 1,
            ndim: 1,
            format: if asked(ffi::PyBUF_FORMAT) { format.as_ptr().cast_mut() } else { ptr::null_mut() },
            shape: if asked(ffi::PyBUF_ND) { &raw mut (*export).shape } else { ptr::null_mut() },
            strides: if asked(ffi::PyBUF_STRIDES) { &raw mut (*export).stride } else { ptr::null_mut() },
            suboffsets: ptr::null_mut(),
            internal: export.cast(),
        };
        (*export).loans.entrust();
        0
    }
}

/// # Safety
/// CPython passes the object and what `get` has filled in, once; attached.
unsafe extern "C" fn release(ob: *mut ffi::PyObject, view: *mut ffi::Py_buffer) {
    panic::guard((), || {
        // SAFETY: caller's contract; the caller owns the object for longer than this.
        unsafe {
            let mut export = Box::from_raw((*view).internal.cast::<Export>());
            (*view).internal = ptr::null_mut();
            native_data(ffi::Py_TYPE(ob)).state.exports.remove(export.root as usize);
            export.loans.take_back();
            export.loans.release();
        }
    });
}
