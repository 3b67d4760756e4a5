//! Arrays that native code makes: of a `Vec`, a `Box`, an `Arc`, or of any memory.

use crate::arrays::array::{PointerOf, Pointers, ndarray};
use crate::arrays::config::{HasScalar, Markers, ReadOnly};
use crate::arrays::descriptor::{Descriptor, Dims, Memory, Owner, strides_of};
use crate::arrays::device;
use crate::arrays::dlpack::{Device, MAX_NDIM, dtype as Dtype};
use crate::arrays::layout::Malformed;
use crate::handles::capsule;
use crate::interpreter::resident::Resident;
use crate::python::error::{Result, value_error};
use crate::python::messages;
use crate::python::object::object;
use smallvec::SmallVec;
use std::ffi::c_void;
use std::sync::Arc;

/// Sizes, as constructors take them: `[2, 3]`, `vec![2, 3]`, `&[2, 3]`.
type Sizes = SmallVec<[i64; 8]>;

/// The sizes that are given, or those of the type where none are.
pub(crate) fn sizes<A: Markers>(given: &[usize]) -> Result<Sizes> {
    let wanted = A::CONSTRAINTS;
    let shown = || crate::call::signature::describe(|text| A::CONSTRAINTS.describe(text), None);
    if given.is_empty() && wanted.ndim > 0 {
        if wanted.extents.iter().any(|&size| size < 0) {
            return Err(value_error(messages::array_size_open(&shown())));
        }
        return Ok(wanted.extents.into());
    }
    let sizes: Option<Sizes> = given.iter().map(|&size| i64::try_from(size).ok()).collect();
    let sizes = sizes.ok_or_else(|| value_error(messages::ARRAY_TOO_LARGE))?;
    let same = |(&size, &wanted): (&i64, &i64)| wanted < 0 || size == wanted;
    if wanted.ndim >= 0 && (sizes.len() != wanted.ndim as usize || !sizes.iter().zip(wanted.extents).all(same)) {
        return Err(value_error(messages::array_other_shape(given, &shown())));
    }
    Ok(sizes)
}

/// A `ValueError` that says what is wrong.
pub(crate) fn malformed(why: Malformed) -> crate::Error {
    value_error(match why {
        Malformed::TooManyDimensions => messages::ARRAY_DIMENSIONS,
        Malformed::NegativeSize => messages::ARRAY_NEGATIVE,
        Malformed::TooLarge => messages::ARRAY_TOO_LARGE,
        Malformed::NoData => messages::ARRAY_NULL,
    })
}

/// The device that the type says, or the process.
fn device_of<A: Markers>() -> Device {
    let kind = if A::CONSTRAINTS.device == 0 { device::cpu::value } else { A::CONSTRAINTS.device };
    Device { kind, id: 0 }
}

/// An array over `count` elements in memory of the process, in the order of its type.
pub(crate) fn over<A: Markers>(
    data: *mut c_void,
    count: usize,
    given: &[usize],
    dtype: Dtype,
    read_only: bool,
    owner: Owner,
) -> Result<Descriptor> {
    let wanted = const { &A::CONSTRAINTS };
    if given.is_empty() && wanted.ndim > 0 && wanted.extents.iter().all(|&size| size > 0) {
        // All of them are in the type.
        let mut sizes: SmallVec<[usize; 8]> = SmallVec::new();
        sizes.extend(wanted.extents.iter().map(|&size| size as usize));
        return over::<A>(data, count, &sizes, dtype, read_only, owner);
    }
    let same = |(&size, &wanted): (&usize, &i64)| wanted < 0 || size as i64 == wanted;
    let product = given.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
    let fits = wanted.ndim < 0 || (given.len() == wanted.ndim as usize && given.iter().zip(wanted.extents).all(same));
    let device = device_of::<A>();
    if fits && product == Some(count) && count > 0 && given.len() <= MAX_NDIM && device::is_host(device.kind) {
        // That many elements are there.
        let ndim = given.len();
        let mut dims = Dims::from_elem(0, 2 * ndim);
        given.iter().zip(dims.iter_mut()).for_each(|(&size, to)| *to = size as i64);
        let mut next = 1;
        let mut put = |axis: usize| {
            dims[ndim + axis] = next;
            next *= dims[axis];
        };
        if wanted.order == b'F' {
            (0..ndim).for_each(&mut put)
        } else {
            (0..ndim).rev().for_each(&mut put)
        }
        return Ok(Descriptor::of_memory(dims, (data, device), dtype, read_only, owner));
    }
    over_slowly::<A>(data, count, given, dtype, read_only, owner)
}

