//! Calls of Python objects as in C++: `o.attr("f")(1, "x"_a = 5)`, and names in the arguments of `.call(..)`;
//! `x.attr(key) = value`.
//!
//! Rust's methods take the arguments as one tuple, in which a named one is the same annotation that a binding has.

use crate::args::keyword;
use crate::body::{Mode, Rewriter, Seq};
use crate::cursor::*;
use crate::write::place_of;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// Methods of the library's that take the arguments of a call as a tuple.
pub(crate) fn takes_a_tuple(method: &str) -> bool {
    method == "call" || method == "format"
}

impl Rewriter {
    /// The arguments of a call, as a tuple if they are one by `always` or by a named one among them. Other methods of these
    /// names keep what they have.
    pub(crate) fn call_arguments(&mut self, toks: &[TokenTree], raise: bool, always: bool) -> TokenStream {
        let args = split_args(toks);
        if !always && !args.iter().any(|arg| keyword(arg)) {
            return self.list(toks, raise);
        }
        let mut all = TokenStream::new();
        for arg in args {
            let stars = (0..2).take_while(|&at| is_punct(arg, at, '*')).count();
            let value = self.item(&arg[stars..], raise, None);
            let nb = self.nb.at(place_of(arg));
            let value = match stars {
                2 if always => quote_spanned!(nb.span=> #nb::unpack_kw(&#value)),
                1 if always => quote_spanned!(nb.span=> #nb::unpack(&#value)),
                _ => value,
            };
            all.extend(quote!(#value,));
        }
        self.nb.parens(all, place_of(toks)).into()
    }

    /// If parentheses follow `.attr("f")`, the call that C++ means: Rust has no value there that could be called.
    pub(crate) fn calls(&mut self, s: &mut Seq) {
        let Some(group) = group_at(s.toks, s.i, Delimiter::Parenthesis) else { return };
        let place = group.span();
        let arguments = self.call_arguments(&tokens(group.stream()), s.raise, true);
        let nb = self.nb.at(place);
        s.out.extend(quote_spanned!(nb.span=> .call(#arguments)));
        s.i += 1;
        self.raised(s, place);
    }

    /// `x.attr(key) = value` and `x.doc() = value`, which in C++ assign through a proxy.
    pub(crate) fn attribute(&mut self, s: &mut Seq) {
        let place = s.toks[s.i].span();
        let start = s.i + 1;
        let mut end = start;
        while end < s.toks.len() && !is_punct(s.toks, end, ';') {
            if s.ctx.mode == Mode::Match && is_punct(s.toks, end, ',') {
                break;
            }
            let template = (is_path_sep(s.toks, end)).then(|| template_end(s.toks, end + 2)).flatten();
            end = template.unwrap_or(end + 1);
        }
        let value = self.expr(&s.toks[start..end], s.raise);
        let nb = self.nb.at(place);
        s.out.extend(quote_spanned!(nb.span=> .set(#value)));
        self.thrown(s, place);
        s.i = end;
    }
}

/// Whether `.attr(key)` or `.doc()` stands before the `=` at `i`.
pub(crate) fn assigns_attribute(toks: &[TokenTree], i: usize) -> bool {
    i >= 3
        && group_at(toks, i - 1, Delimiter::Parenthesis).is_some()
        && (is_ident(toks, i - 2, "attr") || is_ident(toks, i - 2, "doc"))
        && is_punct(toks, i - 3, '.')
}
