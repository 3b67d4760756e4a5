//! Annotations of functions: names and defaults of arguments, docstrings, policies, keep_alive, guards.
//!
//! All are values that can be put in a tuple in any order. What they say about the call is in their *types*, so a
//! mistake is a compile error.

use crate::bind::checks::Marks;
use crate::bind::erased::Annotations;
use crate::call::call_policies::{CallPolicy, Hooks, call_policy};
use crate::call::callable_traits::Layout;
use crate::call::context::{ACCEPT_NONE, CONVERT, Cx};
use crate::call::nb_func::{ArgRecord, OPERATOR};
use crate::cast::traits::Ret;
use crate::ffi;
use crate::interpreter::gil::guards;
use crate::interpreter::state::State;
use crate::python::error::Error;
use crate::python::messages;
use crate::python::object::object;
use crate::python::text;
use crate::rv_policy;
use crate::util::arity::{for_each_arity, tuple_extra};
use std::marker::PhantomData;

/// What the annotations of one function add up to.
#[doc(hidden)]
pub struct FuncSpec<'s> {
    pub(crate) state: &'s State,
    pub(crate) function: &'s str,
    /// Replaces `function` as the name.
    pub(crate) name: Option<String>,
    /// Replaces the scope that the function is bound in.
    pub(crate) scope: Option<object>,
    pub(crate) args: Vec<ArgRecord>,
    /// How many of `args` stand before `kw_only()`.
    pub(crate) kw_only: Option<usize>,
    pub(crate) doc: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) keep_alive: Vec<(u8, u8)>,
    pub(crate) flags: u16,
    pub(crate) policies: Vec<Hooks>,
    pub(crate) error: Option<Error>,
    /// What goes to a property's getter only.
    pub(crate) getter: Option<Box<FuncSpec<'s>>>,
    /// What goes to a property's setter only.
    pub(crate) setter: Option<Box<FuncSpec<'s>>>,
}

impl<'s> FuncSpec<'s> {
    /// What the annotations say about the function of this name.
    pub(crate) fn collect(state: &'s State, function: &'s str, extra: Option<&mut dyn Annotations>) -> FuncSpec<'s> {
        let mut spec = FuncSpec::empty(state, function);
        if let Some(extra) = extra {
            extra.note(&mut spec);
        }
        spec
    }

    pub(crate) fn empty(state: &'s State, function: &'s str) -> FuncSpec<'s> {
        FuncSpec {
            state,
            function,
            name: None,
            scope: None,
            args: Vec::new(),
            kw_only: None,
            doc: None,
            signature: None,
            keep_alive: Vec::new(),
            flags: 0,
            policies: Vec::new(),
            error: None,
            getter: None,
            setter: None,
        }
    }
}

/// An annotation of a function, or a tuple of annotations.
///
/// What it says of the call is believed. Nobody but this crate implements it: `FuncSpec` and `Layout` have no public path.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an annotation of a function",
    label = "not an annotation",
    note = "annotations are `arg(\"name\")`, `kw_only()`, docstrings, `rv_policy::..`, `keep_alive::<N, P>()`, `call_guard::<G>()`, `is_operator()`, `is_method()`, `name(\"..\")`, `scope(..)`, `sig(\"..\")`, or a tuple of them"
)]
pub trait FuncExtra<D> {
    /// The return value policy after this annotation, given the one before.
    type Policy<Before>;
    /// The call guard after this annotation.
    type Guard<Before>;
    /// Where the arguments of the call are after this annotation.
    #[doc(hidden)]
    type Place<Before: Layout>: Layout;
    /// What of it concerns the getter of a property.
    type Getter: FuncExtra<D>;
    /// What of it concerns the setter of a property.
    type Setter: FuncExtra<D>;
    /// There is no annotation.
    #[doc(hidden)]
    const EMPTY: bool = false;
    /// How many arguments it names.
    const ARGS: usize = 0;
    /// Bit `i`: the `i`-th named argument carries `.none()`.
    const NONE: u64 = 0;
    /// Largest index in a `keep_alive`.
    const KEEP_MAX: usize = 0;
    /// Whether a `keep_alive` names the result.
    const KEEP_RESULT: bool = false;
    /// It says that Python gets a copy.
    #[doc(hidden)]
    const COPIES: bool = false;
    /// How many call guards it gives.
    const GUARDS: usize = 0;
    /// A call needs what the record keeps of them.
    #[doc(hidden)]
    const RECORDED: bool = false;
    /// How many arguments its call policies need.
    const POLICY_ARGS: usize = 0;
    #[doc(hidden)]
    const MARKS: Marks = Marks::NONE;
    #[doc(hidden)]
    fn apply(self, spec: &mut FuncSpec<'_>);
}

/// Name and marks of one argument, nanobind's `nb::arg("name")` and `"name"_a`.
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
    text: Option<String>,
    value: V,
}

