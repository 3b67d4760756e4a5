//! Arrays and matrices of other crates, each in a file and behind a feature that is called as the crate.
//!
//! Owned types copy what comes in, and move their storage out without a copy. Views that come in are lent for the call, see
//! [`lending`](crate::arrays::lending); views that go out are copied, or keep the bound object that they lie in
//! (`rv_policy::reference_internal`), as [`ndarray_ref`](crate::ndarray_ref).

#[cfg(any(feature = "nalgebra", feature = "ndarray"))]
mod by_reference;
#[cfg(feature = "faer")]
mod faer;
#[cfg(feature = "nalgebra")]
pub(crate) mod nalgebra;
#[cfg(feature = "nalgebra-sparse")]
mod nalgebra_sparse;
#[cfg(feature = "ndarray")]
mod ndarray;
#[cfg(any(feature = "nalgebra-sparse", feature = "sprs"))]
mod sparse;
#[cfg(any(feature = "nalgebra-sparse", feature = "sprs"))]
mod sparse_export;
#[cfg(any(feature = "nalgebra-sparse", feature = "sprs"))]
mod sparse_reference;
#[cfg(any(feature = "nalgebra-sparse", feature = "sprs"))]
mod sparse_structure;
#[cfg(feature = "sprs")]
mod sprs;
