//! Variants: enums of alternatives that cross as whatever they hold.

use crate::call::context::Cx;
use crate::cast::member::{At, In, Member};
use crate::ffi;
use crate::instance::path::{Key, Resolve};
use std::any::TypeId;
use std::ptr::{self, NonNull};

/// Lets an enum of alternatives cross as whatever it holds, as C++'s `std::variant<A, B>` does.
///
/// An alternative is a variant with one value, of any type that can cross by value, or one without, which is `None` in Python, C++'s
/// `std::monostate`. An argument becomes the first alternative that takes it without implicit conversion, or, in the pass that
/// converts, the first that takes it with: so a later alternative that fits exactly is preferred to an earlier one that would convert.
/// A result is what the value is; a field reads as a field of the alternative would, so that one of a bound class is a part of its
/// owner. The enum needs neither `Clone` nor `Default`, and stands in `Vec`, `Option`, maps and tuples as any other type.
///
/// ```
/// use nb::prelude::*;
///
/// // std::variant<std::monostate, int, std::string, std::vector<double>>
/// pub enum Setting {
///     Unset,
///     Number(i32),
///     Text(String),
///     Numbers(Vec<f64>),
/// }
/// nb_variant!(Setting: Unset, Number(i32), Text(String), Numbers(Vec<f64>));
///
/// pub struct Config { pub setting: Setting }
///
/// nb_module!(settings, m, {
///     // describe(arg: int | str | collections.abc.Sequence[float] | None, /) -> str
///     m.def("describe", |setting: Setting| match setting {
///         Setting::Unset => "nothing".to_string(),
///         Setting::Number(number) => format!("a number, {number}"),
///         Setting::Text(text) => text,
///         Setting::Numbers(all) => format!("{} numbers", all.len()),
///     });
///     nb::class_<Config>(m, "Config")
///         .def(nb::init(|| Config { setting: Setting::Unset }))
///         .def_rw("setting", &Config::setting);
/// });
/// ```
#[macro_export]
macro_rules! nb_variant {
    ($Enum:ident: $($Variant:ident $(($T:ty))?),+ $(,)?) => {
        const _: () = {
            /// What is left of an argument until the call.
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            pub enum __NbStage<__NbD>
            where
                $($($T: $crate::Param<__NbD>,)?)+
            {
                $( $Variant $((<$T as $crate::Param<__NbD>>::Stage))?, )+
                /// Never made.
                __NbDomain(::core::marker::PhantomData<fn(__NbD)>, ::core::convert::Infallible),
            }

            // SAFETY: one of the alternatives, each with its own conversion.
            #[allow(clippy::undocumented_unsafe_blocks, unused_variables, unreachable_patterns)]
            unsafe impl<__NbD> $crate::Param<__NbD> for $Enum
            where
                $($($T: for<'__nb> $crate::Param<__NbD, Item<'__nb> = $T>,)?)+
            {
                type Item<'__nb> = $Enum;
                type Lent<'__nb_object, '__nb_call> = $Enum;
                type Stage = __NbStage<__NbD>;
                const NULLABLE: bool = $( $crate::__nb_variant!(@nullable __NbD $($T)?) )||+;
                const BORROWS: bool = false $($( || <$T as $crate::Param<__NbD>>::BORROWS )?)+;

                fn describe(text: &mut $crate::SigText<'_>) {
                    let mut first = true;
                    $( $crate::__nb_variant!(@describe first, text, $crate::Param<__NbD>, $($T)?); )+
                    // As for every argument that may be `None`, at the end.
                    if false $( || $crate::__nb_variant!(@is_none $($T)?) )+ {
                        text.text(if first { "None" } else { " | None" });
                    }
                }

                unsafe fn convert(
                    src: *mut $crate::ffi::PyObject,
                    flags: u8,
                    cx: &mut $crate::Cx<'_>,
                ) -> ::core::option::Option<Self::Stage> {
                    let passes = $crate::__private::variant_passes(flags);
                    for flags in passes.into_iter().flatten() {
                        $(
                            // SAFETY: caller's contract.
                            if let ::core::option::Option::Some(stage) = unsafe {
                                $crate::__nb_variant!(@convert __NbD, __NbStage::$Variant, src, flags, cx, $($T)?)
                            } {
                                return ::core::option::Option::Some(stage);
                            }
                            if $crate::__private::variant_ends(cx) {
                                return ::core::option::Option::None;
                            }
                        )+
                    }
                    ::core::option::Option::None
                }

                fn acquire(stage: &mut Self::Stage, cx: &mut $crate::Cx<'_>) -> bool {
                    match stage {
                        $( $crate::__nb_variant!(@pattern __NbStage::$Variant, stage $(, $T)?) => {
                            true $( && <$T as $crate::Param<__NbD>>::acquire(stage, cx) )?
                        } )+
                        __NbStage::__NbDomain(_, never) => match *never {},
                    }
                }

                unsafe fn lend<'__nb>(stage: &'__nb mut Self::Stage, cx: &$crate::Cx<'_>) -> $Enum {
                    // SAFETY: caller's contract.
                    unsafe {
                        match stage {
                            $( $crate::__nb_variant!(@pattern __NbStage::$Variant, stage $(, $T)?) => {
                                $Enum::$Variant $((<$T as $crate::Param<__NbD>>::lend(stage, cx)))?
                            } )+
                            __NbStage::__NbDomain(_, never) => match *never {},
                        }
                    }
                }
            }

            // SAFETY: what the alternative gives.
            #[allow(clippy::undocumented_unsafe_blocks, unused_variables)]
            unsafe impl<__NbD, __NbP> $crate::Ret<__NbD, __NbP> for $Enum
            where
                $($($T: $crate::Ret<__NbD, __NbP>,)?)+
            {
                const COPIES: bool = false $($( || <$T as $crate::Ret<__NbD, __NbP>>::COPIES )?)+;

                fn describe(text: &mut $crate::SigText<'_>) {
                    let mut first = true;
                    $( $crate::__nb_variant!(@describe_in_place first, text, $crate::Ret<__NbD, __NbP>, $($T)?); )+
                }

                unsafe fn put(value: $Enum, cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                    // SAFETY: caller's contract.
                    unsafe {
                        match value {
                            $( $crate::__nb_variant!(@pattern $Enum::$Variant, value $(, $T)?) => {
                                $crate::__nb_variant!(@put __NbD, __NbP, value, cx, $($T)?)
                            } )+
                        }
                    }
                }
            }

            // SAFETY: what a field of the alternative gives; the function finds the same alternative again.
            #[allow(clippy::undocumented_unsafe_blocks, unused_variables)]
            unsafe impl<__NbD> $crate::Member<__NbD> for $Enum
            where
                $($($T: $crate::Member<__NbD>,)?)+
            {
                fn copies() -> bool {
                    false $($( || <$T as $crate::Member<__NbD>>::copies() )?)+
                }
                fn refers() -> bool {
                    false $($( || <$T as $crate::Member<__NbD>>::refers() )?)+
                }
                fn describe(text: &mut $crate::SigText<'_>) {
                    let mut first = true;
                    $( $crate::__nb_variant!(@describe_in_place first, text, $crate::Member<__NbD>, $($T)?); )+
                }
                unsafe fn get(
                    whole: &$Enum,
                    at: $crate::__private::At<'_>,
                    cx: &mut $crate::Cx<'_>,
                ) -> *mut $crate::ffi::PyObject {
                    // SAFETY: caller's contract.
                    unsafe {
                        match whole {
                            $( $crate::__nb_variant!(@pattern $Enum::$Variant, value $(, $T)?) => {
                                $crate::__nb_variant!(@get __NbD, $Enum::$Variant, whole, value, at, cx, $($T)?)
                            } )+
                        }
                    }
                }
            }
        };
    };
}

