//! The crate `sprs`: `CsMat` copies in and moves out, `TriMat` is copied both ways, `CsMatView` and `CsMatViewMut` are lent for the call, and `CsMatView`
//! goes out as [`ndarray_ref`](crate::ndarray_ref) does. `&CsMat` is a copy for the call as an argument, and goes out as a view does. See [`sparse`](super::sparse).
//!
//! A `CsMat` says at run time whether it is stored by rows or by columns. So it takes a `csr_matrix` and a `csc_matrix` as they are, and becomes the one that
//! it is.
//!
//! Indices are `usize` unless said otherwise (`CsMatI<f64, i32>`). Views have SciPy's own types of indices, mostly of 32 bits. The elements of a view are
//! SciPy's; its structure is a copy, which is checked: the crate reads at the places that it names, and what another thread, or a callback, writes into SciPy's
//! arrays meanwhile must change no place that is read.

use crate::arrays::claims::{Claim, Use};
use crate::arrays::crates::sparse::{Format, Found, Taken, describe};
use crate::arrays::crates::sparse_export::{data_array, index_array, make};
use crate::arrays::crates::sparse_reference::{ByCopy, Returned};
use crate::arrays::crates::sparse_structure::{Flaw, SparseElement, SparseIndex, check_in_place};
use crate::arrays::crossing::RefersPolicy;
use crate::arrays::crossing::restored;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::reference::{GiveBack, Refer, Shared};
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::error::{Builtin, Error, value_error};
use crate::python::messages;
use ::sprs::{CompressedStorage, CsMatBase, CsMatI, CsMatViewI, CsVecBase, SpIndex, TriMatI};
use std::borrow::Cow;
use std::ops::Deref;
use std::slice;

/// As a matrix is stored; the first is what others are converted to.
const COMPRESSED: &[Format] = &[Format::Csr, Format::Csc];

fn storage_of(format: Format) -> CompressedStorage {
    if format == Format::Csc { CompressedStorage::CSC } else { CompressedStorage::CSR }
}

fn format_of(storage: CompressedStorage) -> Format {
    match storage {
        CompressedStorage::CSR => Format::Csr,
        CompressedStorage::CSC => Format::Csc,
    }
}

// SAFETY: an owned matrix of copies.
unsafe impl<D, N: SparseElement, I: SpIndex + SparseIndex, P: SpIndex + SparseIndex> Param<D> for CsMatI<N, I, P> {
    type Item<'a> = CsMatI<N, I, P>;
    type Lent<'object, 'call> = CsMatI<N, I, P>;
    type Stage = Taken<CsMatI<N, I, P>>;
    const BORROWS: bool = false;
    const REFUSES_NONE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        describe::<N>(COMPRESSED, text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { Found::to_copy::<N>(src, flags, COMPRESSED, cx) }.map(Taken::new)
    }

    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        stage.acquire_compressed(cx, |format, shape, matrix| {
            let (starts, indices, data) = (matrix.starts, matrix.indices, matrix.data);
            let made = match format {
                Format::Csc => CsMatBase::try_new_csc(shape, starts, indices, data),
                _ => CsMatBase::try_new(shape, starts, indices, data),
            };
            // The type of the indices may be too small for the sizes.
            made.map_err(|(.., error)| Flaw::Raised(value_error(error.to_string())))
        })
    }

    unsafe fn lend<'a>(stage: &'a mut Self::Stage, _cx: &Cx<'_>) -> CsMatI<N, I, P> {
        stage.made.take().expect("a matrix that was made by `acquire`")
    }
}

/// Where lanes begin, counted from the first one's beginning: that of a part of a matrix is no 0.
fn from_zero<P: SpIndex>(mut starts: Vec<P>) -> Vec<P> {
    let first = starts.first().copied().unwrap_or_else(P::zero);
    if first != P::zero() {
        starts.iter_mut().for_each(|start| *start = *start - first);
    }
    starts
}

