//! Types of Rust that cannot cross to Python, and what to write instead: `Rc`, `RefCell`, `Cell`, raw pointers.
//!
//! They have conversions that no type fulfils, so that the compiler names the remedy and not the usual one, which is to bind a class.
//! What is copied crosses in an `Rc` too: `Rc<str>`, `Rc<Path>` (string.rs, path.rs), `Rc<[T]>` (sequences.rs), `Rc<i32>` (owning.rs).

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::cell::{Cell, RefCell};
use std::rc::Weak;

/// Counts and borrows of one thread.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot cross to Python, which uses and drops values on any thread",
    label = "`{Self}` belongs to one thread",
    note = "what C++ holds as a `std::shared_ptr<T>` is an `Arc<T>` if nobody modifies it, and an `Arc<nb::locks::RwLock<T>>` (or an `Arc` of std's `RwLock` or `Mutex`) if both sides do: bind `T` as a class, nothing else changes; the chapter \"State that both sides change\" of the guide says what each costs",
    note = "a field that changes through `&self` is an atomic or a `Mutex`, which `def_rw` reads and writes as its value",
    note = "a container crosses without the pointer: `Vec<f64>` for `Rc<Vec<f64>>`"
)]
pub trait UsedOnAnyThread {
    /// What becomes of the value of an `Rc`.
    type By;
}

/// Pointers without an owner.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the raw pointer `{Self}` cannot cross to Python, which would not know who owns the value",
    label = "nobody owns what `{Self}` points to",
    note = "take `&T` or `&mut T` (an argument that may be None: `Option<&T>`), and return `&T` with `nb::rv_policy::reference_internal`, a `Box<T>` that Python owns, or an `Arc<T>` that both do",
    note = "for a pointer that Python only hands back use `nb::capsule`, for one that you answer for `nb::inst_reference` or `nb::inst_take_ownership`"
)]
pub trait HasAnOwner {}

macro_rules! confined {
    ($([$($generics:tt)*] $ty:ty, $Missing:ident;)*) => { $(
        // SAFETY: no type is `$Missing`, so that nobody calls this.
        unsafe impl<D, $($generics)*> Param<D> for $ty
        where
            $ty: $Missing,
        {
            type Item<'a> = $ty;
            type Lent<'object, 'call> = $ty;
            type Stage = ();

            fn describe(_text: &mut SigText<'_>) {}

            unsafe fn convert(_src: *mut ffi::PyObject, _flags: u8, _cx: &mut Cx<'_>) -> Option<()> {
                None
            }

            unsafe fn lend<'a>(_stage: &'a mut (), _cx: &Cx<'_>) -> $ty {
                unreachable!("`convert` gives nothing")
            }
        }

        // SAFETY: as above.
        unsafe impl<D, P, $($generics)*> Ret<D, P> for $ty
        where
            $ty: $Missing,
        {
            fn describe(_text: &mut SigText<'_>) {}

            unsafe fn put(_value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                std::ptr::null_mut()
            }
        }
    )* };
}

confined! {
    [T: ?Sized] Weak<T>, UsedOnAnyThread;
    [T] RefCell<T>, UsedOnAnyThread;
    [T] Cell<T>, UsedOnAnyThread;
    [T: ?Sized] *const T, HasAnOwner;
    [T: ?Sized] *mut T, HasAnOwner;
}
