//! Conversions of `serde_json::Value`.

use nb::prelude::*;
use serde_json::{Value, json};

/// A field.
pub struct Document {
    pub value: Value,
}

/// So many lists inside of each other.
fn nested(depth: u32) -> Value {
    (0..depth).fold(Value::Null, |value, _| Value::Array(vec![value]))
}

nb_module!(test_casters_crates_json_ext, m, {
    m.def("value", |x: Value| x);
    m.def("value_strict", |x: Value| x, "x"_a.noconvert());
    m.def("values", |x: Vec<Value>| x);
    m.def("value_maybe", |x: Option<Value>| x);
    m.def("text", |x: Value| x.to_string());
    m.def("made", || json!({"a": [1, -1, u64::MAX, 1.5, true, null], "b": {"c": "text"}}));
    m.def("nested", |depth: u32| nested(depth));
    m.def("nested_dicts", |depth: u32| (0..depth).fold(json!(1), |value, _| json!({ "a": value })));
    m.def("kind", |x: Value| match x {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(x) if x.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    });
    nb::class_<Document>(m, "Document").def(nb::init(|| Document { value: Value::Null })).def_rw("value", &Document::value);
});
