//! What a conversion notes in the context when a value does not fit.

use crate::call::context::{Cx, is_fatal};
use crate::call::mismatch::{NO_ELEMENT, Reason, Spot};
use crate::ffi;
use crate::python::error::take_raised;

impl Cx<'_> {
    /// Says why a value is refused, where its type does not; the result is that of the converter.
    #[cold]
    pub(crate) fn refuse<T>(&mut self, reason: Reason) -> Option<T> {
        self.spot.set(Spot { reason, ..self.spot.get() });
        None
    }

    /// Forgets what was found wrong with the value since `before`, since another way to convert it has been found.
    #[cfg(feature = "either")]
    pub(crate) fn forget_refusal(&mut self, before: Spot) {
        self.spot.set(before);
    }

    /// Says which element of a container is refused; the result is that of the converter.
    #[cold]
    pub(crate) fn refuse_element<T>(&mut self, index: usize) -> Option<T> {
        let spot = self.spot.get();
        let inside = if spot.in_element { self.elements[0] } else { NO_ELEMENT };
        self.elements = [u32::try_from(index).unwrap_or(NO_ELEMENT), inside];
        self.spot.set(Spot { in_element: true, ..spot });
        None
    }

    /// The elements of a container come next.
    #[inline]
    pub(crate) fn enter_container(&mut self) {
        self.spot.set(Spot { in_element: false, ..self.spot.get() });
    }

    /// A converter met a Python exception: fatal ones stay raised and end the call, others are remembered as the
    /// cause of the `TypeError` and make the overload a mismatch.
    #[cold]
    pub fn mismatch_raised(&mut self) {
        // SAFETY: attached; the exception globals are live.
        unsafe {
            if ffi::PyErr_Occurred().is_null() {
                return;
            }
            if is_fatal() {
                self.fatal = true;
            } else {
                self.cause = take_raised();
                self.refuse::<()>(Reason::Raised);
            }
        }
    }

    /// Takes over what is wrong with the value that `probe` has tried.
    pub(crate) fn adopt(&mut self, probe: &mut Cx<'_>) {
        let Spot { reason, in_element, .. } = probe.spot.get();
        if reason != Reason::Type || in_element {
            self.spot.set(Spot { reason, in_element, ..self.spot.get() });
            self.elements = probe.elements;
        }
        self.cause = probe.cause.take().or(self.cause.take());
    }
}
