//! Arrays.

/// nanobind's texts, to the byte.
pub const ARRAY_COPY: &str = "nanobind::detail::ndarray_export(): copying the array contents is not supported for this framework; please specify an 'owner' so that the array can be returned without a copy.";
pub const ARRAY_HAS_OWNER: &str =
    "nanobind::detail::ndarray_export(): reference_internal policy cannot be applied (ndarray already has an owner)";
pub const DLPACK_POSITIONAL: &str = "__dlpack__() does not accept positional arguments";
pub const DLPACK_COPY: &str = "__dlpack__(): copy=True is not supported.";
pub const DLPACK_DEVICE: &str = "__dlpack__(): unsupported dl_device.";
pub const DLPACK_VERSION: &str = "max_version must be None or tuple[int, int]";
pub const BUFFER_ELSEWHERE: &str = "Only CPU-allocated ndarrays can be accessed via the buffer protocol!";
pub const BUFFER_READ_ONLY: &str = "Cannot provide writable access to a read-only ndarray!";
pub const BUFFER_DTYPE: &str = "Cannot convert DLPack dtype into buffer protocol format!";
pub const BUFFER_ORDER: &str = "Cannot provide a contiguous buffer for a non-C-contiguous ndarray!";

pub fn dlpack_keyword(word: &str) -> String {
    format!("__dlpack__(): unsupported keyword argument '{word}'")
}

pub fn array_export(cause: &str) -> String {
    format!("could not export nanobind::ndarray: {cause}")
}

pub fn array_copying(cause: &str) -> String {
    format!("copying nanobind::ndarray failed: {cause}")
}

/// Texts of nb's own.
pub const ARRAY_DIMENSIONS: &str = "an array has at most 128 dimensions, and as many strides as sizes";
pub const ARRAY_NEGATIVE: &str = "the size of an array is negative";
pub const ARRAY_TOO_LARGE: &str = "an array of this size does not fit into memory";
pub const ARRAY_NULL: &str = "an array with elements needs an address";
pub const ARRAY_ORDER: &str = "the order of an array is 'C', 'F' or 'A'";
pub const ARRAY_STRIDES: &str = "an array has as many strides as sizes";
pub const ARRAY_DTYPE: &str = "the type of the elements is not known: name it with `dtype`";
pub const ARRAY_NUMPY_DIMENSIONS: &str = "an array of NumPy has at most 64 dimensions";
pub const ARRAY_UNKNOWN: &str = "the array does not come from Python, and the policy makes no object";
pub const ARRAY_OF_SLICE: &str = "an array over a `&[T]` is read-only, and its type does not say so: use `nb::Const<T>`, or cells (`&[nb::cell<T>]`) that Python may write to";
pub const ARRAY_MEMORY: &str = "the memory of an array";
pub const NO_ARRAY: &str = "there is no array, only `None`";
pub const DLPACK_READ_ONLY: &str = "a read-only array cannot be exported without `max_version`: only versioned DLPack capsules say that nobody may write to them";
pub const NO_STATE: &str = "no module made with nb is imported in this interpreter";

pub fn array_in_use(writes: bool, by_a_writer: bool) -> String {
    let wanted = if writes { "writing" } else { "reading" };
    let used = if by_a_writer { "written to" } else { "read" };
    format!(
        "the memory of an array is not free for {wanted}: it is {used} by another argument, or by a function further up"
    )
}

pub fn array_axis(axis: usize, ndim: usize) -> String {
    format!("there is no axis {axis} in an array with {ndim} dimensions")
}

pub fn array_index(index: &dyn std::fmt::Debug, shape: &[usize]) -> String {
    format!("index {index:?} is out of range for an array of shape {shape:?}")
}

pub fn array_unfit(array: &str, wanted: &str) -> String {
    format!("{array} is not an {wanted}")
}

pub fn array_elsewhere(device: i32) -> String {
    format!(
        "the memory of the array belongs to another device (DLPack's number {device}): native code cannot read it at its address"
    )
}

pub fn array_size_open(wanted: &str) -> String {
    format!("{wanted} leaves sizes open: say which they are")
}

pub fn array_other_shape(given: &[usize], wanted: &str) -> String {
    format!("the sizes {given:?} are not those of {wanted}")
}

pub fn array_other_count(count: usize, shape: &[i64]) -> String {
    format!("{count} elements are not an array of shape {shape:?}")
}

pub fn array_overlap(function: &str, one: &str, other: &str) -> String {
    format!(
        "{function}: {one} and {other} are the same memory, at least in part, and one of them may be written to: pass a copy of one of them"
    )
}

#[cfg(feature = "nalgebra")]
pub fn not_geometry(function: &str, argument: &str, needed: &str) -> String {
    format!("{function}: {argument} is not {needed}")
}

#[cfg(any(feature = "nalgebra-sparse", feature = "sprs"))]
pub use sparse::*;

/// What is wrong with sparse matrices.
#[cfg(any(feature = "nalgebra-sparse", feature = "sprs"))]
mod sparse {
    pub const SPARSE_LANES: &str =
        "'indptr' does not have one number more than there are rows, or columns in a CSC matrix";
    pub const SPARSE_STARTS: &str = "the numbers in 'indptr' do not begin with 0, or one is less than the one before";
    pub const SPARSE_COUNT: &str = "'indptr' counts more entries than 'indices' and 'data' have";
    pub const SPARSE_RANGE: &str = "an index is negative, or not less than the size of the matrix";
    #[cfg(feature = "sprs")]
    pub const SPARSE_UNSORTED: &str = "the indices of a row or column are not in order, or one occurs twice, and this matrix is used where it lies: call its methods sum_duplicates() and sort_indices() first";
    pub const SPARSE_ENTRIES: &str = "'row', 'col' and 'data' have different lengths";
    pub const SPARSE_INDEX_TYPE: &str =
        "an index, or a size of the matrix, does not fit into the type of the indices that native code uses";

    pub fn sparse_structure(function: &str, argument: &str, what: &str) -> String {
        format!("{function}: {argument} is a sparse matrix with a broken structure: {what}")
    }

    pub fn sparse_class(name: &str) -> String {
        format!("scipy.sparse.{name} is not a class")
    }
}

pub fn array_broadcast(shapes: &[&[i64]]) -> String {
    let shapes: Vec<String> = shapes.iter().map(|shape| format!("{shape:?}")).collect();
    format!("arrays of the shapes {} cannot be broadcast together", shapes.join(", "))
}

pub fn array_of_changed(class: &str) -> String {
    format!(
        "an array over memory of an object needs a shared reference to it: the function takes `&mut {class}`, take `&{class}`"
    )
}
