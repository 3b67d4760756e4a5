//! [`Constraints`]: what a list of markers, or a type of another crate, asks of an array.

use crate::arrays::device;
use crate::arrays::dlpack::{MAX_NDIM, dtype as Dtype};
use crate::arrays::dtype::Element;
use crate::arrays::frameworks::Framework;
use crate::call::signature::SigText;

/// What an array has to be.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Constraints {
    pub(crate) dtype: Dtype,
    pub(crate) scalar: Option<&'static str>,
    /// The alignment of the scalar.
    pub(crate) align: usize,
    pub(crate) ndim: i32,
    pub(crate) extents: &'static [i64],
    pub(crate) order: u8,
    pub(crate) device: i32,
    pub(crate) device_name: Option<&'static str>,
    pub(crate) read_only: bool,
    /// Signatures say that it is read-only.
    pub(crate) shows_access: bool,
    pub(crate) framework: Framework,
}

/// Sizes of which none is known.
const OPEN: &[i64; MAX_NDIM] = &[-1; MAX_NDIM];

impl Constraints {
    /// Of an array of another crate, whose Python type is NumPy's. `ndim` is negative for any number of dimensions; `extents` are
    /// their sizes, where there are any.
    pub(crate) const fn of<T: Element>(
        ndim: i32,
        extents: Option<&'static [i64]>,
        order: u8,
        read_only: bool,
    ) -> Constraints {
        Constraints {
            dtype: T::DTYPE,
            scalar: Some(T::NAME),
            align: 1,
            ndim,
            extents: match extents {
                Some(extents) => extents,
                None if ndim < 0 => &[],
                None => OPEN.split_at(ndim as usize).0,
            },
            order,
            device: device::cpu::value,
            device_name: None,
            read_only,
            shows_access: true,
            framework: Framework::Numpy,
        }
    }

    /// As they are, of elements that are copied: read-only arrays fit too, and copies are none.
    pub(crate) const fn without_access(self) -> Constraints {
        Constraints { shows_access: false, ..self }
    }

    /// As they are, of what NumPy makes an array of.
    pub(crate) const fn like_an_array(self) -> Constraints {
        Constraints { framework: Framework::ArrayApi, ..self }
    }

    /// As they are, of elements that are read where they lie.
    pub(crate) const fn in_place<T>(self) -> Constraints {
        Constraints { align: align_of::<T>(), ..self }
    }

    /// The Python type, as nanobind writes it: `numpy.ndarray[dtype=float32, shape=(*, 3)]`.
    pub(crate) fn describe(&self, text: &mut SigText<'_>) {
        text.text(self.framework.label());
        text.text("[");
        let mut separator = "";
        let mut part = |text: &mut SigText<'_>, what: &str| {
            text.text(std::mem::replace(&mut separator, ", "));
            text.text(what);
        };
        if let Some(scalar) = self.scalar {
            part(text, &format!("dtype={scalar}"));
        }
        if self.ndim >= 0 {
            let size = |size: &i64| if *size < 0 { "*".to_owned() } else { size.to_string() };
            let sizes: Vec<String> = self.extents.iter().map(size).collect();
            part(text, &format!("shape=({})", sizes.join(", ")));
        }
        if self.order != 0 {
            part(text, &format!("order='{}'", self.order as char));
        }
        if let Some(device) = self.device_name {
            part(text, &format!("device='{device}'"));
        }
        if self.read_only && self.shows_access {
            part(text, "writable=False");
        }
        text.text("]");
    }
}
