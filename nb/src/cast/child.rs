//! Instances that refer to values inside other objects, or to static ones: how they are made, and found again.

use crate::call::context::Cx;
use crate::cast::new_instance::record;
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::header::{self, Ext, Inst, Life, Root, Roots, Storage};
use crate::instance::{allocation, intrusive};
use std::ptr;

/// The object that Python already has for the value at `address`: an argument of this call, or a known child.
///
/// # Safety
/// As [`derived`].
pub(crate) unsafe fn known(address: usize, data: &TypeData, mutable: bool, cx: &Cx<'_>) -> Option<*mut ffi::PyObject> {
    // SAFETY: loans refer to live arguments; children remove themselves before they die.
    unsafe {
        for loan in cx.loans.iter() {
            let own = class_record::native_data(ffi::Py_TYPE(loan.inst.cast()));
            if !ptr::eq(own, data) && own.base.is_null() {
                continue;
            }
            let Some(offset) = own.offset_to(data.key) else { continue };
            if data.size == 0 && (*loan.inst).storage() != Storage::Inline {
                // Values without size are anywhere, several at one address, unless they lie in an object.
                continue;
            }
            if loan.address().is_some_and(|value| value + offset == address)
                && (!mutable || !(*loan.inst).is_read_only())
            {
                return Some(ffi::Py_NewRef(loan.inst.cast()));
            }
        }
        // Only values that are shared for good know their object.
        if mutable { None } else { intrusive::owner_of(address, data).map(|owner| ffi::Py_NewRef(owner)) }
    }
}

/// The object that Python has for the value at `address`, a part of another one included.
///
/// # Safety
/// As [`derived`].
pub(crate) unsafe fn known_object(
    address: usize,
    data: &TypeData,
    mutable: bool,
    cx: &Cx<'_>,
) -> Option<*mut ffi::PyObject> {
    // SAFETY: caller's contract.
    unsafe {
        let found = known(address, data, mutable, cx);
        found.or_else(|| known_child(address, data, mutable, &cx.loans.roots(), cx))
    }
}

/// The child for the value at `address` that was made from the same `roots`, all of them unchanged since.
///
/// # Safety
/// `data` is the record of a live class, and `roots` are live; attached.
unsafe fn known_child(
    address: usize,
    data: &TypeData,
    mutable: bool,
    roots: &[Root],
    cx: &Cx<'_>,
) -> Option<*mut ffi::PyObject> {
    // SAFETY: children remove themselves from the identity map before they die; a child's roots are live.
    unsafe {
        let child = cx.state().identities.find(address, data).filter(|child| !is_garbage_child(*child))?;
        if mutable && (*child).is_read_only() {
            return None;
        }
        let usable = match (*child).storage() {
            Storage::Derived => {
                let of = &header::ext(child).roots;
                let fresh = |root: &Root| {
                    roots.iter().any(|loan| loan.inst == root.inst) && (*root.inst).epoch_holds(root.epoch)
                };
                of.len() == roots.len() && of.iter().all(fresh)
            }
            Storage::Static => true,
            // A reference to what the object owns together with somebody who is among the roots.
            Storage::Shared => !mutable && (*child).life() == Life::Ready,
            _ => false,
        };
        usable.then(|| ffi::Py_NewRef(child.cast()))
    }
}

/// Whether a child from the identity map is garbage that the collector is about to clear.
///
/// # Safety
/// `child` is live; attached.
pub(super) unsafe fn is_garbage_child(child: *mut Inst) -> bool {
    // SAFETY: caller's contract; the header is there if the class says so.
    unsafe { crate::instance::gc::is_collected(ffi::Py_TYPE(child.cast())) && allocation::is_garbage(child.cast()) }
}

/// Makes a child and enters it; it takes over the references in `roots`.
///
/// # Safety
/// The parts agree with `storage`, see [`Ext`].
unsafe fn new_child(
    (address, registered): (usize, usize),
    data: &TypeData,
    storage: Storage,
    roots: Roots,
    read_only: bool,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    match unsafe { header::alloc_ext(data, storage, Ext::child(address, registered, roots)) } {
        Ok(inst) => {
            if read_only {
                // SAFETY: a live instance.
                unsafe { (*inst).set_read_only() };
            }
            data.state.identities.enter(registered, data, inst);
            inst.cast()
        }
        Err(error) => {
            error.restore();
            ptr::null_mut()
        }
    }
}

