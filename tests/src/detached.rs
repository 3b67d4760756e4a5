//! Everything that reaches Python, called on threads that are not attached: a panic that says so, an error, or a result that needs no
//! Python.

use nb::prelude::*;

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(Clone, Debug, Default)]
pub struct Dog {
    pub age: i32,
}

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    One,
}

/// Takes a Python object where it should not be.
struct Smuggled<'s, T>(&'s T);
// SAFETY: not so, that is the point: the library must refuse.
unsafe impl<T> Send for Smuggled<'_, T> {}
impl<'s, T> Smuggled<'s, T> {
    fn get(&self) -> &'s T {
        self.0
    }
}

/// One object of each kind.
struct Kept {
    object: nb::object,
    list: nb::list,
    dict: nb::dict,
    set: nb::set,
    frozenset: nb::frozenset,
    tuple: nb::tuple,
    bytes: nb::bytes,
    bytearray: nb::bytearray,
    memoryview: nb::memoryview,
    text: nb::str_,
    number: nb::int_,
    float: nb::float_,
    truth: nb::bool_,
    slice: nb::slice,
    iterator: nb::iterator,
    class: nb::type_object,
    callable: nb::callable,
    capsule: nb::capsule,
    builder: RefCell<Option<nb::list_builder>>,
    mapping: nb::mapping,
    weak: nb::weakref,
    dog: nb::object,
    handle: nb::handle_t<Dog>,
    typed: nb::typed<nb::dict, (nb::str_, i32)>,
    stored: nb::stored,
    shared: nb::shared_ptr<Dog>,
    error: nb::Error,
    function: Box<dyn Fn(i32) -> nb::Result<i32> + Send + Sync>,
    module: nb::object,
    submodule: nb::module_<NbDomain>,
}

