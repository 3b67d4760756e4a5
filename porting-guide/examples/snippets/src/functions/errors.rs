use nb::prelude::*;

// Any error that can be displayed: RuntimeError.
fn divide(a: i32, b: i32) -> Result<i32, String> {
    if b == 0 {
        return Err("division by zero".into());
    }
    Ok(a / b)
}

// A builtin exception by name.
fn half(x: i64) -> nb::Result<i64> {
    if x % 2 != 0 {
        return Err(nb::value_error("x must be even"));
    }
    Ok(x / 2)
}

// `?` on the errors of the standard library: OSError, ValueError.
fn first_number(path: &std::path::Path) -> nb::Result<i64> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.trim().parse::<i64>()?)
}

// A Python exception that a callback raised; everything but KeyError goes on to the caller.
fn lookup(f: nb::object) -> nb::Result<Option<nb::object>> {
    let key_error = nb::module_::<()>::import_("builtins")?.attr("KeyError").get()?;
    match f.call(()) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.matches(&key_error) => Ok(None),
        Err(error) => Err(error),
    }
}

// A panic is a RuntimeError too, and names the place.
fn nth(values: Vec<i32>, index: usize) -> i32 {
    values[index]
}

// An error of your own with a Python class: what is raised is that class.
#[derive(Debug)]
struct ParseError(String);
impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot parse '{}'", self.0)
    }
}

fn parse(text: &str) -> Result<i64, ParseError> {
    text.parse().map_err(|_| ParseError(text.to_string()))
}

nb_module!(errors, m, {
    nb::exception<ParseError>(m, "ParseError", PyExc_ValueError);
    m.def("divide", &divide);
    m.def("half", &half);
    m.def("first_number", &first_number);
    m.def("lookup", &lookup);
    m.def("nth", &nth);
    m.def("parse", &parse);
});
