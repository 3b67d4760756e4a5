//! `def_buffer`: the buffer protocol of a bound class, as pybind11 has it.

use crate::arrays::borrowed::ndarray_ref;
use crate::arrays::buffers::{fill_buffer, release_buffer};
use crate::arrays::config::Markers;
use crate::arrays::holder::Lent;
use crate::cast::class_trait::Class;
use crate::class::builder::class_;
use crate::ffi;
use crate::instance::borrow::lend_outside;
use crate::instance::class_record::instance_of;
use crate::instance::lock::locked_root;
use crate::interpreter::panic;
use crate::python::error::{Builtin, Result, set_error};
use crate::python::messages;
use crate::type_slots::RawSlots;
use std::any::TypeId;
use std::ffi::{c_int, c_void};
use std::ptr;

impl<D, T: Class<D>> class_<'_, D, T> {
    /// Gives the class the buffer protocol, so that `memoryview(o)` and `numpy.asarray(o)` show memory of the object: pybind11's `def_buffer`, which
    /// nanobind has left out.
    ///
    /// The function says which memory that is. As long as a buffer lives, `&mut` to the object is refused with a `BufferError`, as a `bytearray`
    /// refuses to be resized. Python can write to [cells](crate::cell) only.
    ///
    /// ```
    /// use nb::prelude::*;
    ///
    /// pub struct Samples {
    ///     values: Vec<nb::cell<f32>>,
    /// }
    ///
    /// nb_module!(sound, m, {
    ///     nb::class_<Samples>(m, "Samples")
    ///         .def(nb::init(|n: usize| Samples { values: vec![nb::cell::new(0.0); n] }))
    ///         .def_buffer(|s: &Samples| nb::ndarray_ref<float, nb::ndim<1>>::from_cells(&s.values, [s.values.len()]));
    /// });
    /// ```
    ///
    /// An error of the function is raised where a buffer is asked for.
    pub fn def_buffer<A, F>(self, function: F) -> Self
    where
        A: Markers,
        F: for<'a> Fn(&'a T) -> Result<ndarray_ref<'a, A>> + Copy + Send + Sync + 'static,
    {
        const { assert!(size_of::<F>() == 0, "nb: the function of `def_buffer` captures nothing") };
        // It is called again by its type alone.
        let _ = function;
        self.builder.step(|_| {
            let class = self.builder.class(std::any::type_name::<T>())?;
            let get: ffi::getbufferproc = get::<D, T, A, F>;
            let release: ffi::releasebufferproc = release_buffer;
            let slots = vec![
                ffi::PyType_Slot { slot: ffi::Py_bf_getbuffer, pfunc: get as *mut c_void },
                ffi::PyType_Slot { slot: ffi::Py_bf_releasebuffer, pfunc: release as *mut c_void },
            ];
            // SAFETY: the class of this builder; the functions are those of the slots.
            unsafe { RawSlots::of_functions(slots).install(class.as_ptr().cast()) }
        });
        self
    }
}

/// # Safety
/// CPython passes a live instance and a view to fill in; attached. There has been an `F`, which is `Copy` and has no size.
unsafe extern "C" fn get<D, T, A, F>(ob: *mut ffi::PyObject, view: *mut ffi::Py_buffer, flags: c_int) -> c_int
where
    T: Class<D>,
    A: Markers,
    F: for<'a> Fn(&'a T) -> Result<ndarray_ref<'a, A>> + Copy + Send + Sync + 'static,
{
    panic::guard(-1, || {
        let refuse = |text: &str| {
            set_error(Builtin::BufferError.class(), text);
            -1
        };
        // SAFETY: caller's contract. The loans keep the memory where it is until the buffer is released.
        unsafe {
            if view.is_null() {
                return refuse(messages::NO_VIEW);
            }
            (*view).obj = ptr::null_mut();
            let Some((inst, data, offset)) = instance_of(ob, TypeId::of::<T>()) else {
                return refuse(messages::NO_VIEW);
            };
            if locked_root(inst).is_some() {
                return refuse(&messages::buffer_of_locked(&data.name()));
            }
            let made = lend_outside(inst, data, false, "__buffer__").and_then(|(loans, address)| {
                let mut lent = Lent::new(data.state.owned());
                lent.add(loans);
                let function = ptr::NonNull::<F>::dangling().as_ref();
                let value = &*((address + offset) as *const T);
                function(value).map(|shown| (shown.array, lent))
            });
            match made {
                Ok((mut array, lent)) => {
                    array.read_only |= A::CONSTRAINTS.read_only;
                    fill_buffer(ob, &array, view, flags, Some(lent))
                }
                Err(error) => {
                    error.restore();
                    -1
                }
            }
        }
    })
}
