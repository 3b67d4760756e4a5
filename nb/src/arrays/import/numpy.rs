//! `numpy.ndarray` without a detour: its fields are part of NumPy's ABI, the same from 1.7 to 2.x, which every extension compiled against NumPy's
//! headers reads. So does NumPy's table of functions.
//!
//! Before the first use in an interpreter both are compared with what Python says of an array ([`learn`]); where they differ, arrays come in and go out by
//! the protocols.

use crate::arrays::descriptor::{Descriptor, Dims};
use crate::arrays::device;
use crate::arrays::dlpack::{Device, MAX_NDIM, dtype as Dtype, dtype_code};
use crate::arrays::layout::Layout;
use crate::call::context::Cx;
use crate::ffi;
use crate::interpreter::state::State;
use crate::python::aside::Aside;
use crate::python::attributes;
use crate::python::object::object;
use std::ffi::{CStr, c_char, c_int, c_long, c_uint, c_void};
use std::mem;
use std::ptr;
use std::slice;
use std::sync::atomic::Ordering;

/// `PyArrayObject_fields`, up to the flags.
#[repr(C)]
struct Array {
    ob: ffi::PyObject,
    data: *mut c_void,
    nd: c_int,
    dimensions: *mut isize,
    strides: *mut isize,
    base: *mut ffi::PyObject,
    descr: *mut Descr,
    flags: c_int,
}

/// The beginning of `PyArray_Descr`, up to where NumPy 1 and 2 part.
#[repr(C)]
struct Descr {
    ob: ffi::PyObject,
    typeobj: *mut ffi::PyTypeObject,
    kind: c_char,
    letter: c_char,
    byteorder: c_char,
    former_flags: c_char,
    type_num: c_int,
}

/// `NPY_ARRAY_WRITEABLE`
pub(crate) const WRITEABLE: c_int = 0x0400;

/// No array of NumPy 1 has more dimensions; those with more go another way.
pub(super) const MOST_NDIM: usize = 32;

/// The type of NumPy's elements with this number (`NPY_TYPES`).
fn dtype_of(type_num: c_int) -> Option<Dtype> {
    let (code, bits) = match type_num {
        0 => (dtype_code::Bool, 8),
        1 => (dtype_code::Int, 8),
        2 => (dtype_code::UInt, 8),
        3 => (dtype_code::Int, 16),
        4 => (dtype_code::UInt, 16),
        5 => (dtype_code::Int, 32),
        6 => (dtype_code::UInt, 32),
        7 => (dtype_code::Int, size_of::<c_long>() as u8 * 8),
        8 => (dtype_code::UInt, size_of::<c_long>() as u8 * 8),
        9 => (dtype_code::Int, 64),
        10 => (dtype_code::UInt, 64),
        11 => (dtype_code::Float, 32),
        12 => (dtype_code::Float, 64),
        14 => (dtype_code::Complex, 64),
        15 => (dtype_code::Complex, 128),
        23 => (dtype_code::Float, 16),
        _ => return None,
    };
    Some(Dtype::new(code, bits))
}

/// NumPy's number of a type of elements.
pub(crate) fn type_num_of(dtype: Dtype) -> Option<c_int> {
    let long = if size_of::<c_long>() == 8 { (7, 8) } else { (9, 10) };
    if dtype.lanes != 1 {
        return None;
    }
    let is = |code: dtype_code| dtype.is(code);
    Some(match dtype.bits {
        8 if is(dtype_code::Bool) => 0,
        8 if is(dtype_code::Int) => 1,
        8 if is(dtype_code::UInt) => 2,
        16 if is(dtype_code::Int) => 3,
        16 if is(dtype_code::UInt) => 4,
        32 if is(dtype_code::Int) => 5,
        32 if is(dtype_code::UInt) => 6,
        64 if is(dtype_code::Int) => long.0,
        64 if is(dtype_code::UInt) => long.1,
        16 if is(dtype_code::Float) => 23,
        32 if is(dtype_code::Float) => 11,
        64 if is(dtype_code::Float) => 12,
        64 if is(dtype_code::Complex) => 14,
        128 if is(dtype_code::Complex) => 15,
        _ => return None,
    })
}

/// What a `numpy.ndarray` says of itself, in a layout without the sizes and strides, which are beside it; `None` for an array that nobody can take.
///
/// # Safety
/// `src` is a live array, see [`is_numpy`]; attached.
#[inline]
pub(super) unsafe fn read(src: *mut ffi::PyObject, read_only: bool) -> Option<(Layout<'static>, Dims)> {
    // SAFETY: caller's contract; the type was seen to be laid out as `Array`.
    unsafe {
        let array = &*src.cast::<Array>();
        let descr = &*array.descr;
        let dtype = dtype_of(descr.type_num)?;
        let foreign = if cfg!(target_endian = "little") { b'>' } else { b'<' };
        let writable = array.flags & WRITEABLE != 0;
        if descr.byteorder as u8 == foreign || (!writable && !read_only) {
            return None;
        }
        let ndim = usize::try_from(array.nd).ok().filter(|&ndim| ndim <= MAX_NDIM)?;
        // A power of 2.
        let itemsize = dtype.itemsize();
        let shift = itemsize.trailing_zeros();
        let mut dims = Dims::from_elem(0, 2 * ndim);
        for axis in 0..ndim {
            dims[axis] = *array.dimensions.add(axis) as i64;
            let bytes = *array.strides.add(axis);
            if bytes as usize & (itemsize - 1) != 0 {
                return None;
            }
            dims[ndim + axis] = (bytes >> shift) as i64;
        }
        let cpu = Device { kind: device::cpu::value, id: 0 };
        Some((Layout { data: array.data, device: cpu, dtype, read_only, dims: &[] }, dims))
    }
}

