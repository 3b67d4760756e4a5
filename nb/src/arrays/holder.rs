//! The Python object that shows an array to other libraries, `nanobind.nb_ndarray`: it has the buffer protocol, `__dlpack__` and
//! `__dlpack_device__`. A function with the marker `nb::array_api` returns it; for the other frameworks it stands behind their array.

use crate::arrays::buffers::{fill_buffer, release_buffer};
use crate::arrays::descriptor::{Descriptor, Owner};
use crate::arrays::dlpack::{self, FLAG_READ_ONLY};
use crate::arrays::export_capsule::{self, Kind};
use crate::ffi;
use crate::instance::loans::Loans;
use crate::instance::metatype::{self, slot};
use crate::interpreter::panic;
use crate::interpreter::state::{State, StateRef};
use crate::python::error::{Builtin, Result, set_error};
use crate::python::messages;
use crate::python::object::object;
use std::ffi::{c_int, c_void};
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;

/// What keeps the memory alive, besides the owner that the array has.
pub(crate) enum Keeps {
    Nothing,
    /// A Python object.
    Object(object),
    /// The bound objects that the memory lies in, lent for reading.
    Lent(Lent),
}

/// Bound objects whose memory Python sees.
pub(crate) struct Lent {
    /// Those of one object; of further ones.
    first: Loans,
    more: Vec<Loans>,
    state: StateRef,
}

impl Lent {
    pub(crate) fn new(state: StateRef) -> Lent {
        Lent { first: Loans::default(), more: Vec::new(), state }
    }

    /// Adds what was lent of an object, and notes that a buffer reads it, which refusals say.
    pub(crate) fn add(&mut self, loans: Loans) {
        loans.all().iter().for_each(|loan| self.state.exports.add(loan.root as usize));
        if self.first.is_empty() { self.first = loans } else { self.more.push(loans) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// See [`Loans::entrust`].
    ///
    /// # Safety
    /// As there.
    pub(crate) unsafe fn entrust(&self) {
        // SAFETY: caller's contract.
        self.all().for_each(|loans| unsafe { loans.entrust() });
    }

    /// See [`Loans::take_back`].
    ///
    /// # Safety
    /// As there.
    pub(crate) unsafe fn take_back(&self) {
        // SAFETY: caller's contract.
        self.all().for_each(|loans| unsafe { loans.take_back() });
    }

    fn all(&self) -> impl Iterator<Item = &Loans> {
        std::iter::once(&self.first).chain(&self.more)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        for loan in self.all().flat_map(|loans| loans.all()) {
            self.state.exports.remove(loan.root as usize);
        }
        self.first.release();
        self.more.iter_mut().for_each(Loans::release);
    }
}

/// The Python object.
#[repr(C)]
struct Holder {
    ob: ffi::PyObject,
    array: ManuallyDrop<Arc<Descriptor>>,
    keeps: ManuallyDrop<Keeps>,
}

/// A new holder of the array.
///
/// # Errors
/// Whatever Python raises.
pub(crate) fn make(state: &State, array: Arc<Descriptor>, keeps: Keeps) -> Result<object> {
    // What keeps Python objects is shown to the collector.
    let collected = !matches!(keeps, Keeps::Nothing);
    let types = &state.arrays.holder_types;
    let ty = types[usize::from(collected)].get(|| new_type(collected))?;
    // SAFETY: attached; a type for objects of this size, which are filled in before anybody has them. Loans own their objects: they are
    // released with the holder.
    unsafe {
        let made = match collected {
            true => ffi::PyType_GenericAlloc(ty.cast(), 0).cast::<Holder>(),
            false => ffi::PyObject_New::<Holder>(ty.cast()),
        };
        if made.is_null() {
            return Err(crate::Error::fetch());
        }
        (&raw mut (*made).array).write(ManuallyDrop::new(array));
        (&raw mut (*made).keeps).write(ManuallyDrop::new(keeps));
        object::steal(made.cast())
    }
}

fn new_type(collected: bool) -> Result<object> {
    static METHODS: Methods = Methods([
        ffi::PyMethodDef {
            ml_name: c"__dlpack__".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: dlpack },
            ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
            ml_doc: ptr::null(),
        },
        ffi::PyMethodDef {
            ml_name: c"__dlpack_device__".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: dlpack_device },
            ml_flags: ffi::METH_NOARGS,
            ml_doc: ptr::null(),
        },
        ffi::PyMethodDef::zeroed(),
    ]);
    let mut slots = vec![
        slot(ffi::Py_tp_dealloc, if collected { dealloc_collected as *mut c_void } else { dealloc as *mut c_void }),
        slot(ffi::Py_tp_methods, (&raw const METHODS.0).cast_mut().cast()),
        slot(ffi::Py_bf_getbuffer, get_buffer as *mut c_void),
        slot(ffi::Py_bf_releasebuffer, release_buffer as *mut c_void),
    ];
    let mut flags = ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION;
    if collected {
        flags |= ffi::Py_TPFLAGS_HAVE_GC;
        slots.push(slot(ffi::Py_tp_traverse, traverse as *mut c_void));
    }
    slots.push(ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() });
    let mut spec = ffi::PyType_Spec {
        name: c"nanobind.nb_ndarray".as_ptr(),
        basicsize: size_of::<Holder>() as c_int,
        itemsize: 0,
        flags: flags as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: attached; the slots are those of objects of this size, and the name is a constant.
    unsafe {
        let made = object::steal(ffi::PyType_FromSpec(&mut spec))?;
        metatype::set_flags(made.as_ptr().cast(), ffi::Py_TPFLAGS_IMMUTABLETYPE);
        Ok(made)
    }
}

