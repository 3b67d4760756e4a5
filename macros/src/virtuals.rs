//! Virtual functions: what a class takes over from its base, and `&Animal::name` where that is virtual.
//!
//! Only types can tell; this writes down the questions. See `trampolines/inherit.rs` of the library.

use crate::body::Rewriter;
use crate::class::template;
use crate::cursor::*;
use crate::errors;
use crate::template::mentions;
use crate::write::{enclosed, stream};
use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

/// How many bases of bases are looked at.
const LEVELS: usize = 8;

impl Rewriter {
    /// Notes which classes the statements of a body bind, and with which types, before the statements are rewritten: a
    /// function of a class may be bound before the class.
    pub(crate) fn scan(&mut self, toks: &[TokenTree]) {
        for i in 0..toks.len() {
            if let TokenTree::Group(group) = &toks[i] {
                self.scan(&tokens(group.stream()));
            }
            let Some(name) = namespaced(toks, i).filter(|&name| is_ident(toks, name, "class_")) else { continue };
            if let Some(([class, related @ ..], _)) =
                template(toks, name).as_ref().map(|(types, end)| (&types[..], end))
            {
                self.relate(class, related);
            }
        }
    }

    /// Whether a type of the body depends on a parameter of the template that this is.
    fn depends(&self, ty: &[TokenTree]) -> bool {
        mentions(ty, &self.parameters)
    }

    /// Notes the types beside a class in its template list.
    pub(crate) fn relate(&mut self, class: &[TokenTree], related: &[&[TokenTree]]) {
        self.related.entry(text(class)).or_insert_with(|| related.iter().map(|one| one.to_vec()).collect());
    }

    /// The trait objects of a class of the body, of its bases, and of the trampolines beside it: names of types, which the body declares once
    /// for all statements. One that there is not is a type without functions.
    fn trait_objects(&mut self, class: &[TokenTree], related: &[Tokens], place: Span) -> Vec<Ident> {
        let key = text(class);
        if let Some((_, objects)) = self.objects.iter().find(|(known, _)| *known == key) {
            return objects.clone();
        }
        let (aliases, objects) = self.aliases(self.objects.len(), class, related, place);
        self.declared.extend(aliases);
        self.objects.push((key, objects.clone()));
        objects
    }

