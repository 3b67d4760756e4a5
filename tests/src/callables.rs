//! Functions as values: callables as arguments and results, functions made at run time, calls into Python.

use nb::prelude::*;
use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// Counts how many of it are alive; captured by closures.
pub struct Counted(i32);

impl Counted {
    fn new(value: i32) -> Counted {
        LIVE.fetch_add(1, Ordering::SeqCst);
        Counted(value)
    }
    fn value(&self) -> i32 {
        self.0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Clone)]
pub struct Dog {
    pub name: String,
}

/// A class without `Clone`, which stores callbacks.
pub struct Button {
    pub clicks: i32,
    pub on_click: Option<Shared>,
    pub once: Option<Mutex<Box<dyn FnMut(i32) -> i32 + Send>>>,
}

type Shared = Arc<dyn Fn(i32) -> i32 + Send + Sync>;
type Boxed = Box<dyn Fn(i32) -> i32 + Send + Sync>;

impl Button {
    fn click(&mut self) -> i32 {
        self.clicks += 1;
        self.on_click.as_ref().map_or(-1, |call| call(self.clicks))
    }
    fn peek(&self) -> i32 {
        self.on_click.as_ref().map_or(-1, |call| call(self.clicks))
    }
    fn keep(&mut self, call: Box<dyn FnMut(i32) -> i32 + Send>) {
        self.once = Some(Mutex::new(call));
    }
    fn run_kept(&self) -> i32 {
        let Some(call) = &self.once else { return -1 };
        (call.lock().expect("a callback that raises does not end a test"))(1)
    }
}

/// Objects with a dictionary, for cycles.
pub struct Bag;

impl Bag {
    fn method(&self) -> i32 {
        7
    }
}

fn func_arg(f: Box<dyn Fn(i32) -> i32>) -> i32 {
    f(10)
}

fn func_ret(f: Boxed) -> Boxed {
    Box::new(move |i| f(i) + 1)
}

/// Calls what it holds when it is dropped.
struct Last(Box<dyn Fn(i32) -> nb::Result<i32> + Send + Sync>);

impl Drop for Last {
    fn drop(&mut self) {
        match (self.0)(1) {
            Ok(value) => eprintln!("called: {value}"),
            Err(error) => eprintln!("after the end: {error}"),
        }
    }
}

static LEFT: Mutex<Option<Last>> = Mutex::new(None);

thread_local! {
    static LEFT_HERE: RefCell<Option<Last>> = const { RefCell::new(None) };
}

static BUSY: AtomicUsize = AtomicUsize::new(0);

/// Counts how many of it are alive.
pub struct Busy;

impl nb::CallGuard for Busy {
    fn enter() -> Busy {
        BUSY.fetch_add(1, Ordering::SeqCst);
        Busy
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        BUSY.fetch_sub(1, Ordering::SeqCst);
    }
}

/// As many as asked for, in a guarded call.
fn toys(count: i32) -> usize {
    assert_eq!(BUSY.load(Ordering::SeqCst), 1);
    count as usize
}

fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn on_thread<R: Send>(work: impl FnOnce() -> R + Send) -> Result<R, String> {
    nb::gil_scoped_release::run(|| {
        std::thread::scope(|scope| scope.spawn(work).join()).map_err(|_| "raised".to_string())
    })
}

nb_fn!(in crate::callables; "item_adder", |step: i32| nb::cpp_function(move |number: i32| number + step, "number"_a));
nb_bind!(in crate::callables; |m| {
    m.attr("bound_adder") = nb::cpp_function(&add, "a"_a, "b"_a = 2);
});

