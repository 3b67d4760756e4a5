//! Texts: `&str`, `String`, `Cow<str>`, `Box<str>`, `Rc<str>`, `Arc<str>`, `char`, `&CStr`, `CString`. A `str` with lone surrogates has no
//! UTF-8 form and is a mismatch.

use crate::call::context::Cx;
use crate::call::mismatch::Reason;
use crate::call::signature::SigText;
use crate::call::type_codes::STR;
use crate::cast::member::{At, Member, member_by_value};
use crate::cast::pybind11;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use std::borrow::Cow;
use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::rc::Rc;
use std::sync::Arc;

/// The UTF-8 form of a `str`, cached in the object and immutable.
#[doc(hidden)]
pub struct Utf8 {
    data: *const u8,
    size: usize,
}

impl Utf8 {
    /// # Safety
    /// `src` is live; attached.
    #[inline(never)]
    unsafe fn of(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Utf8> {
        // SAFETY: `src` is live.
        unsafe {
            if ffi::PyUnicode_Check(src) == 0 {
                return pybind11::utf8(src, cx).map(|(data, size)| Utf8 { data, size });
            }
            if !has_utf8(src) {
                // Making it may fail, and the exception run the collector, and thereby any code.
                cx.own_arguments();
            }
            let mut size = 0;
            let data = ffi::PyUnicode_AsUTF8AndSize(src, &mut size);
            if data.is_null() {
                cx.mismatch_raised();
                return None;
            }
            Some(Utf8 { data: data.cast(), size: size as usize })
        }
    }

    /// As [`of`](Self::of), for what is used after the conversion.
    ///
    /// # Safety
    /// `src` is live; attached.
    #[inline]
    unsafe fn held(src: *mut ffi::PyObject, cx: &mut Cx<'_>) -> Option<Utf8> {
        // SAFETY: `src` is live.
        unsafe {
            let found = Utf8::of(src, cx)?;
            cx.hold(src);
            Some(found)
        }
    }

    /// For [`Param::read`].
    ///
    /// # Safety
    /// As [`Param::read`](crate::Param::read).
    #[inline(never)]
    unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Utf8>) {
        // SAFETY: caller's contract.
        if let Some(found) = unsafe { cx.read_carefully(argument, |src, _, cx| Utf8::held(src, cx)) } {
            stage.write(found);
        }
    }

    /// The text of an exact `str` that is ASCII: it lies in the object, behind the header.
    ///
    /// # Safety
    /// `src` is live; attached.
    #[inline(always)]
    unsafe fn of_ascii(src: *mut ffi::PyObject) -> Option<Utf8> {
        // SAFETY: `src` is live.
        unsafe {
            if ffi::PyUnicode_CheckExact(src) == 0 || !is_ascii(src) {
                return None;
            }
            let size = ffi::PyUnicode_GET_LENGTH(src) as usize;
            Some(Utf8 { data: src.cast::<ffi::PyASCIIObject>().add(1).cast(), size })
        }
    }

    /// The object in which [`of_ascii`](Self::of_ascii) has found the text.
    #[inline(always)]
    fn ascii(&self) -> *mut ffi::PyObject {
        self.data.cast::<ffi::PyASCIIObject>().wrapping_sub(1).cast_mut().cast()
    }

    /// # Safety
    /// The `str` is alive for `'a`.
    unsafe fn get<'a>(&self) -> &'a str {
        // SAFETY: CPython hands out valid UTF-8 of this length, which never changes.
        unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(self.data, self.size)) }
    }
}

/// Whether a `str` has its UTF-8 form already, or is certain to have one: only lone surrogates have none, which need more
/// than a byte for a character.
///
/// # Safety
/// `src` is a live `str`; attached.
unsafe fn has_utf8(src: *mut ffi::PyObject) -> bool {
    // SAFETY: `src` is a live `str`; one that is not ASCII only begins like this, whatever its kind.
    unsafe {
        ffi::PyUnicode_KIND(src) == ffi::PyUnicode_1BYTE_KIND
            || !(*src.cast::<ffi::PyCompactUnicodeObject>()).utf8.is_null()
    }
}

