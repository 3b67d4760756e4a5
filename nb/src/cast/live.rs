//! Fields that are containers: each element is read as a field would be, so that one of a bound class is a live part of its owner.
//!
//! A map's elements are found by their keys, if those are numbers or texts and the hasher is the standard one. In any other map, code of the
//! user's would decide which element is which: there, Python gets copies.
//!
//! The list, tuple or dict is new each time: to change which elements there are, the field is assigned. `HashSet` and `BTreeSet`, whose
//! elements nobody may change, are in `set.rs`.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::map::dict_of;
use crate::cast::member::{At, Member};
use crate::cast::sequences::BoxedSlice;
use crate::cast::traits::Ret;
use crate::cast::vec::put_list_with;
use crate::instance::path::{Key, MapKey, Resolve};
use crate::python::object::{StrongRef, object};
use crate::{ffi, rv_policy};
use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::hash::{BuildHasher, Hash, RandomState};
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

/// Of a container of values `T`: what is copied and what refers is said by these.
macro_rules! as_its_values {
    () => {
        fn copies() -> bool {
            T::copies()
        }

        fn refers() -> bool {
            T::refers()
        }
    };
}

/// The type of a list of values `T`.
fn describe_list<D, T: Member<D>>(text: &mut SigText<'_>) {
    text.text("list[");
    T::describe(text);
    text.text("]");
}

/// # Safety
/// As a [`Resolve`], of an `Option<T>`.
unsafe fn in_option<T>(at: *mut u8, _key: &Key, exclusive: bool) -> *mut u8 {
    // SAFETY: caller's contract.
    unsafe { place!(at.cast::<Option<T>>(), exclusive, |of| of.as_ref(), |of| of.as_mut()) }
}

// SAFETY: None, or what the value gives.
unsafe impl<D, T: Member<D>> Member<D> for Option<T> {
    as_its_values!();

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
/// As a [`Resolve`], of a `Box<T>`.
unsafe fn in_box<T>(at: *mut u8, _key: &Key, exclusive: bool) -> *mut u8 {
    // SAFETY: caller's contract.
    unsafe { place!(at.cast::<Box<T>>(), exclusive, |of| Some(&**of), |of| Some(&mut **of)) }
}

// SAFETY: what the value gives.
unsafe impl<D, T: Member<D>> Member<D> for Box<T> {
    as_its_values!();

    fn describe(text: &mut SigText<'_>) {
        T::describe(text);
    }

