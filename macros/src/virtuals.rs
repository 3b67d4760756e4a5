//! Virtual functions: what a class takes over from its base, and `&Animal::name` where that is virtual.
//!
//! Only types can tell; this writes down the questions. See `trampolines/inherit.rs` of the library.

use crate::body::Rewriter;
use crate::class::template;
use crate::cursor::*;
use crate::template::mentions;
use proc_macro::{Delimiter, Group, Span, TokenTree};

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

    /// Type aliases for the trait objects of some classes and their bases, with their names. One that there is not is a type without functions.
    fn trait_objects(&self, classes: &[Tokens], place: Span) -> (Tokens, Vec<TokenTree>) {
        let quote = |template: &str, parts: &[&[TokenTree]]| self.nb.quote(place, template, parts);
        let (mut aliases, mut objects) = (Tokens::new(), Vec::new());
        for (n, class) in classes.iter().enumerate() {
            let mut level = class.clone();
            for depth in 0..LEVELS {
                let [object, base] =
                    ["Object", "Base"].map(|what| self.nb.ident(&format!("Nb{what}{n}_{depth}"), place));
                aliases.extend(quote(
                    "#[allow(dead_code, non_camel_case_types)]
                    type _2 = <NB::__private::inherit::Found<{
                        #[allow(unused_imports)]
                        use NB::__private::inherit::Unknown as _;
                        <NB::__private::inherit::Known<_0, _1>>::TRAMPOLINE
                    }> as NB::__private::inherit::VirtualOf<_0, _1>>::Virtual;
                    #[allow(dead_code, non_camel_case_types)]
                    type _3 = <NB::__private::inherit::Found<{
                        #[allow(unused_imports)]
                        use NB::__private::inherit::Unknown as _;
                        <NB::__private::inherit::Known<_0, _1>>::BASE
                    }> as NB::__private::inherit::BaseOf<_1>>::Base;",
                    &[&self.domain, &level, std::slice::from_ref(&object), std::slice::from_ref(&base)],
                ));
                objects.push(object);
                level = vec![base];
            }
            let deep = format!(
                "const _: () = {{
                    #[allow(unused_imports)]
                    use NB::__private::inherit::Unknown as _;
                    ::core::assert!(!<NB::__private::inherit::Known<_0, _1>>::BASE, {:?});
                }};",
                crate::errors::DEEP_CLASS
            );
            aliases.extend(quote(&deep, &[&self.domain, &level]));
        }
        (aliases, objects)
    }

    /// One annotation of a class with relatives: which of their traits it implements, and which it does not.
    pub(crate) fn taken_over(&self, class: &[TokenTree], related: &[&[TokenTree]], place: Span) -> Tokens {
        let classes: Vec<Tokens> = [class].iter().chain(related).map(|one| one.to_vec()).collect();
        // Of a type parameter nothing is known here; the class is refused if its base has virtual functions.
        if classes.iter().any(|class| self.depends(class)) {
            return Tokens::new();
        }
        let (aliases, objects) = self.trait_objects(&classes, place);
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
                _2
                NB::__private::inherit::answers::<_1>((_0))
            },",
            &[&asked, class, &aliases],
        )
    }

    /// `path`, the function of a class; what the traits of its trampolines have under that name goes first. `None` for other
    /// functions.
    pub(crate) fn virtual_function(&self, path: &[TokenTree], last: usize) -> Option<Tokens> {
        let owner = path.get(..last.checked_sub(2)?)?;
        // `<T>::x` is legal for a path, but as a type it is `T`.
        let owner = match template_end(owner, 0) {
            Some(end) if end == owner.len() => &owner[1..end - 1],
            _ => owner,
        };
        // An expression needs the `::` of `Vec3::<f32>`, where the statement of the class has none.
        let colon = |i: usize| is_path_sep(owner, i) && is_punct(owner, i + 2, '<');
        let kept = (0..owner.len()).filter(|&i| !(colon(i) || i > 0 && colon(i - 1)));
        let owner: Tokens = kept.map(|i| owner[i].clone()).collect();
        let classes = match self.related.get(&text(&owner)) {
            // A class without relatives has no trampoline, and one with a trampoline that it does not name is refused.
            Some(related) if related.is_empty() => return None,
            Some(related) => std::iter::once(&owner).chain(related).cloned().collect(),
            // Bound elsewhere, or no class at all; modules and type parameters look different.
            None if is_type_name(owner.last()?) => vec![owner],
            None => return None,
        };
        if last + 1 != path.len() || classes.iter().any(|class| self.depends(class)) {
            return None;
        }
        let place = path[last].span();
        let name = &path[last..];
        let mut chosen = self.nb.quote(place, "function", &[]);
        let (aliases, objects) = self.trait_objects(&classes, place);
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