nb_module!(test_callables_ext, m, {
    nb::class_<Counted>(m, "Counted").def_prop_ro("value", &Counted::value);
    nb::class_<Dog>(m, "Dog").def(nb::init(|name: &str| Dog { name: name.to_string() })).def_rw("name", &Dog::name)
        .def("toys", |_d: &Dog, dog: &Dog, count: i32| vec![dog.clone(); toys(count)], "dog"_a.noconvert(), "count"_a = 2,
            "Some toys", nb::rv_policy::copy, nb::call_guard<Busy>(), nb::keep_alive<1, 2>())
        .def_static("static_toys", |dog: &Dog, count: i32| vec![dog.clone(); toys(count)], "dog"_a.noconvert(), "count"_a = 2,
            "Some toys", nb::rv_policy::copy, nb::call_guard<Busy>(), nb::keep_alive<1, 2>());
    nb::class_<Button>(m, "Button")
        .def(nb::init(|| Button { clicks: 0, on_click: None, once: None }))
        .def_rw("clicks", &Button::clicks)
        .def_rw("on_click", &Button::on_click)
        .def("click", &Button::click)
        .def("peek", &Button::peek)
        .def("keep", &Button::keep)
        .def("run_kept", &Button::run_kept);
    nb::class_<Bag>(m, "Bag", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(|| Bag))
        .def("m", &Bag::method);

    m.def("live", || LIVE.load(Ordering::SeqCst));

    // Callables as arguments.
    m.def("func_arg", &func_arg, "f"_a);
    m.def("func_ret", &func_ret);
    m.def("borrowed", |f: &dyn Fn(i32) -> i32| f(1) + f(2));
    m.def("mutable", |mut f: Box<dyn FnMut(i32) -> i32>| f(1) + f(2));
    m.def("sendable", |f: Box<dyn Fn(i32) -> i32 + Send>| on_thread(move || f(20)));
    m.def("sendable_mut", |mut f: Box<dyn FnMut(i32) -> i32 + Send>| on_thread(move || f(20)));
    m.def("optional", |f: Option<Boxed>| f.is_some());
    m.def("run", |f: Box<dyn Fn()>| f());
    m.def("fallible", |f: Box<dyn Fn(i32) -> nb::Result<i32>>| match f(1) {
        Ok(value) => format!("got {value}"),
        Err(error) => format!("failed: {error}"),
    });
    m.def("fallible_unit", |f: Box<dyn Fn() -> nb::Result<()>>| f());
    m.def("texts", |f: Box<dyn Fn(&str) -> String>| f("hello"));
    m.def("dogs", |f: Box<dyn Fn(&Dog, i32) -> Dog>| f(&Dog { name: "Max".into() }, 2).name);
    m.def("owned_dog", |f: Box<dyn Fn(Dog) -> String>| f(Dog { name: "Rex".into() }));
    m.def("many", |f: Box<dyn Fn(i32, f64, String, bool, Vec<i32>, Option<i32>) -> Vec<String>>| {
        f(1, 2.5, "three".into(), true, vec![5], None)
    });
    m.def("objects", |f: Box<dyn Fn(nb::object) -> nb::object>, o: nb::object| f(o));
    m.def("all", |fs: Vec<Boxed>, x: i32| fs.iter().map(|f| f(x)).collect::<Vec<i32>>());
    m.def("nested", |f: Box<dyn Fn(Boxed) -> i32>| f(Box::new(|x| x * 3)));
    m.def("choose", |_f: Box<dyn Fn(i32) -> i32>| "callable");
    m.def("choose", |_x: i32| "int");
    m.def("catching", |f: Box<dyn Fn() -> i32>| {
        let counted = Counted::new(1);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f()));
        drop(counted);
        result.is_err()
    });
    m.def("unwinding", |f: Box<dyn Fn() -> i32>| {
        let counted = Counted::new(1);
        f() + counted.value()
    });
    m.def("result_of_thread", |f: Boxed| match on_thread(move || f(1)) {
        Ok(value) => Ok(value),
        Err(text) => Err(nb::value_error(text)),
    });
    m.def("passed_on", |f: Boxed| -> i32 {
        let ended = nb::gil_scoped_release::run(|| std::thread::spawn(move || f(1)).join());
        ended.unwrap_or_else(|payload| std::panic::resume_unwind(payload))
    });
    m.def("released", |f: Boxed| f(3), nb::call_guard<nb::gil_scoped_release>());
    m.def("drop_on_thread", |f: Boxed| {
        nb::gil_scoped_release::run(|| std::thread::spawn(move || drop(f)).join().is_ok())
    });

    m.def("leave_behind", |place: &str, f: Box<dyn Fn(i32) -> nb::Result<i32> + Send + Sync>| match place {
        "static" => *LEFT.lock().expect("locked here only") = Some(Last(f)),
        _ => LEFT_HERE.set(Some(Last(f))),
    });

    // Callables as results.
    m.def("ident", |f: Boxed| f);
    m.def("ident_shared", |f: Shared| f);
    m.def("ident_moved", |f: Boxed| -> Shared { Arc::from(f) });
    m.def("ident_optional", |f: Option<Boxed>| f);
    m.def("ident_text", |f: Box<dyn Fn(&str) -> String + Send + Sync>| f);
    m.def("wrapped", |f: Boxed| -> Boxed { Box::new(f) });
    m.def("stateful", |value: i32| -> Boxed {
        let counted = Counted::new(value);
        Box::new(move |x| x + counted.value())
    });
    m.def("shared", |value: i32| -> Shared {
        let counted = Counted::new(value);
        Arc::new(move |x| x * counted.value())
    });
    m.def("greeter", |greeting: String| -> Box<dyn Fn(&str) -> String + Send + Sync> {
        Box::new(move |name| format!("{greeting} {name}"))
    });
    m.def("in_a_list", || -> Vec<Box<dyn Fn() -> i32>> { vec![Box::new(|| 1)] });
    m.def("failing", || -> Box<dyn Fn(i32) -> Result<i32, String> + Send + Sync> {
        Box::new(|x| if x > 0 { Ok(x) } else { Err("not positive".to_string()) })
    });

    // Functions made at run time.
    m.def("toys", |dog: &Dog, count: i32| vec![dog.clone(); toys(count)], "dog"_a.noconvert(), "count"_a = 2,
        "Some toys", nb::rv_policy::copy, nb::call_guard<Busy>(), nb::keep_alive<1, 2>());
    m.def("make_toys", || nb::cpp_function(|dog: &Dog, count: i32| vec![dog.clone(); toys(count)], "dog"_a.noconvert(),
        "count"_a = 2, "Some toys", nb::rv_policy::copy, nb::call_guard<Busy>(), nb::keep_alive<1, 2>()));
    m.def("class_adder", |more: i32| {
        nb::cpp_function(move |class: nb::object| -> nb::Result<i32> { Ok(class.attr("number").get()?.cast::<i32>()? + more) })
    });
    let more = 7;
    m.def("class_adder_bound", move |class: nb::object| -> nb::Result<i32> {
        Ok(class.attr("number").get()?.cast::<i32>()? + more)
    });
    m.def("class_number", |class: nb::object| -> nb::Result<i32> { class.attr("number").get()?.cast() });
    m.def("adder", |step: i32| nb::cpp_function(move |number: i32| number + step, "number"_a));
    m.def("counting", |value: i32| {
        let counted = Counted::new(value);
        nb::cpp_function(move |x: i32| x + counted.value())
    });
    m.def("documented", || {
        nb::cpp_function(&add, "a"_a, "b"_a = 5, "Adds two numbers")
    });
    m.def("guarded", || nb::cpp_function(|| nb::is_attached(), nb::call_guard<nb::gil_scoped_release>()));
    m.def("policied", || {
        nb::cpp_function(|b: &Button| -> &'static str { if b.clicks > 0 { "used" } else { "new" } }, nb::rv_policy::copy, nb::sig("def (b: Button) -> str"))
    });
    m.attr("made") = nb::cpp_function(|x: i32| x - 1);
    m.def("install", |scope: nb::object, name: &str, value: i32| {
        nb::cpp_function_def(&scope, name, move |x: i32| x + value, "x"_a)
    });
    nb::cpp_function_def(m.object(), "installed", &add, "a"_a, "b"_a = 1)?;

    // Calls into Python.
    m.def("my_call", |f: nb::callable, list: nb::list, dict: nb::dict| {
        f.call((1, nb::unpack(&list), nb::kw("named", 2), nb::unpack_kw(&dict)))
    });

    // A cast that fails in a body.
    m.def("cast_inside", |o: nb::object| -> nb::Result<i32> { o.cast::<i32>() });
    m.def("cast_inside", |_o: nb::object, _other: i32| -> i32 { 1 });
    m.def("cast_inside", |_o: nb::any| -> i32 { 2 });

    m.def("getattr_or", |o: nb::object, name: &str| nb::getattr_or(&o, name, "default"));
});
