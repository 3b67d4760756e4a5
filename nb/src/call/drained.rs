//! Iterators as arguments: read once per call, however many candidates look at the elements.
//!
//! An iterator can be gone through once. Were every overload, every alternative of a variant and every implicit conversion to read the
//! object itself, those after the first would silently find what it left over.

use crate::call::context::{Cx, Temporary};
use crate::call::mismatch::Reason;
use crate::ffi;
use crate::interpreter::recursion::Nested;
use crate::python::object::{StrongRef, object};
use crate::util::thin_vec::ThinVec;

impl Cx<'_> {
    /// The elements of the iterator `src` as a list, which lives as long as the context; those that an earlier candidate has read.
    /// `None` if it raises, also for later candidates: what it gave until then is not all.
    ///
    /// # Safety
    /// `src` is live, and an iterator; attached.
    pub(crate) unsafe fn drain(&mut self, src: *mut ffi::PyObject) -> Option<*mut ffi::PyObject> {
        // SAFETY: caller's contract; the pair owns both of its objects.
        unsafe {
            if let Some(elements) = self.drained(src) {
                return if elements == ffi::Py_None() { self.refuse(Reason::Raised) } else { Some(elements) };
            }
            self.own_arguments();
            // Its steps may make such a call again, and the attempts at several candidates lie on the stack by then.
            let elements = match Nested::enter() {
                Ok(_nested) => object::from_owned(ffi::PySequence_List(src)),
                Err(too_deep) => {
                    too_deep.restore();
                    None
                }
            };
            if elements.is_none() {
                self.mismatch_raised();
                if self.fatal {
                    return None;
                }
            }
            // None in place of the elements says that there was an error. The pair keeps the iterator too, so that no other object has
            // its address.
            let found = elements.as_ref().map_or(ffi::Py_None(), object::as_ptr);
            let Some(pair) = object::from_owned(ffi::PyTuple_Pack(2, src, found)) else {
                self.mismatch_raised();
                return None;
            };
            self.keep_temporary(src, pair, true);
            elements.map(|elements| elements.as_ptr())
        }
    }

    /// What [`drain`](Self::drain) has read from `src`: a list, or `None` if it raised.
    pub(crate) fn drained(&mut self, src: *mut ffi::PyObject) -> Option<*mut ffi::PyObject> {
        // Not by the number of the argument: another overload may have it in another place.
        let fits = |one: &&Temporary| one.drained && one.source == src;
        let pair = self.temporaries().all().iter().find(fits)?.value.as_ptr();
        // SAFETY: a pair, see `drain`; the context keeps it.
        Some(unsafe { ffi::PyTuple_GET_ITEM(pair, 1) })
    }

    /// Takes out the iterators that were read, for the next candidate.
    pub(crate) fn take_drained(&mut self) -> ThinVec<Temporary> {
        let all = self.temporaries();
        if !all.all().iter().any(|one| one.drained) {
            return ThinVec::default();
        }
        let (drained, others): (Vec<_>, Vec<_>) = all.take().into_iter().partition(|one| one.drained);
        if !others.is_empty() {
            all.extend(others);
        }
        let mut taken = ThinVec::default();
        taken.extend(drained);
        taken
    }

    /// Has later overloads find a new iterator where an argument is one that was read: they may take it as it is. False if one has raised, or
    /// with an exception raised. Notes down which iterator stands for which.
    ///
    /// # Safety
    /// As [`Given::replace`](crate::call::given::Given::replace).
    pub(super) unsafe fn put_back(
        &self,
        drained: &ThinVec<Temporary>,
        stands_for: &mut Vec<(StrongRef, StrongRef)>,
    ) -> bool {
        drained.all().iter().all(|one| {
            // SAFETY: a pair, see `drain`; it keeps the iterator alive. Going through a list of ours runs no code.
            unsafe {
                let elements = ffi::PyTuple_GET_ITEM(one.value.as_ptr(), 1);
                let mut again = || {
                    let made = object::from_owned(ffi::PyObject_GetIter(elements))?;
                    stands_for.push((StrongRef::borrow(made.as_ptr()), StrongRef::borrow(one.source)));
                    Some(made)
                };
                elements != ffi::Py_None() && self.given().is_none_or(|given| given.replace(one.source, &mut again))
            }
        })
    }

    /// Takes over the iterators that another candidate has read.
    pub(crate) fn adopt_drained(&mut self, mut drained: ThinVec<Temporary>) {
        if !drained.is_empty() {
            self.temporaries().extend(drained.take());
        }
    }
}
