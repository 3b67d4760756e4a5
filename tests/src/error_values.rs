//! Exceptions as values: text, class and traceback, causes, and where they end when nobody can catch them.

use nb::prelude::*;
use std::cell::RefCell;
use std::ffi::c_int;

thread_local! {
    static KEPT: RefCell<Option<nb::Error>> = const { RefCell::new(None) };
}

fn kept<R>(body: impl FnOnce(&nb::Error) -> R) -> R {
    KEPT.with(|kept| body(kept.borrow().as_ref().expect("keep was called")))
}

fn failure(f: &nb::callable) -> nb::Error {
    f.call(()).expect_err("the function raises")
}

/// Sets the error indicator; whether one is set.
fn pend(class: &nb::object, text: &str) {
    nb::chain_error(class, text);
}
fn is_pending() -> bool {
    // SAFETY: attached.
    unsafe { !nb::ffi::PyErr_Occurred().is_null() }
}

/// Its constructor forgets an exception.
pub struct Leaving;

/// Calls a function of Python's when it ends.
pub struct Session {
    close: nb::stored<nb::callable>,
    context: Option<nb::stored>,
}
impl Session {
    fn new(close: nb::callable, context: Option<nb::object>) -> Session {
        Session { close: nb::stored::new(close), context: context.map(nb::stored::new) }
    }
}
impl Drop for Session {
    fn drop(&mut self) {
        let tell = || {
            let _scope = nb::error_scope::new();
            self.tell();
        };
        nb::gil_scoped_acquire::try_run(tell);
    }
}
impl Session {
    fn tell(&self) {
        match (self.close.call(()), &self.context) {
            (Ok(_), _) => {}
            (Err(error), None) => error.discard_as_unraisable("Session"),
            (Err(error), Some(context)) => error.discard_as_unraisable(&**context),
        }
    }
}

/// nanobind's sample: files that are missing or forbidden are dealt with, everything else passes.
fn open(name: &str) -> nb::Result<String> {
    match nb::builtins()?.item("open").call((name,)) {
        Ok(file) => {
            file.attr("close").call(())?;
            Ok("opened".to_string())
        }
        Err(e) if e.matches(&nb::builtins()?.item("FileNotFoundError").get()?) => Ok("not found".to_string()),
        Err(e) if e.matches(&nb::builtins()?.item("PermissionError").get()?) => Ok("not allowed".to_string()),
        Err(e) => Err(e),
    }
}

