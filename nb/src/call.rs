//! [`Cx`]: what one attempt to call one overload owns: loans, temporaries, and what went wrong.

use crate::borrow::{Asker, Loans};
use crate::class::TypeData;
use crate::error::take_raised;
use crate::ffi;
use crate::function::Record;
use crate::instance::{Inst, inline_address};
use crate::obj::{Held, object};
use crate::rare::Rare;
use crate::state::State;
use std::cell::Cell;

/// Implicit conversion is allowed for this argument in this pass.
pub const CONVERT: u8 = 1;
/// The argument accepts `None`.
pub const ACCEPT_NONE: u8 = 2;

/// Returned by an overload that cannot take these arguments.
pub(crate) fn next_overload_ptr() -> *mut ffi::PyObject {
    std::ptr::dangling_mut::<ffi::PyObject>()
}

/// An object that lives until the call has ended.
struct Temporary {
    argument: u16,
    /// The object that was converted to it, or null.
    source: *mut ffi::PyObject,
    /// A context lives inside a call, and hence on an attached thread.
    value: Held,
}

/// State of one attempt at one overload. Dropping it releases marks first and temporaries after.
pub struct Cx<'c> {
    pub(crate) loans: Loans,
    pub(crate) state: &'c State,
    pub(crate) record: Option<&'c Record>,
    /// Arguments as given to the overload; `self` first for methods.
    pub(crate) args: *const *mut ffi::PyObject,
    pub(crate) nargs: usize,
    temporaries: Rare<Temporary>,
    /// An exception that ends the whole call is raised.
    pub(crate) fatal: bool,
    /// Only asks whether a value fits: bound classes are not made from other objects.
    pub(crate) probing: bool,
    /// The body asked for the next overload.
    pub(crate) declined: bool,
    /// What went wrong while an argument was converted, to be chained to the `TypeError`.
    pub(crate) cause: Option<object>,
    argument: Cell<u16>,
}

impl<'c> Cx<'c> {
    pub(crate) fn new(state: &'c State, record: Option<&'c Record>) -> Cx<'c> {
        Cx {
            loans: Loans::default(),
            state,
            record,
            args: std::ptr::null(),
            nargs: 0,
            temporaries: Rare::default(),
            fatal: false,
            probing: false,
            declined: false,
            cause: None,
            argument: Cell::new(0),
        }
    }

    /// Ends the loans when nothing was kept and nothing went wrong; then the context may be forgotten.
    #[inline(always)]
    pub(crate) fn settle(&mut self) -> bool {
        let plain = self.temporaries.is_empty() && self.cause.is_none() && !self.fatal;
        if plain {
            self.loans.release();
        }
        plain
    }

    /// Names the argument that is being converted or lent.
    #[inline(always)]
    pub fn at(&self, argument: u16) {
        self.argument.set(argument);
    }

    /// Keeps `value` alive until the call has ended.
    pub(crate) fn keep(&mut self, value: object) {
        self.keep_converted(std::ptr::null_mut(), value);
    }

    /// Keeps what `source` was converted to alive until the call has ended, and remembers whose place it takes.
    pub(crate) fn keep_converted(&mut self, source: *mut ffi::PyObject, value: object) {
        // SAFETY: see the field.
        let value = unsafe { Held::of(value) };
        let temporary = Temporary { argument: self.argument.get(), source, value };
        self.temporaries.extend([temporary]);
    }

    /// What `source`, the argument with this index, was converted to.
    pub(crate) fn converted(&self, argument: u16, source: *mut ffi::PyObject) -> Option<*mut ffi::PyObject> {
        // Both are compared: an element of a list that is the argument has the argument's index too.
        let found = self.temporaries.all().iter().find(|t| t.argument == argument && t.source == source);
        found.map(|temporary| temporary.value.as_ptr())
    }

    /// A converter met a Python exception: fatal ones stay raised and end the call, others are remembered as the
    /// cause of the `TypeError` and make the overload a mismatch.
    #[cold]
    pub fn mismatch_raised(&mut self) {
        // SAFETY: attached; the exception globals are live.
        unsafe {
            if ffi::PyErr_Occurred().is_null() {
                return;
            }
            let fatal = ffi::PyErr_ExceptionMatches(ffi::PyExc_Exception) == 0
                || ffi::PyErr_ExceptionMatches(ffi::PyExc_MemoryError) != 0
                || ffi::PyErr_ExceptionMatches(ffi::PyExc_RecursionError) != 0;
            if fatal {
                self.fatal = true;
            } else {
                self.cause = take_raised();
            }
        }
    }

    /// Lends a bound value to the call; `None` with an exception raised when Rust's aliasing rules forbid it.
    ///
    /// # Safety
    /// `inst` lives at least as long as this context; `data` is the record of its native class.
    #[inline]
    pub(crate) unsafe fn lend(&mut self, inst: *mut Inst, data: &TypeData, exclusive: bool) -> Option<usize> {
        // SAFETY: caller's contract.
        unsafe {
            if self.lend_inline(inst, exclusive) {
                return Some(inline_address(inst, data.align));
            }
            self.lend_slow(inst, data, exclusive)
        }
    }

    /// Lends a value that lies in its object; `false` means that [`lend`](Self::lend) has to look closer.
    ///
    /// # Safety
    /// `inst` lives at least as long as this context.
    #[inline(always)]
    pub(crate) unsafe fn lend_inline(&mut self, inst: *mut Inst, exclusive: bool) -> bool {
        // SAFETY: caller's contract.
        unsafe { self.loans.lend_inline(inst, exclusive, self.argument.get()) }
    }

    #[cold]
    #[inline(never)]
    unsafe fn lend_slow(&mut self, inst: *mut Inst, data: &TypeData, exclusive: bool) -> Option<usize> {
        let record = self.record;
        let asker = Asker {
            function: &|| record.map_or_else(|| "nb::cast".to_string(), Record::call_name),
            argument_name: &|index| record.map_or_else(|| "the value".to_string(), |r| r.describe_argument(index)),
            argument: self.argument.get(),
        };
        // SAFETY: caller's contract.
        unsafe { self.loans.lend_slow(inst, data, exclusive, &asker) }
    }

    /// Notes that the argument that is being lent takes the value of `inst` away.
    pub(crate) fn note_claim(&mut self, inst: *mut Inst) {
        self.loans.note_claim(inst, self.argument.get());
    }

    pub(crate) fn function_name(&self) -> String {
        self.record.map_or_else(|| "nb::cast".to_string(), Record::call_name)
    }

    /// The argument that is being lent, for messages.
    pub(crate) fn argument_name(&self) -> String {
        self.name_argument(self.argument.get())
    }

    pub(crate) fn name_argument(&self, index: u16) -> String {
        self.record.map_or_else(|| "the value".to_string(), |r| r.describe_argument(index))
    }
}