type Case = (&'static str, fn(&Kept) -> Box<dyn Any>);

fn any<T>(value: T) -> Box<dyn Any> {
    // What borrows cannot be kept; it ends here, detached as well.
    drop(value);
    Box::new(())
}

macro_rules! cases {
    ($k:ident: $($name:literal => $body:expr;)*) => {
        const CASES: &[Case] = &[$( ($name, |$k: &Kept| { let _ = $k; any($body) }) ),*];
    };
}

cases! { k:
    // handles/ops.rs, attr.rs, arithmetic.rs, cast.rs: methods of `object`
    "object.clone" => k.object.clone();
    "object.len" => k.object.len();
    "object.is_empty" => k.object.is_empty();
    "object.contains" => k.object.contains(1);
    "object.repr" => k.object.repr();
    "object.str" => k.object.str();
    "object.hash" => k.object.hash();
    "object.is_true" => k.object.is_true();
    "object.iter" => k.object.iter();
    "object.len_hint" => k.object.len_hint();
    "object.type_" => k.object.type_();
    "object.is_type" => k.object.is_type();
    "object.is_instance" => k.object.is_instance(&k.class);
    "object.is_subclass" => k.class.is_subclass(&k.class);
    "object.is_callable" => k.object.is_callable();
    "object.equal" => k.object.equal(1);
    "object.not_equal" => k.object.not_equal(1);
    "object.less_than" => k.object.less_than(1);
    "object.less_equal" => k.object.less_equal(1);
    "object.greater_than" => k.object.greater_than(1);
    "object.greater_equal" => k.object.greater_equal(1);
    "object.attr.get" => k.object.attr("x").get();
    "object.attr.set" => k.object.attr("x").set(1);
    "object.attr.del" => k.object.attr("x").del();
    "object.attr.call" => k.object.attr("x").call(());
    "object.attr.cast" => k.object.attr("x").cast::<i32>();
    "object.attr.iadd" => k.object.attr("x").iadd(1);
    "object.attr_of_object" => k.object.attr(&k.text).get();
    "object.attr.attr" => k.object.attr("x").attr("y").get();
    "object.item.get" => k.object.item(0).get();
    "object.item.set" => k.object.item(0).set(1);
    "object.item.del" => k.object.item(0).del();
    "object.doc" => k.object.doc().get();
    "object.hasattr" => k.object.hasattr("x");
    "object.getattr" => k.object.getattr("x");
    "object.getattr_or" => k.object.getattr_or("x", 1);
    "object.setattr" => k.object.setattr("x", 1);
    "object.delattr" => k.object.delattr("x");
    "object.add" => k.object.add(1);
    "object.sub" => k.object.sub(1);
    "object.mul" => k.object.mul(1);
    "object.pow" => k.object.pow(1);
    "object.neg" => k.object.neg();
    "object.invert" => k.object.invert();
    "object.abs" => k.object.abs();
    "object.call" => k.object.call((1,));
    "object.vectorcall" => k.object.vectorcall(std::slice::from_ref(&k.object), None);
    "object.vectorcall_method" => nb::object::vectorcall_method("x", std::slice::from_ref(&k.object), None);
    "object.call_kw" => k.object.call_kw((1,), (nb::kw("a", 1),));
    "object.add_assign" => { let mut o = k.object.clone(); o += 1; };
    "list.plus" => &k.list + 1;
    "object.loop" => for _ in &k.object {};
    "object.call_unpack" => k.object.call((nb::unpack(&k.list), nb::unpack_kw(&k.dict)));
    "object.cast" => k.object.cast::<Vec<i32>>();
    "object.cast_number" => k.number.cast::<i64>();
    "object.cast_in" => k.dog.cast_in::<NbDomain, Dog>();
    "object.try_cast_in" => k.dog.try_cast_in::<NbDomain, Dog>();
    "object.try_cast" => k.object.try_cast::<Vec<i32>>();
    "object.lend_in" => k.dog.lend_in::<NbDomain, &Dog, _>(|dog| dog.age);
    "object.is" => k.object.is(&k.dog);
    "object.is_none" => k.object.is_none();
    "object.as_ptr" => k.object.as_ptr();
    "object.Display" => k.object.to_string();
    "object.Debug" => format!("{:?}", k.object);
    // handles/functions.rs
    "nb.len" => nb::len(&k.object);
    "nb.len_hint" => nb::len_hint(&k.object);
    "nb.repr" => nb::repr(&k.object);
    "nb.hash" => nb::hash(&k.object);
    "nb.iter" => nb::iter(&k.object);
    "nb.isinstance_of" => nb::isinstance_of(&k.object, &k.class);
    "nb.issubclass" => nb::issubclass(&k.class, &k.class);
    "nb.hasattr" => nb::hasattr(&k.object, "x");
    "nb.getattr" => nb::getattr(&k.object, "x");
    "nb.getattr_or" => nb::getattr_or(&k.object, "x", 1);
    "nb.setattr" => nb::setattr(&k.object, "x", 1);
    "nb.delattr" => nb::delattr(&k.object, "x");
    "nb.del" => nb::del(k.object.attr("x"));
    "nb.print" => nb::print("x");
    "nb.print_to" => nb::print_to("x", None, Some(&k.object));
    "nb.print_with" => nb::print_with(("x",));
    // handles/cast.rs, interpreter.rs
    "nb.cast" => nb::cast::<nb::object>(1);
    "nb.cast_in" => nb::cast_in::<NbDomain, _>(Dog::default());
    "nb.isinstance" => nb::isinstance::<i32>(&k.object);
    "nb.isinstance_in" => nb::isinstance_in::<NbDomain, Dog>(&k.object);
    "nb.builtins" => nb::builtins();
    "nb.globals" => nb::globals();
    "nb.typing" => nb::typing();
    "nb.type_var" => nb::type_var(("T",));
    "nb.type_var_tuple" => nb::type_var_tuple(("Ts",));
    "nb.param_spec" => nb::param_spec(("P",));
    "nb.any_type" => nb::any_type();
    "nb.eval" => nb::eval("1", ());
    "nb.exec" => nb::exec("x = 1", &k.dict);
    "nb.eval_as" => nb::eval_as(nb::eval_expr, "1", (&k.dict, &k.dict));
    "nb.type_" => nb::type_::<Dog>();
    // containers
    "list.new" => nb::list::new();
    "list.from_object" => nb::list::from_object(&k.object);
    "list.check" => nb::list::check(&k.object);
    "list.clone" => k.list.clone();
    "list.len" => k.list.len();
    "list.size" => k.list.size();
    "list.is_empty" => k.list.is_empty();
    "list.get" => k.list.get(0);
    "list.set" => k.list.set(0, 1);
    "list.del" => k.list.del(0);
    "list.append" => k.list.append(1);
    "list.insert" => k.list.insert(0, 1);
    "list.extend" => k.list.extend(&k.list);
    "list.clear" => k.list.clear();
    "list.reverse" => k.list.reverse();
    "list.sort" => k.list.sort();
    "list.iter" => k.list.iter().count();
    "list.into_iter" => (&k.list).into_iter().next();
    "list.Debug" => format!("{:?}", k.list);
    "dict.new" => nb::dict::new();
    "dict.len" => k.dict.len();
    "dict.size" => k.dict.size();
    "dict.is_empty" => k.dict.is_empty();
    "dict.get" => k.dict.get("a");
    "dict.get_or" => k.dict.get_or("a", 1);
    "dict.set" => k.dict.set("a", 1);
    "dict.del" => k.dict.del("a");
    "dict.contains" => k.dict.contains("a");
    "dict.keys" => k.dict.keys();
    "dict.values" => k.dict.values();
    "dict.items" => k.dict.items();
    "dict.clear" => k.dict.clear();
    "dict.update" => k.dict.update(&k.dict);
    "dict.iter" => k.dict.iter();
    "set.new" => nb::set::new();
    "set.from_object" => nb::set::from_object(&k.object);
    "set.len" => k.set.len();
    "set.size" => k.set.size();
    "set.is_empty" => k.set.is_empty();
    "set.contains" => k.set.contains(1);
    "set.add" => k.set.add(1);
    "set.discard" => k.set.discard(1);
    "set.clear" => k.set.clear();
    "frozenset.new" => nb::frozenset::new();
    "frozenset.from_object" => nb::frozenset::from_object(&k.object);
    "frozenset.len" => k.frozenset.len();
    "frozenset.contains" => k.frozenset.contains(1);
    "tuple.new" => nb::tuple::new();
    "tuple.from_object" => nb::tuple::from_object(&k.object);
    "tuple.len" => k.tuple.len();
    "tuple.size" => k.tuple.size();
    "tuple.is_empty" => k.tuple.is_empty();
    "tuple.get" => k.tuple.get(0);
    "tuple.iter" => k.tuple.iter().count();
    "tuple.into_iter" => (&k.tuple).into_iter().next();
    "nb.make_tuple" => nb::make_tuple((1, 2));
    "typed.keys" => k.typed.keys();
    "typed.values" => k.typed.values();
    "typed.items" => k.typed.items();
    "typed.clone" => k.typed.clone();
    "typed.Debug" => format!("{:?}", k.typed);
    // texts, numbers and the rest
    "bytes.new" => nb::bytes::new(b"x");
    "bytes.from_object" => nb::bytes::from_object(&k.bytes);
    "bytes.as_bytes" => k.bytes.as_bytes().len();
    "bytes.len" => k.bytes.len();
    "bytes.size" => k.bytes.size();
    "bytes.is_empty" => k.bytes.is_empty();
    "bytearray.new" => nb::bytearray::new(b"x");
    "bytearray.from_object" => nb::bytearray::from_object(&k.bytes);
    "bytearray.to_vec" => k.bytearray.to_vec();
    "bytearray.len" => k.bytearray.len();
    "bytearray.size" => k.bytearray.size();
    "bytearray.is_empty" => k.bytearray.is_empty();
    "bytearray.resize" => k.bytearray.resize(3);
    "memoryview.from_object" => nb::memoryview::from_object(&k.bytes);
    "memoryview.clone" => k.memoryview.clone();
    "str_.new" => nb::str_::new("x");
    "str_.from_object" => nb::str_::from_object(&k.object);
    "str_.to_str" => k.text.to_str().map(str::len);
    "str_.format" => k.text.format((1,));
    "int_.new" => nb::int_::new(1);
    "int_.from_object" => nb::int_::from_object(&k.number);
    "float_.new" => nb::float_::new(1.0);
    "float_.from_object" => nb::float_::from_object(&k.float);
    "float_.value" => k.float.value();
    "bool_.new" => nb::bool_::new(true);
    "bool_.from_object" => nb::bool_::from_object(&k.object);
    "bool_.value" => k.truth.value();
    "slice.new" => nb::slice::new(1, 2, 3);
    "slice.compute" => k.slice.compute(4);
    "iterator.next" => { let mut iterator = k.iterator.clone(); iterator.next() };
    "type_object.name" => k.class.name();
    "type_object.qualname" => k.class.qualname();
    "callable.check" => nb::callable::check(&k.callable);
    "tuple_builder.new" => nb::tuple_builder::new(1);
    "list_builder.put" => k.builder.borrow_mut().as_mut().map(|b| b.put(1));
    "list_builder.commit" => k.builder.borrow_mut().take().map(|b| b.commit());
    "mapping.contains" => k.mapping.contains(1);
    "none.into" => nb::object::from(nb::none());
    "list.collect" => [1].into_iter().collect::<nb::list>();
    "tuple.collect" => [0; 0].into_iter().collect::<nb::tuple>();
    "capsule.new" => nb::capsule::new(1);
    "capsule.with_name" => nb::capsule::with_name(1, c"x");
    "capsule.get" => k.capsule.get::<i32>().copied();
    "capsule.name" => k.capsule.name();
    "capsule.data" => k.capsule.data();
    "capsule.data_named" => k.capsule.data_named(c"x");
    "weakref.new" => nb::weakref::new(&k.dog, None);
    "weakref.upgrade" => k.weak.upgrade();
    "ellipsis.new" => nb::ellipsis::new();
    "list.made_of" => nb::list::made_of(&k.class);
    "int_.made_of" => nb::int_::made_of(2.5);
    "object.made_of" => nb::object::made_of(&k.class);
    "not_implemented.new" => nb::not_implemented::new();
    "handle_t.check" => nb::handle_t::<Dog>::check(&k.dog);
    "handle_t.borrow" => k.handle.borrow().map(|dog| dog.age);
    "handle_t.borrow_mut" => k.handle.borrow_mut().map(|mut dog| dog.age += 1);
    "handle_t.clone" => k.handle.clone();
    "handle_t.Debug" => format!("{:?}", k.handle);
    // what may be used anywhere attaches, or refuses
    "stored.deref" => k.stored.is_none();
    "stored.clone" => k.stored.clone();
    "shared_ptr.with" => k.shared.with(|dog| dog.age).unwrap();
    "shared_ptr.with_mut" => k.shared.with_mut(|dog| dog.age += 1).unwrap();
    "shared_ptr.python" => k.shared.python();
    "shared_ptr.clone" => k.shared.clone();
    "shared_ptr.use_count" => k.shared.use_count();
    "shared_ptr.Debug" => format!("{:?}", k.shared);
    "shared_ptr.from" => nb::shared_ptr::from(k.handle.clone());
    "function.call" => (k.function)(1).unwrap();
    // lowlevel/
    "nb.find" => nb::find(&Dog::default());
    "nb.find_held" => nb::find_held(&k.stored).is_some();
    "nb.inst_check" => nb::inst_check(&k.dog);
    "nb.inst_python_derived" => nb::inst_python_derived(&k.dog);
    "nb.keep_alive_obj" => nb::keep_alive_obj(&k.dog, &k.object);
    "nb.keep_alive_cb" => nb::keep_alive_cb(&k.dog, || ());
    "nb.inst_name" => nb::inst_name(&k.dog);
    "nb.inst_alloc" => nb::inst_alloc(&k.class);
    "nb.inst_ptr" => nb::inst_ptr::<Dog>(&k.dog);
    "nb.inst_ready" => nb::inst_ready(&k.dog);
    "nb.inst_state" => nb::inst_state(&k.dog);
    "nb.inst_destruct" => nb::inst_destruct(&k.dog);
    "nb.inst_dict" => nb::inst_dict(&k.dog);
    "nb.inst_copy" => nb::inst_copy(&k.dog, &k.dog);
    "nb.inst_move" => nb::inst_move(&k.dog, &k.dog);
    "nb.inst_replace_copy" => nb::inst_replace_copy(&k.dog, &k.dog);
    "nb.inst_replace_move" => nb::inst_replace_move(&k.dog, &k.dog);
    "nb.type_check" => nb::type_check(&k.class);
    "nb.type_size" => nb::type_size(&k.class);
    "nb.type_align" => nb::type_align(&k.class);
    "nb.type_info" => nb::type_info(&k.class);
    "nb.type_freeze" => nb::type_freeze(&k.class);
    "nb.type_info_name" => nb::type_info_name(&k.class);
    "nb.type_name" => nb::type_name(&k.class);
    "nb.type_get_slot" => nb::type_get_slot(&k.class, nb::ffi::Py_tp_dealloc);
    "nb.type_supplement" => nb::type_supplement::<i32>(&k.class).is_ok();
    "nb.type_dict" => nb::type_dict(&k.class);
    "nb.type_lookup" => nb::type_lookup(&k.class, "x");
    // errors
    "Error.fetch" => nb::Error::fetch();
    "Error.value" => k.error.value().is_some();
    "Error.is_next_overload" => k.error.is_next_overload();
    "Error.matches" => k.error.matches(&k.class);
    "Error.kind" => k.error.kind();
    "Error.restore" => nb::value_error("x").restore();
    "Error.Display" => k.error.to_string();
    "Error.Debug" => format!("{:?}", k.error);
    "Error.clone" => k.error.clone();
    "Error.what" => k.error.what().len();
    "Error.type_" => k.error.type_();
    "Error.traceback" => k.error.traceback();
    "Error.discard_as_unraisable" => k.error.clone().discard_as_unraisable("a test");
    "nb.raise_from" => nb::raise_from(k.error.clone(), nb::Builtin::ValueError, "x");
    "nb.chain_error" => nb::chain_error(nb::Builtin::ValueError, "x");
    "nb.register_exception_translator" => nb::register_exception_translator(|_| None);
    "error_scope.new" => nb::error_scope::new();
    // binding
    "module_.import_" => nb::module_::<()>::import_("sys");
    "module_.in_scope" => nb::module_::<NbDomain>::in_scope(&k.module, |_| Ok(()));
    "module_.def" => { k.submodule.def("f", |x: i32| x, ()); };
    "module_.class_" => k.submodule.class_::<Dog>("Dog", ()).object();
    "module_.enum_" => k.submodule.enum_::<Kind>("Kind", ()).object();
    "module_.exception" => k.submodule.exception::<std::fmt::Error>("E", ());
    "module_.exception_of_display" => k.submodule.exception_of_display::<std::fmt::Error>("E", ());
    "module_.exception_probed" => k.submodule.exception_probed::<std::fmt::Error>("E", (), None);
    "module_.def_submodule" => k.submodule.def_submodule("sub", "");
    "module_.implicitly_convertible" => { k.submodule.implicitly_convertible::<i32, Dog>(); };
    "module_.attr" => k.submodule.attr("x").set(1);
    "module_.doc" => k.submodule.doc().get();
    "module_.object" => k.submodule.object().as_ptr();
    "nb.cpp_function" => nb::cpp_function::<NbDomain, _, _, _>(|x: i32| x, ());
    "nb.cpp_function_def" => nb::cpp_function_def::<NbDomain, _, _, _>(&k.module, "detached", |x: i32| x, ());
    "nb.set_implicit_cast_warnings" => nb::set_implicit_cast_warnings(true);
    "nb.implicit_cast_warnings" => nb::implicit_cast_warnings();
    "nb.leak_warnings" => nb::leak_warnings();
    "nb.is_alive" => nb::is_alive();
    "nb.check_signals" => nb::check_signals();
    "signals.check" => nb::signals::new().check();
    "signals.interrupted" => { let mut asks = nb::signals::new(); std::thread::sleep(nb::signals::INTERVAL); asks.interrupted() };
    "nb.is_attached" => nb::is_attached();
    "gil_scoped_release.run" => nb::gil_scoped_release::run(|| ());
    "gil_scoped_acquire.run" => nb::gil_scoped_acquire::run(nb::is_attached);
    "gil_scoped_acquire.try_run" => nb::gil_scoped_acquire::try_run(nb::is_attached);
}

fn outcome(kept: &Kept, case: &Case) -> String {
    match catch_unwind(AssertUnwindSafe(|| (case.1)(kept))) {
        Ok(_) => "done".to_string(),
        Err(panic) => match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(panic) => panic.downcast::<&str>().map_or("raised".to_string(), |text| text.to_string()),
        },
    }
}

