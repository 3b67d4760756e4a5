//! What the three arrays of a sparse matrix have to be like, whoever has filled them.
//!
//! Python objects can hold anything in their place: numbers that are out of range would be read from memory that is not the matrix's. So
//! everything is checked after it was copied, or after it was claimed where it lies.

use crate::arrays::copying::read_all;
use crate::arrays::descriptor::Descriptor;
use crate::arrays::dlpack::dtype as Dtype;
use crate::arrays::dtype::{Element, dtype_traits};
use crate::python::error::{Builtin, Error};
use crate::python::messages;

/// A number that sparse matrices of SciPy are made of.
///
/// Entries at one place are one number: their sum, as in SciPy, and the disjunction of truth values.
#[diagnostic::on_unimplemented(
    message = "sparse matrices of `{Self}` do not cross the border",
    note = "elements are those that `scipy.sparse` has: integers of up to 64 bits, `f32`, `f64`, `bool`, and `num_complex::Complex` with the feature `num-complex`"
)]
#[doc(hidden)]
pub trait SparseElement: Element {
    /// The scalar's name in signatures.
    const PYTHON: &'static str;
    fn plus(self, other: Self) -> Self;
}

macro_rules! elements {
    ($($ty:ty: $name:literal |$a:ident, $b:ident| $sum:expr;)*) => { $(
        impl SparseElement for $ty {
            const PYTHON: &'static str = $name;
            fn plus(self, other: Self) -> Self {
                let ($a, $b) = (self, other);
                $sum
            }
        }
    )* };
}
macro_rules! integers {
    ($($ty:ty)*) => { elements! { $( $ty: "int" |a, b| a.wrapping_add(b); )* } };
}
integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
elements! {
    f32: "float" |a, b| a + b;
    f64: "float" |a, b| a + b;
    bool: "bool" |a, b| a | b;
}
#[cfg(feature = "num-complex")]
elements! {
    num_complex::Complex<f32>: "complex" |a, b| a + b;
    num_complex::Complex<f64>: "complex" |a, b| a + b;
}

/// A type of indices.
#[diagnostic::on_unimplemented(
    message = "sparse matrices with indices of type `{Self}` do not cross the border",
    note = "SciPy has indices of 32 and of 64 bits: use `i32`, `i64`, `u32`, `u64`, `isize` or `usize`"
)]
#[doc(hidden)]
pub trait SparseIndex: dtype_traits + Ord {
    /// The signed integer of this size, which SciPy has.
    const SIGNED: Dtype;
    /// The largest number that both have.
    const LIMIT: u64;
    /// The number, if it is one of these.
    fn from_number(number: i64) -> Option<Self>;
    /// The number as one that counts.
    fn number(self) -> Option<usize>;
}

macro_rules! indices {
    ($($ty:ty: $signed:ty;)*) => { $(
        impl SparseIndex for $ty {
            const SIGNED: Dtype = <$signed as dtype_traits>::VALUE;
            const LIMIT: u64 = <$signed>::MAX as u64;
            fn from_number(number: i64) -> Option<Self> {
                Self::try_from(number).ok()
            }
            fn number(self) -> Option<usize> {
                usize::try_from(self).ok()
            }
        }
    )* };
}
indices! { i32: i32; u32: i32; i64: i64; u64: i64; isize: isize; usize: isize; }

