//! [`Layout`]: where the elements of an array are, and whether that can be.

use crate::arrays::device;
use crate::arrays::dlpack::{self, Device, dtype as Dtype};
use std::ffi::c_void;

/// Why sizes, strides and addresses cannot be those of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    TooManyDimensions,
    NegativeSize,
    TooLarge,
    NoData,
}

/// Where elements are, of what type, and in what order: all that says whether an array is what a function asks for.
#[derive(Clone, Copy)]
pub(crate) struct Layout<'a> {
    pub(crate) data: *mut c_void,
    pub(crate) device: Device,
    pub(crate) dtype: Dtype,
    pub(crate) read_only: bool,
    /// Sizes, and as many strides.
    pub(crate) dims: &'a [i64],
}

impl<'a> Layout<'a> {
    pub(crate) fn ndim(&self) -> usize {
        self.dims.len() / 2
    }

    pub(crate) fn shape(&self) -> &'a [i64] {
        &self.dims[..self.dims.len() / 2]
    }

    pub(crate) fn strides(&self) -> &'a [i64] {
        &self.dims[self.dims.len() / 2..]
    }

    pub(crate) fn size(&self) -> usize {
        // Checked to be representable, unless a size is 0: then products may have been too, see `check`.
        self.shape().iter().fold(1usize, |size, &next| size.wrapping_mul(next as usize))
    }

    /// Whether all elements have an address, which arithmetic with an `isize` reaches.
    pub(crate) fn check(&self) -> Result<(), Malformed> {
        if self.ndim() > dlpack::MAX_NDIM || !self.dims.len().is_multiple_of(2) {
            return Err(Malformed::TooManyDimensions);
        }
        let pitch = self.dtype.pitch().max(1);
        // Other axes count even if one is empty: products of sizes are formed in any order.
        let (mut bytes, mut empty) = (pitch, false);
        for &size in self.shape() {
            if size < 0 {
                return Err(Malformed::NegativeSize);
            }
            empty |= size == 0;
            bytes = bytes
                .checked_mul(size.max(1) as usize)
                .filter(|&all| all <= isize::MAX as usize)
                .ok_or(Malformed::TooLarge)?;
        }
        if empty {
            return Ok(());
        }
        let (low, high) = self.reach().ok_or(Malformed::TooLarge)?;
        if !device::is_host(self.device.kind) {
            return Ok(());
        }
        if self.data.is_null() {
            return Err(Malformed::NoData);
        }
        let start = self.data as usize;
        match (start.checked_sub(low.unsigned_abs() as usize), start.checked_add(high as usize)) {
            (Some(_), Some(_)) => Ok(()),
            _ => Err(Malformed::TooLarge),
        }
    }

    /// The bytes that elements lie in, counted from the first one: from the least address, which is not after it, to the end of the last.
    fn reach(&self) -> Option<(i64, i64)> {
        if self.size() == 0 {
            return Some((0, 0));
        }
        let pitch = self.dtype.pitch() as i64;
        let (mut low, mut high) = (0i64, pitch);
        for (&size, &stride) in self.shape().iter().zip(self.strides()) {
            let span = (size - 1).checked_mul(stride)?.checked_mul(pitch)?;
            if span < 0 {
                low = low.checked_add(span)?;
            } else {
                high = high.checked_add(span)?;
            }
        }
        (high.checked_sub(low)? <= isize::MAX as i64).then_some((low, high))
    }

    /// The addresses of the first byte and of the one after the last.
    pub(crate) fn range(&self) -> (usize, usize) {
        let (low, high) = self.reach().unwrap_or_default();
        let start = self.data as usize;
        (start.wrapping_add_signed(low as isize), start.wrapping_add_signed(high as isize))
    }

    /// Whether the address of each element is a multiple of `align`, which the size of an element is.
    pub(crate) fn is_aligned(&self, align: usize) -> bool {
        self.data as usize & (align - 1) == 0 || self.size() == 0
    }

    /// Whether the elements lie in this order without gaps: `b'C'`, `b'F'`, `b'A'` for either, 0 for any order.
    pub(crate) fn is_in_order(&self, order: u8) -> bool {
        let contiguous = |c: bool| {
            let mut next = 1i64;
            let mut fits = true;
            let mut look = |(&size, &stride): (&i64, &i64)| {
                fits &= size == 1 || stride == next;
                next = next.wrapping_mul(size);
            };
            let axes = self.shape().iter().zip(self.strides());
            if c {
                axes.rev().for_each(&mut look)
            } else {
                axes.for_each(&mut look)
            }
            fits
        };
        match order {
            0 => true,
            // With one element or none, strides mean nothing.
            _ if self.size() <= 1 => true,
            b'C' => contiguous(true),
            b'F' => contiguous(false),
            _ => contiguous(true) || contiguous(false),
        }
    }
}
