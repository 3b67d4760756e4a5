//! [`Param`] and [`Ret`]: which Rust types can cross the border, and how.
//!
//! `Param` is a family (`Item<'a>`), so that a function over `&'a T` is one function for every call. `D` is the extension's
//! domain, a type of the user's crate.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::ffi;
use crate::interpreter::state::State;
use crate::python::error::Result;
use crate::python::object::object;
use std::mem::MaybeUninit;

/// What a caster may do, nanobind's `cast_flags`: the bits of the `flags` that [`Param::convert`] gets.
pub mod cast_flags {
    /// Implicit conversion is allowed: set in the second pass over the overloads, and not for `noconvert()` arguments.
    ///
    /// A caster of a container hands the flags on to its elements.
    #[allow(non_upper_case_globals)]
    pub const convert: u8 = crate::call::context::CONVERT;
}

/// A type that a bound function can take as an argument.
///
/// A call goes through three steps, each for all arguments before the next begins:
/// 1. `convert` looks at the Python object; it may run Python code.
/// 2. `acquire` takes the borrow marks; no Python code runs from here until the function's body.
/// 3. `lend` makes the Rust value; it cannot fail.
///
/// So nothing that a converter runs can invalidate what another argument already refers to, and a call that fails has
/// moved nothing out of its arguments.
///
/// A caster of your own, nanobind's `type_caster`, mostly leaves the work to another type's:
///
/// ```no_run
/// use nb::prelude::*;
/// use nb::{Cx, Param, Ret, SigText, ffi};
///
/// /// A `float` in Python.
/// struct Celsius(f64);
///
/// // SAFETY: the stage is a number, and refers to nothing.
/// unsafe impl<D> Param<D> for Celsius {
///     type Item<'a> = Celsius;
///     type Lent<'object, 'call> = Celsius;
///     type Stage = f64;
///     const BORROWS: bool = false;
///
///     fn describe(text: &mut SigText<'_>) {
///         <f64 as Param<D>>::describe(text);
///     }
///     unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<f64> {
///         // SAFETY: caller's contract.
///         unsafe { <f64 as Param<D>>::convert(src, flags, cx) }
///     }
///     unsafe fn lend<'a>(stage: &'a mut f64, _cx: &Cx<'_>) -> Celsius {
///         Celsius(*stage)
///     }
/// }
///
/// // SAFETY: the new reference is that of the number.
/// unsafe impl<D, P> Ret<D, P> for Celsius {
///     fn describe(text: &mut SigText<'_>) {
///         <f64 as Ret<D, P>>::describe(text);
///     }
///     unsafe fn put(value: Celsius, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
///         // SAFETY: caller's contract.
///         unsafe { <f64 as Ret<D, P>>::put(value.0, cx) }
///     }
/// }
///
/// nb_module!(weather, m, {
///     // warmer(float) -> float
///     m.def("warmer", |temperature: Celsius| Celsius(temperature.0 + 1.0));
/// });
/// # fn main() {}
/// ```
///
/// # Safety
/// `lend` may produce references only to what `acquire` has marked, to data inside the stage, or to immutable data in an
/// object that `Cx::keep` or `Cx::hold` keeps alive; the caller's arguments alone may be gone by then. `acquire` runs no Python
/// code where it gives true: what was found in the objects until then has to be so still. `OWNED` may be true
/// only if `Stage` is the same type as `Item<'a>`.
/// `Lent<'a, 'a>` is `Item<'a>`, and in `Lent` the lifetime `'object` is that of nothing but references to values that `acquire`
/// has lent to the context.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a bound function",
    label = "there is no conversion from a Python object to `{Self}`",
    note = "if `{Self}` is your own type, bind it: `nb::class_<{Self}>(m, \"Name\")` inside `nb_module!`, or `nb_class!({Self}, \"Name\", {{ .. }});`"
)]
pub unsafe trait Param<D>: Sized {
    /// What the function receives.
    type Item<'a>;
    /// The same, where what lies in bound objects is told from what lives for the call alone: in the stage, or in an object that
    /// the caller keeps. What [`rv_policy::reference_internal`](crate::rv_policy) makes outlives the call, and may refer to
    /// bound objects only. `Self::Item<'call>` is right for every type; a container hands on what its elements say.
    type Lent<'object, 'call>;
    /// What conversion leaves behind until the call.
    type Stage;
    /// `Stage` and `Item<'a>` are one type, and `lend` is a move.
    const OWNED: bool = false;
    /// `None` is a legal argument without `none()`. What an element of a container may be, `convert` decides.
    const NULLABLE: bool = false;
    /// The stage may point into the source object, which is kept alive when it is an element of a container. May be
    /// false only for a stage that owns all it needs, or for which `convert` has called `Cx::hold`.
    const BORROWS: bool = !Self::OWNED;
    /// Bit 0: the argument takes the positional values that are left over; bit 16: the keywords.
    #[doc(hidden)]
    const REST: u32 = 0;
    /// What [`describe`](Self::describe) writes, if that is one of [`Types`](crate::call::signature::Types)' words.
    #[doc(hidden)]
    const CODE: u8 = 0;
    /// `convert` refuses `None`, so that nobody has to look whether the argument is that.
    #[doc(hidden)]
    const REFUSES_NONE: bool = false;
    /// `convert` looks at its flags.
    #[doc(hidden)]
    const ASKS_FLAGS: bool = true;
    /// `convert` may run Python code, or other code that could do so, before it has called [`Cx::own_arguments`]. May be
    /// false only for one that calls it first; then arguments that are not looked at closely cost nothing to own.
    #[doc(hidden)]
    const CALLS_OUT: bool = true;
    /// `lend` may run code of the user's (a `Clone`, a `Hash`), and with it any code, while other arguments have not been lent.
    #[doc(hidden)]
    const LEND_CALLS_OUT: bool = true;
    /// The source is kept alive from `acquire` on, by its loan or by `Cx::hold`, until the context has ended.
    #[doc(hidden)]
    const HOLDS: bool = false;
    /// The stage is a value, which `acquire` has nothing to do for.
    #[doc(hidden)]
    const VALUE: bool = false;
    /// For plain numbers, which are [`OWNED`](Self::OWNED): reads one from a live object of exactly its type, running no code; `None` says
    /// nothing.
    #[doc(hidden)]
    const FIT: Option<unsafe fn(*mut ffi::PyObject) -> Option<Self>> = None;

