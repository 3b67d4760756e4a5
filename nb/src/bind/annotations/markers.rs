//! Annotations that say one thing: `kw_only`, `lock_self`, `is_method`, `is_operator`, `is_implicit`, `repeatable`, `has_effects`.

use super::{AnnotationFacts, FuncExtra, FuncSpec};
use crate::call::callable_traits::{Layout, Method};
use crate::call::record::FuncFlags;

/// The arguments that follow can be given by keyword only: nanobind's `nb::kw_only()`, a bare `*` in Python.
///
/// It stands between the annotations of the arguments, all of which need names. After [`nb::args`](crate::args) arguments
/// are keyword-only anyway. A call that gives them by position is a mismatch (`TypeError`).
///
/// ```no_run
/// use nb::prelude::*;
/// fn example(val: i32, check: bool) -> bool { check && val > 0 }
/// nb_module!(checking, m, {
///     // example(val: int, *, check: bool) -> bool
///     m.def("example", &example, nb::arg("val"), nb::kw_only(), nb::arg("check"));
/// });
/// ```
#[derive(Clone, Copy)]
pub struct kw_only();
annotation!(impl[] kw_only, |self, spec| spec.kw_only = Some(spec.args.len()),
    const FACTS: AnnotationFacts = AnnotationFacts::KW_ONLY;
);

/// The arguments before it can be given by position only: pybind11's `py::pos_only()`, a `/` in Python. nanobind has none, where arguments without
/// a name say the same.
#[derive(Clone, Copy)]
#[doc(hidden)]
pub struct pos_only();
annotation!(impl[] pos_only, |self, spec| spec.pos_only = Some(spec.args.len()), const RECORDED: bool = true;);

/// Locks `self` while the function runs: nanobind's `nb::lock_self()`, of methods only.
///
/// It has an effect on free-threaded interpreters alone; so has [`Arg::lock`](crate::Arg::lock). A function locks at most
/// two arguments.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Counter { count: u64 }
/// impl Counter {
///     fn add(&mut self, by: u64) { self.count += by; }
/// }
/// nb_module!(counting, m, {
///     nb::class_<Counter>(m, "Counter").def("add", &Counter::add, nb::lock_self(), "by"_a);
/// });
/// ```
#[derive(Clone, Copy)]
pub struct lock_self();
annotation!(impl[] lock_self, |self, _spec| {},
    const FACTS: AnnotationFacts = AnnotationFacts::LOCK_SELF;
);

/// Makes a function a method wherever it is bound: nanobind's `nb::is_method()`.
///
/// Its first argument is `self`. Methods of [`class_`](crate::class_) need no such mark; it is for functions that are put
/// into another class by [`scope`](crate::scope()).
///
/// ```no_run
/// use nb::prelude::*;
/// fn greet(this: nb::object, name: &str) -> nb::Result<String> {
///     Ok(format!("{name} meets {}", nb::repr(&this)?))
/// }
/// nb_module!(meeting, m, {
///     let person = nb::module_::<()>::import_("people")?.attr("Person").get()?;
///     // greet(self, name: str) -> str
///     m.def("greet", &greet, nb::scope(person), nb::is_method(), "name"_a);
/// });
/// ```
#[derive(Clone, Copy)]
pub struct is_method();
annotation!(impl[] is_method, Method, |self, spec| spec.flags |= FuncFlags::METHOD,
    const FACTS: AnnotationFacts = AnnotationFacts::METHOD;
);

/// Makes a constructor of one argument an implicit conversion too: nanobind's `nb::is_implicit()`.
///
/// `.def(nb::init_implicit<A>())` is short for `.def(nb::init(..), nb::is_implicit())` with a conversion from `A`.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Meters(f64);
/// impl Meters {
///     fn new(value: f64) -> Meters { Meters(value) }
/// }
/// nb_module!(lengths, m, {
///     nb::class_<Meters>(m, "Meters").def(nb::init<f64>(), nb::is_implicit());
///     m.def("double", |length: &Meters| length.0 * 2.0); // double(1.5) works
/// });
/// ```
#[derive(Clone, Copy)]
pub struct is_implicit();
annotation!(impl[] is_implicit, |self, _spec| {},
    const FACTS: AnnotationFacts = AnnotationFacts::IMPLICIT;
);

/// Marks an operator: returns `NotImplemented` instead of raising when the arguments do not fit.
///
/// ```no_run
/// use nb::prelude::*;
/// #[derive(Clone)]
/// struct Meters(f64);
/// nb_module!(lengths, m, {
///     nb::class_<Meters>(m, "Meters")
///         // Meters + "text" asks the other operand, and raises what Python says.
///         .def("__add__", |a: &Meters, b: &Meters| Meters(a.0 + b.0), nb::is_operator());
/// });
/// # fn main() {}
/// ```
#[derive(Clone, Copy)]
pub struct is_operator();
annotation!(impl[] is_operator, |self, spec| spec.flags |= FuncFlags::OPERATOR);

/// Says of a method that returns a reference that it only finds what it returns, so that it may be called again: ours, since C++ needs
/// nothing like it.
///
/// A reference that a method has returned (`nb::rv_policy::reference_internal`) ends when its owner is modified. Of a repeatable one it is
/// good again: when the reference is used, the method is called with the same arguments, and has to give the same address. Without this
/// annotation that is done for property getters and for methods that take `&self` alone, and never for methods that take `&mut self`, which
/// may do more. The arguments have to be numbers, texts, `bytes` or `None`.
///
/// ```no_run
/// use nb::prelude::*;
/// # #[derive(Clone)]
/// # struct Dog;
/// struct Kennel { dogs: Vec<Dog> }
/// impl Kennel {
///     fn dog(&mut self, index: usize) -> &mut Dog { &mut self.dogs[index] }
/// }
/// nb_module!(kennels, m, {
///     nb::class_<Dog>(m, "Dog");
///     // a = k.dog(0); b = k.dog(1); both can be used.
///     nb::class_<Kennel>(m, "Kennel").def("dog", &Kennel::dog, nb::rv_policy::reference_internal, nb::repeatable());
/// });
/// # fn main() {}
/// ```
#[derive(Clone, Copy)]
pub struct repeatable();
annotation!(impl[] repeatable, |self, spec| spec.flags |= FuncFlags::ACCESSOR | FuncFlags::LOOKS_BACK,
    // Its arguments are kept.
    const RECORDED: bool = true;
);

/// Says of a getter, or a method that takes `&self`, that calling it has effects, so that it is not called again for a reference that it
/// has returned: the opposite of [`repeatable`].
///
/// ```no_run
/// use nb::prelude::*;
/// # #[derive(Clone)]
/// # struct Dog;
/// struct Kennel { dog: Dog, visits: std::sync::atomic::AtomicU32 }
/// impl Kennel {
///     fn visit(&self) -> &Dog {
///         self.visits.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         &self.dog
///     }
/// }
/// nb_module!(kennels, m, {
///     nb::class_<Dog>(m, "Dog");
///     nb::class_<Kennel>(m, "Kennel").def("visit", &Kennel::visit, nb::rv_policy::reference_internal, nb::has_effects());
/// });
/// # fn main() {}
/// ```
#[derive(Clone, Copy)]
pub struct has_effects();
annotation!(impl[] has_effects, |self, spec| spec.flags |= FuncFlags::EFFECTS,
    // The same function may be bound without it besides.
    const RECORDED: bool = true;
);
