//! What pybind11's arrays become.

use super::{assert_same, parse};
use crate::errors::Errors;
use crate::{namespaces, pybind11};

fn translated(written: &str) -> (crate::cursor::Tokens, Vec<String>) {
    let toks = parse(written);
    namespaces::learn(&toks, pybind11::NAMESPACES);
    let mut errors = Errors::default();
    let out = pybind11::translated(&quote::quote!(compat), &toks, &mut errors);
    namespaces::learn(&[], &[]);
    (out, super::messages(errors.to_tokens()))
}

#[track_caller]
fn becomes(written: &str, expected: &str) {
    let (out, errors) = translated(written);
    assert!(errors.is_empty(), "{written}\nis refused: {errors:#?}");
    assert_same(out.into_iter().collect(), expected);
}

#[test]
fn types() {
    for (written, expected) in [
        ("py::array_t<double>", "py::array_t::<f64>"),
        ("py::array_t<std::uint8_t>", "py::array_t::<u8>"),
        ("pybind11::array_t<f32>", "pybind11::array_t::<f32>"),
        ("py::array_t<bool>", "py::array_t::<py::bool8>"),
        ("py::array_t<std::complex<double>>", "py::array_t::<py::complex<f64>>"),
        (
            "py::array_t<int, py::array::c_style | py::array::forcecast>",
            "py::array_t::<i32, { py::array::c_style | py::array::forcecast }>",
        ),
        ("py::array_t<int, 0>", "py::array_t::<i32, 0>"),
        ("Option<Vec<py::array_t<double>>>", "Option<Vec<py::array_t::<f64>>>"),
        ("py::array", "py::array"),
    ] {
        becomes(&format!("f(|a: {written}| a)"), &format!("f(|a: {expected}| a)"));
    }
    becomes("py::isinstance<py::array_t<double>>(o)", "py::isinstance<py::array_t::<f64>>(o)");
    becomes("py::array_t<double>::ensure(&o)", "py::array_t::<f64>::ensure(&o)");
    becomes("other::array_t<double>; array_t<double>", "other::array_t<double>; array_t<double>");
}

#[test]
fn values() {
    becomes("py::array_t<double>(n)", "py::array_t::<f64>::new(n)");
    becomes("py::array_t<double>()", "py::array_t::<f64>::new(0)");
    becomes("py::array_t<double>({3, 2})", "py::array_t::<f64>::new([3, 2])");
    becomes("py::array_t<int>({3, 2}, &v)", "py::array_t::<i32>::with_data([3, 2], &v)");
    becomes("py::array_t<int, py::array::f_style>(n)", "py::array_t::<i32, { py::array::f_style }>::new(n)");
    becomes("py::array_t({2, 3}, v)", "py::array_t::<_>::with_data([2, 3], v)");
    becomes("py::array(v.len(), &v)", "py::array::with_data(v.len(), &v)");
    becomes("py::array(o)", "py::array::new(o)");
    becomes("py::dtype::of<float>()", "py::dtype::of::<f32>()");
    becomes("py::dtype(\"f8\")", "py::dtype::new(\"f8\")");
    becomes("py::format_descriptor<bool>::format()", "py::format_descriptor::<py::bool8>::format()");
    becomes("sizeof(float) * n", "::core::mem::size_of::<f32>() * n");
}

#[test]
fn variables() {
    becomes("py::array_t<double> a(n); f(a);", "let a = py::array_t::<f64>::new(n); f(a);");
    becomes("{ py::array_t<int> a; }", "{ let a = py::array_t::<i32>::new(0); }");
    becomes("py::array_t<int> a = f(b);", "let a: py::array_t::<i32> = f(b);");
    becomes("let r = a.unchecked<2>()?;", "let r = a.unchecked::<2>()?;");
    becomes("a.mutable_unchecked<1>()", "a.mutable_unchecked::<1>()");
    becomes("x.unchecked < 2; y.unchecked::<2>()", "x.unchecked < 2; y.unchecked::<2>()");
}

#[test]
fn descriptions_of_memory() {
    becomes("py::buffer_info(&m.data, {r, c})", "py::buffer_info::shown(&m.data, ([r, c],))");
    becomes(
        "py::buffer_info(&m.data, sizeof(float), py::format_descriptor<float>::format(), 2, {r, c}, {sizeof(float) * c, 4})",
        "py::buffer_info::shown(&m.data, (::core::mem::size_of::<f32>(), py::format_descriptor::<f32>::format(), 2, [r, c], \
         [::core::mem::size_of::<f32>() * c, 4],))",
    );
    becomes("|i: py::buffer_info| i.ptr", "|i: py::buffer_info| i.ptr");
}

#[test]
fn pointers_are_refused() {
    let (_, errors) = translated("py::array_t<double>({3}, {8}, pointer, capsule)");
    assert!(matches!(errors.as_slice(), [one] if one.contains("from_vec")), "{errors:#?}");
}

#[test]
fn structures_stand_beside_the_module() {
    let (_, errors) = translated("PYBIND11_NUMPY_DTYPE(S, a, b); m.def(\"f\", f);");
    assert!(matches!(errors.as_slice(), [one] if one.contains("PYBIND11_NUMPY_DTYPE!")), "{errors:#?}");
}
