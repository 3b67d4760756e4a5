//! Puts the arguments of a call in the order of the parameters.

use crate::dispatch::Given;
use crate::ffi;
use crate::function::{ArgRecord, MAX_PARAMS, Record};
use crate::obj::object;
use std::ptr;

/// The arguments of one attempt, in the order of the parameters.
pub(crate) struct Arranged {
    pub values: [*mut ffi::PyObject; MAX_PARAMS],
    /// What `values` has of the `nb::args` parameter.
    args: Option<object>,
    /// What `values` has of the `nb::kwargs` parameter.
    kwargs: Option<object>,
}

/// The keywords of a call: their names, and the values in the same order.
#[derive(Clone, Copy)]
struct Keywords {
    names: *const *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: usize,
}

impl Arranged {
    pub(crate) fn new() -> Arranged {
        Arranged { values: [ptr::null_mut(); MAX_PARAMS], args: None, kwargs: None }
    }

    /// Fills in positional, keyword and default values; false when they do not fit, or with an exception raised.
    ///
    /// # Safety
    /// The arguments are those of a call that outlives `self`.
    #[inline(always)]
    pub(crate) unsafe fn fill(&mut self, record: &Record, given: &Given) -> bool {
        // SAFETY: caller's contract; the items of a tuple lie in the tuple.
        unsafe {
            let names = match given.nkw {
                0 => ptr::null(),
                _ => (&raw const (*given.kwnames.cast::<ffi::PyTupleObject>()).ob_item).cast(),
            };
            let keywords = Keywords { names, values: given.args.add(given.nargs), count: given.nkw };
            if record.rest.is_empty() {
                self.fill_plain(record, given, keywords)
            } else {
                self.fill_with_rest(record, given, keywords)
            }
        }
    }

    /// Puts the receiver, if there is one, and the first `count` arguments in place, which make so many values together.
    ///
    /// # Safety
    /// As [`fill`](Self::fill); there is room.
    unsafe fn copy(&mut self, given: &Given, count: usize) -> usize {
        let shift = usize::from(!given.receiver.is_null());
        self.values[0] = given.receiver;
        // SAFETY: caller's contract.
        unsafe { ptr::copy_nonoverlapping(given.args, self.values.as_mut_ptr().add(shift), count) };
        count + shift
    }

    /// For functions without `nb::args` and `nb::kwargs`.
    ///
    /// # Safety
    /// As [`fill`](Self::fill).
    #[inline(always)]
    unsafe fn fill_plain(&mut self, record: &Record, given: &Given, keywords: Keywords) -> bool {
        // SAFETY: caller's contract.
        unsafe {
            let wanted = record.params.len();
            let shift = usize::from(!given.receiver.is_null());
            if given.nargs + shift > record.positional || (keywords.count > 0 && !record.annotated) {
                return false;
            }
            let nargs = self.copy(given, given.nargs);
            let values = &mut self.values[..wanted];
            if keywords.count > 0 {
                let mut used = 0;
                for (value, arg) in values.iter_mut().zip(&record.args).skip(nargs) {
                    // Callers mostly give keywords in the order of the parameters.
                    if let Some(place) = keywords.find_by_address(arg, used) {
                        *value = *keywords.values.add(place);
                        used += 1;
                    }
                }
                if used != keywords.count {
                    for (value, arg) in values.iter_mut().zip(&record.args).skip(nargs) {
                        if value.is_null()
                            && let Some(place) = keywords.find_by_text(arg)
                        {
                            *value = *keywords.values.add(place);
                            used += 1;
                        }
                    }
                    if used != keywords.count {
                        return false;
                    }
                }
            }
            add_defaults(record, values, nargs) && none_fits(record, values)
        }
    }