/// No default value.
#[doc(hidden)]
#[derive(Clone)]
pub struct no_value;

/// Names an argument: nanobind's `nb::arg`.
pub fn arg(name: &str) -> Arg<no_value> {
    Arg { name: name.to_string(), convert: true, text: None, value: no_value }
}

/// Marks an argument without naming it: nanobind's `nb::arg()`.
pub fn unnamed() -> Arg<no_value, false, false> {
    Arg { name: String::new(), convert: true, text: None, value: no_value }
}

impl<V, const NONE: bool, const NAMED: bool, const LOCK: bool> Arg<V, NONE, NAMED, LOCK> {
    /// Accepts `None`; the argument has to be an `Option`, which accepts it anyway.
    pub fn none(self) -> Arg<V, true, NAMED, LOCK> {
        Arg { name: self.name, convert: self.convert, text: self.text, value: self.value }
    }

    /// Never converts the argument implicitly.
    pub fn noconvert(mut self) -> Self {
        self.convert = false;
        self
    }

    /// Text that signatures show for the default value.
    pub fn sig(mut self, text: &str) -> Self {
        self.text = Some(text.to_string());
        self
    }

    /// Default value: nanobind's `nb::arg("x") = value`.
    ///
    /// It becomes a Python object once, when the function is bound; every call that leaves the argument out gets that
    /// object. Binding fails with an `ImportError` when the type of the value is not bound yet.
    pub fn value<W>(self, value: W) -> Arg<Value<W>, NONE, NAMED, LOCK> {
        Arg { name: self.name, convert: self.convert, text: self.text, value: Value(value) }
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
        Arg { name: self.name, convert: self.convert, text: self.text, value: self.value }
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
        ArgRecord { name, key, default: None, default_text: self.text.clone(), flags }
    }
}

impl<D, const NONE: bool, const NAMED: bool, const LOCK: bool> FuncExtra<D> for Arg<no_value, NONE, NAMED, LOCK> {
    type Policy<Before> = Before;
    type Guard<Before> = Before;
    type Place<Before: Layout> = Before;
    type Getter = ();
    type Setter = Self;
    const ARGS: usize = 1;
    const NONE: u64 = NONE as u64;
    const MARKS: Marks = Marks::arg(NAMED, LOCK);
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
    unsafe fn put_default(self, cx: &mut Cx<'_>) -> *mut crate::ffi::PyObject;
}

// SAFETY: delegates to the type's own conversion.
#[diagnostic::do_not_recommend]
unsafe impl<D, W: Ret<D, rv_policy::copy>> DefaultValue<D> for W {
    const IS_NONE: bool = <W as Ret<D, rv_policy::copy>>::NOTHING;

    unsafe fn put_default(self, cx: &mut Cx<'_>) -> *mut crate::ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <W as Ret<D, rv_policy::copy>>::put(self, cx) }
    }
}

impl<D, W: DefaultValue<D>, const NONE: bool, const NAMED: bool, const LOCK: bool> FuncExtra<D>
    for Arg<Value<W>, NONE, NAMED, LOCK>
{
    type Policy<Before> = Before;
    type Guard<Before> = Before;
    type Place<Before: Layout> = Before;
    type Getter = ();
    type Setter = Self;
    const ARGS: usize = 1;
    const NONE: u64 = NONE as u64;
    const MARKS: Marks = Marks::arg(NAMED, LOCK);
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
                let ty = crate::python::type_name::short_rust_name(std::any::type_name::<W>());
                let error = if raised {
                    Error::fetch()
                } else {
                    crate::python::error::import_error(messages::bad_default(spec.function, &shown, &ty))
                };
                spec.error.get_or_insert(error);
            }
        }
        spec.args.push(record);
    }
}