/// An instance that refers to a value inside the call's arguments.
///
/// Its roots are all bound objects that were lent to the call: the reference cannot point anywhere else, and which of
/// them it points into is not known.
///
/// # Safety
/// The running function has returned a reference to a value of `data`'s class with this address, and borrows such
/// references from bound objects alone (`Keeps`, which `Func` demands).
pub(crate) unsafe fn derived(address: usize, data: &TypeData, mutable: bool, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: lent arguments are live; the new instance takes its own references to the roots.
    unsafe {
        if let Some(found) = known(address, data, mutable, cx) {
            return found;
        }
        let is_method = cx.is_method();
        if !is_method || cx.loans.iter().next().is_none() {
            return ptr::null_mut();
        }
        part_of_loans(address, data, mutable, cx)
    }
}

/// As [`derived`], outside of calls: the value lies in what was lent to the context.
///
/// # Safety
/// There is a value of `data`'s class at the address while the lent objects are not modified.
pub(crate) unsafe fn cast_part(address: usize, data: &TypeData, mutable: bool, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { known(address, data, mutable, cx).unwrap_or_else(|| part_of_loans(address, data, mutable, cx)) }
}

/// # Safety
/// As [`derived`].
unsafe fn part_of_loans(address: usize, data: &TypeData, mutable: bool, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: as for `derived`.
    unsafe {
        let roots = cx.loans.roots();
        if let Some(found) = known_child(address, data, mutable, &roots, cx) {
            return found;
        }
        for root in &roots {
            ffi::Py_INCREF(root.inst.cast());
            // The very epoch that is in `roots`: no code has run since.
            (*root.inst).share_epoch();
            if cx.loans.changes(root.inst) {
                (*root.inst).set_fragile();
            }
        }
        // What lives in statics only lives for ever.
        let storage = if roots.is_empty() { Storage::Static } else { Storage::Derived };
        // Reached through `&`, or through an object that is itself read-only.
        new_child((address, address), data, storage, roots, !mutable)
    }
}

/// An instance that refers to a static value; it can be read only, since others may hold the same reference.
///
/// # Safety
/// There is a `&'static T` with this address, and `data` is the record of `T`.
pub(super) unsafe fn for_ever(address: usize, data: &TypeData, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: a child in the identity map is live; a static one is the same value as long as the address and type are.
    unsafe {
        if let Some(found) = known_child(address, data, false, &cx.loans.roots(), cx) {
            return found;
        }
        new_child((address, address), data, Storage::Static, Roots::new(), true)
    }
}

/// An instance for a field of `owner`'s value: no pointer is kept, the place is found anew on each use.
///
/// # Safety
/// `owner` is a live, ready instance, lent to the call, and `address` lies in its value; attached.
pub(crate) unsafe fn field_place<T: 'static>(
    owner: *mut Inst,
    address: usize,
    read_only: bool,
    cx: &Cx<'_>,
) -> *mut ffi::PyObject {
    let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
    // SAFETY: caller's contract.
    unsafe { field_place_of(owner, address, data, read_only, cx) }
}

/// # Safety
/// `owner` is a live, ready instance and `address` lies in its value; attached.
unsafe fn field_place_of(
    owner: *mut Inst,
    address: usize,
    data: &TypeData,
    read_only: bool,
    cx: &Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: `owner` is a live, ready instance and `address` lies in its value.
    unsafe {
        let read_only = read_only || (*owner).is_read_only();
        let mut roots = Roots::new();
        let (storage, value) = match (*owner).storage() {
            Storage::Inline | Storage::Boxed | Storage::Shared => {
                let owner_data = class_record::native_data(ffi::Py_TYPE(owner.cast()));
                roots.push(Root { inst: owner, epoch: 0 });
                (Storage::Place, address - header::owned_address(owner, owner_data))
            }
            Storage::Place => {
                let outer = header::ext(owner);
                roots.push(Root { inst: outer.roots[0].inst, epoch: 0 });
                (Storage::Place, address - (header::place_address(outer) - outer.address))
            }
            // A field of something derived is good as long as that is.
            Storage::Derived => {
                roots.extend(header::ext(owner).roots.iter().map(|r| Root { inst: r.inst, epoch: r.epoch }));
                (Storage::Derived, address)
            }
            Storage::Static => (Storage::Static, address),
        };
        if let Some(child) = cx.state().identities.find(address, data)
            && !is_garbage_child(child)
        {
            // The identity map may hold a child of a value that was here before: only the very same place will do.
            let ext = header::ext(child);
            let same = (*child).storage() == storage
                && (*child).is_read_only() == read_only
                && ext.address == value
                && ext.roots.iter().map(|r| (r.inst, r.epoch)).eq(roots.iter().map(|r| (r.inst, r.epoch)));
            if same {
                return ffi::Py_NewRef(child.cast());
            }
        }
        for root in &roots {
            ffi::Py_INCREF(root.inst.cast());
        }
        new_child((value, address), data, storage, roots, read_only)
    }
}
