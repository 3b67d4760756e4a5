//! Points, rotations and transformations, which Eigen's conversions leave out.
//!
//! | type | array |
//! |---|---|
//! | `Point`, `Translation` | a vector of the coordinates |
//! | `Quaternion`, `UnitQuaternion` | a vector of four: `i`, `j`, `k`, `w`, as the crate stores them and SciPy writes them |
//! | `UnitComplex` | a vector of two: real and imaginary part |
//! | `Rotation2`, `Rotation3` | a matrix of 2 by 2, of 3 by 3 |
//! | `Isometry`, `Similarity`, `Affine`, `Projective`, `Transform`, of 2 and 3 | a homogeneous matrix of 3 by 3, of 4 by 4 |
//!
//! Arguments are checked: a `ValueError` says that a matrix is no rotation, or that a quaternion without length has no direction.
//! Others are given length 1.

use crate::arrays::crates::by_reference::{Crosses, OwnedArray, find, made, put};
use crate::arrays::dtype::Element;
use crate::arrays::lending::Owned;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::error::value_error;
use crate::python::messages;
use crate::rv_policy::Policy;
use ::nalgebra::{
    Affine2, Affine3, Complex, Const, Isometry2, Isometry3, Matrix2, Matrix3, Matrix4, OPoint, OVector, Projective2,
    Projective3, Quaternion, Rotation2, Rotation3, Scalar, Similarity2, Similarity3, Transform2, Transform3,
    Translation, Unit, UnitComplex, UnitQuaternion, Vector2, Vector4, try_convert,
};

/// A value that is written as a matrix.
pub(crate) trait Written: Sized {
    type As: Crosses;
    /// What is missing if it is `None`.
    const NEEDS: &'static str = "";
    fn written(self) -> Self::As;
    fn read(matrix: Self::As) -> Option<Self>;
}

/// Implements the conversions of a type, which its matrix has.
macro_rules! geometry {
    ($([$($generics:tt)*] $ty:ty as $matrix:ty $(, needs $needs:literal)?: |$value:ident| $write:expr, |$found:ident| $read:expr;)*) => { $(
        impl<$($generics)*> Written for $ty {
            type As = $matrix;
            $(const NEEDS: &'static str = $needs;)?
            fn written(self) -> $matrix {
                let $value = self;
                $write
            }
            fn read($found: $matrix) -> Option<Self> {
                $read
            }
        }

        // SAFETY: the stage owns the value.
        unsafe impl<D, $($generics)*> Param<D> for $ty {
            type Item<'a> = $ty;
            type Lent<'object, 'call> = $ty;
            type Stage = (Owned<<$matrix as OwnedArray>::T>, Option<$ty>);
            const BORROWS: bool = false;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                <$matrix as Crosses>::OWNED.describe(text);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { find::<$matrix>(src, flags, cx) }.map(|found| (found, None))
            }

            fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
                acquire(stage, cx)
            }

            unsafe fn lend<'a>(stage: &'a mut Self::Stage, _cx: &Cx<'_>) -> $ty {
                stage.1.take().expect("made by `acquire`")
            }
        }

        // SAFETY: the object owns the elements.
        unsafe impl<D, P: Policy, $($generics)*> Ret<D, P> for $ty {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                <$matrix as Crosses>::OWNED.describe(text);
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { put::<_, P>(value.written(), cx) }
            }
        }

        crate::__nb_member! { [$($generics)*] $ty }
    )* };
}

/// Reads the elements and makes the value; false with an exception raised.
fn acquire<G: Written>(stage: &mut (Owned<<G::As as OwnedArray>::T>, Option<G>), cx: &mut Cx<'_>) -> bool {
    if !stage.0.acquire(G::As::ORDER, cx) {
        return false;
    }
    stage.1 = G::read(made(&mut stage.0));
    if stage.1.is_none() {
        let record = cx.record();
        let function = record.map_or_else(|| "nb::cast".to_owned(), |record| record.call_name());
        let argument =
            record.map_or_else(|| "the value".to_owned(), |record| record.describe_argument(cx.spot().argument));
        cx.refused_by(value_error(messages::not_geometry(&function, &argument, G::NEEDS)));
    }
    stage.1.is_some()
}

geometry! {
    [T: Element + Scalar, const N: usize] OPoint<T, Const<N>> as OVector<T, Const<N>>:
        |point| point.coords, |found| Some(OPoint::from(found));
    [T: Element + Scalar, const N: usize] Translation<T, N> as OVector<T, Const<N>>:
        |by| by.vector, |found| Some(Translation::from(found));
    [T: Element + Scalar] Quaternion<T> as Vector4<T>: |q| q.coords, |found| Some(Quaternion { coords: found });
}

macro_rules! of_floats {
    ($($T:ty)*) => { $( geometry! {
        [] UnitQuaternion<$T> as Vector4<$T>, needs "a quaternion with a length":
            |q| q.into_inner().coords,
            |found| Unit::try_new(Quaternion { coords: found }, 0.0).filter(|q| q.norm().is_finite());
        [] UnitComplex<$T> as Vector2<$T>, needs "a complex number with a length":
            |z| Vector2::new(z.re, z.im),
            |found| Unit::try_new(Complex::new(found.x, found.y), 0.0).filter(|z| z.norm().is_finite());
        [] Rotation2<$T> as Matrix2<$T>, needs "a rotation":
            |r| r.into_inner(),
            |found| found.is_special_orthogonal(100.0 * <$T>::EPSILON).then(|| Rotation2::from_matrix_unchecked(found));
        [] Rotation3<$T> as Matrix3<$T>, needs "a rotation":
            |r| r.into_inner(),
            |found| found.is_special_orthogonal(100.0 * <$T>::EPSILON).then(|| Rotation3::from_matrix_unchecked(found));
    }
    homogeneous! { $T:
        Isometry2 as Matrix3, needs "a homogeneous matrix of a rotation and a translation";
        Isometry3 as Matrix4, needs "a homogeneous matrix of a rotation and a translation";
        Similarity2 as Matrix3, needs "a homogeneous matrix of a rotation, a scale and a translation";
        Similarity3 as Matrix4, needs "a homogeneous matrix of a rotation, a scale and a translation";
        Affine2 as Matrix3, needs "a homogeneous matrix that can be inverted, with a last row of 0 and 1";
        Affine3 as Matrix4, needs "a homogeneous matrix that can be inverted, with a last row of 0 and 1";
        Projective2 as Matrix3, needs "a homogeneous matrix that can be inverted";
        Projective3 as Matrix4, needs "a homogeneous matrix that can be inverted";
    }
    geometry! {
        [] Transform2<$T> as Matrix3<$T>: |moved| moved.into_inner(), |found| Some(Transform2::from_matrix_unchecked(found));
        [] Transform3<$T> as Matrix4<$T>: |moved| moved.into_inner(), |found| Some(Transform3::from_matrix_unchecked(found));
    } )* };
}

macro_rules! homogeneous {
    ($T:ty: $($name:ident as $matrix:ident, needs $needs:literal;)*) => { $( geometry! {
        [] $name<$T> as $matrix<$T>, needs $needs: |moved| moved.to_homogeneous(), |found| {
            // The crate takes some for a similarity that scale each axis in another way.
            let apart = 1000.0 * <$T>::EPSILON * found.amax();
            let close = |made: &$name<$T>| (made.to_homogeneous() - found).iter().all(|by| by.abs() <= apart);
            try_convert(found).filter(close)
        };
    } )* };
}

of_floats!(f32 f64);
