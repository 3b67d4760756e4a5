//! Casters of one's own: by way of another type, of other crates' types, of structs as dicts.

use nb::prelude::*;
use std::net::Shutdown;

/// A `float` in Python.
#[derive(Clone, PartialEq, PartialOrd)]
pub struct Celsius(f64);
nb_type_caster!(Celsius, {
    fn from_python(degrees: f64) -> Result<Celsius, String> {
        if degrees < -273.15 { Err(format!("{degrees} is below absolute zero")) } else { Ok(Celsius(degrees)) }
    }
    fn from_cpp(value: Celsius) -> f64 {
        value.0
    }
});
nb_member!(Celsius);

/// A type that the crate does not own, as a text.
type Direction = Shutdown;
nb_type_caster!(in crate::custom_casters; Shutdown, "str", {
    fn from_python(name: String) -> Option<Direction> {
        match name.as_str() {
            "read" => Some(Direction::Read),
            "write" => Some(Direction::Write),
            "both" => Some(Direction::Both),
            _ => None,
        }
    }
    fn from_cpp(value: Direction) -> &'static str {
        match value {
            Direction::Read => "read",
            Direction::Write => "write",
            Direction::Both => "both",
        }
    }
});

/// Any object; more of them where implicit conversion is allowed.
pub struct Colour(u8, u8, u8);
nb_type_caster!(Colour, "tuple[int, int, int] | str" => "tuple[int, int, int]", {
    fn from_python(src: nb::object, flags: u8) -> nb::Result<Option<Colour>> {
        if let Ok((r, g, b)) = src.cast::<(u8, u8, u8)>() {
            return Ok(Some(Colour(r, g, b)));
        }
        if flags & nb::cast_flags::convert == 0 || !nb::isinstance::<nb::str_>(&src) {
            return Ok(None);
        }
        let text: String = src.cast()?;
        let digits = text.strip_prefix('#').unwrap_or(&text);
        let number = u32::from_str_radix(digits, 16)?;
        Ok(Some(Colour((number >> 16) as u8, (number >> 8) as u8, number as u8)))
    }
    fn from_cpp(value: Colour) -> (u8, u8, u8) {
        (value.0, value.1, value.2)
    }
});

/// Names that the macros have for types.
#[derive(Clone)]
pub struct D(i32);
nb_type_caster!(D, {
    fn from_python(number: i32) -> D {
        D(number)
    }
    fn from_cpp(value: D) -> i32 {
        value.0
    }
});
nb_member!(D);
#[derive(Clone)]
pub struct P {
    cx: i32,
    src: String,
    flags: u8,
    entries: Vec<i32>,
    made: D,
    value: i32,
    text: String,
}
nb_dict!(P { cx: i32 = 1, src: String = String::new(), flags: u8 = 2, entries: Vec<i32> = vec![3], made: D = D(4), value: i32 = 5, text: String = "6".into() });
nb_member!(P);

nb_object! {
    /// A `decimal.Decimal`.
    pub struct decimal, "decimal.Decimal",
    |o| nb::isinstance_of(o, &nb::module_::<()>::import_("decimal")?.attr("Decimal").get()?)
}

impl decimal {
    fn digits(&self) -> nb::Result<Vec<u8>> {
        self.attr("as_tuple").call(())?.attr("digits").cast()
    }
}

nb_object!(pub struct short_text, "str", |o| nb::isinstance::<nb::str_>(o) && nb::len(o).is_ok_and(|len| len < 3));

/// Keeps one.
pub struct Purse {
    money: nb::stored<decimal>,
}
nb_traverse!(Purse: money);

/// What Python gets, an argument it is not.
pub struct Report(Vec<String>);
nb_type_caster!(Report, {
    fn from_cpp(value: Report) -> nb::Result<String> {
        if value.0.is_empty() { Err(nb::value_error("an empty report")) } else { Ok(value.0.join("; ")) }
    }
});

/// The other way round; the object says what happens.
pub struct Asked(i64);
nb_type_caster!(Asked, "Answers", {
    fn from_python(src: nb::object) -> nb::Result<Asked> {
        Ok(Asked(src.attr("answer").call(())?.cast()?))
    }
});

/// A bound class, of which a caster makes something else.
#[derive(Clone)]
pub struct Dog {
    name: String,
}

