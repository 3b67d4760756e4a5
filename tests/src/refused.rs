//! What is refused, and what of it is not after all: receivers by name, owners twice, names in texts, reserved names.

use nb::ffi;
use nb::prelude::*;

#[derive(Clone)]
pub struct Pet {
    pub age: i8,
    pub floats: Vec<f64>,
    pub toy: Toy,
}
#[derive(Clone)]
pub struct Toy(i32);
/// Cannot be copied.
pub struct Item {
    pub value: i32,
}
pub struct Sealed;
pub struct Empty;

/// A warning from within a function.
fn careful() -> nb::Result<()> {
    nb::module_::<()>::import_("warnings")?.attr("warn").call(("careful",))?;
    Ok(())
}

fn warning_add(a: &Item, b: i32) -> nb::Result<i32> {
    careful()?;
    Ok(a.value + b)
}

nb_module!(test_refused_ext, m, {
    let pet = nb::class_<Pet>(m, "Pet")
        .def(nb::init(|| Pet { age: 1, floats: vec![], toy: Toy(0) }))
        .def(nb::init(|age: i8| Pet { age, floats: vec![], toy: Toy(0) }), "age"_a)
        .def("older", |pet: &mut Pet, by: i8| { pet.age += by; pet.age }, "by"_a)
        .def("bare", |pet: &Pet| pet.age)
        .def("named", |pet: &Pet, own: i8| pet.age + own, "self"_a)
        .def("some", |_: &Pet| "none")
        .def("some", |_: &Pet, a: i32, rest: nb::kwargs| (a, rest), "a"_a, "rest"_a)
        .def("late", |_: &Pet, _: i32| "int")
        .def("late", |_: &Pet, text: String| text, "text"_a)
        .def("captured", { let by = 3; move |pet: &Pet, times: i8| pet.age + by * times }, "times"_a)
        .def_static("make", |age: i8| Pet { age, floats: vec![], toy: Toy(0) }, "age"_a)
        .def_rw("age", &Pet::age)
        .def_rw("floats", &Pet::floats)
        .def_rw("toy", &Pet::toy)
        .def_prop_rw("years", |pet: &Pet| pet.age, |pet: &mut Pet, years: i8| pet.age = years)
        .def_prop_rw("named_years", |pet: &Pet| pet.age, |pet: &mut Pet, years: i8| pet.age = years, nb::for_setter("years"_a))
        .def_prop_ro_static("kinds", |_: nb::handle| 3)
        .def_prop_rw_static("limit", |_: nb::handle| 3, |_: nb::handle, _: i8| ())
        .def_prop_ro_static("said", |_: nb::handle| 3, "A doc")
        .def_prop_ro_static("empty", |_: nb::handle| 3, "")
        .def_prop_ro("own_empty", |pet: &Pet| pet.age, "");
    nb::class_<Toy>(pet, "Toy").def(nb::init(|| Toy(0))).def("touch", |toy: &Toy, by: i32| toy.0 + by);
    nb::class_<Sealed>(pet, "Sealed", nb::is_final()).def(nb::init(|| Sealed));
    nb::class_<Empty>(pet, "Empty");

    nb::class_<Item>(m, "Item")
        .def(nb::init(|value: i32| Item { value }))
        .def("__add__", &warning_add, nb::is_operator())
        .def("__add__", |a: &Item, b: &str| format!("{}{b}", a.value), nb::is_operator())
        .def("__sub__", |a: &Item, b: &Item| a.value - b.value, nb::is_operator())
        .def("__rsub__", |a: &Item, b: &Item| b.value - a.value, nb::is_operator())
        .def("__mul__", |a: &Item, b: Box<Item>| a.value * b.value, nb::is_operator())
        .def("__iadd__", |a: &mut Item, b: &Item| a.value += b.value, nb::is_operator())
        .def("__eq__", |a: &Item, b: &Item| a.value == b.value, nb::is_operator())
        .def("__lt__", |a: &Item, b: &Item| a.value < b.value, nb::is_operator())
        .def("__len__", |a: &Item| a.value as usize)
        .def("__bool__", |a: &Item| a.value != 0)
        .def("__contains__", |a: &Item, b: &Item| a.value == b.value)
        .def("__getitem__", |a: &Item, b: &Item| a.value + b.value)
        .def("__setitem__", |a: &mut Item, b: &Item, c: i32| a.value = b.value + c)
        .def("__neg__", |a: &Item| -a.value)
        .def("__call__", |a: &Item| a.value)
        .def("__str__", |a: &Item| a.value.to_string())
        .def("__hash__", |a: &Item| a.value as isize)
        .def_rw("value", &Item::value);
    m.def("take", |item: Box<Item>| item.value, "item"_a);
    m.def("take_two", |a: nb::unique_ptr<Item>, b: Box<Item>| a.value + b.value, "a"_a, "b"_a);
    m.def("take_pairs", |pairs: Vec<(nb::unique_ptr<Item>, nb::unique_ptr<Item>)>| pairs.len());
    m.def("take_all", |all: Vec<Box<Item>>| all.len());
    m.def("take_some", |all: Vec<Box<Item>>| all.len());
    m.def("take_some", |all: nb::list| all);
    m.def("move_two", |a: Item, b: Item| a.value + b.value);
    m.def("cast_two", |o: nb::object| -> nb::Result<i32> {
        let (a, b) = o.cast_in::<NbDomain, (nb::unique_ptr<Item>, nb::unique_ptr<Item>)>()?;
        Ok(a.value + b.value)
    });
    m.def("peek", |item: &Item| item.value);

    m.def("only_list", |list: nb::list| list);
    m.def("whole", |x: i32| x, "x"_a);
    m.def("exact", |x: i32| x, "x"_a.noconvert());

    // Names and defaults that `inspect` cannot read, or only just.
    m.def("text", |s: String| s, "s"_a = "é\u{20ac}\u{1f600}\\\"'\n");
    m.def("umlaut", |size: i32| size, "größe"_a);
    m.def("keyword", |size: i32| size, "class"_a);
    m.def("constant", |size: i32| size, "None"_a);
    m.def("spaced", |size: i32| size, "a b"_a);
    m.def("own", |size: i32, other: i32| size + other, "self"_a, "other"_a = 2);
    m.def("rest", |args: nb::args, kwargs: nb::kwargs| (args, kwargs), "größen"_a, "class"_a);
    m.def("doubled", |a: i32, b: i32| a + b, nb::arg(), "arg0"_a);
    m.def("größe", |a: i32| a, "a"_a);

    // Docs.
    m.def("doc_last", |x: i32| x, "x");
    m.def("doc_last", |x: &str| x.len(), "");
    m.def("doc_first", |x: i32| x);
    m.def("doc_first", |x: &str| x.len(), "y");
    m.def("doc_none", |x: i32| x, "");
    m.def("doc_none", |x: &str| x.len(), "\n");
    m.def("doc_line", |x: i32| x, "\n");

    m.def("cast_byte", |o: nb::object| o.cast::<u8>());
    m.def("cast_bytes", |o: nb::object| o.cast::<Vec<u8>>());
    m.def("cast_pair", |o: nb::object| o.cast::<(u8, u8)>());
    m.def("cast_char", |o: nb::object| o.cast::<char>());

    m.def("two", |a: i32, b: i32| a + b);
    m.def("hooked", |_: i32, hooks: nb::list| hooks, "x"_a, "hooks"_a = nb::list::new());
    m.def("call_borrowed", &call_borrowed);
});

