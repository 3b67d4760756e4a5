//! What the environment asks for: `NB_STUBGEN` names the folder, `NB_STUBGEN_OPTIONS` says what is shown.

use crate::python::error::{Result, import_error};
use crate::python::messages;
use std::path::PathBuf;

/// A run that writes stubs.
pub(super) struct Request {
    /// Where the packages are that the stubs belong to.
    pub(super) folder: PathBuf,
    /// Names that begin or end with an underscore are shown.
    pub(super) private: bool,
    pub(super) docs: bool,
    /// Constants and default values are shown, and not `...`.
    pub(super) values: bool,
    /// Types without a name in Python are shown as `Any`, and do not end the run.
    pub(super) unbound: bool,
}

impl Request {
    /// `None` where no stubs are wanted: without the variable, and where it says only that a stub generator is running, as
    /// nanobind's own sets it.
    pub(super) fn read() -> Result<Option<Request>> {
        let Some(folder) = std::env::var_os("NB_STUBGEN").filter(|value| !value.is_empty() && value != "1") else {
            return Ok(None);
        };
        let folder = PathBuf::from(folder);
        if !folder.is_dir() {
            return Err(import_error(messages::no_stub_folder(&folder)));
        }
        let mut request = Request { folder, private: false, docs: true, values: true, unbound: false };
        let options = std::env::var("NB_STUBGEN_OPTIONS").unwrap_or_default();
        for option in options.split(',').filter(|option| !option.is_empty()) {
            match option {
                "private" => request.private = true,
                "no-docstrings" => request.docs = false,
                "no-values" => request.values = false,
                "allow-unbound" => request.unbound = true,
                _ => return Err(import_error(messages::unknown_stub_option(option))),
            }
        }
        Ok(Some(request))
    }
}