macro_rules! simple_extra {
    ($(#[$meta:meta])* impl[$($generics:tt)*] $ty:ty { $self:ident, $spec:ident => $body:expr $(; $($consts:item)*)? }) => {
        $(#[$meta])*
        impl<D, $($generics)*> FuncExtra<D> for $ty {
            type Policy<Before> = Before;
            type Guard<Before> = Before;
            type Place<Before: Layout> = Before;
            type Getter = Self;
            type Setter = Self;
            $($($consts)*)?
            fn apply($self, $spec: &mut FuncSpec<'_>) { $body }
        }
    };
}

simple_extra!(/// A docstring.
    impl[] &str { self, spec => spec.doc = Some(self.to_string()) });
simple_extra!(/// A docstring made at run time.
    impl[] String { self, spec => spec.doc = Some(self) });

/// Replaces the rendered signature: nanobind's `nb::sig`. The text is copied; it is shown, and enforces nothing.
///
/// It reads `def name(..) -> ..` without a colon, after decorators in lines of their own. Binding fails with an
/// `ImportError` when it does not, or when the name is another one than the function's.
///
/// ```no_run
/// use nb::prelude::*;
/// fn parse(mode: &str) -> nb::Result<i32> {
///     match mode {
///         "r" => Ok(0),
///         "w" => Ok(1),
///         _ => Err(nb::value_error("no such mode")),
///     }
/// }
/// nb_module!(modes, m, {
///     m.def("parse", &parse, nb::sig("def parse(mode: typing.Literal['r', 'w'], /) -> int"));
/// });
/// ```
#[derive(Clone)]
pub struct sig<T: Into<String> = &'static str>(pub T);
simple_extra!(impl[T: Into<String>] sig<T> { self, spec => spec.signature = Some(self.0.into()) });

/// Marks an operator: returns `NotImplemented` instead of raising when the arguments do not fit.
#[derive(Clone, Copy)]
pub struct is_operator();
simple_extra!(impl[] is_operator { self, spec => spec.flags |= OPERATOR });

simple_extra!(impl[P: CallPolicy] call_policy<P> {
    self, spec => spec.policies.push(Hooks::of::<P>());
    const RECORDED: bool = true;
    const POLICY_ARGS: usize = P::MIN_ARGS;
});

/// Keeps argument `PATIENT` alive until `NURSE` is collected: 0 is the result, 1 the first argument or `self`.
///
/// Nothing happens when either is `None`, or when the nurse keeps this patient already. An argument that was converted
/// implicitly stands for the object that it was converted to; for a list that became a `Vec` the list is kept. The nurse
/// is an instance of a bound class, or any object that can be weakly referenced; a `RuntimeError` follows the call when
/// it is neither. Python's collector does not see the tie: a patient that refers back to its nurse keeps both for ever.
///
/// Spelled `nb::keep_alive<1, 2>()` inside `nb_module!` and `keep_alive::<1, 2>()` in plain Rust.
#[derive(Clone, Copy)]
pub struct keep_alive<const NURSE: usize, const PATIENT: usize>();

impl<D, const NURSE: usize, const PATIENT: usize> FuncExtra<D> for keep_alive<NURSE, PATIENT> {
    type Policy<Before> = Before;
    type Guard<Before> = Before;
    type Place<Before: Layout> = Before;
    type Getter = Self;
    type Setter = Self;
    const KEEP_MAX: usize = {
        assert!(
            NURSE != PATIENT,
            "nb: keep_alive<N, P> needs two different indices: the nurse N, and the patient P that it keeps alive"
        );
        if NURSE > PATIENT { NURSE } else { PATIENT }
    };
    const KEEP_RESULT: bool = NURSE == 0 || PATIENT == 0;
    const RECORDED: bool = true;
    fn apply(self, spec: &mut FuncSpec<'_>) {
        spec.keep_alive.push((NURSE as u8, PATIENT as u8));
    }
}

/// Surrounds the body with a guard: `nb::call_guard<nb::gil_scoped_release>()`, or a tuple of guards.
pub struct call_guard<G> {
    guard: PhantomData<G>,
}

/// Makes the annotation [`struct@call_guard`].
pub fn call_guard<G>() -> call_guard<G> {
    call_guard { guard: PhantomData }
}

/// Names the guard type behind an annotation: tuples become one guard that keeps their order.
#[doc(hidden)]
pub trait AsGuard {
    type Guard;
}

impl<G: crate::interpreter::gil::CallGuard> AsGuard for G {
    type Guard = G;
}
impl AsGuard for crate::interpreter::gil::gil_scoped_release {
    type Guard = crate::interpreter::gil::gil_scoped_release;
}

macro_rules! guard_tuples {
    ($count:tt: $($G:ident $guard:ident $index:tt),+) => {
        impl<$($G: AsGuard),+> AsGuard for ($($G,)+) {
            type Guard = guards<($($G::Guard,)+)>;
        }
    };
}
for_each_arity!(guard_tuples, 2..=4);

impl<D, G: AsGuard> FuncExtra<D> for call_guard<G> {
    type Policy<Before> = Before;
    type Guard<Before> = G::Guard;
    type Place<Before: Layout> = Before;
    type Getter = Self;
    type Setter = Self;
    const GUARDS: usize = 1;
    fn apply(self, _spec: &mut FuncSpec<'_>) {}
}

macro_rules! policy_extras {
    ($($name:ident)*) => { $(
        impl<D> FuncExtra<D> for rv_policy::$name {
            type Policy<Before> = rv_policy::$name;
            type Guard<Before> = Before;
            type Place<Before: Layout> = Before;
            type Getter = Self;
            type Setter = ();
            const COPIES: bool = <rv_policy::$name as rv_policy::Policy>::COPIES;
            fn apply(self, _spec: &mut FuncSpec<'_>) {}
        }
    )* };
}
policy_extras!(automatic automatic_reference copy move_ take_ownership reference reference_internal none);

impl<D> FuncExtra<D> for () {
    type Policy<Before> = Before;
    type Guard<Before> = Before;
    type Place<Before: Layout> = Before;
    type Getter = ();
    type Setter = ();
    const EMPTY: bool = true;
    fn apply(self, _spec: &mut FuncSpec<'_>) {}
}

/// What several annotations add up to.
macro_rules! sums {
    ($First:ident $($Rest:ident)*) => {
        type Policy<Before> = <($($Rest,)*) as FuncExtra<D>>::Policy<<$First as FuncExtra<D>>::Policy<Before>>;
        type Guard<Before> = <($($Rest,)*) as FuncExtra<D>>::Guard<<$First as FuncExtra<D>>::Guard<Before>>;
        type Place<Before: Layout> = <($($Rest,)*) as FuncExtra<D>>::Place<<$First as FuncExtra<D>>::Place<Before>>;
        type Getter = ($First::Getter, $($Rest::Getter,)*);
        type Setter = ($First::Setter, $($Rest::Setter,)*);
        const ARGS: usize = $First::ARGS + <($($Rest,)*) as FuncExtra<D>>::ARGS;
        const NONE: u64 = $First::NONE | (<($($Rest,)*) as FuncExtra<D>>::NONE << $First::ARGS);
        const KEEP_MAX: usize = {
            let rest = <($($Rest,)*) as FuncExtra<D>>::KEEP_MAX;
            if $First::KEEP_MAX > rest { $First::KEEP_MAX } else { rest }
        };
        const KEEP_RESULT: bool = $First::KEEP_RESULT || <($($Rest,)*) as FuncExtra<D>>::KEEP_RESULT;
        const POLICY_ARGS: usize = {
            let rest = <($($Rest,)*) as FuncExtra<D>>::POLICY_ARGS;
            if $First::POLICY_ARGS > rest { $First::POLICY_ARGS } else { rest }
        };
        const COPIES: bool = $First::COPIES || <($($Rest,)*) as FuncExtra<D>>::COPIES;
        const GUARDS: usize = $First::GUARDS + <($($Rest,)*) as FuncExtra<D>>::GUARDS;
        const RECORDED: bool = $First::RECORDED || <($($Rest,)*) as FuncExtra<D>>::RECORDED;
        const MARKS: Marks = $First::MARKS.then(<($($Rest,)*) as FuncExtra<D>>::MARKS);
    };
}
tuple_extra! {
    [D,] FuncExtra<D>, FuncSpec<'_>, sums:
    A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19
}
