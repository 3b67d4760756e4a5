//! Classes for random programs that derive from them in Python: virtual functions, factories, copies, enumerations.
//! Values have the serial numbers of [`crate::adversary`].

use crate::adversary::{Token, bind_counts};
use nb::prelude::*;
use std::any::Any;
use std::sync::{Arc, Mutex};

#[derive(Clone, Copy)]
pub enum Color {
    Red = 1,
    Green = 2,
    /// No member stands for it.
    Hidden = 3,
}

/// Bits without a name are no value.
#[derive(Clone, Copy)]
pub struct Marks(u32);

impl nb::EnumRepr<NbDomain> for Marks {
    type Number = u32;
    fn to_number(self) -> u32 {
        self.0
    }
    fn from_number(number: u32) -> Option<Marks> {
        (number < 8).then_some(Marks(number))
    }
}

/// What Python classes override.
pub trait Acts: Any + Send + Sync {
    fn score(&self) -> i64;
    fn label(&self, number: i64) -> String;
    fn bump(&mut self, by: i64) -> i64;
    fn meet(&self, part: &Part) -> i64;
    fn checked(&self, number: i64) -> nb::Result<i64>;
    fn mood(&self, color: Color, marks: Marks) -> Color;
    /// Calls virtual functions of the object itself, between which Python code may have changed everything.
    fn combine(&self, number: i64) -> String {
        let before = self.score();
        let label = self.label(number);
        format!("{before} {label} {}", self.score())
    }
    fn weave(&mut self, by: i64) -> Vec<i64> {
        vec![self.score(), self.bump(by), self.score(), self.bump(by)]
    }
}

/// A part, copied wherever it is passed to an override.
#[derive(Clone)]
pub struct Part {
    token: Token,
    pub value: i64,
}

impl Part {
    fn new(value: i64) -> Part {
        Part { token: Token::new(), value }
    }
    fn show(&self) -> Vec<i64> {
        vec![self.token.serial() as i64, self.value]
    }
}

#[derive(Clone)]
pub struct Beast {
    token: Token,
    pub value: i64,
    pub color: Color,
    pub marks: Marks,
    pub part: Part,
}

impl Beast {
    fn new(value: i64) -> Beast {
        let token = Token::new();
        Beast { token, value, color: Color::Red, marks: Marks(1), part: Part::new(value + 1) }
    }
    fn show(&self) -> Vec<i64> {
        let mut shown = vec![self.token.serial() as i64, self.value, self.color as i64, i64::from(self.marks.0)];
        shown.extend(self.part.show());
        shown
    }
}

/// Implements everything in its own way, and is larger than its base.
#[derive(Clone)]
pub struct Cub {
    pub beast: Beast,
    token: Token,
}
nb_base!(Cub, beast: Beast);

/// Made by factories.
#[derive(Clone)]
pub struct Forged {
    pub beast: Beast,
}
nb_base!(Forged, beast: Beast);

macro_rules! acts {
    ($($T:ident $by:literal: $this:ident => $beast:expr),*) => { $(
        impl Acts for $T {
            fn score(&self) -> i64 {
                let $this = self;
                $beast.show()[1] + $by
            }
            fn label(&self, number: i64) -> String {
                let $this = self;
                format!("{}:{number}", $beast.value + $by)
            }
            fn bump(&mut self, by: i64) -> i64 {
                let $this = self;
                $beast.value += by;
                $beast.value + $by
            }
            fn meet(&self, part: &Part) -> i64 {
                let $this = self;
                part.show()[1] + $beast.value + $by
            }
            fn checked(&self, number: i64) -> nb::Result<i64> {
                let $this = self;
                if number % 5 == 0 { Err(nb::value_error("asked to fail")) } else { Ok($beast.value + number + $by) }
            }
            fn mood(&self, color: Color, marks: Marks) -> Color {
                let $this = self;
                if marks.0 & 4 == 0 { color } else { $beast.color }
            }
        }
    )* };
}
acts!(Beast 0: this => this, Cub 1000: this => this.beast, Forged 2000: this => this.beast);