// SAFETY: a new reference, or null with an exception raised.
unsafe impl<D, Policy, N: SparseElement, I: SpIndex + SparseIndex, P: SpIndex + SparseIndex> Ret<D, Policy>
    for CsMatI<N, I, P>
{
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        describe::<N>(COMPRESSED, text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let (format, shape, inner, count) =
            (format_of(value.storage()), value.shape(), value.inner_dims(), value.nnz());
        let (starts, indices, data) = value.into_raw_storage();
        let arrays = || {
            let starts = index_array(from_zero(starts), count, cx)?;
            Ok([data_array(data, cx)?, index_array(indices, inner, cx)?, starts])
        };
        restored(arrays().and_then(|arrays| make(format, shape, arrays, cx)).map(Some))
    }
}

member_by_value! { [N: SparseElement, I: SpIndex + SparseIndex, P: SpIndex + SparseIndex] CsMatI<N, I, P>; }

/// A matrix that is lent for the call.
#[doc(hidden)]
pub struct Viewed {
    found: Found,
    /// Indices, and where the lanes begin: copies, aligned for any index.
    structure: [Vec<u64>; 2],
    /// The number of entries.
    count: usize,
    claim: Option<Claim>,
}

impl Viewed {
    fn new(found: Found) -> Viewed {
        Viewed { found, structure: [const { Vec::new() }; 2], count: 0, claim: None }
    }

    /// The elements.
    ///
    /// # Safety
    /// They are of this type, aligned, and claimed; after [`acquire`](Self::acquire).
    unsafe fn data<'a, N>(&'a self) -> &'a [N] {
        let data = self.found.arrays[0].data().cast::<N>();
        // SAFETY: caller's contract; as many were found to be there.
        if self.count == 0 { &[] } else { unsafe { slice::from_raw_parts(data, self.count) } }
    }

    /// Numbers of one of the two copies.
    ///
    /// # Safety
    /// There are as many, of this type or of the one with the other sign.
    unsafe fn numbers<T>(&self, which: usize, count: usize) -> &[T] {
        // SAFETY: caller's contract; aligned for any index.
        unsafe { slice::from_raw_parts(self.structure[which].as_ptr().cast(), count) }
    }

    /// Copies the indices and the beginnings; an error if there is no room.
    fn copy(&mut self, cx: &mut Cx<'_>) -> bool {
        for which in 0..2 {
            let array = &self.found.arrays[which + 1];
            let Some(_claim) = Claim::of_argument(array, Use::Reads, cx) else { return false };
            let bytes = array.size() * array.dtype.itemsize();
            let (copy, units) = (&mut self.structure[which], bytes.div_ceil(size_of::<u64>()));
            if copy.try_reserve_exact(units).is_err() {
                Found::refuse(Flaw::Raised(Error::new(Builtin::MemoryError, messages::NO_MEMORY)), cx);
                return false;
            }
            copy.resize(units, 0);
            if bytes > 0 {
                // SAFETY: numbers in a row, says `to_lend`, and room for them.
                unsafe { copy.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(array.data().cast(), bytes) };
            }
        }
        true
    }

    /// Claims the elements, and checks the structure; false with an exception raised.
    fn acquire<I: SparseIndex, P: SparseIndex>(&mut self, written: bool, cx: &mut Cx<'_>) -> bool {
        let usage = if written { Use::Exclusive } else { Use::Shared };
        self.claim = Claim::of_argument(&self.found.arrays[0], usage, cx);
        if self.claim.is_none() || !self.copy(cx) {
            return false;
        }
        let [data, indices, starts] = [0, 1, 2].map(|at: usize| self.found.arrays[at].size());
        let lanes = self.found.format.lanes(self.found.shape);
        // SAFETY: copied from arrays of these types and sizes.
        let checked = unsafe { check_in_place::<I, P>(lanes, self.numbers(1, starts), self.numbers(0, indices), data) };
        match checked {
            Ok(count) => {
                self.count = count;
                true
            }
            Err(flaw) => {
                Found::refuse(flaw, cx);
                false
            }
        }
    }

    /// The indices, and where the lanes begin.
    ///
    /// # Safety
    /// [`acquire`](Self::acquire) has found them to be a matrix.
    unsafe fn structure<I, P>(&self) -> (&[I], &[P]) {
        // SAFETY: caller's contract.
        unsafe { (self.numbers(0, self.count), self.numbers(1, self.found.format.lanes(self.found.shape).0 + 1)) }
    }
}

