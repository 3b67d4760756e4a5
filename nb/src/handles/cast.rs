//! Conversion between Python objects and Rust values outside of a bound function: `nb::cast`, both ways.

use crate::call::context::{CONVERT, Cx};
use crate::cast::from_object::lend;
use crate::cast::into_object::{IntoObject, to_python};
use crate::cast::traits::{Param, Ret};
use crate::handles::type_args::Subscript;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result};
use crate::python::object::{check_attached, object};
use crate::python::small_ints;
use crate::rv_policy;

super::wrapper::crosses! {
    object, "object", |ptr, _flags| !ptr.is_null(), |taken| taken, |given| given
}

/// A type that is converted in the same way in all extensions: anything that crosses the border by value, except what an
/// extension binds, its classes and enums.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from a Python object without the extension that binds it",
    label = "`cast` knows only what nb converts itself",
    note = "a bound class or enum is known in its domain: `o.cast_in::<crate::NbDomain, {Self}>()?`; inside of `nb_module!` and its kin the type can be named instead: `o.cast::<{Self}>()?`"
)]
pub trait Unbound: for<'a> Param<(), Item<'a> = Self> {}

#[diagnostic::do_not_recommend]
impl<T: for<'a> Param<(), Item<'a> = T>> Unbound for T {}

impl Subscript for object {
    const ANY: bool = true;
}

/// What [`cast`](crate::cast()) can make of a value: an [`object`] of a Rust value, any convertible type of a reference
/// to a Python object.
#[diagnostic::on_unimplemented(
    message = "`nb::cast` cannot make a `{R}` from a `{Self}`",
    label = "no such conversion",
    note = "from a Python object, pass a reference: `nb::cast::<i32>(&value)?`; a bound class needs its domain: `value.cast_in::<crate::NbDomain, Dog>()?`"
)]
pub trait CastTo<R> {
    #[doc(hidden)]
    fn cast_to(self) -> Result<R>;
}

impl<V> CastTo<object> for V
where
    V: Ret<(), rv_policy::automatic_reference>,
{
    fn cast_to(self) -> Result<object> {
        to_python::<(), V>(self)
    }
}

impl<T> CastTo<T> for &object
where
    T: for<'a> Param<(), Item<'a> = T>,
{
    fn cast_to(self) -> Result<T> {
        self.cast()
    }
}

/// Converts a Rust value to Python, or a reference to a Python object to Rust: nanobind's `nb::cast`.
///
/// Implicit conversions are allowed.
///
/// # Errors
/// Fails with a `RuntimeError` (`std::bad_cast`) when the object has another type, or with the exception that the conversion
/// raised.
///
/// ```no_run
/// # fn main() -> nb::Result<()> {
/// let numbers = nb::cast(vec![1, 2, 3])?;
/// let back = nb::cast::<Vec<i64>>(&numbers)?;
/// # Ok(()) }
/// ```
pub fn cast<R>(value: impl CastTo<R>) -> Result<R> {
    value.cast_to()
}

/// Converts a value of a bound class of the module with the domain `D` to Python.
///
/// # Errors
/// Whatever Python raises.
///
/// ```no_run
/// # use nb::prelude::*;
/// # fn give<D: 'static, T: nb::IntoObject<D>>(dog: T) -> nb::Result<nb::object> {
/// // In a module made with `nb_module!`: nb::cast_in::<crate::NbDomain, _>(dog)
/// nb::cast_in::<D, _>(dog)
/// # }
/// ```
pub fn cast_in<D, V: IntoObject<D>>(value: V) -> Result<object> {
    to_python::<D, V>(value)
}

/// [`object::cast_in`].
///
/// # Safety
/// Attached.
#[inline]
pub(super) unsafe fn cast_attached<D, T>(value: &object) -> Result<T>
where
    T: for<'a> Param<D, Item<'a> = T>,
{
    if let Some(fit) = T::FIT
        // SAFETY: caller's contract; the caller's reference keeps the object alive.
        && let Some(value) = unsafe { fit(value.as_ptr()) }
    {
        return Ok(value);
    }
    lend::<D, T, T>(value, CONVERT, |value| value)
}

