//! Arrays as results under each policy, for each framework, with each kind of owner.

use nb::prelude::*;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

static MADE: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// Numbers that count how often they are dropped.
pub struct Numbers(Box<[UnsafeCell<f32>; 6]>);

// SAFETY: the tests use them on one thread at a time.
unsafe impl Send for Numbers {}
// SAFETY: as above.
unsafe impl Sync for Numbers {}

impl Numbers {
    fn new() -> Numbers {
        MADE.fetch_add(1, SeqCst);
        Numbers(Box::new([0.0, 1.0, 2.0, 3.0, 4.0, 5.0].map(UnsafeCell::new)))
    }
    fn data(&self) -> *mut f32 {
        self.0[0].get()
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, SeqCst);
    }
}

/// Memory that never ends.
static FOREVER: std::sync::LazyLock<Numbers> = std::sync::LazyLock::new(Numbers::new);

/// A bound object with numbers.
pub struct Holder {
    numbers: Numbers,
}

type F<K> = nb::ndarray<(K, f32, nb::shape!(2, 3))>;

/// Nobody owns the memory.
fn ownerless<K: 'static>() -> nb::Result<F<K>>
where
    (K, f32, nb::shape!(2, 3)): nb::Markers<Access = Writes, Scalar = Floats>,
{
    // SAFETY: static memory.
    unsafe { F::<K>::new(FOREVER.data(), [], ()) }
}

type Writes = <(f32,) as nb::Markers>::Access;
type Floats = <(f32,) as nb::Markers>::Scalar;

/// A capsule owns it.
fn owned<K: 'static>() -> nb::Result<F<K>>
where
    (K, f32, nb::shape!(2, 3)): nb::Markers<Access = Writes, Scalar = Floats>,
{
    let numbers = Numbers::new();
    let data = numbers.data();
    // SAFETY: the capsule keeps the numbers, which do not move.
    unsafe { F::<K>::new(data, [2, 3], nb::capsule::new(numbers)) }
}

/// The object that it lies in owns it.
fn owned_by_self<K: 'static>(holder: nb::handle_t<Holder>) -> nb::Result<F<K>>
where
    (K, f32, nb::shape!(2, 3)): nb::Markers<Access = Writes, Scalar = Floats>,
{
    let data = holder.borrow()?.numbers.data();
    // SAFETY: the numbers live as long as the object, and do not move.
    unsafe { F::<K>::new(data, [], &*holder) }
}

/// Nobody owns the memory of an object.
fn ownerless_of<K: 'static>(holder: nb::handle_t<Holder>) -> nb::Result<F<K>>
where
    (K, f32, nb::shape!(2, 3)): nb::Markers<Access = Writes, Scalar = Floats>,
{
    let data = holder.borrow()?.numbers.data();
    // SAFETY: the tests keep the object.
    unsafe { F::<K>::new(data, [], ()) }
}

fn owned_of<K: 'static>(_: nb::handle_t<Holder>) -> nb::Result<F<K>>
where
    (K, f32, nb::shape!(2, 3)): nb::Markers<Access = Writes, Scalar = Floats>,
{
    owned::<K>()
}

/// Binds functions and methods with each policy, as `function_framework_policy`.
macro_rules! everywhere {
    ($m:ident, $class:ident: $($short:ident $framework:ident;)*) => { $(
        everywhere!(@ $m, $class, $short $framework: automatic automatic_reference take_ownership copy move_ reference reference_internal none);
    )* };
    (@ $m:ident, $class:ident, $short:ident $framework:ident: $($policy:ident)*) => { $(
        $m.def(concat!("ret_", stringify!($short), "_noown_", stringify!($policy)), ownerless::<nb::$framework>, nb::rv_policy::$policy);
        $m.def(concat!("ret_", stringify!($short), "_own_", stringify!($policy)), owned::<nb::$framework>, nb::rv_policy::$policy);
        let $class = $class.def(
            concat!("m_", stringify!($short), "_noown_", stringify!($policy)), ownerless_of::<nb::$framework>, nb::rv_policy::$policy);
        let $class = $class.def(
            concat!("m_", stringify!($short), "_ownself_", stringify!($policy)), owned_by_self::<nb::$framework>, nb::rv_policy::$policy);
        let $class = $class.def(
            concat!("m_", stringify!($short), "_own_", stringify!($policy)), owned_of::<nb::$framework>, nb::rv_policy::$policy);
        $m.def(concat!("id_", stringify!($short), "_", stringify!($policy)), |a: nb::ndarray<(f32, nb::$framework)>| a, nb::rv_policy::$policy);
        let _ = &$class;
    )* };
}

fn bind_policies(m: &nb::module_<NbDomain>, class: nb::class_<'_, NbDomain, Holder>) {
    everywhere! { m, class:
        nf no_framework; np numpy; to pytorch; tf tensorflow; jx jax; cu cupy; mv memview; aa array_api; ml mlx;
    }
}

nb_module!(test_ndarrays_policies_ext, m, {
    let class = nb::class_<Holder>(m, "Holder")
        .def(nb::init(|| Holder { numbers: Numbers::new() }))
        .def("address", |holder: &Holder| holder.numbers.data() as usize);
    bind_policies(m, class);
    m.def("counts", || (MADE.load(SeqCst), DROPPED.load(SeqCst)));
    m.def("forever", || FOREVER.data() as usize);

    // Arguments of any type as results.
    m.def("any", |a: nb::ndarray<>| a);
    m.def("any_copy", |a: nb::ndarray<>| a, nb::rv_policy::copy);
    m.def("read", |a: nb::ndarray<nb::ro>| a);
    m.def("read_copy", |a: nb::ndarray<nb::ro, nb::numpy>| a, nb::rv_policy::copy);
    m.def("to_numpy", |a: nb::ndarray<nb::ro>| -> nb::Result<nb::ndarray<nb::numpy, nb::ro>> { a.to() });
    m.def("to_capsule", |a: nb::ndarray<nb::ro, nb::numpy>| -> nb::Result<nb::ndarray<nb::ro>> { a.to() });
    m.def("to_memoryview", |a: nb::ndarray<nb::ro>| -> nb::Result<nb::ndarray<nb::memview, nb::ro>> { a.to() });
    m.def("to_torch", |a: nb::ndarray<>| -> nb::Result<nb::ndarray<nb::pytorch>> { a.to() });
});
