//! [`EnumNumber`]: the integers that can stand for the values of an enumeration.

mod sealed {
    pub trait Sealed {}
}

/// An integer of 64 bits at most, which can be the [`EnumRepr::Number`](super::EnumRepr::Number) of an enumeration.
///
/// The integers of Rust are it, and nothing else can be; see the example of [`EnumRepr`](super::EnumRepr).
pub trait EnumNumber: sealed::Sealed + Copy + 'static {
    #[doc(hidden)]
    fn widen(self) -> i128;
    #[doc(hidden)]
    fn narrow(number: i128) -> Option<Self>;
}

macro_rules! numbers {
    ($($ty:ident)*) => { $(
        impl sealed::Sealed for $ty {}
        impl EnumNumber for $ty {
            fn widen(self) -> i128 {
                self as i128
            }
            fn narrow(number: i128) -> Option<$ty> {
                $ty::try_from(number).ok()
            }
        }
    )* };
}
numbers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize }
