//! What the cycle collector sees: Python objects in Rust values, patients, owners of children.

use nb::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// Counts how many of it are alive.
pub struct Counted;

impl Counted {
    fn new() -> Counted {
        LIVE.fetch_add(1, Ordering::SeqCst);
        Counted
    }
}

impl Clone for Counted {
    fn clone(&self) -> Counted {
        Counted::new()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Holds nothing that the collector could see.
#[derive(Clone)]
pub struct Plain {
    pub value: i64,
}

/// Holds an object, as `nb::object` members do in C++.
pub struct Wrapper {
    pub value: Option<nb::stored>,
    _counted: Counted,
}
nb_traverse!(Wrapper: value);

impl Wrapper {
    fn new() -> Wrapper {
        Wrapper { value: None, _counted: Counted::new() }
    }
    fn set(&mut self, value: Option<nb::stored>) {
        self.value = value;
    }
    fn get(&self) -> Option<nb::stored> {
        self.value.clone()
    }
    /// Runs Python code while this is borrowed exclusively.
    fn change(&mut self, body: nb::callable) -> nb::Result<()> {
        body.call(())?;
        Ok(())
    }
    fn look(&self, body: nb::callable) -> nb::Result<()> {
        body.call(())?;
        Ok(())
    }
    /// Puts other objects into place all the time, without the interpreter.
    fn swap_for(&mut self, other: &mut Wrapper, millis: u64) {
        let end = std::time::Instant::now() + Duration::from_millis(millis);
        while std::time::Instant::now() < end {
            std::mem::swap(&mut self.value, &mut other.value);
        }
    }
}

/// Holds objects in every kind of container.
pub struct Bag {
    list: Vec<nb::stored<nb::list>>,
    map: HashMap<String, nb::stored>,
    pair: Option<(Box<nb::stored>, [nb::stored; 1])>,
    locked: Mutex<Option<nb::stored>>,
    _counted: Counted,
}
nb_traverse!(Bag: list, map, pair, locked);

impl Bag {
    fn new() -> Bag {
        Bag { list: Vec::new(), map: HashMap::new(), pair: None, locked: Mutex::new(None), _counted: Counted::new() }
    }
    fn put(&mut self, place: &str, value: nb::object) -> nb::Result<()> {
        match place {
            "list" => self.list.push(nb::list::try_from(value)?.into()),
            "map" => drop(self.map.insert("key".to_string(), value.into())),
            "pair" => self.pair = Some((Box::new(value.clone().into()), [value.into()])),
            _ => *self.locked.lock().expect("no test panics with the lock") = Some(value.into()),
        }
        Ok(())
    }
}

/// A base class that holds an object, with a field in front of it in the derived one.
pub struct Special {
    _first: u64,
    base: Wrapper,
}
nb_base!(Special, base: Wrapper);

impl Special {
    fn new() -> Special {
        Special { _first: 1, base: Wrapper::new() }
    }
}

/// Derived classes with an object of their own. Some name the base, some the base's class does it for.
macro_rules! owners {
    ($($Name:ident($Base:ident): $($field:ident),*;)*) => { $(
        pub struct $Name {
            own: Option<nb::stored>,
            base: $Base,
            other: Option<nb::stored>,
        }
        nb_base!($Name, base: $Base);
        nb_traverse!($Name: $($field),*);
        impl $Name {
            fn new() -> $Name {
                $Name { own: None, base: $Base::new(), other: None }
            }
            fn set_own(&mut self, own: nb::stored, other: nb::stored) {
                self.own = Some(own);
                self.other = Some(other);
            }
        }
    )* };
}
owners! {
    Owning(Wrapper): own, other;
    Naming(Wrapper): own, base, other;
    OnlyBase(Wrapper): base;
    Deep(Owning): own, other;
    DeepNaming(Owning): base, own, other;
    Middle(Special): own, other;
}

/// A field without size at the place of the base.
#[repr(C)]
pub struct Marked {
    marker: (),
    base: Wrapper,
    own: Option<nb::stored>,
}
nb_base!(Marked, base: Wrapper);
nb_traverse!(Marked: marker, own);
impl Marked {
    fn new() -> Marked {
        Marked { marker: (), base: Wrapper::new(), own: None }
    }
    fn set_own(&mut self, own: nb::stored, _other: nb::stored) {
        self.own = Some(own);
    }
}

static SHARED: Mutex<Vec<Arc<Wrapper>>> = Mutex::new(Vec::new());

type Boxed = Box<dyn Fn(i32) -> i32 + Send + Sync>;
type Shared = Arc<dyn Fn(i32) -> i32 + Send + Sync>;

/// A button with handlers.
pub struct Button {
    on_click: Option<Boxed>,
    on_hover: Option<Shared>,
    _counted: Counted,
}
nb_traverse!(Button: on_click, on_hover);

impl Button {
    fn new() -> Button {
        Button { on_click: None, on_hover: None, _counted: Counted::new() }
    }
    fn set_click(&mut self, call: Boxed) {
        self.on_click = Some(call);
    }
    fn set_hover(&mut self, call: Shared) {
        self.on_hover = Some(call);
    }
    fn take_hover(&self) -> Option<Shared> {
        self.on_hover.clone()
    }
    fn click(&self) -> i32 {
        self.on_click.as_ref().map_or(-1, |call| call(1))
    }
}

/// Callbacks that native code shares with the buttons.
static HOVERS: Mutex<Vec<Shared>> = Mutex::new(Vec::new());

/// Keeps other objects alive.
pub struct Nurse {
    pub child: Plain,
    _counted: Counted,
}

impl Nurse {
    fn new() -> Nurse {
        Nurse { child: Plain { value: 5 }, _counted: Counted::new() }
    }
    fn inner(&self) -> &Plain {
        &self.child
    }
}

/// What a function with `keep_alive<0, 1>` returns.
pub struct Result0(Counted);

/// Values that are reached through their owners only.
pub struct Inner {
    pub value: i32,
    _counted: Counted,
}

impl Inner {
    fn itself(&self) -> &Inner {
        self
    }
}

pub struct Outer {
    pub inner: Inner,
    pub other: Inner,
}

impl Outer {
    fn new() -> Outer {
        let inner = |value| Inner { value, _counted: Counted::new() };
        Outer { inner: inner(1), other: inner(2) }
    }
    fn other(&self) -> &Inner {
        &self.other
    }
}

/// An owner that holds no references, with children inside children.
#[derive(Clone)]
pub struct Tree {
    pub leaf: Leaf,
}

#[derive(Clone)]
pub struct Leaf {
    pub tip: Tip,
}

#[derive(Clone)]
pub struct Tip {
    pub value: i32,
    _counted: Counted,
}

impl Tree {
    fn new() -> Tree {
        Tree { leaf: Leaf { tip: Tip { value: 3, _counted: Counted::new() } } }
    }
}

/// As `Tree`, without Python subclasses.
#[derive(Clone)]
pub struct Shrub {
    pub twig: Twig,
}

#[derive(Clone)]
pub struct Twig {
    pub value: i64,
}

/// Uses its patient when it ends, as native code does that relies on `keep_alive`.
pub struct Witness {
    patient_lives: Arc<AtomicUsize>,
    at_end: Arc<AtomicUsize>,
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.at_end.store(self.patient_lives.load(Ordering::SeqCst) + 1, Ordering::SeqCst);
    }
}

/// A patient that says whether it lives.
pub struct Watched(Arc<AtomicUsize>);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.store(0, Ordering::SeqCst);
    }
}

