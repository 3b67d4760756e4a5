//! Makes the Python class of an enumeration, and its members.

use super::Bits;
use super::extras::{EnumSpec, Style};
use super::pybind11::instance;
use super::record::{Entry, EnumData, Same, register};
use crate::bind::scope::{Home, own_attribute};
use crate::ffi;
use crate::handles::{cast_in, dict, unpack_kw};
use crate::interpreter::import::Import;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result, import_error, warn};
use crate::python::object::object;
use crate::python::type_name::short_rust_name;
use crate::python::{attributes, messages, text};
use std::any::TypeId;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What an enumeration needs to know of the type of its values.
pub(super) struct EnumType {
    pub(super) key: TypeId,
    pub(super) rust_name: fn() -> &'static str,
    /// Whether there is a value with this number; `None` for Rust enums, which have those of their variants.
    pub(super) accepts: Option<fn(i128) -> bool>,
}

/// Makes the class in its scope, or gives the existing one (with a warning) when the type is bound already; which of the
/// two, says the flag.
pub(super) fn create(
    home: &Home<'_>,
    import: &Arc<Import>,
    name: &str,
    value: &EnumType,
    spec: EnumSpec,
) -> Result<(object, Before)> {
    if let Some(existing) = bound_before(home, import, name, value)? {
        return Ok(existing);
    }
    let (style, full_name) = (spec.style, home.full_name(name));
    let class = match spec.make_class {
        Some(make) => make(home, name)?,
        None => create_enum(home, name, style, spec.doc)?,
    };
    let data = EnumData::new(value, home.state.clone(), class.clone(), name, full_name, style, import.clone());
    let Some(record) = register(data)? else {
        // Python code that ran above has bound the type.
        let existing = bound_before(home, import, name, value)?;
        return existing.ok_or_else(|| import_error(messages::lost_enum(name)));
    };
    class.setattr("__nb_enum__", &record)?;
    home.state.builtins.refresh();
    attributes::set(home.scope, name, &class)?;
    Ok((class, Before::Nothing))
}

/// A class of Python's module `enum`.
fn create_enum(home: &Home<'_>, name: &str, style: Style, doc: Option<String>) -> Result<object> {
    let enums = attributes::import("enum")?;
    let factory = enums.getattr(base_name(style))?;
    let keywords = dict::new();
    keywords.set("qualname", home.qualified(name))?;
    if let Some(module) = &home.module {
        keywords.set("module", module)?;
    }
    if style.text && !cfg!(Py_3_11) {
        keywords.set("type", string_class())?;
    }
    // SAFETY: attached; returns a new reference.
    let no_members = unsafe { object::steal(ffi::PyTuple_New(0))? };
    let class = factory.call_kw((name, no_members), (unpack_kw(&keywords),))?;
    if !class.is_type() {
        // Somebody has replaced what `enum` offers.
        return Err(import_error(messages::no_enum(name, &class.class_name())));
    }
    match doc {
        Some(doc) if !style.native || !doc.is_empty() => class.setattr("__doc__", doc)?,
        _ if style.native => {}
        _ => class.setattr("__doc__", ())?,
    }
    if style.native {
        return Ok(class);
    }
    // Those of `Enum`: the others show numbers and texts.
    let shown = if style.flag { factory } else { enums.getattr("Enum")? };
    let shown = shown.getattr("__str__")?;
    class.setattr("__str__", &shown)?;
    class.setattr("__repr__", &shown)?;
    Ok(class)
}

/// What was there of an enumeration before the statement that binds it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Before {
    Nothing,
    /// It, which may have the members already.
    Class,
    /// It, with all its members and functions: an earlier import of the module has run the same statement.
    Everything,
}

