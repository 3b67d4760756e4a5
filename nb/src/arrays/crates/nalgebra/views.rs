//! Views, which are references of Rust to elements where they lie: lent for the time of the call, when all arguments are converted.
//!
//! A view to read takes every array of its shape. One that does not lie as the strides of the type say is copied, for instance one with negative
//! steps, which the crate does not know. A view to write takes what lies as it says, or nothing.

use super::{Size, Wanted, differs};
use crate::arrays::constraints::Constraints;
use crate::arrays::crossing::RefersPolicy;
use crate::arrays::crossing::restored;
use crate::arrays::descriptor::{Descriptor, Owner};
use crate::arrays::dtype::{Element, dtype_traits};
use crate::arrays::export::{export_copy, export_lent};
use crate::arrays::lending::{Lending, Owned};
use crate::call::context::{CONVERT, Cx};
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use ::nalgebra::{Matrix, Scalar, ViewStorage, ViewStorageMut};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// What a view of this type sees.
struct Seen<T, R, C, RS, CS>(PhantomData<(T, R, C, RS, CS)>);

impl<T: Element, R: Size, C: Size, RS: Size, CS: Size> Seen<T, R, C, RS, CS> {
    /// Elements in a row say so in signatures, as nanobind has it; so do values, but no other views.
    const WRITTEN: Constraints = {
        let in_a_row = (C::VALUE == 1 && RS::VALUE == 1) || (R::VALUE == 1 && CS::VALUE == 1);
        let order = if in_a_row { b'C' } else { 0 };
        Constraints::of::<T>(Wanted::<T, R, C>::NDIM, Some(Wanted::<T, R, C>::EXTENTS), order, false).in_place::<T>()
    };

    /// Whether the elements can be looked at where they lie.
    fn fits(array: &Descriptor) -> bool {
        let (by_row, by_column) = Wanted::<T, R, C>::strides(array, Wanted::<T, R, C>::sizes(array.shape()));
        let fits = |known: i64, stride: Option<i64>| stride.is_none_or(|stride| stride > 0 && !differs(known, stride));
        // What may have to be made valid first cannot stay where it is.
        !T::SETTLES
            && (array.data().cast::<T>().is_aligned() || array.size() == 0)
            && fits(RS::VALUE, by_row)
            && fits(CS::VALUE, by_column)
    }

    /// Whether the elements of a column lie apart in memory where the type leaves that open.
    ///
    /// nalgebra 0.35 writes past the end of its own memory when it multiplies such a matrix (`axcpy_uninit` goes on to the length of the memory
    /// instead of the number of rows), in safe code. So a view to read is a copy then.
    fn is_spread(array: &Descriptor) -> bool {
        let sizes = Wanted::<T, R, C>::sizes(array.shape());
        let (by_row, _) = Wanted::<T, R, C>::strides(array, sizes);
        RS::VALUE < 0 && sizes.0 > 1 && by_row.is_some_and(|stride| stride != 1)
    }

    /// The order of a copy that fits, if there is one.
    fn order_of_copy(shape: &[i64]) -> Option<u8> {
        let (rows, columns) = Wanted::<T, R, C>::sizes(shape);
        let fits = |by_row: usize, by_column: usize| {
            (rows <= 1 || !differs(RS::VALUE, by_row as i64)) && (columns <= 1 || !differs(CS::VALUE, by_column as i64))
        };
        if rows == 0 || columns == 0 || fits(1, rows) {
            return Some(b'F');
        }
        fits(columns, 1).then_some(b'C')
    }

    /// The address of the first element, sizes and strides for the crate: numbers that mean something, where those of an array do not.
    fn layout(data: *mut T, shape: &[i64], strides: (Option<i64>, Option<i64>)) -> (*mut T, (R, C), (RS, CS)) {
        let (rows, columns) = Wanted::<T, R, C>::sizes(shape);
        let known = |known: i64, found: usize| if known >= 0 { known as usize } else { found };
        let by_row = known(RS::VALUE, strides.0.map_or(1, |stride| stride as usize));
        let by_column = known(CS::VALUE, strides.1.map_or(rows.wrapping_mul(by_row), |stride| stride as usize));
        // Where there are no elements, the address may be any.
        let data = if data.is_null() || !data.is_aligned() { std::ptr::dangling_mut() } else { data };
        (data, (R::from_usize(rows), C::from_usize(columns)), (RS::from_usize(by_row), CS::from_usize(by_column)))
    }

    /// Those of an array that fits.
    fn of_array(array: &Descriptor) -> (*mut T, (R, C), (RS, CS)) {
        let strides = Wanted::<T, R, C>::strides(array, Wanted::<T, R, C>::sizes(array.shape()));
        Self::layout(array.data().cast(), array.shape(), strides)
    }
}