    /// For integers: one of the numbers that are known by their addresses ([`small_ints`](crate::python::small_ints)), if it fits.
    #[doc(hidden)]
    const OF_SMALL: Option<fn(i64) -> Option<Self>> = None;

    /// Calls in which the argument fits as it is may be tried without a context, by the functions below; only for a `Stage` without a
    /// destructor. Numbers need no more than [`FIT`](Self::FIT).
    #[doc(hidden)]
    const AT_ONCE: bool = Self::FIT.is_some();

    /// The stage if `src` is of the very type and fits as it is; `None` says nothing. Looks and changes nothing, runs no code, raises nothing.
    ///
    /// # Safety
    /// `src` is live; attached.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn fit(src: *mut ffi::PyObject) -> Option<Self::Stage> {
        let fit = Self::FIT?;
        // SAFETY: caller's contract. What has `FIT` is `OWNED`, so that stage and value are of one type.
        unsafe { fit(src).map(|value| std::mem::transmute_copy(&std::mem::ManuallyDrop::new(value))) }
    }

    /// As `fit`, for what is found with more effort: no conversion, but a derived class.
    ///
    /// # Safety
    /// As `fit`.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn fit_anywhere(src: *mut ffi::PyObject) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { Self::fit(src) }
    }

    /// As [`convert`](Self::convert), of a function whose usual calls need no context: not worth its code in each of them.
    ///
    /// # Safety
    /// As `convert`.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn convert_apart(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract.
        unsafe { Self::convert(src, flags, cx) }
    }

    /// As [`read`](Self::read), of such a function: reads the argument at this place in the context's.
    ///
    /// # Safety
    /// As `read`; the context has such an argument.
    #[doc(hidden)]
    #[inline(never)]
    unsafe fn read_apart(cx: &mut Cx<'_>, place: usize, stage: &mut MaybeUninit<Self::Stage>) {
        // SAFETY: caller's contract.
        unsafe { Self::read(cx.args.add(place), cx, stage) }
    }

    /// As [`acquire`](Self::acquire), of such a function.
    #[doc(hidden)]
    #[inline(always)]
    fn acquire_apart(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        Self::acquire(stage, cx)
    }

    /// Some values are bound, and lent: a mark is needed, and what does not fit at once may do so with more effort.
    #[doc(hidden)]
    const LENDS: bool = false;

    /// Takes the borrow mark if that means to count and no more.
    ///
    /// # Safety
    /// Made by `fit`, and no code has run since.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn mark(_stage: &mut Self::Stage) -> bool {
        true
    }

    /// As `mark`, for values that do not lie in their object.
    ///
    /// # Safety
    /// As `mark`, or made by `fit_anywhere`.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn mark_anywhere(stage: &mut Self::Stage) -> bool {
        // SAFETY: caller's contract.
        unsafe { Self::mark(stage) }
    }

    /// Gives back what `mark` has taken.
    ///
    /// # Safety
    /// Once after `mark`; what `lend_marked` has made is gone.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn unmark(_stage: &Self::Stage) {}

    /// Gives back what `mark_anywhere` has taken.
    ///
    /// # Safety
    /// As `unmark`.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn unmark_anywhere(stage: &Self::Stage) {
        // SAFETY: caller's contract.
        unsafe { Self::unmark(stage) }
    }

    /// Owns the object that the stage refers to.
    ///
    /// # Safety
    /// As `mark`.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn own(_stage: &Self::Stage) {}

    /// As `own`, after `mark_anywhere`.
    ///
    /// # Safety
    /// As `own`.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn own_anywhere(stage: &Self::Stage) {
        // SAFETY: caller's contract.
        unsafe { Self::own(stage) }
    }

    /// Lets go of the object, which may run any code.
    ///
    /// # Safety
    /// Once after `own`, when nothing is marked any more.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn let_go(_stage: &Self::Stage) {}

    /// As `let_go`, after `own_anywhere`.
    ///
    /// # Safety
    /// As `let_go`.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn let_go_anywhere(stage: &Self::Stage) {
        // SAFETY: caller's contract.
        unsafe { Self::let_go(stage) }
    }

    /// As [`lend`](Self::lend).
    ///
    /// # Safety
    /// Once, between `mark` and `own` of all arguments and `unmark`.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn lend_marked<'a>(stage: &'a mut Self::Stage) -> Self::Item<'a> {
        assert!(const { Self::OWNED }, "asked for only if `AT_ONCE`");
        // SAFETY: `OWNED`: they are of one type, and the stage is not used any more.
        unsafe { std::ptr::from_mut(stage).cast::<Self::Item<'a>>().read() }
    }

    /// A field of this type is written through a shared reference, since it is a lock or an atomic. The last argument is the
    /// name of the field; the old value is given back.
    #[doc(hidden)]
    const WRITE_SHARED: Option<fn(&Self, Self, &str) -> Result<Self>> = None;

    /// Writes the Python type, as in `collections.abc.Sequence[int]`.
    fn describe(text: &mut SigText<'_>);

    /// Converts; `None` is a mismatch. With an exception raised, `cx.mismatch_raised()` has been called.
    ///
    /// # Safety
    /// `src` is live, and if it is an argument of a call, it stays so until other code runs, or for the whole call after
    /// `Cx::own_arguments`; attached.
    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage>;

    /// As [`convert`](Self::convert), for an argument of the call, which is found there. A failure is noted in the context; the
    /// stage has no value then, nor after an earlier failure. Asked for only when a stage has no destructor.
    ///
    /// A bound function is half as long that way, since it looks for failures once.
    ///
    /// # Safety
    /// As [`convert`](Self::convert); `argument` points into the arguments of the call.
    #[doc(hidden)]
    unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Self::Stage>) {
        // SAFETY: caller's contract.
        let found = unsafe {
            let convert = |src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>| Self::convert(src, flags, cx);
            if const { Self::CALLS_OUT } { cx.read(argument, convert) } else { cx.read_carefully(argument, convert) }
        };
        if let Some(found) = found {
            stage.write(found);
        }
    }

    /// Takes borrow marks; false with an exception raised when Rust's rules forbid the call.
    fn acquire(_stage: &mut Self::Stage, _cx: &mut Cx<'_>) -> bool {
        true
    }

    /// Makes the argument.
    ///
    /// # Safety
    /// Called once, after `acquire` of all arguments; `'a` ends before the context is dropped.
    unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Self::Item<'a>;

    /// The result of a Python callback, of what it has returned or raised: a conversion, except for `()`, which takes
    /// everything, and `Result`, which takes the exception as well. An error leaves the function that called. The thread is
    /// attached if there is an object; the state is that of its interpreter, if the caller knows it.
    #[doc(hidden)]
    fn of_callback(returned: Result<object>, state: Option<&State>) -> Result<Self>
    where
        Self: for<'a> Param<D, Item<'a> = Self>,
    {
        crate::cast::from_object::cast_result::<D, Self>(returned?, state)
    }
}

