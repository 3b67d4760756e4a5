//! Arrays of other crates as arguments: copied, or lent for the time of the call.
//!
//! A view such as `ndarray::ArrayView` is a reference of Rust: nobody may write to what it shows. So it is lent as the values of bound
//! objects are, when all arguments are converted ([`Param::acquire`](crate::Param::acquire)), by a claim that every other use through nb
//! respects, until the call has ended.

use crate::arrays::claims::{Claim, Use};
use crate::arrays::constraints::Constraints;
use crate::arrays::copying::read_all;
use crate::arrays::descriptor::Descriptor;
use crate::arrays::dtype::Element;
use crate::arrays::import::import;
use crate::call::context::Cx;
use crate::ffi;
use crate::python::error::Error;
use std::sync::Arc;

impl Cx<'_> {
    /// Two arguments of the call are the same memory.
    pub(super) fn overlapping(&self, one: u16, other: u16) -> String {
        let record = self.record();
        let function = record.map_or_else(|| "nb::cast".to_owned(), |record| record.call_name());
        let name = |index| record.map_or_else(String::new, |record| record.describe_argument(index));
        crate::python::messages::array_overlap(&function, &name(one), &name(other))
    }

    /// An argument cannot be lent: the call ends with this error.
    pub(super) fn refused_by(&mut self, error: Error) {
        self.failed = true;
        error.restore();
    }
}

/// An array that will be copied, or was.
#[doc(hidden)]
pub struct Owned<T> {
    array: Arc<Descriptor>,
    /// What was read.
    elements: Option<Vec<T>>,
}

impl<T: Element> Owned<T> {
    /// Looks at the object; `None` if it does not fit.
    ///
    /// # Safety
    /// As [`Param::convert`](crate::Param::convert).
    pub(crate) unsafe fn find(
        src: *mut ffi::PyObject,
        flags: u8,
        wanted: &'static Constraints,
        cx: &mut Cx<'_>,
    ) -> Option<Owned<T>> {
        // SAFETY: caller's contract.
        unsafe { import(src, flags, wanted, cx) }.map(|array| Owned { array, elements: None })
    }

    /// Copies the elements, in C's order or in Fortran's; false with an exception raised.
    pub(crate) fn acquire(&mut self, order: u8, cx: &mut Cx<'_>) -> bool {
        let Some(_claim) = Claim::of_argument(&self.array, Use::Reads, cx) else { return false };
        // SAFETY: the array was found to have elements of this type, in memory of the process.
        match unsafe { read_all::<T>(&self.array, order) } {
            Ok(all) => {
                self.elements = Some(all);
                true
            }
            Err(error) => {
                cx.refused_by(error);
                false
            }
        }
    }

    /// The elements, once after they were read.
    pub(crate) fn take(&mut self) -> Vec<T> {
        self.elements.take().unwrap_or_default()
    }

    /// The sizes.
    pub(crate) fn shape(&self) -> &[i64] {
        self.array.shape()
    }
}

/// An array that is lent for the call.
#[doc(hidden)]
pub struct Lending {
    pub(crate) array: Arc<Descriptor>,
    claim: Option<Claim>,
}

impl Lending {
    /// As [`Owned::find`]; `wanted` is read where it lies.
    ///
    /// # Safety
    /// As [`Param::convert`](crate::Param::convert).
    pub(crate) unsafe fn find(
        src: *mut ffi::PyObject,
        flags: u8,
        wanted: &'static Constraints,
        cx: &mut Cx<'_>,
    ) -> Option<Lending> {
        // SAFETY: caller's contract.
        unsafe { import(src, flags, wanted, cx) }.map(|array| Lending { array, claim: None })
    }

    /// The same array, to be copied.
    #[cfg(feature = "nalgebra")]
    pub(crate) fn into_copied<T: Element>(self) -> Owned<T> {
        Owned { array: self.array, elements: None }
    }

    /// Claims the memory for reading, or for one exclusive reference; false with an exception raised.
    pub(crate) fn acquire(&mut self, exclusive: bool, cx: &mut Cx<'_>) -> bool {
        let usage = if exclusive { Use::Exclusive } else { Use::Shared };
        self.claim = Claim::of_argument(&self.array, usage, cx);
        self.claim.is_some()
    }
}