nb_module!(test_error_values_ext, m, {
    m.def("keep", |f: nb::callable| KEPT.set(Some(failure(&f))));
    m.def("forget", || KEPT.set(None));
    m.def("what", || kept(|e| e.what().to_string()));
    m.def("what_is_kept", || kept(|e| std::ptr::eq(e.what(), e.clone().what())));
    m.def("what_detached", || {
        KEPT.with(|_| ());
        nb::gil_scoped_release::run(|| kept(|e| (e.what().to_string(), e.to_string(), nb::is_attached())))
    });
    m.def("what_of", |f: nb::callable| failure(&f).what().len());
    m.def("what_of_native", || {
        let error = nb::value_error("a text");
        let number = nb::Error::from(u8::try_from(300).unwrap_err());
        [error.what(), number.what(), nb::next_overload().what()].map(str::to_string)
    });
    m.def("parts", |f: nb::callable| {
        let e = failure(&f);
        (e.type_(), e.value().cloned(), e.traceback())
    });
    m.def("parts_of_native", || {
        let e = nb::value_error("a text");
        e.type_().is_none() && e.value().is_none() && e.traceback().is_none()
    });
    m.def("clones", |f: nb::callable| -> nb::Result<bool> {
        let e = failure(&f);
        let (one, two) = (e.clone(), e.clone());
        drop(e);
        KEPT.set(Some(one));
        nb::gil_scoped_release::run(|| kept(|e| drop(e.clone())));
        let one = KEPT.take().expect("set above");
        let same = one.value().zip(two.value()).is_some_and(|(one, two)| one.is(two));
        if same { Err(two) } else { Ok(false) }
    });
    m.def("clone_of_native", || -> nb::Result<()> { Err(nb::Error::from("x".parse::<i32>().unwrap_err()).clone()) });
    m.def("matches", |f: nb::callable, class: nb::object| failure(&f).matches(&class));
    m.def("open", &open);
    m.def("kinds", |f: nb::callable| {
        let which = |e: nb::Error| if e.value().is_some() { "Python's" } else { "native" };
        (which(failure(&f)), which(nb::key_error("k")))
    });
    m.def("arrives", |f: nb::callable| failure(&f).value().cloned());
    m.def("through", |f: nb::callable| f.call(()));
    m.def("fetch_nothing", || -> nb::Result<()> { Err(nb::Error::fetch()) });
    m.def("raw", || -> nb::Result<c_int> {
        // SAFETY: attached; a live object. Its attributes are asked for one that it does not have.
        let found = unsafe { nb::ffi::PyObject_SetAttrString(nb::ffi::Py_None(), c"x".as_ptr(), nb::ffi::Py_None()) };
        if found < 0 {
            let error = nb::Error::fetch();
            assert!(!is_pending());
            return Err(error);
        }
        Ok(found)
    });
    m.def("checks_results", || cfg!(debug_assertions));
    m.def("leaves_one_pending", |class: nb::object, result: nb::object| {
        pend(&class, "left behind");
        result
    });
    nb::class_<Leaving>(m, "Leaving").def(nb::init(|class: nb::object| {
        pend(&class, "left behind");
        Leaving
    }));

    m.def("raise_from", |f: nb::callable, class: nb::object, number: i32| -> nb::Result<()> {
        Err(nb::raise_from(failure(&f), &class, format!("number {number}")))
    });
    m.def("raise_from_native", || -> nb::Result<()> {
        Err(nb::raise_from(nb::key_error("k"), nb::Builtin::ValueError, "new"))
    });
    m.def("chain_error", |f: nb::callable, class: nb::object, number: i32| -> nb::Result<()> {
        failure(&f).restore();
        nb::chain_error(&class, format!("number {number}"));
        assert!(is_pending());
        let error = nb::Error::fetch();
        assert!(!is_pending());
        Err(error)
    });
    m.def("chain_nothing", || -> nb::Result<()> {
        nb::chain_error((), "alone");
        Err(nb::Error::fetch())
    });

    m.def("scope", |f: nb::callable, class: Option<nb::object>| -> nb::Result<bool> {
        if let Some(class) = &class {
            pend(class, "outer");
        }
        let inside = {
            let _scope = nb::error_scope::new();
            let inside = is_pending();
            failure(&f).restore();
            inside
        };
        if is_pending() { Err(nb::Error::fetch()) } else { Ok(inside) }
    });
    m.def("scope_cpp", |class: nb::object| -> nb::Result<bool> {
        pend(&class, "outer");
        {
            nb::error_scope scope;
            assert!(!is_pending());
            let _ = &scope;
        }
        Err(nb::Error::fetch())
    });
    m.def("scope_detached", |class: nb::object| {
        pend(&class, "outer");
        let scope = nb::error_scope::new();
        thread_local!(static SCOPE: RefCell<Option<nb::error_scope>> = const { RefCell::new(None) });
        SCOPE.set(Some(scope));
        nb::gil_scoped_release::run(|| drop(SCOPE.take()));
        is_pending()
    });

    nb::class_<Session>(m, "Session")
        .def(nb::init<nb::callable, Option<nb::object>>(), "close"_a, "context"_a = nb::none());
    m.def("close_on_a_thread", |close: nb::callable| {
        let session = Session::new(close, None);
        nb::gil_scoped_release::run(|| std::thread::spawn(|| drop(session)).join().is_ok())
    });
    m.def("close_while_one_is_pending", |close: nb::callable, class: nb::object| -> nb::Result<()> {
        let session = Session::new(close, None);
        pend(&class, "pending");
        drop(session);
        Err(nb::Error::fetch())
    });
    m.def("discard_while_one_is_pending", |f: nb::callable, class: nb::object| -> nb::Result<()> {
        let error = failure(&f);
        pend(&class, "pending");
        error.discard_as_unraisable("a test");
        Err(nb::Error::fetch())
    });
    m.def("discard_native", || {
        nb::value_error("native").discard_as_unraisable("a function");
        nb::next_overload().discard_as_unraisable("");
    });
    m.def("drop_elsewhere", |f: nb::callable| {
        let value = nb::stored::new(failure(&f).value().cloned().expect("raised by Python"));
        nb::gil_scoped_release::run(|| std::thread::spawn(move || drop(value)).join().is_ok())
    });
    m.def("drop_while_one_is_pending", |f: nb::callable, class: nb::object| -> nb::Result<()> {
        let error = failure(&f);
        pend(&class, "pending");
        drop(error);
        Err(nb::Error::fetch())
    });
});
