//! What loops over vectors are made of: `v[i]`, `v[i] = x`, `v.append(x)`, `iter(v)` and the steps of the iterator.
//!
//! These have entries of their own, and first try to do with plain numbers what takes no context: nothing runs while the vector is looked at,
//! so that it need not be marked. Whatever is not as expected goes to the method in `vector.rs`, which knows all cases.

use crate::call::context::{Cx, next_overload_ptr};
use crate::call::entry::Native;
use crate::call::type_codes::{self, Types};
use crate::cast::int::compact;
use crate::cast::traits::{Param, Ret};
use crate::containers::access::{key, of_iter, wrap};
use crate::containers::element::{Container, Element, Holds, inside, inside_mut};
use crate::containers::iterator_object::{self, IteratorObject};
use crate::containers::sequence::{Sequence, Table, copier};
use crate::containers::transparent::opaque;
use crate::containers::vector::{self, of_items};
use crate::containers::vector_iterator::{self, VectorSteps, converted};
use crate::ffi;
use crate::instance::class_record;
use crate::instance::header::{Inst, inline_address};
use crate::instance::loans::Loans;
use crate::instance::marks::{is_free_inline, is_readable_inline};
use crate::interpreter::{panic, recursion};
use crate::python::object::StrongRef;
use crate::rv_policy;
use crate::type_slots::operators::{self, Ahead};
use std::ffi::c_int;
use std::marker::PhantomData;
use std::ptr;

/// How plain elements cross: numbers and truth values, by code that runs nobody else's.
struct Plain<T> {
    clone: fn(&T) -> T,
    fit: unsafe fn(*mut ffi::PyObject) -> Option<T>,
    give: unsafe fn(T) -> *mut ffi::PyObject,
}

const fn plain<D, C: Sequence>() -> Option<Plain<C::Item>>
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    let (fit, give) = (<C::Item as Param<D>>::FIT, <C::Item as Ret<D, rv_policy::automatic>>::GIVE);
    match (<opaque<C> as Container<D>>::CLONE, fit, give) {
        (Some(clone), Some(fit), Some(give)) => Some(Plain { clone, fit, give }),
        _ => None,
    }
}

/// The vector in an object of its class, if it lies in there, and if nobody uses it in the way of this.
///
/// # Safety
/// The object is live; attached. The result is valid until other code runs.
#[inline(always)]
unsafe fn at_hand<C: Sequence>(ob: *mut ffi::PyObject, exclusive: bool) -> Option<usize> {
    // SAFETY: caller's contract; objects of the class begin with the header.
    unsafe {
        let data = class_record::data_of(ffi::Py_TYPE(ob))?;
        let free = if exclusive { is_free_inline(ob.cast(), true) } else { is_readable_inline(ob.cast()) };
        (data.key == key::<C>() && free).then(|| inline_address(ob.cast(), align_of::<opaque<C>>()))
    }
}

