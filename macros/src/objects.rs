//! Python objects and exceptions made as in C++: `nb::dict()`, `nb::int_(1)`, `nb::list(values)`, `nb::stop_iteration()`.
//!
//! In Rust a type is no function, so these become the functions that make a value of it. What fails raises as in C++.

use crate::body::{Rewriter, Seq};
use crate::cursor::*;
use crate::errors;
use crate::scope::Declared;
use crate::write::regroup;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote_spanned};

/// Wrappers, and a scope, that C++ makes without an argument.
const DEFAULT: &[&str] = &["dict", "ellipsis", "error_scope", "frozenset", "list", "not_implemented", "set", "tuple"];

/// Wrappers that C++ makes of a value or of another object.
const OF_ONE: &[&str] = &[
    "bool_",
    "bytearray",
    "bytes",
    "dict",
    "float_",
    "frozenset",
    "handle",
    "int_",
    "list",
    "memoryview",
    "object",
    "set",
    "str",
    "str_",
    "tuple",
];

/// What `typing` makes of the arguments of a call.
const TYPE_VARIABLES: &[&str] = &["param_spec", "type_var", "type_var_tuple"];

/// Exceptions whose text C++ may leave out.
const EXCEPTIONS: &[&str] = &[
    "attribute_error",
    "buffer_error",
    "import_error",
    "index_error",
    "key_error",
    "stop_iteration",
    "type_error",
    "value_error",
];

/// Annotations, which C++ also makes with braces.
const ANNOTATIONS: &[&str] = &[
    "call_guard",
    "call_policy",
    "dynamic_attr",
    "init",
    "init_implicit",
    "is_arithmetic",
    "is_final",
    "is_flag",
    "is_generic",
    "is_implicit",
    "is_method",
    "is_operator",
    "is_str",
    "is_weak_referenceable",
    "keep_alive",
    "kw_only",
    "lock_self",
    "never_destruct",
    "none",
    "supplement",
];