nb_trampoline!(in crate::adversary_classes; pub PyBeast: Beast, dyn Acts);
impl Acts for PyBeast {
    fn score(&self) -> i64 {
        nb_override!(self, score)
    }
    fn label(&self, number: i64) -> String {
        nb_override!(self, label, number)
    }
    fn bump(&mut self, by: i64) -> i64 {
        nb_override!(self, bump, by)
    }
    fn meet(&self, part: &Part) -> i64 {
        nb_override!(self, meet, part)
    }
    fn checked(&self, number: i64) -> nb::Result<i64> {
        nb_override!(self, checked, number)
    }
    fn mood(&self, color: Color, marks: Marks) -> Color {
        nb_override!(self, mood, color, marks)
    }
}

static BOXES: Mutex<Vec<Box<dyn Acts>>> = Mutex::new(Vec::new());
static ARCS: Mutex<Vec<Arc<dyn Acts>>> = Mutex::new(Vec::new());

/// Owners of values, so that these may only be read.
static SHARED: Mutex<Vec<Arc<dyn Any + Send + Sync>>> = Mutex::new(Vec::new());

fn share<T: Send + Sync + 'static>(value: Arc<T>) {
    SHARED.lock().unwrap().push(value);
}

fn made(kind: &str, value: i64) -> Box<dyn Acts> {
    match kind {
        "Beast" => Box::new(Beast::new(value)),
        "Cub" => Box::new(Cub { beast: Beast::new(value), token: Token::new() }),
        _ => Box::new(Forged { beast: Beast::new(value) }),
    }
}

fn pop<T>(from: &Mutex<Vec<T>>) -> nb::Result<T> {
    let popped = from.lock().unwrap().pop();
    popped.ok_or_else(|| nb::index_error("nothing is kept"))
}

/// The last box leaves the list while its functions run, and stays away if they raise.
fn with_box<R>(f: impl FnOnce(&mut dyn Acts) -> R) -> nb::Result<R> {
    let mut last = pop(&BOXES)?;
    let result = f(&mut *last);
    BOXES.lock().unwrap().push(last);
    Ok(result)
}

fn last_arc() -> nb::Result<Arc<dyn Acts>> {
    let last = ARCS.lock().unwrap().last().cloned();
    last.ok_or_else(|| nb::index_error("nothing is kept"))
}

