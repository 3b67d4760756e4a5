//! Python code in texts: [`eval`], [`exec`] and [`eval_as`].

use crate::ffi;
use crate::handles::attr::accessor;
use crate::handles::dicts::dict;
use crate::handles::interpreter;
use crate::python::error::{Result, type_error, value_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};
use std::borrow::Cow;
use std::ffi::{CString, c_int};

/// How a text is read: nanobind's `nb::eval_mode`, whose values are also names of the crate, `nb::eval_statements`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum eval_mode {
    /// One expression, which gives its value.
    eval_expr,
    /// One statement, which gives `None`. If it is an expression, `sys.displayhook` gets its value, as at Python's prompt.
    eval_single_statement,
    /// Any statements, which give `None`.
    eval_statements,
}

/// One expression: see [`eval_mode`].
pub use eval_mode::eval_expr;
/// One statement: see [`eval_mode`].
pub use eval_mode::eval_single_statement;
/// Any statements: see [`eval_mode`].
pub use eval_mode::eval_statements;

/// The names that a text of Python code sees: `()`, one for globals, or a pair for globals and locals. Each is an [`object`] or
/// [`dict`], or an accessor.
pub trait EvalScope {
    #[doc(hidden)]
    fn globals(&self) -> Result<object>;
    #[doc(hidden)]
    fn locals(&self) -> Result<object>;
}

/// One object of a scope.
pub trait EvalNames {
    #[doc(hidden)]
    fn names(&self) -> Result<object>;
}

macro_rules! names {
    ($([$($decl:tt)*] $Names:ty => $own:ident $object:expr;)*) => { $(
        impl<$($decl)*> EvalNames for $Names {
            fn names(&$own) -> Result<object> {
                $object
            }
        }
    )* };
}
names! {
    [] object => self Ok(self.clone());
    [] &object => self Ok(object::clone(self));
    [] dict => self Ok(object::clone(self));
    [] &dict => self Ok(object::clone(self));
    [D] accessor<'_, D> => self self.get();
    [D] &accessor<'_, D> => self self.get();
}

impl EvalScope for () {
    fn globals(&self) -> Result<object> {
        interpreter::globals().map(|globals| object::clone(&globals))
    }
    fn locals(&self) -> Result<object> {
        self.globals()
    }
}

impl<G: EvalNames> EvalScope for G {
    fn globals(&self) -> Result<object> {
        self.names()
    }
    fn locals(&self) -> Result<object> {
        self.names()
    }
}

impl<G: EvalNames, L: EvalNames> EvalScope for (G, L) {
    fn globals(&self) -> Result<object> {
        self.0.names()
    }
    fn locals(&self) -> Result<object> {
        self.1.names()
    }
}

/// The value of a Python expression: nanobind's `nb::eval`.
///
/// The scope is `()` for the global variables of the Python code that runs, a `dict` of globals, which are then also the locals, or
/// a pair of both. A text that begins with a line break is moved to the left first, as in [`exec`]. Inside the macros the scope is written
/// as in C++: `nb::eval("x + 1")`, `nb::eval("x + 1", globals, locals)`.
///
/// # Errors
/// `SyntaxError` for what is no expression, whatever the code raises, `RuntimeError` where no Python code runs and no scope is given,
/// `TypeError` for globals that are no `dict` and locals that are no mapping, `ValueError` for a text with a NUL.
///
/// ```no_run
/// fn plus_ten() -> nb::Result<i32> {
///     let main = nb::module_::<()>::import_("__main__")?;
///     nb::eval("my_variable + 10", main.attr("__dict__"))?.cast()
/// }
/// ```
pub fn eval(text: &str, scope: impl EvalScope) -> Result<object> {
    eval_as(eval_expr, text, scope)
}

