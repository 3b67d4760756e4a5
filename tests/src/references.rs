//! Wrappers by reference: `&nb::object`, as C++ has `const nb::object &`.

use nb::prelude::*;
use std::any::Any;

#[derive(Clone)]
pub struct Dog {
    age: i32,
}

/// Runs code of the test's while it has the object, which is read afterwards.
fn look(value: &nb::object, run: &nb::callable) -> nb::Result<String> {
    run.call(())?;
    Ok(value.to_string())
}

fn count(values: Vec<&nb::object>, run: &nb::callable) -> nb::Result<Vec<String>> {
    run.call(())?;
    Ok(values.iter().map(|value| value.to_string()).collect())
}

fn append(values: &nb::list, value: &nb::object) -> nb::Result<()> {
    values.append(value)
}

fn size(value: Option<&nb::bytes>) -> Option<usize> {
    value.map(|value| value.len())
}

/// Has a list of Python's.
pub struct Kept(nb::stored<nb::list>);
nb_traverse!(Kept: 0);

/// What an override gets and gives back.
pub trait Listener: Any + Send + Sync {
    fn heard(&self, what: &nb::object, words: &nb::str_) -> String;
    fn noted(&self, _values: &nb::dict) -> i32 {
        -1
    }
}

#[derive(Default)]
pub struct Ear;

impl Listener for Ear {
    fn heard(&self, what: &nb::object, words: &nb::str_) -> String {
        format!("{what} {words}")
    }
}

nb_trampoline!(in self; PyEar: Ear, dyn Listener);

impl Listener for PyEar {
    fn heard(&self, what: &nb::object, words: &nb::str_) -> String {
        nb_override!(self, heard, what, words)
    }
    fn noted(&self, values: &nb::dict) -> i32 {
        nb_override!(self, noted, values)
    }
}

nb_module!(test_references_ext, m, {
    nb::class_<Dog>(m, "Dog").def(nb::init(|age: i32| Dog { age })).def_ro("age", &Dog::age);
    m.def("look", &look);
    m.def("look_named", &look, "value"_a, "run"_a);
    m.def("look_and_count", |value: &nb::object, number: i32| format!("{value} {number}"));
    m.def("count", &count);
    m.def("append", &append);
    m.def("size", &size, "value"_a = nb::none());
    m.def("nothing", |value: &nb::object| value.is_none());
    m.def("nothing_by_value", |value: nb::object| value.is_none());
    m.def("nothing_allowed", |value: Option<&nb::object>| value.is_none());
    m.def("kind", |_: &nb::str_| "str");
    m.def("kind", |_: &nb::bytes| "bytes");
    m.def("kind", |_: &nb::list| "list");
    m.def("kind", |_: &nb::dict| "dict");
    m.def("kind", |_: &nb::tuple| "tuple");
    m.def("kind", |_: &nb::set| "set");
    m.def("kind", |_: &nb::float_| "float");
    m.def("kind", |_: &nb::slice| "slice");
    m.def("kind", |_: &nb::fallback| "else");
    m.def("any", |value: &nb::any| value.to_string());
    m.def("handle", |value: &nb::handle| value.to_string());
    m.def("rest", |values: &nb::args, named: &nb::kwargs| values.len() + named.len());
    m.def("ints", |values: &nb::typed<nb::list, i32>| values.len());
    m.def("age", |dog: &nb::handle_t<Dog>| -> nb::Result<i32> { Ok(dog.borrow()?.age) });
    m.def("name", |class: &nb::type_object_t<Dog>| class.name());
    // `cast` to what this extension binds.
    m.def("cast_age", |o: &nb::object| -> nb::Result<i32> { Ok(o.cast::<Dog>()?.age) });
    m.def("cast_ages", |o: &nb::object| -> nb::Result<i32> { Ok(o.attr("dogs").cast::<Vec<Dog>>()?.iter().map(|dog| dog.age).sum()) });
    m.def("cast_text", |o: &nb::object| o.cast::<String>());
    m.def("cast_byte", |o: &nb::object| -> nb::Result<bool> {
        let byte = o.cast::<u8>()?;
        // The method of a pointer stays what it is.
        Ok((&raw const byte).cast::<u8>() == &raw const byte)
    });
    m.def("call_with", |f: &dyn Fn(&nb::object) -> nb::Result<i32>, value: &nb::object| f(value));
    m.def("same", |value: &nb::object| value);
    m.def("same_written", |value: &nb::object| -> Option<&nb::object> { Some(value) });
    nb::class_<Kept>(m, "Kept")
        .def(nb::init(|values: &nb::list| Kept(nb::stored::new(values.clone()))))
        .def("values", |kept: &Kept| -> &nb::list { &kept.0 });
    nb::class_<Ear, PyEar>(m, "Ear").def(nb::init(|| Ear));
    m.def("hear", |ear: &dyn Listener, what: &nb::object| ear.heard(what, &nb::str_::new("said")));
    m.def("note", |ear: &dyn Listener, values: &nb::dict| ear.noted(values));
});
