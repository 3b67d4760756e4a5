//! Sequences: `Vec<T>`, `[T; N]`, sets.
//!
//! Lists are read one element at a time, with the length checked anew before each: converting an element may run Python
//! code that changes the list (LIV-01). Nothing is reserved on the word of a length hint beyond a modest amount
//! (LIV-10).

use crate::call::Cx;
use crate::cast::member_by_value;
use crate::convert::{Param, Ret};
use crate::ffi;
use crate::obj::object;
use crate::signature::SigText;
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};

/// More elements than this are reserved only as they arrive.
const MAX_RESERVE: usize = 1 << 16;

/// Calls `each` for the elements of a sequence; `None` when it is none, or changed its length meanwhile, or when `each`
/// said so. Texts, bytes and mappings are not sequences here.
pub(crate) unsafe fn for_each(
    src: *mut ffi::PyObject,
    cx: &mut Cx<'_>,
    sets: bool,
    mut each: impl FnMut(object, &mut Cx<'_>, usize) -> Option<()>,
) -> Option<()> {
    // SAFETY: `src` is live; each element is owned while it is converted.
    unsafe {
        if ffi::PyList_CheckExact(src) != 0 {
            let size = ffi::PyList_Size(src);
            for index in 0..size {
                if ffi::PyList_Size(src) != size {
                    return None;
                }
                let element = object::borrow(ffi::PyList_GetItem(src, index));
                each(element, cx, size as usize)?;
            }
            return (ffi::PyList_Size(src) == size).then_some(());
        }
        if ffi::PyTuple_CheckExact(src) != 0 {
            let size = ffi::PyTuple_Size(src);
            for index in 0..size {
                each(object::borrow(ffi::PyTuple_GetItem(src, index)), cx, size as usize)?;
            }
            return Some(());
        }
        if ffi::PyUnicode_Check(src) != 0 || ffi::PyBytes_Check(src) != 0 {
            return None;
        }
        let accepted = ffi::PySequence_Check(src) != 0 || (sets && ffi::PyAnySet_Check(src) != 0);
        if !accepted {
            return None;
        }
        let Some(iterator) = object::from_owned(ffi::PyObject_GetIter(src)) else {
            cx.mismatch_raised();
            return None;
        };
        loop {
            let next = object::from_owned(ffi::PyIter_Next(iterator.as_ptr()));
            let Some(element) = next else {
                if ffi::PyErr_Occurred().is_null() {
                    return Some(());
                }
                cx.mismatch_raised();
                return None;
            };
            each(element, cx, 0)?;
        }
    }
}

/// Converts one element and keeps it alive when its stage points into it.
pub(crate) unsafe fn element<D, A: Param<D>>(value: object, flags: u8, cx: &mut Cx<'_>) -> Option<A::Stage> {
    // SAFETY: the element is owned during the conversion and, if needed, until the call ends.
    let stage = unsafe { A::convert(value.as_ptr(), flags, cx) };
    if A::BORROWS {
        cx.keep(value);
    }
    stage
}

/// Converts all elements.
pub(crate) unsafe fn elements<D, A: Param<D>>(
    src: *mut ffi::PyObject,
    flags: u8,
    cx: &mut Cx<'_>,
    sets: bool,
) -> Option<Vec<A::Stage>> {
    let mut all: Vec<A::Stage> = Vec::new();
    // SAFETY: caller's contract.
    unsafe {
        for_each(src, cx, sets, |value, cx, size| {
            // `None` is an element only where the element type says so.
            if !A::NULLABLE && value.is_none() {
                return None;
            }
            if all.is_empty() {
                all.reserve(size.min(MAX_RESERVE));
            }
            all.push(element::<D, A>(value, flags, cx)?);
            Some(())
        })?;
    }
    Some(all)
}

/// Lends all elements; a vector of owned elements is passed on as it is.
unsafe fn lend_all<'a, D, A: Param<D>>(stage: &'a mut Vec<A::Stage>, cx: &Cx<'_>) -> Vec<A::Item<'a>> {
    if A::OWNED {
        let mut all = std::mem::ManuallyDrop::new(std::mem::take(stage));
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
    type Stage = Vec<A::Stage>;
    const OWNED: bool = A::OWNED;
    const BORROWS: bool = A::BORROWS;

    fn describe(text: &mut SigText<'_>) {
        text.text("collections.abc.Sequence[");
        A::describe(text);
        text.text("]");
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Vec<A::Stage>> {
        // SAFETY: caller's contract.
        unsafe { elements::<D, A>(src, flags, cx, false) }
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
pub(crate) unsafe fn put_list<'a, D, P, R: Ret<D, P>>(
    values: impl ExactSizeIterator<Item = R::Item<'a>>,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: attached; SetItem takes over the reference. The list is not visible to others until it is full.
    unsafe {
        let Some(list) = object::from_owned(ffi::PyList_New(values.len() as ffi::Py_ssize_t)) else {
            return std::ptr::null_mut();
        };
        for (index, value) in values.enumerate() {
            let made = R::put(value, cx);
            if made.is_null() {
                return made;
            }
            ffi::PyList_SetItem(list.as_ptr(), index as ffi::Py_ssize_t, made);
        }
        list.into_ptr()
    }
}

macro_rules! put_as_list {
    ($([$($generics:tt)*] $ty:ty, $item:ty, $element:ty, $into:ident;)*) => { $(
        // SAFETY: delegates to the element type.
        unsafe impl<D, P, $($generics)*> Ret<D, P> for $ty {
            type Item<'a> = $item;

            fn describe(text: &mut SigText<'_>) {
                text.text("list[");
                <$element as Ret<D, P>>::describe(text);
                text.text("]");
            }

            unsafe fn put<'a>(value: $item, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { put_list::<D, P, $element>(value.$into(), cx) }
            }
        }
    )* };
}

put_as_list! {
    [R: Ret<D, P>] Vec<R>, Vec<R::Item<'a>>, R, into_iter;
    [R: Ret<D, P>] VecDeque<R>, VecDeque<R::Item<'a>>, R, into_iter;
    [R: Ret<D, P>, const N: usize] [R; N], [R::Item<'a>; N], R, into_iter;
}

// SAFETY: delegates to the element type.
unsafe impl<D, A: Param<D>, const N: usize> Param<D> for [A; N] {
    type Item<'a> = [A::Item<'a>; N];
    type Stage = Vec<A::Stage>;
    const BORROWS: bool = A::BORROWS;

    fn describe(text: &mut SigText<'_>) {
        <Vec<A> as Param<D>>::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Vec<A::Stage>> {
        // SAFETY: `src` is live; a wrong length is refused before any element is touched.
        unsafe {
            let size = ffi::PyObject_Size(src);
            if size < 0 {
                ffi::PyErr_Clear();
                return None;
            }
            if size as usize != N {
                return None;
            }
            elements::<D, A>(src, flags, cx, false).filter(|all| all.len() == N)
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

macro_rules! sets {
    ($([$($bounds:path),*] [$($generics:tt)*] $Set:ident<$Element:ident $(, $S:ident)?>;)*) => { $(
        // SAFETY: the elements are owned.
        unsafe impl<D, $Element, $($generics)*> Param<D> for $Set<$Element $(, $S)?>
        where
            $Element: for<'a> Param<D, Item<'a> = $Element> $(+ $bounds)*,
        {
            type Item<'a> = $Set<$Element $(, $S)?>;
            type Stage = Vec<$Element::Stage>;

            fn describe(text: &mut SigText<'_>) {
                text.text("collections.abc.Set[");
                <$Element as Param<D>>::describe(text);
                text.text("]");
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { elements::<D, $Element>(src, flags, cx, true) }
            }

            fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
                stage.iter_mut().all(|one| <$Element as Param<D>>::acquire(one, cx))
            }

            unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Self::Item<'a> {
                // SAFETY: caller's contract.
                stage.iter_mut().map(|one| unsafe { <$Element as Param<D>>::lend(one, cx) }).collect()
            }
        }

        // SAFETY: delegates to the element type.
        unsafe impl<D, P, $Element, $($generics)*> Ret<D, P> for $Set<$Element $(, $S)?>
        where
            $Element: for<'a> Ret<D, P, Item<'a> = $Element>,
        {
            type Item<'a> = $Set<$Element $(, $S)?>;

            fn describe(text: &mut SigText<'_>) {
                text.text("set[");
                <$Element as Ret<D, P>>::describe(text);
                text.text("]");
            }

            unsafe fn put(value: Self::Item<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: attached; PySet_Add takes its own reference.
                unsafe {
                    let Some(set) = object::from_owned(ffi::PySet_New(std::ptr::null_mut())) else {
                        return std::ptr::null_mut();
                    };
                    for one in value {
                        let Some(made) = object::from_owned(<$Element as Ret<D, P>>::put(one, cx)) else {
                            return std::ptr::null_mut();
                        };
                        if ffi::PySet_Add(set.as_ptr(), made.as_ptr()) != 0 {
                            return std::ptr::null_mut();
                        }
                    }
                    set.into_ptr()
                }
            }
        }
    )* };
}

sets! {
    [Eq, Hash] [S: BuildHasher + Default] HashSet<A, S>;
    [Ord] [] BTreeSet<A>;
}

member_by_value! {
    [T] Vec<T>;
    [T] VecDeque<T>;
    [T, const N: usize] [T; N];
    [T, S] HashSet<T, S>;
    [T] BTreeSet<T>;
}