struct Methods([ffi::PyMethodDef; 3]);

// SAFETY: constant, and names functions alone.
unsafe impl Sync for Methods {}

/// The array of a holder.
///
/// # Safety
/// `ob` is a live holder, for as long as the result is used.
unsafe fn array_of<'a>(ob: *mut ffi::PyObject) -> &'a Arc<Descriptor> {
    // SAFETY: caller's contract; filled in by `make`.
    unsafe { &(*ob.cast::<Holder>()).array }
}

/// # Safety
/// The protocol of `tp_traverse`.
unsafe extern "C" fn traverse(ob: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a holder, and the collector's own callback. An array that is shared with native code does not own its owner for this holder
    // alone, so that is not shown.
    unsafe {
        let ty = visit(ffi::Py_TYPE(ob).cast(), arg);
        if ty != 0 {
            return ty;
        }
        match &*(*ob.cast::<Holder>()).keeps {
            Keeps::Nothing => 0,
            Keeps::Object(owner) => visit(owner.as_ptr(), arg),
            Keeps::Lent(lent) => {
                let mut visited = lent.all().map(|loans| loans.visit(visit, arg));
                visited.find(|&result| result != 0).unwrap_or(0)
            }
        }
    }
}

/// # Safety
/// The protocol of `tp_dealloc`.
unsafe extern "C" fn dealloc_collected(ob: *mut ffi::PyObject) {
    // SAFETY: a holder, whose references are gone.
    unsafe {
        ffi::PyObject_GC_UnTrack(ob.cast());
        crate::interpreter::trashcan::take(ob.cast(), free::<true>);
    }
}

/// # Safety
/// The protocol of `tp_dealloc`.
unsafe extern "C" fn dealloc(ob: *mut ffi::PyObject) {
    // SAFETY: a holder, whose references are gone. Memory alone holds nothing that could hold a holder in turn.
    unsafe {
        match array_of(ob).owner {
            Owner::Memory(_) => free::<false>(ob.cast()),
            _ => crate::interpreter::trashcan::take(ob.cast(), free::<false>),
        }
    }
}

/// # Safety
/// The object is being freed, and the collector knows it no more; attached.
unsafe fn free<const COLLECTED: bool>(ob: *mut c_void) {
    // SAFETY: caller's contract. What native code owns is dropped out of the way of an exception, see `Descriptor`.
    unsafe {
        let this = ob.cast::<Holder>();
        ManuallyDrop::drop(&mut (*this).array);
        if COLLECTED {
            panic::guard_unraisable(ptr::null_mut(), || ManuallyDrop::drop(&mut (*this).keeps));
        }
        let ty = ffi::Py_TYPE(ob.cast());
        if COLLECTED {
            ffi::PyObject_GC_Del(ob)
        } else {
            ffi::PyObject_Free(ob)
        }
        ffi::Py_DECREF(ty.cast());
    }
}

