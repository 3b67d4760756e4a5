//! Attributes, items and calls of Python objects in nanobind's words.

use nb::prelude::*;

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

/// Applies the operator `op` in place to the attribute `x`.
macro_rules! change {
    ($m:ident: $($name:literal $method:ident $op:tt;)*) => { $(
        $m.def($name, |o: nb::object, value: nb::object| -> nb::Result<nb::object> {
            o.attr("x").$method(&value)?;
            let mut own = o.attr("x").get()?;
            own $op &value;
            let mut place = o.attr("y");
            place $op value;
            Ok(own)
        }, ());
    )* };
}

fn bind_changes(m: &nb::module_<NbDomain>) {
    change! { m:
        "+" iadd +=; "-" isub -=; "*" imul *=; "/" idiv /=; "%" irem %=; "|" ibit_or |=; "&" ibit_and &=; "^" ibit_xor ^=;
        "<<" ishl <<=; ">>" ishr >>=;
    }
    m.def("//", |o: nb::object, value: nb::object| o.attr("x").ifloor_div(value), ());
    m.def("@", |o: nb::object, value: nb::object| o.item("x").imatmul(value), ());
}

nb_module!(test_places_ext, m, {
    nb::class_<Dog>(m, "Dog").def(nb::init(|age: i32| Dog { age })).def_rw("age", &Dog::age);
    bind_changes(m);

    // What a function ends with is read.
    m.def("ends_with_attr", |o: nb::object| o.attr("x"));
    m.def("ends_with_item", |d: nb::dict, key: nb::object| {
        let again = &key;
        d[again]
    });
    m.def("ends_with_object", |o: nb::object| -> nb::object { o.attr("x") });
    m.def("ends_with_both", |o: nb::handle| o.attr("x")["y"].attr("z"));

    // Attributes by a Python object.
    m.def("attr", |o: nb::object, name: nb::object| o.attr(&name).get());
    m.def("attr_of_text", |o: nb::object, name: nb::str| o.attr(name).get());
    m.def("attr_of_string", |o: nb::object, name: String| -> nb::Result<bool> {
        let first = o.attr(&name).get()?;
        Ok(first.is(&o.attr(name).get()?))
    });
    m.def("attr_of_place", |o: nb::object, from: nb::object| o.attr(from.attr("name")).get());
    m.def("attr_call", |o: nb::object, name: nb::object| o.attr(name)(1, "k"_a = 2));
    m.def("hasattr", |o: nb::object, name: nb::object| nb::hasattr(&o, name));
    m.def("getattr", |o: nb::object, name: nb::object| nb::getattr(&o, &name));
    m.def("getattr_or", |o: nb::object, name: nb::object, other: nb::object| nb::getattr_or(&o, name, other));
    m.def("setattr", |o: nb::object, name: nb::object, value: i32| nb::setattr(&o, name, value));
    m.def("delattr", |o: nb::object, name: nb::object| nb::delattr(&o, name));
    m.def("import_", |name: nb::object| nb::module_::import_(name));

    // Items.
    m.def("item", |o: nb::object, key: nb::object| o[key].get());
    m.def("item_text", |o: nb::object| o["k"].get());
    m.def("item_number", |l: nb::list, i: i32| l[i].cast::<String>());
    m.def("items", |d: &nb::dict| -> nb::Result<i32> { d["a"]["b"][0].cast::<i32>() });
    m.def("assign", |o: nb::object, key: nb::object, value: i32| o[key] = value);
    m.def("assign_all", |l: nb::list| for i in 0..l.len() { l[i] = i * i; });
    m.def("assign_dog", |o: nb::object| -> nb::Result<()> { o["dog"] = nb::cast_in::<NbDomain, _>(Dog { age: 4 })?; Ok(()) });
    m.def("delete", |o: nb::object, key: nb::object| nb::del(o[key]));
    m.def("count_words", |words: Vec<String>| {
        let counts = nb::dict();
        for word in &words {
            if !counts.contains(word)? {
                counts[word] = 0;
            }
            counts[word] += 1;
        }
        Ok::<_, nb::Error>(counts)
    });
    m.def("change_item", |o: nb::object, key: nb::object, value: nb::object| o[key] += value);
    m.def("change_attribute", |o: nb::object, value: nb::object| { o.attr("a").attr("x") += value; });
    m.def("change_text", |o: nb::object| o.attr("text") += " and more");
    m.def("change_often", |o: nb::object, key: nb::object, value: nb::object, count: i32| {
        for _ in 0..count {
            o[&key] += &value;
            o.attr("x") -= &value;
        }
    });
    m.def("read_often", |o: nb::object, f: nb::object, key: nb::object, count: i32| {
        for _ in 0..count {
            let first = o[&key].get()?;
            let second = o.attr("x").get()?;
            f(&first, *&nb::make_tuple((&second,))?, "k"_a = &key);
            nb::setattr(&o, "y", second)?;
            o[&key] = first;
            nb::del(o.attr("y"))?;
        }
        Ok::<_, nb::Error>(())
    });
    m.def("unused_places", |o: nb::object, key: nb::object| {
        let _first = o.item(key.clone());
        let second = o.attr("x").item(&key);
        drop(second);
    });

    // Calls.
    m.def("call", |f: nb::callable| f(1));
    m.def("call_nothing", |f: nb::object| f());
    m.def("call_all", |f: nb::callable, a: nb::object, k: nb::object| f("a", *a, "own"_a = 1, **k));
    m.def("call_result", |f: nb::object| f(1)(2));
    m.def("call_many", |f: nb::object, a: nb::args| f(*a, *a));
    m.def("call_cast", |f: nb::callable, x: i32| -> nb::Result<i32> { f(x)?.cast() });
});
