use nb::prelude::*;

// From Rust code that knows nothing of Python.
#[derive(Debug)]
enum TankError {
    Empty,
    Leaks { litres: i32 },
}
impl std::fmt::Display for TankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TankError::Empty => f.write_str("the tank is empty"),
            TankError::Leaks { litres } => write!(f, "{litres} litres are missing"),
        }
    }
}
impl std::error::Error for TankError {}

fn drain(litres: i32) -> Result<i32, TankError> {
    match litres {
        0 => Err(TankError::Empty),
        1..10 => Err(TankError::Leaks { litres }),
        _ => Ok(litres - 10),
    }
}

// The config of a program, whose errors have a cause.
fn setting(names: nb::dict, name: &str) -> nb::Result<nb::object> {
    names
        .item(name)
        .get()
        .map_err(|error| nb::raise_from(error, nb::Builtin::ValueError, format!("there is no setting '{name}'")))
}

nb_module!(translators, m, {
    let prefix = "tank 7: ".to_string();
    nb::register_exception_translator(move |e| match e.downcast_ref::<TankError>()? {
        TankError::Empty => Some(nb::index_error(format!("{prefix}{e}"))),
        TankError::Leaks { litres: 1 } => None,
        TankError::Leaks { .. } => Some(nb::Error::new(nb::Builtin::OSError, format!("{prefix}{e}"))),
    });
    m.def("drain", &drain);
    m.def("setting", &setting);
});