/// Whether an exact `str` is ASCII, and hence lies behind the shortest of the headers; `false` says nothing.
///
/// # Safety
/// `src` is a live `str` of no derived class; attached.
#[inline(always)]
unsafe fn is_ascii(src: *mut ffi::PyObject) -> bool {
    // SAFETY: caller's contract.
    #[cfg(not(Py_3_14))]
    return unsafe { ffi::PyUnicode_IS_COMPACT_ASCII(src) != 0 };
    // The state is a word of bit fields: two bits say whether the object is interned, which is a byte of its own without the GIL, three are
    // the kind, one says that the text follows the header, as it always does in a `str` of no derived class, and the next is this one.
    // Where compilers lay them out in another way, nothing is said.
    #[cfg(Py_3_14)]
    {
        const PLACE: Option<(usize, u8)> = match (cfg!(Py_GIL_DISABLED), cfg!(windows), cfg!(target_endian = "little"))
        {
            (false, _, true) => Some((0, 1 << 6)),
            (true, false, true) => Some((1, 1 << 4)),
            _ => None,
        };
        let Some((byte, bit)) = PLACE else { return false };
        // SAFETY: caller's contract; `src` has such a header, of which this byte does not change.
        unsafe { *(&raw const (*src.cast::<ffi::PyASCIIObject>()).state).cast::<u8>().add(byte) & bit != 0 }
    }
}

fn put(value: &str) -> *mut ffi::PyObject {
    let size = value.len() as ffi::Py_ssize_t;
    // SAFETY: attached; valid UTF-8. A new `str` for characters up to 127 has room for `size` bytes, and nobody else knows
    // it yet.
    unsafe {
        // CPython has the shortest ones already, and can say whether the others are ASCII only by looking twice.
        if size < 2 || !value.is_ascii() {
            return ffi::PyUnicode_FromStringAndSize(value.as_ptr().cast(), size);
        }
        let made = ffi::PyUnicode_New(size, 127);
        if !made.is_null() {
            ffi::PyUnicode_1BYTE_DATA(made).copy_from_nonoverlapping(value.as_ptr(), value.len());
        }
        made
    }
}

/// Texts of their own, read at once, so that an element of a container need not be kept.
macro_rules! owned_texts {
    ($($ty:ty;)*) => { $(
        // SAFETY: an owned value.
        unsafe impl<D> Param<D> for $ty {
            type Item<'a> = $ty;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = $ty;
            const OWNED: bool = true;
            const CODE: u8 = STR;
            const REFUSES_NONE: bool = true;
            const ASKS_FLAGS: bool = false;
            const VALUE: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text("str");
            }

            unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<$ty> {
                // SAFETY: caller's contract; the text is copied.
                unsafe { Utf8::of(src, cx).map(|utf8| utf8.get().into()) }
            }

            unsafe fn lend<'a>(stage: &'a mut $ty, _cx: &Cx<'_>) -> $ty {
                std::mem::take(stage)
            }
        }

        // SAFETY: the text is copied.
        unsafe impl<D, P> Ret<D, P> for $ty {
            const DECLINES: bool = false;
            const CODE: u8 = STR;

            fn describe(text: &mut SigText<'_>) {
                text.text("str");
            }

            unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                put(&value)
            }

            const GIVE: Option<unsafe fn(Self) -> *mut ffi::PyObject> = {
                /// # Safety
                /// Attached.
                unsafe fn give(value: $ty) -> *mut ffi::PyObject {
                    put(&value)
                }
                Some(give)
            };
        }
    )* };
}

owned_texts! {
    String;
    Box<str>;
    Rc<str>;
    Arc<str>;
}

macro_rules! texts {
    ($($ty:ty, $item:ty, |$utf8:ident| $lend:expr, |$value:ident| $put:expr;)*) => { $(
        // SAFETY: the text is in an immutable `str` that is kept alive by the context.
        unsafe impl<D> Param<D> for $ty {
            type Item<'a> = $item;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = Utf8;
            const HOLDS: bool = true;
            const BORROWS: bool = false;
            const CODE: u8 = STR;
            const REFUSES_NONE: bool = true;
            const VALUE: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text("str");
            }

            unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Utf8> {
                // SAFETY: caller's contract.
                unsafe { Utf8::held(src, cx) }
            }

            unsafe fn read(argument: *const *mut ffi::PyObject, cx: &mut Cx<'_>, stage: &mut MaybeUninit<Utf8>) {
                // SAFETY: caller's contract.
                unsafe { Utf8::read(argument, cx, stage) }
            }

            unsafe fn lend<'a>($utf8: &'a mut Utf8, _cx: &Cx<'_>) -> $item {
                // SAFETY: see the impl.
                unsafe { $lend }
            }

            const AT_ONCE: bool = true;

            #[inline(always)]
            unsafe fn fit(src: *mut ffi::PyObject) -> Option<Utf8> {
                // SAFETY: caller's contract.
                unsafe { Utf8::of_ascii(src) }
            }

            #[inline(always)]
            unsafe fn own(stage: &Utf8) {
                // SAFETY: made by `fit`, of a live object.
                unsafe { ffi::Py_INCREF(stage.ascii()) }
            }

            #[inline(always)]
            unsafe fn let_go(stage: &Utf8) {
                // SAFETY: owned by `own`.
                unsafe { ffi::Py_DECREF(stage.ascii()) }
            }

            #[inline(always)]
            unsafe fn lend_marked<'a>($utf8: &'a mut Utf8) -> $item {
                // SAFETY: owned by `own`.
                unsafe { $lend }
            }
        }

        // SAFETY: the text is copied.
        unsafe impl<D, P> Ret<D, P> for $ty {
            const DECLINES: bool = false;
            const CODE: u8 = STR;

            fn describe(text: &mut SigText<'_>) {
                text.text("str");
            }

            unsafe fn put($value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                $put
            }

            const AT_ONCE: bool = true;

            #[inline]
            unsafe fn give($value: Self) -> *mut ffi::PyObject {
                $put
            }
        }
    )* };
}

