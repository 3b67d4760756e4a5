//! [`nb_type_hook!`](crate::nb_type_hook): enums whose variants are classes.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;

/// What a variant without a value stands for: `None`.
#[doc(hidden)]
pub struct Nothing;

// SAFETY: refers to nothing.
unsafe impl<D> Param<D> for Nothing {
    type Item<'a> = Nothing;
    type Lent<'object, 'call> = Nothing;
    type Stage = Nothing;
    const OWNED: bool = true;
    const NULLABLE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("None");
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, _cx: &mut Cx<'_>) -> Option<Nothing> {
        // SAFETY: `None` is immortal.
        (src == unsafe { ffi::Py_None() }).then_some(Nothing)
    }

    unsafe fn lend(_stage: &mut Nothing, _cx: &Cx<'_>) -> Nothing {
        Nothing
    }
}

// SAFETY: a new reference.
unsafe impl<D, P> Ret<D, P> for Nothing {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("None");
    }

    unsafe fn put(_value: Nothing, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached (caller's contract).
        unsafe { ffi::Py_NewRef(ffi::Py_None()) }
    }
}

/// The attempt at an argument is over, whatever the other variants would say.
#[doc(hidden)]
pub fn is_over(cx: &Cx<'_>) -> bool {
    cx.fatal
}

/// A value becomes an object of the class of its variant: nanobind's `nb::detail::type_hook<T>`, for polymorphism by a tag.
///
/// In C++, a `Pet *` whose `kind` says that it is a `Dog` is shown as one. In Rust that is an enum of the two. Each variant holds one value,
/// of a bound class or of any other type that can be returned.
///
/// ```no_run
/// use nb::prelude::*;
/// #[derive(Clone)] pub struct Cat { lives: i32 }
/// #[derive(Clone)] pub struct Dog { tricks: i32 }
/// pub enum AnyPet { Cat(Cat), Dog(Dog), Unknown(String) }
/// nb_type_hook!(AnyPet { Cat(Cat), Dog(Dog), Unknown(String) });
///
/// nb_module!(pets, m, {
///     nb::class_<Cat>(m, "Cat").def_rw("lives", &Cat::lives);
///     nb::class_<Dog>(m, "Dog").def_rw("tricks", &Dog::tricks);
///     m.def("make", |kind: &str| match kind {
///         "cat" => AnyPet::Cat(Cat { lives: 9 }),
///         "dog" => AnyPet::Dog(Dog { tricks: 0 }),
///         other => AnyPet::Unknown(other.to_string()),
///     });
///     m.def("is_dog", |pet: AnyPet| matches!(pet, AnyPet::Dog(_)));
/// });
/// # fn main() {}
/// ```
///
/// A variant without a value is `None`. Where that is the only one besides, `Option<AnyPet>` says the same.
///
/// The enum is passed by value, or in a `Box`: an argument is copied or taken away as the type of its variant is. What is shared is
/// the value of a variant, `AnyPet { Cat(Arc<Cat>), .. }`; an `Arc` of the enum would share nothing with Python. The first variant that takes the object as it
/// is wins, then the first that converts it; `std::variant` in C++ does the same. For another domain than that of the crate's root,
/// `nb_type_hook!(in crate::other; AnyPet { .. })`.
#[macro_export]
macro_rules! nb_type_hook {
    (in $($rest:tt)+) => { $crate::__nb_in!([$crate::__nb_type_hook] [] $($rest)+); };
    ($($rest:tt)+) => { $crate::__nb_type_hook!(@item [crate] $($rest)+); };
}

