//! From an array to the Python object of a framework, under a return value policy.

use crate::arrays::buffers;
use crate::arrays::claims::{Claim, Use};
use crate::arrays::constraints::Constraints;
use crate::arrays::copying::copied;
use crate::arrays::descriptor::{Descriptor, Owner};
use crate::arrays::device;
use crate::arrays::export_capsule::{self, Kind};
use crate::arrays::frameworks::Framework;
use crate::arrays::holder::{self, Keeps, Lent};
use crate::arrays::import::convert::framework_of;
use crate::arrays::import::numpy;
use crate::call::context::Cx;
use crate::ffi;
use crate::instance::borrow::lend_outside;
use crate::instance::class_record::native_data;
use crate::instance::loans::LoanFlags;
use crate::instance::lock::locked_root;
use crate::interpreter::state::State;
use crate::python::attributes;
use crate::python::error::{Error, Result, buffer_error, runtime_error, type_error};
use crate::python::messages;
use crate::python::object::object;
use crate::rv_policy::PolicyKind;
use std::ffi::CStr;
use std::sync::Arc;

/// The Python object of an array; `None` where the policy makes none.
///
/// `parent` is the object that `reference_internal` refers to, or null.
///
/// # Safety
/// `parent` is live or null; attached, to the interpreter of the state.
pub(crate) unsafe fn export(
    array: Option<Arc<Descriptor>>,
    wanted: &Constraints,
    policy: PolicyKind,
    parent: *mut ffi::PyObject,
    state: &State,
) -> Result<Option<object>> {
    // SAFETY: caller's contract.
    unsafe {
        let Some(array) = array else { return Ok(Some(object::borrow(ffi::Py_None()))) };
        let mut keeps = Keeps::Nothing;
        let has_source = array.source().is_some();
        if policy == PolicyKind::ReferenceInternal && !parent.is_null() && !has_source {
            match &array.owner {
                Owner::Nobody => keeps = Keeps::Object(object::borrow(parent)),
                Owner::Object(owner) if owner.here()?.as_ptr() == parent => {}
                _ => return Err(runtime_error(messages::ARRAY_HAS_OWNER)),
            }
        }
        let owned = array.is_owned() || !matches!(keeps, Keeps::Nothing);
        let copy = match policy {
            PolicyKind::Copy => true,
            PolicyKind::Automatic | PolicyKind::ReferenceInternal => !owned,
            PolicyKind::Reference | PolicyKind::None => false,
        };
        if let Some(source) = array.source() {
            let source = source.here()?;
            if copy {
                let _claim = match device::is_host(array.device.kind) {
                    true => Some(Claim::new(&array, Use::Reads)?),
                    false => None,
                };
                return copy_of_source(source, wanted.framework).map(Some);
            }
            if is_of(source, wanted.framework)? {
                return Ok(Some(source.clone()));
            }
        } else if policy == PolicyKind::None {
            return Ok(None);
        }
        if !copy {
            return shown(array, keeps, wanted.framework, state).map(Some);
        }
        if !wanted.framework.copies() {
            return Err(runtime_error(messages::ARRAY_COPY));
        }
        if wanted.framework == Framework::Numpy && device::is_host(array.device.kind) {
            let copy = copied_under_claim(&array)?;
            return shown(Arc::new(copy), Keeps::Nothing, wanted.framework, state).map(Some);
        }
        let made = shown(array, keeps, wanted.framework, state)?;
        if wanted.framework == Framework::Mlx { Ok(Some(made)) } else { copy_by_method(&made).map(Some) }
    }
}

/// The array as an object of the framework, without a copy where that can be.
fn shown(array: Arc<Descriptor>, keeps: Keeps, framework: Framework, state: &State) -> Result<object> {
    let failed = |error: Error| type_error(messages::array_export(&cause_of(&error)));
    match framework {
        Framework::None => {
            let kind = if array.read_only { Kind::Versioned } else { Kind::Plain };
            return export_capsule::make(array, keeps, kind);
        }
        Framework::Tensorflow => {
            let capsule = export_capsule::make(array, keeps, Kind::Plain)?;
            return call_maker(framework, &capsule, state).map_err(failed);
        }
        Framework::Numpy => {
            if state.arrays.numpy().is_null() {
                numpy::learn(state);
            }
            // NumPy would make an array of objects of what it cannot show.
            if !device::is_host(array.device.kind) {
                return Err(type_error(messages::array_export(messages::BUFFER_ELSEWHERE)));
            }
            if buffers::format_of(array.dtype).is_none() {
                return Err(type_error(messages::array_export(messages::BUFFER_DTYPE)));
            }
            if array.ndim() > 64 {
                return Err(type_error(messages::array_export(messages::ARRAY_NUMPY_DIMENSIONS)));
            }
            if !state.arrays.numpy().is_null() && array.device.kind == device::cpu::value {
                let holder = holder::make(state, Arc::clone(&array), keeps)?;
                // SAFETY: attached; the holder keeps the memory alive.
                return match unsafe { numpy::make(state, &array, holder) } {
                    Ok(Some(made)) => Ok(made),
                    Ok(None) => Err(Error::fetch()),
                    Err(holder) => call_maker(framework, &holder, state).map_err(failed),
                };
            }
        }
        // These know no read-only arrays, and write to what native code may share.
        Framework::Pytorch | Framework::Jax | Framework::Cupy if array.read_only => {
            if !device::is_host(array.device.kind) {
                return Err(buffer_error(messages::DLPACK_READ_ONLY));
            }
            let mut copy = copied_under_claim(&array)?;
            copy.read_only = false;
            let holder = holder::make(state, Arc::new(copy), Keeps::Nothing)?;
            return call_maker(framework, &holder, state).map_err(failed);
        }
        _ => {}
    }
    let holder = holder::make(state, array, keeps)?;
    match framework {
        Framework::ArrayApi => Ok(holder),
        // SAFETY: attached; a live object.
        Framework::Memview => unsafe { object::steal(ffi::PyMemoryView_FromObject(holder.as_ptr())) },
        _ => call_maker(framework, &holder, state).map_err(failed),
    }
}

