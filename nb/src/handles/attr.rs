//! [`accessor`]: an attribute or item that is read, assigned or called later, nanobind's `o.attr("name")` and `o[key]`.

use crate::cast::into_object::{IntoObject, to_python, to_python_attached};
use crate::cast::traits::Param;
use crate::ffi;
use crate::handles::call::{CallArgs, call_function, call_method};
use crate::handles::cast::{CastTo, Unbound, cast_attached};
use crate::handles::keys::AttrKey;
use crate::handles::results::done;
use crate::interpreter::names::Name;
use crate::python::attach::Here;
use crate::python::error::{Error, Result, restore_raised, take_raised};
use crate::python::object::{StrongRef, check_here, object};
use crate::python::{attributes, text};
use std::ffi::c_int;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;

/// One link of a chain such as `o.attr("a").item(0)`.
enum Step {
    Name(&'static Name),
    Attr(object),
    Item(object),
    /// The key could not become a Python object; the exception is raised on use, as a lookup's would be.
    Failed(object),
}

/// An attribute or item of an object; nothing is looked up until it is used.
///
/// Python assignment is spelled `.set(value)`; `m.attr("x") = value;` inside `nb_module!` is rewritten to it. Chains
/// are lazy as well: `os.attr("path").attr("sep").get()?` does two lookups, both at the end.
///
/// ```no_run
/// # fn main() -> nb::Result<()> {
/// let os = nb::module_::<()>::import_("os")?;
/// let joined: String = os.attr("path").attr("join").call(("a", "b"))?.cast()?;
/// os.attr("environ").item("KEY").set("value")?;
/// # Ok(()) }
/// ```
pub struct accessor<'a, D = ()> {
    base: &'a object,
    steps: Steps,
    domain: PhantomData<fn(D)>,
}

/// The steps of a chain. Those that own nothing are dropped without a call, and no call gets their address, so that the compiler need not
/// put them anywhere.
struct Steps {
    /// Those before the last, mostly none.
    before: ManuallyDrop<Vec<Step>>,
    last: ManuallyDrop<Step>,
}

impl Steps {
    #[inline(always)]
    fn of(last: Step) -> Steps {
        Steps { before: ManuallyDrop::default(), last: ManuallyDrop::new(last) }
    }

    /// The name of an attribute of the base, if it is made once for its place in the code. Asked for before anything is called, so that the
    /// compiler sees the answer and leaves all other ways out.
    #[inline(always)]
    fn name(&self) -> Option<&'static Name> {
        match *self.last {
            Step::Name(name) if self.before.is_empty() => Some(name),
            _ => None,
        }
    }
}

impl Drop for Steps {
    #[inline(always)]
    fn drop(&mut self) {
        // A list without room for elements owns nothing either.
        if self.name().is_none() || self.before.capacity() > 0 {
            // SAFETY: nobody uses them again.
            unsafe { drop_steps(ManuallyDrop::take(&mut self.before), ManuallyDrop::take(&mut self.last)) }
        }
    }
}

#[inline(never)]
fn drop_steps(before: Vec<Step>, last: Step) {
    drop((before, last));
}

/// What a step applies to.
enum Target<'a> {
    Base(&'a object),
    Found(StrongRef),
}

impl Deref for Target<'_> {
    type Target = object;
    fn deref(&self) -> &object {
        match self {
            Target::Base(base) => base,
            Target::Found(found) => found,
        }
    }
}

impl<'a, D> accessor<'a, D> {
    #[inline]
    pub(crate) fn new(base: &'a object, name: impl AttrKey) -> accessor<'a, D> {
        accessor { base, steps: Steps::of(Step::attr(name)), domain: PhantomData }
    }

    fn of_item(base: &'a object, key: impl IntoObject) -> accessor<'a, D> {
        accessor { base, steps: Steps::of(Step::item(key)), domain: PhantomData }
    }

    fn then(mut self, step: Step) -> accessor<'a, D> {
        let last = std::mem::replace(&mut *self.steps.last, step);
        self.steps.before.push(last);
        self
    }

    /// An attribute of what this refers to.
    pub fn attr(self, name: impl AttrKey) -> accessor<'a, D> {
        self.then(Step::attr(name))
    }

