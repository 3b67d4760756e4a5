//! Classes with type arguments: what stands for arguments that were not given, which strict type checkers ask for.

use super::look;
use super::names::{Names, is_builtin};
use crate::python::error::Result;
use crate::python::object::object;

/// The modules whose classes below are meant.
const MODULES: [&str; 8] = ["collections", "collections.abc", "typing", "os", "queue", "re", "weakref", "builtins"];

/// Names of classes, and arguments that say nothing.
const ARGUMENTS: [(&str, &[&str]); 6] = [
    ("Any, ...", &["tuple", "Tuple"]),
    ("..., Any", &["Callable"]),
    ("str", &["PathLike", "Pattern", "Match"]),
    ("Any, Any, Any", &["Coroutine", "Generator"]),
    (
        "Any, Any",
        &[
            "dict",
            "Dict",
            "DefaultDict",
            "defaultdict",
            "OrderedDict",
            "ChainMap",
            "Mapping",
            "MutableMapping",
            "ItemsView",
            "AsyncGenerator",
            "WeakKeyDictionary",
            "WeakValueDictionary",
        ],
    ),
    (
        "Any",
        &[
            "list",
            "List",
            "set",
            "Set",
            "frozenset",
            "FrozenSet",
            "type",
            "Type",
            "deque",
            "Deque",
            "Counter",
            "Iterable",
            "Iterator",
            "Reversible",
            "Container",
            "Collection",
            "Sequence",
            "MutableSequence",
            "AbstractSet",
            "MutableSet",
            "KeysView",
            "ValuesView",
            "Awaitable",
            "AsyncIterable",
            "AsyncIterator",
            "Queue",
            "SimpleQueue",
            "ref",
            "ReferenceType",
            "WeakSet",
        ],
    ),
];

impl Names {
    /// The arguments that a class needs of which none were given; `None` for one that takes none.
    pub(super) fn bare_arguments(&mut self, name: &str) -> Result<Option<String>> {
        let (module, last) = match name.rsplit_once('.') {
            Some(parts) => parts,
            None if is_builtin(name) => ("builtins", name),
            None => ("", name),
        };
        if MODULES.contains(&module) {
            let found = ARGUMENTS.iter().find(|(_, names)| names.contains(&last));
            let Some((arguments, _)) = found else { return Ok(None) };
            let shown = if *arguments == "str" { self.builtin("str") } else { arguments.replace("Any", &self.any()) };
            return Ok(Some(shown));
        }
        let class = if module.is_empty() { self.find(name) } else { self.find_anywhere(name) };
        let Some(class) = class.filter(object::is_type) else { return Ok(None) };
        let arguments = self.own_arguments(&class)?;
        Ok(if arguments.is_empty() { None } else { Some(arguments.join(", ")) })
    }

    /// As above, for a class whose header was given with `nb::sig`.
    pub(super) fn own_arguments(&mut self, class: &object) -> Result<Vec<String>> {
        let header = look::members(class)?.into_iter().find(|(name, _)| name == "__nb_signature__");
        let Some(header) = header.and_then(|(_, header)| look::text(&header)) else { return Ok(Vec::new()) };
        let line = header.rsplit('\n').next().unwrap_or(&header);
        let (name, rest) = line.split_at(line.find(['(', '[']).unwrap_or(line.len()));
        if let Some(inside) = rest.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            let parameters = inside.split(',').filter(|one| !one.trim().is_empty());
            return Ok(parameters
                .map(|one| self.argument(one.trim().chars().take_while(|c| *c == '*').count()))
                .collect());
        }
        let module = look::text_of(class, "__module__")?;
        let module = look::module(&module).ok();
        let mut seen = Vec::new();
        for word in rest.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| *word != name) {
            let Some(value) = module.as_ref().and_then(|module| look::find(module, word)) else { continue };
            let stars = match look::text_of(&look::class_of(&value), "__name__")?.as_str() {
                "TypeVar" => 0,
                "TypeVarTuple" => 1,
                "ParamSpec" => 2,
                _ => continue,
            };
            if !seen.contains(&(word, stars)) {
                seen.push((word, stars));
            }
        }
        Ok(seen.into_iter().map(|(_, stars)| self.argument(stars)).collect())
    }

    /// What stands for a `TypeVar`, a `TypeVarTuple` (one star) or a `ParamSpec` (two).
    fn argument(&mut self, stars: usize) -> String {
        match stars {
            0 => self.any(),
            1 => {
                let (any, tuple) = (self.any(), self.builtin("tuple"));
                format!("*{tuple}[{any}, ...]")
            }
            _ => "...".to_string(),
        }
    }
}
