//! `nb::register_exception_translator`: order, delegation, and translators that misbehave.

use nb::prelude::*;
use std::fmt;

macro_rules! errors {
    ($($name:ident)*) => { $(
        #[derive(Debug)]
        pub struct $name(i32);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {}", stringify!($name), self.0)
            }
        }
        impl std::error::Error for $name {}
    )* };
}
errors!(Short Long Twice Wrapped Inner Panics Adds Declined Before After Left Chain);

fn boxed<E: std::error::Error + 'static>(error: E) -> Result<(), Box<dyn std::error::Error>> {
    Err(Box::new(error))
}

/// Panics at its end.
struct EndsBadly;

impl Drop for EndsBadly {
    fn drop(&mut self) {
        panic!("at the end of a translator");
    }
}

nb_module!(test_translators_ext, m, {
    m.def("ends_badly", || {
        let ends = EndsBadly;
        nb::register_exception_translator(move |_| {
            let _kept = &ends;
            None
        });
    });
    let payload = "the payload".to_string();
    nb::exception<Before>(m, "BeforeError");
    // Looks at the text, whatever the type.
    nb::register_exception_translator(|e| {
        (e.to_string() == "Left 1").then(|| nb::Error::new(nb::Builtin::LookupError, format!("any: {e}")))
    });
    nb::register_exception_translator(move |e| {
        if e.downcast_ref::<Short>().is_some() {
            return Some(nb::index_error(payload.clone()));
        }
        let long = e.downcast_ref::<Long>()?;
        Some(nb::key_error(format!("{}", long.0 + 1)))
    });
    nb::register_exception_translator(|e| e.downcast_ref::<Twice>().map(|_| nb::value_error("older")));
    nb::register_exception_translator(|e| e.downcast_ref::<Twice>().map(|_| nb::type_error("newer")));
    nb::register_exception_translator(|e| e.downcast_ref::<Inner>().map(|inner| nb::buffer_error(format!("{inner}!"))));
    nb::register_exception_translator(|e| e.downcast_ref::<Wrapped>().map(|wrapped| Inner(wrapped.0 + 1).into()));
    nb::register_exception_translator(|e| e.downcast_ref::<Chain>().map(|chain| Chain(chain.0 + 1).into()));
    nb::register_exception_translator(|e| {
        e.downcast_ref::<Panics>()?;
        panic!("a translator panicked");
    });
    nb::register_exception_translator(|e| {
        e.downcast_ref::<Adds>()?;
        nb::register_exception_translator(|e| e.downcast_ref::<Declined>().map(|_| nb::attribute_error("added")));
        None
    });
    nb::register_exception_translator(|e| e.downcast_ref::<Before>().map(|_| nb::index_error("newer than the class")));
    nb::register_exception_translator(|e| e.downcast_ref::<After>().map(|_| nb::index_error("older than the class")));
    nb::exception<After>(m, "AfterError");
    // Sees native errors only, never what is an exception already.
    nb::register_exception_translator(|e| {
        assert!(!e.to_string().contains("not for translators"), "{e:?}");
        None
    });

    m.def("short", || Err::<(), _>(Short(1)));
    m.def("short_boxed", || boxed(Short(1)));
    m.def("short_question_mark", || -> nb::Result<()> {
        Err(Short(1))?;
        Ok(())
    });
    m.def("matches", || {
        let error = nb::Error::from(Short(1));
        let class = nb::builtins()?.item("IndexError").get()?;
        Ok::<_, nb::Error>((error.matches(&class), format!("{:?}", error.kind()), error.to_string(), error.what().to_string()))
    });
    m.def("long", |x: i32| Err::<(), _>(Long(x)));
    m.def("twice", || Err::<(), _>(Twice(1)));
    m.def("wrapped", || Err::<(), _>(Wrapped(1)));
    m.def("inner", || Err::<(), _>(Inner(5)));
    m.def("chain", || Err::<(), _>(Chain(1)));
    m.def("panics", || Err::<(), _>(Panics(1)));
    m.def("adds", || Err::<(), _>(Adds(1)));
    m.def("declined", || Err::<(), _>(Declined(1)));
    m.def("before", || Err::<(), _>(Before(1)));
    m.def("after", || Err::<(), _>(After(1)));
    m.def("left", |x: i32| Err::<(), _>(Left(x)));
    m.def("out_of_range", || -> Result<u8, std::num::TryFromIntError> { u8::try_from(300) });
    m.def("io", || Err::<(), _>(std::io::Error::from_raw_os_error(2)));
    m.def("own", || Err::<(), _>(nb::value_error("not for translators")));
    m.def("python", |f: nb::callable| f.call(()));
    m.def("cast", |x: nb::object| x.cast::<i32>());
    m.def("stress", |count: usize| {
        nb::gil_scoped_release::run(|| {
            let work = move || {
                (0..count).filter(|_| nb::gil_scoped_acquire::run(|| nb::Error::from(Short(1)).kind() == Some(nb::Builtin::IndexError))).count()
            };
            let adds = move || {
                for _ in 0..count / 50 {
                    nb::gil_scoped_acquire::run(|| nb::register_exception_translator(|_| None));
                }
            };
            let threads = [std::thread::spawn(work), std::thread::spawn(work)];
            let adding = std::thread::spawn(adds);
            adding.join().unwrap();
            threads.map(|thread| thread.join().unwrap()).iter().sum::<usize>()
        })
    });
});