/// The parts of [`nb_variant!`] that differ for an alternative without a value.
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_variant {
    (@nullable $D:ident) => {
        true
    };
    (@nullable $D:ident $T:ty) => {
        <$T as $crate::Param<$D>>::NULLABLE
    };
    (@is_none) => {
        true
    };
    (@is_none $T:ty) => {
        false
    };
    (@describe_in_place $first:ident, $text:ident, $Trait:path,) => {
        $text.text(if ::core::mem::replace(&mut $first, false) { "None" } else { " | None" })
    };
    (@describe_in_place $first:ident, $text:ident, $Trait:path, $T:ty) => {
        $crate::__nb_variant!(@describe $first, $text, $Trait, $T)
    };
    (@describe $first:ident, $text:ident, $Trait:path,) => {};
    (@describe $first:ident, $text:ident, $Trait:path, $T:ty) => {
        if !::core::mem::replace(&mut $first, false) {
            $text.text(" | ");
        }
        <$T as $Trait>::describe($text)
    };
    (@convert $D:ident, $Stage:path, $src:ident, $flags:ident, $cx:ident,) => {
        ($src == $crate::ffi::Py_None()).then_some($Stage)
    };
    (@convert $D:ident, $Stage:path, $src:ident, $flags:ident, $cx:ident, $T:ty) => {
        <$T as $crate::Param<$D>>::convert($src, $flags, $cx).map($Stage)
    };
    (@pattern $Variant:path, $value:ident) => {
        $Variant
    };
    (@pattern $Variant:path, $value:ident, $T:ty) => {
        $Variant($value)
    };
    (@put $D:ident, $P:ident, $value:ident, $cx:ident,) => {
        $crate::ffi::Py_NewRef($crate::ffi::Py_None())
    };
    (@put $D:ident, $P:ident, $value:ident, $cx:ident, $T:ty) => {
        <$T as $crate::Ret<$D, $P>>::put($value, $cx)
    };
    (@get $D:ident, $Variant:path, $whole:ident, $value:ident, $at:ident, $cx:ident,) => {
        $crate::ffi::Py_NewRef($crate::ffi::Py_None())
    };
    (@get $D:ident, $Variant:path, $whole:ident, $value:ident, $at:ident, $cx:ident, $T:ty) => {
        $crate::__private::get_alternative::<$D, _, $T, _, _>(
            $whole,
            $value,
            (
                |whole| match whole {
                    $Variant(value) => ::core::option::Option::Some(value),
                    #[allow(unreachable_patterns)]
                    _ => ::core::option::Option::None,
                },
                |whole| match whole {
                    $Variant(value) => ::core::option::Option::Some(value),
                    #[allow(unreachable_patterns)]
                    _ => ::core::option::Option::None,
                },
            ),
            $at,
            $cx,
        )
    };
}

