//! Modules with a thing of every kind, whose stubs are in `expected_stubs` as text. `test_stubs.py` compares.

use nb::prelude::*;
use std::collections::HashMap;

mod enums;
mod functions;
mod more;
mod other;
mod refused;
mod told;
mod written_in_python;

#[derive(Clone, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}
impl Point {
    fn new(x: f64, y: f64) -> Point {
        Point { x, y }
    }
    fn scaled(&self, by: f64) -> Point {
        Point { x: self.x * by, y: self.y * by }
    }
}
impl std::ops::Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point { x: self.x + other.x, y: self.y + other.y }
    }
}

#[derive(Clone)]
pub struct Shape {
    pub name: String,
}
pub struct Path {
    pub shape: Shape,
    pub points: Vec<Point>,
    pub closed: bool,
}
nb_base!(Path, shape: Shape);

/// Has no constructor.
pub struct Summary {
    pub count: usize,
}
pub struct Detailed {
    pub summary: Summary,
}
nb_base!(Detailed, summary: Summary);

/// Takes type arguments.
pub struct Wrapper {
    pub value: nb::stored,
}
nb_traverse!(Wrapper: value);
pub struct Texts {
    pub wrapper: Wrapper,
}
nb_base!(Texts, wrapper: Wrapper);
nb_traverse!(Texts: wrapper);

/// Has members that are called as Python's own classes, and as those of the module.
pub struct Shadows(i64);

/// Has a class inside.
pub struct Outer;
pub struct Inner(i64);
/// Has a name that is private, and is in the signature of something that is not.
pub struct Handle;
pub struct Unused;

/// Takes attributes.
pub struct Loose;
pub struct Made(i64);

#[derive(Debug)]
pub struct Lost;
impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("lost")
    }
}
impl std::error::Error for Lost {}

type Ages = nb::opaque<HashMap<String, i64>>;
type Points = nb::opaque<Vec<Point>>;

static LIVE: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
fn live() -> i64 {
    LIVE.load(std::sync::atomic::Ordering::Relaxed)
}

