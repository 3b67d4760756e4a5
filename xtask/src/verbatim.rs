//! `cargo xtask verbatim`: how much of the binding code of C++ stands unchanged in the Rust of the guide's pairs.

mod annotations;
mod bindings;
mod measure;
mod tokens;

use lexopt::prelude::*;

use self::measure::{Row, median};
use crate::pair::{self, Pair};
use crate::repo::Repo;
use crate::{Result, args};

/// The name of the tables on the page: the numbers, and the annotations.
pub const TABLE: &str = "verbatim";
pub const ANNOTATIONS: &str = "annotations";

/// What the numbers mean.
const DEFINITION: &str = "\
Binding tokens are those of the module's body, the braces of NB_MODULE, PYBIND11_MODULE or nb_module!: names, texts, numbers and signs. A
share is that of the C++ tokens which are in the longest sequence that is also in the Rust, in the same order; what Rust has besides
does not count.

statements: a closure is one token, whatever its parameters, result and body; `int`, `double`, `std::string`, `const std::string &`, `const T &`
            and the like are `i32`, `f64`, `String`, `&str`, `&T`, since these names alone are Rust's.
strict:     the parameters of a closure and the type of its result count as well, token by token, and each type as it is written.
whole:      statements, and calls of a chain, that are the same but for formatting; counted as `statements` are.";

/// What was asked for on the command line.
#[derive(Default)]
struct Options {
    help: bool,
    pair: Option<String>,
}

fn parse(args: &mut lexopt::Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("help") | Short('h') => options.help = true,
            Value(pair) if options.pair.is_none() => options.pair = Some(pair.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// `cargo xtask verbatim`
pub fn run(arguments: &[String]) -> Result<()> {
    let options = args::read(arguments, parse)?;
    let pairs = pair::all(&Repo::find()?);
    if let Some(name) = options.pair {
        let pair = pairs.iter().find(|pair| pair.name == name).ok_or_else(|| format!("there is no pair `{name}`"))?;
        let (cpp, rust) = measure::differing(pair)?;
        cpp.iter().for_each(|statement| println!("- {statement}"));
        rust.iter().for_each(|statement| println!("+ {statement}"));
        return Ok(());
    }
    println!("{DEFINITION}");
    if options.help {
        return Ok(());
    }
    println!("\n{}", table_of(&pairs)?);
    let unused: Vec<_> = annotations::uses(&pairs)?.into_iter().filter(|(_, users)| users.is_empty()).collect();
    match unused.as_slice() {
        [] => println!("\nevery annotation is in one of these pairs"),
        unused => {
            let names: Vec<_> = unused.iter().map(|(name, _)| *name).collect();
            println!("\nannotations that no pair uses: {}", names.join(" "));
        }
    }
    Ok(())
}

/// A table for the page, if there is one of this name.
pub fn table(repo: &Repo, name: &str) -> Result<String> {
    let pairs = pair::all(repo);
    match name {
        TABLE => table_of(&pairs),
        ANNOTATIONS => table_of_annotations(&pairs),
        other => Err(format!("there is no table `{other}`")),
    }
}

/// The numbers of each pair, the worst first.
fn table_of(pairs: &[Pair]) -> Result<String> {
    let mut rows = pairs.iter().map(Row::of).collect::<Result<Vec<_>>>()?;
    rows.sort_by(|a, b| (a.statements.percent(), &a.name).cmp(&(b.statements.percent(), &b.name)));
    let summary = |name: &str, of: &dyn Fn(Vec<usize>) -> usize| {
        let column = |share: fn(&Row) -> usize| of(rows.iter().map(share).collect());
        [
            name.to_string(),
            String::new(),
            format!("{} %", column(|row| row.statements.percent())),
            format!("{} %", column(|row| row.strict.percent())),
            format!("{} %", column(|row| row.whole.percent())),
        ]
    };
    let mut cells = vec![
        ["pair", "tokens", "statements", "strict", "whole"].map(str::to_string),
        summary(&format!("**median of {}**", rows.len()), &|column| median(column)),
        summary("**worst**", &|column| column.into_iter().min().unwrap_or(0)),
    ];
    cells.extend(rows.iter().map(|row| {
        [
            row.name.clone(),
            row.statements.all.to_string(),
            format!("{} %", row.statements.percent()),
            format!("{} %", row.strict.percent()),
            format!("{} of {}", row.whole.same, row.whole.all),
        ]
    }));
    Ok(markdown(&cells, "|:---|---:|---:|---:|---:|"))
}

/// Where each annotation is used: three pairs at most, since one is enough to look at.
fn table_of_annotations(pairs: &[Pair]) -> Result<String> {
    let mut cells = vec![["annotation", "pairs"].map(str::to_string)];
    for (annotation, users) in annotations::uses(pairs)? {
        let shown = match users.len() {
            0 => "none".to_string(),
            1..=3 => users.join(", "),
            more => format!("{}, and {} more", users[..3].join(", "), more - 3),
        };
        cells.push([format!("`{annotation}`"), shown]);
    }
    Ok(markdown(&cells, "|---|---|"))
}

/// A table whose second line is `line`.
fn markdown<const N: usize>(cells: &[[String; N]], line: &str) -> String {
    let mut rows: Vec<_> = cells.iter().map(|row| format!("| {} |", row.join(" | "))).collect();
    rows.insert(1, line.to_string());
    rows.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_markdown() {
        let cells = [["a", "b"].map(str::to_string), ["1", "2"].map(str::to_string)];
        assert_eq!(markdown(&cells, "|---|---|"), "| a | b |\n|---|---|\n| 1 | 2 |");
    }

    #[test]
    fn the_bindings_of_the_guide_stay_what_they_were() {
        let rows: Vec<_> = pair::all(&Repo::find().unwrap()).iter().map(|pair| Row::of(pair).unwrap()).collect();
        assert!(rows.len() > 50);
        assert!(median(rows.iter().map(|row| row.statements.percent()).collect()) >= 97);
    }
}
