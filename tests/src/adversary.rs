//! Values for random programs that try to break ownership: every one has a serial number, and the module knows which
//! of them are alive, so that a program's model can say exactly what should be.

use nb::locks;
use nb::prelude::*;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, RwLock, TryLockError};
use std::time::Duration;

static NEXT: AtomicU64 = AtomicU64::new(0);
static LIVE: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());
/// Values that were dropped twice, or whose memory was not what it should have been.
static FAULTS: AtomicUsize = AtomicUsize::new(0);

/// Something was not what it should have been.
pub(crate) fn fault() {
    FAULTS.fetch_add(1, Relaxed);
}

/// The identity of a value. The heap part makes a use after free visible to the allocator and to AddressSanitizer.
pub struct Token {
    serial: u64,
    heap: Box<u64>,
}

impl Token {
    pub(crate) fn new() -> Token {
        let serial = NEXT.fetch_add(1, Relaxed);
        LIVE.lock().unwrap().insert(serial);
        Token { serial, heap: Box::new(serial) }
    }
    pub(crate) fn serial(&self) -> u64 {
        if *self.heap != self.serial || !LIVE.lock().unwrap().contains(&self.serial) {
            FAULTS.fetch_add(1, Relaxed);
        }
        self.serial
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        if *self.heap != self.serial || !LIVE.lock().unwrap().remove(&self.serial) {
            FAULTS.fetch_add(1, Relaxed);
        }
        *self.heap = u64::MAX;
    }
}

impl Clone for Token {
    fn clone(&self) -> Token {
        self.serial();
        Token::new()
    }
}

/// Can be copied.
#[derive(Clone)]
pub struct Leaf {
    token: Token,
    pub value: i64,
}

/// Moves. Its first field lies behind others, the rest of its leaves on the heap.
pub struct Node {
    token: Token,
    pub value: i64,
    pub leaf: Leaf,
    pub other: Leaf,
    pub spare: Option<Leaf>,
    pub leaves: Vec<Leaf>,
}

/// Moves, and holds nodes in place and on the heap.
pub struct Tree {
    token: Token,
    pub value: i64,
    pub node: Node,
    pub nodes: Vec<Node>,
}

/// Holds a Python object where the collector can see it.
pub struct Holder {
    token: Token,
    pub value: i64,
    held: Option<nb::stored>,
}
nb_traverse!(Holder: held);

/// Calls a Python function when it ends.
pub struct Farewell {
    token: Token,
    pub value: i64,
    last: Option<nb::stored>,
}
nb_traverse!(Farewell: last);

impl Drop for Farewell {
    fn drop(&mut self) {
        if let Some(last) = self.last.take() {
            // The function of the tests does not raise; what the interpreter raises has nowhere to go.
            drop(last.call((self.token.serial(),)));
        }
    }
}

impl Leaf {
    fn new(value: i64) -> Leaf {
        Leaf { token: Token::new(), value }
    }
    fn show(&self) -> Vec<i64> {
        vec![self.token.serial() as i64, self.value]
    }
}

impl Node {
    fn new(value: i64) -> Node {
        let token = Token::new();
        let (leaf, other) = (Leaf::new(value + 1), Leaf::new(value + 2));
        Node { token, value, leaf, other, spare: None, leaves: vec![Leaf::new(value + 3)] }
    }
    fn show(&self) -> Vec<i64> {
        let own = [self.token.serial() as i64, self.value];
        let leaves = [&self.leaf, &self.other].into_iter().chain(&self.spare).chain(&self.leaves);
        own.into_iter().chain(leaves.flat_map(Leaf::show)).collect()
    }
    fn at(&self, index: usize) -> Option<&Leaf> {
        self.leaves.get(index)
    }
    fn at_mut(&mut self, index: usize) -> Option<&mut Leaf> {
        self.leaves.get_mut(index)
    }
    fn inner(&self) -> &Leaf {
        &self.other
    }
    fn pick<'a>(&'a self, other: &'a Node, own: bool) -> &'a Leaf {
        if own { &self.other } else { &other.other }
    }
    fn grow(&mut self) {
        self.leaves.push(Leaf::new(self.value));
        // Elsewhere, so that a stale reference meets freed memory.
        self.leaves = std::mem::take(&mut self.leaves).into_iter().collect::<std::collections::VecDeque<_>>().into();
    }
    fn shrink(&mut self) {
        self.leaves.pop();
    }
}

