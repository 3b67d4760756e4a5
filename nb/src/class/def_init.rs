//! Binding constructors, `.def(nb::init(..))`, without the types of the class.

use crate::bind::annotations::{FuncExtra, GuardOf};
use crate::bind::builder::{Builder, Define};
use crate::bind::checks::{self, Shape};
use crate::bind::erased::{Annotations, Thunk};
use crate::call::attempt::{Quick, Run};
use crate::call::capture::drop_nothing;
use crate::call::record::{FuncFlags, Invoke, Rest};
use crate::call::type_codes::Types;
use crate::class::constructors::Init;
use crate::instance::class_record::{self, TypeData};
use crate::python::error::import_error;
use crate::python::messages;
use crate::python::type_name::short_rust_name;
use std::ptr;

/// What the type of a constructor says.
pub(super) struct InitShape {
    types: Types,
    quick: Option<Run>,
    facts: [bool; 2],
    nullable: u16,
    rest: Rest,
}

impl InitShape {
    pub(super) const fn of<D, T, S, G, F: Init<D, T, S, G>>() -> InitShape {
        let (quick, facts) = F::QUICK.parts();
        let rest = Rest::from_bits(F::REST << 1);
        InitShape { types: F::TYPES, quick, facts, nullable: (F::NULLABLE << 1) as u16, rest }
    }
}

/// Binds a constructor that has captured nothing, and without annotations.
#[inline(never)]
pub(super) fn define_plain(builder: Builder<'_>, invoke: Invoke, shape: &'static InitShape) {
    define(builder, "__init__", (ptr::dangling_mut(), drop_nothing), invoke, shape, None);
}

/// Binds a constructor without its types.
#[inline(never)]
pub(super) fn define(
    builder: Builder<'_>,
    name: &str,
    (capture, drop_capture): (*mut u8, unsafe fn(*mut u8)),
    invoke: Invoke,
    shape: &'static InitShape,
    extra: Option<&mut dyn Annotations>,
) {
    let &InitShape { types, quick, facts, nullable, rest } = shape;
    let quick = Quick::of_parts((quick, facts));
    let flags = FuncFlags::METHOD | FuncFlags::CONSTRUCTOR;
    let thunk =
        Thunk { invoke, quick, capture, drop_capture, types, nullable: nullable.into(), rest, flags, entry: None };
    if let Some(data) = record(builder).filter(|data| data.ownership.never_destruct) {
        let class = short_rust_name(data.rust_name);
        return builder.core().fail(import_error(messages::constructor_of_never_destructed(&class)));
    }
    builder.define(name, thunk, extra);
}

/// The record of the class.
pub(super) fn record(builder: Builder<'_>) -> Option<&TypeData> {
    let class = builder.object()?.as_ptr().cast();
    // SAFETY: the initialisation keeps the class alive.
    unsafe { class_record::data_of(class) }
}

/// As [`check`](crate::bind::checks::check), for constructors.
#[track_caller]
pub(super) const fn check<D, T, S, F, E>()
where
    E: FuncExtra<D>,
    F: Init<D, T, S, GuardOf<D, E>>,
{
    assert!(!E::KEEP_RESULT, "nb: a constructor has no result to keep alive: the new object is `self`, index 1");
    let shape = Shape {
        arguments: <F as Init<D, T, S, GuardOf<D, E>>>::N + 1,
        nullable: <F as Init<D, T, S, GuardOf<D, E>>>::NULLABLE << 1,
        rest: <F as Init<D, T, S, GuardOf<D, E>>>::REST << 1,
        nothing: true,
    };
    checks::constructor::<D, E>(shape, <F as Init<D, T, S, GuardOf<D, E>>>::IMPLICIT.is_some());
}
