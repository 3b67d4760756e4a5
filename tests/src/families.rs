//! Class templates and function templates, unions, private members, and what hides what in derived classes.

use nb::prelude::*;
use std::fmt::Display;

/// A class template.
#[derive(Clone, PartialEq)]
struct Matrix<T> {
    width: usize,
    values: Vec<T>,
}

/// Bound for each type of element by this one function.
fn bind_matrix<T>(m: &nb::module_<NbDomain>, name: &str)
where
    T: nb::Convert<NbDomain> + Copy + Default + std::ops::Add<Output = T> + PartialEq,
    Matrix<T>: nb::Class<NbDomain> + nb::Convert<NbDomain>,
{
    m.class_::<Matrix<T>>(name, ())
        .def_init(|width: usize, height: usize| Matrix { width, values: vec![T::default(); width * height] }, ())
        .def_rw("width", nb::field!(Matrix<T>, width), ())
        .def("get", |m: &Matrix<T>, i: usize, j: usize| m.values[i * m.width + j], (nb::arg("i"), nb::arg("j")))
        .def("set", |m: &mut Matrix<T>, i: usize, j: usize, value: T| m.values[i * m.width + j] = value, ())
        .def(
            "transposed",
            |m: &Matrix<T>| -> Matrix<T> {
                let height = m.values.len() / m.width;
                let values = (0..m.values.len()).map(|n| m.values[n % height * m.width + n / height]).collect();
                Matrix { width: height, values }
            },
            (),
        )
        .def("take", |m: &mut Matrix<T>, other: Matrix<T>| *m = other, ())
        .def_prop_ro("values", |m: &Matrix<T>| m.values.iter().fold(T::default(), |a, b| a + *b), ())
        .def_op(nb::self_.eq(nb::self_), ())
        .def_visit(Describe, ());
}

/// For every class, whatever it is.
struct Describe;
impl<T: nb::Class<NbDomain>> nb::def_visitor<NbDomain, T> for Describe {
    fn execute(self, cl: nb::class_<'_, NbDomain, T>, (): ()) {
        cl.def("size_of", |_: &T| size_of::<T>(), ());
    }
}

pub trait Pet: Clone + Send + Sync + 'static {
    const SOUND: &'static str;
}
#[derive(Clone)]
pub struct Cat;
#[derive(Clone)]
pub struct Dog;
impl Pet for Cat {
    const SOUND: &'static str = "meow";
}
impl Pet for Dog {
    const SOUND: &'static str = "woof";
}

/// A class template whose instances register themselves.
#[derive(Clone)]
pub struct PetHouse<P> {
    pet: P,
}
impl<P: Pet> PetHouse<P> {
    fn new(pet: P) -> Self {
        PetHouse { pet }
    }
    fn sound(&self) -> &'static str {
        P::SOUND
    }
    fn describe<T: Display>(&self, value: T) -> String {
        format!("{}: {value}", P::SOUND)
    }
}
macro_rules! pet_house {
    ($pet:ty, $name:literal, $house:literal) => {
        nb_class!(in crate::families; $pet, $name, { .def(nb::init(|| <$pet>::default_pet())) });
        nb_class!(in crate::families; PetHouse<$pet>, $house, {
            .def(nb::init<$pet>())
            .def_rw("pet", &PetHouse<$pet>::pet)
            .def("sound", &PetHouse<$pet>::sound)
            // A method template, once for each type.
            .def("describe", &PetHouse<$pet>::describe<i64>)
            .def("describe", &PetHouse::<$pet>::describe::<String>)
        });
        impl $pet {
            fn default_pet() -> Self {
                Self
            }
        }
    };
}
pet_house!(Cat, "Cat", "CatHouse");
pet_house!(Dog, "Dog", "DogHouse");

/// A union: which field holds a value, the code that uses it has to know.
#[derive(Clone, Copy)]
#[repr(C)]
union Number {
    whole: i32,
    float: f32,
}

/// What a port makes of it.
#[derive(Clone, Copy)]
enum Checked {
    Whole(i32),
    Float(f32),
}

mod kennel {
    use nb::prelude::*;

    pub struct Kennel {
        dogs: u32,
    }
    impl Kennel {
        /// Private: only this module can bind it.
        fn count(&self) -> u32 {
            self.dogs
        }
    }
    nb_class!(in crate::families; Kennel, "Kennel", {
        .def(nb::init(|dogs: u32| Kennel { dogs }))
        .def("count", &Kennel::count)
        .def_rw("dogs", &Kennel::dogs)
    });
}

struct Base {
    value: i32,
}
struct Derived {
    base: Base,
}
nb_base!(Derived, base: Base);

nb_module!(test_families_ext, m, parts [crate::families = 5], {
    nb::uses_<Matrix<f32>>();
    nb::uses_<Matrix<i64>>();
    bind_matrix::<f32>(m, "MatrixF");
    bind_matrix::<i64>(m, "MatrixI");

    nb::class_<Number>(m, "Number")
        .def(nb::init(|whole: i32| Number { whole }))
        // SAFETY: every bit pattern is an `i32` and an `f32`.
        .def_prop_rw("whole", |n: &Number| unsafe { n.whole }, |n: &mut Number, value: i32| n.whole = value)
        // SAFETY: as above.
        .def_prop_rw("float", |n: &Number| unsafe { n.float }, |n: &mut Number, value: f32| n.float = value)
        .def("to_string", |n: &Number, kind: u32| -> nb::Result<String> {
            // SAFETY: as above.
            unsafe {
                match kind {
                    0 => Ok(n.whole.to_string()),
                    1 => Ok(format!("{:.6}", n.float)),
                    _ => Err(nb::value_error("no such kind")),
                }
            }
        });
    nb::class_<Checked>(m, "Checked")
        .def(nb::init(|whole: i32| Checked::Whole(whole)))
        .def_prop_rw("whole", |n: &Checked| match n {
            Checked::Whole(whole) => Ok(*whole),
            Checked::Float(_) => Err(nb::type_error("it is a float")),
        }, |n: &mut Checked, value: i32| *n = Checked::Whole(value))
        .def_prop_rw("float", |n: &Checked| match n {
            Checked::Float(float) => Ok(*float),
            Checked::Whole(_) => Err(nb::type_error("it is whole")),
        }, |n: &mut Checked, value: f32| *n = Checked::Float(value));

    nb::class_<Base>(m, "Base")
        .def(nb::init(|value: i32| Base { value }))
        .def("ov", |_: &Base, _: i32| "int of the base")
        .def("ov", |_: &Base, _: &str| "str of the base")
        .def("other", |base: &Base| base.value);
    nb::class_<Derived, Base>(m, "Derived")
        .def(nb::init(|value: i32| Derived { base: Base { value } }))
        .def("ov", |_: &Derived, _: i32| "int of the derived");

    m.def("is_base", |o: nb::object| nb::isinstance_in::<NbDomain, &Base>(&o));
    m.def("is_derived", |o: nb::object| nb::isinstance_in::<NbDomain, &Derived>(&o));
    m.def("is_a", |o: nb::object, class: nb::object| nb::isinstance_of(&o, &class));
    m.def("is_subclass", |o: nb::object, class: nb::object| nb::issubclass(&o, &class));
});
