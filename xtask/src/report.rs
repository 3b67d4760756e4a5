//! What a test run came to: the steps, and a table with a line for each interpreter.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::{Result, repo};

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

impl Counts {
    /// Reads the report that `pytest --junitxml` wrote.
    pub fn from_junit(path: &Path) -> Result<Self> {
        Self::parse_junit(&repo::read(path)?).ok_or_else(|| format!("{} is not a test report", path.display()))
    }

    fn parse_junit(xml: &str) -> Option<Self> {
        let (_, suite) = xml.split_once("<testsuite ")?;
        let (attributes, _) = suite.split_once('>')?;
        let number = |name: &str| -> Option<u32> {
            let (_, value) = attributes.split_once(&format!("{name}=\""))?;
            value.split('"').next()?.parse().ok()
        };
        let failed = number("failures")? + number("errors")?;
        let skipped = number("skipped")?;
        Some(Self {
            // A test that passes and whose teardown fails counts twice in the report.
            passed: number("tests")?.saturating_sub(failed + skipped),
            failed,
            skipped,
        })
    }
}

/// How one interpreter did.
pub struct Line {
    pub tag: String,
    pub counts: Counts,
    pub took: Duration,
    /// Why there are no or odd numbers.
    pub note: Option<String>,
    pub ok: bool,
}

/// The whole run.
pub struct Report {
    start: Instant,
    steps: Vec<(String, Duration, &'static str)>,
    lines: Vec<Line>,
}

impl Report {
    /// An empty report; the clock starts.
    pub fn new() -> Self {
        Self { start: Instant::now(), steps: Vec::new(), lines: Vec::new() }
    }

    /// Runs a step under its heading and notes how it ended.
    pub fn step(&mut self, name: &str, run: impl FnOnce() -> Result<()>) -> Result<()> {
        crate::command::announce(name);
        let start = Instant::now();
        let result = run();
        let outcome = if result.is_ok() { "ok" } else { "FAILED" };
        self.steps.push((name.to_string(), start.elapsed(), outcome));
        result
    }

    /// Notes a step that cannot run here, and says why.
    pub fn skip(&mut self, name: &str, why: &str) {
        crate::command::announce(format_args!("{name}: left out, {why}"));
        self.steps.push((name.to_string(), Duration::ZERO, "left out"));
    }

    /// Adds an interpreter to the table.
    pub fn add(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// The interpreters that did not pass.
    pub fn failed(&self) -> Vec<&str> {
        let failed = self.lines.iter().filter(|line| !line.ok);
        failed.map(|line| line.tag.as_str()).collect()
    }

    /// The text for the end of the log.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, took, outcome) in &self.steps {
            text += &format!("{outcome:<9} {:>6.1} s  {name}\n", took.as_secs_f64());
        }
        if !self.lines.is_empty() {
            text +=
                &format!("\n{:<12} {:>7} {:>7} {:>8} {:>8}\n", "interpreter", "passed", "failed", "skipped", "seconds");
        }
        for line in &self.lines {
            text += &format!(
                "{:<12} {:>7} {:>7} {:>8} {:>8.1}",
                line.tag,
                line.counts.passed,
                line.counts.failed,
                line.counts.skipped,
                line.took.as_secs_f64()
            );
            if let Some(note) = &line.note {
                text += "  ";
                text += note;
            }
            text.push('\n');
        }
        text += &format!("\nall in {:.0} s", self.start.elapsed().as_secs_f64());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_a_pytest_report() {
        let xml = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests">
            <testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="0.1">
            <testcase classname="a" name="b" time="0.000" /></testsuite></testsuites>"#;
        let counts = Counts { passed: 4, failed: 3, skipped: 3 };
        assert_eq!(Counts::parse_junit(xml), Some(counts));
        assert_eq!(Counts::parse_junit("<testsuites/>"), None);
    }

    #[test]
    fn the_table_has_steps_lines_and_notes() {
        let mut report = Report::new();
        report.step("fmt", || Ok(())).unwrap();
        assert!(report.step("clippy", || Err("x".into())).is_err());
        report.add(Line {
            tag: "3.12".into(),
            counts: Counts::default(),
            took: Duration::from_secs(2),
            note: Some("crashed".into()),
            ok: false,
        });
        let text = report.text();
        assert!(text.contains("ok           0.0 s  fmt"), "{text}");
        assert!(text.contains("FAILED       0.0 s  clippy"), "{text}");
        assert!(text.contains("2.0  crashed"), "{text}");
        assert_eq!(report.failed(), ["3.12"]);
    }
}
