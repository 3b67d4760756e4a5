//! Intrusive reference counts: classes whose values carry their own count, until a Python object counts for them.
//!
//! The counter and `ref_` are those of the crate `nb-intrusive`, which knows nothing about Python.
//!
//! A [`ref_`] gives `&T` at any time and on any thread, without asking for a mark. Therefore an instance of such a class is
//! lent for good when it gets its value: one shared mark is never given back, so that nobody can modify the value
//! through Python or move it out.
//!
//! # The count
//!
//! `intrusive_counter` is one word: an odd number is a count, anything else the Python object that counts instead. It and `ref_` are
//! a crate without Python, which gets two functions that count Python objects from the first import.
//!
//! A `ref_` is a `&T` without a mark, so nothing may ever borrow such a value exclusively. Instead of a second kind of instance, the
//! first shared mark of an instance of a counted class is simply kept; the rules of instance/borrow.rs do the rest. A class knows the
//! counters in its values (`TypeData::counted`): its own and those of its bases, by offset. When a value is moved into an object,
//! whatever its counter says is about a former place and is cleared; when a `ref_` is shown to Python, its box becomes that of a
//! boxed instance, and its count the object's.
//!
//! A counter inside a value that Rust code can borrow exclusively could be swapped with another one. That is why there is no
//! `get_mut`: `with_mut` writes the count back after the closure.

mod hooks;

use crate::ffi;
use crate::instance::class_record::TypeData;
use crate::instance::ext::owned_address;
use crate::instance::header::{Inst, Life, Storage};
use crate::interpreter::panic;
use crate::interpreter::state::State;
use crate::python::object::{check_attached, object};
pub use nb_intrusive::{dec_ref, inc_ref, intrusive_base, intrusive_counter, intrusive_init, ref_};
use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::sync::Arc;

/// Marks a class whose values have an [`intrusive_counter`]: nanobind's `nb::intrusive_ptr<T>`, as
/// `nb::class_<Node>(m, "Node", nb::intrusive_ptr<Node>(|node, po| node.set_self_py(po)))`.
///
/// The function is called once for each value that becomes a Python object, with the address of the object: in a
/// constructor, or when native code returns the value for the first time. In C++ it has to hand the count over; here that
/// has happened by then, and `|_, _| {}` will do. A panic in it goes to `sys.unraisablehook`.
///
/// Classes that are derived from the class inherit the annotation. Methods of the class take `&self` or `ref_<T>`; a
/// call of one that takes `&mut self` raises `RuntimeError`, like every attempt to move the value out.
///
/// ```no_run
/// use nb::prelude::*;
///
/// struct Node {
///     name: String,
///     counter: nb::intrusive_counter,
/// }
/// nb_intrusive!(Node, counter);
///
/// nb_module!(my_ext, m, {
///     nb::class_<Node>(m, "Node", nb::intrusive_ptr<Node>(|node, po| node.set_self_py(po)))
///         .def(nb::init(|name: String| Node { name, counter: Default::default() }), "name"_a)
///         .def_ro("name", &Node::name);
///     m.def("same", |node: nb::ref_<Node>| node);
/// });
/// ```
pub fn intrusive_ptr<T: intrusive_base + 'static>(
    set_self_py: impl Fn(&T, NonNull<c_void>) + Send + Sync + 'static,
) -> IntrusivePtr<T> {
    IntrusivePtr { counted: Arc::new(Hook { set_self_py, class: PhantomData::<fn(&T)> }), class: PhantomData }
}

/// The annotation that [`intrusive_ptr`] makes.
pub struct IntrusivePtr<T> {
    pub(crate) counted: Arc<dyn Counted>,
    class: PhantomData<fn(T)>,
}

/// What is known about a counted type when it is named by its address only.
pub(crate) trait Counted: Send + Sync {
    /// # Safety
    /// A live value of the type is at `value`; the result is a part of it.
    unsafe fn counter(&self, value: usize) -> *const intrusive_counter;
    /// # Safety
    /// As `counter`; attached.
    unsafe fn exposed(&self, value: usize, owner: NonNull<c_void>);
}

struct Hook<T, F> {
    set_self_py: F,
    class: PhantomData<fn(&T)>,
}

impl<T: intrusive_base, F: Fn(&T, NonNull<c_void>) + Send + Sync> Counted for Hook<T, F> {
    unsafe fn counter(&self, value: usize) -> *const intrusive_counter {
        // SAFETY: caller's contract.
        unsafe { (*(value as *const T)).counter() }
    }

    unsafe fn exposed(&self, value: usize, owner: NonNull<c_void>) {
        // SAFETY: caller's contract.
        (self.set_self_py)(unsafe { &*(value as *const T) }, owner);
    }
}

/// A part of a class's value that has a counter: the value itself, or that of a base class.
pub(crate) struct Part {
    offset: usize,
    counted: Arc<dyn Counted>,
}

impl Part {
    /// # Safety
    /// A value of the class that has this part is live at `value`; the result ends before it does.
    unsafe fn counter<'v>(&self, value: usize) -> &'v intrusive_counter {
        // SAFETY: caller's contract.
        unsafe { &*self.counted.counter(value + self.offset) }
    }
}

