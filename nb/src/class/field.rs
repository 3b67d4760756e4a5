//! Fields of bound classes: `&Dog::age` in `def_rw` and `def_ro`.

use crate::bind::annotations::FuncExtra;
use crate::bind::erased::Thunk;
use crate::call::attempt::{Marked, Quick};
use crate::call::capture;
use crate::call::context::{Cx, next_overload_ptr};
use crate::call::outcome::not_fit_ptr;
use crate::call::record::{FuncFlags, Rest};
use crate::call::signature::SigText;
use crate::call::type_codes::{self, RESULT, Types};
use crate::cast::bound::ready_after_all;
use crate::cast::class_trait::Class;
use crate::cast::member::{At, Member};
use crate::cast::traits::Param;
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::header::{Inst, Storage};
use crate::instance::marks::is_writable;
use crate::interpreter::panic;
use crate::python::object::StrongRef;
use std::any::TypeId;

/// A field of type `V` inside every `T`; made by [`field!`](crate::field!).
///
/// ```no_run
/// use nb::prelude::*;
/// struct Dog { age: i32 }
/// nb_module!(dogs, m, {
///     nb::class_<Dog>(m, "Dog").def_rw("age", &Dog::age);
///     // As a plain builder call:
///     m.class_::<Dog>("Again", ()).def_rw("age", nb::field!(Dog, age), ());
/// });
/// # fn main() {}
/// ```
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

/// The instance behind `self`, with the distance to its embedded `T`.
///
/// # Safety
/// `ob` is a live argument of the call; attached.
unsafe fn owner<T: 'static>(ob: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<(*mut Inst, &'static TypeData, usize)> {
    // SAFETY: a live argument; the record is used during the call only.
    unsafe {
        let (inst, data, offset) = class_record::instance_of(ob, TypeId::of::<T>())?;
        if (*inst).is_plainly_ready() {
            return Some((inst, data, offset));
        }
        ready_after_all(inst, cx).then_some((inst, data, offset))
    }
}

