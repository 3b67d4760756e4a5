//! Whose method a `.def(..)` is: a binding, or a method of this name that a type of the user's has.
//!
//! A name says nothing about types, so the receiver decides, as far as tokens tell what it is.
//!
//! - Ours are the module variable, `nb::class_<..>(..)`, `nb::enum_<..>(..)`, variables that hold one of these or a submodule,
//!   parameters whose type is `nb::module_`, `nb::class_` or `nb::enum_`, and what the methods that bind give for them.
//! - The user's is what is made without any of ours, `Builder::new()` or a constant, and a variable that holds it.
//! - A container that is made without any of ours may get some later. So what comes out of a variable of the user's, `all[0]`,
//!   `slot.take()`, or a variable that has no value yet or whose name a pattern binds somewhere, counts as the name of another type, below.
//! - What a function makes that is given one of ours, what a pattern binds, a parameter without a type, a field of a parameter and what
//!   another macro makes can be either. There the arguments decide: with an annotation, or with a closure or
//!   `&path` for a function or field, the call is a binding. Otherwise it is left alone, which is right for the plain
//!   builder's calls as well.
//! - The name of another type may be an alias for one of ours. What is left alone would not compile then, but for calls with more than
//!   a name and functions, `.def("name", &Cat::name, "Docs")`, which would bind, and would not look for overrides in
//!   Python. There too the arguments decide.

use crate::args::arg_head;
use crate::body::{Rewriter, Seq, Type};
use crate::cursor::*;
use crate::patterns::bound;
use crate::places::{is_object, makes_object};
use proc_macro2::{Delimiter, Group, Ident, TokenTree};

/// The types of what binds.
const BUILDERS: &[&str] = &["class_", "enum_", "module_"];

/// Methods that give what binds, besides all whose names begin with `def`.
const GIVING: &[&str] = &[
    "all_flags",
    "class_",
    "clone",
    "enum_",
    "export_values",
    "implicitly_convertible",
    "str_value",
    "str_value_doc",
    "value",
    "value_doc",
];

/// Whose a value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Whose {
    Ours,
    /// Not one of ours, nor made of one.
    Users,
    /// Of a type with another name, or out of a value of the user's: there may be one of ours in it.
    Holder,
    Unknown,
}

/// A variable in scope.
pub(crate) struct Variable {
    name: String,
    pub(crate) whose: Whose,
    /// The class that it binds, if that is known.
    pub(crate) class: Option<Type>,
    /// It is a Python object.
    pub(crate) object: bool,
}

/// What a `let` declares, until its statement ends.
pub(crate) struct Declared {
    names: Vec<String>,
    /// One name and no pattern.
    plain: bool,
    /// By the type that is written; otherwise the value says it.
    whose: Option<Whose>,
    pub(crate) class: Option<Type>,
    /// It is a Python object.
    object: bool,
}

impl Variable {
    pub(crate) fn new(name: &str, whose: Whose, class: Option<Type>) -> Self {
        Variable { name: name.to_owned(), whose, class, object: false }
    }
}

impl Declared {
    /// A variable that is declared as C++ does.
    pub(crate) fn variable(name: &Ident, whose: Whose, class: Option<Type>) -> Self {
        Declared { names: vec![name.to_string()], plain: true, whose: Some(whose), class, object: false }
    }

    /// An object that is declared as C++ does.
    pub(crate) fn object(name: &Ident) -> Self {
        Declared { object: true, ..Declared::variable(name, Whose::Users, None) }
    }
}

impl Rewriter {
    /// The variable that this name stands for.
    pub(crate) fn variable(&self, name: &str) -> Option<&Variable> {
        self.vars.iter().rev().find(|variable| variable.name == name)
    }

    /// Whose the variable is that this name stands for. A name that a pattern binds somewhere may be that one.
    fn of_variable(&self, name: &str) -> Option<Whose> {
        self.variable(name).map(|variable| match variable.whose {
            Whose::Users if self.rebound.contains(name) => Whose::Holder,
            whose => whose,
        })
    }

