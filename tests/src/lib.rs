//! Extension modules for the Python tests: a file or a folder for each subject, with pytest files named after it beside this crate.
#![allow(
    clippy::needless_lifetimes,
    clippy::redundant_closure,
    clippy::type_complexity,
    reason = "ported code keeps the shape it came in"
)]

/// Binds the identity under `name`, and once more without implicit conversion.
macro_rules! echo {
    ($m:ident: $($name:literal $ty:ty;)*) => { $(
        $m.def($name, |x: $ty| -> $ty { x }, ());
        $m.def(concat!($name, "_strict"), |x: $ty| -> $ty { x }, nb::arg("x").noconvert());
    )* };
}

/// Has a type around a number cross as an argument, by the conversion of the number.
macro_rules! taken_as {
    ($Type:ident, $Number:ty) => {
        // SAFETY: the stage is a number.
        unsafe impl<D> nb::Param<D> for $Type {
            type Item<'a> = $Type;
            type Lent<'object, 'call> = $Type;
            type Stage = $Number;
            const BORROWS: bool = false;
            fn describe(text: &mut nb::SigText<'_>) {
                <$Number as nb::Param<D>>::describe(text);
            }
            unsafe fn convert(src: *mut nb::ffi::PyObject, flags: u8, cx: &mut nb::Cx<'_>) -> Option<$Number> {
                // SAFETY: caller's contract.
                unsafe { <$Number as nb::Param<D>>::convert(src, flags, cx) }
            }
            unsafe fn lend<'a>(stage: &'a mut $Number, _cx: &nb::Cx<'_>) -> $Type {
                $Type(*stage)
            }
        }
    };
}

mod accessors;
mod adversary;
mod adversary_classes;
mod array_functions;
mod arrays_faer;
mod arrays_nalgebra;
mod arrays_ndarray;
mod arrays_sparse;
mod attempt;
mod attributes;
mod bases;
mod bind_hostile_values;
mod bind_map;
mod bind_map_hostile;
mod bind_set;
mod bind_vector;
mod bind_vector_buffer;
mod bind_vector_loops;
mod boxed_iterators;
mod builtin_types;
mod c_callers;
mod call_policies;
mod callables;
mod casters;
mod casters_bounds;
mod casters_crates_containers;
mod casters_crates_json;
mod casters_crates_numbers;
mod casters_crates_texts;
mod casters_crates_time;
mod casters_owned;
mod casters_std;
mod casters_time;
mod casters_values;
mod class_annotations;
mod class_modules;
mod classes;
mod closures;
mod collector;
mod comparable;
mod compat_arrays;
mod compat_buffers;
mod compat_classes;
mod compat_enums;
mod compat_enums_dynamic;
mod compat_functions;
mod conversions;
mod copied_fields;
mod custom_casters;
mod custom_casters_hostile;
mod derived;
mod detached;
mod elements;
mod ending;
mod enums;
mod error_causes;
mod error_values;
mod errors;
mod evaluate;
mod event_loop;
mod exceptions;
mod factories;
mod failing;
mod families;
mod flags;
mod functions;
mod garbage;
mod guide_arrays;
mod guide_coming;
mod handles;
#[path = "../../porting-guide/examples/harbour/rust/src/lib.rs"]
mod harbour;
mod interior;
mod interpreters;
mod intrusive;
mod iter_of;
mod iterators_given;
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
mod names;
mod namespaces;
mod natives;
mod ndarrays_hostile;
mod ndarrays_in;
mod ndarrays_out;
mod ndarrays_policies;
mod ndarrays_signatures;
mod ndarrays_views;
mod notes;
mod object_operators;
mod operators;
mod ownership;
mod parameters;
mod parents;
mod pickling;
mod places;
mod policies;
mod protocols;
mod raising;
mod receivers;
mod references;
mod refused;
mod registration;
mod repeated;
mod safe_code;
mod same_names;
mod shared_state;
mod sharing;
mod signals;
mod slots;
mod spellings;
mod stubs;
mod templates;
mod threads;
mod trampolines;
mod translators;
mod type_hooks;
mod type_slots;
mod type_slots_collector;
mod type_slots_tables;
mod variants;
mod walks;
mod wrapper_values;
mod wrappers;
