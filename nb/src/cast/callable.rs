//! Functions as values: Python callables as `Box<dyn Fn(A) -> R>` and its kin, Rust closures as Python functions.
//!
//! | Rust type | as an argument | as a result |
//! |---|---|---|
//! | `Box<dyn Fn(A) -> R + Send + Sync>`, `Arc<..>` of the same | any callable | a function, or the callable that came in |
//! | `Box<dyn Fn(A) -> R>`, also `+ Send` | any callable | no: Python calls from every thread |
//! | `Box<dyn FnMut(A) -> R>`, also `+ Send`, `+ Send + Sync` | any callable | no: Python calls re-enter |
//! | `&dyn Fn(A) -> R` | any callable, for the time of the call | no |
//!
//! Up to six arguments by value, or up to two of which some are references (`&str`, `&Dog`). `None` needs `Option<..>`.
//!
//! A callable in Rust's hands owns a reference to the Python object. Calling or dropping it on a thread that is not attached
//! attaches the thread for that time, hence never do so while holding a lock that an attached thread may wait for. A class
//! that stores a callback, which may refer back to it, shows it to the collector with `nb_traverse!`.
//!
//! What goes wrong in a call leaves the calling function as with `?` (`panic::raise`), unless `R` is
//! `Result<T, nb::Error>`: the exception of the callable, a `RuntimeError` (`std::bad_cast`) for a result of another type.

#![allow(coherence_leak_check, reason = "`dyn Fn(&A)` is no instance of `dyn Fn(A)`: `A` stands for one lifetime only")]
#![allow(clippy::multiple_bound_locations, reason = "declarations and conversions are used in different places")]

use crate::bind::cpp_function;
use crate::call::callable_traits::Func;
use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::call::type_codes::RESULT;
use crate::cast::callback::{Callback, invoke};
use crate::cast::held::Held;
use crate::cast::into_object::put;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::instance::traverse::{Traverse, Visit};
use crate::interpreter::gil::no_guard;
use crate::interpreter::resident::Resident;
use crate::python::error::{Result, type_error};
use crate::python::object::object;
use crate::rv_policy::automatic_reference;
use crate::util::arity::for_each_arity;
use std::ptr::{self, NonNull};
use std::sync::Arc;

/// The source of a callback, if it can be called.
///
/// # Safety
/// `src` is live; attached.
unsafe fn callable(src: *mut ffi::PyObject) -> Option<NonNull<ffi::PyObject>> {
    // SAFETY: `src` is live.
    NonNull::new(src).filter(|src| unsafe { ffi::PyCallable_Check(src.as_ptr()) } != 0)
}

/// `collections.abc.Callable[[int], int]`.
fn describe(text: &mut SigText<'_>, arguments: &[fn(&mut SigText<'_>)], result: fn(&mut SigText<'_>)) {
    text.text("collections.abc.Callable[[");
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            text.text(", ");
        }
        argument(text);
    }
    text.text("], ");
    result(text);
    text.text("]");
}

/// Names the type that a function returns, with the address of one.
fn at<T, F>(_maker: impl Fn(T) -> F, address: *const ()) -> *mut F {
    address.cast_mut().cast()
}

/// A callable behind a reference: the source, and the closure once the call begins.
#[doc(hidden)]
pub struct CallableArgument<F: ?Sized> {
    source: NonNull<ffi::PyObject>,
    closure: Option<Box<F>>,
}

/// Argument conversions to the types named; each is made from the Python object by the macro before it.
macro_rules! arguments {
    ($decl:tt $bounds:tt $arguments:tt: $($make:ident $Target:ty,)*) => {
        $( argument! { $decl $bounds $arguments $make $Target } )*
    };
}

macro_rules! argument {
    (($($decl:tt)*) ($($bounds:tt)*) $arguments:tt $make:ident $Target:ty) => {
        // SAFETY: the stage is the source object, which is kept alive until the call has ended (`BORROWS`).
        unsafe impl<$($decl)*> Param<D> for $Target
        where
            R: for<'r> Param<D, Item<'r> = R>,
            $($bounds)*
        {
            type Item<'a> = $Target;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = NonNull<ffi::PyObject>;
            const BORROWS: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                describe(text, &$arguments, <R as Param<D>>::describe);
            }

            unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, _cx: &mut Cx<'_>) -> Option<Self::Stage> {
                // SAFETY: caller's contract.
                unsafe { callable(src) }
            }

            unsafe fn lend(stage: &mut Self::Stage, _cx: &Cx<'_>) -> $Target {
                // SAFETY: the source object is alive until the context is dropped.
                let python = unsafe { object::borrow(stage.as_ptr()) };
                $make!(python)
            }
        }
    };
}

