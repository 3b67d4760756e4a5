//! The rows that tests claim to prove: `@pytest.mark.row("fn-07", "fn-12")` above a test or a
//! class, or `pytestmark = pytest.mark.row(...)` for a class or file.

use std::path::Path;

use super::Evidence;
use super::python::{self, Line, Token};
use crate::Result;
use crate::repo::{self, Repo};

/// All markers in `tests/**/*.py`. What is wrong with some goes to `mistakes`.
pub fn in_tests(repo: &Repo, mistakes: &mut Vec<String>) -> Result<Vec<Evidence>> {
    let mut proofs = Vec::new();
    for path in repo::files_below(&repo.root.join("tests"), &["py"]) {
        let file = repo.show(&path).to_string();
        let source = repo::read(&path)?;
        let mut reader = Reader::new(&file);
        reader.read(&source);
        if !reader.proofs.is_empty() && !is_collected(&path) {
            mistakes.push(format!("{file}: pytest collects test_*.py, so the row markers in this file prove nothing"));
        }
        proofs.append(&mut reader.proofs);
        mistakes.append(&mut reader.mistakes);
    }
    Ok(proofs)
}

fn is_collected(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    stem.is_some_and(|stem| stem.starts_with("test_") || stem.ends_with("_test"))
}

struct Reader<'a> {
    file: &'a str,
    /// The classes and functions around the current line: their indentation and name.
    scopes: Vec<(usize, String)>,
    /// Ids of decorators whose function or class has yet to come.
    pending: Vec<String>,
    proofs: Vec<Evidence>,
    mistakes: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a str) -> Self {
        Self { file, scopes: Vec::new(), pending: Vec::new(), proofs: Vec::new(), mistakes: Vec::new() }
    }

    fn read(&mut self, source: &str) {
        for line in python::lines(source) {
            self.scopes.retain(|(indent, _)| *indent < line.indent);
            let ids = self.ids_in(&line);
            if line.tokens[0] == Token::Sign('@') {
                self.pending.extend(ids);
            } else if let Some((name, prefix)) = defined_by(&line) {
                self.scopes.push((line.indent, name.clone()));
                let ids = std::mem::take(&mut self.pending);
                if !ids.is_empty() && !name.starts_with(prefix) {
                    self.mistakes.push(format!(
                        "{}:{}: pytest does not collect `{name}`, so its row marker proves nothing",
                        self.file, line.number
                    ));
                }
                self.add(ids);
            } else {
                self.add(ids);
            }
        }
    }

    /// Notes these ids as proved by the current scope.
    fn add(&mut self, ids: Vec<String>) {
        let names = self.scopes.iter().map(|(_, name)| name.as_str());
        let place: Vec<_> = std::iter::once(self.file).chain(names).collect();
        let place = place.join("::");
        self.proofs.extend(ids.into_iter().map(|row| Evidence { row, place: place.clone() }));
    }

    /// The arguments of every `mark.row(...)` in a logical line.
    fn ids_in(&mut self, line: &Line) -> Vec<String> {
        let mut ids = Vec::new();
        for at in 0..line.tokens.len() {
            let is_marker = matches!(
                &line.tokens[at..],
                [Token::Word(mark), Token::Sign('.'), Token::Word(row), ..]
                    if mark == "mark" && row == "row"
            );
            if is_marker {
                match arguments(&line.tokens[at + 3..]) {
                    Some(found) => ids.extend(found),
                    None => self.mistakes.push(format!(
                        "{}:{}: a row marker takes ids as strings with commas between them: \
                         pytest.mark.row(\"fn-07\", \"fn-12\")",
                        self.file, line.number
                    )),
                }
            }
        }
        ids
    }
}

/// The name that a `def` or `class` line defines, and how pytest wants such a name to begin.
fn defined_by(line: &Line) -> Option<(String, &'static str)> {
    let mut words = line.tokens.iter();
    loop {
        let Token::Word(word) = words.next()? else {
            return None;
        };
        let prefix = match word.as_str() {
            "async" => continue,
            "def" => "test",
            "class" => "Test",
            _ => return None,
        };
        return match words.next()? {
            Token::Word(name) => Some((name.clone(), prefix)),
            _ => None,
        };
    }
}

/// The strings of an argument list. `None` if there are none, something else is among them, or a
/// comma is missing, which Python would read as one long string.
fn arguments(tokens: &[Token]) -> Option<Vec<String>> {
    let mut ids = Vec::new();
    let mut rest = tokens.strip_prefix(&[Token::Sign('(')])?;
    loop {
        match rest {
            [Token::Str(id), Token::Sign(','), after @ ..] => {
                ids.push(id.clone());
                rest = after;
            }
            [Token::Str(id), Token::Sign(')'), ..] => {
                ids.push(id.clone());
                return Some(ids);
            }
            [Token::Sign(')'), ..] if !ids.is_empty() => return Some(ids),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> (Vec<(String, String)>, Vec<String>) {
        let mut reader = Reader::new("t.py");
        reader.read(source);
        let proofs = reader.proofs.into_iter();
        (proofs.map(|p| (p.row, p.place)).collect(), reader.mistakes)
    }

    fn pair(row: &str, place: &str) -> (String, String) {
        (row.into(), place.into())
    }

    #[test]
    fn decorators_belong_to_the_next_definition() {
        let source = r#"
"""Not a marker: pytest.mark.row("no-01")"""
import pytest

@pytest.mark.row(
    "fn-07",  # why
    "fn-12",
)
@pytest.mark.parametrize("x", [1, 2])
def test_one(x):
    # @pytest.mark.row("no-02")
    pass

class TestMore:
    @pytest.mark.row('own-16')
    async def test_two(self): ...

@pytest.mark.row("cls-1")
class TestAll:
    def test_three(self): ...

def helper(): ...
"#;
        let expected = [
            pair("fn-07", "t.py::test_one"),
            pair("fn-12", "t.py::test_one"),
            pair("own-16", "t.py::TestMore::test_two"),
            pair("cls-1", "t.py::TestAll"),
        ];
        assert_eq!(read(source), (expected.to_vec(), vec![]));
    }

    #[test]
    fn marks_for_a_file_a_class_and_a_parameter() {
        let source = r#"
pytestmark = [pytest.mark.row("ex-01"), pytest.mark.slow]

class TestC:
    pytestmark = pytest.mark.row("ex-02")

@pytest.mark.parametrize("x", [
    pytest.param(1, marks=pytest.mark.row("ex-03")),
    pytest.param(2, marks=pytest.mark.row("ex-04")),
])
def test_p(x): ...
"#;
        let expected = [
            pair("ex-01", "t.py"),
            pair("ex-02", "t.py::TestC"),
            pair("ex-03", "t.py::test_p"),
            pair("ex-04", "t.py::test_p"),
        ];
        assert_eq!(read(source), (expected.to_vec(), vec![]));
    }

    #[test]
    fn markers_that_prove_nothing() {
        for source in [
            "@pytest.mark.row\ndef test_x(): ...",
            "@pytest.mark.row()\ndef test_x(): ...",
            "@pytest.mark.row(*IDS)\ndef test_x(): ...",
            "@pytest.mark.row('a-1' 'a-2')\ndef test_x(): ...",
            "@pytest.mark.row('a-1')\ndef helper(): ...",
            "row = pytest.mark.row",
        ] {
            assert_eq!(read(source).1.len(), 1, "{source}");
        }
    }
}
