//! Conversions of type and order, which the array's own framework does.

use crate::arrays::claims::{Claim, Region, Use};
use crate::arrays::constraints::Constraints;
use crate::arrays::descriptor::Descriptor;
use crate::arrays::device;
use crate::arrays::frameworks::{Framework, MODULES};
use crate::arrays::import::import;
use crate::arrays::layout::Layout;
use crate::call::context::Cx;
use crate::ffi;
use crate::python::attributes;
use crate::python::error::Result;
use crate::python::object::object;
use crate::python::text;
use std::ffi::CStr;
use std::ptr;
use std::sync::Arc;

/// Asks the framework of `src`, which is described by `found`, for an array that is as wanted. While it reads the elements, they are claimed.
///
/// # Safety
/// `src` is live and attached.
pub(super) unsafe fn convert(
    src: *mut ffi::PyObject,
    found: &Layout<'_>,
    wanted: &'static Constraints,
    cx: &mut Cx<'_>,
) -> Option<Arc<Descriptor>> {
    let dtype = if wanted.scalar.is_some() { wanted.dtype } else { found.dtype };
    let name = match wanted.scalar {
        Some(name) => name.to_owned(),
        None => dtype.name()?,
    };
    if dtype.lanes != 1 {
        return None;
    }
    cx.own_arguments();
    // SAFETY: caller's contract; the object is owned here.
    unsafe {
        let held = object::borrow(src);
        let claim = if device::is_host(found.device.kind) {
            Some(Claim::of_region(Region::of(found), Use::Reads))
        } else {
            None
        };
        let claim = match claim.transpose() {
            Ok(claim) => claim,
            Err(error) => {
                // Not a question of types, and nobody else could take the array either.
                error.restore();
                cx.fatal = true;
                return None;
            }
        };
        let converted = ask(&held, &name, wanted.order);
        drop(claim);
        let converted = match converted {
            Ok(converted) => converted?,
            Err(error) => {
                error.restore();
                cx.mismatch_raised();
                return None;
            }
        };
        import(converted.as_ptr(), 0, wanted, cx)
    }
}

fn ask(src: &object, dtype: &str, order: u8) -> Result<Option<object>> {
    let name = text::new(dtype)?;
    let call = |function: &object, args: &[&object]| -> Result<object> {
        let args: Vec<_> = args.iter().map(|arg| arg.as_ptr()).collect();
        // SAFETY: attached; live objects.
        unsafe {
            object::steal(ffi::PyObject_Vectorcall(function.as_ptr(), args.as_ptr(), args.len(), ptr::null_mut()))
        }
    };
    let method = |of: &object, name: &CStr| -> Result<object> {
        // SAFETY: attached; a live object.
        unsafe { object::steal(ffi::PyObject_GetAttrString(of.as_ptr(), name.as_ptr())) }
    };
    Ok(Some(match framework_of(src)? {
        Framework::Numpy | Framework::Cupy => {
            let order = if order == 0 { "K" } else { std::str::from_utf8(std::slice::from_ref(&order)).unwrap_or("K") };
            call(&method(src, c"astype")?, &[&name, &text::new(order)?])?
        }
        Framework::Pytorch => {
            let torch = attributes::import("torch")?;
            // SAFETY: attached; live objects.
            let dtype = unsafe { object::steal(ffi::PyObject_GetAttr(torch.as_ptr(), name.as_ptr()))? };
            let converted = call(&method(src, c"to")?, &[&dtype])?;
            if order == b'C' { call(&method(&converted, c"contiguous")?, &[])? } else { converted }
        }
        Framework::Tensorflow => {
            let tensorflow = attributes::import("tensorflow")?;
            call(&method(&tensorflow, c"cast")?, &[src, &name])?
        }
        Framework::Jax => call(&method(src, c"astype")?, &[&name])?,
        _ => return Ok(None),
    }))
}

/// The framework whose array the object is, by the module of its class.
pub(crate) fn framework_of(src: &object) -> Result<Framework> {
    // SAFETY: attached; a live object has a live type.
    let module = unsafe {
        let ty = ffi::Py_TYPE(src.as_ptr()).cast::<ffi::PyObject>();
        let name = crate::name!("__module__").object()?;
        let module = ffi::PyObject_GetAttr(ty, name.as_ptr());
        match object::from_owned(module) {
            Some(module) => text::read(module.as_ptr()),
            // A class may hide its module.
            None => {
                ffi::PyErr_Clear();
                None
            }
        }
    };
    let module = module.unwrap_or_default();
    let found = MODULES.iter().find(|(prefix, _)| module.starts_with(prefix));
    Ok(found.map_or(Framework::None, |(_, framework)| *framework))
}

/// The framework whose array the type is by its name, without a look at the type's attributes.
///
/// # Safety
/// A live type.
pub(super) unsafe fn framework_of_name(ty: *mut ffi::PyTypeObject) -> Option<Framework> {
    // SAFETY: caller's contract; a C string.
    let name = unsafe { CStr::from_ptr((*ty).tp_name) }.to_bytes();
    Some(match name {
        b"numpy.ndarray" => Framework::Numpy,
        b"torch.Tensor" | b"Tensor" => Framework::Pytorch,
        b"tensorflow.Tensor" => Framework::Tensorflow,
        b"jaxlib._jax.ArrayImpl" => Framework::Jax,
        b"cupy.ndarray" => Framework::Cupy,
        _ => return None,
    })
}

/// What the framework's function `to_dlpack` gives, which objects without `__dlpack__` had; an error is raised.
///
/// # Safety
/// `src` is live; attached.
pub(super) unsafe fn to_dlpack(src: *mut ffi::PyObject) -> std::result::Result<Option<object>, ()> {
    let ask = || -> Result<Option<object>> {
        // SAFETY: caller's contract.
        let src = unsafe { object::borrow(src) };
        let module = match framework_of(&src)? {
            Framework::Pytorch => "torch.utils.dlpack",
            Framework::Tensorflow => "tensorflow.experimental.dlpack",
            Framework::Jax => "jax.dlpack",
            _ => return Ok(None),
        };
        let module = attributes::import(module)?;
        // SAFETY: attached; live objects, and an owned function for the call.
        unsafe {
            let function = object::steal(ffi::PyObject_GetAttrString(module.as_ptr(), c"to_dlpack".as_ptr()))?;
            object::steal(ffi::PyObject_CallOneArg(function.as_ptr(), src.as_ptr())).map(Some)
        }
    };
    ask().map_err(crate::Error::restore)
}
