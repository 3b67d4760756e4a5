//! `nb_bind!(fn bind_stack<T: Bounds>(m, name: &str) { .. })`: a generic function that binds a family of classes, nanobind's
//! function template.
//!
//! It becomes that function, with the module of the extension's domain as the first parameter. A class that depends on a
//! parameter is no class until the module says so for each type, with `nb::uses_<Stack<f64>>()`; here it is a bound.

use crate::body::{Rewriter, Type};
use crate::cursor::*;
use crate::errors;
use crate::patterns::rebound;
use crate::scope::parameters;
use crate::write::{place_of, regroup, stream};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote_spanned;

impl Rewriter {
    /// The function in `toks`, with the class implementations for what does not depend on its parameters.
    pub(crate) fn template(&mut self, domain: &TokenStream, toks: &[TokenTree]) -> Option<TokenStream> {
        let head = (0..toks.len()).find(|&at| is_ident(toks, at, "fn"));
        let parsed = head.and_then(|head| {
            let name = ident_at(toks, head + 1)?;
            let generics_end = template_end(toks, head + 2).unwrap_or(head + 2);
            let parameters = group_at(toks, generics_end, Delimiter::Parenthesis)?;
            let Some(TokenTree::Group(body)) = toks.last() else { return None };
            (body.delimiter() == Delimiter::Brace).then_some((head, name, generics_end, parameters, body))
        });
        let Some((head, name, generics_end, parameters, body)) = parsed else {
            let message = if head.is_some() { errors::TEMPLATE_FORM } else { errors::BIND_FORM };
            self.errors.push(toks, message);
            return None;
        };
        let place = name.span();
        let inner = tokens(parameters.stream());
        let generics = &toks[head + 2..generics_end];
        let types = names(generics);
        // A parameter may be a function as well.
        self.generic = true;
        self.parameters.clone_from(&types);
        let parameters = regroup(parameters, self.parameters(domain, &types, &inner)?);
        let rest = &toks[generics_end + 1..toks.len() - 1];
        let clause = (0..rest.len()).find(|&at| is_ident(rest, at, "where")).unwrap_or(rest.len());
        let result = self.types(&rest[..clause]);
        let body = if text(&rest[..clause]).ends_with("Result<()>") {
            self.body(body)
        } else {
            // What fails raises: the function gives nothing that could say so.
            let inner = tokens(body.stream());
            rebound(&inner, &mut self.rebound);
            let new = self.block(&inner, true);
            regroup(body, new)
        };
        let clause = self.clause(domain, &types, rest.get(clause + 1..).unwrap_or_default());
        let mut out = self.class_impls(domain);
        if self.errors.is_empty() {
            let (nb, head) = (self.nb.at(place), stream(&toks[..generics_end]));
            out.extend(quote_spanned!(nb.span=> #head #parameters #result where #clause #body));
        }
        Some(out)
    }

    /// The parameters: `m` is the module, and the builder's types get the domain.
    fn parameters(&mut self, domain: &TokenStream, types: &[String], toks: &[TokenTree]) -> Option<TokenStream> {
        let parts = split_types(toks);
        let mut out = TokenStream::new();
        for (at, part) in parts.iter().enumerate() {
            let place = place_of(part);
            match part {
                [TokenTree::Ident(variable)] if at == 0 => {
                    self.bind_module(variable);
                    let nb = self.nb.at(place);
                    out.extend(quote_spanned!(nb.span=> #variable: &#nb::module_<#domain>,));
                }
                [TokenTree::Ident(variable), TokenTree::Punct(colon), ty @ ..] if colon.as_char() == ':' => {
                    self.vars.extend(parameters(part));
                    let (ty, class) = self.of_domain(domain, ty);
                    if let Some(class) = class {
                        self.declare_variable(&variable.to_string(), &class);
                        if mentions(&class, types) {
                            self.declare_class(&class);
                        }
                    }
                    let nb = self.nb.at(place);
                    out.extend(quote_spanned!(nb.span=> #variable: #ty,));
                }
                // A pattern.
                _ if single_colon(part).is_some() => {
                    self.vars.extend(parameters(part));
                    let part = self.types(part);
                    let nb = self.nb.at(place);
                    out.extend(quote_spanned!(nb.span=> #part,));
                }
                _ => {
                    self.errors.push(part, errors::TEMPLATE_FORM);
                    return None;
                }
            }
        }
        Some(out)
    }

    /// A type, with the domain for `nb::module_` and `nb::class_<T>`, and the class of the latter.
    fn of_domain(&mut self, domain: &TokenStream, toks: &[TokenTree]) -> (TokenStream, Option<Type>) {
        let start = if is_punct(toks, 0, '&') { 1 } else { 0 };
        let Some(name) = namespaced(toks, start) else { return (self.types(toks), None) };
        let (nb, reference) = (self.nb.at(toks[name].span()), &toks[..start]);
        let list = template_end(toks, name + 1).map(|end| split_types(&toks[name + 2..end - 1]));
        match list.as_deref() {
            None if is_ident(toks, name, "module_") => {
                (quote_spanned!(nb.span=> #(#reference)* #nb::module_<#domain>), None)
            }
            Some([class]) if is_ident(toks, name, "class_") => {
                (quote_spanned!(nb.span=> #(#reference)* #nb::class_<'_, #domain, #(#class)*>), Some((*class).into()))
            }
            _ => (self.types(toks), None),
        }
    }

    /// The user's conditions, and that the classes of the body which depend on one of the `types` are some.
    fn clause(&mut self, domain: &TokenStream, types: &[String], conditions: &[TokenTree]) -> TokenStream {
        let mut out = stream(conditions);
        if conditions.last().is_some_and(|last| last.to_string() != ",") {
            let nb = self.nb.at(place_of(conditions));
            out.extend(quote_spanned!(nb.span=> ,));
        }
        let (generic, others) = std::mem::take(&mut self.classes).into_iter().partition(|class| mentions(class, types));
        self.classes = others;
        let generic: Vec<Type> = generic;
        for class in generic {
            let nb = self.nb.at(place_of(&class));
            out.extend(quote_spanned!(nb.span=> #(#class)*: #nb::__private::OfFamily<#domain>,));
        }
        out
    }
}

/// The names of the parameters in `<T: Bounds, U>`.
fn names(generics: &[TokenTree]) -> Vec<String> {
    let list = generics.get(1..generics.len().saturating_sub(1)).unwrap_or_default();
    let name = |one: &[TokenTree]| ident_at(one, usize::from(is_ident(one, 0, "const"))).map(ToString::to_string);
    split_types(list).into_iter().filter_map(name).collect()
}

/// Whether one of these names is among the tokens.
pub(crate) fn mentions(toks: &[TokenTree], names: &[String]) -> bool {
    toks.iter().any(|tok| match tok {
        TokenTree::Group(group) => mentions(&tokens(group.stream()), names),
        tok => names.contains(&tok.to_string()),
    })
}
