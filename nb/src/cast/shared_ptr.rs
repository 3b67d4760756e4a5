//! [`shared_ptr`]: a handle to a bound value that keeps its Python object alive, for any thread.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::bound::find;
use crate::cast::class_trait::Class;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::handles::handle_t;
use crate::interpreter::resident::Resident;
use crate::python::attach::Attached;
use crate::python::error::{Result, runtime_error};
use crate::python::messages;
use crate::python::object::{check_attached, object};
use crate::rv_policy::Policy;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

/// Shared ownership of a `T` that keeps the *Python object* alive: what `std::shared_ptr<T>` is in nanobind.
///
/// Where `Arc<T>` shares the value alone, this shares the object around it. So a Python subclass with its methods and
/// attributes survives while only native code holds it, and as a result the same object comes back. Taking one as an argument
/// moves nothing and takes no mark, for any class, also a derived one; [`with`](Self::with) and
/// [`with_mut`](Self::with_mut) ask for the value when it is needed. One made from an `Arc<T>` has no object yet.
///
/// May be cloned, used and dropped on any thread. `with` and the drop of the last clone attach the thread for that time,
/// hence neither while holding a lock that an attached thread may wait for. When the interpreter has ended, the object is
/// left alone; so it is by another interpreter of the process, where `with` raises a `RuntimeError`. Python's collector does not see the reference: an object that refers to itself through this is never freed.
///
/// ```no_run
/// # struct Dog { age: i32 }
/// struct House { dog: nb::shared_ptr<Dog> }
/// impl House {
///     fn birthday(&self) -> nb::Result<i32> {
///         self.dog.with_mut(|dog| { dog.age += 1; dog.age })
///     }
///     fn alarm(&self) -> nb::Result<String> {
///         // The method of the Python subclass.
///         self.dog.python().expect("made by Python").attr("alarm").call(())?.cast()
///     }
/// }
/// ```
pub struct shared_ptr<T>(Owner<T>);

enum Owner<T> {
    /// The object, shared by the clones of one `shared_ptr`.
    Python(Arc<Resident>),
    Rust(Arc<T>),
}

impl<T: 'static> shared_ptr<T> {
    /// Reads the value, with a shared borrow mark held while `body` runs.
    ///
    /// # Errors
    /// `RuntimeError` when the object is being modified, is a stale reference or has no value, and when the interpreter has
    /// ended.
    pub fn with<R>(&self, body: impl FnOnce(&T) -> R) -> Result<R> {
        match &self.0 {
            Owner::Rust(value) => Ok(body(value)),
            Owner::Python(python) => attached(python, |handle| Ok(body(&*handle.borrow()?))),
        }
    }

    /// Modifies the value, with an exclusive borrow mark held while `body` runs.
    ///
    /// A value that came from an `Arc` is read only.
    ///
    /// # Errors
    /// `RuntimeError` when the object is in use, is read only, shared as an `Arc` or a stale reference, or has no value, and
    /// when the interpreter has ended.
    pub fn with_mut<R>(&self, body: impl FnOnce(&mut T) -> R) -> Result<R> {
        match &self.0 {
            Owner::Rust(_) => {
                let class = crate::python::type_name::short_rust_name(std::any::type_name::<T>());
                Err(runtime_error(messages::shared("nb::shared_ptr", messages::THE_VALUE, &class)))
            }
            Owner::Python(python) => attached(python, |handle| Ok(body(&mut *handle.borrow_mut()?))),
        }
    }

    /// The Python object, to call the methods of a subclass; none for a value from an `Arc`.
    ///
    /// Panics when the thread is not attached, or attached to another interpreter than that of the object.
    pub fn python(&self) -> Option<handle_t<T>> {
        check_attached();
        match &self.0 {
            Owner::Rust(_) => None,
            Owner::Python(python) => {
                let python = python.here().unwrap_or_else(|_| panic!("{}", messages::OTHER_INTERPRETER));
                handle(python).ok()
            }
        }
    }
}

