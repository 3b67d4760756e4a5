//! Extension modules for the Python tests: one file a module, with a pytest file of the same name beside this crate.
#![allow(
    clippy::needless_lifetimes,
    clippy::redundant_closure,
    clippy::type_complexity,
    reason = "ported code keeps the shape it came in"
)]

mod adversary;
mod call_policies;
mod callables;
mod casters;
mod classes;
mod collector;
mod conversions;
mod failing;
mod functions;
mod handles;
mod intrusive;
mod leaks;
mod lifetimes;
mod lowlevel;
mod members;
mod module;
mod natives;
mod notes;
mod ownership;
mod parameters;
mod parents;
mod policies;
mod registration;
mod sharing;
mod slots;
mod wrappers;
