use nb::prelude::*;
use std::net::Shutdown;

nb_type_caster!(in crate::casters::foreign; Shutdown, "str", {
    fn from_python(name: nb::str_, flags: u8) -> Option<Shutdown> {
        // Without implicit conversion, "READ" is refused.
        let name = if flags & nb::cast_flags::convert == 0 { name.to_string() } else { name.to_string().to_lowercase() };
        match name.as_str() {
            "read" => Some(Shutdown::Read),
            "write" => Some(Shutdown::Write),
            "both" => Some(Shutdown::Both),
            _ => None,
        }
    }
    fn from_cpp(value: Shutdown) -> &'static str {
        match value {
            Shutdown::Read => "read",
            Shutdown::Write => "write",
            Shutdown::Both => "both",
        }
    }
});

nb_module!(foreign, m, {
    m.def("opposite", |how: Shutdown| match how {
        Shutdown::Read => Shutdown::Write,
        Shutdown::Write => Shutdown::Read,
        Shutdown::Both => Shutdown::Both,
    });
});
