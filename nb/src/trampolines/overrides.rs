//! Finding and calling the Python function that overrides a native one.
//!
//! Each `nb_override!` has a small cache of its own, of what a few types say to its name. An entry counts while the type
//! has the version that it had then: CPython gives a type a new one, never used before in that interpreter, when an attribute of it or
//! of a base is assigned or deleted. So "there is no override" is answered without the interpreter. On 3.10 versions begin again when
//! the interpreter's cache is cleared (`sys._clear_type_cache`), hence nothing is remembered there.

use super::Trampoline;
use super::link::Link;
use crate::call::context::Cx;
use crate::call::nb_func;
use crate::cast::into_object::{IntoObject, put};
use crate::cast::traits::Param;
use crate::ffi;
use crate::instance::class_record::TypeData;
use crate::interpreter::gil;
use crate::interpreter::interpreters::Interpreter;
use crate::interpreter::panic::raise;
use crate::interpreter::state::State;
use crate::python::attach::Attached;
use crate::python::error::{Error, Result, type_error};
use crate::python::object::{StrongRef, object};
use crate::python::{messages, text};
use smallvec::{SmallVec, smallvec};
use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

unsafe extern "C" {
    /// The lookup behind every attribute access, with the interpreter's cache; a borrowed reference, or null without an exception.
    fn _PyType_Lookup(ty: *mut ffi::PyTypeObject, name: *mut ffi::PyObject) -> *mut ffi::PyObject;
}

/// Number of types that one site remembers.
const REMEMBERED: usize = 4;

/// One place where native code calls a function that Python may override: its name, and what was found lately.
#[doc(hidden)]
pub struct OverrideSite {
    name: &'static str,
    hash: u64,
    known: [Known; REMEMBERED],
}

/// What one type says; see [`OverrideSite::remember`] for the order of access.
struct Known {
    /// The type's version, and the number of its interpreter; 0 while the entry is being changed.
    key: AtomicU64,
    /// The overriding attribute, borrowed from the type that has it; 0 for none.
    found: AtomicUsize,
}

