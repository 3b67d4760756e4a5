//! [`Error`]: why a call ended without a result, and how that becomes a Python exception.

use crate::ffi;
use crate::python::aside::{Aside, drop_aside};
use crate::python::native_error::Native;
use crate::python::object::object;
use crate::python::{messages, text};
use std::any::Any;
use std::ffi::CString;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{Arc, OnceLock};

/// Shorthand for results of functions that can raise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The exception that a bound function raises: nanobind's `python_error`, `builtin_exception` and
/// `next_overload` in one value.
///
/// Return it as `Err` from a bound function. Any `std::error::Error` converts with `?` and becomes a
/// `RuntimeError`, or what is closest: I/O errors an `OSError`, failed parses a `ValueError`, an error with an
/// [`nb::exception<T>`](crate::module_::exception) that class.
///
/// ```no_run
/// fn half(x: i64) -> nb::Result<i64> {
///     if x % 2 != 0 {
///         return Err(nb::value_error("x must be even"));
///     }
///     Ok(x / 2)
/// }
/// ```
///
/// A clone is the same exception; cloning asks nothing of Python, so a detached thread may do it. An error stays on its thread: what
/// goes to another is its text, or the exception object as [`nb::stored`](crate::stored).
#[derive(Clone)]
pub struct Error(pub(super) Arc<Kind>);

static_assertions::assert_not_impl_any!(Error: Send, Sync);

// A panic in a method leaves it as it was: what is computed later is put in when it is complete.
impl UnwindSafe for Error {}
impl RefUnwindSafe for Error {}

pub(super) enum Kind {
    /// A Python exception that was raised already, and [`Error::what`] once somebody has asked for it.
    Python(object, OnceLock<String>),
    /// A builtin exception to be made when it reaches Python.
    Builtin(Builtin, String),
    /// An error of Rust.
    Native(Native),
    /// The body declined: try the next overload.
    NextOverload,
    /// A cast failed.
    Cast(String),
}

/// The builtin exceptions that nanobind can raise by name, and classes that exceptions of one's own derive from.
///
/// ```no_run
/// fn is_lookup(error: &nb::Error) -> bool {
///     matches!(error.kind(), Some(nb::Builtin::IndexError | nb::Builtin::KeyError))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Builtin {
    RuntimeError,
    StopIteration,
    IndexError,
    KeyError,
    ValueError,
    TypeError,
    BufferError,
    ImportError,
    AttributeError,
    OverflowError,
    OSError,
    UnicodeError,
    MemoryError,
    LookupError,
    ArithmeticError,
}

impl Builtin {
    /// The exception class; borrowed, never null while the interpreter lives.
    pub(crate) fn class(self) -> *mut ffi::PyObject {
        // SAFETY: the exception globals are set once at interpreter start and never change afterwards.
        unsafe {
            match self {
                Builtin::RuntimeError => ffi::PyExc_RuntimeError,
                Builtin::StopIteration => ffi::PyExc_StopIteration,
                Builtin::IndexError => ffi::PyExc_IndexError,
                Builtin::KeyError => ffi::PyExc_KeyError,
                Builtin::ValueError => ffi::PyExc_ValueError,
                Builtin::TypeError => ffi::PyExc_TypeError,
                Builtin::BufferError => ffi::PyExc_BufferError,
                Builtin::ImportError => ffi::PyExc_ImportError,
                Builtin::AttributeError => ffi::PyExc_AttributeError,
                Builtin::OverflowError => ffi::PyExc_OverflowError,
                Builtin::OSError => ffi::PyExc_OSError,
                Builtin::UnicodeError => ffi::PyExc_UnicodeError,
                Builtin::MemoryError => ffi::PyExc_MemoryError,
                Builtin::LookupError => ffi::PyExc_LookupError,
                Builtin::ArithmeticError => ffi::PyExc_ArithmeticError,
            }
        }
    }
}

impl Builtin {
    /// The class that an exception or an exception class derives from most closely.
    fn of(raised: &object) -> Option<Builtin> {
        // Classes before those that they derive from; the others have no relatives here.
        const ALL: [Builtin; 15] = [
            Builtin::UnicodeError,
            Builtin::ValueError,
            Builtin::RuntimeError,
            Builtin::StopIteration,
            Builtin::IndexError,
            Builtin::KeyError,
            Builtin::TypeError,
            Builtin::BufferError,
            Builtin::ImportError,
            Builtin::AttributeError,
            Builtin::OverflowError,
            Builtin::OSError,
            Builtin::MemoryError,
            Builtin::LookupError,
            Builtin::ArithmeticError,
        ];
        // SAFETY: an exception or a class, and live classes; the function never raises for them.
        let is = |one: &Builtin| unsafe { ffi::PyErr_GivenExceptionMatches(raised.as_ptr(), one.class()) != 0 };
        ALL.into_iter().find(is)
    }
}

