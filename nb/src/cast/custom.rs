//! Casters of the user's own, written without `unsafe`: nanobind's `type_caster` specialisations.

use crate::call::context::Cx;
use crate::cast::traits::Param;
use crate::ffi;
use crate::instance::loans::LoanFlags;
use crate::python::aside::drop_aside;
use crate::python::error::{Builtin, Result, chain_cause, from_display, restore_raised, set_error, take_raised};
use crate::python::messages;
use crate::python::object::StrongRef;
use crate::python::type_name::short_rust_name;
use std::any::type_name;
use std::fmt::Display;

/// Converts a type, your own or another crate's, by way of one that nb converts: nanobind's `type_caster<T>` with
/// `NB_TYPE_CASTER`.
///
/// `from_python` gets what Python passes as the type of its parameter, an `f64`, a `Vec<String>` or an [`nb::object`](struct@crate::object).
/// It gives the value, or an `Option` or a `Result` of it: `None` says that the object does not fit, and so does an error,
/// which becomes the `__cause__` of the `TypeError`; then the next overload is tried. A second parameter, `flags: u8`, has the
/// [`cast_flags`](crate::cast_flags). `from_cpp` makes of a value what a bound function could return. One of the two may be left out. Other
/// arguments may change while they run, and they may call Python code.
///
/// What would be taken out of its object, a `Box<Dog>` or a `Dog` that is not `Clone`, and the lock of an `Arc<RwLock<Dog>>` cannot be the parameter: such a call is a
/// `TypeError`, since a call that is refused after that must have moved nothing.
///
/// ```
/// use nb::prelude::*;
///
/// /// A `float` in Python.
/// #[derive(Clone)]
/// pub struct Celsius(f64);
///
/// nb_type_caster!(Celsius, {
///     fn from_python(degrees: f64) -> Result<Celsius, String> {
///         if degrees < -273.15 { Err(format!("{degrees} is below absolute zero")) } else { Ok(Celsius(degrees)) }
///     }
///     fn from_cpp(value: Celsius) -> f64 {
///         value.0
///     }
/// });
///
/// nb_module!(weather, m, {
///     // warmer(arg: float, /) -> float
///     m.def("warmer", |temperature: Celsius| Celsius(temperature.0 + 1.0));
/// });
/// ```
///
/// A text after the type is what signatures say, instead of what they say of the types in between:
/// `nb_type_caster!(Colour, "str", { .. })`, or `"str | int" => "str"` for arguments and results.
///
/// A type of another crate belongs to a domain, as a bound class does: `nb_type_caster!(in crate; other::Colour, { .. })` in the
/// crate with the `nb_module!`. Fields of the type need [`nb_member!`](crate::nb_member) as well.
#[macro_export]
macro_rules! nb_type_caster {
    (in $($rest:tt)+) => { $crate::__nb_in!([$crate::__nb_type_caster] [] $($rest)+); };
    ($($rest:tt)+) => { $crate::__nb_type_caster!(@head [for_a_type_of_another_crate_write_in_crate] [for_a_type_of_another_crate_write_in_crate] $($rest)+); };
}