fn bound_before(home: &Home<'_>, import: &Import, name: &str, value: &EnumType) -> Result<Option<(object, Before)>> {
    let Some(known) = home.state.enums.find(value.key) else { return Ok(None) };
    let (class, full_name) = (known.class.clone(), known.full_name.clone());
    let before = if known.made_by.is_repeated_by(import) { Before::Everything } else { Before::Class };
    if !warn(&messages::bound_twice(&short_rust_name((value.rust_name)()), &full_name)) {
        return Err(Error::fetch());
    }
    attributes::set(home.scope, name, &class)?;
    Ok(Some((class, before)))
}

/// The class of the module `enum` to derive from.
fn base_name(style: Style) -> &'static str {
    match (style.arithmetic, style.flag) {
        (true, true) => "IntFlag",
        (true, false) => "IntEnum",
        (false, true) => "Flag",
        (false, false) if style.text && cfg!(Py_3_11) => "StrEnum",
        (false, false) => "Enum",
    }
}

fn string_class() -> object {
    // SAFETY: a live class.
    unsafe { object::borrow((&raw mut ffi::PyUnicode_Type).cast()) }
}

/// A member as the user gives it.
pub(super) struct NewMember<'n> {
    pub(super) name: &'n str,
    pub(super) number: i128,
    pub(super) bits: Bits,
    /// Of a string enumeration.
    pub(super) text: Option<&'n str>,
    pub(super) doc: Option<&'n str>,
}

/// Adds a member to the enumeration `key`. `again`: the enumeration was there before the one who adds to it, and may have
/// the member already.
pub(super) fn append(state: &State, key: TypeId, given: NewMember<'_>, again: bool) -> Result<()> {
    let NewMember { name, number, bits, text, doc } = given;
    let Some(data) = state.enums.find(key) else { return Err(import_error(messages::lost_enum(name))) };
    let (class, style, title) = (data.class.clone(), data.style, data.name.clone());
    let value = match (style.text, text) {
        (true, Some(text)) => text::interned(text)?,
        (false, None) => cast_in::<(), _>(number)?,
        (true, None) => return Err(import_error(messages::needs_text(&title, name))),
        (false, Some(_)) => return Err(import_error(messages::takes_no_text(&title, name))),
    };
    let entry = Entry { name, number, bits, value, doc };
    let Some(data) = state.enums.find(key) else { return Err(import_error(messages::lost_enum(&title))) };
    match data.named(name) {
        None => {}
        Some(known) if again && known == number => return Ok(()),
        Some(_) if style.pybind11 => return Err(import_error(messages::pybind11_duplicate_member(name, &title))),
        Some(_) => return Err(import_error(messages::duplicate_member(name, &data.full_name))),
    }
    let member = match data.same(&entry) {
        Same::Member(member) if style.pybind11 => member,
        // SAFETY: attached; a class of this kind.
        Same::None if style.pybind11 => unsafe { instance::make(&class, number)? },
        Same::Member(member) => {
            // Another name for the same member, as Python's own enumerations have it.
            assign(&class, name, &member)?;
            class.getattr("_member_map_")?.item(name).set(&member)?;
            member
        }
        Same::None => new_member(&class, style, &entry, doc)?,
        Same::Conflict => return Err(import_error(messages::text_twice(&title, name, text.unwrap_or_default()))),
    };
    // Python code has run: the enumeration may be gone, or have the member.
    match state.enums.find(key) {
        Some(data) if data.named(name).is_none() => data.enter(entry, &member),
        _ => return Err(import_error(messages::lost_enum(&title))),
    }
    if style.pybind11 {
        // For others to see.
        class.getattr("__entries")?.item(name).set((member.clone(), doc))?;
        attributes::set(&class, name, &member)?;
    }
    Ok(())
}