impl Error {
    #[allow(clippy::arc_with_non_send_sync, reason = "`Raised` may drop it on another thread than that of a clone")]
    pub(super) fn of(kind: Kind) -> Error {
        Error(Arc::new(kind))
    }

    /// An exception of a builtin class with this message.
    pub fn new(class: Builtin, message: impl Into<String>) -> Error {
        Error::of(Kind::Builtin(class, message.into()))
    }

    /// Takes the exception that is currently raised in this thread, nanobind's `python_error()`.
    ///
    /// Without a raised exception the result is a `SystemError`-like `RuntimeError` that says so.
    pub fn fetch() -> Error {
        crate::python::object::check_attached();
        match take_raised() {
            Some(value) => Error::of(Kind::Python(value, OnceLock::new())),
            None => Error::new(Builtin::RuntimeError, messages::NOTHING_RAISED),
        }
    }

    pub(crate) fn cast(message: String) -> Error {
        Error::of(Kind::Cast(message))
    }

    /// As it may be dropped on any thread: an error of Rust's becomes its exception, or leaves its value behind.
    pub(crate) fn settled(self) -> Error {
        match &*self.0 {
            Kind::Native(error) => error.settled(),
            _ => self,
        }
    }

    /// The error of Rust that this is.
    pub(crate) fn native(&self) -> Option<&Native> {
        match &*self.0 {
            Kind::Native(error) => Some(error),
            _ => None,
        }
    }

    /// The Python exception object when one exists already.
    pub fn value(&self) -> Option<&object> {
        match &*self.0 {
            Kind::Python(value, _) => Some(value),
            _ => None,
        }
    }

    /// Whether this asks the dispatcher for the next overload.
    pub fn is_next_overload(&self) -> bool {
        matches!(&*self.0, Kind::NextOverload)
    }

    /// Whether the exception is an instance of `class` (a Python exception class).
    pub fn matches(&self, class: &object) -> bool {
        crate::python::object::check_attached();
        let own: Option<object>;
        let raised = match &*self.0 {
            Kind::Python(value, _) => value.as_ptr(),
            Kind::Builtin(builtin, _) => builtin.class(),
            Kind::Native(error) => {
                if let Some(translated) = error.translated() {
                    return translated.matches(class);
                }
                own = error.own_class();
                own.as_ref().map_or(error.builtin().class(), object::as_ptr)
            }
            Kind::Cast(_) => Builtin::RuntimeError.class(),
            Kind::NextOverload => return false,
        };
        // SAFETY: both are live objects; the function accepts classes and instances and never raises for them.
        unsafe { ffi::PyErr_GivenExceptionMatches(raised, class.as_ptr()) != 0 }
    }

    /// Which builtin exception this is, or which of them its class derives from most closely: nanobind's
    /// `builtin_exception::type()`. `None` for other exceptions, and for [`next_overload`].
    ///
    /// ```no_run
    /// fn is_end(error: &nb::Error) -> bool {
    ///     error.kind() == Some(nb::Builtin::StopIteration)
    /// }
    /// ```
    pub fn kind(&self) -> Option<Builtin> {
        match &*self.0 {
            Kind::Builtin(builtin, _) => Some(*builtin),
            Kind::Native(error) => match (error.translated(), error.own_class()) {
                (Some(translated), _) => translated.kind(),
                (_, Some(class)) => Builtin::of(&class),
                _ => Some(error.builtin()),
            },
            Kind::Cast(_) => Some(Builtin::RuntimeError),
            Kind::NextOverload => None,
            Kind::Python(value, _) => {
                crate::python::object::check_attached();
                Builtin::of(value)
            }
        }
    }

    /// Raises this as the reason why a module cannot be imported: native errors become an `ImportError` with their
    /// text, a Python exception becomes the cause of one.
    pub(crate) fn restore_for_import(self) {
        match &*self.0 {
            Kind::Python(raised, _) => {
                // SAFETY: an exception instance and a live class.
                let ordinary = unsafe { ffi::PyErr_GivenExceptionMatches(raised.as_ptr(), ffi::PyExc_Exception) != 0 };
                if !ordinary {
                    // KeyboardInterrupt and SystemExit are not about this import.
                    return self.restore();
                }
                set_error(Builtin::ImportError.class(), messages::INIT_FAILED);
                chain_cause(raised.clone());
            }
            Kind::NextOverload => return self.restore(),
            Kind::Builtin(_, message) | Kind::Native(Native { message, .. }) | Kind::Cast(message) => {
                set_error(Builtin::ImportError.class(), message)
            }
        }
        self.end();
    }

