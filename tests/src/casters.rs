//! The conversions: every type both ways, alone and nested, by value and by reference.

use nb::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::ffi::{CStr, CString, OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

static ALIVE: AtomicIsize = AtomicIsize::new(0);

/// A class that can be copied; counts its values.
pub struct Item {
    pub value: i32,
}

impl Item {
    fn new(value: i32) -> Item {
        ALIVE.fetch_add(1, Relaxed);
        Item { value }
    }
}

impl Clone for Item {
    fn clone(&self) -> Item {
        Item::new(self.value)
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Relaxed);
    }
}

/// A class that cannot be copied, nor made without a value.
pub struct Unique {
    value: i32,
}

impl Drop for Unique {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Relaxed);
    }
}

/// A bound container, for comparison with the converted ones.
pub struct IntVector(Vec<i32>);

/// Holds converted values that Python reads by copy.
pub struct Holder {
    pub numbers: Vec<i32>,
}

impl Holder {
    fn first_two(&self) -> &[i32] {
        &self.numbers[..2]
    }
}

/// A user's own optional type: a value, or nothing for `None`.
pub struct Maybe<T>(Option<T>);

// SAFETY: delegates to `Option`.
unsafe impl<D, A: nb::Param<D>> nb::Param<D> for Maybe<A> {
    type Item<'a> = Maybe<A::Item<'a>>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = Option<A::Stage>;
    const NULLABLE: bool = true;
    fn describe(text: &mut nb::SigText<'_>) {
        <Option<A> as nb::Param<D>>::describe(text);
    }
    unsafe fn convert(src: *mut nb::ffi::PyObject, flags: u8, cx: &mut nb::Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { <Option<A> as nb::Param<D>>::convert(src, flags, cx) }
    }
    fn acquire(stage: &mut Self::Stage, cx: &mut nb::Cx<'_>) -> bool {
        <Option<A> as nb::Param<D>>::acquire(stage, cx)
    }
    unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &nb::Cx<'_>) -> Maybe<A::Item<'a>> {
        // SAFETY: caller's contract.
        Maybe(unsafe { <Option<A> as nb::Param<D>>::lend(stage, cx) })
    }
}

/// Logs the passes in which it is asked to convert, refuses 0 late, panics for 1, and fails on the way out for 3.
pub struct Fussy(i64);

static PASSES: std::sync::Mutex<Vec<bool>> = std::sync::Mutex::new(Vec::new());

// SAFETY: an owned value.
unsafe impl<D> nb::Param<D> for Fussy {
    type Item<'a> = Fussy;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = i64;
    fn describe(text: &mut nb::SigText<'_>) {
        text.text("Fussy");
    }
    unsafe fn convert(src: *mut nb::ffi::PyObject, flags: u8, cx: &mut nb::Cx<'_>) -> Option<i64> {
        PASSES.lock().expect("no panic while locked").push(flags & nb::cast_flags::convert != 0);
        // SAFETY: caller's contract.
        let value = unsafe { <i64 as nb::Param<D>>::convert(src, flags, cx) }?;
        assert!(value != 1, "the caster panicked");
        (value != 0).then_some(value)
    }
    unsafe fn lend<'a>(stage: &'a mut i64, _cx: &nb::Cx<'_>) -> Fussy {
        Fussy(*stage)
    }
}

// SAFETY: owned references, or null.
unsafe impl<D, P> nb::Ret<D, P> for Fussy {
    fn describe(text: &mut nb::SigText<'_>) {
        text.text("Fussy");
    }
    unsafe fn put(value: Self, _cx: &mut nb::Cx<'_>) -> *mut nb::ffi::PyObject {
        match value.0 {
            3 => std::ptr::null_mut(),
            4 => {
                nb::value_error("no way out for 4").restore();
                std::ptr::null_mut()
            }
            // SAFETY: attached.
            other => unsafe { nb::ffi::PyLong_FromLongLong(other) },
        }
    }
}

fn back<T: ?Sized>(x: &T) -> &T {
    x
}

fn cow_back<T: ?Sized + ToOwned>(x: Cow<'_, T>) -> Cow<'_, T> {
    x
}

fn same_pair<'a>(x: (&'a Item, &'a Item)) -> (&'a Item, &'a Item) {
    x
}

fn same_list<'a>(x: Vec<&'a Item>) -> Vec<&'a Item> {
    x
}

