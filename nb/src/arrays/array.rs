//! [`ndarray`]: an array of whatever library, as a value.

use crate::arrays::claims::{Claim, Use};
use crate::arrays::config::{AccessSpec, HasScalar, Markers, ReadOnly, ScalarSpec, Writable};
use crate::arrays::descriptor::Descriptor;
use crate::arrays::device;
use crate::arrays::dlpack::dtype as Dtype;
use crate::arrays::import::is_fit;
use crate::arrays::lent_view::viewing;
use crate::arrays::shapes::Ranked;
use crate::arrays::view::{Access, Frozen};
use crate::python::error::{Result, type_error};
use crate::python::messages;
use std::ffi::c_void;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// An n-dimensional array of NumPy, PyTorch, TensorFlow, JAX, CuPy or any other library that speaks DLPack or the buffer protocol: nanobind's
/// `nb::ndarray<..>`, zero-copy in both directions.
///
/// Its parameter is a list of markers that say what the array has to be, in any order, each kind at most once. Inside nb's macros they are
/// written as in C++, `nb::ndarray<float, nb::shape<-1, 3>, nb::device::cpu>`; elsewhere they are a tuple:
///
/// | marker | means |
/// |---|---|
/// | `f32`, `u8`, `bool`, any [`dtype_traits`](crate::dtype_traits) | the type of the elements |
/// | [`Const<f32>`](crate::Const), [`ro`](crate::ro) | read-only arrays are accepted, and not written to |
/// | [`shape!(-1, 3)`](crate::shape!), [`ndim<2>`](crate::ndim) | the number of dimensions, and sizes |
/// | [`c_contig`](crate::c_contig), [`f_contig`](crate::f_contig), [`any_contig`](crate::any_contig) | the order of the elements |
/// | [`device::cpu`](crate::device) .. | where the memory is |
/// | [`numpy`](crate::numpy), [`pytorch`](crate::pytorch) .. | what a returned array becomes; arguments are of any framework |
///
/// An argument is matched without conversion first. In the second pass an array of another type or order is converted by its own framework; the
/// copy lives for the call. Shapes and devices are never converted, nor are complex numbers made real.
///
/// ```
/// use nb::prelude::*;
///
/// nb_module!(images, m, {
///     m.def("brighten", |image: nb::ndarray<uint8_t, nb::shape<-1, -1, 3>, nb::device::cpu>| {
///         let v = image.view();
///         for y in 0..v.shape(0) {
///             for x in 0..v.shape(1) {
///                 for c in 0..v.shape(2) {
///                     let pixel = &v[[y, x, c]];
///                     pixel.set(pixel.get().saturating_mul(2));
///                 }
///             }
///         }
///     });
/// });
/// ```
///
/// A value refers to the array and keeps it alive; a clone refers to the same one. It may be kept, sent to other threads and dropped on any of them.
/// Elements are reached through [`view`](Self::view), with or without the interpreter.
pub struct ndarray<A = ()> {
    shared: Option<Arc<Descriptor>>,
    markers: PhantomData<fn() -> A>,
}

static_assertions::assert_impl_all!(ndarray: Send, Sync);
static_assertions::assert_eq_size!(ndarray, usize);

impl<A> ndarray<A> {
    pub(crate) fn of(shared: Option<Arc<Descriptor>>) -> ndarray<A> {
        ndarray { shared, markers: PhantomData }
    }

    pub(crate) fn descriptor(&self) -> Option<&Arc<Descriptor>> {
        self.shared.as_ref()
    }

    pub(crate) fn into_descriptor(self) -> Option<Arc<Descriptor>> {
        self.shared
    }
}

impl<A> Clone for ndarray<A> {
    fn clone(&self) -> ndarray<A> {
        ndarray::of(self.shared.clone())
    }
}

/// No array: [`is_valid`](ndarray::is_valid) is false, and Python gets `None`.
impl<A> Default for ndarray<A> {
    fn default() -> ndarray<A> {
        ndarray::of(None)
    }
}

