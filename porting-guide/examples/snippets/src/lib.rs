//! The Rust snippets of the porting guide, one file each.
//!
//! `cargo xtask guide` puts them on the pages of the guide. Every file is a complete extension module of its own, `x.cpp` beside it is the same in C++, and scripts run
//! with either (`cargo xtask pairs`); only its library name
//! is missing.

mod annotations {
    mod classes;
    mod functions;
}
mod arrays {
    mod grids;
    mod images;
    mod matrices;
    mod matrix4;
    mod returning;
    mod scalars;
    mod solvers;
    mod sparse;
    mod vectorized;
    mod views;
}
mod casters {
    mod foreign;
    mod newtype;
    mod options;
    mod template;
    mod wrapper;
}
mod classes {
    mod bases;
    mod constructors;
    mod factories;
    mod fields;
    mod generic;
    mod implicit;
    mod manual_new;
    mod operators;
    mod ownership;
    mod pickle;
    mod pickling;
    mod shared_state;
    mod slot;
    mod templates;
    mod visitors;
}
mod coming {
    mod bank;
    mod class_methods;
    mod lines;
}
mod containers {
    mod graph;
    mod tally;
    mod variants;
}
mod conversions {
    mod iterables;
    mod out_parameters;
    mod python_objects;
    mod time;
}
mod enums {
    mod flags;
    mod items;
    mod kinds;
    mod strings;
}
mod functions {
    mod call_policies;
    mod callbacks;
    mod closures;
    mod errors;
    mod guards;
    mod keep_alive;
    mod names;
    mod nothing;
    mod overloads;
    mod parameters;
    mod scopes;
    mod translators;
}
mod introduction;
mod low_level {
    mod by_hand;
    mod type_slots;
}
mod pybind11 {
    mod pets;
}
mod references {
    mod again;
    mod aliasing;
    mod cycles;
    mod internal;
    mod intrusive;
}
mod shared_state {
    mod one_lock;
    mod particles;
    mod std_locks;
    mod traits;
}
mod trampolines {
    mod dogs;
    mod shapes;
    mod tags;
}
mod threads {
    mod interrupts;
    mod joining;
    mod release;
}
