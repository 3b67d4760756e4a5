//! Elements of Python containers, one at a time.
//!
//! Lists are read by index, with the length checked anew before each element: converting one may run Python code that
//! changes the list. What has no length is no sequence: reading it might never end.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::cast::protocol_raised;
use crate::cast::traits::Param;
use crate::ffi;
use crate::python::object::{StrongRef, object};

/// What is accepted as a source of elements.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Protocol {
    /// A sequence, which has a length.
    Sequence,
    /// Also a set, and everything else that can be iterated more than once.
    Collection,
    /// Also an iterator, whose elements are read before any is converted, see [`Cx::drain`].
    Iterable,
}

impl Protocol {
    /// Of a set, and of what else may be iterated: an iterator is no container, and only converted to one.
    pub(crate) fn of_set(flags: u8) -> Protocol {
        if flags & CONVERT != 0 { Protocol::Iterable } else { Protocol::Collection }
    }
}

/// The length that the object states; `Some(None)` when its type has none.
///
/// # Safety
/// `src` is live, and stays so while its `__len__` runs; attached.
pub(crate) unsafe fn announced(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Option<usize>> {
    // SAFETY: `src` is live, and stays so while its `__len__` runs.
    unsafe {
        if ffi::PyList_CheckExact(src) != 0 {
            return Some(Some(ffi::PyList_GET_SIZE(src) as usize));
        }
        if ffi::PyTuple_CheckExact(src) != 0 {
            return Some(Some(ffi::PyTuple_GET_SIZE(src) as usize));
        }
        cx.own_arguments();
        let size = ffi::PyObject_Size(src);
        if size >= 0 {
            return Some(Some(size as usize));
        }
        let failed = protocol_raised(src, &[c"__len__"], cx);
        (!failed).then_some(None)
    }
}

/// Where the elements come from.
struct Source {
    indexed: Indexed,
    /// The length that was announced, if any.
    size: Option<usize>,
    /// For everything but exact lists and tuples.
    iterator: Option<object>,
    /// Elements that the iterator has given so far.
    count: usize,
}

/// An exact list or tuple, whose elements are read by index.
#[derive(Clone, Copy)]
struct Indexed {
    src: *mut ffi::PyObject,
    /// 0 for other objects.
    len: usize,
    /// A list, not a tuple.
    list: bool,
}

impl Source {
    /// `None` when the object is no such source. Texts and bytes are none.
    ///
    /// # Safety
    /// `src` is live; attached.
    unsafe fn of(src: *mut ffi::PyObject, cx: &mut Cx<'_>, protocol: Protocol) -> Option<Source> {
        // SAFETY: `src` is live.
        unsafe {
            let list = ffi::PyList_CheckExact(src) != 0;
            if list || ffi::PyTuple_CheckExact(src) != 0 {
                let len = if list { ffi::PyList_Size(src) } else { ffi::PyTuple_Size(src) } as usize;
                return Some(Source { indexed: Indexed { src, len, list }, size: Some(len), iterator: None, count: 0 });
            }
            if ffi::PyUnicode_Check(src) != 0 || ffi::PyBytes_Check(src) != 0 {
                return None;
            }
            cx.own_arguments();
            match protocol {
                Protocol::Sequence if ffi::PySequence_Check(src) == 0 => return None,
                Protocol::Collection if ffi::PyIter_Check(src) != 0 => return None,
                Protocol::Iterable if ffi::PyIter_Check(src) != 0 => {
                    let src = cx.drain(src)?;
                    let len = ffi::PyList_Size(src) as usize;
                    let indexed = Indexed { src, len, list: true };
                    return Some(Source { indexed, size: Some(len), iterator: None, count: 0 });
                }
                _ => {}
            }
            let size = announced(src, cx)?;
            if protocol == Protocol::Sequence && size.is_none() {
                // Without a length, `__getitem__` alone may as well be a mapping that has an answer for every index.
                return None;
            }
            let iterator = object::from_owned(ffi::PyObject_GetIter(src));
            if iterator.is_none() {
                protocol_raised(src, &[c"__iter__", c"__getitem__"], cx);
                return None;
            }
            Some(Source { indexed: Indexed { src, len: 0, list }, size, iterator, count: 0 })
        }
    }

    /// The next element of an iterator, or the end; `None` when it has more elements than it says, or raises, and for a
    /// list that has changed its length.
    ///
    /// # Safety
    /// Attached.
    #[inline(never)]
    unsafe fn next_other(&mut self, cx: &mut Cx<'_>) -> Option<Option<StrongRef>> {
        // SAFETY: the source is live; the element is a new reference.
        unsafe {
            let Some(iterator) = &self.iterator else {
                let Indexed { src, len, list } = self.indexed;
                let same = !list || ffi::PyList_GET_SIZE(src) as usize == len;
                return if same { Some(None) } else { cx.refuse(Reason::Changed) };
            };
            match object::from_owned(ffi::PyIter_Next(iterator.as_ptr())) {
                // Items that never end are caught by the length.
                Some(_) if self.size.is_some_and(|size| self.count >= size) => None,
                Some(element) => {
                    self.count += 1;
                    Some(Some(StrongRef::of(element)))
                }
                None if ffi::PyErr_Occurred().is_null() => Some(None),
                None => {
                    cx.mismatch_raised();
                    None
                }
            }
        }
    }
}

impl Indexed {
    /// One element; `None` when a list has changed its length.
    ///
    /// # Safety
    /// `index` is less than `len`, and the object is live.
    #[inline(always)]
    unsafe fn get(&self, index: usize) -> Option<StrongRef> {
        let index = index as ffi::Py_ssize_t;
        // SAFETY: caller's contract; the length of a list is looked at anew.
        unsafe {
            if !self.list {
                return Some(StrongRef::borrow(ffi::PyTuple_GET_ITEM(self.src, index)));
            }
            if ffi::PyList_GET_SIZE(self.src) as usize != self.len {
                return None;
            }
            #[cfg(not(Py_GIL_DISABLED))]
            return Some(StrongRef::borrow(ffi::PyList_GET_ITEM(self.src, index)));
            #[cfg(Py_GIL_DISABLED)]
            match object::from_owned(ffi::compat::PyList_GetItemRef(self.src, index)) {
                Some(element) => Some(StrongRef::of(element)),
                None => {
                    // Another thread has shortened the list.
                    ffi::PyErr_Clear();
                    None
                }
            }
        }
    }
}

/// Calls `each` for the elements, with the length where it is known; `None` when the object is no such source, changes
/// its length meanwhile, or has more elements than it says, or when `each` says so. Texts and bytes are no sources.
///
/// # Safety
/// `src` is live; attached.
#[inline(always)]
pub(crate) unsafe fn for_each(
    src: *mut ffi::PyObject,
    cx: &mut Cx<'_>,
    protocol: Protocol,
    mut each: impl FnMut(StrongRef, &mut Cx<'_>, usize) -> Option<()>,
) -> Option<()> {
    // SAFETY: `src` is live; each element is owned while it is converted.
    unsafe {
        let mut source = Source::of(src, cx, protocol)?;
        let (indexed, size) = (source.indexed, source.size.unwrap_or(0));
        let mut index = 0;
        loop {
            // One place that calls `each`, so that it is inlined.
            let element = if index < indexed.len {
                index += 1;
                match indexed.get(index - 1) {
                    Some(element) => element,
                    None => return cx.refuse(Reason::Changed),
                }
            } else {
                match source.next_other(cx)? {
                    Some(element) => element,
                    None => return Some(()),
                }
            };
            each(element, cx, size)?;
        }
    }
}

/// To be called before the elements of a container are converted to an `A`: owns the arguments of the call if that cannot
/// wait until one of the elements runs code.
#[inline(always)]
pub(crate) fn prepare<D, A: Param<D>>(cx: &mut Cx<'_>) {
    if const { A::CALLS_OUT } {
        cx.own_arguments();
    }
}

/// Converts one element and keeps it alive when its stage points into it.
///
/// # Safety
/// Attached, until the context has ended.
#[inline(always)]
pub(crate) unsafe fn element<D, A: Param<D>>(value: StrongRef, flags: u8, cx: &mut Cx<'_>) -> Option<A::Stage> {
    // SAFETY: the element is owned during the conversion and, if needed, until the call ends.
    let stage = unsafe { A::convert(value.as_ptr(), flags, cx) };
    if A::BORROWS {
        cx.keep(value.into_object());
    }
    stage
}
