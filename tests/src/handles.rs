//! Python objects in Rust: every wrapper as an argument and a result, and what can be done with objects.

use nb::prelude::*;
use std::cell::RefCell;
use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

/// Known to the module's domain, but registered only when a test asks for it, which none does.
#[derive(Clone)]
pub struct Hidden;

/// What capsules hold: counts its drops.
struct Held(i32);

static DROPPED: AtomicUsize = AtomicUsize::new(0);
static CLEANED: Mutex<Vec<usize>> = Mutex::new(Vec::new());

impl Drop for Held {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::SeqCst);
    }
}

/// The destructor of raw capsules: logs the pointer.
unsafe extern "C" fn clean(capsule: *mut nb::ffi::PyObject) {
    // SAFETY: CPython passes the dying capsule, which is asked with its own name.
    let pointer = unsafe { nb::ffi::PyCapsule_GetPointer(capsule, nb::ffi::PyCapsule_GetName(capsule)) };
    CLEANED.lock().expect("nothing panics while locked").push(pointer as usize);
}

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

thread_local! {
    static KEPT: RefCell<Option<nb::object>> = const { RefCell::new(None) };
}

/// The object that `keep` has left on this thread.
fn kept<R>(body: impl FnOnce(&nb::object) -> R) -> R {
    KEPT.with(|kept| body(kept.borrow().as_ref().expect("keep was called")))
}

/// What has to panic on a detached thread, by name: uses of an object, and what makes one.
type Use = fn(&nb::object);

const USES: &[(&str, Use)] = &[
    ("clone", |o| _ = o.clone()),
    ("attr", |o| _ = o.attr("x").get()),
    ("attr_chain", |o| _ = o.attr("x").attr("y").get()),
    ("attr_set", |o| _ = o.attr("x").set(1)),
    ("attr_del", |o| _ = o.attr("x").del()),
    ("item", |o| _ = o.item(0).get()),
    ("item_text", |o| _ = o.item("x").get()),
    ("hasattr", |o| _ = o.hasattr("x")),
    ("getattr_or", |o| _ = o.getattr_or("x", 1)),
    ("call", |o| _ = o.call(())),
    ("call_kw", |o| _ = o.call((1, nb::kw("x", 2)))),
    ("method", |o| _ = o.attr("x").call(())),
    ("len", |o| _ = o.len()),
    ("len_hint", |o| _ = o.len_hint()),
    ("contains", |o| _ = o.contains(1)),
    ("repr", |o| _ = o.repr()),
    ("str", |o| _ = o.str()),
    ("hash", |o| _ = o.hash()),
    ("is_true", |o| _ = o.is_true()),
    ("iter", |o| _ = o.iter()),
    ("type", |o| _ = o.type_()),
    ("is_type", |o| _ = o.is_type()),
    ("is_instance", |o| _ = o.is_instance(o)),
    ("is_subclass", |o| _ = o.is_subclass(o)),
    ("is_callable", |o| _ = o.is_callable()),
    ("equal", |o| _ = o.equal(o)),
    ("less_than", |o| _ = o.less_than(o)),
    ("add", |o| _ = o.add(o)),
    ("add_operator", |o| _ = o + o),
    ("pow", |o| _ = o.pow(o)),
    ("neg", |o| _ = o.neg()),
    ("invert", |o| _ = o.invert()),
    ("abs", |o| _ = o.abs()),
    ("cast", |o| _ = o.cast::<i32>()),
    ("try_cast", |o| _ = o.try_cast::<i32>()),
    ("lend_in", |o| _ = o.lend_in::<NbDomain, &Dog, _>(|dog| dog.age)),
    ("isinstance", |o| _ = nb::isinstance::<nb::list>(o)),
    ("check", |o| _ = nb::list::check(o)),
    ("print", |o| _ = nb::print(o)),
    ("new_list", |_| _ = nb::list::new()),
    ("list_of", |o| _ = nb::list::from_object(o)),
    ("new_dict", |_| _ = nb::dict::new()),
    ("new_set", |_| _ = nb::set::new()),
    ("set_of", |o| _ = nb::set::from_object(o)),
    ("frozenset_of", |o| _ = nb::frozenset::from_object(o)),
    ("new_tuple", |_| _ = nb::tuple::new()),
    ("tuple_of", |o| _ = nb::tuple::from_object(o)),
    ("make_tuple", |_| _ = nb::make_tuple((1, 2))),
    ("new_str", |_| _ = nb::str_::new("x")),
    ("new_int", |_| _ = nb::int_::new(1)),
    ("int_of", |o| _ = nb::int_::from_object(o)),
    ("new_float", |_| _ = nb::float_::new(1.0)),
    ("float_of", |o| _ = nb::float_::from_object(o)),
    ("new_bool", |_| _ = nb::bool_::new(true)),
    ("bool_of", |o| _ = nb::bool_::from_object(o)),
    ("new_bytes", |_| _ = nb::bytes::new(b"x")),
    ("bytes_of", |o| _ = nb::bytes::from_object(o)),
    ("new_bytearray", |_| _ = nb::bytearray::new(b"x")),
    ("bytearray_of", |o| _ = nb::bytearray::from_object(o)),
    ("memoryview_of", |o| _ = nb::memoryview::from_object(o)),
    ("new_slice", |_| _ = nb::slice::new(1, 2, 3)),
    ("new_weakref", |o| _ = nb::weakref::new(o, None)),
    ("new_capsule", |_| _ = nb::capsule::new(1)),
    ("new_ellipsis", |_| _ = nb::ellipsis::new()),
    ("new_not_implemented", |_| _ = nb::not_implemented::new()),
    ("cast_to_python", |_| _ = nb::cast::<nb::object>(1)),
    ("type_of", |_| _ = nb::type_::<Dog>()),
    ("import", |_| _ = nb::module_::<()>::import_("sys")),
];

