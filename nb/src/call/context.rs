//! [`Cx`]: what one attempt to call one overload owns: loans, temporaries, and what went wrong.

use crate::call::entry::Site;
use crate::call::given::{Given, own};
use crate::call::mismatch::{NO_ELEMENT, Spot};
use crate::call::nb_func::FuncData;
use crate::call::outcome::refuse_pending;
use crate::call::record::Record;
use crate::cast::traits::Param;
use crate::ffi;
use crate::instance::loans::Loans;
use crate::interpreter::state::State;
use crate::python::object::{StrongRef, object};
use crate::util::thin_vec::ThinVec;
use std::cell::Cell;
use std::ptr;

/// Implicit conversion is allowed for this argument in this pass.
pub const CONVERT: u8 = 1;
/// The argument accepts `None`.
pub const ACCEPT_NONE: u8 = 2;
/// The argument does not accept `None`, in pybind11's dialect.
pub const REFUSE_NONE: u8 = 4;

/// Returned by an overload that cannot take these arguments.
#[inline(always)]
pub(crate) fn next_overload_ptr() -> *mut ffi::PyObject {
    std::ptr::dangling_mut::<ffi::PyObject>()
}

/// Whether what an overload has returned is an object: neither null nor the request for the next overload.
#[inline(always)]
pub(crate) fn is_object(result: *mut ffi::PyObject) -> bool {
    result as usize > next_overload_ptr() as usize
}

/// In [`Cx::converts`]: the record knows, and was not asked yet.
const ASK: u32 = 1 << 31;
/// In [`Cx::converts`], see [`Cx::is_probing`].
const PROBING: u32 = 1 << 30;
/// In [`Cx::converts`]: somebody owns the arguments until the call has ended, see [`Cx::own_arguments`].
const OWNED: u32 = 1 << 29;

/// An object that lives until the call has ended.
pub(crate) struct Temporary {
    pub(super) argument: u16,
    /// An iterator and its elements, see [`drain`](Cx::drain).
    pub(super) drained: bool,
    /// The object that was converted to it, or null.
    pub(super) source: *mut ffi::PyObject,
    /// A context lives inside a call, and hence on an attached thread.
    pub(super) value: StrongRef,
}

/// Whether the exception that is raised ends the call instead of making an overload a mismatch.
///
/// # Safety
/// An exception is raised; attached.
pub(crate) unsafe fn is_fatal() -> bool {
    // SAFETY: caller's contract; the exception globals are live.
    unsafe {
        ffi::PyErr_ExceptionMatches(ffi::PyExc_Exception) == 0
            || ffi::PyErr_ExceptionMatches(ffi::PyExc_MemoryError) != 0
            || ffi::PyErr_ExceptionMatches(ffi::PyExc_RecursionError) != 0
    }
}

/// What is called, and in which interpreter.
enum Callee<'c> {
    /// A builtin, by its entry: whoever needs its state or its record looks them up.
    Direct(&'static Site),
    /// An overload, or nothing: a conversion outside a call.
    Known(&'c State, Option<&'c Record>),
}
static_assertions::assert_eq_size!(Callee<'_>, [usize; 2]);

/// State of one attempt at one overload. Dropping it releases marks first and temporaries after.
///
/// What each call uses comes first, where the machine code that reaches it is shortest.
#[repr(C)]
pub struct Cx<'c> {
    /// The instance that a method is called on, null for other functions.
    pub(crate) receiver: *mut ffi::PyObject,
    /// The other arguments.
    pub(crate) args: *const *mut ffi::PyObject,
    /// Bit `i`: argument `i`, counted with the receiver, may be converted implicitly in this pass; or `ASK`.
    converts: Cell<u32>,
    /// An exception that ends the whole call is raised.
    pub(crate) fatal: bool,
    /// An argument does not fit (see [`Param::read`]).
    pub(crate) bad: bool,
    /// The body asked for the next overload.
    pub(crate) declined: bool,
    /// No result is the function's own: it returned an error, or an argument could not be lent to it.
    pub(crate) failed: bool,
    pub(super) spot: Cell<Spot>,
    callee: Callee<'c>,
    pub(crate) loans: Loans,
    // Dropped after the loans.
    temporaries: ThinVec<Temporary>,
    /// In a direct call, the receiver and the arguments, see [`own_arguments`](Self::own_arguments).
    owned: ThinVec<StrongRef>,
    /// In any other, what owns them.
    given: Option<&'c Given>,
    /// What went wrong while an argument was converted, to be chained to the `TypeError`.
    pub(crate) cause: Option<object>,
    /// The element that was refused, and the one inside it; see [`Spot::in_element`].
    pub(crate) elements: [u32; 2],
}

