use nb::prelude::*;

#[derive(Clone, Copy)]
union Number {
    whole: u8,
    truth: bool,
}

nb_module!(numbers, m, {
    nb::class_<Number>(m, "Number").def_rw("whole", &Number::whole);
});

fn truth() {
    let _ = nb::field!(Number, truth);
}

fn main() {
    truth();
}
