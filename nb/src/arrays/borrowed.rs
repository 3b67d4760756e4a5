//! [`ndarray_ref`]: an array over memory that the function has borrowed.

use crate::arrays::config::{HasScalar, Markers};
use crate::arrays::descriptor::{Descriptor, Owner};
use crate::arrays::dtype::dtype_traits;
use crate::arrays::making::over;
use crate::arrays::shared_cells::cell;
use crate::python::error::Result;
use std::marker::PhantomData;

/// An array over memory that is borrowed for `'a`, which a function returns: an [`ndarray`](struct@crate::ndarray) without an owner in nanobind.
///
/// Under the default policy Python gets a copy. Under [`rv_policy::reference_internal`](crate::rv_policy::reference_internal) it gets a view of the memory,
/// which has to lie in the bound objects that the function has borrowed; they live as long as the view. As long as it lives, `&mut` to
/// them is refused with a `BufferError`, as a `bytearray` refuses to be resized, so that nothing moves under Python's hands.
///
/// ```
/// use nb::prelude::*;
///
/// #[derive(Default)]
/// pub struct Matrix4f {
///     m: [nb::cell<f32>; 16],
/// }
///
/// nb_module!(matrices, m, {
///     nb::class_<Matrix4f>(m, "Matrix4f")
///         .def(nb::init<>())
///         .def("view", |m: &Matrix4f| {
///             nb::ndarray_ref<nb::numpy, float, nb::shape<4, 4>, nb::f_contig>::from_cells(&m.m, [])
///         }, nb::rv_policy::reference_internal);
/// });
/// ```
pub struct ndarray_ref<'a, A> {
    pub(crate) array: Descriptor,
    lives: PhantomData<(&'a (), fn() -> A)>,
}

impl<'a, A> ndarray_ref<'a, A>
where
    A: Markers,
    A::Scalar: HasScalar,
{
    fn over(data: *const <A::Scalar as HasScalar>::T, count: usize, shape: &[usize], read_only: bool) -> Result<Self> {
        let dtype = <A::Scalar as HasScalar>::T::VALUE;
        let array = over::<A>(data.cast_mut().cast(), count, shape, dtype, read_only, Owner::Nobody)?;
        Ok(ndarray_ref { array, lives: PhantomData })
    }

    /// Shows a slice. A view of it is read-only, and the type has to say so: [`Const<T>`](crate::Const); copies need not be.
    ///
    /// Without sizes, those of the type are used.
    ///
    /// # Errors
    /// A `ValueError` if the sizes do not fit the number of elements, or the type of the array.
    pub fn from_slice(elements: &'a [<A::Scalar as HasScalar>::T], shape: impl AsRef<[usize]>) -> Result<Self> {
        Self::over(elements.as_ptr(), elements.len(), shape.as_ref(), true)
    }

    /// Shows a slice of cells, which Python can write to.
    ///
    /// # Errors
    /// As [`from_slice`](Self::from_slice).
    pub fn from_cells(elements: &'a [cell<<A::Scalar as HasScalar>::T>], shape: impl AsRef<[usize]>) -> Result<Self> {
        let read_only = A::CONSTRAINTS.read_only;
        Self::over(elements.as_ptr().cast(), elements.len(), shape.as_ref(), read_only)
    }
}
