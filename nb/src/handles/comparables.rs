//! [`comparable`]: Python objects as keys and elements of native containers.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::cast::transparent::transparent;
use crate::ffi;
use crate::handles::stored_objects::stored;
use crate::instance::traverse::{Traverse, Visit};
use crate::python::error::Result;
use crate::python::object::object;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// A Python object that native code compares, hashes and shows: `==`, `<`, `hash` and `str` are those of Python.
///
/// With it a Rust container of objects does what a `dict`, a `set` or `sorted` would: `BTreeMap<nb::comparable, u32>`,
/// `HashSet<nb::comparable>`, `values.sort()`. It crosses as the object itself, as an argument, result, field and element, and may be `None`.
///
/// Rust's operators cannot fail. What Python raises in them leaves the bound function as [`Error::raise`](crate::Error::raise) does, through the container,
/// which stays as safe as after a panic in its user's `Ord`, and may have lost or misplaced elements. Python code that comes back while a
/// container is compared finds it in use. nanobind has no such type; in C++ the comparison throws.
///
/// ```no_run
/// use nb::prelude::*;
/// use std::collections::HashMap;
///
/// nb_module!(tally, m, {
///     m.def("counts", |all: Vec<nb::comparable>| {
///         let mut counts = HashMap::new();
///         for one in all {
///             *counts.entry(one).or_insert(0) += 1;
///         }
///         counts
///     });
/// });
/// # fn main() {}
/// ```
///
/// # Panics
/// All of it on a detached thread, and in another interpreter.
#[derive(Clone)]
pub struct comparable<S = stored>(pub S);

transparent!(comparable = true);

// SAFETY: shows what the value inside shows.
unsafe impl<S: Traverse> Traverse for comparable<S> {
    fn traverse(&self, visit: &mut Visit<'_>) {
        self.0.traverse(visit);
    }
}

fn must<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| error.raise())
}

impl comparable {
    /// Keeps an object.
    pub fn new(value: object) -> comparable {
        comparable(stored::new(value))
    }

    /// Takes the object out again.
    pub fn into_inner(self) -> object {
        self.0.into_inner()
    }
}

impl From<object> for comparable {
    fn from(value: object) -> comparable {
        comparable::new(value)
    }
}

impl Deref for comparable {
    type Target = object;

    fn deref(&self) -> &object {
        &self.0
    }
}

/// As in Python's containers, what is the same object is equal, also if it says otherwise.
impl PartialEq for comparable {
    fn eq(&self, other: &comparable) -> bool {
        let (one, other) = (&**self, &**other);
        one.is(other) || must(one.equal(other))
    }
}

impl Eq for comparable {}

impl Hash for comparable {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_isize(must((**self).hash()));
    }
}

impl PartialOrd for comparable {
    fn partial_cmp(&self, other: &comparable) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By Python's `<` alone, as `sorted` does: neither less means equal.
impl Ord for comparable {
    fn cmp(&self, other: &comparable) -> Ordering {
        let (one, other) = (&**self, &**other);
        if must(one.less_than(other)) {
            Ordering::Less
        } else if must(other.less_than(one)) {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    }
}

impl fmt::Display for comparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&must((**self).str().and_then(|text| text.to_str().map(str::to_string))))
    }
}

impl fmt::Debug for comparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&must((**self).repr().and_then(|text| text.to_str().map(str::to_string))))
    }
}
