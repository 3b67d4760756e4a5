//! nanobind for Rust: bind Rust functions and types to Python in nanobind's own words.
//!
//! ```no_run
//! use nb::prelude::*;
//!
//! #[derive(Clone)]
//! struct Dog {
//!     name: String,
//!     age: i32,
//! }
//!
//! impl Dog {
//!     fn new(name: &str, age: i32) -> Dog {
//!         Dog { name: name.to_string(), age }
//!     }
//!     fn bark(&self) -> String {
//!         format!("{}: woof!", self.name)
//!     }
//! }
//!
//! fn add(a: i32, b: i32) -> i32 {
//!     a + b
//! }
//!
//! nb_module!(my_ext, m, {
//!     m.doc() = "A simple example python extension";
//!     m.def("add", &add, "a"_a, "b"_a = 1, "This function adds two numbers");
//!     nb::class_<Dog>(m, "Dog")
//!         .def(nb::init<&str, i32>(), "name"_a, "age"_a = 3)
//!         .def("bark", &Dog::bark)
//!         .def_rw("age", &Dog::age)
//!         .def("__repr__", |d: &Dog| format!("<Dog {}>", d.name));
//! });
//! ```
//!
//! # Where things are
//! | nanobind | here |
//! |---|---|
//! | `NB_MODULE(name, m) { .. }` | [`nb_module!`] |
//! | `nb::class_<T>(m, "T")` | the same inside the macros; [`module_::class_`] in plain Rust |
//! | `m.def("f", &f, "a"_a = 1)` | the same inside the macros; [`module_::def`] with [`arg`] in plain Rust |
//! | `nb::enum_<T>(m, "T")` | the same inside the macros; [`module_::enum_`] in plain Rust |
//! | `template <typename T> void bind(nb::module_ &m)` | [`nb_bind!`] with a function |
//! | bindings spread over files | [`nb_class!`], [`nb_enum!`], [`nb_fn!`], [`nb_bind!`] |
//! | `nb::rv_policy` | [`rv_policy`] |
//! | `nb::object` and friends | [`object`], [`list`], [`dict`], .. |
//! | throwing | returning [`Error`], or any `Result<T, E>` |
//!
//! Functions may take and return references. A call takes borrow marks on the Python objects behind its arguments; what
//! Rust would refuse (`f(a, a)` with two `&mut`) raises a `RuntimeError` that names both arguments.
#![allow(clippy::needless_lifetimes, reason = "conversions keep one shape, whether their item borrows or not")]
#![allow(clippy::type_complexity, reason = "signatures are types here")]
#![allow(non_camel_case_types, reason = "nanobind's names are kept: class_, module_, keep_alive")]

pub extern crate self as nb;

mod annotations;
mod apart;
mod arrange;
mod attach;
mod bind;
mod borrow;
mod by_type;
mod call;
mod call_policies;
mod cast;
mod checks;
mod children;
mod class;
mod class_builder;
mod class_extras;
mod class_methods;
mod class_type;
mod collector;
mod construct;
mod convert;
mod cpp_function;
mod dealloc;
mod dispatch;
mod enums;
mod error;
mod exception;
mod extras;
mod factory;
mod field;
mod func;
mod function;
mod function_attrs;
mod guard;
mod handles;
mod implicit;
mod instance;
mod interpreters;
mod intrusive;
mod kept_references;
mod leaks;
mod lowlevel;
mod macros;
mod messages;
mod metatype;
mod module;
mod module_state;
mod named_receiver;
mod native;
mod native_error;
mod new_or_default;
mod nurse;
mod obj;
mod operators;
mod panic;
mod policy;
mod pool;
mod property;
mod rare;
mod refusal;
mod register;
mod resident;
mod rewrap;
mod shapes;
mod signature;
mod slots;
mod state;
mod static_field;
mod table;
mod thunk;
mod trampolines;
mod traverse;
mod turns;
mod type_hook;
mod type_slots;
mod typename;
mod types;
mod visitor;

