//! The cases are the files in `ui/`: one mistake each, the file name states the mistake, and the
//! `.stderr` file beside it is what the compiler says. `ui.rs` runs them.
//!
//! A case that answers a parity row says so in its first lines: `// row: fn-24, fn-29`.
