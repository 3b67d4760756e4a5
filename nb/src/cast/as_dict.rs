//! Structs that cross as a `dict` of their fields.

use crate::call::context::Cx;
use crate::cast::custom::{Waiting, convert_by_way};
use crate::cast::from_object;
use crate::cast::into_object::{self, IntoObject};
use crate::cast::traits::Param;
use crate::ffi;
use crate::python::error::{Error, Result, chain_cause, type_error};
use crate::python::object::{StrongRef, object};
use crate::python::{messages, text};
use std::collections::BTreeMap;

/// Lets a struct cross as a `dict` of its fields: C++ has a `type_caster` written by hand for that.
///
/// An argument is any mapping that has the fields as keys, each a value of its field's type, and no others. A field with a default, `y: f64 = 0.0`,
/// may be missing; of a key that is missing, one that no field has, and a value that does not fit, the `__cause__` of the `TypeError` says which it is.
/// A result is a new `dict`, in the order of the fields. The struct crosses by value; as a field of a class it needs
/// [`nb_member!`](crate::nb_member) as well.
///
/// ```
/// use nb::prelude::*;
///
/// #[derive(Clone)]
/// pub struct Options { path: String, depth: u32, names: Option<Vec<String>> }
/// nb_dict!(Options { path: String, depth: u32 = 1, names: Option<Vec<String>> = None });
///
/// nb_module!(walking, m, {
///     // walk(arg: collections.abc.Mapping[str, object], /) -> dict[str, object]
///     m.def("walk", |options: Options| options);
/// });
/// ```
///
/// A struct of another crate, whose fields are public, belongs to a domain: `nb_dict!(in crate; other::Options { .. })`.
#[macro_export]
macro_rules! nb_dict {
    (in $($rest:tt)+) => { $crate::__nb_in!([$crate::__nb_dict] [] $($rest)+); };
    ($($rest:tt)+) => { $crate::__nb_dict!(@head [for_a_type_of_another_crate_write_in_crate] [for_a_type_of_another_crate_write_in_crate] [] $($rest)+); };
}

/// The rest of [`nb_dict!`](crate::nb_dict).
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_dict {
    (@item [$($path:tt)*] $($rest:tt)+) => { $crate::__nb_dict!(@head [$($path)*::NbDomain] [] [] $($rest)+); };
    (@head $D:tt $P:tt [$($name:tt)+] { $($fields:tt)* } $(,)?) => {
        $crate::__nb_dict!(@make $D $P [$($name)+] { $($fields)* });
    };
    (@head $D:tt $P:tt [$($name:tt)*] $next:tt $($rest:tt)+) => {
        $crate::__nb_dict!(@head $D $P [$($name)* $next] $($rest)+);
    };
    (@make [$D:ty] [$($P:ident)?] [$($T:tt)+] { $($field:ident : $F:ty $(= $default:expr)?),* $(,)? }) => {
        const _: () = {
            /// The defaults, in functions of their own: what the user writes is not to stand in an `unsafe` one.
            struct __NbDefaults;

            #[allow(non_snake_case)]
            impl __NbDefaults {
                $(
                    fn $field() -> ::core::option::Option<fn() -> $F> {
                        $crate::__nb_dict!(@default $($default)?)
                    }
                )*
            }

            // SAFETY: the stage owns a value, which no step after `convert` looks into.
            #[allow(clippy::undocumented_unsafe_blocks, non_camel_case_types)]
            unsafe impl<$($P)?> $crate::Param<$D> for $($T)+
            where
                $($F: for<'nb> $crate::Param<$D, Item<'nb> = $F>,)*
            {
                type Item<'nb> = $($T)+;
                type Lent<'nb_object, 'nb_call> = $($T)+;
                type Stage = $crate::__private::Waiting<$($T)+>;
                const BORROWS: bool = false;
                const REFUSES_NONE: bool = true;

                fn describe(text: &mut $crate::SigText<'_>) {
                    text.text("collections.abc.Mapping[str, object]");
                }
                unsafe fn convert(
                    src: *mut $crate::ffi::PyObject,
                    flags: u8,
                    cx: &mut $crate::Cx<'_>,
                ) -> ::core::option::Option<Self::Stage> {
                    // SAFETY: caller's contract.
                    let mut entries = unsafe {
                        $crate::__private::Entries::read(src, ::core::stringify!($($T)+), flags, cx)?
                    };
                    $(
                        let mut $field = $crate::__private::Entries::take::<$D, $F>(
                            &mut entries,
                            $crate::__nb_dict!(@name $field),
                            __NbDefaults::$field(),
                            cx,
                        )?;
                    )*
                    $crate::__private::Entries::end(entries, cx)?;
                    ::core::option::Option::Some($crate::__private::Waiting::new($($T)+ {
                        $($field: $crate::__private::Waiting::take(&mut $field)),*
                    }))
                }
                unsafe fn lend<'nb>(stage: &'nb mut Self::Stage, _cx: &$crate::Cx<'_>) -> $($T)+ {
                    stage.take()
                }
            }

            // SAFETY: a new dict, or null with an exception raised.
            #[allow(clippy::undocumented_unsafe_blocks, non_camel_case_types)]
            unsafe impl<$($P,)? __NbP> $crate::Ret<$D, __NbP> for $($T)+
            where
                $($F: $crate::IntoObject<$D>,)*
            {
                fn describe(text: &mut $crate::SigText<'_>) {
                    text.text("dict[str, object]");
                }
                unsafe fn put(value: Self, cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                    let $($T)+ { $($field,)* .. } = value;
                    #[allow(unused_mut, reason = "a struct may have no fields")]
                    let mut made = $crate::__private::Made::new();
                    $( $crate::__private::Made::add::<$D, $F>(&mut made, $crate::__nb_dict!(@name $field), $field, cx); )*
                    $crate::__private::Made::end(made)
                }
            }
        };
    };
    (@name $field:ident) => {{
        const NAME: &str = $crate::__private::without_prefix(::core::stringify!($field));
        NAME
    }};
    (@default) => {
        ::core::option::Option::None
    };
    (@default $default:expr) => {
        ::core::option::Option::Some((|| $default) as fn() -> _)
    };
}

