//! Operators and protocols without a detour: `__len__`, `__add__`, `__eq__` and their kin, called from the type's slots.
//!
//! Without this, CPython's generic slot functions look the method up and call it as Python code would. They stay in place
//! for all that is not a native method of the very class: assigning to such an attribute of the class or of a base, or
//! deleting it, makes CPython put them back, and a Python subclass begins with them.

use crate::call::builtin::Native;
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::metatype;
use crate::interpreter::{panic, recursion};
use crate::python::error::{Builtin, attribute_error, set_error, type_error};
use crate::python::object::{StrongRef, object};
use crate::python::{messages, text};
use std::ffi::{CStr, c_int};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

/// Methods that one slot of the type stands for, by their places in [`Slots`].
struct Group {
    names: &'static [&'static CStr],
    first: usize,
    install: unsafe fn(*mut ffi::PyTypeObject),
}

macro_rules! groups {
    ($( [$($name:literal)+] $first:expr => |$ty:ident| $install:expr; )*) => {
        &[$( Group {
            names: &[$($name),+],
            first: $first,
            install: {
                /// # Safety
                /// The argument is a live heap type, which has room for all protocols; attached.
                unsafe fn install($ty: *mut ffi::PyTypeObject) {
                    // SAFETY: caller's contract.
                    unsafe { $install }
                }
                install
            },
        } ),*]
    };
}

const COMPARE: usize = 0;
const LEN: usize = 6;
const BOOL: usize = 7;
const GET_ITEM: usize = 8;
const SET_ITEM: usize = 9;
const CONTAINS: usize = 11;
const UNARY: usize = 12;
const ITER: usize = UNARY + 9;
const IN_PLACE: usize = 23;
const BINARY: usize = 35;
const COUNT: usize = 59;

