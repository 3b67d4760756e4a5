//! [`Descriptor`]: what an [`ndarray`](struct@crate::ndarray) refers to, shared by its clones, and who owns the memory.

use crate::arrays::dlpack::{self, Device, dtype as Dtype};
use crate::arrays::layout::{Layout, Malformed};
use crate::ffi;
use crate::interpreter::interpreters::Interpreter;
use crate::interpreter::panic;
use crate::interpreter::resident::Resident;
use crate::python::aside::Aside;
use crate::python::attach::Attached;
use smallvec::SmallVec;
use std::any::Any;
use std::ffi::c_void;
use std::ptr;

/// What keeps the memory of an array alive.
pub(crate) enum Owner {
    /// Whoever made the array sees to it (an `unsafe` constructor).
    Nobody,
    /// A Python object.
    Object(Resident),
    /// An array of NumPy's, which is where this one came from, and the one whose memory it is, mostly itself: NumPy moves the memory of an array
    /// (`a.resize(..)`) to which there is one reference besides that of whoever asks for it.
    Array([Resident; 2]),
    /// Elements that were a vector.
    #[allow(dead_code, reason = "kept for its drop")]
    Memory(Memory),
    /// A value of Rust's.
    #[allow(dead_code, reason = "kept for its drop")]
    Native(Box<dyn Any + Send + Sync>),
    /// What another library handed over, and the object that it came from.
    #[allow(dead_code, reason = "kept for its drop")]
    Foreign(Foreign, Option<Resident>),
}

/// The memory of a vector of plain numbers.
pub(crate) struct Memory {
    start: *mut c_void,
    capacity: usize,
    free: unsafe fn(*mut c_void, usize),
}

// SAFETY: an owner of numbers, which any thread may free.
unsafe impl Send for Memory {}
// SAFETY: as above; nothing can be done with a shared one.
unsafe impl Sync for Memory {}

impl Memory {
    /// Of a vector whose elements are freed with nothing else to do.
    pub(crate) fn of<T: Copy + Send + Sync + 'static>(elements: Vec<T>) -> Memory {
        /// # Safety
        /// The parts of a vector.
        unsafe fn free<T>(start: *mut c_void, capacity: usize) {
            // SAFETY: caller's contract; no element needs to be dropped.
            drop(unsafe { Vec::from_raw_parts(start.cast::<T>(), 0, capacity) });
        }
        let mut elements = std::mem::ManuallyDrop::new(elements);
        Memory { start: elements.as_mut_ptr().cast(), capacity: elements.capacity(), free: free::<T> }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the parts of the vector that `of` has taken, once.
        unsafe { (self.free)(self.start, self.capacity) }
    }
}

/// A tensor or a buffer of another library, which is released on a thread that is attached.
pub(crate) struct Foreign {
    kind: ForeignKind,
    interpreter: Interpreter,
}

enum ForeignKind {
    Managed(*mut dlpack::Managed),
    Versioned(*mut dlpack::ManagedVersioned),
    Buffer(Box<ffi::Py_buffer>),
}

// SAFETY: the pointers are used by the drop alone, once, on a thread that is attached to the interpreter they came from.
unsafe impl Send for Foreign {}
// SAFETY: as above; nothing can be done with a shared one.
unsafe impl Sync for Foreign {}

impl Foreign {
    /// # Safety
    /// The caller owns the tensor. Attached.
    pub(crate) unsafe fn managed(tensor: *mut dlpack::Managed) -> Foreign {
        Foreign { kind: ForeignKind::Managed(tensor), interpreter: Interpreter::now() }
    }

    /// # Safety
    /// The caller owns the tensor. Attached.
    pub(crate) unsafe fn versioned(tensor: *mut dlpack::ManagedVersioned) -> Foreign {
        Foreign { kind: ForeignKind::Versioned(tensor), interpreter: Interpreter::now() }
    }

    /// # Safety
    /// The buffer was filled by `PyObject_GetBuffer`. Attached.
    pub(crate) unsafe fn buffer(view: Box<ffi::Py_buffer>) -> Foreign {
        Foreign { kind: ForeignKind::Buffer(view), interpreter: Interpreter::now() }
    }
}

impl Foreign {
    /// The buffer, if it is one.
    pub(crate) fn view(&self) -> Option<&ffi::Py_buffer> {
        match &self.kind {
            ForeignKind::Buffer(view) => Some(view),
            _ => None,
        }
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        // At the end of the interpreter, what it owns is left alone.
        let Ok(_attached) = Attached::to(self.interpreter) else { return };
        // Both may run any code.
        let _aside = Aside::now();
        // SAFETY: owned, released once; attached to its interpreter. A deleter may be null.
        unsafe {
            match &mut self.kind {
                ForeignKind::Managed(tensor) => {
                    if let Some(delete) = (**tensor).deleter {
                        delete(*tensor);
                    }
                }
                ForeignKind::Versioned(tensor) => {
                    if let Some(delete) = (**tensor).deleter {
                        delete(*tensor);
                    }
                }
                ForeignKind::Buffer(view) => ffi::PyBuffer_Release(&mut **view),
            }
            if !ffi::PyErr_Occurred().is_null() {
                ffi::PyErr_WriteUnraisable(ptr::null_mut());
            }
        }
    }
}

/// Sizes and strides: sizes first, and then as many strides, in elements.
pub(crate) type Dims = SmallVec<[i64; 8]>;

