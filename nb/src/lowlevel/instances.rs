//! Instances made by hand, and where their values are.

use super::{bound, record};
use crate::ffi;
use crate::handles::str_;
use crate::instance::borrow::lend_outside;
use crate::instance::class_record::{self, TypeData};
use crate::instance::ext::{self, Ext};
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::lock::locked_root;
use crate::instance::{allocation, intrusive, keep_alive};
use crate::python::error::{Error, Result, runtime_error, type_error, value_error};
use crate::python::object::{check_attached, object};
use crate::python::type_name::short_rust_name;
use crate::python::{messages, text};
use std::any::{TypeId, type_name};
use std::ptr;

/// Whether the object is an instance of a bound class, with or without a value: nanobind's `nb::inst_check`.
///
/// ```no_run
/// fn is_bound(value: nb::object) -> bool {
///     nb::inst_check(&value)
/// }
/// ```
pub fn inst_check(value: &object) -> bool {
    check_attached();
    // SAFETY: a live object.
    unsafe { class_record::data_of(ffi::Py_TYPE(value.as_ptr())) }.is_some()
}

/// Whether the object is an instance of a class that Python code has derived from a bound one: nanobind's `nb::inst_python_derived`. False for what is
/// no instance of a bound class.
///
/// ```no_run
/// fn may_override(value: nb::object) -> bool {
///     nb::inst_python_derived(&value)
/// }
/// ```
///
/// Panics when the thread is not attached.
pub fn inst_python_derived(value: &object) -> bool {
    // SAFETY: a live object.
    bound("inst_python_derived", value).is_ok_and(|(_, data)| unsafe { ffi::Py_TYPE(value.as_ptr()) } != data.ty)
}

/// `module.QualName` of any object's class: nanobind's `nb::inst_name`. Example at [`type_name`](super::type_name).
///
/// # Errors
/// `MemoryError`.
pub fn inst_name(value: &object) -> Result<str_> {
    check_attached();
    str_::try_from(text::new(&value.class_name())?)
}

/// A new instance of a bound class without a value: nanobind's `nb::inst_alloc`, and Python's `T.__new__(T)`.
///
/// Bound functions refuse it until it has a value: from its `__init__`, from [`inst_copy`](super::inst_copy()), from
/// [`inst_move`](super::inst_move()), or written to [`inst_ptr`] and declared with
/// [`inst_mark_ready`](super::inst_mark_ready()).
///
/// # Errors
/// `TypeError` when the object is not a bound class.
///
/// ```no_run
/// # struct Dog { age: i32 }
/// fn puppy(class: nb::object) -> nb::Result<nb::object> {
///     let dog = nb::inst_alloc(&class)?;
///     // SAFETY: nobody else knows the new instance, which has room for a `Dog` (`inst_ptr` has checked the class).
///     unsafe {
///         nb::inst_ptr::<Dog>(&dog)?.write(Dog { age: 0 });
///         nb::inst_mark_ready(&dog)?;
///     }
///     Ok(dog)
/// }
/// ```
pub fn inst_alloc(class: &object) -> Result<object> {
    let data = record("inst_alloc", class)?;
    // SAFETY: a class of ours or a subclass of one.
    unsafe { object::steal(alloc(class, data).cast()) }
}

/// An instance of the given class, which has the record `data`.
///
/// # Safety
/// `data` is the record of `class`; attached.
unsafe fn alloc(class: &object, data: &TypeData) -> *mut Inst {
    let ty = class.as_ptr().cast::<ffi::PyTypeObject>();
    // SAFETY: the caller has found the record in this class.
    unsafe { if ptr::eq(ty, data.ty) { allocation::alloc_of(data) } else { allocation::alloc(ty) } }
}

/// Where the value of an instance is, or will be: nanobind's `nb::inst_ptr<T>`.
///
/// An instance without a value gives the room for one. The pointer is good while the instance lives and keeps its value;
/// whoever follows it has to make sure that no bound function uses the value at that moment. Where possible use
/// [`handle_t::borrow`](crate::handle_t::borrow).
///
/// Example at [`inst_alloc`].
///
/// # Errors
/// `T` is the class of the instance or a bound base of it, else a `TypeError`. `RuntimeError` for a reference whose owner
/// was modified or has lost its value, for an element that is gone, and for a value behind a lock: nobody could lock it for the pointer.
pub fn inst_ptr<T: 'static>(value: &object) -> Result<*mut T> {
    const NAME: &str = "inst_ptr";
    check_attached();
    // SAFETY: a live object; records and roots of an instance that is not inline live as long as it.
    unsafe {
        let Some((inst, data, offset)) = class_record::instance_of(value.as_ptr(), TypeId::of::<T>()) else {
            let wanted = short_rust_name(type_name::<T>());
            return Err(type_error(messages::holds_no(NAME, &value.class_name(), &wanted)));
        };
        let lost = |root: *mut Inst| {
            let owner = class_record::native_data(ffi::Py_TYPE(root.cast())).name();
            Err(runtime_error(messages::stale(
                NAME,
                messages::THE_INSTANCE,
                &data.name(),
                &owner,
                !(*inst).is_read_only(),
            )))
        };
        if (*inst).storage() != Storage::Inline && locked_root(inst).is_some() {
            return Err(runtime_error(messages::pointer_into_lock(NAME, &data.name())));
        }
        let address = match (*inst).storage() {
            Storage::Inline => header::inline_address(inst, data.align),
            Storage::Place | Storage::Element => {
                let ext = ext::ext(inst);
                if (*ext.roots[0].inst).life() != Life::Ready {
                    return lost(ext.roots[0].inst);
                }
                if (*inst).storage() == Storage::Place {
                    ext::place_address(ext)
                } else {
                    // Under a mark, so that nobody moves it meanwhile.
                    lend_outside(inst, data, false, NAME)?.1
                }
            }
            _ => {
                let ext = ext::ext(inst);
                let derived = (*inst).storage() == Storage::Derived;
                let gone = ext.roots.iter().find(|root| {
                    derived && ((*root.inst).life() != Life::Ready || !(*root.inst).epoch_holds(root.epoch))
                });
                if let Some(root) = gone {
                    return lost(root.inst);
                }
                ext.address
            }
        };
        Ok((address + offset) as *mut T)
    }
}