/// Calls the framework's function that makes an array of an object that shows one.
fn call_maker(framework: Framework, of: &object, state: &State) -> Result<object> {
    let Some((module, name)) = framework.maker() else { return Ok(of.clone()) };
    let find = || -> Result<object> {
        let module = attributes::import(&module.to_string_lossy())?;
        get(&module, name)
    };
    let maker = state.arrays.makers[framework as usize].get(find)?;
    // SAFETY: attached; live objects.
    unsafe { object::steal(ffi::PyObject_CallOneArg(maker, of.as_ptr())) }
}

fn get(of: &object, name: &CStr) -> Result<object> {
    // SAFETY: attached; a live object.
    unsafe { object::steal(ffi::PyObject_GetAttrString(of.as_ptr(), name.as_ptr())) }
}

/// A copy of an array that came from Python, by its own framework; as an array of the one that is asked for.
fn copy_of_source(source: &object, framework: Framework) -> Result<object> {
    if !is_of(source, framework)? || matches!(framework, Framework::Memview | Framework::ArrayApi) {
        return Err(runtime_error(messages::ARRAY_COPY));
    }
    copy_by_method(source)
}

/// What the method of the object makes that copies it.
fn copy_by_method(of: &object) -> Result<object> {
    let name = if framework_of(of)? == Framework::Pytorch { c"clone" } else { c"copy" };
    let made = get(of, name).and_then(|method| {
        // SAFETY: attached; a live object.
        unsafe { object::steal(ffi::PyObject_CallNoArgs(method.as_ptr())) }
    });
    made.map_err(|error| runtime_error(messages::array_copying(&cause_of(&error))))
}

/// Why a framework made no array: the class and the text of what it raised.
fn cause_of(error: &Error) -> String {
    match error.value() {
        Some(value) => format!("{}: {}", value.class_name(), value.to_str_lossy().unwrap_or_default()),
        None => error.to_string(),
    }
}

/// Whether an array that came from Python is what a function with this marker returns.
fn is_of(source: &object, framework: Framework) -> Result<bool> {
    Ok(match framework {
        Framework::None | Framework::ArrayApi => true,
        // SAFETY: attached; a live object.
        Framework::Memview => unsafe { ffi::PyMemoryView_Check(source.as_ptr()) != 0 },
        Framework::Mlx => false,
        other => framework_of(source)? == other,
    })
}

/// The Python object of memory that lies in the bound objects lent to the call.
///
/// # Safety
/// The memory lies in objects that are lent to the call, or lives for ever; attached.
pub(crate) unsafe fn export_lent(array: Descriptor, wanted: &Constraints, cx: &Cx<'_>) -> Result<object> {
    if array.read_only && !wanted.read_only {
        return Err(type_error(messages::ARRAY_OF_SLICE));
    }
    let mut lent = Lent::new(cx.state().owned());
    for loan in cx.loans.iter().filter(|loan| !loan.root.is_null()) {
        // SAFETY: the call's own loan keeps the object alive; lent again for as long as the array lives.
        unsafe {
            let data = native_data(ffi::Py_TYPE(loan.inst.cast()));
            if loan.is(LoanFlags::CHANGES) {
                return Err(type_error(messages::array_of_changed(&data.name())));
            }
            if locked_root(loan.inst).is_some() {
                return Err(buffer_error(messages::buffer_of_locked(&data.name())));
            }
            let (loans, _) = lend_outside(loan.inst, data, false, "__array__")?;
            lent.add(loans);
        }
    }
    let keeps = if lent.is_empty() { Keeps::Nothing } else { Keeps::Lent(lent) };
    shown(Arc::new(array), keeps, wanted.framework, cx.state())
}

/// The Python object of a copy of memory that is lent to the call.
///
/// # Safety
/// The memory is readable; attached.
pub(crate) unsafe fn export_copy(array: &Descriptor, wanted: &Constraints, state: &State) -> Result<object> {
    let copy = copied_under_claim(array)?;
    shown(Arc::new(copy), Keeps::Nothing, wanted.framework, state)
}

/// A copy of the elements, claimed while they are read: they may be cells, to which others write.
fn copied_under_claim(array: &Descriptor) -> Result<Descriptor> {
    let _claim = Claim::new(array, Use::Reads)?;
    copied(array)
}
