//! Bound classes as results: values, boxes, references.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::bound::ByMark;
use crate::cast::by_reference::GiveBack;
use crate::cast::reference_internal::internal;
use crate::cast::traits::Ret;
use crate::ffi;
use crate::instance::class_record::{self, Class, TypeData};
use crate::instance::header::{self, Ext, Inst, Life, Root, Roots, Storage};
use crate::instance::intrusive;
use crate::python::object::Held;
use crate::rv_policy;
use std::alloc::{self, Layout};
use std::any::TypeId;
use std::ptr;

/// The record of `T`, or null result without exception: the dispatcher reports it with the signature.
pub(super) fn record<'c, T: 'static>(cx: &Cx<'c>) -> Option<&'c TypeData> {
    cx.state().type_of(TypeId::of::<T>())
}

/// A new instance that holds `value` inline.
pub(crate) unsafe fn new_inline<T: 'static>(value: T, cx: &Cx<'_>) -> *mut ffi::PyObject {
    let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
    // SAFETY: attached; the class's layout is that of `T`; the memory is fresh.
    unsafe {
        let inst = header::alloc_of(data);
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
pub(super) unsafe fn new_clone(
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
        let _class = Held::borrow(data.ty.cast());
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

pub(super) unsafe fn new_boxed<T: 'static>(value: Box<T>, cx: &Cx<'_>) -> *mut ffi::PyObject {
    let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
    // SAFETY: the box holds a value of the class.
    unsafe { new_boxed_at(Box::into_raw(value) as usize, data, cx) }
}

/// An instance that owns a box.
///
/// # Safety
/// `Box::into_raw` has returned the address, for a value of `data`'s class; attached. The box is given away.
pub(super) unsafe fn new_boxed_at(address: usize, data: &TypeData, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: the box is ours, to be given away.
    if let Some(known) = unsafe { returned(address, data, cx) } {
        return known;
    }
    // SAFETY: caller's contract.
    unsafe { new_owner(address, data) }
}

/// As [`new_boxed_at`], always a new instance.
unsafe fn new_owner(address: usize, data: &TypeData) -> *mut ffi::PyObject {
    let ext = Ext::owned(address);
    // SAFETY: the record owns the box now.
    match unsafe { header::alloc_ext(data, Storage::Boxed, ext) } {
        Ok(inst) => {
            // SAFETY: nobody knows the object yet.
            unsafe { intrusive::expose(inst, data) };
            inst.cast()
        }
        Err(error) => {
            // SAFETY: the allocation failed, so the box is still ours.
            unsafe { (data.drop_box)(address as *mut u8) };
            error.restore();
            ptr::null_mut()
        }
    }
}

/// The argument of this call from which the value in the box at `address` was taken: it gets the box.
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
                && header::noted_box(inst) == address
        };
        let inst = cx.loans.emptied().find(from)?;
        header::adopt_ext(inst, Storage::Boxed, Ext::owned(address));
        intrusive::expose(inst, data);
        Some(ffi::Py_NewRef(inst.cast()))
    }
}