/// The array whose memory this one shows: itself, or what lies at the end of the bases, also behind a `memoryview`.
///
/// # Safety
/// `src` is a live array, see [`is_numpy`]; attached.
pub(super) unsafe fn whose_memory(src: *mut ffi::PyObject) -> object {
    // SAFETY: caller's contract; an array owns its base, and the bases are no circle. The types were compared with that of the array.
    unsafe {
        let mut found = object::borrow(src);
        loop {
            let base = (*found.as_ptr().cast::<Array>()).base;
            if base.is_null() {
                return found;
            }
            let base = if ffi::PyMemoryView_Check(base) != 0 {
                // An attribute of the exact type, which runs no code of Python's.
                let shown = object::from_owned(ffi::PyObject_GetAttrString(base, c"obj".as_ptr()));
                let Some(shown) = shown else {
                    ffi::PyErr_Clear();
                    return found;
                };
                shown
            } else {
                object::borrow(base)
            };
            if ffi::Py_TYPE(base.as_ptr()) != ffi::Py_TYPE(src) {
                return found;
            }
            found = base;
        }
    }
}

/// Whether the object is an exact `numpy.ndarray` whose fields are known.
///
/// # Safety
/// `src` is live; attached.
#[inline]
pub(super) unsafe fn is_numpy(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> bool {
    // SAFETY: caller's contract.
    let ty = unsafe { ffi::Py_TYPE(src) };
    let known = cx.state().arrays.numpy();
    if !known.is_null() {
        return known == ty;
    }
    // SAFETY: caller's contract; a C string.
    if unsafe { CStr::from_ptr((*ty).tp_name) } != c"numpy.ndarray" {
        return false;
    }
    let arrays = &cx.state().arrays;
    // One that is not as expected is not looked at again.
    if arrays.looked_for.load(Ordering::Relaxed) {
        return false;
    }
    cx.own_arguments();
    learn(cx.state());
    arrays.looked_for.store(true, Ordering::Relaxed);
    arrays.numpy() == ty
}

/// Looks NumPy up, and whether it is as expected; then the state knows it. Leaves no exception.
#[cold]
pub(crate) fn learn(state: &State) {
    let _aside = Aside::now();
    if look(state).is_err() {
        // SAFETY: attached.
        unsafe { ffi::PyErr_Clear() };
    }
}

/// The function at this place of NumPy's table.
///
/// # Safety
/// `api` is NumPy's table, and `F` the type of the function.
pub(super) unsafe fn function<F: Copy>(api: *mut *mut c_void, index: usize) -> F {
    const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
    // SAFETY: caller's contract.
    unsafe { mem::transmute_copy(&*api.add(index)) }
}

fn look(state: &State) -> crate::Result<()> {
    let numpy = attributes::import("numpy")?;
    // SAFETY: attached; temporaries are owned; NumPy's table has these functions at these places since 1.7.
    unsafe {
        let get = |of: &object, name: &CStr| object::steal(ffi::PyObject_GetAttrString(of.as_ptr(), name.as_ptr()));
        let ty = get(&numpy, c"ndarray")?;
        let core = attributes::import("numpy._core._multiarray_umath")
            .or_else(|_| attributes::import("numpy.core._multiarray_umath"))?;
        let capsule = get(&core, c"_ARRAY_API")?;
        let api = ffi::PyCapsule_GetPointer(capsule.as_ptr(), ptr::null()).cast::<*mut c_void>();
        if api.is_null() {
            return Err(crate::Error::fetch());
        }
        // Anybody can put another capsule there, or another class.
        if ffi::PyType_Check(ty.as_ptr()) == 0 || !is_static_of(ty.as_ptr().cast(), api.cast()) {
            return Ok(());
        }
        // The table of NumPy's arrays has their type here; a library has others.
        if *api.add(2) != ty.as_ptr().cast() {
            return Ok(());
        }
        let version = function::<unsafe extern "C" fn() -> c_uint>(api, 0)();
        if matches!(version >> 24, 1 | 2) && is_laid_out(&ty)? {
            state.arrays.set_numpy(ty.as_ptr().cast(), api);
        }
    }
    Ok(())
}

/// Whether the type is a static one, and the table lies in the library that the type is of.
///
/// # Safety
/// `ty` is a live type; `api` is not looked into.
unsafe fn is_static_of(ty: *mut ffi::PyTypeObject, api: *const c_void) -> bool {
    // SAFETY: caller's contract.
    if unsafe { ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HEAPTYPE) } != 0 {
        return false;
    }
    #[cfg(unix)]
    {
        let image = |address: *const c_void| {
            let mut found = mem::MaybeUninit::<libc::Dl_info>::zeroed();
            // SAFETY: any address may be asked for; the structure is filled in where the result says so.
            unsafe { (libc::dladdr(address, found.as_mut_ptr()) != 0).then(|| found.assume_init().dli_fbase) }
        };
        let of_type = image(ty.cast());
        of_type.is_some() && of_type == image(api)
    }
    // Elsewhere, whoever replaces the table is believed, as all extensions for NumPy do.
    #[cfg(not(unix))]
    {
        let _ = api;
        true
    }
}

