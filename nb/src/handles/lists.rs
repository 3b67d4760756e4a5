//! [`list`].

use crate::cast::into_object::{IntoObject, to_python};
use crate::ffi;
use crate::handles::results::{done, must};
use crate::handles::wrapper::wrapper;
use crate::python::error::{Result, index_error};
use crate::python::messages;
use crate::python::object::{StrongRef, check_attached, object};
use std::ffi::c_int;

wrapper! {
    /// A Python `list`, nanobind's `nb::list`.
    ///
    /// Elements come out as owned objects, never as references into the list, which Python code may change at any time.
    ///
    /// ```no_run
    /// fn countdown(from: i32) -> nb::Result<nb::list> {
    ///     let out = nb::list::new();
    ///     for i in (0..from).rev() {
    ///         out.append(i)?;
    ///     }
    ///     Ok(out)
    /// }
    /// ```
    list, "list", |ptr| ffi::PyList_Check(ptr) != 0
}

/// Adds an element at the end, as `PyList_Append` does; negative with an exception raised.
///
/// # Safety
/// A live list; attached.
#[inline]
unsafe fn append(all: *mut ffi::PyObject, value: object) -> c_int {
    // SAFETY: caller's contract. With the GIL nobody else reaches the list meanwhile, and a place below `allocated` is free. A list that is
    // being sorted has -1 there.
    #[cfg(not(Py_GIL_DISABLED))]
    unsafe {
        let inner = all.cast::<ffi::PyListObject>();
        let len = (*inner).ob_base.ob_size;
        if len < (*inner).allocated {
            (*inner).ob_item.offset(len).write(value.into_ptr());
            (*inner).ob_base.ob_size = len + 1;
            return 0;
        }
    }
    // SAFETY: caller's contract; takes a reference of its own.
    unsafe { ffi::PyList_Append(all, StrongRef::of(value).as_ptr()) }
}

/// A number as Python's index type. Checks that the thread is attached: a wrong index raises inside the C API.
pub(super) fn position(index: impl TryInto<isize>) -> Result<isize> {
    check_attached();
    index.try_into().map_err(|_| index_error(messages::INDEX))
}

impl list {
    /// An empty list. Raises `MemoryError` out of the bound function when there is no memory.
    pub fn new() -> list {
        check_attached();
        // SAFETY: attached; a new list or null with an exception.
        must(unsafe { list::steal(ffi::PyList_New(0)) })
    }

