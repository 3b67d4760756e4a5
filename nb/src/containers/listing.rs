//! Methods of bound vectors that look at the elements as Python does, and hence know no types: `len`, `repr`, sorting, pickling.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::Param;
use crate::containers::access::*;
use crate::containers::element::Element;
use crate::containers::sequence::{Sequence, Table};
use crate::containers::transparent::opaque;
use crate::containers::vector::class_name;
use crate::ffi;
use crate::python::error::value_error;
use crate::python::object::object;
use crate::python::{attributes, messages, type_name};
use std::ffi::CStr;

tabled! {
    Table:

    fn repr |table, cx| {
        // SAFETY: a method of the container runs; live objects.
        unsafe {
            cx.own_arguments();
            shown(cx.receiver, c"[...]", || all(table, cx))
        }
    }

    /// What the keys are compared with may look at the vector. That it has put other elements in their places is not noticed, unless there
    /// are more or fewer.
    ///
    fn sort |table, cx| {
        // SAFETY: as above; live objects.
        unsafe {
            cx.own_arguments();
            let (key, reverse) = (argument(1, cx), ffi::PyObject_IsTrue(argument(2, cx)));
            if reverse < 0 {
                return raised();
            }
            let mut keys = all(table, cx)?;
            if key != ffi::Py_None() {
                let of_key = new_reference(ffi::PyObject_CallFunctionObjArgs(
                    (&raw mut ffi::PyMap_Type).cast(),
                    key,
                    keys.as_ptr(),
                    std::ptr::null_mut::<ffi::PyObject>(),
                ))?;
                keys = new_reference(ffi::PySequence_List(of_key.as_ptr()))?;
            }
            let order = sorted(&keys, reverse != 0)?;
            let (_, address) = receiver((table.counts.key)(), true, cx)?;
            let done = (table.permute)(address, &order);
            cx.loans.release();
            if !done {
                return raise(value_error(messages::changed_while_sorted(&class_name((table.counts.key)(), cx))));
            }
            none()
        }
    }

    /// The class, and its elements as its only argument.
    ///
    fn reduce |table, cx| {
        // SAFETY: as above; live objects.
        unsafe {
            cx.own_arguments();
            let elements = all(table, cx)?;
            reduced(cx.receiver, &elements)
        }
    }
}

/// What `__reduce__` gives: the class, its only argument, and the attributes of a Python subclass.
///
/// # Safety
/// The container is live; attached.
pub(super) unsafe fn reduced(container: *mut ffi::PyObject, elements: &object) -> Given {
    // SAFETY: caller's contract; live objects.
    unsafe {
        let arguments = new_reference(ffi::PyTuple_Pack(1, elements.as_ptr()))?;
        let class = ffi::Py_TYPE(container).cast::<ffi::PyObject>();
        let own = object::borrow(container);
        Ok(match attributes::get(&own, c"__dict__") {
            Some(dict) => ffi::PyTuple_Pack(3, class, arguments.as_ptr(), dict.as_ptr()),
            None => ffi::PyTuple_Pack(2, class, arguments.as_ptr()),
        })
    }
}

/// What `repr` gives for a container: its class around the elements, or a hint where it is inside of itself.
///
/// # Safety
/// The container is live; attached.
pub(super) unsafe fn shown(
    container: *mut ffi::PyObject,
    inside_itself: &CStr,
    elements: impl FnOnce() -> Given<object>,
) -> Given {
    // SAFETY: caller's contract; live objects.
    unsafe {
        let name = new_reference(text(&type_name::of_type(ffi::Py_TYPE(container))))?;
        let inside = match ffi::Py_ReprEnter(container) {
            0 => {
                let _entered = Entered(container);
                let elements = elements()?;
                new_reference(ffi::PyObject_Repr(elements.as_ptr()))?
            }
            around if around > 0 => new_reference(ffi::PyUnicode_FromString(inside_itself.as_ptr()))?,
            _ => return raised(),
        };
        Ok(ffi::PyUnicode_FromFormat(c"%U(%U)".as_ptr(), name.as_ptr(), inside.as_ptr()))
    }
}

