//! Which Rust types can be elements of arrays: [`dtype_traits`].

use crate::arrays::dlpack::{dtype as Dtype, dtype_code};
use crate::arrays::structures::FieldOf;
use std::fmt;

/// A scalar type that arrays can have, nanobind's `dtype_traits`. Types of one's own may implement it.
///
/// Integers, floats and [`bool8`] have it; `half::f16` and `half::bf16` with the feature `half`, `num_complex::Complex` with the feature
/// `num-complex`. `bool` counts as [`bool8`].
///
/// ```
/// use nb::dlpack::{dtype, dtype_code};
///
/// /// A number of 16 bits, however it is used.
/// #[derive(Clone, Copy)]
/// #[repr(transparent)]
/// pub struct Half(u16);
///
/// // SAFETY: 16 bits, all of which are valid.
/// unsafe impl nb::dtype_traits for Half {
///     const VALUE: dtype = dtype::new(dtype_code::Float, 16);
///     const NAME: &'static str = "float16";
/// }
/// assert_eq!(nb::dtype::<Half>().bits, 16);
/// ```
///
/// # Safety
/// The size of the type is that of the dtype, `bits * lanes / 8`, and it has no padding, no destructor's worth of meaning, and no interior
/// mutability: every pattern of bits is a valid value, which any thread may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a scalar that arrays can have nor another marker of `nb::ndarray`",
    label = "not known to `nb::ndarray`",
    note = "scalars are `f32`, `u8`, `bool` and their kin; `half::f16` and `num_complex::Complex` need the features `half` and `num-complex`; a type of your own implements `nb::dtype_traits`",
    note = "several markers are a tuple outside of nb's macros: `nb::ndarray<(f32, nb::ndim<2>)>`"
)]
pub unsafe trait dtype_traits: Copy + Send + Sync + 'static {
    /// DLPack's description.
    const VALUE: Dtype;
    /// As NumPy calls it, in signatures and for conversions.
    const NAME: &'static str;
    /// The fields of a structure, which the macros of `nanobind-rs-compat` name.
    #[doc(hidden)]
    const FIELDS: &'static [FieldOf] = &[];
}

macro_rules! scalars {
    ($($ty:ty: $code:ident $name:literal;)*) => { $(
        // SAFETY: a number, of which all bits count.
        unsafe impl dtype_traits for $ty {
            const VALUE: Dtype = Dtype::new(dtype_code::$code, (size_of::<$ty>() * 8) as u8);
            const NAME: &'static str = $name;
        }
    )* };
}

scalars! {
    i8: Int "int8";
    i16: Int "int16";
    i32: Int "int32";
    i64: Int "int64";
    i128: Int "int128";
    u8: UInt "uint8";
    u16: UInt "uint16";
    u32: UInt "uint32";
    u64: UInt "uint64";
    u128: UInt "uint128";
    f32: Float "float32";
    f64: Float "float64";
    bool8: Bool "bool";
}

#[cfg(target_pointer_width = "64")]
scalars! {
    isize: Int "int64";
    usize: UInt "uint64";
}

#[cfg(target_pointer_width = "32")]
scalars! {
    isize: Int "int32";
    usize: UInt "uint32";
}

#[cfg(feature = "half")]
scalars! {
    half::f16: Float "float16";
    half::bf16: Bfloat "bfloat16";
}

#[cfg(feature = "num-complex")]
mod complex {
    use super::*;
    use num_complex::Complex;

    macro_rules! complex {
        ($($ty:ty: $code:ident $name:literal;)*) => { $(
            // SAFETY: two numbers in a row (`repr(C)`), of which all bits count.
            unsafe impl dtype_traits for Complex<$ty> {
                const VALUE: Dtype = Dtype::new(dtype_code::$code, (size_of::<Complex<$ty>>() * 8) as u8);
                const NAME: &'static str = $name;
            }
        )* };
    }

    complex! {
        f32: Complex "complex64";
        f64: Complex "complex128";
    }
    #[cfg(feature = "half")]
    complex! {
        half::f16: Complex "complex32";
        half::bf16: Bcomplex "bcomplex32";
    }
}

/// An element of an array of truth values: any byte, of which all but 0 mean true.
///
/// An array that Python has filled may hold other bytes than 0 and 1, which a Rust `bool` must never be.
///
/// ```
/// let yes = nb::bool8::from(true);
/// assert!(yes.get() && bool::from(yes));
/// ```
#[derive(Clone, Copy, Default)]
#[repr(transparent)]
pub struct bool8(u8);

impl bool8 {
    /// The truth value.
    pub fn get(self) -> bool {
        self.0 != 0
    }
}

impl From<bool> for bool8 {
    fn from(value: bool) -> bool8 {
        bool8(u8::from(value))
    }
}

impl From<bool8> for bool {
    fn from(value: bool8) -> bool {
        value.get()
    }
}

impl PartialEq for bool8 {
    fn eq(&self, other: &bool8) -> bool {
        self.get() == other.get()
    }
}

impl Eq for bool8 {}

impl PartialEq<bool> for bool8 {
    fn eq(&self, other: &bool) -> bool {
        self.get() == *other
    }
}

impl fmt::Debug for bool8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// A type that names a scalar: the scalar itself, or `bool`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a scalar that arrays can have",
    note = "scalars are `f32`, `u8`, `bool` and their kin; a type of your own implements `nb::dtype_traits`"
)]
#[doc(hidden)]
pub trait NamesScalar {
    type Scalar: dtype_traits;
}

#[diagnostic::do_not_recommend]
impl<T: dtype_traits> NamesScalar for T {
    type Scalar = T;
}

impl NamesScalar for bool {
    type Scalar = bool8;
}

/// An element of other crates' arrays: a scalar, or `bool`.
///
/// # Safety
/// `DTYPE` is that of the type, and [`settle`](Element::settle) makes a valid value of whatever bytes there are.
#[diagnostic::on_unimplemented(
    message = "arrays of `{Self}` do not cross the border",
    note = "elements are `f32`, `u8`, `bool` and their kin; a type of your own implements `nb::dtype_traits`"
)]
#[doc(hidden)]
pub unsafe trait Element: Copy + Send + Sync + 'static {
    const DTYPE: Dtype;
    const NAME: &'static str;
    /// Other bytes than those of a value may be there.
    const SETTLES: bool = false;

    /// # Safety
    /// `at` can be read and written as bytes.
    unsafe fn settle(_at: *mut Self) {}
}

// SAFETY: all bytes are valid.
#[diagnostic::do_not_recommend]
unsafe impl<T: dtype_traits> Element for T {
    const DTYPE: Dtype = T::VALUE;
    const NAME: &'static str = T::NAME;
}

// SAFETY: a byte that is not 0 becomes 1.
unsafe impl Element for bool {
    const DTYPE: Dtype = <bool8 as dtype_traits>::VALUE;
    const NAME: &'static str = <bool8 as dtype_traits>::NAME;
    const SETTLES: bool = true;

    unsafe fn settle(at: *mut bool) {
        // SAFETY: caller's contract; a byte.
        unsafe { at.write(at.cast::<u8>().read() != 0) }
    }
}

/// The description of a scalar type, to be compared with that of an array: nanobind's `nb::dtype<T>()`.
///
/// ```
/// # fn kind(a: &nb::ndarray) -> &'static str {
/// if a.dtype() == nb::dtype::<f32>() { "single" } else { "other" }
/// # }
/// assert_eq!(nb::dtype::<bool>().bits, 8);
/// ```
pub const fn dtype<T: NamesScalar>() -> Dtype {
    <T::Scalar as dtype_traits>::VALUE
}
