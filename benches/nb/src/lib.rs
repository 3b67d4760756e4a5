//! The benchmark's module, written with nb.

use nb::prelude::*;
use std::collections::HashMap;

fn noargs() {}

fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

fn mixed(a: u16, b: i32, c: u32, d: i64, e: u64, f: f32) -> f64 {
    f64::from(a) + f64::from(b) + f64::from(c) + d as f64 + e as f64 + f64::from(f)
}

fn text(s: String) -> String {
    s
}

fn floats(values: Vec<f64>) -> Vec<f64> {
    values
}

fn table(values: HashMap<String, i32>) -> i32 {
    values.values().sum()
}

fn maybe(value: Option<i32>) -> Option<i32> {
    value
}

fn callback(f: nb::object, x: i32) -> nb::Result<nb::object> {
    f.call((x,))
}

fn fail() -> nb::Result<()> {
    Err(nb::value_error("this always fails"))
}

/// An error that Python knows as a class of the module's.
#[derive(Debug)]
struct OwnError;

impl std::fmt::Display for OwnError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this always fails")
    }
}

impl std::error::Error for OwnError {}

fn fail_own() -> Result<(), OwnError> {
    Err(OwnError)
}

/// What native code does with Python objects, a hundred times a call.
fn read_attr(o: nb::object) -> nb::Result<i32> {
    let mut sum = 0_i32;
    for _ in 0..100 {
        sum = sum.wrapping_add(o.attr(nb::name!("value")).cast::<i32>()?);
    }
    Ok(sum)
}

fn write_attr(o: nb::object) -> nb::Result<()> {
    for i in 0..100 {
        o.attr(nb::name!("value")).set(i)?;
    }
    Ok(())
}

fn walk_dict(d: nb::dict) -> nb::Result<i32> {
    let mut sum = 0_i32;
    for (_key, value) in &d {
        sum = sum.wrapping_add(value.cast()?);
    }
    Ok(sum)
}

fn walk_list(l: nb::list) -> nb::Result<i32> {
    let mut sum = 0_i32;
    for value in &l {
        sum = sum.wrapping_add(value.cast()?);
    }
    Ok(sum)
}

fn make_list() -> nb::Result<nb::list> {
    let l = nb::list::new();
    for i in 0..100 {
        l.append(i)?;
    }
    Ok(l)
}

fn make_tuple() -> nb::Result<nb::tuple> {
    let mut t = nb::tuple_builder::new(100);
    for i in 0..100 {
        t.put(i)?;
    }
    t.commit()
}

fn call_keyword(f: nb::object) -> nb::Result<nb::object> {
    f.call((1, 2, nb::kw(nb::name!("c"), 3)))
}

#[derive(Clone)]
struct Item {
    value: i32,
}

/// Vectors that Python code sees as objects of their own.
type Numbers = nb::opaque<Vec<i32>>;
type Items = nb::opaque<Vec<Item>>;

fn numbers(count: i32) -> Numbers {
    nb::opaque((0..count).collect())
}

fn items(count: i32) -> Items {
    nb::opaque((0..count).map(Item::new).collect())
}

impl Item {
    fn new(value: i32) -> Item {
        Item { value }
    }

    fn get(&self) -> i32 {
        self.value
    }

    fn plus(&self, by: i32) -> i32 {
        self.value.wrapping_add(by)
    }

    fn twice(x: i32) -> i32 {
        x.wrapping_mul(2)
    }

    fn set_value(&mut self, value: i32) {
        self.value = value;
    }
}

fn take(item: &Item) -> i32 {
    item.value
}

fn both(a: &Item, b: &Item) -> i32 {
    a.value + b.value
}

fn adder(by: i32) -> Box<dyn Fn(i32) -> i32 + Send + Sync> {
    Box::new(move |x| x + by)
}

fn give() -> Item {
    Item::new(7)
}

/// An item whose instances leave their memory to later ones.
struct Pooled {
    value: i32,
}

impl Pooled {
    fn new(value: i32) -> Pooled {
        Pooled { value }
    }

    fn get(&self) -> i32 {
        self.value
    }
}

struct Outer {
    item: Item,
}

impl Default for Outer {
    fn default() -> Outer {
        Outer { item: Item::new(5) }
    }
}

impl Outer {
    fn child(&self) -> &Item {
        &self.item
    }
}

/// Has its items in a vector.
struct Many {
    items: Vec<Item>,
}

impl Default for Many {
    fn default() -> Many {
        Many { items: vec![Item::new(1), Item::new(2)] }
    }
}

/// Steps what it shares with Python.
struct Swarm {
    all: Vec<std::sync::Arc<std::sync::RwLock<Item>>>,
}

impl Default for Swarm {
    fn default() -> Swarm {
        Swarm { all: (0..100).map(|value| std::sync::Arc::new(std::sync::RwLock::new(Item::new(value)))).collect() }
    }
}

impl Swarm {
    fn step(&self) {
        for _ in 0..100 {
            for item in &self.all {
                let mut item = item.write().expect("nobody panics with the lock");
                item.value = item.value.wrapping_add(1);
            }
        }
    }
}

/// What native code has too.
fn shared_item() -> std::sync::Arc<std::sync::RwLock<Item>> {
    static KEPT: std::sync::OnceLock<std::sync::Arc<std::sync::RwLock<Item>>> = std::sync::OnceLock::new();
    KEPT.get_or_init(|| std::sync::Arc::new(std::sync::RwLock::new(Item::new(5)))).clone()
}