    /// `list(values)`: the elements of any iterable.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn from_object(values: &object) -> Result<list> {
        check_attached();
        // SAFETY: a live object; a new list or null with an exception.
        unsafe { list::steal(ffi::PySequence_List(values.as_ptr())) }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        check_attached();
        // SAFETY: a live list.
        unsafe { ffi::PyList_Size(self.as_ptr()) as usize }
    }

    /// Number of elements, as nanobind spells it.
    pub fn size(&self) -> usize {
        self.len()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The index from the front, counting negative ones from the end.
    fn place(&self, index: impl TryInto<isize>) -> Result<isize> {
        let index = position(index)?;
        Ok(if index < 0 { index + self.len() as isize } else { index })
    }

    /// The element at `index`; negative ones count from the end.
    ///
    /// # Errors
    /// `IndexError` when there is none.
    pub fn get(&self, index: impl TryInto<isize>) -> Result<object> {
        let index = self.place(index)?;
        // SAFETY: a live list; a new reference or null with an exception.
        unsafe { object::steal(ffi::compat::PyList_GetItemRef(self.as_ptr(), index)) }
    }

    /// Replaces the element at `index`; negative ones count from the end.
    ///
    /// # Errors
    /// `IndexError` when there is none.
    pub fn set(&self, index: impl TryInto<isize>, value: impl IntoObject) -> Result<()> {
        let value = to_python::<(), _>(value)?;
        let index = self.place(index)?;
        // SAFETY: a live list; takes over the reference in any case.
        done(unsafe { ffi::PyList_SetItem(self.as_ptr(), index, value.into_ptr()) })
    }

    /// Removes the element at `index`; negative ones count from the end.
    ///
    /// # Errors
    /// `IndexError` when there is none.
    pub fn del(&self, index: impl TryInto<isize>) -> Result<()> {
        let index = position(index)?;
        // SAFETY: a live list; the function counts negative indices itself.
        done(unsafe { ffi::PySequence_DelItem(self.as_ptr(), index) })
    }

    /// Adds an element at the end.
    ///
    /// # Errors
    /// Whatever Python raises.
    #[inline]
    pub fn append(&self, value: impl IntoObject) -> Result<()> {
        let value = to_python::<(), _>(value)?;
        // SAFETY: a live list; attached since the value was made.
        done(unsafe { append(self.as_ptr(), value) })
    }

    /// Inserts before `index`; as in Python, negative ones count from the end and out of range ones are clamped.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn insert(&self, index: impl TryInto<isize>, value: impl IntoObject) -> Result<()> {
        let value = to_python::<(), _>(value)?;
        // SAFETY: live objects; takes a reference of its own.
        done(unsafe { ffi::PyList_Insert(self.as_ptr(), position(index)?, value.as_ptr()) })
    }

    /// Adds all elements of an iterable.
    ///
    /// # Errors
    /// `TypeError` when it is none.
    pub fn extend(&self, values: impl IntoObject) -> Result<()> {
        let values = to_python::<(), _>(values)?;
        // SAFETY: live objects; assigns to the empty slice at the end.
        done(unsafe { ffi::PyList_SetSlice(self.as_ptr(), isize::MAX, isize::MAX, values.as_ptr()) })
    }

    /// Removes all elements.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn clear(&self) -> Result<()> {
        check_attached();
        // SAFETY: a live list.
        done(unsafe { ffi::compat::PyList_Clear(self.as_ptr()) })
    }

    /// Reverses the order of the elements.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn reverse(&self) -> Result<()> {
        check_attached();
        // SAFETY: a live list.
        done(unsafe { ffi::PyList_Reverse(self.as_ptr()) })
    }

    /// Sorts with Python's `<`.
    ///
    /// # Errors
    /// `TypeError` when elements cannot be ordered.
    pub fn sort(&self) -> Result<()> {
        check_attached();
        // SAFETY: a live list.
        done(unsafe { ffi::PyList_Sort(self.as_ptr()) })
    }

    /// The elements, one after the other; like Python's own loop it sees changes made meanwhile.
    pub fn iter(&self) -> ListIter<'_> {
        ListIter { list: self, next: 0 }
    }
}

impl Default for list {
    fn default() -> list {
        list::new()
    }
}

/// The elements of a [`list`] as owned objects.
pub struct ListIter<'l> {
    list: &'l list,
    next: isize,
}

impl Iterator for ListIter<'_> {
    type Item = object;

    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    fn next(&mut self) -> Option<object> {
        check_attached();
        // SAFETY: attached, to a live list, which does not change before the reference to its element is taken.
        unsafe {
            if self.next >= ffi::Py_SIZE(self.list.as_ptr()) {
                return None;
            }
            let found = ffi::PyList_GET_ITEM(self.list.as_ptr(), self.next);
            self.next += 1;
            // One that is being made may have places without an element.
            (!found.is_null()).then(|| object::borrow(found))
        }
    }

    #[cfg(Py_GIL_DISABLED)]
    fn next(&mut self) -> Option<object> {
        if self.next as usize >= self.list.len() {
            return None;
        }
        // An error means that another thread has just shortened the list: the loop ends, as Python's would.
        let found = self.list.get(self.next).ok()?;
        self.next += 1;
        Some(found)
    }
}

impl<'l> IntoIterator for &'l list {
    type Item = object;
    type IntoIter = ListIter<'l>;

    fn into_iter(self) -> ListIter<'l> {
        self.iter()
    }
}
