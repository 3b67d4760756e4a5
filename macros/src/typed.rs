//! `nb::typed<T, A, B>`: the library takes the types as one tuple, `nb::typed<T, (A, B)>`, and C++'s function types as
//! Rust's.

use crate::body::Rewriter;
use crate::cursor::*;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote_spanned};

/// Words that begin a function type of Rust.
const BEFORE_FUNCTION: &[&str] = &["fn", "unsafe", "extern", "for"];

impl Rewriter {
    /// Rewrites what may contain types only, such as the arguments of a closure.
    pub(crate) fn types(&mut self, toks: &[TokenTree]) -> TokenStream {
        let mut out = TokenStream::new();
        let mut i = 0;
        while i < toks.len() {
            if let Some(name) = namespaced(toks, i)
                && let Some((list, end)) = self.typed(toks, name).or_else(|| self.array(toks, name))
            {
                out.append_all(&toks[i..=name]);
                out.extend(list);
                i = end;
                continue;
            }
            if i > 2 && namespaced(toks, i - 3) == Some(i) {
                self.foreign_name(&toks[i]);
            }
            if i > 2 && is_ident(toks, i, "str") && namespaced(toks, i - 3) == Some(i) {
                out.append(self.nb.ident("str_", toks[i].span()));
                i += 1;
                continue;
            }
            match &toks[i] {
                TokenTree::Group(group) => {
                    let before = self.nb.changes();
                    let inner = self.types(&tokens(group.stream()));
                    out.append(self.nb.updated(group, before, inner));
                }
                other => out.append(other.clone()),
            }
            i += 1;
        }
        out
    }

    /// If `typed<..>` stands at `name`: its template list as Rust has it, and the index after it.
    pub(crate) fn typed(&mut self, toks: &[TokenTree], name: usize) -> Option<(TokenStream, usize)> {
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
                let result = if text(result) == "void" {
                    self.nb.parens(TokenStream::new(), place).into()
                } else {
                    self.types(result)
                };
                if text(&arguments) == "..." {
                    let nb = self.nb.at(place);
                    quote_spanned!(nb.span=> #nb::any_args<#result>)
                } else {
                    let arguments = self.types(&arguments);
                    let nb = self.nb.at(place);
                    quote_spanned!(nb.span=> fn(#arguments) -> #result)
                }
            }
            many => {
                let mut all = TokenStream::new();
                for one in many {
                    let one = self.types(one);
                    let nb = self.nb.at(place);
                    all.extend(quote_spanned!(nb.span=> #one,));
                }
                self.nb.parens(all, place).into()
            }
        };
        let wrapper = self.types(wrapper);
        let nb = self.nb.at(place);
        Some((quote_spanned!(nb.span=> ::<#wrapper, #list>), end))
    }
}

/// Whether the type is the library's `any_args<R>`.
fn is_any_args(toks: &[TokenTree]) -> bool {
    is_ident(toks, namespaced(toks, 0).unwrap_or(0), "any_args")
}
