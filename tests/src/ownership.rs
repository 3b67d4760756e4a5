//! Ownership: who frees a value, return value policies, moves into native code, derived references.

use nb::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static MADE: AtomicUsize = AtomicUsize::new(0);
static CLONED: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// Counts its own kind. The heap part makes a double free visible to the allocator.
#[derive(Debug)]
pub struct Counted {
    pub value: i32,
    heap: Box<i32>,
}
impl Counted {
    fn new(value: i32) -> Counted {
        MADE.fetch_add(1, Relaxed);
        Counted { value, heap: Box::new(value) }
    }
}
impl Clone for Counted {
    fn clone(&self) -> Counted {
        CLONED.fetch_add(1, Relaxed);
        Counted { value: self.value, heap: self.heap.clone() }
    }
}
impl Drop for Counted {
    fn drop(&mut self) {
        *self.heap = -1;
        DROPPED.fetch_add(1, Relaxed);
    }
}

/// Cannot be cloned: by value it moves.
pub struct Unique {
    pub inner: Counted,
    pub parts: Vec<Counted>,
}
impl Unique {
    fn new(value: i32) -> Unique {
        Unique { inner: Counted::new(value), parts: vec![Counted::new(value + 1), Counted::new(value + 2)] }
    }
}
fn part(u: &Unique, index: usize) -> Option<&Counted> {
    u.parts.get(index)
}
fn part_mut(u: &mut Unique, index: usize) -> Option<&mut Counted> {
    u.parts.get_mut(index)
}
fn inner(u: &Unique) -> &Counted {
    &u.inner
}
fn inner_mut(u: &mut Unique) -> &mut Counted {
    &mut u.inner
}
fn either<'a>(a: &'a Unique, b: &'a Unique, first: bool) -> &'a Counted {
    if first { &a.inner } else { &b.inner }
}

/// Nested three deep, with its first field at offset zero and of its own kind of size.
#[derive(Clone)]
pub struct Leaf {
    pub value: i64,
}
#[derive(Clone)]
pub struct Branch {
    pub leaf: Leaf,
    pub leaves: Vec<Leaf>,
}
#[derive(Clone)]
pub struct Tree {
    pub branch: Branch,
    pub branches: Vec<Branch>,
}
impl Tree {
    fn new() -> Tree {
        let branch = Branch { leaf: Leaf { value: 1 }, leaves: vec![Leaf { value: 2 }, Leaf { value: 3 }] };
        Tree { branch: branch.clone(), branches: vec![branch.clone(), branch] }
    }
}
fn tree_branch(t: &mut Tree, i: usize) -> &mut Branch {
    &mut t.branches[i]
}
fn branch_leaf(b: &mut Branch, i: usize) -> &mut Leaf {
    &mut b.leaves[i]
}
fn this_tree(t: &Tree) -> &Tree {
    t
}

/// Holds a `Unique` by value; assigning to the field moves the new value in.
pub struct Holder {
    pub unique: Unique,
}

/// Its destructor panics.
pub struct Bomb(pub i32);
impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("bomb {} went off", self.0);
    }
}
/// Its clone panics.
pub struct Shy {
    pub counted: Counted,
}
impl Clone for Shy {
    fn clone(&self) -> Shy {
        panic!("not twice")
    }
}