/// The same for what wrappers can do on top; the object has to be of the kind in the name.
const WRAPPER_USES: &[(&str, Use)] = &[
    ("list_len", |o| _ = of::<nb::list>(o).len()),
    ("list_get", |o| _ = of::<nb::list>(o).get(0)),
    ("list_set", |o| _ = of::<nb::list>(o).set(0, 1)),
    ("list_del", |o| _ = of::<nb::list>(o).del(0)),
    ("list_append", |o| _ = of::<nb::list>(o).append(1)),
    ("list_insert", |o| _ = of::<nb::list>(o).insert(0, 1)),
    ("list_extend", |o| _ = of::<nb::list>(o).extend(o)),
    ("list_clear", |o| _ = of::<nb::list>(o).clear()),
    ("list_reverse", |o| _ = of::<nb::list>(o).reverse()),
    ("list_sort", |o| _ = of::<nb::list>(o).sort()),
    ("list_iter", |o| _ = of::<nb::list>(o).iter().next()),
    ("tuple_len", |o| _ = of::<nb::tuple>(o).len()),
    ("tuple_get", |o| _ = of::<nb::tuple>(o).get(0)),
    ("tuple_iter", |o| _ = of::<nb::tuple>(o).iter().next()),
    ("dict_len", |o| _ = of::<nb::dict>(o).len()),
    ("dict_get", |o| _ = of::<nb::dict>(o).get(1)),
    ("dict_get_or", |o| _ = of::<nb::dict>(o).get_or(1, 2)),
    ("dict_set", |o| _ = of::<nb::dict>(o).set(1, 2)),
    ("dict_del", |o| _ = of::<nb::dict>(o).del(1)),
    ("dict_contains", |o| _ = of::<nb::dict>(o).contains(1)),
    ("dict_keys", |o| _ = of::<nb::dict>(o).keys()),
    ("dict_items", |o| _ = of::<nb::dict>(o).items()),
    ("dict_clear", |o| of::<nb::dict>(o).clear()),
    ("dict_update", |o| _ = of::<nb::dict>(o).update(o)),
    ("dict_iter", |o| _ = of::<nb::dict>(o).iter()),
    ("set_len", |o| _ = of::<nb::set>(o).len()),
    ("set_add", |o| _ = of::<nb::set>(o).add(1)),
    ("set_contains", |o| _ = of::<nb::set>(o).contains(1)),
    ("set_discard", |o| _ = of::<nb::set>(o).discard(1)),
    ("set_clear", |o| _ = of::<nb::set>(o).clear()),
    ("str_read", |o| _ = of::<nb::str_>(o).to_str().is_ok()),
    ("str_format", |o| _ = of::<nb::str_>(o).format((1,))),
    ("float_value", |o| _ = of::<nb::float_>(o).value()),
    ("bytearray_len", |o| _ = of::<nb::bytearray>(o).len()),
    ("bytearray_read", |o| _ = of::<nb::bytearray>(o).to_vec()),
    ("bytearray_resize", |o| _ = of::<nb::bytearray>(o).resize(5)),
    ("slice_compute", |o| _ = of::<nb::slice>(o).compute(5)),
    ("type_name", |o| _ = of::<nb::type_object>(o).name()),
];

