//! What a container is asked about its elements, and which containers can be bound.

use crate::call::context::Cx;
use crate::cast::bound;
use crate::cast::class_trait::Class;
use crate::cast::member::Member;
use crate::cast::traits::{Param, Ret};
use crate::containers::transparent::opaque;
use crate::{ffi, rv_policy};
use std::marker::PhantomData;

/// A container that `nb::bind_vector` or `nb::bind_map` can bind: an [`opaque`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a container",
    label = "Python gets a new list or dict of this type each time, so that nobody would meet an object of the class",
    note = "bind `nb::opaque<{Self}>`, best under a name of its own as in C++: `type Items = nb::opaque<{Self}>;`, and take and return that"
)]
pub trait Holds {
    /// Its elements; the values of a map.
    type Item: 'static;
}

/// What `nb::bind_vector<V>` and `nb::bind_map<V>` inside of the macros implement for a container: what its elements can do, which
/// only the place knows where their type is written.
///
/// # Safety
/// The functions do what their types' `Clone` and `PartialEq` do, and `LEND` lends.
#[doc(hidden)]
#[allow(missing_docs)]
pub unsafe trait Container<D>: Class<D> + Holds {
    const CLONE: Option<fn(&Self::Item) -> Self::Item>;
    const EQ: Option<fn(&Self::Item, &Self::Item) -> bool>;
    /// For elements of a bound class.
    const LEND: Option<Lend>;
}

/// Lends the value of an object of an element's class to the call, and gives its address; `None` for other objects, or with an
/// exception raised.
#[doc(hidden)]
pub type Lend = unsafe fn(*mut ffi::PyObject, &mut Cx<'_>) -> Option<usize>;

/// As [`CloneProbe`](crate::cast::class_trait::CloneProbe), for `PartialEq`.
#[doc(hidden)]
pub struct EqProbe<T>(PhantomData<T>);

/// See [`EqProbe`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait NotEq<T> {
    const EQ: Option<fn(&T, &T) -> bool> = None;
}

impl<T> NotEq<T> for EqProbe<T> {}

#[allow(missing_docs)]
impl<T: PartialEq> EqProbe<T> {
    pub const EQ: Option<fn(&T, &T) -> bool> = Some(<T as PartialEq>::eq);
}

/// Finds out whether `T` is a bound class.
#[doc(hidden)]
pub struct ClassProbe<D, T>(PhantomData<(D, T)>);

/// See [`ClassProbe`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait NotClass<D, T> {
    const LEND: Option<Lend> = None;
}

impl<D, T> NotClass<D, T> for ClassProbe<D, T> {}

#[allow(missing_docs)]
impl<D, T: Class<D>> ClassProbe<D, T> {
    pub const LEND: Option<Lend> = Some(lend::<T>);
}

/// # Safety
/// The object is an argument of the call; attached.
pub(super) unsafe fn lend<T: 'static>(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<usize> {
    // SAFETY: caller's contract.
    unsafe { bound::find_and_lend::<T>(src, cx) }
}

/// What can be an argument by value.
#[doc(hidden)]
pub trait Owned<D>: for<'a> Param<D, Item<'a> = Self> {}

#[diagnostic::do_not_recommend]
impl<D, T: for<'a> Param<D, Item<'a> = T>> Owned<D> for T {}

/// What an element of a bound container has to be: an argument and a result by value, and readable in place.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of a bound container",
    label = "the elements are of type `{Self}`",
    note = "if `{Self}` is your own type, bind it: `nb::class_<{Self}>(m, \"Name\")` inside `nb_module!`; a type with a `nb::Param` and a `nb::Ret` of your own needs `nb_member!({Self});` besides",
    note = "elements are taken and given by value, and are `Send` and `Sync`: `String` instead of `&str`, `nb::stored` instead of `nb::object`"
)]
pub trait Element<D>: Member<D> + Owned<D> + Ret<D, rv_policy::automatic> + Send + Sync {}

#[diagnostic::do_not_recommend]
impl<D, T: Member<D> + Owned<D> + Ret<D, rv_policy::automatic> + Send + Sync> Element<D> for T {}

/// What a key of a bound map has to be: an argument and a result by value, and one that can be cloned, for iterators.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key of a bound map",
    label = "the keys are of type `{Self}`",
    note = "keys are numbers, texts, tuples of these, enumerations, or bound classes, and `Clone`"
)]
pub trait KeyOf<D>: Clone + Owned<D> + Ret<D, rv_policy::automatic> + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<D, T: Clone + Owned<D> + Ret<D, rv_policy::automatic> + Send + Sync + 'static> KeyOf<D> for T {}

/// Policies for the elements of a bound container: whether Python gets a copy, or the element itself.
///
/// nanobind's default is a copy, which stays what it is when the container changes. [`reference_internal`](rv_policy::reference_internal)
/// gives a live element: it is looked up by its index or key on each use, so that it cannot dangle.
#[diagnostic::on_unimplemented(
    message = "the policy `{Self}` cannot be used for the elements of a container",
    label = "not a policy for elements",
    note = "leave it out for copies, or use `nb::rv_policy::reference_internal` for elements that are parts of the container"
)]
pub trait ElementPolicy {
    #[doc(hidden)]
    const COPIES: bool;
}

macro_rules! element_policies {
    ($($policy:ident $copies:literal;)*) => { $(
        impl ElementPolicy for rv_policy::$policy {
            const COPIES: bool = $copies;
        }
    )* };
}
element_policies! {
    automatic true;
    automatic_reference true;
    copy true;
    reference_internal false;
}

/// The container in an [`opaque`] of this type.
///
/// # Safety
/// There is one at the address, lent to the caller for `'a`.
pub(super) unsafe fn inside<'a, C>(address: usize) -> &'a C {
    // SAFETY: caller's contract.
    unsafe { &(*(address as *const opaque<C>)).0 }
}

/// As [`inside`], for changes.
///
/// # Safety
/// As there, exclusively.
pub(super) unsafe fn inside_mut<'a, C>(address: usize) -> &'a mut C {
    // SAFETY: caller's contract.
    unsafe { &mut (*(address as *mut opaque<C>)).0 }
}
