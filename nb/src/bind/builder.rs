//! What the builders `module_`, `class_` and `enum_` have in common, without their types.

use crate::bind::annotations::{FuncExtra, FuncSpec, FunctionPolicy, GuardOf, PolicyOf};
use crate::bind::construction::is_constructor;
use crate::bind::core::Core;
use crate::bind::dialect::Dialect;
use crate::bind::erased::{self, Annotations, Pending, Thunk};
use crate::bind::exception::{self, ExceptionBase};
use crate::bind::functions;
use crate::bind::scope::{self, Home};
use crate::call::callable_traits::{Func, Layout, Sig};
use crate::call::entry::Entry;
use crate::call::record::FuncFlags;
use crate::call::{entry, property};
use crate::ffi;
use crate::instance::static_property;
use crate::python::error::{Result, import_error};
use crate::python::messages;
use crate::python::native_error::Inside;
use crate::python::object::object;
use crate::python::type_name::short_rust_name;
use std::any::TypeId;
use std::marker::PhantomData;
use std::ptr;

/// The object that is being bound or filled, and the initialisation that this is a part of.
///
/// Two words: each statement of a binding hands it on, in registers.
#[derive(Clone, Copy)]
pub(crate) struct Builder<'m> {
    core: TaggedCore<'m>,
    /// Kept alive as long as the builder is used; null when an earlier step has failed to make it.
    object: *mut ffi::PyObject,
}

/// The initialisation; the lowest bit of the address says that an earlier import of the module has bound all that follows.
#[derive(Clone, Copy)]
struct TaggedCore<'m>(*const Core, PhantomData<&'m Core>);

const REPEATED: usize = 1;
static_assertions::const_assert!(align_of::<Core>() > REPEATED);

impl<'m> Builder<'m> {
    /// For a class that is kept alive until initialisation has ended, or none where making it has failed.
    pub(crate) fn of(core: &'m Core, class: Option<object>) -> Builder<'m> {
        let object = class.map_or(ptr::null_mut(), |class| core.keep(class));
        Builder { core: TaggedCore(core, PhantomData), object }
    }

    /// For an object that outlives the builder.
    pub(crate) fn in_object(core: &'m Core, object: &'m object) -> Builder<'m> {
        Builder { core: TaggedCore(core, PhantomData), object: object.as_ptr() }
    }