impl Tree {
    fn new(value: i64) -> Tree {
        let token = Token::new();
        let node = Node::new(value + 10);
        Tree { token, value, node, nodes: vec![Node::new(value + 20)] }
    }
    fn show(&self) -> Vec<i64> {
        let own = [self.token.serial() as i64, self.value];
        own.into_iter().chain(std::iter::once(&self.node).chain(&self.nodes).flat_map(Node::show)).collect()
    }
    fn at(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }
    fn at_mut(&mut self, index: usize) -> Option<&mut Node> {
        self.nodes.get_mut(index)
    }
    fn inner(&self) -> &Node {
        &self.node
    }
    fn grow(&mut self) {
        let mut grown = Vec::with_capacity(self.nodes.len() + 1);
        grown.append(&mut self.nodes);
        grown.push(Node::new(self.value));
        self.nodes = grown;
    }
    fn shrink(&mut self) {
        self.nodes.pop();
    }
}

impl Holder {
    fn new(value: i64) -> Holder {
        Holder { token: Token::new(), value, held: None }
    }
    fn show(&self) -> Vec<i64> {
        vec![self.token.serial() as i64, self.value, i64::from(self.held.is_some())]
    }
}

impl Farewell {
    fn new(value: i64) -> Farewell {
        Farewell { token: Token::new(), value, last: None }
    }
    fn show(&self) -> Vec<i64> {
        vec![self.token.serial() as i64, self.value]
    }
}

/// Fails as told, after whatever the caller has done.
fn end(how: i64) -> nb::Result<i64> {
    match how {
        0 => Ok(how),
        1 => Err(nb::value_error("asked to fail")),
        _ => panic!("asked to panic"),
    }
}

/// Empties a static, and drops what was in it when nobody holds its lock.
fn take<T>(from: &Mutex<Vec<T>>) -> usize {
    let taken = std::mem::take(&mut *from.lock().unwrap());
    taken.len()
}

/// A lock that native code tries to get.
trait TryWrite<T> {
    /// `None` when a call has it.
    fn write_with<R>(&self, body: impl FnOnce(&mut T) -> R) -> Option<R>;
}

macro_rules! try_write {
    ($($Lock:ty, |$lock:ident| $guard:expr;)*) => { $(
        impl<T> TryWrite<T> for $Lock {
            fn write_with<R>(&self, body: impl FnOnce(&mut T) -> R) -> Option<R> {
                let $lock = self;
                let mut guard = $guard?;
                Some(body(&mut guard))
            }
        }
    )* };
}
try_write! {
    RwLock<T>, |lock| lock.try_write().map_or_else(poisoned, Some);
    Mutex<T>, |lock| lock.try_lock().map_or_else(poisoned, Some);
    locks::RwLock<T>, |lock| lock.try_write();
    locks::Mutex<T>, |lock| lock.try_lock();
}

/// The guard, if a holder has panicked.
fn poisoned<G>(error: TryLockError<G>) -> Option<G> {
    match error {
        TryLockError::Poisoned(poisoned) => Some(poisoned.into_inner()),
        TryLockError::WouldBlock => None,
    }
}