/// Runs a Python callback when it dies.
pub struct Farewell(#[allow(dead_code, reason = "held for its Drop")] nb_callback::Callback);

/// A Python object in a value that any thread may own, called with the interpreter held.
mod nb_callback {
    pub struct Callback(Option<nb::object>);
    // SAFETY: the object is touched only by `call` and `drop`, both run by the interpreter on an attached thread.
    unsafe impl Send for Callback {}
    // SAFETY: as above.
    unsafe impl Sync for Callback {}
    impl Callback {
        pub fn new(callback: nb::object) -> Callback {
            Callback(Some(callback))
        }
    }
    impl Drop for Callback {
        fn drop(&mut self) {
            if let Some(callback) = self.0.take() {
                let _ = callback.call(());
            }
        }
    }
}

/// Where the last box was, to see that it was not copied.
static LAST_BOX: AtomicUsize = AtomicUsize::new(0);
fn boxed(value: i32) -> Box<Counted> {
    let made = Box::new(Counted::new(value));
    LAST_BOX.store(std::ptr::from_ref(&*made) as usize, Relaxed);
    made
}

static ORIGIN: Leaf = Leaf { value: 100 };

/// Logs the order in which things end.
pub struct Logged {
    pub tag: i32,
}
static LOG: std::sync::Mutex<Vec<i32>> = std::sync::Mutex::new(Vec::new());
impl Drop for Logged {
    fn drop(&mut self) {
        LOG.lock().unwrap().push(self.tag);
    }
}

/// Constructed in place.
pub struct Placed {
    pub counted: Counted,
}
fn placed<'a>(slot: nb::Slot<'a, Placed>, value: i32) -> nb::Result<nb::Ready<'a, Placed>> {
    let ready = slot.write(Placed { counted: Counted::new(value) });
    match value {
        0 => Err(nb::value_error("zero")),
        1 => panic!("one"),
        _ => Ok(ready),
    }
}
fn placed_or_not<'a>(slot: nb::Slot<'a, Placed>, text: &str) -> nb::Result<nb::Ready<'a, Placed>> {
    Err(nb::value_error(text))?;
    Ok(slot.write(Placed { counted: Counted::new(0) }))
}

fn parts(u: &Unique) -> Vec<&Counted> {
    u.parts.iter().collect()
}

/// A link of a chain that `keep_alive` holds together.
pub struct Link;

/// Unbound on purpose in `test_ownership_ext`: only named by a function.
pub struct Unknown;