static WITNESS: Mutex<Option<Arc<AtomicUsize>>> = Mutex::new(None);

fn watch(witnessed: &Watched) -> Witness {
    let at_end = Arc::new(AtomicUsize::new(0));
    *WITNESS.lock().expect("no test panics with the lock") = Some(at_end.clone());
    Witness { patient_lives: witnessed.0.clone(), at_end }
}

nb_module!(test_collector_ext, m, {
    m.def("live", || LIVE.load(Ordering::SeqCst));
    m.def("swap", |a: &mut Wrapper, b: &mut Wrapper, millis: u64| a.swap_for(b, millis),
        nb::call_guard<nb::gil_scoped_release>());
    nb::class_<Plain>(m, "Plain").def(nb::init(|value: i64| Plain { value })).def_rw("value", &Plain::value);
    nb::class_<Wrapper>(m, "Wrapper")
        .def(nb::init(Wrapper::new))
        .def("set", &Wrapper::set, nb::arg("value").none())
        .def("get", &Wrapper::get)
        .def_rw("value", &Wrapper::value)
        .def("change", &Wrapper::change)
        .def("look", &Wrapper::look);
    nb::class_<Special, Wrapper>(m, "Special").def(nb::init(Special::new));
    nb::class_<Owning, Wrapper>(m, "Owning").def(nb::init<>()).def("set_own", &Owning::set_own);
    nb::class_<Naming, Wrapper>(m, "Naming").def(nb::init<>()).def("set_own", &Naming::set_own);
    nb::class_<OnlyBase, Wrapper>(m, "OnlyBase").def(nb::init<>()).def("set_own", &OnlyBase::set_own);
    nb::class_<Marked, Wrapper>(m, "Marked").def(nb::init<>()).def("set_own", &Marked::set_own);
    nb::class_<Deep, Owning>(m, "Deep").def(nb::init<>()).def("set_own_too", &Deep::set_own);
    nb::class_<DeepNaming, Owning>(m, "DeepNaming").def(nb::init<>()).def("set_own_too", &DeepNaming::set_own);
    nb::class_<Middle, Special>(m, "Middle").def(nb::init<>()).def("set_own", &Middle::set_own);
    m.def("box", || Box::new(Wrapper::new()));
    m.def("consume", |wrapper: Wrapper| drop(wrapper));
    m.def("share", |wrapper: Arc<Wrapper>| SHARED.lock().expect("not poisoned").push(wrapper));
    m.def("end_sharing", || std::mem::take(&mut *SHARED.lock().expect("not poisoned")).len());
    m.def("set_destructs", |wrapper: nb::object, destructs: bool| {
        // SAFETY: the tests pass ready wrappers, whose values are inside of them.
        unsafe { nb::inst_set_state(&wrapper, true, destructs) }
    });
    nb::class_<Bag>(m, "Bag").def(nb::init(Bag::new)).def("put", &Bag::put);
    nb::class_<Button>(m, "Button", nb::dynamic_attr())
        .def(nb::init(Button::new))
        .def("set_click", &Button::set_click)
        .def("set_hover", &Button::set_hover)
        .def("take_hover", |button: &Button| HOVERS.lock().expect("not poisoned").extend(button.take_hover()))
        .def("click", &Button::click);
    m.def("forget_hovers", || std::mem::take(&mut *HOVERS.lock().expect("not poisoned")).len());

    // With a pool, which it has to give up when it turns out to be a nurse.
    nb::class_<Nurse>(m, "Nurse", nb::pooled(4))
        .def(nb::init(Nurse::new))
        .def("keep", |_: &Nurse, _patient: nb::object| {}, nb::keep_alive<1, 2>())
        .def("inner", &Nurse::inner, nb::rv_policy::reference_internal);
    nb::class_<Result0>(m, "Result0");
    m.def("kept_by_result", |_: nb::object| Result0(Counted::new()), nb::keep_alive<0, 1>());

    // Used before it is bound.
    nb::class_<Outer>(m, "Outer", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(Outer::new))
        .def_rw("inner", &Outer::inner)
        .def("other", &Outer::other, nb::rv_policy::reference_internal);
    nb::class_<Inner>(m, "Inner")
        .def_rw("value", &Inner::value)
        .def("itself", &Inner::itself, nb::rv_policy::reference_internal)
        .def("keep", |_: &Inner, _patient: nb::object| {}, nb::keep_alive<1, 2>());

    nb::class_<Tree>(m, "Tree").def(nb::init(Tree::new)).def_rw("leaf", &Tree::leaf);
    nb::class_<Tip>(m, "Tip").def_rw("value", &Tip::value);
    nb::class_<Leaf>(m, "Leaf").def_rw("tip", &Leaf::tip);
    nb::class_<Twig>(m, "Twig").def_rw("value", &Twig::value);
    nb::class_<Shrub>(m, "Shrub")
        .def(nb::init(|| Shrub { twig: Twig { value: 1 } }))
        .def("copy", |shrub: &Shrub| shrub.twig.clone())
        .def_rw("twig", &Shrub::twig);

    nb::class_<Watched>(m, "Watched", nb::dynamic_attr()).def(nb::init(|| Watched(Arc::new(AtomicUsize::new(1)))));
    nb::class_<Witness>(m, "Witness");
    m.def("watch", &watch, nb::keep_alive<0, 1>());
    m.def("witnessed", || WITNESS.lock().expect("not poisoned").as_ref().map(|seen| seen.load(Ordering::SeqCst)));
});
