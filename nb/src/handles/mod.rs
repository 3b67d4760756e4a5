//! Wrappers around Python objects.

mod attr;
mod none_value;

pub use attr::accessor;
pub use none_value::none;
