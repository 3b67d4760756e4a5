use nb::prelude::*;

fn generic(args: nb::args, kwargs: nb::kwargs) -> nb::Result<()> {
    for value in args.iter() {
        nb::print(nb::str_::new("Positional: {}").format((value,))?)?;
    }
    for (name, value) in kwargs.iter() {
        nb::print(nb::str_::new("Keyword: {} -> {}").format((name, value))?)?;
    }
    Ok(())
}

fn example(_val: i32, _check: bool) {}

fn munge(args: nb::args, invert: bool) -> nb::Result<i64> {
    let numbers: Vec<i64> = args.cast()?;
    let sum: i64 = numbers.iter().sum();
    Ok(if invert { -sum } else { sum })
}

nb_module!(parameters, m, {
    m.def("generic", &generic);
    m.def("example", &example, nb::arg("val"), nb::kw_only(), nb::arg("check"));
    m.def("munge", &munge, nb::arg("args"), nb::arg("invert") = false);
});
