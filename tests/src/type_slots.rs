//! Slots written by hand, `nb::type_slots(..)`, in the way of the C API.

use nb::ffi::{self, PyObject, PyType_Slot, PyTypeObject, visitproc};
use nb::prelude::*;
use std::ffi::{c_char, c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

fn slot(slot: c_int, function: *mut c_void) -> PyType_Slot {
    PyType_Slot { slot, pfunc: function }
}

/// As many as there are values of it.
static LIVE: AtomicUsize = AtomicUsize::new(0);

#[derive(Default)]
struct Counted;

impl Counted {
    fn new() -> Counted {
        LIVE.fetch_add(1, SeqCst);
        Counted
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, SeqCst);
    }
}

// Operators.

/// `a + b` multiplies.
#[derive(Clone)]
pub struct Number(i64);

/// The same, with an operator that is bound.
#[derive(Clone)]
pub struct Bound(i64);

/// Derived from a class with slots.
pub struct Fraction {
    base: Number,
}
nb_base!(Fraction, base: Number);

unsafe extern "C" fn multiply(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject {
    // SAFETY: C passes live objects.
    unsafe { ffi::PyNumber_Multiply(a, b) }
}

unsafe extern "C" fn equal_numbers(a: *mut PyObject, b: *mut PyObject, op: c_int) -> *mut PyObject {
    nb::slot_guard(|| {
        // SAFETY: C passes live objects, the first one a number.
        let (a, b) = unsafe { (nb::handle_at(&a), nb::handle_at(&b)) };
        let (Ok(a), Ok(b), ffi::Py_EQ) = (nb::inst_ptr::<Number>(a), nb::inst_ptr::<Number>(b), op) else {
            // SAFETY: a live singleton.
            return Ok(unsafe { nb::object::borrow(ffi::Py_NotImplemented()) });
        };
        // SAFETY: nobody modifies numbers.
        let same = unsafe { (*a).0 == (*b).0 };
        nb::cast_in::<NbDomain, _>(same)
    })
}

/// A sequence of 3, which ends with an error of the given kind.
pub struct Odd(i64);

unsafe extern "C" fn odd_length(ob: *mut PyObject) -> ffi::Py_ssize_t {
    nb::slot_guard(|| {
        // SAFETY: C passes a live instance, whose value nobody modifies.
        match unsafe { &*nb::inst_ptr::<Odd>(nb::handle_at(&ob))? }.0 {
            0 => panic!("the slot panicked"),
            1 => Err(nb::key_error("the slot failed")),
            _ => Ok(3isize),
        }
    })
}

unsafe extern "C" fn odd_item(_: *mut PyObject, index: ffi::Py_ssize_t) -> *mut PyObject {
    nb::slot_guard(|| match index {
        0..3 => nb::cast_in::<NbDomain, _>(index * 10),
        3 => Err(nb::index_error("no more")),
        _ => panic!("asked too far"),
    })
}

unsafe extern "C" fn odd_next(ob: *mut PyObject) -> *mut PyObject {
    nb::slot_guard(|| {
        // SAFETY: as above; the collector and Python code do not run meanwhile.
        let odd = unsafe { &mut *nb::inst_ptr::<Odd>(nb::handle_at(&ob))? };
        odd.0 -= 1;
        match odd.0 {
            0.. => Ok(Some(nb::cast_in::<NbDomain, _>(odd.0)?)),
            _ => Ok(None),
        }
    })
}

unsafe extern "C" fn odd_bool(ob: *mut PyObject) -> c_int {
    nb::slot_guard(|| {
        // SAFETY: as above.
        Ok(unsafe { &*nb::inst_ptr::<Odd>(nb::handle_at(&ob))? }.0 % 2 == 1)
    })
}

unsafe extern "C" fn odd_set(_: *mut PyObject, _: *mut PyObject, value: *mut PyObject) -> c_int {
    nb::slot_guard(|| if value.is_null() { panic!("deleted") } else { Ok(()) })
}

// The collector.

/// Holds objects, and shows them in slots, as the manual of nanobind has it.
pub struct Wrapper {
    pub value: Option<nb::stored>,
    callback: Option<Box<dyn Fn(i32) -> i32 + Send + Sync>>,
    _counted: Counted,
}

impl Wrapper {
    fn new() -> Wrapper {
        Wrapper { value: None, callback: None, _counted: Counted::new() }
    }
    /// Runs Python code while this is borrowed exclusively.
    fn change(&mut self, body: nb::callable) -> nb::Result<()> {
        body.call(()).map(drop)
    }
}

static TRAVERSED: AtomicUsize = AtomicUsize::new(0);
static CLEARED: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn wrapper_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    TRAVERSED.fetch_add(1, SeqCst);
    // SAFETY: the collector passes a live instance and its callback.
    unsafe {
        let mut result = visit(ffi::Py_TYPE(ob).cast(), arg);
        let this = nb::handle_at(&ob);
        if result != 0 || !nb::inst_ready(this) {
            return result;
        }
        let Ok(wrapper) = nb::inst_ptr::<Wrapper>(this) else { return 0 };
        for held in [nb::find_held(&(*wrapper).value), nb::find_held(&(*wrapper).callback)].iter().flatten() {
            if result == 0 {
                result = visit(held.as_ptr(), arg);
            }
        }
        result
    }
}

