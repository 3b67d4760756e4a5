//! `nb_class!`, `nb_fn!` and `nb_bind!`: bindings at item level that register themselves.

use crate::body::{Ctx, Mode, Rewriter, Type};
use crate::cursor::*;
use crate::errors;
use crate::link::is_string;
use crate::quote::place_of;
use proc_macro::{Delimiter, Group, Span, TokenStream, TokenTree};

/// Expands `nb_class!`.
pub(crate) fn class(nb: Tokens, input: &[TokenTree]) -> TokenStream {
    let mut rewriter = Rewriter::new(nb);
    let new = domain(&mut rewriter, input).map(|(domain, rest)| {
        let new = class_items(&mut rewriter, &domain, rest);
        // The type is a class even when its chain has a mistake; saying otherwise would only add noise.
        let mut out = rewriter.class_impls(&domain);
        out.extend(new.filter(|_| rewriter.errors.is_empty()).unwrap_or_default());
        out
    });
    finish(&rewriter, new)
}

/// Expands `nb_fn!`.
pub(crate) fn function(nb: Tokens, input: &[TokenTree]) -> TokenStream {
    let mut rewriter = Rewriter::new(nb);
    let new = domain(&mut rewriter, input).and_then(|(domain, rest)| {
        let args = split_args(rest);
        let Some(name) = args.first().copied().filter(|name| args.len() > 1 && is_name(name)) else {
            rewriter.errors.push(rest, errors::FUNCTION_FORM);
            return None;
        };
        let place = place_of(name);
        let args = rewriter.nb.parens(rest.to_vec(), place);
        let call = rewriter.nb.quote(place, ".def _0", &[&[args]]);
        let chain = rewriter.expr(&call, false);
        let run = rewriter.nb.quote(place, "__nb_m _0;", &[&chain]);
        let name = rewriter.expr(name, false);
        Some(register(&rewriter, place, "function::<_0>", &[&domain], &name, &run, &[]))
    });
    finish(&rewriter, new)
}

