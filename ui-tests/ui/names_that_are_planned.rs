// finding 15: what nanobind has and nb does not have yet.
use nb::prelude::*;

nb_module!(planned, m, {
    let lock = nb::ft_mutex();
});

fn main() {}
