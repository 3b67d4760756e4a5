//! Rows, proofs and answers put together, and the ways to show them.

use std::collections::BTreeMap;

use serde_json::json;

use super::Evidence;
use super::rows::{group_of, number_of};
use crate::Result;

/// Where a row stands. A row that is both proved and answered counts as proved.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Proved,
    Answered,
    Open,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Proved => "proved",
            State::Answered => "answered",
            State::Open => "open",
        }
    }
}

struct Row {
    id: String,
    proofs: Vec<String>,
    answers: Vec<String>,
}

impl Row {
    fn state(&self) -> State {
        if !self.proofs.is_empty() {
            State::Proved
        } else if !self.answers.is_empty() {
            State::Answered
        } else {
            State::Open
        }
    }
}

/// The rows of a group, by number.
struct Group {
    name: String,
    rows: Vec<Row>,
}

impl Group {
    fn count(&self, state: State) -> usize {
        self.rows.iter().filter(|row| row.state() == state).count()
    }
}

/// All groups, in the order of the checklists.
pub struct Table {
    groups: Vec<Group>,
}

impl Table {
    /// Gives each row its evidence. Evidence for a row that does not exist goes to `mistakes`.
    pub fn new(ids: Vec<String>, proofs: &[Evidence], answers: &[Evidence], mistakes: &mut Vec<String>) -> Self {
        let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
        for id in &ids {
            let row = Row { id: id.clone(), proofs: Vec::new(), answers: Vec::new() };
            rows.insert(id, row);
        }
        let mut file =
            |evidence: &Evidence, places: fn(&mut Row) -> &mut Vec<String>| match rows.get_mut(evidence.row.as_str()) {
                Some(row) => places(row).push(evidence.place.clone()),
                None => mistakes.push(format!("{}: there is no row `{}`", evidence.place, evidence.row)),
            };
        proofs.iter().for_each(|e| file(e, |row| &mut row.proofs));
        answers.iter().for_each(|e| file(e, |row| &mut row.answers));

        let mut groups: Vec<Group> = Vec::new();
        for id in &ids {
            let name = group_of(id);
            let at = groups.iter().position(|g| g.name == name);
            let at = at.unwrap_or_else(|| {
                groups.push(Group { name: name.to_string(), rows: Vec::new() });
                groups.len() - 1
            });
            groups[at].rows.extend(rows.remove(id.as_str()));
        }
        for group in &mut groups {
            group.rows.sort_by_key(|row| number_of(&row.id));
        }
        Self { groups }
    }

    /// A line for each group, and the total.
    pub fn text(&self) -> String {
        let mut text = format!("{:<12} {:>6} {:>7} {:>9} {:>6}\n", "group", "rows", "proved", "answered", "open");
        let mut line = |name: &str, counts: [usize; 4]| {
            let [rows, proved, answered, open] = counts;
            text += &format!("{name:<12} {rows:>6} {proved:>7} {answered:>9} {open:>6}\n");
        };
        for group in &self.groups {
            line(&group.name, counts(std::slice::from_ref(group)));
        }
        line("total", counts(&self.groups));
        text
    }

    /// The same as JSON, with the open rows by name.
    pub fn json(&self) -> String {
        let numbers = |groups: &[Group]| {
            let [rows, proved, answered, open] = counts(groups);
            json!({"rows": rows, "proved": proved, "answered": answered, "open": open})
        };
        let group = |group: &Group| {
            let open = group.rows.iter().filter(|row| row.state() == State::Open);
            let mut entry = numbers(std::slice::from_ref(group));
            entry["group"] = json!(group.name);
            entry["open_ids"] = open.map(|row| json!(row.id)).collect();
            entry
        };
        let groups: Vec<_> = self.groups.iter().map(group).collect();
        format!("{:#}\n", json!({"groups": groups, "total": numbers(&self.groups)}))
    }

    /// Each row of one group with its state and the places that deal with it.
    pub fn group_text(&self, name: &str) -> Result<String> {
        let group = self.groups.iter().find(|group| group.name == name).ok_or_else(|| {
            let names: Vec<_> = self.groups.iter().map(|g| g.name.as_str()).collect();
            format!("there is no group `{name}`; there are {}", names.join(", "))
        })?;
        let mut text = String::new();
        for row in &group.rows {
            let places: Vec<_> = row.proofs.iter().chain(&row.answers).cloned().collect();
            let line = format!("{:<14} {:<9} {}", row.id, row.state().name(), places.join(", "));
            text += line.trim_end();
            text.push('\n');
        }
        Ok(text)
    }
}

/// Rows, proved, answered, open.
fn counts(groups: &[Group]) -> [usize; 4] {
    let sum = |state| groups.iter().map(|group| group.count(state)).sum();
    let rows = groups.iter().map(|group| group.rows.len()).sum();
    [rows, sum(State::Proved), sum(State::Answered), sum(State::Open)]
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn evidence(row: &str, place: &str) -> Evidence {
        Evidence { row: row.into(), place: place.into() }
    }

    fn table(mistakes: &mut Vec<String>) -> Table {
        let ids = ["fn-10", "fn-2", "own-1"].map(String::from).to_vec();
        let proofs =
            [evidence("fn-2", "t.py::test_a"), evidence("fn-2", "t.py::test_b"), evidence("nil-1", "t.py::test_c")];
        let answers = [evidence("own-1", "guide.md"), evidence("fn-2", "ui/x.rs"), evidence("own-2", "ui/y.rs")];
        Table::new(ids, &proofs, &answers, mistakes)
    }

    #[test]
    fn unknown_rows_are_mistakes() {
        let mut mistakes = Vec::new();
        table(&mut mistakes);
        assert_eq!(mistakes, ["t.py::test_c: there is no row `nil-1`", "ui/y.rs: there is no row `own-2`"]);
    }

    #[test]
    fn counts_by_group_and_in_total() {
        let table = table(&mut Vec::new());
        assert_eq!(counts(&table.groups[..1]), [2, 1, 0, 1]);
        assert_eq!(counts(&table.groups), [3, 1, 1, 1]);
        let text = table.text();
        let last: Vec<_> = text.lines().last().unwrap().split_whitespace().collect();
        assert_eq!(last, ["total", "3", "1", "1", "1"]);
    }

    #[test]
    fn json() {
        let json: Value = serde_json::from_str(&table(&mut Vec::new()).json()).unwrap();
        assert_eq!(
            json["groups"][0],
            json!({"group": "fn", "rows": 2, "proved": 1, "answered": 0, "open": 1, "open_ids": ["fn-10"]})
        );
        assert_eq!(json["total"], json!({"rows": 3, "proved": 1, "answered": 1, "open": 1}));
    }

    #[test]
    fn one_group_row_by_row() {
        let table = table(&mut Vec::new());
        assert_eq!(
            table.group_text("fn").unwrap(),
            "fn-2           proved    t.py::test_a, t.py::test_b, ui/x.rs\nfn-10          open\n"
        );
        assert!(table.group_text("nil").unwrap_err().contains("fn, own"));
    }
}
