//! Mappings: `HashMap` and `BTreeMap`.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::elements::{Protocol, element, for_each, prepare};
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::object::{StrongRef, object};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

/// The items of a mapping as a list of pairs, made at once: converting them may change the mapping.
///
/// # Safety
/// `src` is live; attached.
pub(super) unsafe fn items(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<object> {
    // SAFETY: `src` is live.
    unsafe {
        if ffi::PyMapping_Check(src) == 0 {
            return None;
        }
        // Sequences support item access too; only what has `items` is a mapping.
        if ffi::PyDict_CheckExact(src) == 0
            && object::from_owned(ffi::PyObject_GetAttrString(src, c"items".as_ptr())).is_none()
        {
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) != 0 {
                ffi::PyErr_Clear();
            } else {
                cx.mismatch_raised();
            }
            return None;
        }
        let items = object::from_owned(ffi::PyMapping_Items(src));
        if items.is_none() {
            cx.mismatch_raised();
        }
        items
    }
}

/// Converts one pair.
///
/// # Safety
/// Attached, until the context has ended.
unsafe fn pair<D, K: Param<D>, V: Param<D>>(
    key: StrongRef,
    value: StrongRef,
    flags: u8,
    cx: &mut Cx<'_>,
) -> Option<(K::Stage, V::Stage)> {
    // SAFETY: caller's contract.
    unsafe { Some((element::<D, K>(key, flags, cx)?, element::<D, V>(value, flags, cx)?)) }
}

/// Converts all pairs.
///
/// # Safety
/// `src` is live; attached.
#[allow(clippy::type_complexity)]
pub(crate) unsafe fn pairs<D, K: Param<D>, V: Param<D>>(
    src: *mut ffi::PyObject,
    flags: u8,
    cx: &mut Cx<'_>,
) -> Option<Vec<(K::Stage, V::Stage)>> {
    cx.enter_container();
    prepare::<D, K>(cx);
    prepare::<D, V>(cx);
    // SAFETY: caller's contract; the list of items belongs to us, its pairs own keys and values.
    unsafe {
        if cfg!(not(Py_GIL_DISABLED)) && ffi::PyDict_CheckExact(src) != 0 {
            return dict_pairs::<D, K, V>(src, flags, cx);
        }
        cx.own_arguments();
        let items = items(src, cx)?;
        let mut all = Vec::new();
        for_each(items.as_ptr(), cx, Protocol::Sequence, |pair, cx, _| {
            if ffi::PyTuple_Check(pair.as_ptr()) == 0 || ffi::PyTuple_Size(pair.as_ptr()) != 2 {
                return None;
            }
            let key = StrongRef::borrow(ffi::PyTuple_GetItem(pair.as_ptr(), 0));
            let value = StrongRef::borrow(ffi::PyTuple_GetItem(pair.as_ptr(), 1));
            match self::pair::<D, K, V>(key, value, flags, cx) {
                Some(pair) => all.push(pair),
                None => return cx.refuse_element(all.len()),
            }
            Some(())
        })?;
        Some(all)
    }
}

/// Converts the pairs of an exact `dict`, as they are when the conversion begins: it may run Python code that changes the
/// `dict`, copying the references does not.
///
/// # Safety
/// `src` is a live dict; attached.
unsafe fn dict_pairs<D, K: Param<D>, V: Param<D>>(
    src: *mut ffi::PyObject,
    flags: u8,
    cx: &mut Cx<'_>,
) -> Option<Vec<(K::Stage, V::Stage)>> {
    // SAFETY: `src` is a live dict; what the loop over it finds is owned before anything else can run.
    unsafe {
        let mut found = Vec::with_capacity(ffi::PyDict_Size(src) as usize);
        let (mut place, mut key, mut value) = (0, std::ptr::null_mut(), std::ptr::null_mut());
        while ffi::PyDict_Next(src, &mut place, &mut key, &mut value) != 0 {
            found.push((StrongRef::borrow(key), StrongRef::borrow(value)));
        }
        let mut all = Vec::with_capacity(found.len());
        for (key, value) in found {
            match pair::<D, K, V>(key, value, flags, cx) {
                Some(pair) => all.push(pair),
                None => return cx.refuse_element(all.len()),
            }
        }
        Some(all)
    }
}

/// A dict of these keys and values; as for sets, nobody finds one that lacks items but who hashes or compares its keys.
///
/// # Safety
/// Attached.
pub(super) unsafe fn dict_of(pairs: &[(StrongRef, StrongRef)]) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; SetItem takes its own references.
    unsafe {
        let Some(dict) = object::from_owned(ffi::PyDict_New()) else { return std::ptr::null_mut() };
        for (key, value) in pairs {
            if ffi::PyDict_SetItem(dict.as_ptr(), key.as_ptr(), value.as_ptr()) != 0 {
                return std::ptr::null_mut();
            }
        }
        dict.into_ptr()
    }
}

macro_rules! maps {
    ($([$($bounds:path),*] [$($generics:tt)*] $Map:ident<K, V $(, $S:ident)?>;)*) => { $(
        // SAFETY: delegates to keys and values.
        unsafe impl<D, K: Param<D>, V: Param<D>, $($generics)*> Param<D> for $Map<K, V $(, $S)?>
        where
            $(for<'a> K::Item<'a>: $bounds,)*
        {
            type Item<'a> = $Map<K::Item<'a>, V::Item<'a> $(, $S)?>;
            type Lent<'object, 'call> = $Map<K::Lent<'object, 'call>, V::Lent<'object, 'call> $(, $S)?>;
            type Stage = Vec<(K::Stage, V::Stage)>;
            const BORROWS: bool = K::BORROWS || V::BORROWS;
            const CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text("collections.abc.Mapping[");
                <K as Param<D>>::describe(text);
                text.text(", ");
                <V as Param<D>>::describe(text);
                text.text("]");
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { pairs::<D, K, V>(src, flags, cx) }
            }

            fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
                stage.iter_mut().all(|(key, value)| K::acquire(key, cx) && V::acquire(value, cx))
            }

            unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Self::Item<'a> {
                // SAFETY: caller's contract.
                stage.iter_mut().map(|(key, value)| unsafe { (K::lend(key, cx), V::lend(value, cx)) }).collect()
            }
        }

        // SAFETY: delegates to keys and values.
        unsafe impl<D, P, K, V, $($generics)*> Ret<D, P> for $Map<K, V $(, $S)?>
        where
            K: Ret<D, P>,
            V: Ret<D, P>,
        {
            const COPIES: bool = K::COPIES || V::COPIES;

            fn describe(text: &mut SigText<'_>) {
                text.text("dict[");
                <K as Ret<D, P>>::describe(text);
                text.text(", ");
                <V as Ret<D, P>>::describe(text);
                text.text("]");
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe {
                    let mut aside = crate::python::aside::Aside::default();
                    let mut made = Vec::new();
                    for (key, value) in value {
                        let Some(key) = object::from_owned(K::put(key, cx)) else {
                            aside.put();
                            return std::ptr::null_mut();
                        };
                        let key = StrongRef::of(key);
                        let Some(value) = object::from_owned(V::put(value, cx)) else {
                            aside.put();
                            return std::ptr::null_mut();
                        };
                        made.push((key, StrongRef::of(value)));
                    }
                    dict_of(&made)
                }
            }
        }
    )* };
}
#[cfg(any(feature = "hashbrown", feature = "indexmap"))]
pub(super) use maps;

maps! {
    [Eq, Hash] [S: BuildHasher + Default] HashMap<K, V, S>;
    [Ord] [] BTreeMap<K, V>;
}
