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
#![deny(clippy::missing_errors_doc)]
#![allow(clippy::needless_lifetimes, reason = "conversions keep one shape, whether their item borrows or not")]
#![allow(clippy::type_complexity, reason = "signatures are types here")]
#![allow(non_camel_case_types, reason = "nanobind's names are kept: class_, module_, keep_alive")]

pub extern crate self as nb;

mod arrays;
mod bind;
mod call;
mod cast;
mod class;
mod class_macros;
mod containers;
mod enums;
mod handles;
mod instance;
mod interpreter;
mod lowlevel;
mod macros;
mod operators;
mod python;
#[cfg(any(debug_assertions, feature = "stubs"))]
mod stubs;
mod trampolines;
mod type_slots;
mod util;

#[cfg(feature = "nalgebra")]
pub use arrays::crates::nalgebra::{DMap, DMap1, DRef, DRef1, DStride, DStride1, Map};
pub use arrays::{
    ArrayBuilder, ArrayOwner, Const, Elements, Markers, ReadCell, Vectorize, any_contig, array_api, bool8, c_contig,
    cell, cells, cupy, device, dim, dlpack, dtype, dtype_traits, f_contig, jax, memview, mlx, ndarray, ndarray_check,
    ndarray_object, ndarray_ref, ndarray_view, ndim, no_framework, numpy, pytorch, ro, shape, tensorflow, vectorize,
    vectorized, vectorized_arg, viewing,
};
pub use bind::annotations::call_guard::call_guard;
pub use bind::annotations::keep_alive::keep_alive;
pub use bind::annotations::{
    Arg, FuncExtra, arg, for_getter, for_setter, has_effects, is_implicit, is_method, is_operator, kw_only, lock_self,
    name, repeatable, scope, sig, unnamed,
};
pub use bind::cpp_function::{cpp_function, cpp_function_def};
pub use bind::exception::ExceptionBase;
pub use bind::module::module_;
pub use bind::module_def::{Module, register_module};
pub use bind::raise_from::{chain_error, raise_from};
pub use bind::translators::register_exception_translator;
pub use call::call_policies::{CallPolicy, call_policy, cleanup_list};
pub use call::callable_traits::{Func, Sig};
pub use call::context::Cx;
pub use call::signature::SigText;
pub use cast::bounds::bounds;
pub use cast::class_trait::Class;
pub use cast::held::Held;
pub use cast::implicit::{implicit_cast_warnings, set_implicit_cast_warnings};
pub use cast::into_object::IntoObject;
pub use cast::member::Member;
pub use cast::read_only::ReadOnly;
pub use cast::rv_policy;
pub use cast::sharable::Sharable;
pub use cast::shared_ptr::shared_ptr;
pub use cast::time::steady_time::steady_time;
pub use cast::traits::{Param, Ret, cast_flags};
pub use cast::unique_ptr::unique_ptr;
pub use class::annotations::{
    Base, ClassExtra, base, dynamic_attr, is_final, is_generic, is_weak_referenceable, never_destruct, pooled,
    supplement,
};
pub use class::base::Embeds;
pub use class::builder::class_;
pub use class::construct::Construct;
pub use class::constructors::Init;
pub use class::field::Field;
pub use class::slot::{Ready, Slot};
pub use class::static_field::{StaticRead, StaticWrite};
pub use class::visitor::{Convert, PlainExtra, def_visitor};
pub use containers::{
    ElementPolicy, Holds, IteratorScope, made_iterator, make_iterator, make_iterator_with, make_key_iterator,
    make_value_iterator, opaque,
};
pub use enums::{Enum, EnumExtra, EnumNumber, EnumRepr, enum_, is_arithmetic, is_flag, is_str};
pub use handles::*;
pub use instance::intrusive::{
    IntrusivePtr, dec_ref, inc_ref, intrusive_base, intrusive_counter, intrusive_init, intrusive_ptr, ref_, self_py,
};
pub use instance::traverse::{Traverse, Visit};
pub use interpreter::gil::{CallGuard, GuardFor, gil_scoped_acquire, gil_scoped_release, is_alive};
pub use interpreter::leaks::{leak_warnings, set_leak_warnings};
pub use interpreter::lock_wait::{lock_timeout, set_lock_timeout};
pub use interpreter::names::Name;
pub use interpreter::signals::check_signals;
pub use lowlevel::*;
pub use operators::{
    Abs, Castable, Compared, InPlace, Op, Operand, Operator, Unary, abs, lent, op, other, other_ref, self_, self_ref,
    self_t,
};
pub use python::error::{
    Builtin, Error, Result, attribute_error, buffer_error, import_error, index_error, key_error, next_overload,
    runtime_error, stop_iteration, type_error, value_error,
};
pub use python::error_scope::error_scope;
pub use python::exception_ptr::exception_ptr;
pub use python::object::{is_attached, object};
pub use python::unraisable::UnraisableContext;
pub use trampolines::{Returned, Trampoline, TrampolineFor, inherits_virtuals, trampoline, trampoline_of};
pub use type_slots::{NewType, SlotValue, handle_at, slot_guard, type_slots, type_slots_with};

