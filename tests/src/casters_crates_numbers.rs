//! Conversions of other crates' numbers, of `Uuid` and `Bytes`.

use bigdecimal::BigDecimal;
use bytes::{Bytes, BytesMut};
use nb::prelude::*;
use num_bigint::{BigInt, BigUint};
use num_rational::{BigRational, Ratio};
use ordered_float::{NotNan, OrderedFloat};
use rust_decimal::Decimal;
use std::str::FromStr;
use uuid::Uuid;

/// Fields of each kind.
pub struct Numbers {
    pub big: BigInt,
    pub ratio: Ratio<i64>,
    pub big_ratio: BigRational,
    pub decimal: Decimal,
    pub big_decimal: BigDecimal,
    pub ordered: OrderedFloat<f64>,
    pub id: Uuid,
    pub bytes: Bytes,
}

fn numbers() -> Numbers {
    Numbers {
        big: BigInt::ZERO,
        ratio: Ratio::new(1, 2),
        big_ratio: Ratio::from_integer(1.into()),
        decimal: Decimal::ONE,
        big_decimal: BigDecimal::default(),
        ordered: OrderedFloat(1.0),
        id: Uuid::nil(),
        bytes: Bytes::from_static(b"ab"),
    }
}

/// Binds the identity under `name`, and once more without implicit conversion.
macro_rules! echo {
    ($m:ident: $($name:literal $ty:ty;)*) => { $(
        $m.def($name, |x: $ty| -> $ty { x }, ());
        $m.def(concat!($name, "_strict"), |x: $ty| -> $ty { x }, nb::arg("x").noconvert());
        $m.def(concat!($name, "_list"), |x: Vec<$ty>| -> Vec<$ty> { x }, ());
        $m.def(concat!($name, "_maybe"), |x: Option<$ty>| -> Option<$ty> { x }, ());
    )* };
}

/// The round trips, in plain Rust.
fn bind_round_trips(m: &nb::module_<NbDomain>) {
    echo! { m:
        "big_int" BigInt; "big_uint" BigUint;
        "ratio8" Ratio<i8>; "ratio64" Ratio<i64>; "ratio128" Ratio<i128>; "big_ratio" BigRational;
        "decimal" Decimal; "big_decimal" BigDecimal; "ordered32" OrderedFloat<f32>; "ordered64" OrderedFloat<f64>;
        "not_nan" NotNan<f64>; "uuid" Uuid; "bytes" Bytes; "bytes_mut" BytesMut;
    }
}

nb_module!(test_casters_crates_numbers_ext, m, {
    bind_round_trips(m);

    nb::class_<Numbers>(m, "Numbers")
        .def(nb::init(|| numbers()))
        .def_rw("big", &Numbers::big)
        .def_rw("ratio", &Numbers::ratio)
        .def_rw("big_ratio", &Numbers::big_ratio)
        .def_rw("decimal", &Numbers::decimal)
        .def_rw("big_decimal", &Numbers::big_decimal)
        .def_rw("ordered", &Numbers::ordered)
        .def_rw("id", &Numbers::id)
        .def_rw("bytes", &Numbers::bytes);

    // What a value is on the other side, and values that are made there.
    m.def("big_int_text", |x: BigInt| x.to_string());
    m.def("big_int_of", |x: &str| -> nb::Result<BigInt> { Ok(BigInt::from_str(x)?) });
    m.def("big_uint_of", |x: &str| -> nb::Result<BigUint> { Ok(BigUint::from_str(x)?) });
    m.def("ratio_text", |x: Ratio<i64>| x.to_string());
    m.def("raw_ratio", |x: i64, y: i64| Ratio::new_raw(x, y));
    m.def("decimal_text", |x: Decimal| x.to_string());
    m.def("decimal_of", |x: &str| -> nb::Result<Decimal> { Ok(Decimal::from_str_exact(x)?) });
    m.def("decimal_limit", |most: bool| if most { Decimal::MAX } else { Decimal::MIN });
    m.def("big_decimal_text", |x: BigDecimal| x.to_scientific_notation());
    m.def("big_decimal_of", |digits: num_bigint_04::BigInt, scale: i64| BigDecimal::new(digits, scale));
    m.def("uuid_text", |x: Uuid| x.to_string());
    m.def("uuid_of", |x: u128| Uuid::from_u128(x));
    m.def("size", |x: Bytes| x.len());
});