/// As [`over`], where sizes are left out, there are no elements, or something is wrong.
#[cold]
#[inline(never)]
fn over_slowly<A: Markers>(
    data: *mut c_void,
    count: usize,
    given: &[usize],
    dtype: Dtype,
    read_only: bool,
    owner: Owner,
) -> Result<Descriptor> {
    let shape = sizes::<A>(given)?;
    let product = shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size as usize));
    if product != Some(count) {
        return Err(value_error(messages::array_other_count(count, &shape)));
    }
    if !device::is_host(device_of::<A>().kind) {
        return Err(value_error(messages::array_elsewhere(A::CONSTRAINTS.device)));
    }
    let strides = strides_of(&shape, A::CONSTRAINTS.order);
    Descriptor::new((data, 0), device_of::<A>(), dtype, read_only, &shape, Some(&strides), owner).map_err(malformed)
}

impl<A> ndarray<A>
where
    A: Markers,
    A::Scalar: HasScalar,
{
    /// An array whose elements are those of a vector, which moves into it. They are in C's order, or in Fortran's if the type says
    /// [`f_contig`](crate::f_contig). Without sizes, those of the type are used: `from_vec(v, [])`.
    ///
    /// ```
    /// use nb::prelude::*;
    ///
    /// nb_module!(tables, m, {
    ///     // identity(arg: int, /) -> numpy.ndarray[dtype=float64, shape=(*, *)]
    ///     m.def("identity", |n: usize| {
    ///         let elements = (0..n * n).map(|i| if i % (n + 1) == 0 { 1.0 } else { 0.0 }).collect();
    ///         nb::ndarray<nb::numpy, double, nb::ndim<2>>::from_vec(elements, [n, n])
    ///     });
    /// });
    /// ```
    ///
    /// # Errors
    /// A `ValueError` if the sizes do not fit the number of elements, or the type of the array.
    pub fn from_vec(elements: Vec<<A::Scalar as HasScalar>::T>, shape: impl AsRef<[usize]>) -> Result<ndarray<A>> {
        let mut elements = elements;
        let (data, count) = (elements.as_mut_ptr(), elements.len());
        ndarray::owning(data.cast(), count, shape.as_ref(), Owner::Memory(Memory::of(elements)))
    }

    /// As [`from_vec`](Self::from_vec), of a boxed slice.
    ///
    /// # Errors
    /// As `from_vec`.
    pub fn from_box(elements: Box<[<A::Scalar as HasScalar>::T]>, shape: impl AsRef<[usize]>) -> Result<ndarray<A>> {
        ndarray::from_vec(elements.into_vec(), shape)
    }

    /// As [`from_vec`](Self::from_vec), of a slice that native code goes on sharing. The array is read-only, and has to say so:
    /// [`Const<T>`](crate::Const) or [`ro`](crate::ro).
    ///
    /// # Errors
    /// As `from_vec`.
    pub fn from_arc(elements: Arc<[<A::Scalar as HasScalar>::T]>, shape: impl AsRef<[usize]>) -> Result<ndarray<A>>
    where
        A: Markers<Access = ReadOnly>,
    {
        let (data, count) = (elements.as_ptr().cast_mut(), elements.len());
        ndarray::owning(data.cast(), count, shape.as_ref(), Owner::Native(Box::new(elements)))
    }

    /// The owner's memory does not move with it.
    fn owning(data: *mut c_void, count: usize, shape: &[usize], owner: Owner) -> Result<ndarray<A>> {
        let dtype = crate::dtype::<<A::Scalar as HasScalar>::T>();
        let made = over::<A>(data, count, shape, dtype, A::CONSTRAINTS.read_only, owner)?;
        Ok(ndarray::of(Some(Arc::new(made))))
    }
}

/// What keeps the memory of an array alive that is made of a pointer: a Python object, such as an [`nb::capsule`](struct@crate::capsule), or nobody: `()`.
pub trait ArrayOwner {
    /// The object.
    #[doc(hidden)]
    fn into_owner(self) -> Option<object>;
}

impl ArrayOwner for () {
    fn into_owner(self) -> Option<object> {
        None
    }
}
impl ArrayOwner for object {
    fn into_owner(self) -> Option<object> {
        Some(self)
    }
}
impl ArrayOwner for &object {
    fn into_owner(self) -> Option<object> {
        Some(self.clone())
    }
}
impl ArrayOwner for capsule {
    fn into_owner(self) -> Option<object> {
        Some(self.into())
    }
}
impl ArrayOwner for &capsule {
    fn into_owner(self) -> Option<object> {
        Some((**self).clone())
    }
}
impl<O: ArrayOwner> ArrayOwner for Option<O> {
    fn into_owner(self) -> Option<object> {
        self.and_then(O::into_owner)
    }
}

