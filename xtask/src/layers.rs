//! `cargo xtask layers`: which folder of the library uses which, held against the order that `LAYERS.md` states.

mod graph;
mod rule;
mod source;

use self::graph::Graph;
use self::rule::Rule;
use crate::repo::{self, Repo};
use crate::{Result, args};

/// The sources of the library, and the rule for them.
const SOURCES: &str = "nb/src";
const RULE: &str = "nb/src/LAYERS.md";

fn parse(args: &mut lexopt::Parser) -> Result<(), lexopt::Error> {
    args.next()?.map_or(Ok(()), |arg| Err(arg.unexpected()))
}

/// `cargo xtask layers`
pub fn run(arguments: &[String]) -> Result<()> {
    args::read(arguments, parse)?;
    check(&Repo::find()?)
}

/// Prints the edges that run upward, and refuses those that the rule does not list.
pub fn check(repo: &Repo) -> Result<()> {
    let rule = Rule::parse(&repo::read(&repo.root.join(RULE))?).map_err(|error| format!("{RULE}, {error}"))?;
    let graph = Graph::read(&repo.root.join(SOURCES))?;
    let findings = rule.judge(&graph.files(), &graph.edges());
    for edge in &findings.upward {
        println!("{edge}");
    }
    println!(
        "{} times one file of a folder uses another, {} times one that stands above it",
        findings.edges,
        findings.upward.len()
    );
    match findings.mistakes.is_empty() {
        true => Ok(()),
        false => Err(format!("against the order of {RULE}:\n  {}", findings.mistakes.join("\n  "))),
    }
}
