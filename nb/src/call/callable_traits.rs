//! Recovers the signature of any Rust function or closure, and runs it.
//!
//! Two traits: [`Sig`] only recovers argument and result types; [`Func`] demands the conversions. With one trait for
//! both, a missing conversion would be reported as "cannot bind this function" without naming the argument.

use crate::call::capture;
use crate::call::context::{Cx, next_overload_ptr};
use crate::call::type_codes::{RESULT, Types};
use crate::cast::reference_internal::Keeps;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::interpreter::gil::GuardFor;
use crate::util::arity::for_each_arity;
use std::mem::{MaybeUninit, needs_drop};

/// `Self` can be called with the arguments of the function pointer type `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a function",
    label = "this is not a function or closure with up to 12 arguments",
    note = "a closure is called from any thread: what it captures must be `Send` and `Sync`",
    note = "closures need their argument types written out, as in `|d: &Dog| d.age`; one that returns a borrow of its argument needs that of its result as well, `|d: &Dog| -> &str {{ d.name() }}`, and outside of the macros it must be a `fn`"
)]
pub trait Sig<S> {}

/// A function of signature `S` whose arguments and result can cross the border.
///
/// `P` is the return value policy, `G` the call guard.
///
/// # Safety
/// The constants are those of the arguments and the result, and `run` gives a new reference or null.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a function",
    label = "cannot be bound",
    note = "what a function returns may borrow from its arguments only, and a closure must own what it captures (`move`)"
)]
pub unsafe trait Func<D, S, P, G>: 'static {
    /// Number of arguments.
    const N: usize;
    /// Bit `i`: argument `i` accepts `None` by its type.
    const NULLABLE: u64;
    /// Bit `i`: argument `i` is `nb::args`; bit `16 + i`: it is `nb::kwargs`.
    const REST: u32;
    /// The function returns nothing.
    const NOTHING: bool;
    /// Some argument takes `None` for a value without being `NULLABLE`, so that the dispatcher has to refuse it.
    #[doc(hidden)]
    const WATCHES_NONE: bool;
    #[doc(hidden)]
    const TYPES: Types;
    #[doc(hidden)]
    const REFUSED: Option<&'static str>;
    /// Converts, calls, converts back. A null result without an exception is one that could not be converted, or says that
    /// the context found an argument `bad`.
    ///
    /// # Safety
    /// `function` is where a value of `Self` is, or anything for one without size that was forgotten when it was bound,
    /// and thereby exists for ever. `cx` holds `N` live objects, laid out as `At` says; attached.
    #[doc(hidden)]
    unsafe fn run<At: Layout>(function: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
}

/// Where the arguments of a call are: CPython hands the receiver of a method over separately.
///
/// # Safety
/// `pointer` and `arg` give the argument that is asked for.
#[doc(hidden)]
pub unsafe trait Layout: 'static {
    /// Whether the first argument is the receiver.
    const METHOD: bool;
    /// The number of the function's first argument among those of the call.
    const FIRST: u16 = 0;

    /// Where argument `index` is, unless it is the receiver.
    ///
    /// # Safety
    /// The call has more than `index` arguments, which begin at `args` without the receiver.
    #[inline(always)]
    unsafe fn pointer(args: *const *mut ffi::PyObject, index: usize) -> *const *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe { args.add(index - Self::METHOD as usize) }
    }

    /// Argument `index`.
    ///
    /// # Safety
    /// The call has more than `index` arguments.
    #[inline(always)]
    unsafe fn arg(cx: &Cx<'_>, index: usize) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        if Self::METHOD && index == 0 { cx.receiver } else { unsafe { *Self::pointer(cx.args, index) } }
    }
}

/// All arguments in a row.
#[doc(hidden)]
pub struct Plain;

// SAFETY: the provided functions.
unsafe impl Layout for Plain {
    const METHOD: bool = false;
}

/// The receiver, and the others in a row.
#[doc(hidden)]
pub struct Method;

// SAFETY: as above.
unsafe impl Layout for Method {
    const METHOD: bool = true;
}

/// All arguments in a row, after a receiver that the function does not get: the class that a factory is called on.
#[doc(hidden)]
pub struct OfClass;

