//! Instances of bound classes: where the value is, who may use it, and how it ends.

pub(crate) mod borrow;
pub(crate) mod borrow_guard;
pub(crate) mod class_methods;
pub(crate) mod class_record;
pub(crate) mod dealloc;
pub(crate) mod gc;
pub(crate) mod header;
pub(crate) mod identity_map;
pub(crate) mod intrusive;
pub(crate) mod keep_alive;
pub(crate) mod metatype;
pub(crate) mod new;
pub(crate) mod pool;
pub(crate) mod static_property;
pub(crate) mod traverse;
pub(crate) mod virtuals;
