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
use request::Request;
use std::fs;
use std::path::Path;
use stub::Stub;

/// Writes the stubs of a module that has been filled, and of its submodules, if the environment asks for them.
///
/// # Errors
/// `ImportError`: a type of the module has no name in Python, or a file cannot be written.
pub(crate) fn write(module: &object) -> Result<()> {
    let Some(request) = Request::read()? else { return Ok(()) };
    let name = look::text_of(module, "__name__")?;
    let mut files = Vec::new();
    let mut unbound = Vec::new();
    collect(&request, module, &name.replace('.', "/"), &mut files, &mut unbound)?;
    if !unbound.is_empty() {
        return Err(import_error(messages::unbound_in_stubs(&name, &unbound)));
    }
    for (path, text) in files {
        let path = request.folder.join(path);
        save(&path, &text).map_err(|error| import_error(messages::stub_not_written(&path, &error)))?;
    }
    Ok(())
}

/// The stub of a module at `path`, which has no ending yet, and those of its submodules.
fn collect(
    request: &Request,
    module: &object,
    path: &str,
    files: &mut Vec<(String, String)>,
    unbound: &mut Vec<String>,
) -> Result<()> {
    let mut stub = Stub::of_module(request, module)?;
    let text = stub.render()?;
    unbound.append(&mut stub.unbound);
    let submodules = std::mem::take(&mut stub.submodules);
    // A folder for what has files below it.
    let file = if submodules.is_empty() { format!("{path}.pyi") } else { format!("{path}/__init__.pyi") };
    files.push((file, text));
    for (name, submodule) in submodules {
        collect(request, &submodule, &format!("{path}/{name}"), files, unbound)?;
    }
    Ok(())
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
