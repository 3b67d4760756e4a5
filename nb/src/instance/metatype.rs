//! `nanobind.nb_type`, the class of bound classes.
//!
//! A bound type object has one extra word at its end that points to its [`TypeData`]. Types are made by calling
//! `type.__new__` with this metatype and then given their size and slots; that works the same way on every supported
//! Python (before 3.12 the C API cannot combine a type spec with a metatype).

use crate::ffi;
use crate::instance::class_cell::ClassCell;
use crate::instance::class_record::TypeData;
use crate::interpreter::panic;
#[cfg(not(Py_3_12))]
use crate::python::error::Error;
use crate::python::error::{Builtin, Result, set_error};
use crate::python::object::{StrongRef, object};
use crate::python::{messages, text};
use std::ffi::c_int;
use std::mem::size_of;
use std::ptr;

/// Where the record pointer of a type made by our metatype is.
#[inline]
pub(crate) fn data_slot(ty: *mut ffi::PyTypeObject) -> *mut *const TypeData {
    // SAFETY: PyType_Type is a static of the interpreter; our metatype extends its instances by one word.
    unsafe { ty.cast::<u8>().offset(ffi::PyType_Type.tp_basicsize).cast() }
}

/// Whether `ty` was made by the metatype of this library image.
///
/// The test compares the metatype's `tp_dealloc`: it needs no per-interpreter lookup, and the metatype cannot be
/// subclassed, so nobody else has this function there.
///
/// # Safety
/// The argument is a live type, whose own type is live too; attached.
#[inline]
pub(crate) unsafe fn is_ours(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: caller passes a live type, whose own type is live too.
    unsafe {
        let meta = ffi::Py_TYPE(ty.cast());
        (*meta).tp_dealloc.is_some_and(|f| f as usize == meta_dealloc as *const () as usize)
    }
}

/// Creates the metatype for one interpreter.
pub(crate) fn create() -> Result<object> {
    let mut slots = [
        slot(ffi::Py_tp_dealloc, meta_dealloc as *mut _),
        slot(ffi::Py_tp_new, meta_new as *mut _),
        slot(ffi::Py_tp_init, meta_init as *mut _),
        slot(ffi::Py_tp_traverse, meta_traverse as *mut _),
        slot(ffi::Py_tp_clear, meta_clear as *mut _),
        slot(ffi::Py_tp_setattro, meta_setattro as *mut _),
        ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() },
    ];
    // SAFETY: the spec and its slots outlive the call, which copies what it needs; the name is a static text.
    unsafe {
        let mut spec = ffi::PyType_Spec {
            name: c"nanobind.nb_type".as_ptr(),
            basicsize: ffi::PyType_Type.tp_basicsize as c_int + size_of::<usize>() as c_int,
            itemsize: 0,
            flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_IMMUTABLETYPE | ffi::Py_TPFLAGS_HAVE_GC) as u32,
            slots: slots.as_mut_ptr(),
        };
        let bases = object::steal(ffi::PyTuple_Pack(1, (&raw mut ffi::PyType_Type).cast::<ffi::PyObject>()))?;
        let meta = object::steal(ffi::PyType_FromSpecWithBases(&mut spec, bases.as_ptr()))?;
        // `tp_vectorcall_offset` is inherited, the flag that says so is not on every version.
        set_flags(meta.as_ptr().cast(), ffi::Py_TPFLAGS_HAVE_VECTORCALL);
        Ok(meta)
    }
}

pub(crate) fn slot(slot: c_int, pfunc: *mut std::ffi::c_void) -> ffi::PyType_Slot {
    ffi::PyType_Slot { slot, pfunc }
}

/// Makes an empty class with this metatype: `type.__new__(meta, name, bases, namespace)`.
///
/// # Safety
/// All arguments are live; attached.
pub(crate) unsafe fn new_class(
    meta: *mut ffi::PyTypeObject,
    name: &object,
    bases: &object,
    namespace: &object,
) -> Result<object> {
    // SAFETY: caller's contract; PyTuple_Pack takes its own references.
    unsafe {
        let args = object::steal(ffi::PyTuple_Pack(3, name.as_ptr(), bases.as_ptr(), namespace.as_ptr()))?;
        // Straight to `type`'s own slot: `meta_new` is for classes that Python code makes.
        object::steal(ffi::PyType_Type.tp_new.expect("type has tp_new")(meta, args.as_ptr(), ptr::null_mut()))
    }
}

