//! Functions that are called again for a reference which they have returned; the reason is in `instance/again.rs`.

use crate::call::context::{Cx, is_object};
use crate::call::entry::Site;
use crate::call::record::{FuncFlags, Record};
use crate::ffi;
use crate::instance::again::{Accessor, Given, Source};
use crate::instance::class_record::data_of;
use crate::instance::ext::{Ext, Extra, Root, ext};
use crate::instance::header::{Inst, Storage};
use crate::instance::loans::LoanFlags;
use crate::interpreter::state::State;
use crate::interpreter::{panic, recursion};
use crate::python::object::StrongRef;
use std::ptr;
use std::sync::Arc;

impl Accessor for Record {
    unsafe fn call(
        &self,
        state: &State,
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
    ) -> *mut ffi::PyObject {
        let Some(_nested) = recursion::nested() else { return ptr::null_mut() };
        let mut cx = Cx::again(state, self, receiver, args);
        // SAFETY: caller's contract: the receiver and the arguments, as many as the function takes, outlive the context.
        let result = match panic::catch(|| unsafe { (self.invoke)(self.capture, &mut cx) }) {
            Ok(result) => cx.closing(result),
            Err(payload) => {
                drop(cx);
                panic::raise_payload(payload);
                return ptr::null_mut();
            }
        };
        if is_object(result) { result } else { ptr::null_mut() }
    }
}

/// Finds the function behind a site, and calls it.
///
/// # Safety
/// As [`Accessor::call`]; the first argument is a `&'static Site`.
unsafe fn find_and_call(
    site: *const (),
    state: &State,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    let site: &'static Site = unsafe { &*site.cast() };
    let found = state.builtins.function(site).and_then(|data| data.records.first().cloned());
    match found.filter(|record| may_be_asked(record)) {
        // SAFETY: caller's contract.
        Some(record) => unsafe { record.call(state, receiver, args) },
        None => ptr::null_mut(),
    }
}

/// Whether nothing is known that speaks against another call.
fn may_be_asked(record: &Record) -> bool {
    record.flags & (FuncFlags::METHOD | FuncFlags::EFFECTS) == FuncFlags::METHOD
        && record.keep_alive.is_empty()
        && record.policies.is_none()
        && record.rest.is_empty()
}

/// Notes in the record of a reference into its roots, which the running function returns, that this may be called again, if it may.
///
/// # Safety
/// The call is not over, and the roots are lent to it; attached.
#[inline]
pub(crate) unsafe fn remember(cx: &Cx<'_>, ext: &mut Ext) -> bool {
    let Some(root) = ext.roots.first() else { return false };
    if let Some(site) = cx.site()
        && site.given() == 0
        && root.inst.cast() == cx.receiver
    {
        // The usual method. Whether it may be asked is looked up when it is.
        if !reads(cx) {
            return false;
        }
        ext.source = Some(Source::Found(find_and_call, ptr::from_ref(site).cast()));
        return true;
    }
    // SAFETY: caller's contract.
    let Some((source, given)) = (unsafe { source_of_record(cx, root) }) else { return false };
    ext.source = Some(source);
    ext.extra = given.map(|given| Box::new(Extra::Given(given)));
    true
}

/// Whether the function takes nothing that it may change.
fn reads(cx: &Cx<'_>) -> bool {
    cx.loans.iter().all(|loan| !loan.is(LoanFlags::CHANGES) || loan.is(LoanFlags::READS))
}

/// As [`remember`], for a function that was found by its record, or that has arguments.
///
/// # Safety
/// As `remember`.
#[inline(never)]
unsafe fn source_of_record(cx: &Cx<'_>, root: &Root) -> Option<(Source, Option<Given>)> {
    let record = cx.record()?;
    let count = record.params.len().checked_sub(1)?;
    if cx.receiver.is_null() || !may_be_asked(record) {
        return None;
    }
    // What takes `&mut self` may do more than to find something, and the arguments are owned for an accessor alone.
    if !(record.flags.contains(FuncFlags::ACCESSOR) || count == 0 && reads(cx)) {
        return None;
    }
    let of_root = root.inst.cast() == cx.receiver;
    // SAFETY: the receiver is lent.
    if !of_root && unsafe { keeps_receiver(cx.receiver) } {
        // Each node of a list would keep all nodes before it.
        return None;
    }
    // SAFETY: an accessor's arguments are owned by now; the receiver is lent.
    let given = if of_root && count == 0 { None } else { Some(unsafe { given(cx, count, of_root) }?) };
    let record = ptr::from_ref(record);
    // SAFETY: the record of a function that runs is in an `Arc` of its overloads.
    let record: Arc<Record> = unsafe {
        Arc::increment_strong_count(record);
        Arc::from_raw(record)
    };
    Some((Source::Kept(record), given))
}

/// Whether an object is a reference that keeps the receiver that it was got from.
///
/// # Safety
/// `ob` is live; attached.
unsafe fn keeps_receiver(ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract; what is not inline has a record.
    unsafe {
        let inst = ob.cast::<Inst>();
        data_of(ffi::Py_TYPE(ob)).is_none()
            || ((*inst).storage() == Storage::Derived
                && matches!(ext(inst).extra.as_deref(), Some(Extra::Given(Given { receiver: Some(_), .. }))))
    }
}

/// What the function was given, if that can be kept.
///
/// # Safety
/// The receiver is live, and so are `count` arguments; attached.
#[cold]
unsafe fn given(cx: &Cx<'_>, count: usize, of_root: bool) -> Option<Given> {
    // SAFETY: caller's contract.
    unsafe {
        let constant = |arg: *mut ffi::PyObject| is_constant(arg).then(|| StrongRef::borrow(arg));
        let args = (0..count).map(|index| constant(*cx.args.add(index))).collect::<Option<_>>()?;
        Some(Given { receiver: (!of_root).then(|| StrongRef::borrow(cx.receiver)), args })
    }
}

/// Whether nobody can change an object, and it refers to no other.
///
/// # Safety
/// `ob` is live; attached.
unsafe fn is_constant(ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        ob == ffi::Py_None()
            || ffi::PyLong_CheckExact(ob) != 0
            || ffi::PyUnicode_CheckExact(ob) != 0
            || ffi::PyFloat_CheckExact(ob) != 0
            || ffi::PyBool_Check(ob) != 0
            || ffi::PyBytes_CheckExact(ob) != 0
    }
}