unsafe extern "C" fn wrapper_clear(ob: *mut PyObject) -> c_int {
    CLEARED.fetch_add(1, SeqCst);
    // SAFETY: the collector passes a live instance.
    unsafe {
        let Ok(wrapper) = nb::inst_ptr::<Wrapper>(nb::handle_at(&ob)) else { return 0 };
        (*wrapper).value = None;
        (*wrapper).callback = None;
    }
    0
}

/// Says nothing about the collector itself.
pub struct Child {
    base: Wrapper,
}
nb_base!(Child, base: Wrapper);

/// Shows more than its base, and calls the function of its base.
pub struct Own {
    _first: u64,
    base: Wrapper,
    pub more: Option<nb::stored>,
}
nb_base!(Own, base: Wrapper);

unsafe extern "C" fn own_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: as above.
    unsafe {
        let mut shown = nb::Visit::new(visit, arg);
        if let Ok(own) = nb::inst_ptr::<Own>(nb::handle_at(&ob)) {
            nb::Traverse::traverse(&(*own).more, &mut shown);
        }
        if shown.answer() == 0 { wrapper_traverse(ob, visit, arg) } else { shown.answer() }
    }
}

/// Calls what it finds in the slot of its base, which is the library's.
pub struct Caller {
    base: Wrapper,
}
nb_base!(Caller, base: Wrapper);

unsafe extern "C" fn caller_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: as above; the base of the class is live.
    unsafe {
        let base = (*ffi::Py_TYPE(ob)).tp_base;
        (*base).tp_traverse.map_or(0, |traverse| traverse(ob, visit, arg))
    }
}

unsafe extern "C" fn caller_clear(ob: *mut PyObject) -> c_int {
    // SAFETY: as above.
    unsafe {
        let base = (*ffi::Py_TYPE(ob)).tp_base;
        (*base).tp_clear.map_or(0, |clear| clear(ob))
    }
}

/// Shows what it holds, and does not let it go.
pub struct Shows {
    pub value: Option<nb::stored>,
    _counted: Counted,
}

unsafe extern "C" fn shows_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: as above.
    unsafe {
        let mut visit = nb::Visit::new(visit, arg);
        if let Ok(shows) = nb::inst_ptr::<Shows>(nb::handle_at(&ob)) {
            nb::Traverse::traverse(&(*shows).value, &mut visit);
        }
        visit.answer()
    }
}

/// Has a `__dict__`, which its slot shows too, or not.
pub struct Dynamic<const SHOWS: bool>(Counted);

unsafe extern "C" fn dict_traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: as above. Instances of this class have their dict at the offset that the class names.
    unsafe {
        let dict = *ob.cast::<u8>().offset((*ffi::Py_TYPE(ob)).tp_dictoffset).cast::<*mut PyObject>();
        let result = visit(ffi::Py_TYPE(ob).cast(), arg);
        if result != 0 || dict.is_null() { result } else { visit(dict, arg) }
    }
}

