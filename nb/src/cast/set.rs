//! Sets: `HashSet<T>` and `BTreeSet<T>`.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::elements::Protocol;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::cast::vec::{all_of, elements};
use crate::ffi;
use crate::python::object::object;
use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, Hash};

macro_rules! sets {
    ($([$($bounds:path),*] [$($generics:tt)*] $Set:ident<$Element:ident $(, $S:ident)?>;)*) => { $(
        // SAFETY: delegates to the element type.
        unsafe impl<D, $Element: Param<D>, $($generics)*> Param<D> for $Set<$Element $(, $S)?>
        where
            $(for<'a> $Element::Item<'a>: $bounds,)*
        {
            type Item<'a> = $Set<$Element::Item<'a> $(, $S)?>;
            type Lent<'object, 'call> = $Set<$Element::Lent<'object, 'call> $(, $S)?>;
            type Stage = Vec<$Element::Stage>;
            const BORROWS: bool = $Element::BORROWS;
            const CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text("collections.abc.Set[");
                <$Element as Param<D>>::describe(text);
                text.text("]");
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { elements::<D, $Element>(src, flags, cx, Protocol::of_set(flags)) }
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
            $Element: Ret<D, P>,
        {
            const COPIES: bool = <$Element as Ret<D, P>>::COPIES;

            fn describe(text: &mut SigText<'_>) {
                text.text("set[");
                <$Element as Ret<D, P>>::describe(text);
                text.text("]");
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: attached; PySet_Add takes its own reference. What runs while an element is made finds no set that
                // lacks others; only hashing and comparing run code while there is one, as in Python.
                unsafe {
                    let mut aside = crate::python::aside::Aside::default();
                    let mut values = value.into_iter();
                    let made = all_of(values.by_ref().map(|one| <$Element as Ret<D, P>>::put(one, cx)));
                    let Some(made) = made else {
                        aside.put();
                        return std::ptr::null_mut();
                    };
                    let Some(set) = object::from_owned(ffi::PySet_New(std::ptr::null_mut())) else {
                        return std::ptr::null_mut();
                    };
                    for one in &made {
                        if ffi::PySet_Add(set.as_ptr(), one.as_ptr()) != 0 {
                            return std::ptr::null_mut();
                        }
                    }
                    set.into_ptr()
                }
            }
        }
    )* };
}
#[cfg(feature = "hashbrown")]
pub(super) use sets;

sets! {
    [Eq, Hash] [S: BuildHasher + Default] HashSet<A, S>;
    [Ord] [] BTreeSet<A>;
}

member_by_value! {
    [T, S] HashSet<T, S>;
    [T] BTreeSet<T>;
}
