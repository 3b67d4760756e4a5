//! The rows that tests claim to prove, with `@pytest.mark.row("fn-07", "fn-12")`: pytest itself collects them, by the plugin
//! tests/row_markers.py, for which nothing has to be built.

use std::path::Path;

use serde_json::Value;

use super::Evidence;
use crate::pythons::{Interpreter, Pythons};
use crate::repo::{self, Repo};
use crate::{Result, command, pytest};

/// All markers in `tests/`. What is wrong with some goes to `mistakes`; a file that cannot be collected is an error.
pub fn in_tests(
    repo: &Repo,
    python: &Interpreter,
    pythons: &Pythons,
    mistakes: &mut Vec<String>,
) -> Result<Vec<Evidence>> {
    let python = pytest::environment(repo, python, &pythons.found)?;
    let tests = repo.root.join("tests");
    let found = repo.target.join("parity.json");
    let mut pytest = pytest::script(repo, &python, &[&tests])?;
    pytest
        .args(pytest::START)
        .args(["--collect-only", "-qq", "-p", "row_markers"])
        // Nothing runs, so no assertion needs to be rewritten; and a table of parameters that only the built module has is no
        // reason to skip the test.
        .args(["--assert=plain", "-o", "empty_parameter_set_mark=xfail"])
        .arg("--rows-to")
        .arg(&found)
        .arg(&tests);
    command::capture(&mut pytest).map_err(|error| format!("pytest cannot collect all tests: {error}"))?;
    let (proofs, wrong) = parse(&repo::read(&found)?).ok_or_else(|| unreadable(&found))?;
    mistakes.extend(wrong);
    Ok(proofs)
}

fn unreadable(found: &Path) -> String {
    format!("{} is not what tests/row_markers.py writes", found.display())
}

/// Proofs and mistakes, as the plugin writes them: the paths are relative to `tests`.
fn parse(json: &str) -> Option<(Vec<Evidence>, Vec<String>)> {
    let found: Value = serde_json::from_str(json).ok()?;
    let text = |value: &Value| value.as_str().map(String::from);
    let mut proofs = Vec::new();
    for proof in found["proofs"].as_array()? {
        let place = format!("tests/{}", proof["place"].as_str()?);
        for row in proof["rows"].as_array()? {
            proofs.push(Evidence { row: text(row)?, place: place.clone() });
        }
    }
    let mistakes = found["mistakes"].as_array()?.iter().map(|mistake| Some(format!("tests/{}", mistake.as_str()?)));
    Some((proofs, mistakes.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_plugin_writes() {
        let (proofs, mistakes) = parse(
            r#"{"proofs": [{"place": "test_a.py::test_x", "rows": ["fn-07", "fn-12"]}], "mistakes": ["test_b.py:3: why"]}"#,
        )
        .unwrap();
        let proof = |row: &str| Evidence { row: row.into(), place: "tests/test_a.py::test_x".into() };
        assert_eq!(proofs, [proof("fn-07"), proof("fn-12")]);
        assert_eq!(mistakes, ["tests/test_b.py:3: why"]);
    }

    #[test]
    fn what_it_does_not_write() {
        for json in ["", "{}", r#"{"proofs": [{"place": 1, "rows": []}], "mistakes": []}"#] {
            assert!(parse(json).is_none(), "{json}");
        }
    }
}