unsafe extern "C" fn no_traverse(_: *mut PyObject, _: visitproc, _: *mut c_void) -> c_int {
    0
}

static SEEN: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn counting_clear(_: *mut PyObject) -> c_int {
    SEEN.fetch_add(1, SeqCst);
    0
}

// Construction.

/// Made by its `tp_init`, or by what is bound over it.
pub struct ByInit(i64);

unsafe extern "C" fn init(ob: *mut PyObject, args: *mut PyObject, _: *mut PyObject) -> c_int {
    nb::slot_guard(|| {
        // SAFETY: C passes a live instance without a value and a tuple.
        unsafe {
            let this = nb::handle_at(&ob);
            if nb::inst_ready(this) {
                return Err(nb::value_error("twice"));
            }
            nb::inst_ptr::<ByInit>(this)?.write(ByInit(100 + ffi::PyTuple_Size(args) as i64));
            nb::inst_mark_ready(this)
        }
    })
}

/// The same, and allocated by its `tp_new`.
pub struct ByBoth(i64);

unsafe extern "C" fn init_both(ob: *mut PyObject, args: *mut PyObject, _: *mut PyObject) -> c_int {
    nb::slot_guard(|| {
        // SAFETY: C passes a live instance without a value and a tuple.
        unsafe {
            let this = nb::handle_at(&ob);
            nb::inst_ptr::<ByBoth>(this)?.write(ByBoth(100 + ffi::PyTuple_Size(args) as i64));
            nb::inst_mark_ready(this)
        }
    })
}

/// Made by its `tp_new`.
pub struct ByNew(i64);

unsafe extern "C" fn new(class: *mut PyTypeObject, args: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    nb::slot_guard(|| {
        let class: *mut PyObject = class.cast();
        // SAFETY: C passes a live class and a tuple; the new instance has no value.
        unsafe {
            let made = nb::inst_alloc(nb::handle_at(&class))?;
            nb::inst_ptr::<ByNew>(&made)?.write(ByNew(200 + ffi::PyTuple_Size(args) as i64));
            nb::inst_mark_ready(&made)?;
            Ok(made)
        }
    })
}

/// Its `tp_new` only allocates, as in C.
pub struct Allocated(i64);
static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn allocate(class: *mut PyTypeObject, _: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    ALLOCATED.fetch_add(1, SeqCst);
    // SAFETY: C passes a live class, which has all slots.
    unsafe { (*class).tp_alloc.map_or(ptr::null_mut(), |alloc| alloc(class, 0)) }
}

/// Its `tp_vectorcall` does all.
pub struct Quick(i64);

unsafe extern "C" fn quick(
    class: *mut PyObject,
    _: *const *mut PyObject,
    count: usize,
    _: *mut PyObject,
) -> *mut PyObject {
    nb::slot_guard(|| {
        // SAFETY: as above.
        unsafe {
            let made = nb::inst_alloc(nb::handle_at(&class))?;
            nb::inst_ptr::<Quick>(&made)?.write(Quick(300 + ffi::PyVectorcall_NARGS(count) as i64));
            nb::inst_mark_ready(&made)?;
            Ok(made)
        }
    })
}

// Tables.

#[repr(C)]
pub struct Record {
    pub count: i32,
    pub ratio: f64,
    object: *mut PyObject,
}
// SAFETY: the object is used by attached threads only.
unsafe impl Send for Record {}
// SAFETY: as above.
unsafe impl Sync for Record {}

impl Record {
    fn new(count: i32) -> Record {
        Record { count, ratio: 0.5, object: ptr::null_mut() }
    }
    fn change(&mut self, body: nb::callable) -> nb::Result<()> {
        body.call(()).map(drop)
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        // SAFETY: owned, or null; the tests destroy records on attached threads.
        unsafe { ffi::Py_XDECREF(self.object) }
    }
}

/// Contains a record.
pub struct Folder {
    pub record: Record,
}

