//! Conversions of the types of other crates, each in a file and behind a feature that is called as the crate.
//!
//! A feature only adds implementations of [`Param`](crate::Param), [`Ret`](crate::Ret) and [`Member`](crate::Member): what a user's own
//! crate could not do, since neither the traits nor the types are its own.

#[cfg(feature = "arrayvec")]
mod arrayvec;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "either")]
mod either;
#[cfg(feature = "indexmap")]
mod indexmap;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "num-complex")]
mod num_complex;
#[cfg(feature = "smallvec")]
mod smallvec;
#[cfg(feature = "time")]
mod time;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod values;
