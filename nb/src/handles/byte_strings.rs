//! [`bytes`], [`bytearray`] and [`memoryview`].

use crate::ffi;
use crate::handles::results::{done, must};
use crate::handles::wrapper::wrapper;
use crate::python::error::Result;
use crate::python::object::{check_attached, object};

wrapper! {
    /// A Python `bytes`, nanobind's `nb::bytes`.
    ///
    /// ```no_run
    /// fn checksum(data: nb::bytes) -> u8 {
    ///     data.as_bytes().iter().fold(0, |sum, byte| sum ^ byte)
    /// }
    /// ```
    bytes, "bytes", |ptr| ffi::PyBytes_Check(ptr) != 0
}

impl bytes {
    /// A copy of the slice. Raises `MemoryError` out of the bound function when there is no memory.
    pub fn new(value: &[u8]) -> bytes {
        check_attached();
        let size = value.len() as ffi::Py_ssize_t;
        // SAFETY: attached; copies `size` bytes; a new object or null with an exception.
        must(unsafe { bytes::steal(ffi::PyBytes_FromStringAndSize(value.as_ptr().cast(), size)) })
    }

    /// `bytes(value)`.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn from_object(value: &object) -> Result<bytes> {
        check_attached();
        // SAFETY: a live object; the result is a `bytes` or null with an exception.
        unsafe { object::steal(ffi::PyObject_Bytes(value.as_ptr())).and_then(bytes::try_from) }
    }

    /// The bytes, which live as long as the object and never change: nanobind's `b.data()` and `b.size()`.
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: a live, immutable `bytes`; its buffer is never null and has this length.
        unsafe {
            let data = ffi::PyBytes_AsString(self.as_ptr()).cast::<u8>();
            std::slice::from_raw_parts(data, ffi::PyBytes_Size(self.as_ptr()) as usize)
        }
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Number of bytes, as nanobind spells it.
    pub fn size(&self) -> usize {
        self.len()
    }

    /// Whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<&[u8]> for bytes {
    fn from(value: &[u8]) -> bytes {
        bytes::new(value)
    }
}

wrapper! {
    /// A Python `bytearray`, nanobind's `nb::bytearray`.
    ///
    /// The contents are copied in and out: Python code may resize the array at any time, so there are no slices of it.
    ///
    /// ```no_run
    /// fn reversed(data: nb::bytearray) -> nb::bytearray {
    ///     let mut copy = data.to_vec();
    ///     copy.reverse();
    ///     nb::bytearray::new(&copy)
    /// }
    /// ```
    bytearray, "bytearray", |ptr| ffi::PyByteArray_Check(ptr) != 0
}

impl bytearray {
    /// A copy of the slice. Raises `MemoryError` out of the bound function when there is no memory.
    pub fn new(value: &[u8]) -> bytearray {
        check_attached();
        let size = value.len() as ffi::Py_ssize_t;
        // SAFETY: attached; copies `size` bytes; a new object or null with an exception.
        must(unsafe { bytearray::steal(ffi::PyByteArray_FromStringAndSize(value.as_ptr().cast(), size)) })
    }

    /// `bytearray(value)` of anything that offers its memory.
    ///
    /// # Errors
    /// Whatever Python raises.
    pub fn from_object(value: &object) -> Result<bytearray> {
        check_attached();
        // SAFETY: a live object; a new object or null with an exception.
        unsafe { bytearray::steal(ffi::PyByteArray_FromObject(value.as_ptr())) }
    }

    /// A copy of the contents as they are now.
    pub fn to_vec(&self) -> Vec<u8> {
        check_attached();
        // Through an immutable copy made by CPython, which locks the array on builds without the GIL.
        must(bytes::from_object(self)).as_bytes().to_vec()
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        check_attached();
        // SAFETY: a live bytearray.
        unsafe { ffi::PyByteArray_Size(self.as_ptr()) as usize }
    }

    /// Number of bytes, as nanobind spells it.
    pub fn size(&self) -> usize {
        self.len()
    }

    /// Whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Cuts the array or extends it with zeros.
    ///
    /// # Errors
    /// `BufferError` while somebody else has a view of it.
    pub fn resize(&self, size: usize) -> Result<()> {
        let before = self.len();
        if size > before {
            // New memory is not initialised by the C API, so the array grows by appending zeros.
            let zeros = bytearray::new(&vec![0; size - before]);
            return self.iadd(&zeros).map(|_| ());
        }
        // SAFETY: a live bytearray.
        done(unsafe { ffi::PyByteArray_Resize(self.as_ptr(), size as ffi::Py_ssize_t) })
    }
}

wrapper! {
    /// A Python `memoryview`, nanobind's `nb::memoryview`.
    ///
    /// ```no_run
    /// fn view(data: nb::bytes) -> nb::Result<nb::memoryview> {
    ///     nb::memoryview::from_object(&data)
    /// }
    /// ```
    memoryview, "memoryview", |ptr| ffi::PyMemoryView_Check(ptr) != 0
}

impl memoryview {
    /// `memoryview(value)`.
    ///
    /// # Errors
    /// `TypeError` when the object does not offer its memory.
    pub fn from_object(value: &object) -> Result<memoryview> {
        check_attached();
        // SAFETY: a live object; a new view or null with an exception.
        unsafe { memoryview::steal(ffi::PyMemoryView_FromObject(value.as_ptr())) }
    }
}
