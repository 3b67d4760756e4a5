//! Conversions between Rust and Python types, nanobind's type casters: one kind a file, called after the Rust type.
//!
//! Each implements [`Param`](traits::Param) for arguments and [`Ret`](traits::Ret) for results (traits.rs), most of them
//! [`Member`](member::Member) for fields. Bound classes are `&T` and `&mut T` (reference.rs, with ref_policy.rs for results), `T`
//! (by_value.rs), `Box<T>` (boxed.rs), `Arc<T>`, and the pointers; bound.rs finds the instance behind each, new_instance.rs and
//! child.rs make what Python gets. Enumerations are converted in enums/cast.rs, trait objects in
//! trampolines/trait_object.rs, the wrappers of Python objects in handles/. Lengths and points of time share the folder time/. Types of other
//! crates, each behind a feature, are in crates/.

pub(crate) mod arc;
pub(crate) mod arc_of_lock;
pub(crate) mod as_dict;
pub(crate) mod bound;
mod bound_at_once;
pub(crate) mod bounds;
mod boxed;
pub mod by_value;
mod bytes;
mod callable;
mod callback;
pub(crate) mod child;
pub(crate) mod class_trait;
mod confined;
mod crates;
pub(crate) mod custom;
pub(crate) mod elements;
mod float;
pub(crate) mod from_object;
pub(crate) mod held;
pub(crate) mod implicit;
pub(crate) mod int;
mod interior;
pub(crate) mod into_object;
mod intrusive;
mod ip_addr;
pub(crate) mod live;
pub(crate) mod map;
pub(crate) mod member;
pub(crate) mod new_instance;
mod nonzero;
mod option;
mod ordering;
pub(crate) mod other_locks;
pub(crate) mod owning;
mod path;
mod pybind11;
mod range;
pub(crate) mod read_only;
pub(crate) mod ref_policy;
pub(crate) mod reference;
pub(crate) mod reference_internal;
mod result;
pub mod rv_policy;
mod sequences;
mod set;
pub(crate) mod sharable;
pub(crate) mod shared_ptr;
mod slice;
mod socket_addr;
mod string;
pub(crate) mod time;
pub(crate) mod traits;
pub(crate) mod transparent;
mod tuple;
pub(crate) mod type_hook;
pub(crate) mod unique_ptr;
mod unit;
pub(crate) mod variant;
pub(crate) mod vec;
mod void_pointer;

use crate::call::context::Cx;
use crate::ffi;
use crate::python::error::{restore_raised, take_raised};
pub(crate) use member::member_by_value;
use std::ffi::CStr;

/// A protocol of `src` has raised. An object whose type has none of the protocol's methods is of another kind, an
/// ordinary mismatch; the exception of a method that exists is the cause of the mismatch, and the result is true.
///
/// # Safety
/// `src` is live, an exception is raised, attached.
#[cold]
unsafe fn protocol_raised(src: *mut ffi::PyObject, methods: &[&CStr], cx: &mut Cx<'_>) -> bool {
    // SAFETY: caller's contract; the exception is put back before it is looked at.
    unsafe {
        if ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) != 0 {
            let raised = take_raised();
            let class = ffi::Py_TYPE(src).cast();
            if !methods.iter().any(|method| ffi::PyObject_HasAttrString(class, method.as_ptr()) != 0) {
                return false;
            }
            if let Some(raised) = raised {
                restore_raised(raised);
            }
        }
        cx.mismatch_raised();
        true
    }
}
