//! What can be asked of Python objects, their operators and texts.

use crate::handles::double_all;
use nb::prelude::*;

macro_rules! binary {
    ($m:ident: $($name:ident)*) => { $(
        $m.def(stringify!($name), |a: nb::object, b: nb::object| a.$name(&b), ());
    )* };
}

fn bind_operators(m: &nb::module_<NbDomain>) {
    binary! { m:
        add sub mul div floor_div rem bit_and bit_or bit_xor shl shr matmul pow
        iadd isub imul idiv ifloor_div irem ibit_and ibit_or ibit_xor ishl ishr imatmul
        equal not_equal less_than less_equal greater_than greater_equal
    }
}

nb_module!(test_object_operators_ext, m, {
    bind_operators(m);
    m.def("double_all", &double_all);
    m.def("len", |o: nb::object| nb::len(&o));
    m.def("is_empty", |o: nb::object| o.is_empty());
    m.def("len_hint", |o: nb::object| nb::len_hint(&o));
    m.def("contains", |o: nb::object, value: nb::object| o.contains(value));
    m.def("hash", |o: nb::object| nb::hash(&o));
    m.def("truth", |o: nb::object| o.is_true());
    m.def("repr", |o: nb::object| nb::repr(&o));
    m.def("str", |o: nb::object| o.str());
    m.def("texts", |o: nb::object| format!("{o} {o:?} {o:>6}|"));
    m.def("neg", |o: nb::object| o.neg());
    m.def("invert", |o: nb::object| o.invert());
    m.def("abs", |o: nb::object| o.abs());
    m.def("operators", |a: nb::object, b: nb::object| {
        let (a, b) = (&a, &b);
        vec![a + b, a - b, a * b, a / b, a % b, a & b, a | b, a ^ b, a << b, a >> b, -a, !a]
    });
    m.def("plus", |a: nb::object, b: nb::object| &a + &b);
    m.def("negative", |a: nb::object| -&a);
    m.def("inverse", |a: nb::object| !&a);
    m.def("plus_one", |a: nb::int_| a.add(1));
    m.def("print", |o: nb::object| nb::print(o));
    m.def("print_text", |text: &str| nb::print(text));
    m.def("print_to", |o: nb::object, file: nb::object| {
        nb::print_with((o, "end", nb::kw("sep", "-"), nb::kw("end", ""), nb::kw("file", file)))
    });
});