/// The object as a wrapper of its kind, without touching Python.
fn of<T: std::ops::Deref<Target = nb::object>>(value: &nb::object) -> &T {
    // SAFETY: wrappers have the layout of `object`, and the tests keep an object of the kind that the name tells.
    unsafe { &*std::ptr::from_ref(value).cast::<T>() }
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

macro_rules! binary {
    ($m:ident: $($name:ident)*) => { $(
        $m.def(stringify!($name), |a: nb::object, b: nb::object| a.$name(&b), ());
    )* };
}

fn bind_operators(m: &nb::module_<NbDomain>) {
    binary! { m:
        add sub mul div floor_div rem bit_and bit_or bit_xor shl shr matmul pow
        iadd isub imul idiv ifloor_div irem ibit_and ibit_or ibit_xor ishl ishr imatmul
        equal not_equal less_than less_equal greater_than greater_equal
    }
}

/// Doubles each element, whatever that means for it.
fn double_all(values: nb::list) -> nb::Result<nb::list> {
    let out = nb::list::new();
    for value in &values {
        out.append(&value * &*nb::int_::new(2))?;
    }
    Ok(out)
}

/// Calls `f` and says which kind of exception came out of it.
fn catch(f: nb::callable) -> nb::Result<String> {
    match f.call(()) {
        Ok(value) => Ok(format!("returned {value}")),
        Err(error) => {
            let builtins = nb::module_::<()>::import_("builtins")?;
            let lookup = builtins.attr("LookupError").get()?;
            let either = nb::make_tuple((builtins.getattr("OSError")?, builtins.getattr("ValueError")?))?;
            if error.matches(&lookup) {
                Ok(format!("a lookup failed: {error}"))
            } else if error.matches(&either) {
                let value = error.value().expect("a Python exception").clone();
                Ok(format!("{} with {:?}", value.type_().name()?, value.getattr("args")?))
            } else {
                Err(error)
            }
        }
    }
}

/// Reads the list while a callback may change it.
fn each(values: &nb::list, f: &nb::callable) -> nb::Result<i32> {
    let mut seen = 0;
    for value in values {
        f.call((value,))?;
        seen += 1;
    }
    Ok(seen)
}

/// Appends 1 to the list `count` times on each of four threads, which attach for every step.
fn append_from_threads(name: &str, count: usize) -> nb::Result<usize> {
    let failures = nb::gil_scoped_release::run(|| {
        let start = Barrier::new(4);
        let work = || {
            start.wait();
            let step = || -> nb::Result<()> {
                let values = nb::module_::<()>::import_("builtins")?.getattr(name)?;
                nb::list::try_from(values)?.append(1)
            };
            (0..count).filter(|_| nb::gil_scoped_acquire::run(step_of(&step)).is_err()).count()
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join().expect("the thread does not panic")).sum::<usize>()
        })
    });
    Ok(failures)
}