/// The flags of the passes over the alternatives: without conversion, and with it where that is allowed.
#[doc(hidden)]
pub fn variant_passes(flags: u8) -> [Option<u8>; 2] {
    let plain = flags & !crate::cast_flags::convert;
    [Some(plain), (plain != flags).then_some(flags)]
}

/// Whether no other alternative is to be tried: an exception is raised that ends the call.
#[doc(hidden)]
pub fn variant_ends(cx: &Cx<'_>) -> bool {
    cx.fatal
}

/// Reads the value of an alternative as a field of its type; the functions find it in the enum, to be read and to be changed.
///
/// # Safety
/// As [`Member::get`], of the enum; the value is that of the alternative.
#[doc(hidden)]
pub unsafe fn get_alternative<D, E: 'static, T: Member<D>, F, G>(
    whole: &E,
    value: &T,
    _finds: (F, G),
    at: At<'_>,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject
where
    F: Fn(&E) -> Option<&T> + Copy + 'static,
    G: Fn(&mut E) -> Option<&mut T> + Copy + 'static,
{
    let resolve: Resolve = find::<E, T, F, G>;
    let step = In {
        outer: at.container,
        container: ptr::from_ref(whole) as usize,
        size: size_of::<E>(),
        // Not that of the enum: two alternatives of one type are not one place.
        kind: TypeId::of::<F>(),
        element: ptr::from_ref(value) as usize,
        resolve,
        key: Key::Only,
    };
    // SAFETY: caller's contract.
    unsafe { T::get(value, at.inside(&step), cx) }
}

/// # Safety
/// As a [`Resolve`], of an `E`.
unsafe fn find<E, T, F, G>(at: *mut u8, _key: &Key, exclusive: bool) -> *mut u8
where
    F: Fn(&E) -> Option<&T>,
    G: Fn(&mut E) -> Option<&mut T>,
{
    const { assert!(size_of::<F>() == 0 && size_of::<G>() == 0, "functions that capture nothing") };
    // SAFETY: caller's contract. The functions have no size and were there when the way was made, so that they are anywhere.
    unsafe {
        if exclusive {
            let find = NonNull::<G>::dangling();
            (find.as_ref())(&mut *at.cast::<E>()).map_or(ptr::null_mut(), |value| ptr::from_mut(value).cast())
        } else {
            let find = NonNull::<F>::dangling();
            (find.as_ref())(&*at.cast::<E>()).map_or(ptr::null_mut(), |value| ptr::from_ref(value).cast_mut().cast())
        }
    }
}