#[allow(clippy::undocumented_unsafe_blocks, reason = "documented at the macro, which contains the block")]
const GROUPS: &[Group] = groups! {
    [c"__lt__" c"__le__" c"__eq__" c"__ne__" c"__gt__" c"__ge__"] COMPARE => |ty| (*ty).tp_richcompare = Some(compare);
    [c"__len__"] LEN => |ty| {
        (*(*ty).tp_as_sequence).sq_length = Some(length);
        (*(*ty).tp_as_mapping).mp_length = Some(length);
    };
    [c"__bool__"] BOOL => |ty| (*(*ty).tp_as_number).nb_bool = Some(truth);
    [c"__getitem__"] GET_ITEM => |ty| (*(*ty).tp_as_mapping).mp_subscript = Some(subscript);
    [c"__setitem__" c"__delitem__"] SET_ITEM => |ty| (*(*ty).tp_as_mapping).mp_ass_subscript = Some(set_item);
    [c"__contains__"] CONTAINS => |ty| (*(*ty).tp_as_sequence).sq_contains = Some(contains);
    [c"__neg__"] UNARY => |ty| (*(*ty).tp_as_number).nb_negative = Some(unary::<{ UNARY }>);
    [c"__pos__"] UNARY + 1 => |ty| (*(*ty).tp_as_number).nb_positive = Some(unary::<{ UNARY + 1 }>);
    [c"__abs__"] UNARY + 2 => |ty| (*(*ty).tp_as_number).nb_absolute = Some(unary::<{ UNARY + 2 }>);
    [c"__invert__"] UNARY + 3 => |ty| (*(*ty).tp_as_number).nb_invert = Some(unary::<{ UNARY + 3 }>);
    [c"__int__"] UNARY + 4 => |ty| (*(*ty).tp_as_number).nb_int = Some(unary::<{ UNARY + 4 }>);
    [c"__float__"] UNARY + 5 => |ty| (*(*ty).tp_as_number).nb_float = Some(unary::<{ UNARY + 5 }>);
    [c"__index__"] UNARY + 6 => |ty| (*(*ty).tp_as_number).nb_index = Some(unary::<{ UNARY + 6 }>);
    [c"__repr__"] UNARY + 7 => |ty| (*ty).tp_repr = Some(unary::<{ UNARY + 7 }>);
    [c"__str__"] UNARY + 8 => |ty| (*ty).tp_str = Some(unary::<{ UNARY + 8 }>);
    [c"__iter__"] ITER => |ty| (*ty).tp_iter = Some(iterate);
    [c"__next__"] UNARY + 10 => |ty| (*ty).tp_iternext = Some(unary::<{ UNARY + 10 }>);
    [c"__iadd__"] IN_PLACE => |ty| (*(*ty).tp_as_number).nb_inplace_add = Some(own_binary::<{ IN_PLACE }>);
    [c"__isub__"] IN_PLACE + 1 => |ty| (*(*ty).tp_as_number).nb_inplace_subtract = Some(own_binary::<{ IN_PLACE + 1 }>);
    [c"__imul__"] IN_PLACE + 2 => |ty| (*(*ty).tp_as_number).nb_inplace_multiply = Some(own_binary::<{ IN_PLACE + 2 }>);
    [c"__imatmul__"] IN_PLACE + 3 => |ty|
        (*(*ty).tp_as_number).nb_inplace_matrix_multiply = Some(own_binary::<{ IN_PLACE + 3 }>);
    [c"__itruediv__"] IN_PLACE + 4 => |ty|
        (*(*ty).tp_as_number).nb_inplace_true_divide = Some(own_binary::<{ IN_PLACE + 4 }>);
    [c"__ifloordiv__"] IN_PLACE + 5 => |ty|
        (*(*ty).tp_as_number).nb_inplace_floor_divide = Some(own_binary::<{ IN_PLACE + 5 }>);
    [c"__imod__"] IN_PLACE + 6 => |ty| (*(*ty).tp_as_number).nb_inplace_remainder = Some(own_binary::<{ IN_PLACE + 6 }>);
    [c"__ilshift__"] IN_PLACE + 7 => |ty| (*(*ty).tp_as_number).nb_inplace_lshift = Some(own_binary::<{ IN_PLACE + 7 }>);
    [c"__irshift__"] IN_PLACE + 8 => |ty| (*(*ty).tp_as_number).nb_inplace_rshift = Some(own_binary::<{ IN_PLACE + 8 }>);
    [c"__iand__"] IN_PLACE + 9 => |ty| (*(*ty).tp_as_number).nb_inplace_and = Some(own_binary::<{ IN_PLACE + 9 }>);
    [c"__ior__"] IN_PLACE + 10 => |ty| (*(*ty).tp_as_number).nb_inplace_or = Some(own_binary::<{ IN_PLACE + 10 }>);
    [c"__ixor__"] IN_PLACE + 11 => |ty| (*(*ty).tp_as_number).nb_inplace_xor = Some(own_binary::<{ IN_PLACE + 11 }>);
    [c"__add__" c"__radd__"] BINARY => |ty| (*(*ty).tp_as_number).nb_add = Some(binary::<{ BINARY }>);
    [c"__sub__" c"__rsub__"] BINARY + 2 => |ty| (*(*ty).tp_as_number).nb_subtract = Some(binary::<{ BINARY + 2 }>);
    [c"__mul__" c"__rmul__"] BINARY + 4 => |ty| (*(*ty).tp_as_number).nb_multiply = Some(binary::<{ BINARY + 4 }>);
    [c"__matmul__" c"__rmatmul__"] BINARY + 6 => |ty|
        (*(*ty).tp_as_number).nb_matrix_multiply = Some(binary::<{ BINARY + 6 }>);
    [c"__truediv__" c"__rtruediv__"] BINARY + 8 => |ty|
        (*(*ty).tp_as_number).nb_true_divide = Some(binary::<{ BINARY + 8 }>);
    [c"__floordiv__" c"__rfloordiv__"] BINARY + 10 => |ty|
        (*(*ty).tp_as_number).nb_floor_divide = Some(binary::<{ BINARY + 10 }>);
    [c"__mod__" c"__rmod__"] BINARY + 12 => |ty| (*(*ty).tp_as_number).nb_remainder = Some(binary::<{ BINARY + 12 }>);
    [c"__lshift__" c"__rlshift__"] BINARY + 14 => |ty| (*(*ty).tp_as_number).nb_lshift = Some(binary::<{ BINARY + 14 }>);
    [c"__rshift__" c"__rrshift__"] BINARY + 16 => |ty| (*(*ty).tp_as_number).nb_rshift = Some(binary::<{ BINARY + 16 }>);
    [c"__and__" c"__rand__"] BINARY + 18 => |ty| (*(*ty).tp_as_number).nb_and = Some(binary::<{ BINARY + 18 }>);
    [c"__or__" c"__ror__"] BINARY + 20 => |ty| (*(*ty).tp_as_number).nb_or = Some(binary::<{ BINARY + 20 }>);
    [c"__xor__" c"__rxor__"] BINARY + 22 => |ty| (*(*ty).tp_as_number).nb_xor = Some(binary::<{ BINARY + 22 }>);
};

