//! Counting arguments and their names while a macro is expanded.
//!
//! The library asserts over the types of a function and its annotations, in generic functions. `cargo check` does not get there, and
//! what such an assertion says is not underlined in the user's code. What the tokens say already is therefore said here: of a
//! closure everything, and of the path of a function by a `const` item beside the binding.

use crate::args::arg_head;
use crate::body::Rewriter;
use crate::class::template;
use crate::cursor::*;
use crate::errors;
use crate::write::{enclosed, place_of};
use proc_macro2::{Delimiter, Literal, TokenTree};
use quote::quote_spanned;
use std::collections::HashSet;

/// What the annotations of a binding say, in numbers.
struct Annotations {
    names: usize,
    keep_max: usize,
    method: bool,
    /// The first and the last token of what was counted.
    place: Vec<TokenTree>,
}

impl Rewriter {
    /// Checks what may stand once in a binding, and a `keep_alive` of an argument by itself.
    pub(crate) fn check_repeated(&mut self, parts: &[&[TokenTree]]) {
        let mut seen = HashSet::new();
        for part in parts {
            let Some(name) = namespaced(part, 0) else { continue };
            let word = part[name].to_string();
            if let Some(message) = errors::repeated(&word)
                && !seen.insert(word)
            {
                self.errors.push(&part[name..], message);
            }
            if is_ident(part, name, "keep_alive")
                && let Some((indices, _)) = template(part, name)
                && let [nurse, patient] = indices.as_slice()
                && text(nurse) == text(patient)
            {
                self.errors.push(&part[name..], errors::KEEP_ALIVE_ITSELF);
            }
        }
    }

    /// Checks the annotations of a constructor with so many arguments.
    pub(crate) fn check_count(&mut self, arguments: usize, implicit: usize, parts: &[&[TokenTree]]) {
        let Some(found) = annotations(parts) else { return };
        if found.names > 0 && found.names + implicit != arguments {
            self.errors.push(&found.place, errors::count_of_names(arguments - implicit, found.names));
        }
        if found.keep_max > arguments {
            self.errors.push(&found.place, errors::keep_alive_range(arguments));
        }
    }

    /// Checks the annotations of a function, of which the first `implicit` arguments have none. Gives the extras, with
    /// the check of a path in front.
    pub(crate) fn counted(
        &mut self,
        function: &[TokenTree],
        implicit: usize,
        parts: &[&[TokenTree]],
        extras: TokenTree,
        raise: bool,
    ) -> TokenTree {
        let Some(found) = annotations(parts) else { return extras };
        let implicit = if implicit == 0 && found.method { 1 } else { implicit };
        let function = peel(function);
        if let Some(parameters) = closure_parameters(&function) {
            if parameters.len() >= implicit {
                self.check_count(parameters.len(), implicit, parts);
            }
            return extras;
        }
        let path = peel(function.get(1..).unwrap_or_default());
        let named = is_punct(&function, 0, '&') && path_at(&path, 0).is_some_and(|extent| extent.end == path.len());
        if !named || raise || self.generic || !self.is_item(&path) {
            return extras;
        }
        let place = place_of(&found.place);
        let Some((path, _)) = crate::link::pointed_path(&self.nb, &function) else { return extras };
        let nb = self.nb.at(place);
        let numbers = [implicit, found.names, found.keep_max].map(|number| {
            let mut number = Literal::usize_unsuffixed(number);
            number.set_span(nb.span);
            number
        });
        let block = quote_spanned!(nb.span=>
            const _: () = #nb::__private::early(#nb::__private::arity(&#(#path)*), #(#numbers),*);
            #extras
        );
        enclosed(Delimiter::Brace, block, nb.span)
    }

