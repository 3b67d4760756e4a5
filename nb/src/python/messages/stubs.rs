//! Texts about the stubs that a module writes.

use std::path::Path;

/// Import in a stub run: types are used that nothing has bound.
pub fn unbound_in_stubs(module: &str, places: &[String]) -> String {
    format!(
        "{module}: the stubs cannot name these types, since nothing has bound them:\n  {}\n\
         Bind each with nb::class_ or nb::enum_, import the module that binds it before, or write the signature with nb::sig.",
        places.join("\n  ")
    )
}

/// One place of such a type.
pub fn unbound_type_in_stub(function: &str, argument: Option<&str>, types: &[String]) -> String {
    let types: Vec<String> = types.iter().map(|name| format!("`{name}`")).collect();
    let types = types.join(", ");
    match argument {
        Some(argument) => format!("{function}(): argument '{argument}': {types}"),
        None => format!("{function}(): result: {types}"),
    }
}

/// Import in a stub run: where the stubs are to be written, nothing is.
pub fn no_stub_folder(folder: &Path) -> String {
    format!("NB_STUBGEN: there is no folder {}", folder.display())
}

/// Import in a stub run: `NB_STUBGEN_OPTIONS` has a word that means nothing.
pub fn unknown_stub_option(option: &str) -> String {
    format!("NB_STUBGEN_OPTIONS: {option:?} is none of private, no-docstrings, no-values, allow-unbound")
}

/// Import in a stub run: the system refuses to write a file.
pub fn stub_not_written(path: &Path, error: &std::io::Error) -> String {
    format!("the stub {} cannot be written: {error}", path.display())
}

/// An attribute that everything of its kind has as a text has become something else.
pub fn attribute_is_no_text(name: &str, class: &str) -> String {
    format!("{name} is no text but a '{class}'")
}
