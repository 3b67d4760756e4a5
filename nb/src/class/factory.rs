//! `nb::new_`: factories bound as `__new__`.
//!
//! The class arrives as the receiver of the call, which the Rust function does not get. Calls of a class with a `__new__` of its own
//! are in `call/class_call.rs`: they never run `__init__`. Only Python subclasses take CPython's way, which runs both; for them
//! there is an `__init__` that takes the same arguments and does nothing.

use crate::bind::annotations::{FuncExtra, FuncSpec, FunctionPolicy, GuardOf, PolicyOf};
use crate::bind::builder::Builder;
use crate::bind::checks::{self, Shape};
use crate::bind::erased::{Annotations, Pending, Thunk};
use crate::bind::scope::Home;
use crate::bind::{collected_classes, functions, record};
use crate::call::callable_traits::{Func, OfClass, Sig};
use crate::call::capture;
use crate::call::context::{Cx, is_object};
use crate::call::record::{FuncFlags, Record, Rest};
use crate::call::signature::SigText;
use crate::call::type_codes::{self, RESULT, Types};
use crate::cast::class_trait::Class;
use crate::class::builder::class_;
use crate::class::fit_subclass;
use crate::ffi;
use crate::python::error::Result;
use std::ptr;

/// The types of `__new__`, whose first parameter is the class, and of the `__init__` beside it.
const fn shapes<D, S, P, G, F: Func<D, S, P, G>>() -> [Types; 2] {
    let mut codes = [0; type_codes::MOST];
    let mut index = 0;
    while index < F::N {
        codes[index + 1] = F::TYPES.code(index);
        index += 1;
    }
    let codes = codes.split_at(F::N + 1).0;
    [
        Types::new(codes, F::TYPES.code(RESULT), describe::<D, S, P, G, F>),
        Types::new(codes, type_codes::NONE, describe::<D, S, P, G, F>),
    ]
}

fn describe<D, S, P, G, F: Func<D, S, P, G>>(index: usize, text: &mut SigText<'_>) {
    match index {
        0 => text.text("object"),
        RESULT => F::TYPES.write(RESULT, text),
        _ => F::TYPES.write(index - 1, text),
    }
}

/// As [`checks::check`], for factories: the class goes before their arguments.
#[track_caller]
const fn check<D, S, F, E>()
where
    E: FuncExtra<D>,
    F: Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
{
    let shape = checks::shape_of::<D, S, F, E, FunctionPolicy>();
    assert!(!shape.nothing, "nb: a factory has to return the new object, but this function returns nothing");
    if let Some(reason) = F::REFUSED {
        panic!("{}", reason);
    }
    checks::static_function(E::FACTS);
    checks::not_implicit(E::FACTS);
    checks::factory::<D, E>(Shape {
        arguments: shape.arguments + 1,
        nullable: shape.nullable << 1,
        rest: shape.rest << 1,
        nothing: false,
    });
}

/// Calls the factory, and has its result be an instance of the Python subclass that was called.
///
/// # Safety
/// As [`Func::run`], with the class as the receiver.
unsafe fn run<D, S, P, G, F: Func<D, S, P, G>>(function: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; what is an object is a new reference.
    unsafe {
        let made = F::run::<OfClass>(function, cx);
        if is_object(made) { fit_subclass::fit(made, cx.receiver) } else { made }
    }
}

impl<'m, D, T: Class<D>> class_<'m, D, T> {
    /// Binds a factory as `__new__`: `.def(nb::new_(factory))`.
    ///
    /// The factory's result is what a call of the class gives, converted like that of any function: by value, as `Box<T>` or
    /// `Arc<T>`, as `&'static T` with [`rv_policy::reference`](crate::rv_policy::reference), or as an
    /// [`object`](crate::object) that it had in store. For plain values a constructor is faster.
    ///
    /// Called on a Python subclass, it gives an instance of that, into which the value moves, or which refers to the value if
    /// somebody has the object already. A class has either factories or constructors; both are an `ImportError`, and so is
    /// a factory without arguments after one that has some. `keep_alive` counts the class: the result is 0, the first
    /// argument 2.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// # use std::sync::{Arc, LazyLock};
    /// # struct Settings { verbose: bool }
    /// fn settings() -> Arc<Settings> {
    ///     static ONLY: LazyLock<Arc<Settings>> = LazyLock::new(|| Arc::new(Settings { verbose: false }));
    ///     ONLY.clone()
    /// }
    /// nb_module!(app, m, {
    ///     nb::class_<Settings>(m, "Settings").def(nb::new_(&settings)).def_ro("verbose", &Settings::verbose);
    ///     // In plain Rust: m.class_::<Settings>("Settings", ()).def_new(settings, ());
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_new<S, F, E>(self, factory: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    {
        const { check::<D, S, F, E>() };
        let mut extra = Pending::<D, E>::new(extra);
        let [types, init] = const { shapes::<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>, F>() };
        let (capture, drop_capture) = capture::put(factory);
        let thunk = Thunk {
            invoke: run::<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>, F>,
            capture,
            drop_capture,
            types,
            nullable: F::NULLABLE << 1,
            rest: Rest::from_bits(F::REST << 1),
            flags: FuncFlags::STATIC | FuncFlags::FACTORY,
            entry: None,
        };
        define(self.builder, thunk, init, extra.erase());
        self
    }
}

/// Binds a factory without its types.
#[inline(never)]
fn define(builder: Builder<'_>, thunk: Thunk, init: Types, extra: Option<&mut dyn Annotations>) {
    if let Some(thunk) = builder.takes(thunk) {
        builder.step(|home| define_in(home, thunk, init, extra));
    }
}

/// Binds the factory and the `__init__` that does nothing.
fn define_in(home: &Home<'_>, thunk: Thunk, init: Types, extra: Option<&mut dyn Annotations>) -> Result<()> {
    let spec = FuncSpec::collect(home.state, "__new__", extra);
    let mut record = record::build("__new__", "__new__", thunk, spec)?;
    if record.annotated {
        record.args[0].name = Some("cls".to_string());
    }
    collected_classes::note(home.state, &record);
    let init = does_nothing(&record, init);
    functions::attach(home, "__new__", record, None)?;
    functions::attach(home, "__init__", init, None)
}

/// The `__init__` beside a factory. It looks at number and names of its arguments, and converts none: the factory has done
/// so, and may have taken the value of an argument away.
fn does_nothing(factory: &Record, params: Types) -> Record {
    unsafe fn nothing(_function: *const u8, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached.
        unsafe { ffi::Py_NewRef(ffi::Py_None()) }
    }
    let mut args = factory.args.clone();
    args[0].name = None;
    let thunk = Thunk {
        invoke: nothing,
        capture: ptr::dangling_mut(),
        drop_capture: capture::drop_nothing,
        types: params,
        nullable: 0,
        rest: factory.rest,
        flags: FuncFlags::METHOD,
        entry: None,
    };
    let mut record = record::plain("__init__", "__init__", thunk, args);
    record.annotated = factory.annotated;
    record.converts = factory.converts;
    record.accepts_none = factory.accepts_none;
    record.arity = factory.arity;
    record.positional = factory.positional;
    record.doc = factory.doc.clone();
    record
}
