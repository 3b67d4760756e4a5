//! Reading tokens: small questions about a slice of tokens and a position in it.
//!
//! Nothing here knows about bindings. The hard part is Rust's own: a comma may sit inside `<..>` or between the bars of
//! a closure, where the token tree does not group it.

use crate::casts::cast_types_end;
use crate::namespaces::is_namespace;
use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};

/// An owned run of tokens.
pub(crate) type Tokens = Vec<TokenTree>;

/// Keywords after which an expression starts, so that a following `|` opens a closure.
const BEFORE_EXPRESSION: &[&str] =
    &["return", "break", "move", "async", "static", "else", "in", "if", "while", "match"];

/// The tokens of a stream without its doc comments.
///
/// A doc comment reaches a macro as an attribute; between the links of a chain or between arguments Rust allows none,
/// but people comment there.
pub(crate) fn tokens(stream: TokenStream) -> Tokens {
    let all: Tokens = stream.into_iter().collect();
    let mut kept = Vec::with_capacity(all.len());
    let mut i = 0;
    while i < all.len() {
        match doc_comment_end(&all, i) {
            Some(end) => i = end,
            None => {
                kept.push(all[i].clone());
                i += 1;
            }
        }
    }
    kept
}

fn doc_comment_end(toks: &[TokenTree], i: usize) -> Option<usize> {
    if !is_punct(toks, i, '#') {
        return None;
    }
    let at = if is_punct(toks, i + 1, '!') { i + 2 } else { i + 1 };
    let mut inner = group_at(toks, at, Delimiter::Bracket)?.stream().into_iter();
    let doc = matches!(inner.next(), Some(TokenTree::Ident(id)) if id == "doc");
    let equals = matches!(inner.next(), Some(TokenTree::Punct(p)) if p.as_char() == '=');
    (doc && equals).then_some(at + 1)
}

/// The punctuation at `i`, if it is one.
pub(crate) fn punct_at(toks: &[TokenTree], i: usize) -> Option<&Punct> {
    match toks.get(i) {
        Some(TokenTree::Punct(p)) => Some(p),
        _ => None,
    }
}

/// Whether the token at `i` is the punctuation `ch`.
pub(crate) fn is_punct(toks: &[TokenTree], i: usize, ch: char) -> bool {
    punct_at(toks, i).is_some_and(|p| p.as_char() == ch)
}

/// The identifier or keyword at `i`, if it is one.
pub(crate) fn ident_at(toks: &[TokenTree], i: usize) -> Option<&Ident> {
    match toks.get(i) {
        Some(TokenTree::Ident(id)) => Some(id),
        _ => None,
    }
}

/// Whether the token at `i` is the identifier or keyword `name`.
pub(crate) fn is_ident(toks: &[TokenTree], i: usize, name: &str) -> bool {
    ident_at(toks, i).is_some_and(|id| *id == name)
}

/// The group at `i`, if it has this delimiter.
pub(crate) fn group_at(toks: &[TokenTree], i: usize, delimiter: Delimiter) -> Option<&Group> {
    match toks.get(i) {
        Some(TokenTree::Group(g)) if g.delimiter() == delimiter => Some(g),
        _ => None,
    }
}

/// Whether the group at `i` holds the rules of a macro, `macro_rules! name { .. }`, which are no statements.
pub(crate) fn defines_macro(toks: &[TokenTree], i: usize) -> bool {
    i > 2 && is_ident(toks, i - 3, "macro_rules") && is_punct(toks, i - 2, '!') && ident_at(toks, i - 1).is_some()
}

/// Whether the two-character operator `a``b` starts at `i`.
fn is_pair(toks: &[TokenTree], i: usize, a: char, b: char) -> bool {
    punct_at(toks, i).is_some_and(|p| p.as_char() == a && p.spacing() == Spacing::Joint) && is_punct(toks, i + 1, b)
}

/// Whether the punctuation at `i` goes on with the next token.
pub(crate) fn is_joint(toks: &[TokenTree], i: usize) -> bool {
    punct_at(toks, i).is_some_and(|p| p.spacing() == Spacing::Joint)
}

/// Whether `::` starts at `i`.
pub(crate) fn is_path_sep(toks: &[TokenTree], i: usize) -> bool {
    is_pair(toks, i, ':', ':')
}

/// Whether `=>` starts at `i`.
pub(crate) fn is_fat_arrow(toks: &[TokenTree], i: usize) -> bool {
    is_pair(toks, i, '=', '>')
}