/// Expands `nb_bind!`.
pub(crate) fn bind(nb: Tokens, input: &[TokenTree]) -> TokenStream {
    let mut rewriter = Rewriter::new(nb);
    let new = domain(&mut rewriter, input).and_then(|(domain, rest)| {
        let [TokenTree::Punct(open), TokenTree::Ident(variable), TokenTree::Punct(close), TokenTree::Group(block)] =
            rest
        else {
            rewriter.errors.push(rest, errors::BIND_FORM);
            return None;
        };
        if (open.as_char(), close.as_char()) != ('|', '|') || block.delimiter() != Delimiter::Brace {
            rewriter.errors.push(rest, errors::BIND_FORM);
            return None;
        }
        rewriter.bind_module(variable);
        let body = rewriter.body(block);
        let mut out = rewriter.class_impls(&domain);
        if rewriter.errors.is_empty() {
            let place = variable.span();
            out.extend(rewriter.nb.quote(
                place,
                "const _: () = {
                    fn __nb_run(#[allow(unused_variables)] _1: &NB::module_<_0>) -> NB::Result<()> _2
                    NB::__register! { NB::__private::Entry::block::<_0>(
                        \"block\", ::core::module_path!(), ::core::file!(), ::core::line!(), ::core::column!(), __nb_run) }
                };",
                &[&domain, &[variable.clone().into()], &[body]],
            ));
        }
        Some(out)
    });
    finish(&rewriter, new)
}

/// The class's declaration and, if nothing is wrong, its registration.
fn class_items(rewriter: &mut Rewriter, domain: &[TokenTree], toks: &[TokenTree]) -> Option<Tokens> {
    let header = split_types(toks);
    let declared = header.first().copied().unwrap_or_default();
    let (class, base) = match single_colon(declared) {
        Some(at) => (&declared[..at], Some(&declared[at + 1..])),
        None => (declared, None),
    };
    if class.is_empty() || base.is_some_and(<[_]>::is_empty) || is_string(class) {
        rewriter.errors.push(toks, errors::CLASS_FORM);
        return None;
    }
    let class: Type = class.into();
    rewriter.declare_class(&class);
    let mut args = split_args(toks.get(declared.len() + 1..).unwrap_or_default());
    let Some(name) = args.first().copied().filter(|name| is_name(name)) else {
        rewriter.errors.push(args.first().copied().unwrap_or(declared), errors::CLASS_NAME);
        return None;
    };
    let block = args.last().copied().and_then(braces).cloned();
    if block.is_some() {
        args.pop();
    }
    if let Some(early) = args.iter().find(|arg| braces(arg).is_some()) {
        rewriter.errors.push(early, errors::CLASS_BLOCK_LAST);
        return None;
    }
    let place = place_of(&class);
    let bases = base.map(split_plus).unwrap_or_default();
    let first = rewriter.bases(&bases, place);
    let extras = rewriter.extras(&args[1..], first, place, false);
    let name = rewriter.expr(name, false);
    let chain = block.map(|block| chain(rewriter, &block, &class)).unwrap_or_default();
    let run = rewriter.nb.quote(place, "__nb_m.class_::<_0>(_1, _2) _3;", &[&class, &name, &[extras], &chain]);
    let base = rewriter.base_key(&bases, place);
    Some(register(rewriter, place, "class::<_0, _1>", &[domain, &class], &name, &run, &base))
}

/// The links in the block of `nb_class!`.
fn chain(rewriter: &mut Rewriter, block: &Group, class: &Type) -> Tokens {
    let toks = tokens(block.stream());
    let toks = match toks.split_last() {
        Some((TokenTree::Punct(p), rest)) if p.as_char() == ';' => rest,
        _ => &toks,
    };
    let wrong = if !toks.is_empty() && !is_punct(toks, 0, '.') {
        Some(&toks[..1])
    } else {
        (0..toks.len()).find(|&i| is_punct(toks, i, ';')).map(|i| &toks[i..=i])
    };
    if let Some(wrong) = wrong {
        rewriter.errors.push(wrong, errors::CLASS_BLOCK);
        return Vec::new();
    }
    rewriter.walk(toks, Ctx { mode: Mode::Expr, raise: false }, Some(class.clone()))
}

/// One entry in the table of registrations. `constructor` is `Entry`'s, with `parts` for its types, and `more` follows the call.
fn register(
    rewriter: &Rewriter,
    place: Span,
    constructor: &str,
    parts: &[&[TokenTree]],
    name: &[TokenTree],
    run: &[TokenTree],
    more: &[TokenTree],
) -> Tokens {
    let nb = &rewriter.nb;
    let entry = nb.quote(place, &format!("NB::__private::Entry::{constructor}"), parts);
    nb.quote(
        place,
        "const _: () = {
            fn __nb_run(__nb_m: &NB::module_<_0>) -> NB::Result<()> { _1 ::core::result::Result::Ok(()) }
            NB::__register! { _2(
                _3, ::core::module_path!(), ::core::file!(), ::core::line!(), ::core::column!(), __nb_run) _4 }
        };",
        &[parts[0], run, &entry, name, more],
    )
}

/// The domain type that an item belongs to, from `in path;` or the crate's root, and the tokens after it.
fn domain<'t>(rewriter: &mut Rewriter, toks: &'t [TokenTree]) -> Option<(Tokens, &'t [TokenTree])> {
    if !is_ident(toks, 0, "in") {
        let place = place_of(toks);
        rewriter.domain = rewriter.nb.quote(place, "crate::NbDomain", &[]);
        return Some((rewriter.domain.clone(), toks));
    }
    let end = path_at(toks, 1).map(|path| path.end).filter(|&end| is_punct(toks, end, ';'));
    let Some(end) = end else {
        rewriter.errors.push(&toks[..1], errors::DOMAIN_FORM);
        return None;
    };
    let path = &toks[1..end];
    rewriter.domain = rewriter.nb.quote(place_of(path), "_0::NbDomain", &[path]);
    Some((rewriter.domain.clone(), &toks[end + 1..]))
}

fn finish(rewriter: &Rewriter, new: Option<Tokens>) -> TokenStream {
    let mut out = rewriter.errors.to_tokens();
    out.extend(new.unwrap_or_default());
    out
}

/// The group, if the tokens are one pair of braces.
fn braces(toks: &[TokenTree]) -> Option<&Group> {
    match toks {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    }
}

/// Whether the tokens can be a Python name in a constant: a string literal or a macro call that makes one.
fn is_name(toks: &[TokenTree]) -> bool {
    is_string(toks) || (toks.len() > 2 && is_punct(toks, toks.len() - 2, '!'))
}

/// The first `:` that is not half of a `::`, outside `<..>`.
fn single_colon(toks: &[TokenTree]) -> Option<usize> {
    let mut i = 0;
    while i < toks.len() {
        if is_path_sep(toks, i) {
            i += 2;
        } else if is_punct(toks, i, ':') {
            return Some(i);
        } else {
            i = template_end(toks, i).unwrap_or(i + 1);
        }
    }
    None
}

/// The types in `Base + Trampoline`.
fn split_plus(toks: &[TokenTree]) -> Vec<&[TokenTree]> {
    let mut parts = Vec::new();
    let (mut start, mut i) = (0, 0);
    while i < toks.len() {
        if is_punct(toks, i, '+') {
            parts.push(&toks[start..i]);
            start = i + 1;
        }
        i = template_end(toks, i).unwrap_or(i + 1);
    }
    parts.push(&toks[start..]);
    parts
}