/// A step whose outcome may leave the attached part.
fn step_of(step: &dyn Fn() -> nb::Result<()>) -> impl FnOnce() -> Result<(), String> + '_ {
    move || step().map_err(|error| error.to_string())
}

nb_module!(test_handles_ext, m, {
    nb::class_<Dog>(m, "Dog")
        .def(nb::init(|age: i32| Dog { age }), "age"_a = 3)
        .def_rw("age", &Dog::age);
    if m.object().hasattr("never") {
        nb::class_<Hidden>(m, "Hidden");
    }
    bind_kinds(m);
    bind_operators(m);
    m.def("double_all", &double_all);
    m.def("catch", &catch);
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
        let cloned = stolen.as_ref().map(|o| o.clone()).ok();
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
    m.def("call_and_swallow", |f: nb::object| f.call(()).is_err());

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

    // Questions and texts.
    m.def("is_same", |a: nb::object, b: nb::object| a.is(&b));
    m.def("is_none", |values: nb::list| -> nb::Result<bool> { Ok(values.get(0)?.is_none()) });
    m.def("none_or", |o: Option<nb::list>| o.is_none());
    m.def("len", |o: nb::object| nb::len(&o));
    m.def("is_empty", |o: nb::object| o.is_empty());
    m.def("len_hint", |o: nb::object| nb::len_hint(&o));
    m.def("contains", |o: nb::object, value: nb::object| o.contains(value));
    m.def("hash", |o: nb::object| nb::hash(&o));
    m.def("truth", |o: nb::object| o.is_true());
    m.def("repr", |o: nb::object| nb::repr(&o));
    m.def("str", |o: nb::object| o.str());
    m.def("texts", |o: nb::object| format!("{o} {o:?} {o:>6}|"));
    m.def("neg", |o: nb::object| o.neg());
    m.def("invert", |o: nb::object| o.invert());
    m.def("abs", |o: nb::object| o.abs());
    m.def("operators", |a: nb::object, b: nb::object| {
        let (a, b) = (&a, &b);
        vec![a + b, a - b, a * b, a / b, a % b, a & b, a | b, a ^ b, a << b, a >> b, -a, !a]
    });
    m.def("plus", |a: nb::object, b: nb::object| &a + &b);
    m.def("negative", |a: nb::object| -&a);
    m.def("inverse", |a: nb::object| !&a);
    m.def("plus_one", |a: nb::int_| a.add(1));
    m.def("print", |o: nb::object| nb::print(o));
    m.def("print_text", |text: &str| nb::print(text));
    m.def("print_to", |o: nb::object, file: nb::object| {
        nb::print_with((o, "end", nb::kw("sep", "-"), nb::kw("end", ""), nb::kw("file", file)))
    });

    // Lists.
    m.def("list_new", || (nb::list::new(), nb::list::default()));
    m.def("list_of", |o: nb::object| nb::list::from_object(&o));
    m.def("list_size", |l: nb::list| (l.len(), l.size(), l.is_empty()));
    m.def("list_get", |l: nb::list, i: i64| l.get(i));
    m.def("list_get_wide", |l: nb::list, i: u64| l.get(i));
    m.def("list_set", |l: nb::list, i: i64, value: nb::object| l.set(i, value));
    m.def("list_del", |l: nb::list, i: i64| l.del(i));
    m.def("list_append", |l: nb::list| -> nb::Result<()> {
        l.append(1)?;
        l.append("two")?;
        l.append(vec![3.0])?;
        l.append(&l)?;
        l.append(nb::none())
    });
    m.def("list_append_dog", |l: nb::list| -> nb::Result<()> {
        l.append(nb::cast_in::<NbDomain, _>(Dog { age: 1 })?)
    });
    m.def("list_append_unlucky", |l: nb::list| l.append(Unlucky));
    m.def("list_insert", |l: nb::list, i: i64, value: nb::object| l.insert(i, value));
    m.def("list_extend", |l: nb::list, values: nb::object| l.extend(values));
    m.def("list_extend_vec", |l: nb::list| l.extend(vec![7, 8]));
    m.def("list_clear", |l: nb::list| l.clear());
    m.def("list_reverse", |l: nb::list| l.reverse());
    m.def("list_sort", |l: nb::list| l.sort());

    // Dicts.
    m.def("dict_new", || (nb::dict::new(), nb::dict::default()));
    m.def("dict_size", |d: nb::dict| (d.len(), d.size(), d.is_empty()));
    m.def("dict_get", |d: nb::dict, key: nb::object| d.get(key));
    m.def("dict_get_or", |d: nb::dict, key: nb::object, other: nb::object| d.get_or(&key, &other));
    m.def("dict_get_text", |d: nb::dict, other: nb::object| d.get_or("key", other));
    m.def("dict_set", |d: nb::dict, key: nb::object, value: nb::object| d.set(key, value));
    m.def("dict_del", |d: nb::dict, key: nb::object| d.del(key));
    m.def("dict_contains", |d: nb::dict, key: nb::object| d.contains(key));
    m.def("dict_contains_int", |d: nb::dict, key: i32| d.contains(key));
    m.def("dict_parts", |d: nb::dict| (d.keys(), d.values(), d.items()));
    m.def("dict_clear", |d: nb::dict| d.clear());
    m.def("dict_update", |d: nb::dict, other: nb::object| d.update(other));

    // Tuples, sets.
    m.def("tuple_new", || (nb::tuple::new(), nb::tuple::default()));
    m.def("tuple_of", |o: nb::object| nb::tuple::from_object(&o));
    m.def("tuple_size", |t: nb::tuple| (t.len(), t.size(), t.is_empty()));
    m.def("tuple_get", |t: nb::tuple, i: i64| t.get(i));
    m.def("tuple_item", |t: nb::tuple, i: i64| t.item(i).get());
    m.def("tuple_item_set", |t: nb::tuple, i: i64| t.item(i).set(1));
    m.def("set_new", || (nb::set::new(), nb::set::default(), nb::frozenset::new(), nb::frozenset::default()));
    m.def("set_of", |o: nb::object| nb::set::from_object(&o));
    m.def("frozenset_of", |o: nb::object| nb::frozenset::from_object(&o));
    m.def("set_size", |s: nb::set| (s.len(), s.size(), s.is_empty()));
    m.def("frozenset_size", |s: nb::frozenset| (s.len(), s.size(), s.is_empty()));
    m.def("set_add", |s: nb::set, value: nb::object| s.add(value));
    m.def("set_add_int", |s: nb::set, value: i32| s.add(value));
    m.def("set_contains", |s: nb::set, value: nb::object| s.contains(value));
    m.def("frozenset_contains", |s: nb::frozenset, value: nb::object| s.contains(value));
    m.def("set_discard", |s: nb::set, value: nb::object| s.discard(value));
    m.def("set_clear", |s: nb::set| s.clear());

    // Texts, numbers, bytes.
    m.def("str_new", |text: &str| nb::str_::new(text));
    m.def("str_read", |s: nb::str_| s.to_str().map(|text| text.to_string()));
    m.def("str_format", |s: nb::str_, o: nb::object| s.format((1, o, nb::kw("key", "value"))));
    m.def("int_of", |o: nb::object| nb::int_::from_object(&o));
    m.def("int_wide", || (nb::int_::new(i128::MIN), nb::int_::new(u128::MAX), nb::int_::from(-1i8)));
    m.def("float_of", |o: nb::object| nb::float_::from_object(&o));
    m.def("float_value", |f: nb::float_| nb::float_::new(f.value()));
    m.def("bool_of", |o: nb::object| nb::bool_::from_object(&o));
    m.def("bool_not", |b: nb::bool_| nb::bool_::from(!b.value()));
    m.def("bytes_of", |o: nb::object| nb::bytes::from_object(&o));
    m.def("bytes_new", || (nb::bytes::new(b"a\0b"), nb::bytes::from(&b""[..]), nb::bytes::new(c"text".to_bytes())));
    m.def("bytes_read", |b: nb::bytes| {
        (b.as_bytes().iter().map(|byte| u32::from(*byte)).sum::<u32>(), b.len(), b.size(), b.is_empty())
    });
    m.def("bytearray_new", |b: nb::bytes| (nb::bytearray::new(b.as_bytes()), nb::bytearray::new(&[])));
    m.def("bytearray_of", |o: nb::object| nb::bytearray::from_object(&o));
    m.def("bytearray_read", |b: nb::bytearray| {
        (b.to_vec().iter().map(|byte| u32::from(*byte)).sum::<u32>(), b.len(), b.size(), b.is_empty())
    });
    m.def("bytearray_resize", |b: nb::bytearray, size: usize| b.resize(size));
    m.def("memoryview_of", |o: nb::object| nb::memoryview::from_object(&o));

    // Slices, singletons, modules, weak references.
    m.def("slice_new", |a: Option<i64>, b: Option<i64>, c: Option<i64>| nb::slice::new(a, b, c));
    m.def("slice_none", || nb::slice::new(nb::none(), 5, nb::none()));
    m.def("slice_compute", |s: nb::slice, size: usize| s.compute(size));
    m.def("singletons", || {
        (nb::ellipsis::new(), nb::ellipsis::default(), nb::not_implemented::new(), nb::not_implemented::default())
    });
    m.def("import", |name: &str| nb::module_::<()>::import_(name));
    m.def("mapping_parts", |o: nb::mapping| -> nb::Result<(nb::list, nb::list, nb::list)> {
        Ok((o.keys()?, o.values()?, o.items()?))
    });
    m.def("over", |_: f64| "float");
    m.def("over", |_: nb::fallback| "fallback");
    m.def("over", |_: i32| "int");
    m.def("over", |_: Vec<f64>| "floats");
    m.def("weakref_new", |o: nb::object, f: Option<nb::object>| nb::weakref::new(&o, f.as_ref()), "o"_a, "f"_a.none());
    m.def("weakref_get", |w: nb::weakref| w.upgrade());

    // Capsules.
    m.def("capsule_new", |value: i32| nb::capsule::new(Held(value)));
    m.def("capsule_named", |value: i32| nb::capsule::with_name(Held(value), c"a.name"));
    m.def("capsule_get", |c: nb::capsule| c.get::<Held>().map(|held| held.0));
    m.def("capsule_get_other", |c: nb::capsule| c.get::<i32>().copied());
    m.def("capsule_raw", |address: usize, named: bool| {
        // SAFETY: `clean` only reads the number, which is not null in the tests.
        unsafe { nb::capsule::from_ptr(address as *mut c_void, named.then_some(c"raw.name"), Some(clean)) }
    });
    m.def("capsule_null", || {
        // SAFETY: CPython refuses null.
        unsafe { nb::capsule::from_ptr(std::ptr::null_mut(), None, None) }
    });
    m.def("capsule_data", |c: nb::capsule| c.data() as usize);
    m.def("capsule_data_named", |c: nb::capsule| c.data_named(c"raw.name").map(|pointer| pointer as usize));
    m.def("capsule_name", |c: nb::capsule| c.name());
    m.def("capsules_dropped", || DROPPED.load(Ordering::SeqCst));
    m.def("capsules_cleaned", || std::mem::take(&mut *CLEANED.lock().expect("nothing panics while locked")));

    // Errors.
    m.def("fetch", || {
        // SAFETY: attached; sets the error indicator.
        unsafe { nb::ffi::PyErr_SetString(nb::ffi::PyExc_KeyError, c"raw".as_ptr()) };
        let error = nb::Error::fetch();
        // SAFETY: attached.
        let cleared = unsafe { nb::ffi::PyErr_Occurred().is_null() };
        (cleared, error.to_string())
    });
    m.def("restore", |f: nb::callable| -> nb::Result<c_int> {
        let Err(error) = f.call(()) else { return Ok(0) };
        error.restore();
        // SAFETY: attached.
        if unsafe { nb::ffi::PyErr_Occurred().is_null() } { Ok(1) } else { Err(nb::Error::fetch()) }
    });
    m.def("raise_builtin", |name: &str, text: &str| -> nb::Result<()> {
        Err(match name {
            "StopIteration" => nb::stop_iteration(text),
            "IndexError" => nb::index_error(text),
            "KeyError" => nb::key_error(text),
            "ValueError" => nb::value_error(text),
            "TypeError" => nb::type_error(text),
            "BufferError" => nb::buffer_error(text),
            "ImportError" => nb::import_error(text),
            "AttributeError" => nb::attribute_error(text),
            _ => nb::runtime_error(text),
        })
    });

    // Threads and detaching.
    m.def("keep", |o: nb::object| KEPT.with(|kept| drop(kept.replace(Some(o)))));
    m.def("forget", || drop(KEPT.take()));
    m.def("uses", || USES.iter().chain(WRAPPER_USES).map(|(name, _)| name.to_string()).collect::<Vec<_>>());
    m.def("use_detached", |name: &str| {
        let found = USES.iter().chain(WRAPPER_USES).find(|(known, _)| *known == name);
        let (_, body) = found.expect("a name from `uses`");
        nb::gil_scoped_release::run(|| kept(|o| body(o)));
    });
    m.def("show_detached", || nb::gil_scoped_release::run(|| kept(|o| format!("{o} {o:?}"))));
    m.def("drop_detached", || nb::gil_scoped_release::run(|| drop(KEPT.take())));
    m.def("drop_at_thread_end", |name: &str| {
        nb::gil_scoped_release::run(|| {
            let work = || {
                nb::gil_scoped_acquire::run(|| {
                    let value = nb::module_::<()>::import_("builtins").and_then(|builtins| builtins.getattr(name));
                    KEPT.with(|kept| kept.replace(Some(value.expect("the test has set it"))));
                });
            };
            std::thread::scope(|scope| scope.spawn(work).join().is_ok())
        })
    });
    m.def("append_from_threads", &append_from_threads);
    m.def("kind_of_raised", |f: nb::callable| {
        f.call(()).err().and_then(|error| error.kind()).map_or(String::new(), |kind| format!("{kind:?}"))
    });
    m.def("kind_of_native", |name: &str| {
        use nb::Builtin::*;
        let all = [RuntimeError, StopIteration, IndexError, KeyError, ValueError, TypeError, BufferError, ImportError];
        let mut all = all.into_iter().chain([AttributeError, OverflowError, OSError, UnicodeError]);
        let error = match all.find(|kind| format!("{kind:?}") == name) {
            Some(kind) => nb::Error::new(kind, "text"),
            None => nb::next_overload(),
        };
        error.kind().map_or(String::new(), |kind| format!("{kind:?}"))
    });
    m.def("typing", || nb::typing());
    m.def("type_dict", |class: nb::object| nb::type_dict(&class));
    m.def("type_lookup", |class: nb::object, name: &str| nb::type_lookup(&class, name));
    m.def("inst_dict", |value: nb::object| nb::inst_dict(&value));
    m.def("acquire_nested", |l: nb::list| {
        nb::gil_scoped_acquire::run(|| nb::gil_scoped_acquire::run(|| l.append(1)))
    });
    m.def("is_attached", || (nb::is_attached(), nb::gil_scoped_release::run(nb::is_attached)));
});
