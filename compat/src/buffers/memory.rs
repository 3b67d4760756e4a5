//! A `memoryview` of memory that lives for ever: pybind11's `py::memoryview::from_memory` and `from_buffer`.

use crate::arrays::messages;
use nb::{Const, Result, dtype_traits, memoryview, memview, ndarray, object, rv_policy, value_error};

/// `py::memoryview::from_memory(bytes)` and `py::memoryview::from_buffer(numbers, shape)`.
///
/// In C++ both take a pointer, and the memory has to live for longer than all that Python makes of the result, which nobody checks. Here it lives for ever, and is read-only. What lies in
/// a bound object is shown by `.def_buffer(..)`; a vector moves into an array, `py::array_t::from_vec(v, [n])`.
///
/// ```no_run
/// use nb_compat::prelude::*;
///
/// static PRIMES: [u32; 4] = [2, 3, 5, 7];
///
/// PYBIND11_MODULE!(tables, m, {
///     m.def("primes", || py::memoryview::from_buffer(&PRIMES, [2, 2]));
///     m.def("magic", || py::memoryview::from_memory(b"\x7fELF"));
/// });
/// # fn main() {}
/// ```
pub trait memoryview_of: Sized {
    /// Of bytes.
    ///
    /// # Errors
    /// Whatever Python raises.
    fn from_memory(bytes: &'static [u8]) -> Result<Self>;

    /// Of numbers, in C's order.
    ///
    /// # Errors
    /// A `ValueError` if the sizes are not for so many numbers; else whatever Python raises.
    fn from_buffer<T: dtype_traits>(numbers: &'static [T], shape: impl AsRef<[usize]>) -> Result<Self>;
}

impl memoryview_of for memoryview {
    fn from_memory(bytes: &'static [u8]) -> Result<memoryview> {
        memoryview::from_buffer(bytes, [bytes.len()])
    }

    fn from_buffer<T: dtype_traits>(numbers: &'static [T], shape: impl AsRef<[usize]>) -> Result<memoryview> {
        let shape = shape.as_ref();
        let count = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size));
        if count != Some(numbers.len()) {
            return Err(value_error(messages::other_count(numbers.len(), count.unwrap_or(usize::MAX))));
        }
        // SAFETY: as many numbers as the sizes say, which live for ever, and which nobody writes to: the array is read-only.
        let shared = unsafe { ndarray::<(memview, Const<T>)>::new(numbers.as_ptr(), shape, ())? };
        object::from(shared.cast_with(rv_policy::reference, None)?).try_into()
    }
}