/// What can be done with values of every class. Written as builder calls, which a macro may contain.
macro_rules! everywhere {
    ($($T:ident $module:ident in $Lock:ty),*) => { $(
        mod $module {
            use super::*;

            static KEPT: Mutex<Vec<Arc<$T>>> = Mutex::new(Vec::new());
            static LOCKED: Mutex<Vec<Arc<$Lock>>> = Mutex::new(Vec::new());
            static STASH: Mutex<Vec<nb::unique_ptr<$T>>> = Mutex::new(Vec::new());
            static HANDLES: Mutex<Vec<nb::shared_ptr<$T>>> = Mutex::new(Vec::new());

            fn handle(index: usize) -> nb::Result<nb::shared_ptr<$T>> {
                let found = HANDLES.lock().unwrap().get(index).cloned();
                found.ok_or_else(|| nb::index_error("no such handle"))
            }
            fn poke(lock: &$Lock) -> Option<i64> {
                lock.write_with(|x| {
                    x.value += 1;
                    x.value
                })
            }
            /// Everything about the value is as it was before Python code has run.
            fn unchanged(value: &$T, f: nb::object) -> nb::Result<()> {
                let before = value.show();
                f.call(())?;
                if value.show() != before {
                    FAULTS.fetch_add(1, Relaxed);
                }
                Ok(())
            }

            pub(super) fn bind(m: &nb::module_<NbDomain>) {
                let name = |what: &str| format!("{what}_{}", stringify!($T));
                m.def(&name("boxed"), |value: i64| Box::new($T::new(value)), ());
                m.def(&name("arc"), |value: i64| Arc::new($T::new(value)), ());
                m.def(&name("unique"), |value: i64| nb::unique_ptr::from(Box::new($T::new(value))), ());
                m.def(&name("value"), |value: i64| $T::new(value), ());
                m.def(&name("fail"), |value: i64, how: i64| -> nb::Result<$T> {
                    let made = $T::new(value);
                    end(how).map(|_| made)
                }, ());

                // Borrows.
                m.def(&name("show"), |x: &$T, how: i64| -> nb::Result<Vec<i64>> { end(how).map(|_| x.show()) }, ());
                m.def(&name("change"), |x: &mut $T, how: i64| -> nb::Result<i64> {
                    x.value += 1;
                    end(how).map(|_| x.value)
                }, ());
                m.def(&name("read_with"), |x: &$T, f: nb::object| -> nb::Result<()> { unchanged(x, f) }, ());
                m.def(&name("change_with"), |x: &mut $T, f: nb::object| -> nb::Result<()> {
                    x.value += 1;
                    unchanged(x, f)?;
                    x.value += 1;
                    Ok(())
                }, ());
                m.def(&name("show_all"), |all: Vec<&$T>, how: i64| -> nb::Result<Vec<Vec<i64>>> {
                    end(how).map(|_| all.iter().map(|x| x.show()).collect())
                }, ());

                // Transfers.
                m.def(&name("take"), |x: Box<$T>, how: i64| -> nb::Result<Vec<i64>> { end(how).map(|_| x.show()) }, ());
                m.def(&name("give"), |x: $T, how: i64| -> nb::Result<i64> { end(how).map(|_| x.value) }, ());
                m.def(&name("pass"), |mut x: Box<$T>, how: i64| -> nb::Result<Box<$T>> {
                    x.value += 1;
                    end(how).map(|_| x)
                }, ());
                m.def(&name("take_two"), |a: Box<$T>, b: Box<$T>, how: i64| -> nb::Result<i64> {
                    end(how).map(|_| a.value + b.value)
                }, ());
                m.def(&name("take_read"), |a: Box<$T>, b: &$T, how: i64| -> nb::Result<i64> {
                    end(how).map(|_| a.value + b.value)
                }, ());
                m.def(&name("take_all"), |all: Vec<Box<$T>>, how: i64| -> nb::Result<i64> {
                    end(how).map(|_| all.iter().map(|x| x.value).sum())
                }, ());

                // Owners in native code.
                m.def(&name("keep"), |x: Arc<$T>, how: i64| -> nb::Result<()> {
                    end(how).map(|_| KEPT.lock().unwrap().push(x))
                }, ());
                m.def(&name("kept"), |index: usize| KEPT.lock().unwrap().get(index).cloned(), ());
                m.def(&name("drop_kept"), || take(&KEPT), ());
                m.def(&name("stash"), |x: nb::unique_ptr<$T>, how: i64| -> nb::Result<()> {
                    end(how).map(|_| STASH.lock().unwrap().push(x))
                }, ());
                m.def(&name("unstash"), || STASH.lock().unwrap().pop(), ());
                m.def(&name("change_stash"), || STASH.lock().unwrap().iter_mut().for_each(|x| x.value += 1), ());
                m.def(&name("drop_stash"), || take(&STASH), ());
                m.def(&name("handle"), |x: nb::shared_ptr<$T>| HANDLES.lock().unwrap().push(x), ());
                m.def(&name("handle_object"), &handle, ());
                m.def(&name("handle_show"), |index: usize| handle(index)?.with(|x| x.show()), ());
                m.def(&name("handle_change"), |index: usize| handle(index)?.with_mut(|x| {
                    x.value += 1;
                    x.value
                }), ());
                m.def(&name("drop_handles"), || take(&HANDLES), ());

                // Behind a lock.
                m.def(&name("lock"), |value: i64| Arc::new(<$Lock>::new($T::new(value))), ());
                m.def(&name("poke"), |x: Arc<$Lock>, how: i64| -> nb::Result<Option<i64>> {
                    let value = poke(&x);
                    end(how).map(|_| value)
                }, ());
                m.def(&name("poke_read"), |a: Arc<$Lock>, b: &$T| vec![poke(&a).unwrap_or(0), b.value], ());
                m.def(&name("read_poke"), |b: &$T, a: Arc<$Lock>| vec![poke(&a).unwrap_or(0), b.value], ());
                m.def(&name("lock_keep"), |x: Arc<$Lock>, how: i64| -> nb::Result<()> {
                    end(how).map(|_| LOCKED.lock().unwrap().push(x))
                }, ());
                m.def(&name("locked"), |index: usize| LOCKED.lock().unwrap().get(index).cloned(), ());
                m.def(&name("poke_locked"), || -> Vec<i64> {
                    LOCKED.lock().unwrap().iter().map(|lock| poke(lock).unwrap_or(0)).collect()
                }, ());
                m.def(&name("drop_locked"), || take(&LOCKED), ());
                m.def(&name("tie"), |_: &$T, _patient: nb::object| {}, nb::keep_alive::<1, 2>());
            }
        }
    )* };
}
everywhere! {
    Leaf leaf in RwLock<Leaf>,
    Node node in Mutex<Node>,
    Tree tree in locks::RwLock<Tree>,
    Holder holder in locks::Mutex<Holder>,
    Farewell farewell in RwLock<Farewell>
}

