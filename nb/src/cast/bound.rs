//! How the bound instance behind an argument is found and lent: for `&T`, `&mut T`, `T` and the smart pointers.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::class_trait::Class;
use crate::cast::implicit::convert_implicitly;
use crate::cast::reference::{Mutability, Reach};
use crate::ffi;
use crate::instance::class_record::{self};
use crate::instance::header::{self, Inst, Life};
use crate::python::error::warn;
use crate::python::messages;
use std::any::TypeId;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};
use std::ptr::{self, NonNull};

/// A bound argument between conversion and loan.
#[doc(hidden)]
pub struct Bound<T> {
    found: Found,
    value: PhantomData<*mut T>,
}

impl<T> Deref for Bound<T> {
    type Target = Found;

    #[inline(always)]
    fn deref(&self) -> &Found {
        &self.found
    }
}

impl<T> DerefMut for Bound<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Found {
        &mut self.found
    }
}

/// The same without its type.
#[doc(hidden)]
pub struct Found {
    pub(super) inst: *mut Inst,
    /// Where the value is if it lies in the object, which does not change while the object lives; `acquire` finds out
    /// whether it does, and puts the right address here if not.
    pub(super) address: usize,
    /// Carries the mark, in a call without a context.
    pub(super) root: *mut Inst,
    /// The instance is of the very class, or of a Python class derived from it, so that it begins with this value.
    pub(super) known: bool,
    /// What is marked is behind a lock, which this call has.
    pub(super) locked: bool,
}

/// An instance, and where its value is if it lies in the object.
type Place = (NonNull<Inst>, usize);

/// Finds the bound instance in `src`, converting implicitly when allowed.
///
/// # Safety
/// `src` is live for the call; attached.
#[inline]
pub(super) unsafe fn find<T: 'static>(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Bound<T>> {
    // SAFETY: `src` is live for the call.
    unsafe {
        if !cfg!(nb_small) && find_exact(src, const { &TypeId::of::<T>() }) {
            return Some(Bound::of_exact(src));
        }
        find_apart(src, const { &TypeId::of::<T>() }, flags, cx).map(Bound::of_other)
    }
}

/// Lends the value of an instance in `src` to the call, to be read, and gives its address; `None` if it is no instance, or with an exception
/// raised. No implicit conversion.
///
/// # Safety
/// As [`find`].
pub(crate) unsafe fn find_and_lend<T: 'static>(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<usize> {
    // SAFETY: caller's contract.
    unsafe {
        let mut bound = find::<T>(src, 0, cx)?;
        bound.acquire(false, cx).then_some(bound.address)
    }
}

/// Whether `src` is an instance of the very class, with a value.
///
/// # Safety
/// `src` is live for the call; attached.
#[inline(always)]
unsafe fn find_exact(src: *mut ffi::PyObject, key: &'static TypeId) -> bool {
    // SAFETY: `src` is live for the call.
    unsafe {
        class_record::data_of(ffi::Py_TYPE(src)).is_some_and(|data| data.key == *key)
            && (*src.cast::<Inst>()).is_plainly_ready()
    }
}

/// As [`find`], for [`Param::read`](crate::Param::read).
///
/// # Safety
/// As [`Param::read`](crate::Param::read).
#[inline]
unsafe fn read<T: 'static>(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Bound<T>>) {
    // SAFETY: the caller's contract is that of `Param::read`.
    unsafe {
        let src = *argument;
        if !cfg!(nb_small) && find_exact(src, const { &TypeId::of::<T>() }) {
            stage.write(Bound::of_exact(src));
        } else if let Some(place) = read_bound_apart(argument, const { &TypeId::of::<T>() }, cx) {
            stage.write(Bound::of_other(place));
        }
    }
}

/// As [`find`]: where it is not worth its code.
///
/// # Safety
/// As there.
#[inline(never)]
unsafe fn find_apart(src: *mut ffi::PyObject, key: &'static TypeId, flags: u8, cx: &mut Cx<'_>) -> Option<Place> {
    // SAFETY: caller's contract.
    unsafe { exact(src, key).or_else(|| find_other(src, key, flags, cx)) }
}

/// An instance of the very class, and where its value is if that lies in the object.
///
/// # Safety
/// As [`find_exact`].
#[inline(always)]
unsafe fn exact(src: *mut ffi::PyObject, key: &'static TypeId) -> Option<Place> {
    // SAFETY: caller's contract; the record is that of the live object's type.
    unsafe {
        let inst = NonNull::new(src.cast::<Inst>()).filter(|_| find_exact(src, key))?;
        Some((inst, header::inline_address(inst.as_ptr(), class_record::native_data(ffi::Py_TYPE(src)).align)))
    }
}

