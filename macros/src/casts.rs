//! C++'s casts before a function or field, `(int (S::*)() const) &S::get` or `nb::overload_cast<int>(&S::set)`.
//!
//! They choose among overloads of one name. A Rust path names one function, so where a path follows, the cast says nothing
//! and is left out. Two different casts of one path do choose something, which Rust cannot: that is refused, as is a cast of
//! anything but a path.

use crate::body::Rewriter;
use crate::cursor::*;
use crate::errors;
use proc_macro2::{Delimiter, TokenTree};

/// C++'s named casts.
const NAMED: &[&str] = &["static_cast", "reinterpret_cast", "const_cast", "dynamic_cast", "overload_cast"];

/// A cast and what it is applied to.
struct Cast {
    /// The type, and for `nb::overload_cast` the types of the arguments.
    to: Tokens,
    of: Tokens,
}

impl Rewriter {
    /// The function or field in `toks` without the casts before it. What cannot be left out is reported.
    pub(crate) fn without_casts(&mut self, toks: &[TokenTree]) -> Tokens {
        let mut inner = peel(toks);
        let mut types = Vec::new();
        while let Some(Cast { to, of }) = cast(&inner) {
            types.push(text(&to));
            inner = peel(&of);
        }
        if types.is_empty() {
            return inner;
        }
        self.nb.changed();
        let path = peel(inner.get(1..).unwrap_or_default());
        let is_path = is_punct(&inner, 0, '&') && path_at(&path, 0).is_some_and(|extent| extent.end == path.len());
        if !is_path {
            self.errors.push(toks, errors::CAST_OF_A_VALUE);
        } else if self.casts.entry(text(&path)).or_insert_with(|| types.clone()) != &types {
            self.errors.push(toks, errors::two_overloads(&text(&path)));
        }
        inner
    }

    /// A cast where no function is taken, or a template list that chooses a function: `name` is its index.
    pub(crate) fn refuse_cast(&mut self, toks: &[TokenTree], name: usize) -> Option<usize> {
        let end = named_cast(toks, name)?;
        let message = if is_ident(toks, name, "overload_cast") { errors::OVERLOAD_CAST } else { errors::VALUE_CAST };
        self.errors.push(&toks[name..=name], message);
        Some(end)
    }

    /// The template list of `.def<R (S::*)(A)>("name", &S::f)` chooses the overload as a cast does. It is left out in the same
    /// cases.
    pub(crate) fn check_chosen(&mut self, list: &[TokenTree], functions: &[&[TokenTree]]) {
        self.nb.changed();
        for function in functions {
            let inner = self.without_casts(function);
            let path = peel(inner.get(1..).unwrap_or_default());
            if !is_punct(&inner, 0, '&') || path_at(&path, 0).is_none_or(|extent| extent.end != path.len()) {
                self.errors.push(list, errors::CHOSEN_VALUE);
                return;
            }
            let types = vec![text(list)];
            if self.casts.entry(text(&path)).or_insert_with(|| types.clone()) != &types {
                self.errors.push(list, errors::two_overloads(&text(&path)));
            }
        }
    }
}

/// If `static_cast<..>(..)` or one of its kin stands at `i`, the index after it.
pub(crate) fn named_cast(toks: &[TokenTree], i: usize) -> Option<usize> {
    let end = cast_types_end(toks, i)?;
    group_at(toks, end, Delimiter::Parenthesis).map(|_| end + 1)
}

/// If the name of a cast stands at `i`, the index after its template list.
pub(crate) fn cast_types_end(toks: &[TokenTree], i: usize) -> Option<usize> {
    let known = ident_at(toks, i).is_some_and(|name| NAMED.contains(&name.to_string().as_str()));
    known.then(|| template_end(toks, i + 1)).flatten()
}

/// The outermost cast of a function, if there is one.
fn cast(toks: &[TokenTree]) -> Option<Cast> {
    // In the place of a function, `(x) & y` and `(x) | y` are never numbers.
    if let Some(to) = group_at(toks, 0, Delimiter::Parenthesis)
        && toks.len() > 1
        && (is_punct(toks, 1, '&') || is_punct(toks, 1, '|') || cast(&toks[1..]).is_some())
    {
        return Some(Cast { to: tokens(to.stream()), of: toks[1..].to_vec() });
    }
    let name = namespaced(toks, 0).unwrap_or(0);
    let end = named_cast(toks, name).filter(|&end| end == toks.len())?;
    let inner = tokens(group_at(toks, end - 1, Delimiter::Parenthesis)?.stream());
    let args = split_args(&inner);
    let of = match args.as_slice() {
        [of] => of,
        // `nb::const_` is the other half of what `overload_cast` chooses.
        [of, tag] if is_ident(tag, namespaced(tag, 0).unwrap_or(0), "const_") => of,
        _ => return None,
    };
    let mut to = toks[name + 1..end - 1].to_vec();
    to.extend(args.get(1).copied().unwrap_or_default().iter().cloned());
    Some(Cast { to, of: of.to_vec() })
}
