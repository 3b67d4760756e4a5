//! What the record of a class keeps of its trampolines.

use std::any::TypeId;

/// Makes a pointer to a trait object from the address of a value that implements the trait.
pub(crate) type Upcast<V> = unsafe fn(*mut u8) -> *mut V;

/// What a class knows about one of its trampolines.
pub(crate) struct Virtual {
    /// The type of the trait object.
    pub(crate) key: TypeId,
    /// An [`Upcast`] to that type.
    pub(crate) upcast: Option<unsafe fn()>,
    /// The class is the one that the trampoline names as its base.
    pub(crate) is_base: bool,
    /// Rust names of the trampoline and of the trait object, for messages.
    pub(crate) names: fn() -> (&'static str, &'static str),
}

impl Virtual {
    /// The native implementation of the trait.
    pub(crate) fn upcast<V: ?Sized + 'static>(&self) -> Option<Upcast<V>> {
        debug_assert!(self.key == TypeId::of::<V>());
        // SAFETY: `TrampolineOf` has stored an `Upcast` to the type that `key` names, and callers look for that.
        self.upcast.map(|erased| unsafe { std::mem::transmute::<unsafe fn(), Upcast<V>>(erased) })
    }
}
