//! Operators by expression, `.def(nb::self + nb::self)`, and visitors, `.def(MyOps {}, ..)`.
//!
//! Rust's tokens for operators are those of C++, also `~`, which no Rust expression has. An expression becomes the type
//! that the library's `def_op` takes, with the types of its operands where C++ writes values of them.

use crate::body::{Rewriter, Type};
use crate::cursor::*;
use crate::errors;
use crate::write::{enclosed, place_of, stream};
use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote_spanned};

/// C++'s binary operators and the library's names for them. Longer ones come first.
const BINARY: &[(&str, &str)] = &[
    ("<<", "lshift"),
    (">>", "rshift"),
    ("<=", "le"),
    (">=", "ge"),
    ("==", "eq"),
    ("!=", "ne"),
    ("+", "add"),
    ("-", "sub"),
    ("*", "mul"),
    ("/", "truediv"),
    ("%", "mod_"),
    ("&", "and"),
    ("^", "xor"),
    ("|", "or"),
    ("<", "lt"),
    (">", "gt"),
];

/// Operators that change their left operand.
const IN_PLACE: &[(&str, &str)] = &[
    ("<<=", "ilshift"),
    (">>=", "irshift"),
    ("+=", "iadd"),
    ("-=", "isub"),
    ("*=", "imul"),
    ("/=", "itruediv"),
    ("%=", "imod"),
    ("&=", "iand"),
    ("^=", "ixor"),
    ("|=", "ior"),
];

/// Operators before their operand; those that look at a reference go by their builder's method.
const UNARY: &[(&str, &str)] = &[("-", "neg"), ("~", "invert"), ("+", "pos"), ("!", "bool_")];

/// Functions of one operand.
const FUNCTIONS: &[(&str, &str)] =
    &[("abs", "abs_"), ("hash", "hash"), ("repr", "repr"), ("str", "str"), ("str_", "str")];

/// Methods of the builder's `self_` for operators that take `&T` and nothing else.
const METHODS: &[&str] = &["pos", "bool_", "hash", "repr", "str"];

/// Types that C++ writes as other words.
const CPP_TYPES: &[(&str, &str)] = &[
    ("float", "f32"),
    ("double", "f64"),
    ("int", "i32"),
    ("long", "i64"),
    ("size_t", "usize"),
    ("std::size_t", "usize"),
    ("std::string", "String"),
];

/// What an operator expression says.
enum Expression<'t> {
    Unary(&'static str),
    InPlace(&'static str, &'t [TokenTree]),
    Binary(&'static str, &'t [TokenTree]),
    Reflected(&'static str, &'t [TokenTree]),
}

