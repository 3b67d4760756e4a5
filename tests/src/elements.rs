//! Elements of fields that are containers: live parts of their owner.

use nb::prelude::*;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// Not `Clone`: nobody gets a copy.
#[derive(Default)]
pub struct Toy {
    pub size: i32,
    pub parts: Vec<Part>,
    pub place: Point,
}

#[derive(Default)]
pub struct Part {
    pub weight: f64,
}

#[derive(Clone, Copy, Default)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

impl Toy {
    pub fn new(size: i32) -> Toy {
        Toy { size, ..Toy::default() }
    }
    pub fn grow(&mut self, by: i32) -> i32 {
        self.size += by;
        self.size
    }
    pub fn call(&self, callback: nb::object) -> nb::Result<nb::object> {
        callback.call(())
    }
    pub fn call_mut(&mut self, callback: nb::object) -> nb::Result<nb::object> {
        callback.call(())
    }
}

/// A key of a type of the user's.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Named {
    name: String,
}

#[derive(Default)]
pub struct Box_ {
    pub spare: Option<Toy>,
    pub all: Vec<Toy>,
    pub queue: VecDeque<Toy>,
    pub pair: (Toy, i32, Toy),
    pub array: [Toy; 3],
    pub named: HashMap<String, Toy>,
    pub sorted: BTreeMap<i32, Toy>,
    pub boxed: Option<Box<Toy>>,
    pub grid: Vec<Vec<Toy>>,
    pub deep: Vec<Option<(i32, HashMap<String, Vec<Toy>>)>>,
    pub points: Vec<Point>,
    pub numbers: Vec<i32>,
    pub shared: Vec<Arc<Toy>>,
    pub own: HashMap<Named, Point>,
    pub hashed: HashMap<String, Point, std::hash::BuildHasherDefault<std::hash::DefaultHasher>>,
}

impl Box_ {
    pub fn fill(&mut self) {
        let toy = Toy::new;
        *self = Box_ {
            spare: Some(toy(1)),
            all: (0..4).map(toy).collect(),
            queue: (10..13).map(toy).collect(),
            pair: (toy(20), 21, toy(22)),
            array: [toy(30), toy(31), toy(32)],
            named: ["a", "b", "c"].into_iter().zip(40..).map(|(k, v)| (k.to_string(), toy(v))).collect(),
            sorted: (50..53).map(|n| (n, toy(n))).collect(),
            boxed: Some(Box::new(toy(60))),
            grid: (0..2).map(|row| (70 + 2 * row..72 + 2 * row).map(toy).collect()).collect(),
            deep: vec![None, Some((1, [("k".to_string(), vec![toy(80), toy(81)])].into_iter().collect()))],
            points: vec![Point { x: 1, y: 2 }, Point { x: 3, y: 4 }],
            numbers: vec![1, 2],
            shared: vec![Arc::new(toy(90))],
            own: HashMap::new(),
            hashed: HashMap::default(),
        };
    }
    pub fn call(&self, callback: nb::object) -> nb::Result<nb::object> {
        callback.call(())
    }
    pub fn call_mut(&mut self, callback: nb::object) -> nb::Result<nb::object> {
        callback.call(())
    }
}

/// Has a box that owns toys, several deep.
#[derive(Default)]
pub struct House {
    pub room: Box_,
    pub rooms: Vec<Box_>,
}

