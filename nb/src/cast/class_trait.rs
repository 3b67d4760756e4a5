//! [`Class`]: the permission to bind a type in a domain, and whether the type can be cloned.

use crate::cast::bound::ByMark;
use crate::cast::owning::InBox;
use crate::cast::reference::Refer;
use crate::cast::sharable::Sharable;
use crate::instance::class_cell::ClassCell;
use crate::instance::traverse::VisitValue;

/// A type that the extension with domain `D` binds as a Python class.
///
/// `nb::class_<T>` in `nb_module!` and `nb_class!` implement it; there is no reason to do so by hand. The domain is a type
/// of your own crate, which is why types of other crates can be bound too.
///
/// Python objects may be used and freed on any thread (the compiler quotes the lines of the bounds below),
/// hence `Send + Sync`. For a type that is neither, put the value behind `Arc<Mutex<..>>`, or keep it on one thread and bind a
/// handle to it.
///
/// # Safety
/// `CLONE` must be a plain clone of the value, `VISIT` look at one with its `Traverse`, and `cell` give a static of this
/// implementation's own: with one that two types share, values of the one would be taken for the other's.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a class that this extension binds",
    label = "functions that take or return a reference to `{Self}` need it to be bound",
    note = "bind it with `nb::class_<{Self}>(m, \"Name\")` inside `nb_module!`, or with `nb_class!({Self}, \"Name\", {{ .. }});` in any file of the crate",
    note = "functions over a trait object need a trampoline for the trait, which lets Python classes implement it: `nb_trampoline!(PyBase: Base, dyn Trait);`",
    note = "numbers, strings, enums and containers are converted, not bound: take and return them by value, or as `&str` and `&[f64]`, because a change through a reference could not reach the caller's object"
)]
pub unsafe trait Class<D>:
    Refer<D, By = ByMark>
    + InBox<D, By = ByMark>
    + Sharable<D, Value = Self, By = ByMark>
    + Send // Python frees values on any thread: hold `Arc` instead of `Rc`, or keep the value on one thread and bind a handle
    + Sync // Python reads values on any thread: hold a `Mutex` or an atomic instead of `RefCell` or `Cell`
    + 'static
{
    /// `Clone::clone` when the type has it; without it, a by-value argument takes the value away from Python.
    const CLONE: Option<fn(&Self) -> Self>;
    /// Shows the Python objects in the value to the cycle collector when the type is [`Traverse`](crate::Traverse).
    #[doc(hidden)]
    const VISIT: Option<VisitValue>;
    /// Where the type objects of this class are remembered.
    #[doc(hidden)]
    fn cell() -> &'static ClassCell;
}

/// Clones a value.
///
/// # Safety
/// `source` is the address of a `T` that is lent to the caller, `target` has room for another.
pub(crate) unsafe fn clone_value<D, T: Class<D>>(source: *const u8, target: *mut u8) {
    if let Some(clone) = T::CLONE {
        // SAFETY: caller's contract.
        unsafe { target.cast::<T>().write(clone(&*source.cast::<T>())) }
    }
}

/// Finds out whether `T: Clone` without asking for it: the inherent constant wins where it exists, else the trait's.
#[doc(hidden)]
pub struct CloneProbe<T>(std::marker::PhantomData<T>);

/// See [`CloneProbe`].
#[doc(hidden)]
pub trait NotClone<T> {
    #[allow(missing_docs)]
    const CLONE: Option<fn(&T) -> T> = None;
}

impl<T> NotClone<T> for CloneProbe<T> {}

impl<T: Clone> CloneProbe<T> {
    #[allow(missing_docs)]
    pub const CLONE: Option<fn(&T) -> T> = Some(<T as Clone>::clone);
}
