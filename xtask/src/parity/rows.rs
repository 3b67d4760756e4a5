//! The rows of the checklists: the ids in the first column of their tables.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{Result, repo};

/// The ids in the tables of `dir/*.md`, each once, in the order of the files. Some tables list a few
/// rows again to comment on them.
pub fn read_dir(dir: &Path) -> Result<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for path in repo::entries(dir) {
        if path.extension().is_some_and(|e| e == "md") {
            let text = repo::read(&path)?;
            let ids = text.lines().filter_map(row_id);
            rows.extend(ids.filter(|id| seen.insert(id.to_string())).map(String::from));
        }
    }
    if rows.is_empty() {
        return Err(format!("no table in {}/*.md has row ids in its first column", dir.display()));
    }
    Ok(rows)
}

/// The id of a table row: `| fn-07 | ...` has `fn-07`.
fn row_id(line: &str) -> Option<&str> {
    let (cell, _) = line.strip_prefix('|')?.split_once('|')?;
    let id = cell.trim();
    is_row_id(id).then_some(id)
}

/// Words of letters and digits with hyphens between them, the last a number.
fn is_row_id(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
    text.rsplit_once('-').is_some_and(|(group, number)| {
        group.split('-').all(is_word) && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
    })
}

/// The group of a row: its id without the number.
pub fn group_of(id: &str) -> &str {
    id.rsplit_once('-').map_or(id, |(group, _)| group)
}

/// Rows of a group are listed by number, `fn-9` before `fn-10`.
pub fn number_of(id: &str) -> u32 {
    id.rsplit_once('-').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_the_first_column() {
        assert_eq!(row_id("| fn-07 | `nb::arg` | text |"), Some("fn-07"));
        assert_eq!(row_id("|api-wrap-12|x|"), Some("api-wrap-12"));
        assert_eq!(row_id("| LIV-03 | x"), Some("LIV-03"));
        assert_eq!(row_id("| ow2-3 | x |"), Some("ow2-3"));
    }

    #[test]
    fn what_is_no_row() {
        for line in [
            "| id | capability |",
            "|---|---|",
            "| `fn-07` | x |",
            "| fn- | x |",
            "| -07 | x |",
            "| x-01..03 | y |",
            "see fn-07",
            "| 12 | x |",
        ] {
            assert_eq!(row_id(line), None, "{line}");
        }
    }

    #[test]
    fn group_and_number() {
        assert_eq!(group_of("api-wrap-12"), "api-wrap");
        assert_eq!(number_of("api-wrap-12"), 12);
    }
}