/// Sums the elements one after the other, as written.
fn array_sum(a: nb::ndarray<(f32, nb::ndim<2>, nb::c_contig)>) -> f32 {
    let lent = a.view();
    let v = lent.view();
    let mut sum = 0.0;
    for i in 0..v.shape(0) {
        for j in 0..v.shape(1) {
            sum += v[[i, j]].get();
        }
    }
    sum
}

fn array_scale(a: nb::ndarray<(f32, nb::ndim<2>, nb::c_contig)>, factor: f32) {
    let lent = a.view();
    let v = lent.view();
    for i in 0..v.shape(0) {
        for j in 0..v.shape(1) {
            let element = &v[[i, j]];
            element.set(element.get() * factor);
        }
    }
}

fn array_out() -> nb::Result<nb::ndarray<(nb::numpy, f64, nb::ndim<1>)>> {
    nb::ndarray::from_vec((0..16).map(f64::from).collect(), [16])
}

/// Shows its own memory as an array.
#[derive(Default)]
struct Matrix {
    m: [nb::cell<f32>; 16],
}

trait Works: std::any::Any + Send + Sync {
    fn work(&self, x: i32) -> i32;
}

#[derive(Clone, Default)]
struct Worker;

impl Works for Worker {
    fn work(&self, x: i32) -> i32 {
        x
    }
}

nb_trampoline!(PyWorker: Worker, dyn Works);
impl Works for PyWorker {
    fn work(&self, x: i32) -> i32 {
        nb_override!(self, work, x)
    }
}

fn run(worker: &dyn Works, x: i32) -> i32 {
    worker.work(x)
}

enum Kind {
    Cat,
    Dog,
}

fn other(kind: Kind) -> Kind {
    match kind {
        Kind::Cat => Kind::Dog,
        Kind::Dog => Kind::Cat,
    }
}

nb_module!(bench_nb, m, {
    m.def("noargs", &noargs);
    m.def("add", &add);
    m.def("named", &add, "a"_a, "b"_a = 1);
    m.def("mixed", &mixed);
    m.def("text", &text);
    m.def("floats", &floats);
    m.def("table", &table);
    m.def("maybe", &maybe, "value"_a = nb::none());
    m.def("over", |_: i32| 1);
    m.def("over", |_: f64| 2);
    m.def("over", |_: &str| 3);
    m.def("callback", &callback);
    m.def("fail", &fail);
    nb::exception<OwnError>(m, "OwnError");
    m.def("fail_own", &fail_own);
    m.def("read_attr", &read_attr);
    m.def("write_attr", &write_attr);
    m.def("walk_dict", &walk_dict);
    m.def("walk_list", &walk_list);
    m.def("make_list", &make_list);
    m.def("make_tuple", &make_tuple);
    m.def("call_keyword", &call_keyword);

    nb::class_<Item>(m, "Item")
        .def(nb::init<i32>())
        .def("get", &Item::get)
        .def("plus", &Item::plus)
        .def_static("twice", &Item::twice)
        .def_prop_rw("value", &Item::get, &Item::set_value)
        .def("__add__", |a: &Item, b: &Item| Item::new(a.value.wrapping_add(b.value)), nb::is_operator())
        .def("__eq__", |a: &Item, b: &Item| a.value == b.value, nb::is_operator())
        .def("__len__", |item: &Item| item.value as usize);

    nb::class_<Pooled>(m, "Pooled", nb::pooled(128)).def(nb::init<i32>()).def("get", &Pooled::get);

    nb::class_<Outer>(m, "Outer")
        .def(nb::init<>())
        .def_rw("item", &Outer::item)
        .def("child", &Outer::child, nb::rv_policy::reference_internal);

    nb::class_<Many>(m, "Box").def(nb::init<>()).def_rw("items", &Many::items);
    m.def("shared_item", &shared_item);
    nb::class_<Swarm>(m, "Swarm").def(nb::init<>()).def_ro("all", &Swarm::all).def("step", &Swarm::step);

    nb::bind_vector<Numbers>(m, "Numbers");
    m.def("numbers", &numbers);
    nb::bind_vector<Items>(m, "Items");
    m.def("items", &items);

    m.def("take", &take);
    m.def("both", &both);
    m.def("adder", &adder);
    m.def("give", &give);

    m.def("array_in", |a: nb::ndarray<double, nb::ndim<1>>| a.size());
    m.def("array_out", &array_out);
    m.def("array_sum", &array_sum);
    m.def("array_scale", &array_scale, "a"_a.noconvert(), "factor"_a);
    nb::class_<Matrix>(m, "Matrix")
        .def(nb::init<>())
        .def("view", |matrix: &Matrix| nb::ndarray_ref<nb::numpy, float, nb::shape<4, 4>>::from_cells(&matrix.m, []), nb::rv_policy::reference_internal);

    nb::class_<Worker, PyWorker>(m, "Worker").def(nb::init::<>()).def("work", &Worker::work);
    m.def("run", &run);
    nb::enum_<Kind>(m, "Kind").value("Cat", Kind::Cat).value("Dog", Kind::Dog);
    m.def("other", &other);
});
