//! Classes, children and members that are garbage, and results that others look for while they are being made.

use nb::prelude::*;
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const TEXT: &str = "a text that is longer than what fits beside its length, so that it lies on the heap";

/// A value that notices when its memory has been used for something else.
#[derive(Clone)]
struct Canary(String);

impl Canary {
    fn new() -> Canary {
        Canary(TEXT.to_string())
    }

    fn is_whole(&self) -> bool {
        self.0 == TEXT
    }
}

/// Without a collector's header.
#[derive(Clone)]
struct Bare {
    canary: Canary,
}

#[derive(Clone)]
struct Dynamic {
    canary: Canary,
}

#[derive(Clone)]
struct Pooled {
    canary: Canary,
}

#[derive(Clone)]
struct Part {
    canary: Canary,
}

struct Whole {
    part: Part,
}

struct Shared {
    canary: Canary,
}

static SHARED: Mutex<Option<Arc<Shared>>> = Mutex::new(None);

fn share(value: Arc<Shared>) {
    *SHARED.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
}

fn shared() -> Option<Arc<Shared>> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

thread_local! {
    static LENT: std::cell::RefCell<Option<nb::LentMut<'static, Part>>> = const { std::cell::RefCell::new(None) };
}

/// Keeps a part lent for good.
fn lend(part: nb::handle_t<Part>) -> nb::Result<()> {
    let part: &'static nb::handle_t<Part> = Box::leak(Box::new(part));
    let lent = part.borrow_mut()?;
    LENT.with(|place| *place.borrow_mut() = Some(lent));
    Ok(())
}

fn lent_is_whole() -> bool {
    LENT.with(|place| place.borrow().as_ref().is_some_and(|part| part.canary.is_whole()))
}

enum Kind {
    Cat,
    Dog,
}

/// A value whose clone calls Python.
struct Copied {
    canary: Canary,
    hook: Option<nb::stored>,
}
nb_traverse!(Copied: hook);

impl Clone for Copied {
    fn clone(&self) -> Copied {
        if let Some(hook) = &self.hook {
            hook.call(()).expect("the hook of the test does not raise");
        }
        Copied { canary: self.canary.clone(), hook: None }
    }
}

trait Kept: Any + Send + Sync {
    fn is_whole(&self) -> bool;
}

impl Kept for Copied {
    fn is_whole(&self) -> bool {
        self.canary.is_whole()
    }
}

nb_trampoline!(in crate::garbage; PyCopied: Copied, dyn Kept);
impl Kept for PyCopied {
    fn is_whole(&self) -> bool {
        nb_override!(self, is_whole)
    }
}

static HOOK: Mutex<Option<nb::stored>> = Mutex::new(None);

fn run_hook() -> nb::Result<()> {
    let hook = HOOK.lock().unwrap_or_else(PoisonError::into_inner).take();
    match hook {
        Some(hook) => hook.call(()).map(drop),
        None => Ok(()),
    }
}

/// Passes each operation on to what it holds.
struct Chain {
    next: Mutex<Option<nb::stored>>,
}

impl Chain {
    fn next(&self) -> nb::Result<nb::object> {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        next.as_ref().map(|next| nb::object::clone(next)).ok_or_else(|| nb::value_error("the end"))
    }
}

/// Owns the value, so that Python has no object for it.
struct Keeper {
    kept: Box<Copied>,
}

impl Keeper {
    fn copy(&self) -> &dyn Kept {
        &*self.kept
    }
}

static ENDED: AtomicUsize = AtomicUsize::new(0);

/// What a closure captures; notices its end.
struct Captured(Canary);

impl Drop for Captured {
    fn drop(&mut self) {
        ENDED.fetch_add(1, Ordering::SeqCst);
    }
}

fn paths() -> Vec<PathBuf> {
    (0..5).map(|index| PathBuf::from(format!("/half/made/{index}"))).collect()
}