impl object {
    /// The object as a Rust value, with implicit conversions: nanobind's `nb::cast<T>(o)`.
    ///
    /// `None` converts to `Option<T>` and to `object` only.
    ///
    /// A bound class belongs to the domain of its extension. Inside the macros, which know that, `o.cast::<Dog>()` is
    /// [`cast_in`](object::cast_in); elsewhere write that, with `crate::NbDomain`.
    ///
    /// # Errors
    /// Fails with a `RuntimeError` (`std::bad_cast`) that names both types, or with the exception that the conversion
    /// raised.
    #[inline]
    pub fn cast<T>(&self) -> Result<T>
    where
        T: Unbound,
    {
        self.cast_in::<(), T>()
    }

    /// As [`cast`](object::cast), for a type that is known in the domain `D`: a bound class, by value.
    ///
    /// As with a by-value argument, a class that is `Clone` is copied and another one moved out of its object.
    ///
    /// # Errors
    /// Whatever Python raises.
    #[inline]
    pub fn cast_in<D, T>(&self) -> Result<T>
    where
        T: for<'a> Param<D, Item<'a> = T>,
    {
        // What the address says, nobody has to be attached for.
        if let Some(of_small) = T::OF_SMALL
            && let Some(value) = small_ints::value(self.as_ptr()).and_then(of_small)
        {
            return Ok(value);
        }
        check_attached();
        // SAFETY: attached.
        unsafe { cast_attached::<D, T>(self) }
    }

    /// As [`cast`](object::cast), with `None` instead of an error: nanobind's `nb::try_cast`. Exceptions of the
    /// conversion are dropped.
    ///
    /// Inside the macros, `o.try_cast::<Dog>()` of a bound class is [`try_cast_in`](object::try_cast_in).
    pub fn try_cast<T>(&self) -> Option<T>
    where
        T: Unbound,
    {
        self.try_cast_in::<(), T>()
    }

    /// As [`try_cast`](object::try_cast), for a type that is known in the domain `D`: a bound class, by value.
    pub fn try_cast_in<D, T>(&self) -> Option<T>
    where
        T: for<'a> Param<D, Item<'a> = T>,
    {
        lend::<D, T, T>(self, CONVERT, |value| value).ok()
    }

    /// Lends the value behind the object to `body`: nanobind's `nb::cast<Dog &>(o)`.
    ///
    /// # Errors
    /// The borrow mark is held while `body` runs, so a reference cannot outlive it; an object that is in use elsewhere
    /// raises a `RuntimeError`.
    ///
    /// ```no_run
    /// # struct Dog { age: i32 }
    /// # fn birthday<D>(o: &nb::object) -> nb::Result<()> where Dog: nb::Class<D> {
    /// o.lend_in::<D, &mut Dog, _>(|dog| dog.age += 1)
    /// # }
    /// ```
    pub fn lend_in<D, P, R>(&self, body: impl for<'a> FnOnce(P::Item<'a>) -> R) -> Result<R>
    where
        P: Param<D>,
    {
        lend::<D, P, R>(self, CONVERT, body)
    }
}

/// Whether the object has the Python type behind `T`, a converted type or a wrapper: nanobind's `nb::isinstance<T>(h)`.
///
/// Implicit conversions do not count. A converted type is tried out in full, so where the value is needed as well,
/// [`object::try_cast`] is cheaper. For bound classes see [`isinstance_in`].
///
/// ```no_run
/// fn is_text(o: &nb::object) -> bool {
///     nb::isinstance::<nb::str_>(o)
/// }
/// ```
pub fn isinstance<T: Param<()>>(value: &object) -> bool {
    isinstance_in::<(), T>(value)
}

/// As [`isinstance`], for types that are known in the domain `D`: `nb::isinstance_in::<crate::NbDomain, &Dog>(&o)`.
pub fn isinstance_in<D, T: Param<D>>(value: &object) -> bool {
    check_attached();
    let Ok(state) = State::get_or_create() else { return false };
    let mut cx = Cx::new(&state);
    // SAFETY: attached; the caller's reference keeps the object alive.
    let fits = unsafe { T::convert(value.as_ptr(), 0, &mut cx).is_some() };
    if cx.fatal {
        // No way to report it, as in nanobind, whose `isinstance` is noexcept.
        drop(Error::fetch());
    }
    fits
}
