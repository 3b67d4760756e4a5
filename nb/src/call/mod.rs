//! A call of a bound function, from the entry that Python knows to the Rust function and back.

pub(crate) mod arguments;
pub(crate) mod builtin;
pub(crate) mod call_policies;
pub(crate) mod callable_traits;
pub(crate) mod capture;
pub(crate) mod class_call;
pub(crate) mod context;
pub(crate) mod dispatch;
pub(crate) mod function_attrs;
pub(crate) mod mismatch;
pub(crate) mod named_receiver;
pub(crate) mod nb_func;
pub(crate) mod property;
pub(crate) mod signature;
pub(crate) mod type_codes;
