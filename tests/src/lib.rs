//! Extension modules for the Python tests: one file a module, with a pytest file of the same name beside this crate.

mod classes;
mod functions;
