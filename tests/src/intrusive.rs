//! Intrusive reference counts: one count for a value, and one Python object.

use nb::prelude::*;
use nb::{intrusive_base, intrusive_counter, ref_};
use std::ptr::NonNull;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Barrier, Mutex};

static MADE: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);
/// Values that knew an object while they were dropped.
static KNOWN_IN_DROP: AtomicUsize = AtomicUsize::new(0);
/// Names of the values that the annotation's function was called for.
static EXPOSED: Mutex<Vec<String>> = Mutex::new(Vec::new());
static KEPT: Mutex<Vec<ref_<Node>>> = Mutex::new(Vec::new());
static SHARED: Mutex<Vec<Arc<Node>>> = Mutex::new(Vec::new());

struct Node {
    name: Mutex<String>,
    tag: i32,
    held: Mutex<Vec<ref_<Node>>>,
    counter: intrusive_counter,
}
nb_intrusive!(Node, counter);

impl Node {
    fn new(name: &str) -> Node {
        MADE.fetch_add(1, SeqCst);
        Node { name: Mutex::new(name.to_string()), tag: 1, held: Mutex::default(), counter: Default::default() }
    }

    fn name(&self) -> String {
        self.name.lock().unwrap().clone()
    }

    fn set_name(&self, name: String) {
        *self.name.lock().unwrap() = name;
    }

    fn overwrite(&mut self, name: &str) {
        *self = Node::new(name);
    }

    fn hold(&self, other: ref_<Node>) {
        self.held.lock().unwrap().push(other);
    }

    fn let_go(&self) {
        let held = std::mem::take(&mut *self.held.lock().unwrap());
        drop(held);
    }

    fn is_known(&self) -> bool {
        nb::self_py(self).is_some()
    }

    fn myself(&self) -> Option<nb::object> {
        nb::self_py(self)
    }
}

impl Clone for Node {
    fn clone(&self) -> Node {
        MADE.fetch_add(1, SeqCst);
        Node { name: Mutex::new(self.name()), tag: self.tag, held: Mutex::default(), counter: self.counter.clone() }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, SeqCst);
        KNOWN_IN_DROP.fetch_add(usize::from(self.self_py().is_some()), SeqCst);
        if self.name.get_mut().unwrap() == "panic" {
            panic!("dropped on purpose");
        }
    }
}

/// Counts with the counter of its base.
struct Leaf {
    node: Node,
    value: i32,
}
nb_base!(Leaf, node: Node);
nb_intrusive!(Leaf, node);

/// Has counters of its own and of its base, and says so for both.
struct Twice {
    node: Node,
    counter: intrusive_counter,
}
nb_base!(Twice, node: Node);
nb_intrusive!(Twice, counter);

/// Has a counter that its class says nothing about.
#[derive(Clone, Default)]
struct Plain {
    counter: intrusive_counter,
}
nb_intrusive!(Plain, counter);

/// A base class of one's own, which is told of each change.
#[derive(Default)]
struct Logged {
    counter: Box<intrusive_counter>,
    log: Mutex<Vec<&'static str>>,
}

// SAFETY: the counter belongs to one value; what is added to the provided methods is a log.
unsafe impl intrusive_base for Logged {
    fn counter(&self) -> &intrusive_counter {
        &self.counter
    }

    fn inc_ref(&self) {
        self.log.lock().unwrap().push("inc");
        self.counter.inc_ref();
    }

    unsafe fn dec_ref(this: NonNull<Self>) -> bool {
        // SAFETY: live until the reference is given back.
        let counter: *const intrusive_counter = unsafe {
            this.as_ref().log.lock().unwrap().push("dec");
            this.as_ref().counter()
        };
        // SAFETY: as above, and the caller's contract.
        unsafe { (*counter).dec_ref() }
    }

    fn set_self_py(&self, owner: NonNull<std::ffi::c_void>) {
        self.log.lock().unwrap().push("set");
        assert_eq!(self.self_py(), Some(owner));
    }
}

struct Owner {
    node: Node,
    child: Option<ref_<Node>>,
    all: Vec<ref_<Node>>,
    always: ref_<Node>,
}

impl Owner {
    fn new() -> Owner {
        Owner { node: Node::new("part"), child: None, all: Vec::new(), always: ref_::new(Node::new("always")) }
    }

    fn inner(&self) -> &Node {
        &self.always
    }
}

