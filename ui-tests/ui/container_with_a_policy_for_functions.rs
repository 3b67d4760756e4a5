// Elements are copies, or parts of their container.
use nb::prelude::*;

type Numbers = nb::opaque<Vec<f64>>;

nb_module!(numbers, m, {
    nb::bind_vector<Numbers, nb::rv_policy::take_ownership>(m, "Numbers");
});

fn main() {}
