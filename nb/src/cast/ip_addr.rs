//! `Ipv4Addr`, `Ipv6Addr` and `IpAddr`: the classes of Python's `ipaddress`; in the converting pass also a `str`.
//!
//! A subclass is taken for the address in it: the `ipaddress.IPv4Interface` of `1.2.3.4/24` is 1.2.3.4. An address with a zone, as in
//! `fe80::1%eth0`, is refused, since the zone would be lost.

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::object::object;
use crate::python::text;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr;
use std::str::FromStr;

/// An attribute; `None` when reading it raises, which is noted.
///
/// # Safety
/// `src` is live; attached.
unsafe fn attribute(src: *mut ffi::PyObject, name: &std::ffi::CStr, cx: &mut Cx<'_>) -> Option<object> {
    // SAFETY: caller's contract.
    let found = unsafe { object::from_owned(ffi::PyObject_GetAttrString(src, name.as_ptr())) };
    if found.is_none() {
        cx.mismatch_raised();
    }
    found
}

/// The bytes of an instance of the class; `Some(None)` for any other object, `None` for an instance that is refused.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn packed<const N: usize>(src: *mut ffi::PyObject, class: Known, cx: &mut Cx<'_>) -> Option<Option<[u8; N]>> {
    // SAFETY: caller's contract; the state's reference to the class outlives the call, temporaries are owned.
    unsafe {
        let class = cx.state().known.get(class);
        if class.is_null() {
            cx.mismatch_raised();
            return None;
        }
        if ffi::PyObject_TypeCheck(src, class.cast()) == 0 {
            return Some(None);
        }
        let bytes = attribute(src, c"packed", cx)?;
        if ffi::PyBytes_Check(bytes.as_ptr()) == 0 || ffi::PyBytes_Size(bytes.as_ptr()) as usize != N {
            return None;
        }
        Some(Some(ffi::PyBytes_AsString(bytes.as_ptr()).cast::<[u8; N]>().read()))
    }
}

/// # Safety
/// As [`packed`].
unsafe fn v4(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Option<Ipv4Addr>> {
    // SAFETY: caller's contract.
    Some(unsafe { packed::<4>(src, Known::Ipv4Address, cx) }?.map(Ipv4Addr::from))
}

/// # Safety
/// As [`packed`].
unsafe fn v6(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Option<Ipv6Addr>> {
    // SAFETY: caller's contract.
    unsafe {
        let Some(bytes) = packed::<16>(src, Known::Ipv6Address, cx)? else { return Some(None) };
        if !attribute(src, c"scope_id", cx)?.is_none() {
            return cx.refuse(Reason::Zone);
        }
        Some(Some(bytes.into()))
    }
}

/// # Safety
/// As [`packed`].
unsafe fn either(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Option<IpAddr>> {
    // SAFETY: caller's contract.
    unsafe {
        match v4(src, cx)? {
            Some(found) => Some(Some(found.into())),
            None => Some(v6(src, cx)?.map(IpAddr::from)),
        }
    }
}

/// The address that a `str` spells; `Some(None)` for any other object.
///
/// # Safety
/// `src` is live; attached.
pub(super) unsafe fn spelled<T: FromStr>(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Option<T>> {
    // SAFETY: caller's contract.
    match unsafe { text::read(src) } {
        Some(text) => text.parse().map_or_else(|_| cx.refuse(Reason::Spelling), |address| Some(Some(address))),
        None => Some(None),
    }
}

/// The object of the class that has these bytes.
///
/// # Safety
/// Attached.
unsafe fn put(bytes: &[u8], class: Known, cx: &Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: attached; the bytes are copied, temporaries are owned.
    unsafe {
        let class = cx.state().known.get(class);
        if class.is_null() {
            return class;
        }
        let bytes = ffi::PyBytes_FromStringAndSize(bytes.as_ptr().cast(), bytes.len() as ffi::Py_ssize_t);
        let Some(bytes) = object::from_owned(bytes) else { return ptr::null_mut() };
        ffi::PyObject_CallFunctionObjArgs(class, bytes.as_ptr(), ptr::null_mut::<ffi::PyObject>())
    }
}

macro_rules! addresses {
    ($($Address:ident $read:ident $types:literal, |$value:ident, $cx:ident| $put:expr;)*) => { $(
        // SAFETY: an owned value.
        unsafe impl<D> Param<D> for $Address {
            type Item<'a> = $Address;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = $Address;
            const OWNED: bool = true;
            const REFUSES_NONE: bool = true;
            const VALUE: bool = true;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text(concat!($types, " | str"));
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<$Address> {
                // SAFETY: caller's contract; a caller whose argument calls out owns it.
                unsafe {
                    if flags & CONVERT != 0
                        && let Some(address) = spelled(src, cx)?
                    {
                        return Some(address);
                    }
                    $read(src, cx)?
                }
            }

            unsafe fn lend<'a>(stage: &'a mut $Address, _cx: &Cx<'_>) -> $Address {
                *stage
            }
        }

        // SAFETY: a new reference, or null.
        unsafe impl<D, P> Ret<D, P> for $Address {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text($types);
            }

            unsafe fn put($value: Self, $cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { $put }
            }
        }

        member_by_value! { [] $Address; }
    )* };
}

addresses! {
    Ipv4Addr v4 "ipaddress.IPv4Address", |value, cx| put(&value.octets(), Known::Ipv4Address, cx);
    Ipv6Addr v6 "ipaddress.IPv6Address", |value, cx| put(&value.octets(), Known::Ipv6Address, cx);
    IpAddr either "ipaddress.IPv4Address | ipaddress.IPv6Address", |value, cx| match value {
        IpAddr::V4(value) => put(&value.octets(), Known::Ipv4Address, cx),
        IpAddr::V6(value) => put(&value.octets(), Known::Ipv6Address, cx),
    };
}