/// The rest of [`nb_type_caster!`](crate::nb_type_caster): `[domain] [domain, if it is a parameter]` come first.
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_type_caster {
    (@item [$($path:tt)*] $($rest:tt)+) => { $crate::__nb_type_caster!(@head [$($path)*::NbDomain] [] $($rest)+); };
    (@head $D:tt $P:tt $T:ty, { $($functions:tt)* }) => {
        $crate::__nb_type_caster!(@functions $D $P [$T] [] [] $($functions)*);
    };
    (@head $D:tt $P:tt $T:ty, $name:literal, { $($functions:tt)* }) => {
        $crate::__nb_type_caster!(@functions $D $P [$T] [$name] [$name] $($functions)*);
    };
    (@head $D:tt $P:tt $T:ty, $argument:literal => $result:literal, { $($functions:tt)* }) => {
        $crate::__nb_type_caster!(@functions $D $P [$T] [$argument] [$result] $($functions)*);
    };
    (@functions $D:tt $P:tt $T:tt $argument:tt $result:tt) => {};
    (@functions $D:tt $P:tt $T:tt $argument:tt $result:tt
        fn from_python($src:ident : $V:ty $(, $flags:ident : u8)? $(,)?) -> $R:ty $body:block $($rest:tt)*) => {
        $crate::__nb_type_caster!(@from $D $P $T $argument [$src: $V] [$($flags)?] [$R] $body);
        $crate::__nb_type_caster!(@functions $D $P $T $argument $result $($rest)*);
    };
    (@functions $D:tt $P:tt $T:tt $argument:tt $result:tt
        fn from_cpp($value:ident : $V:ty $(,)?) -> $R:ty $body:block $($rest:tt)*) => {
        $crate::__nb_type_caster!(@to $D $P $T $result [$value: $V] [$R] $body);
        $crate::__nb_type_caster!(@functions $D $P $T $argument $result $($rest)*);
    };
    (@from [$D:ty] [$($P:ident)?] [$T:ty] [$($name:literal)?] [$src:ident: $V:ty] [$($flags:ident)?] [$R:ty] $body:block) => {
        const _: () = {
            fn from_python($src: $V $(, $flags: u8)?) -> $R $body

            // SAFETY: the stage owns a value, which no step after `convert` looks into.
            #[allow(clippy::undocumented_unsafe_blocks, non_camel_case_types)]
            unsafe impl<$($P)?> $crate::Param<$D> for $T
            where
                $V: for<'nb> $crate::Param<$D, Item<'nb> = $V>,
            {
                type Item<'nb> = $T;
                type Lent<'nb_object, 'nb_call> = $T;
                type Stage = $crate::__private::Waiting<$T>;
                const NULLABLE: bool = <$V as $crate::Param<$D>>::NULLABLE;
                const BORROWS: bool = false;

                fn describe(text: &mut $crate::SigText<'_>) {
                    $crate::__nb_type_caster!(@describe text, $crate::Param<$D>, $V, $($name)?);
                }
                unsafe fn convert(
                    src: *mut $crate::ffi::PyObject,
                    flags: u8,
                    cx: &mut $crate::Cx<'_>,
                ) -> ::core::option::Option<Self::Stage> {
                    let take = |value| $crate::__private::Taken::<$T>::taken(from_python(
                        value $(, { let $flags = flags; $flags })?
                    ));
                    // SAFETY: caller's contract.
                    unsafe { $crate::__private::convert_by_way::<$D, $V, $T>(src, flags, cx, take) }
                }
                unsafe fn lend<'nb>(stage: &'nb mut Self::Stage, _cx: &$crate::Cx<'_>) -> $T {
                    stage.take()
                }
            }
        };
    };
    (@to [$D:ty] [$($P:ident)?] [$T:ty] [$($name:literal)?] [$value:ident: $V:ty] [$R:ty] $body:block) => {
        const _: () = {
            fn from_cpp($value: $V) -> $R $body

            // SAFETY: what the other type gives.
            #[allow(clippy::undocumented_unsafe_blocks, non_camel_case_types)]
            unsafe impl<$($P,)? __NbP> $crate::Ret<$D, __NbP> for $T
            where
                $R: $crate::Ret<$D, __NbP>,
            {
                const COPIES: bool = <$R as $crate::Ret<$D, __NbP>>::COPIES;

                fn describe(text: &mut $crate::SigText<'_>) {
                    $crate::__nb_type_caster!(@describe text, $crate::Ret<$D, __NbP>, $R, $($name)?);
                }
                unsafe fn put(value: $T, cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                    // SAFETY: caller's contract.
                    unsafe { <$R as $crate::Ret<$D, __NbP>>::put(from_cpp(value), cx) }
                }
            }
        };
    };
    (@describe $text:ident, $Trait:path, $V:ty,) => {
        <$V as $Trait>::describe($text)
    };
    (@describe $text:ident, $Trait:path, $V:ty, $name:literal) => {
        $text.text($name)
    };
}

/// What `from_python` of [`nb_type_caster!`](crate::nb_type_caster) gives for a `T`.
#[diagnostic::on_unimplemented(
    message = "`from_python` gives a `{Self}`, which is no `{T}`",
    note = "it gives a `{T}`, an `Option<{T}>`, a `Result<{T}, E>` or a `Result<Option<{T}>, E>`, with an `E` that displays itself"
)]
#[doc(hidden)]
pub trait Taken<T> {
    /// `None`: the object does not fit.
    fn taken(self) -> Result<Option<T>>;
}

impl<T> Taken<T> for T {
    fn taken(self) -> Result<Option<T>> {
        Ok(Some(self))
    }
}

