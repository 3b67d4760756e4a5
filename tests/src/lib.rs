//! Extension modules for the Python tests: one file a module, with a pytest file of the same name beside this crate.
#![allow(
    clippy::needless_lifetimes,
    clippy::redundant_closure,
    clippy::type_complexity,
    reason = "ported code keeps the shape it came in"
)]

mod adversary;
mod adversary_classes;
mod bases;
mod c_callers;
mod call_policies;
mod callables;
mod casters;
mod class_annotations;
mod classes;
mod closures;
mod collector;
mod conversions;
mod copied_fields;
mod derived;
mod detached;
mod enums;
mod exceptions;
mod factories;
mod failing;
mod families;
mod functions;
mod garbage;
mod handles;
mod interpreters;
mod intrusive;
mod joining;
mod leaks;
mod lifetimes;
mod lowlevel;
mod members;
mod memory;
mod module;
mod namespaces;
mod natives;
mod notes;
mod operators;
mod ownership;
mod parameters;
mod parents;
mod pickling;
mod policies;
mod protocols;
mod receivers;
mod references;
mod refused;
mod registration;
mod repeated;
mod safe_code;
mod same_names;
mod sharing;
mod slots;
mod spellings;
mod templates;
mod trampolines;
mod type_hooks;
mod type_slots;
mod wrappers;
