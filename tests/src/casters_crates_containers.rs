//! Conversions of the containers of other crates, of alternatives, and of complex numbers.

use arrayvec::{ArrayString, ArrayVec};
use either::Either;
use indexmap::{IndexMap, IndexSet};
use nb::prelude::*;
use num_complex::Complex;
use smallvec::SmallVec;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;

/// Another hasher than the usual one.
type Other = BuildHasherDefault<DefaultHasher>;

/// A bound class.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Part {
    pub number: i32,
}

/// Fields of each type.
pub struct Box_ {
    pub complex: Complex<f64>,
    pub map: IndexMap<String, i32>,
    pub set: IndexSet<i32>,
    pub small: SmallVec<[i32; 2]>,
    pub array: ArrayVec<i32, 3>,
    pub text: ArrayString<4>,
    pub either: Either<i32, String>,
}

fn fields() -> Box_ {
    Box_ {
        complex: Complex::new(1.0, -2.0),
        map: [("b".to_string(), 1), ("a".to_string(), 2)].into(),
        set: [3, 1, 2].into(),
        small: [1, 2, 3].into_iter().collect(),
        array: [7, 8].into_iter().collect(),
        text: ArrayString::from("abc").unwrap(),
        either: Either::Right("r".to_string()),
    }
}

/// The round trips, in plain Rust.
fn bind_round_trips(m: &nb::module_<NbDomain>) {
    echo! { m:
        "c64" Complex<f32>; "c128" Complex<f64>; "complexes" Vec<Complex<f64>>; "complex_maybe" Option<Complex<f64>>;
        "index_map" IndexMap<String, i32>; "index_map_other" IndexMap<i32, Vec<f64>, Other>;
        "index_set" IndexSet<i32>; "index_set_other" IndexSet<String, Other>;
        "small" SmallVec<[i32; 2]>; "small_texts" SmallVec<[String; 1]>; "small_empty" SmallVec<[i32; 0]>;
        "array" ArrayVec<i32, 3>; "array_empty" ArrayVec<i32, 0>; "array_texts" ArrayVec<String, 2>; "text" ArrayString<4>;
        "int_or_text" Either<i32, String>; "float_or_int" Either<f64, i64>; "int_or_float" Either<i64, f64>;
        "byte_or_list" Either<u8, Vec<u8>>; "maybe" Either<Option<i32>, String>; "three" Either<i32, Either<String, Vec<i32>>>;
        "alternatives" Vec<Either<i32, String>>;
    }
}

nb_module!(test_casters_crates_containers_ext, m, {
    bind_round_trips(m);

    nb::class_<Part>(m, "Part").def(nb::init(|number: i32| Part { number })).def_rw("number", &Part::number);
    nb::class_<Box_>(m, "Box")
        .def(nb::init(|| fields()))
        .def_rw("complex", &Box_::complex)
        .def_rw("map", &Box_::map)
        .def_rw("set", &Box_::set)
        .def_rw("small", &Box_::small)
        .def_rw("array", &Box_::array)
        .def_rw("text", &Box_::text)
        .def_rw("either", &Box_::either);

    // Overloads: a number that is complex already is none of the others'.
    m.def("kind", |_x: f64| "float");
    m.def("kind", |_x: Complex<f64>| "complex");
    m.def("width", |_x: Complex<f32>| "c64");
    m.def("width", |_x: Complex<f64>| "c128");
    m.def("side", |x: Either<i64, f64>| if x.is_left() { "left" } else { "right" });
    m.def("side_of_floats", |x: Either<f64, i64>| if x.is_left() { "left" } else { "right" });

    // Elements of bound classes.
    m.def("small_refs", |x: SmallVec<[&mut Part; 1]>| x.into_iter().for_each(|part| part.number += 1));
    m.def("array_refs", |x: ArrayVec<&mut Part, 2>| x.into_iter().for_each(|part| part.number += 1));
    m.def("small_values", |x: SmallVec<[Part; 1]>| x);
    m.def("array_values", |x: ArrayVec<Part, 2>| x);
    m.def("map_refs", |x: IndexMap<&str, &Part>| x.into_iter().map(|(_, part)| part.number).collect::<Vec<_>>());
    m.def("map_values", |x: IndexMap<String, Part>| x);
    m.def("set_values", |x: IndexSet<Part>| x);
    m.def("part_or_text", |x: Either<&mut Part, &str>| match x {
        Either::Left(part) => {
            part.number += 1;
            part.number.to_string()
        }
        Either::Right(text) => text.to_string(),
    });
    m.def("same_part", |x: Either<&Part, i32>| -> Either<&Part, i32> { x });
});
