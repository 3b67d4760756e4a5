//! The crate `faer`: `Mat`, `Col` and `Row` copy in and move out, `MatRef`, `MatMut` and their kin for columns and rows are lent for the call, and
//! references go out as [`ndarray_ref`](crate::ndarray_ref) does. Columns and rows are arrays with one dimension.
//!
//! `&Mat<T>` is a copy for the call as an argument, and goes out as a `MatRef` does; `&Col<T>` and `&Row<T>` too.
//!
//! Any strides are taken, negative ones too. A matrix that moves out keeps its columns where they are, so that there may be gaps between them.

use crate::arrays::constraints::Constraints;
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
use crate::cast::reference::{GiveBack, Reach, Refer, Shared};
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::error::{Builtin, Error, Result};
use crate::python::messages;
use crate::rv_policy::Policy;
use ::faer::{Col, ColMut, ColRef, Mat, MatMut, MatRef, Row, RowMut, RowRef, Stride};
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::Arc;

/// What an array of this type has to be.
struct Wanted<T, const NDIM: i32>(PhantomData<T>);

impl<T: Element, const NDIM: i32> Wanted<T, NDIM> {
    const OWNED: Constraints = Constraints::of::<T>(NDIM, None, 0, true).without_access();
    const READ: Constraints = Constraints::of::<T>(NDIM, None, 0, true).in_place::<T>();
    const WRITTEN: Constraints = Constraints::of::<T>(NDIM, None, 0, false).in_place::<T>();
}

/// A type of the crate's that owns its elements.
#[doc(hidden)]
pub trait Storage: Sized + 'static {
    type T: Element;
    fn empty() -> Self;
    /// Makes room; false where there is none.
    fn reserve(&mut self, rows: usize, columns: usize) -> bool;
    /// Takes elements in Fortran's order into the room.
    fn fill(&mut self, rows: usize, columns: usize, elements: Vec<Self::T>);
}

impl<T: Element> Storage for Mat<T> {
    type T = T;
    fn empty() -> Self {
        Mat::new()
    }
    fn reserve(&mut self, rows: usize, columns: usize) -> bool {
        // The crate goes through the columns, of which there may be any number if they are empty.
        const MOST: usize = 1 << 24;
        (rows > 0 || columns <= MOST) && self.try_reserve(rows, columns).is_ok()
    }
    fn fill(&mut self, rows: usize, columns: usize, elements: Vec<T>) {
        self.resize_with(rows, columns, |row, column| elements[column * rows + row]);
    }
}

macro_rules! storage_of_one {
    ($($Owned:ident)*) => { $(
        impl<T: Element> Storage for $Owned<T> {
            type T = T;
            fn empty() -> Self {
                $Owned::from_fn(0, |_| unreachable!("there are no elements"))
            }
            fn reserve(&mut self, size: usize, _columns: usize) -> bool {
                self.try_reserve(size).is_ok()
            }
            fn fill(&mut self, size: usize, _columns: usize, elements: Vec<T>) {
                self.resize_with(size, |index| elements[index]);
            }
        }
    )* };
}
storage_of_one!(Col Row);

/// An array that will be copied, and the room for it, which is made before the call: that can fail.
#[doc(hidden)]
pub struct Copied<S: Storage> {
    owned: Owned<S::T>,
    room: Option<S>,
}

impl<S: Storage> Copied<S> {
    /// # Safety
    /// As [`Param::convert`].
    unsafe fn find(src: *mut ffi::PyObject, flags: u8, wanted: &'static Constraints, cx: &mut Cx<'_>) -> Option<Self> {
        // SAFETY: caller's contract.
        unsafe { Owned::find(src, flags, wanted, cx) }.map(|owned| Copied { owned, room: None })
    }

    /// Rows and columns.
    fn sizes(&self) -> (usize, usize) {
        let size = |axis: usize| self.owned.shape().get(axis).map_or(1, |&size| size as usize);
        (size(0), size(1))
    }

    fn acquire(&mut self, cx: &mut Cx<'_>) -> bool {
        let ((rows, columns), mut room) = (self.sizes(), S::empty());
        // Columns are padded, so that there may be no room for them while there is for the elements.
        if !room.reserve(rows, columns) {
            cx.refused_by(Error::new(Builtin::MemoryError, messages::NO_MEMORY));
            return false;
        }
        self.room = Some(room);
        self.owned.acquire(b'F', cx)
    }

