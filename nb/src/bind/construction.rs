//! Which constructors a class may have: its calls run either `__new__` or `__init__`.

use crate::bind::scope::{self, Home};
use crate::call::class_call::{self, is_nullary, makes_empty};
use crate::call::nb_func::{self};
use crate::call::record::{FuncFlags, Record};
use crate::call::signature::SigText;
use crate::instance::class_record::TypeData;
use crate::python::error::{Result, import_error};
use crate::python::messages;
use std::sync::Arc;

/// Whether methods of this name are run by calls of the class.
pub(crate) fn is_construction(name: &str) -> bool {
    name == "__new__" || name == "__init__"
}

/// Whether methods of this name fill the instance that they are called with.
pub(crate) fn is_constructor(name: &str) -> bool {
    name == "__init__" || name == "__setstate__"
}

/// Whether the constructors of a class fit together; asked before `record` is added to the overloads of `name`.
pub(crate) fn admit(home: &Home<'_>, name: &str, record: &Record, others: &[Arc<Record>]) -> Result<()> {
    let Some(class) = home.class else { return Ok(()) };
    match name {
        "__new__" if !record.flags.contains(FuncFlags::METHOD) => {
            if !class.constructor.has_new() && has_constructor(class) {
                return Err(import_error(messages::mixed_construction(&class.name())));
            }
            if others.iter().any(|other| other.flags & FuncFlags::FACTORY != record.flags & FuncFlags::FACTORY) {
                return Err(import_error(messages::mixed_new(&class.name())));
            }
            if makes_empty(others) && is_nullary(record) {
                return Err(import_error(messages::nullary_new(&class.name())));
            }
            Ok(())
        }
        "__init__" if class.constructor.has_new() && fills_instance(record) => {
            Err(import_error(messages::mixed_construction(&class.name())))
        }
        _ => Ok(()),
    }
}

/// Whether the class has an `__init__` that makes its values.
fn has_constructor(class: &TypeData) -> bool {
    let init = class.constructor.function();
    // SAFETY: null, or a live function that the class owns.
    let known = unsafe { if init.is_null() { None } else { nb_func::data_of(init) } };
    known.is_some_and(|init| init.records.iter().any(|record| fills_instance(record)))
}

/// Whether the function is a constructor that writes a value into its instance, as opposed to an `__init__` that comes
/// after a `__new__`.
fn fills_instance(record: &Record) -> bool {
    // A constructor has at least the instance as its parameter.
    record.flags.contains(FuncFlags::CONSTRUCTOR) && {
        let mut text = SigText::new(None);
        record.params.write(0, &mut text);
        text.fills()
    }
}

/// A function was added to the class: restores the entry of calls that its `__new__` needs.
pub(crate) fn installed(home: &Home<'_>, name: &str) -> Result<()> {
    let Some(class) = home.class else { return Ok(()) };
    if name == "__new__" || (name == "__init__" && class.constructor.has_new()) {
        // A method of that name is not what makes instances.
        if let Some(found) = scope::own_attribute(home.scope, "__new__")? {
            // SAFETY: attached; a live class and its own attribute.
            unsafe {
                let new = scope::unwrap_static(&found);
                if !new.is(&found) {
                    class_call::install_new(class, new);
                }
            }
        }
    }
    Ok(())
}
