//! `nb::typed<T, A, B>`: the library takes the types as one tuple, `nb::typed<T, (A, B)>`, and C++'s function types as
//! Rust's.

use crate::body::Rewriter;
use crate::cursor::*;
use proc_macro2::{Delimiter, TokenTree};

/// Words that begin a function type of Rust.
const BEFORE_FUNCTION: &[&str] = &["fn", "unsafe", "extern", "for"];

impl Rewriter {
    /// Rewrites what may contain types only, such as the arguments of a closure.
    pub(crate) fn types(&mut self, toks: &[TokenTree]) -> Tokens {
        let mut out = Vec::with_capacity(toks.len());
        let mut i = 0;
        while i < toks.len() {
            if let Some(name) = namespaced(toks, i)
                && let Some((list, end)) = self.typed(toks, name)
            {
                out.extend_from_slice(&toks[i..=name]);
                out.extend(list);
                i = end;
                continue;
            }
            if i > 2 && namespaced(toks, i - 3) == Some(i) {
                self.foreign_name(&toks[i]);
            }
            if i > 2 && is_ident(toks, i, "str") && namespaced(toks, i - 3) == Some(i) {
                out.push(self.nb.ident("str_", toks[i].span()));
                i += 1;
                continue;
            }
            match &toks[i] {
                TokenTree::Group(group) => {
                    let before = self.nb.changes();
                    let inner = self.types(&tokens(group.stream()));
                    out.push(self.nb.updated(group, before, inner));
                }
                other => out.push(other.clone()),
            }
            i += 1;
        }
        out
    }

    /// If `typed<..>` stands at `name`: its template list as Rust has it, and the index after it.
    pub(crate) fn typed(&mut self, toks: &[TokenTree], name: usize) -> Option<(Tokens, usize)> {
        if !is_ident(toks, name, "typed") {
            return None;
        }
        let open = if is_path_sep(toks, name + 1) { name + 3 } else { name + 1 };
        let end = template_end(toks, open)?;
        let parts = split_types(&toks[open + 1..end - 1]);
        let [wrapper, types @ ..] = parts.as_slice() else { return None };
        let place = toks[name].span();
        let list = match types {
            // A mistake, which the compiler explains.
            [] => return None,
            [one] if group_at(one, 0, Delimiter::Parenthesis).is_some() && one.len() == 1 => self.types(one),
            [one] if is_any_args(one) => self.types(one),
            [one] if ident_at(one, 0).is_some_and(|word| BEFORE_FUNCTION.contains(&word.to_string().as_str())) => {
                self.types(one)
            }
            [[result @ .., TokenTree::Group(arguments)]]
                if arguments.delimiter() == Delimiter::Parenthesis && !result.is_empty() =>
            {
                let arguments = tokens(arguments.stream());
                let result = if text(result) == "void" { self.nb.quote(place, "()", &[]) } else { self.types(result) };
                if text(&arguments) == "..." {
                    self.nb.quote(place, "NB::any_args<_0>", &[&result])
                } else {
                    let arguments = self.types(&arguments);
                    self.nb.quote(place, "fn(_0) -> _1", &[&arguments, &result])
                }
            }
            many => {
                let mut all = Tokens::new();
                for one in many {
                    let one = self.types(one);
                    all.extend(self.nb.quote(place, "_0,", &[&one]));
                }
                vec![self.nb.parens(all, place)]
            }
        };
        let wrapper = self.types(wrapper);
        Some((self.nb.quote(place, "::<_0, _1>", &[&wrapper, &list]), end))
    }
}

/// Whether the type is the library's `any_args<R>`.
fn is_any_args(toks: &[TokenTree]) -> bool {
    is_ident(toks, namespaced(toks, 0).unwrap_or(0), "any_args")
}