fn exposed(node: &Node) {
    EXPOSED.lock().unwrap().push(node.name());
    if node.name() == "panic in hook" {
        panic!("hook failed on purpose");
    }
}

/// What a counter says after each step.
fn counter_steps() -> Vec<Option<usize>> {
    let counter = intrusive_counter::new();
    let mut steps = vec![counter.use_count(), intrusive_counter::default().use_count()];
    counter.inc_ref();
    counter.inc_ref();
    steps.push(counter.use_count());
    let mut copy = counter.clone();
    steps.push(copy.use_count());
    copy.inc_ref();
    copy.clone_from(&counter);
    steps.push(copy.use_count());
    // SAFETY: pairs with the second `inc_ref`.
    assert!(!unsafe { counter.dec_ref() });
    steps.push(counter.use_count());
    // SAFETY: pairs with the first one.
    assert!(unsafe { counter.dec_ref() });
    steps.push(counter.use_count());
    steps
}

/// Gives back what was never taken.
fn underflow() -> bool {
    // SAFETY: refused, since there is no reference.
    unsafe { intrusive_counter::new().dec_ref() }
}

/// Claims the value of one object for another.
fn claim(node: ref_<Node>, other: nb::object) {
    let other = NonNull::new(other.as_ptr()).expect("an object");
    // SAFETY: refused, since the value has an owner.
    unsafe { node.counter().set_self_py(other.cast()) }
}

unsafe fn no_hook(_: NonNull<std::ffi::c_void>) {
    unreachable!("nb has installed its own")
}

/// Whether other hooks than those of nb can still be installed.
fn replace_hooks() -> bool {
    // SAFETY: refused, since the module has counted classes.
    unsafe { nb::intrusive_init(no_hook, no_hook) }
}

/// The free functions on a value that only native code knows; how often it was dropped after each step.
fn free_functions() -> Vec<usize> {
    let start = DROPPED.load(SeqCst);
    let dropped = || DROPPED.load(SeqCst) - start;
    let node = ref_::new(Node::new("free"));
    nb::inc_ref(Some(&*node));
    nb::inc_ref::<Node>(None);
    let raw = NonNull::new(node.as_ptr().cast_mut());
    drop(node);
    let mut steps = vec![dropped()];
    // SAFETY: pairs with `inc_ref`; the value is in the box of `ref_::new`.
    unsafe {
        nb::dec_ref::<Node>(None);
        steps.push(dropped());
        nb::dec_ref(raw);
    }
    steps.push(dropped());
    steps
}

/// What a `ref_` can do without Python, by name.
fn pointer_facts() -> Vec<(&'static str, bool)> {
    let mut node = ref_::new(Node::new("a"));
    let word = size_of::<usize>();
    let mut facts = vec![
        ("one word", size_of::<ref_<Node>>() == word && size_of::<Option<ref_<Node>>>() == word),
        ("new counts", node.counter().use_count() == Some(1)),
        ("alone it may be changed", node.with_mut(|node| node.tag = 8).is_some() && node.tag == 8),
    ];
    let other = node.clone();
    facts.push(("clone counts", node.counter().use_count() == Some(2)));
    facts.push(("shared it may not be changed", node.with_mut(|_| ()).is_none()));
    facts.push(("equal by address", node == other && node != ref_::new(Node::new("a")) && other == node.as_ptr()));
    facts.push(("access", other.name() == "a" && std::ptr::eq(other.as_ref(), &*node)));
    let mut holder = Some(other);
    facts.push(("moves do not count", node.counter().use_count() == Some(2)));
    drop(holder.take());
    facts.push(("reset gives back", holder.is_none() && node.counter().use_count() == Some(1)));
    // SAFETY: the value is in the box of `ref_::new`.
    let raw = unsafe { ref_::from_raw(NonNull::from(&*node)) };
    facts.push(("from a pointer counts", raw == node && node.counter().use_count() == Some(2)));
    facts
}

fn kept(index: usize) -> ref_<Node> {
    KEPT.lock().unwrap()[index].clone()
}

/// Uses a reference on threads that the interpreter does not know.
fn on_threads(node: ref_<Node>, threads: usize, rounds: usize) {
    nb::gil_scoped_release::run(move || {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let node = node.clone();
                scope.spawn(move || {
                    for _ in 0..rounds {
                        let other = node.clone();
                        assert!(other == node);
                    }
                });
            }
        });
        drop(node);
    });
}

