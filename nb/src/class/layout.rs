//! The layout of a bound class: how large its instances are, and which functions of ours its slots have.

use crate::class::annotations::ClassSpec;
use crate::class::create::ValueType;
use crate::ffi;
use crate::instance::{dealloc, gc, header, new};
use crate::python::error::{Error, Result};
use crate::python::object::object;
use std::ptr;

/// Gives a fresh type its size and slots, before it has instances or subclasses.
///
/// # Safety
/// `ty` is new, and `base` live; attached.
pub(super) unsafe fn lay_out(
    ty: *mut ffi::PyTypeObject,
    base: *mut ffi::PyTypeObject,
    value: &ValueType,
    spec: &ClassSpec,
    collected: bool,
) {
    // SAFETY: nobody else knows the type yet.
    unsafe {
        let mut size = header::basic_size(value.size, value.align);
        let bound_base = base != &raw mut ffi::PyBaseObject_Type;
        if bound_base && size <= (*base).tp_basicsize as usize {
            // CPython allows `obj.__class__ = Derived` between types of equal size, which would let methods of the
            // derived class run on a value of the base class.
            size = (*base).tp_basicsize as usize + size_of::<usize>();
        }
        let word = size_of::<usize>();
        let base_dict = bound_base && (*base).tp_dictoffset > 0;
        let base_weak = bound_base && (*base).tp_weaklistoffset > 0;
        if spec.dynamic_attr || base_dict {
            (*ty).tp_dictoffset = size as ffi::Py_ssize_t;
            size += word;
        }
        if spec.weak_referenceable || base_weak {
            (*ty).tp_weaklistoffset = size as ffi::Py_ssize_t;
            size += word;
        }
        (*ty).tp_basicsize = size as ffi::Py_ssize_t;
        (*ty).tp_itemsize = 0;
        (*ty).tp_new = Some(new::inst_new);
        (*ty).tp_init = Some(new::inst_init);
        (*ty).tp_dealloc = Some(dealloc::dealloc);
        (*ty).tp_alloc = Some(new::inst_alloc);
        let inherited = bound_base && gc::is_collected(base);
        // Without the GIL the collector's header costs nothing, as it is a part of every object.
        gc::lay_out(ty, cfg!(Py_GIL_DISABLED) || spec.dynamic_attr || inherited || collected);
        (*ty).tp_vectorcall = Some(new::no_init_vectorcall);
    }
}

struct DictDescriptor([ffi::PyGetSetDef; 1]);
// SAFETY: a constant table without interior mutability.
unsafe impl Sync for DictDescriptor {}
static DICT: DictDescriptor = DictDescriptor([ffi::PyGetSetDef {
    name: c"__dict__".as_ptr(),
    get: Some(ffi::PyObject_GenericGetDict),
    set: Some(ffi::PyObject_GenericSetDict),
    doc: ptr::null(),
    closure: ptr::null_mut(),
}]);

/// Gives a class with room for a `__dict__` the attribute.
///
/// # Safety
/// `ty` is a new class of ours; attached.
pub(super) unsafe fn add_dict_descriptor(ty: &object) -> Result<()> {
    // SAFETY: a live type; the table entry is a static.
    unsafe {
        let entry = (&raw const DICT.0[0]).cast_mut();
        let class = ty.as_ptr().cast::<ffi::PyTypeObject>();
        let descriptor = object::steal(ffi::PyDescr_NewGetSet(class, entry))?;
        // Not by assignment: `type` has an attribute of that name itself, which it refuses to set.
        if ffi::PyDict_SetItemString((*class).tp_dict, c"__dict__".as_ptr(), descriptor.as_ptr()) != 0 {
            return Err(Error::fetch());
        }
        Ok(())
    }
}
