//! `Ipv4Net`, `Ipv6Net` and `IpNet`: the networks of Python's `ipaddress`; in the converting pass also a `str`.
//!
//! A network of `ipaddress` is its first address. One of the crate may be another address of it, as in `10.0.0.1/8`: that raises `ValueError` as a
//! result, since an `IPv4Network` cannot say it (`trunc()` gives one that can).

use crate::call::context::{CONVERT, Cx};
use crate::call::mismatch::Reason;
use crate::cast::crates::classes::{self, attribute, is_instance};
use crate::cast::crates::values::values;
use crate::cast::ip_addr::spelled;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::interpreter::known_objects::Known;
use crate::python::object::object;
use crate::rv_policy::automatic;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The first address and the length of the prefix of an instance of the class; `Some(None)` for any other object, `None` for an instance that
/// is refused.
///
/// # Safety
/// `src` is live, also while other code runs; attached.
unsafe fn parts<A: Param<(), Stage = A>>(
    src: *mut ffi::PyObject,
    class: Known,
    cx: &mut Cx<'_>,
) -> Option<Option<(A, u8)>> {
    // SAFETY: caller's contract; the parts are owned.
    unsafe {
        if !is_instance(src, class, cx)? {
            return Some(None);
        }
        let address = attribute(src, c"network_address", cx)?;
        let length = attribute(src, c"prefixlen", cx)?;
        let address = A::convert(address.as_ptr(), 0, cx)?;
        Some(Some((address, <u8 as Param<()>>::convert(length.as_ptr(), 0, cx)?)))
    }
}

/// # Safety
/// As [`parts`].
unsafe fn v4(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Option<Ipv4Net>> {
    // SAFETY: caller's contract.
    let Some((address, length)) = unsafe { parts::<Ipv4Addr>(src, Known::Ipv4Network, cx) }? else { return Some(None) };
    Ipv4Net::new(address, length).map_or_else(|_| cx.refuse(Reason::Range), |net| Some(Some(net)))
}

/// # Safety
/// As [`parts`].
unsafe fn v6(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Option<Ipv6Net>> {
    // SAFETY: caller's contract.
    let Some((address, length)) = unsafe { parts::<Ipv6Addr>(src, Known::Ipv6Network, cx) }? else { return Some(None) };
    Ipv6Net::new(address, length).map_or_else(|_| cx.refuse(Reason::Range), |net| Some(Some(net)))
}

/// # Safety
/// As [`parts`].
unsafe fn either(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Option<IpNet>> {
    // SAFETY: caller's contract.
    unsafe {
        match v4(src, cx)? {
            Some(found) => Some(Some(found.into())),
            None => Some(v6(src, cx)?.map(IpNet::from)),
        }
    }
}

/// A network: a pair of the bytes of its address and the length of the prefix is what the classes take.
///
/// # Safety
/// Attached.
unsafe fn put(address: &[u8], length: u8, class: Known, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        let pair = <(&[u8], u8) as Ret<(), automatic>>::put((address, length), cx);
        classes::new(class, [object::from_owned(pair)], cx)
    }
}

/// # Safety
/// Attached.
unsafe fn put_v4(net: Ipv4Net, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { put(&net.addr().octets(), net.prefix_len(), Known::Ipv4Network, cx) }
}

/// # Safety
/// Attached.
unsafe fn put_v6(net: Ipv6Net, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe { put(&net.addr().octets(), net.prefix_len(), Known::Ipv6Network, cx) }
}

macro_rules! networks {
    ($($Net:ident $read:ident $argument:literal => $result:literal, |$value:ident, $cx:ident| $put:expr;)*) => {
        values! { $(
            $Net, $argument => $result,
            |src, flags, cx| {
                if flags & CONVERT != 0
                    && let Some(net) = spelled(src, cx)?
                {
                    return Some(net);
                }
                $read(src, cx)?
            },
            |stage| *stage, |$value, $cx| $put;
        )* }
    };
}

networks! {
    Ipv4Net v4 "ipaddress.IPv4Network | str" => "ipaddress.IPv4Network", |value, cx| put_v4(value, cx);
    Ipv6Net v6 "ipaddress.IPv6Network | str" => "ipaddress.IPv6Network", |value, cx| put_v6(value, cx);
    IpNet either "ipaddress.IPv4Network | ipaddress.IPv6Network | str" => "ipaddress.IPv4Network | ipaddress.IPv6Network",
    |value, cx| match value {
        IpNet::V4(net) => put_v4(net, cx),
        IpNet::V6(net) => put_v6(net, cx),
    };
}