    unsafe fn get(value: &Self, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { T::get(value, at.inside(&at.step(value, &**value, in_box::<T>, Key::Only)), cx) }
    }
}

macro_rules! sequences {
    ($($Sequence:ident $resolve:ident, |$of:ident, $index:ident| $find:expr, $find_mut:expr;)*) => { $(
        /// # Safety
/// As a [`Resolve`], of such a sequence.
        pub(crate) unsafe fn $resolve<T>(at: *mut u8, key: &Key, exclusive: bool) -> *mut u8 {
            let &Key::Index($index) = key else { return ptr::null_mut() };
            // SAFETY: caller's contract.
            unsafe { place!(at.cast::<$Sequence<T>>(), exclusive, |$of| $find, |$of| $find_mut) }
        }

        // SAFETY: a list of what the elements give.
        unsafe impl<D, T: Member<D>> Member<D> for $Sequence<T> {
            as_its_values!();

            fn describe(text: &mut SigText<'_>) {
                describe_list::<D, T>(text);
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
    Vec in_vec, |of, index| of.get(index), of.get_mut(index);
    VecDeque in_deque, |of, index| of.get(index), of.get_mut(index);
    LinkedList in_linked_list, |of, index| of.iter().nth(index), of.iter_mut().nth(index);
    BoxedSlice in_boxed_slice, |of, index| of.get(index), of.get_mut(index);
}

// An element of an array has a fixed place in it, as a field has.
// SAFETY: a list of what the elements give.
unsafe impl<D, T: Member<D>, const N: usize> Member<D> for [T; N] {
    as_its_values!();

    fn describe(text: &mut SigText<'_>) {
        describe_list::<D, T>(text);
    }

    unsafe fn get(value: &Self, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { put_list_with(value.iter(), |one| T::get(one, at, cx)) }
    }
}

macro_rules! plain_keys {
    ($($Key:ty)*) => {
        /// A key of a type whose `Eq`, `Ord` and `Hash` are those of the standard library. An element is looked up while its owner is lent,
        /// so that no other code may run, and two of them must not be one.
        fn plain_key(key: &dyn Any) -> Option<Arc<dyn MapKey>> {
            $( if let Some(key) = key.downcast_ref::<$Key>() {
                return Some(Arc::new(key.clone()));
            } )*
            None
        }

        /// Whether elements of a map with keys `K` are looked up by their keys. All others are copied.
        pub(crate) fn is_plain<K: 'static>() -> bool {
            [$( TypeId::of::<$Key>() ),*].contains(&TypeId::of::<K>())
        }
    };
}
plain_keys! { String &'static str char bool i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

/// As [`is_plain`], where the map has a hasher that is no user's either.
macro_rules! finds {
    ($K:ty) => {
        is_plain::<$K>()
    };
    ($K:ty, $S:ty) => {
        is_plain::<$K>() && TypeId::of::<$S>() == TypeId::of::<RandomState>()
    };
}

#[cfg(feature = "indexmap")]
pub(crate) use {finds, place};

/// A map whose values may be parts of it.
///
/// # Safety
/// `RESOLVE` finds the value of a key by `Key::Map` of that.
#[doc(hidden)]
#[allow(missing_docs)]
pub unsafe trait Keyed: Sized + 'static {
    type Key: 'static;
    type Value: 'static;
    const RESOLVE: Resolve;
    /// Whether values are found by their keys without code of the user's.
    fn finds() -> bool;
}

/// A value of a map, as a part of it if it can be found again, and as a copy if not.
///
/// # Safety
/// As [`Member::get`], of the map; it has the value, by this key.
pub(crate) unsafe fn value_of<D, M: Keyed>(
    map: &M,
    key: &M::Key,
    one: &M::Value,
    at: At<'_>,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject
where
    M::Value: Member<D>,
{
    // SAFETY: caller's contract.
    unsafe {
        match plain_key(key).filter(|_| M::finds()) {
            Some(known) => {
                let step = at.step(map, one, M::RESOLVE, Key::Map(known));
                M::Value::get(one, at.inside(&step), cx)
            }
            None => M::Value::get(one, At { copies: true, ..at }, cx),
        }
    }
}

macro_rules! maps {
    ($([$($bounds:path),*] [$($generics:tt)*] $Map:ident<K, V $(, $S:ident)?> $resolve:ident;)*) => { $(
        /// # Safety
        /// As a [`Resolve`], of such a map.
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

        // SAFETY: a map's own values.
        unsafe impl<K: $($bounds +)* 'static, V: 'static, $($generics)*> Keyed for $Map<K, V $(, $S)?> {
            type Key = K;
            type Value = V;
            const RESOLVE: Resolve = $resolve::<K, V $(, $S)?>;

            fn finds() -> bool {
                finds!(K $(, $S)?)
            }
        }

        // SAFETY: a dict of what the values give.
        unsafe impl<D, K, V: Member<D>, $($generics)*> Member<D> for $Map<K, V $(, $S)?>
        where
            K: Clone + Ret<D, rv_policy::automatic> + Eq + Send + Sync + $($bounds +)* 'static,
            Self: 'static,
        {
            fn copies() -> bool {
                K::COPIES || V::copies() || (V::refers() && !finds!(K $(, $S)?))
            }

            fn refers() -> bool {
                V::refers() && finds!(K $(, $S)?)
            }

            fn describe(text: &mut SigText<'_>) {
                text.text("dict[");
                K::describe(text);
                text.text(", ");
                V::describe(text);
                text.text("]");
            }

            unsafe fn get(value: &Self, at: At<'_>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract; the references are owned.
                unsafe {
                    let mut made = Vec::with_capacity(value.len());
                    for (key, one) in value {
                        let one = value_of::<D, Self>(value, key, one, at, cx);
                        let Some(one) = object::from_owned(one).map(|one| StrongRef::of(one)) else {
                            return ptr::null_mut();
                        };
                        let Some(key) = object::from_owned(K::put(key.clone(), cx)) else { return ptr::null_mut() };
                        made.push((StrongRef::of(key), one));
                    }
                    dict_of(&made)
                }
            }
        }
    )* };
}

#[cfg(feature = "indexmap")]
pub(crate) use maps as live_maps;

maps! {
    [Eq, Hash] [S: BuildHasher + 'static] HashMap<K, V, S> in_hash_map;
    [Ord] [] BTreeMap<K, V> in_tree_map;
}
