//! [`ndarray_view`]: the elements of an array, for loops.

use crate::arrays::config::{OrderSpec, ReadOnly, Writable};
use crate::arrays::descriptor::Descriptor;
use crate::arrays::dtype::dtype_traits;
use crate::arrays::lent_view::ndarray_view;
use crate::arrays::shapes::Ranked;
use crate::python::messages;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;

/// What may be done with the elements of a view.
#[doc(hidden)]
pub trait Access: 'static {
    /// An element behind a reference.
    type Cell<T: dtype_traits>;
}

/// Nobody writes while the view lives.
#[doc(hidden)]
pub struct Frozen;

/// The elements belong to the view alone, says whoever made it.
#[doc(hidden)]
pub struct Unshared;

impl Access for Writable {
    type Cell<T: dtype_traits> = Cell<T>;
}
impl Access for Unshared {
    type Cell<T: dtype_traits> = Cell<T>;
}
impl Access for ReadOnly {
    type Cell<T: dtype_traits> = ReadCell<T>;
}
impl Access for Frozen {
    type Cell<T: dtype_traits> = ReadCell<T>;
}

/// Views through which elements can be written.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the elements of this array are read-only",
    note = "leave `const` (`nb::Const`) or `nb::ro` out of its type to write to them: then arrays that are read-only in Python are refused"
)]
pub trait Writes: Access {}
impl Writes for Writable {}
impl Writes for Unshared {}

/// An element that can only be read: a `Cell` without `set`. Others may write to it.
#[repr(transparent)]
pub struct ReadCell<T>(Cell<T>);

impl<T: Copy> ReadCell<T> {
    /// What the element is now.
    #[inline(always)]
    pub fn get(&self) -> T {
        self.0.get()
    }
}

/// The elements that a view shows: what `v` is in `let v = a.view();`.
///
/// Indices are checked; where one is out of range, the function panics, which Python sees as an exception. A loop up to [`shape`](Elements::shape)
/// of the view costs no checks, as the compiler sees that they hold. An element is read and written as a `Cell` is: `v[[i, j]].get()`,
/// `v[[i, j]].set(x)`, since Python, or another view of the same memory, may write to it between two reads.
///
/// nanobind's `v(i, j)` is `v[[i, j]]` here.
// Neither `Copy` nor `Clone`: elements stay in what keeps them valid.
#[repr(transparent)]
pub struct Elements<T, S: Ranked, O, W> {
    pub(crate) place: Place<T, S>,
    markers: PhantomData<(O, W)>,
}

/// Where elements are.
pub(crate) struct Place<T, S: Ranked> {
    data: *mut T,
    shape: S::Index,
    strides: S::Strides,
}

impl<T, S: Ranked> Clone for Place<T, S> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, S: Ranked> Copy for Place<T, S> {}

impl<T: dtype_traits, S: Ranked, O: OrderSpec, W: Access> Elements<T, S, O, W> {
    /// # Safety
    /// The array has elements of this type in memory of the process, as many axes, and this order.
    pub(crate) unsafe fn new(array: &Descriptor) -> Self {
        let (mut shape, mut strides) = (S::NO_INDEX, S::NO_STRIDES);
        for (to, (&size, &known)) in shape.as_mut().iter_mut().zip(array.shape().iter().zip(S::EXTENTS)) {
            *to = if known >= 0 { known as usize } else { size as usize };
        }
        for (to, &stride) in strides.as_mut().iter_mut().zip(array.strides()) {
            *to = stride as isize;
        }
        // Where the order is known, what an axis of one element says of its stride does not count.
        let mut next = 1isize;
        let mut put = |axis: usize| {
            strides.as_mut()[axis] = next;
            next = next.wrapping_mul(shape.as_ref()[axis] as isize);
        };
        match O::VALUE {
            b'C' => (0..S::N).rev().for_each(&mut put),
            b'F' => (0..S::N).for_each(&mut put),
            _ => {}
        }
        let data = array.data().cast::<T>();
        // Without elements, an address may be whatever it likes.
        let data = if data.is_null() || !data.is_aligned() { std::ptr::dangling_mut() } else { data };
        Elements { place: Place { data, shape, strides }, markers: PhantomData }
    }