/// As [`read`]: where it is not worth its code.
///
/// # Safety
/// As there.
#[inline(never)]
unsafe fn read_bound_apart(
    argument: *const *mut ffi::PyObject,
    key: &'static TypeId,
    cx: &mut Cx<'_>,
) -> Option<Place> {
    // SAFETY: caller's contract.
    unsafe { exact(*argument, key).or_else(|| read_other(argument, key, cx)) }
}

/// # Safety
/// As [`read`].
#[cold]
#[inline(never)]
unsafe fn read_other(argument: *const *mut ffi::PyObject, key: &'static TypeId, cx: &mut Cx<'_>) -> Option<Place> {
    // SAFETY: the caller's contract is that of `Param::read`.
    unsafe { cx.read(argument, |src, flags, cx| find_other(src, key, flags, cx)) }
}

/// As [`find`], for all that is not an instance of the very class: subclasses, empty instances, what has to be converted.
///
/// # Safety
/// `src` is live for the call; attached.
#[inline(never)]
unsafe fn find_other(src: *mut ffi::PyObject, key: &'static TypeId, flags: u8, cx: &mut Cx<'_>) -> Option<Place> {
    let key = *key;
    // SAFETY: `src` is live for the call.
    unsafe {
        if let Some((inst, data, offset)) = class_record::instance_of(src, key) {
            if (*inst).is_plainly_ready() || ready_after_all(inst, cx) {
                return Some((NonNull::new(inst)?, header::inline_address(inst, data.align) + offset));
            }
            return cx.refuse(Reason::Empty);
        }
        // None is no value to convert, also as an element of a container.
        if flags & CONVERT == 0 || cx.is_probing() || src == ffi::Py_None() {
            return None;
        }
        let made = convert_implicitly(src, key, cx)?;
        let (inst, data, offset) = class_record::instance_of(made.as_ptr(), key)?;
        cx.keep_converted(src, made);
        Some((NonNull::new(inst)?, header::inline_address(inst, data.align) + offset))
    }
}

/// Whether an instance has a value that is not plainly ready: a reference that has ended is made good if that can be done. Warns if it has none.
///
/// # Safety
/// `inst` is a live argument of the call; attached.
#[cold]
#[inline(never)]
pub(crate) unsafe fn ready_after_all(inst: *mut Inst, cx: &mut Cx<'_>) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        if (*inst).is_renewable() {
            cx.renew(inst);
        }
        let ready = (*inst).life() == Life::Ready && !cx.fatal;
        if !ready && !cx.fatal {
            refuse_empty(inst, cx);
        }
        ready
    }
}

/// Warns about an instance without a value.
///
/// # Safety
/// `inst` is live; attached.
#[cold]
pub(crate) unsafe fn refuse_empty(inst: *mut Inst, cx: &mut Cx<'_>) {
    cx.own_arguments();
    // SAFETY: a live instance.
    let (life, name) = unsafe { ((*inst).life(), crate::python::type_name::of_type(ffi::Py_TYPE(inst.cast()))) };
    let text = match life {
        Life::Relinquished => messages::relinquished(&name),
        _ => messages::uninitialized(&name),
    };
    if !warn(&text) {
        // The warning is an error now: it is what the caller gets to see.
        cx.fatal = true;
    }
}

impl<T: 'static> Bound<T> {
    #[inline(always)]
    pub(super) fn of_exact(src: *mut ffi::PyObject) -> Bound<T> {
        let inst = src.cast::<Inst>();
        let address = header::inline_address(inst, align_of::<T>());
        Bound { found: Found { inst, address, root: inst, known: true, locked: false }, value: PhantomData }
    }

    /// Of an instance of a derived class, or one that was made ready.
    #[inline(always)]
    fn of_other((inst, address): Place) -> Bound<T> {
        Bound {
            found: Found { inst: inst.as_ptr(), address, root: ptr::null_mut(), known: false, locked: false },
            value: PhantomData,
        }
    }

    #[inline(always)]
    pub(super) fn acquire(&mut self, exclusive: bool, cx: &mut Cx<'_>) -> bool {
        // SAFETY: the instance is an argument or a temporary of the call.
        unsafe {
            if !cfg!(nb_small) && cx.lend_inline(self.inst, exclusive) {
                return true;
            }
            self.found.acquire_apart(const { &TypeId::of::<T>() }, exclusive, cx)
        }
    }
}

impl Found {
    /// Lends the value, which is a `key`, for the call.
    ///
    /// # Safety
    /// The instance is an argument or a temporary of the call, and found to be a `key`; attached.
    #[inline(never)]
    unsafe fn acquire_apart(&mut self, key: &'static TypeId, exclusive: bool, cx: &mut Cx<'_>) -> bool {
        // SAFETY: caller's contract.
        unsafe {
            if cx.lend_inline(self.inst, exclusive) {
                return true;
            }
            let found = acquire_elsewhere(self.inst, key, exclusive, cx);
            self.address = found.unwrap_or_default();
            found.is_some()
        }
    }
}

