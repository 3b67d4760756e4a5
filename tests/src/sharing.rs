//! Shared and transferred ownership: `Arc<T>`, `nb::shared_ptr<T>`, `nb::unique_ptr<T>`, `Box<T>` that comes back.

use nb::prelude::*;
use std::cell::RefCell;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, Weak};

static MADE: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// Counts its own kind; the heap part makes a double free visible to the allocator.
pub struct Leaf {
    pub value: i32,
    heap: Box<i32>,
}
impl Leaf {
    fn new(value: i32) -> Leaf {
        MADE.fetch_add(1, Relaxed);
        Leaf { value, heap: Box::new(value) }
    }
}
impl Drop for Leaf {
    fn drop(&mut self) {
        *self.heap = -1;
        DROPPED.fetch_add(1, Relaxed);
    }
}

/// Cannot be cloned.
pub struct Item {
    pub leaf: Leaf,
    pub parts: Vec<Leaf>,
    seen: AtomicI32,
}
impl Item {
    fn new(value: i32) -> Item {
        Item { leaf: Leaf::new(value), parts: vec![Leaf::new(value + 1)], seen: AtomicI32::new(0) }
    }
    fn value(&self) -> i32 {
        self.leaf.value
    }
}
fn part(item: &Item) -> &Leaf {
    &item.parts[0]
}
fn part_mut(item: &mut Item) -> &mut Leaf {
    &mut item.parts[0]
}
fn set(item: &mut Item, value: i32) {
    item.leaf.value = value;
    item.parts.clear();
    item.parts.push(Leaf::new(value + 1));
}

/// Can be copied.
#[derive(Clone)]
pub struct Plain {
    pub value: i32,
}

/// Without size, so that addresses say little.
pub struct Nothing;

/// On a boundary of its own.
#[repr(align(64))]
pub struct Wide {
    value: i32,
}

/// Made shared.
pub struct Node {
    value: i32,
}
static NODES: Mutex<Vec<Arc<Node>>> = Mutex::new(Vec::new());
fn node(value: i32) -> Arc<Node> {
    let made = Arc::new(Node { value });
    NODES.lock().unwrap().push(made.clone());
    made
}

/// A base and what derives from it.
pub struct Pet {
    pub name: String,
}
pub struct Dog {
    pub pet: Pet,
    pub age: i32,
}
nb_base!(Dog, pet: Pet);

pub struct House {
    pub item: Arc<Item>,
}
fn item_of(house: &House) -> &Item {
    &house.item
}

/// Keeps the Python halves of its dogs.
pub struct Kennel {
    pub dog: nb::shared_ptr<Dog>,
    pub pets: Vec<nb::shared_ptr<Pet>>,
}
impl Kennel {
    fn alarm(&self) -> nb::Result<String> {
        let dog = self.dog.python().expect("made by Python");
        dog.attr("alarm").call(())?.cast()
    }
}

/// Its destructor panics.
pub struct Bomb;
impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the bomb went off");
    }
}

static KEPT: Mutex<Vec<Arc<Item>>> = Mutex::new(Vec::new());
static WEAK: Mutex<Weak<Item>> = Mutex::new(Weak::new());
static PLAIN: Mutex<Vec<Arc<Plain>>> = Mutex::new(Vec::new());
static DOGS: Mutex<Vec<nb::shared_ptr<Dog>>> = Mutex::new(Vec::new());
static STASH: Mutex<Vec<nb::unique_ptr<Item>>> = Mutex::new(Vec::new());

/// Empties a static, and drops what was in it when nobody holds its lock.
fn take<T>(from: &Mutex<Vec<T>>) -> Vec<T> {
    std::mem::take(&mut *from.lock().unwrap())
}

/// Runs `body` on a thread that is not attached, without keeping the interpreter from it.
fn detached<R: Send>(body: impl FnOnce() -> R + Send) -> R {
    nb::gil_scoped_release::run(|| std::thread::scope(|scope| scope.spawn(body).join().unwrap()))
}

