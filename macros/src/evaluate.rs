//! `nb::eval("x + 1", globals)` and `nb::exec(..)`: the scope, which C++ leaves out or writes as one or two arguments, becomes one.

use crate::body::{Rewriter, Seq};
use crate::class::template;
use crate::cursor::*;
use crate::write::regroup;
use proc_macro2::{Delimiter, TokenStream};
use quote::{TokenStreamExt, quote_spanned};

impl Rewriter {
    /// A call at `name`, with or without a mode; false for anything else.
    pub(crate) fn evaluation(&mut self, s: &mut Seq, name: usize) -> bool {
        let (modes, call) = template(s.toks, name).unwrap_or_else(|| (Vec::new(), name + 1));
        let Some(group) = group_at(s.toks, call, Delimiter::Parenthesis) else { return false };
        let inner = tokens(group.stream());
        let args = split_args(&inner);
        let place = s.toks[name].span();
        let given: Vec<TokenStream> = args.iter().map(|arg| self.expr(arg, s.raise)).collect();
        let mode = match modes.as_slice() {
            [] => None,
            [mode] => Some(self.expr(mode, s.raise)),
            _ => return false,
        };
        let nb = self.nb.at(place);
        let scope = match given.as_slice() {
            [_] => quote_spanned!(nb.span=> ()),
            [_, globals] => globals.clone(),
            [_, globals, locals] => quote_spanned!(nb.span=> (#globals, #locals)),
            _ => return false,
        };
        let text = &given[0];
        if let Some(mode) = mode {
            let arguments = regroup(group, quote_spanned!(nb.span=> #mode, #text, #scope));
            s.out.extend(quote_spanned!(nb.span=> #nb::eval_as #arguments));
        } else {
            let arguments = regroup(group, quote_spanned!(nb.span=> #text, #scope));
            // The user's own path stays, as where objects are made.
            s.copy_to(name + 1);
            s.out.append(arguments);
        }
        s.i = call + 1;
        self.raised(s, place);
        true
    }
}
