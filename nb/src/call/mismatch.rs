//! Why an overload did not take the arguments of a call, for the notes of the `TypeError`.
//!
//! What the types alone explain has no note: the text of the exception lists them. While overloads are tried, only what
//! would be lost is kept; the rest is found out when all have failed. No argument is converted again for that.
//!
//! # What the exception says
//!
//! The text of the `TypeError` is nanobind's and lists types. On Python 3.11 and newer the exception has notes besides, one for
//! each overload whose refusal those types do not explain: arguments missing, too many, or with an unknown name; `None` where it
//! is not accepted; a value of the right type that does not fit (out of range, wrong length, no value); an element of a container;
//! a converter that raised; a body that declined. A plain mismatch of types has no note, so most exceptions are as before. The
//! exception of a converter is also the `__cause__`.
//!
//! While overloads are tried, an attempt costs nothing for this unless it fails: `Cx` has the argument's index anyway, and in
//! the same word a reason code which the next argument resets. What concerns number, names and `None` is not kept at all; it is
//! found out from the arguments once all overloads have failed. Nothing is converted twice, and the only Python code that runs is
//! the `__str__` of an exception; a `KeyboardInterrupt` in there ends the call like one in a converter.

use crate::call::context::{Cx, Temporary, is_fatal};
use crate::call::dispatch::none_refused;
use crate::call::given::Given;
use crate::call::nb_func::FuncData;
use crate::call::record::{ArgRecord, Record};
use crate::ffi;
use crate::python::object::{StrongRef, object};
use crate::python::{messages, text};
use crate::util::thin_vec::ThinVec;
use smallvec::SmallVec;
use std::ptr;

/// What was wrong with a value.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is of another type.
    #[default]
    Type,
    /// Its conversion raised the exception that the context keeps.
    Raised,
    /// As `Raised`, by the class that it was to be converted to.
    Implicit,
    /// A number that does not fit.
    Range,
    /// A number that would change its value, where nothing may be converted.
    Inexact,
    /// A sequence of a fixed length.
    Length,
    /// A container that was modified meanwhile.
    Changed,
    /// A text for a single character.
    Character,
    /// A text with a null character, for C.
    Null,
    /// A slice that is another kind of range.
    Slice,
    /// A text that is not read as a value of the type.
    Spelling,
    /// Bytes that are no UTF-8, in pybind11's dialect.
    NotUtf8,
    /// An address whose zone would be lost.
    Zone,
    /// A time without a time zone, for a type that has one.
    #[cfg_attr(not(any(feature = "chrono", feature = "jiff", feature = "time")), expect(dead_code))]
    Naive,
    /// The other way round.
    #[cfg_attr(not(any(feature = "chrono", feature = "jiff", feature = "time")), expect(dead_code))]
    Aware,
    /// An infinity or nan, for a type that has none.
    #[cfg_attr(not(any(feature = "bigdecimal", feature = "rust_decimal", feature = "serde_json")), expect(dead_code))]
    NotFinite,
    /// Containers inside of each other, too many.
    #[cfg_attr(not(feature = "serde_json"), expect(dead_code))]
    TooDeep,
    /// A dict with two keys that are the same for native code.
    #[cfg_attr(not(feature = "serde_json"), expect(dead_code))]
    TwiceInDict,
    /// A time zone that the crate does not know.
    #[cfg_attr(not(feature = "jiff"), expect(dead_code))]
    UnknownZone,
    /// A bound instance that holds nothing.
    Empty,
    /// A number or text that no member of an enumeration has.
    NoMember,
}

/// The argument that is being converted, and what was found wrong with it.
#[derive(Clone, Copy, Default)]
#[repr(C, align(4))]
pub(crate) struct Spot {
    pub(crate) argument: u16,
    pub(crate) reason: Reason,
    /// The context keeps the index of the element that was refused.
    pub(crate) in_element: bool,
}

impl Spot {
    /// The type of the argument is all that is wrong.
    #[inline(always)]
    pub(crate) fn is_type(self) -> bool {
        self.reason == Reason::Type && !self.in_element
    }
}

/// One overload that was tried.
struct Refusal {
    record: *const Record,
    spot: Spot,
    elements: [u32; 2],
    declined: bool,
    cause: Option<object>,
}

/// The overloads of one call that refused it for a reason which their arguments' types do not tell, and what their call
/// policies keep until the call has ended.
///
/// One word that is null in most calls.
#[derive(Default)]
pub(crate) struct Refusals(Option<Box<Noted>>);

#[derive(Default)]
struct Noted {
    all: Vec<Refusal>,
    kept: Vec<ThinVec<Temporary>>,
    /// See [`Cx::drain`].
    drained: ThinVec<Temporary>,
    /// Iterators that take the places of arguments, and those arguments.
    stands_for: Vec<(StrongRef, StrongRef)>,
    /// An iterator has raised: what it gives now is not all.
    is_over: bool,
}

/// In place of the index of an element.
pub(crate) const NO_ELEMENT: u32 = u32::MAX;

