//! Items declared anywhere: `nb_class!`, `nb_fn!` and `nb_bind!` put one [`Entry`] each into a linker section.
//!
//! The order of a linker section means nothing; entries are sorted by file, line and column, enumerations before all
//! others, and a class comes after the class it derives from. A crate that nobody names is not linked at all and loses its
//! entries without a sound, which is why `nb_module!` names its parts and checks that each of them has arrived.

use crate::bind::core::Core;
use crate::bind::module::module_;
use crate::bind::module_def::Module;
use crate::python::error::{Result, import_error};
use crate::python::messages;
use crate::python::object::object;
use crate::python::type_name::short_rust_name;
use std::any::TypeId;
use std::rc::Rc;

/// One item that registered itself.
#[doc(hidden)]
pub struct Entry {
    name: &'static str,
    domain: fn() -> TypeId,
    item: Item,
    module_path: &'static str,
    file: &'static str,
    line: u32,
    column: u32,
    run: RunEntry,
}

/// What an entry binds.
#[derive(Clone, Copy)]
pub(crate) enum Item {
    Class(ClassItem),
    /// It needs nothing else to be bound, and may be the default value of an argument.
    Enumeration,
    /// Functions, or any statements.
    Statements,
    /// Nothing by itself: it only has to be named by a class.
    Trampoline(TrampolineItem),
}

/// A class and the one it derives from, `()` for none.
#[derive(Clone, Copy)]
pub(crate) struct ClassItem {
    class: fn() -> TypeId,
    base: fn() -> TypeId,
}

/// A trampoline: its name, the class and the trait object that it is for.
#[derive(Clone, Copy)]
pub(crate) struct TrampolineItem {
    pub name: fn() -> &'static str,
    pub base_name: fn() -> &'static str,
    pub base: fn() -> TypeId,
    pub key: fn() -> TypeId,
}

/// The entry's function, with the domain erased.
#[derive(Clone, Copy)]
struct RunEntry {
    call: unsafe fn(*const (), object, Rc<Core>) -> Result<()>,
    function: *const (),
}

// SAFETY: `function` is a function pointer.
unsafe impl Sync for RunEntry {}
// SAFETY: as above.
unsafe impl Send for RunEntry {}

/// # Safety
/// A constructor of [`Entry`] with the same `D` has stored `function`; attached.
unsafe fn call<D>(function: *const (), scope: object, core: Rc<Core>) -> Result<()> {
    // SAFETY: a constructor of `Entry` with the same `D` stored a function of this type.
    let function = unsafe { std::mem::transmute::<*const (), fn(&module_<D>) -> Result<()>>(function) };
    function(&module_::new(scope, core))
}

/// Constructors. What they are given, the macros write: where the item stands, and the function that binds it.
macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident<D $(, $T:ident)?> => $item:expr;)*) => { $(
        $(#[$doc])*
        pub const fn $name<D: 'static $(, $T: 'static)?>(
            name: &'static str,
            module_path: &'static str,
            file: &'static str,
            line: u32,
            column: u32,
            run: fn(&module_<D>) -> Result<()>,
        ) -> Entry {
            Entry::new(name, module_path, file, line, column, $item, run)
        }
    )* };
}

impl Entry {
    pub(crate) const fn new<D: 'static>(
        name: &'static str,
        module_path: &'static str,
        file: &'static str,
        line: u32,
        column: u32,
        item: Item,
        run: fn(&module_<D>) -> Result<()>,
    ) -> Entry {
        let run = RunEntry { call: call::<D>, function: run as *const () };
        Entry { name, domain: TypeId::of::<D>, item, module_path, file, line, column, run }
    }

    constructors! {
        /// An entry for a class.
        class<D, T> => Item::Class(ClassItem { class: TypeId::of::<T>, base: TypeId::of::<()> });
        /// An entry for an enumeration.
        enumeration<D> => Item::Enumeration;
        /// An entry for a function.
        function<D> => Item::Statements;
        /// An entry for any statements.
        block<D> => Item::Statements;
    }

    /// Names the class's base, `()` for none.
    pub const fn derives(mut self, base: fn() -> TypeId) -> Entry {
        if let Item::Class(class) = &mut self.item {
            class.base = base;
        }
        self
    }

    fn class_item(&self) -> Option<ClassItem> {
        if let Item::Class(class) = self.item { Some(class) } else { None }
    }

    fn trampoline_item(&self) -> Option<TrampolineItem> {
        if let Item::Trampoline(trampoline) = self.item { Some(trampoline) } else { None }
    }

    fn position(&self) -> (bool, &'static str, u32, u32) {
        (!matches!(self.item, Item::Enumeration), self.file, self.line, self.column)
    }
}

/// A part that `nb_module!` names: a module of the crate, or another crate.
#[doc(hidden)]
pub struct Part {
    /// As written: `crate::geometry` or `shapes`.
    pub path: &'static str,
    /// How many items it has to register; at least one when not said.
    pub expected: Option<usize>,
}

#[cfg(any(target_os = "linux", target_os = "macos", target_os = "windows", target_os = "freebsd"))]
mod section {
    use super::Entry;

    /// All entries of this library image. The major version is in the name, so that two versions do not mix.
    #[linkme::distributed_slice]
    pub static NB_V0_ENTRIES: [Entry];

    pub(super) fn all() -> impl Iterator<Item = &'static Entry> {
        NB_V0_ENTRIES.iter()
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows", target_os = "freebsd")))]
mod section {
    use super::Entry;

    inventory::collect!(Entry);

    pub(super) fn all() -> impl Iterator<Item = &'static Entry> {
        inventory::iter::<Entry>.into_iter()
    }
}

#[doc(hidden)]
pub use section::*;