nb_module!(test_adversary_classes_ext, m, {
    bind_counts(m);

    nb::enum_<Color>(m, "Color").value("Red", Color::Red).value("Green", Color::Green);
    nb::enum_<Marks>(m, "Marks", nb::is_flag())
        .value("A", Marks(1))
        .value("B", Marks(2))
        .value("C", Marks(4));
    m.def("colors", |colors: Vec<Color>, marks: Marks| (colors, marks));
    m.def("hidden", || Color::Hidden);
    m.def("bits", |bits: u32| Marks(bits));

    nb::class_<Part>(m, "Part", nb::is_weak_referenceable())
        .def(nb::init(|value: i64| Part::new(value)))
        .def_rw("value", &Part::value)
        .def("show", &Part::show);
    nb::class_<Beast, PyBeast>(m, "Beast", nb::is_weak_referenceable())
        .def(nb::init(|value: i64| Beast::new(value)))
        .def_rw("value", &Beast::value)
        .def_rw("color", &Beast::color)
        .def_rw("marks", &Beast::marks)
        .def_rw("part", &Beast::part)
        .def("show", &Beast::show)
        .def("plain", |beast: &Beast| beast.score())
        .def("score", |beast: &dyn Acts| beast.score())
        .def("label", |beast: &dyn Acts, number: i64| beast.label(number))
        .def("bump", |beast: &mut dyn Acts, by: i64| beast.bump(by))
        .def("meet", |beast: &dyn Acts, part: &Part| beast.meet(part))
        .def("checked", |beast: &dyn Acts, number: i64| beast.checked(number))
        .def("mood", |beast: &dyn Acts, color: Color, marks: Marks| beast.mood(color, marks))
        .def("combine", |beast: &dyn Acts, number: i64| beast.combine(number))
        .def("weave", |beast: &mut dyn Acts, by: i64| beast.weave(by))
        .def(nb::pickle(|beast: &Beast| beast.value, |value: i64| Beast::new(value)));
    nb::class_<Cub, Beast, PyBeast>(m, "Cub")
        .def(nb::init(|value: i64| Cub { beast: Beast::new(value), token: Token::new() }))
        .def("own", |cub: &Cub| cub.token.serial())
        .def(nb::pickle(
            |cub: &Cub| cub.beast.value,
            |value: i64| Cub { beast: Beast::new(value), token: Token::new() },
        ));
    nb::class_<Forged, Beast, PyBeast>(m, "Forged")
        .def(nb::new_(|value: i64| -> nb::Result<Box<Forged>> {
            let forged = Box::new(Forged { beast: Beast::new(value) });
            if value % 7 == 0 { Err(nb::value_error("asked to fail")) } else { Ok(forged) }
        }))
        .def(nb::new_(|value: i64, _shared: bool| Arc::new(Forged { beast: Beast::new(value) })))
        .def(nb::new_(|value: i64, _shared: &str| Forged { beast: Beast::new(value) }))
        .def(nb::pickle(|forged: &Forged| forged.beast.value, |value: i64| Forged { beast: Beast::new(value) }));

    m.def("score", |beast: &dyn Acts| beast.score());
    m.def("label", |beast: &dyn Acts, number: i64| beast.label(number));
    m.def("bump", |beast: &mut dyn Acts, by: i64| beast.bump(by));
    m.def("meet", |beast: &dyn Acts, part: &Part| beast.meet(part));
    m.def("checked", |beast: &dyn Acts, number: i64| beast.checked(number));
    m.def("mood", |beast: &dyn Acts, color: Color, marks: Marks| beast.mood(color, marks));
    m.def("combine", |beast: &dyn Acts, number: i64| beast.combine(number));
    m.def("weave", |beast: &mut dyn Acts, by: i64| beast.weave(by));
    m.def("both", |a: &dyn Acts, b: &dyn Acts| a.score() - b.score());
    m.def("both_bump", |a: &mut dyn Acts, b: &mut dyn Acts, by: i64| a.bump(by) - b.bump(by));
    m.def("all", |all: Vec<&dyn Acts>| all.iter().map(|one| one.score()).collect::<Vec<_>>());
    // The body reads the value itself, before and after an override may have run.
    m.def("beside", |beast: &Beast, other: &dyn Acts| {
        let before = beast.show();
        let score = other.score();
        (before == beast.show(), score)
    });

    m.def("take_Beast", |beast: Box<Beast>| beast.show());
    m.def("take_Cub", |cub: Box<Cub>| cub.beast.show());
    m.def("take_Forged", |forged: Box<Forged>| forged.beast.show());
    m.def("take_Part", |part: Box<Part>| part.show());
    m.def("share_Beast", |beast: Arc<Beast>| share(beast));
    m.def("share_Cub", |cub: Arc<Cub>| share(cub));
    m.def("share_Forged", |forged: Arc<Forged>| share(forged));
    m.def("drop_shared", || {
        let shared = std::mem::take(&mut *SHARED.lock().unwrap());
        shared.len()
    });
    m.def("make", |kind: &str, value: i64| made(kind, value));
    m.def("make_arc", |kind: &str, value: i64| Arc::<dyn Acts>::from(made(kind, value)));
    m.def("same", |beast: Box<dyn Acts>| beast);
    m.def("same_arc", |beast: Arc<dyn Acts>| beast);
    m.def("keep", |beast: Box<dyn Acts>| BOXES.lock().unwrap().push(beast));
    m.def("keep_arc", |beast: Arc<dyn Acts>| ARCS.lock().unwrap().push(beast));
    m.def("keep_new", |kind: &str, value: i64| BOXES.lock().unwrap().push(made(kind, value)));
    m.def("release", || pop(&BOXES));
    m.def("release_arc", || pop(&ARCS));
    m.def("kept_score", || with_box(|last| last.score()));
    m.def("kept_weave", |by: i64| with_box(|last| last.weave(by)));
    m.def("kept_combine", |number: i64| last_arc().map(|last| last.combine(number)));
    m.def("drop_kept", || {
        let boxes = std::mem::take(&mut *BOXES.lock().unwrap());
        let arcs = std::mem::take(&mut *ARCS.lock().unwrap());
        boxes.len() + arcs.len()
    });
});