    /// An item of what this refers to.
    pub fn item(self, key: impl IntoObject) -> accessor<'a, D> {
        self.then(Step::item(key))
    }

    /// The object that the last step applies to.
    ///
    /// # Safety
    /// Attached, as `here` says.
    unsafe fn target(&self, here: Here) -> Result<Target<'a>> {
        let mut target = Target::Base(self.base);
        for step in self.steps.before.iter() {
            // SAFETY: caller's contract.
            target = Target::Found(unsafe { StrongRef::of(step.read(&target, here)?) });
        }
        Ok(target)
    }

    /// Reads; the name is that of [`Steps::name`].
    ///
    /// # Safety
    /// Attached, as `here` says.
    #[inline(always)]
    unsafe fn read(&self, name: Option<&'static Name>, here: Here) -> Result<object> {
        // SAFETY: caller's contract; a new reference or null with an exception.
        unsafe {
            match name {
                Some(name) => object::steal(read_name(self.base, name, here)),
                None => self.read_other(here),
            }
        }
    }

    /// # Safety
    /// Attached, as `here` says.
    unsafe fn read_other(&self, here: Here) -> Result<object> {
        // SAFETY: caller's contract.
        unsafe { self.steps.last.read(&*self.target(here)?, here) }
    }

    /// # Safety
    /// Attached, as `here` says; null or live.
    unsafe fn write_other(&self, value: *mut ffi::PyObject, here: Here) -> Result<()> {
        // SAFETY: caller's contract.
        unsafe { self.steps.last.write(&*self.target(here)?, value, here) }
    }

    /// Reads the attribute or item.
    ///
    /// # Errors
    /// `AttributeError`, `KeyError` or `IndexError` when it is missing.
    #[inline]
    pub fn get(&self) -> Result<object> {
        let name = self.steps.name();
        let here = check_here();
        // SAFETY: attached.
        unsafe { self.read(name, here) }
    }

    /// Assigns the attribute or item; the value becomes a Python object as a function's result would.
    ///
    /// # Errors
    /// Whatever Python raises.
    #[inline]
    pub fn set<V: IntoObject<D>>(&self, value: V) -> Result<()> {
        let name = self.steps.name();
        let here = check_here();
        // SAFETY: attached, also after what the value runs, and until this returns.
        unsafe {
            let value = StrongRef::of(to_python_attached::<D, V>(value)?);
            match name {
                Some(name) => done(write_name(self.base, name, value.as_ptr(), here)),
                None => self.write_other(value.as_ptr(), here),
            }
        }
    }

    /// Reads, and assigns what `change` makes of it. What leads to the place is looked up once.
    pub(super) fn update(&self, change: impl FnOnce(object) -> Result<object>) -> Result<()> {
        let here = check_here();
        // SAFETY: attached, also after what `change` runs.
        unsafe {
            let target = self.target(here)?;
            let new = StrongRef::of(change(self.steps.last.read(&target, here)?)?);
            self.steps.last.write(&target, new.as_ptr(), here)
        }
    }

    /// Deletes the attribute or item: nanobind's `nb::del(o["key"])`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn del(&self) -> Result<()> {
        let here = check_here();
        // SAFETY: attached.
        unsafe {
            let target = self.target(here)?;
            match &*self.steps.last {
                Step::Item(key) => done(ffi::PyObject_DelItem(target.as_ptr(), key.as_ptr())),
                attribute => attribute.write(&target, std::ptr::null_mut(), here),
            }
        }
    }

    /// Calls the attribute or item with a tuple of arguments, see [`object::call`]; a method is called without making a
    /// bound method first.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn call(&self, args: impl CallArgs) -> Result<object> {
        let here = check_here();
        // SAFETY: attached.
        unsafe {
            let target = self.target(here)?;
            match &*self.steps.last {
                Step::Name(name) => call_method(&target, &StrongRef::of(name.object_at(here)?), args),
                // The C API formats the name of a method that is missing without looking what it is.
                Step::Attr(name) if text::is_text(name) => call_method(&target, name, args),
                item => call_function(&StrongRef::of(item.read(&target, here)?), args),
            }
        }
    }

    /// Reads and converts, see [`object::cast`].
    ///
    /// # Errors
    /// Whatever Python raises.
    #[inline]
    pub fn cast<T>(&self) -> Result<T>
    where
        T: Unbound,
    {
        self.cast_in::<(), T>()
    }

    /// Reads and converts to what the domain `K` knows, see [`object::cast_in`].
    ///
    /// # Errors
    /// Whatever Python raises.
    ///
    /// ```no_run
    /// # #[derive(Clone)] struct Dog;
    /// # fn owner_s_dog<D>(o: &nb::object) -> nb::Result<Dog> where Dog: for<'a> nb::Param<D, Item<'a> = Dog> {
    /// o.attr("dog").cast_in::<D, Dog>()
    /// # }
    /// ```
    #[inline]
    pub fn cast_in<K, T>(&self) -> Result<T>
    where
        T: for<'t> Param<K, Item<'t> = T>,
    {
        let name = self.steps.name();
        let here = check_here();
        // SAFETY: attached.
        unsafe { cast_attached::<K, T>(&StrongRef::of(self.read(name, here)?)) }
    }
}

