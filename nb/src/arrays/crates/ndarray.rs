//! The crate `ndarray`: `Array<T, D>` copies in and moves out, `ArcArray` is shared with Python (read-only), `ArrayView` and `ArrayViewMut` are lent
//! for the call, and `ArrayView` goes out as [`ndarray_ref`](crate::ndarray_ref) does.
//!
//! `&Array<T, D>` is a copy for the call as an argument, and goes out as a view does.
//!
//! Any strides are taken, negative ones too. What is copied is in C's order, as the crate has it.

use crate::arrays::constraints::Constraints;
use crate::arrays::crates::by_reference::{ByCopy, Crosses, OwnedArray, made, put};
use crate::arrays::crossing::RefersPolicy;
use crate::arrays::crossing::restored;
use crate::arrays::descriptor::{Descriptor, Owner};
use crate::arrays::device;
use crate::arrays::dlpack::Device;
use crate::arrays::dtype::{Element, dtype_traits};
use crate::arrays::export::{self, export};
use crate::arrays::lending::{Lending, Owned};
use crate::arrays::making::malformed;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::reference::Refer;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::error::Result;
use crate::rv_policy::Policy;
use ::ndarray::{ArcArray, Array, ArrayView, ArrayViewMut, Axis, Dimension, ShapeBuilder};
use std::marker::PhantomData;
use std::sync::Arc;

/// What an array of this type has to be.
struct Wanted<T, I>(PhantomData<(T, I)>);

impl<T: Element, I: Dimension> Wanted<T, I> {
    const NDIM: i32 = match I::NDIM {
        Some(ndim) => ndim as i32,
        None => -1,
    };
    const OWNED: Constraints = Constraints::of::<T>(Self::NDIM, None, 0, true).without_access();
    const READ: Constraints = Constraints::of::<T>(Self::NDIM, None, 0, true).in_place::<T>();
    const WRITTEN: Constraints = Constraints::of::<T>(Self::NDIM, None, 0, false).in_place::<T>();
}

/// The shape that the crate wants, of as many dimensions as `I` has.
fn dimension<I: Dimension>(sizes: &[i64]) -> I {
    let mut shape = I::zeros(sizes.len());
    for (to, &size) in shape.slice_mut().iter_mut().zip(sizes) {
        *to = size as usize;
    }
    shape
}

// SAFETY: the stage owns what it refers to, and the elements are copied.
unsafe impl<D, T: Element, I: Dimension + 'static> Param<D> for Array<T, I> {
    type Item<'a> = Array<T, I>;
    type Lent<'object, 'call> = Array<T, I>;
    type Stage = Owned<T>;
    const BORROWS: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        Wanted::<T, I>::OWNED.describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Owned<T>> {
        // SAFETY: caller's contract.
        unsafe { Owned::find(src, flags, const { &Wanted::<T, I>::OWNED }, cx) }
    }

    fn acquire(stage: &mut Owned<T>, cx: &mut Cx<'_>) -> bool {
        stage.acquire(Self::ORDER, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Owned<T>, _cx: &Cx<'_>) -> Array<T, I> {
        made(stage)
    }
}

/// The elements of the array where they lie, as the crate sees them: without negative strides, and the axes that have to be turned.
fn turned<T, I: Dimension>(array: &Descriptor) -> (*mut T, I, I, Vec<usize>) {
    let shape = dimension::<I>(array.shape());
    let mut strides = I::zeros(array.ndim());
    let (mut offset, mut axes) = (0isize, Vec::new());
    if array.size() == 0 {
        // Those of the array mean nothing; the crate wants them to go apart.
        let mut next = 1;
        for (stride, &size) in strides.slice_mut().iter_mut().zip(array.shape()).rev() {
            *stride = next;
            next *= size.max(1) as usize;
        }
    } else {
        for (axis, (&size, &stride)) in array.shape().iter().zip(array.strides()).enumerate() {
            strides.slice_mut()[axis] = if size > 1 { stride.unsigned_abs() as usize } else { 0 };
            if stride < 0 && size > 1 {
                offset += (size - 1) as isize * stride as isize;
                axes.push(axis);
            }
        }
    }
    let data = array.data().cast::<T>().wrapping_offset(offset);
    // Where there are no elements, the address may be any.
    let data = if data.is_null() || !data.is_aligned() { std::ptr::dangling_mut() } else { data };
    (data, shape, strides, axes)
}