/// Locks that let the interpreter go while they wait, for values that Python and native code both modify: `Arc<nb::locks::RwLock<T>>`. The
/// crate `nb_locks` has them for code that does not depend on Python.
pub use nb_locks as locks;

/// The complex numbers that arrays have, `std::complex<float>` in C++.
#[cfg(feature = "num-complex")]
pub use num_complex::Complex as complex;

/// The raw C API, for the places that need it.
pub use pyo3_ffi as ffi;

/// Names for `use nb::prelude::*`: the macros, and the crate itself as `nb`.
pub mod prelude {
    pub use crate::{
        nb_base, nb_bind, nb_class, nb_dict, nb_domain, nb_enum, nb_fn, nb_member, nb_module, nb_native, nb_object,
        nb_override, nb_override_name, nb_override_pure, nb_override_pure_name, nb_polymorphic, nb_trampoline,
        nb_traverse, nb_type_caster, nb_type_hook, nb_variant,
    };
    pub use nb;
    pub use nb_intrusive::{intrusive_base as _, nb_intrusive};
}

/// What the macros expand to; not for direct use, and free to change in any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::arrays::import::numpy_making::{NumpyType, numpy_from_any, numpy_zeros};
    pub use crate::arrays::structures::{FieldOf, NumpyField, field_of, structure_dtype, without_gaps};
    pub use crate::bind::annotations::pos_only;
    pub use crate::bind::checks::{arity, early};
    pub use crate::bind::closure_lifetimes::*;
    pub use crate::bind::dialect::{Dialect, Entered};
    pub use crate::bind::exception::{ErrorProbe, NotError};
    pub use crate::bind::module_def::ModuleDef;
    pub use crate::bind::register::*;
    pub use crate::cast::as_dict::{Entries, Made, without_prefix};
    pub use crate::cast::bound::ByMark;
    pub use crate::cast::by_value;
    pub use crate::cast::by_value::{ByValue, put_value};
    pub use crate::cast::class_trait::{CloneProbe, NotClone};
    pub use crate::cast::custom::{Taken, Waiting, convert_by_way};
    pub use crate::cast::member::{At, get_by_value, get_place, give_clone};
    pub use crate::cast::owning::{ByConversion, InBox};
    pub use crate::cast::reference::{Domain, Refer};
    pub use crate::cast::type_hook::{Nothing, is_over};
    pub use crate::cast::variant::{get_alternative, variant_ends, variant_passes};
    pub use crate::class::base::a_class_has_one_base;
    pub use crate::class::init_default::{NewOrDefault, WithoutNew};
    pub use crate::class::visitor::OfFamily;
    pub use crate::containers::{ClassProbe, Container, EqProbe, Lend, NotClass, NotEq, no_scope};
    pub use crate::enums::{EnumProbe, PlainEnum, cast as enum_cast, check_plain, pybind11_enum, pybind11_native_enum};
    pub use crate::handles::own_wrappers::{Checked, check_object, expect_object};
    pub use crate::instance::class_cell::ClassCell;
    pub use crate::instance::header::Inst;
    pub use crate::instance::traverse::{NotTraverse, ShownBases, TraverseProbe, VisitValue, size_of_field};
    pub use crate::interpreter::leaks::shorten_reports;
    pub use crate::interpreter::panic::raise;
    pub use crate::operators::autoref as operators;
    pub use crate::python::native_error::Inside;
    pub use crate::trampolines::{
        NotTrampoline, OverrideSite, Receiver, Related, failed, find_override, has_native, inherit, kind_of,
        trait_object,
    };
    #[cfg(feature = "bitflags")]
    pub use bitflags::Flags;
    #[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows", target_os = "freebsd")))]
    pub use inventory;
    #[cfg(any(target_os = "linux", target_os = "macos", target_os = "windows", target_os = "freebsd"))]
    pub use linkme;
    pub use nb_macros as macros;
}
