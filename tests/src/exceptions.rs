//! Exception classes for Rust's errors.

use nb::prelude::*;
use std::fmt;

macro_rules! errors {
    ($($name:ident)*) => { $(
        #[derive(Debug)]
        pub struct $name(String);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}: {}", stringify!($name), self.0)
            }
        }
    )* };
}
errors!(Plain Valued Derived Nested Unknown);

pub struct Tank {
    level: i32,
}
impl Tank {
    fn new(level: i32) -> Result<Tank, Valued> {
        if level < 0 { Err(Valued(format!("{level} is too low"))) } else { Ok(Tank { level }) }
    }
    fn drain(&mut self, amount: i32) -> Result<i32, Nested> {
        if amount > self.level {
            return Err(Nested("empty".to_string()));
        }
        self.level -= amount;
        Ok(self.level)
    }
}

nb_module!(test_exceptions_ext, m, {
    nb::exception<Plain>(m, "PlainError");
    nb::exception<Valued>(m, "ValuedError", PyExc_ValueError);
    let base = m.exception::<Derived>("Base", nb::Builtin::KeyError);
    m.exception::<Derived>("DerivedError", &base);
    let tank = m.class_::<Tank>("Tank", ());
    nb::uses_<Tank>();
    tank.exception::<Nested>("EmptyError", ());
    tank.def_init(Tank::new, ()).def("drain", Tank::drain, ());
    m.def("plain", || Err::<(), _>(Plain("x".to_string())));
    m.def("valued", |text: String| Err::<(), _>(Valued(text)));
    m.def("derived", || Err::<(), _>(Derived(String::new())));
    m.def("unknown", || Err::<(), _>(Unknown("x".to_string())));
    m.def("each", |fail: bool| vec![Ok(1), if fail { Err(Plain("element".to_string())) } else { Ok(2) }]);
    m.def("same_name", |scope: nb::object| {
        nb::module_::<crate::exceptions::NbDomain>::in_scope(&scope, |scope| {
            scope.exception::<Unknown>("Taken", ());
            Ok(())
        })
    });
});
