//! The rewriting pass: one walk over the tokens of a body.
//!
//! Whatever is not recognised is copied, so a body is ordinary Rust with a few more spellings. The walk goes left to
//! right, once, and only nests where the user's brackets nest; a chain of any length stays flat.

use crate::casts::named_cast;
use crate::cursor::*;
use crate::errors::{self, Errors};
use crate::foreign::{declares_auto, is_lambda};
use crate::scope::{Declared, Variable, Whose, closure_parameters, function_parameters};
use crate::write::Nb;
use proc_macro2::{Delimiter, Group, Ident, Punct, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote_spanned};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// A type as the user wrote it.
pub(crate) type Type = Rc<[TokenTree]>;

/// What kind of token list is walked.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    /// Statements between braces.
    Block,
    /// The arms of a `match`.
    Match,
    /// One expression, or a list without statements.
    Expr,
}

/// Where a token list stands.
#[derive(Clone, Copy)]
pub(crate) struct Ctx {
    pub(crate) mode: Mode,
    /// Inside a closure or nested function, whose result the macro does not know: errors are raised, not returned.
    pub(crate) raise: bool,
}

/// What the next `{ .. }` on the same level is.
#[derive(Clone, Copy, PartialEq)]
enum NextBraces {
    Block,
    Match,
    Function,
}

/// The state of one expansion.
pub(crate) struct Rewriter {
    pub(crate) nb: Nb,
    pub(crate) errors: Errors,
    /// The classes the body declares, in order, each spelling once.
    pub(crate) classes: Vec<Type>,
    /// Those of them that are containers.
    pub(crate) containers: Vec<Type>,
    /// The enumerations, in the same way.
    pub(crate) enums: Vec<Type>,
    seen: HashSet<String>,
    /// The types beside a class in its template list, by the class's spelling.
    pub(crate) related: HashMap<String, Vec<Tokens>>,
    /// The trait objects of classes of the body, by the class's spelling.
    pub(crate) objects: Vec<(String, Vec<Ident>)>,
    /// Items that stand in front of the statements.
    pub(crate) declared: TokenStream,
    /// For each function that was bound with C++'s casts before it, their types.
    pub(crate) casts: HashMap<String, Vec<String>>,
    /// Names in the body that may be variables.
    pub(crate) locals: HashSet<String>,
    /// Names that patterns of `for`, `match` and the like bind somewhere in the body.
    pub(crate) rebound: HashSet<String>,
    /// The body has type parameters, which no item inside it sees.
    pub(crate) generic: bool,
    /// Their names.
    pub(crate) parameters: Vec<String>,
    /// The extension's domain, for calls that name it.
    pub(crate) domain: TokenStream,
    /// The module variable, where a body has one.
    pub(crate) module: Option<Ident>,
    /// Variables in scope. Inner ones come later.
    pub(crate) vars: Vec<Variable>,
    /// Whose the value is that the last list of tokens ended with.
    pub(crate) ended: Option<Whose>,
}

/// The state of the walk over one token list.
pub(crate) struct Seq<'t> {
    pub(crate) toks: &'t [TokenTree],
    pub(crate) i: usize,
    pub(crate) out: TokenStream,
    pub(crate) ctx: Ctx,
    /// `ctx.raise`, or within a closure that started in this statement.
    pub(crate) raise: bool,
    /// The class that the chain ending at `i` builds, if it is known.
    pub(crate) chain: Option<Type>,
    /// Whose the value is that ends at `i`, if that is settled; otherwise what it is made of tells.
    pub(crate) whose: Option<Whose>,
    /// Where the current statement, or the value that it declares, starts.
    pub(crate) statement: usize,
    /// The number of variables that were in scope when it started.
    pub(crate) outer: usize,
    /// What the current statement declares.
    pub(crate) declares: Option<Declared>,
    /// The parameters of the function whose body comes next.
    pub(crate) parameters: Vec<Variable>,
    /// Where a place ended last: an attribute or item, which C++ can assign.
    pub(crate) place: Option<usize>,
    next_braces: NextBraces,
    /// In a `match`: past the arm's `=>`.
    in_arm: bool,
}

