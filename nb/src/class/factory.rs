//! `nb::new_`: factories bound as `__new__`.
//!
//! The class arrives as the receiver of the call, which the Rust function does not get. Calls of a class with a `__new__` of its own
//! are in `call/class_call.rs`: they never run `__init__`. Only Python subclasses take CPython's way, which runs both; for them
//! there is an `__init__` that takes the same arguments and does nothing.

use crate::bind::annotations::{FuncExtra, FuncSpec, FunctionPolicy, GuardOf, PolicyOf};
use crate::bind::builder::Builder;
use crate::bind::checks::{self, Shape};
use crate::bind::erased::{Annotations, Thunk};
use crate::bind::scope::Home;
use crate::bind::{collected_classes, functions, record};
use crate::call::attempt::Quick;
use crate::call::callable_traits::{Func, OfClass};
use crate::call::capture;
use crate::call::context::{Cx, is_object};
use crate::call::record::{FuncFlags, Record};
use crate::call::signature::SigText;
use crate::call::type_codes::{self, RESULT, Types};
use crate::class::fit_subclass;
use crate::ffi;
use crate::python::error::Result;
use std::ptr;

/// The types of `__new__`, whose first parameter is the class, and of the `__init__` beside it.
pub(super) const fn shapes<D, S, P, G, F: Func<D, S, P, G>>() -> [Types; 2] {
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
pub(super) const fn check<D, S, F, E>()
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
pub(super) unsafe fn run<D, S, P, G, F: Func<D, S, P, G>>(function: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; what is an object is a new reference.
    unsafe {
        let made = F::run::<OfClass>(function, cx);
        if is_object(made) { fit_subclass::fit(made, cx.receiver) } else { made }
    }
}

/// Binds a factory without its types.
#[inline(never)]
pub(super) fn define(builder: Builder<'_>, thunk: Thunk, init: Types, extra: Option<&mut dyn Annotations>) {
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
    /// # Safety
    /// Attached.
    unsafe fn nothing(_function: *const u8, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached.
        unsafe { ffi::Py_NewRef(ffi::Py_None()) }
    }
    let mut args = factory.args.clone();
    args[0].name = None;
    let thunk = Thunk {
        quick: Quick::NEVER,
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
