//! Names of attributes that are made once for each place in the code.

use nb::prelude::*;
use std::sync::Mutex;

/// Has a method of the name that objects have, for texts.
struct Texts(Mutex<Vec<String>>);

impl Texts {
    fn attr(&self, name: &str) -> usize {
        self.0.lock().expect("nobody panics").push(name.to_string());
        name.len()
    }
}

/// As above, for whatever is a text.
struct Anything;

impl Anything {
    fn attr(&self, name: impl Into<String>) -> String {
        name.into()
    }
}

fn plain(o: nb::object) -> nb::Result<nb::object> {
    o.attr(nb::name!("width")).get()
}

fn chain(o: nb::object) -> nb::Result<nb::object> {
    o.attr(nb::name!("one")).attr(nb::name!("two")).item("three").attr("four").get()
}

nb_module!(test_names_ext, m, {
    m.def("literal", |o: nb::object| o.attr("width").get());
    m.def("literal_again", |o: nb::object| o.attr("width").get());
    m.def("two", |o: nb::object| o.attr("two").get());
    m.def("raw", |o: nb::object| o.attr(r#"width"#).get());
    m.def("plain", &plain);
    m.def("chain", &chain);
    m.def("text", |o: nb::object, name: String| o.attr(&name).get());
    m.def("part", |o: nb::object, name: String| o.attr(&name[1..]).get());
    m.def("object", |o: nb::object, name: nb::object| o.attr(&name).get());
    m.def("str", |o: nb::object, name: nb::str_| o.attr(&name).get());
    m.def("set", |o: nb::object, value: i32| {
        o.attr("width") = value;
    });
    m.def("del", |o: nb::object| o.attr("width").del());
    m.def("call", |o: nb::object, x: i32| o.attr("double")(x));
    m.def("many", |o: nb::object| -> nb::Result<i32> {
        let mut sum = 0;
        for _ in 0..1000 {
            sum += o.attr("width").cast::<i32>()?;
        }
        Ok(sum)
    });
    m.def("texts", || {
        let texts = Texts(Mutex::new(vec![]));
        let len = texts.attr("width");
        (len, texts.0.into_inner().expect("nobody panics"), Anything.attr("height"))
    });
    m.def("shown", || {
        let name = nb::name!("wi\"dth");
        (format!("{name} {name:?} {name:>8}"), name.len(), name.as_str().to_uppercase())
    });
    m.attr("constant") = 5;
});