/// What is dropped when its thread or the process ends, after the interpreter.
struct Last {
    dog: nb::shared_ptr<Dog>,
    item: Option<nb::unique_ptr<Item>>,
}
impl Drop for Last {
    fn drop(&mut self) {
        eprintln!("item {}", self.item.as_ref().unwrap().value());
        eprintln!("{}", self.dog.with(|dog| dog.age).unwrap_err());
        self.item = None;
    }
}
thread_local! {
    static LEFT_HERE: RefCell<Option<Last>> = const { RefCell::new(None) };
}

nb_module!(test_sharing_ext, m, {
    m.def("counts", || (MADE.load(Relaxed), DROPPED.load(Relaxed)));
    nb::class_<Leaf>(m, "Leaf").def(nb::init<i32>()).def_rw("value", &Leaf::value);
    nb::class_<Item>(m, "Item")
        .def(nb::init<i32>())
        .def_static("boxed", |value: i32| Box::new(Item::new(value)))
        .def_static("arc", |value: i32| Arc::new(Item::new(value)))
        .def_prop_ro("value", &Item::value)
        .def_rw("leaf", &Item::leaf)
        .def("part", &part, nb::rv_policy::reference_internal)
        .def("part_mut", &part_mut, nb::rv_policy::reference_internal)
        .def("set", &set, "value"_a)
        .def("address", |item: &Item| std::ptr::from_ref(item) as usize)
        .def("see", |item: &Item| item.seen.fetch_add(1, Relaxed) + 1)
        .def("while_read", |_: &Item, f: nb::object| -> nb::Result<nb::object> { f.call(()) })
        .def("while_changed", |_: &mut Item, f: nb::object| -> nb::Result<nb::object> { f.call(()) });
    nb::implicitly_convertible<i32, Item>();
    nb::class_<Plain>(m, "Plain").def(nb::init(|value: i32| Plain { value })).def_rw("value", &Plain::value);
    m.def("show", |plain: &Plain, f: Box<dyn Fn(&Plain) -> nb::object>| f(plain));
    m.def("show_shared", |plain: Arc<Plain>, f: Box<dyn Fn(Arc<Plain>) -> nb::object>| f(plain));
    m.def("keep_plain", |plain: Arc<Plain>| PLAIN.lock().unwrap().push(plain));
    m.def("kept_plain", || PLAIN.lock().unwrap().clone());
    m.def("counts_of_plain", || PLAIN.lock().unwrap().iter().map(|one| (one.value, Arc::strong_count(one))).collect::<Vec<_>>());
    m.def("drop_plain", || drop(take(&PLAIN)));
    m.def("show_box", |value: i32, f: Box<dyn Fn(Box<Plain>) -> nb::object>| f(Box::new(Plain { value })));
    nb::class_<Nothing>(m, "Nothing").def(nb::init(|| Nothing));
    nb::class_<Wide>(m, "Wide")
        .def(nb::init(|value: i32| Wide { value }))
        .def_ro("value", &Wide::value)
        .def("aligned", |wide: &Wide| std::ptr::from_ref(wide).is_aligned());
    nb::class_<Node>(m, "Node").def(nb::init(&node)).def_rw("value", &Node::value);
    m.def("nodes", || NODES.lock().unwrap().clone());
    m.def("drop_nodes", || drop(take(&NODES)));
    nb::class_<Pet>(m, "Pet").def(nb::init(|name: String| Pet { name })).def_rw("name", &Pet::name);
    nb::class_<Dog, Pet>(m, "Dog")
        .def(nb::init(|name: String, age: i32| Dog { pet: Pet { name }, age }))
        .def_rw("age", &Dog::age)
        .def("while_changed", |_: &mut Dog, f: nb::object| -> nb::Result<nb::object> { f.call(()) });
    nb::class_<House>(m, "House")
        .def(nb::init(|item: Arc<Item>| House { item }))
        .def_rw("item", &House::item)
        .def("ref", &item_of, nb::rv_policy::reference_internal);
    nb::class_<Bomb>(m, "Bomb").def(nb::init(|| Bomb));
    m.def("share_bomb", |bomb: Arc<Bomb>| drop(bomb));
    m.def("hold_bomb", |bomb: nb::unique_ptr<Bomb>| drop(bomb));

    // Arc
    m.def("keep", |item: Arc<Item>| KEPT.lock().unwrap().push(item), "item"_a);
    m.def("keep_maybe", |item: Option<Arc<Item>>| item.map(|item| KEPT.lock().unwrap().push(item)).is_some());
    m.def("keep_all", |items: Vec<Arc<Item>>| KEPT.lock().unwrap().extend(items));
    m.def("kept", || KEPT.lock().unwrap().clone());
    m.def("first_kept", || KEPT.lock().unwrap().first().cloned());
    m.def("drop_kept", || drop(take(&KEPT)));
    m.def("drop_kept_elsewhere", || detached(|| drop(take(&KEPT))));
    m.def("see_elsewhere", || detached(|| KEPT.lock().unwrap().iter().map(|item| item.seen.fetch_add(1, Relaxed)).sum::<i32>()));
    m.def("counts_of", |item: Arc<Item>| (Arc::strong_count(&item), Arc::weak_count(&item)));
    m.def("watch", |item: Arc<Item>| *WEAK.lock().unwrap() = Arc::downgrade(&item));
    m.def("watched", || WEAK.lock().unwrap().upgrade());
    m.def("unwatch", || *WEAK.lock().unwrap() = Weak::new());
    m.def("ident", |item: Arc<Item>| item);
    m.def("same", |a: Arc<Item>, b: Arc<Item>| Arc::ptr_eq(&a, &b));
    m.def("read_and_share", |a: &Item, b: Arc<Item>| std::ptr::eq(a, &*b), "a"_a, "b"_a);
    m.def("share_and_read", |a: Arc<Item>, b: &Item| std::ptr::eq(b, &*a));
    m.def("share_and_change", |a: Arc<Item>, b: &mut Item| { b.leaf.value = a.value(); }, "a"_a, "b"_a);
    m.def("share_and_number", |item: Arc<Item>, n: i32| item.value() + n);
    m.def("share_and_part", |_: Arc<Item>, part: &Leaf| part.value);
    m.def("share_leaf", |leaf: Arc<Leaf>| leaf.value);
    m.def("share_nothing", |nothing: Arc<Nothing>| nothing);
    m.def("share_wide", |wide: Arc<Wide>| (wide.value, (&raw const *wide).is_aligned()));
    m.def("share_pet", |pet: Arc<Pet>| pet.name.clone(), "pet"_a);
    m.def("only_known", |item: Arc<Item>| item, nb::rv_policy::none);
    m.def("never_known", || Arc::new(Item::new(1)), nb::rv_policy::none);

    // shared_ptr
    nb::class_<Kennel>(m, "Kennel")
        .def(nb::init(|dog: nb::shared_ptr<Dog>| Kennel { dog, pets: Vec::new() }))
        .def_rw("dog", &Kennel::dog)
        .def_rw("pets", &Kennel::pets)
        .def("alarm", &Kennel::alarm)
        .def("count", |kennel: &Kennel| kennel.dog.use_count());
    m.def("house_dog", |dog: nb::shared_ptr<Dog>| DOGS.lock().unwrap().push(dog), "dog"_a);
    m.def("use_count", |dog: nb::shared_ptr<Dog>| { let more = dog.clone(); more.use_count() });
    m.def("dogs", || DOGS.lock().unwrap().clone());
    m.def("drop_dogs", || drop(take(&DOGS)));
    m.def("drop_dogs_elsewhere", || detached(|| drop(take(&DOGS))));
    m.def("ages_elsewhere", || {
        let dogs = DOGS.lock().unwrap().clone();
        detached(|| dogs.iter().map(|dog| dog.with(|dog| dog.age).map_err(|e| e.to_string())).collect::<Result<Vec<_>, _>>())
    });
    m.def("grow", |dog: nb::shared_ptr<Dog>| dog.with_mut(|dog| { dog.age += 1; dog.age }));
    m.def("grow_after", |dog: nb::shared_ptr<Dog>, f: nb::object| -> nb::Result<i32> {
        f.call(())?;
        dog.with_mut(|dog| { dog.age += 1; dog.age })
    });
    m.def("read_while_changing", |a: nb::shared_ptr<Dog>, b: nb::shared_ptr<Dog>| {
        a.with_mut(|_| b.with(|dog| dog.age))?
    });
    m.def("pet_name", |pet: nb::shared_ptr<Pet>| pet.with(|pet| pet.name.clone()));
    m.def("item_handle", |item: nb::shared_ptr<Item>| item.with(Item::value));
    m.def("change_handle", |item: nb::shared_ptr<Item>| item.with_mut(|item| { item.leaf.value += 1; item.value() }));
    m.def("rust_handle", |value: i32| {
        let item = nb::shared_ptr::from(Arc::new(Item::new(value)));
        assert!(item.python().is_none() && item.with(Item::value).unwrap() == value);
        assert!(item.with_mut(|_| ()).unwrap_err().to_string().contains("shared with native code"));
        item
    });

    // unique_ptr and Box
    m.def("box_pass", |item: Box<Item>| item, "item"_a);
    m.def("box_pass_maybe", |item: Option<Box<Item>>| item);
    m.def("box_reverse", |items: Vec<Box<Item>>| items.into_iter().rev().collect::<Vec<_>>());
    m.def("box_other", |item: Box<Item>| { let other = Box::new(Item::new(item.value() + 1)); drop(item); other });
    m.def("value_to_box", |item: Item| Box::new(item));
    m.def("consume", |item: Box<Item>| item.value());
    m.def("unique_pass", |mut item: nb::unique_ptr<Item>| { item.leaf.value += 1; item }, "item"_a);
    m.def("unique_two", |a: nb::unique_ptr<Item>, b: nb::unique_ptr<Item>| (b, a), "a"_a, "b"_a);
    m.def("unique_pairs", |pairs: Vec<(nb::unique_ptr<Item>, nb::unique_ptr<Item>)>| pairs.len());
    m.def("unique_and_box", |a: nb::unique_ptr<Item>, b: Box<Item>| (a, b));
    m.def("unique_and_number", |a: nb::unique_ptr<Item>, n: i32| a.value() + n);
    m.def("unique_and_read", |a: nb::unique_ptr<Item>, b: &Item| a.value() + b.value());
    m.def("unique_address", |item: nb::unique_ptr<Item>| { let at = &raw const *item as usize; (item, at) });
    m.def("unique_new", |value: i32| nb::unique_ptr::from(Box::new(Item::new(value))));
    m.def("unique_owner", |item: nb::unique_ptr<Item>| {
        let made = nb::unique_ptr::from(Box::new(Item::new(1)));
        assert!(made.owned_by_rust() && made.owned_by_cpp() && !made.owned_by_python());
        (item.owned_by_python(), item.owned_by_cpp())
    });
    m.def("stash", |item: nb::unique_ptr<Item>| STASH.lock().unwrap().push(item), "item"_a);
    m.def("unstash", || STASH.lock().unwrap().pop());
    m.def("stash_sum", || STASH.lock().unwrap().iter().map(|item| item.value()).sum::<i32>());
    m.def("change_stash_elsewhere", || detached(|| for item in STASH.lock().unwrap().iter_mut() { item.leaf.value *= 2 }));
    m.def("drop_stash", || drop(take(&STASH)));
    m.def("drop_stash_elsewhere", || detached(|| drop(take(&STASH))));
    m.def("read_only", |value: i32| nb::ReadOnly(Box::new(Item::new(value))));
    m.def("read_only_pass", |item: nb::unique_ptr<Item>| nb::ReadOnly(item));
    m.def("maybe_read_only", |some: bool| some.then(|| nb::ReadOnly(Box::new(Item::new(1)))));
    m.def("change", |item: &mut Item| { item.leaf.value += 1; item.value() }, "item"_a);

    m.def("leave_behind", |dog: nb::shared_ptr<Dog>, item: nb::unique_ptr<Item>| {
        LEFT_HERE.set(Some(Last { dog, item: Some(item) }));
    });
});
