//! `Py_tp_members`: fields of the Rust value, described as for C.
//!
//! CPython would read at an offset from the object, where the value need not be. So each member is a property that asks for
//! the value and leaves only the conversion to CPython.

use crate::ffi;
use crate::instance::borrow::{Asker, Patience};
use crate::instance::class_record::instance_of;
use crate::instance::header::Life;
use crate::instance::loans::Loans;
use crate::interpreter::panic;
use crate::python::error::runtime_error;
use crate::python::messages;
use crate::python::object::StrongRef;
use std::any::TypeId;
use std::ffi::{CStr, c_int, c_void};
use std::ptr;

/// A member and the property made of it.
pub(super) struct Member {
    getset: ffi::PyGetSetDef,
    row: ffi::PyMemberDef,
    /// The type of the value that the offset is meant for.
    key: TypeId,
}

impl Member {
    /// # Safety
    /// A row of a table that lives for ever.
    pub(super) unsafe fn new(row: *const ffi::PyMemberDef, key: TypeId) -> Box<Member> {
        // SAFETY: caller's contract.
        let row = unsafe { *row };
        let read_only = row.flags & ffi::Py_READONLY != 0;
        let getset = ffi::PyGetSetDef {
            name: row.name,
            get: Some(get),
            set: if read_only { None } else { Some(set) },
            doc: row.doc,
            closure: ptr::null_mut(),
        };
        let mut member = Box::new(Member { getset, row, key });
        member.getset.closure = (&raw const *member).cast_mut().cast();
        member
    }

    /// What the descriptor is made of; lives as long as the member.
    pub(super) fn getset(&self) -> *mut ffi::PyGetSetDef {
        (&raw const self.getset).cast_mut()
    }
}

/// Calls `body` with the member, its offset being that from the object, while the value is lent. What is `given` to it, which may be null,
/// is kept alive.
///
/// # Safety
/// Live objects and the closure of a member.
unsafe fn with_value<R>(
    ob: *mut ffi::PyObject,
    given: *mut ffi::PyObject,
    closure: *mut c_void,
    exclusive: bool,
    failed: R,
    body: impl FnOnce(&mut ffi::PyMemberDef) -> R,
) -> R {
    // SAFETY: the descriptor has checked the class of the object, and keeps the class alive that owns the member. The value
    // stays where it is while it is lent. The class's own values begin with the offset inside those of derived classes.
    unsafe {
        let member = &*closure.cast::<Member>();
        let name = CStr::from_ptr(member.row.name).to_string_lossy();
        let (inst, data, offset) = instance_of(ob, member.key).expect("the descriptor has checked the class");
        if (*inst).life() != Life::Ready {
            runtime_error(messages::without_value(&name, messages::THE_INSTANCE, &data.name())).restore();
            return failed;
        }
        // While the value is waited for, others may let go of the objects.
        let _held = (StrongRef::borrow(ob), (!given.is_null()).then(|| StrongRef::borrow(given)));
        let mut loans = Loans::default();
        let (function, argument_name) = (|| name.clone().into_owned(), |_| messages::THE_INSTANCE.to_string());
        let asker =
            Asker { function: &function, argument_name: &argument_name, argument: 0, patience: Patience::Waits };
        let Some(address) = loans.lend_slow(inst, data, exclusive, &asker) else { return failed };
        let mut row = member.row;
        row.offset += (address + offset) as ffi::Py_ssize_t - ob as ffi::Py_ssize_t;
        row.flags &= !ffi::Py_RELATIVE_OFFSET;
        body(&mut row)
    }
}

/// # Safety
/// CPython calls this with a live instance and the closure of the row; attached.
unsafe extern "C" fn get(ob: *mut ffi::PyObject, closure: *mut c_void) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: called by the descriptor. The user has promised that there is such a field.
        unsafe {
            with_value(ob, ptr::null_mut(), closure, false, ptr::null_mut(), |row| {
                ffi::PyMember_GetOne(ob.cast_const().cast(), row)
            })
        }
    })
}

/// # Safety
/// As `get`; `value` is null for deletion.
unsafe extern "C" fn set(ob: *mut ffi::PyObject, value: *mut ffi::PyObject, closure: *mut c_void) -> c_int {
    panic::guard(-1, || {
        // SAFETY: as above.
        unsafe { with_value(ob, value, closure, true, -1, |row| ffi::PyMember_SetOne(ob.cast(), row, value)) }
    })
}
