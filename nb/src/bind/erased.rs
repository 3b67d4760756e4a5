//! What the binding methods, which know all types, hand to the rest, which knows none.

use crate::bind::annotations::{FuncExtra, FuncSpec, GuardOf, PolicyOf};
use crate::call::attempt::Quick;
use crate::call::callable_traits::{Func, Layout, Sig};
use crate::call::capture::{self, drop_nothing};
use crate::call::entry;
use crate::call::entry::Entry;
use crate::call::record::{FuncFlags, Invoke, Rest};
use crate::call::type_codes::Types;
use std::marker::PhantomData;
use std::ptr;

/// The parts of a record that depend on the Rust function.
pub(crate) struct Thunk {
    pub invoke: Invoke,
    pub quick: Quick,
    pub capture: *mut u8,
    pub drop_capture: unsafe fn(*mut u8),
    pub types: Types,
    pub nullable: u64,
    pub rest: Rest,
    pub flags: FuncFlags,
    /// For a function without captured state.
    pub entry: Option<Entry>,
}

impl Thunk {
    /// Drops what a function has captured that is not bound after all.
    pub(crate) fn discard(self) {
        // SAFETY: the two belong together, and no record has them.
        unsafe { (self.drop_capture)(self.capture) }
    }

    /// For a function without captured state.
    pub(crate) fn of_entry(entry: Entry, flags: FuncFlags) -> Thunk {
        let known = entry::ask(entry);
        Thunk {
            invoke: known.invoke,
            quick: known.site.attempt.map_or(Quick::NEVER, |facts| Quick::of_entry(entry, facts)),
            capture: ptr::dangling_mut(),
            drop_capture: drop_nothing,
            types: known.site.types,
            nullable: known.site.accepts_none.into(),
            rest: known.site.rest,
            flags,
            entry: Some(entry),
        }
    }
}

/// Type-erases a function whose arguments are laid out as `L` says, or as those of a method when it is annotated so.
pub(crate) fn thunk<D, S, F, E, Default, L: Layout>(function: F, flags: FuncFlags) -> Thunk
where
    F: Sig<S> + Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>,
    E: FuncExtra<D>,
{
    let (capture, drop_capture) = capture::put(function);
    Thunk {
        invoke: <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::run::<E::CallLayout<L>>,
        quick: const {
            if F::AT_ONCE && !E::RECORDED {
                Quick::of::<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>, E::CallLayout<L>, F>(
                    entry::is_stateless::<F>(),
                )
            } else {
                Quick::NEVER
            }
        },
        capture,
        drop_capture,
        types: F::TYPES,
        nullable: F::NULLABLE,
        rest: Rest::from_bits(F::REST),
        flags,
        entry: None,
    }
}

/// The entry of a function that was found to be stateless.
pub(crate) fn entry<D, S, F, E, Default, L: Layout>(function: F) -> Entry
where
    F: Sig<S> + Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>,
    E: FuncExtra<D>,
{
    assert!(entry::is_stateless::<F>(), "asked before the call");
    std::mem::forget(function);
    entry::entry::<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>, E::CallLayout<L>, F, E>()
}

/// Annotations whose types are no longer known.
pub(crate) trait Annotations {
    /// Notes down what they say. Called once.
    fn note(&mut self, spec: &mut FuncSpec<'_>);
}

/// Annotations that wait for their function.
pub(crate) struct Pending<D, E> {
    extra: Option<E>,
    domain: PhantomData<fn(D)>,
}

impl<D, E: FuncExtra<D>> Pending<D, E> {
    #[inline(always)]
    pub(crate) fn new(extra: E) -> Self {
        Pending { extra: Some(extra), domain: PhantomData }
    }

    /// The same without their types; `None` where there are none.
    #[inline(always)]
    pub(crate) fn erase(&mut self) -> Option<&mut dyn Annotations> {
        if const { E::EMPTY } { None } else { Some(self) }
    }
}

impl<D, E: FuncExtra<D>> Annotations for Pending<D, E> {
    fn note(&mut self, spec: &mut FuncSpec<'_>) {
        if let Some(extra) = self.extra.take() {
            extra.apply(spec);
        }
    }
}
