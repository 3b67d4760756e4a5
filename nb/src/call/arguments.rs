//! Puts the arguments of a call in the order of the parameters.

use crate::call::given::Given;
use crate::call::record::{MAX_PARAMS, Record};
use crate::ffi;
use crate::python::error::Error;
use crate::python::object::object;
use crate::python::tuple::of_items;
use std::mem::MaybeUninit;
use std::ptr;

/// Room for the arguments of one attempt.
pub(crate) type Values = [MaybeUninit<*mut ffi::PyObject>; MAX_PARAMS];

/// What an attempt owns of its arguments: the tuple of `nb::args` and the dict of `nb::kwargs`.
#[derive(Default)]
pub(crate) struct Collected {
    args: Option<object>,
    kwargs: Option<object>,
    /// The tuple has collected the receiver too.
    whole: bool,
}

impl Collected {
    /// What takes the receiver's position, if anything does; borrowed.
    pub(crate) fn receiver(&self) -> Option<*mut ffi::PyObject> {
        self.args.as_ref().filter(|_| self.whole).map(object::as_ptr)
    }
}

/// The keywords of a call: their names, and the values in the same order.
#[derive(Clone, Copy)]
pub(crate) struct Keywords {
    names: *const *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    pub count: usize,
}

/// Fills in positional, keyword and default values; false when they do not fit.
///
/// For functions without `nb::args` and `nb::kwargs`. The receiver of a method is not among the values.
///
/// # Safety
/// `given` holds the arguments of a call, which are alive; attached.
#[inline(always)]
pub(crate) unsafe fn plain(record: &Record, given: &Given, values: &mut Values) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        let keywords = given.keywords();
        if given.nargs + given.shift() > record.positional || (keywords.count > 0 && !record.annotated) {
            return false;
        }
        // Names of arguments are interned, and so are mostly those of keywords.
        if fill(record, given, keywords, values, Keywords::find_by_address) {
            return true;
        }
        keywords.count > 0 && plain_by_text(record, given, keywords, values)
    }
}

/// # Safety
/// As [`plain`].
#[cold]
#[inline(never)]
unsafe fn plain_by_text(record: &Record, given: &Given, keywords: Keywords, values: &mut Values) -> bool {
    // SAFETY: as `plain`.
    unsafe { fill(record, given, keywords, values, Keywords::find_by_text) }
}

/// # Safety
/// As [`plain`].
#[inline(always)]
unsafe fn fill(
    record: &Record,
    given: &Given,
    keywords: Keywords,
    values: &mut Values,
    find: unsafe fn(Keywords, *mut ffi::PyObject, usize) -> Option<usize>,
) -> bool {
    // SAFETY: as `plain`.
    unsafe {
        let (args, nargs) = (given.args(), given.nargs);
        let none = ffi::Py_None();
        let mut used = 0;
        for (index, arg) in record.args[given.shift()..].iter().enumerate() {
            let mut value = ptr::null_mut();
            if index < nargs {
                value = *args.add(index);
            } else if keywords.count > 0
                && let Some(key) = &arg.key
                && let Some(position) = find(keywords, key.as_ptr(), used)
            {
                value = *keywords.values.add(position);
                used += 1;
            }
            if value.is_null() {
                let Some(default) = &arg.default else { return false };
                value = default.as_ptr();
            }
            if value == none && record.accepts_none >> (index + given.shift()) & 1 == 0 {
                return false;
            }
            values[index].write(value);
        }
        used == keywords.count
    }
}

/// As [`plain`], for functions with `nb::args` or `nb::kwargs`, which get a tuple and a dict that nobody else has; false
/// also with an exception raised.
///
/// # Safety
/// As [`plain`]; at most 1024 keywords. The values are good while `collected` lives.
#[inline(never)]
pub(crate) unsafe fn with_rest(record: &Record, given: &Given, values: &mut Values, collected: &mut Collected) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        let none = ffi::Py_None();
        let rest = record.rest;
        let (args, nargs, shift, keywords) = (given.args(), given.nargs, given.shift(), given.keywords());
        // How many arguments have a parameter of their own.
        let own = nargs.min(record.positional.saturating_sub(shift));
        if nargs > own && rest.args().is_none() {
            return false;
        }
        // One bit for each keyword that names an argument.
        let mut taken = [0_u64; 16];
        let mut used = 0;
        for (index, arg) in record.args.iter().enumerate().skip(shift) {
            if rest.contains(index) {
                continue;
            }
            let position = index - shift;
            let mut value = if position < own { *args.add(position) } else { ptr::null_mut() };
            let named = arg.key.as_ref().filter(|_| keywords.count > 0).and_then(|key| keywords.find(key, used));
            if let Some(keyword) = named {
                if position < own {
                    // The same argument by position and by keyword.
                    return false;
                }
                value = *keywords.values.add(keyword);
                taken[keyword / 64] |= 1 << (keyword % 64);
                used += 1;
            }
            if value.is_null() {
                let Some(default) = &arg.default else { return false };
                value = default.as_ptr();
            }
            if value == none && record.accepts_none >> index & 1 == 0 {
                return false;
            }
            values[position].write(value);
        }
        if used != keywords.count && rest.kwargs().is_none() {
            return false;
        }
        // Objects are made when nothing else can refuse the call.
        if let Some(index) = rest.args() {
            collected.whole = index < shift;
            let first = if collected.whole { given.receiver } else { ptr::null_mut() };
            collected.args = tuple_of(first, args.add(own), nargs - own);
            let Some(made) = &collected.args else { return false };
            if !collected.whole {
                values[index - shift].write(made.as_ptr());
            }
        }
        if let Some(index) = rest.kwargs() {
            collected.kwargs = keywords.dict_without(&taken);
            let Some(made) = &collected.kwargs else { return false };
            values[index - shift].write(made.as_ptr());
        }
        true
    }
}