/// A type that a bound function can return under the policy `P`. An example is at [`Param`].
///
/// # Safety
/// The returned object owns its reference and does not outlive what `Self` borrows, unless it checks (derived references).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned by a bound function",
    label = "there is no conversion from `{Self}` to a Python object",
    note = "if `{Self}` is your own type, bind it: `nb::class_<{Self}>(m, \"Name\")` inside `nb_module!`, or `nb_class!({Self}, \"Name\", {{ .. }});`; if it is `!`, write `|| -> () {{ .. }}` for a closure that never returns",
    note = "an iterator is what `nb::make_iterator` makes of it, or a `Box<dyn Iterator<Item = T> + Send>`"
)]
pub unsafe trait Ret<D, P>: Sized {
    /// There is never a value: the function returns nothing.
    #[doc(hidden)]
    const NOTHING: bool = false;
    /// As [`Param::CODE`].
    #[doc(hidden)]
    const CODE: u8 = 0;
    /// For numbers, texts and what is an object already: makes a new reference, or null with an exception raised, and runs no code. The
    /// thread is attached.
    #[doc(hidden)]
    const GIVE: Option<unsafe fn(Self) -> *mut ffi::PyObject> = None;
    /// The body may ask for the next overload, which looks at the arguments once more, after all that the body has run.
    #[doc(hidden)]
    const DECLINES: bool = true;
    /// A value becomes a new instance of a bound class, or holds values that do.
    #[doc(hidden)]
    const COPIES: bool = false;
    /// [`give`](Self::give) exists: a call may be tried without a context.
    #[doc(hidden)]
    const AT_ONCE: bool = Self::GIVE.is_some();
    /// What `give` returns may be null without an exception, or ask for the next overload.
    #[doc(hidden)]
    const CHECKED: bool = false;
    /// Why a function that returns this cannot be bound after all: a compile error with this text at the binding.
    #[doc(hidden)]
    const REFUSED: Option<&'static str> = None;

    /// Writes the Python type, as in `list[int]`.
    fn describe(text: &mut SigText<'_>);

    /// Converts; new reference, or null with an exception raised (without one, the dispatcher raises its own).
    ///
    /// # Safety
    /// Attached.
    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject;

    /// As [`put`](Self::put), for a result that borrows nothing, of a call without a context. The mark for the next overload asks for that.
    ///
    /// # Safety
    /// Attached.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn give(value: Self) -> *mut ffi::PyObject {
        match Self::GIVE {
            // SAFETY: caller's contract.
            Some(give) => unsafe { give(value) },
            None => unreachable!("asked for only if `AT_ONCE`"),
        }
    }
}
