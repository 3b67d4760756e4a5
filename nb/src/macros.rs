//! The macros of the public API. Each hands its tokens and the path of this crate to the rewriting pass in `nb-macros`.

/// Declares an extension module: nanobind's `NB_MODULE(name, m) { .. }`.
///
/// The name has to be the library's name (`[lib] name`, `crate-type = ["cdylib"]`). The body takes nanobind's
/// statements as they stand and any Rust statement between them; `?` is allowed. The invocation defines the type
/// `NbDomain` beside it, to which `nb_class!` and `nb_fn!` in other files refer as `crate::NbDomain`, so a crate root
/// is the natural place; give another with `nb_class!(in crate::other; ..)`.
///
/// `parts [crate::geometry, shapes, crate::animals = 3]` after the variable names modules and crates that have to
/// contribute items, optionally how many; a missing one is an `ImportError` that says which.
///
/// An error that the body returns becomes an `ImportError` with its text; a Python exception or a panic becomes the cause of
/// one.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(greeting, m, {
///     m.attr("answer") = 42;
///     for name in ["hello", "hi"] {
///         m.def(name, |who: &str| format!("hello {who}"), "who"_a = "world");
///     }
/// });
/// ```
#[macro_export]
macro_rules! nb_module {
    ($($tokens:tt)*) => { $crate::__private::macros::module! { [$crate] $($tokens)* } };
}

/// Binds a class at item level, in any file of the crate or of a crate that the module names as a part.
///
/// The compiler's "cannot find type `NbDomain` in the crate root" means that the crate root has no [`nb_module!`]: say
/// where it is with `nb_class!(in crate::other; ..)`, or write [`nb_domain!`](crate::nb_domain) at the root of a crate
/// that has no module of its own.
///
/// ```no_run
/// use nb::prelude::*;
/// #[derive(Clone)]
/// pub struct Circle { radius: f64 }
/// nb_class!(Circle, "Circle", "A circle", {
///     .def_rw("radius", &Circle::radius)
///     .def("area", |c: &Circle| c.radius * c.radius * 3.14)
/// });
/// nb_module!(shapes, m, {});
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! nb_class {
    ($($tokens:tt)*) => { $crate::__private::macros::class! { [$crate] $($tokens)* } };
}

/// Binds an enumeration at item level, in any file of the crate or of a crate that the module names as a part.
///
/// The members are a list of variants, or added one by one in the block, which takes every method of
/// [`enum_`](crate::enum_). A list says all variants of the Rust enum, which the compiler checks; one that ends with
/// `..` says some of them, or constants of a type with an [`EnumRepr`](crate::EnumRepr). A string after a variant is that
/// of an enumeration with `nb::is_str()`.
///
/// ```no_run
/// use nb::prelude::*;
/// pub enum Kind { Cat, Dog = 5, Bird }
/// pub enum Color { Red, Green }
/// pub enum Level { Low, High }
///
/// nb_enum!(Kind, "Kind", "What a pet is", [Cat, Dog, Bird], { .def("is_cat", |k: &Kind| matches!(k, Kind::Cat)) });
/// nb_enum!(Color, "Color", nb::is_str(), [Red = "red", Green = "green"]);
/// nb_enum!(Level, "Level", nb::is_arithmetic(), { .value("LOW", Level::Low).value("HIGH", Level::High).export_values() });
/// nb_module!(pets, m, {});
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! nb_enum {
    ($($tokens:tt)*) => { $crate::__private::macros::enumeration! { [$crate] $($tokens)* } };
}

/// Binds a function at item level: `nb_fn!("add", &add, "a"_a, "b"_a = 1);`.
#[macro_export]
macro_rules! nb_fn {
    ($($tokens:tt)*) => { $crate::__private::macros::function! { [$crate] $($tokens)* } };
}