/// The slot function of a binary operator, to tell whether it is in place.
fn binary_slot(numbers: &ffi::PyNumberMethods, place: usize) -> Option<ffi::binaryfunc> {
    match (place - BINARY) / 2 {
        0 => numbers.nb_add,
        1 => numbers.nb_subtract,
        2 => numbers.nb_multiply,
        3 => numbers.nb_matrix_multiply,
        4 => numbers.nb_true_divide,
        5 => numbers.nb_floor_divide,
        6 => numbers.nb_remainder,
        7 => numbers.nb_lshift,
        8 => numbers.nb_rshift,
        9 => numbers.nb_and,
        10 => numbers.nb_or,
        _ => numbers.nb_xor,
    }
}

/// The native methods that a class's slots call; null where it has none of its own.
pub(crate) struct Slots(AtomicPtr<[AtomicPtr<Native>; COUNT]>);

impl Slots {
    pub(crate) const fn new() -> Slots {
        Slots(AtomicPtr::new(ptr::null_mut()))
    }

    #[inline(always)]
    fn get(&self, place: usize) -> *mut Native {
        // SAFETY: null, or a box that lives as long as `self`.
        match unsafe { self.0.load(Relaxed).as_ref() } {
            Some(table) => table[place].load(Relaxed),
            None => ptr::null_mut(),
        }
    }

    fn set(&self, place: usize, native: *mut Native) {
        let mut table = self.0.load(Relaxed);
        if table.is_null() {
            table = Box::into_raw(Box::new([const { AtomicPtr::new(ptr::null_mut()) }; COUNT]));
            self.0.store(table, Relaxed);
        }
        // SAFETY: as in `get`; binding is done by one thread at a time.
        unsafe { (&*table)[place].store(native, Relaxed) };
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        let table = *self.0.get_mut();
        if !table.is_null() {
            // SAFETY: made by Box::into_raw in `set`.
            drop(unsafe { Box::from_raw(table) });
        }
    }
}

/// A native method was put into the namespace of its class: lets the slots call it where all that the slot stands for is
/// native.
///
/// # Safety
/// `native` belongs to `data`, whose class is live; attached.
pub(crate) unsafe fn install(data: &TypeData, name: &str, native: *mut Native) {
    let Some((group, index)) =
        GROUPS.iter().find_map(|g| Some((g, g.names.iter().position(|known| known.to_bytes() == name.as_bytes())?)))
    else {
        return;
    };
    data.slots.set(group.first + index, native);
    for (index, name) in group.names.iter().enumerate() {
        // SAFETY: caller's contract.
        unsafe {
            let Ok(key) = text::new(name.to_str().unwrap_or_default()) else {
                return ffi::PyErr_Clear();
            };
            let own = data.slots.get(group.first + index);
            let found = object::from_owned(metatype::lookup(data.ty, key.as_ptr()));
            let default = object::from_owned(metatype::lookup(&raw mut ffi::PyBaseObject_Type, key.as_ptr()));
            let native = match &found {
                None => own.is_null(),
                Some(found) if own.is_null() => default.as_ref().is_some_and(|d| d.as_ptr() == found.as_ptr()),
                Some(found) => data.natives.find(found) == Some(own),
            };
            if !native {
                return;
            }
        }
    }
    // SAFETY: a live heap type of ours.
    unsafe { (group.install)(data.ty) };
}

/// Slot functions that do at once what the native methods would, for objects of the very class, and hand on the rest to those here.
pub(crate) struct Ahead {
    pub(crate) subscript: ffi::binaryfunc,
    pub(crate) assign: ffi::objobjargproc,
    pub(crate) iterate: ffi::getiterfunc,
}

