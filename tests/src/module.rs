//! Modules: the body, attributes, docstrings, submodules.

use nb::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Clone)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

impl Point {
    fn new(x: i32, y: i32) -> Point {
        Point { x, y }
    }
}

/// A type that is bound in a submodule.
#[derive(Clone)]
pub struct Tool {
    pub name: String,
}

/// A type that never gets a Python name.
pub struct Nameless;

/// A point that derives from another class.
#[derive(Clone)]
pub struct Point3 {
    pub point: Point,
    pub z: i32,
}
nb_base!(Point3, point: Point);

static RUNS: AtomicUsize = AtomicUsize::new(0);

fn greet(who: &str) -> String {
    format!("hello {who}")
}

fn bind_numbers(m: &nb::module_<NbDomain>) -> nb::Result<()> {
    for (index, name) in ["zero", "one", "two"].into_iter().enumerate() {
        m.attr(name).set(index)?;
    }
    Ok(())
}

nb_module!(test_module_ext, m, {
    RUNS.fetch_add(1, Ordering::Relaxed);
    m.attr("first") = 1;
    m.doc() = "Replaced below";
    m.def("runs", || RUNS.load(Ordering::Relaxed));

    // A function that mentions a type which gets its Python name further down.
    m.def("shift", |p: &Point, by: i32| Point::new(p.x + by, p.y), "p"_a, "by"_a = 1, "Moves a point");
    nb::class_<Point>(m, "Point", "A point in the plane")
        .def(nb::init<i32, i32>(), "x"_a = 0, "y"_a = 0, "Makes a point")
        .def_rw("x", &Point::x, "To the right")
        .def_ro("y", &Point::y, "Upwards")
        .def_prop_rw("sum", |p: &Point| p.x + p.y, |p: &mut Point, sum: i32| p.x = sum - p.y, "Both together")
        .def_prop_ro("product", |p: &Point| p.x * p.y)
        .def_static("origin", || Point::new(0, 0), "The middle")
        .def("ov", |_: &Point, _: &str| "base".to_string())
        .def("__repr__", |p: &Point| format!("Point({}, {})", p.x, p.y));
    nb::class_<Point3, Point>(m, "Point3")
        .def(nb::init(|x: i32, y: i32, z: i32| Point3 { point: Point::new(x, y), z }))
        .def_ro("z", &Point3::z)
        .def("ov", |_: &Point3, _: i32| "derived".to_string());
    nb::uses_<Nameless>();
    m.def("nameless", |_: &Nameless, _: Vec<i32>| 1);
    m.def("spend", |p: Box<Point>| p.x);
    m.def("sum", |p: &Point| p.x + p.y);
    m.attr("origin") = Point::new(0, 0);
    m.attr("text") = "a text";
    m.attr("pi") = 3.5;
    m.attr("yes") = true;
    m.attr("nothing") = nb::none();
    m.attr("numbers") = vec![1, 2, 3];
    m.attr("maybe") = Some(4);
    m.attr("pair") = (1, "two");
    m.attr("first") = 2;
    bind_numbers(m)?;

    let tools = m.def_submodule("tools", "Tools for everyone");
    tools.def("greet", greet, (nb::arg("who").value("world"), "Says hello"));
    tools.attr("version") = 3;
    nb::class_<Tool>(tools, "Tool").def(nb::init(|name: String| Tool { name })).def_rw("name", &Tool::name);
    let inner = tools.def_submodule("inner", "");
    inner.def("greet", greet, ());

    // Names with an underscore may replace what is there.
    m.attr("_hidden") = 1;
    m.def("_hidden", &greet);
    m.doc() = "The documentation of the module";
});

/// A module whose function has the module as a default value.
pub mod cycle {
    use nb::prelude::*;
    nb_module!(test_module_cycle_ext, m, {
        m.def("whose", |whose: nb::object| whose, "whose"_a = m.object().clone());
        m.attr("itself") = m.attr("whose").get()?;
    });
}