    /// Drops the error while its exception is raised, which the end of an error of Rust must not find.
    fn end(self) {
        if self.native().is_some_and(Native::runs_at_its_end) {
            drop_aside(self);
        }
    }

    /// Raises the exception in Python: afterwards the error indicator is set.
    pub fn restore(self) {
        crate::python::object::check_attached();
        match &*self.0 {
            // SAFETY: `value` is an exception instance; PyErr_SetObject takes its own reference.
            Kind::Python(value, _) => unsafe { restore_raised(value.clone()) },
            Kind::Builtin(class, message) => set_error(class.class(), message),
            Kind::Native(error) => error.raise(),
            Kind::Cast(message) => set_error(Builtin::RuntimeError.class(), message),
            Kind::NextOverload => set_error(Builtin::RuntimeError.class(), messages::NEXT_OVERLOAD_OUTSIDE),
        }
        self.end();
    }
}

macro_rules! builders {
    ($($(#[$doc:meta])* $name:ident => $class:ident;)*) => { $(
        $(#[$doc])*
        pub fn $name(message: impl Into<String>) -> Error {
            Error::new(Builtin::$class, message)
        }
    )* };
}

builders! {
    /// Raises `RuntimeError`, the counterpart of throwing `std::runtime_error`.
    runtime_error => RuntimeError;
    /// Raises `StopIteration` (nanobind's `stop_iteration`).
    stop_iteration => StopIteration;
    /// Raises `IndexError` (nanobind's `index_error`).
    index_error => IndexError;
    /// Raises `KeyError` (nanobind's `key_error`).
    key_error => KeyError;
    /// Raises `ValueError` (nanobind's `value_error`).
    value_error => ValueError;
    /// Raises `TypeError` (nanobind's `type_error`).
    type_error => TypeError;
    /// Raises `BufferError` (nanobind's `buffer_error`).
    buffer_error => BufferError;
    /// Raises `ImportError` (nanobind's `import_error`).
    import_error => ImportError;
    /// Raises `AttributeError` (nanobind's `attribute_error`).
    attribute_error => AttributeError;
}

/// Declines the call: overload resolution goes on with the next overload (nanobind's `next_overload`).
pub fn next_overload() -> Error {
    Error::of(Kind::NextOverload)
}

impl<E: std::error::Error + 'static> From<E> for Error {
    fn from(error: E) -> Error {
        Error::of(Kind::Native(Native::of(error)))
    }
}

/// Turns the error of a bound function's `Result<T, E>` into an [`Error`], for every `E` that can be displayed.
pub(crate) fn from_display<E: fmt::Display + 'static>(error: E) -> Error {
    let mut slot = Some(error);
    let any: &mut dyn Any = &mut slot;
    if let Some(own) = any.downcast_mut::<Option<Error>>() {
        return own.take().expect("filled above");
    }
    let error = slot.expect("filled above");
    Error::of(Kind::Native(Native::of_display(error)))
}

/// The class and the text of the exception. Those of a Python exception are read on attached threads only; elsewhere there is a
/// text that says so: [`gil_scoped_acquire`](crate::gil_scoped_acquire) attaches the thread.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            // Attaching is not for here: who formats a text may hold a lock (that of standard error, say) for which an
            // attached thread waits.
            Kind::Python(..) if !crate::python::object::is_attached() => f.write_str(messages::DETACHED_ERROR),
            Kind::Python(value, _) => {
                let aside = Aside::now();
                let class = value.class_name();
                let text = value.to_str_lossy();
                drop(aside);
                match text {
                    Some(text) if text.is_empty() => f.write_str(&class),
                    Some(text) => write!(f, "{class}: {text}"),
                    None => f.write_str(&class),
                }
            }
            Kind::Builtin(class, message) => write!(f, "{class:?}: {message}"),
            Kind::Native(error) => match (error.translated(), error.own_class()) {
                (Some(translated), _) => translated.fmt(f),
                (_, Some(class)) => write!(f, "{}: {}", class_text(&class), error.message),
                _ => write!(f, "{:?}: {}", error.builtin(), error.message),
            },
            Kind::Cast(message) => f.write_str(message),
            Kind::NextOverload => f.write_str(messages::NEXT_OVERLOAD),
        }
    }
}

/// The name of an exception class.
fn class_text(class: &object) -> String {
    // SAFETY: a live type, whose name lives as long.
    let name = unsafe { std::ffi::CStr::from_ptr((*class.as_ptr().cast::<ffi::PyTypeObject>()).tp_name) };
    let name = name.to_string_lossy();
    name.rsplit('.').next().unwrap_or_default().to_string()
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nb::Error({self})")
    }
}

