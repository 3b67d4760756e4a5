use nb::prelude::*;

// using Value = std::variant<std::monostate, bool, int64_t, double, std::string, std::vector<double>>;
enum Value {
    Nothing,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Numbers(Vec<f64>),
}
nb_variant!(Value: Nothing, Bool(bool), Int(i64), Float(f64), Text(String), Numbers(Vec<f64>));

fn kind(value: Value) -> &'static str {
    match value {
        Value::Nothing => "nothing",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        Value::Text(_) => "text",
        Value::Numbers(_) => "numbers",
    }
}

nb_module!(variants, m, {
    m.def("kind", &kind, "value"_a.none());
    m.def("same", |value: Value| value, "value"_a.none());
});
