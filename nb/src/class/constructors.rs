//! Functions that make the value of a new instance, as `nb::init` names them. Those that fill a `Slot` are in `slot.rs`.

use crate::call::attempt::Quick;
use crate::call::callable_traits::{Layout, Method, Plain, can_be_fitted, fitted, hold_arguments};
use crate::call::capture;
use crate::call::context::{Cx, next_overload_ptr};
use crate::call::entry::is_stateless;
use crate::call::outcome::not_fit_ptr;
use crate::call::type_codes::{self, Types};
use crate::cast::class_trait::Class;
use crate::cast::traits::Param;
use crate::cast::{arc, arc_of_lock, implicit};
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::ext::{self, Ext};
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::intrusive;
use crate::instance::lock::Lock;
use crate::interpreter::gil::GuardFor;
use crate::interpreter::panic;
use crate::python::error::{self, Error, warn};
use crate::python::messages;
use crate::python::object::StrongRef;
use crate::util::arity::for_each_arity;
use std::any::TypeId;
use std::fmt::Display;
use std::mem::{MaybeUninit, needs_drop};
use std::sync::Arc;

/// What a constructor may return for a class `T`: `T`, `Box<T>`, `Arc<T>`, an `Arc` of a lock around a `T`, or a `Result` of `T`.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Port(u16);
/// nb_module!(network, m, {
///     nb::class_<Port>(m, "Port").def(nb::init(|number: u32| match u16::try_from(number) {
///         Ok(number) => Ok(Port(number)),
///         Err(_) => Err(nb::value_error("no such port")),
///     }));
/// });
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot construct a `{T}`",
    label = "returns `{Self}`",
    note = "a constructor returns `{T}`, `Box<{T}>`, `Arc<{T}>`, `Arc<RwLock<{T}>>`, or `Result<{T}, E>`"
)]
pub trait Construct<T> {
    /// As [`Ret::DECLINES`](crate::Ret).
    #[doc(hidden)]
    const DECLINES: bool = false;
    #[doc(hidden)]
    fn into_value(self) -> Result<New<T>, Error>;
}

/// A value on its way into an instance.
#[doc(hidden)]
pub enum New<T> {
    Inline(T),
    Boxed(Box<T>),
    Shared(Arc<T>),
    /// A count of a lock around the value.
    Locked(Lock),
}

impl<T: 'static> Construct<T> for T {
    fn into_value(self) -> Result<New<T>, Error> {
        Ok(New::Inline(self))
    }
}

impl<T: 'static> Construct<T> for Box<T> {
    fn into_value(self) -> Result<New<T>, Error> {
        Ok(New::Boxed(self))
    }
}

impl<T: 'static> Construct<T> for Arc<T> {
    fn into_value(self) -> Result<New<T>, Error> {
        Ok(New::Shared(self))
    }
}

impl<T: 'static, E: Display + 'static> Construct<T> for Result<T, E> {
    const DECLINES: bool = true;

    fn into_value(self) -> Result<New<T>, Error> {
        self.map(New::Inline).map_err(error::from_display)
    }
}

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

/// Stores a new value in an instance that [`begin`] has accepted.
///
/// # Safety
/// `inst` is live, of class `T`, and its life is `Constructing`.
unsafe fn store<T: 'static>(inst: *mut Inst, value: New<T>) {
    // SAFETY: the type's size and alignment are those of `T`, and the slot holds no value.
    unsafe {
        match value {
            New::Inline(value) => {
                (header::inline_address(inst, align_of::<T>()) as *mut T).write(value);
                (*inst).set_storage(Storage::Inline);
                (*inst).set_life(Life::Ready);
            }
            New::Boxed(value) => {
                let ext = Ext::owned(Box::into_raw(value) as usize);
                ext::adopt_ext(inst, Storage::Boxed, ext);
            }
            // What native code shares may outlive the object, which therefore does not count for it.
            New::Shared(value) => return arc::adopt(inst, value),
            New::Locked(lock) => {
                return arc_of_lock::adopt(inst, class_record::native_data(ffi::Py_TYPE(inst.cast())), lock);
            }
        }
        intrusive::expose(inst, class_record::native_data(ffi::Py_TYPE(inst.cast())));
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
/// `inst` is a live instance that [`begin`] has found; attached.
unsafe fn construct<T: 'static>(inst: *mut Inst, body: impl FnOnce() -> Result<New<T>, Error>) -> *mut ffi::PyObject {
    struct Reset(*mut Inst);
    impl Drop for Reset {
        fn drop(&mut self) {
            // SAFETY: `self` is a live argument of the call. Runs on error and panic: there is no value.
            unsafe { (*self.0).set_life(Life::Uninitialized) }
        }
    }
    // SAFETY: `begin` accepted the instance, and nothing ran since the check in `run`.
    unsafe {
        (*inst).set_life(Life::Constructing);
        let reset = Reset(inst);
        match body() {
            Ok(value) => {
                std::mem::forget(reset);
                store(inst, value);
                none()
            }
            Err(error) if error.is_next_overload() => next_overload_ptr(),
            Err(error) => {
                error.restore();
                std::ptr::null_mut()
            }
        }
    }
}