impl<A> ndarray<A>
where
    A: Markers,
    A::Access: Pointers,
{
    /// An array over memory of whatever kind: nanobind's constructor `nb::ndarray<..>(data, {2, 3}, owner)`, which is spelled that way inside nb's
    /// macros, in an `unsafe` block. For strides and the other arguments see [`builder`](Self::builder).
    ///
    /// Without sizes, those of the type are used. The memory is not looked at here, and may be that of a GPU.
    ///
    /// # Errors
    /// A `ValueError` for sizes that do not fit the type, or that no memory has.
    ///
    /// # Safety
    /// The memory has as many elements of this type, in this order, and lives as long as the owner; without an owner, for as long as the result and
    /// all that Python makes of it, which a `copy` on the way out ends. It is not read-only unless the type says so, nobody has a
    /// Rust reference into it, and no other thread uses it while a view does.
    pub unsafe fn new(data: PointerOf<A>, shape: impl AsRef<[usize]>, owner: impl ArrayOwner) -> Result<ndarray<A>> {
        // SAFETY: caller's contract.
        unsafe { ndarray::builder(data).shape(shape).owner(owner).build() }
    }

    /// All arguments of nanobind's constructor, by their names.
    ///
    /// ```
    /// # fn column(data: *mut f64, owner: &nb::capsule) -> nb::Result<nb::ndarray<(nb::numpy, f64, nb::ndim<1>)>> {
    /// // SAFETY: the capsule owns 3 x 4 numbers.
    /// unsafe { nb::ndarray::builder(data).shape([3]).strides([4]).owner(owner).build() }
    /// # }
    /// ```
    pub fn builder(data: PointerOf<A>) -> ArrayBuilder<A> {
        ArrayBuilder {
            data: A::Access::address(data),
            shape: SmallVec::new(),
            strides: None,
            owner: None,
            dtype: A::CONSTRAINTS.dtype,
            device: device_of::<A>(),
            order: A::CONSTRAINTS.order,
            byte_offset: 0,
            markers: std::marker::PhantomData,
        }
    }
}

/// An array that is about to be made of a pointer, see [`ndarray::builder`].
#[must_use = "an array is made by `build`"]
pub struct ArrayBuilder<A> {
    data: *mut c_void,
    shape: SmallVec<[usize; 8]>,
    strides: Option<Sizes>,
    owner: Option<object>,
    dtype: Dtype,
    device: Device,
    order: u8,
    byte_offset: u64,
    markers: std::marker::PhantomData<A>,
}

impl<A: Markers> ArrayBuilder<A> {
    /// The sizes; without them, those of the type.
    pub fn shape(mut self, shape: impl AsRef<[usize]>) -> Self {
        self.shape = shape.as_ref().into();
        self
    }

    /// The strides, counted in elements, as many as there are sizes; without them, those of the order.
    pub fn strides(mut self, strides: impl AsRef<[isize]>) -> Self {
        self.strides = Some(strides.as_ref().iter().map(|&stride| stride as i64).collect());
        self
    }

    /// What keeps the memory alive.
    pub fn owner(mut self, owner: impl ArrayOwner) -> Self {
        self.owner = owner.into_owner();
        self
    }

    /// The type of the elements, where that of the array says none.
    pub fn dtype(mut self, dtype: Dtype) -> Self {
        self.dtype = dtype;
        self
    }

    /// The kind of the device, as in `nb::device::cuda::value`, and its number. `nb::device::none` is the process.
    pub fn device(mut self, device_type: i32, device_id: i32) -> Self {
        let kind = if device_type == 0 { device::cpu::value } else { device_type };
        self.device = Device { kind, id: device_id };
        self
    }

    /// `'C'`, `'F'` or `'A'`, which means C's.
    pub fn order(mut self, order: char) -> Self {
        self.order = u8::try_from(order).unwrap_or(b'?');
        self
    }

    /// Where the first element is, counted from the pointer in bytes; for pointers that are handles of a device.
    pub fn byte_offset(mut self, byte_offset: u64) -> Self {
        self.byte_offset = byte_offset;
        self
    }

    /// The array.
    ///
    /// # Errors
    /// A `ValueError` for arguments that contradict each other or the type of the array, and for more dimensions or elements than there can be.
    ///
    /// # Safety
    /// As [`ndarray::new`], of what was said.
    pub unsafe fn build(self) -> Result<ndarray<A>> {
        let wanted = A::CONSTRAINTS;
        let shape = sizes::<A>(&self.shape)?;
        if !matches!(self.order, 0 | b'C' | b'F' | b'A') {
            return Err(value_error(messages::ARRAY_ORDER));
        }
        if self.dtype.pitch() == 0 {
            return Err(value_error(messages::ARRAY_DTYPE));
        }
        let strides = match self.strides {
            Some(strides) if strides.len() != shape.len() => return Err(value_error(messages::ARRAY_STRIDES)),
            Some(strides) => strides,
            None => strides_of(&shape, self.order),
        };
        let owner = self.owner.map_or(Owner::Nobody, |owner| Owner::Object(Resident::new(owner)));
        let place = (self.data, self.byte_offset);
        let made = Descriptor::new(place, self.device, self.dtype, wanted.read_only, &shape, Some(&strides), owner);
        let made = made.map_err(malformed)?;
        if !crate::arrays::import::is_fit(&made, &wanted) {
            let shown = crate::call::signature::describe(|text| A::CONSTRAINTS.describe(text), None);
            let made: ndarray = ndarray::of(Some(Arc::new(made)));
            return Err(value_error(messages::array_unfit(&format!("{made:?}"), &shown)));
        }
        Ok(ndarray::of(Some(Arc::new(made))))
    }
}
