//! Writing tokens: a template with holes, and spans that point at the user's code.

use crate::cursor::Tokens;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use std::cell::Cell;

/// The writer: everything generated goes through it.
pub(crate) struct Nb {
    /// The path of the library as the calling macro spelled it (`$crate`).
    path: Tokens,
    changes: Cell<usize>,
}

/// A span at the user's place that keeps generated names apart from the user's.
///
/// Mixed-site hygiene: locals such as `m` and `a0` cannot be captured by an expression the user wrote, items and
/// methods resolve where the macro is called, and lints see that the code was generated. So `unsafe` in it is no offence
/// against a crate's `forbid(unsafe_code)`, and needs no `allow`, which would be one.
pub(crate) fn at(place: Span) -> Span {
    Span::mixed_site().located_at(place)
}

/// Where a run of tokens starts, or the macro call if there are none.
pub(crate) fn place_of(toks: &[TokenTree]) -> Span {
    toks.first().map_or_else(Span::call_site, TokenTree::span)
}

/// A group of `toks` with the place of `like`, so that "missing argument" points at the user's parentheses.
pub(crate) fn regroup(like: &Group, toks: Tokens) -> TokenTree {
    let mut group = Group::new(like.delimiter(), toks.into_iter().collect());
    group.set_span(like.span());
    TokenTree::Group(group)
}

impl Nb {
    pub(crate) fn new(path: Tokens) -> Self {
        Nb { path, changes: Cell::new(0) }
    }

    /// Notes that the output differs from the input.
    pub(crate) fn changed(&self) {
        self.changes.update(|n| n + 1);
    }

    /// How often that was noted so far.
    pub(crate) fn changes(&self) -> usize {
        self.changes.get()
    }

    /// `old` with the content `new`, or `old` itself if nothing changed since `before`.
    ///
    /// A rebuilt group has one span for both its brackets. Plain Rust inside a body keeps its exact places, so that the
    /// compiler's suggestions about it are right.
    pub(crate) fn updated(&self, old: &Group, before: usize, new: Tokens) -> TokenTree {
        if self.changes() == before { TokenTree::Group(old.clone()) } else { regroup(old, new) }
    }

    /// An identifier located at `place`.
    pub(crate) fn ident(&self, name: &str, place: Span) -> TokenTree {
        self.changed();
        TokenTree::Ident(Ident::new(name, at(place)))
    }

    /// A parenthesis located at `place`.
    pub(crate) fn parens(&self, toks: Tokens, place: Span) -> TokenTree {
        self.changed();
        let mut group = Group::new(Delimiter::Parenthesis, toks.into_iter().collect());
        group.set_span(at(place));
        TokenTree::Group(group)
    }

    /// The path with its error messages moved to `place`. It still resolves where the calling macro was defined.
    fn located_at(&self, place: Span) -> impl Iterator<Item = TokenTree> + '_ {
        self.path.iter().map(move |tok| {
            let mut tok = tok.clone();
            tok.set_span(tok.span().located_at(place));
            tok
        })
    }

    /// Rust source as tokens at `place`, with the library's path for `NB` and `parts[n]` for `_n`.
    pub(crate) fn quote(&self, place: Span, source: &str, parts: &[&[TokenTree]]) -> Tokens {
        self.changed();
        let stream: TokenStream = source.parse().expect("templates of this crate are valid Rust tokens");
        let mut out = Vec::new();
        self.fill(stream, place, parts, &mut out);
        out
    }

    fn fill(&self, stream: TokenStream, place: Span, parts: &[&[TokenTree]], out: &mut Tokens) {
        for mut tok in stream {
            match &tok {
                TokenTree::Group(g) => {
                    let mut inner = Vec::new();
                    self.fill(g.stream(), place, parts, &mut inner);
                    let mut group = Group::new(g.delimiter(), inner.into_iter().collect());
                    group.set_span(at(place));
                    out.push(TokenTree::Group(group));
                    continue;
                }
                TokenTree::Ident(id) => {
                    let name = id.to_string();
                    if name == "NB" {
                        out.extend(self.located_at(place));
                        continue;
                    }
                    if let Some(part) = name.strip_prefix('_').and_then(|n| n.parse::<usize>().ok()) {
                        out.extend_from_slice(parts[part]);
                        continue;
                    }
                }
                _ => {}
            }
            tok.set_span(at(place));
            out.push(tok);
        }
    }
}