impl Rewriter {
    /// If `toks` is an expression on `nb::self`, the operator for the builder's `def_op`.
    pub(crate) fn operator(&mut self, toks: &[TokenTree], class: Option<&Type>, raise: bool) -> Option<TokenStream> {
        let toks = peel(toks);
        if !mentions_self(&toks) {
            return None;
        }
        let place = place_of(&toks);
        let Some(expression) = parse(&toks) else {
            self.errors.push(&toks, errors::SELF_OPERATOR);
            return Some(TokenStream::new());
        };
        let operand = match expression {
            Expression::Unary(_) => TokenStream::new(),
            Expression::InPlace(_, other) | Expression::Binary(_, other) | Expression::Reflected(_, other) => {
                self.operand(other, class, raise)
            }
        };
        let nb = self.nb.at(place);
        let ident = |name: &str| self.nb.ident(name, place);
        let chain = |method: &str, kind: &str| {
            let (method, kind) = (ident(method), ident(kind));
            match class.map(|class| stream(class)) {
                Some(class) => quote_spanned!(nb.span=> candidates::<#class, #nb::op::#kind, _>(#operand).#method()),
                None => quote_spanned!(nb.span=> #method::<#nb::op::#kind, _>(#operand)),
            }
        };
        let comparison = |function: &str, kind: &str| {
            let (function, kind) = (ident(function), ident(kind));
            quote_spanned!(nb.span=> #function::<#nb::op::#kind, _>(#operand))
        };
        let call = match expression {
            Expression::Unary(kind) => {
                let op = ident(kind);
                match class.map(|class| stream(class)) {
                    _ if METHODS.contains(&kind) => return Some(quote_spanned!(nb.span=> #nb::self_.#op())),
                    None => {
                        return Some(quote_spanned!(nb.span=> #nb::__private::operators::unary::<#nb::op::#op>()));
                    }
                    Some(class) => quote_spanned!(nb.span=>
                        candidates::<#class, #nb::op::#op, ()>(::core::marker::PhantomData).unary()
                    ),
                }
            }
            Expression::InPlace(kind, _) => chain("in_place", kind),
            Expression::Binary(kind, _) if is_comparison(kind) => comparison("compared", kind),
            Expression::Reflected(kind, _) if is_comparison(kind) => comparison("compared_reflected", kind),
            Expression::Binary(kind, _) => chain("forward", kind),
            Expression::Reflected(kind, _) => chain("reflected", kind),
        };
        // The trait is for operators that there are not on references; see the library's operators/autoref.rs.
        let block = quote_spanned!(nb.span=> {
            #[allow(unused_imports)]
            use #nb::__private::operators::Clones as _;
            #nb::__private::operators::#call
        });
        // A call has a place from its function to its parentheses, which a block does not: the compiler underlines the whole
        // expression. As in errors.rs, the two ends have the user's places unchanged.
        let mut call = quote_spanned!(place=> ::core::convert::identity);
        let end = toks.last().map_or(place, TokenTree::span);
        call.append(enclosed(Delimiter::Parenthesis, block, end));
        Some(call)
    }

    /// The other operand: `nb::self`, a type with `()` or `{}` behind it, or a value.
    fn operand(&mut self, toks: &[TokenTree], class: Option<&Type>, raise: bool) -> TokenStream {
        let place = place_of(toks);
        if self_end(toks, 0) == Some(toks.len()) {
            let nb = self.nb.at(place);
            return quote_spanned!(nb.span=> #nb::__private::operators::SELF);
        }
        let Some(ty) = spelled_type(toks) else {
            let value = self.expr(toks, raise);
            let nb = self.nb.at(place);
            return quote_spanned!(nb.span=> #nb::__private::operators::value(#value));
        };
        let name = text(ty);
        if class.is_some_and(|class| text(class) == name) {
            let nb = self.nb.at(place);
            return quote_spanned!(nb.span=> #nb::__private::operators::SELF);
        }
        let (nb, domain) = (self.nb.at(place), &self.domain);
        let ty = match CPP_TYPES.iter().find(|(cpp, _)| *cpp == name) {
            Some((_, "String")) => quote_spanned!(nb.span=> ::std::string::String),
            Some((_, rust)) => self.nb.ident(rust, place).into_token_stream(),
            None => stream(ty),
        };
        quote_spanned!(nb.span=> {
            #[allow(unused_imports)]
            use #nb::__private::operators::SpelledValue as _;
            <#nb::__private::operators::Spelled<#domain, #ty>>::OPERAND
        })
    }

    /// If the arguments of a `.def` begin with a visitor, the value of its type.
    pub(crate) fn visitor(&mut self, args: &[&[TokenTree]], raise: bool) -> Option<TokenStream> {
        let (first, others) = args.split_first()?;
        if let Some(ty) = spelled_type(first).filter(|ty| is_type_name(ty)) {
            // `MyOps {}` is right for every struct without fields, `MyOps()` for none of the usual ones.
            let nb = self.nb.at(place_of(first));
            return Some(quote_spanned!(nb.span=> #(#ty)* {}));
        }
        let literal = struct_literal(first);
        let unit = path_at(first, 0).is_some_and(|path| path.end == first.len()) && is_type_name(first);
        (literal || unit || others.is_empty()).then(|| self.expr(first, raise))
    }
}

fn is_comparison(kind: &str) -> bool {
    ["lt", "le", "eq", "ne", "gt", "ge"].contains(&kind)
}

/// If `nb::self` stands at `i`, the index after it.
fn self_end(toks: &[TokenTree], i: usize) -> Option<usize> {
    namespaced(toks, i).filter(|&name| is_ident(toks, name, "self")).map(|name| name + 1)
}

/// Whether `nb::self` is among the tokens or in a call among them.
fn mentions_self(toks: &[TokenTree]) -> bool {
    (0..toks.len())
        .any(|i| self_end(toks, i).is_some() || group_at(toks, i, Delimiter::Parenthesis).is_some_and(is_self))
}

/// Whether a group holds `nb::self` alone.
fn is_self(group: &Group) -> bool {
    let inner = peel(&tokens(group.stream()));
    self_end(&inner, 0) == Some(inner.len())
}

fn parse(toks: &[TokenTree]) -> Option<Expression<'_>> {
    if let Some(end) = self_end(toks, 0) {
        let (operator, other) = leading(&toks[end..])?;
        if let Some(kind) = kind_of(IN_PLACE, &operator) {
            return Some(Expression::InPlace(kind, other));
        }
        return Some(Expression::Binary(kind_of(BINARY, &operator)?, other));
    }
    if let [name @ .., TokenTree::Group(group)] = toks
        && group.delimiter() == Delimiter::Parenthesis
        && is_self(group)
    {
        // `nb::abs(nb::self)`, and `abs(nb::self)`, which C++ finds by the argument.
        let path = path_at(name, 0).filter(|path| path.end == name.len())?;
        return Some(Expression::Unary(kind_of(FUNCTIONS, &name[path.last].to_string())?));
    }
    let start = (1..toks.len()).find(|&i| self_end(toks, i) == Some(toks.len()))?;
    if start == 1 {
        return Some(Expression::Unary(kind_of(UNARY, &toks[0].to_string())?));
    }
    let (operator, other) = trailing(&toks[..start])?;
    Some(Expression::Reflected(kind_of(BINARY, &operator)?, other))
}

fn kind_of(table: &'static [(&str, &str)], operator: &str) -> Option<&'static str> {
    table.iter().find(|(symbol, _)| *symbol == operator).map(|(_, kind)| *kind)
}

/// The operator that the tokens begin with, and the operand after it.
fn leading(toks: &[TokenTree]) -> Option<(String, &[TokenTree])> {
    let longest = symbol(toks);
    let known = IN_PLACE.iter().chain(BINARY).map(|(symbol, _)| *symbol).find(|symbol| longest.starts_with(symbol))?;
    let other = &toks[known.len()..];
    // What follows must be an operand, not the rest of an operator that there is not, such as `&&`.
    let rest = &longest[known.len()..];
    (!other.is_empty() && ["", "-", "&"].contains(&rest) && !(known == "&" && rest == "&"))
        .then(|| (known.to_string(), other))
}

/// The operator that the tokens end with, and the operand before it.
fn trailing(toks: &[TokenTree]) -> Option<(String, &[TokenTree])> {
    let length = toks.iter().rev().take_while(|tok| matches!(tok, TokenTree::Punct(_))).count();
    let start = toks.len() - length;
    (start > 0).then(|| (symbol(&toks[start..]), &toks[..start]))
}

/// The punctuation at the start that belongs together.
fn symbol(toks: &[TokenTree]) -> String {
    let mut symbol = String::new();
    for tok in toks {
        let TokenTree::Punct(punct) = tok else { break };
        symbol.push(punct.as_char());
        if punct.spacing() == Spacing::Alone {
            break;
        }
    }
    symbol
}

/// The type in `float()` or `Vec2 {}`. The library's own names are functions, such as `nb::other::<f64>()`, unless they
/// are wrappers of objects.
fn spelled_type(toks: &[TokenTree]) -> Option<&[TokenTree]> {
    let [ty @ .., TokenTree::Group(group)] = toks else { return None };
    let empty = group.stream().is_empty() && group.delimiter() != Delimiter::Bracket;
    let function =
        namespaced(toks, 0).is_some_and(|name| is_ident(toks, name, "other") || is_ident(toks, name, "other_ref"));
    (empty && !function && path_at(ty, 0).is_some_and(|path| path.end == ty.len())).then_some(ty)
}

/// Whether the path ends in a name as Rust's types have it: `MyOps`, but neither `NAME` nor `make_name`.
fn is_type_name(path: &[TokenTree]) -> bool {
    let Some(extent) = path_at(path, 0) else { return false };
    let name = path[extent.last].to_string();
    name.starts_with(char::is_uppercase) && (name.len() == 1 || name.contains(char::is_lowercase))
}

/// Whether the tokens are `Path { .. }`.
fn struct_literal(toks: &[TokenTree]) -> bool {
    match toks {
        [path @ .., TokenTree::Group(group)] => {
            group.delimiter() == Delimiter::Brace && path_at(path, 0).is_some_and(|extent| extent.end == path.len())
        }
        _ => false,
    }
}