    /// The number of dimensions.
    #[inline(always)]
    pub fn ndim(&self) -> usize {
        S::N
    }

    /// The size along an axis: a constant where the type of the array says it.
    #[inline(always)]
    pub fn shape(&self, axis: usize) -> usize {
        match S::EXTENTS[axis] {
            known if known >= 0 => known as usize,
            _ => self.place.shape.as_ref()[axis],
        }
    }

    /// From one element to the next along an axis, counted in elements: 1 where the order says so.
    #[inline(always)]
    pub fn stride(&self, axis: usize) -> isize {
        match O::VALUE {
            b'C' if axis + 1 == S::N => 1,
            b'F' if axis == 0 => 1,
            _ => self.place.strides.as_ref()[axis],
        }
    }

    /// The number of elements.
    #[inline]
    pub fn size(&self) -> usize {
        (0..S::N).fold(1, |size, axis| size.wrapping_mul(self.shape(axis)))
    }

    /// The address of the first element.
    #[inline(always)]
    pub fn data(&self) -> *mut T {
        self.place.data
    }

    /// # Safety
    /// The index is in range.
    #[inline(always)]
    unsafe fn address(&self, index: S::Index) -> *mut T {
        let mut offset = 0isize;
        for axis in 0..S::N {
            offset = offset.wrapping_add((index.as_ref()[axis] as isize).wrapping_mul(self.stride(axis)));
        }
        // SAFETY: an element of the array, all of which an `isize` reaches.
        unsafe { self.place.data.offset(offset) }
    }

    #[inline(always)]
    fn holds(&self, index: S::Index) -> bool {
        (0..S::N).all(|axis| index.as_ref()[axis] < self.shape(axis))
    }

    #[inline(always)]
    #[track_caller]
    fn check(&self, index: S::Index) {
        if !self.holds(index) {
            out_of_range(&index, self.place.shape.as_ref());
        }
    }

    /// The element with this index; panics if there is none.
    #[inline(always)]
    #[track_caller]
    pub fn at(&self, index: S::Index) -> T {
        self.check(index);
        // SAFETY: in range, just checked.
        unsafe { self.get_unchecked(index) }
    }

    /// The element with this index, if there is one.
    #[inline(always)]
    pub fn get(&self, index: S::Index) -> Option<T> {
        // SAFETY: in range, just checked.
        self.holds(index).then(|| unsafe { self.get_unchecked(index) })
    }

    /// The element with this index: C++'s `v(i, j)`, which does not check it either.
    ///
    /// # Safety
    /// The index is in range.
    #[inline(always)]
    pub unsafe fn get_unchecked(&self, index: S::Index) -> T {
        // SAFETY: caller's contract; all bits are valid, and no other thread writes, see the claim.
        unsafe { self.address(index).read() }
    }

    /// Writes an element; panics if there is none with this index.
    #[inline(always)]
    #[track_caller]
    pub fn set(&self, index: S::Index, value: T)
    where
        W: Writes,
    {
        self.check(index);
        // SAFETY: in range, just checked.
        unsafe { self.set_unchecked(index, value) }
    }

    /// Writes an element.
    ///
    /// # Safety
    /// The index is in range.
    #[inline(always)]
    pub unsafe fn set_unchecked(&self, index: S::Index, value: T)
    where
        W: Writes,
    {
        // SAFETY: caller's contract; no other thread uses the memory, see the claim, and within the thread there are cells only.
        unsafe { self.address(index).write(value) }
    }

    /// Writes all elements.
    pub fn fill(&self, value: T)
    where
        W: Writes,
    {
        if let Some(cells) = self.cells() {
            // SAFETY: a `Cell<T>` is what `W` has.
            let cells = unsafe { std::slice::from_raw_parts(cells.as_ptr().cast::<Cell<T>>(), cells.len()) };
            cells.iter().for_each(|cell| cell.set(value));
            return;
        }
        // SAFETY: the indices are in range.
        self.indices(|index| unsafe { self.set_unchecked(index, value) });
    }

