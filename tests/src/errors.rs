//! Python's exceptions in Rust: `nb::Error`, what it matches, and where it goes.

use nb::prelude::*;
use std::ffi::c_int;

/// Calls `f` and says which kind of exception came out of it.
fn catch(f: nb::callable) -> nb::Result<String> {
    match f.call(()) {
        Ok(value) => Ok(format!("returned {value}")),
        Err(error) => {
            let builtins = nb::module_::<()>::import_("builtins")?;
            let lookup = builtins.attr("LookupError").get()?;
            let either = nb::make_tuple((builtins.getattr("OSError")?, builtins.getattr("ValueError")?))?;
            if error.matches(&lookup) {
                Ok(format!("a lookup failed: {error}"))
            } else if error.matches(&either) {
                let value = error.value().expect("a Python exception").clone();
                Ok(format!("{} with {:?}", value.type_().name()?, value.getattr("args")?))
            } else {
                Err(error)
            }
        }
    }
}

nb_module!(test_errors_ext, m, {
    m.def("catch", &catch);
    m.def("call_0", |f: nb::object| f.call(()));
    m.def("call_and_swallow", |f: nb::object| f.call(()).is_err());
    m.def("fetch", || {
        // SAFETY: attached; sets the error indicator.
        unsafe { nb::ffi::PyErr_SetString(nb::ffi::PyExc_KeyError, c"raw".as_ptr()) };
        let error = nb::Error::fetch();
        // SAFETY: attached.
        let cleared = unsafe { nb::ffi::PyErr_Occurred().is_null() };
        (cleared, error.to_string())
    });
    m.def("restore", |f: nb::callable| -> nb::Result<c_int> {
        let Err(error) = f.call(()) else { return Ok(0) };
        error.restore();
        // SAFETY: attached.
        if unsafe { nb::ffi::PyErr_Occurred().is_null() } { Ok(1) } else { Err(nb::Error::fetch()) }
    });
    m.def("raise_builtin", |name: &str, text: &str| -> nb::Result<()> {
        Err(match name {
            "StopIteration" => nb::stop_iteration(text),
            "IndexError" => nb::index_error(text),
            "KeyError" => nb::key_error(text),
            "ValueError" => nb::value_error(text),
            "TypeError" => nb::type_error(text),
            "BufferError" => nb::buffer_error(text),
            "ImportError" => nb::import_error(text),
            "AttributeError" => nb::attribute_error(text),
            _ => nb::runtime_error(text),
        })
    });
    m.def("kind_of_raised", |f: nb::callable| {
        f.call(()).err().and_then(|error| error.kind()).map_or(String::new(), |kind| format!("{kind:?}"))
    });
    m.def("kind_of_native", |name: &str| {
        use nb::Builtin::*;
        let all = [RuntimeError, StopIteration, IndexError, KeyError, ValueError, TypeError, BufferError, ImportError];
        let mut all =
            all.into_iter().chain([AttributeError, OverflowError, OSError, UnicodeError, LookupError, ArithmeticError]);
        let error = match all.find(|kind| format!("{kind:?}") == name) {
            Some(kind) => nb::Error::new(kind, "text"),
            None => nb::next_overload(),
        };
        error.kind().map_or(String::new(), |kind| format!("{kind:?}"))
    });
});
