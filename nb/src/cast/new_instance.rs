//! New instances of bound classes for values that a function returns: inline, as a clone, with a box.

use crate::call::context::Cx;
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::ext::{self, Ext};
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::{allocation, intrusive};
use crate::interpreter::state::State;
use crate::python::object::StrongRef;
use std::alloc::{self, Layout};
use std::any::TypeId;
use std::ptr;

/// The record of `T`, or null result without exception: the dispatcher reports it with the signature.
pub(super) fn record<'c, T: 'static>(cx: &Cx<'c>) -> Option<&'c TypeData> {
    cx.state().type_of(TypeId::of::<T>())
}

/// A new instance that holds `value` inline.
///
/// # Safety
/// Attached.
pub(crate) unsafe fn new_inline<T: 'static>(value: T, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { new_inline_in(value, cx.state()) }
}

/// As [`new_inline`].
///
/// # Safety
/// As there; `state` is that of the interpreter.
pub(crate) unsafe fn new_inline_in<T: 'static>(value: T, state: &State) -> *mut ffi::PyObject {
    let Some(data) = state.type_of(TypeId::of::<T>()) else { return ptr::null_mut() };
    // SAFETY: attached; the class's layout is that of `T`; the memory is fresh.
    unsafe {
        let inst = allocation::alloc_of(data);
        if !inst.is_null() {
            (header::inline_address(inst, align_of::<T>()) as *mut T).write(value);
            (*inst).set_life(Life::Ready);
            intrusive::expose(inst, data);
        }
        inst.cast()
    }
}

/// An instance that owns a clone of the value at `address`.
///
/// The clone is made first: a `Clone` may run code, to which an instance without a value would be visible, and which could
/// construct it.
///
/// # Safety
/// There is a value of `data`'s class, which `clone` clones; attached.
pub(crate) unsafe fn new_clone(
    address: usize,
    data: &TypeData,
    clone: unsafe fn(*const u8, *mut u8),
) -> *mut ffi::PyObject {
    /// Memory of a box without a value.
    struct Room(*mut u8, Layout);
    impl Drop for Room {
        fn drop(&mut self) {
            if self.1.size() != 0 {
                // SAFETY: allocated below, with this layout.
                unsafe { alloc::dealloc(self.0, self.1) }
            }
        }
    }
    // SAFETY: caller's contract. The memory is what a box of the type has: that of the global allocator, with the layout of
    // the type, or a dangling pointer if that has no size. The class is kept alive, since the clone may run any code.
    unsafe {
        let _class = StrongRef::borrow(data.ty.cast());
        let layout = Layout::from_size_align_unchecked(data.size, data.align);
        let room = match layout.size() {
            0 => ptr::without_provenance_mut(layout.align()),
            _ => alloc::alloc(layout),
        };
        if room.is_null() {
            return ffi::PyErr_NoMemory();
        }
        let room = Room(room, layout);
        clone(address as *const u8, room.0);
        let made = room.0;
        std::mem::forget(room);
        new_owner(made as usize, data)
    }
}

/// # Safety
/// Attached.
pub(super) unsafe fn new_boxed<T: 'static>(value: Box<T>, cx: &Cx<'_>) -> *mut ffi::PyObject {
    let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
    // SAFETY: the box holds a value of the class.
    unsafe { new_boxed_at(Box::into_raw(value) as usize, data, cx) }
}

/// An instance that owns a box.
///
/// # Safety
/// `Box::into_raw` has returned the address, for a value of `data`'s class; attached. The box is given away.
pub(crate) unsafe fn new_boxed_at(address: usize, data: &TypeData, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: the box is ours, to be given away.
    if let Some(known) = unsafe { returned(address, data, cx) } {
        return known;
    }
    // SAFETY: caller's contract.
    unsafe { new_owner(address, data) }
}

/// As [`new_boxed_at`], always a new instance.
///
/// # Safety
/// As [`new_boxed`], of the class with the record `data`.
unsafe fn new_owner(address: usize, data: &TypeData) -> *mut ffi::PyObject {
    let ext = Ext::owned(address);
    // SAFETY: the record owns the box now.
    match unsafe { ext::alloc_ext(data, Storage::Boxed, ext) } {
        Ok(inst) => {
            // SAFETY: nobody knows the object yet.
            unsafe { intrusive::expose(inst, data) };
            inst.cast()
        }
        Err(error) => {
            // SAFETY: the allocation failed, so the box is still ours.
            unsafe { data.ownership.drop_box(address) };
            error.restore();
            ptr::null_mut()
        }
    }
}

/// The argument of this call from which the value in the box at `address` was taken: it gets the box.
///
/// # Safety
/// `address` is that of a value of the class in a box that the caller owns; attached.
unsafe fn returned(address: usize, data: &TypeData, cx: &Cx<'_>) -> Option<*mut ffi::PyObject> {
    // SAFETY: emptied objects are arguments of the call, whose values have been moved into a box or away (`Taken::take`),
    // which noted where to; nothing but the line below makes them ready again.
    unsafe {
        let from = |inst: &*mut Inst| {
            let inst = *inst;
            (*inst).life() == Life::Relinquished
                && (*inst).storage() == Storage::Inline
                && !(*inst).destructs()
                && ptr::eq(class_record::native_data(ffi::Py_TYPE(inst.cast())), data)
                && ext::noted_box(inst) == address
        };
        let inst = cx.loans.emptied().find(from)?;
        ext::adopt_ext(inst, Storage::Boxed, Ext::owned(address));
        intrusive::expose(inst, data);
        Some(ffi::Py_NewRef(inst.cast()))
    }
}
