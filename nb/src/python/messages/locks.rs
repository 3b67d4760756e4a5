//! Locks of native code that Python waits for.

use std::fmt;
use std::time::Duration;

/// What a lock belongs to.
#[derive(Clone, Copy)]
pub enum Subject<'a> {
    /// A static of this name.
    Static(&'a str),
    /// A field, by its name or by that of its class and its own.
    Field(&'a str),
}

impl Subject<'_> {
    fn kind(self) -> &'static str {
        match self {
            Subject::Static(_) => "static",
            Subject::Field(_) => "field",
        }
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Subject::Static(name) | Subject::Field(name)) = *self;
        write!(f, "{} '{name}'", self.kind())
    }
}

/// A lock is asked for while this thread copies its value, or that of another one.
pub fn locked_by_this_thread(subject: Subject<'_>, own: bool) -> String {
    let kind = subject.kind();
    let why = if own {
        "its value is being copied".to_string()
    } else {
        format!("the value of another {kind} is being copied")
    };
    format!("the {subject} is locked, and this thread cannot wait for it: {why} on this very thread")
}

/// A lock was not free for as long as a thread waits.
pub fn locked_for_too_long(subject: Subject<'_>, limit: Duration) -> String {
    let seconds = seconds(limit);
    format!(
        "the {subject} has been locked by native code for more than {seconds} s (`nb::set_lock_timeout`): by another thread, or by \
         native code that has called back on this one"
    )
}

/// What a call waits for, in the messages below.
pub fn wanted(function: &str, argument: &str, class: &str) -> String {
    format!("{function}(): {argument} (of class {class})")
}

/// As above, for a lock that a function returns.
pub fn result_of(function: &str) -> String {
    format!("{function}(): the value behind the lock that is returned")
}

/// The value of an object was not to be had for as long as a thread waits for its lock. `holder` is what the thread that has it waits
/// for in turn.
pub fn locked_too_long(wanted: &str, limit: Duration, holder: Option<&str>) -> String {
    let seconds = seconds(limit);
    let by = match holder {
        Some(holder) => format!("by another thread, which waits in its turn for {holder}"),
        None => {
            "by a call on another thread, or by native code, perhaps the code that has called Python here".to_string()
        }
    };
    format!("{wanted} has been locked for more than {seconds} s (`nb::set_lock_timeout`): {by}")
}

/// Native code on this thread has the lock, and called Python.
pub fn locked_further_up(wanted: &str) -> String {
    format!(
        "{wanted} is locked by the native code that has called Python here, and this thread would wait for it for ever: give the lock back before calling Python"
    )
}

/// One argument of a call is the lock around a value, another one is that value.
pub fn lock_and_value(function: &str, a: &str, b: &str, class: &str) -> String {
    format!(
        "{function}(): {a} and {b} refer to the same {class} object, one of them to its lock, for which the function would wait for ever: pass two different objects"
    )
}

/// An element was found under a lock for reading, which would have to become one for writing.
pub fn element_first(function: &str, element: &str, argument: &str) -> String {
    format!(
        "{function}(): {element} is an element of a container in the object that {argument} is to modify: the argument that is modified has to come first"
    )
}

/// An element has got another place while the call waited for another lock.
pub fn element_moved(function: &str, element: &str) -> String {
    format!(
        "{function}(): {element} is an element of a container that was changed while the call waited for another object: call it again"
    )
}

/// An object is behind another kind of lock than a function takes.
pub fn other_lock(function: &str, argument: &str, class: &str, is: &str, wanted: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) is shared with native code in {is}, and this function takes it in {wanted}"
    )
}

/// How the message above names an `Arc` of a lock, or a plain one.
pub fn arc_of(lock: Option<&str>) -> String {
    match lock {
        Some(lock) => format!("an `Arc<{lock}<..>>`"),
        None => "an `Arc<..>` without a lock".to_string(),
    }
}

/// A function returns a reference into a value behind a lock.
pub fn reference_into_lock(function: &str, owner: &str) -> String {
    format!(
        "{function}(): the result would refer into an object of class {owner}, which native code shares behind a lock and may change at any time: return a copy or an `Arc`, or bind the field"
    )
}

/// As a number of seconds. Not by way of an `f64`, whose text is 13 kB of code in a module that has none.
fn seconds(limit: Duration) -> String {
    let text = format!("{}.{:06}", limit.as_secs(), limit.subsec_micros());
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