/// The getter behind a field.
///
/// # Safety
/// `cx` holds the receiver; `capture` points to a `Field<T, V>`.
pub(crate) unsafe fn run_get<D, T, V, const READ_ONLY: bool, const COPIES: bool>(
    capture: *const u8,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject
where
    T: Class<D>,
    V: Member<D>,
{
    // SAFETY: the capture is the `Field` that `getter` stored; `self` is live.
    unsafe {
        let field = &*capture.cast::<Field<T, V>>();
        let Some((inst, data, offset)) = owner::<T>(cx.receiver, cx) else { return next_overload_ptr() };
        cx.at(0);
        let Some(address) = cx.lend(inst, data, false) else { return std::ptr::null_mut() };
        let value = (field.get)(&*((address + offset) as *const T));
        let at = At { owner: inst, read_only: READ_ONLY, copies: COPIES, container: None };
        V::get(value, at, cx)
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
        let _receiver = StrongRef::borrow(cx.receiver);
        if const { V::CALLS_OUT } {
            cx.own_arguments();
        }
        cx.at(1);
        let Some(mut stage) = V::convert(*cx.args, cx.flags(1), cx) else {
            return next_overload_ptr();
        };
        let Some((inst, data, _)) = owner::<T>(cx.receiver, cx) else { return next_overload_ptr() };
        // What changes through a shared reference needs no more than that of its owner; but what is inside of something that
        // is read only for Python stays as it is.
        let read_only = (*inst).is_read_only() || (*inst).storage() == Storage::Static;
        let exclusive = const { V::WRITE_SHARED.is_none() } || read_only;
        if const { !V::VALUE } && exclusive && !is_writable(inst) {
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
        if const { !V::VALUE } && exclusive && cx.loans.claims() {
            // What leaves another object has its place before it does: the owner may be behind a lock that is not to be had.
            let Some((inst, data, offset)) = owner::<T>(cx.receiver, cx) else { return next_overload_ptr() };
            cx.at(0);
            let Some(address) = cx.lend(inst, data, true) else { return std::ptr::null_mut() };
            let value = V::lend(&mut stage, cx);
            let old = std::mem::replace((field.get_mut)(&mut *((address + offset) as *mut T)), value);
            cx.loans.release();
            drop(old);
            return ffi::Py_NewRef(ffi::Py_None());
        }
        let value = V::lend(&mut stage, cx);
        cx.loans.release();
        // Making the value may have run Python code (a `Clone` that calls back).
        let Some((inst, data, offset)) = owner::<T>(cx.receiver, cx) else { return next_overload_ptr() };
        cx.at(0);
        let Some(address) = cx.lend(inst, data, exclusive) else { return std::ptr::null_mut() };
        let old = if let Some(write) = V::WRITE_SHARED.filter(|_| !exclusive) {
            let name = cx.function_name();
            match write((field.get)(&*((address + offset) as *const T)), value, &name) {
                Ok(old) => old,
                Err(error) => {
                    error.restore();
                    return std::ptr::null_mut();
                }
            }
        } else {
            std::mem::replace((field.get_mut)(&mut *((address + offset) as *mut T)), value)
        };
        cx.loans.release();
        drop(old);
        ffi::Py_NewRef(ffi::Py_None())
    }
}

/// As [`run_get`], of a call without a context. Runs no code, so that nothing has to be owned.
///
/// # Safety
/// As [`Quick::run`](crate::call::attempt::Quick::run); `capture` points to a `Field<T, V>`.
unsafe fn get_at_once<D, T: Class<D>, V: Member<D>>(
    capture: *const u8,
    receiver: *mut ffi::PyObject,
    _args: *const *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    /// # Safety
    /// As above; `stage` was found in a live object, and no code has run since.
    #[inline(always)]
    unsafe fn read<D, T: Class<D>, V: Member<D>, const ANY: bool>(
        capture: *const u8,
        mut stage: <&'static T as Param<D>>::Stage,
    ) -> Option<*mut ffi::PyObject> {
        // SAFETY: caller's contract; the value is marked while it is read.
        unsafe {
            let field = &*capture.cast::<Field<T, V>>();
            let mark = Marked::<D, &T, ANY>::take(&mut stage)?;
            let give = V::GIVE?;
            Some(panic::uncounted(move || {
                let _mark = mark;
                give((field.get)(<&T as Param<D>>::lend_marked(&mut stage)))
            }))
        }
    }
    // SAFETY: caller's contract.
    unsafe {
        let found = match <&T as Param<D>>::fit(receiver).and_then(|stage| read::<D, T, V, false>(capture, stage)) {
            Some(read) => Some(read),
            None => <&T as Param<D>>::fit_anywhere(receiver).and_then(|stage| read::<D, T, V, true>(capture, stage)),
        };
        found.unwrap_or_else(not_fit_ptr)
    }
}

/// As [`run_set`], of a call without a context, with a number. Runs no code, so that nothing has to be owned.
///
/// # Safety
/// As [`get_at_once`].
unsafe fn set_at_once<D, T, V>(
    capture: *const u8,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
) -> *mut ffi::PyObject
where
    T: Class<D>,
    V: for<'a> Param<D, Item<'a> = V> + 'static,
{
    /// # Safety
    /// As above; `stage` was found in a live object, and no code has run since.
    #[inline(always)]
    unsafe fn write<D, T: Class<D>, V: 'static, const ANY: bool>(
        capture: *const u8,
        value: V,
        mut stage: <&'static mut T as Param<D>>::Stage,
    ) -> Option<*mut ffi::PyObject> {
        // SAFETY: caller's contract; the value is marked while it is changed.
        unsafe {
            let field = &*capture.cast::<Field<T, V>>();
            let mark = Marked::<D, &mut T, ANY>::take(&mut stage)?;
            Some(panic::uncounted(move || {
                let _mark = mark;
                *(field.get_mut)(<&mut T as Param<D>>::lend_marked(&mut stage)) = value;
                ffi::Py_NewRef(ffi::Py_None())
            }))
        }
    }
    // SAFETY: caller's contract; what has `FIT` is a number.
    unsafe {
        let value = || <V as Param<D>>::FIT.and_then(|fit| fit(*args));
        let Some(number) = value() else { return not_fit_ptr() };
        let at_once =
            <&mut T as Param<D>>::fit(receiver).and_then(|stage| write::<D, T, V, false>(capture, number, stage));
        // The number went with the first try; no code has run since, so that it is still there.
        let anywhere = || {
            let number = value()?;
            <&mut T as Param<D>>::fit_anywhere(receiver)
                .and_then(|stage| write::<D, T, V, true>(capture, number, stage))
        };
        at_once.or_else(anywhere).unwrap_or_else(not_fit_ptr)
    }
}

fn describe_getter<D, T: Class<D>, V: Member<D>>(index: usize, text: &mut SigText<'_>) {
    if index == RESULT { V::describe(text) } else { text.class::<T>() }
}

fn describe_setter<D, T: Class<D>, V: Param<D>>(index: usize, text: &mut SigText<'_>) {
    if index == 0 { text.class::<T>() } else { V::describe(text) }
}

/// The function that reads a field, with the annotation `E`.
pub(super) fn getter_of<D, T: Class<D>, V: Member<D>, E: FuncExtra<D>, const READ_ONLY: bool>(
    field: Field<T, V>,
) -> Thunk {
    // Few functions for each field: not one for each annotation.
    if const { E::COPIES } {
        getter::<D, T, V, READ_ONLY, true>(field)
    } else {
        getter::<D, T, V, READ_ONLY, false>(field)
    }
}

/// The function that reads a field.
fn getter<D, T: Class<D>, V: Member<D>, const READ_ONLY: bool, const COPIES: bool>(field: Field<T, V>) -> Thunk {
    let (capture, drop_capture) = capture::put(field);
    Thunk {
        quick: const {
            match V::GIVE {
                Some(_) if !cfg!(nb_small) => Quick::of_leaf(get_at_once::<D, T, V>),
                _ => Quick::NEVER,
            }
        },
        invoke: run_get::<D, T, V, READ_ONLY, COPIES>,
        capture,
        drop_capture,
        types: const { Types::new(&[0], 0, describe_getter::<D, T, V>) },
        nullable: 0,
        rest: Rest::NONE,
        flags: FuncFlags::METHOD,
        entry: None,
    }
}

/// The function that writes a field.
pub(super) fn setter<D, T: Class<D>, V>(field: Field<T, V>) -> Thunk
where
    V: Member<D> + for<'a> Param<D, Item<'a> = V>,
{
    Thunk {
        quick: const {
            match V::FIT {
                Some(_) if !cfg!(nb_small) && V::WRITE_SHARED.is_none() => Quick::of_leaf(set_at_once::<D, T, V>),
                _ => Quick::NEVER,
            }
        },
        types: const { Types::new(&[0, <V as Param<D>>::CODE], type_codes::NONE, describe_setter::<D, T, V>) },
        invoke: run_set::<D, T, V>,
        nullable: (<V as Param<D>>::NULLABLE as u64) << 1,
        ..getter::<D, T, V, false, false>(field)
    }
}
