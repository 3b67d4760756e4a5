//! Python's own types in Rust: lists, dicts, tuples, sets, texts, numbers, bytes, slices, capsules.

use crate::handles::Unlucky;
use nb::prelude::*;
use std::ffi::c_void;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Clone)]
pub struct Dog {
    pub age: i32,
}

/// What capsules hold: counts its drops.
struct Held(i32);

static DROPPED: AtomicUsize = AtomicUsize::new(0);
static CLEANED: Mutex<Vec<usize>> = Mutex::new(Vec::new());

impl Drop for Held {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::SeqCst);
    }
}

/// Cleans up after raw capsules: logs the pointer.
unsafe extern "C" fn clean(pointer: *mut c_void) {
    CLEANED.lock().expect("nothing panics while locked").push(pointer as usize);
}

nb_module!(test_builtin_types_ext, m, {
    nb::class_<Dog>(m, "Dog").def_ro("age", &Dog::age);

    // Lists.
    m.def("list_new", || (nb::list::new(), nb::list::default()));
    m.def("list_of", |o: nb::object| nb::list::from_object(&o));
    m.def("list_size", |l: nb::list| (l.len(), l.size(), l.is_empty()));
    m.def("list_get", |l: nb::list, i: i64| l.get(i));
    m.def("list_get_wide", |l: nb::list, i: u64| l.get(i));
    m.def("list_set", |l: nb::list, i: i64, value: nb::object| l.set(i, value));
    m.def("list_del", |l: nb::list, i: i64| l.del(i));
    m.def("list_append", |l: nb::list| -> nb::Result<()> {
        l.append(1)?;
        l.append("two")?;
        l.append(vec![3.0])?;
        l.append(&l)?;
        l.append(nb::none())
    });
    m.def("list_append_dog", |l: nb::list| -> nb::Result<()> {
        l.append(nb::cast_in::<NbDomain, _>(Dog { age: 1 })?)
    });
    m.def("list_append_unlucky", |l: nb::list| l.append(Unlucky));
    m.def("list_insert", |l: nb::list, i: i64, value: nb::object| l.insert(i, value));
    m.def("list_extend", |l: nb::list, values: nb::object| l.extend(values));
    m.def("list_extend_vec", |l: nb::list| l.extend(vec![7, 8]));
    m.def("list_clear", |l: nb::list| l.clear());
    m.def("list_reverse", |l: nb::list| l.reverse());
    m.def("list_sort", |l: nb::list| l.sort());

    // Dicts.
    m.def("dict_new", || (nb::dict::new(), nb::dict::default()));
    m.def("dict_size", |d: nb::dict| (d.len(), d.size(), d.is_empty()));
    m.def("dict_get", |d: nb::dict, key: nb::object| d.get(key));
    m.def("item_get", |o: nb::object, key: nb::object| o.item(&key).get());
    m.def("dict_get_or", |d: nb::dict, key: nb::object, other: nb::object| d.get_or(&key, &other));
    m.def("dict_get_text", |d: nb::dict, other: nb::object| d.get_or("key", other));
    m.def("dict_set", |d: nb::dict, key: nb::object, value: nb::object| d.set(key, value));
    m.def("dict_del", |d: nb::dict, key: nb::object| d.del(key));
    m.def("dict_contains", |d: nb::dict, key: nb::object| d.contains(key));
    m.def("dict_contains_int", |d: nb::dict, key: i32| d.contains(key));
    m.def("dict_parts", |d: nb::dict| (d.keys(), d.values(), d.items()));
    m.def("dict_clear", |d: nb::dict| d.clear());
    m.def("dict_update", |d: nb::dict, other: nb::object| d.update(other));

    // Tuples, sets.
    m.def("tuple_new", || (nb::tuple::new(), nb::tuple::default()));
    m.def("tuple_of", |o: nb::object| nb::tuple::from_object(&o));
    m.def("tuple_size", |t: nb::tuple| (t.len(), t.size(), t.is_empty()));
    m.def("tuple_get", |t: nb::tuple, i: i64| t.get(i));
    m.def("tuple_item", |t: nb::tuple, i: i64| t.item(i).get());
    m.def("tuple_item_set", |t: nb::tuple, i: i64| t.item(i).set(1));
    m.def("set_new", || (nb::set::new(), nb::set::default(), nb::frozenset::new(), nb::frozenset::default()));
    m.def("set_of", |o: nb::object| nb::set::from_object(&o));
    m.def("frozenset_of", |o: nb::object| nb::frozenset::from_object(&o));
    m.def("set_size", |s: nb::set| (s.len(), s.size(), s.is_empty()));
    m.def("frozenset_size", |s: nb::frozenset| (s.len(), s.size(), s.is_empty()));
    m.def("set_add", |s: nb::set, value: nb::object| s.add(value));
    m.def("set_add_int", |s: nb::set, value: i32| s.add(value));
    m.def("set_contains", |s: nb::set, value: nb::object| s.contains(value));
    m.def("frozenset_contains", |s: nb::frozenset, value: nb::object| s.contains(value));
    m.def("set_discard", |s: nb::set, value: nb::object| s.discard(value));
    m.def("set_clear", |s: nb::set| s.clear());

    // Texts, numbers, bytes.
    m.def("str_new", |text: &str| nb::str_::new(text));
    m.def("str_read", |s: nb::str_| s.to_str().map(|text| text.to_string()));
    m.def("str", |o: nb::object| o.str());
    m.def("str_format", |s: nb::str_, o: nb::object| s.format((1, o, nb::kw("key", "value"))));
    m.def("int_of", |o: nb::object| nb::int_::from_object(&o));
    m.def("int_wide", || (nb::int_::new(i128::MIN), nb::int_::new(u128::MAX), nb::int_::from(-1i8)));
    m.def("float_of", |o: nb::object| nb::float_::from_object(&o));
    m.def("float_value", |f: nb::float_| nb::float_::new(f.value()));
    m.def("bool_of", |o: nb::object| nb::bool_::from_object(&o));
    m.def("bool_not", |b: nb::bool_| nb::bool_::from(!b.value()));
    m.def("bytes_of", |o: nb::object| nb::bytes::from_object(&o));
    m.def("bytes_new", || (nb::bytes::new(b"a\0b"), nb::bytes::from(&b""[..]), nb::bytes::new(c"text".to_bytes())));
    m.def("bytes_read", |b: nb::bytes| {
        (b.as_bytes().iter().map(|byte| u32::from(*byte)).sum::<u32>(), b.len(), b.size(), b.is_empty())
    });
    m.def("bytearray_new", |b: nb::bytes| (nb::bytearray::new(b.as_bytes()), nb::bytearray::new(&[])));
    m.def("bytearray_of", |o: nb::object| nb::bytearray::from_object(&o));
    m.def("bytearray_read", |b: nb::bytearray| {
        (b.to_vec().iter().map(|byte| u32::from(*byte)).sum::<u32>(), b.len(), b.size(), b.is_empty())
    });
    m.def("bytearray_resize", |b: nb::bytearray, size: usize| b.resize(size));
    m.def("memoryview_of", |o: nb::object| nb::memoryview::from_object(&o));

    // Slices, singletons, modules, weak references.
    m.def("slice_new", |a: Option<i64>, b: Option<i64>, c: Option<i64>| nb::slice::new(a, b, c));
    m.def("slice_none", || nb::slice::new(nb::none(), 5, nb::none()));
    m.def("slice_compute", |s: nb::slice, size: usize| s.compute(size));
    m.def("singletons", || {
        (nb::ellipsis::new(), nb::ellipsis::default(), nb::not_implemented::new(), nb::not_implemented::default())
    });
    m.def("import", |name: &str| nb::module_::<()>::import_(name));
    m.def("mapping_parts", |o: nb::mapping| -> nb::Result<(nb::list, nb::list, nb::list)> {
        Ok((o.keys()?, o.values()?, o.items()?))
    });
    m.def("over", |_: f64| "float");
    m.def("over", |_: nb::fallback| "fallback");
    m.def("over", |_: i32| "int");
    m.def("over", |_: Vec<f64>| "floats");
    m.def("weakref_new", |o: nb::object, f: Option<nb::object>| nb::weakref::new(&o, f.as_ref()), "o"_a, "f"_a.none());
    m.def("weakref_get", |w: nb::weakref| w.upgrade());

    // Capsules.
    m.def("capsule_new", |value: i32| nb::capsule::new(Held(value)));
    m.def("capsule_named", |value: i32| nb::capsule::with_name(Held(value), c"a.name"));
    m.def("capsule_get", |c: nb::capsule| c.get::<Held>().map(|held| held.0));
    m.def("capsule_get_other", |c: nb::capsule| c.get::<i32>().copied());
    m.def("id_capsule", |value: nb::capsule| -> nb::capsule { value });
    m.def("capsule_raw", |address: usize, named: bool| {
        // SAFETY: `clean` only reads the number, which is not null in the tests.
        unsafe { nb::capsule::from_ptr(address as *mut c_void, named.then_some(c"raw.name"), Some(clean)) }
    });
    m.def("capsule_data", |c: nb::capsule| c.data() as usize);
    m.def("capsule_data_named", |c: nb::capsule| c.data_named(c"raw.name").map(|pointer| pointer as usize));
    m.def("capsule_name", |c: nb::capsule| c.name());
    m.def("capsules_dropped", || DROPPED.load(Ordering::SeqCst));
    m.def("capsules_cleaned", || std::mem::take(&mut *CLEANED.lock().expect("nothing panics while locked")));
});
