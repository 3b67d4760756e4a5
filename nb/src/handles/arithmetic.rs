//! Python's operators: methods that return `Result`, and Rust's operators on wrappers and places, which raise.

use crate::cast::into_object::{IntoObject, to_python};
use crate::ffi;
use crate::handles::attr::accessor;
use crate::handles::byte_strings::{bytearray, bytes};
use crate::handles::dicts::dict;
use crate::handles::iterators::iterable;
use crate::handles::lists::list;
use crate::handles::numbers::{bool_, float_, int_};
use crate::handles::protocols::{any, mapping, sequence};
use crate::handles::results::must;
use crate::handles::sets::{frozenset, set};
use crate::handles::strings::str_;
use crate::handles::tuples::tuple;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};
use std::ops;

macro_rules! binary {
    ([$d:tt] $($name:ident, $in_place:ident, $function:ident, $in_place_function:ident, $symbol:literal
       $(, $Operator:ident :: $operator:ident $OperatorAssign:ident :: $assign:ident)?;)*) => {
        impl object { $(
            #[doc = concat!("`self ", $symbol, " other`.")]
            ///
            /// # Errors
            /// Whatever Python raises, `TypeError` where the operands have no such operator.
            pub fn $name(&self, other: impl IntoObject) -> Result<object> {
                let other = to_python::<(), _>(other)?;
                // SAFETY: live objects; a new reference or null with an exception.
                unsafe { object::steal(ffi::$function(self.as_ptr(), other.as_ptr())) }
            }

            #[doc = concat!("`self ", $symbol, "= other`: changes the object in place when it can, and returns the ")]
            #[doc = "result, which replaces it. As in nanobind, `self` goes on naming the old object."]
            ///
            /// # Errors
            /// Whatever Python raises, `TypeError` where the operands have no such operator.
            pub fn $in_place(&self, other: impl IntoObject) -> Result<object> {
                let other = to_python::<(), _>(other)?;
                // SAFETY: live objects; a new reference or null with an exception.
                unsafe { object::steal(ffi::$in_place_function(self.as_ptr(), other.as_ptr())) }
            }
        )* }

        impl<D> accessor<'_, D> { $(
            #[doc = concat!("`place ", $symbol, "= other`: reads, changes in place what can be, and assigns the result, as Python does.")]
            ///
            /// # Errors
            /// Whatever Python raises, `TypeError` where the operands have no such operator.
            pub fn $in_place<V: IntoObject<D>>(&self, other: V) -> Result<()> {
                let other = to_python::<D, V>(other)?;
                self.update(|value| value.$in_place(other))
            }
        )* }

        $( $(
            #[doc = concat!("`object ", $symbol, "= other`: the result replaces the object. Leaves the bound function with the ")]
            #[doc = "exception when Python raises one; the object is the old one then."]
            impl<V: IntoObject> ops::$OperatorAssign<V> for object {
                fn $assign(&mut self, other: V) {
                    *self = must(self.$in_place(other));
                }
            }

            #[doc = concat!("`place ", $symbol, "= other` of an attribute or item that is a variable. Leaves the bound ")]
            #[doc = "function with the exception when Python raises one."]
            impl<D, V: IntoObject<D>> ops::$OperatorAssign<V> for accessor<'_, D> {
                fn $assign(&mut self, other: V) {
                    must(self.$in_place(other))
                }
            }
        )? )*

        /// Rust's operators between a wrapper and what becomes a Python object.
        macro_rules! operators {
            ($d($d wrapper:ty)*) => { $d( $( $(
                #[doc = concat!("`a ", $symbol, " b`; leaves the bound function with the exception when Python raises one. ")]
                #[doc = "The method of the same name returns a `Result` instead."]
                impl<V: IntoObject> ops::$Operator<V> for $d wrapper {
                    type Output = object;

                    fn $operator(self, other: V) -> object {
                        must(object::$name(&self, other))
                    }
                }
            )? )*)* };
        }
    };
}

binary! {
    [$]
    add, iadd, PyNumber_Add, PyNumber_InPlaceAdd, "+", Add::add AddAssign::add_assign;
    sub, isub, PyNumber_Subtract, PyNumber_InPlaceSubtract, "-", Sub::sub SubAssign::sub_assign;
    mul, imul, PyNumber_Multiply, PyNumber_InPlaceMultiply, "*", Mul::mul MulAssign::mul_assign;
    div, idiv, PyNumber_TrueDivide, PyNumber_InPlaceTrueDivide, "/", Div::div DivAssign::div_assign;
    floor_div, ifloor_div, PyNumber_FloorDivide, PyNumber_InPlaceFloorDivide, "//";
    rem, irem, PyNumber_Remainder, PyNumber_InPlaceRemainder, "%", Rem::rem RemAssign::rem_assign;
    bit_and, ibit_and, PyNumber_And, PyNumber_InPlaceAnd, "&", BitAnd::bitand BitAndAssign::bitand_assign;
    bit_or, ibit_or, PyNumber_Or, PyNumber_InPlaceOr, "|", BitOr::bitor BitOrAssign::bitor_assign;
    bit_xor, ibit_xor, PyNumber_Xor, PyNumber_InPlaceXor, "^", BitXor::bitxor BitXorAssign::bitxor_assign;
    shl, ishl, PyNumber_Lshift, PyNumber_InPlaceLshift, "<<", Shl::shl ShlAssign::shl_assign;
    shr, ishr, PyNumber_Rshift, PyNumber_InPlaceRshift, ">>", Shr::shr ShrAssign::shr_assign;
    matmul, imatmul, PyNumber_MatrixMultiply, PyNumber_InPlaceMatrixMultiply, "@";
}

impl object {
    /// `self ** other`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn pow(&self, other: impl IntoObject) -> Result<object> {
        let other = to_python::<(), _>(other)?;
        // SAFETY: live objects; a new reference or null with an exception.
        unsafe { object::steal(ffi::PyNumber_Power(self.as_ptr(), other.as_ptr(), ffi::Py_None())) }
    }

    /// `-self`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn neg(&self) -> Result<object> {
        check_attached();
        // SAFETY: a live object; a new reference or null with an exception.
        unsafe { object::steal(ffi::PyNumber_Negative(self.as_ptr())) }
    }

    /// `~self`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn invert(&self) -> Result<object> {
        check_attached();
        // SAFETY: a live object; a new reference or null with an exception.
        unsafe { object::steal(ffi::PyNumber_Invert(self.as_ptr())) }
    }

    /// `abs(self)`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn abs(&self) -> Result<object> {
        check_attached();
        // SAFETY: a live object; a new reference or null with an exception.
        unsafe { object::steal(ffi::PyNumber_Absolute(self.as_ptr())) }
    }
}

macro_rules! signs {
    ($($wrapper:ty)*) => { $(
        /// `-a`; leaves the bound function with the exception when Python raises one.
        impl ops::Neg for $wrapper {
            type Output = object;

            fn neg(self) -> object {
                must(object::neg(&self))
            }
        }

        /// `~a`; leaves the bound function with the exception when Python raises one.
        impl ops::Not for $wrapper {
            type Output = object;

            fn not(self) -> object {
                must(object::invert(&self))
            }
        }
    )* };
}

macro_rules! numbers {
    ($($wrapper:ident)*) => {
        operators! { $($wrapper &$wrapper)* }
        signs! { $($wrapper &$wrapper)* }
    };
}
numbers! { object any int_ float_ bool_ str_ bytes bytearray list tuple dict set frozenset sequence mapping iterable }