unsafe extern "C" fn describe(ob: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    nb::slot_guard(|| {
        // SAFETY: C passes an instance, of which nobody modifies the value now.
        let record = unsafe { &*nb::inst_ptr::<Record>(nb::handle_at(&ob))? };
        nb::cast_in::<NbDomain, _>(format!("record of {}", record.count))
    })
}

/// For all flags: what the function gets as `self`.
unsafe extern "C" fn this(ob: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: a live object, or null for a static method.
    unsafe { ffi::Py_NewRef(if ob.is_null() { ffi::Py_None() } else { ob }) }
}

unsafe extern "C" fn one(_: *mut PyObject) -> *mut PyObject {
    // SAFETY: C calls this on an attached thread.
    unsafe { ffi::PyLong_FromLong(1) }
}

unsafe extern "C" fn get_double(ob: *mut PyObject, factor: *mut c_void) -> *mut PyObject {
    nb::slot_guard(|| {
        // SAFETY: as above.
        let record = unsafe { &*nb::inst_ptr::<Record>(nb::handle_at(&ob))? };
        nb::cast_in::<NbDomain, _>(record.count * factor as usize as i32)
    })
}

/// Tables live as long as the process.
struct Table<T>(T);
// SAFETY: nobody changes it.
unsafe impl<T> Sync for Table<T> {}

const fn row(name: &'static std::ffi::CStr, function: ffi::PyCFunction, flags: c_int) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: function },
        ml_flags: ffi::METH_NOARGS | flags,
        ml_doc: c"From a table.".as_ptr(),
    }
}

static METHODS: Table<[ffi::PyMethodDef; 6]> = Table([
    row(c"describe", describe, 0),
    row(c"of_class", this, ffi::METH_CLASS),
    row(c"of_nobody", this, ffi::METH_STATIC),
    row(c"__abs__", describe, 0),
    row(c"__neg__", describe, ffi::METH_COEXIST),
    // SAFETY: the end of a table is zero.
    unsafe { std::mem::zeroed() },
]);

static GETSETS: Table<[ffi::PyGetSetDef; 3]> = Table([
    ffi::PyGetSetDef {
        name: c"double".as_ptr(),
        get: Some(get_double),
        set: None,
        doc: c"Twice.".as_ptr(),
        closure: 2 as *mut c_void,
    },
    ffi::PyGetSetDef {
        name: c"__dict__".as_ptr(),
        get: Some(get_double),
        set: None,
        doc: ptr::null(),
        closure: 5 as *mut c_void,
    },
    // SAFETY: the end of a table is zero.
    unsafe { std::mem::zeroed() },
]);

const fn member(name: &'static std::ffi::CStr, code: c_int, offset: usize, flags: c_int) -> ffi::PyMemberDef {
    let doc: *const c_char = c"A member.".as_ptr();
    ffi::PyMemberDef { name: name.as_ptr(), type_code: code, offset: offset as isize, flags, doc }
}

static MEMBERS: Table<[ffi::PyMemberDef; 4]> = Table([
    member(c"count", ffi::Py_T_INT, offset_of!(Record, count), 0),
    member(c"ratio", ffi::Py_T_DOUBLE, offset_of!(Record, ratio), ffi::Py_READONLY),
    member(c"object", ffi::Py_T_OBJECT_EX, offset_of!(Record, object), 0),
    // SAFETY: the end of a table is zero.
    unsafe { std::mem::zeroed() },
]);

static OFFSETS: Table<[ffi::PyMemberDef; 2]> = Table([
    member(c"__dictoffset__", ffi::Py_T_PYSSIZET, 0, ffi::Py_READONLY),
    // SAFETY: the end of a table is zero.
    unsafe { std::mem::zeroed() },
]);

/// A read-only buffer.
pub struct Bytes;
static BYTES: [u8; 4] = *b"abcd";

unsafe extern "C" fn fill(ob: *mut PyObject, view: *mut ffi::Py_buffer, flags: c_int) -> c_int {
    // SAFETY: C passes a live object and a view to fill; the bytes live for ever and are not written to.
    unsafe { ffi::PyBuffer_FillInfo(view, ob, BYTES.as_ptr().cast_mut().cast(), 4, 1, flags) }
}

