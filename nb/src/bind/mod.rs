//! What a `def` statement makes: functions with their annotations, in modules and other scopes.

pub(crate) mod annotations;
pub(crate) mod builder;
pub(crate) mod checks;
pub(crate) mod closure_lifetimes;
pub(crate) mod collected_classes;
pub(crate) mod construction;
pub(crate) mod core;
pub(crate) mod cpp_function;
pub(crate) mod dialect;
pub(crate) mod erased;
pub(crate) mod exception;
pub(crate) mod functions;
pub(crate) mod in_class;
pub(crate) mod module;
pub(crate) mod module_def;
pub(crate) mod raise_from;
pub(crate) mod record;
pub(crate) mod register;
pub(crate) mod scope;
pub(crate) mod translators;
