//! What pybind11's statements become, as nanobind's.

use super::{assert_same, parse};
use crate::errors::Errors;
use crate::{namespaces, pybind11};
use quote::quote;

/// Asserts that these become those, without a mistake.
#[track_caller]
pub(super) fn becomes(written: &str, expected: &str) {
    let (out, errors) = translated(written);
    assert!(errors.is_empty(), "{written}\nis refused: {errors:#?}");
    assert_same(out.into_iter().collect(), expected);
}

#[track_caller]
fn stays(written: &str) {
    becomes(written, written);
}

#[track_caller]
pub(super) fn refused(written: &str, message: &str) {
    let (_, errors) = translated(written);
    assert!(matches!(errors.as_slice(), [error] if error.starts_with(message)), "{written}\nis refused by {errors:#?}");
}

fn translated(written: &str) -> (crate::cursor::Tokens, Vec<String>) {
    let toks = parse(written);
    namespaces::learn(&toks, pybind11::NAMESPACES);
    let mut errors = Errors::default();
    let out = pybind11::translated(&quote!(compat), &toks, &mut errors);
    namespaces::learn(&[], &[]);
    (out, super::messages(errors.to_tokens()))
}

#[test]
fn words_are_renamed_where_they_are_pybind11s() {
    becomes(
        ".def_readwrite(\"a\", &A::a).def_property_readonly_static(\"b\", f)",
        ".def_rw(\"a\", &A::a).def_prop_ro_static(\"b\", f)",
    );
    becomes("py::return_value_policy::copy", "py::rv_policy::copy");
    becomes("pybind11::init_alias<int>()", "pybind11::init<int>()");
    becomes("|f: py::function| f(1)", "|f: py::callable| f(1)");
    stays("other::return_value_policy::copy; x.function(y); def_readwrite(z)");
}

#[test]
fn holders_are_left_out() {
    becomes("py::class_<A, std::shared_ptr<A>>(m, \"A\")", "py::class_<A>(m, \"A\")");
    becomes("py::class_<B, A, PyB, std::unique_ptr<B>>(m, \"B\")", "py::class_<B, A, PyB>(m, \"B\")");
    becomes("py::class_<A, py::smart_holder> a(m, \"A\");", "py::class_<A> a(m, \"A\");");
    becomes(
        "py::class_<A, std::unique_ptr<A, py::nodelete>>(m, \"A\")",
        "py::class_<A>(m, \"A\", py::never_destruct())",
    );
    refused("py::class_<A, std::unique_ptr<A, Freed>>(m, \"A\")", "nb: what a deleter does belongs into `Drop`");
    // The first type is that of the class.
    stays("py::class_<std::shared_ptr<A>>(m, \"A\")");
}

#[test]
fn what_holds_anyway_is_left_out() {
    becomes(
        "py::class_<A>(m, \"A\", py::module_local(), py::dynamic_attr(), py::buffer_protocol())",
        "py::class_<A>(m, \"A\", py::dynamic_attr())",
    );
    becomes(
        "py::bind_vector<V>(m, \"V\", py::module_local(true))",
        "py::bind_vector<V, py::rv_policy::reference_internal>(m, \"V\")",
    );
    becomes("m.def(\"f\", &f, py::sibling(x))", "m.def(\"f\", &f)");
    refused("py::class_<A>(m, \"A\", py::module_local(false))", "nb: classes belong to the extension that binds them");
}

#[test]
fn annotations_of_arguments() {
    becomes("f(py::arg_v(\"x\", 5, \"FIVE\"), 1)", "f(py::arg(\"x\").sig(\"FIVE\") = 5, 1)");
    becomes("py::arg_v(\"x\", A::new())", "py::arg(\"x\") = A::new()");
    becomes("m.def(\"f\", &f, py::doc(\"text\"))", "m.def(\"f\", &f, \"text\")");
    becomes("py::pos_only()", "py::__private::pos_only()");
    becomes("py::arg(\"o\").none(false)", "py::arg(\"o\").refusing_none()");
    becomes("f(\"o\"_a.noconvert().none(false))", "f(\"o\"_a.noconvert().refusing_none())");
    stays("py::arg(\"o\").none(true).noconvert()");
    stays("filter.none(false); query(1).none(false); py::arg(\"o\"), filter.none(false)");
}

#[test]
fn functions_of_the_namespace() {
    let raised = ".unwrap_or_else(|error| compat::__private::raise(error))";
    becomes("py::cast<std::vector<int>>(o)", &format!("(o).cast::<::std::vec::Vec<i32>>(){raised}"));
    becomes("o.cast<py::list>()", &format!("o.cast::<py::list>(){raised}"));
    becomes("py::cast<int>(o)?", "(o).cast::<i32>()?");
    stays("py::cast(5)");
    becomes("py::module_::import(\"sys\").attr(\"path\")", "py::module_::import_(\"sys\").attr(\"path\")");
    becomes("py::type::of<A>()", "py::type<A>()");
    becomes("py::type::of(o)", "(o).type_()");
    becomes("py::isinstance(a, b); py::isinstance<A>(o)", "py::isinstance_of(a, b); py::isinstance<A>(o)");
    becomes("py::getattr(o, \"a\", 1); py::getattr(o, \"a\")", "py::getattr_or(o, \"a\", 1); py::getattr(o, \"a\")");
    becomes(
        "py::print(\"a\", b, \"end\"_a = \"\")",
        &format!("py::print_with((\"a\", b, py::kw(\"end\", \"\"),)){raised}"),
    );
    becomes("py::dict(\"a\"_a = 1)", &format!("py::named_items().item(\"a\", 1).dict(){raised}"));
    stays("py::dict(); py::dict(o)");
    becomes(
        "py::str(\"{} {b}\").format(a, \"b\"_a = 1)",
        &format!("py::str(\"{{}} {{b}}\").format((a, py::kw(\"b\", 1),)){raised}"),
    );
    stays("py::str(o); py::str(o).attr(\"upper\")()");
    becomes("py::register_exception<E>(m, \"E\")", "py::exception<E>(m, \"E\")");
    becomes("py::make_iterator(v.iter())", "py::make_iterator(py::__private::no_scope, \"iterator\", v.iter())");
    refused("py::make_iterator(v.begin(), v.end())", "nb: Rust goes through a container by one iterator");
    becomes("py::options options; f()", "let options = py::options::new(); f()");
    becomes("py::eval_file(p, g, l)", &format!("py::eval_file(p, (g, l)){raised}"));
    becomes("py::eval_file(p)", &format!("py::eval_file(p, ()){raised}"));
}

#[test]
fn what_has_no_counterpart_names_the_way() {
    refused("py::class_<A>(m, \"A\", py::multiple_inheritance())", "nb: a class has one base here");
    refused("m.def(\"f\", &f, py::prepend())", "nb: overloads are tried in the order");
    refused("py::scoped_interpreter guard{};", "nb: embedding an interpreter");
}
