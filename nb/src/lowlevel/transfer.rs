//! Values copied and moved between two instances of one class.

use super::{bound, idle};
use crate::cast::arc::adopt_count;
use crate::cast::arc_of_lock::{self, unlock_in_place};
use crate::instance::borrow::{Asker, Patience};
use crate::instance::class_record::TypeData;
use crate::instance::dealloc::leave_children;
use crate::instance::ext::{self, Ext};
use crate::instance::header::{self, Inst, Life, Storage};
use crate::instance::intrusive;
use crate::instance::loans::Loans;
use crate::instance::marks::is_shared;
use crate::instance::ownership::Outside;
use crate::python::error::{Error, Result, runtime_error, type_error};
use crate::python::messages;
use crate::python::object::object;
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr;

/// Two instances of one class.
struct Pair<'a> {
    function: &'static str,
    target: *mut Inst,
    source: *mut Inst,
    data: &'a TypeData,
}

impl<'a> Pair<'a> {
    /// `None` when both are the same object; a `TypeError` unless they are instances of one bound class.
    fn of(function: &'static str, target: &'a object, source: &'a object) -> Result<Option<Pair<'a>>> {
        let (to, data) = bound(function, target)?;
        let (from, other) = bound(function, source)?;
        if !ptr::eq(data, other) {
            return Err(type_error(messages::different_classes(function, &data.name(), &other.name())));
        }
        Ok((to != from).then_some(Pair { function, target: to, source: from, data }))
    }

    fn name(&self) -> String {
        self.data.name()
    }

    fn clone_value(&self) -> Result<unsafe fn(*const u8, *mut u8)> {
        self.data.ownership.clone_value.ok_or_else(|| type_error(messages::not_clone(self.function, &self.name())))
    }

    /// The target has to be empty.
    fn check_empty(&self) -> Result<()> {
        // SAFETY: a live instance.
        match unsafe { (*self.target).life() } {
            Life::Uninitialized => Ok(()),
            _ => Err(runtime_error(messages::initialized_twice(&self.name()))),
        }
    }

    /// The source has no value for anybody else.
    fn check_relinquished(&self) -> Result<()> {
        // SAFETY: a live instance.
        unsafe {
            if (*self.source).life() != Life::Relinquished || (*self.source).destructs() || (*self.source).mark() != 0 {
                return Err(runtime_error(messages::without_value(self.function, messages::THE_SOURCE, &self.name())));
            }
        }
        Ok(())
    }

    fn lend(&self, loans: &mut Loans, inst: *mut Inst, exclusive: bool) -> Result<*mut u8> {
        let names = [messages::THE_TARGET, messages::THE_SOURCE];
        let argument = u16::from(inst == self.source);
        // SAFETY: a live instance; the caller of the public function keeps it alive longer than the loans.
        unsafe {
            if (*inst).life() != Life::Ready {
                let text = messages::without_value(self.function, names[usize::from(argument)], &self.name());
                return Err(runtime_error(text));
            }
            if loans.lend_inline(inst, exclusive, argument) {
                return Ok(header::inline_address(inst, self.data.align) as *mut u8);
            }
            let asker = Asker {
                function: &|| self.function.to_string(),
                argument_name: &|index| names[usize::from(index)].to_string(),
                argument,
                patience: Patience::Waits,
            };
            let address = loans.lend_slow(inst, self.data, exclusive, &asker);
            address.map(|address| address as *mut u8).ok_or_else(Error::fetch)
        }
    }

    /// Ends the record of the source, and says what it named.
    ///
    /// # Safety
    /// The source is not inline, and its value is in use by nobody.
    unsafe fn leave_record(&self) -> Outside {
        // SAFETY: a live instance; the rest is the caller's contract.
        unsafe {
            leave_children(self.source, self.data);
            let named = Outside::of(self.source);
            ext::drop_ext(self.source);
            named
        }
    }

    /// The source has to own a value that nobody uses.
    fn check_movable(&self) -> Result<()> {
        // SAFETY: a live instance.
        unsafe {
            if (*self.source).life() != Life::Ready {
                return Err(runtime_error(messages::without_value(self.function, messages::THE_SOURCE, &self.name())));
            }
            idle(self.function, self.source, self.data)?;
            // What native code shares behind a lock stays there.
            unlock_in_place(self.source, self.data);
            if (*self.source).storage() == Storage::Locked {
                return Err(runtime_error(messages::shared(self.function, messages::THE_SOURCE, &self.name())));
            }
            if !(*self.source).storage().owns() || !(*self.source).destructs() {
                return Err(runtime_error(messages::not_owner(self.function, messages::THE_SOURCE, &self.name())));
            }
            if is_shared(self.source) {
                return Err(runtime_error(messages::shared(self.function, messages::THE_SOURCE, &self.name())));
            }
        }
        Ok(())
    }
}

/// Clones the value of `source` into the empty instance `target`: nanobind's `nb::inst_copy`.
///
/// Nothing happens when both are the same object.
///
/// # Errors
/// The class has to be `Clone`, else a `TypeError`, as when the two are not of one class. `RuntimeError` when the target has
/// a value, or the source has none or is in use.
///
/// ```no_run
/// # struct Dog;
/// fn copy(value: nb::handle_t<Dog>, class: nb::type_object_t<Dog>) -> nb::Result<nb::object> {
///     let made = nb::inst_alloc(&class)?;
///     nb::inst_copy(&made, &value)?;
///     Ok(made)
/// }
/// ```
pub fn inst_copy(target: &object, source: &object) -> Result<()> {
    /// The clone panicked: there is no value.
    struct Reset(*mut Inst);
    impl Drop for Reset {
        fn drop(&mut self) {
            // SAFETY: the caller's reference keeps the target alive.
            unsafe { (*self.0).set_life(Life::Uninitialized) }
        }
    }
    let Some(pair) = Pair::of("inst_copy", target, source)? else { return Ok(()) };
    let clone = pair.clone_value()?;
    pair.check_empty()?;
    let mut loans = Loans::default();
    let from = pair.lend(&mut loans, pair.source, false)?;
    // Others have run if the source was waited for.
    pair.check_empty()?;
    // SAFETY: the source is lent; an empty instance has room for a value, and no constructor runs on one that is
    // `Constructing`.
    unsafe {
        (*pair.target).set_life(Life::Constructing);
        let reset = Reset(pair.target);
        clone(from, header::inline_address(pair.target, pair.data.align) as *mut u8);
        std::mem::forget(reset);
        (*pair.target).set_life(Life::Ready);
        intrusive::expose(pair.target, pair.data);
    }
    Ok(())
}

/// Moves the value of `source` into the empty instance `target`: nanobind's `nb::inst_move`.
///
/// A value in C++ stays behind, hollow. Here nothing does: the source is refused from now on as one whose value was moved
/// into native code. Nothing happens when both are the same object.
///
/// # Errors
/// `TypeError` when the two are not of one class; `RuntimeError` when the target has a value, or the source has none, is in
/// use, is shared as an `Arc`, or refers to a value of somebody else.
///
/// ```no_run
/// # struct Dog;
/// fn steal(value: nb::handle_t<Dog>, class: nb::type_object_t<Dog>) -> nb::Result<nb::object> {
///     let made = nb::inst_alloc(&class)?;
///     nb::inst_move(&made, &value)?;
///     Ok(made)
/// }
/// ```
pub fn inst_move(target: &object, source: &object) -> Result<()> {
    let Some(pair) = Pair::of("inst_move", target, source)? else { return Ok(()) };
    pair.check_empty()?;
    pair.check_movable()?;
    // SAFETY: the source owns its value, which nobody uses; the target is empty. No other code runs meanwhile.
    unsafe {
        (*pair.source).end_references();
        if (*pair.source).storage() == Storage::Inline {
            let [from, to] =
                [pair.source, pair.target].map(|inst| header::inline_address(inst, pair.data.align) as *mut u8);
            ptr::copy_nonoverlapping(from, to, pair.data.size);
            (*pair.target).set_life(Life::Ready);
        } else {
            match pair.leave_record() {
                Outside::Shared(address) => adopt_count(pair.target, pair.data, address),
                Outside::Locked(lock) => arc_of_lock::adopt(pair.target, pair.data, lock),
                Outside::Boxed(address) => ext::adopt_ext(pair.target, Storage::Boxed, Ext::owned(address)),
            }
        }
        (*pair.source).set_life(Life::Relinquished);
        ext::note_box(pair.source, 0);
    }
    Ok(())
}

/// Memory for one value.
struct Memory {
    address: *mut u8,
    layout: Layout,
}

impl Memory {
    fn new(data: &TypeData) -> Memory {
        // Both come from a Rust type. An allocation has a size, even for a type that has none.
        let layout = Layout::from_size_align(data.size.max(1), data.align).expect("the layout of a type");
        // SAFETY: the size is not zero.
        let address = unsafe { alloc(layout) };
        if address.is_null() {
            handle_alloc_error(layout);
        }
        Memory { address, layout }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.address, self.layout) }
    }
}

