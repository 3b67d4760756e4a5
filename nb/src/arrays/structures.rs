//! Structures as elements of arrays, as NumPy has them: what the macros of `nanobind-rs-compat` say of their fields.

use crate::arrays::dlpack::{dtype as Dtype, dtype_code};
use crate::arrays::dtype::dtype_traits;

/// A field of a structure.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct FieldOf {
    pub name: &'static str,
    /// The type as NumPy calls it; of an array, that of its elements.
    pub dtype: &'static str,
    /// How many there are, for an array.
    pub count: Option<usize>,
    pub offset: usize,
    pub size: usize,
}

/// A type that a field may have.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a structure in arrays",
    note = "fields are numbers, `nb::bool8` for truth values, and arrays of them"
)]
///
/// # Safety
/// The type has the size of its dtype, or so many of it, and any bytes are a value of it.
pub unsafe trait NumpyField: Copy {
    const DTYPE: &'static str;
    const COUNT: Option<usize>;
}

// SAFETY: what `dtype_traits` promises of a number.
#[diagnostic::do_not_recommend]
unsafe impl<T: dtype_traits> NumpyField for T {
    const DTYPE: &'static str = {
        assert!(T::FIELDS.is_empty(), "nb: a field of a structure is a number or an array of numbers, no structure");
        T::NAME
    };
    const COUNT: Option<usize> = None;
}

// SAFETY: as above, of each element.
unsafe impl<T: dtype_traits, const N: usize> NumpyField for [T; N] {
    const DTYPE: &'static str = <T as NumpyField>::DTYPE;
    const COUNT: Option<usize> = Some(N);
}

/// Describes a field by the function that reads it.
#[doc(hidden)]
pub const fn field_of<S, F: NumpyField>(name: &'static str, offset: usize, _: fn(S) -> F) -> FieldOf {
    FieldOf { name, dtype: F::DTYPE, count: F::COUNT, offset, size: size_of::<F>() }
}

/// DLPack's word for a structure of so many bytes: a vector of bytes.
#[doc(hidden)]
pub const fn structure_dtype(size: usize) -> Dtype {
    assert!(size > 0 && size <= u16::MAX as usize, "nb: a structure in arrays has between 1 and 65535 bytes");
    Dtype { code: dtype_code::UInt as u8, bits: 8, lanes: size as u16 }
}

/// Asserts that there is no byte of a structure that belongs to no field.
#[doc(hidden)]
pub const fn without_gaps<S>(fields: &[FieldOf], hidden: &[FieldOf]) {
    let (mut sum, mut at) = (0, 0);
    while at < fields.len() {
        sum += fields[at].size;
        at += 1;
    }
    at = 0;
    while at < hidden.len() {
        sum += hidden[at].size;
        at += 1;
    }
    assert!(
        sum == size_of::<S>(),
        "nb: the structure has bytes between its fields, which nobody writes to: make them a field, `_gap: [u8; 4]`, and name that behind a `;`"
    );
}
