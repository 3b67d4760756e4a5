//! [`accessor`]: an attribute or item that is read, assigned or called later, nanobind's `o.attr("name")` and `o[key]`.

use crate::cast::into_object::{IntoObject, to_python};
use crate::cast::traits::Param;
use crate::ffi;
use crate::handles::call::{CallArgs, call_function, call_method};
use crate::handles::cast::{CastTo, Unbound, cast_attached};
use crate::handles::keys::AttrKey;
use crate::handles::results::done;
use crate::interpreter::names::Name;
use crate::python::error::{Error, Result, restore_raised, take_raised};
use crate::python::object::{StrongRef, check_attached, object};
use crate::python::{attributes, text};
use std::marker::PhantomData;
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
    /// Those before the last, mostly none.
    before: Vec<Step>,
    last: Step,
    domain: PhantomData<fn(D)>,
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
        accessor { base, before: Vec::new(), last: Step::attr(name), domain: PhantomData }
    }

    fn of_item(base: &'a object, key: impl IntoObject) -> accessor<'a, D> {
        accessor { base, before: Vec::new(), last: Step::item(key), domain: PhantomData }
    }

    fn then(mut self, step: Step) -> accessor<'a, D> {
        self.before.push(std::mem::replace(&mut self.last, step));
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
    /// Attached.
    #[inline]
    unsafe fn target(&self) -> Result<Target<'a>> {
        let mut target = Target::Base(self.base);
        for step in &self.before {
            // SAFETY: caller's contract.
            target = Target::Found(unsafe { StrongRef::of(step.read(&target)?) });
        }
        Ok(target)
    }

    /// # Safety
    /// Attached.
    #[inline]
    unsafe fn read(&self) -> Result<object> {
        // SAFETY: caller's contract.
        unsafe { self.last.read(&*self.target()?) }
    }

    /// Reads the attribute or item.
    ///
    /// # Errors
    /// `AttributeError`, `KeyError` or `IndexError` when it is missing.
    #[inline]
    pub fn get(&self) -> Result<object> {
        check_attached();
        // SAFETY: attached.
        unsafe { self.read() }
    }

    /// Assigns the attribute or item; the value becomes a Python object as a function's result would.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn set<V: IntoObject<D>>(&self, value: V) -> Result<()> {
        // SAFETY: attached since the value was made, and until this returns.
        unsafe {
            let value = StrongRef::of(to_python::<D, V>(value)?);
            self.last.write(&*self.target()?, value.as_ptr())
        }
    }

    /// Reads, and assigns what `change` makes of it. What leads to the place is looked up once.
    pub(super) fn update(&self, change: impl FnOnce(object) -> Result<object>) -> Result<()> {
        check_attached();
        // SAFETY: attached, also after what `change` runs.
        unsafe {
            let target = self.target()?;
            let new = StrongRef::of(change(self.last.read(&target)?)?);
            self.last.write(&target, new.as_ptr())
        }
    }

    /// Deletes the attribute or item: nanobind's `nb::del(o["key"])`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn del(&self) -> Result<()> {
        check_attached();
        // SAFETY: attached.
        unsafe {
            let target = self.target()?;
            match &self.last {
                Step::Item(key) => done(ffi::PyObject_DelItem(target.as_ptr(), key.as_ptr())),
                attribute => attribute.write(&target, std::ptr::null_mut()),
            }
        }
    }

    /// Calls the attribute or item with a tuple of arguments, see [`object::call`]; a method is called without making a
    /// bound method first.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn call(&self, args: impl CallArgs) -> Result<object> {
        check_attached();
        // SAFETY: attached.
        unsafe {
            let target = self.target()?;
            match &self.last {
                Step::Name(name) => call_method(&target, &StrongRef::of(name.object()?), args),
                // The C API formats the name of a method that is missing without looking what it is.
                Step::Attr(name) if text::is_text(name) => call_method(&target, name, args),
                item => call_function(&StrongRef::of(item.read(&target)?), args),
            }
        }
    }

    /// Reads and converts, see [`object::cast`].
    ///
    /// # Errors
    /// Whatever Python raises.
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
    pub fn cast_in<K, T>(&self) -> Result<T>
    where
        T: for<'t> Param<K, Item<'t> = T>,
    {
        check_attached();
        // SAFETY: attached.
        unsafe { cast_attached::<K, T>(&StrongRef::of(self.read()?)) }
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
    /// Attached.
    #[inline]
    unsafe fn read(&self, target: &object) -> Result<object> {
        // SAFETY: live objects; attached; a new reference or null with an exception.
        unsafe {
            match self {
                Step::Name(name) => {
                    let name = StrongRef::of(name.object()?);
                    object::steal(ffi::PyObject_GetAttr(target.as_ptr(), name.as_ptr()))
                }
                Step::Attr(name) => object::steal(ffi::PyObject_GetAttr(target.as_ptr(), name.as_ptr())),
                Step::Item(key) => object::steal(ffi::PyObject_GetItem(target.as_ptr(), key.as_ptr())),
                Step::Failed(error) => Err(raise_again(error)),
            }
        }
    }

    /// Assigns; null deletes an attribute.
    ///
    /// # Safety
    /// A live object or null; attached.
    #[inline]
    unsafe fn write(&self, target: &object, value: *mut ffi::PyObject) -> Result<()> {
        // SAFETY: caller's contract.
        done(unsafe {
            match self {
                Step::Name(name) => {
                    let name = StrongRef::of(name.object()?);
                    ffi::PyObject_SetAttr(target.as_ptr(), name.as_ptr(), value)
                }
                Step::Attr(name) => ffi::PyObject_SetAttr(target.as_ptr(), name.as_ptr(), value),
                Step::Item(key) => ffi::PyObject_SetItem(target.as_ptr(), key.as_ptr(), value),
                Step::Failed(error) => return Err(raise_again(error)),
            }
        })
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
