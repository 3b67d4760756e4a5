//! [`exception_ptr`], an error of Rust that a translator may look into.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;

/// An error of Rust on its way to Python: the `std::exception_ptr` of nanobind's translators.
///
/// Where C++ throws it again to see what it is, [`downcast_ref`](Self::downcast_ref) asks. Its text is that of the error, in
/// C++ `what()`.
pub struct exception_ptr<'e> {
    given: Given<'e>,
    message: &'e str,
}

/// The error, as far as its type is known.
pub(crate) enum Given<'e> {
    Plain(&'e dyn Any),
    Boxed(&'e (dyn StdError + 'static)),
}

impl<'e> exception_ptr<'e> {
    pub(crate) fn new(given: Given<'e>, message: &'e str) -> exception_ptr<'e> {
        exception_ptr { given, message }
    }

    /// The error, if it is an `E`, whether it came as one or in a `Box<dyn Error>`.
    ///
    /// ```no_run
    /// fn line(error: &nb::exception_ptr) -> bool {
    ///     error.downcast_ref::<std::num::ParseIntError>().is_some()
    /// }
    /// ```
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&'e E> {
        match self.given {
            Given::Plain(error) => error.downcast_ref(),
            Given::Boxed(error) => error.downcast_ref(),
        }
    }
}

impl fmt::Display for exception_ptr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl fmt::Debug for exception_ptr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nb::exception_ptr({})", self.message)
    }
}
