//! The messages of exceptions and warnings that a user of a bound module can read while it runs, in one place. One subject a
//! file; callers write `messages::name(..)` for all of them.
//!
//! Where nanobind has a text for the same situation, it is nanobind's to the byte (people compare them in tests);
//! the others name the function, the argument and what was expected.
//!
//! Not here: signatures, which are put together in call/signature.rs, and the docstrings of the functions and classes that the
//! library itself makes, which stand where it makes them.
//!
//! What the compiler says stands where it is checked: in the `assert!`s of `const` functions such as those of bind/checks.rs, and in
//! `#[diagnostic::on_unimplemented]`.

mod arrays;
mod calls;
mod classes;
mod constructors;
mod containers;
mod enums;
mod errors;
mod functions;
mod handles;
mod interpreter;
mod locks;
mod lowlevel;
mod modules;
mod ownership;
mod pybind11;
mod slots;
#[cfg(any(debug_assertions, feature = "stubs"))]
mod stubs;
mod virtuals;

pub use arrays::*;
pub use calls::*;
pub use classes::*;
pub use constructors::*;
pub use containers::*;
pub use enums::*;
pub use errors::*;
pub use functions::*;
pub use handles::*;
pub use interpreter::*;
pub use locks::*;
pub use lowlevel::*;
pub use modules::*;
pub use ownership::*;
pub use pybind11::*;
pub use slots::*;
#[cfg(any(debug_assertions, feature = "stubs"))]
pub use stubs::*;
pub use virtuals::*;
