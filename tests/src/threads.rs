//! Python objects on threads that detach and attach.

use crate::handles::{double_all, each};
use nb::prelude::*;
use std::cell::RefCell;
use std::sync::Barrier;

pub struct Dog {
    age: i32,
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
    ("attr_name", |o| _ = o.attr(nb::name!("x")).get()),
    ("attr_name_set", |o| _ = o.attr(nb::name!("x")).set(1)),
    ("attr_name_del", |o| _ = o.attr(nb::name!("x")).del()),
    ("attr_name_call", |o| _ = o.attr(nb::name!("x")).call(())),
    ("attr_name_cast", |o| _ = o.attr(nb::name!("x")).cast::<i32>()),
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
    ("dict_clear", |o| _ = of::<nb::dict>(o).clear()),
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

nb_module!(test_threads_ext, m, {
    nb::class_<Dog>(m, "Dog");
    m.def("double_all", &double_all);
    m.def("each", |values: nb::list, f: nb::callable| each(&values, &f));
    m.def("repr", |o: nb::object| nb::repr(&o));
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
    m.def("acquire_nested", |l: nb::list| nb::gil_scoped_acquire::run(|| nb::gil_scoped_acquire::run(|| l.append(1))));
    m.def("is_attached", || (nb::is_attached(), nb::gil_scoped_release::run(nb::is_attached)));
});
