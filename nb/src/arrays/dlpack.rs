//! DLPack's own structures, by which array libraries hand memory to each other: nanobind's namespace `nb::dlpack`.

use std::ffi::c_void;

/// The version of DLPack that nb speaks; capsules without a version are understood too.
pub(crate) const VERSION: Version = Version { major: 1, minor: 1 };

/// In [`ManagedVersioned::flags`]: nobody may write to the memory.
pub(crate) const FLAG_READ_ONLY: u64 = 1;

/// No array has more dimensions (twice as many as NumPy allows).
pub(crate) const MAX_NDIM: usize = 128;

/// The kind of an element, independent of its width: the field [`code`](dtype::code) of a [`dtype`], nanobind's `nb::dlpack::dtype_code`.
///
/// ```
/// assert_eq!(nb::dtype::<f32>().code, nb::dlpack::dtype_code::Float as u8);
/// ```
#[allow(missing_docs, reason = "DLPack's names")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum dtype_code {
    Int = 0,
    UInt = 1,
    Float = 2,
    Bfloat = 4,
    Complex = 5,
    Bool = 6,
    Float8_E3M4 = 7,
    Float8_E4M3 = 8,
    Float8_E4M3B11FNUZ = 9,
    Float8_E4M3FN = 10,
    Float8_E4M3FNUZ = 11,
    Float8_E5M2 = 12,
    Float8_E5M2FNUZ = 13,
    Float8_E8M0FNU = 14,
    Float6_E2M3FN = 15,
    Float6_E3M2FN = 16,
    Float4_E2M1FN = 17,
    Bcomplex = 18,
}

/// The type of the elements of an array: nanobind's `nb::dlpack::dtype`. That of a scalar is [`nb::dtype::<T>()`](crate::dtype()).
///
/// ```
/// let f32 = nb::dtype::<f32>();
/// assert_eq!((f32.code, f32.bits, f32.lanes), (nb::dlpack::dtype_code::Float as u8, 32, 1));
/// assert_ne!(f32, nb::dtype::<i32>());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct dtype {
    /// The kind, a [`dtype_code`]; other libraries may use codes that have no name there.
    pub code: u8,
    /// Bits of one lane.
    pub bits: u8,
    /// Lanes of a vector type; 1 for others.
    pub lanes: u16,
}

impl dtype {
    /// Of one lane.
    ///
    /// ```
    /// use nb::dlpack::{dtype, dtype_code};
    /// assert_eq!(dtype::new(dtype_code::UInt, 8), nb::dtype::<u8>());
    /// ```
    pub const fn new(code: dtype_code, bits: u8) -> dtype {
        dtype { code: code as u8, bits, lanes: 1 }
    }

    /// Says nothing: `dtype<void>()` in C++.
    pub(crate) const ANY: dtype = dtype { code: 0, bits: 0, lanes: 0 };

    /// Bytes of one lane, rounded up.
    pub(crate) const fn itemsize(self) -> usize {
        (self.bits as usize).div_ceil(8)
    }

    /// Bytes from one element to the next.
    pub(crate) const fn pitch(self) -> usize {
        (self.bits as usize * self.lanes as usize).div_ceil(8)
    }

    /// Whether it is this kind.
    pub(crate) const fn is(self, code: dtype_code) -> bool {
        self.code == code as u8
    }

    pub(crate) const fn is_complex(self) -> bool {
        self.is(dtype_code::Complex) || self.is(dtype_code::Bcomplex)
    }

    /// The name by which the libraries know it, for conversions.
    pub(crate) fn name(self) -> Option<String> {
        if self.lanes != 1 {
            return None;
        }
        let prefix = match self.code {
            code if code == dtype_code::Bool as u8 => return Some("bool".to_owned()),
            code if code == dtype_code::Int as u8 => "int",
            code if code == dtype_code::UInt as u8 => "uint",
            code if code == dtype_code::Float as u8 => "float",
            code if code == dtype_code::Bfloat as u8 => "bfloat",
            code if code == dtype_code::Complex as u8 => "complex",
            code if code == dtype_code::Bcomplex as u8 => "bcomplex",
            _ => return None,
        };
        Some(format!("{prefix}{}", self.bits))
    }
}

/// Where the memory of an array is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Device {
    pub kind: i32,
    pub id: i32,
}

/// `DLTensor`.
#[repr(C)]
pub(crate) struct Tensor {
    pub data: *mut c_void,
    pub device: Device,
    pub ndim: i32,
    pub dtype: dtype,
    pub shape: *mut i64,
    pub strides: *mut i64,
    pub byte_offset: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Version {
    pub major: u32,
    pub minor: u32,
}

/// `DLManagedTensor`, which old libraries exchange.
#[repr(C)]
pub(crate) struct Managed {
    pub tensor: Tensor,
    pub manager: *mut c_void,
    pub deleter: Option<unsafe extern "C" fn(*mut Managed)>,
}

/// `DLManagedTensorVersioned`.
#[repr(C)]
pub(crate) struct ManagedVersioned {
    pub version: Version,
    pub manager: *mut c_void,
    pub deleter: Option<unsafe extern "C" fn(*mut ManagedVersioned)>,
    pub flags: u64,
    pub tensor: Tensor,
}

static_assertions::assert_eq_size!(dtype, u32);
#[cfg(target_pointer_width = "64")]
static_assertions::const_assert!(
    size_of::<Tensor>() == 48 && size_of::<Managed>() == 64 && size_of::<ManagedVersioned>() == 80
);
