//! Calls that are tried without a context, and what could go wrong with that.

use nb::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// How many there are.
static LIVE: AtomicI64 = AtomicI64::new(0);

struct Item {
    value: i64,
    part: Part,
}

impl Item {
    fn new(value: i64) -> Item {
        LIVE.fetch_add(1, Relaxed);
        Item { value, part: Part { value: -value } }
    }
}

impl Clone for Item {
    fn clone(&self) -> Item {
        Item::new(self.value)
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Relaxed);
    }
}

#[derive(Clone)]
struct Part {
    value: i64,
}

/// Its value looks like an `Item` that is not there.
struct Other {
    text: String,
}

struct Derived {
    base: Item,
}

nb_base!(Derived, base: Item);

/// Makes another one before it is there.
struct Endless;

/// Made beside an item, by a function that may raise.
struct Beside(i64);

/// Calls what it holds when it ends.
struct Last {
    held: Option<nb::stored>,
}

nb_traverse!(Last: held);

impl Drop for Last {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            drop(held.call((1,)));
        }
    }
}

/// An error that cannot say what it is.
struct Silent;

impl std::fmt::Display for Silent {
    fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("no text for that")
    }
}

fn take(item: &Item) -> i64 {
    item.value
}

nb_module!(test_attempt_ext, m, {
    nb::class_<Part>(m, "Part").def_rw("value", &Part::value);
    nb::class_<Item>(m, "Item")
        .def(nb::init(Item::new), "value"_a = 1)
        .def("get", |item: &Item| item.value)
        .def("set", |item: &mut Item, value: i64| item.value = value)
        .def("add", |item: &Item, other: Item| Item::new(item.value + other.value))
        .def_prop_rw("value", |item: &Item| item.value, |item: &mut Item, value: i64| item.value = value)
        .def_rw("part", &Item::part)
        .def_rw("plain", &Item::value)
        // A reference that was made of a `&mut`.
        .def("first", |item: &mut Item| -> &mut Part { &mut item.part }, nb::rv_policy::reference_internal)
        .def("calls", |item: &Item, f: &nb::object| -> nb::Result<(i64, nb::object)> { Ok((item.value, f.call(())?)) })
        .def("calls_and_changes", |item: &mut Item, f: &nb::object| -> nb::Result<nb::object> {
            item.value += 1;
            f.call((item.value,))
        })
        .def("panics", |item: &mut Item| -> i64 { panic!("with {}", item.value) })
        .def("__len__", |item: &Item| item.value as usize)
        .def("__eq__", |item: &Item, other: &Item| item.value == other.value, nb::is_operator());
    nb::class_<Derived, Item>(m, "Derived").def(nb::init(|value: i64| Derived { base: Item::new(value) }));
    nb::class_<Other>(m, "Other")
        .def(nb::init(|text: &str| Other { text: text.to_owned() }))
        .def("get", |other: &Other| other.text.len());

    nb::class_<Endless>(m, "Endless").def(nb::init(|| match nb::type_::<Endless>().expect("it is bound").call(()) {
        Ok(_) => Endless,
        Err(error) => error.raise(),
    }));
    nb::class_<Beside>(m, "Beside", nb::dynamic_attr())
        .def(nb::init(|item: &Item, f: &nb::object| match f.call(()) {
            Ok(_) => Beside(item.value),
            Err(error) => error.raise(),
        }))
        .def("get", |beside: &Beside| beside.0);
    nb::class_<Last>(m, "Last", nb::dynamic_attr()).def(nb::init(|held: nb::stored| Last { held: Some(held) }));
    m.def("are_one", |one: &mut Part, two: &Part| std::ptr::eq(one, two));
    m.def("are_one_to_read", |one: &Part, two: &Part| std::ptr::eq(one, two));

    m.def("live", || LIVE.load(Relaxed));
    m.def("take", &take);
    m.def("change", |item: &mut Item, by: i64| {
        item.value += by;
        item.value
    });
    m.def("maybe", |item: Option<&Item>| item.map(|item| item.value));
    m.def("both", |one: &Item, two: &Item| one.value + two.value);
    m.def("swap", |one: &mut Item, two: &mut Item| std::mem::swap(&mut one.value, &mut two.value));
    m.def("parts", |one: &mut Part, two: &Part| {
        one.value += two.value;
        one.value
    });
    m.def("by_value", |item: Item| item.value);
    m.def("text", |text: &str| text.len());
    m.def("same_text", |text: &str| -> String { text.to_owned() });
    m.def("bytes", |bytes: &[u8]| bytes.len());
    m.def("same", |object: nb::object| object);
    m.def("refuses_none", |object: nb::object| object.is_none());
    m.def("takes_none", |object: Option<nb::object>| object.is_none(), "object"_a.none());
    m.def("wide", |a: i32, b: u32, c: i64, d: u64| -> i128 { a as i128 + b as i128 + c as i128 + d as i128 });
    m.def("narrow", |a: i8, b: u16, c: f32| -> f64 { f64::from(a) + f64::from(b) + f64::from(c) });

    m.def("named", |a: i64, b: i64, c: i64| 100 * a + 10 * b + c, "a"_a, "b"_a = 2, "c"_a = 3);
    m.def("item_or", |item: &Item, by: i64| item.value + by, "item"_a, "by"_a = 5);
    m.def("kind", |_a: i64, _b: &str| "int, str");
    m.def("kind", |_a: i64, _b: f64| "int, float");
    m.def("kind", |_a: &Item, _b: i64| "Item, int");
    m.def("kind", |_a: &str| "str");
    m.def("kind", |_a: f64, _b: f64| "float, float");

    m.def("made", |value: i64| Item::new(value));
    m.def("maybe_made", |value: i64| (value > 0).then(|| Item::new(value)));
    m.def("not_made", |item: &Item| Part { value: item.value }, nb::rv_policy::none);
    m.def("fails", |item: &mut Item| -> nb::Result<i64> {
        item.value += 1;
        Err(nb::value_error("no"))
    });
    m.def("fails_badly", |item: &mut Item| -> Result<i64, Silent> {
        item.value += 1;
        Err(Silent)
    });
    m.def("declines", |item: &mut Item, f: &nb::object| -> nb::Result<&'static str> {
        item.value += 1;
        f.call(())?;
        Err(nb::next_overload())
    });
    m.def("declines", |item: &Item, f: nb::object| -> nb::Result<String> { Ok(format!("{} {}", item.value, f.is_none())) });
    m.def("declines_alone", |number: i64, text: &str| -> nb::Result<i64> {
        if text.is_empty() { Err(nb::next_overload()) } else { Ok(number) }
    });
    m.def("closure", |by: i64| -> Box<dyn Fn(i64, &nb::object) -> i64 + Send + Sync> {
        Box::new(move |value, f| match f.call(()) {
            Ok(_) => by * value,
            Err(error) => error.raise(),
        })
    });
    let factor = 3;
    m.def("captured", move |value: i64| factor * value);
});
