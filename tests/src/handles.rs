//! Python objects in Rust: every wrapper as an argument and a result, references, iteration, casts, types, namespaces.

use nb::prelude::*;

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

/// Known to the module's domain, but registered only when a test asks for it, which none does.
#[derive(Clone)]
pub struct Hidden;

/// A number that cannot become a Python object.
pub struct Unlucky;

// SAFETY: returns null with an exception raised.
unsafe impl<D, P> nb::Ret<D, P> for Unlucky {
    fn describe(text: &mut nb::SigText<'_>) {
        text.text("object");
    }
    unsafe fn put(_: Unlucky, _cx: &mut nb::Cx<'_>) -> *mut nb::ffi::PyObject {
        nb::value_error("unlucky").restore();
        std::ptr::null_mut()
    }
}

macro_rules! kinds {
    ($m:ident: $($name:literal = $T:ty,)*) => { $(
        $m.def(concat!("id_", $name), |value: $T| -> $T { value }, ());
        $m.def(concat!("opt_", $name), |value: Option<$T>| -> Option<$T> { value }, ());
        $m.def(concat!("cast_", $name), |value: nb::object| value.cast::<$T>().map(nb::object::from), ());
        $m.def(concat!("is_", $name), |value: nb::object| nb::isinstance::<$T>(&value), ());
        $m.def(concat!("items_", $name), |values: Vec<$T>| values, ());
    )* };
}

macro_rules! checked {
    ($m:ident: $($name:literal = $T:ty,)*) => { $(
        $m.def(concat!("down_", $name), |value: nb::object| -> nb::Result<$T> { <$T>::try_from(value) }, ());
        $m.def(concat!("check_", $name), |value: nb::object| <$T>::check(&value), ());
    )* };
}

fn bind_kinds(m: &nb::module_<NbDomain>) {
    kinds! { m:
        "object" = nb::object, "handle" = nb::handle, "any" = nb::any, "fallback" = nb::fallback,
        "list" = nb::list, "tuple" = nb::tuple, "dict" = nb::dict, "set" = nb::set, "frozenset" = nb::frozenset,
        "str" = nb::str_, "bytes" = nb::bytes, "bytearray" = nb::bytearray, "memoryview" = nb::memoryview,
        "int" = nb::int_, "float" = nb::float_, "bool" = nb::bool_, "slice" = nb::slice, "type" = nb::type_object,
        "module" = nb::module_object, "callable" = nb::callable, "iterable" = nb::iterable,
        "iterator" = nb::iterator, "sequence" = nb::sequence, "mapping" = nb::mapping, "capsule" = nb::capsule,
        "weakref" = nb::weakref, "ellipsis" = nb::ellipsis, "not_implemented" = nb::not_implemented,
    }
    checked! { m:
        "list" = nb::list, "tuple" = nb::tuple, "dict" = nb::dict, "set" = nb::set, "frozenset" = nb::frozenset,
        "str" = nb::str_, "bytes" = nb::bytes, "bytearray" = nb::bytearray, "memoryview" = nb::memoryview,
        "int" = nb::int_, "float" = nb::float_, "bool" = nb::bool_, "slice" = nb::slice, "type" = nb::type_object,
        "module" = nb::module_object, "callable" = nb::callable, "iterable" = nb::iterable,
        "iterator" = nb::iterator, "sequence" = nb::sequence, "mapping" = nb::mapping, "capsule" = nb::capsule,
        "weakref" = nb::weakref, "ellipsis" = nb::ellipsis, "not_implemented" = nb::not_implemented,
    }
}

/// Doubles each element, whatever that means for it.
pub fn double_all(values: nb::list) -> nb::Result<nb::list> {
    let out = nb::list::new();
    for value in &values {
        out.append(&value * &*nb::int_::new(2))?;
    }
    Ok(out)
}

