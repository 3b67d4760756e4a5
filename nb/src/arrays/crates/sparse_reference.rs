//! References to sparse matrices: an argument `&CsrMatrix<f64>` is a copy that lives for the call, as `const SparseMatrix<double> &` is in C++. A
//! result is copied, or refers to the three arrays where they lie, under [`reference_internal`](crate::rv_policy::reference_internal).

use crate::arrays::constraints::Constraints;
use crate::arrays::crates::sparse::{Format, Taken, index};
use crate::arrays::crates::sparse_export::{index_dtype, make};
use crate::arrays::crates::sparse_structure::{SparseElement, SparseIndex};
use crate::arrays::crossing::restored;
use crate::arrays::descriptor::{Descriptor, Owner};
use crate::arrays::device;
use crate::arrays::dlpack::{Device, dtype as Dtype};
use crate::arrays::export::{export_copy, export_lent};
use crate::arrays::making::malformed;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::reference::{Reach, Shared};
use crate::cast::traits::Param;
use crate::ffi;
use crate::python::error::Result;
use crate::python::object::object;
use std::borrow::Cow;
use std::mem::MaybeUninit;

/// For references to matrices.
#[doc(hidden)]
pub struct ByCopy;

// SAFETY: the reference is one to a value in the stage.
unsafe impl<D, M: Param<D, Stage = Taken<M>> + 'static> Reach<D, M, Shared> for ByCopy {
    type Lent<'object, 'call> = &'call M;
    type Stage = Taken<M>;
    const REFUSES_NONE: bool = true;

    fn describe(text: &mut SigText<'_>) {
        M::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Taken<M>> {
        // SAFETY: caller's contract.
        unsafe { M::convert(src, flags, cx) }
    }

    unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Taken<M>>) {
        // SAFETY: caller's contract.
        unsafe { M::read(argument, cx, stage) }
    }

    fn acquire(stage: &mut Taken<M>, cx: &mut Cx<'_>) -> bool {
        M::acquire(stage, cx)
    }

    unsafe fn lend<'a>(stage: &'a mut Taken<M>) -> &'a M {
        stage.made.as_ref().expect("a matrix that was made by `acquire`")
    }
}

/// A matrix that is returned as a reference: its arrays are in the order of [`Format::arrays`].
pub(super) struct Returned<'x, N, I, P: Clone> {
    pub(super) format: Format,
    pub(super) shape: (usize, usize),
    pub(super) data: &'x [N],
    pub(super) indices: &'x [I],
    /// Owned where the matrix does not have them as Python wants them.
    pub(super) starts: Cow<'x, [P]>,
}

impl<N: SparseElement, I: SparseIndex, P: SparseIndex> Returned<'_, N, I, P> {
    /// The new object: it refers to the arrays, and keeps the bound objects that are lent to the call, or has copies.
    ///
    /// # Safety
    /// If it refers to the arrays, they lie in objects that are lent to the call, or live for ever. Attached.
    pub(super) unsafe fn put(self, refers: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let (rows, columns) = self.shape;
        let (last_index, last_start) = match self.format {
            Format::Csr => (columns, self.data.len()),
            Format::Csc => (rows, self.data.len()),
            Format::Coo => (columns, rows),
        };
        // SAFETY: caller's contract; the types have the sizes of the numbers.
        let arrays = || unsafe {
            let data = shown(self.data, N::DTYPE, const { &Constraints::of::<N>(1, None, 0, true) }, refers, cx)?;
            let indices = shown(self.indices, index_dtype::<I>(last_index), const { &index(0) }, refers, cx)?;
            let starts_refer = refers && matches!(self.starts, Cow::Borrowed(_));
            let starts = shown(&self.starts, index_dtype::<P>(last_start), const { &index(0) }, starts_refer, cx)?;
            Ok([data, indices, starts])
        };
        restored(arrays().and_then(|arrays| make(self.format, self.shape, arrays, cx)).map(Some))
    }
}

/// A NumPy array of borrowed numbers.
///
/// # Safety
/// As [`Returned::put`]. `dtype` has the size of the numbers.
unsafe fn shown<T>(numbers: &[T], dtype: Dtype, wanted: &Constraints, refers: bool, cx: &Cx<'_>) -> Result<object> {
    let cpu = Device { kind: device::cpu::value, id: 0 };
    let place = (numbers.as_ptr().cast_mut().cast(), 0);
    let array = Descriptor::new(place, cpu, dtype, true, &[numbers.len() as i64], None, Owner::Nobody);
    let array = array.map_err(malformed)?;
    // SAFETY: caller's contract.
    unsafe { if refers { export_lent(array, wanted, cx) } else { export_copy(&array, wanted, cx.state()) } }
}
