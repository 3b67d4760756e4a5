//! The front end of nanobind-rs that accepts nanobind's binding statements nearly word for word.
//!
//! ```text
//! nb_module!(my_ext, m, {
//!     m.doc() = "A simple example python extension";
//!     m.def("add", &add, "a"_a, "b"_a = 1, "This function adds two numbers");
//!     nb::class_<Dog>(m, "Dog")
//!         .def(nb::init<String, i32>(), "name"_a, "age"_a = 3)
//!         .def_rw("age", &Dog::age)
//!         .def("befriend", &Dog::befriend, nb::keep_alive<1, 2>());
//! });
//! ```
//!
//! becomes calls of the plain builder (`m.def("add", add, (arg("a"), arg("b").value(1), "..",))`), the same that people
//! write by hand. This crate knows the spelling of bindings and nothing of their meaning: every check that needs types
//! belongs to the library.
//!
//! The macros here are the inner halves of the library's `nb_module!`, `nb_class!`, `nb_enum!`, `nb_fn!` and `nb_bind!`,
//! which pass the library's own path as a first group in brackets, `[$crate]`. A user's crate may then rename the dependency. Those of
//! `nanobind-rs-compat` write `@pybind11` behind it.
//!
//! # Limits
//!
//! - Every class of a body becomes an `impl` beside the macro, so its type must be nameable there: a `use` or a type
//!   parameter inside the body is not seen. Generic helper functions are written with `nb_bind!(fn ..)`, or use the
//!   builder's `scope.class_::<T>(..)`.
//! - `nb::init<A, B>()` needs the class in view: in the same chain, or through a variable declared in the same body.
//! - `.def(..)` and its kin are methods that a type of the user's may have as well. The receiver decides, as far as tokens
//!   tell: `builder.def("x", 1)` stays as it is where `builder` is made without the module or a class. See `scope`, which states the
//!   rule; a type that is written, `let dog: nb::class_<..>` or `builder: &mut Builder`, settles it.
//! - Calls of macros named `nb_*` or `nb::*` inside a body are left to those macros.
//!
//! # How it works
//!
//! A procedural macro rather than `macro_rules!`: C++'s binding statements stand among arbitrary Rust statements, and
//! telling them apart one token at a time exceeds the compiler's recursion limit after about 128 of them. Here one pass
//! goes over the tokens from left to right, in linear time, and rewrites what it recognises; the rest is copied with
//! its spans, so that the compiler's messages underline the user's code. No parser of Rust would do: the input is none.
//!
//! | file | concept |
//! |---|---|
//! | `cursor` | reading tokens: paths, template lists, closures, commas |
//! | `write` | writing tokens: places, hygiene, the path of the library |
//! | `errors` | all messages |
//! | `body` | the pass over statements and expressions |
//! | `scope` | variables, and whose method a `.def(..)` is |
//! | `paths` | `nb::name`, and which names take a template list |
//! | `borrows` | closures that return a borrow of an argument |
//! | `class` | `nb::class_<T>(..)` and `nb::enum_<T>(..)`, `nb::bind_vector<V>(..)` and its kin |
//! | `cpp_types` | `std::vector<int>` for the latter, `const std::string &` for constructors |
//! | `iterators` | `nb::keep_alive<0, 1>()` beside `nb::make_iterator` |
//! | `literals` | joined string literals, `"a" "b"` |
//! | `casts` | C++'s casts before a function |
//! | `link` | `.def(..)` and its kin, fields |
//! | `constructors` | `nb::init<A, B>()` and its kin |
//! | `args` | `"a"_a = 1` and the tuple of extras |
//! | `virtuals` | `nb::class_<Cat, Animal>` and `&Animal::name` where Python overrides functions of a trait |
//! | `objects` | `nb::dict()`, `nb::int_(1)`, `nb::stop_iteration()`, `nb::module_::import_(..)` |
//! | `evaluate` | the scope of `nb::eval` and `nb::exec` |
//! | `counts` | numbers of arguments and names |
//! | `calls` | `"x"_a = 5` in calls of Python objects |
//! | `places` | `o[key]`, `o(..)`, `x.attr(key) = value`, `x.attr(key) += value` |
//! | `namespaces` | `use nb as py;`, `namespace py = nanobind;` |
//! | `foreign` | pybind11's names, planned names, `throw`: what to write instead |
//! | `template` | `nb_bind!(fn bind_stack<T>(m, name: &str) { .. })` |
//! | `typed` | `nb::typed<nb::list, i32>` |
//! | `arrays` | `nb::ndarray<float, nb::ndim<2>>` |
//! | `pybind11` | pybind11's spelling, for `nanobind-rs-compat` |
//! | `module`, `item` | the five macros |

mod args;
mod arrays;
mod body;
mod borrows;
mod calls;
mod casts;
mod class;
mod constructors;
mod counts;
mod cpp_types;
mod cursor;
mod errors;
mod evaluate;
mod foreign;
mod item;
mod iterators;
mod link;
mod literals;
mod module;
mod namespaces;
mod objects;
mod operators;
mod paths;
mod patterns;
mod places;
mod pybind11;
mod scope;

mod template;
#[cfg(test)]
mod tests;
mod typed;
mod virtuals;
mod write;

use cursor::{group_at, tokens};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// `nb_module!` without its shell: `module! { [$crate] my_ext, m, { .. } }`.
#[proc_macro]
pub fn module(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    with_path(input.into(), module::expand).into()
}

/// `nb_class!` without its shell: `class! { [$crate] Dog, "Dog", { .def(..) } }`.
#[proc_macro]
pub fn class(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    with_path(input.into(), item::class).into()
}

/// `nb_enum!` without its shell: `enumeration! { [$crate] Kind, "Kind", [Cat, Dog] }`.
#[proc_macro]
pub fn enumeration(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    with_path(input.into(), item::enumeration).into()
}

/// `nb_fn!` without its shell: `function! { [$crate] "add", &add, "a"_a }`.
#[proc_macro]
pub fn function(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    with_path(input.into(), item::function).into()
}

/// `nb_bind!` without its shell: `bind! { [$crate] |m| { .. } }`.
#[proc_macro]
pub fn bind(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    with_path(input.into(), item::bind).into()
}

/// Splits the library's path off the input.
fn with_path(input: TokenStream, expand: fn(TokenStream, &[TokenTree]) -> TokenStream) -> TokenStream {
    let input = tokens(input);
    let mut errors = errors::Errors::default();
    let Some(path) = group_at(&input, 0, Delimiter::Bracket) else {
        errors.push(&input, errors::NO_CRATE_PATH);
        return errors.to_tokens();
    };
    let pybind11 = pybind11::is_marked(&input[1..]);
    let input = if pybind11 { &input[3..] } else { &input[1..] };
    namespaces::learn(input, if pybind11 { pybind11::NAMESPACES } else { &[] });
    let joined = literals::joined(input, &mut errors);
    let input = joined.as_deref().unwrap_or(input);
    let translated = pybind11.then(|| pybind11::translated(&path.stream(), input, &mut errors));
    let mut out = expand(path.stream(), translated.as_deref().unwrap_or(input));
    out.extend(errors.to_tokens());
    out
}
