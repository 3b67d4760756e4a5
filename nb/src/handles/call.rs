//! Calls from Rust to Python: `f.call((1, "x", nb::kw("key", 2)))`.

use crate::bind::annotations::{Arg, Value};
use crate::call::context::Cx;
use crate::cast::into_object::{self, IntoObject};
use crate::ffi;
use crate::handles::dicts::dict;
use crate::handles::iterators::iterable;
use crate::handles::keys::AttrKey;
use crate::handles::plain_arguments::{Plain, differ};
use crate::handles::tuples::tuple;
use crate::interpreter::state::State;
use crate::python::attach::Here;
use crate::python::error::{Builtin, Error, Result, type_error};
use crate::python::object::{StrongRef, check_attached, check_here, object};
use crate::python::tuple::of_items;
use crate::python::{messages, text};
use crate::util::arity::for_each_arity;
use smallvec::SmallVec;
use std::ptr;

/// Arguments on their way into a call.
#[doc(hidden)]
pub struct Staged<'s> {
    cx: Cx<'s>,
    here: Here,
    /// Owned references, made and dropped while `run` keeps the thread attached. The first is the receiver of a method,
    /// or the spare slot that the callee may use (PEP 590), which is null.
    values: SmallVec<[*mut ffi::PyObject; 8]>,
    keywords: SmallVec<[(StrongRef, StrongRef); 2]>,
}

impl Staged<'_> {
    #[inline]
    fn positional(&mut self, value: impl IntoObject) -> Result<()> {
        let value = into_object::put(value, &mut self.cx)?;
        self.values.push(value.into_ptr());
        Ok(())
    }

    fn keyword(&mut self, name: object, value: object) -> Result<()> {
        for (known, _) in &self.keywords {
            // SAFETY: both are texts.
            unsafe { differ(known.as_ptr(), &name) }?;
        }
        // SAFETY: `run` keeps the thread attached.
        self.keywords.push(unsafe { (StrongRef::of(name), StrongRef::of(value)) });
        Ok(())
    }

    /// Moves the keywords behind the positional arguments and returns their names.
    fn finish(&mut self) -> Result<object> {
        let keywords = std::mem::take(&mut self.keywords).into_iter().map(|(name, value)| {
            self.values.push(value.into_object().into_ptr());
            name.into_object()
        });
        // SAFETY: attached.
        unsafe { of_items(keywords) }
    }
}

impl Drop for Staged<'_> {
    #[inline]
    fn drop(&mut self) {
        for value in &self.values {
            // SAFETY: owned references or null, see the field; the thread is attached. What the end of an object runs
            // cannot reach this vector.
            unsafe { ffi::Py_XDECREF(*value) }
        }
    }
}

/// One argument of a call: a value, [`kw`], [`unpack`] or [`unpack_kw`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a Python call",
    label = "nb does not know how to make a Python object from a `{Self}`",
    note = "for a bound class, convert first: `nb::cast_in::<crate::NbDomain, _>(value)?`; for a Python object behind a reference, pass `value.clone()`"
)]
pub trait CallArg: Sized {
    /// It is made by [`IntoObject::GIVE`], and its name, if it has one, is a literal.
    #[doc(hidden)]
    const PLAIN: bool = false;
    /// It has a name.
    #[doc(hidden)]
    const NAMED: bool = false;
    /// Converts it.
    ///
    /// # Safety
    /// There is room; attached until the list is dropped. Only if `PLAIN`.
    #[doc(hidden)]
    unsafe fn give(self, _plain: &mut Plain) -> Result<()> {
        unreachable!("asked for only if `PLAIN`")
    }
    #[doc(hidden)]
    fn stage(self, call: &mut Staged<'_>) -> Result<()>;
}

impl<V: IntoObject> CallArg for V {
    const PLAIN: bool = V::GIVE.is_some();

    #[inline(always)]
    unsafe fn give(self, plain: &mut Plain) -> Result<()> {
        let Some(give) = V::GIVE else { unreachable!("asked for only if `PLAIN`") };
        // SAFETY: caller's contract.
        unsafe { plain.push(give(self)) }
    }

    fn stage(self, call: &mut Staged<'_>) -> Result<()> {
        call.positional(self)
    }
}

/// A keyword argument, made by [`kw`]; it can be passed as often as its value can be copied.
#[derive(Clone, Copy)]
pub struct Keyword<K, V> {
    name: K,
    value: V,
}

/// A keyword argument of a call, nanobind's `f("name"_a = value)`; anywhere in the tuple of arguments. Inside the macros
/// nanobind's own spelling is one too.
///
/// ```no_run
/// fn newest(files: nb::list, key: nb::callable) -> nb::Result<nb::object> {
///     nb::module_::<()>::import_("builtins")?.attr("max").call((files, nb::kw("key", key)))
/// }
/// ```
///
/// The name may be a [`name!`](macro@crate::name), which is not made anew for each call.
pub fn kw<K: AttrKey, V: IntoObject>(name: K, value: V) -> Keyword<K, V> {
    Keyword { name, value }
}

impl<K: AttrKey, V: IntoObject> CallArg for Keyword<K, V> {
    const PLAIN: bool = K::LITERAL && V::GIVE.is_some();
    const NAMED: bool = true;