    /// The copy, once, in the room that was made.
    fn fill(&mut self) -> &mut S {
        let ((rows, columns), elements) = (self.sizes(), self.owned.take());
        let room = self.room.get_or_insert_with(S::empty);
        room.fill(rows, columns, elements);
        room
    }

    fn take(&mut self) -> S {
        self.fill();
        self.room.take().unwrap_or_else(S::empty)
    }
}

/// For references to storage.
#[doc(hidden)]
pub struct ByCopy;

// SAFETY: the reference is one to a value in the stage, whose elements were copied.
unsafe impl<D, S: Storage + Param<D, Stage = Copied<S>>> Reach<D, S, Shared> for ByCopy {
    type Lent<'object, 'call> = &'call S;
    type Stage = Copied<S>;
    const REFUSES_NONE: bool = false;

    fn describe(text: &mut SigText<'_>) {
        S::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Copied<S>> {
        // SAFETY: caller's contract.
        unsafe { S::convert(src, flags, cx) }
    }

    unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Copied<S>>) {
        // SAFETY: caller's contract.
        unsafe { S::read(argument, cx, stage) }
    }

    fn acquire(stage: &mut Copied<S>, cx: &mut Cx<'_>) -> bool {
        stage.acquire(cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Copied<S>) -> &'a S {
        stage.fill()
    }
}

/// # Safety
/// As [`Ret::put`].
unsafe fn give<D, P, R: Ret<D, P>>(view: R, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { R::put(view, cx) }
}

macro_rules! owned {
    ($Owned:ident, $ndim:literal, |$value:ident| $layout:expr) => {
        // SAFETY: the stage owns what it refers to, and the elements are copied.
        unsafe impl<D, T: Element> Param<D> for $Owned<T> {
            type Item<'a> = $Owned<T>;
            type Lent<'object, 'call> = $Owned<T>;
            type Stage = Copied<$Owned<T>>;
            const BORROWS: bool = false;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                Wanted::<T, $ndim>::OWNED.describe(text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { Copied::find(src, flags, const { &Wanted::<T, $ndim>::OWNED }, cx) }
            }

            fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
                stage.acquire(cx)
            }

            unsafe fn lend<'a>(stage: &'a mut Self::Stage, _cx: &Cx<'_>) -> $Owned<T> {
                stage.take()
            }
        }

        // SAFETY: the object owns the storage, which does not move with its owner.
        unsafe impl<D, P: Policy, T: Element> Ret<D, P> for $Owned<T> {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                Wanted::<T, $ndim>::OWNED.describe(text);
            }

            unsafe fn put($value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                let (data, (shape, strides)) = ($value.as_ptr(), $layout);
                let made = described(data, &shape, &strides, false, Owner::Native(Box::new($value)));
                // SAFETY: caller's contract.
                restored(made.and_then(|made| unsafe {
                    let (made, wanted) = (Some(Arc::new(made)), &Wanted::<T, $ndim>::OWNED);
                    export(made, wanted, P::KIND.of_value(), std::ptr::null_mut(), cx.state())
                }))
            }
        }

        impl<D, T: Element> Refer<D> for $Owned<T> {
            type By = ByCopy;
        }

        // SAFETY: as of the view of the storage.
        unsafe impl<'x, D, P: RefersPolicy<'x>, T: Element> GiveBack<'x, D, P, $Owned<T>, Shared> for ByCopy {
            fn describe(text: &mut SigText<'_>) {
                if P::REFERS { Wanted::<T, $ndim>::READ } else { Wanted::<T, $ndim>::OWNED }.describe(text);
            }

            unsafe fn put(value: &'x $Owned<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { give::<D, P, _>(value.as_ref(), cx) }
            }
        }

        crate::__nb_member! { [T: Element] $Owned<T> }
    };
}

owned!(Mat, 2, |value| ([value.nrows(), value.ncols()], [1, value.col_stride()]));
owned!(Col, 1, |value| ([value.nrows()], [1]));
owned!(Row, 1, |value| ([value.ncols()], [1]));

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

/// Where the elements are, and the sizes and strides, of which there are two.
///
/// Where an axis has one element, or there are none, NumPy's strides mean nothing, and the crate gets those of a matrix without gaps.
fn laid_out<T>(array: &Descriptor) -> (*mut T, [usize; 2], [isize; 2]) {
    let size = |axis: usize| array.shape().get(axis).map_or(1, |&size| size as usize);
    let stride =
        |axis: usize| if size(axis) > 1 && array.size() > 0 { Some(array.strides()[axis] as isize) } else { None };
    let rows = stride(0).unwrap_or(1);
    let columns = stride(1).unwrap_or(if rows == 1 { size(0).max(1) as isize } else { 1 });
    let empty = array.size() == 0 || array.data().is_null();
    let data = if empty { std::ptr::dangling_mut() } else { array.data().cast() };
    (data, [size(0), size(1)], [rows, columns])
}

