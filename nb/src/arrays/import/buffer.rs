//! The buffer protocol: `bytearray`, `array.array`, `memoryview` and everything else that shows its memory.

use crate::arrays::descriptor::{Descriptor, Dims, Foreign, Owner};
use crate::arrays::device;
use crate::arrays::dlpack::{Device, MAX_NDIM, dtype as Dtype, dtype_code};
use crate::arrays::import::source;
use crate::call::context::Cx;
use crate::ffi;
use smallvec::SmallVec;
use std::ffi::CStr;
use std::slice;

/// Whether instances of the class show their memory. Runs no code.
///
/// # Safety
/// A live type; attached.
pub(super) unsafe fn has_buffer(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: caller's contract; a table of functions, or null.
    unsafe { (*ty).tp_as_buffer.as_ref() }.is_some_and(|table| table.bf_getbuffer.is_some())
}

/// The array that the buffer is; `None` if its elements are no numbers, and an error is raised.
///
/// # Safety
/// `src` is live; attached.
pub(super) unsafe fn read(src: *mut ffi::PyObject, read_only: bool, cx: &Cx<'_>) -> Result<Option<Descriptor>, ()> {
    // SAFETY: caller's contract. The view is released by its owner, or here.
    unsafe {
        let mut view = Box::new(ffi::Py_buffer::new());
        let flags = ffi::PyBUF_STRIDES | ffi::PyBUF_FORMAT | if read_only { 0 } else { ffi::PyBUF_WRITABLE };
        if ffi::PyObject_GetBuffer(src, &mut *view, flags) != 0 {
            return Err(());
        }
        let owner = Foreign::buffer(view);
        Ok(describe(owner, read_only, |owner| Owner::Foreign(owner, Some(source(src, cx)))))
    }
}

/// # Safety
/// `buffer` has a view that was filled in.
unsafe fn describe(buffer: Foreign, wants_read_only: bool, own: impl FnOnce(Foreign) -> Owner) -> Option<Descriptor> {
    let view = buffer.view()?;
    let itemsize = view.itemsize as i64;
    // SAFETY: a C string, or null, of a live view.
    let format = if view.format.is_null() { c"B" } else { unsafe { CStr::from_ptr(view.format) } };
    let dtype = dtype_of(format.to_bytes(), view.itemsize)?;
    let ndim = usize::try_from(view.ndim).ok().filter(|&ndim| ndim <= MAX_NDIM)?;
    if !view.suboffsets.is_null() || (view.readonly != 0 && !wants_read_only) {
        return None;
    }
    let (mut shape, mut strides) = (Dims::new(), Dims::new());
    // SAFETY: arrays of as many numbers as there are dimensions, where they are not null.
    unsafe {
        if ndim > 0 && view.shape.is_null() {
            // Nothing but a length.
            if ndim != 1 {
                return None;
            }
            shape.push(view.len as i64 / itemsize);
        } else if ndim > 0 {
            shape.extend(slice::from_raw_parts(view.shape, ndim).iter().map(|&size| size as i64));
        }
        if ndim > 0 && !view.strides.is_null() {
            for &bytes in slice::from_raw_parts(view.strides, ndim) {
                if bytes as i64 % itemsize != 0 {
                    return None;
                }
                strides.push(bytes as i64 / itemsize);
            }
        }
    }
    let strides: Option<SmallVec<_>> = (strides.len() == ndim).then_some(strides);
    let place = (view.buf, 0);
    let cpu = Device { kind: device::cpu::value, id: 0 };
    let read_only = wants_read_only;
    let mut found = Descriptor::new(place, cpu, dtype, read_only, &shape, strides.as_deref(), Owner::Nobody).ok()?;
    found.owner = own(buffer);
    Some(found)
}

/// The type of an element that the module `struct` would call `format`: one number in the order of this machine.
pub(crate) fn dtype_of(format: &[u8], itemsize: isize) -> Option<Dtype> {
    let native: &[u8] = if cfg!(target_endian = "little") { b"@=<" } else { b"@=>!" };
    let (native_sizes, format) = match format {
        [mark, rest @ ..] if native.contains(mark) && !rest.is_empty() => (*mark == b'@', rest),
        all => (true, all),
    };
    let (complex, letter) = match format {
        [b'Z', letter] => (true, *letter),
        [letter] => (false, *letter),
        // An empty text says nothing, and means bytes.
        [] => (false, b'B'),
        _ => return None,
    };
    let long = if native_sizes { size_of::<std::ffi::c_long>() } else { 4 };
    let (code, size) = match letter {
        b'c' | b'b' => (dtype_code::Int, 1),
        b'h' => (dtype_code::Int, 2),
        b'i' => (dtype_code::Int, 4),
        b'l' => (dtype_code::Int, long),
        b'q' => (dtype_code::Int, 8),
        b'n' => (dtype_code::Int, size_of::<isize>()),
        b'B' => (dtype_code::UInt, 1),
        b'H' => (dtype_code::UInt, 2),
        b'I' => (dtype_code::UInt, 4),
        b'L' => (dtype_code::UInt, long),
        b'Q' => (dtype_code::UInt, 8),
        b'N' => (dtype_code::UInt, size_of::<usize>()),
        b'e' => (dtype_code::Float, 2),
        b'f' => (dtype_code::Float, 4),
        b'd' => (dtype_code::Float, 8),
        b'?' => (dtype_code::Bool, 1),
        _ => return None,
    };
    let (code, size) = match (complex, code) {
        (false, code) => (code, size),
        (true, dtype_code::Float) => (dtype_code::Complex, 2 * size),
        (true, _) => return None,
    };
    // `ctypes` writes `<l` for numbers of eight bytes.
    let size = if letter == b'l' || letter == b'L' { itemsize as usize } else { size };
    let plausible =
        itemsize > 0 && itemsize as usize == size && (size == 4 || size == 8 || !matches!(letter, b'l' | b'L'));
    plausible.then(|| Dtype::new(code, (size * 8) as u8))
}

#[cfg(test)]
mod tests {
    use super::dtype_of;
    use crate::arrays::dtype;

    #[test]
    fn formats() {
        assert_eq!(dtype_of(b"f", 4), Some(dtype::<f32>()));
        assert_eq!(dtype_of(b"<d", 8), Some(dtype::<f64>()));
        assert_eq!(dtype_of(b"=i", 4), Some(dtype::<i32>()));
        assert_eq!(dtype_of(b"", 1), Some(dtype::<u8>()));
        assert_eq!(dtype_of(b"l", 8), Some(dtype::<i64>()));
        assert_eq!(dtype_of(b"?", 1), Some(dtype::<bool>()));
        for wrong in [&b"Z"[..], b"<", b"@", b">f", b"2i", b"T{i:a:}", b"Zi", b"Zx", b"w", b"O", b"s", b"P", b"g"] {
            assert_eq!(dtype_of(wrong, 4), None, "{wrong:?}");
        }
        assert_eq!(dtype_of(b"<", 1), None);
        assert_eq!(dtype_of(b"f", 8), None);
        assert_eq!(dtype_of(b"i", 0), None);
        assert_eq!(dtype_of(b"i", -4), None);
        let complex = dtype_of(b"Zd", 16).expect("complex numbers");
        assert_eq!((complex.code, complex.bits), (5, 128));
    }
}