/// Declares the domain of a library crate whose items register themselves: `nb_domain!();` at its root.
///
/// A domain stands for the extension in trait bounds, which is what lets a crate bind types it does not own.
/// [`nb_module!`] makes that of an extension; a crate without a module of its own needs one for its `nb_class!`,
/// `nb_fn!` and `nb_bind!`. The module that wants the items names the crate as a part, and says with `nb::uses_` which
/// of its classes the module's own functions take and return:
///
/// ```no_run
/// mod shapes {
///     // Elsewhere the root of a crate `shapes`.
///     use nb::prelude::*;
///     nb_domain!();
///     #[derive(Clone)]
///     pub struct Circle { pub radius: f64 }
///     nb_class!(in crate::shapes; Circle, "Circle", { .def_rw("radius", &Circle::radius) });
/// }
/// use nb::prelude::*;
/// nb_module!(drawing, m, parts [crate::shapes], {
///     nb::uses_<crate::shapes::Circle>();
///     m.def("double", |circle: &mut shapes::Circle| circle.radius *= 2.0);
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! nb_domain {
    () => {
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        pub struct NbDomain;

        impl $crate::__private::Domain for NbDomain {}
    };
}

/// The path of a domain in `in path; ..`, which ends at the semicolon: hands it and the rest on to another macro, as `@item [path] ..`.
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_in {
    ([$($then:tt)+] [$($path:tt)*] ; $($rest:tt)+) => { $($then)+!(@item [$($path)*] $($rest)+); };
    ([$($then:tt)+] [$($path:tt)*] $next:tt $($rest:tt)+) => {
        $crate::__nb_in!([$($then)+] [$($path)* $next] $($rest)+);
    };
}

/// Runs binding statements from any file: `nb_bind!(|m| { .. });`. With a function, `nb_bind!(fn name<T>(m, ..) { .. })`, it
/// defines one that has binding statements inside: nanobind's function templates, and its `void init_part(nb::module_ &m)`.
///
/// The function's first parameter may be the module by its name alone. `nb::module_` and `nb::class_<T>` in the types of
/// the others get the domain. What fails inside raises, unless the function gives an `nb::Result<()>`. A class that depends on a
/// type parameter is declared in the module for each type, by `nb::uses_<..>()`.
///
/// ```no_run
/// use nb::prelude::*;
/// #[derive(Clone, Default)]
/// struct Stack<T> { items: Vec<T> }
///
/// nb_bind!(fn bind_stack<T: nb::Convert<NbDomain> + Clone + Default>(m, name: &str) {
///     nb::class_<Stack<T>>(m, name)
///         .def(nb::init<>())
///         .def("push", |s: &mut Stack<T>, item: T| s.items.push(item), "item"_a)
///         .def("__len__", |s: &Stack<T>| s.items.len());
/// });
/// nb_bind!(|m| { m.attr("stacks") = 2; });
///
/// nb_module!(stacks, m, {
///     nb::uses_<Stack<f64>>();
///     nb::uses_<Stack<String>>();
///     bind_stack<f64>(m, "StackF");
///     bind_stack<String>(m, "StackS");
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! nb_bind {
    ($($tokens:tt)*) => { $crate::__private::macros::bind! { [$crate] $($tokens)* } };
}

/// Says which field of a struct is its base class: `nb_base!(Dog, pet: Pet);`.
///
/// Rust has no inheritance; a Python class that derives from another needs the Rust value of the base inside its own.
#[macro_export]
macro_rules! nb_base {
    ($T:ty, $field:ident : $Base:ty) => {
        // Pointers have to be of the very type, where a reference to a box would become one to its value.
        const _: fn(&mut $T) -> *mut $Base = |value| {
            // Of a field that is not aligned, as in a packed struct, no reference can be made.
            let _ = &value.$field;
            &raw mut value.$field
        };
        // SAFETY: the offset is that of the field, whose type was checked above.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl $crate::Embeds<$Base> for $T {
            const OFFSET: usize = ::core::mem::offset_of!($T, $field);
        }
        // SAFETY: as above.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl $crate::__private::a_class_has_one_base for $T {
            type Base = $Base;
            const OFFSET: usize = ::core::mem::offset_of!($T, $field);
        }
    };
}
