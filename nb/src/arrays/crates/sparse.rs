//! Sparse matrices of other crates and `scipy.sparse`, as nanobind's `nanobind/eigen/sparse.h` has them.
//!
//! An argument is an exact `csr_matrix` (or `csc_matrix`, `coo_matrix`) with elements of the right type; its index arrays have 32 or 64 bits. Where
//! implicit conversion is allowed, SciPy's class converts sparse matrices of all kinds, and arrays; nothing else, although the class takes a tuple for
//! a shape and a number for a matrix. The arrays are copied, and the copy is checked, sorted, and summed up where places occur twice; the object stays
//! as it is. Views ([`Viewed`]) are lent for the call instead, and converted never.
//!
//! Results are made by `sparse_export.rs`.

use crate::arrays::claims::{Claim, Use};
use crate::arrays::constraints::Constraints;
use crate::arrays::copying::read_all;
use crate::arrays::crates::sparse_structure::{
    Compressed, Flaw, SparseElement, SparseIndex, check_entries, read_index,
};
use crate::arrays::descriptor::Descriptor;
use crate::arrays::dlpack::dtype as Dtype;
use crate::arrays::dtype::{Element, dtype_traits};
use crate::arrays::import::import;
use crate::call::context::{CONVERT, Cx};
use crate::call::signature::SigText;
use crate::ffi;
use crate::interpreter::state::State;
use crate::python::error::{Error, import_error, value_error};
use crate::python::object::object;
use crate::python::{attributes, messages, text};
use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;

type PyResult<T> = crate::python::error::Result<T>;

/// How a matrix is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csr,
    Csc,
    Coo,
}

/// The place of SciPy's `issparse`, after those of the classes.
const IS_SPARSE: usize = 3;

impl Format {
    fn class_name(self) -> &'static str {
        match self {
            Format::Csr => "csr_matrix",
            Format::Csc => "csc_matrix",
            Format::Coo => "coo_matrix",
        }
    }

    /// The attributes with the elements, with the indices, and with where they begin; or with rows and columns.
    fn arrays(self) -> [&'static CStr; 3] {
        match self {
            Format::Csr | Format::Csc => [c"data", c"indices", c"indptr"],
            Format::Coo => [c"data", c"col", c"row"],
        }
    }

    /// SciPy's class, borrowed from the state.
    pub(super) fn class(self, state: &State) -> PyResult<*mut ffi::PyObject> {
        state.arrays.sparse[self as usize].get(|| {
            let class = attributes::import("scipy.sparse")?.attr(self.class_name()).get()?;
            // SAFETY: attached; a live object.
            let is_class = unsafe { ffi::PyType_Check(class.as_ptr()) } != 0;
            if is_class { Ok(class) } else { Err(import_error(messages::sparse_class(self.class_name()))) }
        })
    }

    /// Its lanes and their size, of these rows and columns.
    pub(super) fn lanes(self, (rows, columns): (usize, usize)) -> (usize, usize) {
        if self == Format::Csc { (columns, rows) } else { (rows, columns) }
    }
}

/// Writes the Python type: `scipy.sparse.csr_matrix[float]`.
pub(super) fn describe<N: SparseElement>(formats: &[Format], text: &mut SigText<'_>) {
    for (at, format) in formats.iter().enumerate() {
        text.text(if at == 0 { "" } else { " | " });
        text.text(&format!("scipy.sparse.{}[{}]", format.class_name(), N::PYTHON));
    }
}

/// What the arrays of a matrix have to be.
struct Arrays {
    data: Constraints,
    index: Constraints,
}

/// Integers of some kind.
pub(super) const fn index(order: u8) -> Constraints {
    Constraints { dtype: Dtype::ANY, scalar: None, ..Constraints::of::<i64>(1, None, order, true) }
}

struct Wanted<N>(PhantomData<N>);

