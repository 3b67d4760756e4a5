//! [`Mapping`]: the containers of `nb::bind_map`, and their values as parts of them.

use crate::call::context::Cx;
use crate::cast::live::{Keyed, value_of};
use crate::cast::member::At;
use crate::containers::element::{Container, Element, Holds};
use crate::containers::transparent::opaque;
use crate::ffi;
use crate::instance::header::Inst;
use crate::instance::path::{Key, Resolve};
#[cfg(feature = "indexmap")]
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::ptr;

/// A container with keys: a `HashMap`, a `BTreeMap`, an `IndexMap`, or, with values that are nothing, a set.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a map",
    label = "not a container with keys",
    note = "`nb::bind_map` is for `nb::opaque<HashMap<K, V>>` and `nb::opaque<BTreeMap<K, V>>`; a vector is bound with `nb::bind_vector`"
)]
#[allow(missing_docs)]
pub trait Mapping: Keyed + Default + Send + Sync {
    fn len(&self) -> usize;
    fn find(&self, key: &Self::Key) -> Option<&Self::Value>;
    fn put(&mut self, key: Self::Key, value: Self::Value) -> Option<Self::Value>;
    fn take(&mut self, key: &Self::Key) -> Option<(Self::Key, Self::Value)>;
    fn each(&self) -> impl Iterator<Item = (&Self::Key, &Self::Value)>;
}

macro_rules! mappings {
    ($([$($bounds:path),*] [$($generics:tt)*] $Map:ident<K, V $(, $S:ident)?> $remove:ident;)*) => { $(
        impl<K, V, $($generics)*> Mapping for $Map<K, V $(, $S)?>
        where
            K: $($bounds +)* Send + Sync + 'static,
            V: Send + Sync + 'static,
        {
            fn len(&self) -> usize {
                self.len()
            }
            fn find(&self, key: &K) -> Option<&V> {
                self.get(key)
            }
            fn put(&mut self, key: K, value: V) -> Option<V> {
                self.insert(key, value)
            }
            fn take(&mut self, key: &K) -> Option<(K, V)> {
                self.$remove(key)
            }
            fn each(&self) -> impl Iterator<Item = (&K, &V)> {
                self.iter()
            }
        }

        impl<K: $($bounds +)* 'static, V: 'static, $($generics)*> Holds for opaque<$Map<K, V $(, $S)?>> {
            type Item = V;
        }
    )* };
}
mappings! {
    [Eq, Hash] [S: BuildHasher + Default + Send + Sync + 'static] HashMap<K, V, S> remove_entry;
    [Ord] [] BTreeMap<K, V> remove_entry;
}
// The others keep their order, as in a dict.
#[cfg(feature = "indexmap")]
mappings! {
    [Eq, Hash] [S: BuildHasher + Default + Send + Sync + 'static] IndexMap<K, V, S> shift_remove_entry;
}

macro_rules! sets {
    ($([$($bounds:path),*] [$($generics:tt)*] $Set:ident<K $(, $S:ident)?>;)*) => { $(
        // SAFETY: there is no value to be found.
        unsafe impl<K: $($bounds +)* 'static, $($generics)*> Keyed for $Set<K $(, $S)?> {
            type Key = K;
            type Value = ();
            const RESOLVE: Resolve = nowhere;

            fn finds() -> bool {
                false
            }
        }

        impl<K, $($generics)*> Mapping for $Set<K $(, $S)?>
        where
            K: $($bounds +)* Send + Sync + 'static,
        {
            fn len(&self) -> usize {
                self.len()
            }
            fn find(&self, key: &K) -> Option<&()> {
                self.contains(key).then_some(&())
            }
            fn put(&mut self, key: K, (): ()) -> Option<()> {
                (!self.insert(key)).then_some(())
            }
            fn take(&mut self, key: &K) -> Option<(K, ())> {
                self.take(key).map(|key| (key, ()))
            }
            fn each(&self) -> impl Iterator<Item = (&K, &())> {
                self.iter().map(|key| (key, &()))
            }
        }

        impl<K: $($bounds +)* 'static, $($generics)*> Holds for opaque<$Set<K $(, $S)?>> {
            type Item = ();
        }
    )* };
}
sets! {
    [Eq, Hash] [S: BuildHasher + Default + Send + Sync + 'static] HashSet<K, S>;
    [Ord] [] BTreeSet<K>;
}

/// # Safety
/// As a [`Resolve`].
unsafe fn nowhere(_at: *mut u8, _key: &Key, _exclusive: bool) -> *mut u8 {
    ptr::null_mut()
}

/// A value, as a copy or as a part of the map; values that cannot be copied are parts.
///
/// # Safety
/// The map is lent to the call, in the value of `owner`, and has the value, by this key; attached.
pub(super) unsafe fn value<D, M: Mapping, const COPIES: bool>(
    of: &M,
    (key, value): (&M::Key, &M::Value),
    owner: *mut Inst,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject
where
    M::Value: Element<D>,
    opaque<M>: Container<D> + Holds<Item = M::Value>,
{
    let copies = const { COPIES && <opaque<M> as Container<D>>::CLONE.is_some() };
    let at = At { owner, read_only: false, copies, container: None };
    // SAFETY: caller's contract.
    unsafe { value_of::<D, M>(of, key, value, at, cx) }
}
