//! `nb::find`, and `nb::cast` with a policy or an owner.

use super::bound;
use crate::call::context::Cx;
use crate::cast::child::{cast_part, is_garbage_child};
use crate::cast::traits::Ret;
use crate::ffi;
use crate::handles::handle_t;
use crate::instance::ext;
use crate::instance::header::{self, Life, Storage};
use crate::instance::path;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result, next_overload, type_error};
use crate::python::messages;
use crate::python::object::{StrongRef, check_attached, object};
use crate::python::type_name::short_rust_name;
use std::any::{TypeId, type_name};
use std::ptr;

/// The Python object that stands for a value which lies outside of Python objects or inside of one as a part: nanobind's
/// `nb::find`. Makes no object and raises nothing.
///
/// Only such objects are in a table: what a field, `rv_policy::reference_internal`, `rv_policy::reference` or
/// [`cast_internal`] has made. The object that *contains* a value is not found by the value's address; a function that
/// needs it takes a [`handle_t`], or returns the reference with `rv_policy::none`.
///
/// ```no_run
/// # struct Engine { power: i32 }
/// # struct Car { engine: Engine }
/// fn known_engine(car: &Car) -> Option<nb::object> {
///     nb::find(&car.engine)
/// }
/// ```
pub fn find<T: 'static>(value: &T) -> Option<object> {
    check_attached();
    let address = ptr::from_ref(value) as usize;
    let state = State::current()?;
    let child = state.identities.find(address, state.type_of(TypeId::of::<T>())?)?;
    // SAFETY: children remove themselves from the identity map before they die; their roots are live.
    unsafe {
        if (*child).life() != Life::Ready || (*child).storage() == Storage::Inline || is_garbage_child(child) {
            return None;
        }
        let ext = ext::ext(child);
        let ready = ext.roots.iter().all(|root| (*root.inst).life() == Life::Ready);
        let same = ready
            && match (*child).storage() {
                Storage::Place => ext::place_address(ext) == address,
                Storage::Element => {
                    let root = ext.roots[0].inst;
                    // Only what nobody changes may be looked at.
                    let still = (*root).storage() != Storage::Locked && (*root).mark() != header::EXCLUSIVE;
                    still && path::element_address(ext, false) == Some(address)
                }
                Storage::Locked => false,
                Storage::Derived => {
                    ext.address == address && ext.roots.iter().all(|root| (*root.inst).epoch_holds(root.epoch))
                }
                _ => ext.address == address,
            };
        same.then(|| object::borrow(child.cast()))
    }
}

/// Converts a value of the extension with the domain `D` under the policy `P`: nanobind's `nb::cast(value, policy)`.
///
/// [`cast_in`](crate::cast_in) does so with `rv_policy::automatic_reference`.
///
/// # Errors
/// A `TypeError` when the policy gives nothing: `rv_policy::none` for a value that Python does not know,
/// `rv_policy::reference_internal` for a reference, since there is no owner outside of a call; see [`cast_internal`] for
/// that.
///
/// ```no_run
/// # use nb::prelude::*;
/// # fn give<D: 'static, T: 'static>(dog: Box<T>) -> nb::Result<nb::object>
/// # where Box<T>: nb::Ret<D, nb::rv_policy::take_ownership> {
/// // In a module made with `nb_module!`: nb::cast_policy::<crate::NbDomain, nb::rv_policy::take_ownership, _>(dog)
/// nb::cast_policy::<D, nb::rv_policy::take_ownership, _>(dog)
/// # }
/// ```
pub fn cast_policy<D, P, V: Ret<D, P>>(value: V) -> Result<object> {
    check_attached();
    let state = State::get_or_create()?;
    let mut cx = Cx::new(&state);
    // SAFETY: attached; the result is owned unless it is null.
    unsafe {
        let made = V::put(value, &mut cx);
        if made.is_null() && cx.declined {
            return Err(next_overload());
        }
        object::from_owned(made).ok_or_else(|| {
            if ffi::PyErr_Occurred().is_null() {
                let [value, policy] = [type_name::<V>(), type_name::<P>()].map(short_rust_name);
                type_error(messages::policy_gives_nothing(&value, &policy))
            } else {
                Error::fetch()
            }
        })
    }
}

/// An object that refers to a part of `owner`'s value: nanobind's `nb::cast(value, rv_policy::reference_internal, owner)`.
///
/// It keeps the owner alive and can be read. An object that stands for the part already is given again, so identity holds.
///
/// # Errors
/// When the owner is modified, it raises instead of dangling. `RuntimeError` when the owner is being modified or has no
/// value, `TypeError` when `T` is not bound.
///
/// ```no_run
/// # struct Engine { power: i32 }
/// # struct Car { engine: Engine }
/// fn engine(car: nb::handle_t<Car>) -> nb::Result<nb::object> {
///     nb::cast_internal(&car, |car| &car.engine)
/// }
/// ```
pub fn cast_internal<O: 'static, T: 'static>(
    owner: &handle_t<O>,
    part: impl for<'a> FnOnce(&'a O) -> &'a T,
) -> Result<object> {
    // SAFETY: the function has read access; the part lies in the owner, or lives for ever.
    unsafe { internal::<O, T>(owner, false, |owner| ptr::from_ref(part(&*owner)) as usize) }
}

/// As [`cast_internal`], for a part that may be modified through the object.
///
/// # Errors
/// Besides, a `RuntimeError` when the owner is in use or read only.
///
/// ```no_run
/// # struct Engine { power: i32 }
/// # struct Car { engine: Engine }
/// fn engine(car: nb::handle_t<Car>) -> nb::Result<nb::object> {
///     nb::cast_internal_mut(&car, |car| &mut car.engine)
/// }
/// ```
pub fn cast_internal_mut<O: 'static, T: 'static>(
    owner: &handle_t<O>,
    part: impl for<'a> FnOnce(&'a mut O) -> &'a mut T,
) -> Result<object> {
    // SAFETY: the function has exclusive access; the part lies in the owner, or lives for ever.
    unsafe { internal::<O, T>(owner, true, |owner| ptr::from_mut(part(&mut *owner)) as usize) }
}

/// # Safety
/// `part` gives the address of a `T` that lives while the owner is not modified, and asks for no more than the access.
unsafe fn internal<O: 'static, T: 'static>(
    owner: &handle_t<O>,
    exclusive: bool,
    part: impl FnOnce(*mut O) -> usize,
) -> Result<object> {
    const NAME: &str = "cast_internal";
    let (inst, data) = bound(NAME, owner)?;
    let mut cx = Cx::new(&data.state);
    // SAFETY: a live instance that outlives the context; a handle holds an `O`.
    unsafe {
        if (*inst).life() != Life::Ready {
            return Err(crate::python::error::runtime_error(messages::without_value(
                NAME,
                messages::THE_OWNER,
                &data.name(),
            )));
        }
        let Some(target) = data.state.type_of(TypeId::of::<T>()) else {
            return Err(type_error(messages::unbound_value(&short_rust_name(type_name::<T>()))));
        };
        // `part` may run any code.
        let _class = StrongRef::borrow(target.ty.cast());
        let offset = data.offset_to(TypeId::of::<O>()).expect("a handle holds a value of its type");
        let address = cx.lend(inst, data, exclusive).ok_or_else(Error::fetch)?;
        let address = part((address + offset) as *mut O);
        object::steal(cast_part(address, target, exclusive, &cx))
    }
}