    #[inline(always)]
    unsafe fn give(self, plain: &mut Plain) -> Result<()> {
        let (Some(name), Some(give)) = (self.name.literal(), V::GIVE) else {
            unreachable!("asked for only if `PLAIN`")
        };
        // SAFETY: caller's contract.
        unsafe { plain.keyword(name, give(self.value)) }
    }

    fn stage(self, call: &mut Staged<'_>) -> Result<()> {
        let value = into_object::put(self.value, &mut call.cx)?;
        let name = match self.name.literal() {
            // SAFETY: `run` keeps the thread attached.
            Some(name) => unsafe { name.object_at(call.here) },
            None => self.name.attr_key(),
        }?;
        if !text::is_text(&name) {
            return Err(type_error(messages::keyword_type(&name.class_name())));
        }
        call.keyword(name, value)
    }
}

/// A name with a value, `"name"_a = value` inside the macros, which in a call is a keyword argument as in nanobind.
impl<V: IntoObject> CallArg for Arg<Value<V>> {
    fn stage(self, call: &mut Staged<'_>) -> Result<()> {
        let (name, value) = self.into_parts();
        kw(name.as_str(), value).stage(call)
    }
}

/// Positional arguments from an iterable, made by [`unpack`].
pub struct Unpack<'o>(&'o object);

/// All elements of an iterable as positional arguments: Python's `f(*values)`, which inside the macros can be written so.
pub fn unpack(values: &object) -> Unpack<'_> {
    Unpack(values)
}

impl CallArg for Unpack<'_> {
    fn stage(self, call: &mut Staged<'_>) -> Result<()> {
        if !iterable::check(self.0) {
            return Err(type_error(messages::not_iterable(&self.0.class_name())));
        }
        call.values.extend(tuple::from_object(self.0)?.iter().map(object::into_ptr));
        Ok(())
    }
}

/// Keyword arguments from a mapping, made by [`unpack_kw`].
pub struct UnpackKeywords<'o>(&'o object);

/// All entries of a mapping as keyword arguments: Python's `f(**values)`, which inside the macros can be written so.
///
/// A `dict`, or anything that has `keys()` and `[key]`.
pub fn unpack_kw(values: &object) -> UnpackKeywords<'_> {
    UnpackKeywords(values)
}

impl CallArg for UnpackKeywords<'_> {
    fn stage(self, call: &mut Staged<'_>) -> Result<()> {
        for (name, value) in &entries(self.0)? {
            if !text::is_text(&name) {
                return Err(type_error(messages::keyword_type(&name.class_name())));
            }
            call.keyword(name, value)?;
        }
        Ok(())
    }
}

/// The entries of a mapping, read as Python reads those of `**values`.
fn entries(mapping: &object) -> Result<dict> {
    // SAFETY: a live object.
    if unsafe { ffi::PyDict_CheckExact(mapping.as_ptr()) } != 0 {
        return dict::try_from(mapping.clone());
    }
    let copy = dict::new();
    copy.update(mapping).map_err(|error| match error.kind() == Some(Builtin::AttributeError) {
        true => type_error(messages::not_a_mapping(&mapping.class_name())),
        false => error,
    })?;
    Ok(copy)
}

