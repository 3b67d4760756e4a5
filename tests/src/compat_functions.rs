//! Functions in pybind11's spelling and with its texts: signatures, docstrings, refusals, conversions, options.

use nb_compat::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

fn add(i: i32, j: i32) -> i32 {
    i + j
}

pybind11_bind!(in self; fn bind_part(m) {
    py::options options;
    options.disable_function_signatures();
    m.def("quiet", |_a: i32| 1, "Just this text");
    m.def("quiet_twice", |_a: i32| 1, "one");
    m.def("quiet_twice", |_a: String| 2, "two");
    options.enable_function_signatures().disable_user_defined_docstrings();
    m.def("undocumented", |_a: i32| 1, "Nobody reads this");
});

PYBIND11_MODULE!(test_compat_functions_ext, m, {
    m.doc() = "pybind11 example plugin";
    m.attr("the_answer") = 42;
    m.attr("what") = py::cast("World");
    m.def("add", &add, "A function that adds two numbers", py::arg("i") = 1, py::arg("j") = 2);
    m.def("plain", |_a: i32, _b: f64, _c: bool, s: String| s);
    m.def("one", |_a: f32| {});
    m.def("keywords", |a: i32, b: i32| a - b, "a"_a, py::kw_only(), "b"_a);
    m.def("positions", |a: i32, b: i32| a - b, "a"_a, py::pos_only(), "b"_a = 5);
    m.def("all_by_position", |a: i32, b: i32| a - b, "a"_a, "b"_a, py::pos_only());
    m.def("exact", |_a: i32, _b: f64| 1, "a"_a.noconvert(), py::arg("b").noconvert());
    m.def("containers", |v: Vec<i32>, _d: HashMap<String, f64>, _o: Option<i32>, _t: (i32, String), _s: HashSet<i32>| v);
    m.def("map", |d: BTreeMap<String, f64>| d);
    m.def("overloaded", |_a: i32| 1, "first");
    m.def("overloaded", |_a: String| 2, "second");
    m.def("shown", |x: f64| x, py::arg_v("x", 0.5, "1 / 2"));
    m.def("described", |x: f64| x, py::doc("By py::doc"));
    m.def("callback", |f: Box<dyn Fn(f64) -> py::Result<i32> + Send + Sync>, _o: py::object, _l: py::list, _a: py::args, _k: py::kwargs| f(1.0));
    m.def("call", |f: py::function, args: py::args, kwargs: py::kwargs| f(*args, **kwargs));
    m.def("truth", |b: bool| b);
    m.def("exact_truth", |b: bool| b, py::arg().noconvert());
    m.def("truths", |b: Vec<bool>| b);
    m.def("text", |s: String| s);
    m.def("lent_text", |s: &str| s.len());
    m.def("texts", |s: Vec<String>| s);
    m.def("text_before_bytes", |_s: &str| "text");
    m.def("text_before_bytes", |_b: py::bytes| "bytes");
    m.def("anything", |o: py::object| o.is_none());
    m.def("no_object", |o: py::object| o.is_none(), py::arg("o").none(false));
    m.def("maybe", |o: Option<i32>| o.is_none());
    m.def("byte", |x: i8| x);
    m.def("failing", || -> py::Result<()> { Err(py::cast_error("no cast")) });
    m.def("error", |kind: i32| -> py::Result<()> {
        Err(match kind {
            0 => py::stop_iteration(),
            1 => py::index_error("index"),
            2 => py::key_error("key"),
            3 => py::value_error("value"),
            4 => py::type_error("type"),
            5 => py::buffer_error("buffer"),
            6 => py::import_error("import"),
            _ => py::attribute_error("attribute"),
        })
    });
    m.def("sub", |a: i32| a, py::name("renamed"), py::sibling(m.attr("add")));
    bind_part(m);

    // Functions of the namespace.
    m.def("as_int", |o: py::object| py::cast<int>(o));
    m.def("as_ints", |o: py::object| o.cast<std::vector<int>>());
    m.def("checked", |o: py::object| py::reinterpret_borrow<py::list>(o));
    m.def("is_list", |o: py::object| py::isinstance<py::list>(&o));
    m.def("is_a", |o: py::object, t: py::object| py::isinstance(&o, &t));
    m.def("get", |o: py::object| py::getattr(&o, "real"));
    m.def("get_or", |o: py::object| py::getattr(&o, "nothing", 7));
    m.def("type_of", |o: py::object| py::type::of(o));
    m.def("print", |o: py::object| py::print("It is", &o, 3, "sep"_a = "-", "end"_a = "!\n"));
    m.def("print_one", |o: py::object| py::print(o));
    m.def("named", |x: i32| py::dict("x"_a = x, "twice"_a = 2 * x));
    m.def("formatted", |x: f64, y: &str| py::str("{:.1f} and {y}").format(x, "y"_a = y));
    m.def("upper", |s: &str| py::str(s).attr("upper")());
    m.def("joined", |path: &str| py::module_::import("os.path").attr("basename")(path));
    m.def("run_file", |path: &str| -> py::Result<py::object> {
        let names = py::dict();
        py::eval_file(path, &names);
        names["found"].get()
    });
    m.def("run", |text: &str| py::eval(text));
    m.def("squares", |n: i32| py::make_iterator((0..n).map(|x| x * x)));
    m.def("countdown", |n: i32| py::make_iterator((0..n).rev()));
});
