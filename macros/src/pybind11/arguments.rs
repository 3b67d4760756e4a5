//! Annotations of arguments that pybind11 spells otherwise.

use super::{Pass, called, renamed, written};
use crate::cursor::*;
use proc_macro2::{Delimiter, TokenTree};

impl Pass<'_> {
    /// `py::arg_v("x", value, "text")`, `py::doc("text")` and `py::pos_only()`.
    pub(super) fn argument(&mut self, toks: &[TokenTree], i: usize, name: usize, out: &mut Tokens) -> Option<usize> {
        let word = ident_at(toks, name)?;
        let (call, group) = called(toks, name)?;
        let inner = tokens(group.stream());
        let args = split_args(&inner);
        match (word.to_string().as_str(), args.as_slice()) {
            ("arg_v", [title, value, shown @ ..]) if shown.len() < 2 => {
                out.extend_from_slice(&toks[i..name]);
                out.push(renamed(word, "arg").into());
                out.push(parens(title, word));
                if let [shown] = shown {
                    out.extend(written(".sig", word.span()));
                    out.push(parens(shown, word));
                }
                out.extend(written("=", word.span()));
                let value = self.run(value);
                out.extend(value);
                Some(call + 1)
            }
            ("doc", [text]) => {
                out.extend_from_slice(text);
                Some(call + 1)
            }
            ("pos_only", []) => {
                out.extend_from_slice(&toks[i..name]);
                out.extend(written("__private::pos_only()", word.span()));
                Some(call + 1)
            }
            _ => None,
        }
    }
}

/// `.none(false)`: otherwise pybind11 accepts None for all that can be None.
pub(super) fn refusing_none(toks: &[TokenTree], i: usize, out: &mut Tokens) -> Option<usize> {
    let word = ident_at(toks, i + 1).filter(|word| *word == "none" && follows_argument(toks, i))?;
    let group = group_at(toks, i + 2, Delimiter::Parenthesis)?;
    if group.stream().to_string() != "false" {
        return None;
    }
    out.push(toks[i].clone());
    out.push(renamed(word, "refusing_none").into());
    out.push(parens(&[], word));
    Some(i + 3)
}

/// Whether the links before `i` begin with an annotation of an argument, `"x"_a` or `py::arg("x")`.
fn follows_argument(toks: &[TokenTree], i: usize) -> bool {
    let Some(last) = i.checked_sub(1) else { return false };
    match &toks[last] {
        TokenTree::Literal(literal) => literal.to_string().ends_with("_a"),
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis && last > 0 => {
            let is_head = is_ident(toks, last - 1, "arg") || is_ident(toks, last - 1, "arg_v");
            is_head || last > 1 && is_punct(toks, last - 2, '.') && follows_argument(toks, last - 2)
        }
        _ => false,
    }
}

/// The tokens between parentheses.
pub(super) fn parens(toks: &[TokenTree], like: &proc_macro2::Ident) -> TokenTree {
    crate::write::enclosed(Delimiter::Parenthesis, toks.iter().cloned().collect(), like.span())
}
