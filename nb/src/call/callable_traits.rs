//! Recovers the signature of any Rust function or closure, and runs it.
//!
//! Two traits: [`Sig`] only recovers argument and result types; [`Func`] demands the conversions. With one trait for
//! both, a missing conversion would be reported as "cannot bind this function" without naming the argument.

use crate::call::attempt::{Marked, Owned};
use crate::call::capture;
use crate::call::context::{Cx, next_overload_ptr};
use crate::call::type_codes::{RESULT, Types};
use crate::cast::reference_internal::Keeps;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::interpreter::gil::GuardFor;
use crate::interpreter::panic;
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
    /// A call may be tried without a context, by the two functions below; see [`attempt`](crate::call::attempt).
    #[doc(hidden)]
    const AT_ONCE: bool;
    /// See [`Ret::DECLINES`].
    #[doc(hidden)]
    const DECLINES: bool;
    /// See [`Ret::CHECKED`].
    #[doc(hidden)]
    const CHECKED: bool;
    /// What `fit` leaves behind: the stages, the marks, and what owns the objects.
    #[doc(hidden)]
    type Fitted<const ANY: bool>;
    /// Looks whether all arguments fit as they are, and takes their marks. `None` says that nothing has happened.
    ///
    /// # Safety
    /// The arguments are live, as many as `N`, and laid out as `At` says; attached.
    #[doc(hidden)]
    unsafe fn fit<At: Layout>(
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
    ) -> Option<Self::Fitted<false>>;
    /// As `fit`, with more effort: finds all instances of bound classes, wherever their values are. Only if `LENDS`.
    ///
    /// # Safety
    /// As `fit`.
    #[doc(hidden)]
    unsafe fn fit_anywhere<At: Layout>(
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
    ) -> Option<Self::Fitted<true>>;
    /// See [`Param::LENDS`], of any argument.
    #[doc(hidden)]
    const LENDS: bool;
    /// Runs the function, and gives what was taken back. Does not unwind. What it gives is what [`Ret::give`] does.
    ///
    /// # Safety
    /// `function` as for `run`; no code has run since `fit`; attached.
    #[doc(hidden)]
    unsafe fn go<const ANY: bool>(function: *const u8, fitted: Self::Fitted<ANY>) -> *mut ffi::PyObject;
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
    const TYPES: Types = Types::of(&[], <R as Ret<D, P>>::CODE, &[<R as Ret<D, P>>::describe], |_, text| {
        <R as Ret<D, P>>::describe(text)
    });
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

    const AT_ONCE: bool = <R as Ret<D, P>>::AT_ONCE;
    const DECLINES: bool = <R as Ret<D, P>>::DECLINES;
    const CHECKED: bool = <R as Ret<D, P>>::CHECKED;
    type Fitted<const ANY: bool> = ();

    #[inline(always)]
    unsafe fn fit<At: Layout>(_receiver: *mut ffi::PyObject, _args: *const *mut ffi::PyObject) -> Option<()> {
        Some(())
    }

    const LENDS: bool = false;

    unsafe fn fit_anywhere<At: Layout>(_receiver: *mut ffi::PyObject, _args: *const *mut ffi::PyObject) -> Option<()> {
        Some(())
    }

    #[inline(always)]
    unsafe fn go<const ANY: bool>(function: *const u8, (): ()) -> *mut ffi::PyObject {
        panic::uncounted(move || {
            // SAFETY: caller's contract; attached again after the guard has ended.
            unsafe {
                let value = {
                    let _guard = G::enter();
                    capture::function::<Self>(function)()
                };
                R::give(value)
            }
        })
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

/// The body of `Func::fit` and `Func::fit_anywhere`, and the same for constructors: the steps are those of `run`, and no code runs between them.
macro_rules! fitted {
    ($D:ident, $At:ident, $receiver:ident, $args:ident, $fit:ident, $any:literal $(, $P:ident $stage:ident $index:tt)*) => {
        // SAFETY: caller's contract; the stages have no destructors, see `AT_ONCE`.
        unsafe {
            $(
                let src = if $At::METHOD && $index == 0 { $receiver } else { *$At::pointer($args, $index) };
                if const { !(<$P as Param<$D>>::NULLABLE || <$P as Param<$D>>::REFUSES_NONE) } && src == ffi::Py_None() {
                    return None;
                }
                let mut $stage = <$P as Param<$D>>::$fit(src)?;
            )*
            let marks = ($( $crate::call::attempt::Marked::<$D, $P, $any>::take(&mut $stage)?, )*);
            let owners = ($( $crate::call::attempt::Owned::<$D, $P, $any>::take(&$stage), )*);
            Some((($($stage,)*), marks, owners))
        }
    };
}
pub(crate) use fitted;

/// Whether arguments of these types can be fitted. A macro, since the types of one arity are no list that a function could take.
macro_rules! can_be_fitted {
    ($D:ident $(, $P:ident)*) => {
        true
            $( && <$P as Param<$D>>::REST == 0 && <$P as Param<$D>>::AT_ONCE && !needs_drop::<<$P as Param<$D>>::Stage>() )*
            // What lending one argument runs may take away another that nobody owns.
            && ((true $( && !<$P as Param<$D>>::LEND_CALLS_OUT )*)
                || (true $( && (<$P as Param<$D>>::HOLDS || <$P as Param<$D>>::VALUE) )*))
    };
}
pub(crate) use can_be_fitted;

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
            /// # Safety
            /// Attached.
            unsafe fn call_at_once(&self, args: ($($P::Item<'a>,)+)) -> *mut ffi::PyObject;
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

            #[inline(always)]
            unsafe fn call_at_once(&self, args: ($($P::Item<'a>,)+)) -> *mut ffi::PyObject {
                let ($($stage,)+) = args;
                // SAFETY: caller's contract; attached again after the guard has ended.
                unsafe {
                    let value = {
                        let _guard = G::enter();
                        self($($stage),+)
                    };
                    R::give(value)
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
            const TYPES: Types = Types::of(
                &[$(<$P as Param<D>>::CODE),+],
                <R as Ret<D, P>>::CODE,
                &[$(<$P as Param<D>>::describe,)+ <R as Ret<D, P>>::describe],
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
                            let source = At::arg(cx, $index);
                            // A number that fits needs nobody who knows whether it may be converted.
                            let fits = if const { <$P as Param<D>>::FIT.is_some() } { <$P as Param<D>>::fit(source) } else { None };
                            let found = fits.or_else(|| {
                                let flags = cx.flags_for::<$P, D>($index + usize::from(At::FIRST));
                                <$P as Param<D>>::convert(source, flags, cx)
                            });
                            let Some(mut $stage) = found else { return next_overload_ptr() };
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
                    let seldom = const { cfg!(nb_small) || <Self as Func<D, fn($($P),+) -> R, P, G>>::AT_ONCE };
                    $(
                        let mut $stage = MaybeUninit::uninit();
                        if At::METHOD && $index == 0 {
                            if const { <$P as Param<D>>::CALLS_OUT } {
                                cx.own_arguments();
                            }
                            // The receiver is never converted implicitly.
                            let found = match seldom {
                                true => <$P as Param<D>>::convert_apart(cx.receiver, 0, cx),
                                false => <$P as Param<D>>::convert(cx.receiver, 0, cx),
                            };
                            match found {
                                Some(stage) => $stage.write(stage),
                                None => return next_overload_ptr(),
                            };
                        } else if seldom {
                            <$P as Param<D>>::read_apart(cx, $index - usize::from(At::METHOD), &mut $stage);
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
                            let stage = $stage.assume_init_mut();
                            let taken = match seldom {
                                true => <$P as Param<D>>::acquire_apart(stage, cx),
                                false => <$P as Param<D>>::acquire(stage, cx),
                            };
                            if !taken {
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

            const AT_ONCE: bool = !cfg!(nb_small) && <R as Ret<D, P>>::AT_ONCE && can_be_fitted!(D $(, $P)+);
            const DECLINES: bool = <R as Ret<D, P>>::DECLINES;
            const CHECKED: bool = <R as Ret<D, P>>::CHECKED;
            type Fitted<const ANY: bool> =
                (($(<$P as Param<D>>::Stage,)+), ($(Marked<D, $P, ANY>,)+), ($(Owned<D, $P, ANY>,)+));

            const LENDS: bool = $( <$P as Param<D>>::LENDS )||+;

            #[inline(always)]
            unsafe fn fit<At: Layout>(
                receiver: *mut ffi::PyObject,
                args: *const *mut ffi::PyObject,
            ) -> Option<Self::Fitted<false>> {
                fitted!(D, At, receiver, args, fit, false $(, $P $stage $index)+)
            }

            #[inline(always)]
            unsafe fn fit_anywhere<At: Layout>(
                receiver: *mut ffi::PyObject,
                args: *const *mut ffi::PyObject,
            ) -> Option<Self::Fitted<true>> {
                fitted!(D, At, receiver, args, fit_anywhere, true $(, $P $stage $index)+)
            }

            #[inline(always)]
            unsafe fn go<const ANY: bool>(
                function: *const u8,
                (stages, marks, owners): Self::Fitted<ANY>,
            ) -> *mut ffi::PyObject {
                panic::uncounted(move || {
                    // Given back in the reverse order: the marks before the objects.
                    let (_owners, _marks) = (owners, marks);
                    let ($(mut $stage,)+) = stages;
                    // SAFETY: caller's contract; the stages, the marks and the objects outlive the lent arguments.
                    unsafe {
                        let args = ($( <$P as Param<D>>::lend_marked(&mut $stage), )+);
                        $Call::<D, P, G, $($P),+>::call_at_once(capture::function::<Self>(function), args)
                    }
                })
            }
        }
    };
}

for_each_arity!(func, 1..=12);
