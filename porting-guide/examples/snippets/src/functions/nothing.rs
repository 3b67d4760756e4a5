use nb::prelude::*;

struct Dog {
    name: String,
}

fn bark(dog: Option<&Dog>) -> String {
    match dog {
        Some(dog) => format!("{}: woof!", dog.name),
        None => "(no dog)".into(),
    }
}

fn find(name: &str) -> Option<Dog> {
    (name == "Max").then(|| Dog { name: name.into() })
}

nb_module!(nothing, m, {
    nb::class_<Dog>(m, "Dog").def_ro("name", &Dog::name);

    m.def("bark", &bark, "dog"_a = nb::none());
    m.def("must_bark", |dog: &Dog| dog.name.clone(), "dog"_a);
    m.def("find", &find);
});