/// What can be done with two values, of the same class or of one that is a part of the other.
macro_rules! pairs {
    ($m:ident: $($A:ident $B:ident),*) => { $(
        let name = |what: &str| format!("{what}_{}_{}", stringify!($A), stringify!($B));
        $m.def(&name("both"), |a: &$A, b: &$B| (a.show(), b.show()), ());
        $m.def(&name("copy"), |a: &$A, b: &mut $B| {
            let before = a.show();
            b.value = a.value + 1;
            if a.show() != before {
                FAULTS.fetch_add(1, Relaxed);
            }
        }, ());
        $m.def(&name("swap"), |a: &mut $A, b: &mut $B| std::mem::swap(&mut a.value, &mut b.value), ());
    )* };
}

/// What programs ask about all values.
pub(crate) fn bind_counts<D: 'static>(m: &nb::module_<D>) {
    m.def("next_serial", || NEXT.load(Relaxed), ());
    m.def("live", || LIVE.lock().unwrap().iter().copied().collect::<Vec<_>>(), ());
    m.def("faults", || FAULTS.load(Relaxed), ());
}

nb_module!(test_adversary_ext, m, {
    bind_counts(m);
    m.def("set_lock_timeout", |milliseconds: u64| nb::set_lock_timeout(Duration::from_millis(milliseconds)));

    nb::class_<Leaf>(m, "Leaf", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(|value: i64| Leaf::new(value)))
        .def_rw("value", &Leaf::value);
    nb::class_<Node>(m, "Node", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(|value: i64| Node::new(value)))
        .def_rw("value", &Node::value)
        .def_rw("leaf", &Node::leaf)
        .def_ro("other", &Node::other)
        .def_rw("spare", &Node::spare)
        .def_rw("leaves", &Node::leaves)
        .def_ro("seen", &Node::leaves)
        .def("at", &Node::at, nb::rv_policy::reference_internal)
        .def("at_mut", &Node::at_mut, nb::rv_policy::reference_internal)
        // The model does not know of references that are asked for again.
        .def("inner", &Node::inner, nb::rv_policy::reference_internal, nb::has_effects())
        .def("pick", &Node::pick, nb::rv_policy::reference_internal)
        .def("grow", &Node::grow)
        .def("shrink", &Node::shrink);
    nb::class_<Tree>(m, "Tree", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(|value: i64| Tree::new(value)))
        .def_rw("value", &Tree::value)
        .def_rw("node", &Tree::node)
        .def_rw("nodes", &Tree::nodes)
        .def("at", &Tree::at, nb::rv_policy::reference_internal)
        .def("at_mut", &Tree::at_mut, nb::rv_policy::reference_internal)
        .def("inner", &Tree::inner, nb::rv_policy::reference_internal, nb::has_effects())
        .def("grow", &Tree::grow)
        .def("shrink", &Tree::shrink);
    nb::class_<Holder>(m, "Holder", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(|value: i64| Holder::new(value)))
        .def_rw("value", &Holder::value)
        .def("hold", |holder: &mut Holder, held: Option<nb::stored>| holder.held = held, "held"_a.none())
        .def("held", |holder: &Holder| holder.held.clone());
    nb::class_<Farewell>(m, "Farewell", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(|value: i64| Farewell::new(value)))
        .def_rw("value", &Farewell::value)
        .def("at_end", |farewell: &mut Farewell, last: Option<nb::stored>| farewell.last = last, "last"_a.none());

    leaf::bind(m);
    node::bind(m);
    tree::bind(m);
    holder::bind(m);
    farewell::bind(m);
    pairs!(m: Leaf Leaf, Node Leaf, Node Node, Tree Leaf, Tree Node);
});