/// The mark for the next overload, or null where code of the user's has left an exception raised.
fn declining() -> *mut ffi::PyObject {
    // SAFETY: a call is attached.
    if unsafe { ffi::PyErr_Occurred().is_null() } { next_overload_ptr() } else { ptr::null_mut() }
}

impl<'c> Cx<'c> {
    #[inline(always)]
    fn blank(
        callee: Callee<'c>,
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
        converts: u32,
    ) -> Cx<'c> {
        Cx {
            receiver,
            args,
            converts: Cell::new(converts),
            fatal: false,
            bad: false,
            declined: false,
            failed: false,
            spot: Cell::default(),
            callee,
            cause: None,
            loans: Loans::default(),
            temporaries: ThinVec::default(),
            owned: ThinVec::default(),
            given: None,
            elements: [NO_ELEMENT; 2],
        }
    }

    /// For conversions outside a call.
    pub(crate) fn new(state: &'c State) -> Cx<'c> {
        Cx::blank(Callee::Known(state, None), ptr::null_mut(), ptr::null(), 0)
    }

    /// As [`new`](Self::new), only to ask whether a value fits.
    pub(crate) fn probing(state: &'c State) -> Cx<'c> {
        let cx = Cx::new(state);
        cx.converts.set(PROBING);
        cx
    }

    /// Only asks whether a value fits: bound classes are not made from other objects.
    pub(crate) fn is_probing(&self) -> bool {
        self.converts.get() & PROBING != 0
    }

    /// For one attempt at the overload `record`, with the arguments as they were given.
    #[inline(always)]
    pub(crate) fn of_record(data: &'c FuncData, record: &'c Record, given: &'c Given, converts: u32) -> Cx<'c> {
        let callee = Callee::Known(&data.state, Some(record));
        let mut cx = Cx::blank(callee, given.receiver, given.args(), converts);
        cx.given = Some(given);
        cx
    }

    /// For a call of the overload `record` by native code, which owns the receiver and the arguments.
    pub(crate) fn again(
        state: &'c State,
        record: &'c Record,
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
    ) -> Cx<'c> {
        Cx::blank(Callee::Known(state, Some(record)), receiver, args, record.converts | OWNED)
    }

    /// For the direct call of a native function, whose record is found when it is needed.
    #[inline(always)]
    pub(crate) fn of_site(
        site: &'static Site,
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
    ) -> Cx<'c> {
        Cx::blank(Callee::Direct(site), receiver, args, ASK)
    }

    /// The state of the running interpreter.
    #[inline]
    pub(crate) fn state(&self) -> &'c State {
        match self.callee {
            Callee::Known(state, _) => state,
            Callee::Direct(_) => State::of_call().expect("a bound function keeps the state of its interpreter alive"),
        }
    }

    /// The overload that runs; none in a conversion outside a call.
    pub(crate) fn record(&self) -> Option<&'c Record> {
        match self.callee {
            Callee::Direct(site) => Some(&**self.state().builtins.function(site)?.records.first()?),
            Callee::Known(_, record) => record,
        }
    }

    /// The native function that was called directly.
    pub(crate) fn site(&self) -> Option<&'static Site> {
        match self.callee {
            Callee::Direct(site) => Some(site),
            Callee::Known(..) => None,
        }
    }

    /// What the function returns as a reference may belong to the arguments: it is a method, or no function at all.
    pub(crate) fn is_method(&self) -> bool {
        !self.receiver.is_null() || matches!(self.callee, Callee::Known(_, None))
    }

    /// Argument number `index`, counted with the receiver.
    ///
    /// # Safety
    /// The call has as many arguments.
    pub(crate) unsafe fn arg(&self, index: usize) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe {
            match (self.receiver.is_null(), index) {
                (true, _) => *self.args.add(index),
                (false, 0) => self.receiver,
                (false, _) => *self.args.add(index - 1),
            }
        }
    }

    /// The number of this argument, which stands in `args`, counted with the receiver.
    ///
    /// # Safety
    /// `argument` points into the arguments of the call.
    pub(crate) unsafe fn index_of(&self, argument: *const *mut ffi::PyObject) -> u16 {
        // SAFETY: caller's contract.
        let index = unsafe { argument.offset_from_unsigned(self.args) };
        index as u16 + u16::from(!self.receiver.is_null())
    }

    /// What conversion may do with argument number `index` in this pass.
    #[inline(always)]
    pub(crate) fn flags(&self, index: usize) -> u8 {
        let known = self.converts.get();
        let converts = if known & ASK != 0 { self.find_converts() } else { known };
        (converts >> index) as u8 & CONVERT
    }

    /// As [`flags`](Self::flags), for the conversion to a `P`.
    #[inline(always)]
    pub(crate) fn flags_for<P: Param<D>, D>(&self, index: usize) -> u8 {
        if const { P::ASKS_FLAGS } { self.flags(index) } else { 0 }
    }

    #[inline(never)]
    fn find_converts(&self) -> u32 {
        let converts = self.site().map_or(0, |site| self.state().builtins.converts(site));
        self.converts.set(converts | self.converts.get() & OWNED);
        converts
    }

    /// Owns the receiver and all arguments until the call has ended; from here on they are read from a copy.
    ///
    /// To be called before a conversion runs code that may be anybody's. C code that calls a function need not own what it
    /// passes, and that code could free an argument that has not been converted yet, or that has been and is not lent.
    #[inline(always)]
    pub(crate) fn own_arguments(&mut self) {
        if self.converts.get() & OWNED == 0 {
            self.own_all();
        }
    }

    #[cold]
    #[inline(never)]
    fn own_all(&mut self) {
        self.converts.set(self.converts.get() | OWNED);
        // SAFETY: no code has run yet, so that the arguments are still there; a call has an attached thread.
        unsafe {
            if let Some(given) = self.given {
                let as_given = self.args == given.args();
                given.own();
                // Else they are in an array of the dispatcher's, in the order of the parameters.
                if as_given {
                    self.args = given.args();
                }
            } else if let Some(site) = self.site() {
                let (owned, args) = own(self.receiver, self.args, site.given(), ptr::null_mut());
                (self.owned, self.args) = (owned, args);
            }
            // Else this is a conversion outside a call, whose caller owns the object.
        }
    }

    /// As [`own_arguments`](Self::own_arguments), when the body has run and asks for the next overload. The array that the caller has
    /// passed may be gone; `args` are the arguments without the receiver, in the order of the parameters.
    ///
    /// # Safety
    /// They are held, and so is the receiver.
    #[cold]
    pub(crate) unsafe fn own_declined(&mut self, args: &[*mut ffi::PyObject]) {
        if self.converts.get() & OWNED != 0 {
            return;
        }
        match self.given {
            // Without keywords, what was given comes first, before the defaults.
            Some(given) if given.kwnames.is_null() => given.read_from(args.as_ptr()),
            // The values of keywords are in an array that was made for the call.
            Some(_) => {}
            None => self.args = args.as_ptr(),
        }
        self.own_arguments();
    }

    /// Hands over what [`own_arguments`](Self::own_arguments) has owned in a direct call, which goes on without the context.
    pub(crate) fn take_owned(&mut self) -> ThinVec<StrongRef> {
        std::mem::take(&mut self.owned)
    }

    /// Keeps an object alive until the body has returned and the result is made: it refers to memory in there.
    ///
    /// # Safety
    /// `ob` is live; attached.
    #[inline(always)]
    pub(crate) unsafe fn hold(&mut self, ob: *mut ffi::PyObject) {
        // SAFETY: caller's contract.
        unsafe { self.loans.hold(ob) }
    }

    /// Converts one argument of the call with `convert`, which may run any code, for [`Param::read`]: a
    /// failure is noted, and nothing is done after one.
    ///
    /// # Safety
    /// `argument` points into the arguments of the call.
    #[inline(always)]
    pub(crate) unsafe fn read<T>(
        &mut self,
        argument: *const *mut ffi::PyObject,
        convert: impl FnOnce(*mut ffi::PyObject, u8, &mut Cx<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.bad {
            return None;
        }
        // SAFETY: caller's contract.
        let index = unsafe { self.index_of(argument) };
        self.at(index);
        let flags = self.flags(usize::from(index));
        self.own_arguments();
        // SAFETY: as above, of the copy.
        let src = unsafe { *self.args.add(usize::from(index) - usize::from(!self.receiver.is_null())) };
        let found = convert(src, flags, self);
        self.bad = found.is_none();
        found
    }

    /// As [`read`](Self::read), with a `convert` that owns the arguments itself before it runs other code.
    ///
    /// # Safety
    /// As `read`.
    #[inline(always)]
    pub(crate) unsafe fn read_carefully<T>(
        &mut self,
        argument: *const *mut ffi::PyObject,
        convert: impl FnOnce(*mut ffi::PyObject, u8, &mut Cx<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.bad {
            return None;
        }
        // SAFETY: caller's contract.
        let (index, src) = unsafe { (self.index_of(argument), *argument) };
        self.at(index);
        let flags = self.flags(usize::from(index));
        let found = convert(src, flags, self);
        self.bad = found.is_none();
        found
    }

    /// Ends the loans when nothing was kept and nothing went wrong; then the context may be forgotten.
    #[inline(always)]
    pub(crate) fn settle(&mut self) -> bool {
        // SAFETY: a call is attached.
        if cfg!(debug_assertions) && unsafe { !ffi::PyErr_Occurred().is_null() } {
            return false;
        }
        // One test for the three of them.
        let cause = self.cause.as_ref().map_or(0, |cause| cause.as_ptr() as usize);
        let plain = self.temporaries.address() | self.owned.address() | cause | usize::from(self.fatal) == 0;
        if plain && !self.loans.is_empty() {
            self.loans.release();
        }
        plain
    }

    /// An argument was bad, its type says all about that, and there is nothing to release.
    #[inline(always)]
    pub(crate) fn is_simply_refused(&self) -> bool {
        self.bad
            && !self.fatal
            && !self.declined
            && self.spot.get().is_type()
            && self.cause.is_none()
            && self.temporaries.is_empty()
            && self.owned.is_empty()
            && self.loans.is_empty()
    }

    /// What an attempt that has returned `result` comes to: null without an exception is a result that could not be
    /// converted, unless an argument was bad or the body has asked for the next overload.
    #[cold]
    pub(crate) fn closing(&self, result: *mut ffi::PyObject) -> *mut ffi::PyObject {
        if self.fatal {
            return ptr::null_mut();
        }
        if result.is_null() {
            if self.declined || self.bad {
                return declining();
            }
            crate::call::dispatch::bad_result(self);
        } else if !is_object(result) {
            return declining();
        } else if cfg!(debug_assertions) {
            return refuse_pending(result, || self.record().map(Record::call_name).unwrap_or_default());
        }
        result
    }

    /// Names the argument that is being converted or lent.
    #[inline(always)]
    pub fn at(&self, argument: u16) {
        self.spot.set(Spot { argument, ..Spot::default() });
    }

    /// The argument that is being converted, and what is wrong with it.
    pub(crate) fn spot(&self) -> Spot {
        self.spot.get()
    }

    /// Keeps `value` alive until the call has ended.
    pub(crate) fn keep(&mut self, value: object) {
        self.keep_converted(std::ptr::null_mut(), value);
    }

    /// Keeps what `source` was converted to alive until the call has ended, and remembers whose place it takes.
    pub(crate) fn keep_converted(&mut self, source: *mut ffi::PyObject, value: object) {
        self.keep_temporary(source, value, false);
    }

    pub(super) fn keep_temporary(&mut self, source: *mut ffi::PyObject, value: object, drained: bool) {
        // SAFETY: see the field.
        let value = unsafe { StrongRef::of(value) };
        self.temporaries.extend([Temporary { argument: self.spot.get().argument, drained, source, value }]);
    }

    /// The arguments as they were given, in any but a direct call.
    pub(super) fn given(&self) -> Option<&'c Given> {
        self.given
    }

    /// What the context keeps.
    pub(super) fn temporaries(&mut self) -> &mut ThinVec<Temporary> {
        &mut self.temporaries
    }

    /// What the context keeps, for a call that goes on without it.
    pub(crate) fn take_temporaries(&mut self) -> ThinVec<Temporary> {
        std::mem::take(&mut self.temporaries)
    }

    /// What `source`, the argument with this index, was converted to.
    pub(crate) fn converted(&self, argument: u16, source: *mut ffi::PyObject) -> Option<*mut ffi::PyObject> {
        // Both are compared: an element of a list that is the argument has the argument's index too.
        let fits = |one: &&Temporary| one.argument == argument && one.source == source && !one.drained;
        self.temporaries.all().iter().find(fits).map(|temporary| temporary.value.as_ptr())
    }
}
