//! How a thread waits, told by somebody who knows what others need meanwhile.

use std::sync::OnceLock;

static HOOK: OnceLock<fn(&mut dyn FnMut())> = OnceLock::new();

/// Says what a thread does around the time in which it waits for a lock: for `nb`, it lets Python's interpreter go.
///
/// Modules of `nb` do it when they are imported; only a program that uses this crate with another binding library has a
/// reason to call it. The hook is given a function that waits, which it calls once, on the thread that it is called on,
/// attached to an interpreter or not. The first hook stays: later calls are ignored.
///
/// ```
/// fn detached(wait: &mut dyn FnMut()) {
///     // PyEval_SaveThread, if this thread is attached
///     wait();
///     // PyEval_RestoreThread
/// }
/// nb_locks::waiting_hook(detached);
/// ```
pub fn waiting_hook(hook: fn(&mut dyn FnMut())) {
    // There is one already: as documented.
    let _ = HOOK.set(hook);
}

/// Waits inside of the hook, if there is one.
///
/// `wait` must return without the lock: the hook takes the interpreter back after it, and whoever has the interpreter may
/// be waiting for that lock. So a lock is only ever taken by trying, with the interpreter, and tried again after a wait.
pub(crate) fn wait_in_hook(wait: &mut dyn FnMut()) {
    match HOOK.get() {
        Some(hook) => hook(wait),
        None => wait(),
    }
}