// SAFETY: the elements are claimed for reading, and owned by the stage.
unsafe impl<D, T: dtype_traits, I: Dimension + 'static> Param<D> for ArrayView<'_, T, I> {
    type Item<'a> = ArrayView<'a, T, I>;
    type Lent<'object, 'call> = ArrayView<'call, T, I>;
    type Stage = Lending;
    const BORROWS: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        Wanted::<T, I>::READ.describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Lending> {
        // SAFETY: caller's contract.
        unsafe { Lending::find(src, flags, const { &Wanted::<T, I>::READ }, cx) }
    }

    fn acquire(stage: &mut Lending, cx: &mut Cx<'_>) -> bool {
        stage.acquire(false, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Lending, _cx: &Cx<'_>) -> ArrayView<'a, T, I> {
        let (data, shape, strides, axes) = turned::<T, I>(&stage.array);
        // SAFETY: elements of this type at these places, aligned, which nobody writes to while the claim lives.
        let mut view = unsafe { ArrayView::from_shape_ptr(shape.strides(strides), data) };
        axes.into_iter().for_each(|axis| view.invert_axis(Axis(axis)));
        view
    }
}

// SAFETY: the elements are claimed exclusively, none of them twice, and owned by the stage.
unsafe impl<D, T: dtype_traits, I: Dimension + 'static> Param<D> for ArrayViewMut<'_, T, I> {
    type Item<'a> = ArrayViewMut<'a, T, I>;
    type Lent<'object, 'call> = ArrayViewMut<'call, T, I>;
    type Stage = Lending;
    const BORROWS: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        Wanted::<T, I>::WRITTEN.describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Lending> {
        // What is written to a converted copy would be lost: nothing is converted.
        // SAFETY: caller's contract.
        let found = unsafe { Lending::find(src, 0, const { &Wanted::<T, I>::WRITTEN }, cx) }?;
        (!found.array.overlaps_itself()).then_some(found)
    }

    fn acquire(stage: &mut Lending, cx: &mut Cx<'_>) -> bool {
        stage.acquire(true, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Lending, _cx: &Cx<'_>) -> ArrayViewMut<'a, T, I> {
        let (data, shape, strides, axes) = turned::<T, I>(&stage.array);
        // SAFETY: as above, and nobody else uses them.
        let mut view = unsafe { ArrayViewMut::from_shape_ptr(shape.strides(strides), data) };
        axes.into_iter().for_each(|axis| view.invert_axis(Axis(axis)));
        view
    }
}

/// An array over elements of the crate's, which `owner` owns.
fn described<T: Element>(
    data: *const T,
    shape: &[usize],
    strides: &[isize],
    read_only: bool,
    owner: Owner,
) -> Result<Descriptor> {
    let shape: Vec<i64> = shape.iter().map(|&size| size as i64).collect();
    let strides: Vec<i64> = strides.iter().map(|&stride| stride as i64).collect();
    let cpu = Device { kind: device::cpu::value, id: 0 };
    let place = (data.cast_mut().cast(), 0);
    Descriptor::new(place, cpu, T::DTYPE, read_only, &shape, Some(&strides), owner).map_err(malformed)
}

// SAFETY: the object owns the array.
unsafe impl<D, P: Policy, T: Element, I: Dimension + 'static> Ret<D, P> for Array<T, I> {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        Wanted::<T, I>::OWNED.describe(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { put::<_, P>(value, cx) }
    }
}

impl<T: Element, I: Dimension + 'static> OwnedArray for Array<T, I> {
    type T = T;
}

impl<T: Element, I: Dimension + 'static> Crosses for Array<T, I> {
    const ORDER: u8 = b'C';
    const OWNED: Constraints = Wanted::<T, I>::OWNED;
    const SHOWN: Constraints = Wanted::<T, I>::READ;

