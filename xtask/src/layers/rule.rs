//! The rule in words: which folder stands on which, and which files may look up all the same.

use std::collections::BTreeSet;

use crate::Result;

/// No more files than this may use what stands above them.
const MOST: usize = 25;

/// Layers from bottom to top, and the exceptions, as `LAYERS.md` states them.
pub struct Rule {
    /// Folders, or files that do not stand where their folder does, with the number of their layer.
    layers: Vec<(String, usize)>,
    exceptions: Vec<Exception>,
}

struct Exception {
    from: String,
    to: String,
    reason: String,
}

/// How the files of a crate keep to the rule.
#[derive(Debug, Default, PartialEq)]
pub struct Findings {
    /// Edges between files of folders.
    pub edges: usize,
    /// Those that run upward, with the reason where there is one.
    pub upward: Vec<String>,
    /// What is wrong with the files or the rule.
    pub mistakes: Vec<String>,
}

impl Rule {
    /// Reads the numbered list of layers (``1. `python`: ..``) and the list of exceptions (``- `a/x.rs` -> `b/y.rs`: ..``).
    /// Everything else is for people.
    pub fn parse(text: &str) -> Result<Self> {
        let mut rule = Self { layers: Vec::new(), exceptions: Vec::new() };
        for (number, line) in (1..).zip(text.lines()) {
            let wrong = |what: &str| format!("line {number}: {what}: {line}");
            if let Some((_, item)) = line.split_once(". ").filter(|(digits, _)| digits.parse::<usize>().is_ok()) {
                let layer = rule.layers.last().map_or(0, |(_, layer)| layer + 1);
                let names = quoted(item.split(':').next().unwrap_or_default());
                if names.is_empty() {
                    return Err(wrong("a layer names its folders in `backticks` before a colon"));
                }
                rule.layers.extend(names.into_iter().map(|name| (name.to_string(), layer)));
            } else if let Some((from, rest)) = line.strip_prefix("- ").and_then(|item| item.split_once("->")) {
                let (to, reason) = rest.split_once(':').unwrap_or((rest, ""));
                let (from, to) = (quoted(from), quoted(to));
                let ([from], [to]) = (from.as_slice(), to.as_slice()) else {
                    return Err(wrong("an exception names two files in `backticks`"));
                };
                if reason.trim().is_empty() {
                    return Err(wrong("an exception gives its reason after a colon"));
                }
                let text = |part: &str| part.trim().to_string();
                rule.exceptions.push(Exception { from: text(from), to: text(to), reason: text(reason) });
            }
        }
        if rule.layers.is_empty() {
            return Err("there is no numbered list of layers".to_string());
        }
        Ok(rule)
    }

    /// The layer of a file: that of the longest name in the list that leads to it.
    fn layer_of(&self, file: &str) -> Option<usize> {
        let leads = |name: &str| file.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let names = self.layers.iter().filter(|(name, _)| leads(name));
        names.max_by_key(|(name, _)| name.len()).map(|(_, layer)| *layer)
    }

    /// Holds files and their edges against the rule. Files in no folder are left out.
    pub fn judge(&self, files: &BTreeSet<&str>, edges: &BTreeSet<(String, String)>) -> Findings {
        let in_folder = |file: &str| file.contains('/');
        let mut findings = Findings::default();
        let mut unused: Vec<_> = self.exceptions.iter().collect();
        for (name, _) in &self.layers {
            if !files.iter().any(|file| *file == name || file.starts_with(&format!("{name}/"))) {
                findings.mistakes.push(format!("`{name}` is in the list, and there is no such folder"));
            }
        }
        let unlisted: BTreeSet<_> =
            files.iter().filter(|file| in_folder(file) && self.layer_of(file).is_none()).collect();
        findings.mistakes.extend(unlisted.iter().map(|file| format!("{file} is in a folder that the list leaves out")));
        for (from, to) in edges.iter().filter(|(from, to)| in_folder(from) && in_folder(to)) {
            findings.edges += 1;
            if self.layer_of(to) <= self.layer_of(from) {
                continue;
            }
            let exception = self.exceptions.iter().find(|exception| (&exception.from, &exception.to) == (from, to));
            unused.retain(|unused| (&unused.from, &unused.to) != (from, to));
            match exception {
                Some(exception) => findings.upward.push(format!("{from} -> {to}: {}", exception.reason)),
                None => {
                    findings.upward.push(format!("{from} -> {to}"));
                    findings.mistakes.push(format!("{from} uses {to}, which stands above it"));
                }
            }
        }
        let stale =
            |exception: &&Exception| format!("{} -> {} is no exception (any more)", exception.from, exception.to);
        findings.mistakes.extend(unused.iter().map(stale));
        if findings.upward.len() > MOST {
            findings.mistakes.push(format!("{} files use what stands above them; {MOST} may", findings.upward.len()));
        }
        findings
    }
}

