//! What a `def` statement makes: functions with their annotations, in modules and other scopes.

pub(crate) mod annotations;
pub(crate) mod checks;
pub(crate) mod closure_lifetimes;
pub(crate) mod collected_classes;
pub(crate) mod cpp_function;
pub(crate) mod erased;
pub(crate) mod exception;
pub(crate) mod function_annotations;
pub(crate) mod module;
pub(crate) mod register;
pub(crate) mod scope;
