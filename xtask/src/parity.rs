//! `cargo xtask parity`: which rows of the parity checklists are proved, answered, or open.

mod answers;
mod markers;
mod rows;
mod table;

use std::path::PathBuf;

use lexopt::prelude::*;

use crate::pythons::Pythons;
use crate::repo::Repo;
use crate::{Result, args};

/// Says that a row is dealt with, and where.
#[derive(Debug, PartialEq)]
pub struct Evidence {
    pub row: String,
    /// `tests/test_functions.py::test_defaults`, or a file and line.
    pub place: String,
}

/// What was asked for on the command line.
#[derive(Default)]
struct Options {
    dir: Option<PathBuf>,
    json: bool,
    group: Option<String>,
}

fn parse(args: &mut lexopt::Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("json") => options.json = true,
            Long("group") => options.group = Some(args.value()?.string()?),
            Value(dir) if options.dir.is_none() => options.dir = Some(dir.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// `cargo xtask parity`
pub fn run(arguments: &[String]) -> Result<()> {
    let Options { dir, json, group } = args::read(arguments, parse)?;
    let dir = dir.ok_or("name the directory with the checklists: cargo xtask parity DIR")?;
    let rows = rows::read_dir(&dir)?;
    let repo = Repo::find()?;
    let mut mistakes = Vec::new();
    let pythons = Pythons::discover(&repo);
    let proofs = markers::in_tests(&repo, pythons.default()?, &pythons, &mut mistakes)?;
    let answers = answers::in_repo(&repo)?;
    let table = table::Table::new(rows, &proofs, &answers, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(format!("{} markers are wrong\n  {}", mistakes.len(), mistakes.join("\n  ")));
    }
    match group {
        Some(group) => print!("{}", table.group_text(&group)?),
        None if json => print!("{}", table.json()),
        None => print!("{}", table.text()),
    }
    Ok(())
}
