//! What signatures show of the parameters of an overload: names and types.

use crate::call::context::{ACCEPT_NONE, CONVERT};
use crate::call::record::{FuncFlags, Record};
use crate::call::signature::SigText;
use crate::call::type_codes::RESULT;
use crate::util::numerals::push_number;

/// How many arguments are `self`, which `nb::args` may collect with the others.
pub(crate) fn own_places(record: &Record) -> usize {
    usize::from(record.flags.contains(FuncFlags::METHOD) && record.rest.args() != Some(0))
}

/// The argument's name, with its stars; `arg` or `arg0` for one that has none.
pub(crate) fn shown_name(record: &Record, index: usize) -> String {
    let mut out = String::new();
    write_name(record, index, &mut out);
    out
}

/// As [`shown_name`], at the end of a text.
pub(crate) fn write_name(record: &Record, index: usize, out: &mut String) {
    let arg = &record.args[index];
    let name = arg.name.as_deref().or(arg.shown.as_deref());
    if record.rest.args() == Some(index) {
        out.push('*');
        return out.push_str(name.unwrap_or("args"));
    }
    if record.rest.kwargs() == Some(index) {
        out.push_str("**");
        return out.push_str(name.unwrap_or("kwargs"));
    }
    let Some(name) = name else {
        out.push_str("arg");
        let skip = own_places(record);
        if record.params.len() - skip != 1 || record.flags.contains(FuncFlags::PYBIND11) {
            push_number(out, index - skip);
        }
        return;
    };
    out.push_str(name);
}

/// Writes the type of a parameter, or of the result for [`RESULT`].
pub(crate) fn write_type(record: &Record, index: usize, text: &mut SigText<'_>) {
    let start = text.len();
    text.pybind11 = record.flags.contains(FuncFlags::PYBIND11);
    text.shows_protocols = text.pybind11 && (index == RESULT || record.args[index].flags & CONVERT != 0);
    record.params.write(index, text);
    let accepts_none = index != RESULT && record.args[index].flags & ACCEPT_NONE != 0;
    if accepts_none && text.since(start) != "None" && !text.since(start).ends_with(" | None") {
        text.text(" | None");
    }
}