impl Seq<'_> {
    /// Copies tokens up to `end`.
    pub(crate) fn copy_to(&mut self, end: usize) {
        self.out.append_all(&self.toks[self.i..end]);
        self.i = end;
    }

    /// Gives up on the rest of a statement (or list) whose syntax is not Rust's.
    pub(crate) fn skip_statement(&mut self) {
        while self.i < self.toks.len() && !is_punct(self.toks, self.i, ';') {
            self.i += 1;
        }
    }

    pub(crate) fn statement_starts(&self) -> bool {
        self.ctx.mode == Mode::Block
            && self.i.checked_sub(1).is_none_or(|last| {
                is_punct(self.toks, last, ';') || group_at(self.toks, last, Delimiter::Brace).is_some()
            })
    }
}

impl Rewriter {
    pub(crate) fn new(nb: TokenStream) -> Self {
        Rewriter {
            nb: Nb::new(nb),
            errors: Errors::default(),
            classes: Vec::new(),
            containers: Vec::new(),
            enums: Vec::new(),
            seen: HashSet::new(),
            related: HashMap::new(),
            objects: Vec::new(),
            declared: TokenStream::new(),
            casts: HashMap::new(),
            locals: HashSet::new(),
            rebound: HashSet::new(),
            generic: false,
            parameters: Vec::new(),
            domain: TokenStream::new(),
            module: None,
            vars: Vec::new(),
            ended: None,
        }
    }

    /// Names the module variable of the body that follows.
    pub(crate) fn bind_module(&mut self, variable: &Ident) {
        self.module = Some(variable.clone());
    }

    /// Whether this is the name of the module variable.
    pub(crate) fn is_module(&self, name: &Ident) -> bool {
        self.module.as_ref().is_some_and(|module| module == name)
    }

    /// Remembers that `name` is a variable that holds `class` while it is bound.
    pub(crate) fn declare_variable(&mut self, name: &str, class: &Type) {
        self.vars.push(Variable::new(name, Whose::Ours, Some(class.clone())));
    }

    /// Remembers that the body declares `class`.
    pub(crate) fn declare_class(&mut self, class: &Type) {
        if self.seen.insert(text(class)) {
            self.classes.push(class.clone());
        }
    }

    /// Remembers that the body binds the container `class`.
    pub(crate) fn declare_container(&mut self, class: &Type) {
        self.declare_class(class);
        if !self.containers.iter().any(|known| text(known) == text(class)) {
            self.containers.push(class.clone());
        }
    }

    /// Remembers that the body declares the enumeration `ty`.
    pub(crate) fn declare_enum(&mut self, ty: &Type) {
        if !self.is_enum(ty) {
            self.enums.push(ty.clone());
        }
    }

    /// Whether the body declares the enumeration `ty`.
    pub(crate) fn is_enum(&self, ty: &Type) -> bool {
        self.enums.iter().any(|known| text(known) == text(ty))
    }

    /// Rewrites an expression.
    pub(crate) fn expr(&mut self, toks: &[TokenTree], raise: bool) -> TokenStream {
        self.walk(toks, Ctx { mode: Mode::Expr, raise }, None)
    }

    /// Rewrites a token list; `chain` is the class that a chain going on at its start builds.
    pub(crate) fn walk(&mut self, toks: &[TokenTree], ctx: Ctx, chain: Option<Type>) -> TokenStream {
        let mut s = Seq {
            toks,
            i: 0,
            out: TokenStream::new(),
            ctx,
            raise: ctx.raise,
            chain,
            whose: None,
            statement: 0,
            outer: self.vars.len(),
            declares: None,
            parameters: Vec::new(),
            place: None,
            next_braces: NextBraces::Block,
            in_arm: false,
        };
        let outer = s.outer;
        while s.i < toks.len() {
            self.step(&mut s);
        }
        self.ended = if s.chain.is_some() { Some(Whose::Ours) } else { s.whose };
        self.vars.truncate(outer);
        s.out
    }