/// The hash by which names are compared; never 0.
pub(crate) const fn name_hash(name: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut index = 0;
    while index < name.len() {
        hash = (hash ^ name.as_bytes()[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash | 1
}

impl OverrideSite {
    #[allow(missing_docs)]
    pub const fn new(name: &'static str) -> OverrideSite {
        let known = [const { Known { key: AtomicU64::new(0), found: AtomicUsize::new(0) } }; REMEMBERED];
        OverrideSite { name, hash: name_hash(name), known }
    }

    #[allow(missing_docs)]
    pub fn name(&self) -> &'static str {
        self.name
    }

    #[inline]
    fn entry(&self, class: *mut ffi::PyTypeObject) -> &Known {
        let address = class as usize;
        &self.known[(address >> 5 ^ address >> 9) % REMEMBERED]
    }

    /// What `class` was found to say, if that still holds: null for no override.
    ///
    /// # Safety
    /// `class` is live, a type of the interpreter. The result may be used by attached threads, until they let go of the interpreter.
    #[inline]
    unsafe fn known(&self, class: *mut ffi::PyTypeObject, interpreter: Interpreter) -> Option<*mut ffi::PyObject> {
        // SAFETY: caller's contract.
        let key = unsafe { key(class, interpreter) };
        let entry = self.entry(class);
        if key == 0 || entry.key.load(Ordering::Acquire) != key {
            return None;
        }
        let found = entry.found.load(Ordering::Acquire);
        // Still the same entry, or another one that says as much of the same type.
        (entry.key.load(Ordering::Relaxed) == key).then_some(found as *mut ffi::PyObject)
    }

    /// # Safety
    /// `class` is live, a type of the interpreter, and says `found`; attached.
    unsafe fn remember(&self, class: *mut ffi::PyTypeObject, interpreter: Interpreter, found: *mut ffi::PyObject) {
        let entry = self.entry(class);
        // Readers who see the new value beside the old key, or the reverse, must see that the key has changed.
        entry.key.store(0, Ordering::Release);
        entry.found.store(found as usize, Ordering::Release);
        // SAFETY: caller's contract.
        entry.key.store(unsafe { key(class, interpreter) }, Ordering::Release);
    }
}

/// Names the present state of a type; 0 if it has no name. Versions are unique among all types of an interpreter, whose
/// number is unique.
///
/// # Safety
/// `class` is live, a type of the interpreter.
#[inline]
unsafe fn key(class: *mut ffi::PyTypeObject, interpreter: Interpreter) -> u64 {
    if cfg!(not(Py_3_11)) {
        return 0;
    }
    // SAFETY: caller's contract; the interpreter writes the field under its lock, and any value that was there lately will
    // do.
    unsafe {
        #[cfg(not(Py_3_13))]
        {
            const VALID_VERSION_TAG: std::ffi::c_ulong = 1 << 19;
            if ffi::PyType_HasFeature(class, VALID_VERSION_TAG) == 0 {
                return 0;
            }
        }
        let version = AtomicU32::from_ptr(&raw mut (*class).tp_version_tag).load(Ordering::Relaxed);
        let serial = interpreter.serial();
        if version == 0 || serial == 0 { 0 } else { u64::from(version) << 32 | u64::from(serial) }
    }
}

/// An override that was found; the thread is attached while it lives.
#[doc(hidden)]
pub struct Overridden<X> {
    function: StrongRef,
    site: &'static OverrideSite,
    trampoline: PhantomData<fn(X)>,
    // Dropped last.
    _attached: Attached,
}

/// The Python function that overrides `site` for the object behind `this`.
///
/// `None` also when the object's interpreter cannot be entered any more, or when the caller has passed the override by.
#[doc(hidden)]
#[inline]
pub fn find_override<X: Trampoline>(this: &X, site: &'static OverrideSite) -> Option<Overridden<X>> {
    let link = this.inner().link();
    if link.has_passed(site.hash) {
        return None;
    }
    // SAFETY: the link keeps the object alive, whose type is read in one piece, and the type that it had once.
    let same = unsafe { type_now(link.object()) == link.class() };
    // SAFETY: as above.
    let known = if same { unsafe { site.known(link.class(), link.interpreter()) } } else { None };
    if known.is_some_and(|found| found.is_null()) {
        return None;
    }
    let (function, attached) = find(link, site, known)?;
    Some(Overridden { function, site, trampoline: PhantomData, _attached: attached })
}

/// The type of an object that another thread may be giving another one.
///
/// # Safety
/// The object is live.
#[inline]
unsafe fn type_now(object: *mut ffi::PyObject) -> *mut ffi::PyTypeObject {
    // SAFETY: caller's contract; the field is a pointer.
    unsafe { std::sync::atomic::AtomicPtr::from_ptr(&raw mut (*object).ob_type).load(Ordering::Relaxed) }
}

/// `known` is what the site has said a moment ago.
#[inline(never)]
fn find(link: &Link, site: &'static OverrideSite, known: Option<*mut ffi::PyObject>) -> Option<(StrongRef, Attached)> {
    let attached = Attached::to(link.interpreter()).ok()?;
    // SAFETY: attached to its interpreter; the link keeps the object alive, which keeps its type alive. What was known still holds if the thread
    // was attached when it asked, since with the interpreter's lock no other one has changed the type meanwhile.
    unsafe {
        if let Some(known) = known
            && attached.was_before()
            && cfg!(not(Py_GIL_DISABLED))
        {
            return Some((StrongRef::borrow(known), attached));
        }
        let class = ffi::Py_TYPE(link.object());
        let found = match site.known(class, link.interpreter()) {
            Some(known) => (!known.is_null()).then(|| StrongRef::borrow(known)),
            None => look_up(class, link.data(), site, link.interpreter()),
        };
        found.map(|found| (found, attached))
    }
}

/// What the class says to the name, unless it is what the native class has bound. The site remembers it.
///
/// # Safety
/// Live arguments; attached.
unsafe fn look_up(
    class: *mut ffi::PyTypeObject,
    data: &TypeData,
    site: &OverrideSite,
    interpreter: Interpreter,
) -> Option<StrongRef> {
    // SAFETY: caller's contract. A look-up can run code, where a namespace holds a key with an `__eq__`, and so can the end of what it has found:
    // the object may be of another class then, and the one that is asked be gone, so it is held. The last look-up is that of the result, which
    // is held and remembered before anything else ends.
    unsafe {
        let _class = StrongRef::borrow(class.cast());
        let name = interned(site.name)?;
        let native = _PyType_Lookup(data.ty, name.as_ptr());
        let native = (!native.is_null()).then(|| StrongRef::borrow(native));
        let found = _PyType_Lookup(class, name.as_ptr());
        let held = (!found.is_null()).then(|| StrongRef::borrow(found));
        let is_own = native.as_ref().is_some_and(|native| native.as_ptr() == found) && is_native(found, &data.state);
        if held.is_none() || is_own {
            site.remember(class, interpreter, ptr::null_mut());
            return None;
        }
        site.remember(class, interpreter, found);
        held
    }
}

/// The name as the interpreter's cache of attributes knows it.
///
/// # Safety
/// Attached.
unsafe fn interned(name: &str) -> Option<object> {
    let Ok(name) = text::new(name) else {
        // SAFETY: caller's contract.
        unsafe { ffi::PyErr_Clear() };
        return None;
    };
    let mut name = name.into_ptr();
    // SAFETY: an owned reference, in whose place another one may be put.
    unsafe {
        ffi::PyUnicode_InternInPlace(&raw mut name);
        object::from_owned(name)
    }
}

/// Whether an attribute of the native class is native code, a function or a property, or a plain value beside a function of that
/// name, rather than a function that somebody has assigned to the class.
///
/// # Safety
/// `found` is live; attached.
unsafe fn is_native(found: *mut ffi::PyObject, state: &State) -> bool {
    // SAFETY: a live object.
    unsafe {
        let ty = ffi::Py_TYPE(found);
        ty == &raw mut ffi::PyMethodDescr_Type
            || ty == &raw mut ffi::PyCFunction_Type
            || ty == &raw mut ffi::PyWrapperDescr_Type
            || state.property.is(ty)
            || state.static_property.is(ty)
            || nb_func::data_of(found).is_some()
            || ((*ty).tp_descr_get.is_none() && ffi::PyCallable_Check(found) == 0)
    }
}

/// The values of a call; the first is the spare slot that the callee may use (PEP 590), and the second may be the object of the link, which
/// holds it. The others are owned. The thread is attached.
struct Values {
    all: SmallVec<[*mut ffi::PyObject; 8]>,
    /// How many are not owned.
    borrowed: usize,
}

impl Values {
    fn new() -> Values {
        Values { all: smallvec![ptr::null_mut()], borrowed: 1 }
    }

    /// How many arguments there are besides the object.
    fn own(&self) -> usize {
        self.all.len() - self.borrowed
    }
}

impl Drop for Values {
    #[inline]
    fn drop(&mut self) {
        for value in &self.all[self.borrowed..] {
            // SAFETY: `push` has added owned references; attached, see the type.
            unsafe { ffi::Py_DECREF(*value) }
        }
    }
}

/// The arguments of an override, while they are converted. The thread is attached.
#[doc(hidden)]
pub struct Arguments<'a, 'c, D> {
    values: &'a mut Values,
    state: &'c State,
    /// Made for the first value that needs one; lives until the override has returned.
    cx: &'a mut Option<Cx<'c>>,
    domain: PhantomData<fn(D)>,
}

impl<D> Arguments<'_, '_, D> {
    #[allow(missing_docs)]
    pub fn push<T: IntoObject<D>>(&mut self, value: T) -> Result<()> {
        // SAFETY: see the type; a new reference, or null with an exception.
        unsafe {
            let made = match T::GIVE {
                Some(give) => object::steal(give(value))?,
                None => put::<D, T>(value, self.cx.get_or_insert_with(|| Cx::new(self.state)))?,
            };
            self.values.all.push(made.into_ptr());
        }
        Ok(())
    }
}

/// The result of a function that Python overrides.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a function that Python overrides",
    label = "an override returns a Python object, from which no `{Self}` can be made",
    note = "nothing can be borrowed from what an override returns: let the function of the trait return an owned value (`String` instead of `&str`), or a `Result` of one"
)]
pub trait Returned<D>: Sized {
    #[doc(hidden)]
    fn returned(result: Result<object>, state: Option<&State>) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<D, R> Returned<D> for R
where
    R: for<'r> Param<D, Item<'r> = R>,
{
    fn returned(result: Result<object>, state: Option<&State>) -> Result<R> {
        R::of_callback(result, state)
    }
}

impl<X: Trampoline> Overridden<X> {
    /// Calls the override with the arguments that `give` puts into the list. What goes wrong becomes the `Err` of a
    /// `Result`, or leaves the calling function as [`raise`](crate::raise) does.
    pub fn call<R: Returned<X::Domain>>(
        self,
        this: &X,
        give: impl FnOnce(&mut Arguments<'_, '_, X::Domain>) -> Result<()>,
    ) -> R {
        let link = this.inner().link();
        // SAFETY: attached; the link keeps the class alive, which owns the state of its interpreter.
        let state = unsafe { &*ptr::from_ref::<State>(&link.data().state) };
        finish::<X, R>(self.run(link, state, give), Some(state))
    }

