//! C++'s ways of writing a binding that are no Rust: what the macros read as nanobind does.

use nb::prelude::*;

#[derive(Clone)]
pub struct Sketch {
    pub size: i32,
    pub label: String,
}

impl Default for Sketch {
    fn default() -> Sketch {
        Sketch { size: 8, label: String::from("new") }
    }
}

impl Sketch {
    fn get_size(&self) -> i32 {
        self.size
    }
    fn set_size(&mut self, size: i32) {
        self.size = size;
    }
    fn update<T: ToString>(&mut self, value: T) {
        self.label = value.to_string();
    }
    fn scaled(&self, factor: i32) -> i32 {
        self.size * factor
    }
    fn parse(text: &str) -> Sketch {
        Sketch { size: text.len() as i32, label: text.to_string() }
    }
}

#[derive(Clone)]
pub struct Sized2 {
    pub size: i32,
}

impl Sized2 {
    fn new(size: i32) -> Sized2 {
        Sized2 { size }
    }
}

fn add(a: i32, b: i32) -> i32 {
    a + b
}

/// Hands its text to a macro of the library's, which gets it as a fragment.
macro_rules! documented {
    ($doc:literal) => {
        nb_fn!(in crate::spellings; "documen" "ted", &add, "a"_a, "b"_a, $doc " more");
    };
}
documented!("Adds.");

/// Makes a variable of the name that it is given.
macro_rules! variable {
    ($name:ident) => {
        let $name = |a: i32| a - 1;
    };
}

mod inner {
    pub fn triple(n: i32) -> i32 {
        n * 3
    }
}

/// Has a meaning of its own for texts side by side.
macro_rules! count_texts {
    ($($text:literal)*) => { [$($text),*].len() };
}

