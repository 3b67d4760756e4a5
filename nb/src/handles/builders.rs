//! [`tuple_builder`] and [`list_builder`]: a tuple or list of a known size, put together one element at a time.

use crate::cast::into_object::{IntoObject, to_python};
use crate::ffi;
use crate::handles::lists::list;
use crate::handles::tuples::tuple;
use crate::python::error::{Error, Result, index_error, runtime_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};
use std::ptr;

/// How a tuple or a list of a size is made, and where its elements are.
struct Kind {
    new: unsafe extern "C" fn(ffi::Py_ssize_t) -> *mut ffi::PyObject,
    items: unsafe fn(*mut ffi::PyObject) -> *mut *mut ffi::PyObject,
}

/// # Safety
/// A tuple.
unsafe fn items_of_tuple(made: *mut ffi::PyObject) -> *mut *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { (&raw mut (*made.cast::<ffi::PyTupleObject>()).ob_item).cast() }
}

/// # Safety
/// A list that nobody else has.
unsafe fn items_of_list(made: *mut ffi::PyObject) -> *mut *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { (*made.cast::<ffi::PyListObject>()).ob_item }
}

const TUPLE: Kind = Kind { new: ffi::PyTuple_New, items: items_of_tuple };
const LIST: Kind = Kind { new: ffi::PyList_New, items: items_of_list };

/// Up to so many elements, room for all of them is made at once; what is asked for beyond may be any number, which only fails once the
/// elements come.
const MOST: usize = 1 << 16;

/// What is being put together.
enum Made {
    /// The tuple or list itself, which the collector shows to nobody before it is complete.
    Whole(object),
    /// The elements, of one that would be large.
    Large(Vec<object>),
    /// There was no memory.
    Nothing,
}

struct Elements {
    made: Made,
    /// Where the elements of `Made::Whole` are.
    items: *mut *mut ffi::PyObject,
    /// How many of them there are at most; none of the others.
    room: usize,
    len: usize,
    size: usize,
}

impl Elements {
    fn new(size: usize, kind: &Kind) -> Elements {
        check_attached();
        let made = if size > MOST {
            Made::Large(Vec::with_capacity(MOST))
        } else {
            // SAFETY: attached; a new object or null with an exception raised, which is raised again when it matters. The empty tuple is one
            // that all have.
            unsafe {
                match object::steal((kind.new)(size as ffi::Py_ssize_t)) {
                    Ok(made) => {
                        if size > 0 {
                            ffi::PyObject_GC_UnTrack(made.as_ptr().cast());
                        }
                        Made::Whole(made)
                    }
                    Err(_) => Made::Nothing,
                }
            }
        };
        let (items, room) = match &made {
            // SAFETY: made by `kind`, and seen by nobody.
            Made::Whole(made) => (unsafe { (kind.items)(made.as_ptr()) }, size),
            _ => (ptr::null_mut(), 0),
        };
        Elements { made, items, room, len: 0, size }
    }

    #[inline]
    fn put(&mut self, value: impl IntoObject) -> Result<()> {
        let value = to_python::<(), _>(value)?;
        if self.len >= self.room {
            return self.put_aside(value);
        }
        // SAFETY: nobody else has the object, which has room for one more.
        unsafe { self.items.add(self.len).write(value.into_ptr()) };
        self.len += 1;
        Ok(())
    }

    #[cold]
    fn put_aside(&mut self, value: object) -> Result<()> {
        if self.len == self.size {
            return Err(index_error(messages::builder_is_full(self.size)));
        }
        match &mut self.made {
            Made::Large(made) => made.push(value),
            _ => return Err(no_memory()),
        }
        self.len += 1;
        Ok(())
    }

    fn complete(self, kind: &Kind) -> Result<object> {
        check_attached();
        if self.len < self.size {
            return Err(runtime_error(messages::builder_is_incomplete(self.len, self.size)));
        }
        // SAFETY: attached. The object is untracked since it was made, and complete; of a new one, nobody sees that it lacks elements.
        unsafe {
            match self.made {
                Made::Whole(made) => {
                    if self.size > 0 {
                        ffi::PyObject_GC_Track(made.as_ptr().cast());
                    }
                    Ok(made)
                }
                Made::Large(all) => {
                    let made = object::steal((kind.new)(all.len() as ffi::Py_ssize_t))?;
                    let items = (kind.items)(made.as_ptr());
                    for (index, value) in all.into_iter().enumerate() {
                        items.add(index).write(value.into_ptr());
                    }
                    Ok(made)
                }
                Made::Nothing => Err(no_memory()),
            }
        }
    }
}

#[cold]
fn no_memory() -> Error {
    // SAFETY: attached, as the callers have made sure.
    unsafe { ffi::PyErr_NoMemory() };
    Error::fetch()
}

macro_rules! builders {
    ($($(#[$meta:meta])* $name:ident: $made:ident, $kind:expr;)*) => { $(
        $(#[$meta])*
        pub struct $name(Elements);

        impl $name {
            /// For so many elements.
            pub fn new(size: usize) -> $name {
                $name(Elements::new(size, &$kind))
            }

            /// Adds the next element; the value becomes a Python object as a function's result would.
            ///
            /// # Errors
            /// `IndexError` when all elements are there, and what the conversion raises. Nothing is added then.
            #[inline]
            pub fn put(&mut self, value: impl IntoObject) -> Result<()> {
                self.0.put(value)
            }

            /// What has been put together.
            ///
            /// # Errors
            /// `RuntimeError` when elements are missing. Those that are there are released.
            pub fn commit(self) -> Result<$made> {
                self.0.complete(&$kind).map($made)
            }
        }
    )* };
}
builders! {
    /// Makes a tuple of a known size, nanobind's `nb::tuple_builder`.
    ///
    /// Python code sees the tuple when it is complete. A builder that is dropped releases what it has.
    ///
    /// ```no_run
    /// fn squares(count: usize) -> nb::Result<nb::tuple> {
    ///     let mut all = nb::tuple_builder::new(count);
    ///     for n in 0..count {
    ///         all.put(n * n)?;
    ///     }
    ///     all.commit()
    /// }
    /// ```
    tuple_builder: tuple, TUPLE;

    /// Makes a list of a known size, nanobind's `nb::list_builder`.
    ///
    /// Python code sees the list when it is complete. A builder that is dropped releases what it has.
    ///
    /// ```no_run
    /// fn names(count: usize) -> nb::Result<nb::list> {
    ///     let mut all = nb::list_builder::new(count);
    ///     for n in 0..count {
    ///         all.put(format!("item {n}"))?;
    ///     }
    ///     all.commit()
    /// }
    /// ```
    list_builder: list, LIST;
}
