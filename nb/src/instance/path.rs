//! Ways from the value of an object to an element of one of its containers: field, then index, key or alternative, several deep.
//!
//! An element has no fixed place, so its object keeps the way to it, which is gone anew on each use, under the mark or the lock of
//! the object that owns the container. What is at its place by then is the element, as with an index; where there is nothing, the use
//! raises.
//!
//! Whether two parts of one object have anything in common is asked of their ways, not of the bytes they cover: a vector's elements lie
//! outside of the vector, and whoever may change the vector may move them.

use crate::ffi;
use crate::instance::class_record::{data_of, native_data};
use crate::instance::ext::{Ext, Extra, Root, Roots, ext, owned_address};
use crate::instance::header::{Inst, Storage};
use crate::util::hash::Mix;
use std::any::{Any, TypeId};
use std::hash::{Hash, Hasher as _};
use std::sync::Arc;

/// Finds an element in the container at the first argument: null when there is none. The third says whether it may be changed.
///
/// The result has the provenance of the container's elements, and may be written to if it may be changed.
pub type Resolve = unsafe fn(*mut u8, &Key, bool) -> *mut u8;

/// Which element.
#[derive(Clone)]
pub enum Key {
    /// The only one: what is in an `Option` or a `Box`.
    Only,
    /// That at an index.
    Index(usize),
    /// That of a map with this key, of a type of the standard library: whose `Eq`, `Ord` and `Hash` run no other code and agree.
    Map(Arc<dyn MapKey>),
}

/// A key of a map.
pub trait MapKey: Send + Sync {
    /// Whether the other one is the same.
    fn is(&self, other: &dyn MapKey) -> bool;
    /// For its own type.
    fn as_any(&self) -> &dyn Any;
    /// The same for keys that are the same.
    fn number(&self) -> u64;
}

impl<K: Eq + Hash + Send + Sync + 'static> MapKey for K {
    fn is(&self, other: &dyn MapKey) -> bool {
        other.as_any().downcast_ref::<K>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn number(&self) -> u64 {
        let mut hasher = Mix::default();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// A container in a value, and one of its elements.
#[derive(Clone)]
pub struct Step {
    /// Distance to the container, from the value of the root or from the element before.
    pub(crate) before: usize,
    /// Size of the container itself.
    pub(crate) size: usize,
    /// Its type.
    pub(crate) kind: TypeId,
    pub(crate) resolve: Resolve,
    pub(crate) key: Key,
}

/// The way from the value of a root to a value in one of its containers.
#[derive(Clone, Default)]
pub(crate) struct Path {
    pub(crate) steps: Vec<Step>,
    /// Distance from the last element to the value.
    pub(crate) after: usize,
}

impl Path {
    /// Whether both lead to the same place.
    pub(crate) fn same(&self, other: &Path) -> bool {
        let same = |(a, b): (&Step, &Step)| {
            a.before == b.before
                && a.kind == b.kind
                && match (&a.key, &b.key) {
                    (Key::Only, Key::Only) => true,
                    (Key::Index(a), Key::Index(b)) => a == b,
                    (Key::Map(a), Key::Map(b)) => a.is(&**b),
                    _ => false,
                }
        };
        self.after == other.after
            && self.steps.len() == other.steps.len()
            && self.steps.iter().zip(&other.steps).all(same)
    }

    /// A number under which the element is in the identity map besides its address, which changes when the container moves its elements.
    pub(crate) fn number(&self, root: *mut Inst) -> u64 {
        let mut hasher = Mix::default();
        (root as usize, self.after).hash(&mut hasher);
        for step in &self.steps {
            let number = match &step.key {
                Key::Only => 0,
                Key::Index(index) => *index as u64,
                Key::Map(key) => key.number(),
            };
            (step.before, number).hash(&mut hasher);
        }
        hasher.finish()
    }
}

impl Ext {
    /// The record of the value at the end of `path` from `root`, to be known as the child at `registered`.
    pub(crate) fn element(path: Path, registered: usize, root: Root) -> Ext {
        Ext::with(Extra::Path(path), registered, Roots::from_buf([root]))
    }

    /// The way to an `Element`.
    pub(crate) fn path(&self) -> &Path {
        match self.extra.as_deref() {
            Some(Extra::Path(path)) => path,
            _ => unreachable!("an element has a path"),
        }
    }
}

/// Address that an element has now, for changes or not; `None` when there is none.
///
/// # Safety
/// `ext` belongs to an `Element`, whose root is ready and lent to the caller for that, or about to be by a caller that runs no other code;
/// attached.
pub(crate) unsafe fn element_address(ext: &Ext, exclusive: bool) -> Option<usize> {
    let root = ext.roots[0].inst;
    let path = ext.path();
    // SAFETY: caller's contract: nobody else changes the value, and nobody else looks at the element if it is lent for changes. A step
    // leads to a container of the type that its function is for, since the same way always does.
    unsafe {
        let data = data_of(ffi::Py_TYPE(root.cast())).expect("roots are bound instances");
        let mut at = owned_address(root, data);
        for step in &path.steps {
            at = (step.resolve)((at + step.before) as *mut u8, &step.key, exclusive) as usize;
            if at == 0 {
                return None;
            }
        }
        Some(at + path.after)
    }
}

/// Whether two parts of one root have nothing in common, so that one may be changed while the other one is in use.
///
/// # Safety
/// Both are the same root itself, or places or elements in it; attached.
pub(crate) unsafe fn apart(a: *mut Inst, b: *mut Inst) -> bool {
    /// The steps, and what the last of them leads to: distance and size.
    ///
    /// # Safety
    /// As `apart`.
    unsafe fn way<'a>(inst: *mut Inst) -> (&'a [Step], (usize, usize)) {
        // SAFETY: caller's contract.
        unsafe {
            let size = native_data(ffi::Py_TYPE(inst.cast())).size;
            match (*inst).storage() {
                Storage::Place => (&[], (ext(inst).address, size)),
                Storage::Element => (&ext(inst).path().steps, (ext(inst).path().after, size)),
                _ => (&[], (0, size)),
            }
        }
    }
    // SAFETY: caller's contract.
    let ((steps, end), (other_steps, other_end)) = unsafe { (way(a), way(b)) };
    for level in 0.. {
        let range = |steps: &[Step], end| steps.get(level).map_or(end, |step| (step.before, step.size));
        let ((from, size), (other, other_size)) = (range(steps, end), range(other_steps, other_end));
        // Values without size overlap nothing, but a `&mut` to one may be the proof of exclusive access to something else.
        if size == 0 || other_size == 0 {
            return false;
        }
        if from + size <= other || other + other_size <= from {
            return true;
        }
        let (Some(step), Some(other)) = (steps.get(level), other_steps.get(level)) else { return false };
        if step.before != other.before || step.kind != other.kind {
            return false;
        }
        match (&step.key, &other.key) {
            (Key::Only, Key::Only) => {}
            (Key::Index(index), Key::Index(other_index)) if index == other_index => {}
            (Key::Map(key), Key::Map(other_key)) if key.is(&**other_key) => {}
            // No reference exists while elements are looked up, so that it does not matter what that looks at.
            _ => return true,
        }
    }
    false
}