/// # Safety
/// CPython calls this once, with a dead type made by this metatype; attached.
unsafe extern "C" fn meta_dealloc(ob: *mut ffi::PyObject) {
    // SAFETY: called once with a dead type made by this metatype.
    unsafe {
        let _noted = crate::python::attach::note();
        let ty = ob.cast::<ffi::PyTypeObject>();
        let meta = ffi::Py_TYPE(ob);
        let data = std::ptr::replace(data_slot(ty), ptr::null());
        let owner = data.as_ref().is_some_and(|data| data.ty == ty);
        if let Some(data) = data.as_ref() {
            ClassCell::forget(data, ty);
        }
        if owner {
            // The end of a type runs code (callbacks of weak references, destructors of its attributes), which must not be
            // given an instance.
            forget(&*data);
        }
        ffi::PyType_Type.tp_dealloc.expect("type has tp_dealloc")(ob);
        if owner {
            let data = Box::from_raw(data.cast_mut());
            data.constructor.set(None);
            panic::guard_unraisable(ptr::null_mut(), || drop(data));
        }
        // `type`'s own tp_dealloc does not know that the metatype is a heap type.
        ffi::Py_DECREF(meta.cast());
    }
}

/// From now on no value becomes an instance of the class, and none is looked for by its Rust type.
fn forget(data: &TypeData) {
    data.state.forget_type(data.key, data);
}

/// The record that this very type owns, if it is a bound class and not a Python subclass of one.
///
/// # Safety
/// The argument is a live type made by this metatype; attached.
unsafe fn own_data<'a>(ob: *mut ffi::PyObject) -> Option<&'a TypeData> {
    // SAFETY: caller passes a live type made by this metatype.
    unsafe { (*data_slot(ob.cast())).as_ref().filter(|data| data.ty == ob.cast()) }
}

/// Besides what every type refers to, a bound class owns its functions, whose defaults may be instances of the class.
///
/// # Safety
/// The collector passes a live type of ours and its own callback.
unsafe extern "C" fn meta_traverse(ob: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut std::ffi::c_void) -> c_int {
    // SAFETY: the collector passes a live type and its own callback.
    unsafe {
        if let Some(data) = own_data(ob) {
            let init = data.constructor.function();
            let result = if init.is_null() { 0 } else { visit(init, arg) };
            let result = if result == 0 { data.natives.traverse(visit, arg) } else { result };
            if result != 0 {
                return result;
            }
        }
        ffi::PyType_Type.tp_traverse.expect("type has tp_traverse")(ob, visit, arg)
    }
}

/// # Safety
/// The collector passes a type of ours that it has found unreachable, and holds; attached.
unsafe extern "C" fn meta_clear(ob: *mut ffi::PyObject) -> c_int {
    // SAFETY: the collector found the type unreachable; without the shortcut, a call goes through `type.__call__`.
    unsafe {
        let _noted = crate::python::attach::note();
        if let Some(data) = own_data(ob) {
            // Without an MRO and a namespace, an instance would be of no use, and of some danger.
            forget(data);
            (*ob.cast::<ffi::PyTypeObject>()).tp_vectorcall = None;
            data.constructor.set(None);
            data.natives.clear();
        }
        ffi::PyType_Type.tp_clear.expect("type has tp_clear")(ob)
    }
}

