//! Visitors: what adds members to several classes.

use super::big::{Big, Scale};
use super::{NbDomain, Pair};
use nb::prelude::*;

/// Two methods and a property for classes that have a size.
pub struct Sized2;
pub trait Size {
    fn size(&self) -> usize;
}
impl Size for Big {
    fn size(&self) -> usize {
        self.digits.len()
    }
}
impl Size for Scale {
    fn size(&self) -> usize {
        1
    }
}
impl<T: nb::Class<NbDomain> + Size, E: nb::PlainExtra<NbDomain> + Clone> nb::def_visitor<NbDomain, T, E> for Sized2 {
    fn execute(self, cl: nb::class_<'_, NbDomain, T>, extra: E) {
        cl.def("size", |value: &T| value.size(), extra.clone())
            .def("is_small", |value: &T| value.size() < 3, extra)
            .def_prop_ro("size_as_property", |value: &T| value.size(), ());
    }
}

/// A visitor with a value, for one class and no annotations.
pub struct Named {
    pub name: &'static str,
}
impl nb::def_visitor<NbDomain, Scale> for Named {
    fn execute(self, cl: nb::class_<'_, NbDomain, Scale>, (): ()) {
        cl.def(self.name, |scale: &Scale| scale.by, ());
    }
}

/// Passes names and defaults on, which are cloned for it.
pub struct Growing;
impl<E: nb::PlainExtra<NbDomain> + Clone> nb::def_visitor<NbDomain, Scale, E> for Growing {
    fn execute(self, cl: nb::class_<'_, NbDomain, Scale>, extra: E) {
        cl.def("grow", |scale: &mut Scale, by: u32| scale.by += by, extra.clone()).def(
            "grown",
            |scale: &Scale, by: u32| scale.by + by,
            extra,
        );
    }
}

/// Passes a policy on.
pub struct Inner;
impl nb::def_visitor<NbDomain, Pair, (nb::rv_policy::reference_internal,)> for Inner {
    fn execute(self, cl: nb::class_<'_, NbDomain, Pair>, extra: (nb::rv_policy::reference_internal,)) {
        cl.def("inner", Pair::get_first, extra);
    }
}