// SAFETY: as above.
unsafe impl Layout for OfClass {
    const METHOD: bool = false;
    const FIRST: u16 = 1;
}

#[diagnostic::do_not_recommend]
impl<F, R> Sig<fn() -> R> for F where F: Fn() -> R {}

// SAFETY: what is said of the arguments and the result is what their conversions say.
unsafe impl<D, P, G, F, R> Func<D, fn() -> R, P, G> for F
where
    R: Ret<D, P>,
    F: Fn() -> R + Send + Sync + 'static,
    P: Keeps<D, F, ()>,
    G: GuardFor<()>,
{
    const N: usize = 0;
    const NULLABLE: u64 = 0;
    const REST: u32 = 0;
    const NOTHING: bool = <R as Ret<D, P>>::NOTHING;
    const WATCHES_NONE: bool = false;
    const TYPES: Types = Types::new(&[], <R as Ret<D, P>>::CODE, |_, text| <R as Ret<D, P>>::describe(text));
    const REFUSED: Option<&'static str> = <R as Ret<D, P>>::REFUSED;

    unsafe fn run<At: Layout>(function: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract; attached again after the guard has ended.
        unsafe {
            let value = {
                let _guard = G::enter();
                capture::function::<Self>(function)()
            };
            R::put(value, cx)
        }
    }
}

/// Keeps the arguments alive that nothing else keeps so: for a body that may run any code and then ask for the next overload
/// (`$declines`), and where lending one argument may do so before another is looked at. Gives the arguments, since the array that the
/// caller has passed may be gone after that.
macro_rules! hold_arguments {
    ($D:ident, $declines:expr, $At:ident, $cx:ident $(, $P:ident $index:expr)*) => {{
        if const { $declines $( || <$P as $crate::cast::traits::Param<$D>>::LEND_CALLS_OUT )* } {
            $(
                if const { !<$P as $crate::cast::traits::Param<$D>>::HOLDS } {
                    $cx.hold($At::arg($cx, $index));
                }
            )*
        }
        $crate::call::callable_traits::pointers([$( $At::arg($cx, $index) ),*])
    }};
}
pub(crate) use hold_arguments;

/// Says what an array is of, which may be empty.
pub(crate) fn pointers<const N: usize>(array: [*mut ffi::PyObject; N]) -> [*mut ffi::PyObject; N] {
    array
}

/// Names the trait of one arity after it.
macro_rules! func {
    ($count:tt: $($rest:tt)*) => {
        paste::paste! { func_named!([<Call $count>] $count: $($rest)*); }
    };
}