/// An instance of `class` whose value is at `value`.
///
/// # Safety
/// As [`inst_reference`] or [`inst_take_ownership`], which hand their argument on.
unsafe fn wrap<T: 'static>(function: &str, class: &object, value: *mut T) -> Result<(*mut Inst, object)> {
    let data = record(function, class)?;
    if data.key != TypeId::of::<T>() {
        return Err(type_error(messages::holds_no(function, &data.name(), &short_rust_name(type_name::<T>()))));
    }
    if value.is_null() || !value.is_aligned() {
        return Err(value_error(messages::bad_pointer(function, &data.name())));
    }
    let ext = Ext::owned(value as usize);
    // SAFETY: the record names no roots; a new instance holds no value. A subclass has room behind the header only.
    unsafe {
        let inst = if ptr::eq(class.as_ptr().cast(), data.ty) {
            ext::alloc_ext(data, Storage::Boxed, ext)?
        } else {
            let inst = allocation::alloc(class.as_ptr().cast());
            if inst.is_null() {
                return Err(Error::fetch());
            }
            ext::adopt_ext(inst, Storage::Boxed, ext);
            inst
        };
        Ok((inst, object::steal(inst.cast())?))
    }
}

/// Makes Python the owner of a value on the heap: nanobind's `nb::inst_take_ownership`.
///
/// The value is dropped and its memory freed, as by `Box<T>`, when the instance dies. On errors the caller still owns the
/// value. A function that simply returns a `Box<T>` needs none of this.
///
/// # Errors
/// `class` is the class of `T` or a Python subclass of it, else a `TypeError`; a null pointer is a `ValueError`.
///
/// # Safety
/// `value` is what `Box::<T>::into_raw` gave, or a pointer that `Box::<T>::from_raw` may take; nobody else uses it
/// afterwards.
///
/// ```no_run
/// # struct Dog { age: i32 }
/// fn adopt(class: nb::object) -> nb::Result<nb::object> {
///     let dog = Box::into_raw(Box::new(Dog { age: 3 }));
///     // SAFETY: the pointer comes from a box, and nobody else has it; on errors it becomes a box again.
///     unsafe { nb::inst_take_ownership(&class, dog).inspect_err(|_| drop(Box::from_raw(dog))) }
/// }
/// ```
pub unsafe fn inst_take_ownership<T: 'static>(class: &object, value: *mut T) -> Result<object> {
    // SAFETY: caller's contract: the value is a box's, which is what this storage means.
    unsafe {
        let (inst, made) = wrap("inst_take_ownership", class, value)?;
        intrusive::expose(inst, class_record::native_data(ffi::Py_TYPE(inst.cast())));
        Ok(made)
    }
}

/// Wraps a value that somebody else owns: nanobind's `nb::inst_reference`.
///
/// The value is not dropped with the instance, and cannot be moved out of it. `parent` is kept alive as long as the
/// instance. A reference into a bound object is had without `unsafe` from [`cast_internal`](super::cast_internal()).
///
/// # Errors
/// `class` is the class of `T` or a Python subclass of it, else a `TypeError`; a null pointer is a `ValueError`.
///
/// # Safety
/// While the instance lives (its `parent` too), `value` points to a `T`; and while a bound function uses the instance,
/// nobody uses the value by another way. Bound functions may modify it and may run on any thread.
///
/// ```no_run
/// # struct Screen { width: i32 }
/// # struct Driver { screen: Box<Screen> }
/// fn screen(driver: nb::handle_t<Driver>, class: nb::object) -> nb::Result<nb::object> {
///     let screen = &raw mut *driver.borrow_mut()?.screen;
///     // SAFETY: the driver never moves or touches its screen, and is kept alive as the parent.
///     unsafe { nb::inst_reference(&class, screen, Some(&driver)) }
/// }
/// ```
pub unsafe fn inst_reference<T: 'static>(class: &object, value: *mut T, parent: Option<&object>) -> Result<object> {
    // SAFETY: caller's contract; without a destructor, the storage does not mean a box.
    unsafe {
        let (inst, made) = wrap("inst_reference", class, value)?;
        (*inst).set_destructs(false);
        if let Some(parent) = parent {
            let (_, data) = bound("inst_reference", &made)?;
            if !keep_alive::keep_alive(&data.state, made.as_ptr(), parent.as_ptr()) {
                return Err(Error::fetch());
            }
        }
        Ok(made)
    }
}
