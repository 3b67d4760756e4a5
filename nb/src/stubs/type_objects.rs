//! Types as Python objects, such as the annotations of a function written in Python, and type variables.

use super::look;
use super::names::Names;
use super::stub::Stub;
use crate::instance::metatype;
use crate::python::error::Result;
use crate::python::object::object;

/// How deep types in types are looked at; one may contain itself.
const DEEPEST: usize = 32;

impl Names {
    /// A type that is an object.
    pub(super) fn type_object(&mut self, value: &object) -> Result<String> {
        if self.depth == DEEPEST {
            return Ok(self.unknown("a type has too many others inside".to_string()));
        }
        self.depth += 1;
        let shown = self.type_inside(value);
        self.depth -= 1;
        shown
    }

    fn type_inside(&mut self, value: &object) -> Result<String> {
        if value.is_none() {
            return Ok("None".to_string());
        }
        if let Some(text) = look::text(value) {
            return self.given_types(&text);
        }
        let class = look::class_name(&look::class_of(value))?;
        match class.as_str() {
            "ellipsis" => return Ok("...".to_string()),
            "list" | "tuple" => return Ok(format!("[{}]", self.type_list(&look::items(value)?)?)),
            "typing.TypeVar" | "typing.ParamSpec" | "typing.TypeVarTuple" | "typing_extensions.TypeVarTuple" => {
                return self.types(&look::text_of(value, "__name__")?);
            }
            "typing.NewType" => return self.types(&look::class_name(value)?),
            _ => {}
        }
        let typing = look::module("typing")?;
        let origin = typing.getattr("get_origin")?.call((value,))?;
        if !origin.is_none() {
            let arguments = look::items(&typing.getattr("get_args")?.call((value,))?)?;
            return self.with_arguments(&origin, &arguments);
        }
        if value.is_type() {
            let name = look::class_name(value)?;
            return if name == "NoneType" { Ok("None".to_string()) } else { self.types(&name) };
        }
        // `typing.Any` and its kin, which are no classes on all versions.
        match look::find(value, "_name").as_ref().and_then(look::text) {
            Some(name) if class.starts_with("typing.") => self.types(&format!("typing.{name}")),
            _ => Ok(self.unknown(format!("a '{class}' is no type"))),
        }
    }

    fn type_list(&mut self, types: &[object]) -> Result<String> {
        Ok(types.iter().map(|one| self.type_object(one)).collect::<Result<Vec<_>>>()?.join(", "))
    }

    fn with_arguments(&mut self, origin: &object, arguments: &[object]) -> Result<String> {
        let name = match look::find(origin, "_name").as_ref().and_then(look::text) {
            Some(name) if !origin.is_type() => format!("typing.{name}"),
            _ => look::class_name(origin)?,
        };
        Ok(match name.as_str() {
            "typing.Union" | "types.UnionType" => {
                let types = arguments.iter().map(|one| self.type_object(one)).collect::<Result<Vec<_>>>()?;
                types.join(" | ")
            }
            "typing.Literal" => {
                let values = arguments.iter().map(|one| self.literal_argument(one)).collect::<Result<Vec<_>>>()?;
                format!("{}[{}]", self.typing("Literal"), values.join(", "))
            }
            "typing.Annotated" => match arguments {
                [ty, ..] => self.type_object(ty)?,
                [] => self.any(),
            },
            "tuple" if arguments.is_empty() => format!("{}[()]", self.builtin("tuple")),
            // `typing.List`, which is no class.
            _ if arguments.is_empty() => self.types(&name)?,
            // The name alone would be given arguments that say nothing.
            _ => {
                let shown = self.resolve(&name)?;
                if is_bound(origin) && self.own_arguments(origin)?.is_empty() {
                    // It says nowhere what it takes them for.
                    return Ok(shown);
                }
                format!("{shown}[{}]", self.type_list(arguments)?)
            }
        })
    }
}

impl Names {
    /// A value that is a type, in `Literal[..]`.
    fn literal_argument(&mut self, value: &object) -> Result<String> {
        if look::is_instance(value, "enum", "Enum")? {
            let class = self.resolve(&look::class_name(&look::class_of(value))?)?;
            return Ok(format!("{class}.{}", look::text_of(value, "_name_")?));
        }
        Ok(look::shown(value).unwrap_or_else(|| "...".to_string()))
    }
}

/// Whether the class is one of ours.
fn is_bound(class: &object) -> bool {
    // SAFETY: a live object; attached.
    class.is_type() && unsafe { metatype::is_ours(class.as_ptr().cast()) }
}

impl Stub<'_> {
    /// `T = TypeVar("T")`
    pub(super) fn type_variable(&mut self, name: &str, value: &object) -> Result<()> {
        let kind = look::text_of(&look::class_of(value), "__name__")?;
        let mut arguments = vec![format!("\"{}\"", look::text_of(value, "__name__")?)];
        if let Some(constraints) = look::find(value, "__constraints__") {
            for one in look::items(&constraints)? {
                arguments.push(self.names.type_object(&one)?);
            }
        }
        let default = look::find(value, "has_default").and_then(|has| has.call(()).ok()?.cast::<bool>().ok());
        let default = default.unwrap_or(false).then(|| look::find(value, "__default__")).flatten();
        for (argument, shown) in [("bound", look::find(value, "__bound__")), ("default", default.clone())] {
            // Without a bound, it is `None` or, of some kinds on some versions, the class of that.
            let is_given = |shown: &object| !shown.is_none() && !look::is_builtin(shown, "NoneType");
            if let Some(shown) = shown.filter(is_given) {
                arguments.push(format!("{argument}={}", self.names.type_object(&shown)?));
            }
        }
        for variance in ["covariant", "contravariant"] {
            if look::find(value, &format!("__{variance}__")).is_some_and(|value| value.is_true().unwrap_or(false)) {
                arguments.push(format!("{variance}=True"));
            }
        }
        // What the oldest version of `typing` does not have, type checkers know from elsewhere.
        let module = if kind == "TypeVarTuple" || default.is_some() { "typing_extensions" } else { "typing" };
        let made = self.names.import(module, &kind);
        self.out.line(&format!("{name} = {made}({})", arguments.join(", ")));
        self.out.blank();
        Ok(())
    }
}
