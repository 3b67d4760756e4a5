//! What binding a function does besides when its scope is a class.
//!
//! A module that binds no class has none of this code, which is a fifth of the library: it is reached by a table alone that the first class puts in
//! place, so that the linker leaves it out.

use crate::bind::construction;
use crate::bind::scope::Home;
use crate::call::builtin::Native;
use crate::call::class_call;
use crate::call::record::Record;
use crate::instance::class_record;
use crate::instance::pickle::add_reduce;
use crate::python::error::Result;
use crate::python::object::object;
use crate::type_slots::operators;
use std::sync::{Arc, OnceLock};

/// The steps.
pub(crate) struct InClass {
    /// Whether the constructors fit together.
    pub(crate) admit: fn(&Home<'_>, &str, &Record, &[Arc<Record>]) -> Result<()>,
    /// A function that makes instances was bound.
    pub(crate) installed: fn(&Home<'_>, &str) -> Result<()>,
    /// A native method was bound, which belongs to the class that is the scope.
    pub(crate) method: unsafe fn(&Home<'_>, &str, *mut Native),
    /// A function that fills instances was bound.
    pub(crate) constructor: fn(&Home<'_>, &str, object) -> Result<()>,
}

static STEPS: OnceLock<InClass> = OnceLock::new();

/// The steps, in a program that has made a class.
pub(crate) fn steps() -> Option<&'static InClass> {
    STEPS.get()
}

/// A class is being made.
pub(crate) fn prepare() {
    STEPS.get_or_init(|| InClass {
        admit: construction::admit,
        installed: construction::installed,
        method: method_bound,
        constructor: constructor_bound,
    });
}

/// # Safety
/// The method was found in the functions of the scope, a live class of ours; attached.
unsafe fn method_bound(home: &Home<'_>, name: &str, native: *mut Native) {
    // SAFETY: caller's contract.
    unsafe {
        if let Some(data) = class_record::data_of(home.scope.as_ptr().cast()) {
            operators::install(data, name, native);
        }
    }
}

fn constructor_bound(home: &Home<'_>, name: &str, function: object) -> Result<()> {
    // It is no part of what a class offers, and so not for stubs.
    if name == "__setstate__" && home.class.is_some() && !home.state.is_stub_run() {
        add_reduce(home.scope)?;
    }
    class_call::install_constructor(home.scope, function);
    Ok(())
}
