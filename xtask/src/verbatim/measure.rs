//! How much of the C++ half of a pair stands in its Rust half.

use super::bindings::{self, Count};
use super::tokens::Language;
use crate::Result;
use crate::pair::Pair;
use crate::repo;

/// So many of so many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    pub same: usize,
    pub all: usize,
}

impl Share {
    /// Of the longest sequence that both have; `all` are those of the first.
    fn of<T: PartialEq>(cpp: &[T], rust: &[T]) -> Self {
        Self { same: common(cpp, rust), all: cpp.len() }
    }

    /// Hundredths, rounded down: 100 means all of them.
    pub fn percent(self) -> usize {
        100 * self.same / self.all.max(1)
    }
}

/// What one pair comes to.
pub struct Row {
    pub name: String,
    /// Of the tokens of the binding statements.
    pub statements: Share,
    /// Of all tokens: with the parameters of closures, and types as they are written.
    pub strict: Share,
    /// Of whole statements.
    pub whole: Share,
}

impl Row {
    pub fn of(pair: &Pair) -> Result<Self> {
        let (cpp, rust) = (repo::read(&pair.cpp)?, repo::read(&pair.rust)?);
        Self::of_texts(&pair.name, &cpp, &rust).map_err(|error| format!("{}: {error}", pair.name))
    }

    fn of_texts(name: &str, cpp: &str, rust: &str) -> Result<Self> {
        let both = |count| -> Result<_> {
            Ok((bindings::of(cpp, Language::Cpp, count)?, bindings::of(rust, Language::Rust, count)?))
        };
        let (cpp, rust) = both(Count::Statements)?;
        let (all_cpp, all_rust) = both(Count::All)?;
        Ok(Self {
            name: name.to_string(),
            statements: Share::of(&cpp, &rust),
            strict: Share::of(&all_cpp, &all_rust),
            whole: Share::of(&bindings::statements(&cpp), &bindings::statements(&rust)),
        })
    }
}

/// The statements of each half that the other has not, in its own order.
pub fn differing(pair: &Pair) -> Result<(Vec<String>, Vec<String>)> {
    let half = |path, language| bindings::of(&repo::read(path)?, language, Count::Statements);
    let (cpp, rust) = (half(&pair.cpp, Language::Cpp)?, half(&pair.rust, Language::Rust)?);
    let (cpp, rust) = (bindings::statements(&cpp), bindings::statements(&rust));
    Ok((without(&cpp, &rust), without(&rust, &cpp)))
}

fn without(these: &[&[String]], others: &[&[String]]) -> Vec<String> {
    these.iter().filter(|statement| !others.contains(statement)).map(|statement| statement.join(" ")).collect()
}

/// The length of the longest common subsequence.
fn common<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut above = vec![0; b.len() + 1];
    for left in a {
        let mut row = vec![0];
        for (at, right) in b.iter().enumerate() {
            row.push(if left == right { above[at] + 1 } else { above[at + 1].max(row[at]) });
        }
        above = row;
    }
    above.last().copied().unwrap_or(0)
}

/// The middle one of these numbers, the lower of two.
pub fn median(mut numbers: Vec<usize>) -> usize {
    numbers.sort_unstable();
    numbers.get(numbers.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_common_subsequence() {
        assert_eq!(common(b"abcde", b"xacye"), 3);
        assert_eq!(common(b"", b"a"), 0);
        assert_eq!(common(b"abc", b"abc"), 3);
    }

    #[test]
    fn statements_that_only_one_half_has() {
        let words = |text: &str| text.split(' ').map(str::to_string).collect::<Vec<_>>();
        let (a, b, c) = (words("f ( 1 )"), words("f ( 2 )"), words("g ( )"));
        assert_eq!(without(&[&a, &c, &b], &[&c, &c]), ["f ( 1 )", "f ( 2 )"]);
    }

    #[test]
    fn the_middle() {
        assert_eq!(median(vec![3, 1, 2]), 2);
        assert_eq!(median(vec![4, 1, 2, 3]), 2);
        assert_eq!(median(Vec::new()), 0);
    }

    #[test]
    fn a_pair_in_numbers() {
        let cpp = "NB_MODULE(x, m) { m.def(\"f\", &f, \"a\"_a); m.def(\"g\", [](int a) { return a; }); }";
        let rust = "nb_module!(x, m, { m.def(\"f\", &h, \"a\"_a); m.def(\"g\", |a: i32| a); });";
        let row = Row::of_texts("x", cpp, rust).unwrap();
        // All tokens but `f`.
        assert_eq!(row.statements, Share { same: 20, all: 21 });
        assert_eq!(row.statements.percent(), 95);
        assert_eq!(row.whole, Share { same: 1, all: 2 });
        // Without `[](int a)`, but for the name `a`.
        assert_eq!(row.strict, Share { same: 21, all: 27 });
    }
}
