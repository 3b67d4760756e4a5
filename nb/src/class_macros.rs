//! What the macros of the public API implement for the types that they bind.

/// What `nb::class_<T>` implements for `T`: the class itself, and passing it by value.
#[doc(hidden)]
#[macro_export]
macro_rules! __class {
    ($Domain:ty, $T:ty) => {
        const _: () = {
            $crate::__class_marker!($Domain, $T);

            // SAFETY: delegates to the crate's own implementation.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Param<$Domain> for $T {
                type Item<'a> = $T;
                type Lent<'object, 'call> = Self::Item<'call>;
                type Stage = $crate::__private::ByValue<$T>;
                const CALLS_OUT: bool = false;
                const LEND_CALLS_OUT: bool = {
                    #[allow(unused_imports)]
                    use $crate::__private::NotClone as _;
                    <$crate::__private::CloneProbe<$T>>::CLONE.is_some()
                };
                const HOLDS: bool = true;
                fn describe(text: &mut $crate::SigText<'_>) {
                    text.class::<$T>();
                }
                unsafe fn convert(
                    src: *mut $crate::ffi::PyObject,
                    flags: u8,
                    cx: &mut $crate::Cx<'_>,
                ) -> ::core::option::Option<Self::Stage> {
                    unsafe { $crate::__private::by_value::convert::<$Domain, $T>(src, flags, cx) }
                }
                fn acquire(stage: &mut Self::Stage, cx: &mut $crate::Cx<'_>) -> bool {
                    $crate::__private::by_value::acquire(stage, cx)
                }
                unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &$crate::Cx<'_>) -> $T {
                    unsafe { $crate::__private::by_value::lend::<$Domain, $T>(stage, cx) }
                }
                const AT_ONCE: bool = <Self as $crate::Param<$Domain>>::LEND_CALLS_OUT;
                #[inline(always)]
                unsafe fn fit(src: *mut $crate::ffi::PyObject) -> ::core::option::Option<Self::Stage> {
                    unsafe { $crate::__private::by_value::fit::<$Domain, $T>(src) }
                }
                unsafe fn fit_anywhere(src: *mut $crate::ffi::PyObject) -> ::core::option::Option<Self::Stage> {
                    unsafe { $crate::__private::by_value::fit_anywhere::<$Domain, $T>(src) }
                }
                const LENDS: bool = true;
                #[inline(always)]
                unsafe fn mark(stage: &mut Self::Stage) -> bool {
                    unsafe { $crate::__private::by_value::mark(stage) }
                }
                unsafe fn mark_anywhere(stage: &mut Self::Stage) -> bool {
                    unsafe { $crate::__private::by_value::mark_anywhere(stage) }
                }
                #[inline(always)]
                unsafe fn unmark(stage: &Self::Stage) {
                    unsafe { $crate::__private::by_value::unmark(stage) }
                }
                unsafe fn unmark_anywhere(stage: &Self::Stage) {
                    unsafe { $crate::__private::by_value::unmark_anywhere(stage) }
                }
                #[inline(always)]
                unsafe fn own(stage: &Self::Stage) {
                    unsafe { $crate::__private::by_value::own(stage) }
                }
                unsafe fn own_anywhere(stage: &Self::Stage) {
                    unsafe { $crate::__private::by_value::own_anywhere(stage) }
                }
                #[inline(always)]
                unsafe fn let_go(stage: &Self::Stage) {
                    unsafe { $crate::__private::by_value::let_go(stage) }
                }
                unsafe fn let_go_anywhere(stage: &Self::Stage) {
                    unsafe { $crate::__private::by_value::let_go_anywhere(stage) }
                }
                #[inline(always)]
                unsafe fn lend_marked<'a>(stage: &'a mut Self::Stage) -> $T {
                    unsafe { $crate::__private::by_value::lend_copied::<$Domain, $T>(stage) }
                }
            }

            // SAFETY: the value moves into a new object.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl<__NbPolicy: $crate::rv_policy::Policy> $crate::Ret<$Domain, __NbPolicy> for $T {
                const DECLINES: bool = false;
                const COPIES: bool = true;
                fn describe(text: &mut $crate::SigText<'_>) {
                    text.class::<$T>();
                }
                unsafe fn put(value: Self, cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                    unsafe { $crate::__private::put_value::<$T, __NbPolicy>(value, cx) }
                }
                const AT_ONCE: bool = true;
                const CHECKED: bool = true;
                unsafe fn give(value: Self) -> *mut $crate::ffi::PyObject {
                    unsafe { $crate::__private::by_value::give::<$T, __NbPolicy>(value) }
                }
            }

            // SAFETY: the place of the field in its owner.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Member<$Domain> for $T {
                fn refers() -> bool {
                    true
                }
                fn describe(text: &mut $crate::SigText<'_>) {
                    text.child::<$T>();
                }
                unsafe fn get(
                    value: &$T,
                    at: $crate::__private::At<'_>,
                    cx: &mut $crate::Cx<'_>,
                ) -> *mut $crate::ffi::PyObject {
                    unsafe { $crate::__private::get_place::<$T>(value, at, cx) }
                }
            }
        };
    };
}