/// What stands in `backticks`.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Title\n\nText 1. with a number.\n\n1. `low`, `low2`: the ground\n2. `high/base.rs`: a file of its own\n\
                        3. `high`: the roof\n\n## Exceptions\n\n- `low/a.rs` -> `high/b.rs`: because\n- a remark\n";

    fn judge(text: &str, files: &[&str], edges: &[(&str, &str)]) -> Findings {
        let edges = edges.iter().map(|(from, to)| (from.to_string(), to.to_string())).collect();
        Rule::parse(text).unwrap().judge(&files.iter().copied().collect(), &edges)
    }

    const FILES: [&str; 6] = ["lib.rs", "low/a.rs", "low2/a.rs", "high/base.rs", "high/b.rs", "high/c/d.rs"];

    #[test]
    fn a_crate_that_keeps_to_the_rule() {
        let findings = judge(
            TEXT,
            &FILES,
            &[
                ("high/c/d.rs", "low/a.rs"),
                ("high/b.rs", "high/c/d.rs"),
                ("high/base.rs", "low/a.rs"),
                ("low2/a.rs", "low/a.rs"),
                ("low/a.rs", "high/b.rs"),
                ("low/a.rs", "lib.rs"),
                ("lib.rs", "high/b.rs"),
            ],
        );
        let upward = vec!["low/a.rs -> high/b.rs: because".to_string()];
        assert_eq!(findings, Findings { edges: 5, upward, mistakes: Vec::new() });
    }

    #[test]
    fn surprises() {
        let files = [FILES.as_slice(), &["new/x.rs"]].concat();
        let findings = judge(TEXT, &files, &[("low/a.rs", "high/base.rs"), ("high/base.rs", "high/b.rs")]);
        assert_eq!(findings.upward, ["high/base.rs -> high/b.rs", "low/a.rs -> high/base.rs"]);
        assert_eq!(
            findings.mistakes,
            [
                "new/x.rs is in a folder that the list leaves out",
                "high/base.rs uses high/b.rs, which stands above it",
                "low/a.rs uses high/base.rs, which stands above it",
                "low/a.rs -> high/b.rs is no exception (any more)"
            ]
        );
        let findings = judge("1. `low`\n2. `gone`: x", &["low/a.rs"], &[]);
        assert_eq!(findings.mistakes, ["`gone` is in the list, and there is no such folder"]);
    }

    #[test]
    fn too_many_exceptions() {
        let mut text = TEXT.to_string();
        let names: Vec<_> = (0..=MOST).map(|number| format!("low/{number}.rs")).collect();
        text.extend(names.iter().map(|name| format!("- `{name}` -> `high/b.rs`: because\n")));
        let mut edges: Vec<_> = names.iter().map(|name| (name.as_str(), "high/b.rs")).collect();
        edges.push(("low/a.rs", "high/b.rs"));
        assert_eq!(judge(&text, &FILES, &edges).mistakes, ["27 files use what stands above them; 25 may"]);
    }

    #[test]
    fn rules_that_cannot_be_read() {
        for text in ["text", "1. low: no quotes", "1. `a`\n- `a/x.rs` -> `b/y.rs`", "1. `a`\n- `a/x.rs` -> b: why"] {
            assert!(Rule::parse(text).is_err(), "{text}");
        }
    }
}
