//! The macros' own tests, outside of a compiler: what they write for what is written, one file for each file beside.
//!
//! Tokens are compared, not blanks. What the compiler makes of the output, and what a message underlines, the tests of the
//! extension modules and of messages show.

mod args;
mod arrays;
mod body;
mod borrows;
mod calls;
mod casts;
mod class;
mod constructors;
mod counts;
mod cursor;
mod foreign;
mod item;
mod link;
mod literals;
mod module;
mod namespaces;
mod objects;
mod operators;
mod paths;
mod places;
mod pybind11;
mod pybind11_arrays;
mod pybind11_enums;
mod scope;
mod template;
mod typed;
mod virtuals;
mod write;

use crate::body::Rewriter;
use crate::counts::locals;
use crate::cursor::{Tokens, group_at, text, tokens};
use crate::errors::Errors;
use crate::patterns::rebound;
use crate::{literals as strings, namespaces as names};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

/// The tokens of Rust source, or of what the macros take for it.
fn parse(source: &str) -> Tokens {
    tokens(source.parse().unwrap_or_else(|e| panic!("{source}: {e}")))
}

/// Asserts that the statements of a body become these; the library is `nb`, the module `m`.
#[track_caller]
fn rewrites(body: &str, expected: &str) {
    let (out, errors) = expanded(body);
    assert!(errors.is_empty(), "{body}\nis refused: {errors:#?}");
    assert_same(out, expected);
}

/// A link of a class, and what it becomes.
#[track_caller]
fn link(written: &str, expected: &str) {
    rewrites(&format!("nb::class_<Dog>(m, \"Dog\"){written};"), &format!("m.class_::<Dog>(\"Dog\", ()){expected};"));
}

/// Asserts that nothing in these statements is the macros' business.
#[track_caller]
fn keeps(body: &str) {
    rewrites(body, body);
}

/// Asserts that the statements are refused, by this message or by one that begins so, and by no other.
#[track_caller]
fn refuses(body: &str, message: &str) {
    let (_, errors) = expanded(body);
    assert!(matches!(errors.as_slice(), [error] if error.starts_with(message)), "{body}\nis refused by {errors:#?}");
}

/// Asserts that these are the same tokens.
#[track_caller]
fn assert_same(out: TokenStream, expected: &str) {
    let (out, expected) = (plain(&tokens(out)), plain(&parse(expected)));
    assert!(out == expected, "  written: {out}\n expected: {expected}");
}

/// What the statements become, and the messages about them.
fn expanded(body: &str) -> (TokenStream, Vec<String>) {
    let toks = parse(body);
    names::learn(&toks, &[]);
    let mut errors = Errors::default();
    let toks = strings::joined(&toks, &mut errors).unwrap_or(toks);
    let mut rewriter = Rewriter::new(quote!(nb));
    rewriter.bind_module(&Ident::new("m", Span::call_site()));
    rewriter.domain = quote!(NbDomain);
    rewriter.scan(&toks);
    locals(&toks, &mut rewriter.locals);
    rebound(&toks, &mut rewriter.rebound);
    let out = rewriter.block(&toks, false);
    let mut all = errors.to_tokens();
    all.extend(rewriter.errors.to_tokens());
    (out, messages(all))
}

/// The texts of the `compile_error!`s among the tokens.
fn messages(out: TokenStream) -> Vec<String> {
    let toks = tokens(out);
    let text = |group: &Group| match tokens(group.stream()).as_slice() {
        [TokenTree::Literal(text)] => text.to_string().trim_matches('"').replace("\\\"", "\""),
        other => panic!("no text: {}", plain(other)),
    };
    let at = (2..toks.len()).filter(|&at| toks[at - 2].to_string() == "compile_error");
    let mut all: Vec<String> = at.filter_map(|at| group_at(&toks, at, Delimiter::Brace)).map(text).collect();
    // The compiler says the same about the same place once.
    all.dedup();
    all
}

/// The tokens with blanks between words alone, whatever may have been between the others.
fn plain(toks: &[TokenTree]) -> String {
    let mut out = String::new();
    for tok in toks {
        let piece = match tok {
            TokenTree::Group(group) => {
                let inner = plain(&tokens(group.stream()));
                match group.delimiter() {
                    Delimiter::Parenthesis => format!("({inner})"),
                    Delimiter::Bracket => format!("[{inner}]"),
                    Delimiter::Brace => format!("{{{inner}}}"),
                    Delimiter::None => inner,
                }
            }
            other => text(std::slice::from_ref(other)),
        };
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_\"".contains(c));
        if word(out.chars().last()) && word(piece.chars().next()) {
            out.push(' ');
        }
        out.push_str(&piece);
    }
    out
}
