//! Lists of arguments: `"a"_a = 1`, `nb::arg("a").none()`, the tuple of extras of a binding, and suffixed strings.

use crate::body::Rewriter;
use crate::cursor::*;
use crate::errors;
use crate::write::place_of;
use proc_macro2::{Delimiter, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};
use std::collections::HashSet;

/// The argument names of one binding.
pub(crate) type Names = HashSet<String>;

impl Rewriter {
    /// Rewrites what stands between parentheses or brackets. The commas stay.
    pub(crate) fn list(&mut self, toks: &[TokenTree], raise: bool) -> TokenStream {
        let mut out = TokenStream::new();
        let mut at = 0;
        for part in split_args(toks) {
            out.extend(self.item(part, raise, None));
            at += part.len();
            if at < toks.len() {
                out.append(toks[at].clone());
                at += 1;
            }
        }
        out
    }

    /// Rewrites one element of a list. `names` is given for the extras of a binding.
    pub(crate) fn item(&mut self, toks: &[TokenTree], raise: bool, names: Option<&mut Names>) -> TokenStream {
        let Some((head, name)) = arg_head(toks) else { return self.expr(toks, raise) };
        if let (Some(names), Some(name)) = (names, name) {
            // Only a well-formed name can clash; what is wrong with others is said where they are rewritten.
            let source = name.to_string();
            let plain = source.strip_suffix("_a").unwrap_or(&source).trim_matches('"');
            if !names.insert(plain.to_owned()) {
                self.errors.push(&[name.into()], errors::duplicate_name(plain));
            }
        }
        let mut chain = head;
        while is_link(toks, chain) {
            chain += 3;
        }
        let marked = self.marks(&toks[..chain], head);
        if !is_assign(toks, chain) {
            return self.expr(&[&marked, &toks[chain..]].concat(), raise);
        }
        // C++ reads `"a"_a = value` through the assignment operator of the argument.
        let marked = self.expr(&marked, raise);
        let value = self.expr(&toks[chain + 1..], raise);
        let nb = self.nb.at(toks[chain].span());
        quote_spanned!(nb.span=> #marked.value(#value))
    }

    /// The annotation `toks`, whose links start at `head`, with `.noconvert(true)` as `.noconvert()` and without
    /// `.noconvert(false)`, which says what holds anyway; `.none(..)` alike.
    fn marks(&mut self, toks: &[TokenTree], head: usize) -> Tokens {
        let mut out = toks[..head].to_vec();
        let mut set: Vec<String> = Vec::new();
        for link in toks[head..].chunks(3) {
            let name = link[1].to_string();
            let given =
                group_at(link, 2, Delimiter::Parenthesis).map(|g| peel(&tokens(g.stream()))).unwrap_or_default();
            if !["noconvert", "none"].contains(&name.as_str()) || given.is_empty() {
                set.push(name);
                out.extend_from_slice(link);
                continue;
            }
            let value = text(&given);
            match value.as_str() {
                "true" => {
                    out.extend_from_slice(&link[..2]);
                    out.push(self.nb.parens(TokenStream::new(), link[2].span()));
                    set.push(name);
                }
                "false" if set.contains(&name) => self.errors.push(link, errors::MARK_REVOKED),
                "false" => self.nb.changed(),
                _ => self.errors.push(&given, errors::MARK_NOT_LITERAL),
            }
        }
        out
    }

    /// The tuple of a binding's extras, after the elements `first` that the macro itself adds.
    ///
    /// A lone tuple is the plain builder's spelling and is taken as the list itself.
    pub(crate) fn extras(&mut self, parts: &[&[TokenTree]], first: TokenStream, place: Span, raise: bool) -> TokenTree {
        let tuple = lone_tuple(parts);
        let parts = tuple.as_deref().map_or_else(|| parts.to_vec(), split_args);
        let place = parts.first().map_or(place, |part| place_of(part));
        self.check_repeated(&parts);
        let mut names = Names::new();
        let mut out = first;
        for part in parts {
            let part = self.item(part, raise, Some(&mut names));
            out.extend(quote!(#part,));
        }
        self.nb.parens(out, place)
    }

    /// A string with the suffix `_a` or `_s`; any other literal is copied.
    pub(crate) fn literal(&mut self, literal: &Literal) -> TokenStream {
        let source = literal.to_string();
        if let Some(name) = self.arg_name(literal) {
            let mut name = Literal::string(&name);
            name.set_span(literal.span());
            let nb = self.nb.at(literal.span());
            return quote_spanned!(nb.span=> #nb::arg(#name));
        }
        match source.strip_suffix("_s").and_then(|text| text.parse::<Literal>().ok()) {
            Some(mut text) if source.contains('"') => {
                text.set_span(literal.span());
                let nb = self.nb.at(literal.span());
                quote_spanned!(nb.span=> #nb::str_::new(#text))
            }
            _ => literal.to_token_stream(),
        }
    }

    /// The name in `"name"_a`. A name that is not a plain string is reported, and cut short.
    pub(crate) fn arg_name(&mut self, literal: &Literal) -> Option<String> {
        let source = literal.to_string();
        let body = source.strip_suffix("_a").filter(|body| body.ends_with(['"', '#', '\'']))?;
        let plain = body.strip_prefix('"').and_then(|b| b.strip_suffix('"')).filter(|name| !name.contains('\\'));
        if plain.is_none() {
            self.errors.push(&[literal.clone().into()], errors::PLAIN_NAME);
        }
        Some(plain.unwrap_or_default().to_owned())
    }
}

/// Whether the list element is a name with a value, `"a"_a = 1`.
pub(crate) fn keyword(toks: &[TokenTree]) -> bool {
    arg_head(toks).is_some_and(|(head, _)| is_assign(toks, head))
}

/// Whether a method call without template list starts at `i`.
fn is_link(toks: &[TokenTree], i: usize) -> bool {
    is_punct(toks, i, '.') && ident_at(toks, i + 1).is_some() && group_at(toks, i + 2, Delimiter::Parenthesis).is_some()
}

/// If an argument annotation starts the list element: the index after its head, and its name.
pub(crate) fn arg_head(toks: &[TokenTree]) -> Option<(usize, Option<Literal>)> {
    if let Some(TokenTree::Literal(literal)) = toks.first() {
        return literal.to_string().ends_with("\"_a").then(|| (1, Some(literal.clone())));
    }
    let name = namespaced(toks, 0).unwrap_or(0);
    let call = group_at(toks, name + 1, Delimiter::Parenthesis).filter(|_| is_ident(toks, name, "arg"))?;
    let literal = match tokens(call.stream()).first() {
        Some(TokenTree::Literal(literal)) => Some(literal.clone()),
        _ => None,
    };
    Some((name + 2, literal))
}

/// The content of the only part, if that is a tuple.
pub(crate) fn lone_tuple(parts: &[&[TokenTree]]) -> Option<Tokens> {
    let [part] = parts else { return None };
    let [TokenTree::Group(group)] = part else { return None };
    if group.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let inner = tokens(group.stream());
    let pieces = split_args(&inner);
    let commas = inner.len() - pieces.iter().map(|piece| piece.len()).sum::<usize>();
    (inner.is_empty() || commas > 0).then_some(inner)
}