/// The arguments of a call: a tuple of up to twelve values, [`kw`]s and [`unpack`]s; `()` for none, `(x,)` for one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of arguments for a Python call",
    label = "the arguments have to be a tuple of values",
    note = "write one argument as `f.call((x,))` and none as `f.call(())`; for a bound class, convert first: `nb::cast_in::<crate::NbDomain, _>(value)?`"
)]
pub trait CallArgs: Sized {
    #[doc(hidden)]
    fn stage_all(self, call: &mut Staged<'_>) -> Result<()>;
    /// All arguments are [`CallArg::PLAIN`].
    #[doc(hidden)]
    const PLAIN: bool = false;
    /// Some are [`CallArg::NAMED`].
    #[doc(hidden)]
    const NAMED: bool = false;
    /// Converts them all.
    ///
    /// # Safety
    /// Attached until the list is dropped, which is empty. Only if `PLAIN`.
    #[doc(hidden)]
    unsafe fn give_all(self, _plain: &mut Plain) -> Result<()> {
        unreachable!("asked for only if `PLAIN`")
    }
}

/// A Rust tuple of values, for [`make_tuple`](crate::make_tuple).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of values that can become Python objects",
    note = "write `nb::make_tuple((a, b))?`; one element is `(a,)`"
)]
pub trait Values {
    #[doc(hidden)]
    fn put_all(self, cx: &mut Cx<'_>, each: &mut dyn FnMut(object)) -> Result<()>;
}

macro_rules! tuples {
    ($count:tt: $($T:ident $value:ident $index:tt),*) => {
        impl<$($T: CallArg),*> CallArgs for ($($T,)*) {
            fn stage_all(self, _call: &mut Staged<'_>) -> Result<()> {
                $( self.$index.stage(_call)?; )*
                Ok(())
            }

            const PLAIN: bool = true $( && $T::PLAIN )*;
            const NAMED: bool = false $( || $T::NAMED )*;

            #[inline(always)]
            unsafe fn give_all(self, _plain: &mut Plain) -> Result<()> {
                // SAFETY: caller's contract; there is room for all arguments of a tuple.
                $( unsafe { self.$index.give(_plain) }?; )*
                Ok(())
            }
        }

        impl<$($T: IntoObject),*> Values for ($($T,)*) {
            fn put_all(self, _cx: &mut Cx<'_>, _each: &mut dyn FnMut(object)) -> Result<()> {
                $( _each(into_object::put::<(), $T>(self.$index, _cx)?); )*
                Ok(())
            }
        }
    };
}
for_each_arity!(tuples, 0..=12);

/// Converts the arguments and makes the call: `invoke(values, number of positional ones, names of keywords)`.
#[inline]
fn run(
    receiver: *mut ffi::PyObject,
    args: impl CallArgs,
    invoke: impl FnOnce(*const *mut ffi::PyObject, usize, *mut ffi::PyObject) -> *mut ffi::PyObject,
) -> Result<object> {
    let here = check_here();
    let state = State::get_or_create()?;
    let mut call = Staged { cx: Cx::new(&state), here, values: SmallVec::new(), keywords: SmallVec::new() };
    // SAFETY: null or live, and attached.
    call.values.push(unsafe { ffi::Py_XNewRef(receiver) });
    args.stage_all(&mut call)?;
    let positional = call.values.len();
    // SAFETY: attached until this returns.
    let names = if call.keywords.is_empty() { None } else { Some(unsafe { StrongRef::of(call.finish()?) }) };
    let names = names.as_ref().map_or(ptr::null_mut(), |names| names.as_ptr());
    let result = invoke(call.values.as_mut_ptr(), positional, names);
    // SAFETY: a new reference or null with an exception raised.
    unsafe { object::from_owned(result).ok_or_else(Error::fetch) }
}

/// As [`run`], of arguments that need no context.
#[inline(always)]
fn run_plain<A: CallArgs>(
    receiver: *mut ffi::PyObject,
    args: A,
    invoke: impl FnOnce(*const *mut ffi::PyObject, usize, *mut ffi::PyObject) -> *mut ffi::PyObject,
) -> Result<object> {
    let mut plain = Plain::new(check_here());
    plain.values[0].write(receiver);
    // SAFETY: attached, as checked. The result is a new reference or null with an exception raised.
    unsafe {
        args.give_all(&mut plain)?;
        let positional = plain.count + 1;
        let names = if const { A::NAMED } { Some(plain.finish()?) } else { None };
        let result = invoke(
            plain.values.as_mut_ptr().cast_const().cast(),
            positional,
            names.as_ref().map_or(ptr::null_mut(), |names| names.as_ptr()),
        );
        // What the end of an argument runs finds the exception that is raised set aside, as everywhere.
        object::from_owned(result).ok_or_else(Error::fetch)
    }
}

/// Calls `function`.
pub(super) fn call_function<A: CallArgs>(function: &object, args: A) -> Result<object> {
    let invoke = |values: *const *mut ffi::PyObject, positional: usize, names: *mut ffi::PyObject| {
        // SAFETY: the spare slot lies before the arguments, which live during the call; the callee restores what it
        // puts there.
        unsafe {
            let flags = (positional - 1) | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
            ffi::PyObject_Vectorcall(function.as_ptr(), values.add(1), flags, names)
        }
    };
    if const { A::PLAIN } { run_plain(ptr::null_mut(), args, invoke) } else { run(ptr::null_mut(), args, invoke) }
}

/// Calls the method `name` of `receiver`.
pub(super) fn call_method<A: CallArgs>(receiver: &object, name: &object, args: A) -> Result<object> {
    let invoke = |values: *const *mut ffi::PyObject, positional: usize, names: *mut ffi::PyObject| {
        // SAFETY: the receiver is the first value, and all live during the call; `receiver` holds the object.
        unsafe {
            let flags = positional | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
            ffi::PyObject_VectorcallMethod(name.as_ptr(), values, flags, names)
        }
    };
    if const { A::PLAIN } { run_plain(receiver.as_ptr(), args, invoke) } else { run(receiver.as_ptr(), args, invoke) }
}

impl object {
    /// Calls the object with a tuple of arguments: nanobind's `f(a, b, "key"_a = c)`.
    ///
    /// # Errors
    /// Raises what the callee raises, and a `TypeError` for a value that has no Python form.
    ///
    /// ```no_run
    /// fn twice(f: nb::callable) -> nb::Result<nb::object> {
    ///     f.call((1, "text"))?;
    ///     f.call((1, nb::kw("name", "text")))
    /// }
    /// ```
    pub fn call(&self, args: impl CallArgs) -> Result<object> {
        call_function(self, args)
    }

