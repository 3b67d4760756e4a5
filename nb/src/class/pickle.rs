//! Pickling and copying of instances: `__reduce_ex__`, which a class gets with its `__setstate__` (bind/functions.rs).
//!
//! A `__setstate__` is a constructor (class/constructors.rs): it fills an instance
//! without a value, which the `__new__` of a class with `nb::new_` makes for it (`makes_empty` in class/factory.rs). Functions are
//! pickled by their names (call/function_attrs.rs), members of enumerations as Python's `enum` does it.

use crate::bind::annotations::FunctionPolicy;
use crate::call::callable_traits::{Func, Sig};
use crate::call::capture;
use crate::cast::class_trait::Class;
use crate::cast::traits::Param;
use crate::class::builder::class_;
use crate::class::constructors::Init;
use crate::class::def_init::{InitShape, define};
use crate::ffi;
use crate::instance::class_methods::{Method, add};
use crate::interpreter::gil::no_guard;
use crate::python::error::Result;
use crate::python::object::{StrongRef, object};
use std::ffi::CStr;
use std::ptr;

impl<'m, D, T: Class<D>> class_<'m, D, T> {
    /// Binds `__getstate__` and `__setstate__`, for `pickle` and `copy`: pybind11's `.def(py::pickle(get, set))`.
    ///
    /// The first function gives the state, anything that can be pickled; the second makes a value of it, as a constructor
    /// does, and may fail with an error. nanobind binds both by their names, which works as well; `__setstate__` then takes
    /// a [`Slot`](crate::Slot). Attributes in the `__dict__` of a Python subclass are not part of the state: such a class
    /// extends both methods.
    ///
    /// An object that has a value refuses `__setstate__` with a warning and a `TypeError`; one whose `__setstate__` has failed is
    /// without a value, and refused by bound functions. All protocols work, in nanobind those from 2 on.
    ///
    /// ```no_run
    /// # use nb::prelude::*;
    /// # struct Dog { name: String, age: i32 }
    /// nb_module!(dogs, m, {
    ///     nb::class_<Dog>(m, "Dog")
    ///         .def(nb::init(|name: String, age: i32| Dog { name, age }))
    ///         .def(nb::pickle(
    ///             |dog: &Dog| (dog.name.clone(), dog.age),
    ///             |(name, age): (String, i32)| Dog { name, age },
    ///         ));
    ///     // In plain Rust: .def_pickle(|dog: &Dog| .., |state: (String, i32)| ..)
    /// });
    /// # fn main() {}
    /// ```
    pub fn def_pickle<S, G, R, A, F>(self, getstate: G, setstate: F) -> Self
    where
        G: Sig<S> + Func<D, S, FunctionPolicy, no_guard>,
        A: Param<D>,
        F: Sig<fn(A) -> R> + Init<D, T, fn(A) -> R, no_guard>,
    {
        let shape = const { &InitShape::of::<D, T, fn(A) -> R, no_guard, F>() };
        let done = self.def("__getstate__", getstate, ());
        define(done.builder, "__setstate__", capture::put(setstate), F::run, shape, None);
        done
    }
}

static REDUCE_EX: Method = Method(ffi::PyMethodDef {
    ml_name: NAME.as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunction: reduce_ex },
    ml_flags: ffi::METH_O,
    ml_doc: c"Helper for pickle.".as_ptr(),
});

const NAME: &CStr = c"__reduce_ex__";

/// Lets instances be pickled with all protocols.
///
/// Below protocol 2, CPython asks the native base for a copy of its value, which bound classes do not have.
pub(crate) fn add_reduce(class: &object) -> Result<()> {
    add(class, &REDUCE_EX, ffi::PyDescr_NewMethod)
}

/// `object.__reduce_ex__(self, max(protocol, 2))`.
unsafe extern "C" fn reduce_ex(ob: *mut ffi::PyObject, protocol: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython passes live objects; every failure is passed on.
    unsafe {
        let _noted = crate::python::attach::note();
        // `__index__` of the protocol may take the object away from its only owner.
        let held = StrongRef::borrow(ob);
        let given = ffi::PyLong_AsLong(protocol);
        if given == -1 && !ffi::PyErr_Occurred().is_null() {
            return ptr::null_mut();
        }
        let base = (&raw mut ffi::PyBaseObject_Type).cast::<ffi::PyObject>();
        let Some(reduce) = object::from_owned(ffi::PyObject_GetAttrString(base, NAME.as_ptr())) else {
            return ptr::null_mut();
        };
        let Some(protocol) = object::from_owned(ffi::PyLong_FromLong(given.max(2))) else { return ptr::null_mut() };
        ffi::PyObject_CallFunctionObjArgs(
            reduce.as_ptr(),
            held.as_ptr(),
            protocol.as_ptr(),
            ptr::null_mut::<ffi::PyObject>(),
        )
    }
}