/// Has a function in every slot, and no instances.
pub struct All;

fn all_slots() -> Vec<PyType_Slot> {
    const NOT_PLAIN: [c_int; 18] = [
        ffi::Py_tp_alloc,
        ffi::Py_tp_base,
        ffi::Py_tp_bases,
        ffi::Py_tp_clear,
        ffi::Py_tp_dealloc,
        ffi::Py_tp_del,
        ffi::Py_tp_doc,
        ffi::Py_tp_finalize,
        ffi::Py_tp_free,
        ffi::Py_tp_getattr,
        ffi::Py_tp_getset,
        ffi::Py_tp_is_gc,
        ffi::Py_tp_members,
        ffi::Py_tp_methods,
        ffi::Py_tp_new,
        ffi::Py_tp_setattr,
        ffi::Py_tp_traverse,
        0,
    ];
    let plain = (1..=ffi::Py_am_send).filter(|id| !NOT_PLAIN.contains(id));
    // Distinct, so that a function in a wrong place is noticed.
    plain.map(|id| slot(id, ptr::without_provenance_mut(0x1000 + id as usize))).collect()
}

/// Never bound, since the binding is refused.
#[derive(Clone)]
pub struct Refused;

/// Has `nb_traverse!` besides.
pub struct Twice {
    value: Option<nb::stored>,
}
nb_traverse!(Twice: value);