fn keep(module: nb::object, dog: nb::object) -> nb::Result<Kept> {
    let mut submodule = None;
    nb::module_::<NbDomain>::in_scope(&module, |m| {
        submodule = Some(m.def_submodule("sub", ""));
        Ok(())
    })?;
    let make = |text: &str| nb::builtins()?.item("eval").call((text,));
    let object = make("[1, 2]")?;
    let handle = nb::handle_t::<Dog>::try_from(dog.clone())?;
    Ok(Kept {
        list: nb::list::try_from(object.clone())?,
        dict: nb::dict::try_from(make("{'a': 1}")?)?,
        set: nb::set::try_from(make("{1}")?)?,
        frozenset: nb::frozenset::try_from(make("frozenset([1])")?)?,
        tuple: nb::tuple::try_from(make("(1, 2)")?)?,
        bytes: nb::bytes::new(b"ab"),
        bytearray: nb::bytearray::new(b"ab"),
        memoryview: nb::memoryview::from_object(&nb::bytes::new(b"ab"))?,
        text: nb::str_::new("text"),
        number: nb::int_::new(1_i64 << 40),
        float: nb::float_::new(1.5),
        truth: nb::bool_::new(true),
        slice: nb::slice::new(0, 2, 1)?,
        iterator: object.iter()?,
        class: dog.type_(),
        callable: nb::callable::try_from(make("len")?)?,
        capsule: nb::capsule::new(7_i32),
        builder: RefCell::new(Some(nb::list_builder::new(1))),
        mapping: nb::mapping::try_from(make("{'a': 1}")?)?,
        weak: nb::weakref::new(&make("type('Referred', (), {})")?, None)?,
        typed: make("{'a': 1}")?.cast()?,
        stored: nb::stored::new(object.clone()),
        shared: nb::shared_ptr::from(handle.clone()),
        error: make("1 / 0").expect_err("a division by zero"),
        function: make("lambda x: x + 1")?.cast()?,
        handle,
        object,
        dog,
        module,
        submodule: submodule.expect("made above"),
    })
}

/// Calls one function in `gil_scoped_release`, or on a thread of native code.
fn try_detached(module: nb::object, dog: nb::object, index: usize, thread: bool) -> nb::Result<String> {
    let kept = keep(module, dog)?;
    let smuggled = Smuggled(&kept);
    let text = nb::gil_scoped_release::run(move || {
        let body = move || outcome(smuggled.get(), &CASES[index]);
        if thread { std::thread::scope(|scope| scope.spawn(body).join().expect("caught")) } else { body() }
    });
    // The objects are as good as before.
    assert_eq!(kept.list.len(), 2);
    Ok(text)
}

nb_module!(test_detached_ext, m, {
    nb::class_<Dog>(m, "Dog", nb::is_weak_referenceable()).def(nb::init<>()).def_rw("age", &Dog::age);
    nb::enum_<Kind>(m, "Kind").value("ONE", Kind::One);
    m.def("names", || CASES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    m.def("try_detached", &try_detached);
});