impl Step {
    fn of(key: Result<object>, step: fn(object) -> Step) -> Step {
        key.map_or_else(
            |error| {
                error.restore();
                Step::Failed(take_raised().expect("raised by the line above"))
            },
            step,
        )
    }

    #[inline]
    fn attr(name: impl AttrKey) -> Step {
        match name.literal() {
            Some(name) => Step::Name(name),
            None => Step::of(name.attr_key(), Step::Attr),
        }
    }

    fn item(key: impl IntoObject) -> Step {
        Step::of(to_python::<(), _>(key), Step::Item)
    }

    /// # Safety
    /// Attached, as `here` says.
    unsafe fn read(&self, target: &object, here: Here) -> Result<object> {
        // SAFETY: live objects; attached; a new reference or null with an exception.
        unsafe {
            match self {
                Step::Name(name) => object::steal(read_name(target, name, here)),
                Step::Attr(name) => object::steal(ffi::PyObject_GetAttr(target.as_ptr(), name.as_ptr())),
                Step::Item(key) => object::steal(ffi::PyObject_GetItem(target.as_ptr(), key.as_ptr())),
                Step::Failed(error) => Err(raise_again(error)),
            }
        }
    }

    /// Assigns; null deletes an attribute.
    ///
    /// # Safety
    /// A live object or null; attached, as `here` says.
    unsafe fn write(&self, target: &object, value: *mut ffi::PyObject, here: Here) -> Result<()> {
        // SAFETY: caller's contract.
        done(unsafe {
            match self {
                Step::Name(name) => write_name(target, name, value, here),
                Step::Attr(name) => ffi::PyObject_SetAttr(target.as_ptr(), name.as_ptr(), value),
                Step::Item(key) => ffi::PyObject_SetItem(target.as_ptr(), key.as_ptr(), value),
                Step::Failed(error) => return Err(raise_again(error)),
            }
        })
    }
}

/// Reads an attribute: a new reference, or null with an exception raised.
///
/// # Safety
/// Attached, as `here` says.
unsafe fn read_name(target: &object, name: &'static Name, here: Here) -> *mut ffi::PyObject {
    // SAFETY: caller's contract; live objects. The lookup may run code that ends the table of names, so the name is held.
    unsafe {
        match name.object_at(here) {
            Ok(name) => ffi::PyObject_GetAttr(target.as_ptr(), StrongRef::of(name).as_ptr()),
            Err(error) => {
                error.restore();
                std::ptr::null_mut()
            }
        }
    }
}

