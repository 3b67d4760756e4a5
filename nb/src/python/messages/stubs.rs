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

/// A module whose name is no path.
pub fn stub_of_unnamed(name: &str) -> String {
    format!("there is no stub of a module that is called {name:?}: its name would not be that of a file")
}

/// Something of a module fails when its stub is written.
pub fn stub_of_member(name: &str, why: &str) -> String {
    format!("the stub of {name} cannot be written: {why}")
}

/// Submodules without an end.
pub fn stubs_too_deep(path: &str) -> String {
    format!("{path}: modules lie too deep in each other for stubs, or in a circle")
}

/// A text of the user's is in a stub, and Python cannot read it.
pub fn stub_is_no_python(path: &str, line: usize, text: &str) -> String {
    format!(
        "{path} would be no Python in line {line}, `{text}`: names of classes have to be identifiers, and the text in nb::sig what Python reads. \
         Nothing was written"
    )
}

/// An earlier stub is where type checkers look first, or instead.
pub fn stale_stub(path: &Path, stale: &Path) -> String {
    format!(
        "{} and {} are stubs of the same module: remove the second, which is an old one",
        path.display(),
        stale.display()
    )
}
