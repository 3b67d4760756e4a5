use nb::prelude::*;

fn squares(count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(|n| n * n)
}

nb_module!(numbers, m, {
    m.def("squares", &squares);
});

fn main() {}
