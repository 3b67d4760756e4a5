//! Names in a stub: what the module has, what stands in the way of what, and what has to be imported.

use super::look;
use crate::ffi;
use crate::python::error::Result;
use crate::python::object::object;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;

/// Names of `typing` that a signature may have without saying where they are from.
const OF_TYPING: [&str; 32] = [
    "Annotated",
    "Any",
    "AnyStr",
    "Awaitable",
    "Callable",
    "ClassVar",
    "Concatenate",
    "Coroutine",
    "Final",
    "Generic",
    "Hashable",
    "Iterable",
    "Iterator",
    "Literal",
    "Mapping",
    "MutableMapping",
    "MutableSequence",
    "NamedTuple",
    "NewType",
    "NoReturn",
    "Optional",
    "ParamSpec",
    "Protocol",
    "Sequence",
    "Sized",
    "SupportsFloat",
    "SupportsIndex",
    "SupportsInt",
    "TypeAlias",
    "TypeGuard",
    "TypeVar",
    "Union",
];
/// As above, of versions newer than the oldest that is supported: type checkers know them from `typing_extensions` everywhere.
const OF_TYPING_EXTENSIONS: [&str; 11] = [
    "LiteralString",
    "Never",
    "NotRequired",
    "ReadOnly",
    "Required",
    "Self",
    "TypeIs",
    "TypeVarTuple",
    "Unpack",
    "deprecated",
    "override",
];

/// The names of one stub.
pub(super) struct Names {
    module: String,
    object: object,
    /// Those of the module.
    own: HashSet<String>,
    /// Those of its classes, wherever.
    nested: HashSet<String>,
    /// Those of the classes around the place that is written, the innermost last.
    classes: Vec<HashSet<String>>,
    /// By local name: module, and name there.
    from: BTreeMap<String, (String, String)>,
    /// Modules that are imported as such.
    whole: BTreeSet<String>,
    /// Paths inside the module that something else refers to.
    used: BTreeSet<String>,
    /// Which names are modules.
    modules: HashMap<String, bool>,
    /// What could not be named, for a comment.
    notes: Vec<String>,
    /// How many types there are around the one that is being written.
    pub(super) depth: usize,
}

impl Names {
    pub(super) fn of(module: &object) -> Result<Names> {
        let name = look::text_of(module, "__name__")?;
        let members = look::members(module)?;
        let mut nested = HashSet::new();
        let mut seen = HashSet::new();
        members.iter().try_for_each(|(_, value)| names_inside(value, &name, &mut nested, &mut seen))?;
        Ok(Names {
            module: name,
            object: module.clone(),
            own: members.into_iter().map(|(name, _)| name).collect(),
            nested,
            classes: Vec::new(),
            from: BTreeMap::new(),
            whole: BTreeSet::new(),
            used: BTreeSet::new(),
            modules: HashMap::new(),
            notes: Vec::new(),
            depth: 0,
        })
    }

    pub(super) fn module(&self) -> &str {
        &self.module
    }

    /// What follows is inside of a class.
    pub(super) fn enter(&mut self, class: &object) -> Result<()> {
        self.classes.push(look::members(class)?.into_iter().map(|(name, _)| name).collect());
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.classes.pop();
    }

    pub(super) fn in_class(&self) -> bool {
        !self.classes.is_empty()
    }

    /// Begins anew, and keeps what is referred to.
    pub(super) fn restart(&mut self) {
        self.from.clear();
        self.whole.clear();
    }

    pub(super) fn is_used(&self, path: &str) -> bool {
        self.used.contains(path)
    }

    pub(super) fn count_used(&self) -> usize {
        self.used.len()
    }

    /// What could not be named since the last question.
    pub(super) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    /// Says in a comment what could not be named, and what stands for it.
    pub(super) fn unknown(&mut self, note: String) -> String {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        self.any()
    }

    pub(super) fn any(&mut self) -> String {
        self.typing("Any")
    }

    pub(super) fn typing(&mut self, name: &str) -> String {
        self.import("typing", name)
    }

