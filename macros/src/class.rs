//! `nb::class_<T, Base, Trampoline>(scope, "Name", ..)`, `nb::enum_<T>(scope, "Name", ..)`, `nb::uses_<T>()` and
//! `nb::uses_enum_<T>()`.

use crate::body::{Mode, Rewriter, Seq, Type};
use crate::cursor::*;
use crate::errors;
use crate::module::is_converted;
use crate::scope::{Declared, Whose};
use crate::write::{place_of, regroup, stream};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote_spanned};

/// What is bound to a Rust type.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Class,
    Enum,
    /// A container, by the method that binds it.
    Container(&'static str),
}

impl Rewriter {
    /// Remembers that the body binds `class`.
    pub(crate) fn declare(&mut self, class: &Type, kind: Kind) {
        match kind {
            Kind::Class => self.declare_class(class),
            Kind::Enum => self.declare_enum(class),
            Kind::Container(_) => self.declare_container(class),
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
        let most = match kind {
            Kind::Class => usize::MAX,
            Kind::Enum => 1,
            Kind::Container("bind_set") => 1,
            Kind::Container(_) => 2,
        };
        let ((Some((class, bases)), [scope, title, extras @ ..]), true) = (parts, types.len() <= most) else {
            let message = match kind {
                Kind::Class => errors::CLASS_CALL.to_string(),
                Kind::Enum => errors::ENUM_CALL.to_string(),
                Kind::Container(name) => errors::container_call(name),
            };
            self.errors.push(&s.toks[s.i..=call], message);
            s.i = call + 1;
            return true;
        };
        let class: Type = match kind {
            Kind::Container(_) => self.container(class).into(),
            _ => class.to_vec().into(),
        };
        if let Kind::Container(name) = kind
            && is_converted(&class)
        {
            self.errors.push(&class, errors::container_that_is_converted(name, &text(&class)));
            s.i = call + 1;
            return true;
        }
        self.declare(&class, kind);
        if kind == Kind::Class {
            self.relate(&class, bases);
        }
        if let Some(variable) = variable {
            s.declares = Some(Declared::variable(variable, Whose::Ours, Some(class.clone())));
            let place = s.toks[name].span();
            let nb = self.nb.at(place);
            s.out.extend(quote_spanned!(nb.span=> let #variable =));
        } else if let Some(declared) = &mut s.declares {
            declared.class = Some(class.clone());
        }
        let place = s.toks[name].span();
        let scope = self.scope(scope, s.raise);
        let title = self.item(title, s.raise, None);
        s.out.extend(scope);
        if kind == Kind::Enum {
            self.check_styles(extras);
        }
        let policy = bases.first().filter(|_| matches!(kind, Kind::Container(_))).map(|policy| self.types(policy));
        let nb = self.nb.at(place);
        s.out.extend(match kind {
            Kind::Class => quote_spanned!(nb.span=> .class_::<#(#class)*>),
            Kind::Enum => quote_spanned!(nb.span=> .enum_::<#(#class)*>),
            Kind::Container(method) => {
                let ident = self.nb.ident(method, place);
                if method == "bind_set" {
                    quote_spanned!(nb.span=> .#ident::<#(#class)*>)
                } else {
                    let policy =
                        policy.unwrap_or_else(|| quote_spanned!(nb.span=> #nb::rv_policy::automatic_reference));
                    quote_spanned!(nb.span=> .#ident::<#(#class)*, #policy>)
                }
            }
        });
        let first = if kind == Kind::Class { self.bases(&class, bases, place) } else { TokenStream::new() };
        let extras = self.extras(extras, first, group.span(), s.raise);
        let nb = self.nb.at(place);
        s.out.append(regroup(group, quote_spanned!(nb.span=> #title, #extras)));
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
    pub(crate) fn bases(&mut self, class: &[TokenTree], related: &[&[TokenTree]], place: Span) -> TokenStream {
        if related.is_empty() {
            return TokenStream::new();
        }
        let mut out = TokenStream::new();
        for one in related {
            let nb = self.nb.at(place);
            out.extend(quote_spanned!(nb.span=> {
                #[allow(unused_imports)]
                use #nb::__private::NotTrampoline as _;
                <#nb::__private::Related<#(#one)*>>::extra()
            },));
        }
        out.extend(self.taken_over(class, related, place));
        out
    }

    /// `.derives(..)` of an entry, with the one among the related types that is a class.
    pub(crate) fn base_key(&self, related: &[&[TokenTree]], place: Span) -> TokenStream {
        if related.is_empty() {
            return TokenStream::new();
        }
        let nb = self.nb.at(place);
        let tests = related.iter().map(|one| {
            let one = stream(one);
            quote_spanned!(nb.span=>
                if <#nb::__private::Related<#one>>::IS_BASE { return ::core::any::TypeId::of::<#one>(); }
            )
        });
        quote_spanned!(nb.span=> .derives(|| {
            #[allow(unused_imports)]
            use #nb::__private::NotTrampoline as _;
            #(#tests)*
            ::core::any::TypeId::of::<()>()
        }))
    }

    /// The scope as the receiver of a method call, which borrows it by itself.
    fn scope(&mut self, toks: &[TokenTree], raise: bool) -> TokenStream {
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
        self.nb.parens(new, place_of(toks)).into()
    }

    /// `nb::exception<T>(scope, "Name", base)`; C++'s `PyExc_ValueError` is `nb::Builtin::ValueError`, and
    /// `PyExc_Exception` what stands there without a base.
    pub(crate) fn exception(&mut self, s: &mut Seq, name: usize) -> bool {
        let Some((types, end)) = template(s.toks, name) else { return false };
        let Some(group) = group_at(s.toks, end, Delimiter::Parenthesis) else { return false };
        let inner = tokens(group.stream());
        let args = split_args(&inner);
        let ([class], [scope, title, base @ ..]) = (types.as_slice(), args.as_slice()) else { return false };
        let place = s.toks[name].span();
        let base = match base {
            [] => self.nb.parens(TokenStream::new(), place).into(),
            [base, ..] => match text(base).strip_prefix("PyExc_") {
                Some("Exception") => self.nb.parens(TokenStream::new(), place).into(),
                Some(known) => {
                    let (nb, known) = (self.nb.at(place), self.nb.ident(known, place));
                    quote_spanned!(nb.span=> #nb::Builtin::#known)
                }
                None => self.expr(base, s.raise),
            },
        };
        let scope = self.scope(scope, s.raise);
        let title = self.item(title, s.raise, None);
        s.out.extend(scope);
        let nb = self.nb.at(place);
        let class = stream(class);
        s.out.extend(quote_spanned!(nb.span=> .exception_probed::<#class>));
        let arguments = quote_spanned!(nb.span=> #title, #base, {
            #[allow(unused_imports)]
            use #nb::__private::NotError as _;
            <#nb::__private::ErrorProbe<#class>>::INSIDE
        });
        s.out.append(regroup(group, arguments));
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
