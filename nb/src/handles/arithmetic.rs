//! Python's operators: methods that return `Result`, and Rust's operators on `&object`, which raise.

use crate::cast::into_object::{IntoObject, to_python};
use crate::ffi;
use crate::handles::results::must;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};
use std::ops;

macro_rules! binary {
    ($($name:ident, $in_place:ident, $function:ident, $in_place_function:ident, $symbol:literal
       $(, $Operator:ident :: $operator:ident)?;)*) => {
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

        $( $(
            #[doc = concat!("`a ", $symbol, " b` of two objects; leaves the bound function with the exception when ")]
            #[doc = "Python raises one. The method of the same name returns a `Result` instead."]
            impl ops::$Operator<&object> for &object {
                type Output = object;

                fn $operator(self, other: &object) -> object {
                    must(self.$name(other))
                }
            }
        )? )*
    };
}

binary! {
    add, iadd, PyNumber_Add, PyNumber_InPlaceAdd, "+", Add::add;
    sub, isub, PyNumber_Subtract, PyNumber_InPlaceSubtract, "-", Sub::sub;
    mul, imul, PyNumber_Multiply, PyNumber_InPlaceMultiply, "*", Mul::mul;
    div, idiv, PyNumber_TrueDivide, PyNumber_InPlaceTrueDivide, "/", Div::div;
    floor_div, ifloor_div, PyNumber_FloorDivide, PyNumber_InPlaceFloorDivide, "//";
    rem, irem, PyNumber_Remainder, PyNumber_InPlaceRemainder, "%", Rem::rem;
    bit_and, ibit_and, PyNumber_And, PyNumber_InPlaceAnd, "&", BitAnd::bitand;
    bit_or, ibit_or, PyNumber_Or, PyNumber_InPlaceOr, "|", BitOr::bitor;
    bit_xor, ibit_xor, PyNumber_Xor, PyNumber_InPlaceXor, "^", BitXor::bitxor;
    shl, ishl, PyNumber_Lshift, PyNumber_InPlaceLshift, "<<", Shl::shl;
    shr, ishr, PyNumber_Rshift, PyNumber_InPlaceRshift, ">>", Shr::shr;
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

/// `-a`; leaves the bound function with the exception when Python raises one.
impl ops::Neg for &object {
    type Output = object;

    fn neg(self) -> object {
        must(object::neg(self))
    }
}

/// `~a`; leaves the bound function with the exception when Python raises one.
impl ops::Not for &object {
    type Output = object;

    fn not(self) -> object {
        must(self.invert())
    }
}
