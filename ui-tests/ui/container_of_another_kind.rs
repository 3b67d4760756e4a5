// A map is no vector, and a vector no map.
use nb::prelude::*;
use std::collections::BTreeMap;

type Numbers = nb::opaque<BTreeMap<i32, f64>>;

nb_module!(confused, m, {
    nb::bind_vector<Numbers>(m, "Numbers");
});

fn main() {}
