//! Bound classes among the bases of Python classes, beside others, and with type arguments.

use nb::prelude::*;
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

static ALIVE: AtomicIsize = AtomicIsize::new(0);

/// Counts the values that exist.
struct Alive;
impl Alive {
    fn new() -> Alive {
        ALIVE.fetch_add(1, Relaxed);
        Alive
    }
}
impl Clone for Alive {
    fn clone(&self) -> Alive {
        Alive::new()
    }
}
impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Relaxed);
    }
}

#[derive(Clone)]
pub struct Plain {
    pub value: i64,
    _alive: Alive,
}
impl Plain {
    fn new(value: i64) -> Plain {
        Plain { value, _alive: Alive::new() }
    }
}

#[derive(Clone)]
pub struct Derived {
    pub plain: Plain,
}
nb_base!(Derived, plain: Plain);

/// As large as `Plain`.
pub struct Other {
    pub value: i64,
    _alive: Alive,
}

pub struct Dynamic {
    pub value: i64,
    _alive: Alive,
}

pub struct Holder {
    pub value: i64,
    pub held: Option<nb::stored>,
    _alive: Alive,
}
nb_traverse!(Holder: held);

pub trait Speaks: std::any::Any + Send + Sync {
    fn speak(&self) -> String;
}
pub struct Animal {
    pub value: i64,
    _alive: Alive,
}
impl Speaks for Animal {
    fn speak(&self) -> String {
        format!("animal {}", self.value)
    }
}
nb_trampoline!(in crate::bases; PyAnimal: Animal, dyn Speaks);
impl Speaks for PyAnimal {
    fn speak(&self) -> String {
        nb_override!(self, speak)
    }
}

pub struct Final;
pub struct NoConstructor;
pub struct Made {
    pub value: i64,
}

pub struct Wrapper {
    pub value: i64,
}
pub struct Text {
    pub wrapper: Wrapper,
}
nb_base!(Text, wrapper: Wrapper);

nb_module!(test_bases_ext, m, {
    m.def("alive", || ALIVE.load(Relaxed));
    nb::class_<Plain>(m, "Plain")
        .def(nb::init(|value: i64| Plain::new(value)), "value"_a = 7)
        .def("double", |plain: &Plain| plain.value * 2)
        .def("__len__", |plain: &Plain| plain.value.unsigned_abs() as usize)
        .def("__add__", |a: &Plain, b: &Plain| a.value + b.value, nb::is_operator())
        .def("me", |plain: nb::handle_t<Plain>| plain)
        .def_rw("value", &Plain::value);
    nb::class_<Derived, Plain>(m, "Derived").def(nb::init(|| Derived { plain: Plain::new(8) }));
    nb::class_<Other>(m, "Other")
        .def(nb::init(|| Other { value: 9, _alive: Alive::new() }))
        .def_rw("value", &Other::value);
    nb::class_<Dynamic>(m, "Dynamic", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(|| Dynamic { value: 7, _alive: Alive::new() }))
        .def_rw("value", &Dynamic::value);
    nb::class_<Holder>(m, "Holder")
        .def(nb::init(|| Holder { value: 7, held: None, _alive: Alive::new() }))
        .def("hold", |holder: &mut Holder, held: nb::stored| holder.held = Some(held))
        .def_rw("value", &Holder::value);
    nb::class_<Animal, PyAnimal>(m, "Animal")
        .def(nb::init(|| Animal { value: 7, _alive: Alive::new() }))
        .def("speak", |animal: &dyn Speaks| animal.speak())
        .def_rw("value", &Animal::value);
    nb::class_<Final>(m, "Final", nb::is_final()).def(nb::init(|| Final));
    nb::class_<NoConstructor>(m, "NoConstructor");
    nb::class_<Made>(m, "Made").def(nb::new_(|value: i64| Made { value }), "value"_a = 7).def_rw("value", &Made::value);

    m.def("speak", |animal: &dyn Speaks| animal.speak());
    m.def("read", |plain: &Plain| plain.value);
    m.def("write", |plain: &mut Plain, value: i64| plain.value = value);
    m.def("copy", |plain: Plain| plain);
    m.def("same", |plain: nb::handle_t<Plain>| plain);
    m.def("boxed", |plain: Box<Plain>| plain.value);
    m.def("parent", |child: nb::object, parent: nb::object| (child, parent), nb::keep_alive::<1, 2>());

    nb::class_<Wrapper>(m, "Wrapper", nb::is_generic()).def(nb::init(|value: i64| Wrapper { value }), "value"_a = 7)
        .def_rw("value", &Wrapper::value);
    let text = nb::module_::<()>::import_("builtins")?.attr("str").get()?;
    nb::class_<Text, Wrapper>(m, "Text", m.attr("Wrapper").item(text))
        .def(nb::init(|| Text { wrapper: Wrapper { value: 8 } }));
});

/// Modules whose base with type arguments is refused.
pub mod refused {
    use super::{Other, Plain, Text, Wrapper};
    use nb::prelude::*;

    pub mod unnamed {
        use super::*;
        nb_module!(test_bases_unnamed_ext, m, {
            nb::class_<Wrapper>(m, "Wrapper", nb::is_generic());
            nb::class_<Plain>(m, "Plain", m.attr("Wrapper").item(5));
        });
    }

    pub mod another {
        use super::*;
        nb_module!(test_bases_another_ext, m, {
            nb::class_<Wrapper>(m, "Wrapper", nb::is_generic());
            nb::class_<Other>(m, "Other", nb::is_generic());
            nb::class_<Text, Wrapper>(m, "Text", m.attr("Other").item(5));
        });
    }

    pub mod raises {
        use super::*;
        nb_module!(test_bases_raises_ext, m, {
            nb::class_<Wrapper>(m, "Wrapper");
            nb::class_<Text, Wrapper>(m, "Text", m.attr("Wrapper").item(5));
        });
    }
}