    /// Rewrites what stands at `s.i`. Only a postfix operation keeps `s.chain`.
    fn step(&mut self, s: &mut Seq) {
        let toks = s.toks;
        if is_punct(toks, s.i, '.') && !(s.i > 0 && is_punct(toks, s.i - 1, '.')) && ident_at(toks, s.i + 1).is_some() {
            return self.method(s);
        }
        if is_punct(toks, s.i, '?') {
            return s.copy_to(s.i + 1);
        }
        if is_punct(toks, s.i, ';') || (s.ctx.mode == Mode::Match && is_punct(toks, s.i, ',')) {
            self.end_statement(s);
        }
        s.chain = None;
        s.whose = None;
        self.begin_statement(s);
        if let Some(name) = namespaced(toks, s.i) {
            return self.namespaced_name(s, name);
        }
        match &toks[s.i] {
            TokenTree::Punct(p) => self.punct(s, p),
            TokenTree::Ident(id) => self.ident(s, id),
            TokenTree::Literal(literal) => {
                let new = self.literal(literal);
                s.out.extend(new);
                s.i += 1;
            }
            TokenTree::Group(g) => self.group(s, g),
        }
    }

    fn punct(&mut self, s: &mut Seq, p: &Punct) {
        let toks = s.toks;
        if self.assigns(s) {
            s.next_braces = NextBraces::Block;
            return;
        }
        match p.as_char() {
            ';' => {
                s.raise = s.ctx.raise;
                s.next_braces = NextBraces::Block;
            }
            ',' if s.ctx.mode == Mode::Match => {
                s.raise = s.ctx.raise;
                s.in_arm = false;
            }
            '=' if s.ctx.mode == Mode::Match && is_fat_arrow(toks, s.i) => {
                s.in_arm = true;
                return s.copy_to(s.i + 2);
            }
            '=' if s.ctx.mode != Mode::Expr && is_assign(toks, s.i) => {
                s.next_braces = NextBraces::Block;
            }
            // A `|` at the start of a match arm belongs to its pattern.
            '|' if s.ctx.mode != Mode::Match || s.in_arm => {
                if let Some(body) = closure_body(toks, s.i) {
                    s.raise = true;
                    self.check_parameters(&toks[s.i..body]);
                    self.vars.extend(closure_parameters(&toks[s.i..body]));
                    let never = is_punct(toks, body - 1, '!');
                    s.out.extend(self.types(&toks[s.i..body - usize::from(never)]));
                    if never {
                        // What never returns gives nothing, and `!` is a type that no impl can name.
                        s.out.append(self.nb.parens(TokenStream::new(), toks[body - 1].span()));
                    }
                    s.i = body;
                    return;
                }
            }
            _ => {}
        }
        s.copy_to(s.i + 1);
    }

    fn ident(&mut self, s: &mut Seq, id: &Ident) {
        let toks = s.toks;
        match id.to_string().as_str() {
            "match" => s.next_braces = NextBraces::Match,
            "fn" => {
                s.next_braces = NextBraces::Function;
                s.parameters = function_parameters(toks, s.i);
            }
            "let" => self.lets(s),
            "rv_policy" if is_path_sep(toks, s.i + 1) && is_ident(toks, s.i + 3, "move") => {
                let place = toks[s.i + 3].span();
                s.copy_to(s.i + 3);
                s.out.append(self.nb.ident("move_", place));
                s.i += 1;
                return;
            }
            "auto" if s.statement_starts() && declares_auto(toks, s.i) => {
                self.errors.push(&toks[s.i..=s.i], errors::AUTO);
                return s.skip_statement();
            }
            "namespace" | "using" if self.namespace(s) => return,
            "throw" if self.throw(s) => return,
            _ if s.statement_starts() && generic_call(toks, s.i).is_some() => {
                let last = generic_call(toks, s.i).unwrap_or(s.i);
                s.copy_to(last + 1);
                let nb = self.nb.at(id.span());
                s.out.extend(quote_spanned!(nb.span=> ::));
                return;
            }
            _ if named_cast(toks, s.i).is_some() => {
                s.i = self.refuse_cast(toks, s.i).unwrap_or(s.i + 1);
                return;
            }
            // A variable, on which a chain may start.
            name if !(is_path_sep(toks, s.i + 1) || s.i > 1 && is_path_sep(toks, s.i - 2)) => {
                s.whose = self.of_name(name);
                if self.object_variable(s) {
                    return;
                }
                if is_punct(toks, s.i + 1, '.') {
                    s.chain = self.variable(name).and_then(|variable| variable.class.clone());
                }
            }
            _ => {}
        }
        s.copy_to(s.i + 1);
    }

