//! Writing tokens: their places, hygiene, and the path of the library. The templates are those of the `quote` crate.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::cell::Cell;

/// The writer: everything generated goes through it.
pub(crate) struct Nb {
    /// The path of the library as the calling macro spelled it (`$crate`).
    path: TokenStream,
    changes: Cell<usize>,
}

/// A place to write at. In a template of `quote_spanned!(nb.span=> ..)`, `#nb` is the path of the library.
pub(crate) struct At<'n> {
    path: &'n TokenStream,
    place: Span,
    pub(crate) span: Span,
}

/// The path with its error messages moved to the place. It still resolves where the calling macro was defined.
impl ToTokens for At<'_> {
    fn to_tokens(&self, out: &mut TokenStream) {
        out.extend(self.path.clone().into_iter().map(|mut tok| {
            tok.set_span(tok.span().located_at(self.place));
            tok
        }));
    }
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

/// The tokens as a hole of a template takes them.
pub(crate) fn stream(toks: &[TokenTree]) -> TokenStream {
    toks.iter().cloned().collect()
}

/// A group whose brackets have this very span. One that is the user's makes a block or call the user's: the compiler
/// underlines what it holds, and not the whole macro call.
pub(crate) fn enclosed(delimiter: Delimiter, content: TokenStream, span: Span) -> TokenTree {
    let mut group = Group::new(delimiter, content);
    group.set_span(span);
    group.into()
}

/// A group with the place of `like`, so that "missing argument" points at the user's parentheses.
pub(crate) fn regroup(like: &Group, content: TokenStream) -> TokenTree {
    enclosed(like.delimiter(), content, like.span())
}

impl Nb {
    pub(crate) fn new(path: TokenStream) -> Self {
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
    pub(crate) fn updated(&self, old: &Group, before: usize, new: TokenStream) -> TokenTree {
        if self.changes() == before { TokenTree::Group(old.clone()) } else { regroup(old, new) }
    }

    /// For what is about to be written at `place`.
    pub(crate) fn at(&self, place: Span) -> At<'_> {
        self.changed();
        At { path: &self.path, place, span: at(place) }
    }

    /// An identifier located at `place`.
    pub(crate) fn ident(&self, name: &str, place: Span) -> Ident {
        Ident::new(name, self.at(place).span)
    }

    /// A parenthesis located at `place`.
    pub(crate) fn parens(&self, content: TokenStream, place: Span) -> TokenTree {
        enclosed(Delimiter::Parenthesis, content, self.at(place).span)
    }
}
