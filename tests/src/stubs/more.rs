//! A module with many functions, and one with names of `typing_extensions`.

use nb::prelude::*;

nb_module!(test_stubs_many_ext, m, {
    let many: usize = std::env::var("NB_TEST_MANY").ok().and_then(|text| text.parse().ok()).unwrap_or(10);
    for n in 0..many {
        m.def(&format!("f{n}"), |a: i32, b: &str| format!("{a}{b}"), "a"_a, "b"_a = "x");
    }
});

mod typing {
    use nb::prelude::*;

    nb_module!(test_stubs_typing_ext, m, {
        m.attr("Ts") = nb::type_var_tuple("Ts");
        m.attr("D") = nb::module_::import_("typing_extensions").attr("TypeVar")(
            "D",
            "default"_a = nb::builtins()?.item("int").get()?,
        );
        m.def("pack", |values: nb::args| values, nb::sig("def pack(*values: Unpack[Ts]) -> tuple[Unpack[Ts]]"));
    });
}