macro_rules! func_named {
    ($Call:ident $count:tt: $($P:ident $stage:ident $index:tt),+) => {
        #[doc(hidden)]
        pub trait $Call<'a, D, P, G, $($P: Param<D>),+> {
            /// # Safety
            /// Attached.
            unsafe fn call(&self, args: ($($P::Item<'a>,)+), cx: &mut Cx<'_>) -> *mut ffi::PyObject;
        }

        // The result type is that of this very lifetime, or one that does not depend on it.
        #[diagnostic::do_not_recommend]
        impl<'a, D, P, G, F, R, $($P: Param<D>),+> $Call<'a, D, P, G, $($P),+> for F
        where
            F: Fn($($P::Item<'a>),+) -> R,
            R: Ret<D, P>,
            G: GuardFor<($($P,)+)>,
        {
            #[inline(always)]
            unsafe fn call(&self, args: ($($P::Item<'a>,)+), cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                let ($($stage,)+) = args;
                // SAFETY: caller's contract; attached again after the guard has ended.
                unsafe {
                    let value = {
                        let _guard = G::enter();
                        self($($stage),+)
                    };
                    R::put(value, cx)
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<F, R, $($P),+> Sig<fn($($P),+) -> R> for F where F: Fn($($P),+) -> R {}

        // SAFETY: as above.
        unsafe impl<D, P, G, F, R, $($P),+> Func<D, fn($($P),+) -> R, P, G> for F
        where
            R: Ret<D, P>,
            $($P: Param<D>,)+
            F: for<'a> $Call<'a, D, P, G, $($P),+> + Send + Sync + 'static,
            P: Keeps<D, F, ($($P,)+)>,
            G: GuardFor<($($P,)+)>,
        {
            const N: usize = $count;
            const NULLABLE: u64 = $( (<$P as Param<D>>::NULLABLE as u64) << $index )|+;
            const REST: u32 = $( <$P as Param<D>>::REST << $index )|+;
            const NOTHING: bool = <R as Ret<D, P>>::NOTHING;
            const WATCHES_NONE: bool = $( !(<$P as Param<D>>::NULLABLE || <$P as Param<D>>::REFUSES_NONE) )||+;
            const TYPES: Types = Types::new(
                &[$(<$P as Param<D>>::CODE),+],
                <R as Ret<D, P>>::CODE,
                |index, text| {
                    $(
                        if const { <$P as Param<D>>::CODE == 0 } && index == $index {
                            <$P as Param<D>>::describe(text);
                        }
                    )+
                    if const { <R as Ret<D, P>>::CODE == 0 } && index == RESULT {
                        <R as Ret<D, P>>::describe(text);
                    }
                },
            );
            const REFUSED: Option<&'static str> = <R as Ret<D, P>>::REFUSED;

            unsafe fn run<At: Layout>(function: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: `cx` holds N live objects (caller's contract); the stages outlive the lent arguments. A stage
                // that was read has a value unless the context says that something was bad.
                unsafe {
                    let function = capture::function::<Self>(function);
                    if const { $( needs_drop::<<$P as Param<D>>::Stage>() )||+ } {
                        $(
                            cx.at($index + At::FIRST);
                            if const { <$P as Param<D>>::CALLS_OUT } {
                                cx.own_arguments();
                            }
                            let Some(mut $stage) = <$P as Param<D>>::convert(
                                At::arg(cx, $index), cx.flags_for::<$P, D>($index + usize::from(At::FIRST)), cx,
                            ) else {
                                return next_overload_ptr();
                            };
                        )+
                        $(
                            cx.at($index + At::FIRST);
                            if !<$P as Param<D>>::acquire(&mut $stage, cx) {
                                cx.failed = true;
                                return std::ptr::null_mut();
                            }
                        )+
                        let given = hold_arguments!(D, <R as Ret<D, P>>::DECLINES, At, cx $(, $P $index)+);
                        $( let $stage = <$P as Param<D>>::lend(&mut $stage, cx); )+
                        let result = $Call::<D, P, G, $($P),+>::call(function, ($($stage,)+), cx);
                        if const { <R as Ret<D, P>>::DECLINES } && cx.declined {
                            cx.own_declined(&given[At::METHOD as usize..]);
                        }
                        return result;
                    }
                    $(
                        let mut $stage = MaybeUninit::uninit();
                        if At::METHOD && $index == 0 {
                            if const { <$P as Param<D>>::CALLS_OUT } {
                                cx.own_arguments();
                            }
                            // The receiver is never converted implicitly.
                            match <$P as Param<D>>::convert(cx.receiver, 0, cx) {
                                Some(stage) => $stage.write(stage),
                                None => return next_overload_ptr(),
                            };
                        } else {
                            <$P as Param<D>>::read(At::pointer(cx.args, $index), cx, &mut $stage);
                        }
                    )+
                    if cx.bad {
                        return std::ptr::null_mut();
                    }
                    $(
                        if const { !<$P as Param<D>>::VALUE } {
                            cx.at($index + At::FIRST);
                            if !<$P as Param<D>>::acquire($stage.assume_init_mut(), cx) {
                                cx.failed = true;
                                return std::ptr::null_mut();
                            }
                        }
                    )+
                    let given = hold_arguments!(D, <R as Ret<D, P>>::DECLINES, At, cx $(, $P $index)+);
                    $( let $stage = <$P as Param<D>>::lend($stage.assume_init_mut(), cx); )+
                    let result = $Call::<D, P, G, $($P),+>::call(function, ($($stage,)+), cx);
                    if const { <R as Ret<D, P>>::DECLINES } && cx.declined {
                        cx.own_declined(&given[At::METHOD as usize..]);
                    }
                    result
                }
            }
        }
    };
}

for_each_arity!(func, 1..=12);
