//! What a `class_` statement makes: the type object, its members, constructors, properties and fields.

pub(crate) mod annotations;
pub(crate) mod builder;
pub(crate) mod constructors;
pub(crate) mod create;
pub(crate) mod def_init;
pub(crate) mod factory;
pub(crate) mod field;
pub(crate) mod fit_subclass;
pub(crate) mod init_default;
pub(crate) mod layout;
pub(crate) mod pickle;
pub(crate) mod properties;
pub(crate) mod slot;
pub(crate) mod static_field;
pub(crate) mod visitor;
