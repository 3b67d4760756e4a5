//! `nb::ndarray<float, nb::shape<-1, 3>, nb::c_contig>`: the library takes the markers as one tuple, and Rust's names of numbers.

use crate::body::{Rewriter, Seq};
use crate::cursor::*;
use crate::errors;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote_spanned};

/// The types with a list of markers.
const ARRAYS: &[&str] = &["ndarray", "ndarray_ref", "ndarray_object"];

/// The types whose argument is a type of matrices, which may be `const`.
const VIEWS: &[&str] = &["DRef", "DRef1", "DMap", "DMap1"];

impl Rewriter {
    /// If the template list of an array stands behind `name`: the list as Rust has it, and the index after it.
    pub(crate) fn array(&mut self, toks: &[TokenTree], name: usize) -> Option<(TokenStream, usize)> {
        let is_one_of =
            |names: &[&str]| ident_at(toks, name).is_some_and(|word| names.iter().any(|known| word == known));
        let is_view = is_one_of(VIEWS);
        if !is_view && !is_one_of(ARRAYS) {
            return None;
        }
        let open = if is_path_sep(toks, name + 1) { name + 3 } else { name + 1 };
        let end = template_end(toks, open)?;
        let mut parts = split_types(&toks[open + 1..end - 1]);
        let place = toks[name].span();
        let lifetime = parts.first().filter(|part| is_punct(part, 0, '\'')).map(|part| part.to_vec());
        if lifetime.is_some() {
            parts.remove(0);
        }
        let list = match parts.as_slice() {
            [one] if is_view && (is_ident(one, 0, "const") || is_ident(one, one.len() - 1, "const")) => {
                self.marker(one)
            }
            _ if is_view => return None,
            // The builder's own spelling, or a type of the user's that stands for a list.
            [one] if group_at(one, 0, Delimiter::Parenthesis).is_some() && one.len() == 1 => self.types(one),
            parts => self.markers(parts, place),
        };
        let nb = self.nb.at(place);
        let lifetime = lifetime.map(|lifetime| quote_spanned!(nb.span=> #(#lifetime)*,));
        Some((quote_spanned!(nb.span=> ::<#lifetime #list>), end))
    }

    /// The markers as a tuple.
    fn markers(&mut self, parts: &[&[TokenTree]], place: proc_macro2::Span) -> TokenStream {
        let mut all = TokenStream::new();
        for part in parts {
            let marker = self.marker(part);
            let nb = self.nb.at(place);
            all.extend(quote_spanned!(nb.span=> #marker,));
        }
        self.nb.parens(all, place).into()
    }

    fn marker(&mut self, toks: &[TokenTree]) -> TokenStream {
        if is_ident(toks, 0, "const") {
            let scalar = self.scalar(&toks[1..]);
            let nb = self.nb.at(toks[0].span());
            return quote_spanned!(nb.span=> #nb::Const<#scalar>);
        }
        if let [rest @ .., TokenTree::Ident(word)] = toks
            && word == "const"
            && !rest.is_empty()
        {
            let scalar = self.scalar(rest);
            let nb = self.nb.at(word.span());
            return quote_spanned!(nb.span=> #nb::Const<#scalar>);
        }
        if let Some(name) = namespaced(toks, 0)
            && is_ident(toks, name, "shape")
            && let Some(end) = template_end(toks, name + 1)
            && end == toks.len()
        {
            let sizes = split_types(&toks[name + 2..end - 1]);
            for size in &sizes {
                let text = text(size);
                if text.starts_with('-') && text != "-1" {
                    self.errors.push(size, errors::SHAPE_SIZE);
                }
            }
            if sizes.iter().any(|size| group_at(size, 0, Delimiter::Parenthesis).is_some()) {
                return self.types(toks);
            }
            let nb = self.nb.at(toks[name].span());
            let mut all = TokenStream::new();
            for size in sizes {
                let size: TokenStream = size.iter().cloned().collect();
                all.extend(quote_spanned!(nb.span=> #nb::dim<{ #size }>,));
            }
            return quote_spanned!(nb.span=> #nb::shape<(#all)>);
        }
        self.scalar(toks)
    }

    /// A scalar type that may be C++'s.
    fn scalar(&mut self, toks: &[TokenTree]) -> TokenStream {
        if let Some(name) = self.complex(toks) {
            return name;
        }
        let scalar = crate::cpp_types::plain(toks);
        scalar.unwrap_or_else(|| self.types(toks))
    }

    /// `std::complex<float>`
    fn complex(&mut self, toks: &[TokenTree]) -> Option<TokenStream> {
        if !(is_ident(toks, 0, "std") && is_path_sep(toks, 1) && is_ident(toks, 3, "complex")) {
            return None;
        }
        let end = template_end(toks, 4).filter(|end| *end == toks.len())?;
        let of = self.scalar(&toks[5..end - 1]);
        let nb = self.nb.at(toks[3].span());
        Some(quote_spanned!(nb.span=> #nb::complex<#of>))
    }

    /// `nb::ndarray<..>(data, {2, 3}, owner)` and `nb::ndarray<..>::from_vec(..)` in an expression; false if no template list follows.
    pub(crate) fn array_value(&mut self, s: &mut Seq, name: usize) -> bool {
        let Some((list, end)) = self.array(s.toks, name) else { return false };
        s.copy_to(name + 1);
        s.out.extend(list);
        s.i = end;
        if let Some(call) = group_at(s.toks, end, Delimiter::Parenthesis) {
            let inner = tokens(call.stream());
            let args = split_args(&inner);
            let place = s.toks[name].span();
            if args.is_empty() {
                let nb = self.nb.at(place);
                s.out.extend(quote_spanned!(nb.span=> ::default));
                s.out.append(call.clone());
                s.i = end + 1;
                return true;
            }
            if args.len() > 3 {
                self.errors.push(args[3], errors::ARRAY_ARGUMENTS);
            }
            let mut all = TokenStream::new();
            for index in 0..3 {
                let arg = match args.get(index) {
                    Some(arg) => self.braced_list(arg, index == 2, s.raise),
                    None if index == 1 => self.nb_tokens(place, "[]"),
                    None => self.nb_tokens(place, "()"),
                };
                let nb = self.nb.at(place);
                all.extend(quote_spanned!(nb.span=> #arg,));
            }
            let nb = self.nb.at(place);
            s.out.extend(quote_spanned!(nb.span=> ::new));
            s.out.append(crate::write::regroup(call, all));
            s.i = end + 1;
        }
        true
    }

    fn nb_tokens(&self, place: proc_macro2::Span, text: &str) -> TokenStream {
        let span = self.nb.at(place).span;
        let all: TokenStream = text.parse().expect("brackets");
        all.into_iter()
            .map(|mut tok| {
                tok.set_span(span);
                tok
            })
            .collect()
    }

    /// `{ 2, 3 }` as `[2, 3]`; an empty list for an owner is none.
    fn braced_list(&mut self, arg: &[TokenTree], owner: bool, raise: bool) -> TokenStream {
        match arg {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => {
                let inner = tokens(group.stream());
                if owner && inner.is_empty() {
                    return self.nb_tokens(group.span(), "()");
                }
                let inner = self.expr(&inner, raise);
                crate::write::enclosed(Delimiter::Bracket, inner, group.span()).into()
            }
            arg => self.expr(arg, raise),
        }
    }

    /// `a.view<float, nb::ndim<2>>()`, which has a name of its own here; false for everything else.
    pub(crate) fn array_view(&mut self, s: &mut Seq) -> bool {
        let toks = s.toks;
        if !is_ident(toks, s.i + 1, "view") {
            return false;
        }
        let open = if is_path_sep(toks, s.i + 2) { s.i + 4 } else { s.i + 2 };
        let Some(end) = template_end(toks, open) else { return false };
        let called = group_at(toks, end, Delimiter::Parenthesis).is_some_and(|group| group.stream().is_empty());
        let parts = split_types(&toks[open + 1..end - 1]);
        let marked = parts.iter().any(|part| namespaced(part, 0).is_some() || crate::cpp_types::plain(part).is_some());
        if !called || !marked {
            return false;
        }
        let place = toks[s.i + 1].span();
        let list = self.markers(&parts, place);
        s.copy_to(s.i + 1);
        s.out.append(self.nb.ident("view_as", place));
        let nb = self.nb.at(place);
        s.out.extend(quote_spanned!(nb.span=> ::<#list>));
        s.i = end;
        s.copy_to(end + 1);
        true
    }

    /// A closure that ends with `nb::ndarray_ref<..>::from_slice(..)`, with the type of its result: the array borrows an argument, which a
    /// closure has to say.
    pub(crate) fn array_of_arguments(&self, closure: Tokens, open: usize) -> Tokens {
        let Some(body) = closure_body(&closure, open) else { return closure };
        let Some(close) = (open + 1..body).find(|&at| is_punct(&closure, at, '|')) else { return closure };
        let Some(end) = crate::borrows::tail(&closure[body..]).filter(|_| close + 1 == body) else { return closure };
        let Some(name) = namespaced(&end, 0).filter(|&name| is_ident(&end, name, "ndarray_ref")) else {
            return closure;
        };
        let Some(list) = template_end(&end, name + 3) else { return closure };
        let made = is_path_sep(&end, list)
            && ["from_slice", "from_cells"].iter().any(|known| is_ident(&end, list + 2, known))
            && group_at(&end, list + 3, Delimiter::Parenthesis).is_some()
            && list + 4 == end.len();
        if !made {
            return closure;
        }
        let (head, body) = closure.split_at(body);
        let array = &end[..list];
        let nb = self.nb.at(end[name].span());
        tokens(quote_spanned!(nb.span=> #(#head)* -> #nb::Result<#(#array)*> { #(#body)* }))
    }

    /// `nb::dtype<float>()`
    pub(crate) fn array_dtype(&mut self, s: &mut Seq, name: usize) -> bool {
        let open = if is_path_sep(s.toks, name + 1) { name + 3 } else { name + 1 };
        let Some(end) = template_end(s.toks, open) else { return false };
        let scalar = self.scalar(&s.toks[open + 1..end - 1]);
        s.copy_to(name + 1);
        let nb = self.nb.at(s.toks[name].span());
        s.out.extend(quote_spanned!(nb.span=> ::<#scalar>));
        s.i = end;
        true
    }
}
