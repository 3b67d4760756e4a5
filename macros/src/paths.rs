//! Paths into the library's namespace, `nb::name`: what each name is for the pass over statements and expressions.

use crate::body::{Rewriter, Seq};
use crate::class::{Kind, template};
use crate::cpp_types::in_rust;
use crate::cursor::*;
use crate::errors;
use crate::objects::{braced, starts_value};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote_spanned};

/// Items of the namespace that C++ spells `name<..>` and Rust must spell `name::<..>` in an expression.
const TEMPLATES: &[&str] = &[
    "borrow",
    "call_guard",
    "call_policy",
    "cast",
    "enum_",
    "exception",
    "find",
    "handle_t",
    "init",
    "init_implicit",
    "inst_ptr",
    "intrusive_ptr",
    "isinstance",
    "keep_alive",
    "r#type",
    "steal",
    "supplement",
    "try_cast",
    "type",
    "type_",
    "type_object_t",
    "type_supplement",
    "typed",
];

/// Keywords that may follow a path, which therefore do not declare a variable.
const AFTER_PATH: &[&str] = &["as", "else", "for", "if", "where"];

impl Rewriter {
    /// A path in the library's namespace; `name` is the index after `nb::`.
    pub(crate) fn namespaced_name(&mut self, s: &mut Seq, name: usize) {
        let toks = s.toks;
        let word = toks[name].to_string();
        if let Some(end) = braced(toks, name).filter(|_| starts_value(toks, s.i)) {
            let mut called = toks[s.i..end].to_vec();
            called.push(self.nb.parens(TokenStream::new(), toks[end].span()));
            let value = self.expr(&called, s.raise);
            s.out.extend(value);
            s.i = end + 1;
            return;
        }
        match word.as_str() {
            "class_" if self.class(s, name, Kind::Class) => return,
            "enum_" if self.class(s, name, Kind::Enum) => return,
            "bind_vector" if self.class(s, name, Kind::Container("bind_vector")) => return,
            "bind_set" if self.class(s, name, Kind::Container("bind_set")) => return,
            "bind_map" if self.class(s, name, Kind::Container("bind_map")) => return,
            "exception" if self.exception(s, name) => return,
            "uses_" if self.uses(s, name, Kind::Class) => return,
            "uses_enum_" if self.uses(s, name, Kind::Enum) => return,
            "make_iterator" if self.iterator_with_policy(s, name) => return,
            "eval" | "exec" if self.evaluation(s, name) => return,
            "ndarray" | "ndarray_ref" | "ndarray_object" if self.array_value(s, name) => return,
            "dtype" if self.array_dtype(s, name) => return,
            _ if self.object(s, name) => return,
            "implicitly_convertible" if self.convertible(s, name) => return,
            "cpp_function" if self.run_time_function(s, name, 0) => return,
            "cpp_function_def" if self.run_time_function(s, name, 2) => return,
            "overload_cast" | "const_" | "self" => {
                if let Some(end) = self.refuse_cast(toks, name) {
                    s.i = end;
                    return;
                }
                let message = match word.as_str() {
                    "overload_cast" => errors::OVERLOAD_CAST,
                    "const_" => errors::CONST_TAG,
                    _ => errors::SELF_OPERATOR,
                };
                self.errors.push(&toks[name..=name], message);
                s.i = template_end(toks, name + 1).unwrap_or(name + 1);
                return;
            }
            "arg" => {
                if let Some(call) = group_at(toks, name + 1, Delimiter::Parenthesis).filter(|g| g.stream().is_empty()) {
                    let nb = self.nb.at(toks[name].span());
                    s.out.extend(quote_spanned!(nb.span=> #nb::unnamed));
                    s.out.append(call.clone());
                    s.i = name + 2;
                    return;
                }
            }
            "pooled" => {
                if let Some(call) = group_at(toks, name + 1, Delimiter::Parenthesis).filter(|g| g.stream().is_empty()) {
                    let nb = self.nb.at(toks[name].span());
                    s.out.extend(quote_spanned!(nb.span=> #nb::pooled::default));
                    s.out.append(call.clone());
                    s.i = name + 2;
                    return;
                }
            }
            _ => {}
        }
        // The library's own macros read the C++ spellings themselves.
        if is_punct(toks, name + 1, '!') && matches!(toks.get(name + 2), Some(TokenTree::Group(_))) {
            return s.copy_to(name + 3);
        }
        self.foreign_name(&toks[name]);
        let declares = ident_at(toks, name + 1).is_some_and(|id| !AFTER_PATH.contains(&id.to_string().as_str()));
        if declares && s.statement_starts() {
            self.errors.push(&toks[s.i..=name + 1], errors::DECLARATION);
            return s.skip_statement();
        }
        if word == "str" {
            s.copy_to(name);
            s.out.append(self.nb.ident("str_", toks[name].span()));
            s.i += 1;
            return;
        }
        if !TEMPLATES.contains(&word.as_str()) {
            // The name itself is looked at next, as any identifier.
            return s.copy_to(name);
        }
        s.copy_to(name);
        if let Some((list, end)) = self.typed(toks, name) {
            s.copy_to(name + 1);
            s.out.extend(list);
            s.i = end;
            return;
        }
        if word == "type" {
            s.out.append(self.nb.ident("type_", toks[name].span()));
            s.i += 1;
        } else {
            s.copy_to(name + 1);
        }
        if is_punct(toks, s.i, '<') && template_end(toks, s.i).is_some() {
            let nb = self.nb.at(toks[s.i].span());
            s.out.extend(quote_spanned!(nb.span=> ::));
        }
    }

    /// `nb::make_iterator<Policy>(..)`, which has a name of its own here; false if there is no policy.
    fn iterator_with_policy(&mut self, s: &mut Seq, name: usize) -> bool {
        let Some((types, end)) = template(s.toks, name) else { return false };
        let [policy] = types.as_slice() else { return false };
        let policy = self.types(policy);
        let place = s.toks[name].span();
        s.copy_to(name);
        s.out.append(self.nb.ident("make_iterator_with", place));
        let nb = self.nb.at(place);
        s.out.extend(quote_spanned!(nb.span=> ::<_, #policy>));
        s.i = end;
        true
    }

    /// `nb::implicitly_convertible<A, B>()`: Rust's is a method of the module, which knows the domain and the interpreter.
    fn convertible(&mut self, s: &mut Seq, name: usize) -> bool {
        let open = if is_path_sep(s.toks, name + 1) { name + 3 } else { name + 1 };
        let (Some(module), Some(end)) = (self.module.clone(), template_end(s.toks, open)) else { return false };
        let types: Vec<TokenStream> = split_types(&s.toks[open + 1..end - 1]).into_iter().map(in_rust).collect();
        let place = s.toks[name].span();
        let nb = self.nb.at(place);
        s.out.extend(quote_spanned!(nb.span=> #module.implicitly_convertible::<#(#types),*>));
        s.i = end;
        true
    }
}
