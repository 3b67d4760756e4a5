//! Parameters: `*args`, `**kwargs`, keyword-only arguments, and annotations that say where and how a function is bound.

use nb::prelude::*;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};

pub struct Point {
    pub x: i32,
    pub y: i32,
}

impl Point {
    fn new(x: i32, y: i32) -> Point {
        Point { x, y }
    }
    fn itself(&self) -> &Point {
        self
    }
    fn get_x(&self) -> i32 {
        self.x
    }
    fn set_x(&mut self, x: i32) {
        self.x = x;
    }
    fn shift(&mut self, by: i32) -> i32 {
        self.x += by;
        self.x
    }
}

impl From<i32> for Point {
    fn from(x: i32) -> Point {
        Point { x, y: 0 }
    }
}

/// Methods of a trait and of the target of `Deref` are methods of the type too.
trait Named {
    fn title(&self) -> String;
}

pub struct Inner {
    text: String,
}

impl Inner {
    fn length(&self) -> usize {
        self.text.len()
    }
}

pub struct Outer(Inner);

impl Deref for Outer {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Named for Outer {
    fn title(&self) -> String {
        self.text.to_uppercase()
    }
}

/// Is made from arguments of every kind.
pub struct Bag {
    parts: Vec<String>,
}

impl Bag {
    fn new(first: i32, rest: nb::args, sorted: bool, options: nb::kwargs) -> nb::Result<Bag> {
        let mut parts = vec![first.to_string()];
        for part in &*rest {
            parts.push(part.cast()?);
        }
        if sorted {
            parts.sort();
        }
        for (name, value) in &*options {
            parts.push(format!("{name}={value}"));
        }
        Ok(Bag { parts })
    }
}

fn generic(args: nb::args, kwargs: nb::kwargs) -> nb::Result<nb::tuple> {
    nb::make_tuple((args, kwargs))
}

fn munge(args: nb::args, invert: bool) -> nb::Result<i64> {
    let mut sum = 0;
    for value in args.iter() {
        sum += value.cast::<i64>()?;
    }
    Ok(if invert { -sum } else { sum })
}

fn example(val: i32, check: bool) -> (i32, bool) {
    (val, check)
}

fn all(x: i32, y: i32, args: nb::args, invert: bool, kwargs: nb::kwargs) -> nb::Result<nb::tuple> {
    nb::make_tuple((x, y, args, invert, kwargs))
}

fn attached(this: nb::object, y: i32) -> nb::Result<nb::tuple> {
    nb::make_tuple((this, y))
}

static ENTERED: AtomicUsize = AtomicUsize::new(0);

/// Counts the calls that it surrounds.
pub struct Counted;

impl nb::CallGuard for Counted {
    fn enter() -> Counted {
        ENTERED.fetch_add(1, Ordering::Relaxed);
        Counted
    }
}

fn fill(slot: nb::Slot<'_, Point>, both: i32) -> nb::Ready<'_, Point> {
    slot.write(Point { x: both, y: both })
}

/// A dict that the function keeps, to be looked at after the call.
static KEPT: std::sync::Mutex<Vec<usize>> = std::sync::Mutex::new(Vec::new());

nb_module!(test_parameters_ext, m, {
    // What is left over.
    m.def("generic", &generic);
    m.def("generic_named", &generic, "rest"_a, "named"_a);
    m.def("only_args", |args: nb::args| args);
    m.def("only_kwargs", |kwargs: nb::kwargs| kwargs);
    m.def("unannotated", |x: i32, args: nb::args, kwargs: nb::kwargs| nb::make_tuple((x, args, kwargs)));
    m.def("one_args", |x: i32, args: nb::args| nb::make_tuple((x, args)));
    m.def("all", &all, "x"_a, "y"_a = 5, "args"_a, "invert"_a = false, "kwargs"_a);
    m.def("unnamed_args", |x: i32, args: nb::args, invert: bool| nb::make_tuple((x, args, invert)),
          "x"_a, nb::arg(), "invert"_a);
    m.def("unnamed_kwargs", |_: i32, kwargs: nb::kwargs| kwargs, nb::arg(), "kwargs"_a);
    m.def("named_kwargs", |_: i32, kwargs: nb::kwargs| kwargs, "a"_a, "kwargs"_a);
    m.def("nullable", |a: Option<i32>, args: nb::args, b: Option<i32>, c: i32| (a, args.len(), b, c),
          "a"_a, "args"_a, "b"_a, "c"_a = 1);
    m.def("default_first", |a: i32, _: nb::args, b: i32| a - b, "a"_a = 3, "args"_a, "b"_a);
    m.def("mutates", |kwargs: nb::kwargs| -> nb::Result<usize> {
        kwargs.set("more", 1)?;
        Ok(kwargs.len())
    });
    m.def("address", |args: nb::args, kwargs: nb::kwargs| -> nb::Result<()> {
        let mut kept = KEPT.lock().map_err(|_| nb::runtime_error("poisoned"))?;
        kept.extend([args.as_ptr() as usize, kwargs.as_ptr() as usize]);
        Ok(())
    });
    m.def("addresses", || std::mem::take(&mut *KEPT.lock().unwrap()));
    m.def("twelve", |a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32, i: i32, j: i32,
                     args: nb::args, kwargs: nb::kwargs| {
        (vec![a, b, c, d, e, f, g, h, i, j], args.len(), kwargs.len())
    });
    m.def("kept", |args: nb::args, point: &Point| { let _ = args; point.x }, "args"_a, "point"_a);
    m.def("watches", |point: &Point, args: nb::args| { let _ = point; args }, nb::keep_alive<1, 2>());

    // The same name, from special to general.
    m.def("over", |x: i32| format!("int {x}"), "x"_a);
    m.def("over", |args: nb::args| format!("args {}", args.len()));
    m.def("over", |args: nb::args, kwargs: nb::kwargs| -> nb::Result<String> {
        kwargs.set("spoilt", true)?;
        if args.is_empty() { Err(nb::next_overload()) } else { Ok(format!("both {}", args.len())) }
    });
    m.def("over", |kwargs: nb::kwargs| format!("kwargs {}", kwargs.len()));

    // Keyword-only arguments.
    m.def("example", &example, nb::arg("val"), nb::kw_only(), nb::arg("check"));
    m.def("example_default", &example, nb::arg("val") = 1, nb::kw_only(), nb::arg("check") = true);
    m.def("example_first", &example, nb::kw_only(), nb::arg("val"), nb::arg("check") = true);
    m.def("example_unnamed", |a: i32, b: i32, c: i32| (a, b, c), nb::arg(), nb::kw_only(), "b"_a, "c"_a = 3);
    m.def("example_kwargs", |val: i32, kwargs: nb::kwargs| nb::make_tuple((val, kwargs)),
          nb::kw_only(), "val"_a, "options"_a);
    m.def("example_all", |x: i32, y: i32, kwargs: nb::kwargs| nb::make_tuple((x, y, kwargs)),
          "x"_a, nb::kw_only(), "y"_a, nb::arg());
    m.def("munge", &munge, nb::arg("args"), nb::arg("invert"));
    m.def("munge_marked", &munge, nb::arg("args"), nb::kw_only(), nb::arg("invert"));
    m.def("munge_default", &munge, nb::arg("args"), nb::arg("invert") = false);
    m.def("unnamed_first", |a: i32, b: i32| a - b, nb::arg(), "b"_a);

    // Names and scopes.
    m.def("wrong", |a: i32| a, nb::name("right"), "a"_a, "Under its own name");
    m.def("wrong", |a: &str| a.len(), nb::name(String::from("right")), "a"_a);
    m.def("sigged", |a: i32| a, nb::sig("@first\n@second(1)\ndef sigged(a: typing.Literal[1]) -> int"), "Once");
    m.def("sigged", |a: &str| a.len(), nb::sig(format!("def sigged(a: typing.{}) -> int", "AnyStr")));
    m.def("attach", |class: nb::object| {
        nb::module_::<NbDomain>::in_scope(&class, |scope| {
            scope.def("attached", attached, (nb::is_method(), nb::arg("y").value(1), "Attached"));
            scope.def("attached", |this: nb::object, s: &str| nb::make_tuple((this, s)), nb::is_method());
            scope.def("loose", attached, ());
            scope.def("__init__", |this: nb::object, size: i32| nb::setattr(&this, "size", size), nb::is_method());
            Ok(())
        })
    });
    m.def("attach_default", |scope: nb::object, default: nb::object| {
        nb::module_::<NbDomain>::in_scope(&scope, |scope| {
            scope.def("f", |a: nb::object, b: i32| nb::make_tuple((a, b)),
                      (nb::arg("a").value(default.clone()), nb::arg("b").value(1)));
            Ok(())
        })
    });
    m.def("attach_one", |class: nb::object, name: &str| {
        nb::module_::<NbDomain>::in_scope(&class, |scope| {
            scope.def(name, attached, nb::is_method());
            Ok(())
        })
    });
    m.def("__init__", |x: i32| x + 1);
    let names = nb::module_::<()>::import_("types")?.attr("SimpleNamespace").get()?.call(())?;
    m.attr("names") = names.clone();
    m.def("elsewhere", |x: i32| x * 2, nb::scope(&names));
    m.def("elsewhere_too", |x: i32| x * 3, nb::scope(names), nb::name("tripled"));
    let part = m.def_submodule("part", "");
    m.def("in_part", || "in part", nb::scope(&part));

    let point = nb::class_<Point>(m, "Point")
        .def(nb::init(&Point::new), "x"_a = 1, nb::kw_only(), "y"_a = 2)
        .def(nb::init(|x: i32| Point::from(x)), nb::is_implicit())
        .def("make", &fill, nb::name("__init__"), nb::kw_only(), "both"_a)
        .def_rw("y", &Point::y, nb::for_getter("The height"), nb::for_setter("A new height"),
                nb::for_setter(nb::arg("height")))
        .def_ro("left", &Point::x, nb::for_getter(nb::sig("def left(self, /) -> typing.Literal[1]")))
        .def_prop_rw("x", &Point::get_x, &Point::set_x,
                     nb::for_getter(nb::sig("def x(self, /) -> typing.Literal[1]")),
                     nb::for_setter(nb::sig("def x(self, value: typing.Literal[1], /) -> None")),
                     nb::for_getter("docstring for getter"),
                     nb::for_setter("docstring for setter"))
        .def_prop_rw("both", &Point::get_x, &Point::set_x, "For both")
        .def_prop_rw("named", &Point::get_x, &Point::set_x, "value"_a, "For both", nb::for_setter("For the setter"))
        .def_prop_rw("silent", &Point::get_x, &Point::set_x, nb::for_setter("For the setter"))
        .def_prop_ro("shown", &Point::get_x, nb::for_getter("Only one"), nb::for_setter("Nowhere"))
        .def_prop_rw("guarded", &Point::get_x, &Point::set_x, nb::call_guard<Counted>())
        .def_prop_rw("half_guarded", &Point::get_x, &Point::set_x, nb::for_getter(nb::call_guard<Counted>()))
        .def_prop_rw("friend", &Point::get_x, |_: &mut Point, _: &Outer| {}, nb::for_setter(nb::keep_alive<1, 2>()))
        .def_prop_ro("child", &Point::itself, nb::for_getter(nb::rv_policy::reference_internal))
        .def_prop_ro_static("origin", |_: nb::object| 0, nb::for_getter("The middle"))
        .def_prop_rw_static("limit", |_: nb::object| 100, |_: nb::object, _: i32| (), nb::for_getter("The end"),
                            nb::for_setter(nb::arg("end")))
        .def("collect", |_: &Point, args: nb::args, kwargs: nb::kwargs| nb::make_tuple((args, kwargs)))
        .def("everything", |args: nb::args, kwargs: nb::kwargs| nb::make_tuple((args, kwargs)))
        .def("only", |p: &Point, by: i32| p.x + by, nb::kw_only(), "by"_a = 1)
        .def("mixed", |p: &Point, a: i32, b: i32| p.x + a + b, nb::arg(), "b"_a)
        .def("old_name", |p: &Point| p.x, nb::name("new_name"))
        .def("shift", &Point::shift, nb::lock_self(), "by"_a)
        .def("shift_by", |p: &mut Point, other: &Point| p.shift(other.x), nb::lock_self(), nb::arg().lock())
        .def_static("collect_static", |x: i32, args: nb::args| nb::make_tuple((x, args)));
    m.def("point_method", |p: &Point, by: i32| p.x + by, nb::scope(point), nb::is_method(), "by"_a = 1);
    m.def("entered", || ENTERED.load(Ordering::Relaxed));
    m.def("take_point", |p: &Point| (p.x, p.y), "p"_a);
    nb::class_<Bag>(m, "Bag")
        .def(nb::init(&Bag::new), "first"_a = 0, "rest"_a, "sorted"_a = false, "options"_a)
        .def_prop_ro("parts", |bag: &Bag| bag.parts.clone());
    nb::class_<Outer>(m, "Outer")
        .def(nb::init(|text: String| Outer(Inner { text })))
        .def("title", <Outer as Named>::title)
        .def("length", |outer: &Outer| outer.length());

    // Locks have no effect while the interpreter has its lock.
    m.def("locked", |a: &Point, b: &Point| a.x + b.x, "a"_a.lock(), "b"_a.lock());
    m.def("locked_default", |a: &Point, b: i32| a.x + b, "a"_a.lock(), "b"_a.lock() = 4);
    m.def("locked_unnamed", |a: &mut Point| a.shift(1), nb::arg().lock());

    // `None` as a default value, written down or held in a variable.
    m.def("none_written", |a: Option<&Point>| a.is_none(), "a"_a = nb::none());
    m.def("any_written", |a: nb::object| a, "a"_a = nb::none());
    let none: nb::object = nb::cast(nb::none())?;
    m.def("any_held", |a: nb::object| a, "a"_a = none.clone());
    m.def("any_marked", |a: Option<nb::object>| a, "a"_a.none() = none);

    // Bound before its argument's type.
    m.def("early", |late: &Late, text: nb::kwargs| { let _ = text; late.0 }, "late"_a, "text"_a);
    m.def("bind_late", || {
        let module = nb::module_::<()>::import_("test_parameters_ext")?;
        nb::module_::<NbDomain>::in_scope(&module, |m| {
            nb::class_<Late>(m, "Late").def(nb::init(|| Late(7)));
            Ok(())
        })
    });
});

pub struct Late(i32);

/// Fails to import: a default value for what collects the rest.
mod bad_default {
    use nb::prelude::*;
    nb_module!(test_parameters_default_ext, m, {
        m.def("collects", |args: nb::args| args, "args"_a = 1);
    });
}

/// Fails to import: the name of a keyword-only argument is made at run time, and empty.
mod bad_name {
    use nb::prelude::*;
    nb_module!(test_parameters_name_ext, m, {
        let name = String::new();
        m.def("nameless", |a: i32| a, nb::kw_only(), nb::arg(&name));
    });
}

/// Fails to import: signatures that are none of the function.
mod bad_signature {
    use nb::prelude::*;
    nb_module!(test_parameters_signature_ext, m, {
        let wanted: String = m.attr("__spec__").get()?.attr("wanted").get()?.cast()?;
        match wanted.as_str() {
            "name" => m.def("f", |a: i32| a, nb::sig("def g(a: int) -> int")),
            "prefix" => m.def("f", |a: i32| a, nb::sig("def ff(a: int) -> int")),
            "colon" => m.def("f", |a: i32| a, nb::sig("def f(a: int) -> int:")),
            "newline" => m.def("f", |a: i32| a, nb::sig("def f(a: int) -> int\n")),
            "text" => m.def("f", |a: i32| a, nb::sig("f(a: int) -> int")),
            _ => m.def("f", |a: i32| a, nb::sig("@decorator\n@other")),
        };
    });
}

/// Fails to import: the scope takes no attributes.
mod bad_scope {
    use nb::prelude::*;
    nb_module!(test_parameters_scope_ext, m, {
        let seven = nb::cast(7)?;
        m.def("f", |a: i32| a, nb::scope(seven));
    });
}
