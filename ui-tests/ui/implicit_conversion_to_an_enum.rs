// row: DSP-43
//! Members are all the values an enumeration has; a number or text of one is converted anyway.
use nb::prelude::*;

pub enum Kind {
    Cat,
}

nb_module!(my_ext, m, {
    nb::enum_<Kind>(m, "Kind").value("Cat", Kind::Cat);
    nb::implicitly_convertible<f64, Kind>();
});

fn main() {}