/// What the methods are called by.
macro_rules! natives {
    ($(
        $(#[$doc:meta])*
        struct $Name:ident($codes:expr => $result:expr, $describe:expr);
        run |$cx:ident| $run:expr;
        attempt |$receiver:ident, $args:ident| $attempt:block
    )*) => { $(
        $(#[$doc])*
        pub(super) struct $Name<D, C, const COPIES: bool>(PhantomData<fn(D, C)>);

        impl<D: 'static, C: Sequence, const COPIES: bool> Native for $Name<D, C, COPIES>
        where
            C::Item: Element<D>,
            opaque<C>: Container<D> + Holds<Item = C::Item>,
        {
            const TYPES: Types = Types::new($codes, $result, $describe);
            const NULLABLE: u16 =
                if <C::Item as Param<D>>::NULLABLE { 1 << ($codes.len() - 1) } else { 0 };

            unsafe fn run($cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: caller's contract.
                unsafe { $run }
            }

            #[inline(always)]
            unsafe fn attempt($receiver: *mut ffi::PyObject, $args: *const *mut ffi::PyObject) -> *mut ffi::PyObject {
                $attempt
            }
        }
    )* };
}

natives! {
    /// `v[i]`.
    struct Get(&[0, type_codes::INT] => 0, of_items::<D, C>);
    run |cx| vector::get::<D, C, COPIES>(ptr::dangling(), cx);
    attempt |receiver, args| {
        // SAFETY: caller's contract; there is one argument. Nothing runs before the element is copied.
        unsafe {
            if let Some(Plain { clone, give, .. }) = const { plain::<D, C>() }
                && let Some(index) = compact(*args)
                && let Some(address) = at_hand::<C>(receiver, false)
            {
                let of = inside::<C>(address);
                if let Some(one) = wrap(index as isize, of.len()).and_then(|at| of.get(at)) {
                    return give(clone(one));
                }
            }
        }
        next_overload_ptr()
    }

    /// `v[i] = x`.
    struct Set(&[0, type_codes::INT, 0] => type_codes::NONE, of_items::<D, C>);
    run |cx| vector::set::<D, C>(ptr::dangling(), cx);
    attempt |receiver, args| {
        // SAFETY: caller's contract; there are two arguments. Converting the second runs no code.
        unsafe {
            if let Some(Plain { fit, .. }) = const { plain::<D, C>() }
                && let Some(index) = compact(*args)
                && let Some(value) = fit(*args.add(1))
                && let Some(address) = at_hand::<C>(receiver, true)
            {
                let of = inside_mut::<C>(address);
                if let Some(place) = wrap(index as isize, of.len()).and_then(|at| of.get_mut(at)) {
                    (*receiver.cast::<Inst>()).move_epoch();
                    *place = value;
                    return ffi::Py_NewRef(ffi::Py_None());
                }
            }
        }
        next_overload_ptr()
    }

    /// `v.append(x)`.
    struct Append(&[0, 0] => type_codes::NONE, of_items::<D, C>);
    run |cx| vector::append::<D, C>(ptr::dangling(), cx);
    attempt |receiver, args| {
        // SAFETY: as in `Set`; there is one argument.
        unsafe {
            if let Some(Plain { fit, .. }) = const { plain::<D, C>() }
                && let Some(value) = fit(*args)
                && let Some(address) = at_hand::<C>(receiver, true)
                && inside_mut::<C>(address).push(value).is_ok()
            {
                (*receiver.cast::<Inst>()).move_epoch();
                return ffi::Py_NewRef(ffi::Py_None());
            }
        }
        next_overload_ptr()
    }

    /// `del v[i]`.
    struct Delete(&[0, type_codes::INT] => type_codes::NONE, of_items::<D, C>);
    run |cx| vector::delete::<C>(ptr::dangling(), cx);
    attempt |_receiver, _args| { next_overload_ptr() }

    /// `iter(v)`.
    struct Iterate(&[0] => 0, of_iter::<D, C, C::Item>);
    run |cx| vector_iterator::iterate(next::<D, C, COPIES>, Self::TABLE, at_hand::<C>(cx.receiver, false), cx);
    attempt |receiver, _args| {
        // SAFETY: caller's contract; the iterator owns the receiver before anything runs.
        unsafe {
            match class_record::data_of(ffi::Py_TYPE(receiver)) {
                Some(data) if data.key == key::<C>() => {
                    let inline = at_hand::<C>(receiver, false);
                    vector_iterator::start(receiver, data, Self::TABLE, inline).unwrap_or(next_overload_ptr())
                }
                _ => next_overload_ptr(),
            }
        }
    }
}

impl<D: 'static, C: Sequence, const COPIES: bool> Iterate<D, C, COPIES>
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    const TABLE: &'static Table = &Table::of::<D, C, COPIES>();
}

/// Lets the slots of the class try first, where elements are plain.
///
/// # Safety
/// `ty` is the class, with its methods; attached.
pub(super) unsafe fn install<D: 'static, C: Sequence, const COPIES: bool>(ty: *mut ffi::PyTypeObject)
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    if const { plain::<D, C>().is_some() } {
        let ahead = Ahead {
            subscript: subscript::<D, C, COPIES>,
            assign: assign::<D, C, COPIES>,
            iterate: iterate::<D, C, COPIES>,
        };
        // SAFETY: caller's contract.
        unsafe { ahead.install(ty) };
    }
}

/// # Safety
/// CPython passes live objects; attached.
unsafe extern "C" fn subscript<D: 'static, C: Sequence, const COPIES: bool>(
    ob: *mut ffi::PyObject,
    index: *mut ffi::PyObject,
) -> *mut ffi::PyObject
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    // SAFETY: live objects.
    unsafe {
        let made = Get::<D, C, COPIES>::attempt(ob, &index);
        if made == next_overload_ptr() { operators::subscript(ob, index) } else { made }
    }
}

