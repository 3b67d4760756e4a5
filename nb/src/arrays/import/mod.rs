//! From a Python object to an array: what it has to be, and in which ways its memory is found.
//!
//! In this order, as in nanobind: an exact `numpy.ndarray` is read where it lies (`numpy.rs`); a DLPack capsule, given or made by the
//! object's `__dlpack__` (`capsule.rs`); the buffer protocol (`buffer.rs`); an old `to_dlpack` of the framework. What does not fit is
//! converted by its framework (`convert.rs`) where that is allowed.
//!
//! Sizes and strides are copied when an array comes in, and checked to be consistent: whatever Python code does to the object
//! afterwards, a view reads what was described then. That there is memory behind it is the word of the library that it comes from.

mod buffer;
mod capsule;
pub(crate) mod convert;
pub(crate) mod numpy;
pub(crate) mod numpy_making;

use crate::arrays::constraints::Constraints;
use crate::arrays::descriptor::{Descriptor, Owner};
use crate::arrays::device;
use crate::arrays::layout::Layout;
use crate::call::context::{CONVERT, Cx};
use crate::ffi;
use crate::interpreter::resident::Resident;
use crate::python::error::take_raised;
use crate::python::object::object;
use std::sync::Arc;

/// Whether an array is what a function asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    /// Its framework can make one that is.
    Convertible,
    No,
}

/// # Safety
/// `src` is live; attached. `cx` is that of the call, if `src` is an argument.
pub(crate) unsafe fn import(
    src: *mut ffi::PyObject,
    flags: u8,
    wanted: &'static Constraints,
    cx: &mut Cx<'_>,
) -> Option<Arc<Descriptor>> {
    // SAFETY: caller's contract.
    unsafe {
        let convert = flags & CONVERT != 0;
        if !numpy::is_numpy(src, cx) {
            return by_protocol(src, convert, wanted, cx);
        }
        let (layout, dims) = numpy::read(src, wanted.read_only)?;
        let layout = Layout { dims: &dims, ..layout };
        layout.check().ok()?;
        match fit(&layout, wanted) {
            Fit::Yes => {
                let (layout, owner) = (Layout { dims: &[], ..layout }, owning_source(src, cx));
                Some(Arc::new(Descriptor::of_checked(layout, dims, wanted.read_only, owner)))
            }
            Fit::Convertible if convert => convert::convert(src, &layout, wanted, cx),
            _ => None,
        }
    }
}

/// Whether `found` is what is wanted.
fn fit(found: &Layout<'_>, wanted: &Constraints) -> Fit {
    if wanted.device != 0 && found.device.kind != wanted.device {
        return Fit::No;
    }
    if found.read_only && !wanted.read_only {
        return Fit::No;
    }
    if wanted.ndim >= 0 {
        let same = |(&size, &wanted): (&i64, &i64)| wanted < 0 || size == wanted;
        if found.ndim() != wanted.ndim as usize || !found.shape().iter().zip(wanted.extents).all(same) {
            return Fit::No;
        }
    }
    let typed = wanted.scalar.is_some();
    if typed && found.dtype != wanted.dtype {
        let loses = found.dtype.is_complex() && !wanted.dtype.is_complex();
        return if loses { Fit::No } else { Fit::Convertible };
    }
    // C++ reads at whatever address; in Rust a number has to lie where its type says.
    let aligned = !device::is_host(found.device.kind) || found.is_aligned(wanted.align);
    if !aligned && !wanted.read_only {
        // What is written to a copy would be lost, of an array that is just what the function asks for.
        return Fit::No;
    }
    if aligned && found.is_in_order(wanted.order) { Fit::Yes } else { Fit::Convertible }
}

/// Whether `found` is as wanted, as it is.
pub(crate) fn is_fit(found: &Descriptor, wanted: &Constraints) -> bool {
    fit(&found.layout(), wanted) == Fit::Yes
}

