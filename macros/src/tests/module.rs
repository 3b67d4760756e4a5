use super::{assert_same, messages};
use crate::{module, with_path};
use proc_macro2::TokenStream;
use quote::quote;

fn expanded(source: &str) -> TokenStream {
    let source: TokenStream = source.parse().unwrap();
    with_path(quote!([nb] #source), module::expand)
}

/// What `nb_module!` makes of the module `my_ext` with these parts and this body.
fn expected(used: &str, parts: &str, body: &str) -> String {
    format!(
        "#[doc(hidden)] #[allow(non_camel_case_types)] pub struct NbDomain;
        impl nb::__private::Domain for NbDomain {{}}
        {used}
        impl nb::Module for NbDomain {{
            const NAME: &'static ::core::ffi::CStr = c\"my_ext\";
            const MODULE_PATH: &'static str = ::core::module_path!();
            const PARTS: &'static [nb::__private::Part] = &[{parts}];
            fn body(#[allow(unused_variables)] m: &nb::module_<Self>) -> nb::Result<()> {{ {body} }}
        }}"
    )
}

const ENTRY: &str = "
    #[unsafe(no_mangle)]
    #[doc(hidden)]
    #[allow(non_snake_case, clippy::missing_safety_doc)]
    pub unsafe extern \"C\" fn PyInit_my_ext() -> *mut nb::ffi::PyObject {
        static DEF: nb::__private::ModuleDef = nb::__private::ModuleDef::new::<NbDomain>();
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe { DEF.init() }
    }";

const OK: &str = "#[allow(unreachable_code)] { ::core::result::Result::Ok(()) }";

#[test]
fn modules() {
    assert_same(expanded("my_ext, m, {}"), &(expected("", "", OK) + ENTRY));
    let body = format!("m.class_::<Dog>(\"Dog\", ()); {OK}");
    let dog = "nb::__class! { NbDomain, Dog }";
    assert_same(expanded("my_ext, m, { nb::class_<Dog>(m, \"Dog\"); }"), &(expected(dog, "", &body) + ENTRY));
    // The user's own result.
    assert_same(expanded("my_ext, m, { Ok(()) }"), &(expected("", "", "Ok(())") + ENTRY));
    assert_same(
        expanded("my_ext, m, { #![allow(x)] f(); }"),
        &(expected("", "", &format!("#![allow(x)] f(); {OK}")) + ENTRY),
    );
}

#[test]
fn parts() {
    let used = "const _: () = { #[allow(unused_imports)] use a::b as _; };";
    let parts = "nb::__private::Part { path: \"a::b\", expected: ::core::option::Option::Some(3) },
        nb::__private::Part { path: \"self\", expected: ::core::option::Option::None },";
    assert_same(expanded("my_ext, m, parts [a::b = 3, self], {}"), &(expected(used, parts, OK) + ENTRY));
}

#[test]
fn what_no_module_is() {
    for (source, message) in [
        ("", "nb: the first argument of nb_module! is the module's name"),
        ("my_ext", "nb: the second argument of nb_module! is the name of the module variable"),
        ("my_ext, m", "nb: expected `nb_module!(my_ext, m, { .. })`"),
        ("my_ext, m, [a], {}", "nb: expected `nb_module!(my_ext, m, { .. })`"),
        ("my_ext, m, parts [1], {}", "nb: a part is a path to a module or crate"),
    ] {
        let errors = messages(expanded(source));
        assert!(
            matches!(errors.as_slice(), [error] if error.starts_with(message)),
            "{source}\nis refused by {errors:#?}"
        );
    }
}

#[test]
fn a_mistake_leaves_the_domain() {
    let out = expanded("my_ext, m, { m.def(\"f\"); }");
    assert_eq!(messages(out.clone()).len(), 1);
    assert!(out.to_string().contains("struct NbDomain"));
    assert!(!out.to_string().contains("PyInit_my_ext"));
}
