//! [`Name`]: the name of an attribute or argument, made once for each place in the code, in each interpreter.

use crate::interpreter::state::State;
use crate::python::attach::Here;
use crate::python::error::Result;
use crate::python::object::object;
use crate::python::text;
use crate::util::gil_cell::GilCell;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};

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
    /// In the upper half the serial number of the interpreter that has asked last, in the lower one the number in its table, counted from 1.
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
        if (found >> 32) as u32 == state.interpreter().serial()
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
            let serial = u64::from(state.interpreter().serial());
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

/// The names that places in the code have asked for in an interpreter, which are as many as there are such places.
#[derive(Default)]
pub(crate) struct Names(GilCell<Vec<object>>);

impl Names {
    /// # Safety
    /// Attached.
    #[inline(always)]
    unsafe fn get(&self, number: u32) -> Option<object> {
        // SAFETY: caller's contract; a live name.
        self.0.open().get((number as usize).wrapping_sub(1)).map(|name| unsafe { object::borrow(name.as_ptr()) })
    }

    /// The number of a new entry; none when there are too many.
    fn add(&self, name: &object) -> Option<u32> {
        let mut all = self.0.open();
        let number = u32::try_from(all.len() + 1).ok()?;
        all.push(name.clone());
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
