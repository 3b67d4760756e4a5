//! The low-level interface: types and instances by hand, supplements, pools, values that are never destroyed.

use nb::prelude::*;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

static MADE: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);
/// Shares that native code has.
static STASH: Mutex<Vec<Arc<Counted>>> = Mutex::new(Vec::new());

/// Plain data.
#[repr(C)]
#[derive(Clone)]
pub struct Pt {
    pub x: i32,
    pub y: i32,
}

/// Counts its own kind. The heap part makes a double free visible to the allocator.
pub struct Counted {
    pub value: i32,
    heap: Box<i32>,
    /// Called when the value is cloned, and when it is dropped.
    hook: Option<Hook>,
}
type Hook = Arc<dyn Fn(&str) + Send + Sync>;
impl Counted {
    fn new(value: i32) -> Counted {
        MADE.fetch_add(1, Relaxed);
        Counted { value, heap: Box::new(value), hook: None }
    }
}
impl Clone for Counted {
    fn clone(&self) -> Counted {
        if self.value < 0 {
            panic!("no clone of {}", self.value);
        }
        if let Some(hook) = &self.hook {
            hook("clone");
        }
        let mut clone = Counted::new(self.value);
        clone.hook = self.hook.clone();
        clone
    }
}
impl Drop for Counted {
    fn drop(&mut self) {
        *self.heap = -1;
        DROPPED.fetch_add(1, Relaxed);
        if let Some(hook) = self.hook.take() {
            hook("drop");
        }
    }
}

/// Neither `Clone` nor `Default`, with parts.
pub struct Car {
    pub engine: Counted,
    pub wheels: Vec<Counted>,
}
impl Car {
    fn new(value: i32) -> Car {
        Car { engine: Counted::new(value), wheels: vec![Counted::new(value + 1)] }
    }
}
fn wheel(car: &Car) -> &Counted {
    &car.wheels[0]
}
/// Contains others of its own kind.
#[derive(Clone)]
pub struct Tree {
    pub value: i32,
    pub kids: Vec<Tree>,
}
fn kid(tree: &mut Tree, i: usize) -> &mut Tree {
    &mut tree.kids[i]
}

pub struct Nothing;
#[repr(align(64))]
#[derive(Clone)]
pub struct Wide(pub u8);

/// What generic code wants to know about a tensor type.
#[derive(Default)]
struct Flavour {
    ndim: AtomicI32,
    device: AtomicI32,
}
#[derive(Default)]
struct Other;
pub struct CpuTensor;
pub struct GpuTensor;

#[derive(Clone)]
pub struct Pooled {
    pub counted: Counted,
}
#[derive(Clone)]
pub struct PooledPt {
    pub x: i64,
}
#[derive(Clone)]
pub struct PooledWeak {
    pub x: i64,
}
pub struct PooledDict;

pub struct Singleton {
    pub counted: Counted,
}
static SINGLETON: std::sync::LazyLock<Singleton> = std::sync::LazyLock::new(|| Singleton { counted: Counted::new(7) });
fn singleton() -> &'static Singleton {
    &SINGLETON
}
pub struct Immortal(#[allow(dead_code, reason = "counts that it is not dropped")] Counted);
/// Never bound.
struct Unbound;

fn known<T: 'static>(value: &T) -> Option<nb::object> {
    nb::find(value)
}
fn known_engine(car: &Car) -> (Option<nb::object>, Option<nb::object>) {
    (nb::find(&car.engine), nb::find(&car.wheels[0]))
}
fn same(value: &Pt) -> &Pt {
    value
}
static ORIGIN: Pt = Pt { x: 0, y: 0 };
fn origin() -> &'static Pt {
    &ORIGIN
}
static ELSEWHERE: Pt = Pt { x: 1, y: 1 };

