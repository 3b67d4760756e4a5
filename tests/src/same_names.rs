//! Virtual functions beside properties, fields and attributes of one name; `ref_<T>` of a class with virtual functions.

use nb::prelude::*;
use nb::{intrusive_counter, ref_};
use std::any::Any;

pub trait Thing: Any + Send + Sync {
    fn size(&self) -> i32;
    fn name(&self) -> String;
    fn legs(&self) -> i32;
    fn scaled(&self, by: i32) -> i32;
    fn rename(&mut self, name: String);
    fn report(&self) -> String {
        format!("{} {} {} {}", self.size(), self.name(), self.legs(), self.scaled(2))
    }
}

#[derive(Default)]
pub struct Plain {
    pub name: String,
    pub scaled: i32,
}
impl Thing for Plain {
    fn size(&self) -> i32 {
        1
    }
    fn name(&self) -> String {
        "plain".to_string()
    }
    fn legs(&self) -> i32 {
        2
    }
    fn scaled(&self, by: i32) -> i32 {
        by
    }
    fn rename(&mut self, name: String) {
        self.name = name;
    }
}

#[derive(Default)]
pub struct Derived {
    plain: Plain,
}
nb_base!(Derived, plain: Plain);
impl Thing for Derived {
    fn size(&self) -> i32 {
        10
    }
    fn name(&self) -> String {
        "derived".to_string()
    }
    fn legs(&self) -> i32 {
        20
    }
    fn scaled(&self, by: i32) -> i32 {
        by * 10
    }
    fn rename(&mut self, name: String) {
        self.plain.name = name;
    }
}

nb_trampoline!(in crate::same_names; PyThing: Plain, dyn Thing);
impl Thing for PyThing {
    fn size(&self) -> i32 {
        nb_override!(self, size)
    }
    fn name(&self) -> String {
        nb_override!(self, name)
    }
    fn legs(&self) -> i32 {
        nb_override!(self, legs)
    }
    fn scaled(&self, by: i32) -> i32 {
        nb_override!(self, scaled, by)
    }
    fn rename(&mut self, name: String) {
        nb_override!(self, rename, name)
    }
}

/// A counted class with virtual functions.
#[derive(Default)]
pub struct Node {
    counter: intrusive_counter,
}
nb_intrusive!(Node, counter);
pub trait Visits: Any + Send + Sync {
    fn visit(&self) -> i32;
}
impl Visits for Node {
    fn visit(&self) -> i32 {
        1
    }
}
nb_trampoline!(in crate::same_names; PyNode: Node, dyn Visits);
impl Visits for PyNode {
    fn visit(&self) -> i32 {
        nb_override!(self, visit)
    }
}

nb_module!(test_same_names_ext, m, {
    let thing = nb::class_<Plain, PyThing>(m, "Thing")
        .def(nb::init<>())
        .def_prop_ro("size", &Plain::size)
        .def_rw("name", &Plain::name)
        .def_rw("scaled", &Plain::scaled)
        .def("rename", &Plain::rename)
        .def("report", &Plain::report);
    thing.object()?.attr("legs") = 4;
    nb::class_<Derived, Plain>(m, "Derived").def(nb::init<>());
    m.def("report", |thing: &dyn Thing| thing.report());
    m.def("size", |thing: &dyn Thing| thing.size());
    m.def("scaled", |thing: &dyn Thing| thing.scaled(2));
    m.def("rename", |thing: &mut dyn Thing, name: String| thing.rename(name));

    nb::class_<Node, PyNode>(m, "Node", nb::intrusive_ptr::<Node>(|node, po| node.set_self_py(po))).def(nb::init<>());
    m.def("visit", |node: ref_<Node>| node.visit(), "node"_a);
    m.def("visit_all", |nodes: Vec<Option<ref_<Node>>>| nodes.iter().flatten().map(|node| node.visit()).sum::<i32>());
    m.def("visit_dyn", |node: std::sync::Arc<dyn Visits>| node.visit());
});
