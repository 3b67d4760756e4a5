//! Who has a lock, and for how long: calls that wait, trampolines, loans that outlive their call.

use nb::prelude::*;
use std::any::Any;
use std::cell::RefCell;
use std::sync::{Arc, Mutex, RwLock};
use std::thread;
use std::time::Duration;

const LONG: &str = "a name that is on the heap, long enough for that";

#[derive(Clone, Default)]
pub struct Inner {
    pub v: i32,
}

pub struct P {
    pub name: String,
    pub x: i32,
    pub arc: Arc<Inner>,
}

impl P {
    fn read_call(&self, callback: nb::object) -> nb::Result<String> {
        let name: &str = &self.name;
        callback.call(())?;
        Ok(name.to_string())
    }
    fn arc_ref(&self) -> &Inner {
        &self.arc
    }
}

pub struct NoClone {
    pub v: i32,
}

pub struct Holder {
    pub one: NoClone,
    pub list: Vec<NoClone>,
}

pub trait Animal: Any + Send + Sync {
    fn speak(&self) -> String;
}

pub struct Dog {
    pub age: i32,
}

impl Animal for Dog {
    fn speak(&self) -> String {
        format!("woof {}", self.age)
    }
}

nb_trampoline!(in crate::lock_holders; PyAnimal: Dog, dyn Animal);
impl Animal for PyAnimal {
    fn speak(&self) -> String {
        nb_override!(self, speak)
    }
}

#[repr(C)]
pub struct Mem {
    pub count: i32,
    pub other: i32,
}

struct Table<T>(T);
// SAFETY: constant.
unsafe impl<T> Sync for Table<T> {}

static MEMBERS: Table<[nb::ffi::PyMemberDef; 2]> = Table([
    nb::ffi::PyMemberDef {
        name: c"count".as_ptr(),
        type_code: nb::ffi::Py_T_INT,
        offset: 0,
        flags: 0,
        doc: std::ptr::null(),
    },
    // SAFETY: an all-zero entry ends the table.
    unsafe { std::mem::zeroed() },
]);

thread_local! {
    static LENT: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
    static READERS: RefCell<Vec<Box<dyn Fn() -> String>>> = const { RefCell::new(Vec::new()) };
}

static MATES: Mutex<Vec<Arc<Mutex<dyn Animal>>>> = Mutex::new(Vec::new());

fn sleep(milliseconds: u64) {
    nb::gil_scoped_release::run(|| thread::sleep(Duration::from_millis(milliseconds)));
}

nb_module!(test_lock_holders_ext, m, {
    nb::class_<Inner>(m, "Inner").def(nb::init(|v: i32| Inner { v })).def_rw("v", &Inner::v);
    nb::class_<P>(m, "P")
        .def(nb::init(|x: i32| P { name: LONG.into(), x, arc: Arc::default() }))
        .def_rw("name", &P::name)
        .def_rw("x", &P::x)
        .def_rw("arc", &P::arc)
        .def("read_call", &P::read_call)
        .def("arc_ref", &P::arc_ref, nb::rv_policy::reference_internal);
    m.def("lock", |p: Arc<RwLock<P>>| Arc::strong_count(&p));
    m.def("lock_mutex", |p: Arc<Mutex<P>>| Arc::strong_count(&p));
    m.def("hold", |p: &mut P, milliseconds: u64| {
        sleep(milliseconds);
        p.x += 1;
    });
    m.def("three", |a: &P, b: &P, c: &mut P| c.x = a.x + b.x);
    m.def("drop_then_call", |p: Arc<RwLock<P>>, callback: nb::object| -> nb::Result<nb::object> {
        drop(p);
        callback.call(())
    });

    // Loans that outlive the call that has made them.
    m.def("lend", |p: nb::handle_t<P>, count: usize| -> nb::Result<()> {
        let p: &'static nb::handle_t<P> = Box::leak(Box::new(p));
        for _ in 0..count {
            let lent: Box<dyn Any> = Box::new(p.borrow()?);
            LENT.with_borrow_mut(|all| all.push(lent));
        }
        Ok(())
    });
    m.def("let_go", || drop(LENT.with_borrow_mut(std::mem::take)));
    m.def("keep_reader", |p: nb::handle_t<P>| -> nb::Result<()> {
        let p: &'static nb::handle_t<P> = Box::leak(Box::new(p));
        let lent = Box::leak(Box::new(p.borrow()?));
        let name: &'static str = &lent.name;
        READERS.with_borrow_mut(|all| all.push(Box::new(move || name.to_string())));
        Ok(())
    });
    m.def("read", || READERS.with_borrow(|all| all[0]()));

    let slots = [nb::ffi::PyType_Slot {
        slot: nb::ffi::Py_tp_members,
        pfunc: (&raw const MEMBERS.0).cast_mut().cast(),
    }];
    // SAFETY: the first field of the value is such a number.
    nb::class_<Mem>(m, "Mem", unsafe { nb::type_slots(&slots) })
        .def(nb::init(|count: i32| Mem { count, other: 0 }))
        .def_rw("other", &Mem::other);
    m.def("lock_mem", |mem: Arc<RwLock<Mem>>| Arc::strong_count(&mem));
    m.def("hold_mem", |_: &mut Mem, milliseconds: u64| sleep(milliseconds));

    nb::class_<Dog, PyAnimal>(m, "Dog")
        .def(nb::init(|age: i32| Dog { age }))
        .def_rw("age", &Dog::age)
        .def("speak", &Dog::speak)
        .def("mates", |_: &Dog| MATES.lock().unwrap().clone());
    m.def("make_mate", || -> Arc<Mutex<dyn Animal>> {
        let mate: Arc<Mutex<dyn Animal>> = Arc::new(Mutex::new(Dog { age: 1 }));
        MATES.lock().unwrap().push(mate.clone());
        mate
    });
    m.def("forget_mates", || -> () { MATES.lock().unwrap().clear(); });
    m.def("as_lock", |dog: Arc<RwLock<Dog>>| Arc::strong_count(&dog));
    m.def("is_free", |dog: Arc<RwLock<Dog>>| dog.try_write().is_ok());
    m.def("twice_elsewhere", |animal: &dyn Animal| -> Vec<String> {
        nb::gil_scoped_release::run(|| {
            thread::scope(|all| all.spawn(|| vec![animal.speak(), animal.speak()]).join().unwrap())
        })
    });
    m.def("lock_and_value", |animal: Arc<RwLock<dyn Animal>>, _p: &mut P, dog: &Dog| -> (String, i32) {
        (animal.try_write().map_or("not to be had".into(), |animal| animal.speak()), dog.age)
    });

    nb::class_<NoClone>(m, "NoClone").def(nb::init(|v: i32| NoClone { v })).def_rw("v", &NoClone::v);
    nb::class_<Holder>(m, "Holder")
        .def(nb::init(|| Holder { one: NoClone { v: 0 }, list: Vec::new() }))
        .def_rw("one", &Holder::one)
        .def_rw("list", &Holder::list);
    m.def("lock_holder", |holder: Arc<RwLock<Holder>>| Arc::strong_count(&holder));
    // Native code that has the lock most of the time.
    m.def("keep_busy", |holder: Arc<RwLock<Holder>>, times: usize| -> () {
        thread::spawn(move || {
            for _ in 0..times {
                let lent = holder.write().unwrap();
                thread::sleep(Duration::from_millis(60));
                drop(lent);
                thread::sleep(Duration::from_micros(300));
            }
        });
    });
    m.def("set_lock_timeout", |milliseconds: u64| nb::set_lock_timeout(Duration::from_millis(milliseconds)));
});
