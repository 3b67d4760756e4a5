//! What C++'s constructors of wrappers say, `nb::int_(1)` and `nb::list(values)`; the macros write it so.

use crate::ffi;
use crate::handles::arguments::{args, kwargs};
use crate::handles::attr::accessor;
use crate::handles::byte_strings::{bytearray, bytes, memoryview};
use crate::handles::capsules::capsule;
use crate::handles::classes::type_object;
use crate::handles::dicts::dict;
use crate::handles::iterators::{iterable, iterator};
use crate::handles::lists::list;
use crate::handles::numbers::{bool_, float_, int_};
use crate::handles::protocols::{any, callable, mapping, module_object, sequence};
use crate::handles::sets::{frozenset, set};
use crate::handles::slices::slice;
use crate::handles::strings::str_;
use crate::handles::tuples::tuple;
use crate::handles::weakrefs::weakref;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};
use std::any::TypeId;

/// What a wrapper of the kind `W` can be made of.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{W}` cannot be made of a value of type `{Self}`",
    label = "neither a Python object nor a value that a `{W}` is made of",
    note = "for a bound class, convert first: `nb::cast_in::<crate::NbDomain, _>(value)?`"
)]
pub trait Makes<W> {
    fn make(self) -> Result<W>;
}

/// A Python object in any form that a constructor of C++'s takes.
#[doc(hidden)]
pub trait Source: Sized {
    /// The wrapper that it is, or that it refers to.
    type Kind: 'static;
    fn object(self) -> Result<object>;
}

macro_rules! sources {
    ($($name:ty)*) => { $(
        impl Source for $name {
            type Kind = $name;
            fn object(self) -> Result<object> {
                Ok(self.into())
            }
        }

        impl Source for &$name {
            type Kind = $name;
            fn object(self) -> Result<object> {
                Ok(self.clone().into())
            }
        }
    )* };
}
sources! {
    object list tuple set frozenset dict bytes bytearray memoryview int_ float_ bool_ str_ slice iterator iterable sequence
    mapping callable any type_object capsule weakref module_object args kwargs
}

impl<D> Source for accessor<'_, D> {
    type Kind = object;
    fn object(self) -> Result<object> {
        self.get()
    }
}

macro_rules! of_objects {
    ($($name:ident)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<O: Source> Makes<$name> for O {
            fn make(self) -> Result<$name> {
                let value = self.object()?;
                // C++ copies a wrapper of the same kind, which shares the object, and converts all others.
                if TypeId::of::<O::Kind>() == TypeId::of::<$name>() {
                    $name::try_from(value)
                } else {
                    $name::from_object(&value)
                }
            }
        }
    )* };
}
macro_rules! constructors {
    ($($name:ident)*) => { $(
        impl $name {
            /// What the macros make of C++'s constructor.
            #[doc(hidden)]
            pub fn made_of<V: Makes<$name>>(value: V) -> Result<$name> {
                value.make()
            }
        }
    )* };
}
constructors!(object dict list tuple set frozenset bytes bytearray memoryview int_ float_ bool_ str_);

of_objects!(list tuple set frozenset bytes bytearray memoryview int_ float_ bool_ str_);

macro_rules! of_values {
    ($($name:ident: $($ty:ty)*, |$value:ident| $make:expr;)*) => { $($(
        impl Makes<$name> for $ty {
            fn make(self) -> Result<$name> {
                let $value = self;
                Ok($make)
            }
        }
    )*)* };
}
of_values! {
    int_: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize, |value| int_::new(value);
    float_: f64 f32 i8 i16 i32 i64 isize u8 u16 u32 u64 usize, |value| float_::new(value as f64);
    bool_: bool, |value| bool_::new(value);
    str_: &str &String, |value| str_::new(value);
    str_: String, |value| str_::new(&value);
    bytes: &[u8] &Vec<u8>, |value| bytes::new(value);
    bytes: Vec<u8>, |value| bytes::new(&value);
    bytes: &str String &String, |value| bytes::new(value.as_bytes());
    bytearray: &[u8] &Vec<u8>, |value| bytearray::new(value);
    bytearray: Vec<u8>, |value| bytearray::new(&value);
}

macro_rules! of_arrays {
    ($($name:ident)*) => { $(
        impl<const N: usize> Makes<$name> for &[u8; N] {
            fn make(self) -> Result<$name> {
                Ok($name::new(self))
            }
        }
    )* };
}
of_arrays!(bytes bytearray);

/// The whole number before the point; what is none raises Python's exception.
impl Makes<int_> for f64 {
    fn make(self) -> Result<int_> {
        check_attached();
        // SAFETY: attached; a new `int` or null with an exception.
        unsafe { int_::steal(ffi::PyLong_FromDouble(self)) }
    }
}

impl Makes<dict> for dict {
    fn make(self) -> Result<dict> {
        Ok(self)
    }
}

impl Makes<dict> for &dict {
    fn make(self) -> Result<dict> {
        Ok(self.clone())
    }
}

impl Makes<dict> for kwargs {
    fn make(self) -> Result<dict> {
        Ok(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl<O: Source> Makes<object> for O {
    fn make(self) -> Result<object> {
        self.object()
    }
}
