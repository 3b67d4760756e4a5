//! Functions of every kind.

use nb::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

type Callback = Box<dyn Fn(i64) -> nb::Result<String> + Send>;

nb_bind!(in crate::stubs; |m| {
    m.def("bare", || ());
    m.def("documented", |_: i32| 1.5, "One line");
    m.def("explained", |_: i32| 1.5, "a"_a, r#"
        Several lines.

            code = r"\d"

        The last ends with "quotes""#);
    m.def("unnamed", |a: i32, b: &str| format!("{a}{b}"));
    m.def("half_named", |a: i32, _: i32| a, "a"_a, nb::arg());
    m.def("defaults", |a: i32, _: &str, _: f64, _: Option<i32>, _: (i32, i32), _: Vec<i32>| a,
          "a"_a = 1, "b"_a = "it's", "c"_a = f64::NAN, "d"_a.none() = nb::none(), "e"_a = (1, 2), "f"_a = vec![1, 2]);
    m.def("long_default", |a: &str| a.len(), "a"_a = "x".repeat(60));
    m.def("shown_default", |a: i32| a, "a"_a.sig("LIMIT") = 12);
    m.def("unreadable_default", |a: i32| a, "a"_a.sig("<twelve>") = 12);
    m.def("default_first", |a: i32, b: i32| a + b, "a"_a = 1, "b"_a);
    m.def("by_name", |a: i32, b: i32| a + b, "a"_a, nb::kw_only(), "b"_a = 2);
    m.def("collects", |a: i32, args: nb::args, kwargs: nb::kwargs| nb::make_tuple((a, args, kwargs)));
    m.def("collects_and_takes", |args: nb::args, b: bool, kwargs: nb::kwargs| nb::make_tuple((args, b, kwargs)),
          "args"_a, "b"_a = true, "options"_a);
    m.def("keyword", |from: i32, to: i32| from + to, "from"_a, "to"_a);
    m.def("keyword_by_name", |a: i32, lambda: i32| a + lambda, "a"_a, nb::kw_only(), "lambda"_a);
    m.def("größe", |länge: i32| länge, "länge"_a);
    m.def("class", || 1);
    m.def("over", |a: f64| a, "a"_a, "Of a float");
    m.def("over", |a: i32| a, "a"_a, "Of an int");
    m.def("over", |a: i64| a, "a"_a, "Of a larger one");
    m.def("over", |a: &str| a.len(), "a"_a, nb::sig("def over(a: typing.Literal['x', \"y\"]) -> int"));
    m.def("same_doc", |a: i32| a, "Said once");
    m.def("same_doc", |a: &str| a.len(), "Said once");
    m.def("given", |a: nb::object, _: i32| a, nb::sig("@typing_extensions.deprecated('use \"bare\"')\ndef given(a: T, /, b: int = 3) -> T"), "Old");
    m.def("without_types", |a: nb::object, _: i32| a, nb::sig("def without_types(list, str=1, *args)"));

    m.def("containers", |a: Vec<Vec<i32>>, _: HashMap<String, Option<f32>>, _: BTreeSet<i32>, _: (i32, &str)| a);
    m.def("results", || -> BTreeMap<i64, (bool, Vec<u8>)> { BTreeMap::new() });
    m.def("optional", |a: Option<PathBuf>| a);
    m.def("wrappers", |a: nb::list, _: nb::dict, _: nb::tuple, _: nb::set, _: nb::callable, _: nb::type_object| a);
    m.def("more_wrappers", |a: nb::any, _: nb::iterator, _: nb::sequence, _: nb::capsule, _: nb::ellipsis, _: nb::slice| a);
    m.def("typed", |a: nb::typed<nb::list, i32>, _: nb::typed<nb::tuple, i32, nb::ellipsis>, _: nb::typed<nb::callable, i32(f64)>| a);
    m.def("any_arguments", |f: nb::typed<nb::callable, i32(...)>, _: nb::typed<nb::callable, nb::ellipsis, i32>| f);
    m.def("callback", |f: Callback| f(1), "f"_a);
    m.def("makes", || -> nb::Result<nb::object> { nb::cpp_function(|a: i32| a + 1) });

    m.def("type_var_tuple", |name: &str| nb::type_var_tuple(name), "name"_a);

    // The names of Python's own classes.
    m.def("str", |a: i32| a.to_string());
    m.def("list", |a: &str| a.len());
    m.attr("again") = m.attr("bare").get()?;
});