    /// Whose the variable is; `None` for the name of an item.
    pub(crate) fn of_name(&self, name: &str) -> Option<Whose> {
        match self.of_variable(name) {
            Some(whose) => Some(whose),
            None if self.module.as_ref().is_some_and(|module| module == name) => Some(Whose::Ours),
            None if name == "self" => Some(Whose::Holder),
            None => self.locals.contains(name).then_some(Whose::Unknown),
        }
    }

    /// Whose the value is that ends at `s.i`.
    pub(crate) fn whose(&self, s: &mut Seq) -> Whose {
        if s.chain.is_some() {
            return Whose::Ours;
        }
        *s.whose.get_or_insert_with(|| self.of_parts(&s.toks[s.statement.min(s.i)..s.i]))
    }

    /// Whether a method of the value that ends at `s.i` may bind, by its receiver.
    pub(crate) fn may_bind(&self, s: &mut Seq) -> bool {
        matches!(self.whose(s), Whose::Ours | Whose::Unknown)
    }

    /// Whether it does, with these arguments, of which so many are fixed.
    pub(crate) fn binds(&self, s: &mut Seq, fixed: usize, group: &Group) -> bool {
        let whose = self.whose(s);
        if matches!(whose, Whose::Ours | Whose::Users) {
            return whose == Whose::Ours;
        }
        let toks = tokens(group.stream());
        let args = split_args(&toks);
        // One of ours is in there: then a function that is merely named is one that is bound.
        let named = |arg: &&[TokenTree]| {
            path_at(arg, 0).is_some_and(|path| path.end == arg.len() && is_function(&arg[path.last]))
        };
        let functions =
            args.get(1..).filter(|functions| whose == Whose::Unknown && args.len() == fixed && !functions.is_empty());
        if functions.is_some_and(|functions| functions.iter().all(named)) {
            return true;
        }
        (whose == Whose::Unknown || args.len() > fixed) && is_binding(&args, fixed)
    }

    /// Notes that `.method(..)` follows the value.
    pub(crate) fn called(&self, s: &mut Seq, method: &str, group: &Group) {
        s.whose = s.whose.map(|whose| match whose {
            Whose::Ours if gives(method) => Whose::Ours,
            Whose::Ours | Whose::Unknown => Whose::Unknown,
            _ if self.of_parts(&tokens(group.stream())) == Whose::Unknown => Whose::Unknown,
            Whose::Users if !gives(method) && self.mentions_variable(&s.toks[s.statement.min(s.i)..s.i]) => {
                Whose::Holder
            }
            other => other,
        });
    }

    /// Notes that the value is asked for a field.
    pub(crate) fn asked(&self, s: &mut Seq) {
        s.whose = s.whose.map(|whose| match whose {
            Whose::Users if self.mentions_variable(&s.toks[s.statement.min(s.i)..s.i]) => Whose::Holder,
            Whose::Users => Whose::Users,
            _ => Whose::Unknown,
        });
    }

    /// Whose it is what is made of these tokens: the user's, unless one of ours is among them, or a variable in which there may be
    /// one.
    fn of_parts(&self, toks: &[TokenTree]) -> Whose {
        if let Some(whose) = alias(toks).and_then(|name| self.of_variable(&name)) {
            return if whose == Whose::Ours { Whose::Unknown } else { whose };
        }
        let mut found = Whose::Users;
        for (i, tok) in toks.iter().enumerate() {
            let whose = match tok {
                TokenTree::Group(group) => self.of_parts(&tokens(group.stream())),
                TokenTree::Ident(word) if !(i > 0 && is_punct(toks, i - 1, '.')) => {
                    let word = word.to_string();
                    let module = self.module.as_ref().is_some_and(|module| *module == word);
                    match self.of_variable(&word) {
                        _ if BUILDERS.contains(&word.as_str()) => Whose::Unknown,
                        Some(Whose::Ours | Whose::Unknown) => Whose::Unknown,
                        Some(Whose::Users | Whose::Holder) => Whose::Holder,
                        None if module => Whose::Unknown,
                        None => Whose::Users,
                    }
                }
                _ => Whose::Users,
            };
            match whose {
                Whose::Ours | Whose::Unknown => return Whose::Unknown,
                // In a list of arguments it is one of several things.
                Whose::Users if matches!(tok, TokenTree::Group(group) if self.mentions_variable(&tokens(group.stream()))) =>
                {
                    found = Whose::Holder;
                }
                Whose::Holder => found = Whose::Holder,
                Whose::Users => {}
            }
        }
        found
    }

