//! What the source of a module says about others: the modules inside it, the names it defines, and the paths it uses.

use std::collections::BTreeMap;
use std::iter::Peekable;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The names of modules from the crate's root, then perhaps that of an item; empty for the root.
pub type Path = Vec<String>;

/// One module, in a file of its own or inline.
#[derive(Debug, Default, PartialEq)]
pub struct Module {
    pub path: Path,
    /// The items it defines itself, as far as no macro makes them.
    pub items: Vec<String>,
    /// Names that it has through `use`.
    pub imports: BTreeMap<String, Path>,
    /// What it imports all names of.
    pub globs: Vec<Path>,
    /// Every path that begins at the crate's root or is relative to it, in `use` and elsewhere.
    pub uses: Vec<Path>,
}

/// The module at `path` with this source, and those that it holds inline. Comments, attributes and what is for tests only count
/// as nothing.
pub fn modules(path: Path, source: &str) -> Result<Vec<Module>, String> {
    let tokens: TokenStream = source.parse().map_err(|error| format!("{error}"))?;
    let mut found = Vec::new();
    read_module(path, tokens, &mut found);
    Ok(found)
}

fn read_module(path: Path, tokens: TokenStream, found: &mut Vec<Module>) {
    let mut reader = Reader { module: Module { path, ..Module::default() }, inner: Vec::new() };
    reader.items(tokens, true);
    found.push(reader.module);
    for (path, tokens) in reader.inner {
        read_module(path, tokens, found);
    }
}

struct Reader {
    module: Module,
    inner: Vec<(Path, TokenStream)>,
}

type Tokens = Peekable<proc_macro2::token_stream::IntoIter>;

impl Reader {
    /// Reads tokens at the level of items, or, where `at_items` is false, those inside an item.
    fn items(&mut self, tokens: TokenStream, at_items: bool) {
        let mut tokens = tokens.into_iter().peekable();
        // `pub(in crate::x)` says who may use this, not what it uses.
        if word(tokens.peek()).as_deref() == Some("in") {
            return;
        }
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '#' && skip_attribute(&mut tokens) => {
                    skip_item(&mut tokens)
                }
                TokenTree::Ident(name) => {
                    let name = name.to_string();
                    match name.as_str() {
                        "use" => self.tree(Vec::new(), &mut tokens, true),
                        "crate" | "super" | "self" if skip_colons(&mut tokens) => {
                            self.tree(vec![name], &mut tokens, false);
                        }
                        "mod" => self.inline(&mut tokens),
                        "struct" | "enum" | "union" | "trait" | "type" | "fn" | "const" | "static" if at_items => {
                            self.module.items.extend(word(tokens.peek()));
                        }
                        _ => {}
                    }
                }
                TokenTree::Group(group) => self.items(group.stream(), false),
                _ => {}
            }
        }
    }

    /// `mod name { .. }`; what `mod name;` names is a file of its own.
    fn inline(&mut self, tokens: &mut Tokens) {
        let Some(name) = word(tokens.peek()) else { return };
        tokens.next();
        if let Some(TokenTree::Group(body)) = tokens.peek() {
            let path = self.module.path.iter().cloned().chain([name]).collect();
            self.inner.push((path, body.stream()));
            tokens.next();
        }
    }

    /// A path whose beginning is `written`, with what the braces of a `use` branch it into.
    fn tree(&mut self, mut written: Path, tokens: &mut Tokens, import: bool) {
        match tokens.peek().cloned() {
            Some(TokenTree::Ident(name)) => {
                written.push(name.to_string());
                tokens.next();
                match skip_colons(tokens) {
                    true => self.tree(written, tokens, import),
                    false => self.note(written, tokens, import),
                }
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                tokens.next();
                let mut branches = group.stream().into_iter().peekable();
                while branches.peek().is_some() {
                    self.tree(written.clone(), &mut branches, import);
                    while branches.next_if(|token| !is_sign(Some(token), ',')).is_some() {}
                    branches.next();
                }
            }
            Some(TokenTree::Punct(sign)) if sign.as_char() == '*' && import => {
                tokens.next();
                if let Some(path) = self.absolute(&written) {
                    self.module.globs.push(path.clone());
                    self.module.uses.push(path);
                }
            }
            // The arguments in `crate::x::<T>` are read by the caller.
            _ => self.note(written, tokens, import),
        }
    }

    /// A whole path.
    fn note(&mut self, mut written: Path, tokens: &mut Tokens, import: bool) {
        // `use x::{self}` is `x`.
        if written.len() > 1 && written.last().is_some_and(|last| last == "self") {
            written.pop();
        }
        let mut name = written.last().cloned();
        if import && word(tokens.peek()).as_deref() == Some("as") {
            tokens.next();
            name = word(tokens.peek());
        }
        // `use<'a>` is no import.
        let Some(path) = self.absolute(&written).filter(|_| !written.is_empty()) else { return };
        if let (true, Some(name)) = (import, name) {
            self.module.imports.insert(name, path.clone());
        }
        self.module.uses.push(path);
    }

    /// The path from the root. `None` where it leads above it.
    fn absolute(&self, written: &[String]) -> Option<Path> {
        let mut path = self.module.path.clone();
        let mut rest = written;
        match written.first().map(String::as_str) {
            Some("crate") => {
                path.clear();
                rest = &written[1..];
            }
            Some("self") => rest = &written[1..],
            _ => {
                while let Some(("super", after)) = rest.split_first().map(|(first, after)| (first.as_str(), after)) {
                    path.pop()?;
                    rest = after;
                }
            }
        }
        path.extend_from_slice(rest);
        Some(path)
    }
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    }
}