/// # Safety
/// CPython passes live objects, or null for a value that is to be deleted; attached.
unsafe extern "C" fn assign<D: 'static, C: Sequence, const COPIES: bool>(
    ob: *mut ffi::PyObject,
    index: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    // SAFETY: live objects; what an attempt returns is a new reference to None.
    unsafe {
        if !value.is_null() {
            let made = Set::<D, C, COPIES>::attempt(ob, [index, value].as_ptr());
            if made != next_overload_ptr() {
                ffi::Py_DECREF(made);
                return 0;
            }
        }
        operators::set_item(ob, index, value)
    }
}

/// # Safety
/// CPython passes a live object; attached.
unsafe extern "C" fn iterate<D: 'static, C: Sequence, const COPIES: bool>(ob: *mut ffi::PyObject) -> *mut ffi::PyObject
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    // SAFETY: a live object.
    unsafe {
        let made = Iterate::<D, C, COPIES>::attempt(ob, ptr::null());
        if made == next_overload_ptr() { operators::iterate(ob) } else { made }
    }
}

/// `tp_iternext` of a vector's iterators.
///
/// # Safety
/// CPython passes a live object of such a type; attached.
unsafe extern "C" fn next<D: 'static, C: Sequence, const COPIES: bool>(ob: *mut ffi::PyObject) -> *mut ffi::PyObject
where
    C::Item: Element<D>,
    opaque<C>: Container<D> + Holds<Item = C::Item>,
{
    // SAFETY: caller's contract; the vector lies where it did when the iterator was made, if it lies in its object at all.
    unsafe {
        if let Some(clone) = const { copier::<D, C, COPIES>() }
            && let Some(steps) = &mut (*ob.cast::<IteratorObject<VectorSteps>>()).steps
            && let Some(address) = steps.inline
            && is_readable_inline(steps.owner.as_ptr().cast())
        {
            let of = inside::<C>(address.get());
            if let Some(one) = of.get(steps.index) {
                steps.index += 1;
                return match const { plain::<D, C>() } {
                    // Nothing runs before the element is copied.
                    Some(Plain { give, .. }) => give(clone(one)),
                    None => next_copy::<D, C>(ob, steps.owner.as_ptr().cast(), one, clone),
                };
            }
            // The end, which is for good. What runs when the vector goes finds an iterator without one, or none at all.
            drop((*ob.cast::<IteratorObject<VectorSteps>>()).steps.take());
            return ptr::null_mut();
        }
        iterator_object::next::<VectorSteps>(ob)
    }
}

/// A copy of the element that an iterator has come to, and gone beyond.
///
/// # Safety
/// The element lies in the object `owner` of the iterator `ob`, whose value may be lent; attached.
#[inline(never)]
unsafe fn next_copy<D: 'static, C: Sequence>(
    ob: *mut ffi::PyObject,
    owner: *mut Inst,
    one: *const C::Item,
    clone: fn(&C::Item) -> C::Item,
) -> *mut ffi::PyObject
where
    C::Item: Element<D>,
{
    // SAFETY: caller's contract.
    let held = unsafe { (StrongRef::borrow(ob), StrongRef::borrow(owner.cast())) };
    let made = panic::guard(ptr::null_mut(), move || {
        // SAFETY: caller's contract. The clone, and what makes an object of it, may run any code: iterator and vector are owned, and the
        // vector is marked while there is a reference to the element.
        unsafe {
            let Some(_nested) = recursion::nested() else { return ptr::null_mut() };
            let mut loans = Loans::default();
            let lent = loans.lend_inline(owner, false, 0);
            debug_assert!(lent, "nothing has run since it could be lent");
            let copy = clone(&*one);
            loans.release();
            let data = class_record::native_data(ffi::Py_TYPE(owner.cast()));
            converted(<C::Item as Ret<D, rv_policy::automatic>>::put(copy, &mut Cx::new(&data.state)))
        }
    });
    if made.is_null() {
        // SAFETY: an iterator of such steps, which is held; nobody has a reference to them.
        unsafe { iterator_object::end(ob.cast::<IteratorObject<VectorSteps>>()) };
    }
    drop(held);
    made
}
