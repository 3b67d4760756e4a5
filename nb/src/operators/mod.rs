//! Operators by expression: nanobind's `.def(nb::self + nb::self)`.
//!
//! An expression on [`self_`] makes an [`Op`], a type that says which operator stands between what. [`class_::def_op`]
//! binds the Rust operator of these types under Python's name, through the same way as any method.
//!
//! [`class_::def_op`]: crate::class_::def_op
//!
//! # Why there are traits of ours
//!
//! An expression such as `nb::self_ + nb::other::<f64>()` is a value of a type that names the operator and its operands; `def_op` binds
//! a closure for it, which captures nothing, through the usual way. Between the operator and Rust's trait is a trait of ours, because
//! only that can carry a message with the user's types. A C++ operator takes `const T &`; the closest in Rust is an operator on
//! references, which many types do not have. A generic function cannot prefer one to the other, so `def_op` does what the expression
//! says (`&nb::self_` or `nb::self_`). The macro sees the class and lets method lookup choose (operators/autoref.rs).
//!
//! `v += v` has one value on both sides. The right operand (`Right`) recognises the receiver and is then no reference at all; the body
//! makes a clone of what it has as `&mut T`.
//!
//! Rust's operators are implemented between our markers only: an `impl Mul<self_t> for f64`, or `impl<R> Mul<R> for self_t`, would take
//! part in the compiler's type inference in all crates that use the library.

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
