//! Calls of Python objects as in C++: `o.attr("f")(1, "x"_a = 5)`, and names in the arguments of `.call(..)`.
//!
//! Rust's methods take the arguments as one tuple, in which a named one is the same annotation that a binding has.

use crate::args::keyword;
use crate::body::{Rewriter, Seq};
use crate::cursor::*;
use crate::quote::place_of;
use proc_macro2::{Delimiter, Punct, Spacing, TokenTree};

/// Methods of the library's that take the arguments of a call as a tuple.
pub(crate) fn takes_a_tuple(method: &str) -> bool {
    method == "call" || method == "format"
}

impl Rewriter {
    /// The arguments of a call, as a tuple if they are one by `always` or by a named one among them. Other methods of these
    /// names keep what they have.
    pub(crate) fn call_arguments(&mut self, toks: &[TokenTree], raise: bool, always: bool) -> Tokens {
        let args = split_args(toks);
        if !always && !args.iter().any(|arg| keyword(arg)) {
            return self.list(toks, raise);
        }
        let mut all = Tokens::new();
        for arg in args {
            let place = place_of(arg);
            let (unpack, from) = match (is_punct(arg, 0, '*'), is_punct(arg, 1, '*')) {
                (true, true) => ("NB::unpack_kw(&_0)", 2),
                (true, false) => ("NB::unpack(&_0)", 1),
                _ => ("_0", 0),
            };
            let value = self.item(&arg[from..], raise, None);
            all.extend(if always { self.nb.quote(place, unpack, &[&value]) } else { value });
            all.push(Punct::new(',', Spacing::Alone).into());
        }
        vec![self.nb.parens(all, place_of(toks))]
    }

    /// If parentheses follow `.attr("f")`, the call that C++ means: Rust has no value there that could be called.
    pub(crate) fn calls(&mut self, s: &mut Seq) {
        let Some(group) = group_at(s.toks, s.i, Delimiter::Parenthesis) else { return };
        let place = group.span();
        let arguments = self.call_arguments(&tokens(group.stream()), s.raise, true);
        s.out.extend(self.nb.quote(place, ".call(_0)", &[&arguments]));
        s.i += 1;
        self.raised(s, place);
    }
}
