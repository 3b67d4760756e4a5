//! Annotations of classes that say something to Python's tools, and classes of every kind below each other.

use nb::prelude::*;

/// Takes type arguments.
pub struct Wrapper {
    pub value: i64,
}
pub struct Special {
    pub wrapper: Wrapper,
}
nb_base!(Special, wrapper: Wrapper);

#[derive(Clone)]
pub struct Signed(i64);
pub struct Decorated;
pub struct Frozen(i64);

/// Has more in an instance than the classes derived from it add.
pub struct Root {
    pub value: i64,
}
impl Root {
    fn double(&self) -> i64 {
        self.value * 2
    }
}
pub struct Middle {
    pub root: Root,
}
nb_base!(Middle, root: Root);
/// Its base does not come first.
pub struct Leaf {
    pub own: i64,
    pub middle: Middle,
}
nb_base!(Leaf, middle: Middle);

/// Implicit conversions in all forms.
#[derive(Clone)]
pub struct Target(String);
impl From<i64> for Target {
    fn from(value: i64) -> Target {
        Target(format!("int {value}"))
    }
}
#[derive(Clone)]
pub struct Source(i64);
#[derive(Clone)]
pub struct Far(#[allow(dead_code, reason = "gives the class a size")] i64);

/// Statements for all classes whose values can be shown and counted.
struct Shown {
    prefix: &'static str,
}
impl<D, T: nb::Class<D> + Into<i64> + Copy> nb::def_visitor<D, T> for Shown {
    fn execute(self, class: nb::class_<'_, D, T>, (): ()) {
        class.def("__int__", |value: &T| -> i64 { (*value).into() }, ()).def(
            "shown",
            move |value: &T| format!("{}{}", self.prefix, (*value).into()),
            "Shows the value",
        );
    }
}
macro_rules! numbers {
    ($($name:ident)*) => { $(
        #[derive(Clone, Copy)]
        pub struct $name(i64);
        impl From<$name> for i64 {
            fn from(value: $name) -> i64 {
                value.0
            }
        }
    )* };
}
numbers!(First Second Third);

nb_module!(test_class_annotations_ext, m, {
    nb::class_<First>(m, "First").def(nb::init(|value: i64| First(value))).def(Shown { prefix: "first " });
    nb::class_<Second>(m, "Second").def(Shown { prefix: "second " }).def(nb::init(|value: i64| Second(value)));
    // The plain builder's spelling.
    nb::uses_<Third>();
    m.class_::<Third>("Third", ()).def_visit(Shown { prefix: "third " }, ()).def_init(|value: i64| Third(value), ());

    nb::class_<Wrapper>(m, "Wrapper", nb::is_generic(), nb::sig("class Wrapper(typing.Generic[T])"), "Wraps a value")
        .def(nb::init(|value: i64| Wrapper { value }), nb::sig("def __init__(self, value: T, /) -> None"))
        .def("get", |wrapper: &Wrapper| wrapper.value, nb::sig("def get(self) -> T"))
        .def_static("of", |value: i64| Wrapper { value });
    nb::class_<Special, Wrapper>(m, "Special").def(nb::init(|value: i64| Special { wrapper: Wrapper { value } }));
    // The text may be made at run time.
    nb::class_<Signed>(m, "Signed", nb::sig(format!("class {}[T](object)", "Signed")))
        .def(nb::init(|value: i64| Signed(value)))
        .def("value", |signed: &Signed| signed.0);
    nb::class_<Decorated>(m, "Decorated", "Says more", nb::sig("@my_decorator\n@other(1)\nclass Decorated(Base)"));

    nb::class_<Frozen> frozen(m, "Frozen");
    frozen.def(nb::init(|value: i64| Frozen(value))).def("value", |frozen: &Frozen| frozen.0);
    m.attr("is_frozen") = frozen.freeze();
    m.def("freeze", |class: nb::object| nb::type_freeze(&class));

    nb::class_<Root>(m, "Root", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init(|value: i64| Root { value }))
        .def_rw("value", &Root::value)
        .def("double", &Root::double)
        .def("same", |root: &Root, other: &Root| std::ptr::eq(root, other));
    nb::class_<Middle, Root>(m, "Middle").def(nb::init(|value: i64| Middle { root: Root { value } }));
    nb::class_<Leaf, Middle>(m, "Leaf")
        .def(nb::init(|value: i64| Leaf { own: -value, middle: Middle { root: Root { value } } }))
        .def_rw("own", &Leaf::own);

    nb::class_<Source>(m, "Source").def(nb::init(|value: i64| Source(value)));
    nb::class_<Far>(m, "Far").def(nb::init(|value: i64| Far(value)));
    nb::class_<Target>(m, "Target")
        .def(nb::init_implicit<i64>())
        .def(nb::init(|text: &str| if text == "refused" { Err(nb::value_error("refused")) } else { Ok(Target(text.into())) }))
        .def(nb::init(|source: &Source| Target(format!("source {}", source.0))))
        .def_init_implicit(|items: Vec<i64>| Target(format!("{items:?}")), ())
        .def("text", |target: &Target| target.0.clone());
    nb::implicitly_convertible<&str, Target>();
    nb::implicitly_convertible<&Source, Target>();
    m.def("take", |target: &Target| target.0.clone(), "target"_a);
    m.def("take_strictly", |target: &Target| target.0.clone(), "target"_a.noconvert());
    m.def("take_value", |target: Target| target.0);
    m.def("take_mutable", |target: &mut Target| { target.0.push('!'); target.0.clone() });
    m.def("take_maybe", |target: Option<&Target>| target.map(|target| target.0.clone()));
    m.def("take_many", |targets: Vec<&Target>| targets.iter().map(|target| target.0.clone()).collect::<Vec<_>>());
    m.def("take_source", |source: &Source| source.0);
});

/// What `nb::sig` says is checked when the class is made, at any time.
pub struct Late<const N: usize>;

mod late {
    use super::Late;
    use nb::prelude::*;
    nb_module!(test_class_annotations_late_ext, m, {
        nb::uses_<Late<0>>();
        m.def("bind", |scope: nb::object, text: String| {
            nb::module_::<NbDomain>::in_scope(&scope, |scope| {
                scope.class_::<Late<0>>("Late", nb::sig(text));
                Ok(())
            })
        });
    });
}
