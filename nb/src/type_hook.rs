//! [`nb_type_hook!`](crate::nb_type_hook): enums whose variants are classes.

use crate::call::Cx;

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
/// The enum is passed by value: an argument is copied or taken away as the type of its variant is. The first variant that takes the object as it
/// is wins, then the first that converts it; `std::variant` in C++ does the same. For another domain than that of the crate's root,
/// `nb_type_hook!(in crate::other; AnyPet { .. })`.
#[macro_export]
macro_rules! nb_type_hook {
    (in $($rest:tt)+) => { $crate::__nb_type_hook!(@domain [] $($rest)+); };
    ($($rest:tt)+) => { $crate::__nb_type_hook!(@item [crate] $($rest)+); };
}

/// The rest of [`nb_type_hook!`](crate::nb_type_hook).
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_type_hook {
    (@domain [$($path:tt)*] ; $($rest:tt)+) => { $crate::__nb_type_hook!(@item [$($path)*] $($rest)+); };
    (@domain [$($path:tt)*] $next:tt $($rest:tt)+) => { $crate::__nb_type_hook!(@domain [$($path)* $next] $($rest)+); };
    (@item [$($path:tt)*] $($rest:tt)+) => { $crate::__nb_type_hook!(@make [$($path)*::NbDomain] $($rest)+); };
    (@make [$Domain:ty] $Enum:ty { $First:ident($FirstType:ty) $(, $Variant:ident($Type:ty))* $(,)? }) => {
        const _: () = {
            /// The variant that takes the argument.
            pub enum __NbStage {
                $First(<$FirstType as $crate::Param<$Domain>>::Stage),
                $( $Variant(<$Type as $crate::Param<$Domain>>::Stage), )*
            }

            // SAFETY: each step is that of the variant's own type.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Param<$Domain> for $Enum {
                type Item<'a> = $Enum;
                type Lent<'object, 'call> = Self::Item<'call>;
                type Stage = __NbStage;
                const BORROWS: bool = true;
                fn describe(text: &mut $crate::SigText<'_>) {
                    <$FirstType as $crate::Param<$Domain>>::describe(text);
                    $( text.text(" | "); <$Type as $crate::Param<$Domain>>::describe(text); )*
                }
                unsafe fn convert(
                    src: *mut $crate::ffi::PyObject,
                    flags: u8,
                    cx: &mut $crate::Cx<'_>,
                ) -> ::core::option::Option<Self::Stage> {
                    for flags in [flags & !$crate::cast_flags::convert, flags] {
                        $crate::__nb_type_hook!(@try $Domain, src, flags, cx, $First, $FirstType);
                        $( $crate::__nb_type_hook!(@try $Domain, src, flags, cx, $Variant, $Type); )*
                        if flags & $crate::cast_flags::convert != 0 {
                            break;
                        }
                    }
                    ::core::option::Option::None
                }
                fn acquire(stage: &mut Self::Stage, cx: &mut $crate::Cx<'_>) -> bool {
                    match stage {
                        __NbStage::$First(stage) => <$FirstType as $crate::Param<$Domain>>::acquire(stage, cx),
                        $( __NbStage::$Variant(stage) => <$Type as $crate::Param<$Domain>>::acquire(stage, cx), )*
                    }
                }
                unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &$crate::Cx<'_>) -> $Enum {
                    match stage {
                        __NbStage::$First(stage) => {
                            Self::$First(unsafe { <$FirstType as $crate::Param<$Domain>>::lend(stage, cx) })
                        }
                        $( __NbStage::$Variant(stage) => {
                            Self::$Variant(unsafe { <$Type as $crate::Param<$Domain>>::lend(stage, cx) })
                        } )*
                    }
                }
            }

            // SAFETY: the object is that of the variant's value.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl<__NbPolicy: $crate::rv_policy::Policy> $crate::Ret<$Domain, __NbPolicy> for $Enum {
                fn describe(text: &mut $crate::SigText<'_>) {
                    <$FirstType as $crate::Ret<$Domain, __NbPolicy>>::describe(text);
                    $( text.text(" | "); <$Type as $crate::Ret<$Domain, __NbPolicy>>::describe(text); )*
                }
                unsafe fn put(value: Self, cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                    match value {
                        Self::$First(value) => unsafe {
                            <$FirstType as $crate::Ret<$Domain, __NbPolicy>>::put(value, cx)
                        },
                        $( Self::$Variant(value) => unsafe {
                            <$Type as $crate::Ret<$Domain, __NbPolicy>>::put(value, cx)
                        }, )*
                    }
                }
            }
        };
    };
    (@try $Domain:ty, $src:ident, $flags:ident, $cx:ident, $Variant:ident, $Type:ty) => {
        if let ::core::option::Option::Some(stage) =
            unsafe { <$Type as $crate::Param<$Domain>>::convert($src, $flags, $cx) }
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
