//! Type stubs: the `.pyi` files that say to type checkers and editors what a module has.
//!
//! `NB_STUBGEN=python python -c "import geo"` writes those of each module of ours that is imported, and of its submodules. They are
//! made of the records behind the functions, not of docstrings: the process that knows the types writes them down, so that there is
//! no tool to install and none that can be of another version. Builds with debug assertions have this part of the library, and
//! others with the feature `stubs`.
//!
//! The files are the same on every version of Python, so that a test can compare them with those that are committed: nothing
//! here shows what `repr` makes of types, or what a class of Python's has besides.
//!
//! | file | what |
//! |---|---|
//! | `request.rs` | what the environment asks for |
//! | `stub.rs` | one file: what a module or a class has, member by member |
//! | `functions.rs`, `parameters.rs`, `python_functions.rs`, `properties.rs`, `slots.rs` | what is called |
//! | `classes.rs`, `generics.rs`, `enumerations.rs` | classes |
//! | `values.rs`, `type_objects.rs` | constants, and the types that values are |
//! | `expressions.rs`, `names.rs` | names in the text of a type, and what has to be imported for them |
//! | `writer.rs`, `look.rs` | text and objects |

mod arrays;
mod classes;
mod enumerations;
mod expressions;
mod functions;
mod generics;
mod look;
mod names;
mod parameters;
mod properties;
mod python_functions;
mod request;
mod slots;
mod stub;
mod type_objects;
mod values;
mod writer;

use crate::python::error::{Result, import_error};
use crate::python::messages;
use crate::python::object::object;
use parameters::is_name;
use request::Request;
use std::fs;
use std::path::Path;
use stub::Stub;

/// Writes the stubs of a module that has been filled, and of its submodules, if the environment asks for them.
///
/// # Errors
/// `ImportError`: a type of the module has no name in Python, a stub would be no Python, or a file cannot be written.
pub(crate) fn write(module: &object) -> Result<()> {
    let Some(request) = Request::read()? else { return Ok(()) };
    let name = look::text_of(module, "__name__")?;
    if !name.split('.').all(is_name) {
        return Err(import_error(messages::stub_of_unnamed(&name)));
    }
    let mut files = Vec::new();
    let mut unbound = Vec::new();
    collect(&request, module, &name.replace('.', "/"), 0, &mut files, &mut unbound)?;
    if !unbound.is_empty() {
        return Err(import_error(messages::unbound_in_stubs(&name, &unbound)));
    }
    for file in &files {
        check(file)?;
        let hidden = request.folder.join(&file.hides);
        if hidden.exists() {
            return Err(import_error(messages::stale_stub(&request.folder.join(&file.path), &hidden)));
        }
    }
    for file in files {
        let path = request.folder.join(file.path);
        save(&path, &file.text).map_err(|error| import_error(messages::stub_not_written(&path, &error)))?;
    }
    Ok(())
}

/// A stub.
struct File {
    path: String,
    text: String,
    /// Where it would be if it had submodules, or none; type checkers read one of the two.
    hides: String,
}

/// Modules in modules, more than anybody writes.
const DEEPEST: usize = 16;

/// The stub of a module at `path`, which has no ending yet, and those of its submodules.
fn collect(
    request: &Request,
    module: &object,
    path: &str,
    depth: usize,
    files: &mut Vec<File>,
    unbound: &mut Vec<String>,
) -> Result<()> {
    if depth == DEEPEST {
        return Err(import_error(messages::stubs_too_deep(path)));
    }
    let mut stub = Stub::of_module(request, module)?;
    let text = stub.render()?;
    unbound.append(&mut stub.unbound);
    let submodules = std::mem::take(&mut stub.submodules);
    // A folder for what has files below it.
    let [alone, folder] = [format!("{path}.pyi"), format!("{path}/__init__.pyi")];
    let (path_of_file, hides) = if submodules.is_empty() { (alone, folder) } else { (folder, alone) };
    files.push(File { path: path_of_file, text, hides });
    for (name, submodule) in submodules {
        collect(request, &submodule, &format!("{path}/{name}"), depth + 1, files, unbound)?;
    }
    Ok(())
}

/// Has Python read the stub: names of the user's and texts of `nb::sig` are in it as they are.
fn check(file: &File) -> Result<()> {
    let parse = look::of_module("ast", "parse")?;
    let Err(error) = parse.call((file.text.as_str(), file.path.as_str())) else { return Ok(()) };
    let value = match error.value() {
        Some(value) if look::is_instance(value, "builtins", "SyntaxError")? => value.clone(),
        _ => return Err(error),
    };
    let line: usize = value.getattr("lineno")?.cast().unwrap_or(0);
    let shown = file.text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim();
    if cfg!(not(Py_3_12)) && has_type_parameters(shown) {
        // A way to write that this version does not know.
        return Ok(());
    }
    Err(import_error(messages::stub_is_no_python(&file.path, line, shown)))
}

/// `def f[T](..)`, `class C[T]:`, `type A = ..`
fn has_type_parameters(line: &str) -> bool {
    let name = line.strip_prefix("async ").unwrap_or(line);
    let name = name.strip_prefix("def ").or_else(|| name.strip_prefix("class "));
    let rest = name.map(|name| name.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'));
    rest.is_some_and(|rest| rest.starts_with('[')) || line.starts_with("type ")
}

/// Leaves a file alone that has the text already.
fn save(path: &Path, text: &str) -> std::io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|had| had == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}
