//! Classes: construction, members, inheritance, layout, borrow rules, Python subclasses.

use nb::prelude::*;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};

#[derive(Clone, Debug)]
pub struct Toy {
    pub squeaks: i32,
}

impl Toy {
    fn new(squeaks: i32) -> Toy {
        Toy { squeaks }
    }
}

#[derive(Clone, Debug)]
pub struct Dog {
    pub name: String,
    pub age: i32,
    pub toy: Toy,
    pub spare: Toy,
    pub toys: Vec<Toy>,
}

impl Dog {
    fn new(name: &str, age: i32) -> Dog {
        Dog { name: name.to_string(), age, toy: Toy::new(0), spare: Toy::new(0), toys: vec![Toy::new(1)] }
    }
    fn bark(&self) -> String {
        format!("{}: woof!", self.name)
    }
    fn first(&self) -> &Toy {
        &self.toys[0]
    }
    fn first_mut(&mut self) -> &mut Toy {
        &mut self.toys[0]
    }
    fn add_toy(&mut self) {
        self.toys.push(Toy::new(9));
    }
}

#[derive(Clone)]
pub struct Puppy {
    pub tricks: Vec<String>,
    pub dog: Dog,
}
nb_base!(Puppy, dog: Dog);
impl Puppy {
    fn new(name: &str) -> Puppy {
        Puppy { dog: Dog::new(name, 0), tricks: vec![] }
    }
}

/// A class two levels below `Dog` that adds no bytes of its own.
#[derive(Clone)]
pub struct Whelp {
    pub puppy: Puppy,
}
nb_base!(Whelp, puppy: Puppy);
impl Whelp {
    fn new(name: &str) -> Whelp {
        Whelp { puppy: Puppy::new(name) }
    }
}

fn swap(a: &mut Dog, b: &mut Dog) {
    std::mem::swap(a, b);
}
fn copy_into(from: &Dog, to: &mut Dog) {
    to.clone_from(from);
}
fn same(a: &Dog, b: &Dog) -> bool {
    std::ptr::eq(a, b)
}
fn swap_toys(a: &mut Toy, b: &mut Toy) {
    std::mem::swap(a, b);
}
fn play(dog: &mut Dog, toy: &mut Toy) {
    dog.age += 1;
    toy.squeaks += 1;
}
fn watch(dog: &Dog, toy: &Toy) -> i32 {
    dog.age + toy.squeaks
}
fn pick<'a>(a: &'a Dog, b: &'a Dog, first: bool) -> &'a Dog {
    if first { a } else { b }
}
fn oldest<'a>(dogs: Vec<&'a Dog>) -> Option<&'a Dog> {
    dogs.into_iter().max_by_key(|d| d.age)
}
fn rename_all(dogs: Vec<&mut Dog>, name: &str) -> usize {
    let count = dogs.len();
    dogs.into_iter().for_each(|d| d.name = name.to_string());
    count
}

/// Nothing but its class: no constructor, no members.
pub struct Blank(#[allow(dead_code, reason = "gives the class a size")] i32);

/// One member of each kind.
pub struct Kinds {
    pub value: i32,
}
static SHARED: AtomicI32 = AtomicI32::new(1);

pub struct KindsChild {
    pub base: Kinds,
}
nb_base!(KindsChild, base: Kinds);

/// Constructors: two overloads, a factory, a slot, and failures of each.
#[derive(Clone)]
pub struct Made {
    pub how: String,
}
impl Made {
    fn create(tag: &str) -> Made {
        Made { how: format!("create:{tag}") }
    }
}
fn made_slot<'a>(slot: nb::Slot<'a, Made>, tag: &str, fail: bool) -> nb::Result<nb::Ready<'a, Made>> {
    if fail {
        return Err(nb::value_error(format!("no slot for {tag}")));
    }
    Ok(slot.write(Made { how: format!("slot:{tag}") }))
}

/// Same size and members as `Toy`, another class.
pub struct Brick {
    pub squeaks: i32,
}

pub struct Outer;
#[derive(Clone)]
pub struct Inner {
    pub depth: i32,
}

pub struct Dyn {
    pub value: i32,
}
pub struct DynChild {
    pub base: Dyn,
    pub extra: i64,
}
nb_base!(DynChild, base: Dyn);
pub struct Weak;
pub struct WeakChild {
    pub base: Weak,
}
nb_base!(WeakChild, base: Weak);
pub struct Both;
pub struct Fin;

pub struct Over;
pub struct OverChild {
    pub base: Over,
}
nb_base!(OverChild, base: Over);

