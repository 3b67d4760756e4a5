//! Operators by expression: nanobind's `.def(nb::self + nb::self)`.
//!
//! An expression on [`self_`] makes an [`Op`], a type that says which operator stands between what. [`class_::def_op`]
//! binds the Rust operator of these types under Python's name, through the same way as any method.
//!
//! [`class_::def_op`]: crate::class_::def_op

#[doc(hidden)]
pub mod autoref;
mod bind;
mod right;
mod syntax;

/// The operators themselves; what stands in the type of an [`Op`](crate::Op).
#[doc(hidden)]
pub mod op;

pub use bind::Operator;
pub use op::{Abs, abs};
pub use syntax::{Castable, Compared, InPlace, Op, Operand, Unary, lent, other, other_ref, self_, self_ref, self_t};