/// An array to read: lent where it lies, or copied.
#[doc(hidden)]
pub enum Read<T> {
    Lent(Lending),
    Copied { read: Owned<T>, order: u8, elements: Vec<T> },
}

impl<T: Element> Read<T> {
    /// Looks at the object. Without `copies` nothing is copied or converted.
    ///
    /// # Safety
    /// As [`Param::convert`].
    unsafe fn find<R: Size, C: Size, RS: Size, CS: Size>(
        src: *mut ffi::PyObject,
        flags: u8,
        copies: bool,
        cx: &mut Cx<'_>,
    ) -> Option<Read<T>> {
        // SAFETY: caller's contract.
        let found = unsafe { Lending::find(src, flags, const { &Wanted::<T, R, C>::READ }, cx) }?;
        let fits = Seen::<T, R, C, RS, CS>::fits(&found.array);
        if fits && !(copies && Seen::<T, R, C, RS, CS>::is_spread(&found.array)) {
            return Some(Read::Lent(found));
        }
        if !copies {
            return None;
        }
        let order = Seen::<T, R, C, RS, CS>::order_of_copy(found.array.shape())?;
        Some(Read::Copied { read: found.into_copied(), order, elements: Vec::new() })
    }

    fn acquire(&mut self, cx: &mut Cx<'_>) -> bool {
        match self {
            Read::Lent(lent) => lent.acquire(false, cx),
            Read::Copied { read, order, elements } => {
                let done = read.acquire(*order, cx);
                *elements = read.take();
                done
            }
        }
    }

    fn view<R: Size, C: Size, RS: Size, CS: Size>(&mut self) -> Matrix<T, R, C, ViewStorage<'_, T, R, C, RS, CS>> {
        let (data, sizes, strides) = match self {
            Read::Lent(lent) => Seen::<T, R, C, RS, CS>::of_array(&lent.array),
            Read::Copied { read, order, elements } => {
                let (rows, columns) = Wanted::<T, R, C>::sizes(read.shape());
                let (by_row, by_column) = if *order == b'F' { (1, rows) } else { (columns, 1) };
                let strides = ((rows > 1).then_some(by_row as i64), (columns > 1).then_some(by_column as i64));
                Seen::<T, R, C, RS, CS>::layout(elements.as_mut_ptr(), read.shape(), strides)
            }
        };
        // SAFETY: elements of this type at these places, aligned, which nobody writes to while the claim lives, or the vector.
        Matrix::from_data(unsafe { ViewStorage::from_raw_parts(data, sizes, strides) })
    }
}