/// Whether the fields of an array are what Python says of it.
///
/// # Safety
/// `ty` is `numpy.ndarray`; attached.
unsafe fn is_laid_out(ty: &object) -> crate::Result<bool> {
    // SAFETY: caller's contract; temporaries are owned. The version was seen to be one whose arrays have all these fields.
    unsafe {
        if (*ty.as_ptr().cast::<ffi::PyTypeObject>()).tp_basicsize < size_of::<Array>() as isize {
            return Ok(false);
        }
        let made = object::steal(ffi::PyObject_CallFunction(ty.as_ptr(), c"((ii)s)".as_ptr(), 3, 5, c"i2".as_ptr()))?;
        let interface = object::steal(ffi::PyObject_GetAttrString(made.as_ptr(), c"__array_interface__".as_ptr()))?;
        let data =
            object::steal(ffi::PyObject_GetItem(interface.as_ptr(), crate::python::text::new("data")?.as_ptr()))?;
        let first = object::steal(ffi::PySequence_GetItem(data.as_ptr(), 0))?;
        let address = ffi::PyLong_AsVoidPtr(first.as_ptr());
        let array = made.as_ptr().cast::<Array>();
        let looks = |writable: bool| {
            (*array).data == address
                && (*array).nd == 2
                && slice::from_raw_parts((*array).dimensions, 2) == [3, 5]
                && slice::from_raw_parts((*array).strides, 2) == [10, 2]
                && (*array).base.is_null()
                && (*(*array).descr).type_num == 3
                && (*(*array).descr).kind as u8 == b'i'
                && ((*array).flags & WRITEABLE != 0) == writable
        };
        if !looks(true) {
            return Ok(false);
        }
        object::steal(ffi::PyObject_CallMethod(made.as_ptr(), c"setflags".as_ptr(), c"i".as_ptr(), 0))?;
        Ok(looks(false))
    }
}

/// A new array over the memory of `found`, which `base` keeps alive; `None` with an exception raised, and `Err` where NumPy does not know
/// the type of the elements.
///
/// # Safety
/// The state knows NumPy; attached. `base` keeps the memory of the descriptor alive.
pub(crate) unsafe fn make(state: &State, found: &Descriptor, base: object) -> Result<Option<object>, object> {
    type FromType = unsafe extern "C" fn(c_int) -> *mut ffi::PyObject;
    type New = unsafe extern "C" fn(
        *mut ffi::PyTypeObject,
        *mut ffi::PyObject,
        c_int,
        *const isize,
        *const isize,
        *mut c_void,
        c_int,
        *mut ffi::PyObject,
    ) -> *mut ffi::PyObject;
    type SetBase = unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> c_int;
    let Some(type_num) = type_num_of(found.dtype).filter(|_| found.ndim() <= MOST_NDIM) else { return Err(base) };
    let itemsize = found.dtype.itemsize() as isize;
    let ndim = found.ndim();
    // NumPy reads as many as there are dimensions.
    let mut shape = [const { mem::MaybeUninit::<isize>::uninit() }; MOST_NDIM];
    let mut strides = shape;
    for (axis, (&size, &stride)) in found.shape().iter().zip(found.strides()).enumerate() {
        shape[axis].write(size as isize);
        strides[axis].write((stride as isize).wrapping_mul(itemsize));
    }
    let flags = if found.read_only { 0 } else { WRITEABLE };
    // NumPy takes no null pointer for memory, and would allocate some.
    let data = if found.data().is_null() { ptr::dangling_mut::<u128>().cast() } else { found.data() };
    // SAFETY: caller's contract: functions of NumPy's table with these types. `New` takes over the type of elements, `SetBase` the base.
    unsafe {
        let api = state.arrays.numpy_api();
        let descr = function::<FromType>(api, 45)(type_num);
        if descr.is_null() {
            return Ok(None);
        }
        let new = function::<New>(api, 94);
        let made = new(
            state.arrays.numpy(),
            descr,
            ndim as c_int,
            shape.as_ptr().cast(),
            strides.as_ptr().cast(),
            data,
            flags,
            ptr::null_mut(),
        );
        let Some(made) = object::from_owned(made) else { return Ok(None) };
        if function::<SetBase>(api, 282)(made.as_ptr(), base.into_ptr()) != 0 {
            return Ok(None);
        }
        Ok(Some(made))
    }
}