    /// One of Python's own, whatever the module or the class calls so.
    pub(super) fn builtin(&mut self, name: &str) -> String {
        if !self.own.contains(name) && !self.classes.last().is_some_and(|class| class.contains(name)) {
            return name.to_string();
        }
        self.whole.insert("builtins".to_string());
        format!("builtins.{name}")
    }

    /// A name behind that of its module, which is imported whole.
    pub(super) fn whole_name(&mut self, module: &str, name: &str) -> String {
        self.whole.insert(module.to_string());
        format!("{module}.{name}")
    }

    /// The local name of what another module has.
    pub(super) fn import(&mut self, module: &str, name: &str) -> String {
        let mut local = name.to_string();
        let is_own = self.own.contains(name) && !self.nested.contains(name) && self.has_it_from(module, name);
        loop {
            match self.from.get(&local) {
                Some((m, n)) if m == module && n == name => return local,
                None if is_own => break,
                None if !self.own.contains(&local) && !self.nested.contains(&local) && !is_builtin(&local) => break,
                _ => local.insert(0, '_'),
            }
        }
        self.from.insert(local.clone(), (module.to_string(), name.to_string()));
        local
    }

    /// Whether the module has, under the same name, what the other one has.
    fn has_it_from(&self, module: &str, name: &str) -> bool {
        let there = look::of_module(module, name).ok();
        there.is_some_and(|there| self.find(name).is_some_and(|here| here.is(&there)))
    }

    /// Has a name of another module imported so that it is this module's as well; false where it is called otherwise there.
    pub(super) fn reexport(&mut self, name: &str, full: &str) -> bool {
        let Some(at) = self.module_part(full) else { return false };
        let module = &full[..at];
        let fits = module != self.module && module != "builtins" && full[at + 1..] == *name;
        if fits {
            self.from.insert(name.to_string(), (module.to_string(), name.to_string()));
        }
        fits
    }

    /// A name of any kind as it has to be written here.
    pub(super) fn resolve(&mut self, name: &str) -> Result<String> {
        if !name.contains('.') {
            return Ok(self.bare(name));
        }
        let Some(at) = self.module_part(name) else {
            // It is not installed here. What stands before the last name is taken for the module.
            let (module, last) = name.rsplit_once('.').unwrap_or(("", name));
            return Ok(self.import(module, last));
        };
        let (module, path) = (&name[..at], &name[at + 1..]);
        if name == "types.CapsuleType" {
            // Of Python 3.13.
            return Ok(self.import("typing_extensions", path));
        }
        if module == self.module {
            return Ok(self.own(path));
        }
        if module == "builtins" {
            return Ok(self.builtin(path));
        }
        if let Some(submodule) = module.strip_prefix(&self.module).and_then(|rest| rest.strip_prefix('.')) {
            // One with a private name is needed, then.
            self.used.insert(top(submodule).to_string());
        }
        let (first, rest) = path.split_at(path.find('.').unwrap_or(path.len()));
        Ok(format!("{}{rest}", self.import(module, first)))
    }

    /// Whether a name without a module means something here.
    pub(super) fn is_known(&self, name: &str) -> bool {
        let scopes = self.classes.last().into_iter().chain([&self.own]);
        is_builtin(name)
            || scopes.into_iter().any(|scope| scope.contains(name))
            || OF_TYPING.contains(&name)
            || OF_TYPING_EXTENSIONS.contains(&name)
            || matches!(name, "None" | "True" | "False")
    }

    fn bare(&mut self, name: &str) -> String {
        if is_builtin(name) {
            return self.builtin(name);
        }
        if self.classes.last().is_some_and(|class| class.contains(name)) {
            return name.to_string();
        }
        if self.own.contains(name) {
            self.used.insert(name.to_string());
            return name.to_string();
        }
        match name {
            _ if OF_TYPING.contains(&name) => self.typing(name),
            _ if OF_TYPING_EXTENSIONS.contains(&name) => self.import("typing_extensions", name),
            _ => name.to_string(),
        }
    }

