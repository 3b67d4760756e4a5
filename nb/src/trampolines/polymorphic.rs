//! [`nb_polymorphic!`](crate::nb_polymorphic): results that are trait objects, of a trait that Python does not implement.

/// Lets functions return trait objects of a trait without a trampoline: `nb_polymorphic!(Shape, dyn Area);`.
///
/// In C++, a returned `std::unique_ptr<Shape>` of a class with virtual functions becomes an object of the class of its value. Here that
/// needs to be said of the trait, and of the class that signatures show. `Box<dyn Area>`, `Arc<dyn Area>`, `&dyn Area` and `&mut dyn Area`
/// can be results then. Where Python classes implement the trait, or functions take `&dyn Area`, [`nb_trampoline!`](crate::nb_trampoline) is
/// what is needed, which does this too.
///
/// The trait has to be `Any`. For another domain than that of the crate's root, `nb_polymorphic!(in crate::other; Shape, dyn Area);`.
///
/// ```no_run
/// use nb::prelude::*;
/// pub trait Area: std::any::Any + Send + Sync {
///     fn area(&self) -> f64;
/// }
/// # pub struct Shape;
/// pub struct Square { shape: Shape, side: f64 }
/// impl Area for Square {
///     fn area(&self) -> f64 { self.side * self.side }
/// }
/// nb_base!(Square, shape: Shape);
/// nb_polymorphic!(Shape, dyn Area);
/// nb_module!(shapes, m, {
///     nb::class_<Shape>(m, "Shape");
///     nb::class_<Square, Shape>(m, "Square").def_ro("side", &Square::side);
///     // type(shapes.unit()) is shapes.Square
///     m.def("unit", || -> Box<dyn Area> { Box::new(Square { shape: Shape, side: 1.0 }) });
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! nb_polymorphic {
    (in $($rest:tt)+) => { $crate::__nb_in!([$crate::__nb_polymorphic] [] $($rest)+); };
    ($($rest:tt)+) => { $crate::__nb_polymorphic!(@item [crate] $($rest)+); };
}

/// The rest of [`nb_polymorphic!`](crate::nb_polymorphic).
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_polymorphic {
    (@item [$($path:tt)*] $Base:ty, dyn $Trait:path $(,)?) => {
        const _: () = {
            pub struct __NbPolymorphic;

            // SAFETY: a plain conversion.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::__private::trait_object::Downcast for __NbPolymorphic {
                type Base = $Base;
                type Virtual = dyn $Trait;
                $crate::__nb_any!($Trait);
            }

            $crate::__nb_virtual!(@results [$($path)*::NbDomain] __NbPolymorphic, dyn $Trait);
        };
    };
    (@item $path:tt $($other:tt)*) => {
        ::core::compile_error!("nb: say which class signatures show, and the trait: `nb_polymorphic!(Shape, dyn Area);`");
    };
}
