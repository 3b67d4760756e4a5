//! The result of a factory as an instance of the Python subclass that was called.
//!
//! A factory makes instances of the bound class. When a Python subclass is called, the value goes into an instance of
//! that, if nobody else has the object that the factory has made; else the new instance refers to it.

use crate::cast::{arc, arc_of_lock};
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::ext::{self, Ext, Root, Roots};
use crate::instance::header::{self, EXCLUSIVE, Inst, Life, Storage};
use crate::instance::lock::lock_of;
use crate::instance::{allocation, dealloc};
use crate::python::object::object;
use std::ptr;

/// Turns `made`, a new reference, into an instance of `wanted` where that is a Python subclass of its class; anything else
/// is returned as it is. Null with an exception raised.
///
/// # Safety
/// `made` is an owned reference, `wanted` live; attached.
pub(crate) unsafe fn fit(made: *mut ffi::PyObject, wanted: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        let (class, ty) = (ffi::Py_TYPE(made), wanted.cast::<ffi::PyTypeObject>());
        if ptr::eq(class, ty) || ffi::PyType_Check(wanted) == 0 || ffi::PyType_IsSubtype(ty, class) == 0 {
            return made;
        }
        // A subclass that Python code has made shares the record, and has room for the value.
        let same = |data: &&TypeData| class_record::data_of(ty).is_some_and(|of| ptr::eq(of, *data));
        let Some(data) = class_record::data_of(class).filter(same) else { return made };
        let made = object::from_owned(made).expect("not null");
        if (*made.as_ptr().cast::<Inst>()).life() != Life::Ready {
            return made.into_ptr();
        }
        let new = allocation::alloc(ty);
        if new.is_null() {
            return ptr::null_mut();
        }
        // Making it may have run the collector, and any code with it.
        if (*made.as_ptr().cast::<Inst>()).life() != Life::Ready {
            ffi::Py_DECREF(new.cast());
            return made.into_ptr();
        }
        let old = made.as_ptr().cast::<Inst>();
        let read_only = (*old).is_read_only();
        if !take_over(old, new, data) {
            refer(made, new, data);
        }
        if read_only {
            (*new).set_read_only();
        }
        new.cast()
    }
}

/// Moves the value from `old` to `new`; false when somebody else could notice.
///
/// # Safety
/// Both are instances of `data`'s class, `new` without a value; attached.
unsafe fn take_over(old: *mut Inst, new: *mut Inst, data: &TypeData) -> bool {
    // SAFETY: both are instances of `data`'s class, `new` without a value. There is one reference to `old`, which is given up
    // afterwards: no child, no loan and no other code can reach the value in its old place.
    unsafe {
        // What a Python subclass adds to the object of a factory would be lost.
        let more = !ptr::eq(ffi::Py_TYPE(old.cast()), data.ty)
            || has(old, (*data.ty).tp_weaklistoffset)
            || has(old, (*data.ty).tp_dictoffset);
        let alone = ffi::Py_REFCNT(old.cast()) == 1 && (*old).mark() == 0 && (*old).destructs();
        // A counted value knows its object, and patients are noted by the object's address.
        if !alone || more || (*old).has_patients() || !data.counted.is_empty() {
            return false;
        }
        let storage = (*old).storage();
        match storage {
            Storage::Inline => {
                let from = header::inline_address(old, data.align) as *const u8;
                ptr::copy_nonoverlapping(from, header::inline_address(new, data.align) as *mut u8, data.size);
                (*old).set_life(Life::Relinquished);
                (*new).set_life(Life::Ready);
            }
            Storage::Boxed | Storage::Shared => {
                let address = ext::owned_address(old, data);
                dealloc::leave_children(old, data);
                ext::drop_ext(old);
                (*old).set_life(Life::Relinquished);
                if storage == Storage::Boxed {
                    ext::adopt_ext(new, Storage::Boxed, Ext::owned(address));
                } else {
                    arc::adopt_count(new, data, address);
                }
            }
            Storage::Locked => {
                let lock = lock_of(old);
                dealloc::leave_children(old, data);
                ext::drop_ext(old);
                (*old).set_life(Life::Relinquished);
                arc_of_lock::adopt(new, data, lock);
            }
            Storage::Place | Storage::Derived | Storage::Static | Storage::Element => return false,
        }
        true
    }
}

/// Whether the pointer at this offset of an instance is there and not null.
///
/// # Safety
/// `offset` is one that the type of the live instance names, or 0.
unsafe fn has(inst: *mut Inst, offset: ffi::Py_ssize_t) -> bool {
    // SAFETY: the offset is one that the type of the instance names, or 0.
    unsafe { offset > 0 && !inst.cast::<u8>().offset(offset).cast::<*mut ffi::PyObject>().read().is_null() }
}

/// Makes `new` refer to the value of `made`.
///
/// # Safety
/// Both are live instances, `old` is ready and `new` without a value; attached.
unsafe fn refer(made: object, new: *mut Inst, data: &TypeData) {
    let old = made.as_ptr().cast::<Inst>();
    // SAFETY: `old` is ready. The new instance gets references of its own to what it depends on, and is no child in the table:
    // the object that the factory has given may be found there, and its class is the bound one.
    unsafe {
        let storage = (*old).storage();
        match storage {
            Storage::Shared if (*old).mark() != EXCLUSIVE => {
                let address = ext::owned_address(old, data);
                // Nobody has a `&mut` to the value, and from now on nobody can get one (`Arc::get_mut`).
                data.ownership.retain_share(address);
                ext::adopt_ext(new, Storage::Shared, Ext::owned(address));
            }
            Storage::Place | Storage::Derived | Storage::Static => {
                let ext = ext::ext(old);
                let mut roots = Roots::new();
                for root in &ext.roots {
                    ffi::Py_INCREF(root.inst.cast());
                    roots.push(Root { inst: root.inst, epoch: root.epoch });
                }
                ext::adopt_ext(new, storage, Ext::child(ext.address, 0, roots));
            }
            Storage::Element => {
                let path = ext::ext(old).path().clone();
                let root = ext::ext(old).roots[0].inst;
                ffi::Py_INCREF(root.cast());
                ext::adopt_ext(new, storage, Ext::element(path, 0, Root { inst: root, epoch: 0 }));
            }
            Storage::Inline | Storage::Boxed | Storage::Shared | Storage::Locked => {
                // The whole value is a place in it, at its begin.
                let mut roots = Roots::new();
                roots.push(Root { inst: made.into_ptr().cast(), epoch: 0 });
                ext::adopt_ext(new, Storage::Place, Ext::child(0, 0, roots));
            }
        }
    }
}