/// Python subclasses: among their bases is one of ours, which is not final.
///
/// # Safety
/// CPython passes live objects; attached.
unsafe extern "C" fn meta_new(
    meta: *mut ffi::PyTypeObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython passes live objects; `type.__new__` validates them.
    unsafe {
        let _noted = crate::python::attach::note();
        if let Some(text) = refused_bases(args) {
            set_error(Builtin::TypeError.class(), &text);
            return ptr::null_mut();
        }
        let made = ffi::PyType_Type.tp_new.expect("type has tp_new")(meta, args, kwargs);
        if made.is_null() {
            return made;
        }
        // `type(Bound)(obj)` with one argument returns the type of `obj`.
        if ffi::Py_TYPE(made) != meta {
            return made;
        }
        let ty = made.cast::<ffi::PyTypeObject>();
        // CPython lays instances out like those of the bound class, whatever stands before it among the bases: no other can
        // have a layout of its own. The base may have no record in its own slot yet: a class made from within its
        // `__init_subclass__`.
        let Some(data) = crate::instance::class_record::data_of((*ty).tp_base).map(ptr::from_ref) else {
            ffi::Py_DECREF(made);
            set_error(Builtin::TypeError.class(), messages::NO_BOUND_BASE);
            return ptr::null_mut();
        };
        *data_slot(ty) = data;
        if crate::instance::gc::is_collected(ty) && (*data).collection.set_subclassed() {
            crate::instance::gc::note_owner(&*data);
        }
        // The constructor shortcut of the base would ignore `__new__` and `__init__` of this class.
        (*ty).tp_vectorcall = None;
        crate::instance::new::shortcut_new(ty);
        made
    }
}

/// Why there can be no class with these bases. Asked before there is one, which its bases would list until the collector
/// has found it.
///
/// # Safety
/// `args` is the tuple of arguments for a metaclass; attached.
unsafe fn refused_bases(args: *mut ffi::PyObject) -> Option<String> {
    // SAFETY: caller's contract; a tuple keeps its items alive, and a bound class its record.
    unsafe {
        if ffi::PyTuple_Size(args) != 3 {
            // The type of an object, or a mistake of which CPython speaks.
            return None;
        }
        let bases = ffi::PyTuple_GetItem(args, 1);
        if ffi::PyTuple_Check(bases) == 0 {
            return None;
        }
        let bound: Vec<(*mut ffi::PyTypeObject, &TypeData)> = (0..ffi::PyTuple_Size(bases))
            .map(|index| ffi::PyTuple_GetItem(bases, index))
            .filter(|base| ffi::PyType_Check(*base) != 0)
            .filter_map(|base| Some((base.cast(), crate::instance::class_record::data_of(base.cast())?)))
            .collect();
        for &(base, data) in &bound {
            if data.is_final {
                return Some(messages::is_final(&crate::python::type_name::of_type(data.ty)));
            }
            if (*data_slot(base)).is_null() && data.state.is_making_class() {
                // Native code has yet to give the base its size.
                return Some(messages::unfinished_base(&crate::python::type_name::of_type(base)));
            }
        }
        match bound.as_slice() {
            [] => Some(messages::NO_BOUND_BASE.to_string()),
            [_] => None,
            many => (!is_refused_by_python(many)).then(|| messages::TWO_BOUND_BASES.to_string()),
        }
    }
}

/// Whether CPython refuses several bound bases in words of its own: a class that stands before one derived from it, or
/// twice, and values that do not fit into one object.
///
/// # Safety
/// Live types; attached.
unsafe fn is_refused_by_python(bound: &[(*mut ffi::PyTypeObject, &TypeData)]) -> bool {
    let fit = |a: &TypeData, b: &TypeData| a.offset_to(b.key).is_some() || b.offset_to(a.key).is_some();
    bound.iter().enumerate().any(|(place, &(base, data))| {
        // SAFETY: live types.
        bound[place + 1..]
            .iter()
            .any(|&(later, other)| unsafe { ffi::PyType_IsSubtype(later, base) } != 0 || !fit(data, other))
    })
}

/// # Safety
/// None; it looks at nothing.
unsafe extern "C" fn meta_init(
    _ob: *mut ffi::PyObject,
    _args: *mut ffi::PyObject,
    _kwargs: *mut ffi::PyObject,
) -> c_int {
    // `meta_new` did it all; `type.__init__` only repeats argument checks that refuse class keywords.
    0
}