/// The round trips, in plain Rust.
fn bind_round_trips(m: &nb::module_<NbDomain>) {
    echo! { m:
        "i8" i8; "i16" i16; "i32" i32; "i64" i64; "i128" i128; "isize" isize;
        "u8" u8; "u16" u16; "u32" u32; "u64" u64; "u128" u128; "usize" usize;
        "f32" f32; "f64" f64; "bool" bool; "char" char; "String" String; "unit" ();
        "CString" CString; "OsString" OsString; "PathBuf" PathBuf;
        "vec" Vec<i32>; "vec_f64" Vec<f64>; "vec_String" Vec<String>; "vec_bool" Vec<bool>; "vec_u8" Vec<u8>;
        "deque" VecDeque<i32>; "array" [i32; 3]; "array_f64" [f64; 2]; "array0" [i32; 0]; "array_String" [String; 2];
        "vec_vec" Vec<Vec<i32>>; "vec_option" Vec<Option<i32>>; "vec_array" Vec<[i32; 2]>; "vec_pair" Vec<(i32, i32)>;
        "pair" (i32, i32); "pair_String" (String, String); "triple" (i32, String, f64); "single" (i32,);
        "twelve" (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32);
        "hash_map" HashMap<String, i32>; "btree_map" BTreeMap<String, i32>; "map_int" HashMap<i32, String>;
        "map_vec" BTreeMap<String, Vec<i32>>; "map_option" BTreeMap<String, Option<i32>>;
        "hash_set" HashSet<i32>; "btree_set" BTreeSet<i32>; "set_String" HashSet<String>;
        "set_tuple" BTreeSet<(i32, String)>;
        "option" Option<i32>; "option_vec" Option<Vec<i32>>; "option_String" Option<String>;
        "deep" Vec<BTreeMap<String, Vec<i32>>>;
        "deeper" BTreeMap<String, (Option<Vec<[f64; 2]>>, VecDeque<BTreeSet<String>>)>;
    }
}

