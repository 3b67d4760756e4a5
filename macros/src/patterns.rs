//! The names that patterns bind.

use crate::cursor::*;
use crate::scope::is_function;
use proc_macro2::{Delimiter, TokenTree};
use std::collections::HashSet;

/// The names in the patterns of `for`, `if let`, `while let` and `match`, whose variables nobody follows.
pub(crate) fn rebound(toks: &[TokenTree], out: &mut HashSet<String>) {
    for i in 0..toks.len() {
        let conditional = is_ident(toks, i, "let")
            && i > 0
            && (is_ident(toks, i - 1, "if") || is_ident(toks, i - 1, "while") || is_punct(toks, i - 1, '&'));
        let end = if conditional {
            (i..toks.len()).find(|&at| is_assign(toks, at))
        } else if is_ident(toks, i, "for") {
            (i..toks.len()).find(|&at| is_ident(toks, at, "in"))
        } else {
            None
        };
        if let Some(end) = end {
            out.extend(bound(&toks[i + 1..end]));
        }
        if is_fat_arrow(toks, i) {
            let start =
                toks[..i].iter().rposition(|tok| tok.to_string() == "," || is_brace(tok)).map_or(0, |at| at + 1);
            out.extend(bound(&toks[start..i]));
            // `Some { name } => ..`: the braces belong to the pattern.
            out.extend(bound(&toks[start.saturating_sub(1)..i]));
        }
        if let TokenTree::Group(group) = &toks[i] {
            rebound(&tokens(group.stream()), out);
        }
    }
}

fn is_brace(tok: &TokenTree) -> bool {
    matches!(tok, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// The names that a pattern binds: its words, without names of fields, types and variants.
pub(crate) fn bound(toks: &[TokenTree]) -> Vec<String> {
    let mut names = Vec::new();
    for (i, tok) in toks.iter().enumerate() {
        match tok {
            TokenTree::Group(group) => names.extend(bound(&tokens(group.stream()))),
            TokenTree::Ident(word) if *word != "mut" && *word != "ref" => {
                let followed = is_punct(toks, i + 1, ':') || matches!(toks.get(i + 1), Some(TokenTree::Group(_)));
                if !followed && is_function(tok) {
                    names.push(word.to_string());
                }
            }
            _ => {}
        }
    }
    names
}
