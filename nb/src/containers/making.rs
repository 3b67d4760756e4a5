//! `nb::make_iterator` and its kin: iterators over native values, of any Rust iterator.
//!
//! An iterator may borrow from the objects that were lent to the call, as that of a container does. Then it keeps them, and the marks on
//! their values, until it has ended: who changes the container meanwhile gets an exception, where C++ has a dangling iterator. Only a
//! function whose result borrows from bound objects and nothing else may return such an iterator, as for `reference_internal`.

use crate::bind::scope::Home;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::reference_internal::internal;
use crate::cast::traits::Ret;
use crate::containers::access::{Given, raise, raised, settle};
use crate::containers::iterator_object::{self, Steps};
use crate::containers::vector_iterator::converted;
use crate::handles::type_object;
use crate::instance::class_record;
use crate::instance::header::{Inst, Storage};
use crate::instance::loans::Loans;
use crate::python::error::runtime_error;
use crate::python::messages;
use crate::python::object::object;
use crate::{ffi, rv_policy};
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr;

/// What [`make_iterator`] gives: it becomes a Python iterator when a bound function returns it. `T` is what Python gets for each step,
/// converted under the policy `P`.
///
/// nanobind's counterpart is the result of `nb::make_iterator`, an `nb::iterator`.
pub struct made_iterator<'a, T, P = rv_policy::automatic> {
    scope: Place,
    name: String,
    steps: Box<dyn Iterator<Item = T> + Send + 'a>,
    policy: PhantomData<fn(P)>,
}

/// Where the type of an iterator is: a class or a module.
pub trait IteratorScope {
    #[doc(hidden)]
    fn scope(self) -> Place;
}

/// A scope as far as it is known.
#[doc(hidden)]
pub enum Place {
    In(object),
    /// In a class that is not bound.
    Unbound,
    /// Nowhere; all such iterators have one type.
    Nowhere,
}

/// Stands for no scope: pybind11's iterators have none.
#[doc(hidden)]
pub struct no_scope;

impl IteratorScope for no_scope {
    fn scope(self) -> Place {
        Place::Nowhere
    }
}

impl<T: Deref<Target = object>> IteratorScope for &T {
    fn scope(self) -> Place {
        Place::In((**self).clone())
    }
}

impl IteratorScope for Option<type_object> {
    fn scope(self) -> Place {
        self.map_or(Place::Unbound, |class| Place::In((*class).clone()))
    }
}

/// A Python iterator over native values: nanobind's `nb::make_iterator(scope, "Name", first, last)`.
///
/// The type of the iterator is made once in its scope, with this name. At its end it raises `StopIteration`, and stays there; an iterator
/// that knows how many elements are left says so (`__length_hint__`). Python gets values, clones of references to bound classes, or with
/// [`make_iterator_with`] what another policy makes of them.
///
/// An iterator that borrows from an argument is returned with `nb::rv_policy::reference_internal` (in the macros, C++'s
/// `nb::keep_alive<0, 1>()` says the same here). It keeps the object, and its value is being read until the iterator has ended: what
/// would change it raises a `RuntimeError`. One that owns what it goes through needs neither.
///
/// ```no_run
/// use nb::prelude::*;
///
/// struct Sketch { points: Vec<f64> }
///
/// nb_module!(sketches, m, {
///     nb::class_<Sketch>(m, "Sketch")
///         .def("__iter__", |s: &Sketch| -> nb::made_iterator<'_, f64> {
///             nb::make_iterator(nb::type_::<Sketch>(), "Iterator", s.points.iter().copied())
///         }, nb::keep_alive<0, 1>());
///     m.def("squares", |count: u32| nb::make_iterator(nb::type_::<Sketch>(), "Squares", (0..count).map(|n| n * n)));
/// });
/// # fn main() {}
/// ```
pub fn make_iterator<'a, I>(scope: impl IteratorScope, name: &str, all: I) -> made_iterator<'a, I::Item>
where
    I: IntoIterator<IntoIter: Send + 'a>,
{
    make_iterator_with(scope, name, all)
}

/// As [`make_iterator`], with a policy for the elements: nanobind's `nb::make_iterator<Policy>(..)`.
///
/// ```no_run
/// # use nb::prelude::*;
/// # #[derive(Clone)] struct Dog; struct Kennel { dogs: Vec<Dog> }
/// fn dogs(kennel: &Kennel) -> nb::made_iterator<'_, &Dog, nb::rv_policy::reference_internal> {
///     nb::make_iterator_with(nb::type_::<Kennel>(), "Dogs", kennel.dogs.iter())
/// }
/// ```
pub fn make_iterator_with<'a, I, P>(scope: impl IteratorScope, name: &str, all: I) -> made_iterator<'a, I::Item, P>
where
    I: IntoIterator<IntoIter: Send + 'a>,
{
    let steps = Box::new(all.into_iter());
    made_iterator { scope: scope.scope(), name: name.to_string(), steps, policy: PhantomData }
}

