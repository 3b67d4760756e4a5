//! Calls of Python objects as in C++: `o.attr("f")(1, "x"_a = 5)`, and names in the arguments of `.call(..)`.
//!
//! Rust's methods take the arguments as one tuple, in which a named one is the same annotation that a binding has.

use crate::args::keyword;
use crate::body::Rewriter;
use crate::cursor::*;
use crate::write::place_of;
use proc_macro2::{Literal, TokenStream, TokenTree};
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
            if let Some(named) = self.named(arg, raise) {
                all.extend(quote!(#named,));
                continue;
            }
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

    /// `"x"_a = 5` in a call, whose name is made once for this place.
    fn named(&mut self, arg: &[TokenTree], raise: bool) -> Option<TokenStream> {
        let [TokenTree::Literal(literal), assign, value @ ..] = arg else { return None };
        if !is_assign(arg, 1) {
            return None;
        }
        let mut name = Literal::string(&self.arg_name(literal)?);
        name.set_span(literal.span());
        let value = self.expr(value, raise);
        let (nb, of_value) = (self.nb.at(literal.span()), self.nb.at(assign.span()));
        Some(quote_spanned!(of_value.span=> #of_value::kw(#nb::name!(#name), #value)))
    }
}