impl Rewriter {
    /// A value made by the name at `name`; false if the name is not called.
    pub(crate) fn object(&mut self, s: &mut Seq, name: usize) -> bool {
        let toks = s.toks;
        let word = toks[name].to_string();
        let place = toks[name].span();
        if word == "module_" {
            return self.import(s, name);
        }
        if self.declared_object(s, name) {
            return true;
        }
        let Some(group) = made_by(s, name + 1) else { return false };
        let inner = tokens(group.stream());
        let args = split_args(&inner);
        let known = word == "str" || DEFAULT.contains(&word.as_str()) || OF_ONE.contains(&word.as_str());
        let fallible = match (word.as_str(), args.as_slice()) {
            ("object" | "handle", []) => {
                self.errors.push(&toks[name..=name + 1], errors::EMPTY_OBJECT);
                false
            }
            ("bytearray", []) => {
                let nb = self.nb.at(place);
                s.out.extend(quote_spanned!(nb.span=> #nb::bytearray::new(&[])));
                false
            }
            (word, []) if DEFAULT.contains(&word) => {
                let (nb, name) = (self.nb.at(place), self.nb.ident(word, place));
                s.out.extend(quote_spanned!(nb.span=> #nb::#name::new()));
                false
            }
            (word, []) if EXCEPTIONS.contains(&word) => {
                let (nb, name) = (self.nb.at(place), self.nb.ident(word, place));
                s.out.extend(quote_spanned!(nb.span=> #nb::#name("")));
                false
            }
            ("bytes" | "bytearray" | "str" | "str_", [_, _]) => {
                self.errors.push(&toks[name..=name + 1], errors::WITH_LENGTH);
                false
            }
            (word, _) if TYPE_VARIABLES.contains(&word) => {
                // A tuple is how plain Rust writes them.
                let is_tuple =
                    matches!(inner.as_slice(), [TokenTree::Group(one)] if one.delimiter() == Delimiter::Parenthesis);
                let arguments = self.call_arguments(&inner, s.raise, !is_tuple);
                s.copy_to(name + 1);
                s.out.append(self.call_of(group, arguments));
                true
            }
            ("any_type", []) => {
                s.copy_to(name + 2);
                true
            }
            ("slice", parts) if (1..=3).contains(&parts.len()) => {
                let nb = self.nb.at(place);
                let absent = quote_spanned!(nb.span=> ::core::option::Option::<isize>::None);
                let mut given: Vec<TokenStream> = parts.iter().map(|part| self.expr(part, s.raise)).collect();
                if given.len() == 1 {
                    given.insert(0, absent.clone());
                }
                given.resize(3, absent);
                let nb = self.nb.at(place);
                s.out.extend(quote_spanned!(nb.span=> #nb::slice::new(#(#given),*)));
                true
            }
            (word, [one]) if OF_ONE.contains(&word) => {
                let one = self.expr(one, s.raise);
                // The user's own path stays: the compiler blames the whole macro for a call that begins with one of ours.
                s.copy_to(name);
                let ty = if word == "str" { self.nb.ident("str_", place).into() } else { toks[name].clone() };
                let nb = self.nb.at(place);
                s.out.extend(quote_spanned!(nb.span=> #ty::made_of));
                s.out.append(self.call_of(group, one));
                true
            }
            _ if known => {
                self.errors.push(&toks[name..=name + 1], errors::made_of(&word));
                false
            }
            _ => return false,
        };
        s.i = name + 2;
        if fallible {
            self.raised(s, place);
        }
        true
    }

    /// `nb::dict d;` and its kin, which in C++ make an empty object.
    fn declared_object(&mut self, s: &mut Seq, name: usize) -> bool {
        let word = s.toks[name].to_string();
        let Some(variable) = ident_at(s.toks, name + 1).filter(|_| s.statement_starts()) else { return false };
        if !DEFAULT.contains(&word.as_str()) || !is_punct(s.toks, name + 2, ';') {
            return false;
        }
        s.declares = Some(Declared::object(variable));
        let place = s.toks[name].span();
        let (nb, wrapper) = (self.nb.at(place), self.nb.ident(&word, place));
        s.out.extend(quote_spanned!(nb.span=> let #variable = #nb::#wrapper::new()));
        s.i = name + 2;
        true
    }

    /// `nb::module_::import_("x")`: Rust's function belongs to a module of a domain, whichever.
    fn import(&mut self, s: &mut Seq, name: usize) -> bool {
        let call = name + 4;
        if !is_path_sep(s.toks, name + 1) || !is_ident(s.toks, name + 3, "import_") {
            return false;
        }
        let Some(group) = group_at(s.toks, call, Delimiter::Parenthesis) else { return false };
        let place = s.toks[name].span();
        let argument = self.expr(&tokens(group.stream()), s.raise);
        let nb = self.nb.at(place);
        s.out.extend(quote_spanned!(nb.span=> #nb::module_::<()>::import_));
        s.out.append(self.call_of(group, argument));
        s.i = call + 1;
        self.raised(s, place);
        true
    }

    /// Lets the error of the call that ends at `s.i` leave the function as C++'s exception does, unless the user has written how.
    pub(crate) fn raised(&mut self, s: &mut Seq, place: Span) {
        if is_punct(s.toks, s.i, '?') {
            return;
        }
        self.thrown(s, place);
    }

    /// Lets the error of what was written last leave the function.
    pub(crate) fn thrown(&self, s: &mut Seq, place: Span) {
        let nb = self.nb.at(place);
        s.out.extend(if s.raise {
            quote_spanned!(nb.span=> .unwrap_or_else(|e| #nb::__private::raise(e)))
        } else {
            quote_spanned!(nb.span=> ?)
        });
    }

    /// The parentheses of a call, whatever brackets C++ has.
    fn call_of(&self, group: &Group, argument: TokenStream) -> TokenTree {
        match group.delimiter() {
            Delimiter::Parenthesis => regroup(group, argument),
            _ => self.nb.parens(argument, group.span()),
        }
    }
}

/// `()` or `{}` after a name at `at`, which is no block of the code around it.
fn made_by<'t>(s: &Seq<'t>, at: usize) -> Option<&'t Group> {
    let Some(TokenTree::Group(group)) = s.toks.get(at) else { return None };
    match group.delimiter() {
        Delimiter::Parenthesis => Some(group),
        Delimiter::Brace => (group.stream().is_empty() && starts_value(s.toks, s.i)).then_some(group),
        _ => None,
    }
}

/// Whether a value can start at `i`, so that a path there is no type: after `=`, a comma, `return`, or at the start.
pub(crate) fn starts_value(toks: &[TokenTree], i: usize) -> bool {
    match i.checked_sub(1).map(|at| &toks[at]) {
        None => true,
        Some(TokenTree::Punct(p)) => matches!(p.as_char(), '=' | ',' | ';' | '|'),
        Some(TokenTree::Ident(word)) => *word == "return",
        _ => false,
    }
}

/// If `nb::annotation<..>{}` stands at `name` and may be a value, the index of its braces.
pub(crate) fn braced(toks: &[TokenTree], name: usize) -> Option<usize> {
    let known = ident_at(toks, name).is_some_and(|word| ANNOTATIONS.contains(&word.to_string().as_str()));
    let end = template_end(toks, name + 1).unwrap_or(name + 1);
    let braces = group_at(toks, end, Delimiter::Brace).filter(|group| known && group.stream().is_empty());
    braces.map(|_| end)
}
