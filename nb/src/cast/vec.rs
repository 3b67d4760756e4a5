//! `Vec<T>` and `[T; N]`: from any sequence, to a list.
//!
//! Nothing is reserved on the word of a length hint beyond a modest amount.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::elements::{Protocol, announced, element, for_each, prepare};
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::aside::{Aside, drop_aside};
use crate::python::object::{StrongRef, object};
use std::mem::ManuallyDrop;

/// More elements than this are reserved only as they arrive.
const MAX_RESERVE: usize = 1 << 16;

/// Converts all elements.
///
/// # Safety
/// `src` is live; attached.
pub(crate) unsafe fn elements<D, A: Param<D>>(
    src: *mut ffi::PyObject,
    flags: u8,
    cx: &mut Cx<'_>,
    protocol: Protocol,
) -> Option<Vec<A::Stage>> {
    // SAFETY: caller's contract.
    if let Some(all) = unsafe { plain_elements::<D, A>(src) } {
        return Some(all);
    }
    let mut all: Vec<A::Stage> = Vec::new();
    cx.enter_container();
    prepare::<D, A>(cx);
    // SAFETY: caller's contract.
    unsafe {
        for_each(src, cx, protocol, |value, cx, size| {
            if all.len() == all.capacity() && !grow(&mut all, size, cx) {
                return None;
            }
            let Some(stage) = element::<D, A>(value, flags, cx) else {
                return cx.refuse_element(all.len());
            };
            // There is room: nothing but the line above has touched the vector.
            all.as_mut_ptr().add(all.len()).write(stage);
            all.set_len(all.len() + 1);
            Some(())
        })?;
    }
    Some(all)
}

/// The elements of a list, if all of them are plain numbers of the very type: reading those runs no code, so that nothing can change the list
/// meanwhile.
///
/// # Safety
/// `src` is live; attached.
#[inline(always)]
unsafe fn plain_elements<D, A: Param<D>>(src: *mut ffi::PyObject) -> Option<Vec<A::Stage>> {
    let fit = const { if cfg!(any(Py_GIL_DISABLED, nb_small)) { None } else { A::FIT } }?;
    // SAFETY: caller's contract; indices are less than the length. `OWNED`, which what has `FIT` is, says that stage and value are of one type.
    unsafe {
        if ffi::PyList_CheckExact(src) == 0 {
            return None;
        }
        let len = ffi::PyList_GET_SIZE(src);
        let mut all = Vec::new();
        all.try_reserve_exact(len as usize).ok()?;
        for index in 0..len {
            all.push(fit(ffi::PyList_GET_ITEM(src, index))?);
        }
        let mut all = ManuallyDrop::new(all);
        Some(Vec::from_raw_parts(all.as_mut_ptr().cast(), all.len(), all.capacity()))
    }
}

/// As [`elements`], for at most so many elements of a sequence. One that says that it has more is refused before any is touched.
///
/// # Safety
/// As [`elements`].
#[cfg(any(feature = "arrayvec", feature = "tinyvec"))]
pub(super) unsafe fn elements_up_to<D, A: Param<D>>(
    most: usize,
    src: *mut ffi::PyObject,
    flags: u8,
    cx: &mut Cx<'_>,
) -> Option<Vec<A::Stage>> {
    // SAFETY: caller's contract.
    unsafe {
        match announced(src, cx)? {
            Some(size) if size <= most => {}
            Some(_) if ffi::PySequence_Check(src) != 0 => return cx.refuse(Reason::Length),
            _ => return None,
        }
        elements::<D, A>(src, flags, cx, Protocol::Sequence).filter(|all| all.len() <= most)
    }
}

/// Makes room for the elements to come; false when there is no memory.
#[cold]
fn grow<S>(all: &mut Vec<S>, size: usize, cx: &mut Cx<'_>) -> bool {
    let more = size.saturating_sub(all.len()).min(MAX_RESERVE).max(all.len()).max(1);
    let done = all.try_reserve(more).is_ok();
    if !done {
        cx.own_arguments();
        // SAFETY: attached.
        unsafe { ffi::PyErr_NoMemory() };
        cx.mismatch_raised();
    }
    done
}

/// Lends all elements; a vector of owned elements is passed on as it is.
///
/// # Safety
/// As [`Param::lend`], for each element.
pub(super) unsafe fn lend_all<'a, D, A: Param<D>>(stage: &'a mut Vec<A::Stage>, cx: &Cx<'_>) -> Vec<A::Item<'a>> {
    if A::OWNED {
        let mut all = ManuallyDrop::new(std::mem::take(stage));
        // SAFETY: `OWNED` says that both are vectors of the same type.
        unsafe { Vec::from_raw_parts(all.as_mut_ptr().cast(), all.len(), all.capacity()) }
    } else {
        // SAFETY: caller's contract.
        stage.iter_mut().map(|one| unsafe { A::lend(one, cx) }).collect()
    }
}