    /// Calls the object with a tuple of positional arguments and a tuple of [`kw`]s.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn call_kw(&self, args: impl CallArgs, keywords: impl CallArgs) -> Result<object> {
        struct Both<A, K>(A, K);
        impl<A: CallArgs, K: CallArgs> CallArgs for Both<A, K> {
            fn stage_all(self, call: &mut Staged<'_>) -> Result<()> {
                self.0.stage_all(call)?;
                self.1.stage_all(call)
            }
        }
        call_function(self, Both(args, keywords))
    }

    /// Calls the object with arguments whose number is known only now: CPython's and nanobind's `vectorcall`. The last ones are given
    /// by keyword, as many as there are `names`.
    ///
    /// # Errors
    /// Raises what the callee raises, and a `TypeError` for names that are no `str`, come twice, or are more than the arguments.
    ///
    /// ```no_run
    /// /// Python's `f(*values, sep=separator)`.
    /// fn joined(f: nb::callable, mut values: Vec<nb::object>, separator: nb::object) -> nb::Result<nb::object> {
    ///     values.push(separator);
    ///     f.vectorcall(&values, Some(&nb::make_tuple(("sep",))?))
    /// }
    /// ```
    pub fn vectorcall(&self, args: &[object], names: Option<&tuple>) -> Result<object> {
        let (positional, names) = checked(args, 0, names)?;
        // SAFETY: live objects, as many as it says; the names are different texts.
        unsafe { object::steal(ffi::PyObject_Vectorcall(self.as_ptr(), as_pointers(args), positional, names)) }
    }

    /// Calls the method `name` as [`vectorcall`](Self::vectorcall) does: CPython's and nanobind's `vectorcall_method`. The first argument is
    /// the object whose method it is.
    ///
    /// # Errors
    /// As there, and a `TypeError` where there is no first argument.
    pub fn vectorcall_method(name: impl AttrKey, args: &[object], names: Option<&tuple>) -> Result<object> {
        let (positional, names) = checked(args, 1, names)?;
        let name = name.attr_key()?;
        // SAFETY: as above; the receiver is not given by keyword.
        unsafe { object::steal(ffi::PyObject_VectorcallMethod(name.as_ptr(), as_pointers(args), positional, names)) }
    }
}

/// The array that these objects are.
fn as_pointers(args: &[object]) -> *const *mut ffi::PyObject {
    const { assert!(size_of::<object>() == size_of::<*mut ffi::PyObject>()) };
    args.as_ptr().cast()
}

/// The number of positional arguments, `least` or more, and the names of the others as C functions rely on them.
fn checked(args: &[object], least: usize, names: Option<&tuple>) -> Result<(usize, *mut ffi::PyObject)> {
    check_attached();
    let Some(names) = names else {
        return if args.len() < least {
            Err(type_error(messages::NO_RECEIVER))
        } else {
            Ok((args.len(), ptr::null_mut()))
        };
    };
    let Some(positional) = args.len().checked_sub(names.len()).filter(|&positional| positional >= least) else {
        return Err(type_error(messages::too_many_names(names.len(), args.len().saturating_sub(least))));
    };
    for (index, name) in names.iter().enumerate() {
        if !text::is_text(&name) {
            return Err(type_error(messages::keyword_type(&name.class_name())));
        }
        // SAFETY: both are texts.
        if names.iter().take(index).any(|known| unsafe { ffi::PyUnicode_Compare(known.as_ptr(), name.as_ptr()) } == 0) {
            return Err(type_error(messages::keyword_twice(&name.to_str_lossy().unwrap_or_default())));
        }
    }
    Ok((positional, names.as_ptr()))
}