/// Shows values to Python while other threads count them; gives the objects' names.
fn race(nodes: usize, threads: usize) -> nb::Result<Vec<nb::object>> {
    let all: Vec<ref_<Node>> = (0..nodes).map(|i| ref_::new(Node::new(&format!("n{i}")))).collect();
    let barrier = Barrier::new(threads + 1);
    std::thread::scope(|scope| {
        let spawn = |_| {
            let (mine, barrier) = (all.clone(), &barrier);
            scope.spawn(move || {
                barrier.wait();
                for node in mine {
                    let second = node.clone();
                    let third = second.clone();
                    drop((node, third));
                    drop(second);
                }
            })
        };
        let running: Vec<_> = (0..threads).map(spawn).collect();
        barrier.wait();
        let objects = all.iter().map(|node| nb::cast_in::<NbDomain, _>(node.clone())).collect();
        drop(all);
        // The threads may be waiting for the interpreter: it has to be let go of until all have ended.
        nb::gil_scoped_release::run(move || running.into_iter().for_each(|thread| thread.join().expect("no panic")));
        objects
    })
}

fn fill(empty: nb::object, name: &str) -> nb::Result<()> {
    // SAFETY: the tests call it for empty instances that nothing else uses; `inst_ptr` checks the class.
    unsafe {
        nb::inst_ptr::<Node>(&empty)?.write(Node::new(name));
        nb::inst_mark_ready(&empty)
    }
}

fn own(class: nb::object, name: &str) -> nb::Result<nb::object> {
    let node = Box::into_raw(Box::new(Node::new(name)));
    // SAFETY: the pointer comes from a box, and nobody else has it.
    unsafe { nb::inst_take_ownership(&class, node) }
}

