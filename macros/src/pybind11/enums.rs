//! `py::enum_<Kind>(m, "Kind", py::arithmetic())`, a class of pybind11's own, and `py::native_enum<Kind>(m, "Kind", "enum.IntEnum")`, one of
//! Python's module `enum`, as nanobind's `enum_` is.

use super::classes::joined;
use super::{Pass, renamed, written};
use crate::class::template;
use crate::cursor::*;
use crate::errors;
use crate::write::regroup;
use proc_macro2::{Delimiter, TokenTree};

impl Pass<'_> {
    pub(super) fn enumeration(&mut self, toks: &[TokenTree], i: usize, name: usize, out: &mut Tokens) -> Option<usize> {
        let native = is_ident(toks, name, "native_enum");
        if !native && !is_ident(toks, name, "enum_") {
            return None;
        }
        let (_, end) = template(toks, name)?;
        let call = if ident_at(toks, end).is_some() { end + 1 } else { end };
        let group = group_at(toks, call, Delimiter::Parenthesis)?;
        let word = ident_at(toks, name)?;
        out.extend_from_slice(&toks[i..name]);
        out.push(renamed(word, "enum_").into());
        out.extend_from_slice(&toks[name + 1..call]);
        let inner = self.without_granted(tokens(group.stream()));
        let mut args: Vec<Tokens> = Vec::new();
        for (index, arg) in split_args(&inner).into_iter().enumerate() {
            match (native, index) {
                (true, 2) => args.extend(self.native_kind(&toks[i..name], arg)),
                (false, 2..) if named(arg, "arithmetic") => {
                    let mut mark = toks[i..name].to_vec();
                    mark.extend(written("is_arithmetic()", word.span()));
                    args.push(mark);
                }
                (false, 2..) if named(arg, "is_flag") || named(arg, "is_str") => {
                    self.errors.push(arg, errors::STYLE_OF_NATIVE_ENUM);
                }
                _ => args.push(self.run(arg)),
            }
        }
        let mut mark = toks[i..name].to_vec();
        let kind = if native { "__private::pybind11_native_enum()" } else { "__private::pybind11_enum()" };
        mark.extend(written(kind, word.span()));
        args.insert(2.min(args.len()), mark);
        out.push(regroup(group, joined(args, word.span()).into_iter().collect()));
        Some(call + 1)
    }

    /// nanobind's annotation for the name of a class of Python's; none for `enum.Enum`.
    fn native_kind(&mut self, namespace: &[TokenTree], arg: &[TokenTree]) -> Option<Tokens> {
        let place = arg.first()?.span();
        let marks: &[&str] = match text(arg).trim_matches('"') {
            "enum.Enum" => &[],
            "enum.IntEnum" => &["is_arithmetic()"],
            "enum.Flag" => &["is_flag()"],
            "enum.IntFlag" => &["is_flag()", "is_arithmetic()"],
            "enum.StrEnum" => &["is_str()"],
            _ => {
                self.errors.push(arg, errors::NATIVE_ENUM_KIND);
                return None;
            }
        };
        let mark = |source: &&str| [namespace, &written(source, place)].concat();
        let all: Vec<Tokens> = marks.iter().map(mark).collect();
        (!all.is_empty()).then(|| joined(all, place))
    }
}

/// Whether the annotation has this name of the namespace.
fn named(arg: &[TokenTree], word: &str) -> bool {
    namespaced(arg, 0).is_some_and(|name| is_ident(arg, name, word))
}
