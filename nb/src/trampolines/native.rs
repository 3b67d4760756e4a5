//! The native implementation behind a trampoline, lent for one call of it.

use super::link::{Link, Pass, pure_virtual};
use super::{Trampoline, Upcast, trampoline};
use crate::python::error::Result;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// The native implementation, to be read.
#[doc(hidden)]
pub struct NativeRef<'t, V: ?Sized> {
    value: NonNull<V>,
    _pass: Pass<'t>,
}

impl<V: ?Sized> Deref for NativeRef<'_, V> {
    type Target = V;

    fn deref(&self) -> &V {
        // SAFETY: the pass holds a mark of the value, so that it is in place and nobody modifies it.
        unsafe { self.value.as_ref() }
    }
}

/// The native implementation, to be modified.
#[doc(hidden)]
pub struct NativeMut<'t, V: ?Sized> {
    value: NonNull<V>,
    _pass: Pass<'t>,
}

impl<V: ?Sized> Deref for NativeMut<'_, V> {
    type Target = V;

    fn deref(&self) -> &V {
        // SAFETY: as in `deref_mut`.
        unsafe { self.value.as_ref() }
    }
}

impl<V: ?Sized> DerefMut for NativeMut<'_, V> {
    fn deref_mut(&mut self) -> &mut V {
        // SAFETY: the pass holds an exclusive mark of the value, and the trampoline, through which alone it can be reached
        // then, is borrowed exclusively for `'t` (`Receiver`).
        unsafe { self.value.as_mut() }
    }
}

/// `self` of a function that is overridden: `&PyDog` or `&mut PyDog`.
#[doc(hidden)]
pub trait Receiver {
    /// What it lends.
    type Native;
    /// Lends the native implementation; a `RuntimeError` if there is none, or if the value is in use.
    fn native(self, name: &'static str, pure: bool) -> Result<Self::Native>;
}

/// Whether there is a native implementation. A function that is `pure` has none in the class of the trampoline.
#[doc(hidden)]
pub fn has_native<X: Trampoline>(this: &X, pure: bool) -> bool {
    implementation(this.inner(), pure).is_some()
}

#[inline]
fn implementation<V: ?Sized + 'static>(tramp: &trampoline<V>, pure: bool) -> Option<Upcast<V>> {
    tramp.upcast.filter(|_| !(pure && tramp.link().is_base()))
}

#[inline]
fn lend<'t, V: ?Sized + 'static>(
    tramp: &'t trampoline<V>,
    exclusive: bool,
    name: &'static str,
    pure: bool,
) -> Result<(NonNull<V>, Pass<'t>)> {
    let link: &'t Link = tramp.link();
    let Some(upcast) = implementation(tramp, pure) else { return Err(pure_virtual(link, name)) };
    let (pass, address) = link.enter(exclusive)?;
    // The conversion of a pointer does not unwind: nothing has to be ready for its end.
    let pass = ManuallyDrop::new(pass);
    // SAFETY: a value of the type that `upcast` was made for lies at the address while the pass lasts.
    let value = unsafe { NonNull::new_unchecked(upcast(address as *mut u8)) };
    Ok((value, ManuallyDrop::into_inner(pass)))
}

impl<'t, X: Trampoline> Receiver for &'t X {
    type Native = NativeRef<'t, X::Virtual>;

    #[inline]
    fn native(self, name: &'static str, pure: bool) -> Result<Self::Native> {
        lend(self.inner(), false, name, pure).map(|(value, pass)| NativeRef { value, _pass: pass })
    }
}

impl<'t, X: Trampoline> Receiver for &'t mut X {
    type Native = NativeMut<'t, X::Virtual>;

    #[inline]
    fn native(self, name: &'static str, pure: bool) -> Result<Self::Native> {
        let this: &'t X = self;
        lend(this.inner(), true, name, pure).map(|(value, pass)| NativeMut { value, _pass: pass })
    }
}
