//! pybind11's statements as nanobind's: a pass over the tokens before the others, for the macros of `nanobind-rs-compat`.
//!
//! It knows names, and moves tokens; what the statements mean is the library's business. What cannot stay is refused here, with what
//! to write. Spans are the user's, so that everything behind this pass reports its mistakes where they are.
//!
//! | file | concept |
//! |---|---|
//! | `names` | words that are called otherwise: `def_readwrite`, `return_value_policy` |
//! | `classes` | `py::class_<T, Base, Holder>` and its annotations |
//! | `enums` | `py::enum_` and `py::native_enum` |
//! | `arguments` | `py::arg_v`, `py::arg(..).none(false)` |
//! | `arrays` | `py::array_t<double, py::array::c_style>`, `py::dtype::of<double>()`, `py::buffer_info(..)` |
//! | `calls` | `py::cast<T>(o)`, `py::type::of<T>()`, `py::register_exception` |
//! | `refused` | what has no counterpart |

mod arguments;
mod arrays;
mod calls;
mod classes;
mod enums;
mod names;
mod refused;

use crate::cursor::*;
use crate::errors::Errors;
use crate::write::regroup;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// The mark that the macros of `nanobind-rs-compat` put behind the library's path.
pub(crate) fn is_marked(input: &[TokenTree]) -> bool {
    is_punct(input, 0, '@') && is_ident(input, 1, "pybind11")
}

/// The names that pybind11's namespace has without being told.
pub(crate) const NAMESPACES: &[&str] = &["py", "pybind11"];

/// nanobind's statements for pybind11's. Where some have no counterpart, there are none: the compiler would go on about what is missing.
pub(crate) fn translated(library: &TokenStream, toks: &[TokenTree], errors: &mut Errors) -> Tokens {
    let mut pass = Pass { library, errors };
    let out = pass.run(toks);
    if errors.is_empty() { out } else { without_body(&out) }
}

/// The arguments of a macro that has nothing to bind; its module exists all the same.
fn without_body(toks: &[TokenTree]) -> Tokens {
    let mut all: Vec<Tokens> = split_args(toks).into_iter().filter(|arg| !arg.is_empty()).map(<[_]>::to_vec).collect();
    if let Some(TokenTree::Group(body)) = all.last_mut().and_then(|last| last.last_mut())
        && body.delimiter() == Delimiter::Brace
    {
        *body = Group::new(Delimiter::Brace, TokenStream::new());
    }
    let place = toks.first().map_or_else(Span::call_site, TokenTree::span);
    classes::joined(all, place)
}

/// One run over tokens and what they contain.
struct Pass<'e> {
    /// The path of `nanobind-rs-compat`.
    library: &'e TokenStream,
    errors: &'e mut Errors,
}

impl Pass<'_> {
    fn run(&mut self, toks: &[TokenTree]) -> Tokens {
        let mut out = Tokens::with_capacity(toks.len());
        let mut i = 0;
        while i < toks.len() {
            i = self.step(toks, i, &mut out);
        }
        out
    }

    /// Translates what stands at `i`, and gives the index behind it.
    fn step(&mut self, toks: &[TokenTree], i: usize, out: &mut Tokens) -> usize {
        if let Some(name) = namespaced(toks, i) {
            return self.name(toks, i, name, out);
        }
        if is_punct(toks, i, '.')
            && let Some(method) = ident_at(toks, i + 1)
        {
            let end = self.cast(toks, i, out).or_else(|| arguments::refusing_none(toks, i, out));
            if let Some(end) = end.or_else(|| self.unchecked(toks, i, out)) {
                return end;
            }
            out.push(toks[i].clone());
            out.push(names::method(method).into());
            return i + 2;
        }
        if let Some(end) = self.size_of(toks, i, out).or_else(|| self.structure(toks, i)) {
            return end;
        }
        match &toks[i] {
            TokenTree::Group(group) => {
                let inner = tokens(group.stream());
                let inner =
                    if group.delimiter() == Delimiter::Parenthesis { self.without_granted(inner) } else { inner };
                let inner = self.run(&inner);
                out.push(regroup(group, inner.into_iter().collect()));
            }
            other => out.push(other.clone()),
        }
        i + 1
    }

    /// Translates a path of the namespace, whose first name is at `name`.
    fn name(&mut self, toks: &[TokenTree], i: usize, name: usize, out: &mut Tokens) -> usize {
        if let Some(end) = self.refused(toks, i, name) {
            return end;
        }
        let end = self
            .class(toks, i, name, out)
            .or_else(|| self.enumeration(toks, i, name, out))
            .or_else(|| self.numpy(toks, i, name, out))
            .or_else(|| self.argument(toks, i, name, out))
            .or_else(|| self.call(toks, i, name, out));
        if let Some(end) = end {
            return end;
        }
        out.extend_from_slice(&toks[i..name]);
        out.push(names::in_namespace(ident_at(toks, name).expect("`namespaced` found it")).into());
        name + 1
    }
}

/// The same word at the same place under another name.
fn renamed(word: &Ident, name: &str) -> Ident {
    Ident::new(name, word.span())
}

/// Tokens written here, at a place of the user's.
fn written(source: &str, place: Span) -> Tokens {
    let made: TokenStream = source.parse().expect("the templates of this pass are tokens");
    made.into_iter()
        .map(|mut tok| {
            tok.set_span(place);
            tok
        })
        .collect()
}

/// The group behind a name and its template list, if that is called.
fn called(toks: &[TokenTree], name: usize) -> Option<(usize, &proc_macro2::Group)> {
    let open = if is_path_sep(toks, name + 1) && is_punct(toks, name + 3, '<') { name + 3 } else { name + 1 };
    let call = template_end(toks, open).unwrap_or(name + 1);
    group_at(toks, call, Delimiter::Parenthesis).map(|group| (call, group))
}
