//! [`Ext`]: the record of an instance whose value is elsewhere, to which the word behind its header points.

use crate::ffi;
use crate::instance::again::{Given, Source};
use crate::instance::allocation::{alloc_sized, has_prefix, is_garbage, refuse_garbage};
use crate::instance::class_record::TypeData;
use crate::instance::header::{Inst, Life, Storage, inline_address};
use crate::instance::lock::OfLock;
use crate::instance::path::Path;
use crate::interpreter::panic;
use crate::python::error::{Error, Result};
use std::mem::size_of;

/// One object whose modification ends a derived reference.
pub(crate) struct Root {
    /// Owned reference.
    pub inst: *mut Inst,
    /// The root's epoch when the reference was taken.
    pub epoch: u32,
}

/// Where a value is that is not inline.
pub(crate) struct Ext {
    /// Address of the value; for `Place` the offset from the root's value; 0 for an `Element`, and for a `Locked` value until it
    /// was locked once.
    pub address: usize,
    /// Address under which the instance is in the identity map, 0 when it is not.
    pub registered: usize,
    /// `Place` and `Element`: exactly one; `Derived`: at least one; else none.
    pub roots: Roots,
    /// What few kinds have.
    pub extra: Option<Box<Extra>>,
    /// `Derived`: the function that gave the reference, if it may be called again.
    pub source: Option<Source>,
    /// The record lies behind the object, in the same piece of memory, and not in a box.
    inside: bool,
}

/// What the record of few kinds has besides.
pub(crate) enum Extra {
    /// `Locked`: the lock around the value.
    Lock(OfLock),
    /// `Element`: the way from the root.
    Path(Path),
    /// `Derived`: what its source was called with.
    Given(Given),
}

/// What a value elsewhere depends on.
pub(crate) type Roots = smallvec::SmallVec<[Root; 1]>;

impl Ext {
    /// The record of a value that the instance owns.
    pub(crate) fn owned(address: usize) -> Ext {
        Ext { address, registered: 0, roots: Roots::new(), extra: None, source: None, inside: false }
    }

    /// The record of a value inside `roots`, to be known as the child at `registered`.
    pub(crate) fn child(address: usize, registered: usize, roots: Roots) -> Ext {
        Ext { address, registered, roots, extra: None, source: None, inside: false }
    }

    /// The record of a value that has something besides.
    pub(crate) fn with(extra: Extra, registered: usize, roots: Roots) -> Ext {
        Ext { address: 0, registered, roots, extra: Some(Box::new(extra)), source: None, inside: false }
    }
}

fn ext_slot(inst: *mut Inst) -> *mut *mut Ext {
    // The payload area is pointer-aligned and at least a pointer long (see `basic_size`).
    (inst as usize + size_of::<Inst>()) as *mut *mut Ext
}

/// The record of a non-inline instance.
///
/// # Safety
/// `inst` is live, its storage is not `Inline`, and its life is not `Uninitialized`.
pub(crate) unsafe fn ext<'a>(inst: *mut Inst) -> &'a Ext {
    // SAFETY: such instances have had `set_ext` called before they became visible.
    unsafe { &**ext_slot(inst) }
}

/// As [`ext`], for changes.
///
/// # Safety
/// As [`ext`]; no other reference to the record is in use.
pub(crate) unsafe fn ext_mut<'a>(inst: *mut Inst) -> &'a mut Ext {
    // SAFETY: caller's contract.
    unsafe { &mut **ext_slot(inst) }
}

/// Makes an instance of `data`'s own class for a value elsewhere.
///
/// # Safety
/// The parts of `ext` agree with `storage` (see [`Ext`]); owned references in it pass to the instance.
pub(crate) unsafe fn alloc_ext(data: &TypeData, storage: Storage, mut ext: Ext) -> Result<*mut Inst> {
    // SAFETY: `data.ty` is live (it owns `data`); the slot is written before anybody sees the object. Where the record
    // lies behind the object, the object was made longer by its size; `tp_basicsize` is a multiple of a word.
    unsafe {
        let size = (*data.ty).tp_basicsize as usize;
        ext.inside = !cfg!(Py_GIL_DISABLED) && !has_prefix(data.ty);
        let inst = match is_garbage(data.ty.cast()) {
            true => refuse_garbage(data),
            false => alloc_sized(data.ty, if ext.inside { size + size_of::<Ext>() } else { size }),
        };
        if inst.is_null() {
            for root in ext.roots {
                ffi::Py_DECREF(root.inst.cast());
            }
            return Err(Error::fetch());
        }
        if ext.inside {
            let place = (inst as usize + size) as *mut Ext;
            place.write(ext);
            set_ext(inst, storage, place);
        } else {
            adopt_ext(inst, storage, ext);
        }
        Ok(inst)
    }
}

