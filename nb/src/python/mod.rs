//! Python's own objects, errors and names, as any extension sees them. Knows nothing of binding.

pub(crate) mod aside;
pub(crate) mod attach;
pub(crate) mod attributes;
pub(crate) mod error;
pub(crate) mod error_scope;
pub(crate) mod exception_ptr;
pub(crate) mod identifier;
pub(crate) mod messages;
pub(crate) mod native_error;
pub(crate) mod object;
pub(crate) mod small_ints;
pub(crate) mod text;
pub(crate) mod tuple;
pub(crate) mod type_name;
pub(crate) mod unraisable;
mod what;
