//! The links of a binding chain: `.def(..)`, `.def_rw(..)` and their kin.
//!
//! Each becomes the plain builder's call: the fixed arguments, then one tuple of extras.

use crate::body::{Rewriter, Seq};
use crate::borrows::Lender;
use crate::calls::takes_a_tuple;
use crate::class::template;
use crate::constructors::Constructor;
use crate::cursor::*;
use crate::errors;
use crate::iterators;
use crate::scope::Whose;
use crate::write::{Nb, enclosed, regroup, stream};
use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote, quote_spanned};

/// A fixed argument of a binding method.
#[derive(Clone, Copy)]
enum Fixed {
    Name,
    Function,
    Field,
    Static,
}

/// The fixed arguments of a binding method.
fn signature(method: &str) -> Option<&'static [Fixed]> {
    Some(match method {
        "def" | "def_static" | "def_prop_ro" | "def_prop_ro_static" | "def_prop_deleter" => {
            &[Fixed::Name, Fixed::Function]
        }
        "def_prop_rw" | "def_prop_rw_static" => &[Fixed::Name, Fixed::Function, Fixed::Function],
        "def_rw" | "def_ro" => &[Fixed::Name, Fixed::Field],
        "def_rw_static" | "def_ro_static" => &[Fixed::Name, Fixed::Static],
        "def_cast" => &[],
        _ => return None,
    })
}

