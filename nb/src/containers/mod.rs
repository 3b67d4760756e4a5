//! Containers that are classes in Python: `nb::bind_vector`, `nb::bind_map`, `nb::bind_set`, and iterators over native values.
//!
//! A container is bound as an [`opaque`], a class like any other; what this folder adds are its methods. They are few functions for all
//! classes: what depends on the type of the elements is a function of the container's type, the rest is found through a table
//! (`sequence.rs`). An element is read as a field's would be, by the way that leads to it from its owner (`instance/path.rs`), so that one
//! that Python gets by reference is looked up on each use.
//!
//! No container is lent while code runs that may be anybody's: arguments are made before, and what a container loses is dropped after
//! (`access.rs`). Only `PartialEq` and `Clone` of elements run while it is lent to be read.

mod access;
mod arguments;
mod boxed_iterator;
mod buffer;
mod classes;
mod direct;
mod element;
mod inner_type;
mod iterator_object;
mod listing;
mod making;
mod map;
mod map_iterator;
mod mapping;
mod sequence;
mod set;
mod slices;
mod taking;
mod transparent;
mod vector;
mod vector_iterator;
mod view_object;

pub use element::{ClassProbe, Container, ElementPolicy, EqProbe, Holds, Lend, NotClass, NotEq};
pub use making::{
    IteratorScope, made_iterator, make_iterator, make_iterator_with, make_key_iterator, make_value_iterator, no_scope,
};
pub use transparent::opaque;