/// The object that Python already has for the value at `address`: an argument of this call, or a known child.
///
/// # Safety
/// As [`derived`].
pub(super) unsafe fn known(address: usize, data: &TypeData, mutable: bool, cx: &Cx<'_>) -> Option<*mut ffi::PyObject> {
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
pub(super) unsafe fn known_object(
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
unsafe fn known_child(
    address: usize,
    data: &TypeData,
    mutable: bool,
    roots: &[Root],
    cx: &Cx<'_>,
) -> Option<*mut ffi::PyObject> {
    // SAFETY: children remove themselves from the table before they die; a child's roots are live.
    unsafe {
        let child = cx.state().identities.find(address, data).filter(|child| !is_garbage_child(*child))?;
        if mutable && (*child).is_read_only() {
            return None;
        }
        let usable = match (*child).storage() {
            Storage::Derived => {
                let of = &header::ext(child).roots;
                let fresh = |root: &Root| {
                    roots.iter().any(|lent| lent.inst == root.inst) && (*root.inst).epoch_holds(root.epoch)
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

/// Whether a child from the table is garbage that the collector is about to clear.
///
/// # Safety
/// `child` is live; attached.
pub(super) unsafe fn is_garbage_child(child: *mut Inst) -> bool {
    // SAFETY: caller's contract; the header is there if the class says so.
    unsafe { crate::instance::gc::is_collected(ffi::Py_TYPE(child.cast())) && header::is_garbage(child.cast()) }
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
pub(super) unsafe fn derived(address: usize, data: &TypeData, mutable: bool, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: lent arguments are live; the new instance takes its own references to the roots.
    unsafe {
        if let Some(found) = known(address, data, mutable, cx) {
            return found;
        }
        let is_method = cx.is_method();
        if !is_method || cx.loans.iter().next().is_none() {
            return ptr::null_mut();
        }
        part_of_lent(address, data, mutable, cx)
    }
}

/// As [`derived`], outside of calls: the value lies in what was lent to the context.
///
/// # Safety
/// There is a value of `data`'s class at the address while the lent objects are not modified.
pub(crate) unsafe fn cast_part(address: usize, data: &TypeData, mutable: bool, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { known(address, data, mutable, cx).unwrap_or_else(|| part_of_lent(address, data, mutable, cx)) }
}

unsafe fn part_of_lent(address: usize, data: &TypeData, mutable: bool, cx: &Cx<'_>) -> *mut ffi::PyObject {
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
unsafe fn for_ever(address: usize, data: &TypeData, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: a child in the table is live; a static one is the same value as long as the address and type are.
    unsafe {
        if let Some(found) = known_child(address, data, false, &cx.loans.roots(), cx) {
            return found;
        }
        new_child((address, address), data, Storage::Static, Roots::new(), true)
    }
}

/// An instance for a field of `owner`'s value: no pointer is kept, the place is found anew on each use.
pub(crate) unsafe fn place<T: 'static>(
    owner: *mut Inst,
    address: usize,
    read_only: bool,
    cx: &Cx<'_>,
) -> *mut ffi::PyObject {
    let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
    // SAFETY: caller's contract.
    unsafe { place_of(owner, address, data, read_only, cx) }
}

unsafe fn place_of(
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
            // The table may hold a child of a value that was here before: only the very same place will do.
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

/// What a policy makes of a returned `&T`.
///
/// # Safety
/// `put_ref` is as [`Ret::put`].
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be used for a returned reference to `{T}`",
    label = "returns a reference to `{T}`",
    note = "a reference is copied (`rv_policy::copy`, the default), or kept with its owner (`rv_policy::reference_internal`); to pass ownership return `{T}` or `Box<{T}>`; `rv_policy::reference` is for functions that return a `&'static {T}`"
)]
pub unsafe trait RefPolicy<'x, D, T> {
    /// The new object refers to a value inside the arguments.
    #[doc(hidden)]
    const CHILD: bool = false;
    /// # Safety
    /// As [`Ret::put`].
    #[doc(hidden)]
    unsafe fn put_ref(value: *const T, mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

/// `T` can be copied into Python.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be copied into Python",
    label = "a reference to `{Self}` is returned, which copies it by default",
    note = "implement `Clone` for `{Self}`, return it by value, or pass `nb::rv_policy::reference_internal` to hand out a reference that keeps its owner alive"
)]
pub trait Copyable {
    #[doc(hidden)]
    fn copy(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Copyable for T {
    fn copy(&self) -> T {
        self.clone()
    }
}

macro_rules! copying {
    ($($policy:ident)*) => { $(
        // SAFETY: a new object, or the argument.
        unsafe impl<'x, D, T: Class<D> + Copyable> RefPolicy<'x, D, T> for rv_policy::$policy {
            unsafe fn put_ref(value: *const T, mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: the function's result is valid here, with the arguments' marks still held.
                unsafe {
                    // After `b += 1`, `b` is the same object, and an iterator is its own `__iter__`.
                    let argument = record::<T>(cx).and_then(|data| known(value as usize, data, mutable, cx));
                    argument.unwrap_or_else(|| new_inline((*value).copy(), cx))
                }
            }
        }
    )* };
}
copying!(automatic automatic_reference);

// SAFETY: a new object.
unsafe impl<'x, D, T: Class<D> + Copyable> RefPolicy<'x, D, T> for rv_policy::copy {
    unsafe fn put_ref(value: *const T, _mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: as above.
        unsafe { new_inline((*value).copy(), cx) }
    }
}

// SAFETY: an object that refers to a value in its roots, which it checks on each use.
unsafe impl<'x, D, T: Class<D>> RefPolicy<'x, D, T> for rv_policy::reference_internal {
    const CHILD: bool = true;

    unsafe fn put_ref(value: *const T, mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
        // SAFETY: caller's contract.
        unsafe { derived(value as usize, data, mutable, cx) }
    }
}

// SAFETY: as above.
#[diagnostic::do_not_recommend]
unsafe impl<'object, 'x: 'object, D, T: Class<D>> RefPolicy<'x, D, T> for internal<'object> {
    const CHILD: bool = true;

    unsafe fn put_ref(value: *const T, mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <rv_policy::reference_internal as RefPolicy<'x, D, T>>::put_ref(value, mutable, cx) }
    }
}

// SAFETY: the function's type says that the value lives for ever; nothing else may be referred to without an owner.
unsafe impl<D, T: Class<D>> RefPolicy<'static, D, T> for rv_policy::reference {
    unsafe fn put_ref(value: *const T, _mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
        // SAFETY: the reference is valid for ever.
        unsafe { for_ever(value as usize, data, cx) }
    }
}

// SAFETY: an object that there is.
unsafe impl<'x, D, T: Class<D>> RefPolicy<'x, D, T> for rv_policy::none {
    unsafe fn put_ref(value: *const T, mutable: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let Some(data) = record::<T>(cx) else { return ptr::null_mut() };
        // SAFETY: caller's contract.
        unsafe { known_object(value as usize, data, mutable, cx).unwrap_or(ptr::null_mut()) }
    }
}

// SAFETY: copies, or makes a derived reference that checks its roots on each use.
unsafe impl<'x, D, T: Class<D>, P: RefPolicy<'x, D, T>> GiveBack<'x, D, P, T> for ByMark {
    fn describe(text: &mut SigText<'_>) {
        if P::CHILD { text.child::<T>() } else { text.class::<T>() }
    }

    unsafe fn put(value: &'x T, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { P::put_ref(value, false, cx) }
    }
}

// SAFETY: as for `&T`; the derived reference may be used mutably, since it was reached through `&mut`.
unsafe impl<'x, D, T: Class<D>, P: RefPolicy<'x, D, T>> Ret<D, P> for &'x mut T {
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        if P::CHILD { text.child::<T>() } else { text.class::<T>() }
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { P::put_ref(value, true, cx) }
    }
}

/// What a policy makes of a returned `Box<T>`.
///
/// # Safety
/// `put_box` is as [`Ret::put`].
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be used for a returned `Box<{T}>`",
    label = "returns a `Box<{T}>`",
    note = "a box passes ownership: leave the policy out, or use `rv_policy::take_ownership`"
)]
pub unsafe trait BoxPolicy<D, T> {
    /// # Safety
    /// As [`Ret::put`].
    #[doc(hidden)]
    unsafe fn put_box(value: Box<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

macro_rules! owning {
    ($($(#[$attribute:meta])* $policy:ty;)*) => { $(
        $(#[$attribute])*
        // SAFETY: the object owns the box.
        unsafe impl<D, T: Class<D>> BoxPolicy<D, T> for $policy {
            unsafe fn put_box(value: Box<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { new_boxed(value, cx) }
            }
        }
    )* };
}
owning! {
    rv_policy::automatic;
    rv_policy::automatic_reference;
    rv_policy::take_ownership;
    rv_policy::reference_internal;
    #[diagnostic::do_not_recommend]
    internal<'_>;
}

macro_rules! unboxing {
    ($($policy:ident)*) => { $(
        // SAFETY: the value moves into a new object.
        unsafe impl<D, T: Class<D>> BoxPolicy<D, T> for rv_policy::$policy {
            unsafe fn put_box(value: Box<T>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { new_inline(*value, cx) }
            }
        }
    )* };
}
unboxing!(copy move_);

// SAFETY: ownership passes to the new object.
unsafe impl<D, T: Class<D>, P: BoxPolicy<D, T>> Ret<D, P> for Box<T> {
    const DECLINES: bool = false;
    const COPIES: bool = true;
    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { P::put_box(value, cx) }
    }
}

/// A returned `T` by value, for the impl that the macros write next to `Class`.
///
/// # Safety
/// As [`Ret::put`].
#[doc(hidden)]
pub unsafe fn put_value<T: 'static, P: rv_policy::Policy>(value: T, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    if !P::MAKES {
        return ptr::null_mut();
    }
    // SAFETY: caller's contract.
    unsafe { new_inline(value, cx) }
}
