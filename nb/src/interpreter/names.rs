//! [`Name`]: the name of an attribute or argument, made once for each place in the code, in each interpreter.

use crate::interpreter::state::State;
use crate::python::attach::Here;
use crate::python::error::Result;
use crate::python::object::object;
use crate::python::text;
use crate::util::gil_cell::GilCell;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A name that Python gets as one and the same `str` every time: what [`name!`](macro@crate::name) gives.
///
/// It derefs to its text, and counts as that wherever a text does. nanobind has the same for literals, without a name.
///
/// ```no_run
/// fn width(image: &nb::object) -> nb::Result<u32> {
///     image.attr(nb::name!("width")).cast()
/// }
/// ```
pub struct Name {
    text: &'static str,
    /// In the upper half the number of the table that was asked last, in the lower one the place there, counted from 1.
    found: AtomicU64,
}

impl Name {
    #[doc(hidden)]
    pub const fn new(text: &'static str) -> Name {
        Name { text, found: AtomicU64::new(0) }
    }

    /// The text.
    ///
    /// ```
    /// assert_eq!(nb::name!("width").as_str(), "width");
    /// ```
    pub const fn as_str(&self) -> &'static str {
        self.text
    }

    /// The interned `str`.
    ///
    /// # Safety
    /// Attached.
    pub(crate) unsafe fn object(&'static self) -> Result<object> {
        // SAFETY: caller's contract.
        unsafe { self.object_in(State::here()) }
    }

    /// As [`object`](Self::object), for one who has asked whether the thread is attached.
    ///
    /// # Safety
    /// As [`State::at`].
    #[inline(always)]
    pub(crate) unsafe fn object_at(&'static self, here: Here) -> Result<object> {
        // SAFETY: caller's contract.
        unsafe { self.object_in(State::at(here)) }
    }

    /// # Safety
    /// Attached; the state is that of the interpreter in which the thread runs, if it has one.
    #[inline(always)]
    unsafe fn object_in(&'static self, state: Option<&State>) -> Result<object> {
        // Without a module there is nobody who could keep it.
        let Some(state) = state else { return text::interned(self.text) };
        let found = self.found.load(Ordering::Relaxed);
        if (found >> 32) as u32 == state.names.serial
            // SAFETY: caller's contract.
            && let Some(name) = unsafe { state.names.get(found as u32) }
        {
            return Ok(name);
        }
        self.enter(state)
    }

    #[cold]
    fn enter(&'static self, state: &State) -> Result<object> {
        let name = text::interned(self.text)?;
        if let Some(number) = state.names.add(&name) {
            let serial = u64::from(state.names.serial);
            self.found.store(serial << 32 | u64::from(number), Ordering::Relaxed);
        }
        Ok(name)
    }
}

impl Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        self.text
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        self.text
    }
}

impl From<&Name> for String {
    fn from(name: &Name) -> String {
        name.text.to_string()
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.text)
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.text, f)
    }
}

/// The names that places in the code have asked for in an interpreter.
///
/// Its number is its own and not that of the interpreter: when the last module is gone, so is the table, and the next import makes another one.
pub(crate) struct Names {
    serial: u32,
    all: GilCell<Vec<object>>,
}

impl Default for Names {
    fn default() -> Names {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let next = |last: u32| last.checked_add(1);
        // Beyond the last number there is none, and nothing is kept.
        let last = LAST.try_update(Ordering::Relaxed, Ordering::Relaxed, next);
        Names { serial: last.map_or(0, |last| last + 1), all: GilCell::default() }
    }
}

impl Names {
    /// # Safety
    /// Attached.
    #[inline(always)]
    unsafe fn get(&self, number: u32) -> Option<object> {
        // SAFETY: caller's contract; a live name.
        self.all.open().get((number as usize).wrapping_sub(1)).map(|name| unsafe { object::borrow(name.as_ptr()) })
    }

    /// The place of the name, new or known; none when there are too many.
    fn add(&self, name: &object) -> Option<u32> {
        if self.serial == 0 {
            return None;
        }
        let mut all = self.all.open();
        // A place in the code forgets where its name is when another interpreter asks.
        let known = all.iter().position(|known| known.as_ptr() == name.as_ptr());
        let number = u32::try_from(known.unwrap_or(all.len()) + 1).ok()?;
        if known.is_none() {
            all.push(name.clone());
        }
        Some(number)
    }
}

/// A [`Name`] of a literal: the `str` is made and interned once, and found again without a look-up. For attributes that are read often, and in a loop.
///
/// Inside the macros `o.attr("width")` means this already, as in nanobind.
///
/// ```no_run
/// fn total(images: &nb::list) -> nb::Result<u64> {
///     let mut sum = 0;
///     for image in images {
///         sum += image.attr(nb::name!("size")).cast::<u64>()?;
///     }
///     Ok(sum)
/// }
/// ```
#[macro_export]
macro_rules! name {
    ($text:literal) => {{
        static NAME: $crate::Name = $crate::Name::new($text);
        &NAME
    }};
}
