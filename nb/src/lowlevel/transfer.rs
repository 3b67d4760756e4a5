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

    /// The target has no value yet.
    fn is_empty(&self) -> bool {
        // SAFETY: a live instance.
        unsafe { (*self.target).life() == Life::Uninitialized }
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

/// Gives `target` a clone of the value of `source`: nanobind's `nb::inst_copy`.
///
/// As in nanobind 3, the target may be empty, or have a value that is replaced; that one may be a part of another object. The old
/// value is dropped after the clone is made, whatever its destruct flag says, which stays as it is. Nothing happens when both are the same
/// object.
///
/// # Errors
/// The class has to be `Clone`, else a `TypeError`, as when the two are not of one class. `RuntimeError` when the source has no value or
/// is in use; when the target is in use, under construction, or read only, or its value was moved into native code; and when the source lies inside
/// of the target.
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
    copy("inst_copy", target, source)
}

/// The same as [`inst_copy`]: nanobind's `nb::inst_replace_copy`.
///
/// # Errors
/// As there.
///
/// ```no_run
/// fn assign(target: nb::object, source: nb::object) -> nb::Result<()> {
///     nb::inst_replace_copy(&target, &source)
/// }
/// ```
pub fn inst_replace_copy(target: &object, source: &object) -> Result<()> {
    copy("inst_replace_copy", target, source)
}

fn copy(function: &'static str, target: &object, source: &object) -> Result<()> {
    let Some(pair) = Pair::of(function, target, source)? else { return Ok(()) };
    let clone = pair.clone_value()?;
    if pair.is_empty() { pair.fill(clone) } else { pair.replace(clone) }
}

impl Pair<'_> {
    /// Makes the clone in the empty target.
    fn fill(&self, clone: unsafe fn(*const u8, *mut u8)) -> Result<()> {
        /// The clone panicked: there is no value.
        struct Reset(*mut Inst);
        impl Drop for Reset {
            fn drop(&mut self) {
                // SAFETY: the caller's reference keeps the target alive.
                unsafe { (*self.0).set_life(Life::Uninitialized) }
            }
        }
        let mut loans = Loans::default();
        let from = self.lend(&mut loans, self.source, false)?;
        // Others have run if the source was waited for.
        if !self.is_empty() {
            return Err(runtime_error(messages::initialized_twice(&self.name())));
        }
        // SAFETY: the source is lent; an empty instance has room for a value, and no constructor runs on one that is
        // `Constructing`.
        unsafe {
            (*self.target).set_life(Life::Constructing);
            let reset = Reset(self.target);
            clone(from, header::inline_address(self.target, self.data.align) as *mut u8);
            std::mem::forget(reset);
            (*self.target).set_life(Life::Ready);
            intrusive::expose(self.target, self.data);
        }
        Ok(())
    }

    /// Exchanges the value of the target for the clone.
    fn replace(&self, clone: unsafe fn(*const u8, *mut u8)) -> Result<()> {
        let mut loans = Loans::default();
        let from = self.lend(&mut loans, self.source, false)?;
        let to = self.lend(&mut loans, self.target, true)?;
        let memory = Memory::new(self.data);
        // SAFETY: one value is lent, the other lent exclusively; the memory has the layout of a value. The old value is
        // dropped when the loans are given back, since that may run any code.
        unsafe {
            clone(from, memory.address);
            ptr::swap_nonoverlapping(memory.address, to, self.data.size);
            drop(loans);
            if let Some(drop_value) = self.data.ownership.drop_value {
                drop_value(memory.address);
            }
        }
        Ok(())
    }
}

/// Gives `target` the value of `source`: nanobind's `nb::inst_move`.
///
/// A value in C++ stays behind, hollow. Here nothing does: the source is refused from now on as one whose value was moved
/// into native code. Nothing happens when both are the same object.
///
/// # Errors
/// `TypeError` when the two are not of one class. `RuntimeError` when the source has no value, is in use, is shared as an `Arc`, or refers to a
/// value of somebody else; and for the target as [`inst_copy`] says.
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
    move_value("inst_move", target, source)
}

/// The same as [`inst_move`]: nanobind's `nb::inst_replace_move`.
///
/// # Errors
/// As there.
///
/// ```no_run
/// fn assign(target: nb::object, source: nb::object) -> nb::Result<()> {
///     nb::inst_replace_move(&target, &source)
/// }
/// ```
pub fn inst_replace_move(target: &object, source: &object) -> Result<()> {
    move_value("inst_replace_move", target, source)
}

fn move_value(function: &'static str, target: &object, source: &object) -> Result<()> {
    let Some(pair) = Pair::of(function, target, source)? else { return Ok(()) };
    pair.check_movable()?;
    if pair.is_empty() { pair.move_into_empty() } else { pair.move_over() }
}

impl Pair<'_> {
    /// Moves the value of the source, which owns one that nobody uses, into the empty target.
    fn move_into_empty(&self) -> Result<()> {
        // SAFETY: the source owns its value, which nobody uses; the target is empty. No other code runs meanwhile.
        unsafe {
            (*self.source).end_references();
            if (*self.source).storage() == Storage::Inline {
                let [from, to] =
                    [self.source, self.target].map(|inst| header::inline_address(inst, self.data.align) as *mut u8);
                ptr::copy_nonoverlapping(from, to, self.data.size);
                (*self.target).set_life(Life::Ready);
            } else {
                match self.leave_record() {
                    Outside::Shared(address) => adopt_count(self.target, self.data, address),
                    Outside::Locked(lock) => arc_of_lock::adopt(self.target, self.data, lock),
                    Outside::Boxed(address) => ext::adopt_ext(self.target, Storage::Boxed, Ext::owned(address)),
                }
            }
            (*self.source).set_life(Life::Relinquished);
            ext::note_box(self.source, 0);
        }
        Ok(())
    }

    /// Moves the value of the source, which owns one that nobody uses, to the place of the target's.
    fn move_over(&self) -> Result<()> {
        let memory = Memory::new(self.data);
        let mut loans = Loans::default();
        // SAFETY: the source owns its value, which nobody uses (`check_movable`).
        unsafe {
            // A target inside of the source is refused like any part of an object without a value.
            (*self.source).set_life(Life::Relinquished);
            let to = self.lend(&mut loans, self.target, true).inspect_err(|_| (*self.source).set_life(Life::Ready))?;
            // Others have run if the target was waited for, and may have given the source its flags back.
            self.check_relinquished()?;
            (*self.source).end_references();
            let from = ext::owned_address(self.source, self.data) as *mut u8;
            ptr::swap_nonoverlapping(from, to, self.data.size);
            drop(loans);
            // The old value of the target lies where the source's was, and leaves it before its destructor runs any code.
            if (*self.source).storage() == Storage::Inline {
                ptr::copy_nonoverlapping(from, memory.address, self.data.size);
                ext::note_box(self.source, 0);
                if let Some(drop_value) = self.data.ownership.drop_value {
                    drop_value(memory.address);
                }
            } else {
                let value = self.leave_record();
                ext::note_box(self.source, 0);
                self.data.ownership.release(value);
            }
        }
        Ok(())
    }
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