pub struct Name(String);
nb_type_caster!(in crate::custom_casters; Name, {
    fn from_python(dog: Dog) -> Name {
        assert!(dog.name != "panic", "a caster that panics");
        Name(dog.name)
    }
    fn from_cpp(value: Name) -> Dog {
        Dog { name: value.0 }
    }
});

#[derive(Clone)]
pub struct Options {
    path: String,
    depth: u32,
    names: Option<Vec<String>>,
    r#type: Celsius,
}
nb_dict!(Options { path: String, depth: u32 = 1, names: Option<Vec<String>> = None, r#type: Celsius = Celsius(0.0) });
nb_member!(Options);

#[derive(Clone)]
pub struct Kennel {
    dog: Dog,
    spare: Option<Dog>,
}
nb_dict!(in crate::custom_casters; Kennel { dog: Dog, spare: Option<Dog> = None });

pub struct Nothing {}
nb_dict!(Nothing {});

pub struct Room {
    warmth: Celsius,
    days: Vec<Celsius>,
    options: Options,
}

nb_module!(test_custom_casters_ext, m, {
    nb::class_<Dog>(m, "Dog").def(nb::init(|name: String| Dog { name })).def_ro("name", &Dog::name);
    m.def("warmer", |temperature: Celsius| Celsius(temperature.0 + 1.0), "temperature"_a);
    m.def("warmest", |all: Vec<Celsius>| all.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)));
    m.def("by_name", |all: std::collections::BTreeMap<String, Celsius>| all.into_values().collect::<Vec<_>>());
    m.def("which", |_: Celsius| "a temperature").def("which", |_: String| "a text").def("which", |_: nb::object| "something");
    m.def("opposite", |direction: Shutdown| match direction {
        Shutdown::Read => Shutdown::Write,
        Shutdown::Write => Shutdown::Read,
        Shutdown::Both => Shutdown::Both,
    });
    m.def("inverted", |c: Colour| Colour(255 - c.0, 255 - c.1, 255 - c.2));
    m.def("inverted_exactly", |c: Colour| Colour(255 - c.0, 255 - c.1, 255 - c.2), nb::arg("colour").noconvert());
    m.def("report", |parts: Vec<String>| Report(parts));
    m.def("asked", |all: Vec<Asked>| all.into_iter().map(|one| one.0).collect::<Vec<_>>());
    m.def("asked", |_: nb::object, _: i32| 0);
    m.def("renamed", |name: Name| Name(name.0 + "!"));
    m.def("lent", |_: &mut Dog, name: Name| name.0);
    m.def("walk", |options: Options| options);
    m.def("adopt", |mut kennel: Kennel| {
        kennel.spare = kennel.spare.or_else(|| Some(kennel.dog.clone()));
        kennel
    });
    m.def("nothing", |_: Nothing| Nothing {});
    m.def("odd_names", |p: P, d: D| {
        let P { cx, src, flags, entries, made, value, text } = p;
        P { cx: cx + d.0, src, flags, entries, made, value, text }
    });
    m.def("through", |f: Box<dyn Fn(Celsius) -> Celsius>| f(Celsius(20.0)).0);
    m.def("cast_back", |value: nb::object| value.cast::<Celsius>());
    m.def("digits", |number: decimal| number.digits());
    m.def("digits", |_: nb::float_| "a float");
    m.def("all_digits", |all: Vec<decimal>| all.iter().map(decimal::digits).collect::<nb::Result<Vec<_>>>());
    m.def("same", |number: decimal| number);
    m.def("decimal_of", |text: &str| -> nb::Result<decimal> {
        nb::module_::<()>::import_("decimal")?.attr("Decimal").call((text,))?.try_into()
    });
    m.def("decimal_in", |o: nb::object| -> nb::Result<(bool, String)> {
        let number = decimal::try_from(o.clone())?;
        let list = nb::list::new();
        list.append(&number)?;
        Ok((decimal::check(&o) && list.item(0).get()?.is(&o), format!("{number}")))
    });
    m.def("short", |text: short_text| nb::len(&text));
    m.def("is_short", |o: nb::object| short_text::check(&o));
    nb::class_<Purse>(m, "Purse")
        .def(nb::init(|money: decimal| Purse { money: nb::stored::new(money) }))
        .def_rw("money", &Purse::money);
    nb::class_<Room>(m, "Room")
        .def(nb::init(|options: Options| Room { warmth: Celsius(20.0), days: vec![Celsius(1.5)], options }))
        .def_rw("warmth", &Room::warmth)
        .def_rw("days", &Room::days)
        .def_rw("options", &Room::options);
});