impl<A: Markers> fmt::Debug for ndarray<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(array) = self.descriptor() else { return f.write_str("ndarray(invalid)") };
        let dtype = array.dtype.name().unwrap_or_else(|| format!("{:?}", array.dtype));
        write!(f, "ndarray(dtype={dtype}, shape={:?}, strides={:?})", array.shape(), array.strides())
    }
}

/// The pointers to elements that may be written to, or not.
#[doc(hidden)]
pub trait Pointers: AccessSpec {
    type Pointer<T>: Copy;
    /// The markers of an array of which only the access is known.
    type Relaxed: Markers;
    #[allow(private_interfaces, reason = "no public item says more of it")]
    const USE: Use;
    fn pointer<T>(data: *mut c_void) -> Self::Pointer<T>;
    fn address<T>(pointer: Self::Pointer<T>) -> *mut c_void;
}

#[allow(private_interfaces, reason = "no public item says more of it")]
impl Pointers for Writable {
    type Pointer<T> = *mut T;
    type Relaxed = ();
    const USE: Use = Use::Writes;
    fn pointer<T>(data: *mut c_void) -> *mut T {
        data.cast()
    }
    fn address<T>(pointer: *mut T) -> *mut c_void {
        pointer.cast()
    }
}

#[allow(private_interfaces, reason = "see above")]
impl Pointers for ReadOnly {
    type Pointer<T> = *const T;
    type Relaxed = (crate::ro,);
    const USE: Use = Use::Reads;
    fn pointer<T>(data: *mut c_void) -> *const T {
        data.cast()
    }
    fn address<T>(pointer: *const T) -> *mut c_void {
        pointer.cast_mut().cast()
    }
}

/// The pointer to the first element: `*mut f32`, `*const f32`, or with `c_void` where no scalar type is known.
#[doc(hidden)]
pub type PointerOf<A> = <<A as Markers>::Access as Pointers>::Pointer<<<A as Markers>::Scalar as ScalarSpec>::Target>;

// Without bounds, so that a list of markers that is none is reported where the array crosses.
impl<A> ndarray<A> {
    /// Whether there is an array; all others have no elements and no dimensions.
    pub fn is_valid(&self) -> bool {
        self.shared.is_some()
    }

    /// The type of the elements.
    pub fn dtype(&self) -> Dtype {
        self.descriptor().map_or(Dtype::ANY, |array| array.dtype)
    }

    /// The number of dimensions.
    pub fn ndim(&self) -> usize {
        self.descriptor().map_or(0, |array| array.ndim())
    }

    /// The number of elements.
    pub fn size(&self) -> usize {
        self.descriptor().map_or(0, |array| array.size())
    }

    /// The bytes of one lane of an element, rounded up.
    pub fn itemsize(&self) -> usize {
        self.dtype().itemsize()
    }

    /// The bytes of all elements, rounded up.
    pub fn nbytes(&self) -> usize {
        (self.dtype().bits as usize * self.size()).div_ceil(8)
    }

    /// The size along an axis. Panics if there is no such axis.
    #[track_caller]
    pub fn shape(&self, axis: usize) -> usize {
        match self.shape_slice().get(axis) {
            Some(&size) => size as usize,
            None => panic!("{}", messages::array_axis(axis, self.ndim())),
        }
    }

    /// From one element to the next along an axis, counted in elements, which may be negative or 0. Panics if there is no such axis.
    #[track_caller]
    pub fn stride(&self, axis: usize) -> isize {
        match self.stride_slice().get(axis) {
            Some(&stride) => stride as isize,
            None => panic!("{}", messages::array_axis(axis, self.ndim())),
        }
    }

    /// The sizes along all axes.
    pub fn shape_slice(&self) -> &[i64] {
        self.descriptor().map_or(&[], |array| array.shape())
    }

    /// The strides along all axes, counted in elements.
    pub fn stride_slice(&self) -> &[i64] {
        self.descriptor().map_or(&[], |array| array.strides())
    }

    /// The address of the sizes, as many as there are dimensions: for C functions. They live as long as the array.
    pub fn shape_ptr(&self) -> *const i64 {
        self.shape_slice().as_ptr()
    }

    /// The address of the strides, as many as there are dimensions: for C functions. They live as long as the array.
    pub fn stride_ptr(&self) -> *const i64 {
        self.stride_slice().as_ptr()
    }

