//! [`dict`].

use crate::cast::into_object::{IntoObject, to_python};
use crate::ffi;
use crate::handles::lists::list;
use crate::handles::results::{code, done, must, truth};
use crate::handles::wrapper::wrapper;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};
use std::ptr;

wrapper! {
    /// A Python `dict`, nanobind's `nb::dict`.
    ///
    /// ```no_run
    /// fn counts(words: Vec<String>) -> nb::Result<nb::dict> {
    ///     let out = nb::dict::new();
    ///     for word in &words {
    ///         let before: i32 = out.get_or(word, 0)?.cast()?;
    ///         out.set(word, before + 1)?;
    ///     }
    ///     Ok(out)
    /// }
    /// ```
    dict, "dict", |ptr| ffi::PyDict_Check(ptr) != 0
}

impl dict {
    /// An empty dict. Raises `MemoryError` out of the bound function when there is no memory.
    pub fn new() -> dict {
        check_attached();
        // SAFETY: attached; a new dict or null with an exception.
        must(unsafe { dict::steal(ffi::PyDict_New()) })
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        check_attached();
        // SAFETY: a live dict.
        unsafe { ffi::PyDict_Size(self.as_ptr()) as usize }
    }

    /// Number of entries, as nanobind spells it.
    pub fn size(&self) -> usize {
        self.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of `key`, if there is one.
    ///
    /// # Errors
    /// Raises what hashing or comparing the key raises.
    pub fn get(&self, key: impl IntoObject) -> Result<Option<object>> {
        let key = to_python::<(), _>(key)?;
        let mut found = ptr::null_mut();
        // SAFETY: live objects; `found` becomes a new reference or null.
        unsafe {
            code(ffi::compat::PyDict_GetItemRef(self.as_ptr(), key.as_ptr(), &mut found))?;
            Ok(object::from_owned(found))
        }
    }

    /// The value of `key`, or the default: nanobind's `d.get(key, default)`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn get_or(&self, key: impl IntoObject, default: impl IntoObject) -> Result<object> {
        match self.get(key)? {
            Some(found) => Ok(found),
            None => to_python::<(), _>(default),
        }
    }

    /// `self[key] = value`.
    ///
    /// # Errors
    /// `TypeError` for a key that cannot be hashed.
    pub fn set(&self, key: impl IntoObject, value: impl IntoObject) -> Result<()> {
        let key = to_python::<(), _>(key)?;
        let value = to_python::<(), _>(value)?;
        // SAFETY: live objects; takes references of its own.
        done(unsafe { ffi::PyDict_SetItem(self.as_ptr(), key.as_ptr(), value.as_ptr()) })
    }

    /// `del self[key]`.
    ///
    /// # Errors
    /// `KeyError` when there is no such entry.
    pub fn del(&self, key: impl IntoObject) -> Result<()> {
        let key = to_python::<(), _>(key)?;
        // SAFETY: live objects.
        done(unsafe { ffi::PyDict_DelItem(self.as_ptr(), key.as_ptr()) })
    }

    /// `key in self`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn contains(&self, key: impl IntoObject) -> Result<bool> {
        let key = to_python::<(), _>(key)?;
        // SAFETY: live objects.
        truth(unsafe { ffi::PyDict_Contains(self.as_ptr(), key.as_ptr()) })
    }

    /// A new list of the keys; not a view.
    pub fn keys(&self) -> list {
        check_attached();
        // SAFETY: a live dict; a new list or null with an exception.
        must(unsafe { list::steal(ffi::PyDict_Keys(self.as_ptr())) })
    }

    /// A new list of the values; not a view.
    pub fn values(&self) -> list {
        check_attached();
        // SAFETY: a live dict; a new list or null with an exception.
        must(unsafe { list::steal(ffi::PyDict_Values(self.as_ptr())) })
    }

    /// A new list of `(key, value)` tuples; not a view.
    pub fn items(&self) -> list {
        check_attached();
        // SAFETY: a live dict; a new list or null with an exception.
        must(unsafe { list::steal(ffi::PyDict_Items(self.as_ptr())) })
    }

    /// Removes all entries.
    ///
    /// # Errors
    /// None, so far; a `Result` as that of the other containers.
    pub fn clear(&self) -> Result<()> {
        check_attached();
        // SAFETY: a live dict.
        unsafe { ffi::PyDict_Clear(self.as_ptr()) }
        Ok(())
    }

    /// Takes over all entries of another mapping.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn update(&self, other: impl IntoObject) -> Result<()> {
        let other = to_python::<(), _>(other)?;
        // SAFETY: live objects.
        done(unsafe { ffi::PyDict_Update(self.as_ptr(), other.as_ptr()) })
    }

    /// The entries that are there now, as pairs of owned objects; changing the dict meanwhile is fine.
    pub fn iter(&self) -> std::vec::IntoIter<(object, object)> {
        check_attached();
        let mut entries = Vec::<(object, object)>::new();
        let mut collect = || {
            let (mut key, mut value, mut position) = (ptr::null_mut(), ptr::null_mut(), 0);
            // SAFETY: a live dict; nothing in the loop can run Python code, so the dict stays as it is, has as many entries as it says, and
            // references to what it lends are taken before the next step.
            unsafe {
                let len = ffi::PyDict_Size(self.as_ptr()) as usize;
                entries.reserve_exact(len);
                let places = entries.as_mut_ptr();
                let mut count = 0;
                while count < len && ffi::PyDict_Next(self.as_ptr(), &mut position, &mut key, &mut value) != 0 {
                    places.add(count).write((object::borrow(key), object::borrow(value)));
                    count += 1;
                }
                entries.set_len(count);
            }
        };
        #[cfg(not(Py_GIL_DISABLED))]
        collect();
        #[cfg(Py_GIL_DISABLED)]
        // SAFETY: the section lies on the stack from its begin to its end; `collect` does not unwind in between.
        unsafe {
            let mut section = std::mem::MaybeUninit::uninit();
            ffi::PyCriticalSection_Begin(section.as_mut_ptr(), self.as_ptr());
            collect();
            ffi::PyCriticalSection_End(section.as_mut_ptr());
        }
        entries.into_iter()
    }
}

impl Default for dict {
    fn default() -> dict {
        dict::new()
    }
}

impl IntoIterator for &dict {
    type Item = (object, object);
    type IntoIter = std::vec::IntoIter<(object, object)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
