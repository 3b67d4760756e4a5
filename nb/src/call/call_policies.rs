//! Call policies: hooks that see the Python objects of a call, `nb::call_policy<P>()`.
//!
//! A record with policies has [`run`] in place of its own `invoke`, which it calls from there. Other records pay nothing.

use crate::call::context::{Cx, next_overload_ptr};
use crate::call::dispatch::bad_result;
use crate::call::record::{FuncFlags, Invoke, MAX_PARAMS};
use crate::ffi;
use crate::python::error::{Error, Result, chain_cause, restore_raised, take_raised};
use crate::python::object::object;
use crate::python::tuple::of_items;
use smallvec::SmallVec;
use std::marker::PhantomData;
use std::ptr;

/// Hooks around the calls of a bound function, nanobind's `struct Policy` for `nb::call_policy<Policy>()`.
///
/// A [`CallGuard`](crate::CallGuard) is simpler where the Python objects do not matter. Both hooks run attached, outside of
/// all call guards, and each does nothing unless it is written.
///
/// ```no_run
/// use nb::prelude::*;
/// /// Takes paths for open files, and closes them after the call.
/// struct OpenFirst;
/// impl nb::CallPolicy for OpenFirst {
///     const MIN_ARGS: usize = 1;
///     fn precall(args: &mut [nb::object], cleanup: &mut nb::cleanup_list) -> nb::Result<()> {
///         let file = nb::module_::<()>::import_("io")?.attr("open").call((&args[0],))?;
///         cleanup.push(file.clone());
///         args[0] = file;
///         Ok(())
///     }
///     fn postcall(args: &[nb::object], _result: &mut Option<nb::object>) -> nb::Result<()> {
///         args[0].attr("close").call(()).map(|_| ())
///     }
/// }
/// fn first_line(file: nb::object) -> nb::Result<nb::object> { file.attr("readline").call(()) }
/// nb_module!(reading, m, {
///     m.def("first_line", &first_line, nb::call_policy<OpenFirst>());
/// });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a call policy",
    label = "`{Self}` does not implement `nb::CallPolicy`",
    note = "implement `nb::CallPolicy` for `{Self}`, with `precall`, `postcall` or both; what only has to be made before the call and dropped after it is a `nb::CallGuard`"
)]
pub trait CallPolicy: 'static {
    /// How many arguments the function has at least, `self` included; checked where the function is bound.
    const MIN_ARGS: usize = 0;

    /// Runs before the arguments are converted: one object for each parameter of the function, `self` first, defaults filled
    /// in. What it puts there instead is what gets converted, and lives until the call has ended.
    ///
    /// Python code that runs here may use the arguments freely: nothing is lent yet.
    ///
    /// # Errors
    /// An error ends the call, [`next_overload`](crate::next_overload()) goes on with the next overload.
    fn precall(_args: &mut [object], _cleanup: &mut cleanup_list) -> Result<()> {
        Ok(())
    }

    /// Runs after the function has returned, not after it has raised or panicked, and not when its arguments did not fit. An
    /// argument that was converted implicitly is the object that it was converted to.
    ///
    /// `result` is `None` when the result could not become a Python object.
    ///
    /// # Errors
    /// What is put there is returned instead; an empty one raises the error of the failed conversion. An error discards the
    /// result and ends the call.
    fn postcall(_args: &[object], _result: &mut Option<object>) -> Result<()> {
        Ok(())
    }
}

/// Objects that live until the call has ended, including the attempts at further overloads: nanobind's
/// `nb::detail::cleanup_list`.
///
/// ```no_run
/// fn keep(cleanup: &mut nb::cleanup_list, temporary: nb::list) {
///     cleanup.push(temporary);
/// }
/// ```
pub struct cleanup_list {
    first: Option<object>,
    objects: Vec<object>,
}

impl cleanup_list {
    /// Hands an object over.
    pub fn push(&mut self, value: impl Into<object>) {
        self.objects.push(value.into());
    }

    /// The first argument as the caller gave it, `self` in methods; `None` for a function without arguments.
    pub fn self_object(&self) -> Option<&object> {
        self.first.as_ref()
    }
}