/// Replaces the value of `target` by a clone of that of `source`: nanobind's `nb::inst_replace_copy`.
///
/// The target may refer to a part of another object. Its old value is dropped, after the clone is made, whatever its
/// destruct flag says, which stays as it is.
///
/// # Errors
/// Errors as for [`inst_copy`], but the target has to have a value; and besides a `RuntimeError` when the target is in use
/// or read only, or the source lies inside of it.
///
/// ```no_run
/// fn assign(target: nb::object, source: nb::object) -> nb::Result<()> {
///     nb::inst_replace_copy(&target, &source)
/// }
/// ```
pub fn inst_replace_copy(target: &object, source: &object) -> Result<()> {
    let Some(pair) = Pair::of("inst_replace_copy", target, source)? else { return Ok(()) };
    let clone = pair.clone_value()?;
    let mut loans = Loans::default();
    let from = pair.lend(&mut loans, pair.source, false)?;
    let to = pair.lend(&mut loans, pair.target, true)?;
    let memory = Memory::new(pair.data);
    // SAFETY: one value is lent, the other lent exclusively; the memory has the layout of a value. The old value is
    // dropped when the loans are given back, since that may run any code.
    unsafe {
        clone(from, memory.address);
        ptr::swap_nonoverlapping(memory.address, to, pair.data.size);
        drop(loans);
        if let Some(drop_value) = pair.data.ownership.drop_value {
            drop_value(memory.address);
        }
    }
    Ok(())
}

