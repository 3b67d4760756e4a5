//! Types of the crate `bitflags` as enumerations of flags, with the feature `bitflags`.

use super::builder::enum_;
use super::{Enum, EnumRepr};
use bitflags::Flags;

impl<D, T: Enum<D> + EnumRepr<D> + Flags> enum_<'_, D, T> {
    /// Adds all flags of the type that have a name, as members of the same names. Needs the feature `bitflags`; an example is at
    /// [`nb_flags!`](crate::nb_flags).
    pub fn all_flags(self) -> Self {
        let named = T::FLAGS.iter().filter(|flag| flag.is_named());
        named.fold(self, |all, flag| all.value(flag.name(), *flag.value()))
    }
}

/// Lets a type that `bitflags!` has declared be bound with `nb::enum_` and `nb::is_flag()`: implements
/// [`EnumRepr`](crate::EnumRepr). Needs the feature `bitflags`, which is for version 2 of the crate.
///
/// The type is `Copy`, and its bits are an integer of 64 bits at most. An argument with bits that no flag has is refused.
///
/// ```no_run
/// # extern crate bitflags;
/// use nb::prelude::*;
///
/// bitflags::bitflags! {
///     #[derive(Clone, Copy)]
///     pub struct Perm: u32 {
///         const READ = 1;
///         const WRITE = 2;
///     }
/// }
/// nb::nb_flags!(Perm);
///
/// nb_module!(files, m, {
///     nb::enum_<Perm>(m, "Perm", nb::is_flag()).all_flags();
///     m.def("can_write", |perm: Perm| perm.contains(Perm::WRITE));
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! nb_flags {
    ($T:ty) => {
        impl<D> $crate::EnumRepr<D> for $T {
            type Number = <$T as $crate::__private::Flags>::Bits;

            fn to_number(self) -> Self::Number {
                $crate::__private::Flags::bits(&self)
            }

            fn from_number(number: Self::Number) -> ::core::option::Option<$T> {
                $crate::__private::Flags::from_bits(number)
            }
        }
    };
}
