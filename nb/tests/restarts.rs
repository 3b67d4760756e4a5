//! A program that embeds Python, ends it and starts it anew: ids, addresses and versions come again, and nothing that has
//! outlived an interpreter may be taken for something of the next one.
#![allow(missing_docs, reason = "a test")]

use nb::ffi;
use nb::prelude::*;
use std::ffi::CString;
use std::sync::Mutex;

pub trait Speaks: std::any::Any + Send + Sync {
    fn speak(&self) -> String;
}

#[derive(Clone, Default)]
pub struct Hound {
    pub age: i32,
}

impl Speaks for Hound {
    fn speak(&self) -> String {
        "woof".to_string()
    }
}

nb_trampoline!(PyHound: Hound, dyn Speaks);
impl Speaks for PyHound {
    fn speak(&self) -> String {
        nb_override!(self, speak)
    }
}

type Callback = Box<dyn Fn(i32) -> nb::Result<i32> + Send + Sync>;

static STORED: Mutex<Option<nb::stored>> = Mutex::new(None);
static UNIQUE: Mutex<Option<nb::unique_ptr<Hound>>> = Mutex::new(None);
static SHARED: Mutex<Option<nb::shared_ptr<Hound>>> = Mutex::new(None);
static CALLBACK: Mutex<Option<Callback>> = Mutex::new(None);
static VIRTUAL: Mutex<Option<Box<dyn Speaks>>> = Mutex::new(None);

/// A lock that does not mind panics.
trait Open<T> {
    fn open(&self) -> std::sync::MutexGuard<'_, T>;
}
impl<T> Open<T> for Mutex<T> {
    fn open(&self) -> std::sync::MutexGuard<'_, T> {
        self.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

nb_module!(restarts, m, {
    nb::class_<Hound, PyHound>(m, "Hound").def(nb::init<>()).def("speak", &Hound::speak).def_rw("age", &Hound::age);
    m.def("alarm", |dog: &dyn Speaks| dog.speak());
    m.def("leak", |object: nb::object| {
        let _ = object.into_ptr();
    });
    m.def("keep", |object: nb::stored, unique: nb::unique_ptr<Hound>, shared: nb::shared_ptr<Hound>, callback: Callback, dog: Box<dyn Speaks>| {
        *STORED.open() = Some(object);
        *UNIQUE.open() = Some(unique);
        *SHARED.open() = Some(shared);
        *CALLBACK.open() = Some(callback);
        *VIRTUAL.open() = Some(dog);
    });
    m.def("kept", || STORED.open().is_some());
    m.def("read_stored", || STORED.open().as_ref().map(|kept| kept.repr()));
    m.def("take_stored", || STORED.open().take());
    m.def("take_unique", || UNIQUE.open().take());
    m.def("read_shared", || SHARED.open().as_ref().map(|kept| kept.with(|dog| dog.age)).transpose());
    m.def("take_shared", || SHARED.open().take());
    m.def("call", || CALLBACK.open().as_ref().map(|kept| kept(1)).transpose());
    m.def("take_callback", || CALLBACK.open().take().map(|kept| -> Box<dyn Fn(i32) -> nb::Result<i32> + Send + Sync> { kept }));
    m.def("speak_kept", || VIRTUAL.open().as_ref().map(|kept| kept.speak()));
    m.def("drop_kept", || {
        drop(STORED.open().take());
        drop(UNIQUE.open().take());
        drop(SHARED.open().take());
        drop(CALLBACK.open().take());
        drop(VIRTUAL.open().take());
    });
});

extern "C" fn nothing() {}

/// Runs Python code in an interpreter of its own.
fn round(code: &str) {
    round_with(code, false);
}

/// If `full`, nobody else can ask Python to tell of its end.
fn round_with(code: &str, full: bool) {
    let code = CString::new(code).unwrap();
    // SAFETY: this thread alone starts and ends Python; between the two it is attached.
    unsafe {
        ffi::Py_InitializeEx(0);
        while full && ffi::Py_AtExit(Some(nothing)) == 0 {}
        let done = ffi::PyRun_SimpleString(code.as_ptr());
        assert_eq!(ffi::Py_FinalizeEx(), 0);
        assert_eq!(done, 0, "the code has raised");
    }
}

const OVERRIDES: &str = "
import restarts as m
class Loud(m.Hound):
    def speak(self): return 'round ROUND'
class Plain(m.Hound):
    pass
kinds = [Plain, Loud] if ROUND % 3 else [Loud, Plain]
for kind in kinds * 3:
    assert m.alarm(kind()) == ('woof' if kind is Plain else 'round ROUND')
m.leak(Loud())
";

const KEEP: &str = "
import restarts as m
class Loud(m.Hound):
    def speak(self): return 'kept'
m.keep([1, 2], m.Hound(), m.Hound(), lambda x: x + 1, Loud())
assert m.read_stored() == '[1, 2]' and m.call() == 2 and m.read_shared() == 0 and m.speak_kept() == 'kept'
";

const REFUSED: &str = "
import restarts as m
assert m.kept()
def refused(function):
    try:
        result = function()
    except RuntimeError as error:
        assert 'another interpreter' in str(error), error
    else:
        raise AssertionError((function, result))
for function in [m.read_stored, m.read_shared, m.call, m.speak_kept, m.take_stored, m.take_unique, m.take_shared, m.take_callback]:
    refused(function)
assert m.alarm(m.Hound()) == 'woof'
";

/// Nobody has imported the module, and yet its statics are used: by a thread of native code, say.
fn use_without_import() {
    // SAFETY: as in `round`.
    unsafe {
        ffi::Py_InitializeEx(0);
        let refused = CALLBACK.open().as_ref().map(|kept| kept(1).unwrap_err().to_string());
        assert!(refused.unwrap().contains("another interpreter"));
        drop(STORED.open().take());
        drop(UNIQUE.open().take());
        drop(SHARED.open().take());
        drop(CALLBACK.open().take());
        drop(VIRTUAL.open().take());
        ffi::Py_FinalizeEx();
    }
}

/// One test, since Python is one for the process.
#[test]
fn python_is_started_anew() {
    // SAFETY: Python was not started yet.
    let added = unsafe { ffi::PyImport_AppendInittab(c"restarts".as_ptr(), Some(PyInit_restarts)) };
    assert_eq!(added, 0);
    for number in 0..40 {
        round(&OVERRIDES.replace("ROUND", &number.to_string()));
    }
    for (before, after) in [(false, false), (true, false), (false, true), (true, true)] {
        round_with(KEEP, before);
        round_with(REFUSED, after);
        round_with(KEEP, before);
        round_with("import restarts; restarts.drop_kept()", after);
        round_with(KEEP, before);
        use_without_import();
        for number in 0..5 {
            round_with(&OVERRIDES.replace("ROUND", &number.to_string()), after);
        }
    }
}
