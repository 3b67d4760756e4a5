//! [`Traverse`]: the Python objects inside a value, for Python's cycle collector.

use crate::ffi;
use crate::python::object::object;
use crate::util::arity::for_each_arity;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::sync::{Mutex, OnceLock, RwLock, TryLockError};

/// Shows the collector one object after the other; see [`Traverse`], and [`Visit::new`] for slots that are written by hand.
pub struct Visit<'v> {
    visit: ffi::visitproc,
    arg: *mut c_void,
    /// What the collector has answered; anything but 0 ends the visit.
    answer: c_int,
    visitor: PhantomData<&'v mut ()>,
}

impl Visit<'_> {
    /// What a `tp_traverse` that is written by hand ([`type_slots`](crate::type_slots())) uses in place of `Py_VISIT`.
    ///
    /// It looks at objects and takes no references, which the collector forbids.
    ///
    /// # Safety
    /// The two are what the interpreter passes to a `tp_traverse`, and the result is used during that call only.
    ///
    /// ```no_run
    /// use nb::ffi::{PyObject, visitproc};
    /// use std::ffi::{c_int, c_void};
    /// # struct Wrapper { value: Option<nb::stored> }
    /// unsafe extern "C" fn traverse(ob: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    ///     // SAFETY: called for a live instance, while nobody uses its value.
    ///     unsafe {
    ///         let mut visit = nb::Visit::new(visit, arg);
    ///         if let Ok(wrapper) = nb::inst_ptr::<Wrapper>(nb::handle_at(&ob)) {
    ///             nb::Traverse::traverse(&(*wrapper).value, &mut visit);
    ///         }
    ///         visit.answer()
    ///     }
    /// }
    /// ```
    pub unsafe fn new(visit: ffi::visitproc, arg: *mut c_void) -> Self {
        Visit { visit, arg, answer: 0, visitor: PhantomData }
    }

    /// Shows one reference to `value`, which the visited value owns.
    ///
    /// ```no_run
    /// # struct Node { next: nb::stored }
    /// // SAFETY: the one reference that a node owns is shown once.
    /// unsafe impl nb::Traverse for Node {
    ///     fn traverse(&self, visit: &mut nb::Visit<'_>) {
    ///         visit.object(&self.next);
    ///     }
    /// }
    /// ```
    pub fn object(&mut self, value: &object) {
        // SAFETY: `value` is an owned reference to a live object.
        unsafe { self.pointer(value.as_ptr()) }
    }

    /// # Safety
    /// Null, or a live object to which the visited object owns a reference.
    #[inline]
    pub(crate) unsafe fn pointer(&mut self, value: *mut ffi::PyObject) {
        if self.answer == 0 && !value.is_null() {
            // SAFETY: caller's contract; the collector's own callback.
            self.answer = unsafe { (self.visit)(value, self.arg) };
        }
    }

    /// What the collector has said; anything but 0 is the result of `tp_traverse`.
    pub fn answer(&self) -> c_int {
        self.answer
    }
}