/// What `nb::enum_<T>` implements for `T`: the enumeration itself, and passing it by value and as `&T`.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum {
    ($Domain:ty, $T:ty) => {
        const _: () = {
            // SAFETY: a type that `as` takes for an enum has no fields, and nothing to drop, as checked; one with an
            // `EnumRepr` is `Copy`.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Enum<$Domain> for $T {
                const FROM_NUMBER: ::core::option::Option<fn(i128) -> ::core::option::Option<$T>> = {
                    #[allow(unused_imports)]
                    use $crate::__private::PlainEnum as _;
                    <$crate::__private::EnumProbe<'_, $Domain, $T>>::FROM_NUMBER
                };
                #[allow(
                    unused_imports,
                    trivial_casts,
                    trivial_numeric_casts,
                    clippy::unnecessary_cast,
                    clippy::cast_possible_wrap
                )]
                #[inline]
                fn number(value: &$T) -> i128 {
                    use $crate::__private::PlainEnum as _;
                    const { $crate::__private::check_plain::<$T>() };
                    let probe = <$crate::__private::EnumProbe<'_, $Domain, $T>>::new(value);
                    // By its path: no trait of the user's goes before the probe's own.
                    (unsafe { <$crate::__private::EnumProbe<'_, $Domain, $T>>::raw(&probe) }) as i128
                }
            }

            // SAFETY: an owned value.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Param<$Domain> for $T {
                type Item<'a> = $T;
                type Lent<'object, 'call> = Self::Item<'call>;
                type Stage = $T;
                const OWNED: bool = true;
                const REFUSES_NONE: bool = true;
                const VALUE: bool = true;
                const CALLS_OUT: bool = false;
                const LEND_CALLS_OUT: bool = false;
                fn describe(text: &mut $crate::SigText<'_>) {
                    text.enumeration::<$T>();
                }
                #[inline]
                unsafe fn convert(
                    src: *mut $crate::ffi::PyObject,
                    flags: u8,
                    cx: &mut $crate::Cx<'_>,
                ) -> ::core::option::Option<$T> {
                    unsafe { $crate::__private::enum_cast::convert::<$Domain, $T>(src, flags, cx) }
                }
                #[inline]
                unsafe fn read(
                    place: *const *mut $crate::ffi::PyObject,
                    cx: &mut $crate::Cx<'_>,
                    stage: &mut ::core::mem::MaybeUninit<$T>,
                ) {
                    unsafe { $crate::__private::enum_cast::read::<$Domain, $T>(place, cx, stage) }
                }
                #[inline]
                unsafe fn lend<'a>(stage: &'a mut $T, _cx: &$crate::Cx<'_>) -> $T {
                    unsafe { ::core::ptr::read(stage) }
                }
            }

            // SAFETY: the reference is to the stage.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Param<$Domain> for &$T {
                type Item<'a> = &'a $T;
                type Lent<'object, 'call> = Self::Item<'call>;
                type Stage = $T;
                const BORROWS: bool = false;
                const REFUSES_NONE: bool = true;
                const VALUE: bool = true;
                const CALLS_OUT: bool = false;
                const LEND_CALLS_OUT: bool = false;
                fn describe(text: &mut $crate::SigText<'_>) {
                    text.enumeration::<$T>();
                }
                #[inline]
                unsafe fn convert(
                    src: *mut $crate::ffi::PyObject,
                    flags: u8,
                    cx: &mut $crate::Cx<'_>,
                ) -> ::core::option::Option<$T> {
                    unsafe { $crate::__private::enum_cast::convert::<$Domain, $T>(src, flags, cx) }
                }
                #[inline]
                unsafe fn read(
                    place: *const *mut $crate::ffi::PyObject,
                    cx: &mut $crate::Cx<'_>,
                    stage: &mut ::core::mem::MaybeUninit<$T>,
                ) {
                    unsafe { $crate::__private::enum_cast::read::<$Domain, $T>(place, cx, stage) }
                }
                #[inline]
                unsafe fn lend<'a>(stage: &'a mut $T, _cx: &$crate::Cx<'_>) -> &'a $T {
                    stage
                }
            }

            // SAFETY: a new reference, or null.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl<__NbPolicy> $crate::Ret<$Domain, __NbPolicy> for $T {
                const DECLINES: bool = false;
                fn describe(text: &mut $crate::SigText<'_>) {
                    text.enumeration::<$T>();
                }
                #[inline]
                unsafe fn put(value: Self, cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                    unsafe { $crate::__private::enum_cast::put::<$Domain, $T>(&value, cx) }
                }
            }

            // SAFETY: as above.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl<__NbPolicy> $crate::Ret<$Domain, __NbPolicy> for &$T {
                const DECLINES: bool = false;
                fn describe(text: &mut $crate::SigText<'_>) {
                    text.enumeration::<$T>();
                }
                #[inline]
                unsafe fn put(value: Self, cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                    unsafe { $crate::__private::enum_cast::put::<$Domain, $T>(value, cx) }
                }
            }

            impl $crate::__private::InBox<$Domain> for $T {
                type By = $crate::__private::ByConversion;
            }

            // SAFETY: nobody shares such a value with Python.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Sharable<$Domain> for $T {
                type Value = $T;
                type By = $crate::__private::ByConversion;
            }

            // SAFETY: a new reference, or null.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Member<$Domain> for $T {
                fn describe(text: &mut $crate::SigText<'_>) {
                    text.enumeration::<$T>();
                }
                unsafe fn get(
                    value: &$T,
                    _at: $crate::__private::At<'_>,
                    cx: &mut $crate::Cx<'_>,
                ) -> *mut $crate::ffi::PyObject {
                    unsafe { $crate::__private::enum_cast::put::<$Domain, $T>(value, cx) }
                }
            }
        };
    };
}