/// Assigns an attribute, or deletes it where the value is null; negative with an exception raised.
///
/// # Safety
/// A live object or null; attached, as `here` says.
unsafe fn write_name(target: &object, name: &'static Name, value: *mut ffi::PyObject, here: Here) -> c_int {
    // SAFETY: as in `read_name`.
    unsafe {
        match name.object_at(here) {
            Ok(name) => ffi::PyObject_SetAttr(target.as_ptr(), StrongRef::of(name).as_ptr(), value),
            Err(error) => {
                error.restore();
                -1
            }
        }
    }
}

fn raise_again(error: &object) -> Error {
    // SAFETY: an exception instance, and the thread is attached.
    unsafe { restore_raised(error.clone()) };
    Error::fetch()
}

impl<T> CastTo<T> for accessor<'_, ()>
where
    T: for<'t> Param<(), Item<'t> = T>,
{
    fn cast_to(self) -> Result<T> {
        self.cast()
    }
}

impl<T> CastTo<T> for &accessor<'_, ()>
where
    T: for<'t> Param<(), Item<'t> = T>,
{
    fn cast_to(self) -> Result<T> {
        self.cast()
    }
}

/// Nothing: `o[key]` is said by `o.item(key)`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a Python object is not indexed with brackets in Rust",
    label = "write `o.item(key)`, and `.get()?`, `.cast()?`, `.set(value)?` or `.del()?` behind it",
    note = "inside of `nb_module!` and its kin, `o[key]` is understood of variables whose type is written: `|o: nb::object| o[key]`"
)]
pub trait Indexed {}

/// For the sake of the compiler's message.
impl<K: Indexed> std::ops::Index<K> for object {
    type Output = object;

    fn index(&self, _key: K) -> &object {
        self
    }
}

impl object {
    /// An attribute, for reading, assignment and calls: nanobind's `o.attr("name")`.
    ///
    /// The name is a text, [`name!`](macro@crate::name) of one, or a Python object.
    #[inline]
    pub fn attr(&self, name: impl AttrKey) -> accessor<'_> {
        accessor::new(self, name)
    }

    /// An item, for reading, assignment and deletion: nanobind's `o[key]`.
    ///
    /// ```no_run
    /// # fn main() -> nb::Result<()> {
    /// let table = nb::dict::new();
    /// table.item("a").set(1)?;
    /// let one: i32 = table.item("a").cast()?;
    /// # Ok(()) }
    /// ```
    pub fn item(&self, key: impl IntoObject) -> accessor<'_> {
        accessor::of_item(self, key)
    }

    /// The docstring, as a place: nanobind's `o.doc()`.
    pub fn doc(&self) -> accessor<'_> {
        self.attr("__doc__")
    }

    /// Whether the attribute exists. Never raises: any exception of the lookup counts as "no", as in nanobind.
    pub fn hasattr(&self, name: impl AttrKey) -> bool {
        self.attr(name).get().is_ok()
    }

    /// Reads an attribute.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn getattr(&self, name: impl AttrKey) -> Result<object> {
        self.attr(name).get()
    }

    /// Reads an attribute; the default when the lookup fails for any reason, as in nanobind.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn getattr_or(&self, name: impl AttrKey, default: impl IntoObject) -> Result<object> {
        let name = name.attr_key()?;
        match attributes::find(self, &name) {
            Some(value) => Ok(value),
            None => to_python::<(), _>(default),
        }
    }

    /// Assigns an attribute.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn setattr(&self, name: impl AttrKey, value: impl IntoObject) -> Result<()> {
        self.attr(name).set(value)
    }

    /// Deletes an attribute.
    ///
    /// # Errors
    /// `AttributeError` when there is none.
    pub fn delattr(&self, name: impl AttrKey) -> Result<()> {
        self.attr(name).del()
    }
}
