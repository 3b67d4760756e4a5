//! [`intrusive_base`]: the types that have a counter.

use crate::counter::intrusive_counter;
use std::ffi::c_void;
use std::ptr::NonNull;

/// A type with an [`intrusive_counter`]: nanobind's `nb::intrusive_base`.
///
/// [`nb_intrusive!`](crate::nb_intrusive) implements it for a struct with a counter, or with a field that has one: the
/// counter of an embedded base class counts for the whole. By hand it is for types that keep the counter elsewhere, or
/// want to know of each change:
///
/// ```
/// use nb_intrusive::{intrusive_base, intrusive_counter, ref_};
///
/// struct Image {
///     header: (u32, intrusive_counter),
/// }
/// // SAFETY: the counter is a part of the value.
/// unsafe impl intrusive_base for Image {
///     fn counter(&self) -> &intrusive_counter {
///         &self.header.1
///     }
/// }
/// let image = ref_::new(Image { header: (3, intrusive_counter::new()) });
/// assert_eq!((image.header.0, image.counter().use_count()), (3, Some(1)));
/// ```
///
/// # Safety
/// `counter` gives the same counter each time, and no value shares it with another that it is not a part of. The other
/// methods, if overridden, do what the provided ones do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no reference count in it",
    label = "`ref_` and `intrusive_ptr` need a counter inside `{Self}`",
    note = "add a field `counter: nb::intrusive_counter` and write `nb_intrusive!({Self}, counter);` next to the struct; what has none, as a `dyn Trait`, is shared as an `Arc<{Self}>`"
)]
pub unsafe trait intrusive_base {
    /// The counter of this value.
    fn counter(&self) -> &intrusive_counter;

    /// Adds a reference; see [`intrusive_counter::inc_ref`].
    fn inc_ref(&self) {
        self.counter().inc_ref();
    }

    /// Removes a reference; true when the caller must free the value. See [`intrusive_counter::dec_ref`].
    ///
    /// # Safety
    /// `this` is a live value; otherwise as `intrusive_counter::dec_ref`.
    #[must_use = "the caller of the last `dec_ref` has to free the value"]
    unsafe fn dec_ref(this: NonNull<Self>) -> bool {
        // A pointer, because the value may be freed by another thread while this runs.
        let counter: *const intrusive_counter = {
            // SAFETY: the value is live until the reference is given back.
            unsafe { this.as_ref() }.counter()
        };
        // SAFETY: as above, and the caller's contract.
        unsafe { (*counter).dec_ref() }
    }

    /// Says which Python object the value belongs to: for the function of `nb::intrusive_ptr`.
    ///
    /// The counter knows by then, in contrast to C++. Panics if it knows otherwise.
    fn set_self_py(&self, owner: NonNull<c_void>) {
        assert!(
            self.self_py() == Some(owner),
            "nb: `set_self_py` was called with an object that the value does not belong to"
        );
    }

    /// The Python object that the value belongs to; borrowed.
    fn self_py(&self) -> Option<NonNull<c_void>> {
        self.counter().self_py()
    }
}

// SAFETY: the counter is the value.
unsafe impl intrusive_base for intrusive_counter {
    fn counter(&self) -> &intrusive_counter {
        self
    }
}

/// Adds a reference, if there is a value: nanobind's `nb::inc_ref(o)`.
///
/// ```
/// # use nb_intrusive::{intrusive_counter, inc_ref};
/// let counter = intrusive_counter::new();
/// inc_ref(Some(&counter));
/// inc_ref::<intrusive_counter>(None);
/// assert_eq!(counter.use_count(), Some(1));
/// ```
pub fn inc_ref<T: intrusive_base>(value: Option<&T>) {
    if let Some(value) = value {
        value.inc_ref();
    }
}

/// Removes a reference and frees the value with the last, if there is a value: nanobind's `nb::dec_ref(o)`.
///
/// # Safety
/// The value is owned by the [`ref_`](crate::ref_)s to it, as [`ref_::new`](crate::ref_::new) and `nb` make them, and the
/// reference pairs with an [`inc_ref`].
pub unsafe fn dec_ref<T: intrusive_base>(value: Option<NonNull<T>>) {
    if let Some(value) = value {
        // SAFETY: caller's contract; a value whose last native reference goes is in the box of `ref_::new`.
        unsafe {
            if T::dec_ref(value) {
                drop(Box::from_raw(value.as_ptr()));
            }
        }
    }
}

/// Implements [`intrusive_base`](crate::intrusive_base) for a struct: `nb_intrusive!(Node, counter);`.
///
/// The field is an [`intrusive_counter`](crate::intrusive_counter), or has one itself: a base class.
///
/// ```
/// use nb_intrusive::{intrusive_counter, nb_intrusive};
///
/// #[derive(Default)]
/// struct Shape { counter: intrusive_counter }
/// nb_intrusive!(Shape, counter);
///
/// #[derive(Default)]
/// struct Circle { shape: Shape }
/// nb_intrusive!(Circle, shape);
/// ```
#[macro_export]
macro_rules! nb_intrusive {
    ($T:ty, $field:ident) => {
        // SAFETY: the counter is in the field, which is a part of the value: only a plain field has an offset.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl $crate::intrusive_base for $T {
            fn counter(&self) -> &$crate::intrusive_counter {
                let _: usize = const { ::core::mem::offset_of!($T, $field) };
                $crate::__private::counter_of(&self.$field)
            }
        }
    };
}