// SAFETY: the elements are claimed for reading, and owned by the stage.
unsafe impl<D, T, R, C, RS, CS> Param<D> for Matrix<T, R, C, ViewStorage<'_, T, R, C, RS, CS>>
where
    T: Element + Scalar,
    R: Size,
    C: Size,
    RS: Size,
    CS: Size,
{
    type Item<'a> = Matrix<T, R, C, ViewStorage<'a, T, R, C, RS, CS>>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Read<T>;
    const BORROWS: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        Wanted::<T, R, C>::READ.describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Read<T>> {
        // SAFETY: caller's contract.
        unsafe { Read::find::<R, C, RS, CS>(src, flags, true, cx) }
    }

    fn acquire(stage: &mut Read<T>, cx: &mut Cx<'_>) -> bool {
        stage.acquire(cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Read<T>, _cx: &Cx<'_>) -> Self::Item<'a> {
        stage.view()
    }
}

// SAFETY: the elements are claimed exclusively, none of them twice, and owned by the stage.
unsafe impl<D, T, R, C, RS, CS> Param<D> for Matrix<T, R, C, ViewStorageMut<'_, T, R, C, RS, CS>>
where
    T: dtype_traits + Scalar,
    R: Size,
    C: Size,
    RS: Size,
    CS: Size,
{
    type Item<'a> = Matrix<T, R, C, ViewStorageMut<'a, T, R, C, RS, CS>>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Lending;
    const BORROWS: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        Seen::<T, R, C, RS, CS>::WRITTEN.describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Lending> {
        // What is written to a copy would be lost: nothing is converted.
        // SAFETY: caller's contract.
        let found = unsafe { Lending::find(src, flags & !CONVERT, const { &Seen::<T, R, C, RS, CS>::WRITTEN }, cx) }?;
        (Seen::<T, R, C, RS, CS>::fits(&found.array) && !found.array.overlaps_itself()).then_some(found)
    }

    fn acquire(stage: &mut Lending, cx: &mut Cx<'_>) -> bool {
        stage.acquire(true, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Lending, _cx: &Cx<'_>) -> Self::Item<'a> {
        let (data, sizes, strides) = Seen::<T, R, C, RS, CS>::of_array(&stage.array);
        // SAFETY: as of views to read, and nobody else uses the elements.
        Matrix::from_data(unsafe { ViewStorageMut::from_raw_parts(data, sizes, strides) })
    }
}

/// A view of an array where it lies, and never of a copy: Eigen's `Map`. As an argument, what would have to be copied or converted is refused.
///
/// It is used as the view that it wraps. See [`DMap`](crate::DMap).
#[derive(Clone, Copy, Debug)]
pub struct Map<V>(V);

impl<V> Map<V> {
    /// The view.
    pub fn into_inner(self) -> V {
        self.0
    }
}

impl<V> Deref for Map<V> {
    type Target = V;
    fn deref(&self) -> &V {
        &self.0
    }
}

impl<V> DerefMut for Map<V> {
    fn deref_mut(&mut self) -> &mut V {
        &mut self.0
    }
}

// SAFETY: that of the view.
unsafe impl<D, T, R, C, RS, CS> Param<D> for Map<Matrix<T, R, C, ViewStorage<'_, T, R, C, RS, CS>>>
where
    T: dtype_traits + Scalar,
    R: Size,
    C: Size,
    RS: Size,
    CS: Size,
{
    type Item<'a> = Map<Matrix<T, R, C, ViewStorage<'a, T, R, C, RS, CS>>>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Read<T>;
    const BORROWS: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        Wanted::<T, R, C>::READ.describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Read<T>> {
        // SAFETY: caller's contract.
        unsafe { Read::find::<R, C, RS, CS>(src, flags & !CONVERT, false, cx) }
    }

    fn acquire(stage: &mut Read<T>, cx: &mut Cx<'_>) -> bool {
        stage.acquire(cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Read<T>, _cx: &Cx<'_>) -> Self::Item<'a> {
        Map(stage.view())
    }
}

// SAFETY: that of the view.
unsafe impl<D, T, R, C, RS, CS> Param<D> for Map<Matrix<T, R, C, ViewStorageMut<'_, T, R, C, RS, CS>>>
where
    T: dtype_traits + Scalar,
    R: Size,
    C: Size,
    RS: Size,
    CS: Size,
{
    type Item<'a> = Map<Matrix<T, R, C, ViewStorageMut<'a, T, R, C, RS, CS>>>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Lending;
    const BORROWS: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        Seen::<T, R, C, RS, CS>::WRITTEN.describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Lending> {
        type View<'a, T, R, C, RS, CS> = Matrix<T, R, C, ViewStorageMut<'a, T, R, C, RS, CS>>;
        // SAFETY: caller's contract.
        unsafe { <View<'_, T, R, C, RS, CS> as Param<D>>::convert(src, flags, cx) }
    }

    fn acquire(stage: &mut Lending, cx: &mut Cx<'_>) -> bool {
        stage.acquire(true, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Lending, cx: &Cx<'_>) -> Self::Item<'a> {
        type View<'a, T, R, C, RS, CS> = Matrix<T, R, C, ViewStorageMut<'a, T, R, C, RS, CS>>;
        // SAFETY: caller's contract.
        Map(unsafe { <View<'a, T, R, C, RS, CS> as Param<D>>::lend(stage, cx) })
    }
}

// SAFETY: a copy, or an array that keeps the bound objects which the function has borrowed from, lent for reading.
unsafe impl<'x, D, P, T, R, C, RS, CS> Ret<D, P> for Matrix<T, R, C, ViewStorage<'x, T, R, C, RS, CS>>
where
    P: RefersPolicy<'x>,
    T: Element + Scalar,
    R: Size,
    C: Size,
    RS: Size,
    CS: Size,
{
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        if P::REFERS { Wanted::<T, R, C>::READ.describe(text) } else { Wanted::<T, R, C>::COPIED.describe(text) }
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let (data, shape, strides) = (value.as_ptr(), value.shape(), value.strides());
        let array = Wanted::<T, R, C>::described(data, shape, strides, true, Owner::Nobody);
        // SAFETY: caller's contract; what was borrowed is lent to the call.
        restored(array.and_then(|array| unsafe {
            if P::REFERS {
                export_lent(array, &Wanted::<T, R, C>::READ, cx).map(Some)
            } else {
                export_copy(&array, &Wanted::<T, R, C>::COPIED, cx.state()).map(Some)
            }
        }))
    }
}