/// Attribute assignment on a bound class: static properties are called, constants whose name starts with `@` refuse,
/// and a new `__init__` or `__new__` turns the constructor shortcut off.
///
/// # Safety
/// CPython passes live objects, `value` null for deletion; attached.
unsafe extern "C" fn meta_setattro(
    ob: *mut ffi::PyObject,
    name: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: CPython passes live objects, `value` null for deletion.
    unsafe {
        let _noted = crate::python::attach::note();
        let ty = ob.cast::<ffi::PyTypeObject>();
        let found = object::from_owned(lookup(ty, name));
        if let Some(found) = &found
            && crate::instance::static_property::is_static_property(found.as_ptr())
            && !crate::instance::static_property::is_static_property(value)
        {
            return crate::instance::static_property::static_set(found.as_ptr(), ob, value);
        }
        if found.is_some()
            && let Some(text) = text::read(name).filter(|text| text.starts_with('@'))
        {
            set_error(Builtin::AttributeError.class(), &messages::fixed_attribute(&text));
            return -1;
        }
        // The end of the old value may run code that takes the class away.
        let _class = (StrongRef::borrow(ob), StrongRef::borrow(name));
        let result = ffi::PyType_Type.tp_setattro.expect("type has tp_setattro")(ob, name, value);
        if result == 0 {
            let is = |text: &std::ffi::CStr| ffi::PyUnicode_CompareWithASCIIString(name, text.as_ptr()) == 0;
            if is(c"__init__") || is(c"__new__") {
                (*ty).tp_vectorcall = None;
            }
        }
        result
    }
}

/// Looks a name up along the MRO without binding it; new reference, or null without an exception.
///
/// # Safety
/// Live arguments; attached.
pub(crate) unsafe fn lookup(ty: *mut ffi::PyTypeObject, name: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; the MRO tuple of a ready type holds types.
    unsafe {
        let mro = (*ty).tp_mro;
        if mro.is_null() {
            return ptr::null_mut();
        }
        // A namespace may have keys that are no `str`, and comparing with these runs code, which may give the class other bases.
        let _held = (StrongRef::borrow(mro), StrongRef::borrow(name));
        for i in 0..ffi::PyTuple_Size(mro) {
            let class = ffi::PyTuple_GetItem(mro, i);
            let Ok(dict) = type_dict(class.cast()) else {
                ffi::PyErr_Clear();
                continue;
            };
            let found = ffi::PyDict_GetItemWithError(dict.as_ptr(), name);
            if !found.is_null() {
                ffi::Py_INCREF(found);
                return found;
            }
            ffi::PyErr_Clear();
        }
        ptr::null_mut()
    }
}

/// The namespace of a type.
///
/// # Safety
/// `ty` is a live type; attached.
pub(crate) unsafe fn type_dict(ty: *mut ffi::PyTypeObject) -> Result<object> {
    // SAFETY: caller's contract. Static builtin types keep their dict elsewhere since 3.12.
    unsafe {
        #[cfg(Py_3_12)]
        {
            object::steal(ffi::PyType_GetDict(ty))
        }
        #[cfg(not(Py_3_12))]
        {
            if (*ty).tp_dict.is_null() {
                return Err(Error::new(Builtin::RuntimeError, messages::NO_NAMESPACE));
            }
            Ok(object::borrow((*ty).tp_dict))
        }
    }
}

/// Adds type flags.
///
/// # Safety
/// `ty` is a type that no other thread uses yet.
pub(crate) unsafe fn set_flags(ty: *mut ffi::PyTypeObject, flags: std::ffi::c_ulong) {
    // SAFETY: caller's contract.
    unsafe {
        #[cfg(not(Py_GIL_DISABLED))]
        {
            (*ty).tp_flags |= flags;
        }
        #[cfg(Py_GIL_DISABLED)]
        {
            (*ty).tp_flags.fetch_or(flags, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

/// Removes type flags.
///
/// # Safety
/// `ty` is a type that no other thread uses yet.
pub(crate) unsafe fn clear_flags(ty: *mut ffi::PyTypeObject, flags: std::ffi::c_ulong) {
    // SAFETY: caller's contract.
    unsafe {
        #[cfg(not(Py_GIL_DISABLED))]
        {
            (*ty).tp_flags &= !flags;
        }
        #[cfg(Py_GIL_DISABLED)]
        {
            (*ty).tp_flags.fetch_and(!flags, std::sync::atomic::Ordering::Relaxed);
        }
    }
}