/// Calls a function with the elements of a list as C code may that does not own them.
fn call_borrowed(function: nb::object, list: nb::list) -> nb::Result<nb::object> {
    // SAFETY: attached; all elements live when the call begins, and the array outlives it.
    unsafe {
        let elements: Vec<*mut ffi::PyObject> =
            (0..list.len()).map(|index| ffi::PyList_GetItem(list.as_ptr(), index as isize)).collect();
        let result =
            ffi::PyObject_Vectorcall(function.as_ptr(), elements.as_ptr(), elements.len(), std::ptr::null_mut());
        nb::object::steal(result)
    }
}

/// Modules that bind something under a name that Python keeps for itself.
pub mod reserved {
    use super::{Pet, Toy};
    use nb::prelude::*;

    pub mod property {
        use super::*;
        nb_module!(test_reserved_property_ext, m, {
            nb::class_<Pet>(m, "Pet").def_prop_ro("__dict__", |pet: &Pet| pet.age);
        });
    }
    pub mod field {
        use super::*;
        nb_module!(test_reserved_field_ext, m, {
            let pet = nb::class_<Pet>(m, "Pet");
            nb::class_<Toy>(pet, "Toy").def_prop_ro_static("__mro__", |_: nb::handle| 3);
        });
    }
    pub mod method {
        use super::*;
        nb_module!(test_reserved_method_ext, m, {
            nb::class_<Pet>(m, "Pet").def("__bases__", |pet: &Pet| pet.age);
        });
    }
    pub mod function {
        use nb::prelude::*;
        nb_module!(test_reserved_function_ext, m, {
            m.def("__dict__", |x: i32| x);
        });
    }
}
