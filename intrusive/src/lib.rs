//! Intrusive reference counts: the counter is a part of the value, and Python's own count can take its place.
//!
//! A value is first counted by its [`intrusive_counter`]. When Python gets to see it, the counter is replaced by a
//! pointer to the Python object, and every [`ref_`] is a reference to that object from then on. So there is one count at
//! any time, and a value has one Python object.
//!
//! This crate knows nothing about Python, so that a library can share its values this way without depending on it. The
//! crate `nb` exports all names here and tells [`intrusive_init`] how Python objects are counted.
//!
//! ```
//! use nb_intrusive::{intrusive_counter, nb_intrusive, ref_};
//!
//! struct Node {
//!     name: String,
//!     counter: intrusive_counter,
//! }
//! nb_intrusive!(Node, counter);
//!
//! let node = ref_::new(Node { name: "a".into(), counter: intrusive_counter::new() });
//! let other = node.clone();
//! assert_eq!(other.name, "a");
//! assert!(node == other);
//! ```
#![allow(non_camel_case_types, reason = "nanobind's names are kept")]

mod base;
mod counter;
mod hooks;
mod pointer;

pub use base::{dec_ref, inc_ref, intrusive_base};
pub use counter::intrusive_counter;
pub use hooks::{CountHook, intrusive_init};
pub use pointer::ref_;

/// What the macro expands to; not for direct use.
#[doc(hidden)]
pub mod __private {
    use crate::{intrusive_base, intrusive_counter};

    /// The type of the field that `nb_intrusive!` names.
    ///
    /// # Safety
    /// As [`intrusive_base`].
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is neither an `intrusive_counter` nor a type with one",
        label = "the field that `nb_intrusive!` names is a `{Self}`",
        note = "name a field of the type `intrusive_counter`, or one whose type has `nb_intrusive!` itself: the counter is a part of the value, and no two values share one"
    )]
    pub unsafe trait CounterField {
        #[allow(missing_docs)]
        fn counter_in(&self) -> &intrusive_counter;
    }

    // SAFETY: the counter of the implementation that promises the same.
    #[diagnostic::do_not_recommend]
    unsafe impl<F: intrusive_base> CounterField for F {
        fn counter_in(&self) -> &intrusive_counter {
            self.counter()
        }
    }

    /// The counter of a field, whose type is known to have one: nothing is dereferenced on the way.
    pub fn counter_of<F: CounterField>(field: &F) -> &intrusive_counter {
        field.counter_in()
    }
}