impl<T> shared_ptr<T> {
    /// The Python object that this keeps alive, in its interpreter.
    pub(crate) fn shared_object(&self) -> Option<&object> {
        match &self.0 {
            Owner::Python(python) => python.here().ok(),
            Owner::Rust(_) => None,
        }
    }

    /// Number of clones of this very handle, or of counts of the `Arc` that it was made from.
    ///
    /// As in nanobind, each time that an object is passed to native code begins a count of its own: Python's references, and
    /// other handles to the same object, are not in it.
    pub fn use_count(&self) -> usize {
        match &self.0 {
            Owner::Python(half) => Arc::strong_count(half),
            Owner::Rust(value) => Arc::strong_count(value),
        }
    }
}

/// Runs `body` with the object on a thread that is attached to its interpreter.
fn attached<T: 'static, R>(python: &Resident, body: impl FnOnce(handle_t<T>) -> Result<R>) -> Result<R> {
    let Some(_attached) = Attached::new() else {
        return Err(runtime_error(messages::NO_INTERPRETER_FOR_VALUE));
    };
    body(handle(python.here()?)?)
}

/// The object, kept alive for whatever is done to the handle.
fn handle<T: 'static>(python: &object) -> Result<handle_t<T>> {
    handle_t::try_from(python.clone())
}

impl<T> Clone for shared_ptr<T> {
    fn clone(&self) -> shared_ptr<T> {
        shared_ptr(match &self.0 {
            Owner::Python(half) => Owner::Python(Arc::clone(half)),
            Owner::Rust(value) => Owner::Rust(Arc::clone(value)),
        })
    }
}

impl<T> fmt::Debug for shared_ptr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("shared_ptr").field("use_count", &self.use_count()).finish_non_exhaustive()
    }
}

/// Becomes a Python object when it is returned, the same one for all clones of the `Arc`.
impl<T> From<Arc<T>> for shared_ptr<T> {
    fn from(value: Arc<T>) -> shared_ptr<T> {
        shared_ptr(Owner::Rust(value))
    }
}

/// Begins a new count.
impl<T> From<handle_t<T>> for shared_ptr<T> {
    fn from(handle: handle_t<T>) -> shared_ptr<T> {
        check_attached();
        of_object(handle.into())
    }
}

/// The thread is attached.
fn of_object<T>(python: object) -> shared_ptr<T> {
    shared_ptr(Owner::Python(Arc::new(Resident::new(python))))
}

// SAFETY: the stage is the source object, which is kept alive until the call has ended (`BORROWS`).
unsafe impl<D, T: Class<D>> Param<D> for shared_ptr<T> {
    type Item<'a> = shared_ptr<T>;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = NonNull<ffi::PyObject>;
    const BORROWS: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract. No implicit conversion: native code would share a temporary, not what was passed.
        unsafe { find::<T>(src, 0, cx) }.and_then(|bound| NonNull::new(bound.inst.cast()))
    }

    unsafe fn lend(stage: &mut Self::Stage, _cx: &Cx<'_>) -> shared_ptr<T> {
        // SAFETY: the source object is alive until the context is dropped; `convert` has checked its class.
        of_object(unsafe { object::borrow(stage.as_ptr()) })
    }
}

// SAFETY: a new reference to the object, or a new object that shares the value.
unsafe impl<D, P: Policy, T: Class<D>> Ret<D, P> for shared_ptr<T> {
    const DECLINES: bool = false;
    fn describe(text: &mut SigText<'_>) {
        text.class::<T>();
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: attached (caller's contract).
        unsafe {
            match &value.0 {
                Owner::Python(python) => match python.here() {
                    Ok(python) => ffi::Py_NewRef(python.as_ptr()),
                    Err(error) => {
                        error.restore();
                        std::ptr::null_mut()
                    }
                },
                Owner::Rust(arc) => <Arc<T> as Ret<D, P>>::put(Arc::clone(arc), cx),
            }
        }
    }
}

member_by_value! {
    [T] shared_ptr<T>;
}
