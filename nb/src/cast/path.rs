//! `PathBuf`, `&Path`, `Box<Path>`, `Rc<Path>`, `Arc<Path>`: from `str` or anything with `__fspath__`, to `pathlib.Path`.
//! `OsString` and `&OsStr`: a `str`, with what is not text as lone surrogates (`os.fsdecode`).

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::cast::{member_by_value, protocol_raised};
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::object::object;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

/// The file system path of an object.
///
/// # Safety
/// `src` is live; attached.
unsafe fn read(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<PathBuf> {
    // SAFETY: `src` is live; temporaries are owned.
    unsafe {
        let Some(path) = object::from_owned(ffi::PyOS_FSPath(src)) else {
            protocol_raised(src, &[c"__fspath__"], cx);
            return None;
        };
        decode(&path, cx)
    }
}

/// Bytes of the file system encoding, on systems where a path is any string of bytes.
///
/// # Safety
/// Attached.
#[cfg(unix)]
unsafe fn decode(path: &object, cx: &mut Cx<'_>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    // SAFETY: attached; the converter leaves an owned bytes object or raises (embedded NUL).
    unsafe {
        let mut bytes: *mut ffi::PyObject = ptr::null_mut();
        if ffi::PyUnicode_FSConverter(path.as_ptr(), (&raw mut bytes).cast()) == 0 {
            cx.mismatch_raised();
            return None;
        }
        let bytes = object::from_owned(bytes)?;
        let data = ffi::PyBytes_AsString(bytes.as_ptr()).cast::<u8>();
        let size = ffi::PyBytes_Size(bytes.as_ptr()) as usize;
        let raw = std::slice::from_raw_parts(data, size).to_vec();
        Some(PathBuf::from(std::ffi::OsString::from_vec(raw)))
    }
}

/// # Safety
/// Attached.
#[cfg(not(unix))]
unsafe fn decode(path: &object, _cx: &mut Cx<'_>) -> Option<PathBuf> {
    // SAFETY: attached.
    unsafe { crate::python::text::read(path.as_ptr()) }.map(PathBuf::from)
}

/// # Safety
/// Attached.
#[cfg(unix)]
unsafe fn encode(path: &Path, _cx: &Cx<'_>) -> *mut ffi::PyObject {
    use std::os::unix::ffi::OsStrExt;
    let raw = path.as_os_str().as_bytes();
    // SAFETY: attached; the bytes are copied.
    unsafe { ffi::PyUnicode_DecodeFSDefaultAndSize(raw.as_ptr().cast(), raw.len() as ffi::Py_ssize_t) }
}

/// # Safety
/// Attached.
#[cfg(not(unix))]
unsafe fn encode(path: &Path, _cx: &Cx<'_>) -> *mut ffi::PyObject {
    crate::python::text::new_ptr(&path.to_string_lossy())
}

/// # Safety
/// Attached.
unsafe fn put(path: &Path, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: attached; temporaries are owned.
    unsafe {
        let build = || -> Option<object> {
            let text = object::from_owned(encode(path, cx))?;
            let class = cx.state().known.get(Known::Path);
            if class.is_null() {
                return None;
            }
            object::from_owned(ffi::PyObject_CallFunctionObjArgs(
                class,
                text.as_ptr(),
                ptr::null_mut::<ffi::PyObject>(),
            ))
        };
        build().map_or(ptr::null_mut(), object::into_ptr)
    }
}

/// The text of a `str`, which in Python is also how a system string looks that is no text.
///
/// # Safety
/// `src` is live; attached.
unsafe fn read_text(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<PathBuf> {
    // SAFETY: `src` is live.
    unsafe {
        if ffi::PyUnicode_Check(src) == 0 {
            return None;
        }
        decode(&object::borrow(src), cx)
    }
}

macro_rules! paths {
    ($($ty:ty, $item:ty, $argument:literal $read:ident, $result:literal $write:ident,
       |$stage:ident| $lend:expr, |$value:ident| $path:expr;)*) => { $(
        // SAFETY: the path is owned by the stage.
        unsafe impl<D> Param<D> for $ty {
            type Item<'a> = $item;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = PathBuf;
            const BORROWS: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text($argument);
            }

            unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<PathBuf> {
                // SAFETY: caller's contract.
                unsafe { $read(src, cx) }
            }

            unsafe fn lend<'a>($stage: &'a mut PathBuf, _cx: &Cx<'_>) -> $item {
                $lend
            }
        }

        // SAFETY: the path is copied.
        unsafe impl<D, P> Ret<D, P> for $ty {
            const DECLINES: bool = false;
            fn describe(text: &mut SigText<'_>) {
                text.text($result);
            }

            unsafe fn put($value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: attached.
                unsafe { $write($path, cx) }
            }
        }
    )* };
}

paths! {
    PathBuf, PathBuf, "str | os.PathLike" read, "pathlib.Path" put, |stage| std::mem::take(stage), |value| &value;
    &Path, &'a Path, "str | os.PathLike" read, "pathlib.Path" put, |stage| stage, |value| value;
    Box<Path>, Box<Path>, "str | os.PathLike" read, "pathlib.Path" put, |stage| std::mem::take(stage).into(), |value| &value;
    Rc<Path>, Rc<Path>, "str | os.PathLike" read, "pathlib.Path" put, |stage| std::mem::take(stage).into(), |value| &value;
    Arc<Path>, Arc<Path>, "str | os.PathLike" read, "pathlib.Path" put, |stage| std::mem::take(stage).into(), |value| &value;
    OsString, OsString, "str" read_text, "str" encode, |stage| std::mem::take(stage).into(), |value| value.as_ref();
    &OsStr, &'a OsStr, "str" read_text, "str" encode, |stage| stage.as_os_str(), |value| value.as_ref();
}

member_by_value! {
    [] PathBuf;
    [] Box<Path>;
    [] Arc<Path>;
    [] OsString;
}
