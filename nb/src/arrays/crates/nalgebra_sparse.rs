//! The crate `nalgebra-sparse`: `CsrMatrix`, `CscMatrix` and `CooMatrix`, which copy in and move out, see [`sparse`](super::sparse).
//! References to them are copies for the call as arguments, and copied, or shown where they lie, as results.

use crate::arrays::crates::sparse::{Format, Found, Taken, describe};
use crate::arrays::crates::sparse_export::{data_array, index_array, make};
use crate::arrays::crates::sparse_reference::{ByCopy, Returned};
use crate::arrays::crates::sparse_structure::{Flaw, SparseElement};
use crate::arrays::crossing::RefersPolicy;
use crate::arrays::crossing::restored;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::reference::{GiveBack, Refer, Shared};
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::error::value_error;
use ::nalgebra_sparse::{CooMatrix, CscMatrix, CsrMatrix, SparseFormatError};

/// What the crate finds wrong, where nb has found nothing.
fn refused(error: SparseFormatError) -> Flaw {
    Flaw::Raised(value_error(error.to_string()))
}

macro_rules! matrices {
    ($($Matrix:ident $Format:ident, |$stage:ident, $cx:ident| $acquire:expr, |$value:ident, $put_cx:ident| $arrays:expr, $data:ident $indices:ident $starts:ident;)*) => { $(
        // SAFETY: an owned matrix of copies.
        unsafe impl<D, N: SparseElement> Param<D> for $Matrix<N> {
            type Item<'a> = $Matrix<N>;
            type Lent<'object, 'call> = $Matrix<N>;
            type Stage = Taken<$Matrix<N>>;
            const BORROWS: bool = false;
            const REFUSES_NONE: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                describe::<N>(&[Format::$Format], text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { Found::to_copy::<N>(src, flags, &[Format::$Format], cx) }.map(Taken::new)
            }

            fn acquire($stage: &mut Self::Stage, $cx: &mut Cx<'_>) -> bool {
                $acquire
            }

            unsafe fn lend<'a>(stage: &'a mut Self::Stage, _cx: &Cx<'_>) -> $Matrix<N> {
                stage.made.take().expect("a matrix that was made by `acquire`")
            }
        }

        // SAFETY: a new reference, or null with an exception raised.
        unsafe impl<D, P, N: SparseElement> Ret<D, P> for $Matrix<N> {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                describe::<N>(&[Format::$Format], text);
            }

            unsafe fn put($value: Self, $put_cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                let shape = ($value.nrows(), $value.ncols());
                let arrays = || Ok($arrays);
                restored(arrays().and_then(|arrays| make(Format::$Format, shape, arrays, $put_cx)).map(Some))
            }
        }

        impl<D, N: SparseElement> Refer<D> for $Matrix<N> {
            type By = ByCopy;
        }

        // SAFETY: copies, or arrays that keep the bound objects which the function has borrowed from, lent for reading.
        unsafe impl<'x, D, P: RefersPolicy<'x>, N: SparseElement> GiveBack<'x, D, P, $Matrix<N>, Shared> for ByCopy {
            fn describe(text: &mut SigText<'_>) {
                describe::<N>(&[Format::$Format], text);
            }

            unsafe fn put(value: &'x $Matrix<N>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                let returned = Returned {
                    format: Format::$Format,
                    shape: (value.nrows(), value.ncols()),
                    data: value.$data(),
                    indices: value.$indices(),
                    starts: value.$starts().into(),
                };
                // SAFETY: caller's contract; what was borrowed is lent to the call.
                unsafe { returned.put(P::REFERS, cx) }
            }
        }

        member_by_value! { [N: SparseElement] $Matrix<N>; }
    )* };
}

matrices! {
    CsrMatrix Csr, |stage, cx| stage.acquire_compressed(cx, |_, (rows, columns), matrix| {
        CsrMatrix::try_from_csr_data(rows, columns, matrix.starts, matrix.indices, matrix.data).map_err(refused)
    }), |value, cx| {
        let columns = value.ncols();
        let (starts, indices, data) = value.disassemble();
        let count = data.len();
        [data_array(data, cx)?, index_array(indices, columns, cx)?, index_array(starts, count, cx)?]
    }, values col_indices row_offsets;
    CscMatrix Csc, |stage, cx| stage.acquire_compressed(cx, |_, (rows, columns), matrix| {
        CscMatrix::try_from_csc_data(rows, columns, matrix.starts, matrix.indices, matrix.data).map_err(refused)
    }), |value, cx| {
        let rows = value.nrows();
        let (starts, indices, data) = value.disassemble();
        let count = data.len();
        [data_array(data, cx)?, index_array(indices, rows, cx)?, index_array(starts, count, cx)?]
    }, values row_indices col_offsets;
    CooMatrix Coo, |stage, cx| stage.acquire_entries(cx, |(rows, columns), row, column, data| {
        CooMatrix::try_from_triplets(rows, columns, row, column, data).map_err(refused)
    }), |value, cx| {
        let (rows, columns) = (value.nrows(), value.ncols());
        let (row, column, data) = value.disassemble();
        [data_array(data, cx)?, index_array(column, columns, cx)?, index_array(row, rows, cx)?]
    }, values col_indices row_indices;
}
