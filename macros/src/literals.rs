//! String literals that stand beside each other, `"a" "b"`, which C++ reads as one.
//!
//! They are joined before anything else looks at the tokens, so that a joined text is right wherever a text is: as a name,
//! docstring, signature or value. Other macros may give two texts side by side a meaning of their own, so what stands in
//! their calls is left alone.

use crate::cursor::*;
use crate::errors::{self, Errors};
use crate::write::{regroup, stream};
use proc_macro2::{Delimiter, Literal, TokenTree};
use std::ffi::CString;

/// What a string literal is of.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Bytes,
    C,
}

/// A string literal and what it stands for.
struct Text {
    kind: Kind,
    value: Vec<u8>,
    /// `_a` or `_s`, or empty.
    suffix: String,
}

/// The tokens with each run of string literals as one; none if there is no such run.
pub(crate) fn joined(toks: &[TokenTree], errors: &mut Errors) -> Option<Tokens> {
    let mut out: Option<Tokens> = None;
    let mut i = 0;
    while i < toks.len() {
        let run = toks[i..].iter().take_while(|tok| literal(tok).is_some()).count();
        let (new, next) =
            if run > 1 { (join(&toks[i..i + run], errors), i + run) } else { (inside(toks, i, errors), i + 1) };
        if new.is_some() && out.is_none() {
            out = Some(toks[..i].to_vec());
        }
        if let Some(out) = &mut out {
            match new {
                Some(new) => out.push(new),
                None => out.extend_from_slice(&toks[i..next]),
            }
        }
        i = next;
    }
    out
}

/// The group at `i` with its runs joined, if it is one and has any.
fn inside(toks: &[TokenTree], i: usize, errors: &mut Errors) -> Option<TokenTree> {
    let TokenTree::Group(group) = &toks[i] else { return None };
    let of_macro = i > 1 && is_punct(toks, i - 1, '!') && ident_at(toks, i - 2).is_some() || defines_macro(toks, i);
    let inner = (!of_macro).then(|| joined(&tokens(group.stream()), errors)).flatten()?;
    Some(regroup(group, stream(&inner)))
}

/// One literal for several. Of those that do not fit together, which is reported, it is the first.
fn join(run: &[TokenTree], errors: &mut Errors) -> Option<TokenTree> {
    let texts: Vec<Text> = run.iter().filter_map(|tok| parse(&literal(tok)?.to_string())).collect();
    let (last, before) = texts.split_last()?;
    if let Some(at) = before.iter().position(|text| !text.suffix.is_empty()) {
        // C++ would take what follows into the name. In most cases it is a docstring, and a comma is missing.
        errors.push(&run[at..=at + 1], errors::JOINED_TO_A_NAME);
        return Some(run[0].clone());
    }
    if before.iter().any(|text| text.kind != last.kind) {
        errors.push(run, errors::JOINED_KINDS);
        return Some(run[0].clone());
    }
    let value: Vec<u8> = texts.iter().flat_map(|text| text.value.iter().copied()).collect();
    let mut one = match last.kind {
        Kind::Bytes => Literal::byte_string(&value),
        Kind::C => Literal::c_string(&CString::new(value).ok()?),
        Kind::Text => Literal::string(&String::from_utf8(value).ok()?),
    };
    if !last.suffix.is_empty() {
        one = format!("{one}{}", last.suffix).parse().ok()?;
    }
    one.set_span(run[0].span());
    Some(one.into())
}

/// The string literal that a token is, or that a fragment of a user's macro holds.
fn literal(tok: &TokenTree) -> Option<Literal> {
    match tok {
        TokenTree::Literal(literal) => is_text(&literal.to_string()).then(|| literal.clone()),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            match peel(&tokens(group.stream())).as_slice() {
                [inner @ TokenTree::Literal(_)] => literal(inner),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the source of a literal is that of a string of any kind, and not of a number or character.
fn is_text(source: &str) -> bool {
    source.trim_start_matches(['b', 'c', 'r', '#']).starts_with('"')
}

/// What the source of a string literal stands for. The compiler has checked its escapes.
fn parse(source: &str) -> Option<Text> {
    let (kind, rest) = match source.as_bytes().first()? {
        b'b' => (Kind::Bytes, &source[1..]),
        b'c' => (Kind::C, &source[1..]),
        _ => (Kind::Text, source),
    };
    let (raw, rest) = rest.strip_prefix('r').map_or((false, rest), |rest| (true, rest));
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let end = rest.rfind('"')?;
    let inner = &rest[hashes + 1..end];
    let suffix = rest[end + 1 + hashes..].to_owned();
    let value = if raw { inner.as_bytes().to_vec() } else { unescaped(inner)? };
    Some(Text { kind, value, suffix })
}

/// The text between the quotes, without its escapes.
fn unescaped(inner: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = rest[at + 1..].chars().next()?;
        rest = &rest[at + 2..];
        match escape {
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            '0' => out.push(0),
            'x' => {
                out.push(u8::from_str_radix(rest.get(..2)?, 16).ok()?);
                rest = &rest[2..];
            }
            'u' => {
                let (digits, after) = rest.strip_prefix('{')?.split_once('}')?;
                let code = char::from_u32(u32::from_str_radix(&digits.replace('_', ""), 16).ok()?)?;
                out.extend_from_slice(code.encode_utf8(&mut [0; 4]).as_bytes());
                rest = after;
            }
            // The line goes on after the blanks of the next one.
            '\n' => rest = rest.trim_start_matches([' ', '\t', '\n', '\r']),
            other => out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.extend_from_slice(rest.as_bytes());
    Some(out)
}
