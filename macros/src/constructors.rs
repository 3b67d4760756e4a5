//! `nb::init<A, B>()`, `nb::init(f)`, `nb::init_implicit<A>()`, `nb::new_(f)` and `nb::pickle(f, g)` in a `.def`.

use crate::body::{Rewriter, Type};
use crate::borrows::Lender;
use crate::class::template;
use crate::cpp_types::in_rust;
use crate::cursor::*;
use crate::errors;
use crate::write::stream;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote_spanned;

/// `nb::init<A, B>()`, `nb::init(f)` and their kin, as the first argument of `.def`.
pub(crate) struct Constructor {
    pub(crate) name: Ident,
    /// The template list; absent when a function is given.
    pub(crate) types: Option<Vec<Tokens>>,
    pub(crate) args: Tokens,
}

impl Constructor {
    pub(crate) fn parse(toks: &[TokenTree]) -> Option<Self> {
        let at = namespaced(toks, 0)?;
        let name = ident_at(toks, at)?.clone();
        let known = ["init", "init_implicit", "new_", "pickle"].contains(&name.to_string().as_str());
        let listed = template(toks, at);
        let call = listed.as_ref().map_or(at + 1, |(_, end)| *end);
        // C++ also makes them with braces, and may leave out the list of no types.
        let group = group_at(toks, call, Delimiter::Parenthesis).or(group_at(toks, call, Delimiter::Brace))?;
        let args = tokens(group.stream());
        let empty = name == "init" && args.is_empty();
        let types = listed.map(|(types, _)| types.into_iter().map(<[_]>::to_vec).collect()).or(empty.then(Vec::new));
        (known && call + 1 == toks.len()).then_some(Constructor { name, types, args })
    }

    /// The builder's method for it.
    pub(crate) fn method(&self) -> &'static str {
        match self.name.to_string().as_str() {
            "init_implicit" => "def_init_implicit",
            "new_" => "def_new",
            "pickle" => "def_pickle",
            _ => "def_init",
        }
    }
}

impl Rewriter {
    /// The function that a constructor tag stands for.
    pub(crate) fn constructor(&mut self, tag: &Constructor, class: Option<&Type>, raise: bool) -> TokenStream {
        let place = tag.name.span();
        let Some(types) = &tag.types else { return self.static_function(&tag.args, Lender::Instance, raise) };
        let Some(class) = class else {
            self.errors.push(&[tag.name.clone().into()], errors::unknown_class(&tag.name.to_string()));
            return TokenStream::new();
        };
        // What is not C++'s stays, with its places.
        let types: Vec<Tokens> = types.iter().map(|ty| in_rust(ty).into_iter().collect()).collect();
        for ty in types.iter().filter(|ty| is_ident(ty, 0, "const")) {
            self.errors.push(ty, errors::CONST_POINTER);
        }
        if tag.name == "init_implicit" {
            let [from] = types.as_slice() else {
                self.errors.push(&[tag.name.clone().into()], errors::INIT_IMPLICIT_ARGS);
                return TokenStream::new();
            };
            let (nb, from, class) = (self.nb.at(place), stream(from), stream(class));
            return quote_spanned!(nb.span=> |a0: #from| <#class as ::core::convert::From<#from>>::from(a0));
        }
        let copies = |one: &[TokenTree]| is_punct(one, 0, '&') && text(&one[1..]) == text(class);
        let (nb, ty) = (self.nb.at(place), stream(class));
        match types.as_slice() {
            [] => quote_spanned!(nb.span=> {
                #[allow(unused_imports)]
                use #nb::__private::WithoutNew as _;
                #[allow(dead_code)]
                trait NbNew {
                    fn new(_: #nb::__private::inherit::there_is_no_such_function) {}
                }
                impl<NbT> NbNew for NbT {}
                #nb::__private::NewOrDefault::<_, #ty>::of(<#ty>::new).choose()
            }),
            [one] if copies(one) => quote_spanned!(nb.span=> |a0: &#ty| <#ty as ::core::clone::Clone>::clone(a0)),
            many => {
                let names: Vec<Ident> = (0..many.len()).map(|n| self.nb.ident(&format!("a{n}"), place)).collect();
                let types = many.iter().map(|one| stream(one));
                quote_spanned!(nb.span=> |#(#names: #types,)*| <#ty>::new(#(#names,)*))
            }
        }
    }
}
