//! `nb::class_<T, Base, Trampoline>(scope, "Name", ..)`, `nb::enum_<T>(scope, "Name", ..)`, `nb::uses_<T>()` and
//! `nb::uses_enum_<T>()`.

use crate::body::{Mode, Rewriter, Seq, Type};
use crate::cursor::*;
use crate::errors;
use crate::quote::{place_of, regroup};
use proc_macro2::{Delimiter, Span, TokenTree};

/// What is bound to a Rust type.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Class,
    Enum,
}

impl Rewriter {
    /// Remembers that the body binds `class`.
    pub(crate) fn declare(&mut self, class: &Type, kind: Kind) {
        match kind {
            Kind::Class => self.declare_class(class),
            Kind::Enum => self.declare_enum(class),
        }
    }

    /// Rewrites a statement or expression whose `class_` or `enum_` is at `name`; false if it is a mere type.
    pub(crate) fn class(&mut self, s: &mut Seq, name: usize, kind: Kind) -> bool {
        let Some((types, end)) = template(s.toks, name) else { return false };
        let variable = ident_at(s.toks, end).filter(|_| s.ctx.mode != Mode::Expr);
        let call = if variable.is_some() { end + 1 } else { end };
        let Some(group) = group_at(s.toks, call, Delimiter::Parenthesis) else { return false };
        let inner = tokens(group.stream());
        let args = split_args(&inner);
        let parts = (types.split_first(), args.as_slice());
        let ((Some((class, bases)), [scope, title, extras @ ..]), false) =
            (parts, kind == Kind::Enum && types.len() > 1)
        else {
            let message = if kind == Kind::Enum { errors::ENUM_CALL } else { errors::CLASS_CALL };
            self.errors.push(&s.toks[s.i..=call], message);
            s.i = call + 1;
            return true;
        };
        let class: Type = class.to_vec().into();
        self.declare(&class, kind);
        self.relate(&class, bases);
        if let Some(variable) = variable {
            s.declares = Some((variable.to_string(), Some(class.clone())));
            let place = s.toks[name].span();
            s.out.extend(self.nb.quote(place, "let _0 =", &[&[variable.clone().into()]]));
        } else if let Some((_, declared)) = &mut s.declares {
            *declared = Some(class.clone());
        }
        let place = s.toks[name].span();
        let scope = self.scope(scope, s.raise);
        let title = self.item(title, s.raise, None);
        s.out.extend(scope);
        if kind == Kind::Enum {
            self.check_styles(extras);
        }
        let method = if kind == Kind::Enum { ".enum_::<_0>" } else { ".class_::<_0>" };
        s.out.extend(self.nb.quote(place, method, &[&class]));
        let first = self.bases(&class, bases, place);
        let extras = self.extras(extras, first, group.span(), s.raise);
        s.out.push(regroup(group, self.nb.quote(place, "_0, _1", &[&title, &[extras]])));
        s.chain = Some(class);
        s.i = call + 1;
        true
    }

    /// Refuses annotations of an enumeration that exclude each other. The library does so as well, but cannot say where.
    pub(crate) fn check_styles(&mut self, extras: &[&[TokenTree]]) {
        let named = |style: &str| {
            extras.iter().copied().find(|arg| namespaced(arg, 0).is_some_and(|name| is_ident(arg, name, style)))
        };
        if named("is_str").is_some()
            && let Some(other) = named("is_flag").or(named("is_arithmetic"))
        {
            self.errors.push(other, errors::STR_STYLE);
        }
    }

    /// An annotation for each further type of the template list, which may be the base class or a trampoline: what it is,
    /// its type says.
    pub(crate) fn bases(&mut self, class: &[TokenTree], related: &[&[TokenTree]], place: Span) -> Tokens {
        if related.is_empty() {
            return Tokens::new();
        }
        let quote = |template: &str, parts: &[&[TokenTree]]| self.nb.quote(place, template, parts);
        let scope = "{ #[allow(unused_imports)] use NB::__private::NotTrampoline as _;";
        let extra = format!("{scope} <NB::__private::Related<_0>>::extra() }},");
        let mut out: Tokens = related.iter().flat_map(|one| quote(&extra, &[one])).collect();
        out.extend(self.taken_over(class, related, place));
        out
    }

