//! Pickling: `.def(nb::pickle(get, set))`.
//!
//! `__reduce_ex__`, which a class gets with its `__setstate__`, is in `instance/class_methods.rs`.

use crate::bind::annotations::FunctionPolicy;
use crate::call::callable_traits::{Func, Sig};
use crate::call::capture;
use crate::cast::traits::Param;
use crate::class::builder::class_;
use crate::class::constructors::Init;
use crate::class::def_init::{InitShape, define};
use crate::instance::class_record::Class;
use crate::interpreter::gil::no_guard;

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
