//! [`Record`]: one overload of a bound function, with all that is known about its arguments.

use crate::call::attempt::Quick;
use crate::call::call_policies::Policies;
use crate::call::context::Cx;
use crate::call::type_codes::{self, Types};
use crate::ffi;
use crate::interpreter::panic;
use crate::python::messages;
use crate::python::object::object;
use std::ptr;

/// Runs the function at the first address: converts, lends, calls, converts back. Null means an exception is raised,
/// [`next_overload_ptr`](crate::call::context::next_overload_ptr) that the arguments do not fit.
#[doc(hidden)]
pub type Invoke = unsafe fn(*const u8, &mut Cx<'_>) -> *mut ffi::PyObject;

bitflags::bitflags! {
    /// What kind of function an overload is.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub(crate) struct FuncFlags: u16 {
        /// The overload is bound as a method: its first argument is `self`.
        const METHOD = 1;
        /// A constructor: `self` is the instance to be filled.
        const CONSTRUCTOR = 2;
        /// Returns `NotImplemented` instead of raising when nothing fits.
        const OPERATOR = 4;
        /// Bound with `def_static`.
        const STATIC = 8;
        /// Bound with `nb::new_`: a static function whose first argument, the class, comes as the receiver.
        const FACTORY = 16;
        /// Only finds what it returns, and may be called again for it: a getter, or what is annotated with `nb::repeatable()`.
        const ACCESSOR = 32;
        /// Annotated with `nb::has_effects()`.
        const EFFECTS = 64;
        /// The arguments are looked at once more when the body has returned.
        const LOOKS_BACK = 128;
        /// Bound in pybind11's dialect.
        const PYBIND11 = 256;
        /// Its docstring shows no signature.
        const NO_SIGNATURE = 512;
        /// Tried after overloads that are bound later, which stand in front of it.
        const YIELDS = 1024;
    }
}

/// A function has up to twelve arguments, a constructor its instance besides.
pub(crate) const MAX_PARAMS: usize = 13;

/// One argument of an overload.
#[derive(Clone, Default)]
#[doc(hidden)]
pub struct ArgRecord {
    pub(crate) name: Option<String>,
    /// Interned, for comparison by address.
    pub(crate) key: Option<object>,
    pub(crate) default: Option<object>,
    /// The name of an argument that can be given by position only, for signatures; `name` is that of a keyword.
    pub(crate) shown: Option<String>,
    /// Overrides the rendered default.
    pub(crate) default_text: Option<String>,
    /// `CONVERT`, `ACCEPT_NONE`, `REFUSE_NONE`.
    pub(crate) flags: u8,
}

/// Which arguments collect what others do not take.
#[derive(Clone, Copy)]
pub(crate) struct Rest {
    args: u8,
    kwargs: u8,
}

impl Rest {
    /// Stands for the number of an argument that there is not.
    const NOWHERE: u8 = u8::MAX;
    pub(crate) const NONE: Rest = Rest { args: Rest::NOWHERE, kwargs: Rest::NOWHERE };

    /// From the bits of [`Func::REST`](crate::call::callable_traits::Func::REST), whose number the compiler has checked.
    pub(crate) const fn from_bits(bits: u32) -> Rest {
        const fn index(half: u16) -> u8 {
            if half == 0 { Rest::NOWHERE } else { half.trailing_zeros() as u8 }
        }
        Rest { args: index(bits as u16), kwargs: index((bits >> 16) as u16) }
    }

    /// The `nb::args` tuple.
    pub(crate) fn args(self) -> Option<usize> {
        (self.args != Rest::NOWHERE).then_some(self.args.into())
    }

    /// The `nb::kwargs` dict.
    pub(crate) fn kwargs(self) -> Option<usize> {
        (self.kwargs != Rest::NOWHERE).then_some(self.kwargs.into())
    }

    pub(crate) fn is_empty(self) -> bool {
        self.args().is_none() && self.kwargs().is_none()
    }

    pub(crate) fn contains(self, index: usize) -> bool {
        self.args() == Some(index) || self.kwargs() == Some(index)
    }
}

/// What a call without a context has to know of an argument: its name, interned, and its default value; null where there is none.
pub(crate) struct Fill {
    pub(crate) key: *mut ffi::PyObject,
    pub(crate) default: *mut ffi::PyObject,
}

