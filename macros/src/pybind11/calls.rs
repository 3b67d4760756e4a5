//! Functions of the namespace whose template list or number of arguments says what nanobind says otherwise.

use super::arguments::parens;
use super::{Pass, called, renamed, written};
use crate::class::template;
use crate::cursor::*;
use proc_macro2::{Delimiter, TokenTree};

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
                    out.extend_from_slice(&toks[name + 4..end]);
                    out.push(toks[call].clone());
                } else {
                    let inner = self.run(&tokens(group.stream()));
                    out.push(parens(&inner, word));
                    out.extend(written(".type_()", place));
                }
                Some(call + 1)
            }
            // `py::cast<T>(o)`
            "cast" => {
                let (types, end) = template(toks, name)?;
                let group = group_at(toks, end, Delimiter::Parenthesis)?;
                let inner = self.run(&tokens(group.stream()));
                out.push(parens(&inner, word));
                out.extend(written(".cast::<", place));
                let target = self.run(types.first()?);
                out.extend(target);
                out.extend(written(">()", place));
                Some(end + 1)
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
            "reinterpret_borrow" | "reinterpret_steal" => {
                out.extend_from_slice(&toks[i..=name]);
                if is_punct(toks, name + 1, '<') {
                    out.extend(written("::", place));
                }
                Some(name + 1)
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
}
