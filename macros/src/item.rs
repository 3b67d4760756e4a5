//! `nb_class!`, `nb_enum!`, `nb_fn!` and `nb_bind!`: bindings at item level that register themselves.

use crate::body::{Ctx, Mode, Rewriter, Type};
use crate::cursor::*;
use crate::errors;
use crate::link::is_string;
use crate::write::{place_of, stream};
use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// Expands `nb_class!`.
pub(crate) fn class(nb: TokenStream, input: &[TokenTree]) -> TokenStream {
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

/// Expands `nb_enum!`.
pub(crate) fn enumeration(nb: TokenStream, input: &[TokenTree]) -> TokenStream {
    let mut rewriter = Rewriter::new(nb);
    let new = domain(&mut rewriter, input).map(|(domain, rest)| {
        let new = enum_items(&mut rewriter, &domain, rest);
        let mut out = rewriter.class_impls(&domain);
        out.extend(new.filter(|_| rewriter.errors.is_empty()).unwrap_or_default());
        out
    });
    finish(&rewriter, new)
}

/// Expands `nb_fn!`.
pub(crate) fn function(nb: TokenStream, input: &[TokenTree]) -> TokenStream {
    let mut rewriter = Rewriter::new(nb);
    let new = domain(&mut rewriter, input).and_then(|(domain, rest)| {
        let args = split_args(rest);
        let Some(name) = args.first().copied().filter(|name| args.len() > 1 && is_name(name)) else {
            rewriter.errors.push(rest, errors::FUNCTION_FORM);
            return None;
        };
        let place = place_of(name);
        let args = rewriter.nb.parens(stream(rest), place);
        let module = rewriter.nb.ident("__nb_m", place);
        rewriter.bind_module(&module);
        let nb = rewriter.nb.at(place);
        let call: Tokens = quote_spanned!(nb.span=> #module.def #args).into_iter().collect();
        let chain = rewriter.expr(&call, false);
        let name = rewriter.expr(name, false);
        let nb = rewriter.nb.at(place);
        let run = quote_spanned!(nb.span=> #chain;);
        let entry = quote_spanned!(nb.span=> #nb::__private::Entry::function::<#domain>);
        Some(register(&rewriter, place, &domain, &entry, &name, &run, &TokenStream::new()))
    });
    finish(&rewriter, new)
}

/// Expands `nb_bind!`.
pub(crate) fn bind(nb: TokenStream, input: &[TokenTree]) -> TokenStream {
    let mut rewriter = Rewriter::new(nb);
    let new = domain(&mut rewriter, input).and_then(|(domain, rest)| {
        if !is_punct(rest, 0, '|') {
            return rewriter.template(&domain, rest);
        }
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
            let nb = rewriter.nb.at(variable.span());
            out.extend(quote_spanned!(nb.span=> const _: () = {
                fn __nb_run(#[allow(unused_variables)] #variable: &#nb::module_<#domain>) -> #nb::Result<()> #body
                #nb::__register! { #nb::__private::Entry::block::<#domain>(
                    "block", ::core::module_path!(), ::core::file!(), ::core::line!(), ::core::column!(), __nb_run) }
            };));
        }
        Some(out)
    });
    finish(&rewriter, new)
}

/// The class's declaration and, if nothing is wrong, its registration.
fn class_items(rewriter: &mut Rewriter, domain: &TokenStream, toks: &[TokenTree]) -> Option<TokenStream> {
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
    rewriter.relate(&class, &bases);
    let first = rewriter.bases(&class, &bases, place);
    let extras = rewriter.extras(&args[1..], first, place, false);
    let name = rewriter.expr(name, false);
    let chain = block.map(|block| chain(rewriter, &block, &class, errors::CLASS_BLOCK)).unwrap_or_default();
    let base = rewriter.base_key(&bases, place);
    let (nb, class) = (rewriter.nb.at(place), stream(&class));
    let run = quote_spanned!(nb.span=> __nb_m.class_::<#class>(#name, #extras) #chain;);
    let entry = quote_spanned!(nb.span=> #nb::__private::Entry::class::<#domain, #class>);
    Some(register(rewriter, place, domain, &entry, &name, &run, &base))
}

/// The enumeration's registration.
fn enum_items(rewriter: &mut Rewriter, domain: &TokenStream, toks: &[TokenTree]) -> Option<TokenStream> {
    let ty = split_types(toks).first().copied().unwrap_or_default();
    let mut args = split_args(toks.get(ty.len() + 1..).unwrap_or_default());
    let name = args.first().copied().filter(|name| is_name(name));
    let Some(name) = name.filter(|_| !ty.is_empty() && !is_string(ty)) else {
        rewriter.errors.push(toks, errors::ENUM_FORM);
        return None;
    };
    let ty: Type = ty.into();
    rewriter.declare_enum(&ty);
    let block = args.last().copied().and_then(|arg| lone(arg, Delimiter::Brace)).cloned();
    if block.is_some() {
        args.pop();
    }
    let list = args.last().copied().and_then(|arg| lone(arg, Delimiter::Bracket)).cloned();
    if list.is_some() {
        args.pop();
    }
    if block.is_none() && list.is_none() {
        rewriter.errors.push(toks, errors::ENUM_FORM);
        return None;
    }
    let place = place_of(&ty);
    let is_flag = args.iter().any(|arg| arg.iter().any(|tok| tok.to_string() == "is_flag"));
    rewriter.check_styles(&args[1..]);
    let extras = rewriter.extras(&args[1..], TokenStream::new(), place, false);
    let name = rewriter.expr(name, false);
    let (mut links, complete) = list.map(|list| variants(rewriter, &list, &ty, is_flag)).unwrap_or_default();
    links.extend(block.map(|block| chain(rewriter, &block, &ty, errors::ENUM_BLOCK)).unwrap_or_default());
    let nb = rewriter.nb.at(place);
    let run = quote_spanned!(nb.span=> __nb_m.enum_::<#(#ty)*>(#name, #extras) #links;);
    let entry = quote_spanned!(nb.span=> #nb::__private::Entry::enumeration::<#domain>);
    let mut out = register(rewriter, place, domain, &entry, &name, &run, &TokenStream::new());
    out.extend(complete);
    Some(out)
}

/// The members that a list of variants stands for, and the proof that it names them all.
fn variants(rewriter: &mut Rewriter, list: &Group, ty: &Type, is_flag: bool) -> (TokenStream, TokenStream) {
    let toks = tokens(list.stream());
    let (mut links, mut patterns) = (TokenStream::new(), TokenStream::new());
    let ty = stream(ty);
    let mut all = !is_flag;
    let items = split_args(&toks);
    for (at, item) in items.iter().enumerate() {
        let place = place_of(item);
        let variant = match item {
            [TokenTree::Ident(variant)] => Some((variant, None)),
            [TokenTree::Ident(variant), _, text] if is_assign(item, 1) && is_string(&item[2..]) => {
                Some((variant, Some(text)))
            }
            [TokenTree::Punct(first), TokenTree::Punct(second)]
                if at + 1 == items.len() && (first.as_char(), second.as_char()) == ('.', '.') =>
            {
                all = false;
                continue;
            }
            _ => None,
        };
        let Some((variant, spelled)) = variant else {
            rewriter.errors.push(item, errors::ENUM_VARIANT);
            continue;
        };
        let plain = variant.to_string();
        let mut name = Literal::string(plain.strip_prefix("r#").unwrap_or(&plain));
        name.set_span(variant.span());
        let nb = rewriter.nb.at(place);
        links.extend(match spelled {
            None => quote_spanned!(nb.span=> .value(#name, <#ty>::#variant)),
            Some(text) => quote_spanned!(nb.span=> .str_value(#name, <#ty>::#variant, #text)),
        });
        patterns.extend(quote_spanned!(nb.span=> | <#ty>::#variant));
    }
    let nb = rewriter.nb.at(place_of(&toks));
    let complete = quote_spanned!(nb.span=> const _: () = {
        #[allow(unreachable_patterns, dead_code)]
        fn all_variants(value: &#ty) { match *value { #patterns => {} } }
    };);
    (links, if all && !patterns.is_empty() { complete } else { TokenStream::new() })
}

/// The links in the block of `nb_class!` or `nb_enum!`.
fn chain(rewriter: &mut Rewriter, block: &Group, class: &Type, message: &str) -> TokenStream {
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
        rewriter.errors.push(wrong, message);
        return TokenStream::new();
    }
    rewriter.walk(toks, Ctx { mode: Mode::Expr, raise: false }, Some(class.clone()))
}

/// One entry in the table of registrations. `entry` is the constructor, and `more` follows its call.
fn register(
    rewriter: &Rewriter,
    place: Span,
    domain: &TokenStream,
    entry: &TokenStream,
    name: &TokenStream,
    run: &TokenStream,
    more: &TokenStream,
) -> TokenStream {
    let (nb, declared) = (rewriter.nb.at(place), &rewriter.declared);
    quote_spanned!(nb.span=> const _: () = {
        fn __nb_run(__nb_m: &#nb::module_<#domain>) -> #nb::Result<()> {
            #declared
            #run
            ::core::result::Result::Ok(())
        }
        #nb::__register! { #entry(
            #name, ::core::module_path!(), ::core::file!(), ::core::line!(), ::core::column!(), __nb_run) #more }
    };)
}

/// The domain type that an item belongs to, from `in path;` or the crate's root, and the tokens after it.
fn domain<'t>(rewriter: &mut Rewriter, toks: &'t [TokenTree]) -> Option<(TokenStream, &'t [TokenTree])> {
    if !is_ident(toks, 0, "in") {
        let nb = rewriter.nb.at(place_of(toks));
        rewriter.domain = quote_spanned!(nb.span=> crate::NbDomain);
        return Some((rewriter.domain.clone(), toks));
    }
    let end = path_at(toks, 1).map(|path| path.end).filter(|&end| is_punct(toks, end, ';'));
    let Some(end) = end else {
        rewriter.errors.push(&toks[..1], errors::DOMAIN_FORM);
        return None;
    };
    let path = &toks[1..end];
    let nb = rewriter.nb.at(place_of(path));
    rewriter.domain = quote_spanned!(nb.span=> #(#path)*::NbDomain);
    Some((rewriter.domain.clone(), &toks[end + 1..]))
}

fn finish(rewriter: &Rewriter, new: Option<TokenStream>) -> TokenStream {
    let mut out = rewriter.errors.to_tokens();
    out.extend(new.unwrap_or_default());
    out
}

/// The group, if the tokens are one pair of braces.
fn braces(toks: &[TokenTree]) -> Option<&Group> {
    lone(toks, Delimiter::Brace)
}

/// The group, if the tokens are one pair of these brackets.
fn lone(toks: &[TokenTree], delimiter: Delimiter) -> Option<&Group> {
    match toks {
        [TokenTree::Group(group)] if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// Whether the tokens can be a Python name in a constant: a string literal or a macro call that makes one.
fn is_name(toks: &[TokenTree]) -> bool {
    is_string(toks) || (toks.len() > 2 && is_punct(toks, toks.len() - 2, '!'))
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