impl Ahead {
    /// Puts them into the slots of a class whose own methods these slots call.
    ///
    /// # Safety
    /// `ty` is a live heap type of ours; attached.
    pub(crate) unsafe fn install(&self, ty: *mut ffi::PyTypeObject) {
        // SAFETY: caller's contract; a heap type has room for all protocols.
        unsafe {
            let mapping = &mut *(*ty).tp_as_mapping;
            if mapping.mp_subscript.is_some_and(|slot| slot as usize == subscript as *const () as usize) {
                mapping.mp_subscript = Some(self.subscript);
            }
            if mapping.mp_ass_subscript.is_some_and(|slot| slot as usize == set_item as *const () as usize) {
                mapping.mp_ass_subscript = Some(self.assign);
            }
            if (*ty).tp_iter.is_some_and(|slot| slot as usize == iterate as *const () as usize) {
                (*ty).tp_iter = Some(self.iterate);
            }
        }
    }
}

/// `v[i]`, by the native methods of the class.
///
/// # Safety
/// CPython passes live objects; attached.
pub(crate) unsafe extern "C" fn subscript(ob: *mut ffi::PyObject, index: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: live objects.
    unsafe { call(ob, GET_ITEM, &[index]) }.unwrap_or_else(not_implemented)
}

/// `iter(v)`, by the native method of the class.
///
/// # Safety
/// CPython passes a live object; attached.
pub(crate) unsafe extern "C" fn iterate(ob: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a live object.
    unsafe { call(ob, ITER, &[]) }.unwrap_or_else(not_implemented)
}

/// Calls the method at `place` of the class of `receiver`; `None` when it has none.
///
/// # Safety
/// Live objects; attached.
#[inline(always)]
unsafe fn call(receiver: *mut ffi::PyObject, place: usize, args: &[*mut ffi::PyObject]) -> Option<*mut ffi::PyObject> {
    // SAFETY: caller's contract. A class of ours keeps the native methods of its slots alive; the class is kept alive here,
    // since the method may change the class of its receiver. The entry checks the receiver's class.
    unsafe {
        let ty = ffi::Py_TYPE(receiver);
        let native = class_record::data_of(ty)?.slots.get(place);
        if native.is_null() {
            return None;
        }
        let _held = StrongRef::borrow(ty.cast());
        let Some(_nested) = recursion::nested() else { return Some(ptr::null_mut()) };
        // Calls without a context are not counted, and CPython counts no slots.
        let enter = || (*native).entry()(receiver, args.as_ptr(), args.len() as ffi::Py_ssize_t, ptr::null_mut());
        Some(panic::counted(enter))
    }
}

fn not_implemented() -> *mut ffi::PyObject {
    // SAFETY: attached.
    unsafe { ffi::Py_NewRef(ffi::Py_NotImplemented()) }
}

/// Turns the result of a method into what a slot returns.
///
/// # Safety
/// A new reference, or null with an exception raised; attached.
unsafe fn finish(
    result: Option<*mut ffi::PyObject>,
    read: impl FnOnce(*mut ffi::PyObject) -> ffi::Py_ssize_t,
) -> ffi::Py_ssize_t {
    match result {
        Some(result) if !result.is_null() => {
            let read = read(result);
            // SAFETY: a new reference; attached, as the caller is, so that nobody has to look whether that is so.
            unsafe { ffi::Py_DECREF(result) };
            read
        }
        _ => -1,
    }
}

/// # Safety
/// CPython passes a live object; attached.
unsafe extern "C" fn unary<const PLACE: usize>(ob: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a live object.
    unsafe { call(ob, PLACE, &[]) }.unwrap_or_else(not_implemented)
}

/// A slot whose method belongs to the first operand alone.
///
/// # Safety
/// CPython passes live objects; attached.
unsafe extern "C" fn own_binary<const PLACE: usize>(
    ob: *mut ffi::PyObject,
    other: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: live objects.
    unsafe { call(ob, PLACE, &[other]) }.unwrap_or_else(not_implemented)
}

/// An operator that either operand may define.
///
/// # Safety
/// CPython passes live objects; attached.
unsafe extern "C" fn binary<const PLACE: usize>(
    left: *mut ffi::PyObject,
    right: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: live objects.
    unsafe { operate(left, right, PLACE, binary::<PLACE>) }
}