/// Runs Python statements: nanobind's `nb::exec`. The scope is as for [`eval`].
///
/// A text that begins with a line break is moved to the left by what all its lines begin with, so that it may be indented as the Rust code
/// around it is.
///
/// # Errors
/// As of [`eval`]. Statements before the one that raises have run.
///
/// ```no_run
/// fn greet() -> nb::Result<()> {
///     let names = nb::dict::new();
///     nb::exec("
///         message = 'Hello'
///         if True:
///             print(message)
///     ", &names)
/// }
/// ```
pub fn exec(text: &str, scope: impl EvalScope) -> Result<()> {
    eval_as(eval_statements, text, scope).map(drop)
}

/// Runs Python code of any kind: nanobind's `nb::eval<mode>`. The scope is as for [`eval`].
///
/// # Errors
/// As of [`eval`].
///
/// ```no_run
/// fn show() -> nb::Result<()> {
///     nb::eval_as(nb::eval_single_statement, "1 + 1", &nb::dict::new()).map(drop)
/// }
/// ```
pub fn eval_as(mode: eval_mode, text: &str, scope: impl EvalScope) -> Result<object> {
    check_attached();
    let (globals, locals) = (scope.globals()?, scope.locals()?);
    // SAFETY: live objects.
    if unsafe { ffi::PyDict_Check(globals.as_ptr()) } == 0 {
        return Err(type_error(messages::globals_are_no_dict(&globals.class_name())));
    }
    // SAFETY: as above.
    if unsafe { ffi::PyMapping_Check(locals.as_ptr()) } == 0 {
        return Err(type_error(messages::locals_are_no_mapping(&locals.class_name())));
    }
    let text = CString::new(dedented(text).as_bytes()).map_err(|_| value_error(messages::CODE_WITH_NUL))?;
    let start: c_int = match mode {
        eval_expr => ffi::Py_eval_input,
        eval_single_statement => ffi::Py_single_input,
        eval_statements => ffi::Py_file_input,
    };
    // SAFETY: attached; NUL-terminated texts, a dict and a mapping as checked above, and new references or null with an exception raised.
    unsafe {
        let code = object::steal(ffi::Py_CompileString(text.as_ptr(), c"<string>".as_ptr(), start))?;
        object::steal(ffi::PyEval_EvalCode(code.as_ptr(), globals.as_ptr(), locals.as_ptr()))
    }
}

/// Without the blanks that all lines begin with, if the text begins with a line break. Lines of blanks only do not count.
fn dedented(text: &str) -> Cow<'_, str> {
    let Some(body) = text.strip_prefix('\n') else { return Cow::Borrowed(text) };
    let lines = || body.split('\n').filter(|line| !line.trim_matches([' ', '\t', '\r']).is_empty());
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let Some(first) = lines().next() else { return Cow::Borrowed(text) };
    let first = &first[..blanks(first)];
    let shared = |line: &str| line.bytes().zip(first.bytes()).take_while(|(a, b)| a == b).count();
    let common = lines().map(shared).min().unwrap_or(0);
    // The line break stays, so that tracebacks count lines as the text does.
    let moved = text.split('\n').map(|line| line.get(common..).filter(|_| shared(line) >= common).unwrap_or(""));
    Cow::Owned(moved.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::dedented;

    #[test]
    fn texts_are_moved_to_the_left() {
        assert_eq!(dedented("  x"), "  x");
        assert_eq!(dedented("\n  x\n    y\n\n  z\n "), "\nx\n  y\n\nz\n");
        assert_eq!(dedented("\n\tx\n\t y"), "\nx\n y");
        assert_eq!(dedented("\n\tx\n  y"), "\n\tx\n  y");
        assert_eq!(dedented("\n   \n"), "\n   \n");
        assert_eq!(dedented(""), "");
        assert_eq!(dedented("\n  \u{e9}\n  x"), "\n\u{e9}\nx");
        assert_eq!(dedented("\n  x\n \u{3000}"), "\n x\n\u{3000}");
    }
}
