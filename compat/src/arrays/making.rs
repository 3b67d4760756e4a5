//! New arrays: of sizes, of elements, and of other objects.

use crate::arrays::typed::array_t;
use crate::arrays::untyped::array;
use crate::arrays::{messages, numpy};
use crate::buffers::{buffer, buffer_info};
use nb::{Result, dtype_traits, list, ndarray, numpy as in_numpy, object, tuple, value_error};

/// What `py::array_t<T>(..)` takes alone: sizes (`n`, `{3, 2}`), or an object.
pub trait ArraySource<T, const FLAGS: i32> {
    /// The new array.
    #[doc(hidden)]
    fn array(self) -> Result<array>;
}

macro_rules! sizes {
    ($([$($generics:tt)*] $ty:ty, |$value:ident| $sizes:expr;)*) => { $(
        impl<T: dtype_traits, const FLAGS: i32, $($generics)*> ArraySource<T, FLAGS> for $ty {
            fn array(self) -> Result<array> {
                let $value = self;
                numpy::zeros::<T>($sizes, FLAGS & 3 == array::f_style).map(array::known)
            }
        }
    )* };
}
sizes! {
    [] usize, |size| &[size];
    [const N: usize] [usize; N], |sizes| &sizes;
    [] &[usize], |sizes| sizes;
    [] Vec<usize>, |sizes| &sizes;
    [] &Vec<usize>, |sizes| sizes;
}

macro_rules! objects {
    ($($ty:ty)*) => { $(
        impl<T: dtype_traits, const FLAGS: i32> ArraySource<T, FLAGS> for $ty {
            fn array(self) -> Result<array> {
                let value: &object = &self;
                array_t::<T, FLAGS>::taken(value.clone()).map(array::from)
            }
        }
    )* };
}
objects!(object &object list &list tuple &tuple array &array buffer &buffer);

/// A copy of the memory.
impl<T: dtype_traits, const FLAGS: i32> ArraySource<T, FLAGS> for &buffer_info {
    fn array(self) -> Result<array> {
        array_t::<T, FLAGS>::taken(numpy::copied::<T>(self.memory(), "K")?).map(array::from)
    }
}

impl<T: dtype_traits, const FLAGS: i32> array_t<T, FLAGS> {
    /// A new array of zeros, or one of what another object holds: pybind11's `py::array_t<T>(n)`, `py::array_t<T>({3, 2})` and `py::array_t<T>(o)`, which are spelled that way
    /// inside the macros. In C++ elements are whatever was in memory.
    ///
    /// Raises what NumPy raises, see [`try_new`](Self::try_new).
    pub fn new(source: impl ArraySource<T, FLAGS>) -> Self {
        Self::try_new(source).unwrap_or_else(|error| error.raise())
    }

    /// As [`new`](Self::new).
    ///
    /// # Errors
    /// A `MemoryError` or `ValueError` where there cannot be so many elements; whatever NumPy raises for an object that it makes no such array of.
    pub fn try_new(source: impl ArraySource<T, FLAGS>) -> Result<Self> {
        Self::taken(source.array()?.into())
    }

    /// A new array of these sizes with a copy of these elements: pybind11's `py::array_t<T>(shape, data)`, which is spelled that way inside the macros. Raises a `ValueError`
    /// where there are more or fewer elements.
    pub fn with_data(shape: impl ArraySource<T, FLAGS>, data: impl AsRef<[T]>) -> Self {
        let fill = || -> Result<Self> {
            let (made, data) = (Self::try_new(shape)?, data.as_ref());
            if made.size() != data.len() {
                return Err(value_error(messages::other_count(data.len(), made.size())));
            }
            let elements = made.mutable_flat()?;
            let elements = elements.view();
            data.iter().enumerate().for_each(|(at, &element)| elements.set([at], element));
            drop(elements);
            Ok(made)
        };
        fill().unwrap_or_else(|error| error.raise())
    }

    /// An array whose memory is that of a vector, which moves into it: what the constructor with a `py::capsule` is used for in C++.
    ///
    /// ```no_run
    /// fn table() -> nb::Result<nb_compat::array_t<f64>> {
    ///     nb_compat::array_t::from_vec(vec![1.0, 2.0, 3.0, 4.0], [2, 2])
    /// }
    /// ```
    ///
    /// Structures are copied.
    ///
    /// # Errors
    /// A `ValueError` if the sizes are not for so many elements.
    pub fn from_vec(elements: Vec<T>, shape: impl AsRef<[usize]>) -> Result<Self> {
        if !T::FIELDS.is_empty() {
            let made = Self::with_data(&[elements.len()][..], elements);
            return Self::taken(made.reshape(shape)?.into());
        }
        let made = if FLAGS & 3 == array::f_style {
            object::from(ndarray::<(in_numpy, T, nb::f_contig)>::from_vec(elements, shape)?.cast()?)
        } else {
            object::from(ndarray::<(in_numpy, T)>::from_vec(elements, shape)?.cast()?)
        };
        Self::taken(made)
    }
}
