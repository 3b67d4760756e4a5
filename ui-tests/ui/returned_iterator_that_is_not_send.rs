use nb::prelude::*;

fn squares(count: u32) -> Box<dyn Iterator<Item = u32>> {
    Box::new((0..count).map(|n| n * n))
}

nb_module!(numbers, m, {
    m.def("squares", &squares);
});

fn main() {}