/// # Safety
/// CPython passes a live holder and a view to fill in; attached.
unsafe extern "C" fn get_buffer(ob: *mut ffi::PyObject, view: *mut ffi::Py_buffer, flags: c_int) -> c_int {
    panic::guard(-1, || {
        // SAFETY: caller's contract.
        unsafe {
            if view.is_null() {
                set_error(Builtin::BufferError.class(), messages::NO_VIEW);
                return -1;
            }
            (*view).obj = ptr::null_mut();
            fill_buffer(ob, array_of(ob), view, flags, None)
        }
    })
}

/// `__dlpack_device__()`
///
/// # Safety
/// The protocol of METH_NOARGS.
unsafe extern "C" fn dlpack_device(ob: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a live holder; attached.
    unsafe {
        let device = array_of(ob).device;
        ffi::Py_BuildValue(c"(ii)".as_ptr(), device.kind, device.id)
    }
}

/// `__dlpack__(*, stream=None, max_version=None, dl_device=None, copy=None)`
///
/// # Safety
/// The protocol of METH_FASTCALL | METH_KEYWORDS.
unsafe extern "C" fn dlpack(
    ob: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: a live holder, and arguments as the protocol says; attached. What is compared may run code, which could let go of the holder.
        unsafe {
            let _held = crate::python::object::StrongRef::borrow(ob);
            let array = Arc::clone(array_of(ob));
            let raise = |class: Builtin, text: &str| {
                set_error(class.class(), text);
                ptr::null_mut()
            };
            if count != 0 {
                return raise(Builtin::TypeError, messages::DLPACK_POSITIONAL);
            }
            let words = if names.is_null() { 0 } else { ffi::PyTuple_GET_SIZE(names) };
            let mut version = 0;
            for index in 0..words {
                let (word, value) = (ffi::PyTuple_GET_ITEM(names, index), *args.offset(index));
                let Some(word) = crate::python::text::read(word) else { return ptr::null_mut() };
                match word.as_str() {
                    // nb knows of no stream that would have to be waited for.
                    "stream" => {}
                    "copy" if value == ffi::Py_True() => {
                        return raise(Builtin::BufferError, messages::DLPACK_COPY);
                    }
                    "copy" => {}
                    "dl_device" if value == ffi::Py_None() => {}
                    "dl_device" => {
                        if pair(value) != Some((array.device.kind.into(), array.device.id.into())) {
                            return raise(Builtin::BufferError, messages::DLPACK_DEVICE);
                        }
                    }
                    "max_version" if value == ffi::Py_None() => {}
                    "max_version" => match pair(value) {
                        Some((major, _)) => version = major,
                        None => return raise(Builtin::TypeError, messages::DLPACK_VERSION),
                    },
                    word => return raise(Builtin::TypeError, &messages::dlpack_keyword(word)),
                }
            }
            let kind = if version >= i64::from(dlpack::VERSION.major) { Kind::Versioned } else { Kind::Plain };
            if kind == Kind::Plain && array.read_only {
                return raise(Builtin::BufferError, messages::DLPACK_READ_ONLY);
            }
            let keeps = object::borrow(ob);
            match export_capsule::make(array, Keeps::Object(keeps), kind) {
                Ok(capsule) => capsule.into_ptr(),
                Err(error) => {
                    error.restore();
                    ptr::null_mut()
                }
            }
        }
    })
}

/// Two numbers of a tuple; leaves no exception.
///
/// # Safety
/// `value` is live; attached.
unsafe fn pair(value: *mut ffi::PyObject) -> Option<(i64, i64)> {
    // SAFETY: caller's contract; a tuple of two.
    unsafe {
        if ffi::PyTuple_Check(value) == 0 || ffi::PyTuple_GET_SIZE(value) != 2 {
            return None;
        }
        let number = |index| ffi::PyLong_AsLongLong(ffi::PyTuple_GET_ITEM(value, index));
        let found = (number(0), number(1));
        if !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        Some(found)
    }
}

/// The bits of [`ManagedVersioned::flags`](dlpack::ManagedVersioned) for an array.
pub(crate) fn flags_of(array: &Descriptor) -> u64 {
    if array.read_only { FLAG_READ_ONLY } else { 0 }
}