impl<N: Element> Wanted<N> {
    const OWNED: Arrays = Arrays { data: Constraints::of::<N>(1, None, 0, true).without_access(), index: index(0) };
    #[cfg(feature = "sprs")]
    const READ: Arrays = Arrays { data: Constraints::of::<N>(1, None, b'C', true).in_place::<N>(), index: index(b'C') };
    #[cfg(feature = "sprs")]
    const WRITTEN: Arrays =
        Arrays { data: Constraints::of::<N>(1, None, b'C', false).in_place::<N>(), index: index(b'C') };
}

/// A sparse matrix of SciPy's, which nobody has checked yet.
#[doc(hidden)]
pub struct Found {
    pub(super) format: Format,
    /// Rows and columns.
    pub(super) shape: (usize, usize),
    /// See [`Format::arrays`].
    pub(super) arrays: [Arc<Descriptor>; 3],
}

impl Found {
    /// A matrix that will be copied.
    ///
    /// # Safety
    /// As [`Param::convert`](crate::Param::convert).
    pub(super) unsafe fn to_copy<N: SparseElement>(
        src: *mut ffi::PyObject,
        flags: u8,
        formats: &[Format],
        cx: &mut Cx<'_>,
    ) -> Option<Found> {
        // SAFETY: caller's contract.
        let found = unsafe { find(src, flags, formats, const { &Wanted::<N>::OWNED }, cx) }?;
        let known = |array: &Arc<Descriptor>| [i32::VALUE, i64::VALUE].contains(&array.dtype);
        found.arrays[1..].iter().all(known).then_some(found)
    }

    /// A matrix that is used where it lies.
    ///
    /// # Safety
    /// As [`Param::convert`](crate::Param::convert).
    #[cfg(feature = "sprs")]
    pub(super) unsafe fn to_lend<N: SparseElement, I: SparseIndex, P: SparseIndex>(
        src: *mut ffi::PyObject,
        written: bool,
        formats: &[Format],
        cx: &mut Cx<'_>,
    ) -> Option<Found> {
        let wanted = if written { const { &Wanted::<N>::WRITTEN } } else { const { &Wanted::<N>::READ } };
        // SAFETY: caller's contract.
        let found = unsafe { find(src, 0, formats, wanted, cx) }?;
        let [_, indices, starts] = &found.arrays;
        let fits = |array: &Descriptor, dtype, align: usize| {
            array.dtype == dtype && ((array.data() as usize).is_multiple_of(align) || array.size() == 0)
        };
        (fits(indices, I::SIGNED, align_of::<I>()) && fits(starts, P::SIGNED, align_of::<P>())).then_some(found)
    }

    /// The error that says what is wrong with the matrix.
    pub(super) fn refuse(flaw: Flaw, cx: &mut Cx<'_>) {
        let error = match flaw {
            Flaw::Raised(error) => error,
            Flaw::Structure(what) => {
                let record = cx.record();
                let function = record.map_or_else(|| "nb::cast".to_owned(), |record| record.call_name());
                let argument = record
                    .map_or_else(|| "the value".to_owned(), |record| record.describe_argument(cx.spot().argument));
                value_error(messages::sparse_structure(&function, &argument, what))
            }
        };
        cx.refused_by(error);
    }
}

/// # Safety
/// As [`Found::to_copy`].
unsafe fn find(
    src: *mut ffi::PyObject,
    flags: u8,
    formats: &[Format],
    wanted: &'static Arrays,
    cx: &mut Cx<'_>,
) -> Option<Found> {
    // SAFETY: caller's contract; all that is used while code runs is owned here, or an argument that the call owns.
    let looked = unsafe {
        match as_instance(src, flags, formats, cx) {
            Ok(None) => return None,
            Ok(Some((format, matrix))) => read(&matrix, format, flags, wanted, cx),
            Err(error) => Err(error),
        }
    };
    looked.unwrap_or_else(|error| {
        error.restore();
        cx.mismatch_raised();
        None
    })
}

