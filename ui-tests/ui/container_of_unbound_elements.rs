// The elements of a bound container cross the border too.
use nb::prelude::*;

#[derive(Clone)]
struct Dog;

type Dogs = nb::opaque<Vec<Dog>>;

nb_module!(kennel, m, {
    nb::bind_vector<Dogs>(m, "Dogs");
});

fn main() {}