/// By DLPack or the buffer protocol.
///
/// # Safety
/// As [`import`].
#[inline(never)]
unsafe fn by_protocol(
    src: *mut ffi::PyObject,
    convert: bool,
    wanted: &'static Constraints,
    cx: &mut Cx<'_>,
) -> Option<Arc<Descriptor>> {
    // SAFETY: caller's contract; temporaries are owned.
    unsafe {
        if ffi::PyCapsule_CheckExact(src) != 0 {
            // It has no framework that could convert it.
            let (fits, found) = capsule::take(src, false, wanted, None)?;
            return (fits == Fit::Yes).then(|| Arc::new(found));
        }
        let ty = ffi::Py_TYPE(src);
        let dlpack = capsule::has_dlpack(ty);
        let buffer = buffer::has_buffer(ty);
        if !dlpack && !buffer && convert::framework_of_name(ty).is_none() {
            return None;
        }
        cx.own_arguments();
        let mut raised = None;
        let mut found = None;
        if dlpack {
            match capsule::of_object(src, wanted.read_only) {
                Ok((made, versioned)) => {
                    found = capsule::take(made.as_ptr(), versioned, wanted, Some(src));
                }
                Err(()) => {
                    raised = note_raised(cx)?;
                }
            }
        }
        if found.is_none() && buffer && (!dlpack || raised.is_some()) {
            match buffer::read(src, wanted.read_only, cx) {
                Ok(read) => found = read.map(|read| (fit(&read.layout(), wanted), read)),
                Err(()) => raised = note_raised(cx)?.or(raised),
            }
        }
        if found.is_none() && !buffer && (!dlpack || raised.is_some()) {
            match convert::to_dlpack(src) {
                Ok(made) => found = made.and_then(|made| capsule::take(made.as_ptr(), false, wanted, Some(src))),
                Err(()) => raised = note_raised(cx)?.or(raised),
            }
        }
        match found {
            Some((Fit::Yes, found)) => return Some(Arc::new(found)),
            Some((Fit::Convertible, found)) if convert => return convert::convert(src, &found.layout(), wanted, cx),
            Some(_) => {}
            None => {
                if let Some(raised) = raised {
                    crate::python::error::restore_raised(raised);
                    cx.mismatch_raised();
                }
            }
        }
        None
    }
}

/// Takes the exception away that a protocol has raised, unless it ends the call: then `None`.
///
/// # Safety
/// Attached; an exception is raised.
unsafe fn note_raised(cx: &mut Cx<'_>) -> Option<Option<object>> {
    // SAFETY: caller's contract.
    if unsafe { crate::call::context::is_fatal() } {
        cx.mismatch_raised();
        return None;
    }
    Some(take_raised())
}

/// The object that an array comes from, which is to be given back when the array is returned.
///
/// # Safety
/// `src` is live; attached.
unsafe fn source(src: *mut ffi::PyObject, cx: &Cx<'_>) -> Resident {
    // SAFETY: caller's contract.
    Resident::of(unsafe { object::borrow(src) }, cx.state().interpreter())
}

/// As [`source`], of an array of NumPy's, and the one whose memory it is.
///
/// # Safety
/// As `source`.
unsafe fn owning_source(src: *mut ffi::PyObject, cx: &Cx<'_>) -> Owner {
    // SAFETY: caller's contract.
    unsafe { Owner::Array([source(src, cx), source(numpy::whose_memory(src).as_ptr(), cx)]) }
}

/// Whether the object is an array, or can be taken for one: nanobind's `nb::ndarray_check`. It has `__dlpack__`, or the buffer protocol, or is a
/// capsule, or an array of NumPy, PyTorch, TensorFlow, JAX or CuPy.
///
/// ```no_run
/// fn describe(value: &nb::object) -> &'static str {
///     if nb::ndarray_check(value) { "an array" } else { "something else" }
/// }
/// ```
pub fn ndarray_check(value: &object) -> bool {
    crate::python::object::check_attached();
    // SAFETY: a live object and its live type; attached.
    unsafe {
        let ty = ffi::Py_TYPE(value.as_ptr());
        ffi::PyCapsule_CheckExact(value.as_ptr()) != 0
            || capsule::has_dlpack(ty)
            || buffer::has_buffer(ty)
            || convert::framework_of_name(ty).is_some()
    }
}