macro_rules! lent {
    ($Lent:ident, $ndim:literal, $wanted:ident, $exclusive:literal, |$flags:ident| $allowed:expr, |$data:ident, $sizes:ident, $strides:ident| $make:expr) => {
        // SAFETY: the elements are claimed, for reading or exclusively and then none of them twice, and owned by the stage.
        unsafe impl<D, T: dtype_traits> Param<D> for $Lent<'_, T> {
            type Item<'a> = $Lent<'a, T>;
            type Lent<'object, 'call> = $Lent<'call, T>;
            type Stage = Lending;
            const BORROWS: bool = false;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                Wanted::<T, $ndim>::$wanted.describe(text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, $flags: u8, cx: &mut Cx<'_>) -> Option<Lending> {
                // SAFETY: caller's contract.
                let found = unsafe { Lending::find(src, $allowed, const { &Wanted::<T, $ndim>::$wanted }, cx) }?;
                (!$exclusive || !found.array.overlaps_itself()).then_some(found)
            }

            fn acquire(stage: &mut Lending, cx: &mut Cx<'_>) -> bool {
                stage.acquire($exclusive, cx)
            }

            unsafe fn lend<'a>(stage: &'a mut Lending, _cx: &Cx<'_>) -> $Lent<'a, T> {
                let ($data, $sizes, $strides) = laid_out::<T>(&stage.array);
                // SAFETY: elements of this type at these places, aligned, and claimed for as long as the stage lives.
                unsafe { $make }
            }
        }
    };
}

lent!(MatRef, 2, READ, false, |flags| flags, |data, sizes, strides| {
    MatRef::from_raw_parts(data, sizes[0], sizes[1], strides[0], strides[1])
});
lent!(ColRef, 1, READ, false, |flags| flags, |data, sizes, strides| ColRef::from_raw_parts(data, sizes[0], strides[0]));
lent!(RowRef, 1, READ, false, |flags| flags, |data, sizes, strides| RowRef::from_raw_parts(data, sizes[0], strides[0]));
// What is written to a converted copy would be lost: nothing is converted.
lent!(MatMut, 2, WRITTEN, true, |_flags| 0, |data, sizes, strides| {
    MatMut::from_raw_parts_mut(data, sizes[0], sizes[1], strides[0], strides[1])
});
lent!(ColMut, 1, WRITTEN, true, |_flags| 0, |data, sizes, strides| {
    ColMut::from_raw_parts_mut(data, sizes[0], strides[0])
});
lent!(RowMut, 1, WRITTEN, true, |_flags| 0, |data, sizes, strides| {
    RowMut::from_raw_parts_mut(data, sizes[0], strides[0])
});

macro_rules! referring {
    ($Ref:ident<$($S:ident),*>, $($size:ident)*, $ndim:literal, |$value:ident| $layout:expr) => {
        // SAFETY: a copy, or an array that keeps the bound objects which the function has borrowed from, lent for reading.
        unsafe impl<'x, D, P: RefersPolicy<'x>, T: Element, $($S: Stride),*> Ret<D, P> for $Ref<'x, T, $($size,)* $($S),*> {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                if P::REFERS { Wanted::<T, $ndim>::READ } else { Wanted::<T, $ndim>::OWNED }.describe(text);
            }

            unsafe fn put($value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                let (shape, strides) = $layout;
                let array = described($value.as_ptr(), &shape, &strides, true, Owner::Nobody);
                // SAFETY: caller's contract; what was borrowed is lent to the call.
                restored(array.and_then(|array| unsafe {
                    if P::REFERS {
                        export::export_lent(array, &Wanted::<T, $ndim>::READ, cx).map(Some)
                    } else {
                        export::export_copy(&array, &Wanted::<T, $ndim>::OWNED, cx.state()).map(Some)
                    }
                }))
            }
        }
    };
}

referring!(MatRef<R, C>, usize usize, 2, |value| {
    let strides = [value.row_stride().element_stride(), value.col_stride().element_stride()];
    ([value.nrows(), value.ncols()], strides)
});
referring!(ColRef<R>, usize, 1, |value| ([value.nrows()], [value.row_stride().element_stride()]));
referring!(RowRef<C>, usize, 1, |value| ([value.ncols()], [value.col_stride().element_stride()]));
