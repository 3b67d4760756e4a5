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
errors!(Plain Valued Derived Nested Unknown Failed Bare Lost Wrong);
impl std::error::Error for Failed {}
impl std::error::Error for Bare {}

/// Ways of the same error to Python.
mod ways {
    use std::error::Error;

    pub fn direct<E>(error: E) -> Result<(), E> {
        Err(error)
    }
    pub fn question_mark<E: Error + 'static>(error: E) -> nb::Result<()> {
        direct(error)?;
        Ok(())
    }
    pub fn from<E: Error + 'static>(error: E) -> nb::Result<()> {
        Err(nb::Error::from(error))
    }
    pub fn boxed<E: Error + 'static>(error: E) -> Result<(), Box<dyn Error>> {
        direct(error)?;
        Ok(())
    }
    pub fn boxed_send<E: Error + Send + 'static>(error: E) -> Result<(), Box<dyn Error + Send>> {
        Err(Box::new(error))
    }
    pub fn boxed_sync<E: Error + Send + Sync + 'static>(error: E) -> Result<(), Box<dyn Error + Send + Sync>> {
        direct(error)?;
        Ok(())
    }
}

/// Each way for errors of one type, as functions whose names begin with this.
macro_rules! all_ways {
    ($m:ident, $name:literal, $make:expr) => {
        $m.def(concat!($name, "_direct"), || ways::direct($make), ());
        $m.def(concat!($name, "_question_mark"), || ways::question_mark($make), ());
        $m.def(concat!($name, "_from"), || ways::from($make), ());
        $m.def(concat!($name, "_boxed"), || ways::boxed($make), ());
        $m.def(concat!($name, "_boxed_send"), || ways::boxed_send($make), ());
        $m.def(concat!($name, "_boxed_sync"), || ways::boxed_sync($make), ());
    };
}

fn failed() -> Failed {
    Failed("x".to_string())
}
fn wrong_utf8() -> std::string::FromUtf8Error {
    String::from_utf8(b"ab\xffcd".to_vec()).unwrap_err()
}

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
    nb::exception<Lost>(m, "LostError", PyExc_LookupError);
    nb::exception<Wrong>(m, "WrongError", PyExc_Exception);
    let base = m.exception_of_display::<Derived>("Base", nb::Builtin::KeyError);
    m.exception_of_display::<Derived>("DerivedError", &base);
    let tank = m.class_::<Tank>("Tank", ());
    nb::uses_<Tank>();
    tank.exception_of_display::<Nested>("EmptyError", ());
    tank.def_init(Tank::new, ()).def("drain", Tank::drain, ());
    nb::exception<Failed>(m, "FailedError", PyExc_IndexError);
    all_ways!(m, "failed", failed());
    all_ways!(m, "bare", Bare("x".to_string()));
    all_ways!(m, "int", u8::try_from(300).unwrap_err());
    all_ways!(m, "parse", "x".parse::<i32>().unwrap_err());
    all_ways!(m, "utf8", str::from_utf8(std::hint::black_box(b"ab\xffcd")).unwrap_err());
    all_ways!(m, "string", wrong_utf8());
    all_ways!(m, "memory", Vec::<u8>::new().try_reserve(usize::MAX).unwrap_err());
    all_ways!(m, "missing", std::io::Error::from_raw_os_error(2));
    all_ways!(m, "address", "x".parse::<std::net::Ipv4Addr>().unwrap_err());
    m.def("text_of_failed", || nb::Error::from(failed()).to_string());
    m.def("text_of_int", || nb::Error::from(u8::try_from(300).unwrap_err()).to_string());
    m.def("matches", |class: nb::object| nb::Error::from(failed()).matches(&class));
    m.def("kinds", || {
        let kinds = [nb::Error::from(failed()).kind(), nb::Error::from(wrong_utf8()).kind()];
        format!("{kinds:?}")
    });
    m.def("plain", || Err::<(), _>(Plain("x".to_string())));
    m.def("valued", |text: String| Err::<(), _>(Valued(text)));
    m.def("lost", || Err::<(), _>(Lost("x".to_string())));
    m.def("wrong", || Err::<(), _>(Wrong("x".to_string())));
    m.def("derived", || Err::<(), _>(Derived(String::new())));
    m.def("unknown", || Err::<(), _>(Unknown("x".to_string())));
    m.def("each", |fail: bool| vec![Ok(1), if fail { Err(Plain("element".to_string())) } else { Ok(2) }]);
    m.def("same_name", |scope: nb::object| {
        nb::module_::<crate::exceptions::NbDomain>::in_scope(&scope, |scope| {
            scope.exception_of_display::<Unknown>("Taken", ());
            Ok(())
        })
    });
});
