//! Conversions of the standard library's small types: numbers with conditions, orders, ranges, addresses.

use nb::prelude::*;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{NonZero, Saturating, Wrapping};
use std::ops::{Range, RangeFrom, RangeFull, RangeTo};

/// Fields of each kind.
pub struct Host {
    pub id: NonZero<u32>,
    pub count: Wrapping<u8>,
    pub order: Ordering,
    pub tag: PhantomData<u8>,
    pub ports: Range<u16>,
    pub address: IpAddr,
    pub socket: SocketAddr,
}

/// A bound class, as a bound of a range.
#[derive(Clone)]
pub struct Mark {
    pub value: i32,
}

/// The round trips, in plain Rust.
fn bind_round_trips(m: &nb::module_<NbDomain>) {
    echo! { m:
        "nonzero_i8" NonZero<i8>; "nonzero_i16" NonZero<i16>; "nonzero_i32" NonZero<i32>; "nonzero_i64" NonZero<i64>;
        "nonzero_i128" NonZero<i128>; "nonzero_isize" NonZero<isize>; "nonzero_u8" NonZero<u8>;
        "nonzero_u16" NonZero<u16>; "nonzero_u32" NonZero<u32>; "nonzero_u64" NonZero<u64>;
        "nonzero_u128" NonZero<u128>; "nonzero_usize" NonZero<usize>;
        "nonzero_maybe" Option<NonZero<u32>>; "nonzero_list" Vec<NonZero<i32>>;
        "wrapping" Wrapping<u8>; "saturating" Saturating<i16>; "wrapping_list" Vec<Wrapping<i32>>; "reverse" Reverse<i32>;
        "min_heap" BinaryHeap<Reverse<i32>>;
        "ordering" Ordering; "orderings" Vec<Ordering>;
        "phantom" PhantomData<String>; "phantoms" (PhantomData<u8>, i32);
        "range" Range<i32>; "range_from" RangeFrom<i32>; "range_to" RangeTo<u8>; "range_full" RangeFull;
        "range_f64" Range<f64>; "range_str" Range<String>; "ranges" Vec<Range<i32>>;
        "ipv4" Ipv4Addr; "ipv6" Ipv6Addr; "ip" IpAddr; "ips" Vec<IpAddr>; "ip_maybe" Option<Ipv4Addr>;
        "socket_v4" SocketAddrV4; "socket_v6" SocketAddrV6; "socket" SocketAddr; "sockets" Vec<SocketAddr>;
    }
}

nb_module!(test_casters_values_ext, m, {
    bind_round_trips(m);

    nb::class_<Mark>(m, "Mark").def(nb::init(|value: i32| Mark { value })).def_rw("value", &Mark::value);
    nb::class_<Host>(m, "Host")
        .def(nb::init(|| Host {
            id: NonZero::<u32>::MIN,
            count: Wrapping(255),
            order: Ordering::Less,
            tag: PhantomData,
            ports: 1..5,
            address: Ipv4Addr::LOCALHOST.into(),
            socket: (Ipv6Addr::LOCALHOST, 80).into(),
        }))
        .def_rw("id", &Host::id)
        .def_rw("count", &Host::count)
        .def_rw("order", &Host::order)
        .def_rw("tag", &Host::tag)
        .def_rw("ports", &Host::ports)
        .def_rw("address", &Host::address)
        .def_rw("socket", &Host::socket);

    m.def("wrapping_add", |x: Wrapping<u8>, y: Wrapping<u8>| x + y);
    m.def("saturating_add", |x: Saturating<i16>, y: Saturating<i16>| x + y);
    m.def("compare", |x: i32, y: i32| x.cmp(&y));
    m.def("smallest", |x: BinaryHeap<Reverse<i32>>| x.peek().map(|x| x.0));
    m.def("marks", |x: Range<&mut Mark>| { std::mem::swap(&mut x.start.value, &mut x.end.value) });
    m.def("mark_copies", |x: Range<Mark>| x);
    m.def("part", |x: &str, r: Range<usize>| x.get(r).map(str::to_string));

    // Overloads that need one another's refusals.
    m.def("kind", |_: NonZero<u8>| "nonzero");
    m.def("kind", |_: Ordering| "order");
    m.def("kind", |_: Range<i32>| "both");
    m.def("kind", |_: RangeFrom<i32>| "from");
    m.def("kind", |_: RangeTo<i32>| "to");
    m.def("kind", |_: RangeFull| "full");
    m.def("kind", |_: nb::slice| "slice");
    m.def("kind", |_: Ipv4Addr| "v4");
    m.def("kind", |_: Ipv6Addr| "v6");
    m.def("kind", |_: SocketAddrV4| "socket v4");
    m.def("kind", |_: SocketAddrV6| "socket v6");
    m.def("kind", |_: nb::object| "other");
});
