//! `cargo xtask parity`: which rows of the parity checklists are proved, answered, or open.

mod answers;
mod markers;
mod python;
mod rows;
mod table;

use std::path::Path;

use crate::Result;
use crate::args::Args;
use crate::repo::Repo;

/// Says that a row is dealt with, and where.
#[derive(Debug, PartialEq)]
pub struct Evidence {
    pub row: String,
    /// `tests/test_functions.py::test_defaults`, or a file and line.
    pub place: String,
}

/// `cargo xtask parity`
pub fn run(arguments: &[String]) -> Result<()> {
    let mut args = Args::new(arguments);
    let json = args.flag("--json");
    let group = args.option("--group")?;
    let dir = args.positional().ok_or("name the directory with the checklists: cargo xtask parity DIR")?;
    args.finish()?;

    let rows = rows::read_dir(Path::new(&dir))?;
    let repo = Repo::find()?;
    let mut mistakes = Vec::new();
    let proofs = markers::in_tests(&repo, &mut mistakes)?;
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