/// Reads the list while a callback may change it.
pub fn each(values: &nb::list, f: &nb::callable) -> nb::Result<i32> {
    let mut seen = 0;
    for value in values {
        f.call((value,))?;
        seen += 1;
    }
    Ok(seen)
}

nb_module!(test_handles_ext, m, {
    nb::class_<Dog>(m, "Dog")
        .def(nb::init(|age: i32| Dog { age }), "age"_a = 3)
        .def_rw("age", &Dog::age);
    if m.object().hasattr("never") {
        nb::class_<Hidden>(m, "Hidden");
    }
    bind_kinds(m);
    m.def("double_all", &double_all);
    m.def("each", |values: nb::list, f: nb::callable| each(&values, &f));

    // References counted one by one.
    m.def("borrow_and_drop", |o: nb::object| {
        // SAFETY: a live object, and the thread is attached.
        let count = || unsafe { nb::ffi::Py_REFCNT(o.as_ptr()) };
        let start = count();
        // SAFETY: as above.
        let borrowed = unsafe { nb::object::borrow(o.as_ptr()) };
        let after_borrow = count() - start;
        let raw = borrowed.into_ptr();
        let after_release = count() - start;
        // SAFETY: the reference that was just given up.
        let stolen = unsafe { nb::object::steal(raw) };
        let after_steal = count() - start;
        let cloned = stolen.as_ref().ok().cloned();
        let after_clone = count() - start;
        let moved = stolen;
        let after_move = count() - start;
        drop(cloned);
        let after_drop = count() - start;
        let same = moved.is_ok_and(|moved| moved.is(&o) && moved.as_ptr() == o.as_ptr());
        (after_borrow, after_release, after_steal, after_clone, after_move, after_drop, count() - start, same)
    });
    m.def("borrow_typed", |o: nb::list| {
        // SAFETY: a live list, and the thread is attached.
        let again = unsafe { nb::list::borrow(o.as_ptr()) };
        // SAFETY: the reference that `into_ptr` gives up.
        unsafe { nb::list::steal(nb::object::from(again).into_ptr()) }
    });
    m.def("steal_null", |o: nb::object| {
        // SAFETY: null with an exception raised, as the C API reports failure.
        unsafe { nb::list::steal(nb::ffi::PySequence_List(o.as_ptr())) }
    });

    // Iteration.
    m.def("total", |values: nb::iterable| -> nb::Result<i64> {
        let mut sum = 0;
        for value in values.iter()? {
            sum += value?.cast::<i64>()?;
        }
        Ok(sum)
    });
    m.def("total_by_iterator", |values: nb::iterator| -> nb::Result<i64> {
        values.map(|value| value?.cast::<i64>()).sum()
    });
    m.def("next", |mut values: nb::iterator| values.next().transpose());
    m.def("iter", |values: nb::object| nb::iter(&values));
    m.def("each_of", |values: nb::object, f: nb::callable| -> nb::Result<i32> {
        let mut seen = 0;
        for value in values.iter()? {
            f.call((value?,))?;
            seen += 1;
        }
        Ok(seen)
    });
    m.def("each_entry", |values: nb::dict, f: nb::callable| -> nb::Result<i32> {
        let mut seen = 0;
        for (key, value) in &values {
            f.call((key, value))?;
            seen += 1;
        }
        Ok(seen)
    });
    m.def("tuple_lengths", |values: nb::tuple| {
        let mut all = values.iter();
        let before = all.len();
        all.next();
        (before, all.len(), all.count())
    });

    // What the tests of other wrappers and of casts need.
    m.def("call_0", |f: nb::object| f.call(()));
    m.def("list_get", |l: nb::list, i: i64| l.get(i));
    m.def("capsule_new", |value: i32| nb::capsule::new(value));

    // Casts.
    m.def("cast_i32", |o: nb::object| nb::cast::<i32>(&o));
    m.def("cast_byte", |o: nb::object| o.cast::<u8>());
    m.def("cast_text", |o: nb::object| o.cast::<String>());
    m.def("cast_floats", |o: nb::object| o.cast::<Vec<f64>>());
    m.def("cast_none", |values: nb::list| values.get(0)?.cast::<Option<i32>>());
    m.def("cast_dog", |o: nb::object| o.cast_in::<NbDomain, Dog>());
    m.def("cast_hidden", |o: nb::object| o.cast_in::<NbDomain, Hidden>().map(|_| ()));
    m.def("cast_pair", |o: nb::object| o.cast::<(i32, String)>());
    m.def("try_cast_int", |o: nb::object| o.try_cast::<i32>());
    m.def("try_cast_texts", |o: nb::object| o.try_cast::<Vec<String>>());
    m.def("older", |o: nb::object| o.lend_in::<NbDomain, &mut Dog, _>(|dog| dog.age += 1));
    m.def("older_than", |a: nb::object, b: &mut Dog| -> nb::Result<i32> {
        b.age += 1;
        a.lend_in::<NbDomain, &Dog, _>(|dog| dog.age)
    });
    m.def("lend_while", |o: nb::object, f: nb::callable| -> nb::Result<()> {
        o.lend_in::<NbDomain, &mut Dog, _>(|dog| -> nb::Result<()> {
            f.call(())?;
            dog.age += 1;
            Ok(())
        })?
    });
    m.def("to_python", || -> nb::Result<Vec<nb::object>> {
        Ok(vec![
            nb::cast::<nb::object>(1)?,
            nb::cast::<nb::object>("text")?,
            nb::cast::<nb::object>(vec![(1, 2.5)])?,
            nb::cast::<nb::object>(None::<i32>)?,
            nb::cast_in::<NbDomain, _>(Dog { age: 7 })?,
        ])
    });
    m.def("to_python_unlucky", || nb::cast::<nb::object>(Unlucky));
    m.def("cast_hidden_out", || nb::cast_in::<NbDomain, _>(Hidden));
    m.def("make_tuple", |o: nb::object| nb::make_tuple((1, "two", o, nb::none())));
    m.def("make_tuple_unlucky", || nb::make_tuple((1, Unlucky)));

    // Types.
    m.def("type_dog", || nb::type_::<Dog>());
    m.def("type_hidden", || nb::type_::<Hidden>());
    m.def("type_int", || nb::type_::<i32>());
    m.def("type_of", |o: nb::object| o.type_());
    m.def("type_names", |t: nb::type_object| -> nb::Result<(String, String)> {
        Ok((t.name()?.cast()?, t.qualname()?.cast()?))
    });
    m.def("make", |class: nb::type_object| class.call(()));
    m.def("is_dog", |o: nb::object| nb::isinstance_in::<NbDomain, &Dog>(&o));
    m.def("is_hidden", |o: nb::object| nb::isinstance_in::<NbDomain, &Hidden>(&o));
    m.def("is_i32", |o: nb::object| nb::isinstance::<i32>(&o));
    m.def("is_floats", |o: nb::object| nb::isinstance::<Vec<f64>>(&o));
    m.def("isinstance", |o: nb::object, class: nb::object| nb::isinstance_of(&o, &class));
    m.def("issubclass", |o: nb::object, class: nb::object| nb::issubclass(&o, &class));
    m.def("is_type_object", |o: nb::object| o.is_type());
    m.def("is_callable_object", |o: nb::object| o.is_callable());

    // Questions.
    m.def("is_same", |a: nb::object, b: nb::object| a.is(&b));
    m.def("is_none", |values: nb::list| -> nb::Result<bool> { Ok(values.get(0)?.is_none()) });
    m.def("none_or", |o: Option<nb::list>| o.is_none());
    m.def("typing", || nb::typing());
    m.def("type_dict", |class: nb::object| nb::type_dict(&class));
    m.def("type_lookup", |class: nb::object, name: &str| nb::type_lookup(&class, name));
    m.def("inst_dict", |value: nb::object| nb::inst_dict(&value));
});
