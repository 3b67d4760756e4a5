//! Wrappers that say more in signatures (`handle_t`, `type_object_t`, `typed`), overloads with `fallback`, and the free
//! functions of the namespace.

use nb::prelude::*;
use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

pub struct Toy {
    pub squeaks: i32,
}

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

pub struct Puppy {
    pub name: String,
    pub dog: Dog,
}
nb_base!(Puppy, dog: Dog);

pub struct Kennel {
    pub toy: Toy,
    pub dogs: Vec<Dog>,
}
impl Kennel {
    fn first(&self) -> &Dog {
        &self.dogs[0]
    }
    fn first_mut(&mut self) -> &mut Dog {
        &mut self.dogs[0]
    }
}

/// Converts from integers; counts how often.
pub struct Text(i32);
static CONVERTED: AtomicUsize = AtomicUsize::new(0);
impl From<i32> for Text {
    fn from(value: i32) -> Text {
        CONVERTED.fetch_add(1, Relaxed);
        Text(value)
    }
}

thread_local! {
    static KEPT: RefCell<Option<nb::handle_t<Dog>>> = const { RefCell::new(None) };
}

/// Bound by hand, so in Rust's spelling.
fn total(values: nb::typed<nb::list, (i64,)>) -> nb::Result<i64> {
    values.iter().map(|value| value.cast::<i64>()).sum()
}

fn first(mut values: nb::typed<nb::iterator, (i64,)>) -> nb::Result<Option<nb::object>> {
    values.next().transpose()
}

/// Reads and modifies one object in every order.
fn loans(dog: nb::handle_t<Dog>) -> nb::Result<Vec<String>> {
    let refused = |result: nb::Result<()>| result.err().map_or("granted".to_string(), |error| error.to_string());
    let mut log = Vec::new();
    {
        let one = dog.borrow()?;
        let two = dog.borrow()?;
        log.push(format!("{} {}", one.age, two.age));
        log.push(refused(dog.borrow_mut().map(|_| ())));
    }
    {
        let mut one = dog.borrow_mut()?;
        one.age += 1;
        log.push(refused(dog.borrow().map(|_| ())));
        log.push(refused(dog.borrow_mut().map(|_| ())));
        log.push(format!("{}", one.age));
    }
    log.push(refused(dog.borrow_mut().map(|_| ())));
    Ok(log)
}