    /// The declarations behind [`trait_objects`](Self::trait_objects), with the names that they declare.
    fn aliases(
        &self,
        number: usize,
        class: &[TokenTree],
        related: &[Tokens],
        place: Span,
    ) -> (TokenStream, Vec<Ident>) {
        let (nb, domain) = (self.nb.at(place), &self.domain);
        // The inherent constants of a type go before those of the trait.
        let known = |constant: &str, ty: &TokenStream| {
            let constant = self.nb.ident(constant, place);
            quote_spanned!(nb.span=> {
                #[allow(unused_imports)]
                use #nb::__private::inherit::Unknown as _;
                <#nb::__private::inherit::Known<#domain, #ty>>::#constant
            })
        };
        let mut declared = TokenStream::new();
        let mut declare = |name: String, ty: TokenStream| {
            let name = self.nb.ident(&name, place);
            declared.extend(quote_spanned!(nb.span=> #[allow(dead_code, non_camel_case_types)] type #name = #ty;));
            name
        };
        let object = |ty: &TokenStream| {
            let known = known("TRAMPOLINE", ty);
            quote_spanned!(nb.span=>
                <#nb::__private::inherit::Found<#known> as #nb::__private::inherit::VirtualOf<#domain, #ty>>::Virtual
            )
        };
        let mut objects = Vec::new();
        let mut level = stream(class);
        for depth in 0..LEVELS {
            objects.push(declare(format!("NbObject{number}_{depth}"), object(&level)));
            let known = known("BASE", &level);
            let base = quote_spanned!(nb.span=>
                <#nb::__private::inherit::Found<#known> as #nb::__private::inherit::BaseOf<#level>>::Base
            );
            level = declare(format!("NbBase{number}_{depth}"), base).into_token_stream();
        }
        for (n, one) in related.iter().enumerate() {
            objects.push(declare(format!("NbBeside{number}_{n}"), object(&stream(one))));
        }
        let (known, mut message) = (known("BASE", &level), Literal::string(errors::DEEP_CLASS));
        message.set_span(nb.span);
        declared.extend(quote_spanned!(nb.span=> const _: () = ::core::assert!(!#known, #message);));
        (declared, objects)
    }

    /// One annotation of a class with relatives: which of their traits it implements, and which it does not.
    pub(crate) fn taken_over(&mut self, class: &[TokenTree], related: &[&[TokenTree]], place: Span) -> TokenStream {
        let related: Vec<Tokens> = related.iter().map(|one| one.to_vec()).collect();
        // Of a type parameter nothing is known here; the class is refused if its base has virtual functions.
        if self.depends(class) || related.iter().any(|one| self.depends(one)) {
            return TokenStream::new();
        }
        let objects = self.trait_objects(class, &related, place);
        let (nb, domain, class) = (self.nb.at(place), &self.domain, stream(class));
        // Tuples of annotations have a largest size.
        let asked = objects.chunks(LEVELS).map(|group| {
            let asked = group.iter().map(|object| {
                quote_spanned!(nb.span=> (&<#nb::__private::inherit::Taken<#domain, #class, #object>>::new()).extra(),)
            });
            quote_spanned!(nb.span=> (#(#asked)*),)
        });
        quote_spanned!(nb.span=> {
            #[allow(unused_imports)]
            use #nb::__private::inherit::{NotTaken as _, TakenOver as _};
            #nb::__private::inherit::answers::<#class>((#(#asked)*))
        },)
    }

    /// `path`, the function of a class; what the traits of its trampolines have under that name goes first. `None` for other
    /// functions.
    pub(crate) fn virtual_function(&mut self, path: &[TokenTree], last: usize) -> Option<TokenStream> {
        let owner = owner(path.get(..last.checked_sub(2)?)?);
        // An expression needs the `::` of `Vec3::<f32>`, where the statement of the class has none.
        let colon = |i: usize| is_path_sep(owner, i) && is_punct(owner, i + 2, '<');
        let kept = (0..owner.len()).filter(|&i| !(colon(i) || i > 0 && colon(i - 1)));
        let owner: Tokens = kept.map(|i| owner[i].clone()).collect();
        let related = self.related.get(&text(&owner)).cloned();
        let none = match &related {
            // A class without relatives has no trampoline, and one with a trampoline that it does not name is refused.
            Some(related) => related.is_empty() || related.iter().any(|one| self.depends(one)),
            // Bound elsewhere, or no class at all; modules look different.
            None => !is_type_name(owner.last()?),
        };
        if none || last + 1 != path.len() || self.depends(&owner) {
            return None;
        }
        let name = &path[last];
        let place = name.span();
        let (aliases, objects) = match related {
            Some(related) => (TokenStream::new(), self.trait_objects(&owner, &related, place)),
            // The type may have a name only where the statement stands.
            None => self.aliases(0, &owner, &[], place),
        };
        let (nb, domain, path) = (self.nb.at(place), &self.domain, stream(path));
        let mut chosen = quote_spanned!(nb.span=> function);
        for object in objects.iter().rev() {
            chosen = quote_spanned!(nb.span=> #nb::__private::inherit::VirtualOr(<#object>::#name, #chosen).choose());
        }
        // An abstract class has no function of its own. Otherwise the trait with that name is out of sight of the user's path.
        let block = quote_spanned!(nb.span=>
            let function = {
                #[allow(dead_code, non_camel_case_types, non_snake_case)]
                trait NbAbstract {
                    fn #name(_: #nb::__private::inherit::there_is_no_such_function) {}
                }
                impl<NbT: #nb::__private::inherit::Abstract<#domain>> NbAbstract for NbT {}
                #path
            };
            {
                #[allow(unused_imports)]
                use #nb::__private::inherit::ChooseVirtual as _;
                #[allow(dead_code, non_camel_case_types, non_snake_case)]
                trait NbStatic {
                    fn #name(_: #nb::__private::inherit::there_is_no_such_function) {}
                }
                impl<NbT: ?::core::marker::Sized> NbStatic for NbT {}
                #aliases
                #chosen
            }
        );
        Some(enclosed(Delimiter::Brace, block, place).into())
    }
}

/// Whether this is the name of a type by the usual spelling.
fn is_type_name(token: &TokenTree) -> bool {
    let name = token.to_string();
    name.len() > 1 && name.starts_with(char::is_uppercase) && matches!(token, TokenTree::Ident(_))
}
