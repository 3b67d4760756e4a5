//! `Utf8PathBuf` and `&Utf8Path`: what a `PathBuf` takes, if it is UTF-8.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::crates::values::values;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::rv_policy::automatic;
use camino::{Utf8Path, Utf8PathBuf};
use std::path::{Path, PathBuf};

/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Utf8PathBuf> {
    // SAFETY: caller's contract.
    let path = unsafe { <PathBuf as Param<()>>::convert(src, flags, cx) }?;
    Utf8PathBuf::from_path_buf(path).ok().or_else(|| cx.refuse(Reason::Spelling))
}

values! {
    Utf8PathBuf, "str | os.PathLike" => "pathlib.Path",
    |src, flags, cx| read(src, flags, cx), |stage| std::mem::take(stage),
    |value, cx| <&Path as Ret<(), automatic>>::put(value.as_std_path(), cx);
}

// SAFETY: the path is owned by the stage.
unsafe impl<D> Param<D> for &Utf8Path {
    type Item<'a> = &'a Utf8Path;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Utf8PathBuf;
    const BORROWS: bool = false;

    fn describe(text: &mut SigText<'_>) {
        <Utf8PathBuf as Param<D>>::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Utf8PathBuf> {
        // SAFETY: caller's contract.
        unsafe { read(src, flags, cx) }
    }

    unsafe fn lend<'a>(stage: &'a mut Utf8PathBuf, _cx: &Cx<'_>) -> &'a Utf8Path {
        stage
    }
}

// SAFETY: the path is copied.
unsafe impl<D, P> Ret<D, P> for &Utf8Path {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        <Utf8PathBuf as Ret<D, P>>::describe(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <&Path as Ret<D, P>>::put(value.as_std_path(), cx) }
    }
}