// SAFETY: delegates to the element type.
unsafe impl<D, A: Param<D>> Param<D> for Vec<A> {
    type Item<'a> = Vec<A::Item<'a>>;
    type Lent<'object, 'call> = Vec<A::Lent<'object, 'call>>;
    type Stage = Vec<A::Stage>;
    const OWNED: bool = A::OWNED;
    const BORROWS: bool = A::BORROWS;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = A::LEND_CALLS_OUT;

    fn describe(text: &mut SigText<'_>) {
        text.text("collections.abc.Sequence[");
        A::describe(text);
        text.text("]");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Vec<A::Stage>> {
        // SAFETY: caller's contract.
        unsafe { elements::<D, A>(src, flags, cx, Protocol::Sequence) }
    }

    fn acquire(stage: &mut Vec<A::Stage>, cx: &mut Cx<'_>) -> bool {
        stage.iter_mut().all(|one| A::acquire(one, cx))
    }

    unsafe fn lend<'a>(stage: &'a mut Vec<A::Stage>, cx: &Cx<'_>) -> Vec<A::Item<'a>> {
        // SAFETY: caller's contract.
        unsafe { lend_all::<D, A>(stage, cx) }
    }
}

/// Puts results into a list of known length.
///
/// # Safety
/// Attached.
pub(crate) unsafe fn put_list<D, P, R: Ret<D, P>>(
    values: impl ExactSizeIterator<Item = R>,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { put_list_with(values, |value| R::put(value, cx)) }
}

/// A list of known length, of what `make` gives: new references.
///
/// # Safety
/// Attached.
pub(crate) unsafe fn put_list_with<V>(
    values: impl ExactSizeIterator<Item = V>,
    mut make: impl FnMut(V) -> *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: attached; SET_ITEM takes over the reference. Code that runs while an item is made could find a list that the
    // collector knows (`gc.get_objects`), so it is kept from it until the list is full; nobody else has it.
    unsafe {
        let mut aside = Aside::default();
        let Some(list) = object::from_owned(ffi::PyList_New(values.len() as ffi::Py_ssize_t)) else {
            drop_aside(values);
            return std::ptr::null_mut();
        };
        ffi::PyObject_GC_UnTrack(list.as_ptr().cast());
        for (index, value) in values.enumerate() {
            let made = make(value);
            if made.is_null() {
                aside.put();
                return made;
            }
            ffi::PyList_SET_ITEM(list.as_ptr(), index as ffi::Py_ssize_t, made);
        }
        ffi::PyObject_GC_Track(list.as_ptr().cast());
        list.into_ptr()
    }
}

/// Owns objects as they are made; `None` when one could not be.
///
/// # Safety
/// Each is a new reference or null; attached while the result lives.
pub(super) unsafe fn all_of(made: impl Iterator<Item = *mut ffi::PyObject>) -> Option<Vec<StrongRef>> {
    // SAFETY: caller's contract.
    made.map(|one| unsafe { object::from_owned(one).map(|one| StrongRef::of(one)) }).collect()
}

macro_rules! put_as_list {
    ($([$($generics:tt)*] $ty:ty, $element:ty;)*) => { $(
        // SAFETY: delegates to the element type.
        unsafe impl<D, P, $($generics)*> Ret<D, P> for $ty {
            const DECLINES: bool = <$element as Ret<D, P>>::DECLINES;
            const COPIES: bool = <$element as Ret<D, P>>::COPIES;

            fn describe(text: &mut SigText<'_>) {
                text.text("list[");
                <$element as Ret<D, P>>::describe(text);
                text.text("]");
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { put_list::<D, P, $element>(value.into_iter(), cx) }
            }
        }
    )* };
}

put_as_list! {
    [R: Ret<D, P>] Vec<R>, R;
    [R: Ret<D, P>, const N: usize] [R; N], R;
}

// SAFETY: delegates to the element type.
unsafe impl<D, A: Param<D>, const N: usize> Param<D> for [A; N] {
    type Item<'a> = [A::Item<'a>; N];
    type Lent<'object, 'call> = [A::Lent<'object, 'call>; N];
    type Stage = Vec<A::Stage>;
    const BORROWS: bool = A::BORROWS;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = A::LEND_CALLS_OUT;

    fn describe(text: &mut SigText<'_>) {
        <Vec<A> as Param<D>>::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Vec<A::Stage>> {
        // SAFETY: `src` is live; a wrong length is refused before any element is touched.
        unsafe {
            match announced(src, cx)? {
                Some(size) if size == N => {}
                Some(_) if ffi::PySequence_Check(src) != 0 => return cx.refuse(Reason::Length),
                _ => return None,
            }
            elements::<D, A>(src, flags, cx, Protocol::Sequence).filter(|all| all.len() == N)
        }
    }

    fn acquire(stage: &mut Vec<A::Stage>, cx: &mut Cx<'_>) -> bool {
        stage.iter_mut().all(|one| A::acquire(one, cx))
    }

    unsafe fn lend<'a>(stage: &'a mut Vec<A::Stage>, cx: &Cx<'_>) -> [A::Item<'a>; N] {
        let mut all = stage.iter_mut();
        // SAFETY: caller's contract; `convert` made exactly N.
        std::array::from_fn(|_| unsafe { A::lend(all.next().expect("N elements"), cx) })
    }
}