nb_module!(test_stubs_ext, m, {
    m.doc() = "A module with everything.\n\n    Its \"docstring\" has a \\ and \"\"\" in it.";
    m.attr("__version__") = "1.2";
    m.attr("LIMIT") = 12;
    m.attr("RATIO") = 0.5;
    m.attr("NOTHING") = ();
    m.attr("FAR") = f64::INFINITY;
    m.attr("NAMES") = vec!["a", "b"];
    m.attr("LONG") = "x".repeat(80);
    m.attr("T") = nb::type_var("T");
    let text = nb::builtins()?.item("str").get()?;
    let bytes = nb::builtins()?.item("bytes").get()?;
    m.attr("AnyText") = nb::type_var("AnyText", text.clone(), bytes);
    m.attr("Sub") = nb::type_var("Sub", "bound"_a = text.clone(), "covariant"_a = true);
    m.attr("P") = nb::param_spec("P");
    m.attr("Anything") = nb::any_type();

    nb::class_<Point>(m, "Point", "A point.\n\n    In two dimensions.")
        .def(nb::init<f64, f64>(), "x"_a = 0.0, "y"_a = 0.0, "From coordinates")
        .def_rw("x", &Point::x, "How far right")
        .def_rw("y", &Point::y)
        .def_prop_ro("length", |p: &Point| p.x.hypot(p.y), "From the origin")
        .def_prop_rw("both", |p: &Point| (p.x, p.y), |p: &mut Point, both: (f64, f64)| (p.x, p.y) = both,
                     nb::for_getter("Both coordinates"), nb::for_setter("Sets both"))
        .def_static("origin", || Point::new(0.0, 0.0), "The middle")
        .def("scaled", &Point::scaled, "by"_a, "Away from the origin")
        .def("scaled", |p: &Point, by: (f64, f64)| Point::new(p.x * by.0, p.y * by.1), "by"_a, "Away from the origin")
        .def(nb::self + nb::self)
        .def(nb::self == nb::self)
        .def(nb::self != nb::self)
        .def("__repr__", |p: &Point| format!("Point({}, {})", p.x, p.y));
    let point = m.attr("Point").get()?;
    point.attr("DIMENSIONS") = 2;
    point.attr("resized") = point.attr("scaled").get()?;
    m.attr("Position") = &point;

    nb::class_<Shape>(m, "Shape").def(nb::init(|name: &str| Shape { name: name.to_string() })).def_ro("name", &Shape::name);
    nb::class_<Path, Shape>(m, "Path")
        .def(nb::init(|points: Vec<Point>, name: &str, closed: bool| {
                 Path { shape: Shape { name: name.to_string() }, points, closed }
             }), "points"_a, nb::kw_only(), "name"_a = "path", "closed"_a = false)
        .def_rw("closed", &Path::closed)
        .def_prop_deleter("closed", |p: &mut Path| p.closed = false)
        .def("first", |p: &Path| p.points.first().cloned())
        .def("summary", |p: &Path| Summary { count: p.points.len() })
        .def("__len__", |p: &Path| p.points.len())
        .def("__iter__", |p: &Path| -> nb::made_iterator<'_, &Point> {
            nb::make_iterator(nb::type_::<Path>(), "Iterator", p.points.iter())
        }, nb::keep_alive<0, 1>())
        .def_prop_ro_static("live", |_: nb::handle| live(), "How many there are")
        .def_prop_rw_static("limit", |_: nb::handle| live(), |_: nb::handle, n: i64| {
            LIVE.store(n, std::sync::atomic::Ordering::Relaxed);
        }, "How many there may be");

    nb::class_<Summary>(m, "Summary", "Only paths make it").def_ro("count", &Summary::count);
    nb::class_<Detailed, Summary>(m, "Detailed", nb::is_final());

    nb::class_<Wrapper>(m, "Wrapper", nb::is_generic(), nb::sig("class Wrapper(typing.Generic[T])"), "Holds a value")
        .def(nb::init(|value: nb::stored| Wrapper { value }), nb::sig("def __init__(self, value: T, /) -> None"))
        .def("get", |w: &Wrapper| w.value.clone(), nb::sig("def get(self) -> T"))
        .def("same", |_: &Wrapper, other: nb::handle_t<Wrapper>| other);
    nb::class_<Texts, Wrapper>(m, "Texts", m.attr("Wrapper").item(text)).def(nb::init(|| -> nb::Result<Texts> {
        Ok(Texts { wrapper: Wrapper { value: nb::cast("text")?.into() } })
    }));

    nb::class_<Shadows>(m, "Shadows")
        .def(nb::init(|value: i64| Shadows(value)))
        .def_prop_ro("bool", |s: &Shadows| s.0 != 0)
        .def_prop_ro("int", |s: &Shadows| s.0)
        .def_prop_ro("Any", |s: &Shadows| s.0)
        .def_prop_ro("Point", |s: &Shadows| s.0)
        .def_prop_ro("property", |s: &Shadows| s.0 == 1)
        .def_prop_ro("is_negative", |s: &Shadows| s.0 < 0)
        .def("point", |s: &Shadows| Point::new(s.0 as f64, 0.0));

    nb::class_<Outer> outer(m, "Outer");
    outer.def(nb::init(|| Outer));
    nb::class_<Inner>(outer, "Inner", "Lies inside").def(nb::init(|value: i64| Inner(value)))
        .def("next", |inner: &Inner| Inner(inner.0 + 1));
    outer.def("itself", |outer: nb::handle_t<Outer>| outer, nb::sig("def itself(self) -> Self"));
    outer.def("inner", |_: &Outer| Inner(0)).def("import", |_: &Outer| 1).def("_private", |_: &Outer| 1);

    nb::class_<Handle>(m, "_Handle").def("close", |_: &mut Handle| ());
    nb::class_<Unused>(m, "_Unused");
    m.def("open", || Handle, "Gives a handle");
    m.def("trailing_", || 1);

    nb::class_<Loose>(m, "Loose", nb::dynamic_attr(), nb::is_weak_referenceable()).def(nb::init(|| Loose));
    nb::class_<Made>(m, "Made").def(nb::new_(|value: i64| Made(value)), "value"_a, "Makes one").def_ro("value", &Made::0);
    nb::exception<Lost>(m, "Lost", PyExc_KeyError);
    nb::bind_map<Ages>(m, "Ages", "How old they are");
    nb::bind_vector<Points>(m, "Points");

    let sub = m.def_submodule("sub", "A module inside");
    sub.def("middle", |a: &Point, b: &Point| Point::new((a.x + b.x) / 2.0, (a.y + b.y) / 2.0));
    sub.attr("Point") = &point;
    m.attr("math") = nb::module_::import_("math");
});
