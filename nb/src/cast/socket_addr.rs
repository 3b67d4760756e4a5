//! `SocketAddrV4`, `SocketAddrV6` and `SocketAddr`: the tuples of Python's `socket`, `(host, port)` and `(host, port, flowinfo, scope_id)`.
//!
//! The host is an address and never a name, so that no conversion asks the network.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::cast::ip_addr::spelled;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::str::FromStr;

/// The parts of a tuple; flow and scope are 0 where it has two.
struct Parts<H> {
    host: H,
    port: u16,
    flow: u32,
    scope: u32,
    long: bool,
}

impl<H: FromStr> Parts<H> {
    /// # Safety
    /// `src` is live, also while other code runs; attached.
    unsafe fn read(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Parts<H>> {
        /// # Safety
        /// The tuple has an item at that place, and lives while other code runs; attached.
        unsafe fn number<N: Param<()>>(
            tuple: *mut ffi::PyObject,
            place: usize,
            flags: u8,
            cx: &mut Cx<'_>,
        ) -> Option<N::Stage> {
            // SAFETY: caller's contract; the items of a tuple never change.
            let found = unsafe { N::convert(ffi::PyTuple_GET_ITEM(tuple, place as ffi::Py_ssize_t), flags, cx) };
            found.or_else(|| cx.refuse_element(place))
        }
        cx.enter_container();
        // SAFETY: caller's contract; the size is looked at first.
        unsafe {
            if ffi::PyTuple_Check(src) == 0 {
                return None;
            }
            let long = match ffi::PyTuple_GET_SIZE(src) {
                2 => false,
                4 => true,
                _ => return cx.refuse(Reason::Length),
            };
            let host = spelled::<H>(ffi::PyTuple_GET_ITEM(src, 0), cx).flatten();
            let Some(host) = host else { return cx.refuse_element(0) };
            let port = number::<u16>(src, 1, flags, cx)?;
            let (flow, scope) =
                if long { (number::<u32>(src, 2, flags, cx)?, number::<u32>(src, 3, flags, cx)?) } else { (0, 0) };
            Some(Parts { host, port, flow, scope, long })
        }
    }
}

/// # Safety
/// As [`Parts::read`].
unsafe fn v4(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<SocketAddrV4> {
    // SAFETY: caller's contract.
    let parts = unsafe { Parts::read(src, flags, cx) }?;
    if parts.long { cx.refuse(Reason::Length) } else { Some(SocketAddrV4::new(parts.host, parts.port)) }
}

/// # Safety
/// As [`Parts::read`].
unsafe fn v6(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<SocketAddrV6> {
    // SAFETY: caller's contract.
    let Parts { host, port, flow, scope, .. } = unsafe { Parts::read(src, flags, cx) }?;
    Some(SocketAddrV6::new(host, port, flow, scope))
}

/// # Safety
/// As [`Parts::read`].
unsafe fn either(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<SocketAddr> {
    // SAFETY: caller's contract.
    let Parts { host, port, flow, scope, long } = unsafe { Parts::<IpAddr>::read(src, flags, cx) }?;
    match host {
        IpAddr::V4(_) if long => cx.refuse(Reason::Length),
        IpAddr::V4(host) => Some(SocketAddrV4::new(host, port).into()),
        IpAddr::V6(host) => Some(SocketAddrV6::new(host, port, flow, scope).into()),
    }
}

/// What `socket` gives for an address.
///
/// # Safety
/// Attached.
unsafe fn put<D, P>(value: SocketAddr, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    let (host, port) = (value.ip().to_string(), value.port());
    // SAFETY: caller's contract.
    unsafe {
        match value {
            SocketAddr::V4(_) => <(String, u16) as Ret<D, P>>::put((host, port), cx),
            SocketAddr::V6(value) => {
                let all = (host, port, value.flowinfo(), value.scope_id());
                <(String, u16, u32, u32) as Ret<D, P>>::put(all, cx)
            }
        }
    }
}

macro_rules! addresses {
    ($($Address:ident $read:ident $argument:literal $result:literal;)*) => { $(
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
                text.text($argument);
            }

            unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<$Address> {
                // SAFETY: caller's contract; a caller whose argument calls out owns it.
                unsafe { $read(src, flags, cx) }
            }

            unsafe fn lend<'a>(stage: &'a mut $Address, _cx: &Cx<'_>) -> $Address {
                *stage
            }
        }

        // SAFETY: a new reference, or null.
        unsafe impl<D, P> Ret<D, P> for $Address {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text($result);
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { put::<D, P>(value.into(), cx) }
            }
        }

        member_by_value! { [] $Address; }
    )* };
}

addresses! {
    SocketAddrV4 v4 "tuple[str, int]" "tuple[str, int]";
    SocketAddrV6 v6 "tuple[str, int] | tuple[str, int, int, int]" "tuple[str, int, int, int]";
    SocketAddr either "tuple[str, int] | tuple[str, int, int, int]" "tuple[str, int] | tuple[str, int, int, int]";
}
