// finding 15: `?` needs a closure that returns a `Result`.
use nb::prelude::*;

nb_module!(texts, m, {
    m.def("title", |o: nb::object| -> nb::str_ { o.attr("title").call(())?.cast()? });
    m.def("upper", |o: nb::object| nb::str_::new(&o.attr("upper").call(())?.cast::<String>()?));
});

fn main() {}