/// Surrounds the call with the hooks of `P`: `nb::call_policy<P>()`; several run from left to right, before the call and
/// after. An example is at [`CallPolicy`].
pub struct call_policy<P> {
    policy: PhantomData<P>,
}

/// Makes the annotation [`struct@call_policy`].
pub fn call_policy<P: CallPolicy>() -> call_policy<P> {
    call_policy { policy: PhantomData }
}

/// The hooks of one policy.
#[derive(Clone, Copy)]
pub(crate) struct Hooks {
    precall: fn(&mut [object], &mut cleanup_list) -> Result<()>,
    postcall: fn(&[object], &mut Option<object>) -> Result<()>,
}

impl Hooks {
    pub(crate) fn of<P: CallPolicy>() -> Hooks {
        Hooks { precall: P::precall, postcall: P::postcall }
    }
}

/// The policies of one overload.
pub(crate) struct Policies {
    pub(crate) hooks: Vec<Hooks>,
    /// What the record would run without them.
    pub(crate) invoke: Invoke,
}

/// Raises what a hook has returned, or asks for the next overload.
fn refuse(error: Error) -> *mut ffi::PyObject {
    if error.is_next_overload() {
        return next_overload_ptr();
    }
    error.restore();
    ptr::null_mut()
}

/// [`Invoke`] of a record with policies.
///
/// # Safety
/// As [`Invoke`]; the record has policies.
pub(crate) unsafe fn run(capture: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    let record = cx.record().expect("only records have policies");
    let policies = record.policies.as_deref().expect("`build` sets both");
    // The hooks run code, and what is refused after it is refused with the arguments that were given.
    cx.own_arguments();
    // SAFETY: the context holds as many live objects.
    let mut args: SmallVec<[object; MAX_PARAMS]> =
        (0..record.params.len()).map(|index| unsafe { object::borrow(cx.arg(index)) }).collect();
    let mut cleanup = cleanup_list { first: args.first().cloned(), objects: Vec::new() };
    let before = policies.hooks.iter().try_for_each(|hooks| (hooks.precall)(&mut args, &mut cleanup));
    cleanup.objects.into_iter().for_each(|value| cx.keep(value));
    if let Err(error) = before {
        return refuse(error);
    }
    // A tuple is an array of arguments that keeps them alive: until the context is dropped, after all that reads it.
    // SAFETY: attached; the tuple takes over a reference to each, and nobody else can reach it to change it.
    unsafe {
        let list = match of_items(args.iter().cloned()) {
            Ok(list) => list,
            Err(error) => return refuse(error),
        };
        cx.args = (&raw const (*list.as_ptr().cast::<ffi::PyTupleObject>()).ob_item).cast();
        if !cx.receiver.is_null() {
            cx.receiver = *cx.args;
            cx.args = cx.args.add(1);
        }
        cx.keep(list);
    }
    // SAFETY: the caller's contract, with as many arguments as before.
    let result = unsafe { (policies.invoke)(capture, cx) };
    let result = cx.closing(result);
    if result == next_overload_ptr()
        || (result.is_null() && (cx.failed || cx.fatal || record.flags.contains(FuncFlags::CONSTRUCTOR)))
    {
        return result;
    }
    // The hooks may use the arguments as any Python code may: the result is made, and whatever it refers to is watched.
    cx.loans.release();
    // SAFETY: a new reference or null.
    let mut result = unsafe { object::from_owned(result) };
    let failure = if result.is_none() { take_raised() } else { None };
    for (index, value) in args.iter_mut().enumerate() {
        if let Some(converted) = cx.converted(index as u16, value.as_ptr()) {
            // SAFETY: the context keeps it.
            *value = unsafe { object::borrow(converted) };
        }
    }
    let after = policies.hooks.iter().try_for_each(|hooks| (hooks.postcall)(&args, &mut result));
    match (after, result) {
        (Ok(()), Some(result)) => result.into_ptr(),
        (Ok(()), None) => {
            if let Some(failure) = failure {
                // SAFETY: an exception instance, and attached.
                unsafe { restore_raised(failure) };
            }
            bad_result(cx);
            ptr::null_mut()
        }
        (Err(error), _) => {
            let refused = refuse(error);
            if refused.is_null()
                && let Some(failure) = failure
            {
                chain_cause(failure);
            }
            refused
        }
    }
}
