//! Attributes of bound functions: names, docstring, signature, pickling, comparison.

use crate::call::nb_func::data_of;
use crate::call::signature;
use crate::call::text_signature::text_signature;
use crate::ffi;
use crate::interpreter::panic;
use crate::python::object::StrongRef;
use crate::python::text;
use std::ffi::c_void;
use std::ptr;

macro_rules! getter {
    ($name:ident, $data:ident => $body:expr) => {
        /// # Safety
        /// CPython passes a live function object of ours; attached.
        unsafe extern "C" fn $name(ob: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
            panic::guard(ptr::null_mut(), || {
                // SAFETY: the getset belongs to our function types, so `ob` is a live function object. It is held, since the
                // text of a default value may run any code.
                let held = unsafe { StrongRef::borrow(ob) };
                // SAFETY: as above.
                let $data = unsafe { data_of(held.as_ptr()) }.expect("getset of a function type");
                let _running = $data.enter();
                $body
            })
        }
    };
}

getter!(get_name, data => text::new_ptr(&data.name));
getter!(get_qualname, data => if data.qualname.is_empty() {
    // SAFETY: attached.
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
} else {
    text::new_ptr(&data.qualname)
});
getter!(get_doc, data => text::new_ptr(&signature::docstring(data)));
getter!(get_text_signature, data => match text_signature(data) {
    Some(value) => text::new_ptr(&value),
    // SAFETY: attached.
    None => unsafe { ffi::Py_NewRef(ffi::Py_None()) },
});
getter!(get_nb_signature, data => signature::nb_signature(data));

/// `tp_getattro`: answers `__module__` itself.
///
/// As an entry of the type it would also be what `type(f).__module__` gives, where tools expect a `str`.
///
/// # Safety
/// CPython passes a live function object of ours and a live name; attached.
pub(crate) unsafe extern "C" fn getattro(ob: *mut ffi::PyObject, name: *mut ffi::PyObject) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: a live function object of ours and a live name, of which the generic lookup checks that it is a `str`.
        unsafe {
            let is_module = ffi::PyUnicode_Check(name) != 0
                && ffi::PyUnicode_CompareWithASCIIString(name, c"__module__".as_ptr()) == 0;
            if !is_module {
                return ffi::PyObject_GenericGetAttr(ob, name);
            }
            match &data_of(ob).expect("tp_getattro of a function type").module {
                Some(module) => module.clone().into_ptr(),
                None => ffi::Py_NewRef(ffi::Py_None()),
            }
        }
    })
}

/// `pickle` and `copy` find the function by module and qualified name, as for builtin functions.
///
/// # Safety
/// CPython passes a live function object of ours; attached.
unsafe extern "C" fn reduce(ob: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the method belongs to our function types.
    panic::guard(ptr::null_mut(), || match unsafe { data_of(ob) } {
        Some(data) => text::new_ptr(&data.qualname),
        None => ptr::null_mut(),
    })
}

fn attribute(name: &'static std::ffi::CStr, get: ffi::getter) -> ffi::PyGetSetDef {
    ffi::PyGetSetDef { name: name.as_ptr(), get: Some(get), set: None, doc: ptr::null(), closure: ptr::null_mut() }
}

pub(crate) fn getset() -> [ffi::PyGetSetDef; 6] {
    [
        attribute(c"__name__", get_name),
        attribute(c"__qualname__", get_qualname),
        attribute(c"__doc__", get_doc),
        attribute(c"__text_signature__", get_text_signature),
        attribute(c"__nb_signature__", get_nb_signature),
        ffi::PyGetSetDef { name: ptr::null(), get: None, set: None, doc: ptr::null(), closure: ptr::null_mut() },
    ]
}

/// `__get__` of a plain function, which is not bound to instances. For `inspect`, which takes only objects with a `__get__` for routines.
///
/// # Safety
/// CPython passes a live function object; attached.
unsafe extern "C" fn get_itself(ob: *mut ffi::PyObject, _args: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a live function object.
    unsafe { ffi::Py_NewRef(ob) }
}

pub(crate) fn methods(plain: bool) -> [ffi::PyMethodDef; 3] {
    let get = ffi::PyMethodDef {
        ml_name: c"__get__".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: get_itself },
        ml_flags: ffi::METH_VARARGS,
        ml_doc: ptr::null(),
    };
    [
        ffi::PyMethodDef {
            ml_name: c"__reduce__".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: reduce },
            ml_flags: ffi::METH_NOARGS,
            ml_doc: ptr::null(),
        },
        if plain { get } else { ffi::PyMethodDef::zeroed() },
        ffi::PyMethodDef::zeroed(),
    ]
}
