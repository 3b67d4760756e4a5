//! The types of C++ that name a container in `nb::bind_vector<std::vector<int>>(..)`, in Rust's words.

use crate::body::Rewriter;
use crate::class::template;
use crate::cursor::*;
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

/// The number that C++ calls so, as Rust does.
pub(crate) fn plain(toks: &[TokenTree]) -> Option<TokenStream> {
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
                let (nb, inside) = (self.nb.at(place), self.cpp_type(toks));
                tokens(quote_spanned!(nb.span=> #nb::opaque<#inside>))
            }
            None => toks.to_vec(),
        }
    }

    /// A type that may be C++'s.
    fn cpp_type(&self, toks: &[TokenTree]) -> TokenStream {
        let rust = |path: &str| path.parse::<TokenStream>().expect("a path");
        if let [TokenTree::Ident(word)] = toks {
            let found = PLAIN.iter().find(|(name, _)| word == name);
            return found.map_or_else(|| toks.iter().cloned().collect(), |(_, ours)| rust(ours));
        }
        let Some(name) = after_std(toks) else { return toks.iter().cloned().collect() };
        let word = toks[name].to_string();
        if name + 1 == toks.len() {
            if word == "string" {
                return rust("::std::string::String");
            }
            return self.cpp_type(&toks[name..]);
        }
        let Some((arguments, _)) = template(toks, name) else { return toks.iter().cloned().collect() };
        let place = toks[name].span();
        let all: Vec<TokenStream> = arguments.iter().map(|one| self.cpp_type(one)).collect();
        let nb = self.nb.at(place);
        match (word.as_str(), all.as_slice()) {
            ("pair" | "tuple", all) => quote_spanned!(nb.span=> (#(#all,)*)),
            ("array", [of, count]) => quote_spanned!(nb.span=> [#of; #count]),
            (word, all) => match TEMPLATES.iter().find(|(name, _)| *name == word) {
                Some((_, ours)) => {
                    let ours = rust(ours);
                    quote_spanned!(nb.span=> #ours<#(#all),*>)
                }
                None => toks.iter().cloned().collect(),
            },
        }
    }
}

/// The index after `std::`.
fn after_std(toks: &[TokenTree]) -> Option<usize> {
    (is_ident(toks, 0, "std") && is_path_sep(toks, 1) && ident_at(toks, 3).is_some()).then_some(3)
}
