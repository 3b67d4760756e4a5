//! Which Python exception an error of Rust is: one table, asked on every way that an error takes.
//!
//! `?`, `Error::from`, a bound function's `Result<T, E>` and `Result<T, Box<dyn Error>>` all end here. The error keeps its type until it is
//! raised, since only then a thread is attached and the exception classes of [`nb::exception<T>`](crate::module_::exception) can be asked.
//!
//! # How an error keeps its type
//!
//! `?`, `Error::from`, `Result<T, E>` and `Result<T, Box<dyn Error>>` end in one table. An error keeps its `TypeId` until it is raised: before,
//! there may be no interpreter, and only the interpreter knows the classes of `nb::exception<T>`. In a box the type cannot be asked for; so the macro
//! notes for each such class how to recognise its type, if that is an `Error`.
//!
//! The error itself stays as well, for [`nb::register_exception_translator`](crate::register_exception_translator).

use crate::ffi;
use crate::interpreter::exceptions;
use crate::python::error::{Builtin, Error, Kind, chain_cause, set_error, set_os_error, take_raised};
use crate::python::exception_ptr::{Given, exception_ptr};
use crate::python::object::object;
use crate::python::text;
use std::any::{Any, TypeId};
use std::error::Error as StdError;
use std::ffi::IntoStringError;
use std::fmt::Display;
use std::mem::needs_drop;
use std::string::FromUtf8Error;

