//! What the compiler checks about a function and its annotations, in `const` blocks and items.

use crate::bind::annotations::{AnnotationFacts, FuncExtra, FunctionPolicy, GuardOf, PolicyOf};
use crate::call::callable_traits::{Func, Sig};
use crate::util::arity::for_each_arity;

/// What a function's type says about the call.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub arguments: usize,
    pub nullable: u64,
    /// See [`Func::REST`].
    pub rest: u32,
    pub nothing: bool,
}

impl Shape {
    /// Index of the `nb::args` parameter; the number of parameters when there is none.
    const fn args_at(self) -> usize {
        let bits = self.rest & 0xffff;
        if bits == 0 { self.arguments } else { bits.trailing_zeros() as usize }
    }

    /// Index of the `nb::kwargs` parameter; the number of parameters when there is none.
    const fn kwargs_at(self) -> usize {
        let bits = self.rest >> 16;
        if bits == 0 { self.arguments } else { bits.trailing_zeros() as usize }
    }
}

/// Checks the annotations `E` of a function, of whose arguments the first `implicit` (`self`) are not annotated.
///
/// For a `const` block directly in the method that users call: the compiler shows the call which instantiates the
/// failing block, and none further out.
#[track_caller]
pub(crate) const fn check<D, S, F, E, Default>(implicit: usize)
where
    F: Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>,
    E: FuncExtra<D>,
{
    let shape = shape_of::<D, S, F, E, Default>();
    let implicit = if implicit == 0 && E::FACTS.is_method() { 1 } else { implicit };
    receiver(shape.arguments, implicit);
    if let Some(reason) = <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::REFUSED {
        panic!("{}", reason);
    }
    not_implicit(E::FACTS);
    annotated::<D, E>(implicit, shape);
}

/// What the type of a function says, bound with the annotations `E`.
pub(crate) const fn shape_of<D, S, F, E, Default>() -> Shape
where
    F: Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>,
    E: FuncExtra<D>,
{
    Shape {
        arguments: <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::N,
        nullable: <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::NULLABLE,
        rest: <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::REST,
        nothing: <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::NOTHING,
    }
}

/// As [`check`], for getters: one argument, which may go unnamed.
#[track_caller]
pub(crate) const fn getter<D, S, F, E, Default>()
where
    E: FuncExtra<D>,
    F: Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>,
{
    assert!(
        <F as Func<D, S, PolicyOf<D, E, Default>, GuardOf<D, E>>>::N == 1,
        "nb: a getter takes exactly one argument: the instance, or the class in a static property"
    );
    property::<D, E>(1, shape_of::<D, S, F, E, Default>());
}

/// As [`check`], for setters.
#[track_caller]
pub(crate) const fn setter<D, S, F, E>()
where
    E: FuncExtra<D>,
    F: Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
{
    let shape = shape_of::<D, S, F, E, FunctionPolicy>();
    assert!(
        shape.arguments == 2,
        "nb: a setter takes exactly two arguments: the instance (or the class in a static property) and the value"
    );
    // `keep_alive<0, 1>` is meant for the getter; for a setter it does nothing.
    property::<D, E>(1, Shape { nothing: false, ..shape });
}

/// As [`check`], for deleters.
#[track_caller]
pub(crate) const fn deleter<D, S, F, E>()
where
    E: FuncExtra<D>,
    F: Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
{
    let shape = shape_of::<D, S, F, E, FunctionPolicy>();
    assert!(shape.arguments == 1, "nb: a deleter takes exactly one argument: the instance");
    property::<D, E>(1, Shape { nothing: false, ..shape });
}

/// Checks a function of which the first `implicit` arguments (`self`) are not annotated.
#[track_caller]
pub(crate) const fn annotated<D, E: FuncExtra<D>>(implicit: usize, shape: Shape) {
    placement(shape);
    annotations::<D, E>(implicit, shape);
    keywords(E::FACTS, implicit, shape);
    locks(E::FACTS, implicit);
}

