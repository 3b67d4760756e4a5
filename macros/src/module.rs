//! `nb_module!`: the extension's domain, its body and its entry point.

use crate::body::{Ctx, Mode, Rewriter, Type};
use crate::counts::locals;
use crate::cursor::*;
use crate::errors;
use crate::namespaces::is_pybind11;
use crate::patterns::rebound;
use crate::write::{place_of, regroup};
use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use std::ffi::CString;

/// The arguments of `nb_module!`.
struct Header {
    name: Ident,
    variable: Ident,
    parts: Vec<Part>,
    body: Group,
}

/// A place whose registrations belong to the module.
struct Part {
    path: Tokens,
    expected: Option<TokenTree>,
}

/// Expands `nb_module!`.
pub(crate) fn expand(nb: TokenStream, input: &[TokenTree]) -> TokenStream {
    let mut rewriter = Rewriter::new(nb);
    let Some(header) = header(&mut rewriter, input) else { return rewriter.errors.to_tokens() };
    rewriter.bind_module(&header.variable);
    let nb = rewriter.nb.at(header.name.span());
    rewriter.domain = quote_spanned!(nb.span=> NbDomain);
    let body = rewriter.body(&header.body);
    let mut out = rewriter.errors.to_tokens();
    if rewriter.errors.is_empty() {
        out.extend(domain(&rewriter, &header, body));
        out.extend(entry_point(&rewriter, &header));
    } else {
        // The domain still exists, so that the mistake is not repeated by every registration in the crate.
        let nb = rewriter.nb.at(header.body.span());
        let empty = quote_spanned!(nb.span=> ::core::result::Result::Ok(()));
        out.extend(domain(&rewriter, &header, regroup(&header.body, empty)));
    }
    out
}

fn header(rewriter: &mut Rewriter, input: &[TokenTree]) -> Option<Header> {
    let args = split_args(input);
    let name = word(args.first().copied());
    let variable = word(args.get(1).copied());
    let Some(name) = name else {
        rewriter.errors.push(args.first().copied().unwrap_or_default(), errors::MODULE_NAME);
        return None;
    };
    let Some(variable) = variable else {
        rewriter.errors.push(args.get(1).copied().unwrap_or_default(), errors::MODULE_VARIABLE);
        return None;
    };
    let (parts, body) = match &args[2..] {
        [body] => (None, body),
        [parts, body] => (Some(parts), body),
        rest => {
            rewriter.errors.push(rest.last().copied().unwrap_or_default(), errors::MODULE_FORM);
            return None;
        }
    };
    let [TokenTree::Group(body)] = body else {
        rewriter.errors.push(body, errors::MODULE_FORM);
        return None;
    };
    let listed = match parts {
        None => Some(Vec::new()),
        Some([TokenTree::Ident(word), TokenTree::Group(list)])
            if *word == "parts" && list.delimiter() == Delimiter::Bracket =>
        {
            part_list(rewriter, &tokens(list.stream()))
        }
        Some(other) => {
            rewriter.errors.push(other, errors::MODULE_FORM);
            None
        }
    }?;
    if body.delimiter() != Delimiter::Brace {
        rewriter.errors.push(&[body.clone().into()], errors::MODULE_FORM);
        return None;
    }
    Some(Header { name, variable, parts: listed, body: body.clone() })
}

/// A lone identifier.
fn word(toks: Option<&[TokenTree]>) -> Option<Ident> {
    match peel(toks?).as_slice() {
        [TokenTree::Ident(word)] => Some(word.clone()),
        _ => None,
    }
}

fn part_list(rewriter: &mut Rewriter, toks: &[TokenTree]) -> Option<Vec<Part>> {
    let parts = split_args(toks).into_iter().map(|toks| {
        let end = path_at(toks, 0).map(|path| path.end);
        match (end, toks.len() - end.unwrap_or_default()) {
            (Some(_), 0) => Some(Part { path: toks.to_vec(), expected: None }),
            (Some(end), 2) if is_assign(toks, end) && matches!(toks[end + 1], TokenTree::Literal(_)) => {
                Some(Part { path: toks[..end].to_vec(), expected: Some(toks[end + 1].clone()) })
            }
            _ => {
                rewriter.errors.push(toks, errors::PART_FORM);
                None
            }
        }
    });
    // Collected in two steps so that every malformed part is reported.
    let parts: Vec<Option<Part>> = parts.collect();
    parts.into_iter().collect()
}

