// row: xchg-27
use nb::prelude::*;

fn shout(text: &mut String) {
    text.push('!');
}

nb_module!(texts, m, {
    m.def("shout", &shout);
});

fn main() {}
