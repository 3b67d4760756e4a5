//! Extension modules for the Python tests: a file or a folder for each subject, with pytest files named after it beside this crate.
#![allow(
    clippy::needless_lifetimes,
    clippy::redundant_closure,
    clippy::type_complexity,
    reason = "ported code keeps the shape it came in"
)]

mod accessors;
mod adversary;
mod adversary_classes;
mod attributes;
mod bases;
mod bind_map;
mod bind_vector;
mod builtin_types;
mod c_callers;
mod call_policies;
mod callables;
mod casters;
mod casters_std;
mod casters_time;
mod casters_values;
mod class_annotations;
mod class_modules;
mod classes;
mod closures;
mod collector;
mod conversions;
mod copied_fields;
mod derived;
mod detached;
mod elements;
mod enums;
mod errors;
mod exceptions;
mod factories;
mod failing;
mod families;
mod functions;
mod garbage;
mod handles;
mod interior;
mod interpreters;
mod intrusive;
mod joining;
mod leaks;
mod lifetimes;
mod lock_holders;
mod locks;
mod locks_dyn;
mod lowlevel;
mod make_iterator;
mod members;
mod memory;
mod module;
mod namespaces;
mod natives;
mod notes;
mod object_operators;
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
mod shared_state;
mod sharing;
mod slots;
mod spellings;
mod templates;
mod threads;
mod trampolines;
mod type_hooks;
mod type_slots;
mod type_slots_collector;
mod type_slots_tables;
mod variants;
mod wrappers;
