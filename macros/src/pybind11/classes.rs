//! `py::class_<T, Base, Holder>(m, "T", py::module_local())`: holders are left out, since every class serves all of them, and
//! so are the annotations that say what holds anyway.

use super::{Pass, called, written};
use crate::class::template;
use crate::cursor::*;
use crate::errors;
use crate::write::regroup;
use proc_macro2::TokenTree;

/// Annotations of classes that say what holds anyway.
const GRANTED: &[&str] = &["buffer_protocol", "module_local", "sibling"];

/// What a type of the list is.
enum Related {
    /// A base class or a trampoline.
    Type,
    Holder,
    /// A holder that never destroys its value.
    Immortal,
    /// One with a deleter of the user's.
    OwnDeleter,
}

impl Pass<'_> {
    /// `py::class_<..>`, with a variable or without; the index of the call's arguments, which are translated as well.
    pub(super) fn class(&mut self, toks: &[TokenTree], i: usize, name: usize, out: &mut Tokens) -> Option<usize> {
        if !is_ident(toks, name, "class_") {
            return None;
        }
        let (types, end) = template(toks, name)?;
        let mut kept: Vec<Tokens> = Vec::new();
        let mut immortal = false;
        for (index, one) in types.iter().enumerate() {
            match related(one) {
                Related::Type => kept.push(self.run(one)),
                _ if index == 0 => kept.push(one.to_vec()),
                Related::Holder => {}
                Related::Immortal => immortal = true,
                Related::OwnDeleter => self.errors.push(one, errors::OWN_DELETER),
            }
        }
        let place = toks[name].span();
        out.extend_from_slice(&toks[i..=name]);
        out.extend(written("<", place));
        for (index, one) in kept.into_iter().enumerate() {
            if index > 0 {
                out.extend(written(",", place));
            }
            out.extend(one);
        }
        out.extend(written(">", place));
        // `py::class_<T> name(..)` declares a variable.
        let call = if ident_at(toks, end).is_some() { end + 1 } else { end };
        let Some(group) = toks.get(call).and_then(|tok| match tok {
            TokenTree::Group(group) => Some(group),
            _ => None,
        }) else {
            return Some(end);
        };
        out.extend_from_slice(&toks[end..call]);
        let inner = self.without_granted(tokens(group.stream()));
        let mut args: Vec<Tokens> = split_args(&inner).into_iter().map(|arg| self.run(arg)).collect();
        if immortal {
            let mut mark = toks[i..name].to_vec();
            mark.extend(written("never_destruct()", place));
            args.push(mark);
        }
        out.push(regroup(group, joined(args, place).into_iter().collect()));
        Some(call + 1)
    }

    /// The arguments of a call without the annotations that say what holds anyway.
    pub(super) fn without_granted(&mut self, inner: Tokens) -> Tokens {
        let args = split_args(&inner);
        if !args.iter().any(|arg| is_granted(arg)) {
            return inner;
        }
        for arg in args.iter().filter(|arg| is_not_local(arg)) {
            self.errors.push(arg, errors::NOT_MODULE_LOCAL);
        }
        let place = inner[0].span();
        let kept = args.into_iter().filter(|arg| !is_granted(arg)).map(<[_]>::to_vec).collect();
        joined(kept, place)
    }
}

/// Whether an annotation of a class or function says what holds anyway.
fn is_granted(arg: &[TokenTree]) -> bool {
    namespaced(arg, 0).is_some_and(|name| GRANTED.iter().any(|word| is_ident(arg, name, word)))
}

/// Whether this is `py::module_local(false)`.
fn is_not_local(arg: &[TokenTree]) -> bool {
    let name = namespaced(arg, 0).filter(|&name| is_ident(arg, name, "module_local"));
    let group = name.and_then(|name| called(arg, name));
    group.is_some_and(|(_, group)| group.stream().to_string() == "false")
}

/// Arguments with commas between them.
pub(super) fn joined(args: Vec<Tokens>, place: proc_macro2::Span) -> Tokens {
    let mut out = Tokens::new();
    for (index, arg) in args.into_iter().enumerate() {
        if index > 0 {
            out.extend(written(",", place));
        }
        out.extend(arg);
    }
    out
}

/// What a type in the list of `py::class_` says.
fn related(one: &[TokenTree]) -> Related {
    if let Some(name) = namespaced(one, 0) {
        return if is_ident(one, name, "smart_holder") { Related::Holder } else { Related::Type };
    }
    if !is_ident(one, 0, "std") || !is_path_sep(one, 1) {
        return Related::Type;
    }
    match one.get(3).map(ToString::to_string).as_deref() {
        Some("shared_ptr") => Related::Holder,
        Some("unique_ptr") => {
            let deleter = template(one, 3).and_then(|(types, _)| types.get(1).map(|one| text(one)));
            match deleter {
                None => Related::Holder,
                Some(deleter) if deleter.starts_with("std::default_delete") => Related::Holder,
                Some(deleter) if deleter.ends_with("nodelete") => Related::Immortal,
                Some(_) => Related::OwnDeleter,
            }
        }
        _ => Related::Type,
    }
}
