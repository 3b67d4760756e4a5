//! Puts slots into a finished type: the functions into its tables, and what Python code sees of them into its namespace.

use super::{RawSlots, type_object};
use crate::ffi;
use crate::python::error::{Error, Result};
use crate::python::object::object;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

unsafe extern "C" {
    /// Makes the `__add__` of a type from the description that CPython has of the slot; not among the bindings that we use.
    fn PyDescr_NewWrapper(
        ty: *mut ffi::PyTypeObject,
        base: *mut ffi::wrapperbase,
        wrapped: *mut c_void,
    ) -> *mut ffi::PyObject;
}

impl RawSlots {
    /// # Safety
    /// `ty` is a class of ours without instances and subclasses, whose record this belongs to; attached.
    pub(crate) unsafe fn install(&self, ty: *mut ffi::PyTypeObject) -> Result<()> {
        // SAFETY: caller's contract; the tables live for ever (`type_slots`), the members as long as the class, which their
        // descriptors keep alive.
        unsafe {
            for entry in &self.plain {
                *type_object::place(ty, entry.slot).expect("only plain slots are in the list") = entry.pfunc;
            }
            let replaces = |row: &*mut ffi::PyMethodDef| (**row).ml_flags & ffi::METH_COEXIST != 0;
            let (last, first): (Vec<_>, Vec<_>) = self.methods.iter().copied().partition(replaces);
            for row in first {
                put(ty, (*row).ml_name, method(ty, row)?)?;
            }
            self.add_wrappers(ty)?;
            for row in last {
                put(ty, (*row).ml_name, method(ty, row)?)?;
            }
            for row in self.members.iter().map(|member| member.getset()).chain(self.getsets.iter().copied()) {
                put(ty, (*row).name, object::steal(ffi::PyDescr_NewGetSet(ty, row))?)?;
            }
            Ok(())
        }
    }

    /// The methods that stand for functions in slots, as `__add__` and `__radd__` do for `nb_add`.
    ///
    /// CPython knows which these are when it makes a type from a spec. It makes one here that has the functions and nothing
    /// else; its methods are made anew for the class, since they accept instances of their own type only.
    ///
    /// # Safety
    /// `ty` is a new class of ours without instances; attached.
    unsafe fn add_wrappers(&self, ty: *mut ffi::PyTypeObject) -> Result<()> {
        if self.plain.is_empty() {
            return Ok(());
        }
        // SAFETY: the spec and its slots outlive the call, which copies them; nobody makes instances of the type. The
        // descriptions of slots are statics of the interpreter.
        unsafe {
            let mut slots = self.plain.clone();
            slots.push(ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() });
            let mut spec = ffi::PyType_Spec {
                name: c"nanobind.slots".as_ptr(),
                basicsize: size_of::<ffi::PyObject>() as c_int,
                itemsize: 0,
                flags: ffi::Py_TPFLAGS_DEFAULT as u32,
                slots: slots.as_mut_ptr(),
            };
            let model = object::steal(ffi::PyType_FromSpec(&mut spec))?;
            let names = (*model.as_ptr().cast::<ffi::PyTypeObject>()).tp_dict;
            let (mut position, mut name, mut found) = (0, ptr::null_mut(), ptr::null_mut());
            while ffi::PyDict_Next(names, &mut position, &mut name, &mut found) != 0 {
                if ffi::Py_TYPE(found) == &raw mut ffi::PyWrapperDescr_Type {
                    let wrapper = found.cast::<ffi::PyWrapperDescrObject>();
                    let own = object::steal(PyDescr_NewWrapper(ty, (*wrapper).d_base, (*wrapper).d_wrapped))?;
                    set(ty, name, &own)?;
                } else if found == ffi::Py_None()
                    && ffi::PyUnicode_CompareWithASCIIString(name, c"__hash__".as_ptr()) == 0
                {
                    // What compares by value and says nothing about its hash has none.
                    (*ty).tp_hash = Some(ffi::PyObject_HashNotImplemented);
                    set(ty, name, &object::borrow(found))?;
                }
            }
            Ok(())
        }
    }
}

/// The descriptor of a row of `Py_tp_methods`.
///
/// # Safety
/// The argument is a live type and a row that lives for ever; attached.
unsafe fn method(ty: *mut ffi::PyTypeObject, row: *mut ffi::PyMethodDef) -> Result<object> {
    // SAFETY: caller passes a live type and a row that lives for ever.
    unsafe {
        let flags = (*row).ml_flags;
        if flags & ffi::METH_CLASS != 0 {
            object::steal(ffi::PyDescr_NewClassMethod(ty, row))
        } else if flags & ffi::METH_STATIC != 0 {
            let function = object::steal(ffi::PyCFunction_NewEx(row, ty.cast(), ptr::null_mut()))?;
            object::steal(ffi::PyStaticMethod_New(function.as_ptr()))
        } else {
            object::steal(ffi::PyDescr_NewMethod(ty, row))
        }
    }
}

/// # Safety
/// The argument is a live type and a C string; attached.
unsafe fn put(ty: *mut ffi::PyTypeObject, name: *const c_char, value: object) -> Result<()> {
    // SAFETY: caller passes a live type and a C string.
    unsafe {
        let name = object::steal(ffi::PyUnicode_InternFromString(CStr::from_ptr(name).as_ptr()))?;
        set(ty, name.as_ptr(), &value)
    }
}

/// Straight into the namespace: assignment would replace the slots.
///
/// # Safety
/// The argument is a live type and a live name; attached.
unsafe fn set(ty: *mut ffi::PyTypeObject, name: *mut ffi::PyObject, value: &object) -> Result<()> {
    // SAFETY: caller passes a live type and a live name.
    match unsafe { ffi::PyDict_SetItem((*ty).tp_dict, name, value.as_ptr()) } {
        0 => Ok(()),
        _ => Err(Error::fetch()),
    }
}