    /// The kind of device whose memory it is, as in [`nb::device`](crate::device): `nb::device::cuda::value`.
    pub fn device_type(&self) -> i32 {
        self.descriptor().map_or(0, |array| array.device.kind)
    }

    /// The number of the device among those of its kind.
    pub fn device_id(&self) -> i32 {
        self.descriptor().map_or(0, |array| array.device.id)
    }

    /// The address, or whatever the device uses for one, without [`byte_offset`](Self::byte_offset).
    pub fn data_handle(&self) -> *mut c_void {
        self.descriptor().map_or(std::ptr::null_mut(), |array| array.handle)
    }

    /// Where the first element is, counted from [`data_handle`](Self::data_handle) in bytes.
    pub fn byte_offset(&self) -> u64 {
        self.descriptor().map_or(0, |array| array.byte_offset)
    }
}

impl<A: Markers> ndarray<A> {
    /// Only read-only access, nanobind's `ReadOnly`.
    pub const READ_ONLY: bool = A::CONSTRAINTS.read_only;
    /// `b'C'`, `b'F'`, `b'A'` or 0, nanobind's `Order`.
    pub const ORDER: u8 = A::CONSTRAINTS.order;
    /// The device that is asked for, or 0, nanobind's `DeviceType`.
    pub const DEVICE_TYPE: i32 = A::CONSTRAINTS.device;

    /// The address of the first element, on the array's device; it may be null if there are no elements.
    pub fn data(&self) -> PointerOf<A>
    where
        A::Access: Pointers,
    {
        A::Access::pointer(self.descriptor().map_or(std::ptr::null_mut(), |array| array.data()))
    }

    /// The same array without constraints, but for [`ro`](crate::ro) where it had that or [`Const`](crate::Const).
    pub fn relax(&self) -> ndarray<<A::Access as Pointers>::Relaxed>
    where
        A::Access: Pointers,
    {
        ndarray::of(self.shared.clone())
    }

    /// The same array with other constraints.
    ///
    /// # Errors
    /// A `TypeError` if it is not as they say. Nothing is converted.
    ///
    /// ```
    /// fn total(a: nb::ndarray<(nb::ro,)>) -> nb::Result<f64> {
    ///     let a = a.to::<(nb::Const<f64>, nb::ndim<1>)>()?;
    ///     Ok(a.view().iter().sum())
    /// }
    /// ```
    pub fn to<B: Markers>(&self) -> Result<ndarray<B>> {
        match self.descriptor() {
            Some(array) if !is_fit(array, &B::CONSTRAINTS) => Err(self.other_than::<B>()),
            _ => Ok(ndarray::of(self.shared.clone())),
        }
    }

    fn other_than<B: Markers>(&self) -> crate::Error {
        let wanted = crate::call::signature::describe(|text| B::CONSTRAINTS.describe(text), None);
        type_error(messages::array_unfit(&format!("{self:?}"), &wanted))
    }

    /// The same array with other constraints, which nobody checks: nanobind's constructor from another `ndarray`.
    ///
    /// # Safety
    /// The array is as they say.
    pub unsafe fn assume<B: Markers>(&self) -> ndarray<B> {
        ndarray::of(self.shared.clone())
    }

    /// The elements, for loops: nanobind's `a.view()`. The view is a value on the stack whose strides and sizes are constants where the
    /// type of the array says so.
    ///
    /// While it lives, no other thread writes to this memory through nb, nor reads it if this view may write. A thread that wants
    /// to waits, without the interpreter. Several views of one thread may overlap.
    ///
    /// Raises a `RuntimeError` if the memory is not that of the process, or in use in a way that excludes this one, see
    /// [`try_view`](Self::try_view); it leaves the bound function as a panic would.
    #[inline]
    pub fn view(&self) -> viewing<'_, <A::Scalar as ScalarSpec>::Target, A::Shape, A::Order, A::Access>
    where
        A::Scalar: HasScalar,
        A::Shape: Ranked,
        A::Access: Pointers + Access,
    {
        self.try_view().unwrap_or_else(|error| error.raise())
    }