/// Sets the error indicator; embedded NULs in the message are kept.
pub(crate) fn set_error(class: *mut ffi::PyObject, message: &str) {
    // SAFETY: attached; `class` is a live exception class.
    unsafe {
        let text = text::new_ptr(message);
        if !text.is_null() {
            ffi::PyErr_SetObject(class, text);
            ffi::Py_DECREF(text);
        }
    }
}

/// Raises `OSError(code, message)`; the message loses the "(os error 2)" that Rust appends, since Python shows the code.
pub(crate) fn set_os_error(code: i32, message: &str) {
    let text = message.strip_suffix(&format!(" (os error {code})")).unwrap_or(message);
    // SAFETY: attached; a failed step leaves its own exception raised.
    unsafe {
        let build = || -> Option<object> {
            let code = object::from_owned(ffi::PyLong_FromLong(code.into()))?;
            let text = object::from_owned(text::new_ptr(text))?;
            object::from_owned(ffi::PyTuple_Pack(2, code.as_ptr(), text.as_ptr()))
        };
        if let Some(args) = build() {
            // A tuple becomes the arguments of the class, whose `__new__` picks the subclass.
            ffi::PyErr_SetObject(Builtin::OSError.class(), args.as_ptr());
        }
    }
}

/// Issues a RuntimeWarning; false when warnings are errors and one is now raised.
pub(crate) fn warn(message: &str) -> bool {
    let text = CString::new(message.replace('\0', "?")).expect("NULs replaced");
    // SAFETY: a NUL-terminated text and a live warning class.
    unsafe { ffi::PyErr_WarnEx(ffi::PyExc_RuntimeWarning, text.as_ptr(), 1) == 0 }
}

/// Removes and returns the raised exception, normalised and with its traceback attached.
pub(crate) fn take_raised() -> Option<object> {
    // SAFETY: called attached; all outputs are new references or null.
    unsafe {
        #[cfg(Py_3_12)]
        {
            object::from_owned(ffi::PyErr_GetRaisedException())
        }
        #[cfg(not(Py_3_12))]
        {
            let (mut class, mut value, mut traceback) =
                (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
            ffi::PyErr_Fetch(&mut class, &mut value, &mut traceback);
            if class.is_null() {
                return None;
            }
            ffi::PyErr_NormalizeException(&mut class, &mut value, &mut traceback);
            if !traceback.is_null() && !value.is_null() {
                ffi::PyException_SetTraceback(value, traceback);
            }
            ffi::Py_XDECREF(traceback);
            ffi::Py_DECREF(class);
            object::from_owned(value)
        }
    }
}

/// Raises an exception object again.
///
/// # Safety
/// `value` is an exception instance and the thread is attached.
pub(crate) unsafe fn restore_raised(value: object) {
    // SAFETY: caller's contract; the reference is handed over.
    unsafe {
        #[cfg(Py_3_12)]
        {
            ffi::PyErr_SetRaisedException(value.into_ptr());
        }
        #[cfg(not(Py_3_12))]
        {
            let value = value.into_ptr();
            let class = ffi::Py_TYPE(value).cast::<ffi::PyObject>();
            ffi::Py_INCREF(class);
            ffi::PyErr_Restore(class, value, ffi::PyException_GetTraceback(value));
        }
    }
}

/// Makes `cause` the `__cause__` of the exception that is raised now.
pub(crate) fn chain_cause(cause: object) {
    if let Some(current) = take_raised() {
        if current.is(&cause) {
            // A class whose constructor raises it again. It is not its own cause.
            // SAFETY: an exception instance; attached.
            return unsafe { restore_raised(current) };
        }
        // SAFETY: both are exception instances; SetCause and SetContext steal one reference each.
        unsafe {
            ffi::PyException_SetCause(current.as_ptr(), cause.clone().into_ptr());
            ffi::PyException_SetContext(current.as_ptr(), cause.into_ptr());
            restore_raised(current);
        }
    }
}

/// Adds lines to the exception that is raised now, as its `__notes__`.
pub(crate) fn add_notes(notes: &[String]) {
    if notes.is_empty() {
        return;
    }
    let Some(current) = take_raised() else { return };
    for note in notes {
        if let Err(error) = current.attr("add_note").call((note,)) {
            // There is no memory left, which is worse than what was raised.
            return error.restore();
        }
    }
    // SAFETY: an exception instance, and the thread is attached.
    unsafe { restore_raised(current) }
}