    /// The same object, complete if it is.
    pub(crate) fn repeated(self, repeated: bool) -> Builder<'m> {
        let core = self.core.0.map_addr(|address| (address & !REPEATED) | usize::from(repeated));
        Builder { core: TaggedCore(core, PhantomData), ..self }
    }

    fn is_repeated(self) -> bool {
        self.core.0.addr() & REPEATED != 0
    }

    pub(crate) fn core(self) -> &'m Core {
        let core = self.core.0.map_addr(|address| address & !REPEATED);
        // SAFETY: made of a `&'m Core`, whose alignment leaves the bit free.
        unsafe { &*core }
    }

    pub(crate) fn exists(self) -> bool {
        !self.object.is_null()
    }

    /// The object, if making it has not failed.
    pub(crate) fn object(&self) -> Option<&object> {
        // SAFETY: an `object` is a pointer that is not null. It is borrowed here from its owner, see the field.
        self.exists().then(|| unsafe { &*(&raw const self.object).cast::<object>() })
    }

    /// The class made for the Rust type of this name, or the error that there is none.
    #[inline(never)]
    pub(crate) fn class(self, rust_name: &str) -> Result<object> {
        let unbound = || import_error(messages::unbound_value(&short_rust_name(rust_name)));
        self.object().cloned().ok_or_else(unbound)
    }

    /// As [`class`](Self::class): a new reference, or null with the exception raised.
    pub(crate) fn put_in(self, rust_name: &str) -> *mut ffi::PyObject {
        match self.class(rust_name) {
            Ok(class) => class.into_ptr(),
            Err(error) => {
                error.restore();
                ptr::null_mut()
            }
        }
    }

    /// The function, unless nothing is bound here.
    pub(crate) fn takes(self, thunk: Thunk) -> Option<Thunk> {
        if self.exists() && !self.is_repeated() {
            return Some(thunk);
        }
        thunk.discard();
        None
    }

    /// Runs a step of the binding, unless an earlier import has.
    pub(crate) fn step(self, body: impl FnOnce(&Home<'_>) -> Result<()>) {
        if let Some(object) = self.object().filter(|_| !self.is_repeated()) {
            self.core().accept(body(&Home::of(object, &self.core().state)));
        }
    }

    /// Makes the property; functions that take the class instead of `self` make one of the class.
    #[inline(never)]
    pub(crate) fn property(
        self,
        name: &str,
        getter: Thunk,
        setter: Option<Thunk>,
        extra: Option<&mut dyn Annotations>,
    ) {
        let (getter, setter) = (self.takes(getter), setter.and_then(|setter| self.takes(setter)));
        let Some(mut getter) = getter else { return };
        getter.flags |= FuncFlags::ACCESSOR;
        self.step(|home| {
            let is_static = !getter.flags.contains(FuncFlags::METHOD);
            let (for_getter, for_setter) = FuncSpec::collect(home.state, name, extra).into_halves();
            // As for functions, an empty text is none, and the line break that a raw string usually starts with is not shown.
            let doc = for_getter.doc.as_deref().map(|doc| doc.strip_prefix('\n').unwrap_or(doc).to_string());
            let doc = doc.filter(|doc| !doc.is_empty());
            // Without one, the getter's is shown, but pybind11 shows none.
            let doc = doc.or_else(|| Dialect::current().pybind11.then(String::new));
            let getter = functions::of_property(home, name, getter, for_getter)?;
            let setter = setter.map(|setter| functions::of_property(home, name, setter, for_setter)).transpose()?;
            let ty = match (is_static, home.state.is_stub_run()) {
                (true, _) => home.state.static_property.get(static_property::create)?.cast(),
                (false, false) => home.state.property.get(property::create)?.cast(),
                // Stub generators know plain properties only, and pass over the others.
                (false, true) => &raw mut ffi::PyProperty_Type,
            };
            let property = property::make(ty, [Some(getter), setter, None], doc.as_deref())?;
            scope::put(home, "property", name, &property)
        });
    }

    /// Adds a deleter to a property that the class has.
    #[inline(never)]
    pub(crate) fn deleter(self, name: &str, deleter: Thunk, extra: Option<&mut dyn Annotations>) {
        let Some(mut deleter) = self.takes(deleter) else { return };
        deleter.flags |= FuncFlags::ACCESSOR;
        self.step(|home| {
            let known = scope::own_attribute(home.scope, name)?.filter(property::is_property);
            let known = known.ok_or_else(|| import_error(messages::no_property(&home.qualname, name)))?;
            let deleter = functions::of_property(home, name, deleter, FuncSpec::collect(home.state, name, extra))?;
            scope::put(home, "property", name, &property::with_deleter(&known, deleter)?)
        });
    }

    /// Binds a property with a getter alone.
    #[inline(always)]
    pub(crate) fn read_only<D, S, F, E, Default, L>(self, name: &str, getter: F, flags: FuncFlags, extra: E)
    where
        E: FuncExtra<D>,
        F: Sig<S> + Func<D, S, PolicyOf<D, E::Getter, Default>, GuardOf<D, E::Getter>>,
        L: Layout,
    {
        let getter = erased::thunk::<D, S, F, E::Getter, Default, L>(getter, flags);
        self.property(name, getter, None, Pending::<D, E>::new(extra).erase());
    }

    /// Binds a property with a getter and a setter.
    #[inline(always)]
    pub(crate) fn read_write<D, S1, S2, F1, F2, E, Default, L>(
        self,
        name: &str,
        (getter, setter): (F1, F2),
        flags: FuncFlags,
        extra: E,
    ) where
        E: FuncExtra<D>,
        F1: Sig<S1> + Func<D, S1, PolicyOf<D, E::Getter, Default>, GuardOf<D, E::Getter>>,
        F2: Sig<S2> + Func<D, S2, PolicyOf<D, E::Setter, FunctionPolicy>, GuardOf<D, E::Setter>>,
        L: Layout,
    {
        let getter = erased::thunk::<D, S1, F1, E::Getter, Default, L>(getter, flags);
        let setter = erased::thunk::<D, S2, F2, E::Setter, FunctionPolicy, L>(setter, flags);
        self.property(name, getter, Some(setter), Pending::<D, E>::new(extra).erase());
    }

    /// Makes the exception class for errors of the type `key`; gives its base where that has failed.
    #[inline(never)]
    pub(crate) fn exception(self, name: &str, base: &dyn ExceptionBase, key: TypeId, inside: Option<Inside>) -> object {
        self.core().state.check_here();
        let base = base.base();
        let Some(object) = self.object() else { return base };
        if self.is_repeated() {
            // Made by the earlier import, for the same errors.
            return scope::own_attribute(object, name).ok().flatten().unwrap_or(base);
        }
        exception::make(&Home::of(object, &self.core().state), name, &base, key, inside).unwrap_or_else(|error| {
            self.core().fail(error);
            base
        })
    }
}

/// Where functions are bound.
pub(crate) trait Define {
    fn define(self, name: &str, thunk: Thunk, extra: Option<&mut dyn Annotations>);
    /// For a function without captured state.
    fn define_native(self, name: &str, entry: Entry, flags: FuncFlags, extra: Option<&mut dyn Annotations>);
    /// As `define_native`, without annotations.
    fn define_plain(self, name: &str, entry: Entry, flags: FuncFlags);
}

impl Define for Builder<'_> {
    #[inline(never)]
    fn define(self, name: &str, mut thunk: Thunk, extra: Option<&mut dyn Annotations>) {
        if thunk.flags.contains(FuncFlags::METHOD) && is_constructor(name) {
            thunk.flags |= FuncFlags::CONSTRUCTOR;
        }
        if let Some(thunk) = self.takes(thunk) {
            self.step(|home| functions::define(home, name, thunk, extra));
        }
    }

    #[inline(never)]
    fn define_native(self, name: &str, entry: Entry, flags: FuncFlags, extra: Option<&mut dyn Annotations>) {
        self.define(name, Thunk::of_entry(entry, flags), extra);
    }

    #[inline(never)]
    fn define_plain(self, name: &str, entry: Entry, flags: FuncFlags) {
        self.define_native(name, entry, flags, None);
    }
}

/// Binds a function whose arguments are laid out as `L` says, unless its annotations do.
#[inline(always)]
pub(crate) fn define<D, S, F, E, L>(to: impl Define, name: &str, function: F, flags: FuncFlags, extra: E)
where
    E: FuncExtra<D>,
    F: Sig<S> + Func<D, S, PolicyOf<D, E, FunctionPolicy>, GuardOf<D, E>>,
    L: Layout,
{
    let mut extra = Pending::<D, E>::new(extra);
    if const { entry::is_stateless::<F>() } {
        let entry = erased::entry::<D, S, F, E, FunctionPolicy, L>(function);
        match extra.erase() {
            None => to.define_plain(name, entry, flags),
            extra => to.define_native(name, entry, flags, extra),
        }
    } else {
        let thunk = erased::thunk::<D, S, F, E, FunctionPolicy, L>(function, flags);
        to.define(name, thunk, extra.erase());
    }
}