/// Lends a value that does not lie in its object, or that other loans hold; gives the address of the `key` in it.
///
/// # Safety
/// The instance is an argument or a temporary of the call; attached.
#[inline(never)]
unsafe fn acquire_elsewhere(inst: *mut Inst, key: &'static TypeId, exclusive: bool, cx: &mut Cx<'_>) -> Option<usize> {
    // SAFETY: the instance is an argument or a temporary of the call.
    unsafe {
        let (_, data, offset) = class_record::instance_of(inst.cast(), *key).expect("found by `find`");
        Some(cx.lend(inst, data, exclusive)? + offset)
    }
}

/// For bound classes: the value is lent where it is.
#[doc(hidden)]
pub struct ByMark;

// SAFETY: `acquire` takes a mark on the root for the whole call, a shared or an exclusive one.
unsafe impl<D, T: Class<D>, M: Mutability> Reach<D, T, M> for ByMark {
    type Lent<'object, 'call> = M::Ref<'object, T>;
    type Stage = Bound<T>;
    const REFUSES_NONE: bool = true;

    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    #[inline]
    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Bound<T>> {
        // SAFETY: caller's contract.
        unsafe { find(src, flags, cx) }
    }

    #[inline]
    unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Bound<T>>) {
        // SAFETY: caller's contract.
        unsafe { read(argument, cx, stage) }
    }

    #[inline]
    fn acquire(stage: &mut Bound<T>, cx: &mut Cx<'_>) -> bool {
        stage.acquire(M::EXCLUSIVE, cx)
    }

    #[inline(always)]
    unsafe fn convert_apart(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Bound<T>> {
        // SAFETY: caller's contract.
        unsafe { find_apart(src, const { &TypeId::of::<T>() }, flags, cx).map(Bound::of_other) }
    }

    #[inline(always)]
    unsafe fn read_apart(cx: &mut Cx<'_>, place: usize, stage: &mut MaybeUninit<Bound<T>>) {
        // SAFETY: caller's contract.
        if let Some(place) = unsafe { read_bound_apart(cx.args.add(place), const { &TypeId::of::<T>() }, cx) } {
            stage.write(Bound::of_other(place));
        }
    }

    #[inline(always)]
    fn acquire_apart(stage: &mut Bound<T>, cx: &mut Cx<'_>) -> bool {
        // SAFETY: the instance is an argument or a temporary of the call, and was found to be a `T`.
        unsafe { stage.found.acquire_apart(const { &TypeId::of::<T>() }, M::EXCLUSIVE, cx) }
    }

    #[inline]
    unsafe fn lend<'a>(stage: &'a mut Bound<T>) -> M::Ref<'a, T> {
        // SAFETY: `acquire` resolved the address and marked the root until the context is dropped, as `M` demands.
        unsafe { M::at(stage.address as *mut T) }
    }

    #[inline(always)]
    unsafe fn fit(src: *mut ffi::PyObject) -> Option<Bound<T>> {
        // SAFETY: caller's contract; the cell is that of the class.
        unsafe { Bound::of_known::<D>(src) }
    }

    #[inline(always)]
    unsafe fn fit_anywhere(src: *mut ffi::PyObject) -> Option<Bound<T>> {
        // SAFETY: caller's contract.
        unsafe { Bound::of_any::<D>(src) }
    }

    const AT_ONCE: bool = true;
    const LENDS: bool = true;

    #[inline(always)]
    unsafe fn mark(stage: &mut Bound<T>) -> bool {
        // SAFETY: caller's contract.
        unsafe { stage.mark(M::EXCLUSIVE) }
    }

    #[inline(always)]
    unsafe fn mark_anywhere(stage: &mut Bound<T>) -> bool {
        // SAFETY: caller's contract.
        unsafe { stage.mark_anywhere(M::EXCLUSIVE) }
    }

    #[inline(always)]
    unsafe fn unmark(stage: &Bound<T>) {
        // SAFETY: caller's contract.
        unsafe { stage.unmark(M::EXCLUSIVE) }
    }

    unsafe fn unmark_anywhere(stage: &Bound<T>) {
        // SAFETY: caller's contract.
        unsafe { stage.unmark_anywhere(M::EXCLUSIVE) }
    }

    #[inline(always)]
    unsafe fn own(stage: &Bound<T>) {
        // SAFETY: caller's contract.
        unsafe { stage.own() }
    }

    unsafe fn own_anywhere(stage: &Bound<T>) {
        // SAFETY: caller's contract.
        unsafe { stage.own_anywhere() }
    }

    #[inline(always)]
    unsafe fn let_go(stage: &Bound<T>) {
        // SAFETY: caller's contract.
        unsafe { stage.let_go() }
    }

    unsafe fn let_go_anywhere(stage: &Bound<T>) {
        // SAFETY: caller's contract.
        unsafe { stage.let_go_anywhere() }
    }
}
