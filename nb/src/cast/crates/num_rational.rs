//! `Ratio<i64>`, of other signed integers, and `BigRational`: a `fractions.Fraction`, or a number that its numerator takes, which is a
//! fraction of 1.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::cast::crates::classes::{self, attribute, is_instance};
use crate::cast::crates::values::values;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::object::object;
use num_bigint_04::{BigInt, Sign};
use num_rational::{BigRational, Ratio};

/// Numerator and denominator.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn read<T: Param<(), Stage = T> + From<bool>>(
    src: *mut ffi::PyObject,
    flags: u8,
    cx: &mut Cx<'_>,
) -> Option<(T, T)> {
    // SAFETY: caller's contract; the parts are owned.
    unsafe {
        if !is_instance(src, Known::Fraction, cx)? {
            return Some((T::convert(src, flags, cx)?, true.into()));
        }
        let numerator = attribute(src, c"numerator", cx)?;
        let denominator = attribute(src, c"denominator", cx)?;
        Some((T::convert(numerator.as_ptr(), CONVERT, cx)?, T::convert(denominator.as_ptr(), CONVERT, cx)?))
    }
}

/// # Safety
/// Attached.
unsafe fn put<T: Ret<(), crate::rv_policy::automatic>>(
    (numerator, denominator): (T, T),
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: attached; new references.
    unsafe {
        let numerator = object::from_owned(T::put(numerator, cx));
        let denominator = object::from_owned(T::put(denominator, cx));
        classes::new(Known::Fraction, [numerator, denominator], cx)
    }
}

macro_rules! ratios {
    ($($ty:ident)*) => {
        values! { $(
            Ratio<$ty>, "fractions.Fraction | int" => "fractions.Fraction",
            |src, flags, cx| {
                let (numerator, denominator) = read::<$ty>(src, flags, cx)?;
                // A class that is derived from `Fraction` could say anything; reducing what is positive overflows nowhere.
                if denominator > 0 { Some(Ratio::new(numerator, denominator)) } else { cx.refuse(Reason::Range) }
            },
            |stage| *stage,
            |value, cx| put(value.into_raw(), cx);
        )* }
    };
}

ratios!(i8 i16 i32 i64 i128 isize);

values! {
    BigRational, "fractions.Fraction | int" => "fractions.Fraction",
    |src, flags, cx| {
        let (numerator, denominator) = read::<BigInt>(src, flags, cx)?;
        if denominator.sign() == Sign::Plus { Some(Ratio::new(numerator, denominator)) } else { cx.refuse(Reason::Range) }
    },
    |stage| std::mem::replace(stage, Ratio::from_integer(BigInt::ZERO)),
    |value, cx| put(value.into_raw(), cx);
}