    /// Whether one of these words is a variable.
    fn mentions_variable(&self, toks: &[TokenTree]) -> bool {
        toks.iter().enumerate().any(|(i, tok)| match tok {
            TokenTree::Group(group) => self.mentions_variable(&tokens(group.stream())),
            TokenTree::Ident(word) => {
                !(i > 0 && is_punct(toks, i - 1, '.')) && self.variable(&word.to_string()).is_some()
            }
            _ => false,
        })
    }

    /// Notes what the `let` at `s.i` declares. Those of `if let` have no end that a semicolon would mark.
    pub(crate) fn lets(&self, s: &mut Seq) {
        let toks = s.toks;
        if s.i > 0
            && (is_ident(toks, s.i - 1, "if") || is_ident(toks, s.i - 1, "while") || is_punct(toks, s.i - 1, '&'))
        {
            return;
        }
        let ends = |at: &usize| is_assign(toks, *at) || is_punct(toks, *at, ';');
        let end = (s.i..toks.len()).find(ends).unwrap_or(toks.len());
        let declared = &toks[s.i + 1..end];
        let colon = single_colon(declared);
        let pattern = &declared[..colon.unwrap_or(declared.len())];
        let names = bound(pattern);
        let plain = matches!(pattern, [TokenTree::Ident(_)]) || (names.len() == 1 && is_ident(pattern, 0, "mut"));
        s.statement = end + 1;
        // Without a value here, it gets one later.
        let later = (!is_assign(toks, end)).then_some(Whose::Holder);
        let whose = colon.map(|at| of_type(&declared[at + 1..])).or(later);
        let object = match colon {
            Some(at) => is_object(&declared[at + 1..]),
            None => makes_object(toks, end + 1),
        };
        s.declares = Some(Declared { names, plain, whose, class: None, object: object && plain });
    }

    /// Begins a statement, if the word at `s.i` does. The one before may have ended with a block.
    pub(crate) fn begin_statement(&mut self, s: &mut Seq) {
        if s.statement_starts() && ident_at(s.toks, s.i).is_some_and(|word| *word != "as" && *word != "else") {
            self.vars.truncate(s.outer);
            s.statement = s.i;
        }
    }

    /// Ends a statement: what it declares is there from now on, what its closures declare is not.
    pub(crate) fn end_statement(&mut self, s: &mut Seq) {
        let declared = s.declares.take().map(|declared| {
            let whose = declared.whose.unwrap_or_else(|| self.whose(s));
            let whose = match whose {
                _ if declared.plain => whose,
                Whose::Users | Whose::Holder => whose,
                Whose::Ours | Whose::Unknown => Whose::Unknown,
            };
            (declared, whose)
        });
        self.vars.truncate(s.outer);
        if let Some((declared, whose)) = declared {
            let class = declared.class.filter(|_| declared.plain);
            let object = declared.object;
            let variable = |name: &String| Variable { object, ..Variable::new(name, whose, class.clone()) };
            self.vars.extend(declared.names.iter().map(variable));
        }
        s.outer = self.vars.len();
        s.statement = s.i + 1;
        s.parameters.clear();
    }
}

/// The variables for the parameters of the closure whose bars the tokens begin with.
pub(crate) fn closure_parameters(toks: &[TokenTree]) -> Vec<Variable> {
    let close = (1..toks.len()).find(|&at| is_punct(toks, at, '|')).unwrap_or(1);
    parameters(&toks[1..close])
}