    /// As [`view`](Self::view).
    ///
    /// # Errors
    /// A `RuntimeError` if there is no array, or its memory is not that of the process; if a function up the stack has references into it (as
    /// `ndarray::ArrayView` and `nalgebra::DMatrixView` are), or another thread uses it for longer than [`lock_timeout`](crate::lock_timeout).
    #[inline]
    pub fn try_view(&self) -> Result<viewing<'_, <A::Scalar as ScalarSpec>::Target, A::Shape, A::Order, A::Access>>
    where
        A::Scalar: HasScalar,
        A::Shape: Ranked,
        A::Access: Pointers + Access,
    {
        let array = self.readable()?;
        let claim = Claim::new(array, A::Access::USE)?;
        // SAFETY: the array was found to be as its type says, when it was made or came in.
        Ok(unsafe { viewing::new(array, claim) })
    }

    /// The elements, for reading by several threads: copies of the view are `Send` and `Sync`. While it lives, nobody writes to this memory through nb.
    ///
    /// ```
    /// fn sums(a: nb::ndarray<(nb::Const<f64>, nb::ndim<2>)>) -> nb::Result<Vec<f64>> {
    ///     let lent = a.view_shared()?;
    ///     let v = lent.view();
    ///     Ok(std::thread::scope(|scope| {
    ///         let rows: Vec<_> = (0..v.shape(0))
    ///             .map(|i| scope.spawn(move || (0..v.shape(1)).map(|j| v.at([i, j])).sum()))
    ///             .collect();
    ///         rows.into_iter().map(|row| row.join().unwrap()).collect()
    ///     }))
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`try_view`](Self::try_view).
    pub fn view_shared(&self) -> Result<viewing<'_, <A::Scalar as ScalarSpec>::Target, A::Shape, A::Order, Frozen>>
    where
        A::Scalar: HasScalar,
        A::Shape: Ranked,
    {
        let array = self.readable()?;
        let claim = Claim::new(array, Use::Shared)?;
        // SAFETY: as in `try_view`.
        Ok(unsafe { viewing::new(array, claim) })
    }

    /// As [`view`](Self::view), where the type of the array leaves open what its elements are: nanobind's `a.view<float, nb::ndim<2>>()`, which is spelled
    /// that way inside nb's macros.
    ///
    /// ```
    /// fn fill(a: nb::ndarray<(nb::device::cpu,)>) -> nb::Result<()> {
    ///     if let Ok(v) = a.view_as::<(f32, nb::ndim<2>)>() {
    ///         v.fill(1.0);
    ///     } else if let Ok(v) = a.view_as::<(i64, nb::ndim<1>)>() {
    ///         v.fill(1);
    ///     } else {
    ///         return Err(nb::type_error("neither a matrix nor a list of numbers"));
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// A `TypeError` if the array is not as `B` says; else as [`try_view`](Self::try_view).
    pub fn view_as<B>(&self) -> Result<viewing<'_, <B::Scalar as ScalarSpec>::Target, B::Shape, B::Order, A::Access>>
    where
        B: Markers,
        B::Scalar: HasScalar,
        B::Shape: Ranked,
        A::Access: Pointers + Access,
    {
        let array = self.readable()?;
        let wanted = crate::arrays::constraints::Constraints { read_only: A::CONSTRAINTS.read_only, ..B::CONSTRAINTS };
        if !is_fit(array, &wanted) {
            return Err(self.other_than::<B>());
        }
        let claim = Claim::new(array, A::Access::USE)?;
        // SAFETY: just checked.
        Ok(unsafe { viewing::new(array, claim) })
    }

    /// While another library reads the elements: nobody else writes to them through nb until the result is dropped.
    #[doc(hidden)]
    pub fn reading(&self) -> Result<impl Sized> {
        Claim::new(self.readable()?, Use::Reads)
    }

    /// The array, if native code can read its elements.
    fn readable(&self) -> Result<&Descriptor> {
        let Some(array) = self.descriptor() else {
            return Err(crate::runtime_error(messages::NO_ARRAY));
        };
        if device::is_host(array.device.kind) {
            return Ok(array);
        }
        Err(crate::runtime_error(messages::array_elsewhere(array.device.kind)))
    }
}