impl<T> Taken<T> for Option<T> {
    fn taken(self) -> Result<Option<T>> {
        Ok(self)
    }
}

impl<T, E: Display + 'static> Taken<T> for Result<T, E> {
    fn taken(self) -> Result<Option<T>> {
        self.map(Some).map_err(from_display)
    }
}

impl<T, E: Display + 'static> Taken<T> for Result<Option<T>, E> {
    fn taken(self) -> Result<Option<T>> {
        self.map_err(from_display)
    }
}

/// A value of the user's that has been made and waits for the call. Whatever it runs when it ends before finds no exception raised that it
/// could take for its own.
#[doc(hidden)]
pub struct Waiting<T>(Option<T>);

impl<T> Waiting<T> {
    pub fn new(value: T) -> Waiting<T> {
        Waiting(Some(value))
    }

    /// The value, which is there once.
    pub fn take(&mut self) -> T {
        self.0.take().expect("an argument is lent once")
    }
}

impl<T> Drop for Waiting<T> {
    #[inline]
    fn drop(&mut self) {
        if const { std::mem::needs_drop::<T>() }
            && let Some(value) = self.0.take()
        {
            drop_aside(value);
        }
    }
}

/// Converts the object to a `V`, and that to a `T`.
///
/// The context of the call would keep what the `V` has borrowed until the call ends, while `take` may run any code; so there
/// is one for the `V` alone.
///
/// # Safety
/// As [`Param::convert`].
#[doc(hidden)]
pub unsafe fn convert_by_way<D, V, T>(
    src: *mut ffi::PyObject,
    flags: u8,
    cx: &mut Cx<'_>,
    take: impl FnOnce(V) -> Result<Option<T>>,
) -> Option<Waiting<T>>
where
    V: for<'a> Param<D, Item<'a> = V>,
{
    cx.own_arguments();
    // SAFETY: the object is alive until the call has ended, and the steps are in order.
    let value = unsafe { value::<D, V>(src, flags, cx)? };
    let taken = take(value).map(|found| found.map(Waiting::new));
    // The function may have left one raised, by `Error::restore`.
    let left = take_raised();
    let error = match (taken, left) {
        (Ok(found), None) => return found,
        (Err(error), None) if error.is_next_overload() => return None,
        (Err(error), None) => Some(error),
        (Err(error), Some(left)) if !error.is_next_overload() => {
            error.restore();
            chain_cause(left);
            None
        }
        (taken, Some(left)) => {
            drop(taken);
            // SAFETY: an exception; attached.
            unsafe { restore_raised(left) };
            None
        }
    };
    if let Some(error) = error {
        error.restore();
    }
    cx.mismatch_raised();
    None
}

/// # Safety
/// `src` is live until this returns; attached.
unsafe fn value<D, V>(src: *mut ffi::PyObject, flags: u8, caller: &mut Cx<'_>) -> Option<V>
where
    V: for<'a> Param<D, Item<'a> = V>,
{
    let mut cx = if caller.is_probing() { Cx::probing(caller.state()) } else { Cx::new(caller.state()) };
    cx.adopt_drained(caller.take_drained());
    // SAFETY: caller's contract; the object is owned here, since it may be an element that the conversion of the container lets go
    // of. The stage goes before the context, and before the object.
    let found = unsafe {
        let _held = StrongRef::borrow(src);
        let stage = V::convert(src, flags, &mut cx);
        stage.and_then(|mut stage| {
            let whole = V::acquire(&mut stage, &mut cx) && stays::<V>(&mut cx);
            whole.then(|| V::lend(&mut stage, &cx))
        })
    };
    caller.adopt_drained(cx.take_drained());
    if found.is_none() {
        caller.fatal |= cx.fatal;
        caller.adopt(&mut cx);
        if !cx.fatal {
            // Where a borrow mark was refused.
            caller.mismatch_raised();
        }
    }
    found
}

/// Whether the value, which is acquired, leaves all objects as they are; else an exception that ends the call is raised. The other arguments may be refused
/// still, and a refused call has moved nothing; nor could it be said that the function gets a lock.
pub(super) fn stays<V>(cx: &mut Cx<'_>) -> bool {
    let claims = cx.loans.claims() || cx.loans.all().iter().any(|loan| loan.is(LoanFlags::LOCK));
    if claims {
        set_error(Builtin::TypeError.class(), &messages::caster_takes(&short_rust_name(type_name::<V>())));
        cx.fatal = true;
    }
    !claims
}
