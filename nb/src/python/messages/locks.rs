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
    let seconds = limit.as_secs_f64();
    format!(
        "the {subject} has been locked by native code for more than {seconds} s (`nb::set_lock_timeout`): by another thread, or by \
         native code that has called back on this one"
    )
}
