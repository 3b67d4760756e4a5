//! The rows that have no counterpart in Rust and are answered instead: by a compile error of the
//! ui-tests (`// row: fn-24, fn-29` in the first lines of a case) or by the porting guide
//! (`<!-- answers: port-41 port-42 -->`).

use super::Evidence;
use crate::Result;
use crate::repo::{self, Repo};

/// All answers of the checkout.
pub fn in_repo(repo: &Repo) -> Result<Vec<Evidence>> {
    let mut answers = Vec::new();
    for (dir, extension, ids_in) in
        [("ui-tests/ui", "rs", ids_of_case as fn(&str) -> Vec<String>), ("porting-guide/src", "md", ids_of_page)]
    {
        for path in repo::files_below(&repo.root.join(dir), &[extension]) {
            let place = repo.show(&path).to_string();
            answers.extend(ids_in(&repo::read(&path)?).into_iter().map(|row| Evidence { row, place: place.clone() }));
        }
    }
    Ok(answers)
}

/// The ids in the comment that a case begins with.
fn ids_of_case(source: &str) -> Vec<String> {
    source
        .lines()
        .take_while(|line| line.starts_with("//"))
        .filter_map(|line| {
            let comment = line.trim_start_matches(['/', '!']);
            comment.trim_start().strip_prefix("row:")
        })
        .flat_map(split_ids)
        .collect()
}

/// The ids in the comments of a page.
fn ids_of_page(text: &str) -> Vec<String> {
    text.split("<!--")
        .skip(1)
        .filter_map(|rest| rest.split("-->").next())
        .filter_map(|comment| comment.trim_start().strip_prefix("answers:"))
        .flat_map(split_ids)
        .collect()
}

fn split_ids(list: &str) -> Vec<String> {
    list.split(|c: char| c == ',' || c.is_whitespace()).filter(|id| !id.is_empty()).map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        let source =
            "// A default before a required argument.\n// row: fn-24, fn-29\nuse nb::prelude::*;\n// row: no-1\n";
        assert_eq!(ids_of_case(source), ["fn-24", "fn-29"]);
        assert_eq!(ids_of_case("//! row: a-1\n"), ["a-1"]);
        assert!(ids_of_case("fn main() {}\n").is_empty());
    }

    #[test]
    fn pages() {
        let text =
            "# Title\n<!-- answers: port-41 port-42,\nport-43 -->\ntext <!-- answers:x-1-->\n<!-- other: no-1 -->";
        assert_eq!(ids_of_page(text), ["port-41", "port-42", "port-43", "x-1"]);
    }
}