nb_module!(test_intrusive_ext, m, {
    nb::class_<Node>(
        m, "Node",
        nb::intrusive_ptr<Node>(|node, po| {
            node.set_self_py(po);
            exposed(node);
        }),
        nb::is_weak_referenceable()
    )
        .def(nb::init<&str>(), "name"_a)
        .def_prop_rw("name", &Node::name, &Node::set_name)
        .def_rw("tag", &Node::tag)
        .def("overwrite", &Node::overwrite)
        .def("hold", &Node::hold)
        .def("hold_self", |me: ref_<Node>| { let other = me.clone(); me.hold(other); })
        .def("let_go", &Node::let_go)
        .def("is_known", &Node::is_known)
        .def("myself", &Node::myself);
    nb::class_<Leaf, Node>(m, "Leaf")
        .def(nb::init(|name: &str, value: i32| Leaf { node: Node::new(name), value }), "name"_a, "value"_a = 5)
        .def_ro("value", &Leaf::value)
        .def("leaf", |me: ref_<Leaf>| me);
    nb::class_<Twice, Node>(m, "Twice", nb::intrusive_ptr<Twice>(|_, _| EXPOSED.lock().unwrap().push("twice".into())))
        .def(nb::init(|name: &str| Twice { node: Node::new(name), counter: Default::default() }));
    nb::class_<Plain>(m, "Plain").def(nb::init<>());
    nb::class_<Logged>(m, "Logged", nb::intrusive_ptr<Logged>(|o, po| o.set_self_py(po)))
        .def(nb::init<>())
        .def("log", |o: &Logged| o.log.lock().unwrap().clone());
    nb::class_<Owner>(m, "Owner")
        .def(nb::init(Owner::new))
        .def_rw("node", &Owner::node)
        .def_rw("child", &Owner::child)
        .def_rw("all", &Owner::all)
        .def_ro("always", &Owner::always)
        .def_prop_ro("inner", &Owner::inner)
        .def("replace", |o: &mut Owner, node: ref_<Node>| o.always = node);

    m.def("make", |name: &str| ref_::new(Node::new(name)));
    m.def("make_value", |name: &str| Node::new(name));
    m.def("make_box", |name: &str| Box::new(Node::new(name)));
    m.def("make_leaf", |name: &str| ref_::new(Leaf { node: Node::new(name), value: 6 }));
    m.def("make_twice", |name: &str| ref_::new(Twice { node: Node::new(name), counter: Default::default() }));
    m.def("make_none", |name: &str| -> Option<ref_<Node>> { (!name.is_empty()).then(|| ref_::new(Node::new(name))) });
    m.def("make_logged", || ref_::new(Logged::default()));
    m.def("same", |node: ref_<Node>| node);
    m.def("same_leaf", |leaf: ref_<Leaf>| leaf);
    m.def("same_twice", |twice: ref_<Twice>| twice);
    m.def("same_logged", |logged: ref_<Logged>| logged);
    m.def("maybe", |node: Option<ref_<Node>>| node);
    m.def("every", |nodes: Vec<ref_<Node>>| nodes);
    m.def("copied", |node: ref_<Node>| node, nb::rv_policy::copy);
    m.def("taken", |node: ref_<Node>| node, nb::rv_policy::take_ownership);
    m.def("referred", |node: ref_<Node>| node, nb::rv_policy::reference);
    m.def("borrowed", |node: &Node| -> String { node.name() });
    m.def("consume", |node: Box<Node>| node.name());
    m.def("two", |a: &Node, b: ref_<Node>| a.name() + &b.name());
    m.def("change_and_hold", |a: &mut Node, b: ref_<Node>| a.hold(b));
    m.def("hold_plain", |plain: ref_<Plain>| drop(plain));
    m.def("make_plain", || ref_::new(Plain::default()));
    m.def("dropped_plain", |plain: &mut Plain| *plain = Plain::default());

    m.def("keep", |node: ref_<Node>| KEPT.lock().unwrap().push(node));
    m.def("keep_new", |name: &str, copies: usize| {
        let node = ref_::new(Node::new(name));
        let mut kept = KEPT.lock().unwrap();
        (0..copies).for_each(|_| kept.push(node.clone()));
    });
    m.def("kept", |index: usize| kept(index));
    m.def("kept_if_known", |index: usize| kept(index), nb::rv_policy::none);
    m.def("native_count", |index: usize| {
        let kept = KEPT.lock().unwrap();
        kept[index].counter().use_count()
    });
    m.def("release", || {
        let kept = std::mem::take(&mut *KEPT.lock().unwrap());
        kept.len()
    });
    m.def("release_on_thread", || {
        let kept = std::mem::take(&mut *KEPT.lock().unwrap());
        nb::gil_scoped_release::run(move || std::thread::spawn(move || drop(kept)).join().is_ok())
    });
    m.def("keep_on_thread_for_ever", |node: ref_<Node>| {
        std::thread::spawn(move || loop {
            std::thread::sleep(std::time::Duration::from_millis(1));
            let other = node.clone();
            assert!(other == node);
        });
    });
    m.def("make_shared", |name: &str| Arc::new(Node::new(name)));
    m.def("share", |node: Arc<Node>| SHARED.lock().unwrap().push(node));
    m.def("end_shares", || SHARED.lock().unwrap().drain(..).map(|node| node.is_known()).collect::<Vec<_>>());
    m.def("fill", &fill);
    m.def("own", &own);
    m.def("inst_alloc", |class: nb::object| nb::inst_alloc(&class));
    m.def("inst_destruct", |node: nb::object| nb::inst_destruct(&node));
    m.def("inst_copy", |a: nb::object, b: nb::object| nb::inst_copy(&a, &b));
    m.def("inst_move", |a: nb::object, b: nb::object| nb::inst_move(&a, &b));
    m.def("inst_replace_copy", |a: nb::object, b: nb::object| nb::inst_replace_copy(&a, &b));
    m.def("inst_replace_move", |a: nb::object, b: nb::object| nb::inst_replace_move(&a, &b));
    m.def("on_threads", &on_threads, nb::arg("node"), nb::arg("threads"), nb::arg("rounds"));
    m.def("released", |node: ref_<Node>| node.name(), nb::call_guard<nb::gil_scoped_release>());
    m.def("race", |nodes: usize, threads: usize| race(nodes, threads));
    m.def("exposed", || std::mem::take(&mut *EXPOSED.lock().unwrap()));
    m.def("counts", || (MADE.load(SeqCst), DROPPED.load(SeqCst), KNOWN_IN_DROP.load(SeqCst)));
    m.def("counter_steps", &counter_steps);
    m.def("underflow", &underflow);
    m.def("claim", &claim);
    m.def("replace_hooks", &replace_hooks);
    m.def("free_functions", &free_functions);
    m.def("pointer_facts", &pointer_facts);
    m.def("counter_size", || size_of::<intrusive_counter>());
});
