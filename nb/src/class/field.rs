//! Fields of bound classes: `&Dog::age` in `def_rw` and `def_ro`.

use crate::call::context::{Cx, next_overload_ptr};
use crate::call::signature::SigText;
use crate::cast::bound::refuse_empty;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::instance::borrow::is_writable;
use crate::instance::class_record::{self, Class, TypeData};
use crate::instance::header::{Inst, Life};
use crate::python::object::Held;
use crate::rv_policy;
use std::any::TypeId;

/// A field of type `V` inside every `T`; made by [`field!`](crate::class::field).
pub struct Field<T, V> {
    get: fn(&T) -> &V,
    get_mut: fn(&mut T) -> &mut V,
}

impl<T, V> Clone for Field<T, V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, V> Copy for Field<T, V> {}

impl<T, V> Field<T, V> {
    /// # Safety
    /// Both functions return the same field, at the same offset in every `T`.
    #[doc(hidden)]
    pub const unsafe fn new(get: fn(&T) -> &V, get_mut: fn(&mut T) -> &mut V) -> Self {
        Field { get, get_mut }
    }
}

/// Names a field of a struct, the counterpart of the member pointer `&Dog::age`.
///
/// ```no_run
/// # struct Dog { age: i32 }
/// let age = nb::field!(Dog, age);
/// ```
#[macro_export]
macro_rules! field {
    ($T:ty, $field:ident) => {{
        // Only a plain field has an offset: this refuses fields reached through `Deref`.
        let _: usize = const { ::core::mem::offset_of!($T, $field) };
        // Dereferenced by hand, so that the three mentions of a wrong name are one message. Outside of the block below, so
        // that the compiler refuses fields of a union.
        #[allow(clippy::explicit_auto_deref)]
        let get: fn(&$T) -> &_ = |value| &(*value).$field;
        #[allow(clippy::explicit_auto_deref)]
        let get_mut: fn(&mut $T) -> &mut _ = |value| &mut (*value).$field;
        // SAFETY: both closures name the field whose offset was just taken.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe {
            $crate::Field::<$T, _>::new(get, get_mut)
        }
    }};
}

/// How a field of this type is read from Python: converted types by value, bound classes as a reference into the
/// owner.
///
/// # Safety
/// `get` gives a new reference to a live object, or null with an exception raised or where there is no conversion. What it
/// gives refers to the field only through the owner, as a place.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be read from Python",
    label = "this field has the type `{Self}`",
    note = "bind `{Self}` as a class, or write a getter (and a setter) and use `def_prop_ro` or `def_prop_rw`; a callback is an `Arc<dyn Fn(..) -> .. + Send + Sync>`"
)]
pub unsafe trait Member<D>: Sized + 'static {
    /// Reading gives copies of values of bound classes, which Python can change without any effect on the field.
    #[doc(hidden)]
    const COPIES: bool = false;
    /// Writes the Python type.
    #[doc(hidden)]
    fn describe(text: &mut SigText<'_>);
    /// # Safety
    /// `owner` is lent to the call, `value` lies in its value.
    #[doc(hidden)]
    unsafe fn get(owner: *mut Inst, value: &Self, read_only: bool, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

/// For converted types: a clone of the value.
#[doc(hidden)]
pub unsafe fn get_by_value<D, V>(value: &V, cx: &mut Cx<'_>) -> *mut ffi::PyObject
where
    V: Clone + Ret<D, rv_policy::automatic>,
{
    // SAFETY: attached, as in every call.
    unsafe { V::put(value.clone(), cx) }
}

/// For bound classes: the field's place.
///
/// # Safety
/// As [`Member::get`].
#[doc(hidden)]
pub unsafe fn get_place<V: 'static>(
    owner: *mut Inst,
    value: &V,
    read_only: bool,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { crate::cast::child::place::<V>(owner, &raw const *value as usize, read_only, cx) }
}

/// The instance behind `self`, with the distance to its embedded `T`.
unsafe fn owner<T: 'static>(ob: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<(*mut Inst, &'static TypeData, usize)> {
    // SAFETY: a live argument; the record is used during the call only.
    unsafe {
        let (inst, data, offset) = class_record::instance_of(ob, TypeId::of::<T>())?;
        if (*inst).life() == Life::Ready {
            return Some((inst, data, offset));
        }
        refuse_empty(inst, cx);
        None
    }
}

/// The getter behind a field.
///
/// # Safety
/// `cx` holds the receiver; `capture` points to a `Field<T, V>`.
pub(crate) unsafe fn run_get<D, T, V, const READ_ONLY: bool>(capture: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject
where
    T: Class<D>,
    V: Member<D>,
{
    // SAFETY: the capture is the `Field` that `class_builder` stored; `self` is live.
    unsafe {
        let field = &*capture.cast::<Field<T, V>>();
        let Some((inst, data, offset)) = owner::<T>(cx.receiver, cx) else { return next_overload_ptr() };
        cx.at(0);
        let Some(address) = cx.lend(inst, data, false) else { return std::ptr::null_mut() };
        let value = (field.get)(&*((address + offset) as *const T));
        V::get(inst, value, READ_ONLY, cx)
    }
}

/// The setter behind a field.
///
/// The new value is made first and the owner's mark taken after, so that `owner.field += 1` works on a field that is a
/// reference into the owner; the old value is dropped when the mark is given back, since its `Drop` may run Python code.
///
/// # Safety
/// `cx` holds the receiver and the value; `capture` points to a `Field<T, V>`.
pub(crate) unsafe fn run_set<D, T, V>(capture: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject
where
    T: Class<D>,
    V: for<'a> Param<D, Item<'a> = V>,
{
    // SAFETY: as in `run_get`.
    unsafe {
        let field = &*capture.cast::<Field<T, V>>();
        if owner::<T>(cx.receiver, cx).is_none() {
            return next_overload_ptr();
        }
        // Looked at again and again, with code of anybody's between.
        let _receiver = Held::borrow(cx.receiver);
        if const { V::CALLS_OUT } {
            cx.own_arguments();
        }
        cx.at(1);
        let Some(mut stage) = V::convert(*cx.args, cx.flags(1), cx) else {
            return next_overload_ptr();
        };
        let Some((inst, data, _)) = owner::<T>(cx.receiver, cx) else { return next_overload_ptr() };
        if !is_writable(inst) {
            // Raises before a value that cannot be copied has left its object for nothing.
            cx.at(0);
            if cx.lend(inst, data, true).is_none() {
                return std::ptr::null_mut();
            }
            cx.loans.release();
        }
        cx.at(1);
        if !V::acquire(&mut stage, cx) {
            return std::ptr::null_mut();
        }
        let value = V::lend(&mut stage, cx);
        cx.loans.release();
        // Making the value may have run Python code (a `Clone` that calls back).
        let Some((inst, data, offset)) = owner::<T>(cx.receiver, cx) else { return next_overload_ptr() };
        cx.at(0);
        let Some(address) = cx.lend(inst, data, true) else { return std::ptr::null_mut() };
        let old = std::mem::replace((field.get_mut)(&mut *((address + offset) as *mut T)), value);
        cx.loans.release();
        drop(old);
        ffi::Py_NewRef(ffi::Py_None())
    }
}