    fn run(
        &self,
        link: &Link,
        state: &State,
        give: impl FnOnce(&mut Arguments<'_, '_, X::Domain>) -> Result<()>,
    ) -> Result<object> {
        let _nested = crate::interpreter::recursion::Nested::enter()?;
        let mut values = Values::new();
        let mut cx = None;
        // SAFETY: attached, and the object is live while the link is.
        let bound = unsafe {
            if ffi::PyType_HasFeature(ffi::Py_TYPE(self.function.as_ptr()), ffi::Py_TPFLAGS_METHOD_DESCRIPTOR) != 0 {
                values.all.push(link.object());
                values.borrowed += 1;
                Bound::Itself
            } else {
                bind(&self.function, link, self.site.name)?
            }
        };
        give(&mut Arguments { values: &mut values, state, cx: &mut cx, domain: PhantomData })?;
        if matches!(bound, Bound::Property(_) | Bound::Value(_)) && values.own() > 0 {
            // SAFETY: attached; the object is live while the link is.
            let class = unsafe { object::borrow(link.object()) }.class_name();
            return Err(type_error(messages::property_with_arguments(&class, self.site.name)));
        }
        // SAFETY: attached.
        unsafe { link.rest() };
        let function = match &bound {
            Bound::Itself => &self.function,
            Bound::Function(function) => function,
            // SAFETY: attached; this is the descriptor's own slot.
            Bound::Property(get) => unsafe {
                return object::steal(gil::get_python(*get, self.function.as_ptr(), link.object()));
            },
            // SAFETY: attached; a live object.
            Bound::Value(value) => return Ok(unsafe { object::borrow(value.as_ptr()) }),
        };
        // SAFETY: as above; the arguments, all there, live during the call, as does the link, which is borrowed. The callee restores what it puts
        // into the spare slot.
        unsafe {
            let first = values.all.as_mut_ptr().add(1);
            let flags = (values.all.len() - 1) | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
            object::steal(gil::call_python(function.as_ptr(), first, flags))
        }
    }
}

/// What an attribute says for an object.
enum Bound {
    /// It is called, with the object as its first argument.
    Itself,
    /// This has to be called.
    Function(StrongRef),
    /// The getter of a Python `property` gives the result.
    Property(ffi::descrgetfunc),
    /// This is the result: the class has a plain value where the native one has a property.
    Value(StrongRef),
}

/// What an attribute that is no unbound function says: what its `__get__` gives is called.
///
/// # Safety
/// Attached, to the link's interpreter.
#[inline(never)]
unsafe fn bind(function: &StrongRef, link: &Link, name: &str) -> Result<Bound> {
    // SAFETY: caller's contract; the link keeps the object alive.
    unsafe {
        let this = link.object();
        let ty = ffi::Py_TYPE(function.as_ptr());
        let bound = match (*ty).tp_descr_get {
            Some(get) if ffi::PyType_IsSubtype(ty, &raw mut ffi::PyProperty_Type) != 0 => {
                return Ok(Bound::Property(get));
            }
            Some(get) => {
                object::steal(gil::get_python(get, function.as_ptr(), this)).map(|bound| StrongRef::of(bound))?
            }
            None => StrongRef::borrow(function.as_ptr()),
        };
        let is_value = ffi::PyCallable_Check(bound.as_ptr()) == 0 && is_property(link.data(), name);
        Ok(if is_value { Bound::Value(bound) } else { Bound::Function(bound) })
    }
}

/// Whether the native class has a property of this name.
///
/// # Safety
/// Attached.
unsafe fn is_property(data: &TypeData, name: &str) -> bool {
    // SAFETY: caller's contract; a registered type is alive.
    unsafe {
        let Some(name) = interned(name) else { return false };
        let found = _PyType_Lookup(data.ty, name.as_ptr());
        !found.is_null() && data.state.property.is(ffi::Py_TYPE(found))
    }
}

/// Names the type of a trampoline.
#[doc(hidden)]
pub fn kind_of<X: Trampoline>(_this: &X) -> PhantomData<fn(X)> {
    PhantomData
}

/// For `nb_override!`: the result that says what has gone wrong.
#[doc(hidden)]
pub fn failed<X: Trampoline, R: Returned<X::Domain>>(_kind: PhantomData<fn(X)>, error: Error) -> R {
    match Attached::new() {
        Some(_attached) => finish::<X, R>(Err(error), None),
        None => raise(error),
    }
}

fn finish<X: Trampoline, R: Returned<X::Domain>>(result: Result<object>, state: Option<&State>) -> R {
    R::returned(result, state).unwrap_or_else(|error| raise(error))
}