nb_module!(test_casters_ext, m, {
    bind_round_trips(m);

    nb::class_<Item>(m, "Item")
        .def(nb::init(|value: i32| Item::new(value)))
        .def_rw("value", &Item::value);
    nb::class_<Unique>(m, "Unique")
        .def(nb::init(|value: i32| { ALIVE.fetch_add(1, Relaxed); Unique { value } }))
        .def("value", |u: &Unique| u.value);
    nb::class_<IntVector>(m, "IntVector")
        .def(nb::init(|v: Vec<i32>| IntVector(v)))
        .def("append", |v: &mut IntVector, x: i32| v.0.push(x))
        .def("to_list", |v: &IntVector| v.0.clone());
    nb::class_<Holder>(m, "Holder")
        .def(nb::init(|numbers: Vec<i32>| Holder { numbers }))
        .def_rw("numbers", &Holder::numbers)
        .def("first_two", &Holder::first_two);

    // Texts and bytes by reference.
    m.def("str", |x: &str| x.to_string());
    m.def("str_back", &back::<str>);
    m.def("cow", &cow_back::<str>);
    m.def("cstr", |x: &CStr| x.to_owned());
    m.def("cstr_option", |x: Option<&CStr>| x.map(CStr::to_owned));
    m.def("cstring_bad", || CString::new(vec![0xff_u8]).expect("no NUL"));
    m.def("os_str", |x: &OsStr| x.to_owned());
    m.def("path", |x: &Path| x.to_path_buf());
    m.def("path_length", |x: &Path| x.as_os_str().len());
    m.def("bytes", &back::<[u8]>);
    m.def("bytes_cow", &cow_back::<[u8]>);
    m.def("bytes_option", |x: Option<&[u8]>| x.map(|x| x.len()));
    m.def("nul", || '\0');

    // Slices.
    m.def("slice", |x: &[i32]| x.iter().sum::<i32>());
    m.def("slice_f64", |x: &[f64]| x.iter().sum::<f64>());
    m.def("slice_String", |x: &[String]| x.concat());
    m.def("slice_strict", |x: &[f64]| x.len(), "x"_a.noconvert());

    // Containers that borrow.
    m.def("join", |x: Vec<&str>| x.join("+"));
    m.def("join_array", |x: [&str; 3]| x.join("+"));
    m.def("join_pair", |x: (&str, &str)| format!("{}+{}", x.0, x.1));
    m.def("join_set", |x: BTreeSet<&str>| x.into_iter().collect::<Vec<_>>().join("+"));
    m.def("join_map", |x: BTreeMap<&str, &str>| {
        x.into_iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("+")
    });
    m.def("join_deep", |x: Vec<(i32, Vec<&str>)>| {
        x.into_iter().map(|(n, v)| format!("{n}{}", v.concat())).collect::<Vec<_>>().join("+")
    });

    // Bound classes in containers: by reference, by value, moved.
    m.def("refs_sum", |x: Vec<&Item>| x.iter().map(|i| i.value).sum::<i32>());
    m.def("refs_add", |x: Vec<&mut Item>, by: i32| x.into_iter().for_each(|i| i.value += by));
    m.def("refs_maybe", |x: Vec<Option<&Item>>| x.iter().map(|i| i.map(|i| i.value)).collect::<Vec<_>>());
    m.def("refs_array", |x: [&mut Item; 2]| { let [a, b] = x; std::mem::swap(a, b) });
    m.def("refs_pair", |x: (&mut Item, &Item)| x.0.value += x.1.value);
    m.def("refs_deque", |x: VecDeque<&Item>| x.iter().map(|i| i.value).sum::<i32>());
    m.def("refs_map", |x: HashMap<String, &Item>| x.values().map(|i| i.value).sum::<i32>());
    m.def("refs_map_mut", |x: BTreeMap<&str, &mut Item>| x.into_values().for_each(|i| i.value += 1));
    m.def("refs_deep", |x: Vec<(i32, Option<&Item>)>| {
        x.iter().map(|(n, i)| n + i.map_or(0, |i| i.value)).sum::<i32>()
    });
    m.def("ref_and_number", |x: (&Item, i32)| x.0.value + x.1);
    m.def("refs_numbers", |x: Vec<(&mut Item, i32)>| x.iter().map(|(i, n)| i.value + n).sum::<i32>());
    m.def("ref_and_refs", |a: &mut Item, x: Vec<&Item>| a.value += x.iter().map(|i| i.value).sum::<i32>());
    m.def("maybe_ref", |x: Option<&Item>| x.map(|i| i.value));
    m.def("maybe_value", |x: Option<Item>| x.map(|mut i| { i.value += 1; i.value }));
    m.def("values_add", |x: Vec<Item>, by: i32| {
        x.into_iter().map(|mut i| { i.value += by; i }).collect::<Vec<Item>>()
    });
    m.def("values_map", |x: HashMap<String, Item>| x);
    m.def("values_pair", |x: (Item, Item)| x);
    m.def("same_pair", &same_pair, nb::rv_policy::reference_internal);
    m.def("same_list", &same_list, nb::rv_policy::reference_internal);
    m.def("moved", |x: Vec<Unique>| x.iter().map(|u| u.value).sum::<i32>());
    m.def("moved_deep", |x: Vec<(Box<Unique>, i32)>| x.iter().map(|u| u.0.value + u.1).sum::<i32>());
    m.def("moved_maybe", |x: Option<Unique>| x.map(|u| u.value));
    m.def("moved_list", |x: Vec<Unique>, by: i32| {
        x.into_iter().map(|mut u| { u.value += by; u }).collect::<Vec<_>>()
    });
    m.def("alive", || ALIVE.load(Relaxed));

    // Three ways to say "double it".
    m.def("double_cast", |x: Vec<i32>| x.into_iter().map(|i| 2 * i).collect::<Vec<_>>());
    m.def("double_bound", |x: &mut IntVector| x.0.iter_mut().for_each(|i| *i *= 2));
    m.def("double_wrap", |x: nb::list| -> nb::Result<nb::list> {
        let out = nb::list::new();
        for h in &x {
            out.append(h.mul(2)?)?;
        }
        Ok(out)
    });
    m.def("double_operator", |x: nb::list| -> nb::Result<nb::list> {
        let (out, two) = (nb::list::new(), nb::cast(2)?);
        for h in &x {
            out.append(&h * &two)?;
        }
        Ok(out)
    });
    m.def("mix", |x: Vec<i32>, d: nb::dict, i: &mut Item| -> nb::Result<i32> {
        i.value += x.iter().sum::<i32>() + d.len() as i32;
        d.set("seen", i.value)?;
        Ok(i.value)
    });
    m.def("objects", |x: Vec<nb::object>| x);
    m.def("lists", |x: Vec<nb::list>| x.len());
    m.def("increment", |x: i32| (x == 3, x + 1));
    m.def("pushed", |mut x: Vec<i32>| { x.push(1); x });

    // Results.
    m.def("parse", |x: &str| x.parse::<i32>());
    m.def("fails", |x: i32| if x < 0 { Err("negative".to_string()) } else { Ok(vec![x]) });
    m.def("nothing", || ());
    m.def("set_of_lists", || HashSet::from([vec![1]]));

    // Overloads that need one another's refusals.
    m.def("width", |_: i8| "i8");
    m.def("width", |_: u8| "u8");
    m.def("width", |_: i64| "i64");
    m.def("width", |_: i128| "i128");
    m.def("width", |_: f64| "f64");
    m.def("shape", |_: Vec<i32>| "ints");
    m.def("shape", |_: Vec<String>| "texts");
    m.def("shape", |_: BTreeMap<String, i32>| "map");
    m.def("shape", |_: nb::object| "other");
    m.def("exact", |_: Vec<f64>| "floats");
    m.def("exact", |_: Vec<i32>| "ints");

    // Casters of the user.
    m.def("own_option", |x: Maybe<i32>| x.0.unwrap_or(-1), "x"_a);
    m.def("fussy", |x: Fussy| x.0);
    m.def("fussy_out", |x: i64| Fussy(x));
    m.def("fussy_list", |x: Vec<i64>| x.into_iter().map(Fussy).collect::<Vec<_>>());
    m.def("fussy_over", |x: Fussy| x.0);
    m.def("fussy_over", |_: f64| "fallback");
    m.def("fussy_nested", |x: Vec<(i32, Fussy)>| x.len(), "x"_a.noconvert());
    m.def("passes", || std::mem::take(&mut *PASSES.lock().expect("no panic while locked")));
});
