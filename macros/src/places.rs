//! What C++ writes behind a Python object: `o["key"]`, `o(1, "x"_a = 5)`, and `=` and `+=` behind such a place or `o.attr("x")`.
//!
//! In Rust none of these can be given a meaning for a value that is made on the spot. So they become methods, of a place that
//! `.attr(..)` makes, and of variables that are known to be Python objects, by their type or by what they are made of. For any other
//! name, brackets and parentheses stay Rust's.

use crate::body::{Mode, Rewriter, Seq};
use crate::borrows::{declares, parameter, tail};
use crate::cursor::*;
use crate::write::regroup;
use proc_macro2::{Delimiter, TokenTree};
use quote::{TokenStreamExt, quote_spanned};

/// Wrappers whose values are Python objects of any kind.
const WRAPPERS: &[&str] = &[
    "any",
    "args",
    "bool_",
    "bytearray",
    "bytes",
    "callable",
    "dict",
    "fallback",
    "float_",
    "frozenset",
    "handle",
    "int_",
    "iterable",
    "iterator",
    "kwargs",
    "list",
    "mapping",
    "memoryview",
    "module_object",
    "object",
    "sequence",
    "set",
    "str",
    "str_",
    "tuple",
    "type_object",
];

/// C++'s operators that change in place, and the methods of a place that do so.
const IN_PLACE: &[(&str, &str)] = &[
    ("+", "iadd"),
    ("-", "isub"),
    ("*", "imul"),
    ("/", "idiv"),
    ("%", "irem"),
    ("|", "ibit_or"),
    ("&", "ibit_and"),
    ("^", "ibit_xor"),
    ("<<", "ishl"),
    (">>", "ishr"),
];

/// Whether the type is that of a Python object, or a reference to one.
pub(crate) fn is_object(ty: &[TokenTree]) -> bool {
    let mut start = 0;
    while is_punct(ty, start, '&') || is_ident(ty, start, "mut") {
        start += 1;
    }
    let known = |name: usize| ident_at(ty, name).is_some_and(|name| WRAPPERS.contains(&name.to_string().as_str()));
    namespaced(ty, start).is_some_and(|name| name + 1 == ty.len() && known(name))
}

/// Whether the statement's value at `i` is a Python object and nothing else: `nb::dict()`, `nb::module_::import_("x")?`.
pub(crate) fn makes_object(toks: &[TokenTree], i: usize) -> bool {
    let Some(name) = namespaced(toks, i) else { return false };
    let word = toks[name].to_string();
    let call = match (word.as_str(), is_path_sep(toks, name + 1)) {
        ("module_", true) if is_ident(toks, name + 3, "import_") => name + 4,
        (word, false) if WRAPPERS.contains(&word) => name + 1,
        _ => return false,
    };
    let end = if is_punct(toks, call + 1, '?') { call + 2 } else { call + 1 };
    matches!(toks.get(call), Some(TokenTree::Group(_))) && (end == toks.len() || is_punct(toks, end, ';'))
}

impl Rewriter {
    /// If the name at `s.i` is a variable that is a Python object, with what C++ may write behind one: all of that.
    pub(crate) fn object_variable(&mut self, s: &mut Seq) -> bool {
        let name = s.toks[s.i].to_string();
        let known = self.variable(&name).is_some_and(|variable| variable.object) && !self.rebound.contains(&name);
        let follows = matches!(s.toks.get(s.i + 1), Some(TokenTree::Group(group)) if is_postfix(group.delimiter()));
        if !known || !follows || (s.i > 0 && (is_ident(s.toks, s.i - 1, "fn") || is_punct(s.toks, s.i - 1, '.'))) {
            return false;
        }
        s.copy_to(s.i + 1);
        self.postfix(s);
        true
    }