/// The parts of a new class.
pub(crate) fn parts(own: Option<Arc<dyn Counted>>, base: Option<(&TypeData, usize)>) -> Box<[Part]> {
    if own.is_some() {
        hooks::install();
    }
    let inherited = base.into_iter().flat_map(|(data, offset)| {
        data.counted.iter().map(move |part| Part { offset: part.offset + offset, counted: part.counted.clone() })
    });
    inherited.chain(own.map(|counted| Part { offset: 0, counted })).collect()
}

/// A value has been moved into `inst`: from now on the object counts for it.
///
/// # Safety
/// `inst` owns its value, which nobody else can reach yet, and is otherwise unused; attached.
#[inline(always)]
pub(crate) unsafe fn expose(inst: *mut Inst, data: &TypeData) {
    if !data.counted.is_empty() {
        // SAFETY: caller's contract.
        unsafe { expose_new(inst, data) }
    }
}

/// # Safety
/// `inst` is a live instance of `data`'s class, whose value has just been moved there; attached.
#[inline(never)]
unsafe fn expose_new(inst: *mut Inst, data: &TypeData) {
    // SAFETY: caller's contract. The value was moved, so whatever was counted at its former place is void.
    unsafe {
        let value = owned_address(inst, data);
        for part in &data.counted {
            part.counter(value).reset(0);
        }
        lend_for_good(inst);
        expose_counted(inst, data);
    }
}

/// Takes the shared mark that nobody gives back, see the head of this file.
///
/// # Safety
/// `inst` is live and not lent exclusively; attached.
pub(crate) unsafe fn lend_for_good(inst: *mut Inst) {
    // SAFETY: caller's contract.
    unsafe {
        (*inst).set_mark((*inst).mark() + 1);
        (*inst).set_read_only();
    }
}

/// Hands every count in the value of `inst` over to the object, and says so.
///
/// # Safety
/// `inst` owns its value and is lent for good; the counters in it belong to no other object; attached.
pub(crate) unsafe fn expose_counted(inst: *mut Inst, data: &TypeData) {
    let owner = NonNull::new(inst).expect("an object").cast::<c_void>();
    // SAFETY: caller's contract; the caller has a reference to the object.
    unsafe {
        let value = owned_address(inst, data);
        for part in &data.counted {
            part.counter(value).set_self_py(owner);
        }
        for part in &data.counted {
            panic::guard_unraisable(data.ty.cast(), || part.counted.exposed(value + part.offset, owner));
        }
    }
}

/// The object dies: nobody may find it through its value any more.
///
/// # Safety
/// `inst` is dead, and its value was not dropped yet.
pub(crate) unsafe fn retire(inst: *mut Inst, data: &TypeData) {
    // SAFETY: caller's contract. References were references to the object, so that there are none.
    unsafe {
        if data.counted.is_empty() || !is_counted(inst, data) {
            return;
        }
        let value = owned_address(inst, data);
        for part in &data.counted {
            part.counter(value).reset(0);
        }
    }
}

/// Whether the value of `inst` is counted: it has one of its own, which ends with it, of a class with a counter.
///
/// # Safety
/// A live instance of `data`'s class.
pub(crate) unsafe fn is_counted(inst: *mut Inst, data: &TypeData) -> bool {
    // SAFETY: caller's contract.
    unsafe {
        !data.counted.is_empty()
            && (*inst).life() == Life::Ready
            && (*inst).destructs()
            && matches!((*inst).storage(), Storage::Inline | Storage::Boxed)
    }
}

/// Whether objects of the class count for `counter`, which is in a value at `value`.
///
/// # Safety
/// A live value of the class.
pub(crate) unsafe fn counts_for(data: &TypeData, value: usize, counter: &intrusive_counter) -> bool {
    // SAFETY: caller's contract.
    data.counted.iter().any(|part| ptr::eq(unsafe { part.counter(value) }, counter))
}

/// The object that the value at `address` belongs to; borrowed.
///
/// # Safety
/// A live value of the class; attached.
pub(crate) unsafe fn owner_of(address: usize, data: &TypeData) -> Option<*mut ffi::PyObject> {
    // SAFETY: caller's contract.
    let owner = data.counted.iter().find_map(|part| unsafe { part.counter(address) }.self_py())?;
    // SAFETY: the object lives, since its value does.
    unsafe { here(owner, &data.state) }
}

/// An owner, unless it is an object of another interpreter.
///
/// # Safety
/// `owner` is a live bound object; attached.
pub(crate) unsafe fn here(owner: NonNull<c_void>, state: &State) -> Option<*mut ffi::PyObject> {
    let owner = owner.cast::<ffi::PyObject>().as_ptr();
    // SAFETY: caller's contract.
    let data = unsafe { crate::instance::class_record::native_data(ffi::Py_TYPE(owner)) };
    ptr::eq(&*data.state, state).then_some(owner)
}

/// The Python object that a value belongs to, if there is one: nanobind's `o->self_py()`.
///
/// ```no_run
/// # use nb::prelude::*;
/// # struct Node { counter: nb::intrusive_counter }
/// # nb_intrusive!(Node, counter);
/// fn is_known(node: &Node) -> bool {
///     nb::self_py(node).is_some()
/// }
/// ```
///
/// Panics when the thread is not attached.
pub fn self_py<T: intrusive_base>(value: &T) -> Option<object> {
    check_attached();
    // SAFETY: attached; the object lives as long as the value, see `retire`.
    value.self_py().map(|owner| unsafe { object::borrow(owner.cast().as_ptr()) })
}
