use nb::prelude::*;

/// Your type, or `in crate; other::Span` for another crate's.
pub struct Span {
    first: i32,
    length: f64,
}

nb_type_caster!(Span, "tuple[int, float]", {
    fn from_python(src: nb::object, flags: u8) -> nb::Result<Option<Span>> {
        if !nb::isinstance::<nb::tuple>(&src) || flags & nb::cast_flags::convert == 0 {
            return Ok(None); // Another type, or no conversion is allowed: the next overload.
        }
        let (first, length): (i32, f64) = src.cast()?;
        Ok(Some(Span { first, length }))
    }
    fn from_cpp(value: Span) -> nb::Result<nb::object> {
        nb::cast((value.first, value.length))
    }
});

nb_module!(template, m, {
    m.def("end", |span: Span| f64::from(span.first) + span.length);
});
