//! The low-level interface: types and instances by hand, nanobind's `nb::type_*` and `nb::inst_*`.
//!
//! nanobind checks nothing here and ends the process at some mistakes. These functions check what can be checked and
//! raise; those whose promise cannot be checked are `unsafe fn`. None of them touches a value that a running call uses.

mod cast;
mod find_held;
mod instances;
mod lifecycle;
mod lifetimes;
mod namespaces;
mod transfer;
mod types;

pub use cast::{cast_internal, cast_internal_mut, cast_policy, find};
pub use find_held::find_held;
pub use instances::{
    inst_alloc, inst_check, inst_name, inst_ptr, inst_python_derived, inst_reference, inst_take_ownership,
};
pub use lifecycle::{
    inst_alloc_zero, inst_destruct, inst_mark_ready, inst_ready, inst_set_state, inst_state, inst_zero,
};
pub use lifetimes::{keep_alive_cb, keep_alive_obj};
pub use namespaces::{inst_dict, type_dict, type_lookup};
pub use transfer::{inst_copy, inst_move, inst_replace_copy, inst_replace_move};
pub use types::{
    type_align, type_check, type_freeze, type_get_slot, type_info, type_info_name, type_name, type_size,
    type_supplement,
};

use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::ext;
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::intrusive;
use crate::instance::lock::is_given;
use crate::python::error::{Result, runtime_error, type_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};

/// The record of a bound class or a Python subclass of one; a `TypeError` for anything else.
fn record<'a>(function: &str, class: &'a object) -> Result<&'a TypeData> {
    check_attached();
    // SAFETY: the object is live, and its record lives as long as it. What is not a type has no type of types.
    let found = unsafe { class_record::data_of(class.as_ptr().cast()) };
    found.ok_or_else(|| type_error(messages::not_a_bound_class(function, &class.class_name())))
}

/// The instance of a bound class behind an object; a `TypeError` for anything else.
fn bound<'a>(function: &str, value: &'a object) -> Result<(*mut Inst, &'a TypeData)> {
    check_attached();
    // SAFETY: the object is live, and so is its type.
    let found = unsafe { class_record::data_of(ffi::Py_TYPE(value.as_ptr())) };
    match found {
        Some(data) => Ok((value.as_ptr().cast(), data)),
        None => Err(type_error(messages::not_a_bound_instance(function, &value.class_name()))),
    }
}

/// A `RuntimeError` while a call uses the value, or a constructor makes it, and for values with an intrusive count.
///
/// # Safety
/// `inst` is live.
unsafe fn idle(function: &str, inst: *mut Inst, data: &TypeData) -> Result<()> {
    // SAFETY: caller's contract; an instance that is not inline has a record and owns references to its roots.
    unsafe {
        if (*inst).life() == Life::Constructing {
            return Err(runtime_error(messages::under_construction(function, &data.name())));
        }
        if intrusive::is_counted(inst, data) {
            return Err(runtime_error(messages::counted(function, messages::THE_INSTANCE, &data.name())));
        }
        let lent = |inst: *mut Inst| match (*inst).mark() {
            0 => None,
            mark => Some(mark == header::EXCLUSIVE),
        };
        let mut modified = lent(inst);
        if (*inst).storage() == Storage::Locked && is_given(inst) {
            // A function has the lock, and may be about to use it.
            modified = Some(true);
        }
        if (*inst).storage() != Storage::Inline {
            modified = modified.or_else(|| ext::ext(inst).roots.iter().find_map(|root| lent(root.inst)));
        }
        match modified {
            None => Ok(()),
            Some(modified) => {
                Err(runtime_error(messages::busy(function, messages::THE_INSTANCE, &data.name(), modified)))
            }
        }
    }
}
