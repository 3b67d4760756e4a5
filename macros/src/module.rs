//! `nb_module!`: the extension's domain, its body and its entry point.

use crate::body::{Ctx, Mode, Rewriter, Type};
use crate::counts::locals;
use crate::cursor::*;
use crate::errors;
use crate::quote::{place_of, regroup};
use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream, TokenTree};
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
pub(crate) fn expand(nb: Tokens, input: &[TokenTree]) -> TokenStream {
    let mut rewriter = Rewriter::new(nb);
    let Some(header) = header(&mut rewriter, input) else { return rewriter.errors.to_tokens() };
    rewriter.bind_module(&header.variable);
    rewriter.domain = rewriter.nb.quote(header.name.span(), "NbDomain", &[]);
    let body = rewriter.body(&header.body);
    let mut out = rewriter.errors.to_tokens();
    if rewriter.errors.is_empty() {
        out.extend(domain(&rewriter, &header, body));
        out.extend(entry_point(&rewriter, &header));
    } else {
        // The domain still exists, so that the mistake is not repeated by every registration in the crate.
        let empty = rewriter.nb.quote(header.body.span(), "::core::result::Result::Ok(())", &[]);
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
            if word.to_string() == "parts" && list.delimiter() == Delimiter::Bracket =>
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
fn domain(rewriter: &Rewriter, header: &Header, body: TokenTree) -> Tokens {
    let nb = &rewriter.nb;
    let place = header.name.span();
    let mut out = nb.quote(
        place,
        "#[doc(hidden)] #[allow(non_camel_case_types)] pub struct NbDomain;
        impl NB::__private::Domain for NbDomain {}",
        &[],
    );
    out.extend(rewriter.class_impls(&nb.quote(place, "NbDomain", &[])));
    let mut parts = Vec::new();
    for part in &header.parts {
        let at = place_of(&part.path);
        let path = text(&part.path);
        let literal: TokenTree = Literal::string(&path).into();
        let expected = match &part.expected {
            None => nb.quote(at, "::core::option::Option::None", &[]),
            Some(n) => nb.quote(at, "::core::option::Option::Some(_0)", &[std::slice::from_ref(n)]),
        };
        parts.extend(nb.quote(at, "NB::__private::Part { path: _0, expected: _1 },", &[&[literal], &expected]));
        // These always exist, hold the macro call itself, and cannot be imported under no name.
        if !["self", "super", "crate"].contains(&path.as_str()) {
            out.extend(nb.quote(at, "const _: () = { #[allow(unused_imports)] use _0 as _; };", &[&part.path]));
        }
    }
    let name = CString::new(plain_name(header)).expect("identifiers contain no NUL");
    let mut name = Literal::c_string(&name);
    name.set_span(place);
    // A module whose bindings all register themselves has an empty body, which does not use its variable.
    out.extend(nb.quote(
        place,
        "impl NB::Module for NbDomain {
            const NAME: &'static ::core::ffi::CStr = _0;
            const MODULE_PATH: &'static str = ::core::module_path!();
            const PARTS: &'static [NB::__private::Part] = &[_1];
            fn body(#[allow(unused_variables)] _2: &NB::module_<Self>) -> NB::Result<()> _3
        }",
        &[&[name.into()], &parts, &[header.variable.clone().into()], &[body]],
    ));
    out
}

/// The function Python's import system looks for.
fn entry_point(rewriter: &Rewriter, header: &Header) -> Tokens {
    let place = header.name.span();
    let symbol = rewriter.nb.ident(&format!("PyInit_{}", plain_name(header)), place);
    // SAFETY (of the generated block): `init` needs the calling thread attached to an interpreter. The function has no
    // caller but the import system, which is the interpreter itself; the symbol's name is reserved for it.
    rewriter.nb.quote(
        place,
        "#[unsafe(no_mangle)]
        #[doc(hidden)]
        #[allow(non_snake_case, clippy::missing_safety_doc)]
        pub unsafe extern \"C\" fn _0() -> *mut NB::ffi::PyObject {
            static DEF: NB::__private::ModuleDef = NB::__private::ModuleDef::new::<NbDomain>();
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe { DEF.init() }
        }",
        &[&[symbol]],
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
        let mut new = self.block(&inner, false);
        // Anything but a finished statement is the user's own result, usually `Ok(())`.
        let last = inner.len().wrapping_sub(1);
        if inner.is_empty() || is_punct(&inner, last, ';') || group_at(&inner, last, Delimiter::Brace).is_some() {
            let ok = "#[allow(unreachable_code)] { ::core::result::Result::Ok(()) }";
            new.extend(self.nb.quote(block.span(), ok, &[]));
        }
        regroup(block, new)
    }

    /// The statements of a block, after the items that they need.
    pub(crate) fn block(&mut self, inner: &[TokenTree], raise: bool) -> Tokens {
        let mut attributes = 0;
        while is_punct(inner, attributes, '#') && is_punct(inner, attributes + 1, '!') {
            attributes += 3;
        }
        let statements = self.walk(inner, Ctx { mode: Mode::Block, raise }, None);
        [&statements[..attributes], &self.declared, &statements[attributes..]].concat()
    }

    /// For every class the body declares: `__class!`, which implements `Class<domain>` and passing by value, and for
    /// every enumeration `__enum!`. Types that the
    /// library converts by value get `Class` alone, so that `Vec<f64>` can be a list by value and a class by reference.
    pub(crate) fn class_impls(&self, domain: &[TokenTree]) -> Tokens {
        let implement = |class: &Type| {
            let template =
                if is_converted(class) { "NB::__class_marker! { _0, _1 }" } else { "NB::__class! { _0, _1 }" };
            self.nb.quote(place_of(class), template, &[domain, class])
        };
        let enumerations =
            self.enums.iter().flat_map(|ty| self.nb.quote(place_of(ty), "NB::__enum! { _0, _1 }", &[domain, ty]));
        self.classes.iter().flat_map(implement).chain(enumerations).collect()
    }
}

/// Types of the standard library that `nb` converts by value, by the last name of their path.
const CONVERTED: [&str; 29] = [
    "Vec", "VecDeque", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "String", "Option", "PathBuf", "CString",
    "OsString", "Cow", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
    "u64", "u128", "usize", "str",
];

/// Whether a class type is one that converts by value: a known name, or a tuple or array.
fn is_converted(class: &[TokenTree]) -> bool {
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