/// Where `nb::args` and `nb::kwargs` may stand.
#[track_caller]
const fn placement(shape: Shape) {
    let (args, kwargs) = (shape.rest & 0xffff, shape.rest >> 16);
    assert!(
        args.count_ones() <= 1 && kwargs.count_ones() <= 1,
        "nb: repeated use of nb::kwargs or nb::args in the function's signature: one of each collects all that is left over"
    );
    if args != 0 && kwargs != 0 {
        assert!(
            shape.args_at() < shape.kwargs_at(),
            "nb: nb::args must come before nb::kwargs if both are there: exchange the two arguments"
        );
    }
    if kwargs != 0 {
        assert!(
            shape.kwargs_at() + 1 == shape.arguments,
            "nb: nb::kwargs must be the last argument of the function: move it behind the others"
        );
    }
}

/// That a method has an argument for the instance.
#[track_caller]
pub(crate) const fn receiver(arguments: usize, implicit: usize) {
    assert!(
        arguments >= implicit,
        "nb: a method takes the instance as its first argument; use def_static for functions without one"
    );
}

/// The number of named arguments, and the largest index of a `keep_alive`.
#[track_caller]
const fn numbers(arguments: usize, implicit: usize, names: usize, keep_max: usize) {
    assert!(
        names == 0 || names + implicit == arguments,
        "nb: the number of nb::arg annotations must match the argument count (without `self`): annotate every argument or none"
    );
    assert!(
        keep_max <= arguments,
        "nb: keep_alive index out of range: 0 is the result, 1 the first argument (or `self`), and so on"
    );
}

/// What the macros put into a `const` item beside a binding: `cargo check` evaluates that, and no block of a generic function.
#[doc(hidden)]
#[track_caller]
pub const fn early(arguments: usize, implicit: usize, names: usize, keep_max: usize) {
    receiver(arguments, implicit);
    numbers(arguments, implicit, names, keep_max);
}

/// A function type with so many arguments.
#[doc(hidden)]
pub trait Arity {
    const N: usize;
}

macro_rules! arity {
    ($count:literal: $($P:ident $argument:ident $index:tt),*) => {
        impl<R, $($P),*> Arity for fn($($P),*) -> R {
            const N: usize = $count;
        }
    };
}
for_each_arity!(arity, 0..=12);

/// The number of arguments of a function, by its type.
#[doc(hidden)]
pub const fn arity<S: Arity, F: Sig<S>>(_: &F) -> usize {
    S::N
}

#[track_caller]
const fn annotations<D, E: FuncExtra<D>>(implicit: usize, shape: Shape) {
    numbers(shape.arguments, implicit, E::ARGS, E::KEEP_MAX);
    assert!(
        E::NONE & !(shape.nullable >> implicit) == 0,
        "nb: `.none()` needs an argument of type Option<..>, which is how Rust code receives None"
    );
    assert!(
        !(E::KEEP_RESULT && shape.nothing),
        "nb: keep_alive index 0 is the result, but the function returns nothing: name two arguments"
    );
    assert!(
        E::POLICY_ARGS <= shape.arguments,
        "nb: the call policy needs more arguments than the function has (`MIN_ARGS`, with `self`)"
    );
    assert!(
        E::GUARDS <= 1,
        "nb: call_guard can only be given once: put several guards into one tuple, `nb::call_guard<(A, B)>()`"
    );
    assert!(
        !E::FACTS.of_property,
        "nb: nb::for_getter and nb::for_setter annotate properties: give a function the annotation itself"
    );
}

