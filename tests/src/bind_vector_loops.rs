//! What loops over vectors of numbers are made of.

use nb::prelude::*;
use std::collections::{BTreeMap, VecDeque};

pub type Ints = nb::opaque<Vec<i32>>;
pub type Bytes = nb::opaque<Vec<u8>>;
pub type Longs = nb::opaque<Vec<i128>>;
pub type Floats = nb::opaque<Vec<f32>>;
pub type Flags = nb::opaque<VecDeque<bool>>;
pub type Maybes = nb::opaque<Vec<Option<i32>>>;
pub type MaybesByName = nb::opaque<BTreeMap<Option<String>, Option<i32>>>;

/// Has a vector, and gives references into it.
#[derive(Default)]
pub struct Home {
    pub ints: Ints,
}

/// Another module would bind it, but there is none.
#[derive(Clone)]
pub struct Foreign;

/// A number that is seen where it is.
#[repr(transparent)]
pub struct Slot {
    pub value: i32,
}

fn first(ints: &mut Ints) -> Option<&mut Slot> {
    // SAFETY: a slot is a number and nothing else.
    ints.first_mut().map(|number| unsafe { &mut *std::ptr::from_mut(number).cast::<Slot>() })
}

nb_module!(test_bind_vector_loops_ext, m, {
    nb::class_<Slot>(m, "Slot").def_rw("value", &Slot::value);
    nb::bind_vector<Ints>(m, "Ints").def("first", &first, nb::rv_policy::reference_internal);
    nb::bind_vector<Bytes>(m, "Bytes");
    nb::bind_vector<Longs>(m, "Longs");
    nb::bind_vector<Floats>(m, "Floats");
    nb::bind_vector<Flags>(m, "Flags");
    nb::bind_vector<Maybes>(m, "Maybes");
    nb::bind_map<MaybesByName>(m, "MaybesByName");
    nb::uses_<Foreign>();
    nb::bind_vector<nb::opaque<Vec<Foreign>>>(m, "Foreigners");
    nb::bind_map<nb::opaque<BTreeMap<i32, Foreign>>>(m, "ForeignersByNumber");
    m.def("foreigners", || nb::opaque(vec![Foreign, Foreign]));
    m.def("foreigners_by_number", || nb::opaque(BTreeMap::from([(1, Foreign)])));
    nb::class_<Home>(m, "Home").def(nb::init<>()).def_rw("ints", &Home::ints);

    m.def("changing", |ints: &mut Ints, f: nb::object| -> nb::Result<usize> {
        let before = ints.len();
        f.call(())?;
        Ok(ints.len() - before)
    });
    m.def("reading", |ints: &Ints, f: nb::object| -> nb::Result<i32> {
        f.call(())?;
        Ok(ints.first().copied().unwrap_or(0))
    });
    m.def("take", |ints: Box<Ints>| ints.len());
});
