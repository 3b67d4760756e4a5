use nb::prelude::*;

struct Celsius {
    degrees: f64,
}

fn parse(class: nb::type_object, text: &str) -> nb::Result<nb::object> {
    class.call((text.parse::<f64>()?,))
}

nb_module!(class_methods, m, {
    let class = nb::class_<Celsius>(m, "Celsius")
        .def(nb::init(|degrees: f64| Celsius { degrees }), "degrees"_a)
        .def_ro("degrees", &Celsius::degrees);

    let classmethod = nb::builtins()?.item("classmethod").get()?;
    class.attr("parse") = classmethod.call((nb::cpp_function(&parse)?,))?;
});