/// Like the manual's example: builds an instance from a class alone.
fn build(class: nb::object, x: i32, y: i32) -> nb::Result<nb::object> {
    let made = nb::inst_alloc(&class)?;
    // SAFETY: nobody else knows the instance; `inst_ptr` has checked that it has room for a `Pt`.
    unsafe {
        nb::inst_ptr::<Pt>(&made)?.write(Pt { x, y });
        nb::inst_mark_ready(&made)?;
    }
    Ok(made)
}
fn fill(value: nb::object, n: i32) -> nb::Result<()> {
    // SAFETY: the tests call it for empty instances that nothing else uses.
    unsafe {
        nb::inst_ptr::<Counted>(&value)?.write(Counted::new(n));
        nb::inst_mark_ready(&value)
    }
}
fn own(class: nb::object, n: i32) -> nb::Result<nb::object> {
    let value = Box::into_raw(Box::new(Counted::new(n)));
    // SAFETY: the pointer comes from a box; on errors it becomes one again.
    unsafe { nb::inst_take_ownership(&class, value).inspect_err(|_| drop(Box::from_raw(value))) }
}

nb_module!(test_lowlevel_ext, m, {
    m.def("counts", || (MADE.load(Relaxed), DROPPED.load(Relaxed)));
    nb::class_<Pt>(m, "Pt")
        .def(nb::init(|x: i32, y: i32| Pt { x, y }))
        .def_rw("x", &Pt::x)
        .def_rw("y", &Pt::y)
        .def("sum", |p: &Pt| p.x + p.y)
        .def("same", &same, nb::rv_policy::none);
    m.def("sum", |p: &Pt| p.x + p.y);
    nb::class_<Counted>(m, "Counted")
        .def(nb::init(|value: i32| Counted::new(value)))
        .def(nb::init(|value: i32, hook: nb::object| -> nb::Result<Counted> {
            let hook = hook.cast::<Arc<dyn Fn(String) -> nb::Result<()> + Send + Sync>>()?;
            let hook: Hook = Arc::new(move |what: &str| {
                // Whatever the callback raises is not of interest here.
                let _ = hook(what.to_string());
            });
            let mut counted = Counted::new(value);
            counted.hook = Some(hook);
            Ok(counted)
        }))
        .def_rw("value", &Counted::value)
        .def("address", |c: &Counted| std::ptr::from_ref(c) as usize)
        .def("while_used", |_: &Counted, f: nb::object| -> nb::Result<nb::object> { f.call(()) })
        .def("while_changed", |_: &mut Counted, f: nb::object| -> nb::Result<nb::object> { f.call(()) })
        .def_static("boxed", |value: i32| Box::new(Counted::new(value)));
    m.def("take", |c: Box<Counted>| c.value);
    m.def("shared", |value: i32| Arc::new(Counted::new(value)));
    m.def("stash", |c: Arc<Counted>| STASH.lock().unwrap().push(c));
    m.def("stashed", || STASH.lock().unwrap().last().cloned());
    m.def("empty_the_stash", || STASH.lock().unwrap().drain(..).map(|c| c.value).collect::<Vec<_>>());
    nb::class_<Car>(m, "Car")
        .def(nb::init(|value: i32| Car::new(value)))
        .def_static("boxed", |value: i32| Box::new(Car::new(value)))
        .def_rw("engine", &Car::engine)
        // Not looked up again, so that a test sees it end.
        .def("wheel", &wheel, nb::rv_policy::reference_internal, nb::has_effects())
        .def("touch", |_: &mut Car| {})
        .def("known", &known_engine);
    m.def("scrap", |car: Box<Car>| car.engine.value);
    nb::class_<Tree>(m, "Tree")
        .def(nb::init(|value: i32, kids: Vec<Tree>| Tree { value, kids }))
        .def_rw("value", &Tree::value)
        .def("kid", &kid, nb::rv_policy::reference_internal);
    nb::class_<Nothing>(m, "Nothing").def(nb::init(|| Nothing));
    nb::class_<Wide>(m, "Wide").def(nb::init(|n: u8| Wide(n))).def("get", |w: &Wide| {
        assert!(std::ptr::from_ref(w).is_aligned());
        w.0
    });

    // Types
    m.def("class_of_pt", || nb::type_::<Pt>());
    m.def("class_of_unbound", || nb::type_::<Unbound>());
    m.def("type_check", |h: nb::object| nb::type_check(&h));
    m.def("type_layout", |h: nb::object| -> nb::Result<_> { Ok((nb::type_size(&h)?, nb::type_align(&h)?)) });
    m.def("type_is_pt", |h: nb::object| -> nb::Result<_> { Ok(nb::type_info(&h)? == std::any::TypeId::of::<Pt>()) });
    m.def("type_info_name", |h: nb::object| nb::type_info_name(&h));
    m.def("type_name", |h: nb::object| nb::type_name(&h));
    m.def("inst_name", |h: nb::object| nb::inst_name(&h));
    m.def("has_slot", |h: nb::object, slot: i32| -> nb::Result<bool> { Ok(!nb::type_get_slot(&h, slot)?.is_null()) });
    m.attr("tp_dealloc") = nb::ffi::Py_tp_dealloc;
    m.attr("tp_call") = nb::ffi::Py_tp_call;

    // Instances
    m.def("inst_check", |h: nb::object| nb::inst_check(&h));
    m.def("inst_ready", |h: nb::object| nb::inst_ready(&h));
    m.def("inst_state", |h: nb::object| nb::inst_state(&h));
    m.def("inst_alloc", |h: nb::object| nb::inst_alloc(&h));
    m.def("build", &build);
    m.def("fill", &fill);
    m.def("own", &own);
    m.def("address", |h: nb::object| -> nb::Result<usize> { Ok(nb::inst_ptr::<Counted>(&h)? as usize) });
    m.def("own_null", |h: nb::object| {
        // SAFETY: refused.
        unsafe { nb::inst_take_ownership(&h, std::ptr::null_mut::<Counted>()) }
    });
    m.def("inst_destruct", |h: nb::object| nb::inst_destruct(&h));
    m.def("inst_copy", |a: nb::object, b: nb::object| nb::inst_copy(&a, &b));
    m.def("inst_move", |a: nb::object, b: nb::object| nb::inst_move(&a, &b));
    m.def("inst_replace_copy", |a: nb::object, b: nb::object| nb::inst_replace_copy(&a, &b));
    m.def("inst_replace_move", |a: nb::object, b: nb::object| nb::inst_replace_move(&a, &b));
    m.def("inst_zero", |h: nb::object| {
        // SAFETY: called for `Pt` and `Nothing`, which zero bytes are values of.
        unsafe { nb::inst_zero(&h) }
    });
    m.def("inst_alloc_zero", |h: nb::object| {
        // SAFETY: as above.
        unsafe { nb::inst_alloc_zero(&h) }
    });
    m.def("inst_mark_ready", |h: nb::object| {
        // SAFETY: called for instances that have a value, or where it is refused.
        unsafe { nb::inst_mark_ready(&h) }
    });
    m.def("inst_set_state", |h: nb::object, ready: bool, destruct: bool| {
        // SAFETY: as above, and every value is dropped by one of its owners.
        unsafe { nb::inst_set_state(&h, ready, destruct) }
    });
    m.def("refer", |class: nb::object, car: nb::handle_t<Car>| -> nb::Result<nb::object> {
        let engine = &raw mut car.borrow_mut()?.engine;
        // SAFETY: the engine stays where it is while the car lives, and the tests use the car only through this object.
        unsafe { nb::inst_reference(&class, engine, Some(&car)) }
    });
    m.def("refer_for_ever", |class: nb::object| {
        // SAFETY: the value is never freed, and nobody else knows it.
        unsafe { nb::inst_reference(&class, Box::leak(Box::new(Pt { x: 1, y: 2 })), None) }
    });

    // Casts
    m.def("find", &known::<Counted>);
    m.def("find_unknown", || nb::find(&Pt { x: 1, y: 2 }));
    m.def("find_unbound", || nb::find(&Unbound));
    m.def("find_origin", || nb::find(&ORIGIN));
    m.def("origin", &origin, nb::rv_policy::reference);
    m.def("engine", |car: nb::handle_t<Car>| nb::cast_internal(&car, |car| &car.engine));
    m.def("engine_mut", |car: nb::handle_t<Car>| nb::cast_internal_mut(&car, |car| &mut car.engine));
    m.def("wheel_of", |car: nb::handle_t<Car>| nb::cast_internal(&car, |car| &car.wheels[0]));
    m.def("unbound_part", |car: nb::handle_t<Car>| nb::cast_internal(&car, |_| &Unbound));
    m.def("owner_itself", |car: nb::handle_t<Car>| nb::cast_internal(&car, |car| car));
    m.def("without_owner", || {
        nb::cast_policy::<NbDomain, nb::rv_policy::reference_internal, _>(&Pt { x: 1, y: 2 })
    });
    m.def("cast_none", || nb::cast_policy::<NbDomain, nb::rv_policy::none, _>(&ELSEWHERE));
    m.def("cast_box", || {
        let value = Box::new(Counted::new(4));
        nb::cast_policy::<NbDomain, nb::rv_policy::take_ownership, _>(value)
    });

    // Supplements
    nb::class_<CpuTensor>(m, "CpuTensor", nb::supplement<Flavour>(), "On the CPU").def(nb::init(|| CpuTensor));
    nb::class_<GpuTensor>(m, "GpuTensor", nb::supplement<Flavour>()).def(nb::init(|| GpuTensor));
    m.def("flavour", |class: nb::object| -> nb::Result<(i32, i32)> {
        let flavour = nb::type_supplement<Flavour>(&class)?;
        Ok((flavour.ndim.load(Relaxed), flavour.device.load(Relaxed)))
    });
    m.def("set_flavour", |class: nb::object, ndim: i32, device: i32| -> nb::Result<()> {
        let flavour = nb::type_supplement<Flavour>(&class)?;
        flavour.ndim.store(ndim, Relaxed);
        flavour.device.store(device, Relaxed);
        Ok(())
    });
    m.def("other_supplement", |class: nb::object| nb::type_supplement::<Other>(&class).map(|_| ()));
    m.def("device_of", |tensor: nb::object| -> nb::Result<i32> {
        Ok(nb::type_supplement::<Flavour>(&tensor.attr("__class__").get()?)?.device.load(Relaxed))
    });

    // Pools
    nb::class_<Pooled>(m, "Pooled", nb::pooled())
        .def(nb::init(|n: i32| Pooled { counted: Counted::new(n) }))
        .def_rw("counted", &Pooled::counted)
        .def("keep", |_: &Pooled, _other: nb::object| {}, nb::keep_alive<1, 2>())
        .def("while_changed", |_: &mut Pooled, f: nb::object| -> nb::Result<nb::object> { f.call(()) });
    m.def("make_pooled", |n: i32| Pooled { counted: Counted::new(n) });
    m.def("box_pooled", |n: i32| Box::new(Pooled { counted: Counted::new(n) }));
    m.def("box_point", |x: i64| Box::new(PooledPt { x }));
    m.def("take_point", |point: Box<PooledPt>| point.x);
    m.def("share_point", |point: std::sync::Arc<PooledPt>| point.x);
    m.def("keep_any", |_nurse: nb::object, _patient: nb::object| {}, nb::keep_alive<1, 2>());
    m.def("take_pooled", |p: Box<Pooled>| p.counted.value);
    nb::class_<PooledPt>(m, "PooledPt", nb::pooled(4)).def(nb::init(|x: i64| PooledPt { x })).def_rw("x", &PooledPt::x);
    nb::class_<PooledWeak>(m, "PooledWeak", nb::pooled(4), nb::is_weak_referenceable())
        .def(nb::init(|x: i64| PooledWeak { x }))
        .def_rw("x", &PooledWeak::x);
    nb::class_<PooledDict>(m, "PooledDict", nb::pooled(4), nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(|| PooledDict));

    // Values that are never destroyed
    nb::class_<Singleton>(m, "Singleton", nb::never_destruct()).def_ro("counted", &Singleton::counted);
    m.def("singleton", &singleton, nb::rv_policy::reference);
    nb::class_<Immortal>(m, "Immortal", nb::never_destruct());
    m.def("immortal", || Immortal(Counted::new(1)));
    m.def("boxed_immortal", || Box::new(Immortal(Counted::new(1))));
    m.def("shared_immortal", || Arc::new(Immortal(Counted::new(1))));
});

/// Its constructor is a mistake.
mod mistake {
    use nb::prelude::*;
    pub struct Eternal;
    nb_module!(test_lowlevel_mistake_ext, m, {
        nb::class_<Eternal>(m, "Eternal", nb::never_destruct()).def(nb::init(|| Eternal));
    });
}