/// The rest of [`nb_type_hook!`](crate::nb_type_hook).
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_type_hook {
    (@item [$($path:tt)*] $($rest:tt)+) => { $crate::__nb_type_hook!(@make [$($path)*::NbDomain] $($rest)+); };
    (@make [$Domain:ty] $Enum:ty {
        $First:ident $(($FirstType:ty))? $(, $Variant:ident $(($Type:ty))?)* $(,)?
    }) => {
        const _: () = {
            /// The variant that takes the argument.
            pub enum __NbStage {
                $First(<$crate::__nb_type_hook!(@type $($FirstType)?) as $crate::Param<$Domain>>::Stage),
                $( $Variant(<$crate::__nb_type_hook!(@type $($Type)?) as $crate::Param<$Domain>>::Stage), )*
            }

            // SAFETY: each step is that of the variant's own type.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Param<$Domain> for $Enum {
                type Item<'a> = $Enum;
                type Lent<'object, 'call> = Self::Item<'call>;
                type Stage = __NbStage;
                const BORROWS: bool = true;
                const NULLABLE: bool = <$crate::__nb_type_hook!(@type $($FirstType)?) as $crate::Param<$Domain>>::NULLABLE
                    $( || <$crate::__nb_type_hook!(@type $($Type)?) as $crate::Param<$Domain>>::NULLABLE )*;
                fn describe(text: &mut $crate::SigText<'_>) {
                    <$crate::__nb_type_hook!(@type $($FirstType)?) as $crate::Param<$Domain>>::describe(text);
                    $(
                        text.text(" | ");
                        <$crate::__nb_type_hook!(@type $($Type)?) as $crate::Param<$Domain>>::describe(text);
                    )*
                }
                unsafe fn convert(
                    src: *mut $crate::ffi::PyObject,
                    flags: u8,
                    cx: &mut $crate::Cx<'_>,
                ) -> ::core::option::Option<Self::Stage> {
                    for flags in [flags & !$crate::cast_flags::convert, flags] {
                        $crate::__nb_type_hook!(@try $Domain, src, flags, cx, $First, $($FirstType)?);
                        $( $crate::__nb_type_hook!(@try $Domain, src, flags, cx, $Variant, $($Type)?); )*
                        if flags & $crate::cast_flags::convert != 0 {
                            break;
                        }
                    }
                    ::core::option::Option::None
                }
                fn acquire(stage: &mut Self::Stage, cx: &mut $crate::Cx<'_>) -> bool {
                    match stage {
                        __NbStage::$First(stage) => {
                            <$crate::__nb_type_hook!(@type $($FirstType)?) as $crate::Param<$Domain>>::acquire(stage, cx)
                        }
                        $( __NbStage::$Variant(stage) => {
                            <$crate::__nb_type_hook!(@type $($Type)?) as $crate::Param<$Domain>>::acquire(stage, cx)
                        } )*
                    }
                }
                unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &$crate::Cx<'_>) -> $Enum {
                    match stage {
                        __NbStage::$First(stage) => {
                            $crate::__nb_type_hook!(@lend $Domain, stage, cx, [Self::$First] $($FirstType)?)
                        }
                        $( __NbStage::$Variant(stage) => {
                            $crate::__nb_type_hook!(@lend $Domain, stage, cx, [Self::$Variant] $($Type)?)
                        } )*
                    }
                }
            }

            // SAFETY: each step is that of the enum.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Param<$Domain> for ::std::boxed::Box<$Enum> {
                type Item<'a> = ::std::boxed::Box<$Enum>;
                type Lent<'object, 'call> = Self::Item<'call>;
                type Stage = __NbStage;
                const BORROWS: bool = true;
                const NULLABLE: bool = <$Enum as $crate::Param<$Domain>>::NULLABLE;
                fn describe(text: &mut $crate::SigText<'_>) {
                    <$Enum as $crate::Param<$Domain>>::describe(text);
                }
                unsafe fn convert(
                    src: *mut $crate::ffi::PyObject,
                    flags: u8,
                    cx: &mut $crate::Cx<'_>,
                ) -> ::core::option::Option<Self::Stage> {
                    unsafe { <$Enum as $crate::Param<$Domain>>::convert(src, flags, cx) }
                }
                fn acquire(stage: &mut Self::Stage, cx: &mut $crate::Cx<'_>) -> bool {
                    <$Enum as $crate::Param<$Domain>>::acquire(stage, cx)
                }
                unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &$crate::Cx<'_>) -> Self::Item<'a> {
                    ::std::boxed::Box::new(unsafe { <$Enum as $crate::Param<$Domain>>::lend(stage, cx) })
                }
            }

            // SAFETY: the object is that of the variant's value.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl<__NbPolicy: $crate::rv_policy::Policy> $crate::Ret<$Domain, __NbPolicy> for $Enum {
                fn describe(text: &mut $crate::SigText<'_>) {
                    <$crate::__nb_type_hook!(@type $($FirstType)?) as $crate::Ret<$Domain, __NbPolicy>>::describe(text);
                    $(
                        text.text(" | ");
                        <$crate::__nb_type_hook!(@type $($Type)?) as $crate::Ret<$Domain, __NbPolicy>>::describe(text);
                    )*
                }
                unsafe fn put(value: Self, cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                    match value {
                        $crate::__nb_type_hook!(@pattern value, [Self::$First] $($FirstType)?) => {
                            $crate::__nb_type_hook!(@put $Domain, __NbPolicy, value, cx, $($FirstType)?)
                        }
                        $( $crate::__nb_type_hook!(@pattern value, [Self::$Variant] $($Type)?) => {
                            $crate::__nb_type_hook!(@put $Domain, __NbPolicy, value, cx, $($Type)?)
                        } )*
                    }
                }
            }

            // SAFETY: as above.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl<__NbPolicy: $crate::rv_policy::Policy> $crate::Ret<$Domain, __NbPolicy> for ::std::boxed::Box<$Enum> {
                fn describe(text: &mut $crate::SigText<'_>) {
                    <$Enum as $crate::Ret<$Domain, __NbPolicy>>::describe(text);
                }
                unsafe fn put(value: Self, cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                    unsafe { <$Enum as $crate::Ret<$Domain, __NbPolicy>>::put(*value, cx) }
                }
            }
        };
    };
    // A variant without a value is `None`.
    (@type) => { $crate::__private::Nothing };
    (@type $Type:ty) => { $Type };
    (@lend $Domain:ty, $stage:ident, $cx:ident, [$($variant:tt)+]) => {{
        let _ = ($stage, $cx);
        $($variant)+
    }};
    (@lend $Domain:ty, $stage:ident, $cx:ident, [$($variant:tt)+] $Type:ty) => {
        $($variant)+(unsafe { <$Type as $crate::Param<$Domain>>::lend($stage, $cx) })
    };
    (@pattern $value:ident, [$($variant:tt)+]) => { $($variant)+ };
    (@pattern $value:ident, [$($variant:tt)+] $Type:ty) => { $($variant)+($value) };
    (@put $Domain:ty, $Policy:ident, $value:ident, $cx:ident,) => {
        unsafe { <$crate::__private::Nothing as $crate::Ret<$Domain, $Policy>>::put($crate::__private::Nothing, $cx) }
    };
    (@put $Domain:ty, $Policy:ident, $value:ident, $cx:ident, $Type:ty) => {
        unsafe { <$Type as $crate::Ret<$Domain, $Policy>>::put($value, $cx) }
    };
    (@try $Domain:ty, $src:ident, $flags:ident, $cx:ident, $Variant:ident, $($Type:ty)?) => {
        if let ::core::option::Option::Some(stage) =
            unsafe { <$crate::__nb_type_hook!(@type $($Type)?) as $crate::Param<$Domain>>::convert($src, $flags, $cx) }
        {
            return ::core::option::Option::Some(__NbStage::$Variant(stage));
        }
        if $crate::__private::is_over($cx) {
            return ::core::option::Option::None;
        }
    };
    (@make $($other:tt)*) => {
        ::core::compile_error!("nb: name the variants and the type that each of them holds: `nb_type_hook!(AnyPet { Cat(Cat), Dog(Dog) });`");
    };
}