/// The methods of both operands in the order of CPython's own slot functions; `slot` is the one that runs.
///
/// # Safety
/// Live objects; attached.
unsafe fn operate(
    left: *mut ffi::PyObject,
    right: *mut ffi::PyObject,
    place: usize,
    slot: ffi::binaryfunc,
) -> *mut ffi::PyObject {
    // SAFETY: live objects.
    unsafe {
        let (left_type, right_type) = (ffi::Py_TYPE(left), ffi::Py_TYPE(right));
        let in_place = |ty: *mut ffi::PyTypeObject| {
            let found = (*ty).tp_as_number.as_ref().and_then(|numbers| binary_slot(numbers, place));
            found.is_some_and(|found| found as usize == slot as usize)
        };
        if left_type == right_type {
            return call(left, place, &[right]).unwrap_or_else(not_implemented);
        }
        // The method that is asked first may take the operands away from whoever had them.
        let _operands = (StrongRef::borrow(left), StrongRef::borrow(right));
        let mut reflected = in_place(right_type);
        if in_place(left_type) {
            if reflected && ffi::PyType_IsSubtype(right_type, left_type) != 0 {
                let result = call(right, place + 1, &[left]).unwrap_or_else(not_implemented);
                if result != ffi::Py_NotImplemented() {
                    return result;
                }
                ffi::Py_DECREF(result);
                reflected = false;
            }
            let result = call(left, place, &[right]).unwrap_or_else(not_implemented);
            if result != ffi::Py_NotImplemented() {
                return result;
            }
            ffi::Py_DECREF(result);
        }
        let result = if reflected { call(right, place + 1, &[left]) } else { None };
        result.unwrap_or_else(not_implemented)
    }
}

/// # Safety
/// CPython passes live objects; attached.
unsafe extern "C" fn compare(ob: *mut ffi::PyObject, other: *mut ffi::PyObject, op: c_int) -> *mut ffi::PyObject {
    // SAFETY: live objects. What the class does not define is what `object` does, see `install`.
    unsafe {
        match call(ob, COMPARE + op as usize, &[other]) {
            Some(result) => result,
            None => (ffi::PyBaseObject_Type.tp_richcompare.expect("objects compare"))(ob, other, op),
        }
    }
}

/// # Safety
/// CPython passes a live object; attached.
unsafe extern "C" fn length(ob: *mut ffi::PyObject) -> ffi::Py_ssize_t {
    // SAFETY: a live object; the checks are those of CPython's `slot_sq_length`.
    unsafe {
        let _noted = crate::python::attach::note();
        finish(call(ob, LEN, &[]), |result| {
            if let Some(size @ 0..) = crate::cast::int::compact(result) {
                return size as ffi::Py_ssize_t;
            }
            let Some(number) = object::from_owned(ffi::PyNumber_Index(result)) else { return -1 };
            let size = ffi::PyNumber_AsSsize_t(number.as_ptr(), ffi::PyExc_OverflowError);
            if size < 0 && ffi::PyErr_Occurred().is_null() {
                set_error(Builtin::ValueError.class(), messages::NEGATIVE_LENGTH);
                return -1;
            }
            size
        })
    }
}

/// # Safety
/// CPython passes a live object; attached.
unsafe extern "C" fn truth(ob: *mut ffi::PyObject) -> c_int {
    // SAFETY: a live object.
    unsafe {
        let _noted = crate::python::attach::note();
        finish(call(ob, BOOL, &[]), |result| {
            if ffi::PyBool_Check(result) == 0 {
                type_error(messages::not_a_bool(&crate::python::type_name::of_type(ffi::Py_TYPE(result)))).restore();
                return -1;
            }
            ffi::Py_ssize_t::from(result == ffi::Py_True())
        }) as c_int
    }
}

/// # Safety
/// CPython passes live objects; attached.
unsafe extern "C" fn contains(ob: *mut ffi::PyObject, item: *mut ffi::PyObject) -> c_int {
    // SAFETY: live objects.
    unsafe {
        let _noted = crate::python::attach::note();
        finish(call(ob, CONTAINS, &[item]), |result| ffi::PyObject_IsTrue(result) as ffi::Py_ssize_t) as c_int
    }
}

/// # Safety
/// CPython passes live objects; attached.
pub(crate) unsafe extern "C" fn set_item(
    ob: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: live objects; `value` is null for deletion.
    unsafe {
        let _noted = crate::python::attach::note();
        let result = match value.is_null() {
            true => call(ob, SET_ITEM + 1, &[key]),
            false => call(ob, SET_ITEM, &[key, value]),
        };
        if result.is_none() {
            // What the lookup of the missing method would raise.
            let name = if value.is_null() { "__delitem__" } else { "__setitem__" };
            attribute_error(name).restore();
        }
        finish(result, |_| 0) as c_int
    }
}
