//! N-dimensional arrays: nanobind's `nb::ndarray`.
//!
//! | file | question |
//! |---|---|
//! | `config`, `constraints`, `shapes`, `device`, `frameworks`, `dtype`, `structures` | what does `ndarray<(f32, ndim<2>)>` ask for? |
//! | `descriptor`, `layout` | what is an array inside, and who owns its memory? |
//! | `array`, `making`, `borrowed` | the values that functions take and return |
//! | `view`, `lent_view`, `claims`, `shared_cells` | how are elements reached, and who may at the same time? |
//! | `import/` | from a Python object to an array |
//! | `export`, `holder`, `buffers`, `export_capsule`, `copying` | from an array to a Python object |
//! | `crossing`, `pybind11_texts` | arguments and results, and how pybind11 writes them |
//! | `crates/`, `lending` | arrays and matrices of other crates |
//! | `class_buffer` | the buffer protocol of bound classes |
//! | `vectorize` | functions of numbers as functions of arrays |
//! | `dlpack` | the structures that libraries exchange |
//!
//! Why views may be used in safe code, and what is left to Python code, is in SAFETY.md.

#![cfg_attr(
    not(all(
        feature = "ndarray",
        feature = "nalgebra",
        feature = "faer",
        feature = "sprs",
        feature = "nalgebra-sparse"
    )),
    allow(dead_code, reason = "some of it is there for the features of other crates")
)]

pub(crate) mod array;
pub(crate) mod borrowed;
pub(crate) mod buffers;

pub(crate) mod claims;
mod class_buffer;
pub(crate) mod config;
pub(crate) mod constraints;
pub(crate) mod copying;
pub(crate) mod crates;
pub(crate) mod crossing;
pub(crate) mod descriptor;
pub mod device;
pub mod dlpack;
pub(crate) mod dtype;
pub(crate) mod export;
pub(crate) mod export_capsule;
pub(crate) mod frameworks;
pub(crate) mod holder;
pub(crate) mod import;
pub(crate) mod layout;
pub(crate) mod lending;
pub(crate) mod lent_view;
pub(crate) mod making;
mod pybind11_texts;
pub(crate) mod shapes;
pub(crate) mod shared_cells;
pub(crate) mod structures;
pub(crate) mod vectorize;
pub(crate) mod view;

pub use array::ndarray;
pub use borrowed::ndarray_ref;
pub use config::{Const, Markers, any_contig, c_contig, f_contig, ro};
pub use crossing::ndarray_object;
pub use dtype::{bool8, dtype, dtype_traits};
pub use frameworks::{array_api, cupy, jax, memview, mlx, no_framework, numpy, pytorch, tensorflow};
pub use import::ndarray_check;
pub use lent_view::{ndarray_view, viewing};
pub use making::{ArrayBuilder, ArrayOwner};
pub use shapes::{dim, ndim, shape};
pub use shared_cells::{cell, cells};
pub use vectorize::{Vectorize, vectorize, vectorized, vectorized_arg};
pub use view::{Elements, ReadCell};
