//! Virtual functions: what a class takes over from its base, and `&Animal::name` where that is virtual.
//!
//! Only types can tell; this writes down the questions. See `trampolines/inherit.rs` of the library.

use crate::body::Rewriter;
use crate::class::template;
use crate::cursor::*;
use crate::template::mentions;
use proc_macro2::{Delimiter, Group, Span, TokenTree};

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
    fn trait_objects(&mut self, class: &[TokenTree], related: &[Tokens], place: Span) -> Vec<TokenTree> {
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
    fn aliases(&self, number: usize, class: &[TokenTree], related: &[Tokens], place: Span) -> (Tokens, Vec<TokenTree>) {
        let quote = |template: &str, parts: &[&[TokenTree]]| self.nb.quote(place, template, parts);
        // The inherent constants of a type go before those of the trait.
        let known = |constant: &str, ty: &[TokenTree]| {
            let ask = "{
                #[allow(unused_imports)]
                use NB::__private::inherit::Unknown as _;
                <NB::__private::inherit::Known<_0, _1>>::";
            quote(&format!("{ask}{constant} }}"), &[&self.domain, ty])
        };
        let mut declared = Tokens::new();
        let mut declare = |name: String, ty: Tokens| {
            let name = self.nb.ident(&name, place);
            let item = "#[allow(dead_code, non_camel_case_types)] type _0 = _1;";
            declared.extend(quote(item, &[std::slice::from_ref(&name), &ty]));
            name
        };
        let object = |ty: &[TokenTree]| {
            let object = "<NB::__private::inherit::Found<_2> as NB::__private::inherit::VirtualOf<_0, _1>>::Virtual";
            quote(object, &[&self.domain, ty, &known("TRAMPOLINE", ty)])
        };
        let mut objects = Vec::new();
        let mut level = class.to_vec();
        for depth in 0..LEVELS {
            objects.push(declare(format!("NbObject{number}_{depth}"), object(&level)));
            let base = "<NB::__private::inherit::Found<_1> as NB::__private::inherit::BaseOf<_0>>::Base";
            level = vec![declare(format!("NbBase{number}_{depth}"), quote(base, &[&level, &known("BASE", &level)]))];
        }
        for (n, one) in related.iter().enumerate() {
            objects.push(declare(format!("NbBeside{number}_{n}"), object(one)));
        }
        let deep = format!("const _: () = ::core::assert!(!_0, {:?});", crate::errors::DEEP_CLASS);
        declared.extend(quote(&deep, &[&known("BASE", &level)]));
        (declared, objects)
    }

    /// One annotation of a class with relatives: which of their traits it implements, and which it does not.
    pub(crate) fn taken_over(&mut self, class: &[TokenTree], related: &[&[TokenTree]], place: Span) -> Tokens {
        let related: Vec<Tokens> = related.iter().map(|one| one.to_vec()).collect();
        // Of a type parameter nothing is known here; the class is refused if its base has virtual functions.
        if self.depends(class) || related.iter().any(|one| self.depends(one)) {
            return Tokens::new();
        }
        let objects = self.trait_objects(class, &related, place);
        let mut asked = Tokens::new();
        for group in objects.chunks(LEVELS) {
            let ask = |object: &TokenTree| {
                let question = "(&<NB::__private::inherit::Taken<_0, _1, _2>>::new()).extra(),";
                self.nb.quote(place, question, &[&self.domain, class, std::slice::from_ref(object)])
            };
            // Tuples of annotations have a largest size.
            asked.extend(self.nb.quote(place, "(_0),", &[&group.iter().flat_map(ask).collect::<Tokens>()]));
        }
        self.nb.quote(
            place,
            "{
                #[allow(unused_imports)]
                use NB::__private::inherit::{NotTaken as _, TakenOver as _};
                NB::__private::inherit::answers::<_1>((_0))
            },",
            &[&asked, class],
        )
    }

    /// `path`, the function of a class; what the traits of its trampolines have under that name goes first. `None` for other
    /// functions.
    pub(crate) fn virtual_function(&mut self, path: &[TokenTree], last: usize) -> Option<Tokens> {
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
        let place = path[last].span();
        let name = &path[last..];
        let (aliases, objects) = match related {
            Some(related) => (Tokens::new(), self.trait_objects(&owner, &related, place)),
            // The type may have a name only where the statement stands.
            None => self.aliases(0, &owner, &[], place),
        };
        let mut chosen = self.nb.quote(place, "function", &[]);
        for object in objects.iter().rev() {
            let choice = "NB::__private::inherit::Choice(<_0>::_1, _2).choose()";
            chosen = self.nb.quote(place, choice, &[std::slice::from_ref(object), name, &chosen]);
        }
        // An abstract class has no function of its own. Otherwise the trait with that name is out of sight of the user's path.
        let inner = self.nb.quote(
            place,
            "let function = {
                #[allow(dead_code, non_camel_case_types, non_snake_case)]
                trait NbAbstract {
                    fn _1(_: NB::__private::inherit::there_is_no_such_function) {}
                }
                impl<NbT: NB::__private::inherit::Abstract<_3>> NbAbstract for NbT {}
                _0
            };
            {
                #[allow(unused_imports)]
                use NB::__private::inherit::ChooseVirtual as _;
                #[allow(dead_code, non_camel_case_types, non_snake_case)]
                trait NbStatic {
                    fn _1(_: NB::__private::inherit::there_is_no_such_function) {}
                }
                impl<NbT: ?::core::marker::Sized> NbStatic for NbT {}
                _4
                _2
            }",
            &[path, name, &chosen, &self.domain, &aliases],
        );
        let mut block = Group::new(Delimiter::Brace, inner.into_iter().collect());
        block.set_span(place);
        Some(vec![block.into()])
    }
}

/// Whether this is the name of a type by the usual spelling.
fn is_type_name(token: &TokenTree) -> bool {
    let name = token.to_string();
    name.len() > 1 && name.starts_with(char::is_uppercase) && matches!(token, TokenTree::Ident(_))
}
