use super::{assert_same, messages};
use crate::{item, with_path};
use proc_macro2::TokenStream;
use quote::quote;

type Macro = fn(TokenStream, &[proc_macro2::TokenTree]) -> TokenStream;

fn expanded(expand: Macro, source: &str) -> TokenStream {
    let source: TokenStream = source.parse().unwrap();
    with_path(quote!([nb] #source), expand)
}

#[track_caller]
fn expands(expand: Macro, source: &str, expected: &str) {
    assert_same(expanded(expand, source), expected);
}

#[track_caller]
fn refuses(expand: Macro, source: &str, message: &str) {
    let errors = messages(expanded(expand, source));
    assert!(matches!(errors.as_slice(), [error] if error.starts_with(message)), "{source}\nis refused by {errors:#?}");
}

/// An entry in the table of registrations.
fn entry(domain: &str, run: &str, constructor: &str, name: &str, more: &str) -> String {
    format!(
        "const _: () = {{
            fn __nb_run(__nb_m: &nb::module_<{domain}>) -> nb::Result<()> {{ {run} ::core::result::Result::Ok(()) }}
            nb::__register! {{ nb::__private::Entry::{constructor}(
                {name}, ::core::module_path!(), ::core::file!(), ::core::line!(), ::core::column!(), __nb_run) {more} }}
        }};"
    )
}

#[test]
fn classes() {
    let dog = entry(
        "crate::NbDomain",
        r#"__nb_m.class_::<Dog>("Dog", ()).def("bark", bark, ());"#,
        "class::<crate::NbDomain, Dog>",
        "\"Dog\"",
        "",
    );
    expands(
        item::class,
        r#"Dog, "Dog", { .def("bark", &bark) }"#,
        &format!("nb::__class! {{ crate::NbDomain, Dog }} {dog}"),
    );
    let vec = entry(
        "a::NbDomain",
        r#"__nb_m.class_::<Vec<i32>>("Ints", ("Docs",));"#,
        "class::<a::NbDomain, Vec<i32>>",
        "\"Ints\"",
        "",
    );
    expands(
        item::class,
        r#"in a; Vec<i32>, "Ints", "Docs""#,
        &format!("nb::__class_marker! {{ a::NbDomain, Vec<i32> }} {vec}"),
    );
    refuses(item::class, "Dog", "nb: nb_class! needs the Python name as a string after the type");
    refuses(item::class, "\"Dog\"", "nb: expected `nb_class!(Dog, \"Dog\", .., { .def(..) })`");
    refuses(item::class, "in 1; Dog, \"Dog\"", "nb: expected a path and a semicolon after `in`");
    for (source, message) in [
        (r#"Dog, "Dog", { bark(); }"#, "nb: the block of nb_class! is one chain that starts with `.def(..)`"),
        (r#"Dog, "Dog", { .def(nb::init<>()); .def("a", &a) }"#, "nb: the block of nb_class! is one chain"),
        (r#"Dog, "Dog", { .def("a", &a) }, "Docs""#, "nb: the block of nb_class! is its last argument"),
    ] {
        let errors = messages(expanded(item::class, source));
        assert!(errors[0].starts_with(message), "{source}\nis refused by {errors:#?}");
    }
}

#[test]
fn enumerations() {
    let run = r#"__nb_m.enum_::<Kind>("Kind", ()).value("Cat", <Kind>::Cat).value("Dog", <Kind>::Dog);"#;
    let kind = entry("crate::NbDomain", run, "enumeration::<crate::NbDomain>", "\"Kind\"", "");
    let all = "const _: () = {
        #[allow(unreachable_patterns, dead_code)]
        fn all_variants(value: &Kind) { match *value { | <Kind>::Cat | <Kind>::Dog => {} } }
    };";
    let implemented = "nb::__enum! { crate::NbDomain, Kind }";
    expands(item::enumeration, r#"Kind, "Kind", [Cat, Dog]"#, &format!("{implemented} {kind} {all}"));
    // Not all of them.
    expands(item::enumeration, r#"Kind, "Kind", [Cat, Dog, ..]"#, &format!("{implemented} {kind}"));
    refuses(item::enumeration, r#"Kind, "Kind""#, "nb: expected `nb_enum!(Kind, \"Kind\", [Cat, Dog])`");
    refuses(item::enumeration, r#"Kind, "Kind", [Kind::Cat]"#, "nb: expected the name of a variant");
}

#[test]
fn functions() {
    let add = entry(
        "crate::NbDomain",
        r#"__nb_m.def("add", |a: i32| a, (nb::arg("a"),));"#,
        "function::<crate::NbDomain>",
        "\"add\"",
        "",
    );
    expands(item::function, r#""add", |a: i32| a, "a"_a"#, &add);
    refuses(item::function, "\"add\"", "nb: expected `nb_fn!(\"add\", &add, \"a\"_a, \"b\"_a = 1)`");
}

#[test]
fn blocks() {
    expands(
        item::bind,
        r#"|m| { nb::class_<Dog>(m, "Dog"); }"#,
        r#"nb::__class! { crate::NbDomain, Dog }
        const _: () = {
            fn __nb_run(#[allow(unused_variables)] m: &nb::module_<crate::NbDomain>) -> nb::Result<()> {
                m.class_::<Dog>("Dog", ());
                #[allow(unreachable_code)] { ::core::result::Result::Ok(()) }
            }
            nb::__register! { nb::__private::Entry::block::<crate::NbDomain>(
                "block", ::core::module_path!(), ::core::file!(), ::core::line!(), ::core::column!(), __nb_run) }
        };"#,
    );
    refuses(item::bind, "|m, n| {}", "nb: expected `nb_bind!(|m| { .. })`");
}

#[test]
fn the_path_of_the_library_is_missing() {
    let errors = messages(with_path(quote!(Dog, "Dog"), item::class));
    assert!(errors[0].starts_with("nb: this macro is the inner half of nb_module!"), "{errors:?}");
}
