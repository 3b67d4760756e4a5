//! `__text_signature__`, which `inspect` reads of native callables.

use crate::call::default_text::literal;
use crate::call::nb_func::FuncData;
use crate::call::parameters::{own_places, shown_name};
use crate::call::record::ArgRecord;
use crate::python::identifier::is_ascii_name;

/// What `inspect.signature` parses; `None` where it has no words: for overloads, for an argument without a default
/// after one that has it, and for names that are no identifiers in ASCII, which is all that it reads.
pub(crate) fn text_signature(data: &FuncData) -> Option<String> {
    let [record] = data.records.as_slice() else { return None };
    let skip = own_places(record);
    let has_default = |arg: &ArgRecord| arg.default.is_some();
    if record.positional > skip && !record.args[skip..record.positional].iter().is_sorted_by_key(has_default) {
        return None;
    }
    // What has no name can be given by position only, and so can what stands before it.
    let by_position = &record.args[..record.positional];
    let unnamed = by_position.iter().rposition(|arg| arg.name.is_none()).map_or(skip, |last| last + 1);
    let names: Vec<String> = (skip..record.args.len()).map(|index| shown_name(record, index)).collect();
    let bare = |name: &String| name.trim_start_matches('*').to_string();
    let known: Vec<String> = names.iter().map(bare).collect();
    let distinct = known.iter().enumerate().all(|(place, name)| !known[..place].contains(name));
    if !distinct || !known.iter().all(|name| is_ascii_name(name)) {
        return None;
    }
    let receiver = if known.iter().any(|name| name == "self") { "$_self" } else { "$self" };
    let mut parts: Vec<String> = Vec::new();
    for (index, arg) in record.args.iter().enumerate() {
        if index == record.positional && !record.rest.contains(index) {
            parts.push("*".into());
        }
        let mut part = if index < skip { receiver.to_string() } else { names[index - skip].clone() };
        if let Some(value) = &arg.default {
            part.push('=');
            part.push_str(&literal(value).unwrap_or_else(|| "...".into()));
        }
        parts.push(part);
    }
    if unnamed > 0 {
        parts.insert(unnamed, "/".into());
    }
    Some(format!("({})", parts.join(", ")))
}