nb_module!(test_ownership_ext, m, {
    m.def("counts", || (MADE.load(Relaxed) + CLONED.load(Relaxed), DROPPED.load(Relaxed), CLONED.load(Relaxed)));
    nb::class_<Counted>(m, "Counted")
        .def(nb::init<i32>())
        .def(nb::init<&Counted>())
        .def_rw("value", &Counted::value)
        .def("address", |c: &Counted| std::ptr::from_ref(c) as usize)
        .def_static("boxed", &boxed)
        .def_static("maybe", |some: bool| some.then(|| Box::new(Counted::new(1))));
    nb::class_<Unique>(m, "Unique")
        .def(nb::init<i32>())
        .def_static("boxed", |value: i32| Box::new(Unique::new(value)))
        .def_rw("inner", &Unique::inner)
        .def_ro("inner_ro", &Unique::inner)
        .def("get_inner", &inner, nb::rv_policy::reference_internal)
        .def("get_inner_mut", &inner_mut, nb::rv_policy::reference_internal)
        .def("copy_inner", &inner)
        .def("copy_inner_explicitly", &inner, nb::rv_policy::copy)
        .def("known_inner", &inner, nb::rv_policy::none)
        .def("part", &part, nb::rv_policy::reference_internal)
        .def("part_mut", &part_mut, nb::rv_policy::reference_internal)
        .def("either", &either, nb::rv_policy::reference_internal)
        .def("parts", &parts, nb::rv_policy::reference_internal)
        .def("copied_parts", &parts)
        .def("shrink", |u: &mut Unique| u.parts.clear())
        .def("touch", |_: &mut Unique| {})
        .def("look", |u: &Unique| u.parts.len())
        .def_prop_ro("inner_prop", &inner)
        .def_prop_ro("inner_copy", &inner, nb::rv_policy::copy);
    nb::class_<Leaf>(m, "Leaf").def(nb::init(|value: i64| Leaf { value })).def_rw("value", &Leaf::value);
    nb::class_<Branch>(m, "Branch")
        .def_rw("leaf", &Branch::leaf)
        .def("__getitem__", &branch_leaf, nb::rv_policy::reference_internal)
        .def("prune", |b: &mut Branch| b.leaves.clear());
    nb::class_<Tree>(m, "Tree")
        .def(nb::init(|| Tree::new()))
        .def_static("boxed", || Box::new(Tree::new()))
        .def_rw("branch", &Tree::branch)
        .def("this", &this_tree, nb::rv_policy::reference_internal)
        .def("__getitem__", &tree_branch, nb::rv_policy::reference_internal)
        .def("fell", |t: &mut Tree| t.branches.clear());
    nb::class_<Holder>(m, "Holder")
        .def(nb::init(|u: Unique| Holder { unique: u }))
        .def_rw("unique", &Holder::unique)
        .def("while_read", |_: &Holder, f: nb::object| -> nb::Result<()> { f.call(()).map(|_| ()) });
    nb::class_<Bomb>(m, "Bomb").def(nb::init(|n: i32| Bomb(n))).def_static("boxed", |n: i32| Box::new(Bomb(n)));
    nb::class_<Shy>(m, "Shy").def(nb::init(|| Shy { counted: Counted::new(0) })).def_rw("counted", &Shy::counted);
    m.def("shy", |shy: Shy| { drop(shy); });
    m.def("shy_twice", |a: Box<Counted>, shy: Shy| { drop((a, shy)); });
    nb::class_<Farewell>(m, "Farewell").def(nb::init(|f: nb::object| Farewell(nb_callback::Callback::new(f))));
    m.def("end", |f: Box<Farewell>| { drop(f); });
    nb::class_<Logged>(m, "Logged").def(nb::init(|tag: i32| Logged { tag }));
    m.def("take_log", || std::mem::take(&mut *LOG.lock().unwrap()));
    nb::class_<Placed>(m, "Placed")
        .def("__init__", &placed)
        .def("__init__", &placed_or_not)
        .def_rw("counted", &Placed::counted);
    nb::class_<Link>(m, "Link")
        .def(nb::init(|| Link))
        .def("keep", |_: &Link, _other: nb::object| {}, nb::keep_alive<1, 2>());

    m.def("make", |value: i32| Counted::new(value));
    m.def("make_with_copy", |value: i32| Counted::new(value), nb::rv_policy::copy);
    m.def("make_with_move", |value: i32| Counted::new(value), nb::rv_policy::move_);
    m.def("make_with_reference", |value: i32| Counted::new(value), nb::rv_policy::reference);
    m.def("make_with_internal", |value: i32| Counted::new(value), nb::rv_policy::reference_internal);
    m.def("make_with_take", |value: i32| Counted::new(value), nb::rv_policy::take_ownership);
    m.def("make_box_with_take", &boxed, nb::rv_policy::take_ownership);
    m.def("make_box_with_move", &boxed, nb::rv_policy::move_);
    m.def("make_with_none", |value: i32| Counted::new(value), nb::rv_policy::none);
    m.def("copy_ref", |c: &Counted, again: &Counted| (c.value, again.value));
    fn itself(c: &Counted) -> &Counted { c }
    m.def("free_internal", &inner, nb::rv_policy::reference_internal);
    m.def("same", &itself, nb::rv_policy::none);
    m.def("copy", &itself);
    m.def("int_with_policy", || 4, nb::rv_policy::reference_internal);
    m.def("origin", || &ORIGIN, nb::rv_policy::reference);
    m.def("origin_copy", || &ORIGIN);
    m.def("origin_of", |_: &Leaf| -> &'static Leaf { &ORIGIN }, nb::rv_policy::reference);
    m.def("unbound", || Unknown);

    m.def("consume", |c: Box<Counted>| c.value, "c"_a);
    m.def("consume_value", |c: Counted| c.value);
    m.def("consume_unique", |u: Unique| u.inner.value);
    m.def("consume_two", |a: Box<Counted>, b: Box<Counted>| (a.value, b.value), "a"_a, "b"_a);
    m.def("consume_and_read", |a: Box<Counted>, b: &Counted| (a.value, b.value));
    m.def("read_and_consume", |a: &Counted, b: Box<Counted>| (a.value, b.value));
    m.def("consume_with", |a: Box<Counted>, n: i32| a.value + n);
    m.def("read_with", |a: &Counted, n: i32| a.value + n);
    m.def("change_with", |a: &mut Counted, n: i32| { a.value += n; a.value });
    m.def("consume_owner_and_read", |u: Box<Unique>, c: &Counted| (u.inner.value, c.value));
    m.def("consume_list", |list: Vec<Box<Counted>>| list.iter().map(|c| c.value).sum::<i32>());
    m.def("sum_list", |list: Vec<Counted>| list.iter().map(|c| c.value).sum::<i32>());
    m.def("pass_back", |c: Box<Counted>| c);
    m.def("take_leaf", |leaf: Box<Leaf>| leaf.value);
    m.def("last_box", || LAST_BOX.load(Relaxed));
    m.def("maybe_value", |c: Option<&Counted>| c.map(|c| c.value));
    m.def("tree_of", |t: &Tree, n: i32| t.branches.len() as i32 + n);

    nb::uses_<Unknown>();
});