    /// Checks the places of `nb::args` and `nb::kwargs` among the parameters of a closure.
    pub(crate) fn check_rest(&mut self, function: &[TokenTree]) {
        let function = peel(function);
        let Some(parameters) = closure_parameters(&function) else { return };
        let places = |word: &str| -> Vec<usize> {
            let is = |one: &[TokenTree]| {
                let ty = single_colon(one).map(|colon| &one[colon + 1..]).unwrap_or_default();
                namespaced(ty, 0).is_some_and(|name| is_ident(ty, name, word) && name + 1 == ty.len())
            };
            (0..parameters.len()).filter(|&at| is(parameters[at])).collect()
        };
        let (args, kwargs) = (places("args"), places("kwargs"));
        let wrong = match (args.as_slice(), kwargs.as_slice()) {
            ([_, second, ..], _) | (_, [_, second, ..]) => Some((*second, errors::REST_TWICE)),
            ([args], [kwargs]) if args > kwargs => Some((*kwargs, errors::REST_ORDER)),
            (_, [kwargs]) if kwargs + 1 < parameters.len() => Some((*kwargs, errors::KWARGS_LAST)),
            _ => None,
        };
        if let Some((at, message)) = wrong {
            self.errors.push(parameters[at], message);
        }
    }

    /// Whether a path names an item, which a `const` can name too, and no variable.
    fn is_item(&self, path: &[TokenTree]) -> bool {
        let first = path.first().map(ToString::to_string).unwrap_or_default();
        first != "Self" && (path.len() > 1 || !self.locals.contains(&first))
    }
}

/// The numbers, unless there are none, or what is there may be anything.
fn annotations(parts: &[&[TokenTree]]) -> Option<Annotations> {
    let mut found = Annotations { names: 0, keep_max: 0, method: false, place: Vec::new() };
    for part in parts {
        let mut first = 0;
        if arg_head(part).is_some() {
            found.names += 1;
        } else if let Some(name) = namespaced(part, 0) {
            found.method |= is_ident(part, name, "is_method");
            if !is_ident(part, name, "keep_alive") {
                continue;
            }
            first = name;
            let (indices, _) = template(part, name)?;
            for index in indices {
                found.keep_max = found.keep_max.max(text(index).parse().ok()?);
            }
        } else if matches!(part, [TokenTree::Literal(_)]) {
            continue;
        } else {
            return None;
        }
        found.place.extend([part.get(first)?.clone(), part.last()?.clone()]);
    }
    (found.names > 0 || found.keep_max > 0).then_some(found)
}

/// The parameters of a closure.
fn closure_parameters(toks: &[TokenTree]) -> Option<Vec<&[TokenTree]>> {
    let open = usize::from(is_ident(toks, 0, "move"));
    closure_body(toks, open)?;
    let close = (open + 1..toks.len()).find(|&at| is_punct(toks, at, '|'))?;
    Some(split_types(&toks[open + 1..close]))
}

/// The names that may be variables: what stands in patterns, and what another macro is given.
pub(crate) fn locals(toks: &[TokenTree], out: &mut HashSet<String>) {
    let mut i = 0;
    while i < toks.len() {
        let pattern_end = if is_ident(toks, i, "let") {
            (i..toks.len()).find(|&at| is_assign(toks, at) || is_punct(toks, at, ';'))
        } else if is_ident(toks, i, "for") {
            (i..toks.len()).find(|&at| is_ident(toks, at, "in"))
        } else if let Some(body) = closure_body(toks, i) {
            Some(body)
        } else if is_punct(toks, i, '!') && matches!(toks.get(i + 1), Some(TokenTree::Group(_))) {
            Some(i + 2)
        } else {
            None
        };
        if let Some(end) = pattern_end {
            words(&toks[i..end], out);
        }
        if is_fat_arrow(toks, i) {
            let start = toks[..i].iter().rposition(|tok| tok.to_string() == ",").map_or(0, |comma| comma + 1);
            words(&toks[start..i], out);
        }
        if let TokenTree::Group(group) = &toks[i] {
            locals(&tokens(group.stream()), out);
        }
        i += 1;
    }
}

/// All identifiers.
fn words(toks: &[TokenTree], out: &mut HashSet<String>) {
    for tok in toks {
        match tok {
            TokenTree::Ident(word) => _ = out.insert(word.to_string()),
            TokenTree::Group(group) => words(&tokens(group.stream()), out),
            _ => {}
        }
    }
}