const NOT_SHARED: &str = "nb: Python calls a function from any thread: return the closure as `Box<dyn Fn(..) -> .. + Send + Sync>`, or as an `Arc` of the same";
const MUTABLE: &str = "nb: Python may call a function again while it runs, which `FnMut` does not allow: return the closure as `Box<dyn Fn(..) -> .. + Send + Sync>`, and put what it changes into a `Mutex` or an atomic";

/// Functions that Python cannot call; each has the reason before it.
macro_rules! refusals {
    ($decl:tt: $($reason:ident $Result:ty,)*) => {
        $( refusal! { $decl $reason $Result } )*
    };
}

macro_rules! refusal {
    (($($decl:tt)*) $reason:ident $Result:ty) => {
        // SAFETY: returns nothing.
        unsafe impl<D, P, $($decl)*> Ret<D, P> for $Result {
            const DECLINES: bool = false;
            const REFUSED: Option<&'static str> = Some($reason);

            fn describe(text: &mut SigText<'_>) {
                text.text("collections.abc.Callable");
            }

            unsafe fn put(_value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // Inside a container, of which the check at the binding does not know.
                type_error($reason).restore();
                ptr::null_mut()
            }
        }
    };
}

/// One list of arguments: `[A a (as passed) (as converted) {its conversion to Python} {its declaration}]` each.
macro_rules! callbacks {
    ($([$A:ident $a:ident ($Given:ty) ($Fixed:ty) {$($bound:tt)*} {$($decl:tt)*}])*) => {
        const _: () = {
            fn run<$($($decl)*,)* R>(callback: &Callback<fn(&Resident $(, $Given)*) -> R> $(, $a: $Given)*) -> R {
                callback.call()(callback.python() $(, $a)*)
            }

            fn closure<$($($decl)*,)* R: 'static>(
                callback: Callback<fn(&Resident $(, $Given)*) -> R>,
            ) -> impl Fn($($Given),*) -> R + Send + Sync + 'static {
                move |$($a: $Given),*| run(&callback $(, $a)*)
            }

            /// The only place where the closure becomes a `dyn Fn`, never inlined: so it has one vtable.
            #[inline(never)]
            fn widen<$($($decl)*,)* R: 'static, F: Fn($($Given),*) -> R + Send + Sync + 'static>(
                closure: *mut F,
            ) -> *mut (dyn Fn($($Given),*) -> R + Send + Sync) {
                closure
            }

            /// What a closure of this file holds; `None` for other functions.
            fn held_by<$($($decl)*,)* R: 'static>(
                value: *const (dyn Fn($($Given),*) -> R + Send + Sync),
            ) -> Option<*const Callback<fn(&Resident $(, $Given)*) -> R>> {
                let own = at(closure::<$($A,)* R>, value.cast());
                let size = {
                    fn of<F>(_: *mut F) -> usize {
                        size_of::<F>()
                    }
                    of(own)
                };
                let own = widen(own);
                #[allow(ambiguous_wide_pointer_comparisons, reason = "a false `no` only costs the identity")]
                let same = ptr::eq(own.cast_const(), value) && size == size_of::<Callback<fn(&Resident) -> R>>();
                // The addresses are equal by construction, so the vtables are. Two types share a vtable only if
                // they have the same size and the same code for calling and dropping, and that of `closure` calls a
                // pointer with the object beside it: whatever this is, it holds a `Callback`. The closure is as large as
                // what it captures, hence the `Callback` is at its start.
                same.then_some(value.cast())
            }

            fn python_of<$($($decl)*,)* R: 'static>(
                value: *const (dyn Fn($($Given),*) -> R + Send + Sync),
            ) -> Option<Result<object>> {
                // SAFETY: the callable is live as long as the closure, and results are made by attached threads.
                held_by(value).map(|callback| unsafe { (*callback).python().here().cloned() })
            }

            // SAFETY: shows the reference that the closure owns.
            unsafe impl<$($($decl)*,)* R: 'static> Traverse for Box<dyn Fn($($Given),*) -> R + Send + Sync> {
                fn traverse(&self, visit: &mut Visit<'_>) {
                    if let Some(callback) = held_by(&raw const **self) {
                        // SAFETY: as above.
                        if let Ok(python) = unsafe { (*callback).python().here() } {
                            visit.object(python)
                        }
                    }
                }
            }

            impl<$($($decl)*,)* R: 'static> Held for Box<dyn Fn($($Given),*) -> R + Send + Sync> {
                fn held(&self) -> Option<&object> {
                    // SAFETY: the closure owns the object and lives as long as `self`.
                    held_by(&raw const **self).and_then(|callback| unsafe { (*callback).python().here() }.ok())
                }
            }

            impl<$($($decl)*,)* R: 'static> Held for Arc<dyn Fn($($Given),*) -> R + Send + Sync> {
                fn held(&self) -> Option<&object> {
                    // SAFETY: as above.
                    held_by(Arc::as_ptr(self)).and_then(|callback| unsafe { (*callback).python().here() }.ok())
                }
            }

            // SAFETY: as for the box, while there is no other owner. A single owner that nobody uses stays the only one.
            unsafe impl<$($($decl)*,)* R: 'static> Traverse for Arc<dyn Fn($($Given),*) -> R + Send + Sync> {
                fn traverse(&self, visit: &mut Visit<'_>) {
                    if Arc::strong_count(self) == 1 && Arc::weak_count(self) == 0
                        && let Some(callback) = held_by(Arc::as_ptr(self))
                    {
                        // SAFETY: as above.
                        if let Ok(python) = unsafe { (*callback).python().here() } {
                            visit.object(python)
                        }
                    }
                }
            }

            /// Converts the arguments and calls.
            fn call<D, $($($decl)*,)* R>(python: &Resident $(, $a: $Given)*) -> R
            where
                R: for<'r> Param<D, Item<'r> = R>,
                $($($bound)*,)*
            {
                invoke::<D, R>(python, |_cx, _values| {
                    $( _values.push(Some(put::<D, _>($a, _cx)?)); )*
                    Ok(())
                })
            }

            macro_rules! shared {
                ($python:ident) => {
                    closure(Callback::new($python, call::<D, $($A,)* R> as fn(&Resident $(, $Given)*) -> R))
                };
            }
            macro_rules! boxed {
                ($python:ident) => {
                    // SAFETY: the pointer of the box above, made wide.
                    unsafe { Box::from_raw(widen(Box::into_raw(Box::new(shared!($python))))) }
                };
            }
            macro_rules! counted {
                ($python:ident) => {
                    // SAFETY: the pointer of the `Arc` above, made wide.
                    unsafe { Arc::from_raw(widen(Arc::into_raw(Arc::new(shared!($python))).cast_mut())) }
                };
            }
            macro_rules! mutable {
                ($python:ident) => {
                    Box::new(shared!($python))
                };
            }

            arguments! {
                (D, $($($decl)*,)* R: 'static) ($($($bound)*,)*)
                [$(<$Fixed as Ret<D, automatic_reference>>::describe),*]:
                boxed Box<dyn Fn($($Given),*) -> R>,
                boxed Box<dyn Fn($($Given),*) -> R + Send>,
                boxed Box<dyn Fn($($Given),*) -> R + Send + Sync>,
                counted Arc<dyn Fn($($Given),*) -> R + Send + Sync>,
                mutable Box<dyn FnMut($($Given),*) -> R>,
                mutable Box<dyn FnMut($($Given),*) -> R + Send>,
                mutable Box<dyn FnMut($($Given),*) -> R + Send + Sync>,
            }

            // SAFETY: the source object is kept alive until the call has ended; the closure is in the stage.
            unsafe impl<D, $($($decl)*,)* R: 'static> Param<D> for &(dyn Fn($($Given),*) -> R + '_)
            where
                R: for<'r> Param<D, Item<'r> = R>,
                $($($bound)*,)*
            {
                type Item<'a> = &'a (dyn Fn($($Given),*) -> R + 'a);
                type Lent<'object, 'call> = Self::Item<'call>;
                type Stage = CallableArgument<dyn Fn($($Given),*) -> R>;
                const BORROWS: bool = true;
                const CALLS_OUT: bool = false;
                const LEND_CALLS_OUT: bool = false;

                fn describe(text: &mut SigText<'_>) {
                    <Box<dyn Fn($($Given),*) -> R> as Param<D>>::describe(text);
                }

                unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, _cx: &mut Cx<'_>) -> Option<Self::Stage> {
                    // SAFETY: caller's contract.
                    unsafe { callable(src) }.map(|source| CallableArgument { source, closure: None })
                }

                unsafe fn lend<'a>(stage: &'a mut Self::Stage, _cx: &Cx<'_>) -> Self::Item<'a> {
                    // SAFETY: the source object is alive until the context is dropped.
                    let python = unsafe { object::borrow(stage.source.as_ptr()) };
                    &**stage.closure.insert(mutable!(python))
                }
            }

            // SAFETY: a new function that owns the closure, or the Python object that the closure owns.
            unsafe impl<D, P, $($($decl)*,)* R: 'static> Ret<D, P> for Box<dyn Fn($($Given),*) -> R + Send + Sync>
            where
                Self: Func<D, fn($($Fixed),*) -> R, P, no_guard>,
            {
                const DECLINES: bool = false;
                fn describe(text: &mut SigText<'_>) {
                    let types = const { <Self as Func<D, fn($($Fixed),*) -> R, P, no_guard>>::TYPES };
                    text.text("collections.abc.Callable[[");
                    for index in 0..types.len() {
                        if index > 0 {
                            text.text(", ");
                        }
                        types.write(index, text);
                    }
                    text.text("], ");
                    types.write(RESULT, text);
                    text.text("]");
                }

                unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                    match python_of(&raw const *value) {
                        Some(known) => new_function(known),
                        None => new_function(cpp_function::from_value::<D, fn($($Fixed),*) -> R, Self, P>(value)),
                    }
                }
            }

            // SAFETY: as for the box.
            unsafe impl<D, P, $($($decl)*,)* R: 'static> Ret<D, P> for Arc<dyn Fn($($Given),*) -> R + Send + Sync>
            where
                Box<dyn Fn($($Given),*) -> R + Send + Sync>: Func<D, fn($($Fixed),*) -> R, P, no_guard>,
            {
                const DECLINES: bool = false;
                fn describe(text: &mut SigText<'_>) {
                    <Box<dyn Fn($($Given),*) -> R + Send + Sync> as Ret<D, P>>::describe(text);
                }

                unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                    if let Some(known) = python_of(Arc::as_ptr(&value)) {
                        return new_function(known);
                    }
                    let boxed: Box<dyn Fn($($Given),*) -> R + Send + Sync> = Box::new(move |$($a: $Given),*| value($($a),*));
                    // SAFETY: caller's contract.
                    unsafe { Ret::<D, P>::put(boxed, cx) }
                }
            }

            refusals! {
                ($($($decl)*,)* R: 'static):
                NOT_SHARED Box<dyn Fn($($Given),*) -> R>,
                NOT_SHARED Box<dyn Fn($($Given),*) -> R + Send>,
                MUTABLE Box<dyn FnMut($($Given),*) -> R>,
                MUTABLE Box<dyn FnMut($($Given),*) -> R + Send>,
                MUTABLE Box<dyn FnMut($($Given),*) -> R + Send + Sync>,
            }

            member_by_value! { [$($($decl)*,)* R: 'static] Arc<dyn Fn($($Given),*) -> R + Send + Sync>; }
        };
    };
}

