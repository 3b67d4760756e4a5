//! Starting other programs.

use std::ffi::OsString;
use std::fmt::Display;
use std::process::{Command, ExitStatus};

use crate::Result;

/// Announces a step, so that a long log can be read by its headings.
pub fn announce(step: impl Display) {
    println!("\n==> {step}");
}

/// The cargo that started us, free of what it told us about the xtask package: a build script
/// that listens to such a variable would otherwise run again for every way of being started.
pub fn cargo() -> Command {
    let mut command = Command::new(cargo_path());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    // The paths of what we build have to be known, and no debug information halves the build time.
    command.env_remove("CARGO_BUILD_TARGET").env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
}

fn cargo_path() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs `command` with our own output and answers how it ended.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().map_err(|error| format!("cannot start {}: {error}", name_of(command)))
}

/// Runs `command` with our own output; `what` names it in the error.
pub fn check(command: &mut Command, what: &str) -> Result<()> {
    let status = status(command)?;
    if status.success() { Ok(()) } else { Err(format!("{what} failed ({status})")) }
}

/// What `command` writes to its standard output. Its standard error is part of the error if it fails.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.output().map_err(|error| format!("cannot start {}: {error}", name_of(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "{} failed ({})\n{}{}",
            name_of(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr).trim_end()
        ))
    }
}

fn name_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
