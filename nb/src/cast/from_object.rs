//! Python objects as Rust values outside of a bound function, as in `o.cast::<i32>()`.

use crate::call::context::{CONVERT, Cx};
use crate::call::signature;
use crate::cast::custom::stays;
use crate::cast::traits::Param;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result, chain_cause, restore_raised, type_error};
use crate::python::messages;
use crate::python::object::{StrongRef, check_attached, object};

/// Converts what a Python function has returned, with implicit conversions. The thread is attached.
#[inline]
pub(crate) fn cast_result<D, T>(value: object, state: Option<&State>) -> Result<T>
where
    T: for<'a> Param<D, Item<'a> = T>,
{
    // SAFETY: attached.
    let value = unsafe { StrongRef::of(value) };
    if let Some(fit) = const { T::FIT } {
        // SAFETY: attached; a live object.
        if let Some(number) = unsafe { fit(value.as_ptr()) } {
            return Ok(number);
        }
    }
    match state {
        Some(state) => lend_in::<D, T, T>(state, &value, CONVERT, refusal::<D, T>, |item| item),
        None => lend_in::<D, T, T>(&*State::get_or_create()?, &value, CONVERT, refusal::<D, T>, |item| item),
    }
}

/// Converts the element of an iterable that has this index. The thread is attached.
pub(crate) fn cast_element<D, T>(value: object, index: usize, flags: u8) -> Result<T>
where
    T: for<'a> Param<D, Item<'a> = T>,
{
    // SAFETY: attached.
    let value = unsafe { StrongRef::of(value) };
    let refusal = |value: &object, cx: &mut Cx<'_>| refused_element::<D, T>(value, index, cx);
    lend_in::<D, T, T>(&*State::get_or_create()?, &value, flags, refusal, |item| item)
}

/// Converts the object, lends the result to `body`, and gives all marks back.
pub(crate) fn lend<D, P, R>(value: &object, flags: u8, body: impl for<'a> FnOnce(P::Item<'a>) -> R) -> Result<R>
where
    P: Param<D>,
{
    check_attached();
    lend_in::<D, P, R>(&*State::get_or_create()?, value, flags, refusal::<D, P>, body)
}

/// Converts the object to a value that is kept while other arguments are converted: one that would be taken out of its object is refused.
pub(crate) fn copy<D, T>(value: &object, flags: u8) -> Result<T>
where
    T: for<'a> Param<D, Item<'a> = T>,
{
    check_attached();
    let state = State::get_or_create()?;
    lend_with::<D, T, T>(&state, value, flags, stays::<T>, refusal::<D, T>, |item| item)
}

fn lend_in<D, P, R>(
    state: &State,
    value: &object,
    flags: u8,
    refusal: impl FnOnce(&object, &mut Cx<'_>) -> Error,
    body: impl for<'a> FnOnce(P::Item<'a>) -> R,
) -> Result<R>
where
    P: Param<D>,
{
    lend_with::<D, P, R>(state, value, flags, |_| true, refusal, body)
}

/// As [`lend_in`], but what has been acquired has to pass `accepts`, which raises an exception where it does not.
fn lend_with<D, P, R>(
    state: &State,
    value: &object,
    flags: u8,
    accepts: impl FnOnce(&mut Cx<'_>) -> bool,
    refusal: impl FnOnce(&object, &mut Cx<'_>) -> Error,
    body: impl for<'a> FnOnce(P::Item<'a>) -> R,
) -> Result<R>
where
    P: Param<D>,
{
    let mut cx = Cx::new(state);
    // SAFETY: attached; the caller's reference keeps the object alive longer than the context; the steps are taken in
    // order, and the stage is dropped before the context.
    unsafe {
        let Some(mut stage) = P::convert(value.as_ptr(), flags, &mut cx) else {
            return Err(refusal(value, &mut cx));
        };
        if !(P::acquire(&mut stage, &mut cx) && accepts(&mut cx)) {
            return Err(if cx.bad { refusal(value, &mut cx) } else { Error::fetch() });
        }
        Ok(body(P::lend(&mut stage, &cx)))
    }
}

/// Why a conversion failed: the exception of the converter, or a cast error.
#[cold]
fn refusal<D, P: Param<D>>(value: &object, cx: &mut Cx<'_>) -> Error {
    if cx.fatal {
        return Error::fetch();
    }
    if let Some(cause) = cx.cause.take() {
        // SAFETY: an exception instance, and the thread is attached.
        unsafe { restore_raised(cause) };
        return Error::fetch();
    }
    let expected = signature::describe(P::describe, Some(cx.state()));
    let rust = crate::python::type_name::short_rust_name(std::any::type_name::<P>());
    Error::cast(messages::bad_cast(&expected, &rust, &value.class_name()) + &crate::call::mismatch::of_value(cx))
}

/// Why the conversion of an element failed: a `TypeError`, whose cause is the exception of the converter.
#[cold]
fn refused_element<D, P: Param<D>>(value: &object, index: usize, cx: &mut Cx<'_>) -> Error {
    if cx.fatal {
        return Error::fetch();
    }
    let expected = signature::describe(P::describe, Some(cx.state()));
    let text = messages::element_of_iterable(index, &expected, &value.class_name());
    let error = type_error(text + &crate::call::mismatch::of_value(cx));
    let Some(cause) = cx.cause.take() else { return error };
    error.restore();
    chain_cause(cause);
    Error::fetch()
}
