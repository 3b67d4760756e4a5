//! `arg`: names, defaults and rules of arguments.

use super::{AnnotationFacts, FuncExtra, FuncSpec};
use crate::call::callable_traits::Layout;
use crate::call::context::{ACCEPT_NONE, CONVERT, Cx, REFUSE_NONE};
use crate::call::record::ArgRecord;
use crate::cast::traits::Ret;
use crate::python::error::{Error, import_error};
use crate::python::object::object;
use crate::python::type_name::short_rust_name;
use crate::python::{messages, text};
use crate::{ffi, rv_policy};

/// What is said of one argument, nanobind's `nb::arg("name")` and `"name"_a`.
///
/// ```no_run
/// use nb::prelude::*;
/// fn add(a: i32, b: i32) -> i32 { a + b }
/// nb_module!(adding, m, {
///     m.def("add", &add, "a"_a, "b"_a = 1);
///     // The same as a plain builder call:
///     m.def("plus", add, (nb::arg("a"), nb::arg("b").value(1)));
/// });
/// ```
#[derive(Clone)]
pub struct Arg<V, const NONE: bool = false, const NAMED: bool = true, const LOCK: bool = false> {
    name: String,
    convert: bool,
    refuses_none: bool,
    text: Option<String>,
    value: V,
}

/// No default value.
#[doc(hidden)]
#[derive(Clone)]
pub struct no_value;

/// Names an argument: nanobind's `nb::arg`.
///
/// ```no_run
/// # use nb::prelude::*;
/// fn power(base: f64, exponent: i32) -> f64 { base.powi(exponent) }
/// nb_module!(powers, m, {
///     m.def("power", &power, "base"_a, "exponent"_a = 2);
///     // In plain Rust: (nb::arg("base"), nb::arg("exponent").value(2))
/// });
/// # fn main() {}
/// ```
pub fn arg(name: &str) -> Arg<no_value> {
    Arg { name: name.to_string(), convert: true, refuses_none: false, text: None, value: no_value }
}

/// Marks an argument without naming it: nanobind's `nb::arg()`.
pub fn unnamed() -> Arg<no_value, false, false> {
    Arg { name: String::new(), convert: true, refuses_none: false, text: None, value: no_value }
}

impl<V, const NONE: bool, const NAMED: bool, const LOCK: bool> Arg<V, NONE, NAMED, LOCK> {
    /// Accepts `None`; the argument has to be an `Option`, which accepts it anyway.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// pub struct Dog;
    /// nb_module!(dogs, m, {
    ///     nb::class_<Dog>(m, "Dog");
    ///     m.def("walk", |dog: Option<&Dog>| dog.is_some(), "dog"_a.none());
    /// });
    /// # fn main() {}
    /// ```
    pub fn none(self) -> Arg<V, true, NAMED, LOCK> {
        Arg {
            name: self.name,
            convert: self.convert,
            refuses_none: self.refuses_none,
            text: self.text,
            value: self.value,
        }
    }

    /// Does not accept `None`: pybind11's `.none(false)`, where all that can be `None` may be so.
    #[doc(hidden)]
    pub fn refusing_none(mut self) -> Self {
        self.refuses_none = true;
        self
    }

    /// Never converts the argument implicitly.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// nb_module!(strict, m, {
    ///     m.def("exactly", |x: f64| x, "x"_a.noconvert()); // exactly(1) is a TypeError
    /// });
    /// # fn main() {}
    /// ```
    pub fn noconvert(mut self) -> Self {
        self.convert = false;
        self
    }

    /// Text that signatures show for the default value.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// nb_module!(shown, m, {
    ///     // wait(seconds: float = FOREVER)
    ///     m.def("wait", |seconds: f64| seconds, nb::arg("seconds").value(1e9).sig("FOREVER"));
    /// });
    /// # fn main() {}
    /// ```
    pub fn sig(mut self, text: &str) -> Self {
        self.text = Some(text.to_string());
        self
    }

    /// Default value: nanobind's `nb::arg("x") = value`.
    ///
    /// It becomes a Python object once, when the function is bound; every call that leaves the argument out gets that
    /// object. Binding fails with an `ImportError` when the type of the value is not bound yet.
    pub fn value<W>(self, value: W) -> Arg<Value<W>, NONE, NAMED, LOCK> {
        Arg {
            name: self.name,
            convert: self.convert,
            refuses_none: self.refuses_none,
            text: self.text,
            value: Value(value),
        }
    }