nb_module!(test_garbage_ext, m, {
    nb::class_<Bare>(m, "Bare")
        .def(nb::init(|_index: i32| Bare { canary: Canary::new() }))
        .def("is_whole", |value: &Bare| value.canary.is_whole());
    nb::class_<Dynamic>(m, "Dynamic", nb::dynamic_attr())
        .def(nb::init(|_index: i32| Dynamic { canary: Canary::new() }))
        .def("is_whole", |value: &Dynamic| value.canary.is_whole());
    nb::class_<Pooled>(m, "Pooled", nb::pooled(64))
        .def(nb::init(|_index: i32| Pooled { canary: Canary::new() }))
        .def("is_whole", |value: &Pooled| value.canary.is_whole());
    m.def("make_Bare", || Bare { canary: Canary::new() });
    m.def("make_Dynamic", || Dynamic { canary: Canary::new() });
    m.def("make_Pooled", || Pooled { canary: Canary::new() });
    m.def("make_Bare_box", || Box::new(Bare { canary: Canary::new() }));
    m.def("make_Dynamic_arc", || Arc::new(Dynamic { canary: Canary::new() }));

    nb::class_<Part>(m, "Part", nb::dynamic_attr(), nb::is_weak_referenceable())
        .def("is_whole", |part: &Part| part.canary.is_whole());
    nb::class_<Whole>(m, "Whole")
        .def(nb::init(|| Whole { part: Part { canary: Canary::new() } }))
        .def_rw("part", &Whole::part);
    m.def("part_after", |whole: nb::handle_t<Whole>, hook: nb::object| {
        nb::cast_internal(&whole, |whole| {
            hook.call(()).expect("the hook of the test does not raise");
            &whole.part
        })
    });
    m.def("lend", &lend);
    m.def("lent_is_whole", &lent_is_whole);

    nb::class_<Shared>(m, "Shared", nb::dynamic_attr())
        .def(nb::init(|| Shared { canary: Canary::new() }))
        .def("is_whole", |value: &Shared| value.canary.is_whole());
    m.def("share", &share);
    m.def("shared", &shared);

    nb::enum_<Kind>(m, "Kind").value("Cat", Kind::Cat).value("Dog", Kind::Dog);
    m.def("dog", || Kind::Dog);

    nb::class_<Copied, PyCopied>(m, "Copied")
        .def(nb::init(|hook: Option<nb::stored>| Copied { canary: Canary::new(), hook }), "hook"_a.none())
        .def("is_whole", |value: &dyn Kept| value.is_whole());
    nb::class_<Keeper>(m, "Keeper")
        .def(nb::init(|hook: nb::stored| Keeper { kept: Box::new(Copied { canary: Canary::new(), hook: Some(hook) }) }))
        .def("copy", &Keeper::copy);

    m.def("closure", |kept: nb::object| {
        let captured = Captured(Canary::new());
        let call = move |hook: nb::object, _kept: nb::object| -> nb::Result<bool> {
            hook.call(())?;
            Ok(captured.0.is_whole() && ENDED.load(Ordering::SeqCst) == 0)
        };
        nb::cpp_function(call, "hook"_a, "kept"_a = kept)
    });
    m.def("ended", || ENDED.load(Ordering::SeqCst));

    m.def("copy_first", |first: Copied, second: nb::object, look: nb::object| -> nb::Result<bool> {
        look.call((second,))?;
        Ok(first.is_whole())
    });
    m.def("decline", |value: nb::object, hook: nb::object| -> nb::Result<()> {
        drop(value);
        hook.call(())?;
        Err(nb::next_overload())
    });

    // For a hook that unloads the module while one of its functions runs.
    m.def("set_hook", |hook: nb::stored| *HOOK.lock().unwrap_or_else(PoisonError::into_inner) = Some(hook));
    m.def("declines", |_frame: nb::object, _event: nb::object, _argument: nb::object| -> nb::Result<()> {
        run_hook()?;
        Err(nb::next_overload())
    });
    m.def("declines", |_frame: nb::object, _event: nb::object, _argument: i32| 1);
    m.def("converts", |_frame: nb::object, _event: nb::object, _argument: Vec<f64>| 1);

    nb::class_<Chain>(m, "Chain")
        .def(nb::init(|| Chain { next: Mutex::new(None) }))
        .def("set", |chain: &Chain, next: nb::stored| {
            *chain.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(next)
        })
        .def("__len__", |chain: &Chain| nb::len(&chain.next()?))
        .def("__neg__", |chain: &Chain| -> nb::Result<nb::object> { Ok(-&chain.next()?) })
        .def("__add__", |chain: &Chain, other: nb::object| -> nb::Result<nb::object> { Ok(&chain.next()? + &other) })
        .def("__contains__", |chain: &Chain, item: nb::object| chain.next()?.contains(item))
        .def("__index__", |chain: &Chain| nb::module_::<()>::import_("operator")?.attr("index").call((chain.next()?,)))
        .def("__float__", |chain: &Chain| nb::module_::<()>::import_("math")?.attr("sqrt").call((chain.next()?,)))
        .def_prop_rw(
            "item",
            |chain: &Chain| chain.next()?.attr("item").get(),
            |chain: &Chain, value: nb::object| chain.next()?.attr("item").set(value),
        );
    m.def("calls_its_argument", |kept: nb::stored| {
        nb::cpp_function(move |function: nb::object| -> nb::Result<nb::object> {
            let _kept = &kept;
            function.call((function.clone(),))
        })
    });

    m.def("path_list", &paths);
    m.def("path_tuple", || {
        let mut all = paths().into_iter();
        let mut next = move || all.next().expect("there are five");
        (next(), next(), next(), next(), next())
    });
    m.def("path_set", || paths().into_iter().collect::<BTreeSet<_>>());
    m.def("path_dict", || paths().into_iter().zip(0..5).collect::<BTreeMap<_, _>>());
    m.def("path_values", || (0..5).zip(paths()).collect::<BTreeMap<_, _>>());
    m.def("path_array", || -> [PathBuf; 5] { paths().try_into().expect("there are five") });
});
