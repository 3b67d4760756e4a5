//! Attributes and items of Python objects, and calls.

use crate::handles::Unlucky;
use nb::prelude::*;

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

nb_module!(test_attributes_ext, m, {
    nb::class_<Dog>(m, "Dog")
        .def(nb::init(|age: i32| Dog { age }), "age"_a = 3)
        .def_rw("age", &Dog::age);

    // Attributes.
    m.def("attr_get", |o: nb::object, name: &str| o.attr(name).get());
    m.def("attr_set", |o: nb::object, name: &str, value: i32| o.attr(name).set(value));
    m.def("attr_set_dog", |o: nb::object, age: i32| -> nb::Result<()> {
        o.attr("dog").set(nb::cast_in::<NbDomain, _>(Dog { age })?)
    });
    m.def("attr_del", |o: nb::object, name: &str| o.attr(name).del());
    m.def("attr_call", |o: nb::object, name: &str, x: i32| o.attr(name).call((x,)));
    m.def("attr_cast", |o: nb::object, name: &str| o.attr(name).cast::<i32>());
    m.def("doc_get", |o: nb::object| o.doc().get());
    m.def("doc_set", |o: nb::object, text: &str| o.doc().set(text));
    m.def("chain", |o: nb::object| o.attr("a").item("b").item(-1).attr("c").get());
    m.def("chain_set", |o: nb::object, value: nb::object| o.attr("a").item("b").item(0).set(value));
    m.def("chain_del", |o: nb::object| o.attr("a").item("b").del());
    m.def("chain_unused", |o: nb::object| {
        let _place = o.attr("a").item("b").attr("c");
    });
    m.def("getattr", |o: nb::object, name: &str| nb::getattr(&o, name));
    m.def("getattr_or", |o: nb::object, name: &str, other: nb::object| nb::getattr_or(&o, name, &other));
    m.def("setattr", |o: nb::object, name: &str, value: nb::object| nb::setattr(&o, name, &value));
    m.def("delattr", |o: nb::object, name: &str| nb::delattr(&o, name));
    m.def("hasattr", |o: nb::object, name: &str| nb::hasattr(&o, name));

    // Items.
    m.def("item_get", |o: nb::object, key: nb::object| o.item(&key).get());
    m.def("item_set", |o: nb::object, key: nb::object, value: nb::object| o.item(key).set(value));
    m.def("item_del", |o: nb::object, key: nb::object| nb::del(o.item(key)));
    m.def("item_int", |o: nb::object, key: isize| o.item(key).get());
    m.def("item_text", |o: nb::object, key: &str| o.item(key).get());
    m.def("item_call", |o: nb::object, key: &str, x: i32| o.item(key).call((x,)));
    m.def("item_unlucky", |o: nb::object| o.item(Unlucky).get());
    m.def("item_unlucky_twice", |o: nb::object| {
        let place = o.item(Unlucky);
        let first = place.get().expect_err("no key").to_string();
        let second = place.set(1).expect_err("no key").to_string();
        let third = place.del().expect_err("no key").to_string();
        vec![first, second, third, place.call(()).expect_err("no key").to_string()]
    });

    // Calls.
    m.def("call_0", |f: nb::object| f.call(()));
    m.def("call_mixed", |f: nb::object| f.call((1, "two", nb::kw("three", 3.0), vec![4], nb::kw("five", true))));
    m.def("call_many", |f: nb::object| f.call((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)));
    m.def("call_same_keyword", |f: nb::object| -> nb::Result<(nb::object, nb::object)> {
        let key = nb::kw("key", 5);
        Ok((f.call((1, key))?, f.call((key,))?))
    });
    m.def("vectorcall", |f: nb::object, args: Vec<nb::object>, names: Option<nb::tuple>| f.vectorcall(&args, names.as_ref()));
    m.def("vectorcall_method", |name: nb::object, args: Vec<nb::object>, names: Option<nb::tuple>| {
        nb::object::vectorcall_method(name, &args, names.as_ref())
    });
    m.def("call_kw", |f: nb::object| f.call_kw((1, 2), (nb::kw("a", 3), nb::kw("b", nb::none()))));
    m.def("call_unpack", |f: nb::object, values: nb::object, named: nb::dict| {
        f.call((0, nb::unpack(&values), nb::kw("own", 1), nb::unpack_kw(&named), "last"))
    });
    m.def("call_method_unpack", |o: nb::object, name: &str, values: nb::object, named: nb::dict| {
        o.attr(name).call((nb::unpack(&values), nb::unpack_kw(&named)))
    });
    m.def("call_twice_named", |f: nb::object| f.call((nb::kw("a", 1), nb::kw("a", 2))));
    m.def("call_unlucky", |f: nb::object| f.call((1, Unlucky)));
    m.def("call_unlucky_kw", |f: nb::object| f.call((nb::kw("a", Unlucky),)));
    m.def("call_dog", |f: nb::object, dog: &Dog| -> nb::Result<nb::object> {
        f.call((nb::cast_in::<NbDomain, _>(dog.clone())?,))
    });
    m.def("call_boxed_dog", |f: nb::object| -> nb::Result<nb::object> {
        f.call((nb::cast_in::<NbDomain, _>(Box::new(Dog { age: 9 }))?,))
    });
});
