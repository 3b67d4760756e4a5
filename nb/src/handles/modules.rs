//! Attributes of modules that are being bound.

use crate::bind::module::module_;
use crate::call::context::Cx;
use crate::cast::into_object::IntoObject;
use crate::ffi;
use crate::handles::accessor;

impl<D> module_<D> {
    /// An attribute of the module, for reading and assignment: `m.attr("x") = 42`.
    pub fn attr(&self, name: &str) -> accessor<'_, D> {
        accessor::new(self.object(), name)
    }

    /// The module's docstring: `m.doc() = ".."`.
    pub fn doc(&self) -> accessor<'_, D> {
        self.attr("__doc__")
    }
}

// SAFETY: a new reference to a live object.
unsafe impl<D> IntoObject for &module_<D> {
    unsafe fn put_in(self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        self.object().clone().into_ptr()
    }
}