impl Refusals {
    /// Keeps what the attempt `cx` has to say.
    #[inline]
    pub(crate) fn note(&mut self, cx: &mut Cx<'_>) {
        let spot = cx.spot();
        if spot.reason != Reason::Type || spot.in_element || cx.declined || cx.cause.is_some() {
            self.keep(cx, spot);
        }
    }

    /// Keeps what call policies have handed over.
    #[cold]
    pub(crate) fn keep_until_the_end(&mut self, objects: ThinVec<Temporary>) {
        self.0.get_or_insert_default().kept.push(objects);
    }

    /// Keeps the iterators that the attempt has read, for the next.
    ///
    /// # Safety
    /// The attempt has ended, and nobody has a copy of the arguments; attached.
    #[inline]
    pub(crate) unsafe fn keep_drained(&mut self, cx: &mut Cx<'_>) {
        if !cx.temporaries().is_empty() {
            let drained = cx.take_drained();
            if !drained.is_empty() {
                let noted = self.0.get_or_insert_default();
                // SAFETY: caller's contract.
                noted.is_over |= unsafe { !cx.put_back(&drained, &mut noted.stands_for) };
                noted.drained = drained;
            }
        }
    }

    /// The argument as it was given.
    pub(crate) fn given(&self, argument: *mut ffi::PyObject) -> *mut ffi::PyObject {
        let known = self.0.as_ref().map_or(&[][..], |noted| &noted.stands_for);
        // An iterator may stand for one that stands for another.
        known.iter().rev().fold(argument, |found, (made, of)| if made.as_ptr() == found { of.as_ptr() } else { found })
    }

    /// No other overload is to be tried.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        self.0.as_ref().is_some_and(|noted| noted.is_over)
    }

    /// Hands over the iterators that an earlier attempt has read.
    #[inline]
    pub(crate) fn hand_drained(&mut self, cx: &mut Cx<'_>) {
        if let Some(noted) = &mut self.0 {
            cx.adopt_drained(std::mem::take(&mut noted.drained));
        }
    }

    #[cold]
    fn keep(&mut self, cx: &mut Cx<'_>, spot: Spot) {
        let record = cx.record().map_or(ptr::null(), ptr::from_ref);
        let new = Refusal { record, spot, elements: cx.elements, declined: cx.declined, cause: cx.cause.take() };
        // The second pass knows better than the first.
        let all = &mut self.0.get_or_insert_default().all;
        match all.iter_mut().find(|old| ptr::eq(old.record, record)) {
            Some(old) => *old = Refusal { cause: new.cause.or(old.cause.take()), ..new },
            None => all.push(new),
        }
    }

    /// Whether nothing was noted: no attempt has run code of others that failed, or read an iterator.
    pub(crate) fn are_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The exception that becomes the cause of the `TypeError`.
    pub(crate) fn take_cause(&mut self) -> Option<object> {
        self.0.as_mut()?.all.iter_mut().rev().find_map(|refusal| refusal.cause.take())
    }

    /// One line for each overload whose refusal the types do not explain; `None` with an exception raised that ends the
    /// call.
    ///
    /// # Safety
    /// `given` holds the arguments of the call that `data` has refused; attached, with no exception raised.
    pub(crate) unsafe fn explain(&self, data: &FuncData, given: &Given) -> Option<Vec<String>> {
        let noted = self.0.as_ref().map_or(&[][..], |noted| &noted.all);
        let mut lines = Vec::new();
        for (number, record) in data.records.iter().enumerate() {
            let line = match noted.iter().find(|refusal| ptr::eq(refusal.record, &**record)) {
                Some(refusal) => refusal.explain(record)?,
                // SAFETY: caller's contract.
                None => unsafe { unfit(record, given) },
            };
            match line {
                Some(line) if data.records.len() > 1 => lines.push(messages::of_overload(number + 1, &line)),
                Some(line) => lines.push(line),
                None => {}
            }
        }
        Some(lines)
    }
}

impl Refusal {
    /// The line; `Some(None)` when an exception of an argument that fitted in the end is all there is.
    fn explain(&self, record: &Record) -> Option<Option<String>> {
        if self.declined {
            return Some(Some(messages::DECLINED.to_string()));
        }
        if self.spot.reason == Reason::Type && !self.spot.in_element {
            return Some(None);
        }
        let subject = record.describe_argument(self.spot.argument) + &element(self.spot, self.elements);
        let what = match (self.spot.reason, &self.cause) {
            (Reason::Raised, Some(cause)) => messages::conversion_raised(&shown(cause)?),
            (Reason::Implicit, Some(cause)) => messages::implicit_conversion_raised(&shown(cause)?),
            (reason, _) => reason.in_words().to_string(),
        };
        Some(Some(messages::refused(&subject, &what)))
    }
}