/// The domain type with its traits, and a use of every part so that the linker keeps it and its path must exist.
fn domain(rewriter: &Rewriter, header: &Header, body: TokenTree) -> TokenStream {
    let place = header.name.span();
    let nb = rewriter.nb.at(place);
    let mut out = quote_spanned!(nb.span=>
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        pub struct NbDomain;
        impl #nb::__private::Domain for NbDomain {}
    );
    out.extend(rewriter.class_impls(&rewriter.domain));
    let mut parts = TokenStream::new();
    for part in &header.parts {
        let nb = rewriter.nb.at(place_of(&part.path));
        let path = text(&part.path);
        let literal = Literal::string(&path);
        let expected = match &part.expected {
            None => quote_spanned!(nb.span=> ::core::option::Option::None),
            Some(n) => quote_spanned!(nb.span=> ::core::option::Option::Some(#n)),
        };
        parts.extend(quote_spanned!(nb.span=> #nb::__private::Part { path: #literal, expected: #expected },));
        // These always exist, hold the macro call itself, and cannot be imported under no name.
        if !["self", "super", "crate"].contains(&path.as_str()) {
            let path = &part.path;
            out.extend(quote_spanned!(nb.span=> const _: () = { #[allow(unused_imports)] use #(#path)* as _; };));
        }
    }
    let name = CString::new(plain_name(header)).expect("identifiers contain no NUL");
    let mut name = Literal::c_string(&name);
    name.set_span(place);
    // A module whose bindings all register themselves has an empty body, which does not use its variable.
    let variable = &header.variable;
    let dialect = is_pybind11().then(|| quote_spanned!(nb.span=> const PYBIND11: bool = true;));
    out.extend(quote_spanned!(nb.span=> impl #nb::Module for NbDomain {
        const NAME: &'static ::core::ffi::CStr = #name;
        const MODULE_PATH: &'static str = ::core::module_path!();
        const PARTS: &'static [#nb::__private::Part] = &[#parts];
        #dialect
        fn body(#[allow(unused_variables)] #variable: &#nb::module_<Self>) -> #nb::Result<()> #body
    }));
    out
}

/// The function Python's import system looks for.
fn entry_point(rewriter: &Rewriter, header: &Header) -> TokenStream {
    let place = header.name.span();
    let symbol = rewriter.nb.ident(&format!("PyInit_{}", plain_name(header)), place);
    // SAFETY (of the generated block): `init` needs the calling thread attached to an interpreter. The function has no
    // caller but the import system, which is the interpreter itself; the symbol's name is reserved for it.
    let nb = rewriter.nb.at(place);
    quote_spanned!(nb.span=>
        #[unsafe(no_mangle)]
        #[doc(hidden)]
        #[allow(non_snake_case, clippy::missing_safety_doc)]
        pub unsafe extern "C" fn #symbol() -> *mut #nb::ffi::PyObject {
            static DEF: #nb::__private::ModuleDef = #nb::__private::ModuleDef::new::<NbDomain>();
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe { DEF.init() }
        }
    )
}

fn plain_name(header: &Header) -> String {
    let name = header.name.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_owned)
}

impl Rewriter {
    /// A block of statements as the body of a function returning `NB::Result<()>`.
    pub(crate) fn body(&mut self, block: &Group) -> TokenTree {
        let inner = tokens(block.stream());
        self.scan(&inner);
        locals(&inner, &mut self.locals);
        rebound(&inner, &mut self.rebound);
        let mut new = self.block(&inner, false);
        // Anything but a finished statement is the user's own result, usually `Ok(())`.
        let last = inner.len().wrapping_sub(1);
        if inner.is_empty() || is_punct(&inner, last, ';') || group_at(&inner, last, Delimiter::Brace).is_some() {
            let nb = self.nb.at(block.span());
            new.extend(quote_spanned!(nb.span=> #[allow(unreachable_code)] { ::core::result::Result::Ok(()) }));
        }
        regroup(block, new)
    }

    /// The statements of a block, after the items that they need.
    pub(crate) fn block(&mut self, inner: &[TokenTree], raise: bool) -> TokenStream {
        let mut attributes = 0;
        while is_punct(inner, attributes, '#') && is_punct(inner, attributes + 1, '!') {
            attributes += 3;
        }
        let (attributes, statements) = inner.split_at(attributes);
        let statements = self.walk(statements, Ctx { mode: Mode::Block, raise }, None);
        let declared = &self.declared;
        quote!(#(#attributes)* #declared #statements)
    }

    /// For every class the body declares: `__class!`, which implements `Class<domain>` and passing by value, and for
    /// every enumeration `__enum!`, for a container `__container!` besides. Types that the
    /// library converts by value get `Class` alone, so that `Vec<f64>` can be a list by value and a class by reference.
    pub(crate) fn class_impls(&self, domain: &TokenStream) -> TokenStream {
        let implement = |macro_name: &str, ty: &Type| {
            let place = place_of(ty);
            let (nb, name) = (self.nb.at(place), self.nb.ident(macro_name, place));
            quote_spanned!(nb.span=> #nb::#name! { #domain, #(#ty)* })
        };
        let mut out = TokenStream::new();
        for class in &self.classes {
            out.extend(implement(if is_converted(class) { "__class_marker" } else { "__class" }, class));
        }
        out.extend(self.containers.iter().map(|ty| implement("__container", ty)));
        out.extend(self.enums.iter().map(|ty| implement("__enum", ty)));
        out
    }
}

/// Types of the standard library that `nb` converts by value, by the last name of their path.
const CONVERTED: [&str; 29] = [
    "Vec", "VecDeque", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "String", "Option", "PathBuf", "CString",
    "OsString", "Cow", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
    "u64", "u128", "usize", "str",
];

/// Whether a class type is one that converts by value: a known name, or a tuple or array.
pub(crate) fn is_converted(class: &[TokenTree]) -> bool {
    let mut last = None;
    for token in peel(class) {
        match &token {
            TokenTree::Ident(name) => last = Some(name.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == '<' => break,
            TokenTree::Group(_) if last.is_none() => return true,
            _ => {}
        }
    }
    last.is_some_and(|name| CONVERTED.contains(&name.as_str()))
}
