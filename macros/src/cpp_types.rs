//! The types of C++ in `nb::bind_vector<std::vector<int>>(..)` and `nb::init<const std::string &, int>()`, in Rust's words.

use crate::body::Rewriter;
use crate::class::template;
use crate::cursor::*;
use crate::write::{at, place_of, stream};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote_spanned;

/// Types without parameters.
const PLAIN: &[(&str, &str)] = &[
    ("int", "i32"),
    ("unsigned", "u32"),
    ("float", "f32"),
    ("double", "f64"),
    ("size_t", "usize"),
    ("ptrdiff_t", "isize"),
    ("int8_t", "i8"),
    ("int16_t", "i16"),
    ("int32_t", "i32"),
    ("int64_t", "i64"),
    ("uint8_t", "u8"),
    ("uint16_t", "u16"),
    ("uint32_t", "u32"),
    ("uint64_t", "u64"),
];

/// Templates of the standard library whose arguments stay in their order.
const TEMPLATES: &[(&str, &str)] = &[
    ("vector", "::std::vec::Vec"),
    ("deque", "::std::collections::VecDeque"),
    ("map", "::std::collections::BTreeMap"),
    ("unordered_map", "::std::collections::HashMap"),
    ("set", "::std::collections::BTreeSet"),
    ("unordered_set", "::std::collections::HashSet"),
    ("optional", "::core::option::Option"),
    ("shared_ptr", "::std::sync::Arc"),
    ("unique_ptr", "::std::boxed::Box"),
];

/// Those that are bound.
const CONTAINERS: &[&str] = &["vector", "deque", "map", "unordered_map", "set", "unordered_set"];

/// Types of several words; `long` is of another size on each platform.
const WORDY: &[(&str, &str)] = &[
    ("unsignedint", "u32"),
    ("unsignedchar", "u8"),
    ("signedchar", "i8"),
    ("unsignedshort", "u16"),
    ("longlong", "i64"),
    ("unsignedlonglong", "u64"),
];

/// The number that C++ calls so, as Rust does.
pub(crate) fn plain(toks: &[TokenTree]) -> Option<TokenStream> {
    if toks.len() > 1 && toks.iter().all(|tok| matches!(tok, TokenTree::Ident(_))) {
        let words: String = toks.iter().map(ToString::to_string).collect();
        let (_, ours) = WORDY.iter().find(|(name, _)| words == *name)?;
        return Some(TokenTree::from(Ident::new(ours, toks[0].span())).into());
    }
    let word = match toks {
        [TokenTree::Ident(word)] => word,
        // `std::int8_t`
        [TokenTree::Ident(std), _, _, TokenTree::Ident(word)] if std == "std" && is_path_sep(toks, 1) => word,
        _ => return None,
    };
    let (_, ours) = PLAIN.iter().find(|(name, _)| word == name)?;
    Some(TokenTree::from(Ident::new(ours, word.span())).into())
}

impl Rewriter {
    /// The container of a `bind_vector`, `bind_map` or `bind_set`: what C++ calls `std::vector<T>` is an opaque one here.
    pub(crate) fn container(&self, toks: &[TokenTree]) -> Tokens {
        match after_std(toks).filter(|name| CONTAINERS.contains(&toks[*name].to_string().as_str())) {
            Some(_) => {
                let place = toks[0].span();
                let (nb, inside) = (self.nb.at(place), in_rust(toks));
                tokens(quote_spanned!(nb.span=> #nb::opaque<#inside>))
            }
            None => toks.to_vec(),
        }
    }
}

/// A type that may be C++'s: `const std::string &` is `&str`, `std::vector<int>` is `Vec<i32>`.
pub(crate) fn in_rust(toks: &[TokenTree]) -> TokenStream {
    let place = at(place_of(toks));
    if let [TokenTree::Ident(first), inner @ .., TokenTree::Punct(last)] = toks
        && first == "const"
        && last.as_char() == '&'
        && !inner.is_empty()
    {
        let is_text = after_std(inner).is_some_and(|name| inner.len() == name + 1 && is_ident(inner, name, "string"));
        let of = if is_text { quote_spanned!(place=> str) } else { in_rust(inner) };
        return quote_spanned!(place=> & #of);
    }
    if let Some(number) = plain(toks) {
        return number;
    }
    let Some(name) = after_std(toks) else { return stream(toks) };
    let word = toks[name].to_string();
    if name + 1 == toks.len() {
        return match word.as_str() {
            "string" => quote_spanned!(place=> ::std::string::String),
            "string_view" => quote_spanned!(place=> &str),
            _ => stream(toks),
        };
    }
    let Some((arguments, end)) = template(toks, name) else { return stream(toks) };
    if end != toks.len() {
        return stream(toks);
    }
    let all: Vec<TokenStream> = arguments.iter().map(|one| in_rust(one)).collect();
    match (word.as_str(), all.as_slice()) {
        ("pair" | "tuple", all) => quote_spanned!(place=> (#(#all,)*)),
        ("array", [of, count]) => quote_spanned!(place=> [#of; #count]),
        (word, all) => match TEMPLATES.iter().find(|(name, _)| *name == word) {
            Some((_, ours)) => {
                let ours: TokenStream = ours.parse().expect("a path");
                quote_spanned!(place=> #ours<#(#all),*>)
            }
            None => stream(toks),
        },
    }
}

/// The index after `std::`.
fn after_std(toks: &[TokenTree]) -> Option<usize> {
    (is_ident(toks, 0, "std") && is_path_sep(toks, 1) && ident_at(toks, 3).is_some()).then_some(3)
}