nb_module!(test_elements_ext, m, {
    nb::class_<Point>(m, "Point").def(nb::init<>()).def_rw("x", &Point::x).def_rw("y", &Point::y);
    nb::class_<Part>(m, "Part")
        .def(nb::init(|weight: f64| Part { weight }))
        .def_rw("weight", &Part::weight);
    nb::class_<Toy>(m, "Toy", nb::is_weak_referenceable())
        .def(nb::init(&Toy::new))
        .def_rw("size", &Toy::size)
        .def_rw("parts", &Toy::parts)
        .def_rw("place", &Toy::place)
        .def("grow", &Toy::grow)
        .def("call", &Toy::call)
        .def("call_mut", &Toy::call_mut)
        .def("__repr__", |toy: &Toy| format!("Toy({})", toy.size));
    nb::class_<Named>(m, "Named").def(nb::init(|name: String| Named { name }));
    nb::class_<Box_>(m, "Box")
        .def(nb::init<>())
        .def("fill", &Box_::fill)
        .def_rw("spare", &Box_::spare)
        .def_rw("all", &Box_::all)
        .def_rw("queue", &Box_::queue)
        .def_ro("pair", &Box_::pair)
        .def_rw("array", &Box_::array)
        .def_rw("named", &Box_::named)
        .def_rw("sorted", &Box_::sorted)
        .def_rw("boxed", &Box_::boxed)
        .def_rw("grid", &Box_::grid)
        .def_rw("deep", &Box_::deep)
        .def_rw("points", &Box_::points)
        .def_rw("points_copied", &Box_::points, nb::rv_policy::copy)
        .def_ro("points_ro_copied", &Box_::points, nb::for_getter(nb::rv_policy::copy))
        .def_rw("all_copied", &Box_::all, nb::rv_policy::copy)
        .def_ro("all_ro", &Box_::all)
        .def_rw("numbers", &Box_::numbers)
        .def_rw("shared", &Box_::shared)
        .def_ro("own", &Box_::own)
        .def_rw("hashed", &Box_::hashed, nb::rv_policy::copy)
        .def_ro("hashed_ro", &Box_::hashed)
        .def("call", &Box_::call)
        .def("call_mut", &Box_::call_mut)
        .def("push", |owner: &mut Box_, size: i32| owner.all.push(Toy::new(size)))
        .def("insert", |owner: &mut Box_, index: usize, size: i32| owner.all.insert(index, Toy::new(size)))
        .def("pop", |owner: &mut Box_| owner.all.pop().map(|toy| toy.size))
        .def("sizes", |owner: &Box_| owner.all.iter().map(|toy| toy.size).collect::<Vec<i32>>())
        .def("remove", |owner: &mut Box_, key: &str| owner.named.remove(key).map(|toy| toy.size))
        .def("put", |owner: &mut Box_, key: String, size: i32| -> () { owner.named.insert(key, Toy::new(size)); })
        .def("put_own", |owner: &mut Box_, name: String, x: i32| -> () {
            owner.own.insert(Named { name }, Point { x, y: 0 });
        });
    nb::class_<House>(m, "House").def(nb::init<>()).def_rw("room", &House::room).def_rw("rooms", &House::rooms);

    m.def("swap", |a: &mut Toy, b: &mut Toy| std::mem::swap(a, b), "a"_a, "b"_a);
    m.def("copy", |a: &Toy, b: &mut Toy| b.size = a.size, "a"_a, "b"_a);
    m.def("both", |a: &Toy, b: &Toy| a.size + b.size, "a"_a, "b"_a);
    m.def("toy_and_owner", |toy: &mut Toy, owner: &Box_| toy.size = owner.all.len() as i32, "toy"_a, "owner"_a);
    m.def("owner_and_toy", |owner: &mut Box_, toy: &Toy| owner.numbers.push(toy.size), "owner"_a, "toy"_a);
    m.def("place_and_toy", |place: &mut Point, toy: &Toy| place.x = toy.size, "place"_a, "toy"_a);
    m.def("part_and_place", |part: &mut Part, place: &mut Point| place.x = part.weight as i32, "part"_a, "place"_a);
    m.def("consume", |toy: Box<Toy>| toy.size);
    m.def("take", |toy: Toy| toy.size);
    m.def("share", |toy: Arc<Toy>| toy.size);
    m.def("known", |owner: nb::handle_t<Box_>| -> nb::Result<Option<nb::object>> {
        Ok(nb::find(&owner.borrow()?.all[0]))
    });
    m.def("pointer", |toy: nb::object| -> nb::Result<i32> {
        // SAFETY: nobody modifies the owner meanwhile.
        nb::inst_ptr::<Toy>(&toy).map(|toy| unsafe { (*toy).size })
    });
    m.def("borrow", |toy: nb::handle_t<Toy>| -> nb::Result<i32> { Ok(toy.borrow()?.size) });
});
