//! Which classes a bound function makes collected ones: those of its nurses, and those of what it refers to inside owners.
//!
//! See [`gc`](crate::instance::gc) for what that means.

use crate::call::record::{FuncFlags, Record};
use crate::call::signature::SigText;
use crate::call::type_codes::{RESULT, Types};
use crate::instance::class_record::TypeData;
use crate::instance::gc::{collect, holds_references};
use crate::interpreter::state::State;
use std::any::TypeId;

/// A function was bound: the classes of its nurses are collected, and those of the values that it refers to inside its
/// arguments if an argument may be part of a cycle.
pub(crate) fn note(state: &State, record: &Record) {
    if record.flags.contains(FuncFlags::METHOD) {
        for child in classes(&record.params, RESULT, true) {
            for owner in (0..record.params.len()).flat_map(|position| classes(&record.params, position, false)) {
                state.collected.add_part(owner, child);
                let holds = |data: &&TypeData| data.offset_to(owner).is_some() && holds_references(data);
                if state.types().iter().any(holds) {
                    collect(state, child);
                }
            }
        }
    }
    for &(nurse, _) in &record.keep_alive {
        let position = usize::from(nurse).checked_sub(1).unwrap_or(RESULT);
        classes(&record.params, position, false).into_iter().for_each(|class| collect(state, class));
    }
}

/// The bound classes that the type of a parameter or result is made of, or those among them that stand for values inside other objects.
fn classes(types: &Types, position: usize, children: bool) -> Vec<TypeId> {
    let mut text = SigText::new(None);
    types.write(position, &mut text);
    text.classes().iter().filter(|(_, child)| *child || !children).map(|(class, _)| *class).collect()
}
