//! How many dimensions an array has, and of which sizes: `nb::shape<-1, 3>` and `nb::ndim<2>`.

use crate::util::arity::for_each_arity;
use std::fmt::Debug;
use std::marker::PhantomData;

/// One entry of a [`shape`](struct@shape): a size, or -1 for any.
#[derive(Clone, Copy, Debug)]
pub struct dim<const SIZE: i64> {}

/// Fixes the number of dimensions and their sizes; -1 stands for any size. nanobind's `nb::shape<-1, 3>`, which is spelled that way inside
/// nb's macros and `nb::shape!(-1, 3)` in other code.
///
/// A shape is never converted: an array of another one is refused.
///
/// ```
/// type Points = nb::ndarray<(f32, nb::shape!(-1, 3))>;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct shape<Dims>(PhantomData<Dims>);

/// Fixes the number of dimensions: [`shape`](struct@shape) with as many times -1.
///
/// ```
/// type Image = nb::ndarray<(u8, nb::ndim<3>)>;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ndim<const N: usize> {}

/// The type [`shape`](struct@shape), of sizes: `nb::shape!(-1, 3)`. Inside nb's macros it is written as in C++, `nb::shape<-1, 3>`.
///
/// ```
/// fn length(a: nb::ndarray<(f64, nb::shape!(-1))>) -> usize {
///     a.shape(0)
/// }
/// ```
#[macro_export]
macro_rules! shape {
    ($($size:expr),* $(,)?) => { $crate::shape<($($crate::dim<{ $size }>,)*)> };
}

/// What is known of the shape at compile time.
#[doc(hidden)]
pub trait ShapeSpec: 'static {
    /// -1 for any number.
    const NDIM: i32;
    /// A size for each dimension, -1 for any.
    const EXTENTS: &'static [i64];
}

/// Nothing is known of it.
#[doc(hidden)]
pub struct AnyShape;

impl ShapeSpec for AnyShape {
    const NDIM: i32 = -1;
    const EXTENTS: &'static [i64] = &[];
}

/// A shape of which the number of dimensions is known.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the number of dimensions of this array is not known to the compiler",
    note = "add `nb::ndim<2>` or `nb::shape<-1, 3>` to the type of the array, or ask at run time: `a.view_as::<(f32, nb::ndim<2>)>()?`"
)]
pub trait Ranked: ShapeSpec {
    /// `[usize; N]`.
    type Index: Copy + AsRef<[usize]> + AsMut<[usize]> + Debug + Send + Sync + 'static;
    /// `[isize; N]`.
    type Strides: Copy + AsRef<[isize]> + AsMut<[isize]> + Debug + Send + Sync + 'static;
    const N: usize;
    const NO_INDEX: Self::Index;
    const NO_STRIDES: Self::Strides;
}

impl<const N: usize> ShapeSpec for ndim<N> {
    const NDIM: i32 = N as i32;
    const EXTENTS: &'static [i64] = &[-1; N];
}

impl<const N: usize> Ranked for ndim<N> {
    type Index = [usize; N];
    type Strides = [isize; N];
    const N: usize = N;
    const NO_INDEX: [usize; N] = [0; N];
    const NO_STRIDES: [isize; N] = [0; N];
}

/// An entry of a `shape`.
#[doc(hidden)]
pub trait Dim: 'static {
    const SIZE: i64;
}

impl<const SIZE: i64> Dim for dim<SIZE> {
    const SIZE: i64 = {
        assert!(SIZE >= -1, "the arguments of `nb::shape` must either be positive or equal to -1");
        SIZE
    };
}

macro_rules! shapes {
    ($count:tt: $($P:ident $name:ident $index:tt),*) => {
        impl<$($P: Dim),*> ShapeSpec for shape<($($P,)*)> {
            const NDIM: i32 = $count;
            const EXTENTS: &'static [i64] = &[$($P::SIZE),*];
        }

        impl<$($P: Dim),*> Ranked for shape<($($P,)*)> {
            type Index = [usize; $count];
            type Strides = [isize; $count];
            const N: usize = $count;
            const NO_INDEX: [usize; $count] = [0; $count];
            const NO_STRIDES: [isize; $count] = [0; $count];
        }
    };
}

for_each_arity!(shapes, 0..=12);
