use super::expanded;
use crate::cursor::tokens;

fn written(body: &str) -> String {
    let (out, errors) = expanded(body);
    assert!(errors.is_empty(), "{errors:?}");
    super::plain(&tokens(out))
}

#[test]
fn functions_of_classes_with_relatives() {
    let out = written(r#"nb::class_<Cat, Animal>(m, "Cat").def("name", &Cat::name).def("age", &Cat::age);"#);
    // The trait objects are declared once for the body.
    assert_eq!(out.matches("type NbObject0_0=").count(), 1);
    assert_eq!(out.matches("type NbBeside0_0=").count(), 1);
    assert!(out.contains("nb::__private::inherit::VirtualOr(<NbObject0_0>::name,"), "{out}");
    assert!(out.contains("nb::__private::inherit::VirtualOr(<NbObject0_0>::age,"), "{out}");
    assert!(out.contains("<nb::__private::Related<Animal>>::extra()"), "{out}");
    assert!(out.contains("nb::__private::inherit::answers::<Cat>"), "{out}");
}

#[test]
fn functions_that_are_not_virtual() {
    let relatives = "nb::class_<Cat>(m, \"Cat\").def(\"name\", &Cat::name);";
    assert_eq!(written(relatives), "m.class_::<Cat>(\"Cat\",()).def(\"name\",Cat::name,());");
    // A function of a module.
    assert_eq!(written("m.def(\"f\", &cats::name);"), "m.def(\"f\",cats::name,());");
    assert!(written("m.def(\"f\", &Cat::name);").contains("type NbObject0_0="));
}
