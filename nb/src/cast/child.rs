//! Instances that refer to values inside other objects, or to static ones: how they are made, and found again.

use crate::call::again;
use crate::call::context::Cx;
use crate::cast::member::At;
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::ext::{self, Ext, Root, Roots};
use crate::instance::header::{Inst, Life, Storage};
use crate::instance::path::{self, Path, Step};
use crate::instance::{allocation, intrusive};
use crate::python::error::runtime_error;
use crate::python::messages;
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
        found.or_else(|| known_child(address, data, mutable, &cx.loans.roots(), false, cx))
    }
}

/// The child for the value at `address` that was made from the same `roots`, all of them unchanged since, or which is to be good again if it
/// `renews`.
///
/// # Safety
/// If it `renews`, there is a value of `data`'s class at the address while the roots are not modified, which may be changed if it is `mutable`.
/// `data` is the record of a live class, and `roots` are live; attached.
unsafe fn known_child(
    address: usize,
    data: &TypeData,
    mutable: bool,
    roots: &[Root],
    renews: bool,
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
                let of = &ext::ext(child).roots;
                let lent = |root: &Root| roots.iter().any(|loan| loan.inst == root.inst);
                if of.len() != roots.len() || !of.iter().all(lent) {
                    return None;
                }
                let fresh = of.iter().all(|root| (*root.inst).epoch_holds(root.epoch));
                let renews = renews && (mutable || (*child).is_read_only());
                if !fresh && renews {
                    // As good as a new reference.
                    refer(&mut ext::ext_mut(child).roots, cx);
                }
                fresh || renews
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
pub(crate) unsafe fn is_garbage_child(child: *mut Inst) -> bool {
    // SAFETY: caller's contract; the header is there if the class says so.
    unsafe { crate::instance::gc::is_collected(ffi::Py_TYPE(child.cast())) && allocation::is_garbage(child.cast()) }
}

/// Makes a child and enters it; it takes over the references in the record.
///
/// # Safety
/// The record agrees with `storage`, see [`Ext`].
unsafe fn new_child(ext: Ext, data: &TypeData, storage: Storage, read_only: bool) -> *mut ffi::PyObject {
    let registered = ext.registered;
    // SAFETY: caller's contract.
    match unsafe { ext::alloc_ext(data, storage, ext) } {
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
        let mut roots = cx.loans.roots();
        if let Some(locked) = roots.iter().find(|root| (*root.inst).storage() == Storage::Locked) {
            let owner = class_record::native_data(ffi::Py_TYPE(locked.inst.cast())).name();
            runtime_error(messages::reference_into_lock(&cx.function_name(), &owner)).restore();
            return ptr::null_mut();
        }
        if let Some(found) = known_child(address, data, mutable, &roots, true, cx) {
            return found;
        }
        for root in &roots {
            ffi::Py_INCREF(root.inst.cast());
        }
        refer(&mut roots, cx);
        // What lives in statics only lives for ever.
        let storage = if roots.is_empty() { Storage::Static } else { Storage::Derived };
        let mut ext = Ext::child(address, address, roots);
        let renewable = again::remember(cx, &mut ext);
        // Reached through `&`, or through an object that is itself read-only.
        let made = new_child(ext, data, storage, !mutable);
        if renewable && !made.is_null() {
            (*made.cast::<Inst>()).set_renewable(true);
        }
        made
    }
}

/// Has a reference that the call returns end when one of its roots is modified, or used if the call may modify them.
///
/// # Safety
/// The roots are lent to the call; attached.
unsafe fn refer(roots: &mut Roots, cx: &Cx<'_>) {
    for root in roots {
        // SAFETY: caller's contract.
        unsafe {
            root.epoch = (*root.inst).share_epoch();
            if cx.loans.changes(root.inst) {
                (*root.inst).set_fragile();
            }
        }
    }
}

/// An instance that refers to a static value; it can be read only, since others may hold the same reference.
///
/// # Safety
/// There is a `&'static T` with this address, and `data` is the record of `T`.
pub(super) unsafe fn for_ever(address: usize, data: &TypeData, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: a child in the identity map is live; a static one is the same value as long as the address and type are.
    unsafe {
        if let Some(found) = known_child(address, data, false, &cx.loans.roots(), false, cx) {
            return found;
        }
        new_child(Ext::child(address, address, Roots::new()), data, Storage::Static, true)
    }
}

/// An instance for a part of an owner's value: no pointer is kept, the place is found anew on each use.
///
/// # Safety
/// The owner of `at` is a live, ready instance, lent to the call; the value of `data`'s class at `address` lies in its value, where `at`
/// says; attached.
pub(crate) unsafe fn part(address: usize, data: &TypeData, at: &At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    let owner = at.owner;
    // SAFETY: caller's contract; a part owns a reference to its root, which is lent with it.
    unsafe {
        let read_only = at.read_only || (*owner).is_read_only();
        if at.container.is_none() {
            // A field, as a rule.
            if let Some((root, base)) = root_of(owner) {
                return place(root, address - base, address, data, read_only, cx);
            }
        }
        part_elsewhere(address, data, at, read_only, cx)
    }
}

/// The object in whose value the owner's has a fixed place, and the address of that value.
///
/// # Safety
/// As [`part`].
#[inline(always)]
unsafe fn root_of(owner: *mut Inst) -> Option<(*mut Inst, usize)> {
    // SAFETY: caller's contract.
    unsafe {
        if (*owner).storage().owns() {
            let data = class_record::native_data(ffi::Py_TYPE(owner.cast()));
            return Some((owner, ext::owned_address(owner, data)));
        }
        if (*owner).storage() == Storage::Place {
            let outer = ext::ext(owner);
            return Some((outer.roots[0].inst, ext::place_address(outer) - outer.address));
        }
        None
    }
}

/// A place in the value of `root`.
///
/// # Safety
/// As [`part`].
#[inline]
unsafe fn place(
    root: *mut Inst,
    offset: usize,
    address: usize,
    data: &TypeData,
    read_only: bool,
    cx: &Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        if let Some(child) = cx.state().identities.find(address, data)
            && !is_garbage_child(child)
        {
            // The identity map may hold a child of a value that was here before: only the very same place will do.
            let ext = ext::ext(child);
            let same = (*child).storage() == Storage::Place
                && (*child).is_read_only() == read_only
                && ext.address == offset
                && ext.roots[0].inst == root;
            if same {
                return ffi::Py_NewRef(child.cast());
            }
        }
        ffi::Py_INCREF(root.cast());
        let roots = Roots::from_buf([Root { inst: root, epoch: 0 }]);
        new_child(Ext::child(offset, address, roots), data, Storage::Place, read_only)
    }
}