nb_module!(test_spellings_ext, m, {
    // Plain Rust that only looks like C++: rules of a macro, and a variable of this name.
    macro_rules! kind {
        ("a" "b") => {
            "two literals"
        };
        ("ab") => {
            "one literal"
        };
    }
    m.def("kind_of_literals", || kind!("ab"));
    m.def("kind_of_two_literals", || kind!("a" "b"));
    m.def("automatic", |auto: i32| { auto & 3 });
    // Joined literals: of every kind, in every place where a text is.
    m.doc() = "Ways of "
        "writing.";
    m.def("add", &add, "a"_a, "b" "b"_a = 1, "Adds" // a comment between
        /* and another */ " two numbers" r" \n " r#""raw""# "\ttab \u{e9}\x41\
        continued" "  blank");
    m.attr("bytes") = nb::bytes(b"a\xff" br"\x" b"");
    m.attr("plain") = "one " "two";
    m.attr("in a " "list") = ("x" "y", vec!["a", "b" ]);
    m.attr("counted") = count_texts!("a" "b" "c");
    m.attr("text") = "te" "xt"_s;
    m.def("joined_name" "_of_function", |a: i32| a, nb::sig("def joined_name" "_of_function(a: int)" " -> int"));

    // Casts before a path.
    nb::class_<Sketch> sketch(m, "Ske" "tch", "A " "sketch.");
    sketch
        .def(nb::init())
        .def("get_size", (int (Sketch::*)() const) &Sketch::get_size)
        .def("size_of", (int (Sketch::*)(std::map<int, int>, int) const) &Sketch::get_size_of::<i32, i32>, "a"_a)
        .def("set_size", nb::overload_cast<i32>(&Sketch::set_size), "v"_a, "Sets " "it.")
        .def("scaled", nb::overload_cast<i32>(&Sketch::scaled, nb::const_), "factor"_a)
        .def("update_int", static_cast<void (Sketch::*)(int)>(&Sketch::update<i32>))
        .def<void (Sketch::*)(double)>("update_float", &Sketch::update<f64>)
        .def_static("parse", static_cast<Sketch (*)(const std::map<int, int> &)>(&Sketch::parse))
        .def_prop_rw("size", static_cast<int (Sketch::*)() const>(&Sketch::read_size), (void (Sketch::*)(int)) &Sketch::write_size)
        .def_rw("label", (std::string Sketch::*) &Sketch::label);
    m.def("cast", (int (*)(int, int)) &added::<i32, i32>, "a"_a, "b"_a);
    m.def<int (*)(int, int)>("chosen", &subtract);
    m.attr("run_time") = nb::cpp_function(static_cast<int (*)(int, int)>(&multiply), "a"_a, "b"_a)?;

    // Functions that are no items: what the macro counts for others by an item, it leaves to the library here.
    let local = |a: i32| a + 1;
    m.def("local", &local, "a"_a);
    for (name, each) in [("first", add as fn(i32, i32) -> i32), ("second", subtract)] {
        m.def(name, &each, "a"_a, "b"_a);
    }
    if let Some(given) = Some(multiply as fn(i32, i32) -> i32) {
        m.def("given", &given, "a"_a, "b"_a);
    }
    match Some(subtract as fn(i32, i32) -> i32) {
        Some(matched) => m.def("matched", &matched, "a"_a, "b"_a),
        None => m,
    };
    variable!(of_a_macro);
    m.def("of_a_macro", &of_a_macro, "a"_a);
    {
        use self::inner::triple;
        m.def("triple", &triple, "n"_a = 1);
    }

    // What a class variable has.
    sketch.attr("DEFAULT_SIZE") = 8;
    sketch.attr("kinds") = nb::make_tuple(("a", "b"))?;
    nb::class_<Sized2>(m, "Sized2").def(nb::init<i32>{}, "size"_a = 3).def_ro("size", &Sized2::size).attr("unit") = "cm";

    // Objects made as in C++.
    nb::dict table;
    table.set("list", nb::list())?;
    table.set("braces", nb::list {})?;
    table.set("tuple", nb::tuple())?;
    table.set("set", nb::set())?;
    table.set("frozenset", nb::frozenset())?;
    table.set("dict", nb::dict())?;
    table.set("int", nb::int_(1))?;
    table.set("big", nb::int_(u64::MAX))?;
    table.set("truncated", nb::int_(-2.75))?;
    table.set("float", nb::float_(1))?;
    table.set("half", nb::float_(0.5))?;
    table.set("bool", nb::bool_(true))?;
    table.set("str", nb::str("te" "xt"))?;
    table.set("str_", nb::str_(String::from("owned")))?;
    table.set("bytes", nb::bytes("data"))?;
    table.set("bytearray", nb::bytearray())?;
    table.set("slices", (nb::slice(3), nb::slice(1, 2), nb::slice(1, 9, 2)))?;
    table.set("ellipsis", nb::ellipsis())?;
    m.attr("made") = table;
    m.def("list_of", |values: nb::object| nb::list(values));
    m.def("same_list", |values: nb::list| nb::list(values));
    m.def("same_dict", |values: nb::dict| nb::dict(&values));
    m.def("text_of", |value: nb::object| -> nb::str { nb::str(nb::object(value)) });
    m.def("int_of", |value: nb::object| nb::int_(&value));
    m.def("float_of", |value: nb::str| nb::float_(value));
    m.def("int_of_float", |value: f64| nb::int_(value));
    m.def("bytes_of", |value: nb::object| -> nb::Result<nb::bytes> { Ok(nb::bytes(value)?) });
    m.def("attribute", |value: nb::object| nb::str(value.attr("name")));
    m.def("rest", |all: nb::args, named: nb::kwargs| (nb::list(all), nb::dict(named)));
    m.def("with_default", |values: nb::list| values, "values"_a = nb::list(), nb::is_operator{});
    m.def("stop", || -> nb::Result<i32> { Err(nb::stop_iteration()) });
    m.def("never", || -> ! { panic!("never") });
    m.def("never_fails", || -> nb::Result<std::convert::Infallible> { Err(nb::value_error("fails")) });
    m.def("index", || -> nb::Result<i32> { Err(nb::index_error()) });

    // Imports and calls.
    let os = nb::module_::import_("os.path")?;
    m.attr("joined") = os.attr("join")("a", "b");
    m.def("power", |x: i32| nb::module_::import_("math").attr("pow")(x, 2));
    m.def("missing", |name: &str| nb::module_::import_(name));
    m.def("missing_or", |name: &str| nb::module_::import_(name)?.attr("x").get());
    m.def("named", |f: nb::callable, x: i32| f.call((x, "key"_a = "v" "w", nb::arg("other") = 2)));
    m.def("named_only", |f: nb::callable| f.call("key"_a = 5));
    m.def("untupled", |f: nb::callable| f.call(1, "key"_a = 5));
    m.def("formatted", |text: nb::str| text.format(1, "key"_a = 5));
    m.def("method", |o: nb::object, x: i32| o.attr("f")(x, "key"_a = x + 1));
    m.def("unpacked", |o: nb::object, a: nb::args, k: nb::kwargs| o.attr("f")(0, *a, **k, "last"_a = 1));
});

/// Two type parameters, for the commas in their list.
fn added<A: Into<i64>, B: Into<i64>>(a: A, b: B) -> i64 {
    a.into() + b.into()
}

fn subtract(a: i32, b: i32) -> i32 {
    a - b
}

fn multiply(a: i32, b: i32) -> i32 {
    a * b
}

impl Sketch {
    fn get_size_of<A: Default, B: Into<i32>>(&self, b: B) -> i32 {
        let _: A = A::default();
        self.size + b.into()
    }
    fn read_size(&self) -> i32 {
        self.size
    }
    fn write_size(&mut self, size: i32) {
        self.size = size;
    }
}
