//! Functions of the namespace whose template list or number of arguments says what nanobind says otherwise.

use super::arguments::parens;
use super::classes::joined;
use super::{Pass, called, renamed, written};
use crate::args::keyword;
use crate::class::template;
use crate::cpp_types::in_rust;
use crate::cursor::*;
use crate::errors;
use crate::write::regroup;
use proc_macro2::{Delimiter, Literal, Span, TokenTree};
use quote::quote_spanned;

impl Pass<'_> {
    pub(super) fn call(&mut self, toks: &[TokenTree], i: usize, name: usize, out: &mut Tokens) -> Option<usize> {
        let word = ident_at(toks, name)?;
        let place = word.span();
        match word.to_string().as_str() {
            // `py::module_::import("sys")`
            "module_" | "module" if is_path_sep(toks, name + 1) && is_ident(toks, name + 3, "import") => {
                out.extend_from_slice(&toks[i..name]);
                out.push(renamed(word, "module_").into());
                out.extend_from_slice(&toks[name + 1..name + 3]);
                out.push(renamed(ident_at(toks, name + 3)?, "import_").into());
                Some(name + 4)
            }
            // `py::type::of<T>()` and `py::type::of(o)`
            "type" if is_path_sep(toks, name + 1) && is_ident(toks, name + 3, "of") => {
                let (call, group) = called(toks, name + 3)?;
                if let Some((_, end)) = template(toks, name + 3) {
                    out.extend_from_slice(&toks[i..=name]);
                    let list = self.run(&toks[name + 4..end]);
                    out.extend(list);
                    out.push(toks[call].clone());
                } else {
                    let inner = self.run(&tokens(group.stream()));
                    out.push(parens(&inner, word));
                    out.extend(written(".type_()", place));
                }
                Some(call + 1)
            }
            // `py::cast<T>(o)`, `py::reinterpret_borrow<T>(o)`: the conversion looks at the type in any case.
            "cast" | "reinterpret_borrow" | "reinterpret_steal" => {
                let (types, end) = template(toks, name)?;
                let group = group_at(toks, end, Delimiter::Parenthesis)?;
                let inner = self.run(&tokens(group.stream()));
                out.push(parens(&inner, word));
                self.cast_to(types.first()?, place, out);
                self.raised(toks, end + 1, place, out);
                Some(end + 1)
            }
            // Elements are references in pybind11, where nanobind copies.
            "bind_vector" => {
                let (types, end) = template(toks, name)?;
                let [one] = types.as_slice() else { return None };
                out.extend_from_slice(&toks[i..=name]);
                out.extend(written("<", place));
                out.extend_from_slice(one);
                out.extend(written(",", place));
                out.extend_from_slice(&toks[i..name]);
                out.extend(written("rv_policy::reference_internal>", place));
                Some(end)
            }
            "isinstance" => {
                let (call, group) = called(toks, name)?;
                let of = split_args(&tokens(group.stream())).len() == 2 && template(toks, name).is_none();
                out.extend_from_slice(&toks[i..name]);
                out.push(renamed(word, if of { "isinstance_of" } else { "isinstance" }).into());
                let list = self.run(&toks[name + 1..call]);
                out.extend(list);
                Some(call)
            }
            // `py::print("a", b, "end"_a = "")`
            "print" => {
                let (call, group) = called(toks, name)?;
                let inner = tokens(group.stream());
                let named = split_args(&inner).iter().map(|arg| self.named(arg, &toks[i..name])).collect();
                let mut all = joined(named, place);
                all.extend(written(",", place));
                out.extend_from_slice(&toks[i..name]);
                out.push(renamed(word, "print_with").into());
                out.push(parens(&[parens(&all, word)], word));
                self.raised(toks, call + 1, place, out);
                Some(call + 1)
            }
            // `py::str("{} and {}").format(a, b)`
            "str" => {
                let (call, group) = called(toks, name)?;
                let format = is_punct(toks, call + 1, '.') && is_ident(toks, call + 2, "format");
                let arguments = group_at(toks, call + 3, Delimiter::Parenthesis).filter(|_| format)?;
                out.extend_from_slice(&toks[i..call]);
                let text = self.run(&tokens(group.stream()));
                out.push(regroup(group, text.into_iter().collect()));
                out.extend_from_slice(&toks[call + 1..call + 3]);
                let inner = tokens(arguments.stream());
                let named = split_args(&inner).iter().map(|arg| self.named(arg, &toks[i..name])).collect();
                let mut all = joined(named, place);
                all.extend(written(",", place));
                out.push(parens(&[parens(&all, word)], word));
                self.raised(toks, call + 4, place, out);
                Some(call + 4)
            }
            // `py::dict("a"_a = 1)`
            "dict" => {
                let (call, group) = called(toks, name)?;
                let inner = tokens(group.stream());
                let args = split_args(&inner);
                if !args.first().is_some_and(|arg| keyword(arg)) {
                    return None;
                }
                out.extend_from_slice(&toks[i..name]);
                out.extend(written("named_items()", place));
                for arg in args {
                    out.extend(written(".item", place));
                    let (title, value) = self.keyword(arg)?;
                    let mut pair = vec![title];
                    pair.extend(written(",", place));
                    pair.extend(value);
                    out.push(parens(&pair, word));
                }
                out.extend(written(".dict()", place));
                self.raised(toks, call + 1, place, out);
                Some(call + 1)
            }
            "make_iterator" | "make_key_iterator" | "make_value_iterator" => {
                let (call, group) = called(toks, name)?;
                let inner = tokens(group.stream());
                if split_args(&inner).len() != 1 {
                    self.errors.push(&toks[i..=call], errors::TWO_ITERATORS);
                    return Some(call + 1);
                }
                out.extend_from_slice(&toks[i..call]);
                let mut all = toks[i..name].to_vec();
                all.extend(written("__private::no_scope, \"iterator\",", place));
                all.extend(self.run(&inner));
                out.push(regroup(group, all.into_iter().collect()));
                Some(call + 1)
            }
            "register_exception" | "register_local_exception" => {
                template(toks, name)?;
                out.extend_from_slice(&toks[i..name]);
                out.push(renamed(word, "exception").into());
                Some(name + 1)
            }
            "register_exception_translator" | "register_local_exception_translator" => {
                out.extend_from_slice(&toks[i..name]);
                out.push(renamed(word, "register_exception_translator").into());
                Some(name + 1)
            }
            "getattr" => {
                let (_, group) = called(toks, name)?;
                let with_default = split_args(&tokens(group.stream())).len() == 3;
                out.extend_from_slice(&toks[i..name]);
                out.push(renamed(word, if with_default { "getattr_or" } else { "getattr" }).into());
                Some(name + 1)
            }
            // `py::eval_file("x.py", globals, locals)`
            "eval_file" => {
                let (call, group) = called(toks, name)?;
                let inner = tokens(group.stream());
                let args = split_args(&inner);
                let (path, scope) = args.split_first()?;
                out.extend_from_slice(&toks[i..=name]);
                let mut all = self.run(path);
                all.extend(written(",", place));
                let scope = joined(scope.iter().map(|arg| self.run(arg)).collect(), place);
                all.push(if args.len() == 2 { grouped(scope, place) } else { parens(&scope, word) });
                out.push(regroup(group, all.into_iter().collect()));
                self.raised(toks, call + 1, place, out);
                Some(call + 1)
            }
            // `py::options options;`
            "options" if ident_at(toks, name + 1).is_some() && is_punct(toks, name + 2, ';') => {
                out.extend(written("let", place));
                out.push(toks[name + 1].clone());
                out.extend(written("=", place));
                out.extend_from_slice(&toks[i..=name]);
                out.extend(written("::new()", place));
                Some(name + 2)
            }
            _ => None,
        }
    }

    /// `.cast<T>()`, as C++ writes it.
    pub(super) fn cast(&mut self, toks: &[TokenTree], i: usize, out: &mut Tokens) -> Option<usize> {
        if !is_ident(toks, i + 1, "cast") || !is_punct(toks, i + 2, '<') {
            return None;
        }
        let (types, end) = template(toks, i + 1)?;
        group_at(toks, end, Delimiter::Parenthesis).filter(|group| group.stream().is_empty())?;
        let place = toks[i + 1].span();
        self.cast_to(types.first()?, place, out);
        self.raised(toks, end + 1, place, out);
        Some(end + 1)
    }

    fn cast_to(&mut self, target: &[TokenTree], place: Span, out: &mut Tokens) {
        out.extend(written(".cast::<", place));
        let target = self.run(target);
        out.extend(in_rust(&target));
        out.extend(written(">()", place));
    }

    /// Lets the error of the call that ends at `end` leave the function as C++'s exception does, unless the user has written how.
    fn raised(&self, toks: &[TokenTree], end: usize, place: Span, out: &mut Tokens) {
        if !is_punct(toks, end, '?') {
            let (library, span) = (self.library, crate::write::at(place));
            out.extend(quote_spanned!(span=> .unwrap_or_else(|error| #library::__private::raise(error))));
        }
    }

    /// An argument of a call of Python's, with `"x"_a = 5` as the library has it.
    fn named(&mut self, arg: &[TokenTree], namespace: &[TokenTree]) -> Tokens {
        let Some((title, value)) = self.keyword(arg) else { return self.run(arg) };
        let place = title.span();
        let mut pair = vec![title];
        pair.extend(written(",", place));
        pair.extend(value);
        let mut out = namespace.to_vec();
        out.extend(written("kw", place));
        out.push(crate::write::enclosed(Delimiter::Parenthesis, pair.into_iter().collect(), place));
        out
    }

    /// The name and the value of `"x"_a = 5`.
    fn keyword(&mut self, arg: &[TokenTree]) -> Option<(TokenTree, Tokens)> {
        let [TokenTree::Literal(name), _, value @ ..] = arg else { return None };
        let plain = name.to_string().strip_suffix("_a").map(str::to_string).filter(|_| keyword(arg))?;
        let mut title: Literal = plain.parse().ok()?;
        title.set_span(name.span());
        Some((title.into(), self.run(value)))
    }
}

/// The tokens as one, without brackets.
fn grouped(toks: Tokens, place: Span) -> TokenTree {
    crate::write::enclosed(Delimiter::None, toks.into_iter().collect(), place)
}