impl Reason {
    fn in_words(self) -> &'static str {
        match self {
            Reason::Type | Reason::Raised | Reason::Implicit => messages::WRONG_TYPE,
            Reason::Range => messages::OUT_OF_RANGE,
            Reason::Inexact => messages::INEXACT,
            Reason::Length => messages::WRONG_LENGTH,
            Reason::Changed => messages::CHANGED,
            Reason::Character => messages::NOT_A_CHARACTER,
            Reason::Null => messages::NULL_CHARACTER,
            Reason::Slice => messages::OTHER_SLICE,
            Reason::Spelling => messages::OTHER_SPELLING,
            Reason::NotUtf8 => messages::NOT_UTF8,
            Reason::Zone => messages::WITH_ZONE,
            Reason::Naive => messages::NAIVE,
            Reason::Aware => messages::AWARE,
            Reason::UnknownZone => messages::UNKNOWN_ZONE,
            Reason::NotFinite => messages::NOT_FINITE,
            Reason::TwiceInDict => messages::TWICE_IN_DICT,
            Reason::TooDeep => messages::NESTED_TOO_DEEP,
            Reason::NoMember => messages::NO_MEMBER,
            Reason::Empty => messages::NO_VALUE,
        }
    }
}

/// Names the refused element of a container, if it is one.
fn element(spot: Spot, elements: [u32; 2]) -> String {
    let known = elements.into_iter().filter(|element| spot.in_element && *element != NO_ELEMENT);
    known.map(messages::of_element).collect()
}

/// Why a value was refused that is no argument of a call, after its types: `: out of range`; nothing where these explain it.
pub(crate) fn of_value(cx: &Cx<'_>) -> String {
    let spot = cx.spot();
    if spot.is_type() {
        return String::new();
    }
    messages::refused(&element(spot, cx.elements), spot.reason.in_words())
}

/// `ValueError: text`, one line; `None` when the text raises what ends the call.
fn shown(cause: &object) -> Option<String> {
    // SAFETY: attached; live objects.
    let text = unsafe {
        match object::from_owned(ffi::PyObject_Str(cause.as_ptr())) {
            Some(text) => text::read(text.as_ptr()),
            None if is_fatal() => return None,
            None => {
                ffi::PyErr_Clear();
                None
            }
        }
    };
    let text = text.unwrap_or_default();
    let class = cause.class_name();
    Some(match text.lines().next() {
        Some(line) => format!("{class}: {line}"),
        None => class,
    })
}

/// What is wrong with the number, the names, or a `None` among the arguments; `None` when they can be arranged. Says in
/// words what [`plain`](crate::call::arguments::plain) says with `false`.
///
/// # Safety
/// `given` holds the arguments of a call; attached.
unsafe fn unfit(record: &Record, given: &Given) -> Option<String> {
    let &Given { receiver, nargs, kwnames, .. } = given;
    let (args, nkw) = (given.args(), given.nkw());
    let rest = record.rest;
    let shift = usize::from(!receiver.is_null());
    if kwnames.is_null() && nargs + shift == record.arity {
        // All are there by position, and nothing else is to be arranged.
        // SAFETY: `args` holds the positional values.
        if !unsafe { none_refused(record.accepts_none >> shift, args, nargs) } {
            return None;
        }
    }
    // `nb::args` may collect the receiver as well.
    let positional = record.positional.saturating_sub(shift);
    if nargs > positional && rest.args().is_none() {
        return Some(messages::too_many_arguments(positional, nargs));
    }
    if nkw > 0 && !record.annotated && rest.is_empty() {
        return Some(messages::NO_KEYWORDS.to_string());
    }
    // Each value that has a parameter of its own, and which.
    let by_position = nargs.min(positional);
    let mut known: SmallVec<[(usize, usize); 8]> =
        (0..by_position).map(|position| (position, position + shift)).collect();
    for keyword in 0..nkw {
        // SAFETY: `kwnames` is a tuple of `nkw` texts.
        let name = unsafe { text::read(ffi::PyTuple_GetItem(kwnames, keyword as ffi::Py_ssize_t)) };
        let name = name.unwrap_or_default();
        let named = |(index, arg): (usize, &ArgRecord)| !rest.contains(index) && arg.name.as_ref() == Some(&name);
        match record.args.iter().enumerate().position(named) {
            Some(index) if index < by_position + shift => return Some(messages::given_twice(&name)),
            Some(index) => known.push((nargs + keyword, index)),
            None if rest.kwargs().is_none() => return Some(messages::unknown_keyword(&name)),
            None => {}
        }
    }
    let describe = |index: usize| record.describe_argument(index as u16);
    let missing: Vec<String> = (by_position + shift..record.args.len())
        .filter(|index| !rest.contains(*index) && record.args[*index].default.is_none())
        .filter(|index| known.iter().all(|(_, given)| given != index))
        .map(describe)
        .collect();
    if !missing.is_empty() {
        return Some(messages::missing_arguments(&missing.join(", ")));
    }
    // SAFETY: `args` holds the positional and then the keyword values; None lives for ever.
    let refused = known.into_iter().find(|(position, index)| unsafe {
        *args.add(*position) == ffi::Py_None() && record.accepts_none >> index & 1 == 0
    });
    refused.map(|(_, index)| messages::refused(&describe(index), messages::NONE_REFUSED))
}