/// Takes `::` off the front, if it is there.
fn skip_colons(tokens: &mut Tokens) -> bool {
    let mut ahead = tokens.clone();
    let found = is_sign(ahead.next().as_ref(), ':') && is_sign(ahead.next().as_ref(), ':');
    if found {
        *tokens = ahead;
    }
    found
}

/// Takes an attribute off the front, of which the `#` is gone. Whether what follows is for tests only.
fn skip_attribute(tokens: &mut Tokens) -> bool {
    tokens.next_if(|token| is_sign(Some(token), '!'));
    let Some(TokenTree::Group(group)) = tokens.next_if(|token| matches!(token, TokenTree::Group(_))) else {
        return false;
    };
    let mut inside = group.stream().into_iter();
    let name = word(inside.next().as_ref());
    let condition = inside.next().map(|condition| condition.to_string()).unwrap_or_default();
    name.as_deref() == Some("cfg") && condition == "(test)"
}

/// Takes an item off the front: up to its semicolon, or to its body.
fn skip_item(tokens: &mut Tokens) {
    for token in tokens.by_ref() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == ';' => return,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            _ => {}
        }
    }
    tokens.next_if(|token| is_sign(Some(token), ';'));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        text.split("::").filter(|part| !part.is_empty()).map(String::from).collect()
    }

    fn uses(source: &str) -> Vec<String> {
        let modules = modules(path("a::b"), source).unwrap();
        modules[0].uses.iter().map(|path| path.join("::")).collect()
    }

    #[test]
    fn paths_in_use_and_elsewhere() {
        let source = "
            use crate::x::{self, y::{One, Two as Other}, z};
            pub use super::c::*;
            fn f(v: &crate::p::Type<crate::q::Inner>) -> super::super::top { crate::m::call::<crate::n::T>(crate::o) }
        ";
        let expected =
            ["x", "x::y::One", "x::y::Two", "x::z", "a::c", "p::Type", "q::Inner", "top", "m::call", "n::T", "o"];
        assert_eq!(uses(source), expected);
    }

    #[test]
    fn what_uses_nothing() {
        for source in [
            "/// crate::x::Y\nfn f() {} // crate::x",
            "#[doc = \"crate::x\"] #[cfg(test)] mod tests { use crate::x; }",
            "#[cfg(test)] use crate::{x, y};",
            "#[cfg(test)] #[rustfmt::skip] fn f() { crate::x::y() }",
            "pub(crate) struct A; pub(in crate::x) struct B; pub(super) fn f(self) {}",
            "fn f() { \"crate::x\"; self.x }",
        ] {
            assert_eq!(uses(source), Vec::<String>::new(), "{source}");
        }
        assert_eq!(uses("#[cfg(not(test))] use crate::x;"), ["x"]);
        assert_eq!(uses("fn f() { for i in crate::x::all() {} }"), ["x::all"]);
        assert_eq!(uses("#[cfg(test)] mod t { use crate::x; } use crate::y;"), ["y"]);
    }

    #[test]
    fn macros_use_what_they_expand_to() {
        assert_eq!(uses("macro_rules! m { () => { $crate::x::y!(crate::z) } }"), ["x::y", "z"]);
    }

    #[test]
    fn names_that_a_module_has() {
        let source = "
            mod file; mod inside { pub(super) fn f() { super::g() } pub use super::Item; }
            pub struct Item<T>(T); pub(crate) fn g() { fn local() {} } pub use crate::x::{Y, Z as W}; pub use self::file::*;
        ";
        let modules = modules(path("a"), source).unwrap();
        let [outer, inner] = modules.as_slice() else { panic!("{modules:?}") };
        assert_eq!(outer.items, ["Item", "g"]);
        assert_eq!(outer.imports, BTreeMap::from([("Y".into(), path("x::Y")), ("W".into(), path("x::Z"))]));
        assert_eq!(outer.globs, [path("a::file")]);
        assert_eq!(inner.path, path("a::inside"));
        assert_eq!(inner.uses, [path("a::g"), path("a::Item")]);
    }
}