/// A value that can show the Python objects it holds to Python's cycle collector.
///
/// A class whose values hold Python objects ([`stored`](crate::stored), callbacks such as `Box<dyn Fn() + Send + Sync>`)
/// can be part of a reference cycle, which the collector frees only if it sees all of it. Write
/// [`nb_traverse!`](crate::nb_traverse) with the fields that hold such objects next to the struct: that makes it
/// `Traverse`, and every class that is bound of it a collected one. It takes the place of the slots `tp_traverse` and
/// `tp_clear` that nanobind has you write by hand, and that [`type_slots`](crate::type_slots()) accepts as well.
///
/// The collector looks at a value only while no bound function uses it. A value that it finds to be garbage is dropped
/// (`tp_clear`); whoever still reaches the Python object after that, as another destructor may, finds an uninitialised
/// instance.
///
/// Implemented for the wrappers of Python objects, for callbacks, for types that hold no objects, and for containers of all
/// of them. Not for `Arc`: what several owners share, none of them may show. (An `Arc<dyn Fn ..>` or
/// an `Arc` of a trait object with a trampoline is shown while it is the only one.)
///
/// # Safety
/// `traverse` shows each reference that the value owns at most once, none that somebody else owns, and always the same as
/// long as nobody uses the value. It runs no Python code, takes and drops no references, and does not panic. (Showing fewer
/// than all is safe: cycles through the others stay in memory.)
///
/// Where [`nb_traverse!`](crate::nb_traverse) cannot name what holds the objects:
///
/// ```no_run
/// use nb::Traverse;
/// struct Queue { first: Option<nb::stored>, others: Vec<nb::stored> }
/// // SAFETY: each reference that a queue owns is shown once.
/// unsafe impl Traverse for Queue {
///     fn traverse(&self, visit: &mut nb::Visit<'_>) {
///         self.first.traverse(visit);
///         self.others.traverse(visit);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the cycle collector cannot look into `{Self}`",
    label = "does not say which Python objects it holds",
    note = "for a struct of yours, write `nb_traverse!({Self}: field, ..);` with the fields that hold Python objects",
    note = "what several owners share (`Arc`) cannot be shown: hold the object in the value itself, or leave the field out"
)]
pub unsafe trait Traverse {
    /// Shows every Python object that `self` holds.
    fn traverse(&self, visit: &mut Visit<'_>);

    /// For [`nb_traverse!`](crate::nb_traverse); who implements the trait by hand shows the objects of the base, too.
    #[doc(hidden)]
    const BASES: ShownBases = ShownBases::All;
}

/// Which bases a `Traverse` shows besides the value's own objects.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq)]
pub enum ShownBases {
    /// What is there of them, whatever they say themselves.
    All,
    /// The base, as that says.
    Named,
    /// None.
    NotNamed,
}

/// The size of the field that the function leads to.
#[doc(hidden)]
pub const fn size_of_field<T, F>(_: fn(&T) -> &F) -> usize {
    size_of::<F>()
}

/// Names the fields of a struct that hold Python objects: `nb_traverse!(Node: next, callback);`.
///
/// Implements [`Traverse`], which see. What the base class (`nb_base!`) holds is shown as the base says, whether or not that field is named
/// here.
///
/// ```no_run
/// use nb::prelude::*;
/// struct Node {
///     name: String,
///     next: Option<nb::stored>,
/// }
/// nb_traverse!(Node: next);
/// nb_module!(nodes, m, {
///     nb::class_<Node>(m, "Node")
///         .def("link", |node: &mut Node, next: nb::stored| node.next = Some(next));
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! nb_traverse {
    ($T:ty: $($field:tt),+ $(,)?) => {
        // SAFETY: every field is named once, which the pattern of all of them checks, and shows what it owns.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl $crate::Traverse for $T {
            fn traverse(&self, visit: &mut $crate::Visit<'_>) {
                let Self { $($field: _,)+ .. } = self;
                $( $crate::Traverse::traverse(&self.$field, visit); )+
            }
            const BASES: $crate::__private::ShownBases = {
                #[allow(unused_imports)]
                use $crate::__private::inherit::Unknown as _;
                match <$crate::__private::inherit::Known<(), $T>>::PLACE {
                    // A field without size may be at the same place as the base.
                    ::core::option::Option::Some((base, size))
                        if false $(|| base == ::core::mem::offset_of!($T, $field)
                            && size == $crate::__private::size_of_field::<$T, _>(|value| &value.$field))+ =>
                    {
                        $crate::__private::ShownBases::Named
                    }
                    _ => $crate::__private::ShownBases::NotNamed,
                }
            };
        }
    };
}

// SAFETY: shows the one reference that it is.
unsafe impl Traverse for object {
    fn traverse(&self, visit: &mut Visit<'_>) {
        visit.object(self);
    }
}