macro_rules! views {
    ($([$($mut:tt)?] $written:literal |$stage:ident| $data:expr;)*) => { $(
        // SAFETY: the elements are claimed, exclusively if they may be written to, and owned by the stage, as the copied structure is.
        unsafe impl<'x, D, N, I, P> Param<D> for CsMatBase<N, I, &'x [P], &'x [I], &'x $($mut)? [N], P>
        where
            N: SparseElement + crate::dtype_traits,
            I: SpIndex + SparseIndex,
            P: SpIndex + SparseIndex,
        {
            type Item<'a> = CsMatBase<N, I, &'a [P], &'a [I], &'a $($mut)? [N], P>;
            type Lent<'object, 'call> = CsMatBase<N, I, &'call [P], &'call [I], &'call $($mut)? [N], P>;
            type Stage = Viewed;
            const BORROWS: bool = false;
            const REFUSES_NONE: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                describe::<N>(COMPRESSED, text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Viewed> {
                // SAFETY: caller's contract.
                unsafe { Found::to_lend::<N, I, P>(src, $written, COMPRESSED, cx) }.map(Viewed::new)
            }

            fn acquire(stage: &mut Viewed, cx: &mut Cx<'_>) -> bool {
                stage.acquire::<I, P>($written, cx)
            }

            unsafe fn lend<'a>($stage: &'a mut Viewed, _cx: &Cx<'_>) -> Self::Item<'a> {
                let (storage, shape) = (storage_of($stage.found.format), $stage.found.shape);
                // SAFETY: the structure was checked, and is the stage's; nobody writes to the elements while they are claimed.
                unsafe {
                    let data = $data;
                    let (indices, starts) = $stage.structure::<I, P>();
                    CsMatBase::new_unchecked(storage, shape, starts, indices, data)
                }
            }
        }
    )* };
}

views! {
    [] false |stage| stage.data::<N>();
    [mut] true |stage| match stage.count {
        0 => &mut [],
        count => slice::from_raw_parts_mut(stage.found.arrays[0].data().cast::<N>(), count),
    };
}

// SAFETY: copies, or arrays that keep the bound objects which the function has borrowed from, lent for reading.
unsafe impl<'x, D, Policy: RefersPolicy<'x>, N, I, P> Ret<D, Policy> for CsMatBase<N, I, &'x [P], &'x [I], &'x [N], P>
where
    N: SparseElement,
    I: SpIndex + SparseIndex,
    P: SpIndex + SparseIndex,
{
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        describe::<N>(COMPRESSED, text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract; what was borrowed is lent to the call.
        unsafe { returned(value).put(Policy::REFERS, cx) }
    }
}

fn returned<'x, N, I: SpIndex, P: SpIndex>(value: CsMatViewI<'x, N, I, P>) -> Returned<'x, N, I, P> {
    let (format, shape) = (format_of(value.storage()), value.shape());
    let first = value.indptr().raw_storage().first().copied().unwrap_or_else(P::zero);
    let (starts, indices, data) = value.into_raw_storage();
    // Those of a part of a matrix do not begin with 0.
    let starts = if first == P::zero() { Cow::Borrowed(starts) } else { Cow::Owned(from_zero(starts.to_vec())) };
    Returned { format, shape, data, indices, starts }
}

impl<D, N: SparseElement, I: SpIndex + SparseIndex, P: SpIndex + SparseIndex> Refer<D> for CsMatI<N, I, P> {
    type By = ByCopy;
}