/// A container that is being shown, until this is dropped, also by a panic.
struct Entered(*mut ffi::PyObject);

impl Drop for Entered {
    fn drop(&mut self) {
        // SAFETY: entered, live, and attached since; an exception that is raised is left alone.
        unsafe { ffi::Py_ReprLeave(self.0) }
    }
}

/// # Safety
/// Null with an exception raised, or a new reference; attached.
pub(super) unsafe fn new_reference(made: *mut ffi::PyObject) -> Given<object> {
    // SAFETY: caller's contract.
    match unsafe { object::from_owned(made) } {
        Some(made) => Ok(made),
        None => raised(),
    }
}

/// # Safety
/// Attached.
unsafe fn text(text: &str) -> *mut ffi::PyObject {
    // SAFETY: a Rust string is UTF-8 of this length.
    unsafe { ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as ffi::Py_ssize_t) }
}

/// A list of the elements that there are now. Making one may run any code, so that the container is looked at anew for each.
///
/// # Safety
/// As [`receiver`], and the call owns the receiver.
unsafe fn all(table: &Table, cx: &mut Cx<'_>) -> Given<object> {
    // SAFETY: caller's contract; live objects.
    unsafe {
        let list = new_reference(ffi::PyList_New(0))?;
        let (_, address) = receiver((table.counts.key)(), false, cx)?;
        let end = (table.counts.len)(address);
        cx.loans.release();
        for index in 0..end {
            let (owner, address) = receiver((table.counts.key)(), false, cx)?;
            if index >= (table.counts.len)(address) {
                break;
            }
            let one = new_reference((table.get)(address, index, owner, cx))?;
            cx.loans.release();
            if ffi::PyList_Append(list.as_ptr(), one.as_ptr()) < 0 {
                return raised();
            }
        }
        cx.loans.release();
        Ok(list)
    }
}

/// The indices of these keys in the order that Python sorts them.
///
/// # Safety
/// A list; attached.
unsafe fn sorted(keys: &object, reverse: bool) -> Given<Vec<usize>> {
    // SAFETY: live objects; `sort` with a key compares what that gives, and the indices are our own list's.
    unsafe {
        let len = ffi::PyList_GET_SIZE(keys.as_ptr());
        let order = new_reference(ffi::PyList_New(len))?;
        for index in 0..len {
            ffi::PyList_SET_ITEM(order.as_ptr(), index, new_reference(ffi::PyLong_FromSsize_t(index))?.into_ptr());
        }
        let key = new_reference(ffi::PyObject_GetAttrString(keys.as_ptr(), c"__getitem__".as_ptr()))?;
        let sort = new_reference(ffi::PyObject_GetAttrString(order.as_ptr(), c"sort".as_ptr()))?;
        let (nothing, named) = (new_reference(ffi::PyTuple_New(0))?, new_reference(ffi::PyDict_New())?);
        let reverse = if reverse { ffi::Py_True() } else { ffi::Py_False() };
        if ffi::PyDict_SetItemString(named.as_ptr(), c"key".as_ptr(), key.as_ptr()) < 0
            || ffi::PyDict_SetItemString(named.as_ptr(), c"reverse".as_ptr(), reverse) < 0
        {
            return raised();
        }
        new_reference(ffi::PyObject_Call(sort.as_ptr(), nothing.as_ptr(), named.as_ptr()))?;
        // `sort` empties the list while it runs, and raises if somebody has changed it.
        let indices: Vec<usize> = (0..ffi::PyList_GET_SIZE(order.as_ptr()))
            .map(|at| ffi::PyLong_AsSize_t(ffi::PyList_GET_ITEM(order.as_ptr(), at)))
            .collect();
        if ffi::PyErr_Occurred().is_null() { Ok(indices) } else { raised() }
    }
}

/// The types of `sort(self, *, key, reverse)`.
pub(super) fn describe_sort<D, C: Sequence>(index: usize, text: &mut SigText<'_>)
where
    C::Item: Element<D>,
{
    if index == 1 {
        text.text("collections.abc.Callable[[");
        <C::Item as Param<D>>::describe(text);
        text.text("], object] | None");
    } else {
        text.class::<opaque<C>>();
    }
}
