//! `keep_alive`: one object lives as long as another. What it does after a call is in `instance/keep_alive.rs`.

use super::{FuncExtra, FuncSpec};
use crate::call::callable_traits::Layout;

/// Keeps argument `PATIENT` alive until `NURSE` is collected: 0 is the result, 1 the first argument or `self`.
///
/// Nothing happens when either is `None`, or when the nurse keeps this patient already. An argument that was converted
/// implicitly stands for the object that it was converted to; for a list that became a `Vec` the list is kept. The nurse
/// is an instance of a bound class, or any object that can be weakly referenced; a `RuntimeError` follows the call when
/// it is neither. A patient that refers back to a nurse of a bound class is garbage together with it, which Python's collector finds;
/// a nurse of any other type it keeps for ever, since the collector is not told of that tie.
///
/// Spelled `nb::keep_alive<1, 2>()` inside `nb_module!` and `keep_alive::<1, 2>()` in plain Rust.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Log { entries: Vec<String> }
/// struct Entry { text: String }
/// nb_module!(logging, m, {
///     nb::class_<Entry>(m, "Entry").def(nb::init(|text: String| Entry { text }));
///     nb::class_<Log>(m, "Log")
///         .def(nb::init(|| Log { entries: Vec::new() }))
///         // The entry lives as long as the log: 1 is `self`, 2 the entry.
///         .def("append", |log: &mut Log, entry: &Entry| log.entries.push(entry.text.clone()), nb::keep_alive<1, 2>());
/// });
/// # fn main() {}
/// ```
#[derive(Clone, Copy)]
pub struct keep_alive<const NURSE: usize, const PATIENT: usize>();

annotation!(impl[const NURSE: usize, const PATIENT: usize] keep_alive<NURSE, PATIENT>,
    |self, spec| spec.keep_alive.push((NURSE as u8, PATIENT as u8)),
    const KEEP_MAX: usize = {
        assert!(
            NURSE != PATIENT,
            "nb: keep_alive<N, P> needs two different indices: the nurse N, and the patient P that it keeps alive"
        );
        if NURSE > PATIENT { NURSE } else { PATIENT }
    };
    const KEEP_RESULT: bool = NURSE == 0 || PATIENT == 0;
    const RECORDED: bool = true;
);