/// Whether `i` is an assignment's `=`, not a part of `==`, `=>`, `<=`, `+=` and the like.
pub(crate) fn is_assign(toks: &[TokenTree], i: usize) -> bool {
    let Some(equals) = punct_at(toks, i).filter(|p| p.as_char() == '=') else { return false };
    let starts_longer =
        equals.spacing() == Spacing::Joint && (is_punct(toks, i + 1, '=') || is_punct(toks, i + 1, '>'));
    let ends_longer = i > 0
        && punct_at(toks, i - 1)
            .is_some_and(|p| p.spacing() == Spacing::Joint && "=<>!+-*/%^&|.".contains(p.as_char()));
    !starts_longer && !ends_longer
}

/// The index after the `>` that closes the `<` at `i`.
///
/// A `;` ends the search: what follows it cannot belong to a template list, so an unmatched `<` costs one statement.
pub(crate) fn template_end(toks: &[TokenTree], i: usize) -> Option<usize> {
    if !is_punct(toks, i, '<') {
        return None;
    }
    let mut depth = 0usize;
    for at in i..toks.len() {
        let Some(p) = punct_at(toks, at) else { continue };
        match p.as_char() {
            '<' => depth += 1,
            '>' if is_pair(toks, at - 1, '-', '>') || is_pair(toks, at - 1, '=', '>') => {}
            '>' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            ';' => return None,
            _ => {}
        }
    }
    None
}

/// If the library's namespace starts a path at `i` (`nb::name` or `::nb::name`), the index of `name`.
pub(crate) fn namespaced(toks: &[TokenTree], i: usize) -> Option<usize> {
    let nb = if is_path_sep(toks, i) { i + 2 } else { i };
    let known = ident_at(toks, nb).is_some_and(|id| is_namespace(&id.to_string()));
    if !known || !is_path_sep(toks, nb + 1) || ident_at(toks, nb + 3).is_none() {
        return None;
    }
    let continues = if nb > i {
        // A leading `::` after a name or a closing `>` goes on with that path.
        operand_before(toks, i) || (i > 0 && is_punct(toks, i - 1, '>') && !is_arrow_end(toks, i - 1))
    } else {
        i > 1 && is_path_sep(toks, i - 2)
    };
    (!continues).then_some(nb + 3)
}

/// Whether the `>` at `i` ends `->` or `=>`, after which something new begins.
fn is_arrow_end(toks: &[TokenTree], i: usize) -> bool {
    i > 0 && (is_pair(toks, i - 1, '-', '>') || is_pair(toks, i - 1, '=', '>'))
}

/// Whether the token before `i` ends a value, so that an operator at `i` is a binary one.
pub(crate) fn operand_before(toks: &[TokenTree], i: usize) -> bool {
    match i.checked_sub(1).map(|at| &toks[at]) {
        None => false,
        Some(TokenTree::Punct(p)) => p.as_char() == '?',
        Some(TokenTree::Ident(id)) => !BEFORE_EXPRESSION.contains(&id.to_string().as_str()),
        Some(TokenTree::Literal(_) | TokenTree::Group(_)) => true,
    }
}

/// If a closure starts at `i`, the index where its body starts: after the bars and a return type.
pub(crate) fn closure_body(toks: &[TokenTree], i: usize) -> Option<usize> {
    // The second half of `a || b` begins none either.
    let of_or = i > 0 && is_pair(toks, i - 1, '|', '|') && operand_before(toks, i - 1);
    if !is_punct(toks, i, '|') || operand_before(toks, i) || of_or {
        return None;
    }
    let close = (i + 1..toks.len()).find(|&at| is_punct(toks, at, '|'))?;
    if !is_pair(toks, close + 1, '-', '>') {
        return Some(close + 1);
    }
    // With a return type the body must be a block.
    (close + 3..toks.len()).find(|&at| group_at(toks, at, Delimiter::Brace).is_some())
}

/// A path in expression position.
pub(crate) struct PathExtent {
    /// The index after the path.
    pub(crate) end: usize,
    /// The index of the last segment's name.
    pub(crate) last: usize,
}

/// The type that stands before the last name of a path: `<T>::x` is legal there, but as a type it is `T`.
pub(crate) fn owner(path: &[TokenTree]) -> &[TokenTree] {
    match template_end(path, 0) {
        Some(end) if end == path.len() => &path[1..end - 1],
        _ => path,
    }
}