/// Turns an empty instance into one whose value is elsewhere.
///
/// # Safety
/// `inst` holds no value; `ext` as in [`alloc_ext`].
pub(crate) unsafe fn adopt_ext(inst: *mut Inst, storage: Storage, ext: Ext) {
    // SAFETY: caller's contract.
    unsafe { set_ext(inst, storage, Box::into_raw(Box::new(ext))) }
}

/// # Safety
/// `inst` is fresh or empty, and `ext` agrees with `storage`.
unsafe fn set_ext(inst: *mut Inst, storage: Storage, ext: *mut Ext) {
    // SAFETY: `inst` is fresh or empty.
    unsafe {
        *ext_slot(inst) = ext;
        (*inst).set_storage(storage);
        (*inst).set_life(Life::Ready);
    }
}

/// Notes which box has taken the value of an instance, so that the box finds back; 0 for a value that went elsewhere.
///
/// # Safety
/// `inst` is live, inline and relinquished, and its value has left it.
pub(crate) unsafe fn note_box(inst: *mut Inst, address: usize) {
    // SAFETY: the payload area, which nothing else uses, is pointer-aligned and at least a pointer long.
    unsafe { *ext_slot(inst).cast::<usize>() = address }
}

/// What [`note_box`] has noted.
///
/// # Safety
/// As [`note_box`], which was called.
pub(crate) unsafe fn noted_box(inst: *mut Inst) -> usize {
    // SAFETY: caller's contract.
    unsafe { *ext_slot(inst).cast::<usize>() }
}

/// Address of the value of an instance that owns it and is `Ready`, or was when this was asked.
///
/// # Safety
/// `inst` is live and its storage is `Inline`, `Boxed`, `Shared` or `Static`, or it is `Locked` and its lock is held.
pub(crate) unsafe fn owned_address(inst: *mut Inst, data: &TypeData) -> usize {
    // SAFETY: caller's contract.
    unsafe {
        match (*inst).storage() {
            Storage::Inline => inline_address(inst, data.align),
            _ => ext(inst).address,
        }
    }
}

/// Ends the record of an instance whose value has left it, or that is being freed; no longer a child by then.
///
/// # Safety
/// `inst` is live, not inline, and no reference to its record is in use.
pub(crate) unsafe fn drop_ext(inst: *mut Inst) {
    // SAFETY: caller's contract; the record is where `alloc_ext` or `adopt_ext` has put it.
    unsafe {
        let place = *ext_slot(inst);
        (*inst).set_storage(Storage::Inline);
        (*inst).set_renewable(false);
        if (*place).extra.is_some() || (*place).source.is_some() {
            drop_more(inst, place);
        }
        // Nobody can reach the record any more, whatever the end of a root runs.
        let roots = &(*place).roots;
        for root in roots {
            ffi::Py_DECREF(root.inst.cast());
        }
        if !(*place).inside {
            drop(Box::from_raw(place));
        } else if roots.spilled() {
            place.drop_in_place();
        }
    }
}

/// Ends what the records of few kinds have.
///
/// # Safety
/// As [`drop_ext`], of `inst`.
#[cold]
unsafe fn drop_more(inst: *mut Inst, place: *mut Ext) {
    // SAFETY: caller's contract.
    let (extra, source) = unsafe { ((*place).extra.take(), (*place).source.take()) };
    if extra.is_none() && matches!(source, Some(Source::Found(..))) {
        return;
    }
    // What a function has captured may do anything when it ends, and so may a receiver.
    // SAFETY: a live instance.
    panic::guard_unraisable(unsafe { ffi::Py_TYPE(inst.cast()) }.cast(), || drop((extra, source)));
}

/// Address that a place names.
///
/// # Safety
/// `ext` belongs to a `Place`; if its root is behind a lock, that is held.
pub(crate) unsafe fn place_address(ext: &Ext) -> usize {
    let root = ext.roots[0].inst;
    // SAFETY: the place owns a reference to its root, which is inline or boxed and of a bound type.
    unsafe {
        let data =
            crate::instance::class_record::data_of(ffi::Py_TYPE(root.cast())).expect("roots are bound instances");
        owned_address(root, data) + ext.address
    }
}
