//! [`accessor`]: an attribute that is read, assigned or called later, nanobind's `o.attr("name")`.

use crate::bind::{set_attribute, text};
use crate::call::Cx;
use crate::convert::Ret;
use crate::error::{Error, Result, type_error};
use crate::ffi;
use crate::messages;
use crate::obj::{check_attached, object};
use crate::rv_policy;
use crate::state::State;
use std::marker::PhantomData;

/// A named attribute of an object; nothing is looked up until it is used.
///
/// Python assignment is spelled `.set(value)`; `m.attr("x") = value;` inside `nb_module!` is rewritten to it.
pub struct accessor<'a, D = ()> {
    base: &'a object,
    name: String,
    domain: PhantomData<fn(D)>,
}

impl<'a, D> accessor<'a, D> {
    pub(crate) fn new(base: &'a object, name: &str) -> accessor<'a, D> {
        accessor { base, name: name.to_string(), domain: PhantomData }
    }

    /// Reads the attribute.
    pub fn get(&self) -> Result<object> {
        check_attached();
        let name = text(&self.name)?;
        // SAFETY: live objects; a new reference or null with an exception.
        unsafe { object::steal(ffi::PyObject_GetAttr(self.base.as_ptr(), name.as_ptr())) }
    }

    /// Assigns the attribute; the value becomes a Python object as a function's result would.
    pub fn set<V>(&self, value: V) -> Result<()>
    where
        V: Ret<D, rv_policy::automatic_reference, Item<'static> = V>,
    {
        set_attribute(self.base, &self.name, &to_python::<D, V>(value)?)
    }
}

/// A Python object for a Rust value: nanobind's `nb::cast(value)`.
pub(crate) fn to_python<D, V>(value: V) -> Result<object>
where
    V: Ret<D, rv_policy::automatic_reference, Item<'static> = V>,
{
    check_attached();
    let state = State::get_or_create()?;
    let mut cx = Cx::new(&state, None);
    // SAFETY: attached; a new reference or null.
    let made = unsafe { object::from_owned(V::put(value, &mut cx)) };
    made.ok_or_else(|| {
        // SAFETY: attached.
        if unsafe { ffi::PyErr_Occurred().is_null() } {
            let ty = crate::typename::short_rust_name(std::any::type_name::<V>());
            type_error(messages::unbound_value(&ty))
        } else {
            Error::fetch()
        }
    })
}