    fn group(&mut self, s: &mut Seq, g: &Group) {
        let toks = s.toks;
        let after = |ch| s.i > 0 && is_punct(toks, s.i - 1, ch);
        let own_macro =
            after('!') && s.i > 1 && ident_at(toks, s.i - 2).is_some_and(|m| m.to_string().starts_with("nb_"));
        let attribute = g.delimiter() == Delimiter::Bracket && after('#');
        if own_macro || attribute || defines_macro(toks, s.i) {
            s.whose = own_macro.then_some(Whose::Unknown);
            return s.copy_to(s.i + 1);
        }
        if g.delimiter() == Delimiter::Bracket && is_lambda(s) {
            self.errors.push(&toks[s.i..=s.i], errors::LAMBDA);
            return s.skip_statement();
        }
        let inner = tokens(g.stream());
        let before = self.nb.changes();
        let new = match g.delimiter() {
            Delimiter::Brace => {
                let mode = if s.next_braces == NextBraces::Match { Mode::Match } else { Mode::Block };
                let raise = s.raise || s.next_braces == NextBraces::Function;
                s.next_braces = NextBraces::Block;
                let outer = self.vars.len();
                self.vars.append(&mut s.parameters);
                let new = self.walk(&inner, Ctx { mode, raise }, None);
                self.vars.truncate(outer);
                if s.ctx.mode == Mode::Match && s.i > 1 && is_fat_arrow(toks, s.i - 2) {
                    s.in_arm = false;
                }
                new
            }
            Delimiter::None => {
                let new = self.walk(&inner, Ctx { mode: Mode::Expr, raise: s.raise }, None);
                s.whose = self.ended;
                new
            }
            Delimiter::Parenthesis | Delimiter::Bracket => {
                self.ended = None;
                let new = self.list(&inner, s.raise);
                let called = operand_before(toks, s.i) || after('>');
                let one = g.delimiter() == Delimiter::Parenthesis && !inner.iter().any(|tok| tok.to_string() == ",");
                if one && !called {
                    s.whose = self.ended;
                }
                new
            }
        };
        if after('!') {
            s.whose = Some(Whose::Unknown);
        }
        s.out.append(self.nb.updated(g, before, new));
        s.i += 1;
    }
}

/// If the statement at `i` calls an instance of a function template, `bind_stack<f64>(m, "StackF");`, the index of its last
/// name. In Rust that compares twice, which is no expression, unless the list holds more than types.
fn generic_call(toks: &[TokenTree], i: usize) -> Option<usize> {
    let PathExtent { end, last } = path_at(toks, i)?;
    let list = toks.get(last + 1..end)?;
    let types = is_punct(list, 0, '<')
        && (0..list.len()).all(|at| match &list[at] {
            TokenTree::Punct(p) => {
                matches!(p.as_char(), '<' | '>' | ',' | ':' | '\'')
                    || (p.as_char() == '&' && !is_punct(list, at + 1, '&'))
            }
            _ => true,
        });
    let ends = is_punct(toks, end + 1, ';') || is_punct(toks, end + 1, '?');
    (types && ends && group_at(toks, end, Delimiter::Parenthesis).is_some()).then_some(last)
}
