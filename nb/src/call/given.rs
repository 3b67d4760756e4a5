//! [`Given`]: the arguments of a call as CPython hands them over, and who owns them.

use crate::call::arguments::Keywords;
use crate::ffi;
use crate::python::object::{StrongRef, object};
use crate::util::thin_vec::ThinVec;
use std::cell::Cell;
use std::ptr;

/// The arguments of a call as CPython hands them over: borrowed, until somebody wants them to be owned.
pub(crate) struct Given {
    /// Null for what is not a method.
    pub receiver: *mut ffi::PyObject,
    /// The positional and then the keyword values.
    args: Cell<*const *mut ffi::PyObject>,
    pub nargs: usize,
    pub kwnames: *mut ffi::PyObject,
    /// All of the above, once they are owned.
    owned: Cell<ThinVec<StrongRef>>,
    is_owned: Cell<bool>,
}

impl Given {
    #[inline(always)]
    pub(crate) fn new(
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
        nargs: usize,
        kwnames: *mut ffi::PyObject,
    ) -> Given {
        let (owned, is_owned) = (Cell::new(ThinVec::default()), Cell::new(false));
        Given { receiver, args: Cell::new(args), nargs, kwnames, owned, is_owned }
    }

    /// What CPython hands to a function that it calls by vectorcall. The arguments are alive now; callers written in C need not
    /// keep them so.
    ///
    /// # Safety
    /// The vectorcall protocol: `args` holds the positional and then the keyword values.
    #[inline(always)]
    pub(crate) unsafe fn by_vectorcall(
        args: *const *mut ffi::PyObject,
        nargsf: usize,
        kwnames: *mut ffi::PyObject,
    ) -> Given {
        // SAFETY: it only masks a bit out.
        let nargs = unsafe { ffi::PyVectorcall_NARGS(nargsf) as usize };
        Given::new(ptr::null_mut(), args, nargs, kwnames)
    }

    /// Makes the first of the positional arguments the receiver.
    ///
    /// # Safety
    /// There is a positional argument, and nobody owns the arguments yet.
    #[inline(always)]
    pub(crate) unsafe fn take_receiver(&mut self) {
        let args = self.args.get();
        // SAFETY: caller's contract.
        unsafe {
            self.receiver = *args;
            self.args.set(args.add(1));
        }
        self.nargs -= 1;
    }

    /// As [`new`](Self::new), without keywords, with an `owned` that keeps receiver and arguments alive.
    pub(crate) fn owned(
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
        nargs: usize,
        owned: ThinVec<StrongRef>,
    ) -> Given {
        let given = Given::new(receiver, args, nargs, ptr::null_mut());
        given.owned.set(owned);
        given.is_owned.set(true);
        given
    }

    /// The positional and then the keyword values.
    #[inline(always)]
    pub(crate) fn args(&self) -> *const *mut ffi::PyObject {
        self.args.get()
    }

    /// 1 for a method: the receiver is the first parameter, and not among the values.
    #[inline(always)]
    pub(crate) fn shift(&self) -> usize {
        usize::from(!self.receiver.is_null())
    }

    /// The keywords.
    ///
    /// # Safety
    /// The names are alive.
    #[inline(always)]
    pub(crate) unsafe fn keywords(&self) -> Keywords {
        // SAFETY: the values of keywords come after the others.
        unsafe { Keywords::new(self.kwnames, self.args().add(self.nargs)) }
    }

    /// Number of keywords.
    #[inline(always)]
    pub(crate) fn nkw(&self) -> usize {
        // SAFETY: vectorcall protocol; a live tuple.
        if self.kwnames.is_null() { 0 } else { unsafe { ffi::PyTuple_GET_SIZE(self.kwnames) as usize } }
    }

    /// From here on the arguments are read from another array, unless they are from a copy already.
    pub(crate) fn read_from(&self, args: *const *mut ffi::PyObject) {
        if !self.is_owned.get() {
            self.args.set(args);
        }
    }

    /// Owns everything until the call has ended, and has the arguments read from a copy. To be called before anything runs that
    /// could take them away, from callers that do not own them.
    ///
    /// # Safety
    /// Receiver, arguments and names are live; attached while `self` lives.
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn own(&self) {
        if !self.is_owned.replace(true) {
            // SAFETY: caller's contract.
            let (owned, args) = unsafe { own(self.receiver, self.args(), self.nargs + self.nkw(), self.kwnames) };
            self.args.set(args);
            self.owned.set(owned);
        }
    }

    /// Has those who read the arguments from here on find what `make` gives in the place of `source`, where they are owned; false with an
    /// exception raised where it gives nothing.
    ///
    /// # Safety
    /// Attached; somebody else keeps `source` alive. Nobody has a copy of the arguments.
    #[cold]
    pub(crate) unsafe fn replace(&self, source: *mut ffi::PyObject, mut make: impl FnMut() -> Option<object>) -> bool {
        if !self.is_owned.get() {
            return true;
        }
        let mut owned = self.owned.take();
        // They come after the receiver.
        let first = (self.args() as usize - owned.all().as_ptr() as usize) / size_of::<StrongRef>();
        let mut done = true;
        for one in owned.all_mut().iter_mut().skip(first).filter(|one| one.as_ptr() == source) {
            match make() {
                // SAFETY: caller's contract.
                Some(made) => *one = unsafe { StrongRef::of(made) },
                None => done = false,
            }
        }
        self.args.set(owned.all()[first..].as_ptr().cast());
        self.owned.set(owned);
        done
    }
}

/// Owns a receiver and the names of keywords, unless they are null, and `count` arguments. The second result is the array of
/// the latter, as long as the first is not dropped.
///
/// # Safety
/// `receiver` and `names` are null or live, `args` holds `count` live objects; attached while the result lives.
pub(crate) unsafe fn own(
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: usize,
    names: *mut ffi::PyObject,
) -> (ThinVec<StrongRef>, *const *mut ffi::PyObject) {
    let mut owned = ThinVec::default();
    // SAFETY: caller's contract.
    unsafe {
        let held = |ob: *mut ffi::PyObject| (!ob.is_null()).then(|| StrongRef::borrow(ob));
        let args = (0..count).map(|index| StrongRef::borrow(*args.add(index)));
        owned.extend(held(receiver).into_iter().chain(args).chain(held(names)));
    }
    // A `StrongRef` is a pointer.
    let args = owned.all()[usize::from(!receiver.is_null())..].as_ptr().cast();
    (owned, args)
}