texts! {
    &str, &'a str, |utf8| utf8.get(), |value| put(value);
    Cow<'_, str>, Cow<'a, str>, |utf8| Cow::Borrowed(utf8.get()), |value| put(&value);
}

// SAFETY: an owned value.
unsafe impl<D> Param<D> for char {
    type Item<'a> = char;
    type Lent<'object, 'call> = Self::Item<'call>;
    type Stage = char;
    const OWNED: bool = true;
    const CODE: u8 = STR;
    const REFUSES_NONE: bool = true;
    const VALUE: bool = true;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        text.text("str");
    }

    unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<char> {
        // SAFETY: caller's contract; the text is read at once.
        let text = unsafe { Utf8::of(src, cx)?.get() };
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => Some(only),
            _ => cx.refuse(Reason::Character),
        }
    }

    unsafe fn lend<'a>(stage: &'a mut char, _cx: &Cx<'_>) -> char {
        *stage
    }
}

// SAFETY: an owned value.
unsafe impl<D, P> Ret<D, P> for char {
    const DECLINES: bool = false;
    const CODE: u8 = STR;

    fn describe(text: &mut SigText<'_>) {
        text.text("str");
    }

    unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        put(value.encode_utf8(&mut [0; 4]))
    }
}

/// C texts; one with a NUL inside is a mismatch, since C code would see only what is before it.
macro_rules! c_texts {
    ($($ty:ty, $item:ty, |$text:ident| $lend:expr;)*) => { $(
        // SAFETY: the text is in an immutable `str` that is kept alive by the context.
        unsafe impl<D> Param<D> for $ty {
            type Item<'a> = $item;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = Utf8;
            const HOLDS: bool = true;
            const BORROWS: bool = false;
            const CODE: u8 = STR;
            const REFUSES_NONE: bool = true;
            const VALUE: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut SigText<'_>) {
                text.text("str");
            }

            unsafe fn convert(src: *mut ffi::PyObject, _flags: u8, cx: &mut Cx<'_>) -> Option<Utf8> {
                // SAFETY: caller's contract.
                unsafe {
                    let utf8 = Utf8::held(src, cx)?;
                    if utf8.get().contains('\0') { cx.refuse(Reason::Null) } else { Some(utf8) }
                }
            }

            unsafe fn lend<'a>(stage: &'a mut Utf8, _cx: &Cx<'_>) -> $item {
                // SAFETY: CPython ends the text with a NUL; `convert` has found no other.
                let $text: &'a CStr = unsafe { CStr::from_ptr(stage.data.cast()) };
                $lend
            }
        }

        // SAFETY: the text is copied.
        unsafe impl<D, P> Ret<D, P> for $ty {
            const DECLINES: bool = false;
            const CODE: u8 = STR;

            fn describe(text: &mut SigText<'_>) {
                text.text("str");
            }

            unsafe fn put(value: Self, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
                // SAFETY: attached; the text ends with a NUL. What is not UTF-8 raises.
                unsafe { ffi::PyUnicode_FromString(value.as_ptr()) }
            }
        }
    )* };
}

c_texts! {
    &CStr, &'a CStr, |text| text;
    CString, CString, |text| text.to_owned();
}

member_by_value! {
    [] String;
    [] Box<str>;
    [] Arc<str>;
    [] char;
    [] CString;
}

// SAFETY: a new reference, or null.
unsafe impl<D> Member<D> for &'static str {
    fn describe(text: &mut SigText<'_>) {
        text.text("str");
    }
    unsafe fn get(value: &Self, _at: At<'_>, _cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        put(value)
    }
}