/// Why arrays are no sparse matrix.
pub(super) enum Flaw {
    Structure(&'static str),
    Raised(Error),
}

impl Flaw {
    fn no_memory() -> Flaw {
        Flaw::Raised(Error::new(Builtin::MemoryError, messages::NO_MEMORY))
    }
}

type Checked<T> = Result<T, Flaw>;

fn flaw<T>(what: &'static str) -> Checked<T> {
    Err(Flaw::Structure(what))
}

/// The elements of an index array of SciPy's, at least the first `used`: the others say nothing.
///
/// # Safety
/// The elements are readable, and integers of 32 or of 64 bits.
pub(super) unsafe fn read_index<I: SparseIndex>(array: &Descriptor, used: usize) -> Checked<Vec<I>> {
    fn numbers<I: SparseIndex>(all: Vec<impl Copy + Into<i64>>, used: usize) -> Checked<Vec<I>> {
        let mut made = Vec::new();
        made.try_reserve_exact(all.len().min(used)).map_err(|_| Flaw::no_memory())?;
        for number in all.into_iter().take(used) {
            made.push(I::from_number(number.into()).map_or_else(|| flaw(messages::SPARSE_INDEX_TYPE), Ok)?);
        }
        Ok(made)
    }
    // SAFETY: caller's contract.
    unsafe {
        if array.dtype == I::VALUE {
            read_all::<I>(array, b'C').map_err(Flaw::Raised)
        } else if array.dtype == i32::VALUE {
            numbers(read_all::<i32>(array, b'C').map_err(Flaw::Raised)?, used)
        } else {
            numbers(read_all::<i64>(array, b'C').map_err(Flaw::Raised)?, used)
        }
    }
}

/// A matrix by its rows, or its columns: lane `k` has the entries `starts[k]..starts[k + 1]`.
#[doc(hidden)]
pub struct Compressed<N, I, P> {
    pub(super) starts: Vec<P>,
    pub(super) indices: Vec<I>,
    pub(super) data: Vec<N>,
}

/// The number of entries, if the beginnings are those of as many lanes.
fn count<P: SparseIndex>(lanes: usize, starts: &[P], room: usize) -> Checked<usize> {
    if lanes.checked_add(1) != Some(starts.len()) {
        return flaw(messages::SPARSE_LANES);
    }
    let mut last = 0;
    for (at, start) in starts.iter().enumerate() {
        match start.number() {
            Some(start) if start >= last && (at > 0 || start == 0) => last = start,
            _ => return flaw(messages::SPARSE_STARTS),
        }
    }
    if last > room { flaw(messages::SPARSE_COUNT) } else { Ok(last) }
}

/// Whether all are indices of an axis of this size.
fn in_range<I: SparseIndex>(indices: &[I], size: usize) -> Checked<()> {
    let fits = |index: &I| index.number().is_some_and(|index| index < size);
    if indices.iter().all(fits) { Ok(()) } else { flaw(messages::SPARSE_RANGE) }
}

impl<N: SparseElement, I: SparseIndex, P: SparseIndex> Compressed<N, I, P> {
    /// Whether the arrays are a matrix of these sizes. Each lane has its entries in order afterwards, no two of them at one place.
    pub(super) fn settle(&mut self, lanes: usize, size: usize) -> Checked<()> {
        let entries = count(lanes, &self.starts, self.indices.len().min(self.data.len()))?;
        // There may be room for more.
        self.indices.truncate(entries);
        self.data.truncate(entries);
        in_range(&self.indices, size)?;
        let mut twice = false;
        for lane in self.starts.windows(2) {
            let range = lane[0].number().unwrap_or(0)..lane[1].number().unwrap_or(0);
            let indices = &mut self.indices[range.clone()];
            if !indices.is_sorted() {
                let data = &mut self.data[range];
                let mut pairs = Vec::new();
                pairs.try_reserve_exact(indices.len()).map_err(|_| Flaw::no_memory())?;
                pairs.extend(indices.iter().copied().zip(data.iter().copied()));
                // Sums of floats depend on the order, which stays.
                pairs.sort_by_key(|pair| pair.0);
                for ((index, value), pair) in indices.iter_mut().zip(data).zip(pairs) {
                    (*index, *value) = pair;
                }
            }
            twice |= indices.windows(2).any(|two| two[0] == two[1]);
        }
        if twice { self.sum() } else { Ok(()) }
    }