/// Puts an entry where `nb_module!` finds it: linker section, or `inventory` where there is none.
#[cfg(any(target_os = "linux", target_os = "macos", target_os = "windows", target_os = "freebsd"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($entry:expr) => {
        #[$crate::__private::linkme::distributed_slice($crate::__private::NB_V0_ENTRIES)]
        #[linkme(crate = $crate::__private::linkme)]
        static __NB_ENTRY: $crate::__private::Entry = $entry;
    };
}

/// Puts an entry where `nb_module!` finds it: linker section, or `inventory` where there is none.
#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows", target_os = "freebsd")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($entry:expr) => {
        $crate::__private::inventory::submit! { $entry }
    };
}

/// The Rust path that a part's entries were written under.
fn full_path(module_path: &str, part: &str) -> String {
    let krate = module_path.split("::").next().unwrap_or_default();
    match part.strip_prefix("crate") {
        Some(rest) => format!("{krate}{rest}"),
        None => part.trim_start_matches("::").to_string(),
    }
}

fn inside(module_path: &str, prefix: &str) -> bool {
    module_path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Whether the entry belongs to the part at `prefix` of a module with domain `D`.
///
/// The module's own crate may hold items of other modules at the same place; a library crate has a domain of its own,
/// and all its items are meant.
fn contributes<D: Module>(entry: &Entry, prefix: &str) -> bool {
    let same_crate = D::MODULE_PATH.split("::").next() == prefix.split("::").next();
    inside(entry.module_path, prefix) && (!same_crate || (entry.domain)() == TypeId::of::<D>())
}

/// Where the items of the module's parts were written.
fn prefixes<D: Module>() -> Vec<String> {
    D::PARTS.iter().map(|part| full_path(D::MODULE_PATH, part.path)).collect()
}

/// Runs the entries of the module's own domain and of its parts.
pub(crate) fn run_parts<D: Module>(m: &module_<D>) -> Result<()> {
    let module = D::NAME.to_string_lossy();
    let prefixes = prefixes::<D>();
    for (part, prefix) in D::PARTS.iter().zip(&prefixes) {
        let found: Vec<String> = section::all()
            .filter(|entry| entry.trampoline_item().is_none() && contributes::<D>(entry, prefix))
            .map(|entry| entry.name.to_string())
            .collect();
        let complete = part.expected.map_or(!found.is_empty(), |expected| found.len() == expected);
        if !complete {
            return Err(import_error(messages::lost_part(&module, part.path, part.expected, &found)));
        }
    }
    let mut entries: Vec<&Entry> = Vec::new();
    for entry in section::all() {
        if entry.trampoline_item().is_none() && belongs::<D>(entry, &prefixes) {
            // They are few, and mostly in order already; the sort of the standard library is 5 kB of code.
            let place = entries.partition_point(|other| other.position() <= entry.position());
            entries.insert(place, entry);
        }
    }
    for entry in bases_first(entries, &module, &m.core().state)? {
        // SAFETY: `call` and `function` were stored together by the same constructor.
        unsafe { (entry.run.call)(entry.run.function, m.object().clone(), m.core().clone())? };
    }
    Ok(())
}

/// Whether the entry is of the module's own domain or of one of its parts.
fn belongs<D: Module>(entry: &Entry, prefixes: &[String]) -> bool {
    (entry.domain)() == TypeId::of::<D>() || prefixes.iter().any(|prefix| contributes::<D>(entry, prefix))
}

/// Refuses a module with a trampoline that no class names: everything would work, and Python could override nothing.
pub(crate) fn check_trampolines<D: Module>(m: &module_<D>) -> Result<()> {
    let prefixes = prefixes::<D>();
    for entry in section::all() {
        let Some(declared) = entry.trampoline_item().filter(|_| belongs::<D>(entry, &prefixes)) else { continue };
        let base = m.core().state.type_of((declared.base)());
        if !base.is_some_and(|data| data.virtuals.iter().any(|one| one.key == (declared.key)())) {
            let module = D::NAME.to_string_lossy();
            let names = [(declared.name)(), (declared.base_name)()].map(short_rust_name);
            return Err(import_error(messages::trampoline_not_named(&module, &names[0], &names[1], base.is_some())));
        }
    }
    Ok(())
}

/// Stable order in which a class comes after its base.
fn bases_first<'e>(
    mut entries: Vec<&'e Entry>,
    module: &str,
    state: &crate::interpreter::state::State,
) -> Result<Vec<&'e Entry>> {
    let mut done: Vec<&Entry> = Vec::with_capacity(entries.len());
    while !entries.is_empty() {
        let waits = |entry: &&Entry| {
            entry.class_item().is_some_and(|class| {
                let base = (class.base)();
                base != TypeId::of::<()>()
                    && state.type_of(base).is_none()
                    && !done.iter().any(|other| other.class_item().is_some_and(|other| (other.class)() == base))
            })
        };
        let (later, now): (Vec<_>, Vec<_>) = entries.into_iter().partition(waits);
        if now.is_empty() {
            return Err(import_error(messages::base_cycle(module, later[0].name)));
        }
        done.extend(now);
        entries = later;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::{full_path, inside};

    #[test]
    fn part_paths_are_resolved_against_the_module_s_crate() {
        assert_eq!(full_path("my_ext::bindings", "crate::geometry"), "my_ext::geometry");
        assert_eq!(full_path("my_ext", "shapes"), "shapes");
        assert_eq!(full_path("my_ext", "::shapes::round"), "shapes::round");
    }

    #[test]
    fn a_part_contains_its_submodules_only() {
        assert!(inside("a::b", "a::b"));
        assert!(inside("a::b::c", "a::b"));
        assert!(!inside("a::bc", "a::b"));
    }
}