nb_module!(test_wrappers_ext, m, {
    nb::class_<Toy>(m, "Toy").def(nb::init(|squeaks: i32| Toy { squeaks })).def_rw("squeaks", &Toy::squeaks);
    nb::class_<Dog>(m, "Dog").def(nb::init(|age: i32| Dog { age })).def_rw("age", &Dog::age);
    nb::class_<Puppy, Dog>(m, "Puppy")
        .def(nb::init(|name: String, age: i32| Puppy { name, dog: Dog { age } }))
        .def_rw("name", &Puppy::name);
    nb::class_<Kennel>(m, "Kennel")
        .def(nb::init(|| Kennel { toy: Toy { squeaks: 1 }, dogs: vec![Dog { age: 2 }] }))
        .def_rw("toy", &Kennel::toy)
        .def("first", &Kennel::first, nb::rv_policy::reference_internal)
        .def("first_mut", &Kennel::first_mut, nb::rv_policy::reference_internal)
        .def("adopt", |k: &mut Kennel, dog: &Dog| k.dogs.push(dog.clone()));
    nb::class_<Text>(m, "Text").def(nb::init_implicit<i32>());
    let sub = m.def_submodule("sub", "");
    nb::class_<crate::wrappers::inner::Nested>(sub, "Nested");

    // handle_t
    m.def("dog_age", |dog: nb::handle_t<Dog>| -> nb::Result<i32> { Ok(dog.borrow()?.age) });
    m.def("dog_same", |dog: nb::handle_t<Dog>| dog);
    m.def("dog_or_none", |dog: Option<nb::handle_t<Dog>>| dog.is_none(), "dog"_a);
    m.def("dog_refs", |dog: nb::handle_t<Dog>| nb::make_tuple((&dog, dog.clone())));
    m.def("dog_of", |o: nb::object| nb::handle_t::<Dog>::try_from(o));
    m.def("dog_check", |o: nb::object| nb::handle_t::<Dog>::check(&o));
    m.def("dog_show", |dog: nb::handle_t<Dog>| format!("{dog} {dog:?}"));
    m.def("dog_lend", |dog: nb::handle_t<Dog>| dog.lend_in::<NbDomain, &Dog, _>(|dog| dog.age));
    m.def("dog_debug", |dog: nb::handle_t<Toy>| -> nb::Result<i32> { Ok(dog.borrow_mut()?.squeaks) });
    m.def("dog_loans", &loans);
    m.def("dog_with", |dog: nb::handle_t<Dog>, f: nb::callable| -> nb::Result<i32> {
        let read = dog.borrow()?;
        f.call((&dog,))?;
        Ok(read.age)
    });
    m.def("dog_modify", |dog: nb::handle_t<Dog>, f: nb::callable| -> nb::Result<i32> {
        let mut held = dog.borrow_mut()?;
        held.age += 1;
        f.call((&dog,))?;
        Ok(held.age)
    });
    m.def("dog_and_dog", |dog: nb::handle_t<Dog>, other: &mut Dog| -> nb::Result<i32> {
        other.age += 1;
        Ok(dog.borrow()?.age)
    });
    m.def("dog_forget", |dog: nb::handle_t<Dog>| -> nb::Result<()> { std::mem::forget(dog.borrow()?); Ok(()) });
    m.def("dog_panic", |dog: nb::handle_t<Dog>| -> nb::Result<()> {
        let _held = dog.borrow_mut()?;
        panic!("while it is held");
    });
    m.def("dog_released", |dog: nb::handle_t<Dog>| -> nb::Result<()> {
        // The mark is given back on a thread that is detached at that moment.
        thread_local!(static HELD: RefCell<Option<nb::LentMut<'static, Dog>>> = const { RefCell::new(None) });
        let dog: &'static nb::handle_t<Dog> = Box::leak(Box::new(dog));
        HELD.set(Some(dog.borrow_mut()?));
        nb::gil_scoped_release::run(|| HELD.take().map(|mut dog| dog.age += 10));
        Ok(())
    });
    m.def("dog_take", |dog: Box<Dog>| dog.age);
    m.def("dog_keep", |dog: nb::handle_t<Dog>| KEPT.set(Some(dog)));
    m.def("dog_kept", || KEPT.with_borrow(|dog| dog.as_ref().map(|dog| dog.borrow().map(|dog| dog.age)).transpose()));
    m.def("dog_drop", || KEPT.set(None));
    m.def("convert_dog", |text: nb::handle_t<Text>| -> nb::Result<i32> { Ok(text.borrow()?.0) });
    m.def("by_class", |_: nb::handle_t<Puppy>| "puppy");
    m.def("by_class", |_: nb::handle_t<Dog>| "dog");
    m.def("by_class", |_: nb::handle_t<Toy>| "toy");

    // type_object_t
    m.def("dog_class", |class: nb::type_object_t<Dog>| class);
    m.def("dog_class_name", |class: nb::type_object_t<Dog>| class.name());
    m.def("dog_class_of", |o: nb::object| nb::type_object_t::<Dog>::try_from(o));
    m.def("dog_class_check", |o: nb::object| nb::type_object_t::<Dog>::check(&o));
    m.def("dog_class_make", |class: nb::type_object_t<Dog>, age: i32| class.call((age,)));
    m.def("dog_class_show", |class: nb::type_object_t<Dog>| nb::make_tuple((&class, class.to_string(), format!("{class:?}"))));

    // typed, in C++'s spelling ..
    m.def("ints", |l: nb::typed<nb::list, i32>| l);
    m.def("int_dogs", |d: nb::typed<nb::dict, i32, Dog>| d);
    m.def("nested", |d: nb::typed<nb::dict, nb::str_, nb::typed<nb::list, Dog>>| d);
    m.def("any_number", |t: nb::typed<nb::tuple, i32, nb::ellipsis>| t);
    m.def("as_dog", |o: nb::typed<nb::object, Dog>| o);
    m.def("as_handle", |o: nb::typed<nb::handle, crate::wrappers::inner::Nested>| o);
    m.def("as_two", |o: nb::typed<nb::object, i32, f64>| o);
    m.def("call_back", |f: nb::typed<nb::callable, i32(f32, String)>| -> nb::Result<i32> { f.call((1.5, "x"))?.cast() });
    m.def("call_none", |f: nb::typed<nb::callable, void()>| f.call(()));
    m.def("call_any", |f: nb::typed<nb::callable, i32(...)>| f);
    m.def("call_vec", |f: nb::typed<nb::callable, Vec<i32>(Vec<i32>, Dog)>| f);
    m.def("every", |a: nb::typed<nb::iterable, i32>, b: nb::typed<nb::sequence, i32>, c: nb::typed<nb::mapping, i32, bool>,
                    d: nb::typed<nb::set, i32>, e: nb::typed<nb::iterator, i32>, f: nb::typed<nb::type_object, i32>| {
        nb::make_tuple((a, b, c, d, e, f))
    });
    m.def("in_a_vec", |all: Vec<nb::typed<nb::list, i32>>, (a, _b): (nb::typed<nb::set, i32>, i32)| (all.len(), a));
    m.def("maybe", |l: Option<nb::typed<nb::list, i32>>| l);
    m.def("lists", |l: nb::typed<nb::list, Vec<i32>>| l);
    let text: nb::typed<nb::list, i32> = nb::list::new().into();
    m.def("len_of_typed", |l: nb::typed<nb::list, i32>| -> nb::typed<nb::list, usize> {
        let out = nb::list::new();
        out.append(l.len()).and_then(|()| out.append(&l)).unwrap();
        out.into()
    });
    m.attr("EMPTY") = text;
    // .. and in Rust's.
    m.def("total", &total);
    m.def("first", &first);
    m.def("rust_tuple", |l: nb::typed<nb::list, (i32,)>| nb::typed::into_inner(l.clone()));
    m.def("rust_function", |f: nb::typed<nb::callable, fn(i32) -> f64>| nb::object::from(f));
    m.def("rust_nothing", |f: nb::typed<nb::callable, fn()>| format!("{f} {f:?}").len());
    m.def("rust_any", |f: nb::typed<nb::callable, nb::any_args<Dog>>| f);
    m.def("generic", |value: nb::object| value, "value"_a, nb::sig("def generic[T](value: T) -> T"));
    m.def("wrapper_any", |a: nb::any| a);

    // Signatures that name types of other places.
    m.def("take_nested", |_: &crate::wrappers::inner::Nested, _: nb::handle_t<crate::wrappers::inner::Nested>| ());

    // fallback
    m.def("sort", |x: i32| format!("int {x}"));
    m.def("sort", |t: &Text| format!("text {}", t.0));
    m.def("sort", |_: nb::fallback| "fallback");
    m.def("first_fallback", |_: nb::fallback| "fallback");
    m.def("first_fallback", |t: &Text| format!("text {}", t.0));
    m.def("first_fallback", |_: nb::object| "object");
    m.def("last_fallback", |t: &Text| format!("text {}", t.0));
    m.def("last_fallback", |_: nb::fallback| "fallback");
    m.def("converted", || CONVERTED.swap(0, Relaxed));

    // Free functions.
    m.def("repr", |o: nb::object| (nb::repr(&o), format!("{o:?}")));
    m.def("print", |o: nb::object| nb::print(o));
    m.def("print_text", |text: &str| nb::print(text));
    m.def("print_to", |o: nb::object, end: Option<&str>, file: Option<nb::object>| nb::print_to(o, end, file.as_ref()));
    m.def("iter", |o: nb::object| nb::iter(&o));
    m.def("doubled", |o: nb::object| nb::iter(&o)?.map(|v| v?.cast::<i64>().map(|v| 2 * v)).collect::<nb::Result<Vec<_>>>());
    m.def("none", || nb::none());
    m.def("none_values", || (nb::cast::<nb::object>(nb::none()), nb::cast::<nb::object>(()), None::<i32>));
    m.def("builtins", || nb::builtins());
    m.def("globals", || nb::globals());
    m.def("hash", |o: nb::object| nb::hash(&o));
    m.def("without_a_frame", || {
        nb::gil_scoped_release::run(|| {
            let asked = std::thread::spawn(|| {
                nb::gil_scoped_acquire::run(|| {
                    let len = nb::builtins().and_then(|names| names.item("len").call(("abc",))?.cast::<i64>());
                    (len.map_err(|e| e.to_string()), nb::globals().map(|_| ()).map_err(|e| e.to_string()))
                })
            });
            let (builtins, globals) = asked.join().unwrap();
            (builtins.unwrap(), globals.unwrap_err())
        })
    });
});

pub mod inner {
    pub struct Nested;
}