impl Keywords {
    /// The keywords of a call.
    ///
    /// # Safety
    /// Vectorcall protocol: `values` holds one object for each name in the tuple `kwnames`, which may be null.
    #[inline(always)]
    pub(crate) unsafe fn new(kwnames: *mut ffi::PyObject, values: *const *mut ffi::PyObject) -> Keywords {
        if kwnames.is_null() {
            return Keywords { names: ptr::null(), values, count: 0 };
        }
        // SAFETY: the items of a tuple lie in the tuple.
        unsafe {
            let names = (&raw const (*kwnames.cast::<ffi::PyTupleObject>()).ob_item).cast();
            Keywords { names, values, count: ffi::PyTuple_GET_SIZE(kwnames) as usize }
        }
    }

    /// Place of the interned name `key` among the keywords, by its address. The search begins at `first`, since callers
    /// mostly give keywords in the order of the arguments.
    ///
    /// # Safety
    /// The keywords' tuple is alive.
    #[inline(always)]
    unsafe fn find_by_address(self, key: *mut ffi::PyObject, first: usize) -> Option<usize> {
        // SAFETY: caller's contract.
        let is_key = |position: &usize| unsafe { *self.names.add(*position) == key };
        (first..self.count).find(is_key).or_else(|| (0..first.min(self.count)).find(is_key))
    }

    /// As [`find_by_address`](Self::find_by_address), by the text, for names that are not interned.
    ///
    /// # Safety
    /// The keywords' tuple is alive; attached.
    unsafe fn find_by_text(self, key: *mut ffi::PyObject, _first: usize) -> Option<usize> {
        // SAFETY: caller's contract.
        (0..self.count).find(|position| unsafe { ffi::PyUnicode_Compare(*self.names.add(*position), key) == 0 })
    }

    /// As [`find_by_text`](Self::find_by_text), looking at the address first.
    ///
    /// # Safety
    /// The keywords' tuple is alive; attached.
    unsafe fn find(self, key: &object, first: usize) -> Option<usize> {
        let key = key.as_ptr();
        // SAFETY: caller's contract.
        unsafe { self.find_by_address(key, first).or_else(|| self.find_by_text(key, first)) }
    }

    /// A new dict of the keywords whose bit is not set; `None` with an exception raised.
    ///
    /// # Safety
    /// The keywords are alive, at most 1024; attached.
    unsafe fn dict_without(self, taken: &[u64; 16]) -> Option<object> {
        // SAFETY: caller's contract.
        unsafe {
            let made = object::from_owned(ffi::PyDict_New())?;
            for position in (0..self.count).filter(|position| taken[position / 64] >> (position % 64) & 1 == 0) {
                let (name, value) = (*self.names.add(position), *self.values.add(position));
                if ffi::PyDict_SetItem(made.as_ptr(), name, value) != 0 {
                    return None;
                }
            }
            Some(made)
        }
    }
}

/// A new tuple of `first`, unless that is null, and `count` items; `None` with an exception raised.
///
/// # Safety
/// `first` is null or live, `items` holds `count` live objects; attached.
unsafe fn tuple_of(first: *mut ffi::PyObject, items: *const *mut ffi::PyObject, count: usize) -> Option<object> {
    // SAFETY: caller's contract; the tuple takes over one new reference for each item.
    unsafe {
        let shift = usize::from(!first.is_null());
        let item =
            |position: usize| object::borrow(if position < shift { first } else { *items.add(position - shift) });
        of_items((0..count + shift).map(item)).map_err(Error::restore).ok()
    }
}
