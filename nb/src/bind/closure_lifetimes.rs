//! How the macros say of which argument the result of a closure is a borrow.
//!
//! `|d: &Dog| -> &str { &d.name }` is no function of every lifetime: Rust gives the result of a closure one lifetime, unless
//! the place where the closure stands expects something else. The macros write such a closure as the argument of
//! [`shaped1`] and its kin, which expect `for<'r> Fn(&'r Dog) -> &'r str` and give the closure back. The types come from a
//! trait object's, the only type that has lifetimes of its own for any kind of argument and can be written where type
//! parameters are in scope; there is never a value of it.
#![allow(missing_docs, reason = "nobody but the macros names these")]

use std::ffi::{CStr, CString, OsStr, OsString};
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// Names the traits and the function of one arity.
macro_rules! shapes {
    ($($Shape:ident $Shaped:ident $shaped:ident: $($P:ident),+;)+) => { $(
        /// The types of a closure whose result is borrowed for `'r`; what the result does not refer to is lent for `'s`.
        pub trait $Shape<'r, 's> {
            $( type $P; )+
            type Out;
        }

        /// A closure of that shape. The compiler looks into what a trait demands when it meets the closure.
        pub trait $Shaped<'r, 's, H: ?Sized + $Shape<'r, 's>>: Fn($(H::$P),+) -> H::Out {}

        #[diagnostic::do_not_recommend]
        impl<'r, 's, H: ?Sized + $Shape<'r, 's>, F: Fn($(H::$P),+) -> H::Out> $Shaped<'r, 's, H> for F {}

        /// The closure itself.
        #[inline(always)]
        pub fn $shaped<H, F>(closure: F) -> F
        where
            H: ?Sized + for<'r, 's> $Shape<'r, 's>,
            F: for<'r, 's> $Shaped<'r, 's, H>,
        {
            closure
        }
    )+ };
}

shapes! {
    Shape1 Shaped1 shaped1: A1;
    Shape2 Shaped2 shaped2: A1, A2;
    Shape3 Shaped3 shaped3: A1, A2, A3;
    Shape4 Shaped4 shaped4: A1, A2, A3, A4;
    Shape5 Shaped5 shaped5: A1, A2, A3, A4, A5;
    Shape6 Shaped6 shaped6: A1, A2, A3, A4, A5, A6;
    Shape7 Shaped7 shaped7: A1, A2, A3, A4, A5, A6, A7;
    Shape8 Shaped8 shaped8: A1, A2, A3, A4, A5, A6, A7, A8;
    Shape9 Shaped9 shaped9: A1, A2, A3, A4, A5, A6, A7, A8, A9;
    Shape10 Shaped10 shaped10: A1, A2, A3, A4, A5, A6, A7, A8, A9, A10;
    Shape11 Shaped11 shaped11: A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11;
    Shape12 Shaped12 shaped12: A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12;
}

/// What a closure ends with, `&dog.name`, whose type is not written.
pub struct View<'a, T: ?Sized>(Plain<'a, T>);

/// The same for a value that has no other view.
pub struct Plain<'a, T: ?Sized>(&'a T);

/// A reference that asks what is to be returned for it.
pub fn view_of<T: ?Sized>(value: &T) -> View<'_, T> {
    View(Plain(value))
}

/// Method lookup comes here if the type has no view of its own.
impl<'a, T: ?Sized> Deref for View<'a, T> {
    type Target = Plain<'a, T>;

    fn deref(&self) -> &Plain<'a, T> {
        &self.0
    }
}

impl<'a, T: ?Sized> Plain<'a, T> {
    pub fn view(&self) -> &'a T {
        self.0
    }
}

/// An owner whose borrow has a type of its own.
pub trait Viewed {
    type View: ?Sized;
    fn view(&self) -> &Self::View;
}

// One method for all of them: where the expression has a mistake, the compiler has nothing to choose between.
impl<'a, T: Viewed> View<'a, T> {
    pub fn view(&self) -> &'a T::View {
        self.0.0.view()
    }
}

macro_rules! viewed {
    ($([$($T:ident)?] $owned:ty => $view:ty;)*) => { $(
        impl $(<$T>)? Viewed for $owned {
            type View = $view;

            fn view(&self) -> &$view {
                self
            }
        }
    )* };
}

viewed! {
    [] String => str;
    [T] Vec<T> => [T];
    [] PathBuf => Path;
    [] OsString => OsStr;
    [] CString => CStr;
}
