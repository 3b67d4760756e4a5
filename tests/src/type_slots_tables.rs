//! Slots written by hand that are tables of C: methods, getters, members.

use crate::type_slots::{one, slot};
use nb::ffi::{self, PyObject};
use nb::prelude::*;
use std::ffi::{c_char, c_int, c_void};
use std::mem::offset_of;
use std::ptr;

#[repr(C)]
pub struct Record {
    pub count: i32,
    pub ratio: f64,
    object: *mut PyObject,
}
// SAFETY: the object is used by attached threads only.
unsafe impl Send for Record {}
// SAFETY: as above.
unsafe impl Sync for Record {}

impl Record {
    fn new(count: i32) -> Record {
        Record { count, ratio: 0.5, object: ptr::null_mut() }
    }
    fn change(&mut self, body: nb::callable) -> nb::Result<()> {
        body.call(()).map(drop)
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        // SAFETY: owned, or null; the tests destroy records on attached threads.
        unsafe { ffi::Py_XDECREF(self.object) }
    }
}

/// Contains a record.
pub struct Folder {
    pub record: Record,
}

unsafe extern "C" fn describe(ob: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    nb::slot_guard(|| {
        // SAFETY: C passes an instance, of which nobody modifies the value now.
        let record = unsafe { &*nb::inst_ptr::<Record>(nb::handle_at(&ob))? };
        nb::cast_in::<NbDomain, _>(format!("record of {}", record.count))
    })
}

/// For all flags: what the function gets as `self`.
unsafe extern "C" fn this(ob: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: a live object, or null for a static method.
    unsafe { ffi::Py_NewRef(if ob.is_null() { ffi::Py_None() } else { ob }) }
}

unsafe extern "C" fn get_double(ob: *mut PyObject, factor: *mut c_void) -> *mut PyObject {
    nb::slot_guard(|| {
        // SAFETY: as above.
        let record = unsafe { &*nb::inst_ptr::<Record>(nb::handle_at(&ob))? };
        nb::cast_in::<NbDomain, _>(record.count * factor as usize as i32)
    })
}

/// Tables live as long as the process.
pub struct Table<T>(pub T);
// SAFETY: nobody changes it.
unsafe impl<T> Sync for Table<T> {}

const fn row(name: &'static std::ffi::CStr, function: ffi::PyCFunction, flags: c_int) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: function },
        ml_flags: ffi::METH_NOARGS | flags,
        ml_doc: c"From a table.".as_ptr(),
    }
}

static METHODS: Table<[ffi::PyMethodDef; 6]> = Table([
    row(c"describe", describe, 0),
    row(c"of_class", this, ffi::METH_CLASS),
    row(c"of_nobody", this, ffi::METH_STATIC),
    row(c"__abs__", describe, 0),
    row(c"__neg__", describe, ffi::METH_COEXIST),
    // SAFETY: the end of a table is zero.
    unsafe { std::mem::zeroed() },
]);

static GETSETS: Table<[ffi::PyGetSetDef; 3]> = Table([
    ffi::PyGetSetDef {
        name: c"double".as_ptr(),
        get: Some(get_double),
        set: None,
        doc: c"Twice.".as_ptr(),
        closure: 2 as *mut c_void,
    },
    ffi::PyGetSetDef {
        name: c"__dict__".as_ptr(),
        get: Some(get_double),
        set: None,
        doc: ptr::null(),
        closure: 5 as *mut c_void,
    },
    // SAFETY: the end of a table is zero.
    unsafe { std::mem::zeroed() },
]);

const fn member(name: &'static std::ffi::CStr, code: c_int, offset: usize, flags: c_int) -> ffi::PyMemberDef {
    let doc: *const c_char = c"A member.".as_ptr();
    ffi::PyMemberDef { name: name.as_ptr(), type_code: code, offset: offset as isize, flags, doc }
}

static MEMBERS: Table<[ffi::PyMemberDef; 4]> = Table([
    member(c"count", ffi::Py_T_INT, offset_of!(Record, count), 0),
    member(c"ratio", ffi::Py_T_DOUBLE, offset_of!(Record, ratio), ffi::Py_READONLY),
    member(c"object", ffi::Py_T_OBJECT_EX, offset_of!(Record, object), 0),
    // SAFETY: the end of a table is zero.
    unsafe { std::mem::zeroed() },
]);

pub static OFFSETS: Table<[ffi::PyMemberDef; 2]> = Table([
    member(c"__dictoffset__", ffi::Py_T_PYSSIZET, 0, ffi::Py_READONLY),
    // SAFETY: the end of a table is zero.
    unsafe { std::mem::zeroed() },
]);

nb_module!(test_type_slots_tables_ext, m, {
    let slots = [
        slot(ffi::Py_tp_methods, (&raw const METHODS.0).cast_mut().cast()),
        slot(ffi::Py_tp_getset, (&raw const GETSETS.0).cast_mut().cast()),
        slot(ffi::Py_tp_members, (&raw const MEMBERS.0).cast_mut().cast()),
        slot(ffi::Py_nb_absolute, one as *mut _),
        slot(ffi::Py_nb_negative, one as *mut _),
        slot(ffi::Py_tp_doc, c"From a slot.".as_ptr().cast_mut().cast()),
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Record>(m, "Record", nb::dynamic_attr(), "From an annotation.", unsafe { nb::type_slots(&slots) })
        .def(nb::init(Record::new))
        .def("change", &Record::change);
    nb::class_<Folder>(m, "Folder")
        .def(nb::init(|count: i32| Folder { record: Record::new(count) }))
        .def_rw("record", &Folder::record);
    m.def("box_record", |count: i32| Box::new(Record::new(count)));
});
