//! What `get` returns is taken for an object.

use nb::prelude::*;

#[derive(Clone)]
struct Wild;

impl<D> nb::Member<D> for Wild {
    fn describe(text: &mut nb::SigText<'_>) {
        text.text("int");
    }
    unsafe fn get(_: *mut nb::__private::Inst, _: &Wild, _: bool, _: &mut nb::Cx<'_>) -> *mut nb::ffi::PyObject {
        std::ptr::without_provenance_mut(0x1230)
    }
}

struct Forest {
    tree: Wild,
}

nb_module!(ui, m, {
    nb::class_<Forest>(m, "Forest").def_ro("tree", &Forest::tree);
});

fn main() {}