/// The object as an instance of one of the classes, if it is one, or may be converted.
///
/// # Safety
/// `src` is live; attached.
unsafe fn as_instance(
    src: *mut ffi::PyObject,
    flags: u8,
    formats: &[Format],
    cx: &mut Cx<'_>,
) -> PyResult<Option<(Format, object)>> {
    // SAFETY: caller's contract; a live object has a live type with a name. The arguments are owned before any code runs.
    unsafe {
        let ty = ffi::Py_TYPE(src);
        let name = CStr::from_ptr((*ty).tp_name).to_bytes();
        let called = formats.iter().copied().find(|format| name.ends_with(format.class_name().as_bytes()));
        // SciPy is imported for what is called like one of its classes, and not for each argument of another kind.
        if let Some(format) = called {
            cx.own_arguments();
            if format.class(cx.state())? == ty.cast() {
                return Ok(Some((format, object::borrow(src))));
            }
        }
        if flags & CONVERT == 0 {
            return Ok(None);
        }
        cx.own_arguments();
        let src = object::borrow(src);
        let sparse = is_sparse(&src, cx.state())?;
        if !sparse && ffi::PyObject_HasAttrString(ffi::Py_TYPE(src.as_ptr()).cast(), c"__dlpack__".as_ptr()) == 0 {
            return Ok(None);
        }
        let own = if sparse { attributes::get(&src, c"format").and_then(|own| text::read(own.as_ptr())) } else { None };
        let same = |format: &&Format| own.as_deref().is_some_and(|own| format.class_name().starts_with(own));
        let format = formats.iter().find(same).copied().unwrap_or(formats[0]);
        let class = format.class(cx.state())?;
        if sparse {
            check_format(&src)?;
        }
        let made = object::steal(ffi::PyObject_CallOneArg(class, src.as_ptr()))?;
        Ok((ffi::Py_TYPE(made.as_ptr()).cast() == class).then_some((format, made)))
    }
}

/// Has SciPy check a matrix that it is to convert: it reads and writes at whatever places the indices name. Formats that are arrays of indices have a
/// method for that by one of two names.
fn check_format(src: &object) -> PyResult<()> {
    // SAFETY: attached; a live object has a live type, whose method is called: the object itself may have another.
    unsafe {
        let ty = object::borrow(ffi::Py_TYPE(src.as_ptr()).cast());
        let args = [src.as_ptr(), ffi::Py_True()];
        for (name, count) in [(c"check_format", 2), (c"_check", 1)] {
            if let Some(check) = attributes::get(&ty, name) {
                object::steal(ffi::PyObject_Vectorcall(check.as_ptr(), args.as_ptr(), count, ptr::null_mut()))?;
                break;
            }
        }
        Ok(())
    }
}

/// Whether SciPy says that an object is a sparse matrix; without it, there are none.
fn is_sparse(src: &object, state: &State) -> PyResult<bool> {
    // SAFETY: attached; live objects.
    unsafe {
        let name = text::new("scipy.sparse")?;
        let Some(module) = object::from_owned(ffi::PyImport_GetModule(name.as_ptr())) else {
            return if ffi::PyErr_Occurred().is_null() { Ok(false) } else { Err(Error::fetch()) };
        };
        if module.is_none() {
            return Ok(false);
        }
        let function = state.arrays.sparse[IS_SPARSE].get(|| module.attr("issparse").get())?;
        let answer = object::steal(ffi::PyObject_CallOneArg(function, src.as_ptr()))?;
        match ffi::PyObject_IsTrue(answer.as_ptr()) {
            -1 => Err(Error::fetch()),
            answer => Ok(answer != 0),
        }
    }
}