/// The `Class` impl alone, for types that already convert by value (`Vec<f64>` bound as a class).
#[doc(hidden)]
#[macro_export]
macro_rules! __class_marker {
    ($Domain:ty, $T:ty) => {
        const _: () = {
            impl $crate::__private::Refer<$Domain> for $T {
                type By = $crate::__private::ByMark;
            }

            impl $crate::__private::InBox<$Domain> for $T {
                type By = $crate::__private::ByMark;
            }

            // SAFETY: there is no lock.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Sharable<$Domain> for $T {
                type Value = $T;
                type By = $crate::__private::ByMark;
            }

            // SAFETY: the constants are those of the type's own `Clone` and `Traverse`, or nothing; this implementation has its own static,
            // since it is for one type.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Class<$Domain> for $T {
                const CLONE: ::core::option::Option<fn(&$T) -> $T> = {
                    #[allow(unused_imports)]
                    use $crate::__private::NotClone as _;
                    <$crate::__private::CloneProbe<$T>>::CLONE
                };
                const VISIT: ::core::option::Option<$crate::__private::VisitValue> = {
                    #[allow(unused_imports)]
                    use $crate::__private::NotTraverse as _;
                    <$crate::__private::TraverseProbe<$T>>::VISIT
                };
                #[inline(always)]
                fn cell() -> &'static $crate::__private::ClassCell {
                    static CELL: $crate::__private::ClassCell = $crate::__private::ClassCell::new();
                    &CELL
                }
            }
        };
    };
}

/// What `nb::bind_vector<C>` and `nb::bind_map<C>` implement for `C`, besides what a class has.
#[doc(hidden)]
#[macro_export]
macro_rules! __container {
    ($Domain:ty, $C:ty) => {
        // SAFETY: the constants are those of the elements' own `Clone`, `PartialEq` and `Class`, or nothing.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl $crate::__private::Container<$Domain> for $C {
            const CLONE: ::core::option::Option<fn(&<$C as $crate::Holds>::Item) -> <$C as $crate::Holds>::Item> = {
                #[allow(unused_imports)]
                use $crate::__private::NotClone as _;
                <$crate::__private::CloneProbe<<$C as $crate::Holds>::Item>>::CLONE
            };
            const EQ: ::core::option::Option<fn(&<$C as $crate::Holds>::Item, &<$C as $crate::Holds>::Item) -> bool> = {
                #[allow(unused_imports)]
                use $crate::__private::NotEq as _;
                <$crate::__private::EqProbe<<$C as $crate::Holds>::Item>>::EQ
            };
            const LEND: ::core::option::Option<$crate::__private::Lend> = {
                #[allow(unused_imports)]
                use $crate::__private::NotClass as _;
                <$crate::__private::ClassProbe<$Domain, <$C as $crate::Holds>::Item>>::LEND
            };
        }
    };
}