/// What is no field of a value that has its place.
///
/// # Safety
/// As [`part`].
#[inline(never)]
unsafe fn part_elsewhere(
    address: usize,
    data: &TypeData,
    at: &At<'_>,
    read_only: bool,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject {
    let owner = at.owner;
    // SAFETY: as in `part`.
    unsafe {
        if let Some((root, base)) = root_of(owner) {
            return element(root, address, data, path_of(base, address, Vec::new(), at), read_only, cx);
        }
        let storage = (*owner).storage();
        let outer = ext::ext(owner);
        if storage == Storage::Element {
            let found = path::element_address(outer, false).expect("the owner is lent");
            // What follows counts from the last element.
            let way = path_of(found - outer.path().after, address, outer.path().steps.clone(), at);
            return element(outer.roots[0].inst, address, data, way, read_only, cx);
        }
        // A part of something derived is good as long as that is, and one of a static for ever: there, there are no roots.
        let roots = outer.roots.iter().map(|root| Root { inst: root.inst, epoch: root.epoch }).collect();
        part_at(address, data, storage, roots, read_only, cx)
    }
}

/// The way to `address`, through the containers of `at` after `steps`, of which the last has led to `base`.
fn path_of(base: usize, address: usize, mut steps: Vec<Step>, at: &At<'_>) -> Path {
    let first = steps.len();
    let mut container = at.container;
    while let Some(one) = container {
        steps.push(Step {
            // The distance is from the element of the container around it.
            before: one.container - one.outer.map_or(base, |outer| outer.element),
            size: one.size,
            kind: one.kind,
            resolve: one.resolve,
            key: one.key.clone(),
        });
        container = one.outer;
    }
    // They came from inside.
    steps[first..].reverse();
    Path { steps, after: address - at.container.map_or(base, |last| last.element) }
}

/// A part that is known by its address, `Derived` or `Static`.
///
/// # Safety
/// As [`part`], of which the rest was found out: no reference in `roots` is owned.
unsafe fn part_at(
    address: usize,
    data: &TypeData,
    storage: Storage,
    roots: Roots,
    read_only: bool,
    cx: &Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        if let Some(child) = cx.state().identities.find(address, data)
            && !is_garbage_child(child)
        {
            // The identity map may hold a child of a value that was here before: only the very same place will do.
            let ext = ext::ext(child);
            let same = (*child).storage() == storage
                && (*child).is_read_only() == read_only
                && ext.address == address
                && ext.roots.iter().map(|r| (r.inst, r.epoch)).eq(roots.iter().map(|r| (r.inst, r.epoch)));
            if same {
                return ffi::Py_NewRef(child.cast());
            }
        }
        for root in &roots {
            ffi::Py_INCREF(root.inst.cast());
        }
        new_child(Ext::child(address, address, roots), data, storage, read_only)
    }
}

/// # Safety
/// As [`part`]: `path` leads from the value of `root` to `address`.
unsafe fn element(
    root: *mut Inst,
    address: usize,
    data: &TypeData,
    path: Path,
    read_only: bool,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        let way = path.number(root);
        let identities = &cx.state().identities;
        for found in [identities.find(address, data), identities.element(way, data)] {
            if let Some(child) = found
                && !is_garbage_child(child)
                && (*child).storage() == Storage::Element
                && (*child).is_read_only() == read_only
                && ext::ext(child).roots[0].inst == root
                && ext::ext(child).path().same(&path)
            {
                let before = std::mem::replace(&mut ext::ext_mut(child).registered, address);
                if before != address {
                    // The container has moved its elements.
                    cx.state().identities.forget(before, data, child);
                    cx.state().identities.enter(address, data, child);
                }
                return ffi::Py_NewRef(child.cast());
            }
        }
        ffi::Py_INCREF(root.cast());
        let ext = Ext::element(path, address, Root { inst: root, epoch: 0 });
        let made = new_child(ext, data, Storage::Element, read_only);
        if !made.is_null() {
            data.state.identities.enter_element(way, data, made.cast());
        }
        made
    }
}