/// Whether a boxed error is of a certain type.
pub type Inside = fn(&(dyn StdError + 'static)) -> bool;

/// An error of Rust that has not been raised yet.
pub(crate) struct Native {
    /// Its type; `None` inside a box, where only those types can be found that somebody asks for.
    key: Option<TypeId>,
    class: Class,
    pub(crate) message: String,
    /// The error itself, for translators. It goes when it is translated, and when it leaves its thread.
    value: Option<Value>,
    /// Dropping it may run code.
    runs: bool,
}

/// An error as it was given.
enum Value {
    Plain(Box<dyn Any>),
    Boxed(Box<dyn StdError>),
}

/// What becomes of an error without an exception class of its own.
#[derive(Clone)]
enum Class {
    Builtin(Builtin),
    /// An `OSError` with this `errno`: Python picks the subclass, such as `FileNotFoundError`.
    Os(i32),
    /// A `UnicodeDecodeError`: these bytes, as far as they are known, and which of them are wrong.
    Decode(Vec<u8>, std::ops::Range<usize>),
}

macro_rules! table {
    ($($Type:ty => $class:ident,)*) => {
        /// The builtin exception of a type of the standard library.
        fn listed(error: &(dyn StdError + 'static)) -> Option<Builtin> {
            $( if error.is::<$Type>() { return Some(Builtin::$class); } )*
            None
        }

        /// A value of one of the types that have a class here.
        fn as_listed(error: &dyn Any) -> Option<&(dyn StdError + 'static)> {
            $( if let Some(found) = error.downcast_ref::<$Type>() { return Some(found); } )*
            None
        }
    };
}
table! {
    std::io::Error => OSError,
    std::num::ParseIntError => ValueError,
    std::num::ParseFloatError => ValueError,
    std::str::ParseBoolError => ValueError,
    std::char::ParseCharError => ValueError,
    std::char::CharTryFromError => ValueError,
    std::array::TryFromSliceError => ValueError,
    std::net::AddrParseError => ValueError,
    std::ffi::NulError => ValueError,
    std::ffi::FromBytesWithNulError => ValueError,
    std::ffi::FromVecWithNulError => ValueError,
    std::ffi::FromBytesUntilNulError => ValueError,
    std::num::TryFromIntError => OverflowError,
    std::collections::TryReserveError => MemoryError,
    std::alloc::LayoutError => MemoryError,
    std::char::DecodeUtf16Error => UnicodeError,
    std::str::Utf8Error => UnicodeError,
    FromUtf8Error => UnicodeError,
    IntoStringError => UnicodeError,
}

/// What `error` becomes. Some of the types in the table say more than their class.
fn classify(error: &(dyn StdError + 'static)) -> Class {
    let wrong = |bytes: Vec<u8>, error: &std::str::Utf8Error| {
        let start = error.valid_up_to();
        Class::Decode(bytes, start..start + error.error_len().unwrap_or(1))
    };
    // On Windows the code is not an `errno`.
    let code = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::raw_os_error).filter(|_| cfg!(unix));
    if let Some(code) = code {
        Class::Os(code)
    } else if let Some(error) = error.downcast_ref::<std::str::Utf8Error>() {
        wrong(Vec::new(), error)
    } else if let Some(error) = error.downcast_ref::<FromUtf8Error>() {
        wrong(error.as_bytes().to_vec(), &error.utf8_error())
    } else if let Some(error) = error.downcast_ref::<IntoStringError>() {
        wrong(Vec::new(), &error.utf8_error())
    } else {
        Class::Builtin(listed(error).unwrap_or(Builtin::RuntimeError))
    }
}

/// So many errors are asked for what has caused them; `source` need not have an end.
const MOST_CAUSES: usize = 32;

/// The error, what has caused it, and so on.
fn chain<'e>(first: Option<&'e (dyn StdError + 'static)>) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    let next = |error: &&'e (dyn StdError + 'static)| -> Option<&'e (dyn StdError + 'static)> {
        let error: &'e (dyn StdError + 'static) = *error;
        error.source()
    };
    std::iter::successors(first, next).take(MOST_CAUSES)
}

/// From an `anyhow::Error` or an `eyre::Report`, which is taken out.
#[cfg(any(feature = "anyhow", feature = "eyre"))]
fn report(any: &mut dyn Any) -> Option<Native> {
    // The error is looked at first: in a box it is not of its own type any more.
    #[cfg(feature = "anyhow")]
    if let Some(error) = any.downcast_mut::<Option<anyhow::Error>>().and_then(Option::take) {
        let native = Native::of_report(error.as_ref());
        let error: Box<dyn StdError + Send + Sync> = error.into();
        return Some(native.with(error));
    }
    #[cfg(feature = "eyre")]
    if let Some(error) = any.downcast_mut::<Option<eyre::Report>>().and_then(Option::take) {
        let native = Native::of_report(&*error);
        let error: Box<dyn StdError + Send + Sync> = error.into();
        return Some(native.with(error));
    }
    None
}

impl Native {
    /// From an error whose type is known. Needs no interpreter.
    pub(crate) fn of<E: StdError + 'static>(error: E) -> Native {
        let class = classify(&error);
        let (key, message, runs) = (Some(TypeId::of::<E>()), error.to_string(), needs_drop::<E>());
        Native { key, class, message, value: Some(Value::Boxed(Box::new(error))), runs }
    }

    /// From a value that may be one of the errors in the table.
    pub(crate) fn of_display<E: Display + 'static>(error: E) -> Native {
        let mut slot = Some(error);
        let any: &mut dyn Any = &mut slot;
        let boxed: Option<Box<dyn StdError>> = if let Some(error) = any.downcast_mut::<Option<Box<dyn StdError>>>() {
            error.take()
        } else if let Some(error) = any.downcast_mut::<Option<Box<dyn StdError + Send>>>() {
            error.take().map(|error| -> Box<dyn StdError> { error })
        } else if let Some(error) = any.downcast_mut::<Option<Box<dyn StdError + Send + Sync>>>() {
            error.take().map(|error| -> Box<dyn StdError> { error })
        } else {
            None
        };
        if let Some(error) = boxed {
            return Native::seen(&*error).with(error);
        }
        #[cfg(any(feature = "anyhow", feature = "eyre"))]
        if let Some(native) = report(any) {
            return native;
        }
        let error = slot.expect("filled above, and not taken");
        let class = as_listed(&error).map_or(Class::Builtin(Builtin::RuntimeError), classify);
        let (key, message, runs) = (Some(TypeId::of::<E>()), error.to_string(), needs_drop::<E>());
        Native { key, class, message, value: Some(Value::Plain(Box::new(error))), runs }
    }

    /// The same, with the error itself.
    fn with(self, error: Box<dyn StdError>) -> Native {
        Native { value: Some(Value::Boxed(error)), runs: true, ..self }
    }

    /// From an error with contexts around it: they are its text, and the first one inside that has a class decides about that.
    #[cfg(any(feature = "anyhow", feature = "eyre"))]
    fn of_report(first: &(dyn StdError + 'static)) -> Native {
        let known = |error: &&(dyn StdError + 'static)| {
            listed(*error).is_some() || exceptions::current().is_some_and(|classes| classes.key_of(*error).is_some())
        };
        let found = chain(Some(first)).find(known);
        Native { message: first.to_string(), ..Native::seen(found.unwrap_or(first)) }
    }

    /// Whether dropping the error itself may run code of the user's.
    pub(crate) fn runs_at_its_end(&self) -> bool {
        self.runs
    }

    /// Its type, if that is known.
    pub(crate) fn key(&self) -> Option<TypeId> {
        self.key
    }

    /// What translators may look into.
    pub(crate) fn given(&self) -> Option<exception_ptr<'_>> {
        let given = match self.value.as_ref()? {
            Value::Plain(error) => Given::Plain(&**error),
            Value::Boxed(error) => Given::Boxed(&**error),
        };
        Some(exception_ptr::new(given, &self.message))
    }

    /// What the translators of this interpreter make of the error, if one takes it; a detached thread finds none.
    pub(crate) fn translated(&self) -> Option<Error> {
        exceptions::current()?.translate(self)
    }

    /// As it may be dropped on any thread: without the error itself.
    pub(crate) fn settled(&self) -> Error {
        self.translated().filter(|error| !matches!(&*error.0, Kind::Native(_))).unwrap_or_else(|| {
            let (key, class, message) = (self.key, self.class.clone(), self.message.clone());
            Error::of(Kind::Native(Native { key, class, message, value: None, runs: false }))
        })
    }

    /// The exception class that [`nb::exception<T>`](crate::module_::exception) has made for the error; a detached thread
    /// finds none.
    pub(crate) fn own_class(&self) -> Option<object> {
        exceptions::current()?.of(self.key?)
    }

    /// The builtin class without that.
    pub(crate) fn builtin(&self) -> Builtin {
        match &self.class {
            Class::Builtin(builtin) => *builtin,
            Class::Os(_) => Builtin::OSError,
            Class::Decode(..) => Builtin::UnicodeError,
        }
    }

    /// Raises the exception. Attached.
    pub(crate) fn raise(&self) {
        match self.translated() {
            None => self.raise_class(),
            Some(error) => match &*error.0 {
                Kind::Native(last) => last.raise_class(),
                _ => error.restore(),
            },
        }
    }

    /// Raises the exception, and what the error says has caused it as its `__cause__`, and so on.
    fn raise_class(&self) {
        let causes: Vec<_> = chain(self.source()).collect();
        let cause = causes.into_iter().rev().fold(None, |cause, error| {
            Native::seen(error).raise_caused(cause);
            take_raised()
        });
        self.raise_caused(cause);
    }

    fn raise_caused(&self, cause: Option<object>) {
        self.raise_alone();
        if let Some(cause) = cause {
            chain_cause(cause);
        }
    }

    /// What has caused the error, as far as it can be asked.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.value.as_ref()? {
            Value::Plain(error) => as_listed(&**error)?.source(),
            Value::Boxed(error) => error.source(),
        }
    }

    /// From an error that somebody else has.
    fn seen(error: &(dyn StdError + 'static)) -> Native {
        let key = exceptions::current().and_then(|classes| classes.key_of(error));
        Native { key, class: classify(error), message: error.to_string(), value: None, runs: false }
    }

    fn raise_alone(&self) {
        if let Some(class) = self.own_class() {
            return set_error(class.as_ptr(), &self.message);
        }
        match &self.class {
            Class::Builtin(builtin) => set_error(builtin.class(), &self.message),
            Class::Os(code) => set_os_error(*code, &self.message),
            Class::Decode(bytes, wrong) => raise_decode(bytes, wrong.clone(), &self.message),
        }
    }
}

fn raise_decode(bytes: &[u8], wrong: std::ops::Range<usize>, reason: &str) {
    let number = |n: usize| n.min(ffi::Py_ssize_t::MAX as usize) as ffi::Py_ssize_t;
    // SAFETY: attached; the format names the types of the arguments; a failed step leaves its own exception raised.
    unsafe {
        let reason = text::new(reason).map_err(Error::restore).ok();
        let bytes = object::from_owned(ffi::PyBytes_FromStringAndSize(bytes.as_ptr().cast(), bytes.len() as _));
        let (Some(reason), Some(bytes)) = (reason, bytes) else { return };
        let made = object::from_owned(ffi::PyObject_CallFunction(
            ffi::PyExc_UnicodeDecodeError,
            c"sOnnO".as_ptr(),
            c"utf-8".as_ptr(),
            bytes.as_ptr(),
            number(wrong.start),
            number(wrong.end),
            reason.as_ptr(),
        ));
        if let Some(made) = made {
            ffi::PyErr_SetObject(ffi::PyExc_UnicodeDecodeError, made.as_ptr());
        }
    }
}