/// The name of a raw identifier, `r#type`.
#[doc(hidden)]
pub const fn without_prefix(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// What is left of a mapping that becomes a struct.
#[doc(hidden)]
pub struct Entries {
    left: BTreeMap<String, object>,
    class: &'static str,
    flags: u8,
}

impl Entries {
    /// # Safety
    /// As [`Param::convert`].
    pub unsafe fn read(src: *mut ffi::PyObject, class: &'static str, flags: u8, cx: &mut Cx<'_>) -> Option<Entries> {
        let read = |left| Ok(Some(Entries { left, class, flags }));
        // SAFETY: caller's contract.
        unsafe { convert_by_way::<(), BTreeMap<String, object>, Entries>(src, flags, cx, read) }
            .map(|mut made| made.take())
    }

    /// The value of a field.
    pub fn take<D, F>(&mut self, name: &str, default: Option<fn() -> F>, cx: &mut Cx<'_>) -> Option<Waiting<F>>
    where
        F: for<'a> Param<D, Item<'a> = F>,
    {
        let Some(value) = self.left.remove(name) else {
            return match default {
                Some(default) => Some(Waiting::new(default())),
                None => refused(messages::missing_key(self.class, name), cx),
            };
        };
        match from_object::copy::<D, F>(&value, self.flags) {
            Ok(field) => Some(Waiting::new(field)),
            Err(error) => {
                error.restore();
                // What must not be swallowed stays raised.
                cx.mismatch_raised();
                let cause = cx.cause.take().filter(|_| !cx.fatal)?;
                type_error(messages::wrong_entry(self.class, name, &cause.to_string())).restore();
                chain_cause(cause);
                cx.mismatch_raised();
                None
            }
        }
    }

    /// All fields have a value: nothing else may be there.
    pub fn end(self, cx: &mut Cx<'_>) -> Option<()> {
        match self.left.keys().next() {
            None => Some(()),
            Some(name) => refused(messages::unknown_key(self.class, name), cx),
        }
    }
}

fn refused<T>(text: String, cx: &mut Cx<'_>) -> Option<T> {
    type_error(text).restore();
    cx.mismatch_raised();
    None
}

/// The dict that a struct becomes; null after a failure, which is raised.
#[doc(hidden)]
pub struct Made(Result<StrongRef>);

impl Made {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Made {
        // SAFETY: a conversion is attached, here and below.
        Made(unsafe { object::steal(ffi::PyDict_New()).map(|dict| StrongRef::of(dict)) })
    }

    pub fn add<D, F: IntoObject<D>>(&mut self, name: &str, field: F, cx: &mut Cx<'_>) {
        let Ok(dict) = &self.0 else { return };
        let added = || -> Result<()> {
            let value = into_object::put::<D, F>(field, cx)?;
            let name = text::new(name)?;
            // SAFETY: live objects.
            match unsafe { ffi::PyDict_SetItem(dict.as_ptr(), name.as_ptr(), value.as_ptr()) } {
                0 => Ok(()),
                _ => Err(Error::fetch()),
            }
        };
        if let Err(error) = added() {
            self.0 = Err(error);
        }
    }

    pub fn end(self) -> *mut ffi::PyObject {
        match self.0 {
            Ok(dict) => dict.into_object().into_ptr(),
            Err(error) => {
                error.restore();
                std::ptr::null_mut()
            }
        }
    }
}