    /// All elements in C's order, the last index fastest; each is read when it is its turn.
    pub fn iter(&self) -> impl Iterator<Item = T> + use<'_, T, S, O, W> {
        let mut index = (self.size() > 0).then_some(S::NO_INDEX);
        std::iter::from_fn(move || {
            let now = index?;
            index = self.after(now);
            // SAFETY: in range.
            Some(unsafe { self.get_unchecked(now) })
        })
    }

    /// The next index, the last axis fastest.
    #[inline(always)]
    fn after(&self, mut index: S::Index) -> Option<S::Index> {
        for axis in (0..S::N).rev() {
            index.as_mut()[axis] += 1;
            if index.as_ref()[axis] < self.shape(axis) {
                return Some(index);
            }
            index.as_mut()[axis] = 0;
        }
        None
    }

    fn indices(&self, mut each: impl FnMut(S::Index)) {
        let mut index = (self.size() > 0).then_some(S::NO_INDEX);
        while let Some(now) = index {
            each(now);
            index = self.after(now);
        }
    }

    /// Whether the elements lie one after the other, the last index fastest.
    pub fn is_c_contig(&self) -> bool {
        let mut next = 1isize;
        O::VALUE == b'C'
            || self.size() <= 1
            || (0..S::N).rev().all(|axis| {
                let fits = self.shape(axis) == 1 || self.stride(axis) == next;
                next = next.wrapping_mul(self.shape(axis) as isize);
                fits
            })
    }

    /// All elements as a slice of cells, if they lie one after the other, the last index fastest. Loops over it are as fast as over a slice.
    pub fn cells(&self) -> Option<&[W::Cell<T>]> {
        // SAFETY: as many elements in a row, which are cells: see the claim.
        self.is_c_contig().then(|| unsafe { std::slice::from_raw_parts(self.place.data.cast(), self.size()) })
    }

    /// All elements as a slice, if they lie one after the other, the last index fastest.
    ///
    /// # Safety
    /// Nobody writes to the memory while the slice is used: no other view of this thread, and no Python code either.
    pub unsafe fn as_slice(&self) -> Option<&[T]> {
        // SAFETY: as many elements in a row; the rest is the caller's contract.
        self.is_c_contig().then(|| unsafe { std::slice::from_raw_parts(self.place.data, self.size()) })
    }

    /// As [`as_slice`](Self::as_slice), for writing.
    ///
    /// # Safety
    /// Nobody else uses the memory while the slice is used, neither another view or slice of this thread nor Python code.
    #[allow(clippy::mut_from_ref, reason = "the memory is not the view's, see the contract")]
    pub unsafe fn as_mut_slice(&self) -> Option<&mut [T]>
    where
        W: Writes,
    {
        // SAFETY: as many elements in a row; the rest is the caller's contract.
        self.is_c_contig().then(|| unsafe { std::slice::from_raw_parts_mut(self.place.data, self.size()) })
    }

    /// The same elements as a view that is `Send` and `Sync`, for parallel loops in which each thread writes to elements of its own.
    ///
    /// # Safety
    /// No element is written by one thread while another thread uses it.
    pub unsafe fn assume_exclusive(&self) -> ndarray_view<'_, T, S, O, Unshared>
    where
        W: Writes,
    {
        ndarray_view::of(self.place)
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn out_of_range(index: &dyn fmt::Debug, shape: &[usize]) -> ! {
    panic!("{}", messages::array_index(index, shape))
}

impl<T: dtype_traits, S: Ranked, O: OrderSpec, W: Access> Index<S::Index> for Elements<T, S, O, W> {
    type Output = W::Cell<T>;

    #[inline(always)]
    #[track_caller]
    fn index(&self, index: S::Index) -> &W::Cell<T> {
        self.check(index);
        // SAFETY: in range, just checked; elements are cells, see the claim.
        unsafe { &*self.address(index).cast() }
    }
}
