//! Exceptions that bound code raises by name, from where they are raised, and panics in places that cannot raise.

use nb::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An iterator by hand.
pub struct Countdown {
    left: i32,
}
/// A sequence that is iterated by its indices.
pub struct Squares {
    count: i64,
}
/// A list to remove from.
pub struct Bag {
    items: Vec<i32>,
}
/// Panics wherever Python can ask.
pub struct Bomb {
    fuse: String,
}
impl Bomb {
    fn burns(&self, what: &str) {
        if self.fuse == what {
            std::panic::panic_any(7_u8);
        }
    }
}
impl Drop for Bomb {
    fn drop(&mut self) {
        self.burns("drop");
    }
}
// SAFETY: shows nothing, since there is nothing.
unsafe impl nb::Traverse for Bomb {
    fn traverse(&self, _visit: &mut nb::Visit<'_>) {
        self.burns("traverse");
    }
}

static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// What a panic carries.
struct Payload;
impl Drop for Payload {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

/// Errors of these types are for nobody.
#[derive(Debug)]
pub struct Plain(String);
impl std::fmt::Display for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Plain {}

nb_module!(test_raising_ext, m, {
    nb::class_<Countdown>(m, "Countdown")
        .def(nb::init(|left: i32| Countdown { left }))
        .def("__iter__", |x: nb::object| x)
        .def("__next__", |x: &mut Countdown| {
            x.left -= 1;
            if x.left < 0 { Err(nb::stop_iteration("lift off")) } else { Ok(x.left) }
        });
    nb::class_<Squares>(m, "Squares")
        .def(nb::init(|count: i64| Squares { count }))
        .def("__getitem__", |x: &Squares, index: i64| {
            if index >= x.count { Err(nb::index_error("past the end")) } else { Ok(index * index) }
        })
        .def("__setitem__", |_: &Squares, _index: i64, _value: i64| -> nb::Result<()> { Err(nb::index_error("fixed")) })
        .def("__getattr__", |_: &Squares, name: &str| match name {
            "area" => Ok(16),
            _ => Err(nb::attribute_error(name)),
        });
    nb::class_<Bag>(m, "Bag")
        .def(nb::init(|items: Vec<i32>| Bag { items }))
        .def("remove", |bag: &mut Bag, x: i32| match bag.items.iter().position(|item| *item == x) {
            Some(at) => Ok(bag.items.remove(at)),
            None => Err(nb::value_error(format!("{x} is not in the bag"))),
        });
    nb::class_<Bomb>(m, "Bomb")
        .def(nb::init(|fuse: String| Bomb { fuse }))
        .def("__next__", |x: &Bomb| x.burns("next"))
        .def("__hash__", |x: &Bomb| { x.burns("hash"); 1 })
        .def("__eq__", |x: &Bomb, _other: nb::object| { x.burns("eq"); true })
        .def("__repr__", |x: &Bomb| { x.burns("repr"); "a bomb" })
        .def("__len__", |x: &Bomb| { x.burns("len"); 1_usize })
        .def("__getattr__", |x: &Bomb, _name: &str| { x.burns("getattr"); 1 })
        .def("__setitem__", |x: &Bomb, _key: i32, _value: i32| x.burns("setitem"))
        .def("__enter__", |x: &Bomb| x.burns("enter"))
        .def("__call__", |x: &Bomb| x.burns("call"))
        .def_prop_rw("value", |x: &Bomb| { x.burns("get"); 1 }, |x: &Bomb, _value: i32| x.burns("set"));
    m.def("key_error_without_text", || -> nb::Result<()> { Err(nb::key_error()) });
    m.def("two", |_: i32| -> nb::Result<()> { Err(nb::type_error("plain text")) });
    m.def("two", |_: nb::object| "the second");
    m.def("declines", |_: i32| -> nb::Result<()> { Err(nb::next_overload()) }, "x"_a);
    m.def("raise", |text: String| -> nb::Result<()> { Err(nb::runtime_error(text)) });
    m.def("raise_type_error", |x: i32| -> nb::Result<()> { Err(nb::type_error(format!("{x}% of {:.2}", 1.0))) });
    m.def("plain", |text: String| Err::<(), _>(Plain(text)));
    m.def("payload", || -> i32 { std::panic::panic_any(Payload) });
    m.def("dropped", || DROPPED.load(Ordering::Relaxed));
    m.def("layout", || std::alloc::Layout::from_size_align(1, 3).map(|_| ()));
    m.def("decode_utf16", || char::decode_utf16([0xD800_u16]).next().unwrap().map(|_| ()));
    m.def("parse", |what: &str| -> Result<(), Box<dyn std::error::Error>> {
        match what {
            "int" => drop("x".parse::<i32>()?),
            "float" => drop("x".parse::<f64>()?),
            "bool" => drop("x".parse::<bool>()?),
            "char" => drop("xy".parse::<char>()?),
            "code" => drop(char::try_from(0xD800_u32)?),
            "slice" => drop(<[u8; 2]>::try_from(&[1_u8][..])?),
            "address" => drop("x".parse::<std::net::Ipv4Addr>()?),
            "nul" => drop(std::ffi::CString::new("a\0b")?),
            "from_bytes" => drop(std::ffi::CStr::from_bytes_with_nul(b"a")?),
            _ => drop(std::ffi::CStr::from_bytes_until_nul(b"a")?),
        }
        Ok(())
    });
    m.def("io", |code: i32| Err::<(), _>(std::io::Error::from_raw_os_error(code)));
    m.def("io_without_a_code", || Err::<(), _>(std::io::Error::other("no code")));
});