/// `int` converts to `Meter`, `Meter` to `Span`, never in one step.
#[derive(Clone)]
pub struct Meter(i32);
impl From<i32> for Meter {
    fn from(value: i32) -> Meter {
        Meter(value)
    }
}
#[derive(Clone)]
pub struct Span(i32);
impl From<&Meter> for Span {
    fn from(value: &Meter) -> Span {
        LIVE_SPANS.fetch_add(1, Relaxed);
        Span(value.0)
    }
}
impl Drop for Span {
    fn drop(&mut self) {
        LIVE_SPANS.fetch_sub(1, Relaxed);
    }
}
static LIVE_SPANS: AtomicUsize = AtomicUsize::new(0);

/// Its implicit constructor always declines, so that only the copy constructor is left.
#[derive(Clone)]
pub struct Picky;

macro_rules! layouts {
    ($($name:ident: $(#[$attr:meta])? $body:ty;)*) => { $(
        $(#[$attr])?
        pub struct $name(pub $body);
        impl Fill for $name {
            fn fill(byte: u8) -> Self { $name(<$body as Bytes>::of(byte)) }
            fn check(&self) -> Option<u8> { self.0.check() }
        }
    )* };
}
/// A pattern over all bytes of a value.
trait Bytes {
    fn of(byte: u8) -> Self;
    fn check(&self) -> Option<u8>;
}
impl<const N: usize> Bytes for [u8; N] {
    fn of(byte: u8) -> Self {
        [byte; N]
    }
    fn check(&self) -> Option<u8> {
        let first = self.first().copied().unwrap_or(0);
        self.iter().all(|b| *b == first).then_some(first)
    }
}
trait Fill: Sized {
    fn fill(byte: u8) -> Self;
    fn check(&self) -> Option<u8>;
}
layouts! {
    Nothing: [u8; 0];
    Odd: [u8; 3];
    Word: #[repr(align(8))] [u8; 8];
    Align16: #[repr(align(16))] [u8; 16];
    Align32: #[repr(align(32))] [u8; 32];
    Align64: #[repr(align(64))] [u8; 3];
    Align128: #[repr(align(128))] [u8; 128];
    Huge: [u8; 1_000_003];
}

/// Binds one layout by hand, the same for all of them.
fn bind_layout<D, T: nb::Class<D> + Fill>(m: &nb::module_<D>, name: &str) {
    m.class_::<T>(name, ())
        .def_init(|byte: u8| T::fill(byte), ())
        .def("check", |value: &T| value.check(), ())
        .def("address", |value: &T| std::ptr::from_ref(value) as usize, ())
        .def_static("layout", || (size_of::<T>(), align_of::<T>()), ());
}

pub struct Looped<const N: usize>;

/// Two token fields of size zero at one address: a `&mut` to each is exclusive all the same.
#[derive(Clone)]
pub struct Token;
pub struct Tokens {
    pub left: Token,
}
fn two_tokens(_a: &mut Token, _b: &mut Token) {}

nb_module!(test_classes_ext, m, {
    nb::class_<Toy>(m, "Toy", "A toy").def(nb::init<i32>()).def_rw("squeaks", &Toy::squeaks);
    nb::class_<Brick>(m, "Brick").def(nb::init(|n: i32| Brick { squeaks: n })).def_rw("squeaks", &Brick::squeaks);
    nb::class_<Dog>(m, "Dog", "A dog")
        .def(nb::init<&str, i32>(), "name"_a, "age"_a = 3)
        .def(nb::init<&Dog>(), "other"_a)
        .def("bark", &Dog::bark)
        .def_rw("name", &Dog::name)
        .def_rw("age", &Dog::age, "Age in years")
        .def_rw("toy", &Dog::toy)
        .def_rw("spare", &Dog::spare)
        .def_ro("toy_ro", &Dog::toy)
        .def_ro("legs", &Dog::age, "How many")
        .def("first", &Dog::first, nb::rv_policy::reference_internal)
        .def("first_mut", &Dog::first_mut, nb::rv_policy::reference_internal)
        .def("add_toy", &Dog::add_toy)
        .def("set", |d: &mut Dog, age: i32| d.age = age)
        .def("set", |d: &mut Dog, name: &str| d.name = name.to_string())
        .def_static("create", || Dog::new("Stray", 1))
        .def_static("boxed", || Box::new(Dog::new("Boxed", 1)))
        .def_prop_rw("years", |d: &Dog| d.age, |d: &mut Dog, v: i32| d.age = v, "Years")
        .def_prop_ro("shout", |d: &Dog| d.name.to_uppercase(), "Loud name")
        .def("__repr__", |d: &Dog| format!("<Dog {}>", d.name));
    nb::class_<Puppy, Dog>(m, "Puppy")
        .def(nb::init<&str>(), "name"_a)
        .def("learn", |p: &mut Puppy, t: &str| { p.tricks.push(t.to_string()); p.tricks.len() });
    nb::class_<Whelp, Puppy>(m, "Whelp").def(nb::init<&str>());
    m.def("swap", &swap, "a"_a, "b"_a);
    m.def("copy_into", &copy_into);
    m.def("same", &same);
    m.def("swap_toys", &swap_toys);
    m.def("play", &play);
    m.def("watch", &watch);
    m.def("pick", &pick, nb::rv_policy::none);
    m.def("copy_of", |d: &Dog| d.clone());
    m.def("oldest", &oldest, nb::rv_policy::none);
    m.def("rename_all", &rename_all);
    m.def("rename", |d: &mut Dog, name: &str| d.name = name.to_string());
    m.def("age_after", |d: &mut Dog, years: i32| { d.age += years; d.age });
    m.def("downcast", || Box::new(Puppy::new("hidden").dog));
    m.def("call_back", |d: &mut Dog, f: nb::object| -> nb::Result<i32> {
        d.age += 1;
        f.call(())?;
        d.age += 1;
        Ok(d.age)
    });
    m.def("call_back_reading", |d: &Dog, f: nb::object| -> nb::Result<i32> {
        f.call(())?;
        Ok(d.age)
    });
    m.def("call_back_then_panic", |d: &mut Dog, f: nb::object| -> () {
        d.age += 1;
        f.call(()).expect("the callback raised");
        panic!("after the callback");
    });
    m.def("busy_without_interpreter", |d: &mut Dog, milliseconds: u64| {
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        d.age += 1;
    }, nb::call_guard<nb::gil_scoped_release>());

    nb::class_<Blank>(m, "Blank");

    nb::class_<Kinds>(m, "Kinds")
        .def(nb::init(|value: i32| Kinds { value }), "value"_a = 7, "Makes one")
        .def("method", |k: &Kinds, by: i32| k.value * by, "by"_a = 2, "A method")
        .def_ro("ro", &Kinds::value, "A read-only field")
        .def_rw("rw", &Kinds::value, "A field")
        .def_prop_ro("prop_ro", |k: &Kinds| k.value + 1, "A read-only property")
        .def_prop_rw("prop_rw", |k: &Kinds| k.value, |k: &mut Kinds, v: i32| k.value = v, "A property")
        .def_static("static_", |x: i32| x + 1, "x"_a = 1, "A static method")
        .def_prop_ro_static("static_ro", |_cls: nb::object| SHARED.load(Relaxed), "A static value")
        .def_prop_rw_static(
            "static_rw",
            |_cls: nb::object| SHARED.load(Relaxed),
            |_cls: nb::object, v: i32| SHARED.store(v, Relaxed),
            "A static property",
        )
        .def_prop_ro_static("whoami", |cls: nb::object| cls);

    nb::class_<KindsChild, Kinds>(m, "KindsChild")
        .def_prop_ro_static("static_ro", |_cls: nb::object| -1)
        .def_prop_rw_static(
            "static_rw",
            |_cls: nb::object| -SHARED.load(Relaxed),
            |_cls: nb::object, v: i32| SHARED.store(-v, Relaxed),
        );

    nb::class_<Made>(m, "Made")
        .def(nb::init(|| Made { how: "default".into() }))
        .def(nb::init(|n: i32| if n < 0 { Err(nb::value_error("negative")) } else { Ok(Made { how: format!("int:{n}") }) }))
        .def(nb::init(|tag: &str| Made::create(tag)))
        .def(nb::init(|x: f64| -> Box<Made> { if x.is_nan() { panic!("not a number") } Box::new(Made { how: format!("box:{x}") }) }))
        .def("__init__", &made_slot)
        .def_ro("how", &Made::how);

    nb::class_<Outer> outer(m, "Outer");
    outer.def(nb::init(|| Outer));
    nb::class_<Inner>(outer, "Inner").def(nb::init(|depth: i32| Inner { depth })).def_rw("depth", &Inner::depth);

    nb::class_<Dyn>(m, "Dyn", nb::dynamic_attr())
        .def(nb::init(|value: i32| Dyn { value }))
        .def_rw("value", &Dyn::value);
    nb::class_<DynChild, Dyn>(m, "DynChild")
        .def(nb::init(|value: i32| DynChild { base: Dyn { value }, extra: i64::from(value) }))
        .def_ro("extra", &DynChild::extra)
        .def_rw("base", &DynChild::base);
    nb::class_<Weak>(m, "Weak", nb::is_weak_referenceable()).def(nb::init(|| Weak));
    nb::class_<WeakChild, Weak>(m, "WeakChild").def(nb::init(|| WeakChild { base: Weak })).def_rw("base", &WeakChild::base);
    nb::class_<Both>(m, "Both", nb::is_weak_referenceable(), nb::dynamic_attr()).def(nb::init(|| Both));
    nb::class_<Fin>(m, "Fin", nb::is_final()).def(nb::init(|| Fin));

    nb::class_<Over>(m, "Over")
        .def(nb::init(|| Over))
        .def("ov", |_: &Over, x: i32| format!("int {x}"))
        .def("ov", |_: &Over, x: &str| format!("str {x}"))
        .def("some_docs", |_: &Over, _x: i32| {}, "Takes a number")
        .def("some_docs", |_: &Over, _x: &str| {})
        .def("all_docs", |_: &Over, _x: i32| {}, "\nTakes a number")
        .def("all_docs", |_: &Over, _x: &str| {}, "Takes a text")
        .def("one_doc", |_: &Over, _x: i32| {}, "Takes anything")
        .def("one_doc", |_: &Over, _x: &str| {}, "Takes anything")
        .def("empty_doc", |_: &Over, _x: i32| {}, "")
        .def("empty_doc", |_: &Over, _x: &str| {}, "");
    nb::class_<OverChild, Over>(m, "OverChild")
        .def(nb::init(|| OverChild { base: Over }))
        .def("ov", |_: &OverChild, x: i32| format!("child {x}"));

    nb::class_<Meter>(m, "Meter")
        .def(nb::init_implicit<i32>())
        .def(nb::init<&Meter>())
        .def("value", |meter: &Meter| meter.0);
    nb::class_<Span>(m, "Span").def(nb::init_implicit<&Meter>()).def("value", |span: &Span| span.0);
    m.def("live_spans", || LIVE_SPANS.load(Relaxed));
    m.def("take_meter", |meter: &Meter| meter.0);
    m.def("take_meter_strictly", |meter: &Meter| meter.0, "meter"_a.noconvert());
    m.def("take_span", |span: &Span| (span.0, LIVE_SPANS.load(Relaxed)));
    nb::class_<Picky>(m, "Picky")
        .def(nb::init<&Picky>())
        .def_init_implicit(|_: i32| -> nb::Result<Picky> { Err(nb::next_overload()) }, ());
    m.def("take_picky", |_: &Picky| {});

    nb::uses_<Nothing>();
    nb::uses_<Odd>();
    nb::uses_<Word>();
    nb::uses_<Align16>();
    nb::uses_<Align32>();
    nb::uses_<Align64>();
    nb::uses_<Align128>();
    nb::uses_<Huge>();
    bind_layout::<_, Nothing>(m, "Nothing");
    bind_layout::<_, Odd>(m, "Odd");
    bind_layout::<_, Word>(m, "Word");
    bind_layout::<_, Align16>(m, "Align16");
    bind_layout::<_, Align32>(m, "Align32");
    bind_layout::<_, Align64>(m, "Align64");
    bind_layout::<_, Align128>(m, "Align128");
    bind_layout::<_, Huge>(m, "Huge");

    nb::class_<std::alloc::Layout>(m, "Layout")
        .def(nb::init(|size: usize| std::alloc::Layout::from_size_align(size, 1)))
        .def("size", |l: &std::alloc::Layout| l.size())
        .def(
            "__add__",
            |a: &std::alloc::Layout, b: &std::alloc::Layout| a.extend(*b).map(|(both, _)| both),
            nb::is_operator(),
        );

    nb::class_<Looped<0>>(m, "Looped0").def(nb::init(|| Looped::<0>)).def("n", |_: &Looped<0>| 0);
    let looped = nb::class_<Looped<1>>(m, "Looped1").def(nb::init(|| Looped::<1>));
    for name in ["one", "two", "three"] {
        looped.def(name, move |_: &Looped<1>| name.to_string());
    }

    nb::class_<Token>(m, "Token").def(nb::init(|| Token));
    nb::class_<Tokens>(m, "Tokens").def(nb::init(|| Tokens { left: Token })).def_rw("left", &Tokens::left);
    m.def("two_tokens", &two_tokens);
});