/// One overload.
#[doc(hidden)]
pub struct Record {
    pub(crate) invoke: Invoke,
    /// How it is called where the arguments fit at once.
    pub(crate) quick: Quick,
    pub(crate) capture: *mut u8,
    pub(crate) drop_capture: unsafe fn(*mut u8),
    pub(crate) args: Vec<ArgRecord>,
    /// The same without the receiver, in short; the references are those of `args`. `None` for a function that collects arguments.
    pub(crate) fills: Option<Box<[Fill]>>,
    /// Whether the binding names its arguments (then their number equals the function's).
    pub(crate) annotated: bool,
    /// Bit `i`: argument `i` may be converted implicitly, or given as `None`; the flags of `args` for the dispatcher.
    pub(crate) converts: u32,
    pub(crate) accepts_none: u32,
    /// Code of the first parameter besides the receiver, see [`admits`](Self::admits).
    pub(crate) first: u8,
    /// That of the next one.
    pub(crate) second: u8,
    /// The types of its parameters and of its result.
    pub(crate) params: Types,
    /// How many arguments a call passes that gives all of them by position and needs nothing else; `usize::MAX` when
    /// there are arguments that cannot be given so.
    pub(crate) arity: usize,
    /// How many arguments can be given by position, without those that `rest` collects.
    pub(crate) positional: usize,
    pub(crate) rest: Rest,
    /// How many arguments stand before `pos_only()`, the receiver included.
    pub(crate) pos_only: usize,
    pub(crate) flags: FuncFlags,
    pub(crate) keep_alive: Vec<(u8, u8)>,
    pub(crate) doc: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) policies: Option<Box<Policies>>,
    /// Name in signatures; empty for the functions of a property.
    pub(crate) name: String,
    /// Name in messages about borrowed arguments.
    pub(crate) label: String,
}

// SAFETY: the captured function is `Send + Sync` (a bound of `Func`), and the Python objects in a record are used only by
// threads attached to their interpreter.
unsafe impl Send for Record {}
// SAFETY: as above; a record does not change after it was made.
unsafe impl Sync for Record {}

/// Whether an object may be taken for a type with this code without conversion.
///
/// # Safety
/// `ob` is live.
#[inline(always)]
unsafe fn may_be(code: u8, ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        match code {
            type_codes::INT => ffi::PyLong_CheckExact(ob) != 0,
            type_codes::FLOAT => ffi::PyFloat_CheckExact(ob) != 0,
            type_codes::BOOL => ffi::PyBool_Check(ob) != 0,
            type_codes::STR => ffi::PyUnicode_Check(ob) != 0,
            _ => true,
        }
    }
}

impl Record {
    /// The virtual function that it stands for, by name: for the getter of a property, the property's.
    pub(crate) fn virtual_name(&self) -> &str {
        if self.name.is_empty() && self.positional == 1 { &self.label } else { &self.name }
    }

    /// Whether the overload could take `first`, its first argument besides the receiver, without converting it.
    ///
    /// Spares attempts that the argument's type alone dooms. A type that looks closer than this is not asked.
    ///
    /// # Safety
    /// `first` is live.
    #[inline(always)]
    pub(crate) unsafe fn admits(&self, first: *mut ffi::PyObject) -> bool {
        // SAFETY: caller's contract.
        unsafe { may_be(self.first, first) }
    }

    /// Whether an overload may take these arguments without conversion, by the exact types of the first two.
    ///
    /// # Safety
    /// `args` are all arguments of the overload without its receiver, and live.
    #[inline(always)]
    pub(crate) unsafe fn admits_all(&self, args: *const *mut ffi::PyObject) -> bool {
        // SAFETY: caller's contract; an argument whose type is known is there.
        unsafe {
            (self.first == 0 || may_be(self.first, *args)) && (self.second == 0 || may_be(self.second, *args.add(1)))
        }
    }

    /// Name for messages.
    pub(crate) fn call_name(&self) -> String {
        self.label.clone()
    }

    /// It reads or writes a property or field, of which it has the name in messages only.
    fn is_accessor(&self) -> bool {
        self.name.is_empty() && !self.label.is_empty()
    }

    /// `argument 'a'`, `self`, `argument 2`, or `the value` of a setter.
    pub(crate) fn describe_argument(&self, index: u16) -> String {
        let index = index as usize;
        if index == 0 && self.flags.contains(FuncFlags::METHOD) {
            return "self".to_string();
        }
        match self.args.get(index).and_then(|a| a.name.as_deref()) {
            Some(name) => messages::argument(name),
            None if index == 1 && self.is_accessor() => messages::THE_VALUE.to_string(),
            None => messages::nth_argument(
                index + usize::from(!self.flags.intersects(FuncFlags::METHOD | FuncFlags::FACTORY)),
            ),
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let (capture, drop_capture) = (self.capture, self.drop_capture);
        // SAFETY: the pointer came from Box::into_raw of the type that `drop_capture` drops, and is dropped here only.
        panic::guard_unraisable(ptr::null_mut(), || unsafe { drop_capture(capture) });
    }
}
