//! Wrappers made of Rust's values and read as them: builders, collecting iterators, loops, operators, `none`, addresses.

use nb::prelude::*;
use std::ffi::c_void;
use std::sync::Mutex;

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

/// An error for one of the values.
fn element(o: &nb::object) -> Result<nb::object, String> {
    if o.equal("unlucky").unwrap_or(false) { Err("unlucky".into()) } else { Ok(o.clone()) }
}

static CLEANED: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Logs the pointer.
unsafe extern "C" fn clean(pointer: *mut c_void) {
    CLEANED.lock().expect("nothing panics while locked").push(pointer as usize);
}

macro_rules! operators {
    ($m:ident: $($name:literal $ty:ty;)*) => { $(
        $m.def($name, |a: $ty, b: nb::object| -> nb::Result<Vec<nb::object>> {
            let other = b.clone();
            Ok(vec![&a + &b, &a * 2, a.clone() + other, a * &b])
        }, ());
    )* };
}

fn bind_operators(m: &nb::module_<NbDomain>) {
    operators! { m: "int" nb::int_; "float" nb::float_; "any" nb::any; "object" nb::object; }
}

nb_module!(test_wrapper_values_ext, m, {
    nb::class_<Dog>(m, "Dog").def(nb::init(|age: i32| Dog { age })).def_rw("age", &Dog::age);
    bind_operators(m);
    m.def("list_plus", |a: nb::list, b: nb::list| a + b);
    m.def("sum_of_products", |a: nb::int_, b: nb::float_| &a * &b + &a * 2 - -&b);
    m.def("or", |a: nb::set, b: nb::frozenset| a | b);
    m.def("text_times", |a: nb::str, n: i32| a * n);
    m.def("percent", |a: nb::str, b: nb::tuple| a % b);

    // Builders.
    m.def("build_tuple", |values: Vec<nb::object>, size: usize| -> nb::Result<nb::tuple> {
        let mut all = nb::tuple_builder::new(size);
        for value in &values {
            all.put(element(value))?;
        }
        all.commit()
    });
    m.def("build_list", |values: Vec<nb::object>, size: usize| -> nb::Result<nb::list> {
        let mut all = nb::list_builder::new(size);
        for value in &values {
            all.put(element(value))?;
        }
        all.commit()
    });
    m.def("build_mixed", || -> nb::Result<nb::tuple> {
        let mut all = nb::tuple_builder::new(4);
        all.put(1)?;
        all.put("two")?;
        all.put(vec![3.0])?;
        all.put(nb::none())?;
        all.commit()
    });
    m.def("put_too_many", |value: nb::object| -> nb::Result<nb::list> {
        let mut all = nb::list_builder::new(1);
        all.put(&value)?;
        let refused = all.put(&value).expect_err("it is full");
        assert_eq!(refused.kind(), Some(nb::Builtin::IndexError));
        all.commit()
    });
    m.def("drop_builder", |value: nb::object| -> nb::Result<()> {
        let mut all = nb::tuple_builder::new(3);
        all.put(&value)?;
        all.put(&value)
    });

    // Collecting.
    m.def("collect_list", |values: Vec<nb::object>| values.iter().map(element).collect::<nb::list>());
    m.def("collect_tuple", |values: Vec<nb::object>| values.iter().map(element).collect::<nb::tuple>());
    m.def("collect_set", |values: Vec<nb::object>| values.iter().map(element).collect::<nb::set>());
    m.def("collect_frozenset", |values: Vec<nb::object>| values.iter().map(element).collect::<nb::frozenset>());
    m.def("collect_dict", |values: Vec<nb::object>| {
        values.iter().enumerate().map(|(i, value)| (element(value), i)).collect::<nb::dict>()
    });
    m.def("extend", |mut l: nb::list, mut s: nb::set, mut d: nb::dict| {
        Extend::extend(&mut l, [1, 2]);
        Extend::extend(&mut s, ["a", "b"]);
        Extend::extend(&mut d, [("k", 1.5)]);
    });

    // Loops.
    m.def("loop", |o: nb::object| {
        let mut seen = Vec::new();
        for value in &o {
            seen.push(value);
        }
        seen
    });
    m.def("loop_wrappers", |s: nb::set, f: nb::frozenset, i: nb::iterable, q: nb::sequence, d: nb::mapping| {
        let mut seen = Vec::new();
        seen.extend(&s);
        seen.extend(&f);
        seen.extend(&i);
        seen.extend(&q);
        seen.extend(&d);
        seen
    });
    m.def("nested_loops", |l: nb::list, t: nb::tuple| {
        let mut pairs = Vec::new();
        for a in &l {
            for b in &l {
                for c in &t {
                    pairs.push((a.clone(), b.clone(), c));
                }
            }
        }
        let mut again = l.iter();
        again.next();
        (pairs, again.count(), l.iter().count(), t.iter().count())
    });

    // None.
    m.def("nothing", |nothing: nb::none| nothing);
    m.def("which", |_: nb::none| "none");
    m.def("which", |_: Option<i32>| "number");
    m.def("to_none", |o: nb::object| nb::none::try_from(o));
    m.def("is_none", |values: nb::list| -> nb::Result<bool> { Ok(nb::none::check(&values.get(0)?)) });
    m.def("none_object", || nb::object::from(nb::none()));
    m.def("none_in", |values: Vec<nb::none>| values.len());

    // Numbers.
    m.def("as_i8", |n: nb::int_| i8::try_from(&n));
    m.def("as_u64", |n: nb::int_| u64::try_from(&n));
    m.def("as_i128", |n: nb::int_| i128::try_from(&n));
    m.def("as_f64", |n: nb::int_| f64::try_from(&n));
    m.def("as_bool", |b: nb::bool_, f: nb::float_| (bool::from(&b), f64::from(&f)));

    // Mappings.
    m.def("mapping_contains", |o: nb::mapping, key: nb::object| o.contains(key));
    m.def("dict_clear", |d: nb::dict| -> nb::Result<()> { d.clear() });

    // Casts that answer.
    m.def("try_dog", |o: Option<nb::object>| {
        let o = o.unwrap_or_else(|| nb::none().into());
        o.try_cast::<Dog>().map(|dog| dog.age)
    });

    // Addresses.
    m.def("address", |p: *mut c_void| p as usize);
    m.def("pointer", |address: usize| address as *mut c_void);
    m.def("const_pointer", |p: *const c_void| p);
    m.def("pointers", |all: Vec<*const c_void>| all.len());
    m.def("capsule", |address: usize, named: bool| {
        // SAFETY: `clean` only reads the number.
        unsafe { nb::capsule::from_ptr(address as *mut c_void, named.then_some(c"its.name"), Some(clean)) }
    });
    m.def("capsule_of_null", || -> nb::Result<(bool, usize, Option<String>, bool, bool)> {
        // SAFETY: there is nothing to clean.
        let c = unsafe { nb::capsule::from_ptr(std::ptr::null_mut(), Some(c"its.name"), Some(clean)) }?;
        Ok((c.is_none(), c.data() as usize, c.name(), c.get::<i32>().is_none(), c.data_named(c"its.name").is_err()))
    });
    m.def("cleaned", || std::mem::take(&mut *CLEANED.lock().expect("nothing panics while locked")));

    // What every wrapper has from `object`.
    m.def("asked", |l: nb::list, d: nb::dict, s: nb::str, n: nb::int_, a: nb::any| -> nb::Result<Vec<(String, usize, bool)>> {
        let all: [nb::object; 5] = [l.clone().into(), d.clone().into(), s.clone().into(), n.clone().into(), a.clone().into()];
        let same = [l.is(&all[0]), d.is(&all[1]), s.is(&all[2]), n.is(&all[3]), a.is(&all[4])];
        let types = [l.type_(), d.type_(), s.type_(), n.type_(), a.type_()];
        let hints = [l.len_hint(), d.len_hint(), s.len_hint(), n.len_hint(), a.len_hint()];
        let named = types.iter().map(|t| t.attr("__name__").cast::<String>()).collect::<nb::Result<Vec<_>>>()?;
        Ok(named.into_iter().zip(hints).zip(same).map(|((name, hint), same)| (name, hint, same)).collect())
    });
});
