//! Python's protocols, bound by their names; test_protocols.py compares them with the same class in Python.

use nb::prelude::*;
use std::collections::BTreeMap;

/// Items, and attributes of its own.
#[derive(Clone)]
struct Bag {
    items: Vec<i64>,
    attributes: BTreeMap<String, i64>,
    entered: bool,
    position: usize,
}

impl Bag {
    fn new(items: Vec<i64>) -> Bag {
        Bag { items, attributes: BTreeMap::new(), entered: false, position: 0 }
    }

    fn index(&self, index: isize) -> nb::Result<usize> {
        let at = if index < 0 { index + self.items.len() as isize } else { index };
        if (0..self.items.len() as isize).contains(&at) {
            Ok(at as usize)
        } else {
            Err(nb::index_error("no such item"))
        }
    }

    fn picked(&self, slice: &nb::slice) -> nb::Result<Vec<usize>> {
        let (start, _, step, length) = slice.compute(self.items.len())?;
        Ok((0..length as isize).map(|n| (start + n * step) as usize).collect())
    }

    fn call(&self, args: nb::args, kwargs: nb::kwargs) -> nb::Result<(usize, nb::object, nb::object)> {
        Ok((self.items.len(), args.into(), kwargs.into()))
    }

    fn enter(&mut self) -> &mut Bag {
        self.entered = true;
        self
    }

    fn exit(&mut self, kind: Option<nb::object>, _value: Option<nb::object>, _trace: Option<nb::object>) -> bool {
        self.entered = false;
        kind.is_some_and(|kind| kind.attr("__name__").get().and_then(|n| n.cast::<String>()).unwrap() == "KeyError")
    }

    fn next(&mut self) -> nb::Result<i64> {
        let item = self.items.get(self.position).copied().ok_or_else(|| nb::stop_iteration(""))?;
        self.position += 1;
        Ok(item)
    }
}

/// Shows how attributes are looked up.
struct Watched;

/// A descriptor.
struct Doubled;

fn builtin(name: &str, args: impl nb::CallArgs) -> nb::Result<nb::object> {
    nb::module_::<()>::import_("builtins")?.attr(name).call(args)
}

fn missing(_: nb::object, key: String) -> nb::Result<String> {
    if key == "fail" { Err(nb::key_error("fail")) } else { Ok(format!("no {key}")) }
}

fn add_missing(class: nb::type_object) -> nb::Result<nb::type_object> {
    nb::module_::<NbDomain>::in_scope(&class, |scope| {
        scope.def("__missing__", missing, nb::is_method());
        Ok(())
    })?;
    Ok(class)
}

nb_module!(test_protocols_ext, m, {
    nb::class_<Bag>(m, "Bag")
        .def(nb::init<Vec<i64>>())
        .def_ro("entered", &Bag::entered)
        .def("__len__", |bag: &Bag| bag.items.len())
        .def("__getitem__", |bag: &Bag, index: isize| bag.index(index).map(|at| bag.items[at]))
        .def("__getitem__", |bag: &Bag, slice: nb::slice| -> nb::Result<Vec<i64>> {
            Ok(bag.picked(&slice)?.into_iter().map(|at| bag.items[at]).collect())
        })
        .def("__setitem__", |bag: &mut Bag, index: isize, value: i64| {
            bag.index(index).map(|at| bag.items[at] = value)
        })
        .def("__setitem__", |bag: &mut Bag, slice: nb::slice, value: i64| -> nb::Result<()> {
            for at in bag.picked(&slice)? {
                bag.items[at] = value;
            }
            Ok(())
        })
        .def("__delitem__", |bag: &mut Bag, index: isize| bag.index(index).map(|at| { bag.items.remove(at); }))
        .def("__contains__", |bag: &Bag, item: i64| bag.items.contains(&item))
        .def("__reversed__", |bag: &Bag| bag.items.iter().rev().copied().collect::<Vec<_>>())
        .def("__iter__", |bag: nb::object| bag)
        .def("__next__", &Bag::next)
        .def("__length_hint__", |bag: &Bag| bag.items.len() - bag.position)
        .def("__call__", &Bag::call)
        .def("__enter__", &Bag::enter, nb::rv_policy::none)
        .def("__exit__", &Bag::exit, "kind"_a.none(), "value"_a.none(), "trace"_a.none())
        .def("__int__", |bag: &Bag| bag.items.iter().sum::<i64>())
        .def("__float__", |bag: &Bag| bag.items.iter().sum::<i64>() as f64 + 0.5)
        .def("__index__", |bag: &Bag| bag.items.len())
        .def("__complex__", |bag: &Bag| builtin("complex", (1, bag.items.len())))
        .def("__round__", |bag: &Bag, digits: Option<i32>| digits.map_or(0, |n| n + bag.items.len() as i32),
            "digits"_a = nb::none())
        .def("__trunc__", |bag: &Bag| bag.items.len())
        .def("__floor__", |bag: &Bag| bag.items.len())
        .def("__ceil__", |bag: &Bag| bag.items.len() + 1)
        .def("__bytes__", |bag: &Bag| nb::bytes::new(&bag.items.iter().map(|n| *n as u8).collect::<Vec<_>>()))
        .def("__format__", |bag: &Bag, how: &str| format!("{how}:{}", bag.items.len()))
        .def("__fspath__", |bag: &Bag| format!("/bag/{}", bag.items.len()))
        .def("__dir__", |bag: &Bag| bag.attributes.keys().cloned().collect::<Vec<_>>())
        .def("__getattr__", |bag: &Bag, name: &str| {
            bag.attributes.get(name).copied().ok_or_else(|| nb::attribute_error(name))
        })
        .def("__setattr__", |bag: &mut Bag, name: String, value: i64| { bag.attributes.insert(name, value); })
        .def("__delattr__", |bag: &mut Bag, name: &str| {
            bag.attributes.remove(name).map(|_| ()).ok_or_else(|| nb::attribute_error(name))
        });

    nb::class_<Watched>(m, "Watched")
        .def(nb::init(|| Watched))
        .def("method", |_: &Watched| 1)
        .def("__getattribute__", |this: nb::object, name: &str| -> nb::Result<nb::object> {
            match name {
                "secret" => Err(nb::attribute_error("secret")),
                "answer" => builtin("int", (42,)),
                _ => builtin("object", ())?.type_().attr("__getattribute__").call((this, name)),
            }
        })
        .def("__getattr__", |_: &Watched, name: &str| format!("instead of {name}"));

    nb::class_<Doubled>(m, "Doubled")
        .def(nb::init(|| Doubled))
        .def("__set_name__", |_: &Doubled, owner: nb::object, name: &str| owner.setattr("named", name))
        .def("__get__", |_: &Doubled, instance: Option<nb::object>, _owner: nb::object| -> nb::Result<i64> {
            instance.map_or(Ok(0), |instance| Ok(2 * instance.attr("value").get()?.cast::<i64>()?))
        }, "instance"_a.none(), "owner"_a)
        .def("__set__", |_: &Doubled, instance: nb::object, value: i64| instance.setattr("value", value))
        .def("__delete__", |_: &Doubled, instance: nb::object| instance.setattr("value", 0));

    m.def("add_missing", &add_missing);
});
