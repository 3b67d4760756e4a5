//! Implementations for functions and tuples of each length: [`for_each_arity!`] and [`tuple_extra!`].

/// Calls a macro once for each number of arguments in a range, the smaller ones first: `for_each_arity!(tuples, 1..=12)`.
///
/// It gets `3: A a 0, B b 1, C c 2`: the number, and of each argument a type parameter, a variable and its place. Letters that the
/// crate uses for something else are left out (`D` is a domain, `F` a function, `G` a guard).
macro_rules! for_each_arity {
    // Below the range.
    ($each:ident, 1..=0) => {};
    ($each:ident, 2..=1) => {};
    ($each:ident, $least:tt..=0) => {
        $each! { 0: }
    };
    ($each:ident, $least:tt..=1) => {
        $crate::util::arity::for_each_arity! { $each, $least..=0 }
        $each! { 1: A a 0 }
    };
    ($each:ident, $least:tt..=2) => {
        $crate::util::arity::for_each_arity! { $each, $least..=1 }
        $each! { 2: A a 0, B b 1 }
    };
    ($each:ident, $least:tt..=3) => {
        $crate::util::arity::for_each_arity! { $each, $least..=2 }
        $each! { 3: A a 0, B b 1, C c 2 }
    };
    ($each:ident, $least:tt..=4) => {
        $crate::util::arity::for_each_arity! { $each, $least..=3 }
        $each! { 4: A a 0, B b 1, C c 2, E e 3 }
    };
    ($each:ident, $least:tt..=5) => {
        $crate::util::arity::for_each_arity! { $each, $least..=4 }
        $each! { 5: A a 0, B b 1, C c 2, E e 3, H h 4 }
    };
    ($each:ident, $least:tt..=6) => {
        $crate::util::arity::for_each_arity! { $each, $least..=5 }
        $each! { 6: A a 0, B b 1, C c 2, E e 3, H h 4, I i 5 }
    };
    ($each:ident, $least:tt..=7) => {
        $crate::util::arity::for_each_arity! { $each, $least..=6 }
        $each! { 7: A a 0, B b 1, C c 2, E e 3, H h 4, I i 5, J j 6 }
    };
    ($each:ident, $least:tt..=8) => {
        $crate::util::arity::for_each_arity! { $each, $least..=7 }
        $each! { 8: A a 0, B b 1, C c 2, E e 3, H h 4, I i 5, J j 6, K k 7 }
    };
    ($each:ident, $least:tt..=9) => {
        $crate::util::arity::for_each_arity! { $each, $least..=8 }
        $each! { 9: A a 0, B b 1, C c 2, E e 3, H h 4, I i 5, J j 6, K k 7, L l 8 }
    };
    ($each:ident, $least:tt..=10) => {
        $crate::util::arity::for_each_arity! { $each, $least..=9 }
        $each! { 10: A a 0, B b 1, C c 2, E e 3, H h 4, I i 5, J j 6, K k 7, L l 8, M m 9 }
    };
    ($each:ident, $least:tt..=11) => {
        $crate::util::arity::for_each_arity! { $each, $least..=10 }
        $each! { 11: A a 0, B b 1, C c 2, E e 3, H h 4, I i 5, J j 6, K k 7, L l 8, M m 9, N n 10 }
    };
    ($each:ident, $least:tt..=12) => {
        $crate::util::arity::for_each_arity! { $each, $least..=11 }
        $each! { 12: A a 0, B b 1, C c 2, E e 3, H h 4, I i 5, J j 6, K k 7, L l 8, M m 9, N n 10, O o 11 }
    };
}
pub(crate) use for_each_arity;

/// Implements the trait of an annotation for tuples of up to so many annotations, which apply from left to right. `$items` makes the
/// other items of the trait, of the types in the tuple.
macro_rules! tuple_extra {
    ([$($generics:tt)*] $Extra:path, $Spec:ty, $items:ident:) => {};
    ([$($generics:tt)*] $Extra:path, $Spec:ty, $items:ident: $First:ident $($Rest:ident)*) => {
        impl<$($generics)* $First: $Extra, $($Rest: $Extra),*> $Extra for ($First, $($Rest,)*) {
            $items! { $First $($Rest)* }
            fn apply(self, spec: &mut $Spec) {
                #[allow(non_snake_case)]
                let ($First, $($Rest,)*) = self;
                $First.apply(spec);
                $( $Rest.apply(spec); )*
            }
        }
        $crate::util::arity::tuple_extra! { [$($generics)*] $Extra, $Spec, $items: $($Rest)* }
    };
}
pub(crate) use tuple_extra;