nb_module!(test_type_slots_ext, m, {
    m.def("live", || LIVE.load(SeqCst));
    m.def("traversed", || TRAVERSED.swap(0, SeqCst));
    m.def("cleared", || CLEARED.swap(0, SeqCst));
    m.def("seen", || SEEN.swap(0, SeqCst));
    m.def("allocated", || ALLOCATED.swap(0, SeqCst));

    // The list of C ends with a null entry; what follows is not read.
    let slots = [
        slot(ffi::Py_nb_add, multiply as *mut _),
        slot(ffi::Py_tp_richcompare, equal_numbers as *mut _),
        slot(0, ptr::null_mut()),
        slot(ffi::Py_tp_dealloc, multiply as *mut _),
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Number>(m, "Number", unsafe { nb::type_slots(&slots) }, "A number.")
        .def(nb::init(Number))
        .def_prop_ro("value", |number: &Number| number.0)
        .def("__mul__", |a: &Number, b: &Number| a.0 * b.0, nb::is_operator());
    nb::class_<Fraction, Number>(m, "Fraction").def(nb::init(|value: i64| Fraction { base: Number(value) }));
    nb::class_<Bound>(m, "Bound")
        .def(nb::init(Bound))
        .def("__add__", |a: &Bound, b: &Bound| a.0 * b.0, nb::is_operator());
    let slots = [
        slot(ffi::Py_sq_length, odd_length as *mut _),
        slot(ffi::Py_sq_item, odd_item as *mut _),
        slot(ffi::Py_tp_iternext, odd_next as *mut _),
        slot(ffi::Py_nb_bool, odd_bool as *mut _),
        slot(ffi::Py_mp_ass_subscript, odd_set as *mut _),
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Odd>(m, "Odd", unsafe { nb::type_slots(&slots) }).def(nb::init(Odd));

    let slots = [
        slot(ffi::Py_tp_traverse, wrapper_traverse as *mut _),
        slot(ffi::Py_tp_clear, wrapper_clear as *mut _),
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Wrapper>(m, "Wrapper", unsafe { nb::type_slots(&slots) })
        .def(nb::init(Wrapper::new))
        .def_rw("value", &Wrapper::value)
        .def("set_callback", |w: &mut Wrapper, f: Box<dyn Fn(i32) -> i32 + Send + Sync>| w.callback = Some(f))
        .def("find_value", |w: &Wrapper| nb::find_held(&w.value).cloned())
        .def("find_callback", |w: &Wrapper| nb::find_held(&w.callback).cloned())
        .def("change", &Wrapper::change)
        .def("keep", |_: &Wrapper, _patient: nb::object| {}, nb::keep_alive<1, 2>());
    m.def("find_rust_function", || {
        let function: Box<dyn Fn(i32) -> i32 + Send + Sync> = Box::new(|x| x + 1);
        nb::find_held(&function).is_some()
    });
    m.def("find_shared", |w: nb::shared_ptr<Wrapper>| nb::find_held(&w).cloned());
    m.def("find_arc", |odd: std::sync::Arc<Odd>| nb::find(&*odd));
    m.def("find_unseen_arc", || nb::find_held(&nb::shared_ptr::from(std::sync::Arc::new(Odd(1)))).is_some());
    m.def("box_wrapper", || Box::new(Wrapper::new()));
    nb::class_<Child, Wrapper>(m, "Child").def(nb::init(|| Child { base: Wrapper::new() }));
    let slots = [slot(ffi::Py_tp_traverse, own_traverse as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<Own, Wrapper>(m, "Own", unsafe { nb::type_slots(&slots) })
        .def(nb::init(|| Own { _first: 1, base: Wrapper::new(), more: None }))
        .def_rw("more", &Own::more);
    let slots = [
        slot(ffi::Py_tp_traverse, caller_traverse as *mut _),
        slot(ffi::Py_tp_clear, caller_clear as *mut _),
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Caller, Wrapper>(m, "Caller", unsafe { nb::type_slots(&slots) })
        .def(nb::init(|| Caller { base: Wrapper::new() }));
    let slots = [slot(ffi::Py_tp_traverse, shows_traverse as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<Shows>(m, "Shows", unsafe { nb::type_slots(&slots) })
        .def(nb::init(|| Shows { value: None, _counted: Counted::new() }))
        .def_rw("value", &Shows::value);
    let slots = [slot(ffi::Py_tp_traverse, dict_traverse as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<Dynamic<true>>(m, "Dynamic", nb::dynamic_attr(), unsafe { nb::type_slots(&slots) })
        .def(nb::init(|| Dynamic::<true>(Counted::new())));
    let slots = [
        slot(ffi::Py_tp_traverse, no_traverse as *mut _),
        slot(ffi::Py_tp_clear, counting_clear as *mut _),
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Dynamic<false>>(m, "Silent", nb::dynamic_attr(), unsafe { nb::type_slots(&slots) })
        .def(nb::init(|| Dynamic::<false>(Counted::new())));

    let slots = [slot(ffi::Py_tp_init, init as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<ByInit>(m, "ByInit", unsafe { nb::type_slots(&slots) }).def_ro("value", &ByInit::0);
    let slots = [slot(ffi::Py_tp_new, allocate as *mut _), slot(ffi::Py_tp_init, init_both as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<ByBoth>(m, "ByBoth", unsafe { nb::type_slots(&slots) }).def_ro("value", &ByBoth::0);
    let slots = [slot(ffi::Py_tp_new, new as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<ByNew>(m, "ByNew", unsafe { nb::type_slots(&slots) }).def_ro("value", &ByNew::0);
    let slots = [slot(ffi::Py_tp_new, allocate as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<Allocated>(m, "Allocated", unsafe { nb::type_slots(&slots) })
        .def(nb::init(Allocated))
        .def_ro("value", &Allocated::0);
    let slots = [slot(ffi::Py_tp_init, init as *mut _), slot(ffi::Py_tp_vectorcall, quick as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<Quick>(m, "Quick", unsafe { nb::type_slots(&slots) })
        .def(nb::init(Quick))
        .def_ro("value", &Quick::0);

    let slots = [
        slot(ffi::Py_tp_methods, (&raw const METHODS.0).cast_mut().cast()),
        slot(ffi::Py_tp_getset, (&raw const GETSETS.0).cast_mut().cast()),
        slot(ffi::Py_tp_members, (&raw const MEMBERS.0).cast_mut().cast()),
        slot(ffi::Py_nb_absolute, one as *mut _),
        slot(ffi::Py_nb_negative, one as *mut _),
        slot(ffi::Py_tp_doc, c"From a slot.".as_ptr().cast_mut().cast()),
    ];
    // SAFETY: the functions are written for their slots.
    nb::class_<Record>(m, "Record", nb::dynamic_attr(), "From an annotation.", unsafe { nb::type_slots(&slots) })
        .def(nb::init(Record::new))
        .def("change", &Record::change);
    nb::class_<Folder>(m, "Folder")
        .def(nb::init(|count: i32| Folder { record: Record::new(count) }))
        .def_rw("record", &Folder::record);
    m.def("box_record", |count: i32| Box::new(Record::new(count)));
    let slots = [slot(ffi::Py_bf_getbuffer, fill as *mut _)];
    // SAFETY: the functions are written for their slots.
    nb::class_<Bytes>(m, "Bytes", unsafe { nb::type_slots(&slots) }).def(nb::init(|| Bytes));

    // SAFETY: nobody makes an instance, so no slot is called.
    nb::class_<All>(m, "All", unsafe {
        nb::type_slots_with(|class| {
            assert_eq!((class.name, class.size, class.align), ("test_type_slots_ext.All", 0, 1));
            all_slots()
        })
    });
    m.def("slot_is_in_place", |class: nb::object, id: i32| -> nb::Result<bool> {
        Ok(nb::type_get_slot(&class, id)? as usize == 0x1000 + id as usize)
    });
    m.def("all_slots", || all_slots().iter().map(|slot| slot.slot).collect::<Vec<_>>());
    // The same, made by C.
    m.def("made_by_c", || {
        let mut slots = all_slots();
        slots.push(slot(0, ptr::null_mut()));
        let mut spec = ffi::PyType_Spec {
            name: c"made.by_c".as_ptr(),
            basicsize: size_of::<PyObject>() as c_int,
            itemsize: 0,
            flags: ffi::Py_TPFLAGS_DEFAULT as u32,
            slots: slots.as_mut_ptr(),
        };
        // SAFETY: the spec outlives the call; nobody makes instances of the type.
        unsafe { nb::object::steal(ffi::PyType_FromSpec(&mut spec)) }
    });

    m.def("refuse", |scope: nb::object, id: i32, count: usize, null: bool| -> nb::Result<()> {
        let function = if null { ptr::null_mut() } else { one as *mut c_void };
        let function = if id == ffi::Py_tp_members { (&raw const OFFSETS.0).cast_mut().cast() } else { function };
        let slots = vec![slot(id, function); count];
        nb::module_::<NbDomain>::in_scope(&scope, |m| {
            // SAFETY: nobody makes an instance, so no slot is called.
            nb::class_<Refused>(m, "Refused", unsafe { nb::type_slots(&slots) });
            Ok(())
        })
    });
    // As the collector does.
    m.def("clear", |wrapper: nb::object| {
        // SAFETY: a live object, whose class is a collected one.
        unsafe { (*ffi::Py_TYPE(wrapper.as_ptr())).tp_clear.map(|clear| clear(wrapper.as_ptr())) }
    });
    m.def("refuse_two_traversals", |scope: nb::object| -> nb::Result<()> {
        nb::module_::<NbDomain>::in_scope(&scope, |m| {
            let slots = [slot(ffi::Py_tp_traverse, no_traverse as *mut _)];
            // SAFETY: the functions are written for their slots.
            nb::class_<Twice>(m, "Twice", unsafe { nb::type_slots(&slots) });
            Ok(())
        })
    });
    m.def("get_slot", |class: nb::object, id: i32| nb::type_get_slot(&class, id).map(|found| !found.is_null()));
    m.def("slots", || {
        [("tp_new", ffi::Py_tp_new), ("nb_add", ffi::Py_nb_add), ("sq_length", ffi::Py_sq_length)]
            .into_iter()
            .chain([("mp_subscript", ffi::Py_mp_subscript), ("bf_getbuffer", ffi::Py_bf_getbuffer)])
            .chain([("am_await", ffi::Py_am_await), ("tp_call", ffi::Py_tp_call), ("tp_dealloc", ffi::Py_tp_dealloc)])
            .collect::<std::collections::HashMap<_, _>>()
    });
});