fn new_function(made: Result<object>) -> *mut ffi::PyObject {
    match made {
        Ok(function) => function.into_ptr(),
        Err(error) => {
            error.restore();
            ptr::null_mut()
        }
    }
}

/// Arguments by value.
macro_rules! by_value {
    ($count:tt: $($A:ident $a:ident $index:tt),*) => {
        callbacks! { $([$A $a ($A) ($A) {$A: Ret<D, automatic_reference>} {$A: 'static}])* }
    };
}

for_each_arity!(by_value, 0..=6);

callbacks! {
    [A a (&A) (&'static A) {for<'x> &'x A: Ret<D, automatic_reference>} {A: ?Sized + 'static}]
}
callbacks! {
    [A a (&A) (&'static A) {for<'x> &'x A: Ret<D, automatic_reference>} {A: ?Sized + 'static}]
    [B b (B) (B) {B: Ret<D, automatic_reference>} {B: 'static}]
}
callbacks! {
    [A a (A) (A) {A: Ret<D, automatic_reference>} {A: 'static}]
    [B b (&B) (&'static B) {for<'x> &'x B: Ret<D, automatic_reference>} {B: ?Sized + 'static}]
}
callbacks! {
    [A a (&A) (&'static A) {for<'x> &'x A: Ret<D, automatic_reference>} {A: ?Sized + 'static}]
    [B b (&B) (&'static B) {for<'x> &'x B: Ret<D, automatic_reference>} {B: ?Sized + 'static}]
}