/// As [`make_iterator`], of the keys among pairs: nanobind's `nb::make_key_iterator`.
///
/// ```no_run
/// # use std::collections::BTreeMap;
/// # struct Ages(BTreeMap<String, u32>);
/// fn names(ages: &Ages) -> nb::made_iterator<'_, String> {
///     let pairs = ages.0.iter().map(|(name, age)| (name.clone(), *age));
///     nb::make_key_iterator(nb::type_::<Ages>(), "Names", pairs)
/// }
/// ```
pub fn make_key_iterator<'a, I, K, V>(scope: impl IteratorScope, name: &str, all: I) -> made_iterator<'a, K>
where
    I: IntoIterator<Item = (K, V), IntoIter: Send + 'a>,
{
    make_iterator(scope, name, all.into_iter().map(|(key, _)| key))
}

/// As [`make_key_iterator`], of the values: nanobind's `nb::make_value_iterator`.
///
/// ```no_run
/// # use std::collections::BTreeMap;
/// # struct Ages(BTreeMap<String, u32>);
/// fn ages(ages: &Ages) -> nb::made_iterator<'_, u32> {
///     let pairs = ages.0.iter().map(|(name, age)| (name, *age));
///     nb::make_value_iterator(nb::type_::<Ages>(), "Values", pairs)
/// }
/// ```
pub fn make_value_iterator<'a, I, K, V>(scope: impl IteratorScope, name: &str, all: I) -> made_iterator<'a, V>
where
    I: IntoIterator<Item = (K, V), IntoIter: Send + 'a>,
{
    make_iterator(scope, name, all.into_iter().map(|(_, value)| value))
}

/// The type of the iterator, as signatures show it.
pub(super) fn describe<D, T: Ret<D, P>, P>(text: &mut SigText<'_>) {
    text.text("collections.abc.Iterator[");
    T::describe(text);
    text.text("]");
}

macro_rules! owned {
    ($($policy:ident)*) => { $(
        // SAFETY: the iterator owns what it goes through.
        unsafe impl<D, T: Ret<D, P> + 'static, P: 'static> Ret<D, rv_policy::$policy> for made_iterator<'static, T, P> {
            const DECLINES: bool = false;

            fn describe(text: &mut SigText<'_>) {
                describe::<D, T, P>(text);
            }

            unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract; nothing is borrowed.
                unsafe { put::<D, T, P>(value, Loans::default(), cx) }
            }
        }
    )* };
}
owned!(automatic automatic_reference copy move_ take_ownership);

// SAFETY: the bound function, of which this is the result, borrows from bound objects alone (`Keeps`), whose values stay marked as long as the
// iterator lives.
unsafe impl<D, T: Ret<D, P>, P> Ret<D, rv_policy::reference_internal> for made_iterator<'_, T, P> {
    const DECLINES: bool = false;

    fn describe(text: &mut SigText<'_>) {
        describe::<D, T, P>(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        if cx.record().is_none() {
            // Outside of a bound function, nobody has asked what it borrows from.
            return settle(raise(runtime_error(messages::ITERATOR_OUTSIDE)));
        }
        // SAFETY: caller's contract.
        unsafe {
            match kept(cx) {
                Ok(loans) => put::<D, T, P>(value, loans, cx),
                Err(refusal) => {
                    drop(value);
                    settle(Err(refusal))
                }
            }
        }
    }
}

// SAFETY: never asked for a result; it is what the function is asked with.
#[diagnostic::do_not_recommend]
unsafe impl<'object, 'a: 'object, D, T: Ret<D, P>, P> Ret<D, internal<'object>> for made_iterator<'a, T, P> {
    fn describe(text: &mut SigText<'_>) {
        describe::<D, T, P>(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { <Self as Ret<D, rv_policy::reference_internal>>::put(value, cx) }
    }
}