/// Replaces the value of `target` by that of `source`, which has none afterwards: nanobind's `nb::inst_replace_move`.
///
/// As [`inst_replace_copy`] for the target and as [`inst_move`] for the source.
///
/// ```no_run
/// fn assign(target: nb::object, source: nb::object) -> nb::Result<()> {
///     nb::inst_replace_move(&target, &source)
/// }
/// ```
///
/// # Errors
/// As for those two.
pub fn inst_replace_move(target: &object, source: &object) -> Result<()> {
    let Some(pair) = Pair::of("inst_replace_move", target, source)? else { return Ok(()) };
    pair.check_movable()?;
    let memory = Memory::new(pair.data);
    let mut loans = Loans::default();
    // SAFETY: the source owns its value, which nobody uses (`check_movable`).
    unsafe {
        // A target inside of the source is refused like any part of an object without a value.
        (*pair.source).set_life(Life::Relinquished);
        let to = pair.lend(&mut loans, pair.target, true).inspect_err(|_| (*pair.source).set_life(Life::Ready))?;
        // Others have run if the target was waited for, and may have given the source its flags back.
        pair.check_relinquished()?;
        (*pair.source).end_references();
        let from = ext::owned_address(pair.source, pair.data) as *mut u8;
        ptr::swap_nonoverlapping(from, to, pair.data.size);
        drop(loans);
        // The old value of the target lies where the source's was, and leaves it before its destructor runs any code.
        if (*pair.source).storage() == Storage::Inline {
            ptr::copy_nonoverlapping(from, memory.address, pair.data.size);
            ext::note_box(pair.source, 0);
            if let Some(drop_value) = pair.data.ownership.drop_value {
                drop_value(memory.address);
            }
        } else {
            let value = pair.leave_record();
            ext::note_box(pair.source, 0);
            pair.data.ownership.release(value);
        }
    }
    Ok(())
}
