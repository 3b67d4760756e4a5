//! `cargo xtask parity`: which rows of the parity checklists are proved, answered, or open.

mod answers;
mod markers;
mod rows;
mod table;

use std::path::{Path, PathBuf};

use lexopt::prelude::*;

use self::table::Table;
use crate::pythons::{Interpreter, Pythons};
use crate::repo::Repo;
use crate::{Result, args};

/// Where the checklists lie unless another directory is named.
const CHECKLISTS: &str = "tests/parity";

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
    let repo = Repo::find()?;
    let pythons = Pythons::discover(&repo);
    let dir = dir.unwrap_or_else(|| repo.root.join(CHECKLISTS));
    let table = compare(&repo, &dir, pythons.default()?, &pythons)?;
    match group {
        Some(group) => print!("{}", table.group_text(&group)?),
        None if json => print!("{}", table.json()),
        None => print!("{}", table.text()),
    }
    Ok(())
}

/// Refuses markers and answers that name no row of our checklists, and markers that prove nothing.
pub fn check(repo: &Repo, python: &Interpreter, pythons: &Pythons) -> Result<()> {
    compare(repo, &repo.root.join(CHECKLISTS), python, pythons).map(drop)
}

fn compare(repo: &Repo, checklists: &Path, python: &Interpreter, pythons: &Pythons) -> Result<Table> {
    let rows = rows::read_dir(checklists)?;
    let mut mistakes = Vec::new();
    let proofs = markers::in_tests(repo, python, pythons, &mut mistakes)?;
    let answers = answers::in_repo(repo)?;
    let table = Table::new(rows, &proofs, &answers, &mut mistakes);
    match mistakes.is_empty() {
        true => Ok(table),
        false => Err(format!("{} markers are wrong\n  {}", mistakes.len(), mistakes.join("\n  "))),
    }
}
