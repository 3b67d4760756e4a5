//! [`Index`]: the bound functions of one interpreter that are builtins, and which of them were called lately.

use crate::call::builtin::Native;
use crate::call::entry::{Key, Site};
use crate::call::nb_func::FuncData;
use crate::util::gil_cell::GilCell;
use crate::util::hash::Map;
use std::cell::Cell;
use std::ptr;

/// A site, the overloads behind it, and what may be converted in a direct call.
type Called = (*const Site, *const FuncData, u32);
const NOT_CALLED: Called = (ptr::null(), ptr::null(), 0);
/// How many of them are remembered.
const CALLED: usize = 256;

/// Native functions without captured state, by the type of the Rust function. Nothing is owned: a function leaves before it
/// is freed.
pub(crate) struct Index {
    all: GilCell<Map<Key, *mut Native>>,
    /// Those that were called lately, each where the address of its site says.
    called: Box<[Cell<Called>; CALLED]>,
    /// Those whose docstring names a type that is not bound yet.
    awaiting: GilCell<Vec<*mut Native>>,
}

impl Default for Index {
    fn default() -> Self {
        Index {
            all: GilCell::default(),
            called: Box::new([const { Cell::new(NOT_CALLED) }; CALLED]),
            awaiting: GilCell::default(),
        }
    }
}

impl Index {
    /// The names of all native functions.
    pub(crate) fn names(&self) -> Vec<String> {
        // SAFETY: a registered function is alive.
        self.all.open().values().map(|&native| unsafe { (*native).data() }.name.clone()).collect()
    }

    /// The native function made of the Rust function of this type.
    #[inline]
    pub(crate) fn find(&self, key: Key) -> Option<*mut Native> {
        self.all.open().get(&key).copied()
    }

    /// The overloads behind the site of a native function.
    #[inline]
    pub(crate) fn function<'a>(&self, site: &'static Site) -> Option<&'a FuncData> {
        // SAFETY: the places are emptied whenever a native function is changed or freed.
        self.called(site).map(|(_, data, _)| unsafe { &*data })
    }

    /// As [`function`](Self::function), of one that was called lately.
    #[inline(always)]
    pub(crate) fn function_lately<'a>(&self, site: &'static Site) -> Option<&'a FuncData> {
        // SAFETY: as above; with the interpreter's lock nobody changes the place meanwhile.
        unsafe {
            let (known, data, _) = &*self.called[(ptr::from_ref(site) as usize >> 3) % CALLED].as_ptr();
            (cfg!(not(Py_GIL_DISABLED)) && ptr::eq(*known, site)).then(|| &**data)
        }
    }

    /// Which arguments a direct call may convert. One of a lone function is its only pass; that of one with overloads is
    /// the part of the first pass that concerns the first of them.
    #[inline]
    pub(crate) fn converts(&self, site: &'static Site) -> u32 {
        self.called(site).map_or(0, |(_, _, converts)| converts)
    }

    #[inline]
    fn called(&self, site: &'static Site) -> Option<Called> {
        let called = self.called[(ptr::from_ref(site) as usize >> 3) % CALLED].get();
        // Without the GIL two threads could meet at one place.
        if cfg!(not(Py_GIL_DISABLED)) && ptr::eq(called.0, site) { Some(called) } else { self.find_called(site) }
    }

    #[inline(never)]
    fn find_called(&self, site: &'static Site) -> Option<Called> {
        // SAFETY: a registered function is alive.
        let data = unsafe { (*self.find(site.key())?).data() };
        let converts = if let [lone] = &data.records[..] { lone.converts } else { 0 };
        let called = (ptr::from_ref(site), ptr::from_ref(data), converts);
        if cfg!(not(Py_GIL_DISABLED)) {
            self.called[(ptr::from_ref(site) as usize >> 3) % CALLED].set(called);
        }
        Some(called)
    }

    /// Forgets which overloads were called lately.
    pub(crate) fn forget_called(&self) {
        self.called.iter().for_each(|place| place.set(NOT_CALLED));
    }

    pub(crate) fn enter(&self, key: Key, native: *mut Native) {
        self.all.open().insert(key, native);
    }

    pub(crate) fn forget(&self, key: Key, native: *mut Native) {
        let mut natives = self.all.open();
        if natives.get(&key) == Some(&native) {
            natives.remove(&key);
        }
        drop(natives);
        self.forget_called();
        self.awaiting.open().retain(|other| *other != native);
    }

    /// Renders the docstring of `native` again when the next type is bound.
    pub(crate) fn await_types(&self, native: *mut Native) {
        let mut awaiting = self.awaiting.open();
        if !awaiting.contains(&native) {
            awaiting.push(native);
        }
    }

    pub(crate) fn take_awaiting(&self) -> Vec<*mut Native> {
        std::mem::take(&mut *self.awaiting.open())
    }

    /// Renders the docstrings again that showed the Rust name of a type which is bound by now.
    pub(crate) fn refresh(&self) {
        for native in self.take_awaiting() {
            // SAFETY: a native function that dies leaves the list. Rendering reads texts and default values of builtin types
            // only, so it runs no Python code that could free it.
            if unsafe { (*native).render() } {
                self.await_types(native);
            }
        }
    }
}