// SAFETY: copies, or arrays that keep the bound objects which the function has borrowed from, lent for reading.
unsafe impl<'x, D, Policy: RefersPolicy<'x>, N, I, P> GiveBack<'x, D, Policy, CsMatI<N, I, P>, Shared> for ByCopy
where
    N: SparseElement,
    I: SpIndex + SparseIndex,
    P: SpIndex + SparseIndex,
{
    fn describe(text: &mut SigText<'_>) {
        describe::<N>(COMPRESSED, text);
    }

    unsafe fn put(value: &'x CsMatI<N, I, P>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract; what was borrowed is lent to the call.
        unsafe { returned(value.view()).put(Policy::REFERS, cx) }
    }
}

// SAFETY: an owned matrix of copies.
unsafe impl<D, N: SparseElement, I: SpIndex + SparseIndex> Param<D> for TriMatI<N, I> {
    type Item<'a> = TriMatI<N, I>;
    type Lent<'object, 'call> = TriMatI<N, I>;
    type Stage = Taken<TriMatI<N, I>>;
    const BORROWS: bool = false;
    const REFUSES_NONE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        describe::<N>(&[Format::Coo], text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { Found::to_copy::<N>(src, flags, &[Format::Coo], cx) }.map(Taken::new)
    }

    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        stage.acquire_entries(cx, |shape, rows, columns, data| Ok(TriMatI::from_triplets(shape, rows, columns, data)))
    }

    unsafe fn lend<'a>(stage: &'a mut Self::Stage, _cx: &Cx<'_>) -> TriMatI<N, I> {
        stage.made.take().expect("a matrix that was made by `acquire`")
    }
}

// SAFETY: a new reference, or null with an exception raised.
unsafe impl<D, Policy, N: SparseElement, I: SpIndex + SparseIndex> Ret<D, Policy> for TriMatI<N, I> {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        describe::<N>(&[Format::Coo], text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let (rows, columns) = value.shape();
        // The crate does not give its vectors away.
        let arrays = || {
            let row = index_array(value.row_inds().to_vec(), rows, cx)?;
            Ok([data_array(value.data().to_vec(), cx)?, index_array(value.col_inds().to_vec(), columns, cx)?, row])
        };
        restored(arrays().and_then(|arrays| make(Format::Coo, (rows, columns), arrays, cx)).map(Some))
    }
}

/// Sparse vectors are nothing that SciPy has.
struct NoVector<N>(std::marker::PhantomData<N>);

impl<N> NoVector<N> {
    const TEXT: &'static str =
        "SciPy has no sparse vectors: use a `sprs::CsMat` with one row, or the indices and the elements";
    const REFUSED: () = panic!("{}", Self::TEXT);
}

// SAFETY: no call compiles.
unsafe impl<D, N, I: SpIndex, IS: Deref<Target = [I]>, DS: Deref<Target = [N]>> Param<D> for CsVecBase<IS, DS, N, I> {
    type Item<'a> = Self;
    type Lent<'object, 'call> = Self;
    type Stage = ();

    fn describe(_text: &mut SigText<'_>) {
        const { NoVector::<N>::REFUSED }
    }

    unsafe fn convert(_src: *mut ffi::PyObject, _flags: u8, _cx: &mut Cx<'_>) -> Option<()> {
        None
    }

    unsafe fn lend<'a>(_stage: &'a mut (), _cx: &Cx<'_>) -> Self {
        unreachable!("nothing is converted")
    }
}

// SAFETY: no call compiles.
unsafe impl<D, Policy, N, I: SpIndex, IS: Deref<Target = [I]>, DS: Deref<Target = [N]>> Ret<D, Policy>
    for CsVecBase<IS, DS, N, I>
{
    const REFUSED: Option<&'static str> = Some(NoVector::<N>::TEXT);

    fn describe(_text: &mut SigText<'_>) {}

    unsafe fn put(_value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        std::ptr::null_mut()
    }
}
