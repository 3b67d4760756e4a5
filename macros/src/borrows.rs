//! Closures whose result is a borrow of an argument.
//!
//! `|d: &Dog| -> &str { &d.name }` is an error in Rust, which gives the result of a closure a lifetime of its own. A closure
//! that is bound is wrapped in a function of the library (its `shapes`) that expects what a `fn` with these types would be.

use crate::body::Rewriter;
use crate::cursor::*;
use crate::write::{self, enclosed, place_of, regroup, stream};
use proc_macro2::{Delimiter, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote, quote_spanned};

/// More arguments than that no function can have.
const MOST: usize = 12;

/// Traits and types whose argument list has lifetimes of its own.
const FUNCTION_TYPES: &[&str] = &["Fn", "FnMut", "FnOnce", "fn"];

/// What the result of a bound closure may borrow from, where its type alone does not say so.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Lender {
    /// The first argument, which is the instance or the slot of one.
    Instance,
    /// Any argument.
    Any,
    /// None: under this policy the result has to live for ever.
    Nobody,
}

impl Lender {
    /// For the functions of `.method(..)`, called with these arguments.
    pub(crate) fn of(method: &str, on_module: bool, args: &[&[TokenTree]]) -> Lender {
        let reference = |toks: &&[TokenTree]| {
            (0..toks.len()).any(|at| is_ident(toks, at, "rv_policy") && is_ident(toks, at + 3, "reference"))
        };
        if args.iter().any(reference) || (method.starts_with("def_prop") && method.ends_with("_static")) {
            Lender::Nobody
        } else if on_module || method == "def_static" {
            Lender::Any
        } else {
            Lender::Instance
        }
    }
}

/// One argument of a closure.
pub(crate) struct Parameter<'t> {
    /// The name, unless the pattern is another.
    pub(crate) name: Option<&'t Ident>,
    pub(crate) ty: &'t [TokenTree],
}

/// What a closure's result is.
enum Outcome<'t> {
    /// The type is written out, and refers to something.
    Written(&'t [TokenTree]),
    /// The parameter with this index, or a reference into it.
    Into { parameter: usize, whole: bool, exclusive: bool },
}

