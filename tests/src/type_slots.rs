//! Slots written by hand, `nb::type_slots(..)`, in the way of the C API: operators, construction, buffers, and what is refused.

use crate::type_slots_tables::OFFSETS;
use nb::ffi::{self, PyObject, PyType_Slot, PyTypeObject};
use nb::prelude::*;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

pub fn slot(slot: c_int, function: *mut c_void) -> PyType_Slot {
    PyType_Slot { slot, pfunc: function }
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

/// For the slots of what is refused, and for operators of other classes.
pub unsafe extern "C" fn one(_: *mut PyObject) -> *mut PyObject {
    // SAFETY: C calls this on an attached thread.
    unsafe { ffi::PyLong_FromLong(1) }
}

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

nb_module!(test_type_slots_ext, m, {
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
    m.def("get_slot", |class: nb::object, id: i32| nb::type_get_slot(&class, id).map(|found| !found.is_null()));
    m.def("slots", || {
        [("tp_new", ffi::Py_tp_new), ("nb_add", ffi::Py_nb_add), ("sq_length", ffi::Py_sq_length)]
            .into_iter()
            .chain([("mp_subscript", ffi::Py_mp_subscript), ("bf_getbuffer", ffi::Py_bf_getbuffer)])
            .chain([("am_await", ffi::Py_am_await), ("tp_call", ffi::Py_tp_call), ("tp_dealloc", ffi::Py_tp_dealloc)])
            .collect::<std::collections::HashMap<_, _>>()
    });
});
