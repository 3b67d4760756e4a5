//! The modules of the guide's page on arrays and of its example, as they stand there.

#[path = "../../porting-guide/examples/arrays/rust/src/lib.rs"]
mod arrays;
#[path = "../../porting-guide/examples/snippets/src/arrays/grids.rs"]
mod grids;
#[path = "../../porting-guide/examples/snippets/src/arrays/images.rs"]
mod images;
#[path = "../../porting-guide/examples/snippets/src/arrays/matrices.rs"]
mod matrices;
#[path = "../../porting-guide/examples/snippets/src/arrays/matrix4.rs"]
mod matrix4;
#[path = "../../porting-guide/examples/snippets/src/arrays/returning.rs"]
mod returning;
#[path = "../../porting-guide/examples/snippets/src/arrays/scalars.rs"]
mod scalars;
#[path = "../../porting-guide/examples/snippets/src/arrays/solvers.rs"]
mod solvers;
#[path = "../../porting-guide/examples/snippets/src/arrays/sparse.rs"]
mod sparse;
#[path = "../../porting-guide/examples/snippets/src/arrays/vectorized.rs"]
mod vectorized;
#[path = "../../porting-guide/examples/snippets/src/arrays/views.rs"]
mod views;
