//! `nb::enum_`: Python enumerations for Rust enums and for types that stand for numbers.
//!
//! The Python side is an ordinary `enum.Enum` (or `IntEnum`, `Flag`, ..). What relates its members to Rust values is a
//! [`record`] that the Python class owns. In bodies of pybind11's dialect, it may be a class of another kind: [`pybind11`].
//!
//! # The record
//!
//! `nb::enum_` makes a class of Python's module `enum`, not one of ours, and adds the members by hand, since `.value(..)` has to work
//! at any time; so does nanobind, whose members look the same. What relates them to Rust is a record (`EnumData`): a Python object in
//! the class's namespace that owns the class and the members and shows them to the collector, and two hash tables, by address and by
//! number. A registry in the state finds the record by `TypeId`, the way classes are found.
//!
//! A Rust enum needs no derive: the macro, which knows the type, casts it with `as`, and a value that can be cast has neither fields
//! nor a destructor, so the bits that `.value(..)` was given can be copied for each argument. No integer is ever turned into a
//! variant. Types with an `EnumRepr` are told apart by an inherent method that hides a trait's (`EnumProbe`); they may make values of
//! numbers that have no member, which flags need.
//!
//! Members are read from the record, never from the class's own tables, so Python code cannot change what a member means. Nothing
//! that may run Python code stands between finding a record and reading it.

mod builder;
pub mod cast;
mod create;
mod extras;
#[cfg(feature = "bitflags")]
mod flags;
mod index;
mod number;
mod pybind11;
mod record;

pub use builder::enum_;
pub use extras::{EnumExtra, is_arithmetic, is_flag, is_str};
pub use number::EnumNumber;
pub use pybind11::{pybind11_enum, pybind11_native_enum};
pub(crate) use record::Registry;

use std::marker::PhantomData;

/// A type that the extension with domain `D` binds as a Python enumeration.
///
/// `nb::enum_<T>` in `nb_module!`, and [`nb_enum!`](crate::nb_enum), implement it: for Rust enums without fields, with
/// explicit discriminants or without, and for types with an [`EnumRepr`]. There is no reason to do so by hand.
///
/// # Safety
/// Values may be copied bit by bit.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an enumeration that this extension binds",
    label = "`{Self}` needs to be bound as an enumeration",
    note = "bind it with `nb::enum_<{Self}>(m, \"Name\")` inside `nb_module!`, or with `nb_enum!({Self}, \"Name\", [..]);` in any file of the crate"
)]
pub unsafe trait Enum<D>: Sized + Send + Sync + 'static {
    /// Makes the value with a number that no member has; `None` for Rust enums, which have no such values.
    #[doc(hidden)]
    const FROM_NUMBER: Option<fn(i128) -> Option<Self>>;
    /// The number that stands for the value.
    #[doc(hidden)]
    fn number(value: &Self) -> i128;
}

