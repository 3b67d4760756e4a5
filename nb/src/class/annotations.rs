//! Annotations of classes: the base class, docstrings, `dynamic_attr` and their kin.

use crate::bind::annotations::sig;
use crate::class::base::Embeds;
use crate::class::builder::class_;
use crate::handles::accessor;
use crate::instance::class_record::Supplement;
use crate::instance::intrusive::{Counted, IntrusivePtr, intrusive_base};
use crate::instance::virtuals::Virtual;
use crate::python::error::Result;
use crate::python::object::object;
use crate::type_slots::TypeSlots;
use crate::util::arity::tuple_extra;
use std::any::{TypeId, type_name};
use std::marker::PhantomData;
use std::sync::Arc;

/// What the annotations of a class add up to.
#[doc(hidden)]
#[derive(Default)]
pub struct ClassSpec {
    pub(crate) base: Option<BaseSpec>,
    /// The base with type arguments.
    pub(crate) generic_base: Option<Result<object>>,
    /// A base was named after another one.
    pub(crate) two_bases: bool,
    pub(crate) doc: Option<String>,
    pub(crate) dynamic_attr: bool,
    pub(crate) weak_referenceable: bool,
    pub(crate) is_final: bool,
    pub(crate) is_generic: bool,
    pub(crate) signature: Option<String>,
    pub(crate) never_destruct: bool,
    /// Capacity of the pool.
    pub(crate) pooled: Option<u32>,
    pub(crate) supplement: Option<Supplement>,
    pub(crate) counted: Option<Arc<dyn Counted>>,
    pub(crate) virtuals: Vec<Virtual>,
    /// Trait objects of the bases' trampolines whose traits the class does not implement.
    pub(crate) without: Vec<TypeId>,
    pub(crate) slots: Vec<TypeSlots>,
}

/// A base class and where its value lies inside the derived one.
pub(crate) struct BaseSpec {
    pub(crate) key: TypeId,
    pub(crate) rust_name: &'static str,
    pub(crate) offset: usize,
}

impl ClassSpec {
    fn set_base<T: Embeds<B>, B: 'static>(&mut self) {
        let base = BaseSpec { key: TypeId::of::<B>(), rust_name: type_name::<B>(), offset: <T as Embeds<B>>::OFFSET };
        self.two_bases = self.base.replace(base).is_some();
    }
}

/// An annotation of a class of type `T`, or a tuple of annotations.
///
/// Nobody but this crate implements it: `ClassSpec` has no public path.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an annotation of a class",
    label = "not an annotation of a class",
    note = "annotations are docstrings, `dynamic_attr()`, `is_weak_referenceable()`, `is_final()`, `is_generic()`, `sig(\"class Name(..)\")`, `never_destruct()`, `pooled(n)`, `supplement::<S>()`, `intrusive_ptr`, `type_slots(..)`, and the base class as `nb::class_<T, Base>` or as the `nb::class_` value that holds it, and with type arguments besides as `m.attr(\"Base\").item(..)`"
)]
pub trait ClassExtra<T> {
    /// Says nothing.
    #[doc(hidden)]
    const EMPTY: bool = false;
    #[doc(hidden)]
    fn apply(self, spec: &mut ClassSpec);
}

/// Names the bound base class: the second argument of `nb::class_<Dog, Pet>`.
pub struct Base<B>(PhantomData<B>);

/// Makes the annotation [`Base`]; the class has to embed its base, see [`nb_base!`](crate::nb_base).
pub fn base<B>() -> Base<B> {
    Base(PhantomData)
}

impl<T: Embeds<B>, B: 'static> ClassExtra<T> for Base<B> {
    fn apply(self, spec: &mut ClassSpec) {
        spec.set_base::<T, B>();
    }
}

/// The bound base class itself: `nb::class_<Dog>(m, "Dog", pet)`.
///
/// Its type says which class it is, so that the compiler can check that the new class embeds it. A `type_object` does
/// not, and is no annotation.
impl<T: Embeds<B>, D, B: 'static> ClassExtra<T> for class_<'_, D, B> {
    fn apply(self, spec: &mut ClassSpec) {
        spec.set_base::<T, B>();
    }
}

/// The base class with type arguments, for type checkers: nanobind's `nb::class_<Text>(m, "Text", m.attr("Wrapper")[..])`.
///
/// It is what `__class_getitem__` of the base gives, and becomes the class's `__orig_bases__`. Python objects do not say what
/// type the base has in Rust, so that is named as well; binding fails with an `ImportError` where it is not, or another one.
///
/// ```no_run
/// # use nb::prelude::*;
/// # struct Wrapper { value: nb::stored }
/// struct Text { wrapper: Wrapper }
/// nb_base!(Text, wrapper: Wrapper);
/// nb_module!(wrappers, m, {
///     nb::class_<Wrapper>(m, "Wrapper", nb::is_generic());
///     let text = nb::module_::<()>::import_("builtins")?.attr("str").get()?;
///     nb::class_<Text, Wrapper>(m, "Text", m.attr("Wrapper").item(text));
/// });
/// # fn main() {}
/// ```
impl<T, D> ClassExtra<T> for accessor<'_, D> {
    fn apply(self, spec: &mut ClassSpec) {
        spec.generic_base = Some(self.get());
    }
}

