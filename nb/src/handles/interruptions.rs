//! Ctrl-C and other signals, while native code runs for long.

use crate::handles::stored_objects::stored;
use crate::interpreter::signals::check_signals;
use crate::python::attach::Attached;
use crate::python::error::{Error, Result, restore_raised};
use crate::python::messages;
use std::time::{Duration, Instant};

/// Asks for signals now and then, also without the interpreter: for a loop that Ctrl-C shall end.
///
/// [`interrupted`](signals::interrupted) is cheap enough for every step; most of the time it looks at the clock alone. What a handler has raised is
/// kept until [`check`](signals::check) gives it out.
///
/// ```no_run
/// fn simulate(steps: u64) -> nb::Result<u64> {
///     let mut signals = nb::signals::new();
///     let done = nb::gil_scoped_release::run(|| (0..steps).take_while(|_| !signals.interrupted()).count());
///     signals.check()?;
///     Ok(done as u64)
/// }
/// ```
pub struct signals {
    asked: Instant,
    raised: Option<stored>,
}

impl signals {
    /// For how long after one question the next is not asked.
    pub const INTERVAL: Duration = Duration::from_millis(20);

    /// Begins to count the time.
    pub fn new() -> signals {
        signals { asked: Instant::now(), raised: None }
    }

    /// Whether the work is to end: a handler has raised something, or Python has ended. Attached or not; a detached thread is attached for a
    /// moment, every [`INTERVAL`](Self::INTERVAL).
    pub fn interrupted(&mut self) -> bool {
        if self.raised.is_some() {
            return true;
        }
        if self.asked.elapsed() < signals::INTERVAL {
            return false;
        }
        let Some(_attached) = Attached::new() else { return true };
        // Not counted from before the interpreter was waited for.
        self.asked = Instant::now();
        match check_signals() {
            Ok(()) => false,
            Err(error) => {
                self.raised = error.value().cloned().map(stored::new);
                true
            }
        }
    }

    /// Raises what a handler has raised, or does [`check_signals`].
    ///
    /// # Errors
    /// What a handler has raised.
    ///
    /// # Panics
    /// On a detached thread.
    pub fn check(&mut self) -> Result<()> {
        let Some(raised) = self.raised.take() else { return check_signals() };
        // SAFETY: an exception; attached, which taking it out has checked.
        unsafe { restore_raised(raised.into_inner()) };
        Err(Error::fetch())
    }
}

impl Default for signals {
    fn default() -> signals {
        signals::new()
    }
}

impl Drop for signals {
    /// Nobody has asked for what was raised: it goes where exceptions of destructors go.
    fn drop(&mut self) {
        if self.raised.is_some()
            && let Some(_attached) = Attached::new()
            && let Err(error) = self.check()
        {
            error.discard_as_unraisable(messages::SIGNALS);
        }
    }
}
