//! Leak warnings: what still exists when Python has ended.

use crate::call::nb_func::FuncData;
use crate::ffi;
use crate::instance::class_record::{TypeData, native_data};
use crate::instance::header::Inst;
use crate::interpreter::state::State;
use crate::python::messages;
use crate::util::hash::{MIX, Map};
use crate::util::sort::sort_few;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

static WARNS: AtomicBool = AtomicBool::new(false);
/// Warnings were on at some time, so that the tables below may have entries.
static TRACKS: AtomicBool = AtomicBool::new(false);

/// Instances by address, with the record of their class, which lives as long as they do.
static INSTANCES: Mutex<Map<usize, usize>> = Mutex::new(Map::with_hasher(MIX));
/// Function objects by the address of their overloads.
static FUNCTIONS: Mutex<Map<usize, String>> = Mutex::new(Map::with_hasher(MIX));

/// Only so many of each kind are listed by name; all of them in debug builds.
const LISTED: [usize; 3] = [20, 10, 10];
static SHORT: AtomicBool = AtomicBool::new(!cfg!(debug_assertions));

/// Makes reports as short as in release builds, for tests of that.
#[doc(hidden)]
pub fn shorten_reports() {
    SHORT.store(true, Relaxed);
}

fn open<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while a table is half-changed.
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Turns the report of leaks at the end of Python on or off: nanobind's `nb::set_leak_warnings`.
///
/// Off by default. When on, instances made from then on are remembered, and those that are still there after Python has
/// ended are written to standard error, with their types and functions, in nanobind's words. Best at the start of
/// the body of `nb_module!`, and in test builds only. The setting is that of this extension alone, where in C++ extensions
/// of one domain share it. Python without the GIL keeps objects beyond its end, hence there is no report.
///
/// ```no_run
/// use nb::prelude::*;
/// nb_module!(my_ext, m, {
///     nb::set_leak_warnings(cfg!(debug_assertions));
/// });
/// # fn main() {}
/// ```
pub fn set_leak_warnings(on: bool) {
    if on {
        TRACKS.store(true, Relaxed);
    }
    WARNS.store(on, Relaxed);
}

/// Whether leaks are reported: nanobind's `nb::leak_warnings`.
///
/// ```no_run
/// let quiet = !nb::leak_warnings();
/// ```
pub fn leak_warnings() -> bool {
    WARNS.load(Relaxed)
}

/// Whether objects have to be entered and taken out.
#[inline(always)]
pub(crate) fn tracks() -> bool {
    TRACKS.load(Relaxed)
}

/// # Safety
/// `inst` is a new instance.
#[cold]
pub(crate) unsafe fn enter_instance(inst: *mut Inst) {
    // SAFETY: caller's contract.
    let data = unsafe { native_data(ffi::Py_TYPE(inst.cast())) };
    open(&INSTANCES).insert(inst as usize, std::ptr::from_ref(data) as usize);
}

#[cold]
pub(crate) fn leave_instance(inst: usize) {
    open(&INSTANCES).remove(&inst);
}

#[cold]
pub(crate) fn enter_function(data: *const FuncData, name: String) {
    open(&FUNCTIONS).insert(data as usize, name);
}

#[cold]
pub(crate) fn leave_function(data: *const FuncData) {
    open(&FUNCTIONS).remove(&(data as usize));
}

/// Python has ended: reports, and forgets what is reported, since Python may be started anew. When Python's list of functions to call
/// then was full there is no report, as if nothing had leaked.
pub(crate) fn python_ended() {
    // Without the GIL, Python does not free all there is when it ends.
    if !cfg!(Py_GIL_DISABLED) && leak_warnings() {
        // No code of the user's runs here, so there is nothing to unwind from; all the same it must not reach C.
        let text = std::panic::catch_unwind(report).unwrap_or_default();
        // Nobody can be told that standard error is closed.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
    open(&INSTANCES).clear();
    open(&FUNCTIONS).clear();
}

/// The text, empty when nothing has leaked that matters.
fn report() -> String {
    let instances = open(&INSTANCES);
    // SAFETY: the instance was not freed, hence neither was its class, to which the record belongs.
    let named = instances.iter().map(|(inst, data)| (*inst, unsafe { (*(*data as *const TypeData)).name() }));
    let mut instances = named.collect::<Vec<_>>();
    let mut types = Vec::new();
    let mut functions: Vec<String> = open(&FUNCTIONS).values().cloned().collect();
    let mut nurses = 0;
    State::each(|state| {
        nurses += state.patients.count();
        types.extend(state.types().into_iter().map(TypeData::name));
        types.extend(state.enums.names());
        functions.extend(state.builtins.names());
    });
    if instances.is_empty() && nurses == 0 {
        return String::new();
    }
    instances.sort_unstable_by_key(|(inst, _)| *inst);
    sort_few(&mut types);
    sort_few(&mut functions);
    let mut text = String::new();
    let instances = instances.iter().map(|(inst, class)| messages::leaked_instance(*inst, class)).collect::<Vec<_>>();
    list(&mut text, messages::LEAKED_INSTANCES, &instances, LISTED[0]);
    if nurses > 0 {
        text.push_str(&messages::leaked(nurses, messages::LEAKED_KEEP_ALIVE));
    }
    let types = types.iter().map(|name| messages::leaked_type(name)).collect::<Vec<_>>();
    list(&mut text, messages::LEAKED_TYPES, &types, LISTED[1]);
    let functions = functions.iter().map(|name| messages::leaked_function(name)).collect::<Vec<_>>();
    list(&mut text, messages::LEAKED_FUNCTIONS, &functions, LISTED[2]);
    text + messages::LEAK_HINT
}

fn list(text: &mut String, kind: &str, lines: &[String], listed: usize) {
    if lines.is_empty() {
        return;
    }
    text.push_str(&messages::leaked(lines.len(), kind));
    let listed = if SHORT.load(Relaxed) { listed } else { usize::MAX };
    for line in lines.iter().take(listed) {
        text.push_str(line);
    }
    if lines.len() > listed {
        text.push_str(messages::LEAKS_SKIPPED);
    }
}
