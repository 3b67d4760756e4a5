//! Functions that make the value of a new instance, as `nb::init` names them. Those that fill a `Slot` are in `slot.rs`.

use crate::call::attempt::Quick;
use crate::call::callable_traits::{Layout, Method, Plain, can_be_fitted, fitted, hold_arguments};
use crate::call::capture;
use crate::call::context::{Cx, next_overload_ptr};
use crate::call::entry::is_stateless;
use crate::call::outcome::not_fit_ptr;
use crate::call::type_codes::{self, Types};
use crate::cast::class_trait::Class;
use crate::cast::implicit;
use crate::cast::traits::Param;
use crate::class::construct::{Construct, Empty};
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::header::{Inst, Life};
use crate::interpreter::gil::GuardFor;
use crate::interpreter::panic;
use crate::python::error::{Error, warn};
use crate::python::messages;
use crate::python::object::StrongRef;
use crate::util::arity::for_each_arity;
use std::any::TypeId;
use std::mem::{MaybeUninit, needs_drop};
use std::ptr::NonNull;

/// Begins construction: `self` must be an empty instance of exactly the class `T` (or a Python subclass of it).
///
/// `None` is a mismatch, after a warning when the instance has a value already.
///
/// # Safety
/// `ob` is a live argument; attached.
#[cfg_attr(nb_small, inline(never))]
#[cfg_attr(not(nb_small), inline)]
pub(super) unsafe fn begin(ob: *mut ffi::PyObject, key: &'static TypeId, cx: &mut Cx<'_>) -> Option<*mut Inst> {
    // SAFETY: `ob` is a live argument.
    unsafe {
        class_record::data_of(ffi::Py_TYPE(ob)).filter(|data| data.key == *key)?;
        still_empty(ob.cast(), cx).then_some(ob.cast())
    }
}

/// Whether an instance has no value, with a warning if it has one.
///
/// # Safety
/// `inst` is live; attached.
#[inline(always)]
unsafe fn still_empty(inst: *mut Inst, cx: &mut Cx<'_>) -> bool {
    // SAFETY: a live argument.
    unsafe {
        if (*inst).life() == Life::Uninitialized {
            return true;
        }
        refuse_second(inst, cx);
        false
    }
}

/// # Safety
/// `inst` is live; attached.
#[cold]
unsafe fn refuse_second(inst: *mut Inst, cx: &mut Cx<'_>) {
    cx.own_arguments();
    // SAFETY: a live argument.
    let (life, name) = unsafe { ((*inst).life(), crate::python::type_name::of_type(ffi::Py_TYPE(inst.cast()))) };
    let text = match life {
        Life::Relinquished => messages::relinquished(&name),
        _ => messages::initialized_twice(&name),
    };
    if !warn(&text) {
        cx.fatal = true;
    }
}

/// A constructor with arguments `S` for a class `T`; see [`Func`](crate::call::callable_traits::Func).
///
/// # Safety
/// As `Func`; `run` fills the receiver, once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a constructor of `{T}`",
    label = "not a constructor of `{T}`"
)]
pub unsafe trait Init<D, T, S, G>: 'static {
    /// Number of arguments without `self`.
    const N: usize;
    #[doc(hidden)]
    const NULLABLE: u64;
    #[doc(hidden)]
    const REST: u32;
    /// Makes the class a target of implicit conversion, for a constructor of one argument.
    #[doc(hidden)]
    const IMPLICIT: Option<fn(&TypeData)>;
    #[doc(hidden)]
    const TYPES: Types;
    /// # Safety
    /// As [`Func::run`](crate::call::callable_traits::Func), with `self` as the receiver of `N` arguments.
    #[doc(hidden)]
    unsafe fn run(function: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject;
    /// How it is called without a context.
    #[doc(hidden)]
    const QUICK: Quick;
}

/// # Safety
/// Attached.
pub(super) unsafe fn none() -> *mut ffi::PyObject {
    // SAFETY: attached.
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
}

/// Makes the value and stores it; the instance is `Constructing` meanwhile, so that no argument's code can construct it
/// a second time.
///
/// # Safety
/// `inst` is a live instance of class `T` that [`begin`] has found; attached.
#[inline(always)]
unsafe fn construct<T: 'static>(
    inst: *mut Inst,
    body: impl FnOnce(Empty<T>) -> Result<(), Error>,
) -> *mut ffi::PyObject {
    struct Reset(*mut Inst);
    impl Drop for Reset {
        fn drop(&mut self) {
            // SAFETY: `self` is a live argument of the call. Runs on error and panic: there is no value, unless it was stored before.
            unsafe {
                if (*self.0).life() == Life::Constructing {
                    (*self.0).set_life(Life::Uninitialized);
                }
            }
        }
    }
    // SAFETY: `begin` accepted the instance, and nothing ran since the check in `run`.
    unsafe {
        (*inst).set_life(Life::Constructing);
        let reset = Reset(inst);
        match body(Empty::new(inst)) {
            Ok(()) => {
                std::mem::forget(reset);
                none()
            }
            Err(error) => failed(error),
        }
    }
}

