//! Containers, cells and macros that know nothing of Python, nor of binding.

pub(crate) mod arity;
pub(crate) mod atomics;
pub(crate) mod gil_cell;
pub(crate) mod hash;
pub(crate) mod numerals;
pub(crate) mod sort;
pub(crate) mod thin_vec;
pub(crate) mod type_map;
