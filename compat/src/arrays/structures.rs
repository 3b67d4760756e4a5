//! Arrays of structures: pybind11's `PYBIND11_NUMPY_DTYPE`.

use crate::arrays::array;
use crate::arrays::loading::Lying;
use crate::arrays::numpy::{dtype_of, field};
use crate::buffers::View;
use nb::{Result, dtype_traits, ffi, ndarray, object};

/// Lets a structure be the element of arrays: pybind11's `PYBIND11_NUMPY_DTYPE(S, a, b)`, which stands beside the module here, since it implements
/// [`dtype_traits`](nb::dtype_traits) for the type.
///
/// All fields are named; those behind a `;` are not shown to Python. They are numbers, [`nb::bool8`] for truth values, and arrays of these. There must be no bytes between them that belong to no
/// field, as there are in `struct S { a: i32, b: f64 }`: nobody writes to such, and arrays are all bytes to others.
///
/// ```no_run
/// use nb_compat::prelude::*;
///
/// #[derive(Clone, Copy)]
/// pub struct Particle { mass: f64, position: [f64; 3], charge: i32, _gap: [u8; 4] }
/// PYBIND11_NUMPY_DTYPE!(Particle, mass, position, charge; _gap);
///
/// PYBIND11_MODULE!(particles, m, {
///     m.attr("dtype") = py::dtype::of<Particle>();
///     m.def("mass", |all: py::array_t<Particle>| -> py::Result<f64> {
///         Ok(all.unchecked::<1>()?.iter().map(|one| one.mass).sum())
///     });
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! PYBIND11_NUMPY_DTYPE {
    ($Type:ident, $($field:ident),+ $(,)? $(; $($hidden:ident),* $(,)?)?) => {
        $crate::__pybind11_structure! { $Type [$($field [::core::stringify!($field)])+] [$($($hidden)*)?] }
    };
}

/// As [`PYBIND11_NUMPY_DTYPE!`], with names for Python: pybind11's `PYBIND11_NUMPY_DTYPE_EX(S, a, "x", b, "y")`.
///
/// ```no_run
/// use nb_compat::prelude::*;
///
/// #[derive(Clone, Copy)]
/// pub struct Point { a: f32, b: f32 }
/// PYBIND11_NUMPY_DTYPE_EX!(Point, a, "x", b, "y");
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! PYBIND11_NUMPY_DTYPE_EX {
    ($Type:ident, $($field:ident, $name:literal),+ $(,)? $(; $($hidden:ident),* $(,)?)?) => {
        $crate::__pybind11_structure! { $Type [$($field [$name])+] [$($($hidden)*)?] }
    };
}

/// What the two have in common.
#[doc(hidden)]
#[macro_export]
macro_rules! __pybind11_structure {
    ($Type:ident [$($field:ident [$name:expr])+] [$($hidden:ident)*]) => {
        const _: () = {
            // All fields, each once.
            #[allow(unused_variables)]
            const fn all_are_named(value: $Type) {
                let $Type { $($field,)+ $($hidden,)* } = value;
            }
            // Now, and not only where it is used.
            let _ = <$Type as $crate::dtype_traits>::FIELDS;
        };

        // SAFETY: all fields are named, each once, see above, and their types have only valid values; no byte is outside of them, see `without_gaps`.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl $crate::dtype_traits for $Type {
            const VALUE: $crate::dlpack::dtype = $crate::__private::structure_dtype(::core::mem::size_of::<$Type>());
            const NAME: &'static str = ::core::stringify!($Type);
            const FIELDS: &'static [$crate::__private::FieldOf] = {
                const FIELDS: &[$crate::__private::FieldOf] = &[$(
                    $crate::__private::field_of($name, ::core::mem::offset_of!($Type, $field), |value: $Type| value.$field)
                ),+];
                const HIDDEN: &[$crate::__private::FieldOf] = &[$(
                    $crate::__private::field_of("", 0, |value: $Type| value.$hidden)
                ),*];
                $crate::__private::without_gaps::<$Type>(FIELDS, HIDDEN);
                FIELDS
            };
        }
    };
}

impl<T: dtype_traits> Lying<T> {
    /// The elements of an array of NumPy's, if they are such.
    pub(crate) fn of(value: &object) -> Option<Lying<T>> {
        match T::FIELDS.is_empty() {
            true => value.try_cast(),
            false => structures(value).ok().flatten(),
        }
    }
}

/// As [`Lying::of`], for structures, which nb does not know of arrays by itself.
fn structures<T: dtype_traits>(value: &object) -> Result<Option<Lying<T>>> {
    if !array::check(value) || !dtype_of::<T>()?.equal(&field(value, "dtype")?)? {
        return Ok(None);
    }
    // Classes of Python's may say whatever they like of themselves; this is the word of native code.
    let view = View::of(value, ffi::PyBUF_STRIDES | ffi::PyBUF_FORMAT)?;
    let size = size_of::<T>();
    let (shape, bytes) = view.sizes_and_strides();
    let data = view.data().cast::<T>();
    let lies = view.itemsize() == size
        && !has_pointers(view.format())
        && data.is_aligned()
        && bytes.iter().all(|stride| stride % size as isize == 0);
    if !lies {
        return Ok(None);
    }
    let strides: Vec<isize> = bytes.iter().map(|stride| stride / size as isize).collect();
    // SAFETY: what the array itself says of its memory, which it keeps alive: elements of this size, aligned, without pointers, so that all that is written to
    // them is legal; views claim the memory while they use it.
    unsafe {
        let elements = ndarray::builder(data.cast_const()).shape(&shape).strides(&strides).owner(value).build()?;
        let writable = match view.is_read_only() {
            true => ndarray::default(),
            false => ndarray::builder(data).shape(&shape).strides(&strides).owner(value).build()?,
        };
        Ok(Some(Lying(elements, writable)))
    }
}

/// Whether a format of the buffer protocol, `T{d:mass:O:owner:}`, has addresses in it. Names stand between colons.
fn has_pointers(format: &[u8]) -> bool {
    let mut in_name = false;
    format.iter().any(|&letter| {
        in_name ^= letter == b':';
        !in_name && matches!(letter, b'O' | b'P' | b'&' | b'X')
    })
}

#[cfg(test)]
mod tests {
    use super::has_pointers;

    #[test]
    fn pointers() {
        for (format, expected) in [
            ("T{d:mass:(3)f:pOs:?:P:x}", false),
            ("T{d:mass:O:owner:}", true),
            ("T{T{i:O:P:a:}:b:}", true),
            ("d", false),
        ] {
            assert_eq!(has_pointers(format.as_bytes()), expected, "{format}");
        }
    }
}
