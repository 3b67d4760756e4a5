//! [`Sequence`]: the containers of `nb::bind_vector`, and their elements as parts of them.

use crate::call::context::Cx;
use crate::cast::live::{in_deque, in_vec};
use crate::cast::member::{At, Member};
use crate::cast::traits::Ret;
use crate::containers::access::Counts;
use crate::containers::element::{Container, Element, Holds, inside, inside_mut};
use crate::containers::transparent::opaque;
use crate::ffi;
use crate::instance::header::Inst;
use crate::instance::path::{Key, Resolve};
use crate::rv_policy;
use std::any::{Any, TypeId};
use std::collections::VecDeque;

/// A container with indices: `Vec<T>` or `VecDeque<T>`.
///
/// # Safety
/// `RESOLVE` finds the elements that `get` gives.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a vector",
    label = "not a container with indices",
    note = "`nb::bind_vector` is for `nb::opaque<Vec<T>>` and `nb::opaque<VecDeque<T>>`; a map is bound with `nb::bind_map`"
)]
#[allow(missing_docs)]
pub unsafe trait Sequence: Default + Send + Sync + 'static {
    type Item: Send + Sync + 'static;
    const RESOLVE: Resolve;
    fn len(&self) -> usize;
    fn get(&self, index: usize) -> Option<&Self::Item>;
    fn get_mut(&mut self, index: usize) -> Option<&mut Self::Item>;
    /// Adds an element if there is room, or memory for more.
    fn push(&mut self, value: Self::Item) -> Result<(), Self::Item>;
    fn of(all: Vec<Self::Item>) -> Self;
    /// The elements, if they always lie in a row.
    fn contiguous(&self) -> Option<&[Self::Item]>;
    /// Has the elements changed. `body` does not panic.
    fn change<R>(&mut self, body: impl FnOnce(&mut Vec<Self::Item>) -> R) -> R;
}

// SAFETY: a vector's own elements.
unsafe impl<T: Send + Sync + 'static> Sequence for Vec<T> {
    type Item = T;
    const RESOLVE: Resolve = in_vec::<T>;

    fn len(&self) -> usize {
        self.len()
    }
    fn get(&self, index: usize) -> Option<&T> {
        self.as_slice().get(index)
    }
    fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.as_mut_slice().get_mut(index)
    }
    fn push(&mut self, value: T) -> Result<(), T> {
        if self.len() == self.capacity() && self.try_reserve(1).is_err() {
            return Err(value);
        }
        self.push(value);
        Ok(())
    }
    fn of(all: Vec<T>) -> Self {
        all
    }
    fn contiguous(&self) -> Option<&[T]> {
        Some(self)
    }
    fn change<R>(&mut self, body: impl FnOnce(&mut Vec<T>) -> R) -> R {
        body(self)
    }
}

// SAFETY: a queue's own elements.
unsafe impl<T: Send + Sync + 'static> Sequence for VecDeque<T> {
    type Item = T;
    const RESOLVE: Resolve = in_deque::<T>;

    fn len(&self) -> usize {
        self.len()
    }
    fn get(&self, index: usize) -> Option<&T> {
        self.get(index)
    }
    fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.get_mut(index)
    }
    fn push(&mut self, value: T) -> Result<(), T> {
        if self.len() == self.capacity() && self.try_reserve(1).is_err() {
            return Err(value);
        }
        self.push_back(value);
        Ok(())
    }
    fn of(all: Vec<T>) -> Self {
        all.into()
    }
    fn contiguous(&self) -> Option<&[T]> {
        None
    }
    fn change<R>(&mut self, body: impl FnOnce(&mut Vec<T>) -> R) -> R {
        let mut all = Vec::from(std::mem::take(self));
        let result = body(&mut all);
        *self = all.into();
        result
    }
}

impl<C: Sequence> Holds for opaque<C> {
    type Item = C::Item;
}

/// What methods need that know no types.
pub(super) struct Table {
    pub counts: Counts,
    /// The element with this index, which there is.
    ///
    /// # Safety
    /// There is a container at the address, lent to the caller; the object is that of the container.
    pub get: unsafe fn(usize, usize, *mut Inst, &mut Cx<'_>) -> *mut ffi::PyObject,
    /// Puts the elements into this order; false if there are more or fewer.
    ///
    /// # Safety
    /// As above, for changes.
    pub permute: unsafe fn(usize, &[usize]) -> bool,
    /// Takes the elements out from this index on, to be dropped.
    ///
    /// # Safety
    /// As above, for changes; there are so many.
    pub split: unsafe fn(usize, usize) -> Box<dyn Any>,
}

impl Table {
    pub(super) const fn of<D, C: Sequence, const COPIES: bool>() -> Table
    where
        C::Item: Element<D>,
        opaque<C>: Container<D> + Holds<Item = C::Item>,
    {
        Table {
            // SAFETY: the contracts of the fields.
            counts: Counts { key: TypeId::of::<opaque<C>>, len: |address| unsafe { inside::<C>(address) }.len() },
            // SAFETY: as above.
            get: |address, index, owner, cx| unsafe { item::<D, C, COPIES>(inside(address), index, owner, cx) },
            // SAFETY: as above.
            permute: |address, order| unsafe { inside_mut::<C>(address) }.change(|all| permute(all, order)),
            // SAFETY: as above.
            split: |address, index| unsafe { inside_mut::<C>(address) }.change(|all| Box::new(all.split_off(index))),
        }
    }
}

fn permute<T>(all: &mut Vec<T>, order: &[usize]) -> bool {
    if all.len() != order.len() {
        return false;
    }
    let mut old: Vec<Option<T>> = std::mem::take(all).into_iter().map(Some).collect();
    all.extend(order.iter().filter_map(|index| old.get_mut(*index)?.take()));
    // Nothing is lost, whatever has become of the indices.
    all.extend(old.into_iter().flatten());
    true
}

/// An element, as a copy or as a part of the container; elements that cannot be copied are parts.
///
/// # Safety
/// The container is lent to the call, in the value of `owner`; attached.
pub(super) unsafe fn item<D, C: Sequence, const COPIES: bool>(
    of: &C,
    index: usize,
    owner: *mut Inst,
    cx: &mut Cx<'_>,
) -> *mut ffi::PyObject
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    let Some(one) = of.get(index) else { unreachable!("the index was looked at") };
    // SAFETY: caller's contract.
    unsafe {
        if let Some(clone) = const { copier::<D, C, COPIES>() } {
            return <C::Item as Ret<D, rv_policy::automatic>>::put(clone(one), cx);
        }
        let at = At { owner, read_only: false, copies: false, container: None };
        C::Item::get(one, at.inside(&at.step(of, one, C::RESOLVE, Key::Index(index))), cx)
    }
}

/// What copies elements that Python gets as copies.
pub(super) const fn copier<D, C: Sequence, const COPIES: bool>() -> Option<fn(&C::Item) -> C::Item>
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    if COPIES { <opaque<C> as Container<D>>::CLONE } else { None }
}