impl Rewriter {
    /// A field access or method call whose `.` is at `s.i`.
    pub(crate) fn method(&mut self, s: &mut Seq) {
        let toks = s.toks;
        let Some(name) = ident_at(toks, s.i + 1) else { return };
        if self.array_view(s) {
            return;
        }
        let generic = is_path_sep(toks, s.i + 2).then(|| template_end(toks, s.i + 4)).flatten();
        if let Some(fixed) = signature(&name.to_string())
            && let Some(end) = template_end(toks, s.i + 2)
            && let Some(group) = group_at(toks, end, Delimiter::Parenthesis)
            && self.whose(s) != Whose::Users
        {
            // `x.def < y > (z)` compares nothing: these names are methods.
            return self.link(s, name, Some(end), fixed, group);
        }
        let call = generic.unwrap_or(s.i + 2);
        let Some(group) = group_at(toks, call, Delimiter::Parenthesis) else {
            s.chain = None;
            self.asked(s);
            return s.copy_to(s.i + 2);
        };
        let method = name.to_string();
        // Only these names are looked at for whose they are.
        let may_bind = method.starts_with("def") && self.may_bind(s);
        if may_bind {
            self.foreign_method(&toks[s.i + 1]);
        }
        if let Some(fixed) = signature(&method).filter(|fixed| generic.is_none() && self.binds(s, fixed.len(), group)) {
            return self.link(s, name, None, fixed, group);
        }
        let entry = matches!(method.as_str(), "value" | "str_value") && generic.is_none();
        if entry && s.chain.as_ref().is_some_and(|class| self.is_enum(class)) {
            return self.entry(s, name, group);
        }
        if (method == "cast" || method == "try_cast")
            && group.stream().is_empty()
            && let Some(list) = generic.map(|end| &toks[s.i + 5..end - 1]).filter(|list| may_be_bound(list))
        {
            // C++ needs no name for the extension; a class is known by it.
            let place = name.span();
            let list = self.types(list);
            let domain = self.domain.clone();
            s.copy_to(s.i + 1);
            s.out.append(self.nb.ident(&format!("{method}_in"), place));
            let nb = self.nb.at(place);
            s.out.extend(quote_spanned!(nb.span=> ::<#domain, #list>));
            s.out.append(group.clone());
            s.i = call + 1;
            return;
        }
        if method == "class_" || method == "enum_" {
            // The builder's own spelling.
            s.chain = template(toks, s.i + 1).and_then(|(types, _)| types.first().map(|class| class.to_vec().into()));
        }
        let before = self.nb.changes();
        let inner = tokens(group.stream());
        let mut new = if takes_a_tuple(&method) && generic.is_none() {
            self.call_arguments(&inner, s.raise, false)
        } else {
            self.list(&inner, s.raise)
        };
        if method == "attr"
            && let [TokenTree::Literal(text)] = inner.as_slice()
            && text.to_string().starts_with(['"', 'r'])
        {
            // Made once for this place, as in nanobind; it is a text for whoever wants one.
            let nb = self.nb.at(text.span());
            new = quote_spanned!(nb.span=> #nb::name!(#text));
        }
        if method == "def_submodule" && may_bind && split_args(&inner).len() == 1 {
            // The docstring may be left out in C++.
            let nb = self.nb.at(name.span());
            let comma = (!is_punct(&inner, inner.len() - 1, ',')).then(|| quote_spanned!(nb.span=> ,));
            new.extend(quote_spanned!(nb.span=> #comma ""));
        }
        self.called(s, &method, group);
        s.copy_to(call);
        s.out.append(self.nb.updated(group, before, new));
        s.i += 1;
        if method == "attr" || method == "doc" {
            s.place = Some(s.i);
        }
        if method == "attr" {
            self.postfix(s);
        }
    }

    /// A member of an enumeration: with a docstring, the builder's method has another name.
    fn entry(&mut self, s: &mut Seq, name: &Ident, group: &Group) {
        let inner = tokens(group.stream());
        let method = name.to_string();
        let needed = if method == "value" { 2 } else { 3 };
        let given = split_args(&inner).len();
        if given < needed || given > needed + 1 {
            self.errors.push(&[name.clone().into(), group.clone().into()], errors::entry_form(&method));
        }
        let method = if given > needed { format!("{method}_doc") } else { method };
        s.copy_to(s.i + 1);
        s.out.append(Ident::new(&method, name.span()));
        let new = self.list(&inner, s.raise);
        s.out.append(regroup(group, new));
        s.i += 2;
    }

    /// A link, whose template list ends at `chosen` if it has one.
    fn link(&mut self, s: &mut Seq, name: &Ident, chosen: Option<usize>, fixed: &[Fixed], group: &Group) {
        let inner = tokens(group.stream());
        let args = split_args(&inner);
        let method = name.to_string();
        s.out.append(s.toks[s.i].clone());
        s.whose = Some(Whose::Ours);
        let class = s.chain.clone();
        // Modules take no visitors; elsewhere a function without a name is asked whether it is one.
        let on_module = s.i.checked_sub(1).and_then(|at| ident_at(s.toks, at)).is_some_and(|id| self.is_module(id));
        // How many arguments the receiver takes that have no annotation; only a known receiver says.
        let implicit = match (method.as_str(), &class) {
            ("def", Some(_)) => Some(1),
            ("def_static", Some(_)) => Some(0),
            // `nb_fn!` has a chain that begins with the link.
            ("def", None) if on_module || s.i == 0 => Some(0),
            _ => None,
        };
        if let Some(end) = chosen {
            let functions = args.get(1..fixed.len()).unwrap_or_default();
            self.check_chosen(&s.toks[s.i + 2..end], functions);
        }
        s.i = chosen.unwrap_or(s.i + 2) + 1;
        if let Some(constructor) = args.first().filter(|_| method == "def").and_then(|arg| Constructor::parse(arg)) {
            let place = constructor.name.span();
            s.out.append(self.nb.ident(constructor.method(), place));
            if constructor.name == "pickle" {
                let functions = split_args(&constructor.args);
                if functions.len() != 2 || args.len() != 1 {
                    self.errors.push(&[constructor.name.clone().into()], errors::PICKLE);
                }
                let mut all = TokenStream::new();
                for function in functions {
                    let function = self.function(function, Lender::Instance, s.raise);
                    all.extend(quote!(#function,));
                }
                return s.out.append(regroup(group, all));
            }
            let function = self.constructor(&constructor, class.as_ref(), s.raise);
            if let Some(types) = &constructor.types {
                self.check_count(types.len() + 1, 1, &args[1..]);
            }
            let extras = self.extras(&args[1..], TokenStream::new(), group.span(), s.raise);
            let nb = self.nb.at(place);
            return s.out.append(regroup(group, quote_spanned!(nb.span=> #function, #extras)));
        }
        if let Some(operator) = args
            .first()
            .filter(|_| method == "def" || method == "def_cast")
            .and_then(|arg| self.operator(arg, class.as_ref(), s.raise))
        {
            let target = if method == "def" { "def_op" } else { "def_cast" };
            return self.whole(s, name, target, operator, &args, group);
        }
        if method == "def_cast" {
            s.out.append(name.clone());
            let new = self.list(&inner, s.raise);
            return s.out.append(regroup(group, new));
        }
        if method == "def"
            && !on_module
            && !args.first().is_some_and(|arg| is_string(arg))
            && let Some(visitor) = self.visitor(&args, s.raise)
        {
            return self.whole(s, name, "def_visit", visitor, &args, group);
        }
        // C++ says with a null setter that there is none.
        let (args, fixed, name) = match (method.strip_prefix("def_prop_rw"), args.as_slice()) {
            (Some(kind), [title, getter, setter, extras @ ..])
                if setter.len() == 1 && is_ident(setter, 0, "nullptr") =>
            {
                let name = Ident::new(&format!("def_prop_ro{kind}"), name.span());
                ([&[*title, *getter], extras].concat(), &fixed[..2], name)
            }
            _ => (args, fixed, name.clone()),
        };
        s.out.append(name.clone());
        if args.len() < fixed.len() {
            self.errors.push(&[name.clone().into(), group.clone().into()], errors::missing_arguments(&method));
            let new = self.list(&inner, s.raise);
            return s.out.append(regroup(group, new));
        }
        let functions = fixed.iter().zip(&args).filter(|(kind, _)| matches!(kind, Fixed::Function));
        let iterating =
            functions.filter_map(|(_, function)| iterators::annotations(function, &args[fixed.len()..])).next();
        let args: Vec<&[TokenTree]> = match &iterating {
            Some(extras) => args[..fixed.len()].iter().copied().chain(extras.iter().map(Vec::as_slice)).collect(),
            None => args,
        };
        let lender = Lender::of(&method, on_module, &args[fixed.len()..]);
        let mut new = TokenStream::new();
        for (kind, arg) in fixed.iter().zip(&args) {
            let arg = match kind {
                Fixed::Function if method.ends_with("_static") => self.static_function(arg, lender, s.raise),
                Fixed::Function => self.function(arg, lender, s.raise),
                Fixed::Field => self.field(arg, s.raise),
                Fixed::Name | Fixed::Static => self.expr(arg, s.raise),
            };
            new.extend(quote!(#arg,));
        }
        let mut extras = self.extras(&args[fixed.len()..], TokenStream::new(), group.span(), s.raise);
        if let Some(implicit) = implicit {
            let function = self.without_casts(args[1]);
            self.check_rest(&function);
            extras = self.counted(&function, implicit, &args[fixed.len()..], extras, s.raise);
        }
        new.append(extras);
        s.out.append(regroup(group, new));
    }

    /// The link `.target(first, (extras))`, for a `.def` whose first argument says all but the annotations.
    fn whole(
        &mut self,
        s: &mut Seq,
        name: &Ident,
        target: &str,
        first: TokenStream,
        args: &[&[TokenTree]],
        group: &Group,
    ) {
        s.out.append(self.nb.ident(target, name.span()));
        let extras = self.extras(&args[1..], TokenStream::new(), group.span(), s.raise);
        let nb = self.nb.at(group.span());
        s.out.append(regroup(group, quote_spanned!(nb.span=> #first, #extras)));
    }

    /// `nb::cpp_function(&f, "a"_a)`: adds the domain, and puts the extras into a tuple. The function is the argument
    /// with the index `first`. False for calls that name the domain themselves.
    pub(crate) fn run_time_function(&mut self, s: &mut Seq, name: usize, first: usize) -> bool {
        let Some(group) = group_at(s.toks, name + 1, Delimiter::Parenthesis) else { return false };
        let inner = tokens(group.stream());
        let args = split_args(&inner);
        if args.len() <= first {
            return false;
        }
        s.copy_to(name + 1);
        let place = s.toks[name].span();
        let domain = self.domain.clone();
        let nb = self.nb.at(place);
        s.out.extend(quote_spanned!(nb.span=> ::<#domain, _, _, _>));
        let mut new = TokenStream::new();
        for arg in &args[..first] {
            let arg = self.expr(arg, s.raise);
            new.extend(quote!(#arg,));
        }
        let function = self.function(args[first], Lender::of("", true, &args[first + 1..]), s.raise);
        let extras = self.extras(&args[first + 1..], TokenStream::new(), group.span(), s.raise);
        s.out.append(regroup(group, quote!(#new #function, #extras)));
        s.i = name + 2;
        true
    }

    /// An argument that is a function: `&path` is C++'s function pointer, in Rust the path alone, unless that is virtual.
    fn function(&mut self, toks: &[TokenTree], lender: Lender, raise: bool) -> TokenStream {
        self.function_or(toks, lender, raise, Self::virtual_function)
    }

    /// The same for a function without a receiver, which cannot be virtual.
    pub(crate) fn static_function(&mut self, toks: &[TokenTree], lender: Lender, raise: bool) -> TokenStream {
        self.function_or(toks, lender, raise, |_, _, _| None)
    }

    /// A closure, or a path in place of which `other` may put something.
    fn function_or(
        &mut self,
        toks: &[TokenTree],
        lender: Lender,
        raise: bool,
        other: fn(&mut Self, &[TokenTree], usize) -> Option<TokenStream>,
    ) -> TokenStream {
        let toks = self.without_casts(toks);
        match pointed_path(&self.nb, &toks) {
            Some((path, last)) => {
                self.check_generic(&path, last);
                other(self, &path, last).unwrap_or_else(|| stream(&path))
            }
            None => self.closure(&toks, lender, raise),
        }
    }

    /// An argument that is a field: `&Dog::age` is C++'s member pointer, in Rust a place.
    fn field(&mut self, toks: &[TokenTree], raise: bool) -> TokenStream {
        let member = |(path, last): &(Tokens, usize)| *last > 1 && last + 1 == path.len();
        let toks = self.without_casts(toks);
        let Some((path, last)) = pointed_path(&self.nb, &toks).filter(member) else { return self.expr(&toks, raise) };
        let (owner, name) = (stream(owner(&path[..last - 2])), &path[last]);
        // The expansion of the library's `field!`, in a block that is the user's by its span.
        // SAFETY (of the generated block): both closures name the field whose offset was just taken; `offset_of!`
        // refuses fields reached through `Deref`. Dereferenced by hand, so that a wrong name is reported once. The closures
        // stand outside of the block, so that the compiler refuses fields of a union.
        let nb = self.nb.at(name.span());
        let block = quote_spanned!(nb.span=>
            let _: usize = const { ::core::mem::offset_of!(#owner, #name) };
            #[allow(clippy::explicit_auto_deref)]
            let get: fn(&#owner) -> &_ = |value| &(*value).#name;
            #[allow(clippy::explicit_auto_deref)]
            let get_mut: fn(&mut #owner) -> &mut _ = |value| &mut (*value).#name;
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe { #nb::Field::<#owner, _>::new(get, get_mut) }
        );
        enclosed(Delimiter::Brace, block, name.span()).into()
    }
}

/// The path behind a `&`, spelled as Rust spells it, and where its last name is.
pub(crate) fn pointed_path(nb: &Nb, toks: &[TokenTree]) -> Option<(Tokens, usize)> {
    let toks = peel(toks);
    if !is_punct(&toks, 0, '&') {
        return None;
    }
    let toks = peel(&toks[1..]);
    let path = path_at(&toks, 0).filter(|path| path.end == toks.len())?;
    let mut out = Vec::with_capacity(toks.len());
    let mut last = path.last;
    for (i, tok) in toks.iter().enumerate() {
        // C++ writes `Vec3<f32>::x`; only directly after a name does an expression need the `::`. Deeper in the list
        // it would be legal too, so there is no need to tell the levels apart.
        if i > 0 && is_punct(&toks, i, '<') && ident_at(&toks, i - 1).is_some() {
            let nb = nb.at(tok.span());
            out.extend(quote_spanned!(nb.span=> ::));
            last += if i < path.last { 2 } else { 0 };
        }
        out.push(tok.clone());
    }
    Some((out, last))
}

/// Whether a type may be bound by the extension, or hold one that is: a name in capitals, as against `.cast::<u8>()` of a pointer.
fn may_be_bound(ty: &[TokenTree]) -> bool {
    ty.iter().any(|tok| matches!(tok, TokenTree::Ident(id) if id.to_string().starts_with(char::is_uppercase)))
        || ty.iter().any(|tok| matches!(tok, TokenTree::Group(g) if may_be_bound(&tokens(g.stream()))))
}

/// Whether the tokens are one string literal.
pub(crate) fn is_string(toks: &[TokenTree]) -> bool {
    match peel(toks).as_slice() {
        [TokenTree::Literal(literal)] => is_string_literal(literal),
        _ => false,
    }
}

fn is_string_literal(literal: &Literal) -> bool {
    let source = literal.to_string();
    source.starts_with(['"', 'r']) && source.ends_with(['"', '#'])
}