/// `nb::kw_only()`, and the names that keyword-only arguments need.
#[track_caller]
const fn keywords(facts: AnnotationFacts, implicit: usize, shape: Shape) {
    let args = shape.args_at();
    let end = shape.kwargs_at();
    let mut first = if args < end { args + 1 } else { end };
    assert!(
        facts.kw_only <= 1,
        "nb: repeated use of nb::kw_only(): all arguments after the first one are keyword-only, remove the second"
    );
    if facts.kw_only == 1 {
        let at = facts.kw_only_at + implicit;
        if facts.args != 0 {
            assert!(
                args == shape.arguments || at == args + 1,
                "nb: arguments after nb::args are keyword-only: nb::kw_only() is not needed, and may stand only right after the annotation of nb::args"
            );
            assert!(
                at < end,
                "nb: nb::kw_only() stands before the annotation of the first keyword-only argument, and nb::kwargs is none: here it has no effect, remove it"
            );
        }
        first = at;
    }
    if first < end {
        let keyword_only = (1 << end) - (1 << first);
        assert!(
            facts.args != 0 && (facts.unnamed << implicit) & keyword_only == 0,
            "nb: keyword-only arguments must have names: annotate every argument with nb::arg(\"name\")"
        );
    }
}

#[track_caller]
const fn locks(facts: AnnotationFacts, implicit: usize) {
    assert!(
        facts.locks <= 2,
        "nb: at most two arguments of a function can be locked, `self` included: remove a .lock()"
    );
    assert!(
        !facts.lock_self || implicit > 0,
        "nb: nb::lock_self() is for methods: lock an argument with nb::arg(\"name\").lock()"
    );
}

/// Anything but a constructor.
#[track_caller]
pub(crate) const fn not_implicit(facts: AnnotationFacts) {
    assert!(
        !facts.implicit,
        "nb: nb::is_implicit() is for constructors: `.def(nb::init<Source>(), nb::is_implicit())`"
    );
}

/// A static function of a class.
#[track_caller]
pub(crate) const fn static_function(facts: AnnotationFacts) {
    assert!(!facts.method, "nb: a static function has no `self`: bind it with .def, or remove nb::is_method()");
}

/// A constructor, which may mark itself as an implicit conversion if it `converts`.
#[track_caller]
pub(crate) const fn constructor<D, E: FuncExtra<D>>(shape: Shape, converts: bool) {
    annotated::<D, E>(1, shape);
    assert!(
        !E::FACTS.placed,
        "nb: a constructor is the __init__ of its class: nb::name and nb::scope cannot change that"
    );
    assert!(
        !E::FACTS.implicit || converts,
        "nb: nb::is_implicit() needs a constructor of exactly one argument, the value to convert from"
    );
}

/// A factory, whose first argument is the class.
#[track_caller]
pub(crate) const fn factory<D, E: FuncExtra<D>>(shape: Shape) {
    annotated::<D, E>(1, shape);
    assert!(!E::FACTS.placed, "nb: a factory is the __new__ of its class: nb::name and nb::scope cannot change that");
}

/// A property's getter or setter, with the annotations that go to it.
#[track_caller]
pub(crate) const fn property<D, E: FuncExtra<D>>(implicit: usize, shape: Shape) {
    annotated::<D, E>(implicit, shape);
    assert!(
        !E::FACTS.placed,
        "nb: a property has the name that it is given first, in its own class: nb::name and nb::scope do not apply"
    );
    not_implicit(E::FACTS);
}

/// The annotations of a field that takes `None` if it is `nullable`.
#[track_caller]
pub(crate) const fn field<D, E: FuncExtra<D>>(nullable: bool) {
    let getter = Shape { arguments: 1, nullable: 0, rest: 0, nothing: false };
    property::<D, E::Getter>(1, getter);
    let setter = Shape { arguments: 2, nullable: (nullable as u64) << 1, ..getter };
    property::<D, E::Setter>(1, setter);
    assert!(
        <E::Getter as FuncExtra<D>>::GUARDS == 0 && <E::Setter as FuncExtra<D>>::GUARDS == 0,
        "nb: a field takes no call_guard, as nothing is called: bind functions with def_prop_rw"
    );
}