    /// Locks the argument while the function runs; has an effect on free-threaded interpreters only.
    ///
    /// A function locks at most two arguments, `self` included; more are a compile error.
    ///
    /// ```no_run
    /// use nb::prelude::*;
    /// struct Account { cents: i64 }
    /// fn transfer(from: &mut Account, to: &mut Account, cents: i64) {
    ///     from.cents -= cents;
    ///     to.cents += cents;
    /// }
    /// nb_module!(bank, m, {
    ///     nb::class_<Account>(m, "Account");
    ///     m.def("transfer", &transfer, "source"_a.lock(), "target"_a.lock(), "cents"_a);
    /// });
    /// ```
    pub fn lock(self) -> Arg<V, NONE, NAMED, true> {
        Arg {
            name: self.name,
            convert: self.convert,
            refuses_none: self.refuses_none,
            text: self.text,
            value: self.value,
        }
    }
}

/// A default value.
#[doc(hidden)]
#[derive(Clone)]
pub struct Value<W>(W);

impl<W, const NONE: bool, const NAMED: bool, const LOCK: bool> Arg<Value<W>, NONE, NAMED, LOCK> {
    /// The name and the value.
    pub(crate) fn into_parts(self) -> (String, W) {
        (self.name, self.value.0)
    }
}

impl<V, const NONE: bool, const NAMED: bool, const LOCK: bool> Arg<V, NONE, NAMED, LOCK> {
    fn record(&self) -> ArgRecord {
        let name = (!self.name.is_empty()).then(|| self.name.clone());
        // Attached: binding happens at import or from Python.
        let key = name.as_ref().and_then(|name| text::interned(name).ok());
        let mut flags = if self.convert { CONVERT } else { 0 };
        if NONE {
            flags |= ACCEPT_NONE;
        }
        if self.refuses_none {
            flags |= REFUSE_NONE;
        }
        ArgRecord { name, key, shown: None, default: None, default_text: self.text.clone(), flags }
    }
}

impl<D, const NONE: bool, const NAMED: bool, const LOCK: bool> FuncExtra<D> for Arg<no_value, NONE, NAMED, LOCK> {
    type Policy<Before> = Before;
    type Guard<Before> = Before;
    type CallLayout<Before: Layout> = Before;
    type Getter = ();
    type Setter = Self;
    const ARGS: usize = 1;
    const NONE: u64 = NONE as u64;
    const FACTS: AnnotationFacts = AnnotationFacts::arg(NAMED, LOCK);
    fn apply(self, spec: &mut FuncSpec<'_>) {
        spec.args.push(self.record());
    }
}

/// A value that can become a Python object when a function is bound.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the default value of an argument",
    label = "the default value has the type `{Self}`",
    note = "if `{Self}` is your own type, bind it before this function: `nb::class_<{Self}>(m, \"Name\")` inside `nb_module!`, or `nb_class!({Self}, \"Name\", {{ .. }});`"
)]
///
/// # Safety
/// `put_default` gives what [`Ret::put`] does.
pub unsafe trait DefaultValue<D>: Sized {
    /// It is always `None`, so the argument accepts `None`.
    const IS_NONE: bool;
    /// # Safety
    /// As [`Ret::put`].
    #[doc(hidden)]
    unsafe fn put_default(self, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

// SAFETY: delegates to the type's own conversion.
#[diagnostic::do_not_recommend]
unsafe impl<D, W: Ret<D, rv_policy::copy>> DefaultValue<D> for W {
    const IS_NONE: bool = <W as Ret<D, rv_policy::copy>>::NOTHING;

    unsafe fn put_default(self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <W as Ret<D, rv_policy::copy>>::put(self, cx) }
    }
}

impl<D, W: DefaultValue<D>, const NONE: bool, const NAMED: bool, const LOCK: bool> FuncExtra<D>
    for Arg<Value<W>, NONE, NAMED, LOCK>
{
    type Policy<Before> = Before;
    type Guard<Before> = Before;
    type CallLayout<Before: Layout> = Before;
    type Getter = ();
    type Setter = Self;
    const ARGS: usize = 1;
    const NONE: u64 = NONE as u64;
    const FACTS: AnnotationFacts = AnnotationFacts::arg(NAMED, LOCK);
    fn apply(self, spec: &mut FuncSpec<'_>) {
        let mut record = self.record();
        let mut cx = Cx::new(spec.state);
        let shown = if self.name.is_empty() { (spec.args.len() + 1).to_string() } else { self.name.clone() };
        let Value(value) = self.value;
        // SAFETY: attached; a new reference or null.
        match unsafe { object::from_owned(value.put_default(&mut cx)) } {
            Some(default) => {
                if W::IS_NONE {
                    record.flags |= ACCEPT_NONE;
                }
                record.default = Some(default);
            }
            None => {
                // SAFETY: attached.
                let raised = unsafe { !ffi::PyErr_Occurred().is_null() };
                let ty = short_rust_name(std::any::type_name::<W>());
                let error = if raised {
                    Error::fetch()
                } else {
                    import_error(messages::bad_default(spec.function, &shown, &ty))
                };
                spec.error.get_or_insert(error);
            }
        }
        spec.args.push(record);
    }
}