    /// The calls and items of the Python object that ends at `s.i`. What they end with may be a place.
    pub(crate) fn postfix(&mut self, s: &mut Seq) {
        while let Some(TokenTree::Group(group)) = s.toks.get(s.i) {
            let place = group.span();
            let inner = tokens(group.stream());
            match group.delimiter() {
                Delimiter::Parenthesis => {
                    let arguments = self.call_arguments(&inner, s.raise, true);
                    let nb = self.nb.at(place);
                    s.out.extend(quote_spanned!(nb.span=> .call(#arguments)));
                    s.i += 1;
                    self.raised(s, place);
                    if is_punct(s.toks, s.i, '?') {
                        s.copy_to(s.i + 1);
                    }
                    s.place = None;
                }
                Delimiter::Bracket => {
                    let key = self.expr(&inner, s.raise);
                    let nb = self.nb.at(place);
                    s.out.extend(quote_spanned!(nb.span=> .item));
                    s.out.append(self.nb.parens(key, place));
                    s.i += 1;
                    s.place = Some(s.i);
                }
                _ => return,
            }
        }
    }

    /// `place = value` and `place += value`, if one of these stands at `s.i`, behind a place.
    pub(crate) fn assigns(&mut self, s: &mut Seq) -> bool {
        if s.place != Some(s.i) {
            return false;
        }
        let (method, start) = match in_place(s.toks, s.i) {
            Some(found) => found,
            None if is_assign(s.toks, s.i) => ("set", s.i + 1),
            None => return false,
        };
        let place = s.toks[s.i].span();
        let mut end = start;
        while end < s.toks.len() && !is_punct(s.toks, end, ';') {
            if s.ctx.mode != Mode::Block && is_punct(s.toks, end, ',') {
                break;
            }
            let template = (is_path_sep(s.toks, end)).then(|| template_end(s.toks, end + 2)).flatten();
            end = template.unwrap_or(end + 1);
        }
        let value = self.expr(&s.toks[start..end], s.raise);
        let nb = self.nb.at(place);
        let method = self.nb.ident(method, place);
        s.out.extend(quote_spanned!(nb.span=> .#method(#value)));
        self.thrown(s, place);
        s.i = end;
        true
    }
}

impl Rewriter {
    /// A closure, rewritten, whose result is an attribute or item of one of its arguments: it reads that. In C++ an accessor is returned,
    /// which is converted then.
    pub(crate) fn reads(&self, closure: Tokens, open: usize) -> Tokens {
        let Some(body) = closure_body(&closure, open) else { return closure };
        let Some(close) = (open + 1..body).find(|&at| is_punct(&closure, at, '|')) else { return closure };
        // An object is what the result is converted to; any other type says that more is to be done.
        let raises = close + 1 < body;
        let names_object = || {
            namespaced(&closure[..body], close + 3).is_some_and(|name| {
                name + 1 == body && (is_ident(&closure, name, "object") || is_ident(&closure, name, "handle"))
            })
        };
        if raises && !names_object() {
            return closure;
        }
        let ends_with_place = tail(&closure[body..]).is_some_and(|tail| {
            let parameters = split_types(&closure[open + 1..close]).into_iter().filter_map(parameter);
            let mut objects = parameters.filter(|parameter| is_object(parameter.ty));
            ident_at(&tail, 0).is_some_and(|word| {
                objects.any(|one| one.name.is_some_and(|name| name == word))
                    && !declares(&closure[body..], &word.to_string())
                    && is_place(&tail[1..])
            })
        });
        if ends_with_place { self.read(closure, raises) } else { closure }
    }

    /// These tokens with the value of the place that they end with, or what reading it raises.
    fn read(&self, mut toks: Tokens, raises: bool) -> Tokens {
        match toks.pop() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner = self.read(tokens(group.stream()), raises);
                toks.push(regroup(&group, inner.into_iter().collect()));
            }
            Some(last) => {
                let nb = self.nb.at(last.span());
                toks.push(last);
                toks.extend(match raises {
                    true => quote_spanned!(nb.span=> .get().unwrap_or_else(|e| #nb::__private::raise(e))),
                    false => quote_spanned!(nb.span=> .get()),
                });
            }
            None => {}
        }
        toks
    }
}

/// Whether this is what makes a place of an object: `.attr(..)` and `.item(..)`, any number of them.
fn is_place(toks: &[TokenTree]) -> bool {
    let (steps, rest) = toks.as_chunks::<3>();
    let is_step = |step: &[TokenTree; 3]| {
        is_punct(step, 0, '.')
            && (is_ident(step, 1, "attr") || is_ident(step, 1, "item"))
            && matches!(&step[2], TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
    };
    rest.is_empty() && !steps.is_empty() && steps.iter().all(is_step)
}

/// Whether C++ gives these brackets a meaning behind an object.
fn is_postfix(delimiter: Delimiter) -> bool {
    matches!(delimiter, Delimiter::Parenthesis | Delimiter::Bracket)
}

/// If an operator that changes in place stands at `i`, its method and the index after it.
fn in_place(toks: &[TokenTree], i: usize) -> Option<(&'static str, usize)> {
    let equals = (i + 1..=i + 2).find(|&at| is_punct(toks, at, '='))?;
    let joined = (i..equals).all(|at| is_joint(toks, at));
    let written: String = toks[i..equals].iter().map(ToString::to_string).collect();
    let known = IN_PLACE.iter().find(|(operator, _)| *operator == written && joined);
    known.map(|&(_, method)| (method, equals + 1))
}