/// As [`begin`], of a call without a context: `false` says nothing, and nothing has happened.
///
/// # Safety
/// `ob` is live; attached.
#[inline(always)]
unsafe fn is_empty<D, T: Class<D>>(ob: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract; an instance of a class that the cell names, or that has the record of `T`, is one of ours.
    unsafe {
        let known = T::cell().holds(ob)
            || class_record::data_of(ffi::Py_TYPE(ob)).is_some_and(|data| data.key == const { TypeId::of::<T>() });
        known && (*ob.cast::<Inst>()).life() == Life::Uninitialized
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
            const TYPES: Types = Types::new(&[0 $(, <$P as Param<D>>::CODE)*], type_codes::NONE, |index, text| {
                if index == 0 {
                    text.filled::<T>();
                }
                $(
                    if const { <$P as Param<D>>::CODE == 0 } && index == $index + 1 {
                        <$P as Param<D>>::describe(text);
                    }
                )*
            });

            #[allow(unused_variables)]
            unsafe fn run(function: *const u8, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: `cx` holds a receiver and N live objects. A stage that was read has a value unless the context
                // says that something was bad.
                unsafe {
                    let function = capture::function::<Self>(function);
                    let Some(inst) = begin(cx.receiver, const { &TypeId::of::<T>() }, cx) else {
                        return next_overload_ptr();
                    };
                    // The body may do anything, and its value is written into the instance in the end.
                    let _instance = StrongRef::borrow(inst.cast());
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
                        let given = hold_arguments!(D, <R as Construct<T>>::DECLINES, Method, cx $(, $P $index + 1)*);
                        let result = construct::<T>(inst, || {
                            $( let $stage = <$P as Param<D>>::lend(&mut $stage, cx); )*
                            let made = {
                                let _guard = G::enter();
                                function($($stage),*)
                            };
                            // An error may ask the interpreter for its class.
                            made.into_value()
                        });
                        if const { <R as Construct<T>>::DECLINES } && result == next_overload_ptr() {
                            cx.own_declined(&given);
                        }
                        return result;
                    }
                    $(
                        let mut $stage = MaybeUninit::uninit();
                        <$P as Param<D>>::read(cx.args.add($index), cx, &mut $stage);
                    )*
                    // As above.
                    if cx.bad || !still_empty(inst, cx) {
                        return next_overload_ptr();
                    }
                    $(
                        if const { !<$P as Param<D>>::VALUE } {
                            cx.at($index + 1);
                            if !<$P as Param<D>>::acquire($stage.assume_init_mut(), cx) {
                                return std::ptr::null_mut();
                            }
                        }
                    )*
                    let given = hold_arguments!(D, <R as Construct<T>>::DECLINES, Method, cx $(, $P $index + 1)*);
                    let result = construct::<T>(inst, || {
                        $( let $stage = <$P as Param<D>>::lend($stage.assume_init_mut(), cx); )*
                        let made = {
                            let _guard = G::enter();
                            function($($stage),*)
                        };
                        made.into_value()
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
                            construct::<T>(receiver.cast(), || {
                                $( let $stage = <$P as Param<D>>::lend_marked(&mut $stage); )*
                                let made = {
                                    let _guard = G::enter();
                                    function($($stage),*)
                                };
                                made.into_value()
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