/// The path that starts at `i`: `a::b::<T>::c`, also C++'s `a<T>::c`, `<T as Trait>::c`, and with a field number at the
/// end.
pub(crate) fn path_at(toks: &[TokenTree], i: usize) -> Option<PathExtent> {
    let mut at = if is_path_sep(toks, i) { i + 2 } else { i };
    if let Some(end) = template_end(toks, at) {
        if !is_path_sep(toks, end) {
            return None;
        }
        at = end + 2;
    }
    loop {
        let number = matches!(toks.get(at), Some(TokenTree::Literal(n)) if n.to_string().parse::<u32>().is_ok());
        if ident_at(toks, at).is_none() && !(number && at > i) {
            return None;
        }
        let last = at;
        at += 1;
        let template = if is_path_sep(toks, at) && is_punct(toks, at + 2, '<') { at + 2 } else { at };
        if let Some(end) = template_end(toks, template) {
            at = end;
        }
        if !is_path_sep(toks, at) {
            return Some(PathExtent { end: at, last });
        }
        at += 2;
    }
}

/// The parts of a list of expressions, split at its commas. A trailing comma adds no part.
pub(crate) fn split_args(toks: &[TokenTree]) -> Vec<&[TokenTree]> {
    split(toks, |start, i| {
        if let Some(body) = closure_body(toks, i) {
            return body;
        }
        // What follows `nb::self` is a comparison.
        let template = namespaced(toks, i).filter(|&name| !is_ident(toks, name, "self"));
        if let Some(end) = template.and_then(|name| template_end(toks, name + 1)) {
            return end;
        }
        let generic = if is_path_sep(toks, i) && is_punct(toks, i + 2, '<') {
            template_end(toks, i + 2)
        } else if let Some(end) = cast_types_end(toks, i).or_else(|| view_types_end(toks, i)) {
            Some(end)
        } else if is_punct(toks, i, '<') && !operand_before(toks, i) {
            template_end(toks, i)
        } else if is_ident(toks, i, "as") || (is_punct(toks, i, '&') && (i == start || is_cast(&toks[start..i]))) {
            path_at(toks, i + 1).map(|path| path.end)
        } else {
            None
        };
        generic.unwrap_or(i + 1)
    })
}

/// The index after the template list of `.view<float, nb::ndim<2>>()`, if that stands at `i`.
fn view_types_end(toks: &[TokenTree], i: usize) -> Option<usize> {
    if !is_punct(toks, i, '.') || !is_ident(toks, i + 1, "view") {
        return None;
    }
    let end = template_end(toks, i + 2)?;
    group_at(toks, end, Delimiter::Parenthesis).filter(|group| group.stream().is_empty()).map(|_| end)
}

/// The first `:` that is not half of a `::`, outside `<..>`.
pub(crate) fn single_colon(toks: &[TokenTree]) -> Option<usize> {
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

/// Whether these tokens before a `&` can be C++ casts: parentheses alone.
fn is_cast(toks: &[TokenTree]) -> bool {
    (0..toks.len()).all(|i| group_at(toks, i, Delimiter::Parenthesis).is_some())
}

/// The parts of a template list (without its `<` and `>`), split at its commas.
pub(crate) fn split_types(toks: &[TokenTree]) -> Vec<&[TokenTree]> {
    split(toks, |_, i| template_end(toks, i).unwrap_or(i + 1))
}

/// Splits at the commas that `next(start of part, position)` does not step over.
fn split(toks: &[TokenTree], next: impl Fn(usize, usize) -> usize) -> Vec<&[TokenTree]> {
    let mut parts = Vec::new();
    let (mut start, mut i) = (0, 0);
    while i < toks.len() {
        if is_punct(toks, i, ',') {
            parts.push(&toks[start..i]);
            i += 1;
            start = i;
        } else {
            i = next(start, i);
        }
    }
    if start < toks.len() {
        parts.push(&toks[start..]);
    }
    parts
}

/// What a lone invisible group holds, else the tokens themselves: fragments of a user's own macro arrive so wrapped.
pub(crate) fn peel(toks: &[TokenTree]) -> Tokens {
    let mut toks = toks.to_vec();
    while let [TokenTree::Group(g)] = toks.as_slice() {
        if g.delimiter() != Delimiter::None {
            break;
        }
        toks = tokens(g.stream());
    }
    toks
}

/// The tokens written without spaces: a key for "textually the same", and the text of a path.
pub(crate) fn text(toks: &[TokenTree]) -> String {
    let mut out = String::new();
    let mut after_word = false;
    for tok in toks {
        let piece = match tok {
            // The printer decides on spaces inside groups: the same tokens give the same text, all that a key needs.
            TokenTree::Group(g) if g.delimiter() == Delimiter::None => text(&tokens(g.stream())),
            other => other.to_string(),
        };
        let word = matches!(tok, TokenTree::Ident(_) | TokenTree::Literal(_));
        if word && after_word {
            out.push(' ');
        }
        out.push_str(&piece);
        after_word = word;
    }
    out
}