/// Lets a type that is no Rust `enum` be bound with `nb::enum_`: a newtype over an integer, or a type of the `bitflags`
/// crate.
///
/// For types of `bitflags` 2, `nb_flags!` implements it, with the feature `bitflags`.
///
/// An enumeration with [`is_flag`] needs this, since combinations of members have no name, and a Rust `enum` has no value
/// for them. `D` is the domain of the extension: `impl<D> EnumRepr<D> for Perm` for a type of your own,
/// `impl EnumRepr<crate::NbDomain> for other_crate::Perm` for one of somebody else's.
///
/// ```no_run
/// use nb::prelude::*;
///
/// #[derive(Clone, Copy)]
/// pub struct Perm(u32);
///
/// impl Perm {
///     const READ: Perm = Perm(1);
///     const WRITE: Perm = Perm(2);
/// }
///
/// impl<D> nb::EnumRepr<D> for Perm {
///     type Number = u32;
///     fn to_number(self) -> u32 {
///         self.0
///     }
///     fn from_number(number: u32) -> Option<Perm> {
///         // With bitflags: `Perm::from_bits(number)`.
///         Some(Perm(number))
///     }
/// }
///
/// nb_module!(files, m, {
///     nb::enum_<Perm>(m, "Perm", nb::is_flag()).value("READ", Perm::READ).value("WRITE", Perm::WRITE);
///     m.def("can_write", |perm: Perm| perm.0 & Perm::WRITE.0 != 0);
/// });
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an enumeration of flags",
    label = "a Rust `enum` has no values for combinations of its variants",
    note = "bind a newtype such as `struct {Self}(u32)`, or a type of the `bitflags` crate, and implement `nb::EnumRepr` for it"
)]
pub trait EnumRepr<D>: Copy + Send + Sync + 'static {
    /// The integer that stands for a value.
    type Number: EnumNumber;
    /// The number of a value.
    fn to_number(self) -> Self::Number;
    /// The value with this number. `None` where there is none: an argument with this number is then refused.
    fn from_number(number: Self::Number) -> Option<Self>;
}

/// Tells types with an [`EnumRepr`] from Rust enums: an inherent item hides that of a trait.
#[doc(hidden)]
pub struct EnumProbe<'v, D, T>(&'v T, PhantomData<fn(D)>);

impl<'v, D, T> EnumProbe<'v, D, T> {
    pub fn new(value: &'v T) -> Self {
        EnumProbe(value, PhantomData)
    }
}

impl<D, T: EnumRepr<D>> EnumProbe<'_, D, T> {
    pub const FROM_NUMBER: Option<fn(i128) -> Option<T>> = Some(|number| T::from_number(T::Number::narrow(number)?));

    /// # Safety
    /// None; the other one has one.
    pub unsafe fn raw(&self) -> i128 {
        self.0.to_number().widen()
    }
}

/// See [`EnumProbe`].
#[doc(hidden)]
pub trait PlainEnum {
    type Value;
    const FROM_NUMBER: Option<fn(i128) -> Option<Self::Value>> = None;

    /// # Safety
    /// The value may be copied bit by bit.
    unsafe fn raw(&self) -> Self::Value;
}

impl<D, T> PlainEnum for EnumProbe<'_, D, T> {
    type Value = T;

    unsafe fn raw(&self) -> T {
        // SAFETY: caller's contract.
        unsafe { std::ptr::read(self.0) }
    }
}

/// The bits of a value, whose type the reader knows.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub(crate) struct Bits(std::mem::MaybeUninit<[u8; 16]>);

impl Bits {
    /// A copy of the value.
    pub(crate) fn of<D, T: Enum<D>>(value: &T) -> Bits {
        const { fits::<T>() };
        let mut bits = Bits(std::mem::MaybeUninit::uninit());
        // SAFETY: it fits, as checked, and may be copied.
        unsafe { (&raw mut bits).cast::<T>().copy_from_nonoverlapping(value, 1) };
        bits
    }

    /// The value.
    ///
    /// # Safety
    /// Made by [`of`](Self::of) from a `T`.
    #[inline(always)]
    pub(crate) unsafe fn get<D, T: Enum<D>>(&self) -> T {
        // SAFETY: caller's contract; values of a `T` may be copied.
        unsafe { std::ptr::from_ref(self).cast::<T>().read() }
    }
}

const fn fits<T>() {
    assert!(
        size_of::<T>() <= size_of::<Bits>() && align_of::<T>() <= align_of::<Bits>(),
        "nb: an enumeration's values take 16 bytes at most: bind a smaller type that stands for them"
    );
}

/// A Rust enum is copied bit by bit, which nothing may notice.
#[doc(hidden)]
pub const fn check_plain<T>() {
    assert!(
        !std::mem::needs_drop::<T>(),
        "nb: an enum that implements Drop cannot be bound with nb::enum_: bind it with nb::class_"
    );
}
