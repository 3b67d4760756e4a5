//! What the compiler checks about a function and its annotations, in `const` blocks and items.

use crate::bind::annotations::FuncExtra;
use crate::call::callable_traits::Sig;
use crate::util::arity::for_each_arity;

/// What annotations say about the call, added up in their order.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Marks {
    /// Number of annotated arguments.
    args: usize,
    /// Bit `i`: the `i`-th annotated argument has no name.
    unnamed: u64,
    /// How many arguments are locked, `self` included.
    locks: usize,
    lock_self: bool,
    /// How often `kw_only()` stands there, and the number of arguments before the first.
    kw_only: usize,
    kw_only_at: usize,
    method: bool,
    implicit: bool,
    /// Name or scope are replaced.
    placed: bool,
    /// `for_getter(..)` or `for_setter(..)`.
    of_property: bool,
}

impl Marks {
    pub(crate) const NONE: Marks = Marks {
        args: 0,
        unnamed: 0,
        locks: 0,
        lock_self: false,
        kw_only: 0,
        kw_only_at: 0,
        method: false,
        implicit: false,
        placed: false,
        of_property: false,
    };
    pub(crate) const KW_ONLY: Marks = Marks { kw_only: 1, ..Marks::NONE };
    pub(crate) const LOCK_SELF: Marks = Marks { locks: 1, lock_self: true, ..Marks::NONE };
    pub(crate) const METHOD: Marks = Marks { method: true, ..Marks::NONE };
    pub(crate) const IMPLICIT: Marks = Marks { implicit: true, ..Marks::NONE };
    pub(crate) const PLACED: Marks = Marks { placed: true, ..Marks::NONE };
    pub(crate) const OF_PROPERTY: Marks = Marks { of_property: true, ..Marks::NONE };

    pub(crate) const fn arg(named: bool, locked: bool) -> Marks {
        Marks { args: 1, unnamed: !named as u64, locks: locked as usize, ..Marks::NONE }
    }

    /// These annotations, followed by others.
    pub(crate) const fn then(self, next: Marks) -> Marks {
        Marks {
            args: self.args + next.args,
            unnamed: self.unnamed | (next.unnamed << self.args),
            locks: self.locks + next.locks,
            lock_self: self.lock_self || next.lock_self,
            kw_only: self.kw_only + next.kw_only,
            kw_only_at: if self.kw_only > 0 { self.kw_only_at } else { self.args + next.kw_only_at },
            method: self.method || next.method,
            implicit: self.implicit || next.implicit,
            placed: self.placed || next.placed,
            of_property: self.of_property || next.of_property,
        }
    }

    /// Some arguments can be given by keyword only.
    pub(crate) const fn has_keyword_only(self) -> bool {
        self.kw_only != 0
    }

    /// Whether the first argument is `self` although the binding is none of a class.
    pub(crate) const fn is_method(self) -> bool {
        self.method
    }

    /// Whether `is_implicit()` is among them.
    pub(crate) const fn is_implicit(self) -> bool {
        self.implicit
    }
}

/// What a function's type says about the call.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub arguments: usize,
    pub nullable: u64,
    /// See [`Func::REST`](crate::call::callable_traits::Func::REST).
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

/// Checks a function of which the first `implicit` arguments (`self`) are not annotated.
#[track_caller]
pub(crate) const fn function<D, E: FuncExtra<D>>(implicit: usize, shape: Shape) {
    placement(shape);
    annotations::<D, E>(implicit, shape);
    keywords(E::MARKS, implicit, shape);
    locks(E::MARKS, implicit);
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
        !E::MARKS.of_property,
        "nb: nb::for_getter and nb::for_setter annotate properties: give a function the annotation itself"
    );
}

/// `nb::kw_only()`, and the names that keyword-only arguments need.
#[track_caller]
const fn keywords(marks: Marks, implicit: usize, shape: Shape) {
    let args = shape.args_at();
    let end = shape.kwargs_at();
    let mut first = if args < end { args + 1 } else { end };
    assert!(
        marks.kw_only <= 1,
        "nb: repeated use of nb::kw_only(): all arguments after the first one are keyword-only, remove the second"
    );
    if marks.kw_only == 1 {
        let at = marks.kw_only_at + implicit;
        if marks.args != 0 {
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
            marks.args != 0 && (marks.unnamed << implicit) & keyword_only == 0,
            "nb: keyword-only arguments must have names: annotate every argument with nb::arg(\"name\")"
        );
    }
}

#[track_caller]
const fn locks(marks: Marks, implicit: usize) {
    assert!(
        marks.locks <= 2,
        "nb: at most two arguments of a function can be locked, `self` included: remove a .lock()"
    );
    assert!(
        !marks.lock_self || implicit > 0,
        "nb: nb::lock_self() is for methods: lock an argument with nb::arg(\"name\").lock()"
    );
}

/// Anything but a constructor.
#[track_caller]
pub(crate) const fn not_implicit(marks: Marks) {
    assert!(
        !marks.implicit,
        "nb: nb::is_implicit() is for constructors: `.def(nb::init<Source>(), nb::is_implicit())`"
    );
}

/// A static function of a class.
#[track_caller]
pub(crate) const fn static_function(marks: Marks) {
    assert!(!marks.method, "nb: a static function has no `self`: bind it with .def, or remove nb::is_method()");
}

/// A constructor, which may mark itself as an implicit conversion if it `converts`.
#[track_caller]
pub(crate) const fn constructor<D, E: FuncExtra<D>>(shape: Shape, converts: bool) {
    function::<D, E>(1, shape);
    assert!(
        !E::MARKS.placed,
        "nb: a constructor is the __init__ of its class: nb::name and nb::scope cannot change that"
    );
    assert!(
        !E::MARKS.implicit || converts,
        "nb: nb::is_implicit() needs a constructor of exactly one argument, the value to convert from"
    );
}

/// A factory, whose first argument is the class.
#[track_caller]
pub(crate) const fn factory<D, E: FuncExtra<D>>(shape: Shape) {
    function::<D, E>(1, shape);
    assert!(!E::MARKS.placed, "nb: a factory is the __new__ of its class: nb::name and nb::scope cannot change that");
}

/// A property's getter or setter, with the annotations that go to it.
#[track_caller]
pub(crate) const fn property<D, E: FuncExtra<D>>(implicit: usize, shape: Shape) {
    function::<D, E>(implicit, shape);
    assert!(
        !E::MARKS.placed,
        "nb: a property has the name that it is given first, in its own class: nb::name and nb::scope do not apply"
    );
    not_implicit(E::MARKS);
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