/// The variables for the parameters of a closure or function.
pub(crate) fn parameters(toks: &[TokenTree]) -> Vec<Variable> {
    let variables = |parameter: &[TokenTree]| {
        let colon = single_colon(parameter);
        let whose = colon.map_or(Whose::Unknown, |at| of_type(&parameter[at + 1..]));
        let object = colon.is_some_and(|at| is_object(&parameter[at + 1..]));
        let names = bound(&parameter[..colon.unwrap_or(parameter.len())]);
        names.into_iter().map(move |name| Variable { object, ..Variable::new(&name, whose, None) }).collect::<Vec<_>>()
    };
    split_types(toks).into_iter().flat_map(variables).collect()
}

/// The variables for the parameters of the function whose `fn` is at `i`.
pub(crate) fn function_parameters(toks: &[TokenTree], i: usize) -> Vec<Variable> {
    let list = template_end(toks, i + 2).unwrap_or(i + 2);
    let group = ident_at(toks, i + 1).and_then(|_| group_at(toks, list, Delimiter::Parenthesis));
    group.map(|group| parameters(&tokens(group.stream()))).unwrap_or_default()
}

/// Whose a value of this type is.
pub(crate) fn of_type(ty: &[TokenTree]) -> Whose {
    let mut start = 0;
    while is_punct(ty, start, '&') || is_punct(ty, start, '\'') || is_ident(ty, start, "mut") {
        start += if is_punct(ty, start, '\'') { 2 } else { 1 };
    }
    let builder = |tok: &TokenTree| BUILDERS.contains(&tok.to_string().as_str());
    if path_at(ty, start).is_some_and(|path| path.end == ty.len() && builder(&ty[path.last])) {
        return Whose::Ours;
    }
    let names = words(ty);
    let open = names.iter().any(|word| BUILDERS.contains(&word.as_str()) || word == "_");
    if open { Whose::Unknown } else { Whose::Holder }
}

/// Whether the arguments are those of a binding: so many that are fixed, which are a name and functions or fields, and annotations.
fn is_binding(args: &[&[TokenTree]], fixed: usize) -> bool {
    let annotation = |arg: &&[TokenTree]| arg_head(arg).is_some() || namespaced(arg, 0).is_some();
    let pointed = |arg: &[TokenTree]| {
        let arg = peel(arg);
        let closure = closure_body(&arg, usize::from(is_ident(&arg, 0, "move"))).is_some();
        let path = is_punct(&arg, 0, '&') && path_at(&arg, 1).is_some_and(|path| path.end == arg.len());
        // A cast of C++ stands before a path.
        closure || path || (group_at(&arg, 0, Delimiter::Parenthesis).is_some() && is_punct(&arg, 1, '&'))
    };
    // `.def(nb::init<i32>())`, `.def(nb::self + nb::self)`.
    if args.first().is_some_and(annotation) {
        return true;
    }
    let functions = args.get(1..fixed).unwrap_or_default();
    let annotations = args.get(fixed..).unwrap_or_default();
    annotations.iter().any(annotation) || functions.iter().any(|arg| pointed(arg))
}

/// The name, where the tokens are that of a variable and nothing that reaches into it.
fn alias(toks: &[TokenTree]) -> Option<String> {
    match toks {
        [TokenTree::Ident(word)] => Some(word.to_string()),
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => alias(&tokens(group.stream())),
        [TokenTree::Punct(sign), rest @ ..] if sign.as_char() == '&' => alias(rest),
        [TokenTree::Ident(word), rest @ ..] if *word == "mut" => alias(rest),
        _ => None,
    }
}

/// Whether a method of this name gives what binds, of what binds.
fn gives(method: &str) -> bool {
    method.starts_with("def") || GIVING.contains(&method)
}

/// Whether the last word of a path is the name of a function.
pub(crate) fn is_function(word: &TokenTree) -> bool {
    word.to_string().trim_start_matches("r#").chars().all(|c| !c.is_uppercase())
}

/// All identifiers.
fn words(toks: &[TokenTree]) -> Vec<String> {
    let word = |tok: &TokenTree| match tok {
        TokenTree::Ident(word) if *word != "mut" && *word != "ref" => vec![word.to_string()],
        TokenTree::Group(group) => words(&tokens(group.stream())),
        _ => Vec::new(),
    };
    toks.iter().flat_map(word).collect()
}