/// What a constructor gives that has failed.
#[cold]
fn failed(error: Error) -> *mut ffi::PyObject {
    if error.is_next_overload() {
        return next_overload_ptr();
    }
    error.restore();
    std::ptr::null_mut()
}

/// As [`begin`], of a call without a context: `false` says nothing, and nothing has happened.
///
/// # Safety
/// `ob` is live; attached.
#[inline(always)]
unsafe fn is_empty<D, T: Class<D>>(ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract; an instance of a class that the cell names, or that has the record of `T`, is one of ours.
    unsafe {
        let known = T::cell().holds(ob) || is_of(ob, const { &TypeId::of::<T>() });
        known && (*ob.cast::<Inst>()).life() == Life::Uninitialized
    }
}

/// Whether an object is an instance of the very class `key`, or of a Python class derived from it.
///
/// # Safety
/// `ob` is live; attached.
#[inline(never)]
unsafe fn is_of(ob: *mut ffi::PyObject, key: &'static TypeId) -> bool {
    // SAFETY: caller's contract.
    unsafe { class_record::data_of(ffi::Py_TYPE(ob)).is_some_and(|data| data.key == *key) }
}

/// As [`begin`] of the receiver, which the call holds from then on: where it is not worth its code.
///
/// # Safety
/// The context has a receiver; attached.
#[inline(never)]
unsafe fn begin_apart(key: &'static TypeId, cx: &mut Cx<'_>) -> Option<NonNull<Inst>> {
    // SAFETY: caller's contract.
    unsafe {
        let inst = begin(cx.receiver, key, cx)?;
        cx.hold(inst.cast());
        NonNull::new(inst)
    }
}

/// `Some` of a list's only element.
macro_rules! one_argument {
    ($only:expr) => {
        Some($only)
    };
    ($($other:expr),*) => {
        None
    };
}

/// Names the trait of one arity after it.
macro_rules! init {
    ($count:tt: $($rest:tt)*) => {
        paste::paste! { init_named!([<Init $count>] $count: $($rest)*); }
    };
}