    /// Adds up what is at one place.
    fn sum(&mut self) -> Checked<()> {
        let (mut kept, mut from) = (0, 0);
        for lane in 1..self.starts.len() {
            let (first, to) = (kept, self.starts[lane].number().unwrap_or(0));
            for at in from..to {
                if kept > first && self.indices[kept - 1] == self.indices[at] {
                    self.data[kept - 1] = self.data[kept - 1].plus(self.data[at]);
                } else {
                    (self.indices[kept], self.data[kept]) = (self.indices[at], self.data[at]);
                    kept += 1;
                }
            }
            from = to;
            // Smaller than the number before.
            self.starts[lane] = P::from_number(kept as i64).map_or_else(|| flaw(messages::SPARSE_INDEX_TYPE), Ok)?;
        }
        self.indices.truncate(kept);
        self.data.truncate(kept);
        Ok(())
    }
}

/// The number of entries of a matrix that is used where it lies: its lanes have to be in order, without places that occur twice.
#[cfg(feature = "sprs")]
pub(super) fn check_in_place<I: SparseIndex, P: SparseIndex>(
    (lanes, size): (usize, usize),
    starts: &[P],
    indices: &[I],
    room: usize,
) -> Checked<usize> {
    // Larger numbers would be negative ones for SciPy.
    if size as u64 > I::LIMIT || lanes as u64 >= P::LIMIT {
        return flaw(messages::SPARSE_INDEX_TYPE);
    }
    let entries = count(lanes, starts, room.min(indices.len()))?;
    in_range(&indices[..entries], size)?;
    let lane = |two: &[P]| &indices[two[0].number().unwrap_or(0)..two[1].number().unwrap_or(0)];
    let in_order = |lane: &[I]| lane.windows(2).all(|two| two[0] < two[1]);
    if starts.windows(2).all(|two| in_order(lane(two))) { Ok(entries) } else { flaw(messages::SPARSE_UNSORTED) }
}

/// Whether the arrays are the entries of a matrix, each with its row and its column.
pub(super) fn check_entries<I: SparseIndex>(
    shape: (usize, usize),
    rows: &[I],
    columns: &[I],
    entries: usize,
) -> Checked<()> {
    if rows.len() != entries || columns.len() != entries {
        return flaw(messages::SPARSE_ENTRIES);
    }
    in_range(rows, shape.0)?;
    in_range(columns, shape.1)
}

#[cfg(test)]
mod tests {
    use super::{Compressed, Flaw};

    type Arrays = (Vec<i32>, Vec<i32>, Vec<i64>);

    fn settled((starts, indices, data): Arrays, lanes: usize, size: usize) -> Option<Arrays> {
        let mut matrix = Compressed { starts, indices, data };
        match matrix.settle(lanes, size) {
            Ok(()) => Some((matrix.starts, matrix.indices, matrix.data)),
            Err(Flaw::Structure(what)) => {
                assert!(!what.is_empty());
                None
            }
            Err(Flaw::Raised(_)) => panic!("there is memory"),
        }
    }

    #[test]
    fn sorted_and_summed() {
        let is = |given: Arrays, expected: Arrays| assert_eq!(settled(given, 2, 3), Some(expected));
        is((vec![0, 2, 3], vec![2, 0, 1], vec![1, 2, 3]), (vec![0, 2, 3], vec![0, 2, 1], vec![2, 1, 3]));
        is((vec![0, 3, 4], vec![2, 0, 2, 2], vec![1, 2, 3, 4]), (vec![0, 2, 3], vec![0, 2, 2], vec![2, 4, 4]));
        is((vec![0, 0, 2], vec![1, 1], vec![1, 2]), (vec![0, 0, 1], vec![1], vec![3]));
        is((vec![0, 0, 1], vec![1, 9, -4], vec![1, 2]), (vec![0, 0, 1], vec![1], vec![1]));
    }

    #[test]
    fn refused() {
        for (starts, indices, data) in [
            (vec![], vec![], vec![]),
            (vec![0, 1], vec![0], vec![1]),
            (vec![0, 1, 1, 1], vec![0], vec![1]),
            (vec![1, 1, 1], vec![0], vec![1]),
            (vec![0, 2, 1], vec![0, 1], vec![1, 2]),
            (vec![0, -1, 0], vec![], vec![]),
            (vec![0, 1, 2], vec![0], vec![1, 2]),
            (vec![0, 1, 2], vec![0, 1], vec![1]),
            (vec![0, 1, i32::MAX], vec![0, 1], vec![1, 2]),
            (vec![0, 1, 2], vec![0, 3], vec![1, 2]),
            (vec![0, 1, 2], vec![0, -1], vec![1, 2]),
        ] {
            assert_eq!(settled((starts, indices, data), 2, 3), None);
        }
        assert_eq!(settled((vec![0], vec![], vec![]), usize::MAX, 3), None);
        assert_eq!(settled((vec![0], vec![], vec![]), 0, 3), Some((vec![0], vec![], vec![])));
    }
}