/// Reads the attributes of an instance, which may be anything.
///
/// # Safety
/// Attached.
unsafe fn read(
    matrix: &object,
    format: Format,
    flags: u8,
    wanted: &'static Arrays,
    cx: &mut Cx<'_>,
) -> PyResult<Option<Found>> {
    // SAFETY: attached; live objects, which are owned while code runs.
    unsafe {
        let get = |name: &CStr| object::steal(ffi::PyObject_GetAttrString(matrix.as_ptr(), name.as_ptr()));
        let shape = get(c"shape")?;
        if ffi::PyTuple_Check(shape.as_ptr()) == 0 || ffi::PyTuple_Size(shape.as_ptr()) != 2 {
            return Ok(None);
        }
        let mut sizes = [0; 2];
        for (at, size) in sizes.iter_mut().enumerate() {
            let item = ffi::PyTuple_GetItem(shape.as_ptr(), at as ffi::Py_ssize_t);
            let number = ffi::PyNumber_AsSsize_t(item, ffi::PyExc_OverflowError);
            if number == -1 && !ffi::PyErr_Occurred().is_null() {
                return Err(Error::fetch());
            }
            let Ok(number) = usize::try_from(number) else { return Ok(None) };
            *size = number;
        }
        let [data, indices, starts] = format.arrays();
        let mut array = |name, flags, wanted| -> PyResult<Option<Arc<Descriptor>>> {
            let found = get(name)?;
            Ok(import(found.as_ptr(), flags, wanted, cx))
        };
        let Some(data) = array(data, flags, &wanted.data)? else { return Ok(None) };
        let Some(indices) = array(indices, 0, &wanted.index)? else { return Ok(None) };
        let Some(starts) = array(starts, 0, &wanted.index)? else { return Ok(None) };
        Ok(Some(Found { format, shape: (sizes[0], sizes[1]), arrays: [data, indices, starts] }))
    }
}

/// A copy of a matrix, once it was made.
#[doc(hidden)]
pub struct Taken<M> {
    pub(super) found: Found,
    pub(super) made: Option<M>,
}

impl<M> Taken<M> {
    pub(super) fn new(found: Found) -> Taken<M> {
        Taken { found, made: None }
    }

    /// Copies the matrix into arrays, of which `build` makes what the function takes; false with an exception raised.
    pub(super) fn acquire_compressed<N: SparseElement, I: SparseIndex, P: SparseIndex>(
        &mut self,
        cx: &mut Cx<'_>,
        build: impl FnOnce(Format, (usize, usize), Compressed<N, I, P>) -> Result<M, Flaw>,
    ) -> bool {
        self.acquire(cx, |found| {
            let [data, indices, starts] = &found.arrays;
            // SAFETY: the arrays were found to have elements of these types, in memory of the process.
            let mut matrix = unsafe {
                let starts = read_index::<P>(starts, usize::MAX)?;
                let used = starts.last().and_then(|last| last.number()).unwrap_or(0);
                let (indices, data) =
                    (read_index::<I>(indices, used)?, read_all::<N>(data, b'C').map_err(Flaw::Raised)?);
                Compressed { starts, indices, data }
            };
            let (lanes, size) = found.format.lanes(found.shape);
            matrix.settle(lanes, size)?;
            build(found.format, found.shape, matrix)
        })
    }

    /// As [`acquire_compressed`](Self::acquire_compressed), of a matrix that is stored by its entries: rows, columns, and elements.
    pub(super) fn acquire_entries<N: SparseElement, I: SparseIndex>(
        &mut self,
        cx: &mut Cx<'_>,
        build: impl FnOnce((usize, usize), Vec<I>, Vec<I>, Vec<N>) -> Result<M, Flaw>,
    ) -> bool {
        self.acquire(cx, |found| {
            let [data, columns, rows] = &found.arrays;
            // SAFETY: as above.
            let (rows, columns, data) = unsafe {
                let data = read_all::<N>(data, b'C').map_err(Flaw::Raised)?;
                (read_index::<I>(rows, usize::MAX)?, read_index::<I>(columns, usize::MAX)?, data)
            };
            check_entries(found.shape, &rows, &columns, data.len())?;
            build(found.shape, rows, columns, data)
        })
    }

    fn acquire(&mut self, cx: &mut Cx<'_>, build: impl FnOnce(&Found) -> Result<M, Flaw>) -> bool {
        let mut claims = Vec::with_capacity(3);
        for array in &self.found.arrays {
            let Some(claim) = Claim::of_argument(array, Use::Reads, cx) else { return false };
            claims.push(claim);
        }
        match build(&self.found) {
            Ok(made) => self.made = Some(made),
            Err(flaw) => Found::refuse(flaw, cx),
        }
        self.made.is_some()
    }
}