/// Loans of the values that the call was lent, to be read for longer.
///
/// # Safety
/// Attached; the call's own loans are in force.
unsafe fn kept(cx: &mut Cx<'_>) -> Given<Loans> {
    // What the function has taken over is its own by now, and nothing can be borrowed from it.
    let mut lent: Vec<(*mut Inst, bool)> = Vec::new();
    for loan in cx.loans.iter().filter(|loan| !loan.root.is_null()) {
        lent.push((loan.inst, cx.loans.changes(loan.root)));
    }
    let mut kept = Loans::default();
    for (inst, changes) in lent {
        // SAFETY: caller's contract; the call's loans own the objects.
        unsafe {
            let data = class_record::native_data(ffi::Py_TYPE(inst.cast()));
            if cx.loans.roots().iter().any(|root| (*root.inst).storage() == Storage::Locked) {
                // A lock belongs to a thread, and to the time of a call.
                let text = messages::reference_into_lock(&cx.function_name(), &data.name());
                return raise(runtime_error(text));
            }
            if changes {
                let text = messages::iterator_beside_change(&cx.function_name(), &data.name());
                return raise(runtime_error(text));
            }
            if cx.lend_apart(&mut kept, inst, data, false).is_none() {
                return raised();
            }
        }
    }
    Ok(kept)
}

/// # Safety
/// As [`Ret::put`]; what the iterator borrows is lent by `loans`.
unsafe fn put<D, T: Ret<D, P>, P>(value: made_iterator<'_, T, P>, loans: Loans, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
    let made_iterator { scope, name, steps, .. } = value;
    if matches!(scope, Place::Unbound) {
        drop(steps);
        return settle(raise(runtime_error(messages::iterator_without_scope(&name))));
    }
    let state = cx.state().owned();
    // SAFETY: caller's contract.
    let steps = unsafe { erased::<D, T, P>(steps, loans) };
    let found = match &scope {
        Place::In(scope) => iterator_object::find_type(&Home::of(scope, &state), &name),
        _ => iterator_object::type_without_scope(&state),
    };
    match found {
        // SAFETY: caller's contract.
        Ok(ty) => unsafe { iterator_object::make(&ty, steps) },
        Err(error) => {
            drop(steps);
            settle(raise(error))
        }
    }
}

/// A Rust iterator without its types.
///
/// # Safety
/// What it borrows is lent by `loans`.
pub(super) unsafe fn erased<D, T: Ret<D, P>, P>(
    steps: Box<dyn Iterator<Item = T> + Send + '_>,
    loans: Loans,
) -> Box<dyn Steps> {
    let steps: Box<dyn Steps + '_> = Box::new(Made::<D, T, P> { steps, loans, types: PhantomData });
    // SAFETY: the iterator is dropped before the loans end, which keep what it borrows where it is: `Made` is declared in this order.
    unsafe { std::mem::transmute::<Box<dyn Steps + '_>, Box<dyn Steps>>(steps) }
}

/// A Rust iterator, and what it borrows. Dropped in this order.
struct Made<'a, D, T, P> {
    steps: Box<dyn Iterator<Item = T> + Send + 'a>,
    loans: Loans,
    types: PhantomData<fn(D, P)>,
}

// SAFETY: the iterator is `Send`; the loans are touched on attached threads alone, which take turns.
unsafe impl<D, T, P> Send for Made<'_, D, T, P> {}

/// The loans of an iterator while one of its elements is converted: what is made may refer to the objects, as the result of a method does.
/// They come back also when the conversion panics, before the context ends.
struct LentTo<'s, 'c> {
    cx: &'s mut Cx<'c>,
    loans: &'s mut Loans,
}

impl<'s, 'c> LentTo<'s, 'c> {
    fn new(cx: &'s mut Cx<'c>, loans: &'s mut Loans) -> Self {
        std::mem::swap(&mut cx.loans, loans);
        LentTo { cx, loans }
    }
}

impl Drop for LentTo<'_, '_> {
    fn drop(&mut self) {
        std::mem::swap(&mut self.cx.loans, self.loans);
    }
}

// SAFETY: what the conversion gives; the objects of the loans are visited.
unsafe impl<D, T: Ret<D, P>, P> Steps for Made<'_, D, T, P> {
    unsafe fn next(&mut self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let Some(one) = self.steps.next() else { return ptr::null_mut() };
        let lent = LentTo::new(cx, &mut self.loans);
        // SAFETY: caller's contract.
        unsafe { converted(T::put(one, lent.cx)) }
    }

    unsafe fn hint(&mut self, _cx: &mut Cx<'_>) -> Option<usize> {
        let (least, most) = self.steps.size_hint();
        // More than Python can count is as good as unknown.
        (most == Some(least) && isize::try_from(least).is_ok()).then_some(least)
    }

    unsafe fn visit(&self, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: caller's contract.
        unsafe { self.loans.visit(visit, arg) }
    }
}
