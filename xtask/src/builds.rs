//! `cargo xtask builds`: whether the configurations that the guide shows for other build systems still do what it says.

use std::fs;

use lexopt::prelude::*;

use crate::project::Project;
use crate::pythons::Pythons;
use crate::repo::{self, Repo};
use crate::{Result, args, command};

/// Where they are; the name of the project is that of the files in there.
const CONFIGURATIONS: &str = "porting-guide/examples/builds";
const FOLDER: &str = "geo";

/// Those with which pip builds.
const SYSTEMS: [&str; 3] = ["setuptools-rust", "meson-python", "scikit-build-core"];

/// A profile that takes less time; the profile itself is the template's.
const QUICKER: [(&str, &str); 2] = [("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"), ("CARGO_PROFILE_RELEASE_LTO", "off")];

fn parse(args: &mut lexopt::Parser) -> Result<Option<String>, lexopt::Error> {
    let mut python = None;
    while let Some(arg) = args.next()? {
        match arg {
            Long("python") => python = Some(args.value()?.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(python)
}

/// `cargo xtask builds`
pub fn run(arguments: &[String]) -> Result<()> {
    let wanted = args::read(arguments, parse)?;
    let repo = Repo::find()?;
    let pythons = Pythons::discover(&repo);
    let python = pythons.chosen_or_default(wanted.as_deref())?;
    for system in SYSTEMS {
        command::announce(format_args!("{system}, Python {}", python.version));
        let project = Project::new(&repo, &python, &pythons.found, FOLDER)?;
        for file in repo::entries(&repo.root.join(CONFIGURATIONS).join(system)) {
            let copy = project.dir().join(file.file_name().unwrap_or_default());
            fs::copy(&file, &copy).map_err(|error| format!("cannot write {}: {error}", copy.display()))?;
        }
        project.wheel_of(&project.dir(), &QUICKER)?;
        project.try_out(&["--strict", "tests"])?;
        project.remove()?;
    }
    Ok(())
}