/// An array: where its elements are, and who owns them.
pub(crate) struct Descriptor {
    /// An address, or whatever the device understands.
    pub(crate) handle: *mut c_void,
    /// Where the first element is, counted from there in bytes.
    pub(crate) byte_offset: u64,
    pub(crate) device: Device,
    pub(crate) dtype: Dtype,
    /// Nobody may write through this array.
    pub(crate) read_only: bool,
    dims: Dims,
    pub(crate) owner: Owner,
}

// SAFETY: the memory is reached through `unsafe` code and views only, which say who may do what at the same time; the rest does not
// change, and owners are `Send` and `Sync`.
unsafe impl Send for Descriptor {}
// SAFETY: as above.
unsafe impl Sync for Descriptor {}

impl Descriptor {
    /// A description that is consistent in itself: of all that comes in, and all that is made. `strides` are `None` for C order.
    pub(crate) fn new(
        (handle, byte_offset): (*mut c_void, u64),
        device: Device,
        dtype: Dtype,
        read_only: bool,
        shape: &[i64],
        strides: Option<&[i64]>,
        owner: Owner,
    ) -> Result<Descriptor, Malformed> {
        if shape.len() > dlpack::MAX_NDIM || strides.is_some_and(|strides| strides.len() != shape.len()) {
            return Err(Malformed::TooManyDimensions);
        }
        let mut dims: Dims = SmallVec::with_capacity(shape.len() * 2);
        dims.extend_from_slice(shape);
        match strides {
            Some(strides) => dims.extend_from_slice(strides),
            None => put_c_strides(&mut dims),
        }
        let found = Descriptor { handle, byte_offset, device, dtype, read_only, dims, owner };
        found.layout().check().map(|()| found)
    }

    /// Of a vector's memory, which has as many elements as the sizes say.
    #[inline]
    pub(crate) fn of_memory(
        dims: Dims,
        (data, device): (*mut c_void, Device),
        dtype: Dtype,
        read_only: bool,
        owner: Owner,
    ) -> Descriptor {
        Descriptor { handle: data, byte_offset: 0, device, dtype, read_only, dims, owner }
    }

    /// Of a layout that was checked, in memory of the process.
    #[inline]
    pub(crate) fn of_checked(layout: Layout<'_>, dims: Dims, read_only: bool, owner: Owner) -> Descriptor {
        let Layout { data, device, dtype, .. } = layout;
        Descriptor { handle: data, byte_offset: 0, device, dtype, read_only, dims, owner }
    }

    #[inline]
    pub(crate) fn layout(&self) -> Layout<'_> {
        let Descriptor { device, dtype, read_only, .. } = *self;
        Layout { data: self.data(), device, dtype, read_only, dims: &self.dims }
    }

    pub(crate) fn ndim(&self) -> usize {
        self.dims.len() / 2
    }

    pub(crate) fn shape(&self) -> &[i64] {
        self.layout().shape()
    }

    /// In elements.
    pub(crate) fn strides(&self) -> &[i64] {
        self.layout().strides()
    }

    /// The number of elements.
    pub(crate) fn size(&self) -> usize {
        self.layout().size()
    }

    /// The address of the first element.
    pub(crate) fn data(&self) -> *mut c_void {
        self.handle.wrapping_byte_add(self.byte_offset as usize)
    }

    /// See [`Layout::is_in_order`].
    pub(crate) fn is_in_order(&self, order: u8) -> bool {
        self.layout().is_in_order(order)
    }

    /// Whether two elements may be the same memory, as where a stride is 0.
    pub(crate) fn overlaps_itself(&self) -> bool {
        if self.size() == 0 {
            return false;
        }
        let mut axes: SmallVec<[(u64, u64); 8]> = self
            .shape()
            .iter()
            .zip(self.strides())
            .filter(|(size, _)| **size > 1)
            .map(|(&size, &stride)| (stride.unsigned_abs(), size as u64))
            .collect();
        axes.sort_unstable();
        // Each stride goes past all that the smaller ones reach.
        let mut reached = 0u64;
        axes.into_iter().any(|(stride, size)| {
            let overlaps = stride <= reached;
            reached += (size - 1) * stride;
            overlaps
        })
    }

    /// The Python object that it came from.
    pub(crate) fn source(&self) -> Option<&Resident> {
        match &self.owner {
            Owner::Array([object, _]) | Owner::Foreign(_, Some(object)) => Some(object),
            _ => None,
        }
    }

    /// Whether anybody keeps the memory alive.
    pub(crate) fn is_owned(&self) -> bool {
        !matches!(self.owner, Owner::Nobody)
    }
}

/// Adds the strides of C order to the sizes.
fn put_c_strides(dims: &mut Dims) {
    let ndim = dims.len();
    dims.resize(2 * ndim, 0);
    let mut next = 1i64;
    for axis in (0..ndim).rev() {
        dims[ndim + axis] = next;
        next = next.wrapping_mul(dims[axis]);
    }
}

/// The strides of an order: `b'F'`, or C's for all others.
pub(crate) fn strides_of(shape: &[i64], order: u8) -> Dims {
    let mut strides: Dims = SmallVec::from_elem(0, shape.len());
    let mut next = 1i64;
    let mut put = |axis: usize| {
        strides[axis] = next;
        next = next.wrapping_mul(shape[axis]);
    };
    if order == b'F' {
        (0..shape.len()).for_each(&mut put)
    } else {
        (0..shape.len()).rev().for_each(&mut put)
    }
    strides
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // A value of Rust's may run any code when it ends, and this may be the destructor of a Python object.
        if let Owner::Native(_) = self.owner {
            let owner = std::mem::replace(&mut self.owner, Owner::Nobody);
            if crate::python::object::is_attached() {
                panic::guard_unraisable(ptr::null_mut(), || drop(owner));
            }
        }
    }
}