/// Instances get a `__dict__`: nanobind's `nb::dynamic_attr`.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Settings;
/// nb_module!(settings, m, {
///     // In Python: s = Settings(); s.anything = 1
///     nb::class_<Settings>(m, "Settings", nb::dynamic_attr()).def(nb::init(|| Settings));
/// });
/// # fn main() {}
/// ```
pub struct dynamic_attr();
/// Instances can be the target of weak references: nanobind's `nb::is_weak_referenceable`.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Image;
/// nb_module!(images, m, {
///     // In Python: cache = weakref.WeakValueDictionary(a=Image())
///     nb::class_<Image>(m, "Image", nb::is_weak_referenceable()).def(nb::init(|| Image));
/// });
/// # fn main() {}
/// ```
pub struct is_weak_referenceable();
/// Python classes cannot derive from it: nanobind's `nb::is_final`.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Token(u64);
/// nb_module!(tokens, m, {
///     // In Python, `class Mine(Token)` raises a TypeError.
///     nb::class_<Token>(m, "Token", nb::is_final()).def(nb::init(|number: u64| Token(number)));
/// });
/// # fn main() {}
/// ```
pub struct is_final();

/// The class takes type arguments, which mean something to type checkers only: nanobind's `nb::is_generic`.
///
/// `Name[int]` is a `types.GenericAlias`, which Python classes may derive from. A [`sig`] says to stub generators
/// what the arguments stand for.
///
/// ```no_run
/// # use nb::prelude::*;
/// # struct Wrapper { value: nb::stored }
/// nb_module!(wrappers, m, {
///     m.attr("T") = nb::type_var("T");
///     nb::class_<Wrapper>(m, "Wrapper", nb::is_generic(), nb::sig("class Wrapper(typing.Generic[T])"))
///         .def(nb::init(|value: nb::stored| Wrapper { value }), nb::sig("def __init__(self, value: T, /) -> None"))
///         .def("get", |w: &Wrapper| w.value.clone(), nb::sig("def get(self) -> T"));
/// });
/// # fn main() {}
/// ```
pub struct is_generic();

/// Python never destroys values of the class: nanobind's `nb::never_destruct`.
///
/// For values that live for ever, which reach Python as `&'static T`. A constructor is refused with an `ImportError`; a
/// value that a function returns otherwise is leaked.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Registry { name: &'static str }
/// static REGISTRY: Registry = Registry { name: "the only one" };
/// nb_module!(registries, m, {
///     nb::class_<Registry>(m, "Registry", nb::never_destruct()).def("name", |r: &Registry| r.name);
///     m.def("registry", || -> &'static Registry { &REGISTRY }, nb::rv_policy::reference);
/// });
/// # fn main() {}
/// ```
pub struct never_destruct();

/// Memory of dead instances is used again, up to so many at a time: nanobind's `nb::pooled`, where 128 is the default. Without it, optimised
/// builds keep that of up to 16 small instances, as CPython does for its own small classes; `pooled(0)` keeps none.
///
/// Python subclasses are not pooled, nor are classes with [`dynamic_attr`], which keep the collector's header in front of
/// their instances, nor anything on free-threaded Python; the annotation changes nothing but the speed.
///
/// ```no_run
/// # use nb::prelude::*;
/// # #[derive(Clone)] struct Vec3([f64; 3]);
/// nb_module!(vectors, m, {
///     nb::class_<Vec3>(m, "Vec3", nb::pooled()).def(nb::init(|x: f64, y: f64, z: f64| Vec3([x, y, z])));
/// });
/// # fn main() {}
/// ```
pub struct pooled(pub u32);

impl Default for pooled {
    fn default() -> pooled {
        pooled(128)
    }
}

/// Made by [`supplement`].
#[doc(hidden)]
pub struct Supplemented(Supplement);

/// Puts an `S` into the class itself, nanobind's `nb::supplement<S>()`; see
/// [`type_supplement`](crate::type_supplement). It begins as `S::default()`, where C++ has zero bytes. Python classes cannot
/// derive from the class.
pub fn supplement<S>() -> Supplemented
where
    S: Default,
    S: Send + Sync + 'static, // all threads share it: what changes is an atomic or behind a `Mutex`
{
    Supplemented(Box::new(S::default()))
}

/// The header of the class in stubs, `class Name(..)` or `class Name[..]` after decorators in lines of their own: nanobind's
/// `nb::sig` for classes. It becomes the attribute `__nb_signature__`. Binding fails with an `ImportError` when it reads
/// otherwise, or has another name.
impl<T, S: Into<String>> ClassExtra<T> for sig<S> {
    fn apply(self, spec: &mut ClassSpec) {
        spec.signature = Some(self.0.into());
    }
}

impl<T: intrusive_base + 'static> ClassExtra<T> for IntrusivePtr<T> {
    fn apply(self, spec: &mut ClassSpec) {
        spec.counted = Some(self.counted);
    }
}

macro_rules! class_extras {
    ($($ty:ty: $self:ident, $spec:ident => $body:expr;)*) => { $(
        impl<T> ClassExtra<T> for $ty {
            fn apply($self, $spec: &mut ClassSpec) { $body }
        }
    )* };
}
impl<T> ClassExtra<T> for () {
    const EMPTY: bool = true;
    fn apply(self, _spec: &mut ClassSpec) {}
}

class_extras! {
    &str: self, spec => spec.doc = Some(self.to_string());
    String: self, spec => spec.doc = Some(self);
    dynamic_attr: self, spec => spec.dynamic_attr = true;
    is_weak_referenceable: self, spec => spec.weak_referenceable = true;
    is_final: self, spec => spec.is_final = true;
    is_generic: self, spec => spec.is_generic = true;
    never_destruct: self, spec => spec.never_destruct = true;
    pooled: self, spec => spec.pooled = Some(self.0);
    Supplemented: self, spec => {
        spec.supplement = Some(self.0);
        spec.is_final = true;
    };
    TypeSlots: self, spec => spec.slots.push(self);
}

/// A tuple of annotations says something.
macro_rules! nothing {
    ($($T:ident)*) => {};
}
tuple_extra! { [T,] ClassExtra<T>, ClassSpec, nothing: A0 A1 A2 A3 A4 A5 A6 A7 }
