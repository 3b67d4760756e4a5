use super::{assert_same, messages};
use crate::{item, with_path};
use proc_macro2::TokenStream;
use quote::quote;

fn expanded(source: &str) -> TokenStream {
    let source: TokenStream = source.parse().unwrap();
    with_path(quote!([nb] #source), item::bind)
}

#[test]
fn families_of_classes() {
    assert_same(
        expanded(r#"pub fn bind_stack<T: Copy>(m, name: &str) where T: Ord { nb::class_<Stack<T>>(m, name); }"#),
        r#"pub fn bind_stack<T: Copy>(m: &nb::module_<crate::NbDomain>, name: &str,)
            where T: Ord, Stack<T>: nb::__private::OfFamily<crate::NbDomain>,
        { m.class_::<Stack<T>>(name, ()); }"#,
    );
    // What the parameters hold is known.
    assert_same(
        expanded(
            "fn more<T>(cl: nb::class_<Dog>, m: &nb::module_, own: &mut Own) -> nb::Result<()> {
                cl.def(nb::init<i32>());
                m.def(\"f\", f);
                own.def(\"f\", &f);
            }",
        ),
        "fn more<T>(cl: nb::class_<'_, crate::NbDomain, Dog>, m: &nb::module_<crate::NbDomain>, own: &mut Own,) -> nb::Result<()>
        where {
            cl.def_init(|a0: i32,| <Dog>::new(a0,), ());
            m.def(\"f\", f, ());
            own.def(\"f\", &f);
            #[allow(unreachable_code)] { ::core::result::Result::Ok(()) }
        }",
    );
}

#[test]
fn what_no_template_is() {
    for (source, message) in [
        ("fn f<T> { }", "nb: expected `nb_bind!(fn name<T: Bounds>(m, other: Type) { .. })`"),
        ("fn f<T>(m, n) { }", "nb: expected `nb_bind!(fn name<T: Bounds>(m, other: Type) { .. })`"),
        ("m.def()", "nb: expected `nb_bind!(|m| { .. })`"),
    ] {
        let errors = messages(expanded(source));
        assert!(
            matches!(errors.as_slice(), [error] if error.starts_with(message)),
            "{source}\nis refused by {errors:#?}"
        );
    }
}
