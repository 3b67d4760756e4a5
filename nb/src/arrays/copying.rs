//! Copies of arrays that native code makes.

use crate::arrays::descriptor::{Descriptor, Memory, Owner, strides_of};
use crate::arrays::dlpack::Device;
use crate::arrays::dtype::Element;
use crate::arrays::{device, making};
use crate::python::error::{Builtin, Error, Result};
use crate::python::messages;

/// A copy without gaps, in the order of the array if that is Fortran's, else in C's. It can be written to.
///
/// # Errors
/// A `MemoryError`.
pub(crate) fn copied(array: &Descriptor) -> Result<Descriptor> {
    let bytes = array.size() * array.dtype.pitch();
    let mut memory: Vec<u128> = Vec::new();
    let units = bytes.div_ceil(size_of::<u128>());
    memory.try_reserve_exact(units).map_err(|_| Error::new(Builtin::MemoryError, messages::NO_MEMORY))?;
    memory.resize(units, 0);
    let fortran = array.is_in_order(b'F') && !array.is_in_order(b'C');
    let strides = strides_of(array.shape(), if fortran { b'F' } else { b'C' });
    let to = memory.as_mut_ptr().cast::<u8>();
    // SAFETY: the array's elements are readable, and there is room for as many.
    unsafe { copy(array, &strides, to) };
    let cpu = Device { kind: device::cpu::value, id: 0 };
    let place = (to.cast(), 0);
    let owner = Owner::Memory(Memory::of(memory));
    let made = Descriptor::new(place, cpu, array.dtype, false, array.shape(), Some(&strides), owner);
    made.map_err(making::malformed)
}

/// The elements as a vector, in C's order, or in Fortran's.
///
/// # Errors
/// A `MemoryError`.
///
/// # Safety
/// The elements are readable, and of this type.
pub(crate) unsafe fn read_all<T: Element>(array: &Descriptor, order: u8) -> Result<Vec<T>> {
    let count = array.size();
    let mut all: Vec<T> = Vec::new();
    all.try_reserve_exact(count).map_err(|_| Error::new(Builtin::MemoryError, messages::NO_MEMORY))?;
    let strides = strides_of(array.shape(), order);
    // SAFETY: caller's contract; room for as many, each of which is written, and made a value.
    unsafe {
        copy(array, &strides, all.as_mut_ptr().cast());
        if T::SETTLES {
            (0..count).for_each(|index| T::settle(all.as_mut_ptr().add(index)));
        }
        all.set_len(count);
    }
    Ok(all)
}

/// Copies the elements to `to`, where they lie by `strides`.
///
/// # Safety
/// The elements are readable, and nobody writes to them; `to` has room for them.
unsafe fn copy(array: &Descriptor, strides: &[i64], to: *mut u8) {
    let item = array.dtype.pitch();
    let from = array.data().cast::<u8>().cast_const();
    if array.size() == 0 {
        return;
    }
    // SAFETY: caller's contract.
    unsafe {
        if array.strides() == strides || (array.is_in_order(b'C') && is_c(array.shape(), strides)) {
            return to.copy_from_nonoverlapping(from, array.size() * item);
        }
        let ndim = array.ndim();
        let mut index = vec![0i64; ndim];
        loop {
            let place = |strides: &[i64]| {
                index.iter().zip(strides).map(|(&at, &stride)| at.wrapping_mul(stride)).fold(0i64, i64::wrapping_add)
            };
            let (source, target) = (place(array.strides()), place(strides));
            let from = from.offset(source as isize * item as isize);
            to.offset(target as isize * item as isize).copy_from_nonoverlapping(from, item);
            let mut axis = ndim;
            loop {
                if axis == 0 {
                    return;
                }
                axis -= 1;
                index[axis] += 1;
                if index[axis] < array.shape()[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
    }
}

/// Whether the strides are those of C's order.
fn is_c(shape: &[i64], strides: &[i64]) -> bool {
    strides_of(shape, b'C').as_slice() == strides
}
