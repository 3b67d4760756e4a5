use nb::prelude::*;
use std::sync::Arc;

struct Node {
    counter: Arc<nb::intrusive_counter>,
}
nb_intrusive!(Node, counter);

fn main() {}
