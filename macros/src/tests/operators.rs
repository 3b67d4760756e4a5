use super::{refuses, rewrites};

/// An operator of the class `Vec2`, and the call that stands for it.
#[track_caller]
fn operator(written: &str, call: &str) {
    rewrites(
        &format!("nb::class_<Vec2>(m, \"Vec2\").def({written});"),
        &format!(
            "m.class_::<Vec2>(\"Vec2\", ()).def_op(::core::convert::identity({{
                #[allow(unused_imports)]
                use nb::__private::operators::Clones as _;
                nb::__private::operators::{call}
            }}), ());"
        ),
    );
}

#[test]
fn expressions_on_self() {
    let itself = "nb::__private::operators::SELF";
    operator("nb::self + nb::self", &format!("candidates::<Vec2, nb::op::add, _>({itself}).forward()"));
    operator("nb::self * Vec2()", &format!("candidates::<Vec2, nb::op::mul, _>({itself}).forward()"));
    operator("nb::self -= nb::self", &format!("candidates::<Vec2, nb::op::isub, _>({itself}).in_place()"));
    operator("nb::self == nb::self", &format!("compared::<nb::op::eq, _>({itself})"));
    operator("2 * nb::self", "candidates::<Vec2, nb::op::mul, _>(nb::__private::operators::value(2)).reflected()");
    operator("2 < nb::self", "compared_reflected::<nb::op::lt, _>(nb::__private::operators::value(2))");
    operator("-nb::self", "candidates::<Vec2, nb::op::neg, ()>(::core::marker::PhantomData).unary()");
    for (written, ty) in [("float()", "f32"), ("std::string()", "::std::string::String"), ("Other {}", "Other")] {
        let spelled = format!(
            "{{ #[allow(unused_imports)] use nb::__private::operators::SpelledValue as _;
                <nb::__private::operators::Spelled<NbDomain, {ty}>>::OPERAND }}"
        );
        operator(&format!("nb::self * {written}"), &format!("candidates::<Vec2, nb::op::mul, _>({spelled}).forward()"));
    }
    rewrites(
        "nb::class_<Vec2>(m, \"Vec2\").def(nb::hash(nb::self)).def(!nb::self);",
        "m.class_::<Vec2>(\"Vec2\", ()).def_op(nb::self_.hash(), ()).def_op(nb::self_.bool_(), ());",
    );
    refuses("nb::class_<Vec2>(m, \"Vec2\").def(nb::self && 1);", "nb: nb::self stands in the operators");
    refuses("f(nb::self);", "nb: nb::self stands in the operators");
}

#[test]
fn visitors() {
    for (written, visitor) in [("MyOps {}", "MyOps {}"), ("MyOps()", "MyOps {}"), ("ops(1)", "ops(1)")] {
        rewrites(
            &format!("nb::class_<Dog>(m, \"Dog\").def({written});"),
            &format!("m.class_::<Dog>(\"Dog\", ()).def_visit({visitor}, ());"),
        );
    }
}