pub use annotations::{for_getter, for_setter, is_implicit, is_method, kw_only, lock_self, name, scope};
pub use call::Cx;
pub use call_policies::{CallPolicy, call_policy, cleanup_list};
pub use cast::read_only::ReadOnly;
pub use cast::shared::shared_ptr;
pub use cast::unique::unique_ptr;
pub use class::{Class, Embeds};
pub use class_builder::class_;
pub use class_extras::{
    Base, ClassExtra, base, dynamic_attr, is_final, is_generic, is_weak_referenceable, never_destruct, pooled,
    supplement,
};
pub use construct::{Construct, Init, Ready, Slot};
pub use convert::{Param, Ret, cast_flags};
pub use cpp_function::{cpp_function, cpp_function_def};
pub use enums::{Enum, EnumExtra, EnumNumber, EnumRepr, enum_, is_arithmetic, is_flag, is_str};
pub use error::{
    Builtin, Error, Result, attribute_error, buffer_error, import_error, index_error, key_error, next_overload,
    runtime_error, stop_iteration, type_error, value_error,
};
pub use exception::ExceptionBase;
pub use extras::{Arg, FuncExtra, arg, call_guard, is_operator, keep_alive, sig, unnamed};
pub use field::{Field, Member};
pub use func::{Func, Sig};
pub use guard::{CallGuard, GuardFor, gil_scoped_acquire, gil_scoped_release, is_alive};
pub use handles::*;
pub use implicit::{implicit_cast_warnings, set_implicit_cast_warnings};
pub use intrusive::{
    IntrusivePtr, dec_ref, inc_ref, intrusive_base, intrusive_counter, intrusive_init, intrusive_ptr, ref_, self_py,
};
pub use leaks::{leak_warnings, set_leak_warnings};
pub use lowlevel::*;
pub use module::{Module, module_};
pub use obj::{is_attached, object};
pub use operators::{
    Abs, Castable, Compared, InPlace, Op, Operand, Operator, Unary, abs, lent, op, other, other_ref, self_, self_ref,
    self_t,
};
pub use policy::rv_policy;
pub use signature::SigText;
pub use static_field::{StaticRead, StaticWrite};
pub use trampolines::{Returned, Trampoline, TrampolineFor, inherits_virtuals, trampoline, trampoline_of};
pub use traverse::{Traverse, Visit};
pub use type_slots::{NewType, SlotValue, handle_at, slot_guard, type_slots, type_slots_with};
pub use visitor::{Convert, PlainExtra, def_visitor};

/// The raw C API, for the places that need it.
pub use pyo3_ffi as ffi;

/// Names for `use nb::prelude::*`: the macros, and the crate itself as `nb`.
pub mod prelude {
    pub use crate::{
        nb_base, nb_bind, nb_class, nb_domain, nb_enum, nb_fn, nb_module, nb_polymorphic, nb_trampoline, nb_traverse,
        nb_type_hook,
    };
    pub use crate::{nb_native, nb_override, nb_override_name, nb_override_pure, nb_override_pure_name};
    pub use nb;
    pub use nb_intrusive::{intrusive_base as _, nb_intrusive};
}

/// What the macros expand to; not for direct use, and free to change in any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::cast::bound::{ByMark, ByValue, by_value};
    pub use crate::cast::bound_ret::put_value;
    pub use crate::cast::by_reference::{Domain, Refer};
    pub use crate::cast::virtuals;
    pub use crate::checks::{arity, early};
    pub use crate::class::{CloneProbe, NotClone};
    pub use crate::enums::{EnumProbe, PlainEnum, cast as enum_cast, check_plain};
    pub use crate::exception::{ErrorProbe, Inside, NotError};
    pub use crate::field::{get_by_value, get_place};
    pub use crate::instance::Inst;
    pub use crate::leaks::shorten_reports;
    pub use crate::module::ModuleDef;
    pub use crate::new_or_default::{NewOrDefault, WithoutNew};
    pub use crate::operators::choice as operators;
    pub use crate::panic::raise;
    pub use crate::register::*;
    pub use crate::shapes::*;
    pub use crate::trampolines::inherit;
    pub use crate::trampolines::{
        NotTrampoline, OverrideSite, Receiver, Related, failed, find_override, has_native, kind_of,
    };
    pub use crate::traverse::{NotTraverse, ShownBases, TraverseProbe, VisitValue, size_of_field};
    pub use crate::type_hook::{Nothing, is_over};
    pub use crate::visitor::OfFamily;
    #[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows", target_os = "freebsd")))]
    pub use inventory;
    #[cfg(any(target_os = "linux", target_os = "macos", target_os = "windows", target_os = "freebsd"))]
    pub use linkme;
    pub use nb_macros as macros;
}