macro_rules! init_named {
    ($Call:ident $count:tt: $($P:ident $stage:ident $index:tt),*) => {
        #[doc(hidden)]
        pub trait $Call<'a, D, R, $($P: Param<D>),*>: Fn($($P::Item<'a>),*) -> R {}
        impl<'a, D, R, Func, $($P: Param<D>),*> $Call<'a, D, R, $($P),*> for Func where Func: Fn($($P::Item<'a>),*) -> R {}

        // SAFETY: what is said of the arguments is what their conversions say; `construct` fills an empty receiver.
        unsafe impl<D, T, G, F, R, $($P),*> Init<D, T, fn($($P),*) -> R, G> for F
        where
            T: Class<D>,
            R: Construct<T>,
            $($P: Param<D>,)*
            F: for<'a> $Call<'a, D, R, $($P),*> + Send + Sync + 'static,
            G: GuardFor<($($P,)*)>,
        {
            const N: usize = $count;
            const NULLABLE: u64 = 0 $( | (<$P as Param<D>>::NULLABLE as u64) << $index )*;
            const REST: u32 = 0 $( | <$P as Param<D>>::REST << $index )*;
            const IMPLICIT: Option<fn(&TypeData)> = one_argument!($(implicit::add::<D, $P>),*);
            const TYPES: Types = Types::of(
                &[0 $(, <$P as Param<D>>::CODE)*],
                type_codes::NONE,
                &[<&T as Param<D>>::describe $(, <$P as Param<D>>::describe)*, |_| {}],
                |index, text| {
                    if index == 0 {
                        <&T as Param<D>>::describe(text);
                    }
                    $(
                        if const { <$P as Param<D>>::CODE == 0 } && index == $index + 1 {
                            <$P as Param<D>>::describe(text);
                        }
                    )*
                },
            )
            .filling();

            #[allow(unused_variables)]
            unsafe fn run(function: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: `cx` holds a receiver and N live objects. A stage that was read has a value unless the context
                // says that something was bad.
                unsafe {
                    let function = capture::function::<Self>(function);
                    // Most calls need no context then.
                    let seldom = const { cfg!(nb_small) || can_be_fitted!(D $(, $P)*) };
                    let begun = match seldom {
                        true => begin_apart(const { &TypeId::of::<T>() }, cx).map(NonNull::as_ptr),
                        false => begin(cx.receiver, const { &TypeId::of::<T>() }, cx),
                    };
                    let Some(inst) = begun else { return next_overload_ptr() };
                    // The body may do anything, and its value is written into the instance in the end.
                    let _instance = (!seldom).then(|| StrongRef::borrow(inst.cast()));
                    if const { false $( || needs_drop::<<$P as Param<D>>::Stage>() )* } {
                        $(
                            cx.at($index + 1);
                            if const { <$P as Param<D>>::CALLS_OUT } {
                                cx.own_arguments();
                            }
                            let Some(mut $stage) = <$P as Param<D>>::convert(
                                *cx.args.add($index), cx.flags_for::<$P, D>($index + 1), cx,
                            ) else {
                                return next_overload_ptr();
                            };
                        )*
                        // Conversion may have run Python code that constructed this very instance.
                        if !still_empty(inst, cx) {
                            return next_overload_ptr();
                        }
                        $(
                            cx.at($index + 1);
                            if !<$P as Param<D>>::acquire(&mut $stage, cx) {
                                return std::ptr::null_mut();
                            }
                        )*
                        // Whoever waits for a lock lets other threads run.
                        if const { false $( || !<$P as Param<D>>::VALUE )* } && !still_empty(inst, cx) {
                            return next_overload_ptr();
                        }
                        let given = hold_arguments!(D, <R as Construct<T>>::DECLINES, Method, cx $(, $P $index + 1)*);
                        let result = construct::<T>(inst, |instance| {
                            $( let $stage = <$P as Param<D>>::lend(&mut $stage, cx); )*
                            let made = {
                                let _guard = G::enter();
                                function($($stage),*)
                            };
                            // An error may ask the interpreter for its class.
                            made.put_in(instance)
                        });
                        if const { <R as Construct<T>>::DECLINES } && result == next_overload_ptr() {
                            cx.own_declined(&given);
                        }
                        return result;
                    }
                    $(
                        let mut $stage = MaybeUninit::uninit();
                        match seldom {
                            true => <$P as Param<D>>::read_apart(cx, $index, &mut $stage),
                            false => <$P as Param<D>>::read(cx.args.add($index), cx, &mut $stage),
                        }
                    )*
                    // As above.
                    if cx.bad || !still_empty(inst, cx) {
                        return next_overload_ptr();
                    }
                    $(
                        if const { !<$P as Param<D>>::VALUE } {
                            cx.at($index + 1);
                            let stage = $stage.assume_init_mut();
                            let taken = match seldom {
                                true => <$P as Param<D>>::acquire_apart(stage, cx),
                                false => <$P as Param<D>>::acquire(stage, cx),
                            };
                            if !taken {
                                return std::ptr::null_mut();
                            }
                        }
                    )*
                    // As above.
                    if const { false $( || !<$P as Param<D>>::VALUE )* } && !still_empty(inst, cx) {
                        return next_overload_ptr();
                    }
                    let given = hold_arguments!(D, <R as Construct<T>>::DECLINES, Method, cx $(, $P $index + 1)*);
                    let result = construct::<T>(inst, |instance| {
                        $( let $stage = <$P as Param<D>>::lend($stage.assume_init_mut(), cx); )*
                        let made = {
                            let _guard = G::enter();
                            function($($stage),*)
                        };
                        made.put_in(instance)
                    });
                    if const { <R as Construct<T>>::DECLINES } && result == next_overload_ptr() {
                        cx.own_declined(&given);
                    }
                    result
                }
            }

            const QUICK: Quick = {
                /// # Safety
                /// As [`attempt::Run`](crate::call::attempt::Run).
                #[allow(unused_variables, unused_unsafe, reason = "without arguments there is nothing to fit")]
                unsafe fn run<D, T, G, F, R, $($P),*>(
                    function: *const u8,
                    receiver: *mut ffi::PyObject,
                    args: *const *mut ffi::PyObject,
                ) -> *mut ffi::PyObject
                where
                    T: Class<D>,
                    R: Construct<T>,
                    $($P: Param<D>,)*
                    F: for<'a> $Call<'a, D, R, $($P),*> + Send + Sync + 'static,
                    G: GuardFor<($($P,)*)>,
                {
                    // SAFETY: caller's contract.
                    if unsafe { !is_empty::<D, T>(receiver) } {
                        return not_fit_ptr();
                    }
                    let fit = move || fitted!(D, Plain, receiver, args, fit, false $(, $P $stage $index)*);
                    let Some((($(mut $stage,)*), marks, owners)) = fit() else {
                        $(
                            if const { <$P as Param<D>>::LENDS } {
                                // So that it fits next time. SAFETY: caller's contract; nothing has run so far.
                                let _ = unsafe { <$P as Param<D>>::fit_anywhere(*args.add($index)) };
                            }
                        )*
                        return not_fit_ptr();
                    };
                    // SAFETY: caller's contract; no code runs before the body, and the stages, the marks and the objects outlive the lent
                    // arguments.
                    unsafe {
                        panic::uncounted(move || {
                            // The body may do anything, and its value is written into the instance in the end.
                            let _instance = StrongRef::borrow(receiver);
                            // The marks are given back before the objects.
                            let (_owners, _marks) = (owners, marks);
                            let function = capture::function::<F>(function);
                            construct::<T>(receiver.cast(), |instance| {
                                $( let $stage = <$P as Param<D>>::lend_marked(&mut $stage); )*
                                let made = {
                                    let _guard = G::enter();
                                    function($($stage),*)
                                };
                                made.put_in(instance)
                            })
                        })
                    }
                }
                if !cfg!(nb_small) && can_be_fitted!(D $(, $P)*) {
                    Quick::of_run(run::<D, T, G, F, R, $($P),*>, <R as Construct<T>>::DECLINES, is_stateless::<F>())
                } else {
                    Quick::NEVER
                }
            };
        }
    };
}

for_each_arity!(init, 0..=12);
