//! pybind11's arrays: `py::array_t<double, py::array::c_style | py::array::forcecast>` becomes a type of Rust's, whose flags are a constant between
//! braces, and what makes an array in C++ becomes a function that does.

use super::{Pass, called, written};
use crate::class::template;
use crate::cpp_types::plain;
use crate::cursor::*;
use crate::errors;
use crate::write::enclosed;
use proc_macro2::{Delimiter, Group, TokenTree};

impl Pass<'_> {
    pub(super) fn numpy(&mut self, toks: &[TokenTree], i: usize, name: usize, out: &mut Tokens) -> Option<usize> {
        let word = ident_at(toks, name)?;
        let place = word.span();
        match word.to_string().as_str() {
            "array_t" if template(toks, name).is_some() => {
                let (types, end) = template(toks, name)?;
                let (scalar, flags) = types.split_first()?;
                let declared = self.declared(toks, end, out);
                out.extend_from_slice(&toks[i..=name]);
                out.extend(written("::<", place));
                let scalar = self.element(scalar, &toks[i..name]);
                out.extend(scalar);
                if let [flags] = flags {
                    out.extend(written(",", place));
                    match flags {
                        [one @ TokenTree::Literal(_)] => out.push(one.clone()),
                        flags => out.push(enclosed(Delimiter::Brace, flags.iter().cloned().collect(), place)),
                    }
                }
                out.extend(written(">", place));
                match declared {
                    Some(end) if is_punct(toks, end, ';') => {
                        out.extend(written("::new(0)", place));
                        return Some(end);
                    }
                    Some(end) if is_punct(toks, end, '=') => return Some(end),
                    _ => {}
                }
                let end = declared.unwrap_or(end);
                let Some(group) = group_at(toks, end, Delimiter::Parenthesis) else { return Some(end) };
                self.made(&toks[i..=end], group, out);
                Some(end + 1)
            }
            "array" | "array_t" => {
                let group = group_at(toks, name + 1, Delimiter::Parenthesis)?;
                out.extend_from_slice(&toks[i..=name]);
                if word == "array_t" {
                    // The data say the type.
                    out.extend(written("::<_>", place));
                }
                self.made(&toks[i..=name + 1], group, out);
                Some(name + 2)
            }
            // `py::dtype::of<double>()`
            "dtype" if is_path_sep(toks, name + 1) && is_ident(toks, name + 3, "of") => {
                let (types, end) = template(toks, name + 3)?;
                out.extend_from_slice(&toks[i..=name + 3]);
                self.of_element(types.first()?, &toks[i..name], place, out);
                Some(end)
            }
            "dtype" if group_at(toks, name + 1, Delimiter::Parenthesis).is_some() => {
                out.extend_from_slice(&toks[i..=name]);
                out.extend(written("::new", place));
                Some(name + 1)
            }
            "format_descriptor" => {
                let (types, end) = template(toks, name)?;
                out.extend_from_slice(&toks[i..=name]);
                self.of_element(types.first()?, &toks[i..name], place, out);
                Some(end)
            }
            // `py::buffer_info(data, ..)`, of which the rest is one argument.
            "buffer_info" => {
                let (call, group) = called(toks, name)?;
                let inner = tokens(group.stream());
                let args = split_args(&inner);
                let (data, rest) = args.split_first()?;
                out.extend_from_slice(&toks[i..=name]);
                out.extend(written("::shown", place));
                let mut all = self.listed(data);
                all.extend(written(",", place));
                let mut memory = Tokens::new();
                for arg in rest {
                    let arg = self.listed(arg);
                    memory.extend(arg);
                    memory.extend(written(",", place));
                }
                all.push(enclosed(Delimiter::Parenthesis, memory.into_iter().collect(), place));
                out.push(enclosed(Delimiter::Parenthesis, all.into_iter().collect(), group.span()));
                Some(call + 1)
            }
            _ => None,
        }
    }

    /// Begins the variable that `py::array_t<T> a;`, `py::array_t<T> a(n);` and `py::array_t<T> a = b;` declare; the index behind its name.
    fn declared(&mut self, toks: &[TokenTree], at: usize, out: &mut Tokens) -> Option<usize> {
        let name = ident_at(toks, at)?;
        let typed = is_assign(toks, at + 1);
        let made = group_at(toks, at + 1, Delimiter::Parenthesis).is_some() && is_punct(toks, at + 2, ';');
        if !typed && !made && !is_punct(toks, at + 1, ';') {
            return None;
        }
        out.extend(written("let", name.span()));
        out.push(toks[at].clone());
        out.extend(written(if typed { ":" } else { "=" }, name.span()));
        Some(at + 1)
    }

    /// `a.unchecked<2>()`; the index of the list.
    pub(super) fn unchecked(&mut self, toks: &[TokenTree], i: usize, out: &mut Tokens) -> Option<usize> {
        let word = ident_at(toks, i + 1).filter(|word| *word == "unchecked" || *word == "mutable_unchecked")?;
        let end = template_end(toks, i + 2)?;
        group_at(toks, end, Delimiter::Parenthesis)?;
        out.extend_from_slice(&toks[i..i + 2]);
        out.extend(written("::", word.span()));
        Some(i + 2)
    }

    /// `sizeof(float)`
    pub(super) fn size_of(&mut self, toks: &[TokenTree], i: usize, out: &mut Tokens) -> Option<usize> {
        let word = ident_at(toks, i).filter(|word| *word == "sizeof")?;
        let group = group_at(toks, i + 1, Delimiter::Parenthesis)?;
        out.extend(written("::core::mem::size_of::<", word.span()));
        let of = self.element(&tokens(group.stream()), &[]);
        out.extend(of);
        out.extend(written(">()", word.span()));
        Some(i + 2)
    }

    /// `PYBIND11_NUMPY_DTYPE(S, a, b)` among the statements.
    pub(super) fn structure(&mut self, toks: &[TokenTree], i: usize) -> Option<usize> {
        ident_at(toks, i).filter(|word| word.to_string().starts_with("PYBIND11_NUMPY_DTYPE"))?;
        group_at(toks, i + 1, Delimiter::Parenthesis)?;
        self.errors.push(&toks[i..i + 2], errors::NUMPY_DTYPE_STATEMENT);
        Some(i + 2)
    }

    /// The call that makes an array of `shown`: of sizes or another object, or of sizes and elements.
    fn made(&mut self, shown: &[TokenTree], group: &Group, out: &mut Tokens) {
        let inner = tokens(group.stream());
        let args = split_args(&inner);
        let place = group.span();
        match args.as_slice() {
            [] => out.extend(written("::new(0)", place)),
            [_] | [_, _] => {
                out.extend(written(if args.len() == 1 { "::new" } else { "::with_data" }, place));
                let args = args.into_iter().map(|arg| self.listed(arg)).collect();
                let args = super::classes::joined(args, place);
                out.push(enclosed(Delimiter::Parenthesis, args.into_iter().collect(), place));
            }
            _ => self.errors.push(shown, errors::ARRAY_OVER_POINTER),
        }
    }

    /// An argument; `{3, 2}` is a list.
    fn listed(&mut self, arg: &[TokenTree]) -> Tokens {
        match arg {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => {
                let inner = self.run(&tokens(group.stream()));
                vec![enclosed(Delimiter::Bracket, inner.into_iter().collect(), group.span())]
            }
            arg => self.run(arg),
        }
    }

    fn of_element(&mut self, of: &[TokenTree], namespace: &[TokenTree], place: proc_macro2::Span, out: &mut Tokens) {
        out.extend(written("::<", place));
        let of = self.element(of, namespace);
        out.extend(of);
        out.extend(written(">", place));
    }

    /// The type of elements: a number of C++'s, `bool`, `std::complex<float>`, or one of Rust's.
    fn element(&mut self, toks: &[TokenTree], namespace: &[TokenTree]) -> Tokens {
        if let Some(number) = plain(toks) {
            return tokens(number);
        }
        match toks {
            [TokenTree::Ident(word)] if word == "bool" && !namespace.is_empty() => {
                [namespace, &written("bool8", word.span())].concat()
            }
            [TokenTree::Ident(std), ..] if std == "std" && is_path_sep(toks, 1) && is_ident(toks, 3, "complex") => {
                let Some((types, _)) = template(toks, 3) else { return self.run(toks) };
                let mut all = [namespace, &toks[3..=4]].concat();
                for one in types {
                    let part = self.element(one, namespace);
                    all.extend(part);
                }
                all.extend(written(">", std.span()));
                all
            }
            toks => self.run(toks),
        }
    }
}