impl Rewriter {
    /// An argument that is a function, rewritten; a closure is wrapped if its result is a borrow of an argument.
    pub(crate) fn closure(&mut self, toks: &[TokenTree], lender: Lender, raise: bool) -> TokenStream {
        let closure: Tokens = self.expr(toks, raise).into_iter().collect();
        // What the types say was rewritten with the rest: `nb::typed<..>` in the list of arguments.
        let open = usize::from(is_ident(&closure, 0, "move"));
        let closure = self.reads(closure, open);
        let closure = self.array_of_arguments(closure, open);
        let body = closure_body(&closure, open).filter(|_| lender != Lender::Nobody);
        let Some((shape, view)) = body.and_then(|body| self.shape(&closure, open, body, lender)) else {
            return stream(&closure);
        };
        let (first, last) = (place_of(&closure), closure.last().map_or_else(Span::call_site, TokenTree::span));
        let closure = if view { self.view(&closure) } else { stream(&closure) };
        // The compiler underlines from the first to the last.
        let shape = enclosed(Delimiter::Parenthesis, shape, first);
        let argument = enclosed(Delimiter::Parenthesis, closure, last);
        quote!(#shape #argument)
    }

    /// The closure with the borrow that it ends with as what Python is given: a text as `&str`, a vector as `&[T]`.
    fn view(&self, closure: &[TokenTree]) -> TokenStream {
        let (last, before) = closure.split_last().expect("a closure has a body");
        if let TokenTree::Group(group) = last
            && group.delimiter() == Delimiter::Brace
            && !operand_before(closure, closure.len() - 1)
        {
            let inner = regroup(group, self.view(&tokens(group.stream())));
            return quote!(#(#before)* #inner);
        }
        let start = closure.iter().rposition(|tok| matches!(tok, TokenTree::Punct(p) if p.as_char() == '&'));
        let (before, borrow) = closure.split_at(start.expect("it was found to end with a borrow"));
        let nb = self.nb.at(place_of(borrow));
        quote_spanned!(nb.span=> #(#before)* #nb::__private::view_of(#(#borrow)*).view())
    }

    /// The function that expects this closure, with its type arguments, and whether the closure ends with a `&` whose type
    /// is not written.
    fn shape(&self, toks: &[TokenTree], open: usize, body: usize, lender: Lender) -> Option<(TokenStream, bool)> {
        let close = (open + 1..body).find(|&at| is_punct(toks, at, '|'))?;
        let parameters: Vec<Parameter> =
            split_types(&toks[open + 1..close]).into_iter().map(parameter).collect::<Option<_>>()?;
        if !(1..=MOST).contains(&parameters.len()) {
            return None;
        }
        let lending: Vec<usize> = (0..parameters.len()).filter(|&n| refers(parameters[n].ty)).collect();
        let outcome = if close + 1 < body {
            Some(&toks[close + 3..body]).filter(|ty| refers(ty)).map(Outcome::Written)
        } else {
            tail(&toks[body..]).and_then(|tail| into_parameter(tail, &toks[body..], &parameters))
        }?;
        // As in a `fn`: the only argument that is a borrow, or the instance. Where a `fn` would have to name one of
        // several, the result may be a borrow of any of them.
        let source = match outcome {
            Outcome::Into { parameter, .. } => Some(parameter),
            Outcome::Written(_) if lender == Lender::Instance && lending.first() == Some(&0) => Some(0),
            Outcome::Written(_) => None,
        };
        if lending.is_empty() {
            return None;
        }
        let place = toks[open].span();
        let count = parameters.len();
        let nb = self.nb.at(place);
        let mut list = TokenStream::new();
        for (n, parameter) in parameters.iter().enumerate() {
            let lifetime = if source.is_none_or(|source| source == n) { "r" } else { "s" };
            let ty = with_lifetime(parameter.ty, lifetime, place);
            let name = self.nb.ident(&format!("A{}", n + 1), place);
            list.extend(quote_spanned!(nb.span=> #name = #ty,));
        }
        let (out, view) = match outcome {
            Outcome::Written(ty) => (with_lifetime(ty, "r", place), false),
            Outcome::Into { exclusive: true, .. } => (quote_spanned!(nb.span=> &'r mut _), false),
            Outcome::Into { whole, .. } => (quote_spanned!(nb.span=> &'r _), !whole),
        };
        let (shaped, shape) =
            (self.nb.ident(&format!("shaped{count}"), place), self.nb.ident(&format!("Shape{count}"), place));
        let shape = quote_spanned!(nb.span=>
            #nb::__private::#shaped::<dyn for<'r, 's> #nb::__private::#shape<'r, 's, #list Out = #out>, _>
        );
        Some((shape, view))
    }
}

/// An argument of a closure with its type; `None` if that is not written.
pub(crate) fn parameter(toks: &[TokenTree]) -> Option<Parameter<'_>> {
    let colon = (0..toks.len())
        .find(|&at| is_punct(toks, at, ':') && !is_path_sep(toks, at) && !(at > 0 && is_path_sep(toks, at - 1)))?;
    let name = match &toks[..colon] {
        [TokenTree::Ident(name)] => Some(name),
        [TokenTree::Ident(word), TokenTree::Ident(name)] if *word == "mut" => Some(name),
        _ => None,
    };
    Some(Parameter { name, ty: &toks[colon + 1..] })
}

/// Whether a type has a lifetime that is left out, as in `&T` or `Slot<'_, T>`.
fn refers(ty: &[TokenTree]) -> bool {
    let functions = (0..ty.len()).find(|&at| begins_function(ty, at)).unwrap_or(ty.len());
    (0..functions).any(|at| match &ty[at] {
        TokenTree::Group(group) => refers(&tokens(group.stream())),
        _ => leaves_out(ty, at),
    })
}

/// Whether a lifetime is left out at `at`: behind a `&`, for a `'_`, or in the list of `nb::Slot<T>`.
fn leaves_out(ty: &[TokenTree], at: usize) -> bool {
    match punct_at(ty, at).map(Punct::as_char) {
        Some('&') => !is_punct(ty, at + 1, '\''),
        Some('\'') => is_ident(ty, at + 1, "_"),
        Some('<') => in_slot(ty, at) && !is_punct(ty, at + 1, '\''),
        _ => false,
    }
}

/// Whether the list that begins at `at` is that of the library's types that borrow an argument.
fn in_slot(ty: &[TokenTree], at: usize) -> bool {
    // `nb::Slot<`, or `nb::Slot::<`.
    let name = if at >= 3 && is_path_sep(ty, at - 2) { at - 3 } else { at.wrapping_sub(1) };
    let known = ["Slot", "Ready", "ndarray_ref"].iter().any(|known| is_ident(ty, name, known));
    name >= 3 && known && namespaced(ty, name - 3) == Some(name)
}

/// Whether a function type stands at `at`: its own lifetimes are nobody else's, nor is what follows looked at.
fn begins_function(ty: &[TokenTree], at: usize) -> bool {
    ident_at(ty, at).is_some_and(|word| FUNCTION_TYPES.contains(&word.to_string().as_str()))
        && group_at(ty, at + 1, Delimiter::Parenthesis).is_some()
}

/// The type with a name for each lifetime that is left out.
fn with_lifetime(ty: &[TokenTree], name: &str, place: Span) -> TokenStream {
    let mut out = TokenStream::new();
    let mut at = 0;
    let span = write::at(place);
    let lifetime = || {
        let mut tick = Punct::new('\'', Spacing::Joint);
        tick.set_span(span);
        [TokenTree::Punct(tick), TokenTree::Ident(Ident::new(name, span))]
    };
    while at < ty.len() {
        if begins_function(ty, at) {
            out.append_all(&ty[at..]);
            break;
        }
        match &ty[at] {
            TokenTree::Punct(p) if leaves_out(ty, at) => {
                match p.as_char() {
                    '\'' => at += 1,
                    _ => out.append(ty[at].clone()),
                }
                out.append_all(lifetime());
                if p.as_char() == '<' {
                    out.extend(quote!(,));
                }
            }
            TokenTree::Group(group) => {
                out.append(regroup(group, with_lifetime(&tokens(group.stream()), name, place)));
            }
            other => out.append(other.clone()),
        }
        at += 1;
    }
    out
}

/// The expression that a closure's body ends with.
pub(crate) fn tail(body: &[TokenTree]) -> Option<Tokens> {
    let mut toks = body.to_vec();
    while let [TokenTree::Group(group)] = toks.as_slice() {
        if group.delimiter() != Delimiter::Brace {
            break;
        }
        let inner = tokens(group.stream());
        // A statement without a semicolon ends with braces; no place does.
        let start = inner.iter().rposition(|tok| {
            matches!(tok, TokenTree::Punct(p) if p.as_char() == ';')
                || matches!(tok, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace)
        });
        toks = match start {
            Some(last) if last + 1 < inner.len() => inner[last + 1..].to_vec(),
            Some(_) if inner.len() > 1 => return None,
            _ => inner,
        };
    }
    (!toks.is_empty()).then_some(toks)
}

/// If the expression is a parameter that is a reference, or refers into one: `d`, `&d.name`, `&mut d.legs[i]`.
fn into_parameter<'t>(toks: Tokens, body: &[TokenTree], parameters: &[Parameter]) -> Option<Outcome<'t>> {
    let borrows = is_punct(&toks, 0, '&');
    let marked = usize::from(borrows && is_ident(&toks, 1, "mut"));
    let start = usize::from(borrows) + marked;
    let name = (start..toks.len()).find(|&at| !(borrows && is_punct(&toks, at, '*')))?;
    let word = ident_at(&toks, name)?.to_string();
    let parameter = parameters.iter().position(|p| p.name.is_some_and(|name| *name == word))?;
    let ty = parameters[parameter].ty;
    if declares(body, &word) {
        // Another variable of that name.
        return None;
    }
    if !is_punct(ty, 0, '&') || is_punct(ty, 1, '\'') {
        return None;
    }
    if !borrows {
        let exclusive = is_ident(ty, 1, "mut");
        return (toks.len() == 1).then_some(Outcome::Into { parameter, whole: true, exclusive });
    }
    let mut at = name + 1;
    while at < toks.len() {
        let member = is_punct(&toks, at, '.') && at + 1 < toks.len();
        let group = matches!(&toks[at], TokenTree::Group(g) if g.delimiter() != Delimiter::Brace);
        at += if member {
            2
        } else if group {
            1
        } else {
            return None;
        };
    }
    Some(Outcome::Into { parameter, whole: false, exclusive: marked == 1 })
}

/// Whether a `let` of the body names this.
pub(crate) fn declares(body: &[TokenTree], word: &str) -> bool {
    let mut pattern = false;
    body.iter().enumerate().any(|(at, tok)| {
        pattern = (pattern || is_ident(body, at, "let")) && !is_assign(body, at) && !is_punct(body, at, ';');
        match tok {
            TokenTree::Ident(name) => pattern && *name == word,
            TokenTree::Group(group) => {
                let inner = tokens(group.stream());
                declares(&inner, word) || (pattern && (0..inner.len()).any(|at| is_ident(&inner, at, word)))
            }
            _ => false,
        }
    })
}