/// Makes a member the way the module `enum` does while a class is being made.
fn new_member(class: &object, style: Style, entry: &Entry<'_>, doc: Option<&str>) -> Result<object> {
    let (name, value) = (entry.name, &entry.value);
    let names = class.getattr("_member_names_")?;
    if cfg!(Py_3_11) && style.flag {
        add_flag(class, entry)?;
    }
    // SAFETY: live classes.
    let (number, root) = unsafe {
        let number = object::borrow((&raw mut ffi::PyLong_Type).cast());
        (number, object::borrow((&raw mut ffi::PyBaseObject_Type).cast()))
    };
    let member = match style {
        Style { text: true, .. } => string_class().getattr("__new__")?.call((class, value))?,
        Style { arithmetic: true, .. } => number.getattr("__new__")?.call((class, value))?,
        _ => root.getattr("__new__")?.call((class,))?,
    };
    member.setattr("_name_", name)?;
    member.setattr("__objclass__", class)?;
    member.getattr("__init__")?.call((value,))?;
    member.setattr("_sort_order_", names.len()?)?;
    member.setattr("_value_", value)?;
    match doc {
        Some(doc) => member.setattr("__doc__", doc)?,
        None if style.native => {}
        None => member.setattr("__doc__", ())?,
    }
    if !style.native {
        // As enumerations of nanobind 1 had it.
        member.setattr("__name__", name)?;
    }
    assign(class, name, &member)?;
    names.getattr("append")?.call((name,))?;
    class.getattr("_value2member_map_")?.item(value).set(&member)?;
    class.getattr("_member_map_")?.item(name).set(&member)?;
    Ok(member)
}

/// Makes the member an attribute of the class. Members called `name` and `value` share their name with a property of
/// all members, which has to remain.
fn assign(class: &object, name: &str, member: &object) -> Result<()> {
    let enums = attributes::import("enum")?;
    let inherited = enums.getattr("Enum")?.getattr("__dict__")?.getattr("get")?.call((name,))?;
    let property = attributes::import("types")?.getattr("DynamicClassAttribute")?;
    if !inherited.is_instance(&property)? {
        return class.setattr(name, member);
    }
    if cfg!(Py_3_11) {
        let redirect = enums.getattr("property")?.call((inherited.getattr("fget")?,))?;
        redirect.setattr("member", member)?;
        redirect.getattr("__set_name__")?.call((class, name))?;
        return class.setattr(name, redirect);
    }
    // Before 3.11, the metaclass looks for a member when the class has no such attribute.
    Ok(())
}

/// Adds the bits of a flag to what the class knows.
fn add_flag(class: &object, entry: &Entry<'_>) -> Result<()> {
    let bits = |name: &str| -> Result<i128> { class.getattr(name)?.cast() };
    let mask = bits("_flag_mask_")? | entry.number;
    class.setattr("_flag_mask_", mask)?;
    if entry.number.count_ones() == 1 && class.hasattr("_singles_mask_") {
        class.setattr("_singles_mask_", bits("_singles_mask_")? | entry.number)?;
    }
    let length = i128::BITS - mask.unsigned_abs().leading_zeros();
    class.setattr("_all_bits_", (1i128 << length.min(126)) - 1)
}

/// Makes the members attributes of the scope around the class, where what has one of their names is replaced; if that is `asked` for, or was.
pub(super) fn export(home: &Home<'_>, key: TypeId, title: &str, asked: bool) -> Result<()> {
    let members = match home.state.enums.find(key) {
        Some(data) if !data.exported.fetch_or(asked, Ordering::Relaxed) && !asked => return Ok(()),
        // pybind11 exports aliases as well.
        Some(data) if data.style.pybind11 || data.style.native => data.named_members(),
        Some(data) => data.canonical(),
        None => return Err(import_error(messages::lost_enum(title))),
    };
    for (name, member) in members {
        if let Some(taken) = own_attribute(home.scope, &name)?
            && !taken.is(&member)
            && !warn(&messages::export_replaces(title, &name, &taken.class_name()))
        {
            return Err(Error::fetch());
        }
        attributes::set(home.scope, &name, &member)?;
    }
    Ok(())
}