    /// For functions with `nb::args` or `nb::kwargs`, which get a tuple and a dict that nobody else has.
    ///
    /// # Safety
    /// As [`fill`](Self::fill).
    #[inline(never)]
    unsafe fn fill_with_rest(&mut self, record: &Record, call: &Given, keywords: Keywords) -> bool {
        // SAFETY: caller's contract.
        unsafe {
            let shift = usize::from(!call.receiver.is_null());
            // How many arguments have a parameter of their own.
            let single = call.nargs.min(record.positional - shift);
            let rest = record.rest;
            if call.nargs > single && rest.args().is_none() {
                return false;
            }
            let given = self.copy(call, single);
            let values = &mut self.values[..record.params.len()];
            // One bit for each keyword that is a parameter; the dispatcher admits 1024.
            let mut taken = [0_u64; 16];
            let mut used = 0;
            for (index, arg) in record.args.iter().enumerate() {
                if keywords.count == 0 || rest.contains(index) {
                    continue;
                }
                let Some(place) = keywords.find_by_address(arg, used).or_else(|| keywords.find_by_text(arg)) else {
                    continue;
                };
                if index < given {
                    // The same argument by position and by keyword.
                    return false;
                }
                values[index] = *keywords.values.add(place);
                taken[place / 64] |= 1 << (place % 64);
                used += 1;
            }
            if used != keywords.count && rest.kwargs().is_none() {
                return false;
            }
            if !add_defaults(record, values, given) || !none_fits(record, values) {
                return false;
            }
            if let Some(place) = rest.args() {
                let Some(made) = tuple_of(call.args.add(single), call.nargs - single) else { return false };
                values[place] = made.as_ptr();
                self.args = Some(made);
            }
            if let Some(place) = rest.kwargs() {
                let Some(made) = keywords.dict_without(&taken) else { return false };
                values[place] = made.as_ptr();
                self.kwargs = Some(made);
            }
            true
        }
    }
}

impl Keywords {
    /// Place of the argument among the keywords, by the address of its interned name. The search begins at `first`.
    ///
    /// # Safety
    /// The keywords' tuple is alive.
    #[inline(always)]
    unsafe fn find_by_address(self, arg: &ArgRecord, first: usize) -> Option<usize> {
        let key = arg.key.as_ref()?.as_ptr();
        // SAFETY: caller's contract.
        let is_key = |place: &usize| unsafe { *self.names.add(*place) == key };
        (first..self.count).find(is_key).or_else(|| (0..first.min(self.count)).find(is_key))
    }

    /// As [`find_by_address`](Self::find_by_address), by the text, for names that are not interned.
    ///
    /// # Safety
    /// The keywords' tuple is alive; attached.
    #[cold]
    unsafe fn find_by_text(self, arg: &ArgRecord) -> Option<usize> {
        let key = arg.key.as_ref()?.as_ptr();
        // SAFETY: caller's contract.
        (0..self.count).find(|place| unsafe { ffi::PyUnicode_Compare(*self.names.add(*place), key) == 0 })
    }

    /// A new dict of the keywords whose bit is not set; `None` with an exception raised.
    ///
    /// # Safety
    /// The keywords are alive, at most 1024; attached.
    unsafe fn dict_without(self, taken: &[u64; 16]) -> Option<object> {
        // SAFETY: caller's contract.
        unsafe {
            let made = object::from_owned(ffi::PyDict_New())?;
            for place in (0..self.count).filter(|place| taken[place / 64] >> (place % 64) & 1 == 0) {
                let (name, value) = (*self.names.add(place), *self.values.add(place));
                if ffi::PyDict_SetItem(made.as_ptr(), name, value) != 0 {
                    return None;
                }
            }
            Some(made)
        }
    }
}

/// Puts default values where nothing was given, from `first` on; false when one is missing.
#[inline(always)]
fn add_defaults(record: &Record, values: &mut [*mut ffi::PyObject], first: usize) -> bool {
    let rest = record.rest;
    for (index, (value, arg)) in values.iter_mut().zip(&record.args).enumerate().skip(first) {
        if value.is_null() {
            match &arg.default {
                Some(default) => *value = default.as_ptr(),
                None if rest.contains(index) => {}
                None => return false,
            }
        }
    }
    true
}

/// Whether every `None` stands where the overload takes one.
#[inline(always)]
fn none_fits(record: &Record, values: &[*mut ffi::PyObject]) -> bool {
    // SAFETY: attached.
    let none = unsafe { ffi::Py_None() };
    values.iter().enumerate().all(|(index, value)| *value != none || record.accepts_none >> index & 1 != 0)
}

/// A new tuple; `None` with an exception raised.
///
/// # Safety
/// `items` holds `count` live objects; attached.
unsafe fn tuple_of(items: *const *mut ffi::PyObject, count: usize) -> Option<object> {
    // SAFETY: caller's contract; the tuple takes over one new reference for each item.
    unsafe {
        let made = object::from_owned(ffi::PyTuple_New(count as ffi::Py_ssize_t))?;
        for place in 0..count {
            ffi::PyTuple_SetItem(made.as_ptr(), place as ffi::Py_ssize_t, ffi::Py_NewRef(*items.add(place)));
        }
        Some(made)
    }
}