    /// `.derives(..)` of an entry, with the one among the related types that is a class.
    pub(crate) fn base_key(&self, related: &[&[TokenTree]], place: Span) -> Tokens {
        if related.is_empty() {
            return Tokens::new();
        }
        let test = "if <NB::__private::Related<_0>>::IS_BASE { return ::core::any::TypeId::of::<_0>(); }";
        let tests: Tokens = related.iter().flat_map(|one| self.nb.quote(place, test, &[one])).collect();
        self.nb.quote(
            place,
            ".derives(|| { #[allow(unused_imports)] use NB::__private::NotTrampoline as _; _0 ::core::any::TypeId::of::<()>() })",
            &[&tests],
        )
    }

    /// The scope as the receiver of a method call, which borrows it by itself.
    fn scope(&mut self, toks: &[TokenTree], raise: bool) -> Tokens {
        let mut start = 0;
        while is_punct(toks, start, '&') || (start > 0 && is_ident(toks, start, "mut")) {
            start += 1;
        }
        let toks = &toks[start..];
        let postfix = toks.iter().all(|tok| match tok {
            TokenTree::Punct(p) => matches!(p.as_char(), '.' | ':' | '?'),
            TokenTree::Group(g) => g.delimiter() != Delimiter::Brace,
            _ => true,
        });
        let new = self.expr(toks, raise);
        if postfix {
            return new;
        }
        vec![self.nb.parens(new, place_of(toks))]
    }

    /// `nb::exception<T>(scope, "Name", base)`; C++'s `PyExc_ValueError` is `nb::Builtin::ValueError`.
    pub(crate) fn exception(&mut self, s: &mut Seq, name: usize) -> bool {
        let Some((types, end)) = template(s.toks, name) else { return false };
        let Some(group) = group_at(s.toks, end, Delimiter::Parenthesis) else { return false };
        let inner = tokens(group.stream());
        let args = split_args(&inner);
        let ([class], [scope, title, base @ ..]) = (types.as_slice(), args.as_slice()) else { return false };
        let place = s.toks[name].span();
        let base = match base {
            [] => self.nb.quote(place, "()", &[]),
            [[TokenTree::Ident(known)], ..] if known.to_string().starts_with("PyExc_") => {
                let known = known.to_string().replacen("PyExc_", "NB::Builtin::", 1);
                self.nb.quote(place, &known, &[])
            }
            [base, ..] => self.expr(base, s.raise),
        };
        let scope = self.scope(scope, s.raise);
        let title = self.item(title, s.raise, None);
        s.out.extend(scope);
        s.out.extend(self.nb.quote(place, ".exception_probed::<_0>", &[class]));
        let probe = "_0, _1, {
            #[allow(unused_imports)]
            use NB::__private::NotError as _;
            <NB::__private::ErrorProbe<_2>>::INSIDE
        }";
        s.out.push(regroup(group, self.nb.quote(place, probe, &[&title, &base, class])));
        s.i = end + 1;
        true
    }

    /// The statement `nb::uses_<T>();`: declares the class (or enumeration) and vanishes.
    pub(crate) fn uses(&mut self, s: &mut Seq, name: usize, kind: Kind) -> bool {
        let Some((types, end)) = template(s.toks, name).filter(|_| s.statement_starts()) else { return false };
        if group_at(s.toks, end, Delimiter::Parenthesis).is_none() || !is_punct(s.toks, end + 1, ';') {
            return false;
        }
        for class in types {
            self.declare(&class.to_vec().into(), kind);
        }
        self.nb.changed();
        s.i = end + 2;
        true
    }
}

/// The types in the template list after the name at `name`, and the index after it.
pub(crate) fn template(toks: &[TokenTree], name: usize) -> Option<(Vec<&[TokenTree]>, usize)> {
    let open = if is_path_sep(toks, name + 1) { name + 3 } else { name + 1 };
    let end = template_end(toks, open)?;
    Some((split_types(&toks[open + 1..end - 1]), end))
}
