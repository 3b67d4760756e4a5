//! Binding constructors: `.def(nb::init(..))`.

use crate::bind::annotations::{FuncExtra, GuardOf};
use crate::bind::builder::{Builder, Define};
use crate::bind::checks::{self, Shape};
use crate::bind::erased::{Annotations, Pending, Thunk};
use crate::call::callable_traits::Sig;
use crate::call::capture;
use crate::call::record::{FuncFlags, Invoke, Rest};
use crate::call::type_codes::Types;
use crate::cast::class_trait::Class;
use crate::cast::implicit;
use crate::cast::traits::Param;
use crate::class::builder::class_;
use crate::class::constructors::Init;
use crate::instance::class_record::{self, TypeData};
use crate::python::error::import_error;
use crate::python::messages;
use crate::python::type_name::short_rust_name;

impl<'m, D, T: Class<D>> class_<'m, D, T> {
    /// Binds a constructor: `.def(nb::init<..>(), ..)`.
    pub fn def_init<S, F, E>(self, function: F, extra: E) -> Self
    where
        E: FuncExtra<D>,
        F: Sig<S> + Init<D, T, S, GuardOf<D, E>>,
    {
        const { check_init::<D, T, S, F, E>() };
        let mut extra = Pending::<D, E>::new(extra);
        let shape = const { &InitShape::of::<D, T, S, GuardOf<D, E>, F>() };
        define(self.builder, "__init__", capture::put(function), F::run, shape, extra.erase());
        if E::FACTS.is_implicit()
            && let (Some(add), Some(data)) = (F::IMPLICIT, record(self.builder))
        {
            add(data);
        }
        self
    }

    /// Binds a constructor with one argument that is also an implicit conversion: `.def(nb::init_implicit<A>())`.
    pub fn def_init_implicit<A, R, F, E>(self, function: F, extra: E) -> Self
    where
        A: Param<D>,
        E: FuncExtra<D>,
        F: Sig<fn(A) -> R> + Init<D, T, fn(A) -> R, GuardOf<D, E>>,
    {
        let done = self.def_init(function, extra);
        if !E::FACTS.is_implicit()
            && let Some(data) = record(done.builder)
        {
            implicit::add::<D, A>(data);
        }
        done
    }
}

/// What the type of a constructor says.
pub(super) struct InitShape {
    types: Types,
    nullable: u64,
    rest: Rest,
}

impl InitShape {
    pub(super) const fn of<D, T, S, G, F: Init<D, T, S, G>>() -> InitShape {
        InitShape { types: F::TYPES, nullable: F::NULLABLE << 1, rest: Rest::from_bits(F::REST << 1) }
    }
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
    let &InitShape { types, nullable, rest } = shape;
    let flags = FuncFlags::METHOD | FuncFlags::CONSTRUCTOR;
    let thunk = Thunk { invoke, capture, drop_capture, types, nullable, rest, flags, entry: None };
    if let Some(data) = record(builder).filter(|data| data.never_destruct) {
        let class = short_rust_name(data.rust_name);
        return builder.core.fail(import_error(messages::constructor_of_never_destructed(&class)));
    }
    builder.define(name, thunk, extra);
}

/// The record of the class.
fn record(builder: Builder<'_>) -> Option<&TypeData> {
    let class = builder.object()?.as_ptr().cast();
    // SAFETY: the initialisation keeps the class alive.
    unsafe { class_record::data_of(class) }
}

/// As [`check`](crate::bind::checks::check), for constructors.
#[track_caller]
const fn check_init<D, T, S, F, E>()
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
