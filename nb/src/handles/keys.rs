//! [`AttrKey`]: what names an attribute.

use crate::handles::attr::accessor;
use crate::handles::strings::str_;
use crate::interpreter::names::Name;
use crate::python::error::Result;
use crate::python::object::{check_attached, check_here, object};
use crate::python::text;

/// The name of an attribute or a module: a text of Rust's, a literal that is made once ([`name!`](macro@crate::name)), or a Python `str`; nanobind's
/// `const char *` and `handle`.
///
/// ```no_run
/// fn total(of: nb::object, names: nb::list) -> nb::Result<nb::object> {
///     let mut sum = of.attr("start").get()?;
///     for name in &names {
///         sum += of.attr(name).get()?;
///     }
///     Ok(sum)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the name of an attribute",
    label = "names are texts: `&str`, `String`, `nb::name!(\"..\")`, `nb::str_`, or an `nb::object` that is a Python `str`"
)]
pub trait AttrKey: Sized {
    /// The name as a Python object. A wrong type is found out where it is used, by the `TypeError` of the lookup.
    #[doc(hidden)]
    fn attr_key(self) -> Result<object>;

    /// It is always one that is made once for its place in the code.
    #[doc(hidden)]
    const LITERAL: bool = false;

    /// The name that is made once for its place in the code, if it is one.
    #[doc(hidden)]
    fn literal(&self) -> Option<&'static Name> {
        None
    }
}

impl AttrKey for &'static Name {
    fn attr_key(self) -> Result<object> {
        let here = check_here();
        // SAFETY: attached.
        unsafe { self.object_at(here) }
    }

    const LITERAL: bool = true;

    #[inline]
    fn literal(&self) -> Option<&'static Name> {
        Some(self)
    }
}

macro_rules! texts {
    ($($name:ty)*) => { $(
        impl AttrKey for $name {
            fn attr_key(self) -> Result<object> {
                check_attached();
                text::new(&self)
            }
        }
    )* };
}
texts!(&str &&str String &String);

macro_rules! objects {
    ($($name:ty)*) => { $(
        impl AttrKey for $name {
            fn attr_key(self) -> Result<object> {
                Ok(self.into())
            }
        }

        impl AttrKey for &$name {
            fn attr_key(self) -> Result<object> {
                Ok(self.clone().into())
            }
        }
    )* };
}
objects!(object str_);

impl<D> AttrKey for accessor<'_, D> {
    fn attr_key(self) -> Result<object> {
        self.get()
    }
}