    /// What the module itself has, by its path.
    fn own(&mut self, path: &str) -> String {
        if self.find(path).is_none() {
            return self.unknown(format!("`{}.{path}` cannot be found there", self.module));
        }
        for (at, _) in path.match_indices('.') {
            self.used.insert(path[..at].to_string());
        }
        self.used.insert(path.to_string());
        let first = path.split('.').next().unwrap_or(path);
        if self.classes.last().is_some_and(|class| class.contains(first)) {
            // Inside of the class, the word is something else.
            self.whole.insert(self.module.clone());
            return format!("{}.{path}", self.module);
        }
        path.to_string()
    }

    /// What the module has, by its path.
    pub(super) fn find(&self, path: &str) -> Option<object> {
        path.split('.').try_fold(self.object.clone(), |scope, name| look::find(&scope, name))
    }

    /// What any module has, by its full name.
    pub(super) fn find_anywhere(&mut self, name: &str) -> Option<object> {
        let at = self.module_part(name);
        let scope = look::module(at.map_or("builtins", |at| &name[..at])).ok()?;
        name[at.map_or(0, |at| at + 1)..].split('.').try_fold(scope, |scope, name| look::find(&scope, name))
    }

    /// How much of a name is that of a module.
    pub(super) fn module_part(&mut self, name: &str) -> Option<usize> {
        let places: Vec<usize> = name.match_indices('.').map(|(at, _)| at).collect();
        places.into_iter().rev().find(|at| self.is_module(&name[..*at]))
    }

    fn is_module(&mut self, name: &str) -> bool {
        if let Some(known) = self.modules.get(name) {
            return *known;
        }
        let known = name == self.module || look::module(name).is_ok();
        self.modules.insert(name.to_string(), known);
        known
    }

    /// The lines that import what was named and is in the text, and the submodules.
    pub(super) fn imports(&self, text: &str, submodules: &[String]) -> Result<String> {
        let words: HashSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let mut lines: BTreeSet<(Origin, &str, String)> = BTreeSet::new();
        let known = look::of_module("sys", "stdlib_module_names")?;
        let package = top(&self.module);
        let origin = |module: &str| -> Result<Origin> {
            Ok(match top(module) {
                name if name == package => Origin::Own,
                name if known.contains(name)? => Origin::Python,
                _ => Origin::Other,
            })
        };
        for module in &self.whole {
            lines.insert((origin(module)?, module, format!("import {module}")));
        }
        let mut by_module: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (local, (module, name)) in &self.from {
            if !words.contains(local.as_str()) && !self.own.contains(local) {
                continue;
            }
            // What the module has itself is exported, which type checkers are told so.
            let shown =
                if local != name || self.own.contains(name) { format!("{name} as {local}") } else { name.clone() };
            by_module.entry(module).or_default().insert(shown);
        }
        for (module, names) in by_module {
            let names = names.into_iter().collect::<Vec<_>>().join(", ");
            lines.insert((origin(module)?, module, format!("from {module} import {names}")));
        }
        for name in submodules {
            lines.insert((Origin::Own, ".", format!("from . import {name} as {name}")));
        }
        let mut out = String::new();
        let mut last = None;
        for (origin, _, line) in lines {
            if last.is_some_and(|last| last != origin) {
                out.push('\n');
            }
            last = Some(origin);
            let _ = writeln!(out, "{line}");
        }
        Ok(out)
    }
}

/// Where a module comes from; imports stand in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Python,
    Other,
    Own,
}

fn top(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}

/// Whether it is the name of one of Python's own classes.
pub(super) fn is_builtin(name: &str) -> bool {
    look::of_module("builtins", name).is_ok_and(|found| found.is_type())
}

/// Adds the names in a class of the module `module`, and in the classes there.
fn names_inside(
    value: &object,
    module: &str,
    names: &mut HashSet<String>,
    seen: &mut HashSet<*mut ffi::PyObject>,
) -> Result<()> {
    if !value.is_type() || look::text_of(value, "__module__")? != module || !seen.insert(value.as_ptr()) {
        return Ok(());
    }
    for (name, value) in look::members(value)? {
        names_inside(&value, module, names, seen)?;
        names.insert(name);
    }
    Ok(())
}
