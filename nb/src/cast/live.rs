//! Fields that are containers: each element is read as a field would be, so that one of a bound class is a live part of its owner.
//!
//! The list, tuple or dict is new each time: to change which elements there are, the field is assigned. `HashSet` and `BTreeSet`, whose
//! elements nobody may change, are in `set.rs`.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::member::{At, Member};
use crate::cast::traits::Ret;
use crate::cast::vec::put_list_with;
use crate::instance::path::Key;
use crate::python::object::{StrongRef, object};
use crate::{ffi, rv_policy};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::ptr;
use std::sync::Arc;

/// Where an element is, for changes or not.
macro_rules! place {
    ($container:expr, $exclusive:expr, |$of:ident| $find:expr, |$of_mut:ident| $find_mut:expr) => {
        if $exclusive {
            let $of_mut = &mut *$container;
            $find_mut.map_or(ptr::null_mut(), |value| ptr::from_mut(value).cast())
        } else {
            let $of = &*$container;
            $find.map_or(ptr::null_mut(), |value| ptr::from_ref(value).cast_mut().cast())
        }
    };
}

/// # Safety
/// As a [`Resolve`](crate::instance::path::Resolve), of an `Option<T>`.
unsafe fn in_option<T>(at: *mut u8, _key: &Key, exclusive: bool) -> *mut u8 {
    // SAFETY: caller's contract.
    unsafe { place!(at.cast::<Option<T>>(), exclusive, |of| of.as_ref(), |of| of.as_mut()) }
}

// SAFETY: None, or what the value gives.
unsafe impl<D, T: Member<D>> Member<D> for Option<T> {
    const COPIES: bool = T::COPIES;

    fn describe(text: &mut SigText<'_>) {
        T::describe(text);
        text.text(" | None");
    }

    unsafe fn get(value: &Self, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe {
            match value {
                Some(inner) => T::get(inner, at.inside(&at.step(value, inner, in_option::<T>, Key::Only)), cx),
                None => ffi::Py_NewRef(ffi::Py_None()),
            }
        }
    }
}

/// # Safety
/// As a [`Resolve`](crate::instance::path::Resolve), of a `Box<T>`.
unsafe fn in_box<T>(at: *mut u8, _key: &Key, exclusive: bool) -> *mut u8 {
    // SAFETY: caller's contract.
    unsafe { place!(at.cast::<Box<T>>(), exclusive, |of| Some(&**of), |of| Some(&mut **of)) }
}

// SAFETY: what the value gives.
unsafe impl<D, T: Member<D>> Member<D> for Box<T> {
    const COPIES: bool = T::COPIES;

    fn describe(text: &mut SigText<'_>) {
        T::describe(text);
    }

    unsafe fn get(value: &Self, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { T::get(value, at.inside(&at.step(value, &**value, in_box::<T>, Key::Only)), cx) }
    }
}

macro_rules! sequences {
    ($($Sequence:ident $resolve:ident;)*) => { $(
        /// # Safety
        /// As a [`Resolve`](crate::instance::path::Resolve), of such a sequence.
        unsafe fn $resolve<T>(at: *mut u8, key: &Key, exclusive: bool) -> *mut u8 {
            let &Key::Index(index) = key else { return ptr::null_mut() };
            // SAFETY: caller's contract.
            unsafe {
                place!(at.cast::<$Sequence<T>>(), exclusive, |of| of.get(index), |of| of.get_mut(index))
            }
        }

        // SAFETY: a list of what the elements give.
        unsafe impl<D, T: Member<D>> Member<D> for $Sequence<T> {
            const COPIES: bool = T::COPIES;

            fn describe(text: &mut SigText<'_>) {
                text.text("list[");
                T::describe(text);
                text.text("]");
            }

            unsafe fn get(value: &Self, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe {
                    put_list_with(value.iter().enumerate(), |(index, one)| {
                        T::get(one, at.inside(&at.step(value, one, $resolve::<T>, Key::Index(index))), cx)
                    })
                }
            }
        }
    )* };
}

sequences! {
    Vec in_vec;
    VecDeque in_deque;
}

// An element of an array has a fixed place in it, as a field has.
// SAFETY: a list of what the elements give.
unsafe impl<D, T: Member<D>, const N: usize> Member<D> for [T; N] {
    const COPIES: bool = T::COPIES;

    fn describe(text: &mut SigText<'_>) {
        text.text("list[");
        T::describe(text);
        text.text("]");
    }

    unsafe fn get(value: &Self, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { put_list_with(value.iter(), |one| T::get(one, at, cx)) }
    }
}

macro_rules! maps {
    ($([$($bounds:path),*] [$($generics:tt)*] $Map:ident<K, V $(, $S:ident)?> $resolve:ident;)*) => { $(
        /// # Safety
        /// As a [`Resolve`](crate::instance::path::Resolve), of such a map.
        unsafe fn $resolve<K: $($bounds +)* 'static, V, $($generics)*>(
            at: *mut u8,
            key: &Key,
            exclusive: bool,
        ) -> *mut u8 {
            let Key::Map(key) = key else { return ptr::null_mut() };
            let Some(key) = key.as_any().downcast_ref::<K>() else { return ptr::null_mut() };
            // SAFETY: caller's contract.
            unsafe {
                place!(at.cast::<$Map<K, V $(, $S)?>>(), exclusive, |of| of.get(key), |of| of.get_mut(key))
            }
        }

        // SAFETY: a dict of what the values give.
        unsafe impl<D, K, V: Member<D>, $($generics)*> Member<D> for $Map<K, V $(, $S)?>
        where
            K: Clone + Ret<D, rv_policy::automatic> + Eq + Send + Sync + $($bounds +)* 'static,
            Self: 'static,
        {
            const COPIES: bool = K::COPIES || V::COPIES;

            fn describe(text: &mut SigText<'_>) {
                text.text("dict[");
                K::describe(text);
                text.text(", ");
                V::describe(text);
                text.text("]");
            }

            unsafe fn get(value: &Self, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract; the references are owned. Nobody finds a dict that lacks items but who hashes or compares
                // its keys.
                unsafe {
                    let mut made = Vec::with_capacity(value.len());
                    for (key, one) in value {
                        let of_map = Key::Map(Arc::new(key.clone()));
                        let step = at.step(value, one, $resolve::<K, V $(, $S)?>, of_map);
                        let one = V::get(one, at.inside(&step), cx);
                        let Some(one) = object::from_owned(one).map(|one| StrongRef::of(one)) else {
                            return ptr::null_mut();
                        };
                        let Some(key) = object::from_owned(K::put(key.clone(), cx)) else { return ptr::null_mut() };
                        made.push((StrongRef::of(key), one));
                    }
                    let Some(dict) = object::from_owned(ffi::PyDict_New()) else { return ptr::null_mut() };
                    for (key, one) in &made {
                        if ffi::PyDict_SetItem(dict.as_ptr(), key.as_ptr(), one.as_ptr()) != 0 {
                            return ptr::null_mut();
                        }
                    }
                    dict.into_ptr()
                }
            }
        }
    )* };
}

maps! {
    [Eq, Hash] [S: BuildHasher + 'static] HashMap<K, V, S> in_hash_map;
    [Ord] [] BTreeMap<K, V> in_tree_map;
}
