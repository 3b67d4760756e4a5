//! Python's own objects, errors and names, as any extension sees them. Knows nothing of binding.

pub(crate) mod error;
pub(crate) mod messages;
pub(crate) mod native_error;
pub(crate) mod object;
pub(crate) mod panic;
pub(crate) mod text;
pub(crate) mod type_name;