    fn of(shape: &[i64], elements: Vec<T>) -> Self {
        Array::from_shape_vec(dimension::<I>(shape), elements).expect("as many elements as there are")
    }

    fn shown(&self) -> Result<Descriptor> {
        described(self.as_ptr(), self.shape(), self.strides(), true, Owner::Nobody)
    }

    fn given(self) -> Result<Descriptor> {
        let (data, shape, strides) = (self.as_ptr(), self.shape().to_vec(), self.strides().to_vec());
        // The elements do not move with the array.
        described(data, &shape, &strides, false, Owner::Native(Box::new(self)))
    }
}

impl<D, T: Element, I: Dimension + 'static> Refer<D> for Array<T, I> {
    type By = ByCopy;
}

crate::__nb_member! { [T: Element, I: Dimension + 'static] Array<T, I> }
crate::__nb_member! { [T: Element, I: Dimension + 'static] ArcArray<T, I> }

// SAFETY: the object is one of the owners, and read-only, as shared arrays are.
unsafe impl<D, P: Policy, T: Element, I: Dimension + 'static> Ret<D, P> for ArcArray<T, I> {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        Wanted::<T, I>::READ.describe(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let (data, shape, strides) = (value.as_ptr(), value.shape().to_vec(), value.strides().to_vec());
        let made = described(data, &shape, &strides, true, Owner::Native(Box::new(value)));
        // SAFETY: caller's contract.
        restored(made.and_then(|made| unsafe {
            export(Some(Arc::new(made)), &Wanted::<T, I>::READ, P::KIND.of_value(), std::ptr::null_mut(), cx.state())
        }))
    }
}

// SAFETY: that of `Array`.
unsafe impl<D, T: Element, I: Dimension + 'static> Param<D> for ArcArray<T, I> {
    type Item<'a> = ArcArray<T, I>;
    type Lent<'object, 'call> = ArcArray<T, I>;
    type Stage = Owned<T>;
    const BORROWS: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        Wanted::<T, I>::OWNED.describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Owned<T>> {
        // SAFETY: caller's contract.
        unsafe { <Array<T, I> as Param<D>>::convert(src, flags, cx) }
    }

    fn acquire(stage: &mut Owned<T>, cx: &mut Cx<'_>) -> bool {
        <Array<T, I> as Param<D>>::acquire(stage, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Owned<T>, cx: &Cx<'_>) -> ArcArray<T, I> {
        // SAFETY: caller's contract.
        unsafe { <Array<T, I> as Param<D>>::lend(stage, cx) }.into_shared()
    }
}

// SAFETY: a copy, or an array that keeps the bound objects which the function has borrowed from, lent for reading.
unsafe impl<'x, D, P: RefersPolicy<'x>, T: Element, I: Dimension + 'static> Ret<D, P> for ArrayView<'x, T, I> {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        if P::REFERS { Wanted::<T, I>::READ.describe(text) } else { Wanted::<T, I>::OWNED.describe(text) }
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let array = described(value.as_ptr(), value.shape(), value.strides(), true, Owner::Nobody);
        // SAFETY: caller's contract; what was borrowed is lent to the call.
        restored(array.and_then(|array| unsafe {
            if P::REFERS {
                export::export_lent(array, &Wanted::<T, I>::READ, cx).map(Some)
            } else {
                export::export_copy(&array, &Wanted::<T, I>::OWNED, cx.state()).map(Some)
            }
        }))
    }
}