macro_rules! holds_no_objects {
    ($($ty:ty)*) => { $(
        // SAFETY: shows nothing.
        unsafe impl Traverse for $ty {
            fn traverse(&self, _visit: &mut Visit<'_>) {}
        }
    )* };
}
holds_no_objects!(() bool char i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 String);

// SAFETY: shows what its value shows.
unsafe impl<T: Traverse> Traverse for Option<T> {
    fn traverse(&self, visit: &mut Visit<'_>) {
        if let Some(value) = self {
            value.traverse(visit);
        }
    }
}

// SAFETY: shows what its value shows.
unsafe impl<T: Traverse> Traverse for OnceLock<T> {
    fn traverse(&self, visit: &mut Visit<'_>) {
        if let Some(value) = self.get() {
            value.traverse(visit);
        }
    }
}

// SAFETY: the only owner of its value, which it shows.
unsafe impl<T: Traverse> Traverse for Box<T> {
    fn traverse(&self, visit: &mut Visit<'_>) {
        (**self).traverse(visit);
    }
}

macro_rules! locks {
    ($($lock:ident $try_lock:ident)*) => { $(
        // SAFETY: shows what its value shows. Nobody uses the value that holds the lock, hence nobody takes it between the
        // steps of a collection; one whose guard was leaked is passed over always.
        unsafe impl<T: Traverse> Traverse for $lock<T> {
            fn traverse(&self, visit: &mut Visit<'_>) {
                match self.$try_lock() {
                    Ok(value) => value.traverse(visit),
                    Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner().traverse(visit),
                    Err(TryLockError::WouldBlock) => {}
                }
            }
        }
    )* };
}
locks!(Mutex try_lock RwLock try_read);

macro_rules! sequences {
    ($([$($generics:tt)*] $ty:ty;)*) => { $(
        // SAFETY: shows each element once.
        unsafe impl<$($generics)*> Traverse for $ty {
            fn traverse(&self, visit: &mut Visit<'_>) {
                for element in self {
                    element.traverse(visit);
                }
            }
        }
    )* };
}
sequences! {
    [T: Traverse] Vec<T>;
    [T: Traverse] VecDeque<T>;
    [T: Traverse] std::collections::LinkedList<T>;
    [T: Traverse, const N: usize] [T; N];
    [T: Traverse, S] HashSet<T, S>;
    [T: Traverse] std::collections::BTreeSet<T>;
    [T: Traverse] std::collections::BinaryHeap<T>;
}

macro_rules! maps {
    ($([$($generics:tt)*] $ty:ty;)*) => { $(
        // SAFETY: shows each key and each value once.
        unsafe impl<$($generics)*> Traverse for $ty {
            fn traverse(&self, visit: &mut Visit<'_>) {
                for (key, value) in self {
                    key.traverse(visit);
                    value.traverse(visit);
                }
            }
        }
    )* };
}
maps! {
    [K: Traverse, V: Traverse, S] HashMap<K, V, S>;
    [K: Traverse, V: Traverse] BTreeMap<K, V>;
}

macro_rules! tuples {
    ($count:tt: $($T:ident $element:ident $index:tt),*) => {
        // SAFETY: shows each element once.
        unsafe impl<$($T: Traverse),*> Traverse for ($($T,)*) {
            fn traverse(&self, visit: &mut Visit<'_>) {
                $( self.$index.traverse(visit); )*
            }
        }
    };
}
for_each_arity!(tuples, 1..=4);

/// How the library looks into a value.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct VisitValue {
    /// Shows the objects in the live value at the address, to which nobody has an exclusive reference.
    pub(crate) visit: unsafe fn(*const u8, &mut Visit<'_>),
    pub(crate) bases: ShownBases,
}

/// # Safety
/// `address` is that of a live `T` to which nobody has an exclusive reference.
unsafe fn visit_value<T: Traverse>(address: *const u8, visit: &mut Visit<'_>) {
    // SAFETY: the caller passes the address of a live `T` to which nobody has an exclusive reference.
    unsafe { (*address.cast::<T>()).traverse(visit) }
}

/// Finds out whether `T: Traverse` without asking for it, like [`CloneProbe`](crate::cast::class_trait::CloneProbe).
#[doc(hidden)]
pub struct TraverseProbe<T>(PhantomData<T>);

/// See [`TraverseProbe`].
#[doc(hidden)]
pub trait NotTraverse {
    #[allow(missing_docs)]
    const VISIT: Option<VisitValue> = None;
}

impl<T> NotTraverse for TraverseProbe<T> {}

impl<T: Traverse> TraverseProbe<T> {
    #[allow(missing_docs)]
    pub const VISIT: Option<VisitValue> = Some(VisitValue { visit: visit_value::<T>, bases: T::BASES });
}
