//! Makes the type object and the record of a bound class.

use crate::bind::in_class;
use crate::bind::scope::Home;
use crate::call::signature;
use crate::cast::class_trait;
use crate::cast::class_trait::Class;
use crate::class::annotations::ClassSpec;
use crate::class::layout::{add_dict_descriptor, lay_out};
use crate::ffi;
use crate::instance::class_record::TypeData;
use crate::instance::gc::Collection;
use crate::instance::new::Constructor;
use crate::instance::ownership::Ownership;
use crate::instance::pool::Pool;
use crate::instance::traverse::VisitValue;
use crate::instance::{allocation, class_methods, gc, intrusive, metatype, new, ownership};
use crate::interpreter::import::Import;
use crate::python::error::{self, Error, Result, import_error, warn};
use crate::python::object::{StrongRef, object};
use crate::python::type_name::{self, short_rust_name};
use crate::python::{attributes, messages, text};
use crate::type_slots::operators::Slots;
use crate::type_slots::{NewType, RawSlots};
use std::alloc::Layout;
use std::any::TypeId;
use std::ffi::CStr;
use std::ptr;
use std::sync::Arc;

/// What a class needs to know of the type of its values.
pub(crate) struct ValueType {
    key: TypeId,
    pub(super) size: usize,
    pub(super) align: usize,
    drop: Option<unsafe fn(*mut u8)>,
    share: ownership::Share,
    clone: Option<unsafe fn(*const u8, *mut u8)>,
    visit: Option<VisitValue>,
}

impl ValueType {
    pub(crate) const fn of<D, T: Class<D>>() -> ValueType {
        ValueType {
            key: TypeId::of::<T>(),
            size: size_of::<T>(),
            align: align_of::<T>(),
            drop: if std::mem::needs_drop::<T>() { Some(ownership::drop_value::<T>) } else { None },
            share: ownership::share::<T>,
            clone: if T::CLONE.is_some() { Some(class_trait::clone_value::<D, T>) } else { None },
            visit: T::VISIT,
        }
    }
}

/// Makes the class in its scope, or gives the existing one (with a warning) when the type is bound already. The flag says that it has all
/// its members, since an earlier import of this module has made it. `value` is that of the type `rust_name`.
pub(crate) fn create_type(
    home: &Home<'_>,
    import: &Arc<Import>,
    name: &str,
    value: &ValueType,
    rust_name: &'static str,
    mut spec: ClassSpec,
) -> Result<(object, bool)> {
    let key = value.key;
    let state = home.state;
    in_class::prepare();
    if let Some(known) = state.type_of(key) {
        // SAFETY: a registered type is alive.
        let existing = unsafe { object::borrow(known.ty.cast()) };
        if !warn(&messages::bound_twice(&short_rust_name(rust_name), &known.name())) {
            return Err(Error::fetch());
        }
        let repeated = known.made_by.is_repeated_by(import);
        attributes::set(home.scope, name, &existing)?;
        return Ok((existing, repeated));
    }
    if spec.two_bases {
        return Err(import_error(messages::two_bases(name)));
    }
    if let Some(signature) = &spec.signature {
        signature::check_class(signature, name).map_err(import_error)?;
    }
    let base = match &spec.base {
        None => None,
        Some(base) => match state.type_of(base.key) {
            Some(data) => Some((data, base.offset)),
            None => return Err(import_error(messages::unknown_base(name, &short_rust_name(base.rust_name)))),
        },
    };
    // Making the class may run the collector, and nothing but its module need own the base.
    // SAFETY: attached; a registered type is alive.
    let _base = base.map(|(data, _)| unsafe { StrongRef::borrow(data.ty.cast()) });
    let generic_base = spec.generic_base.take().transpose()?;
    if let Some(generic) = &generic_base {
        check_generic_base(name, generic, base.map(|(data, _)| data))?;
    }
    check_base(name, rust_name, &spec, base.map(|(data, _)| data))?;
    let full_name = home.full_name(name);
    let raw = RawSlots::read(
        &NewType { name: &full_name, size: value.size, align: value.align },
        key,
        std::mem::take(&mut spec.slots),
    )?;
    if value.visit.is_some() && raw.as_ref().is_some_and(|raw| raw.collects()) {
        return Err(import_error(messages::two_traversals(name)));
    }
    if let Some(doc) = raw.as_ref().and_then(|raw| raw.doc.clone()) {
        spec.doc = Some(doc);
    }
    // SAFETY: attached; every created object is owned by a wrapper.
    unsafe {
        let namespace = namespace(home, name, &spec, generic_base.as_ref())?;
        let base_type = base.map_or(&raw mut ffi::PyBaseObject_Type, |(data, _)| data.ty);
        let bases = object::steal(ffi::PyTuple_Pack(1, base_type.cast::<ffi::PyObject>()))?;
        let made = {
            let _making = state.begin_class();
            let name = text::new(name)?;
            // Code that a collection runs (before 3.13, in the middle of `type.__new__`) would find the class among those of `object`,
            // and make instances of it that lack room for a value.
            let _quiet = gc::Paused::begin();
            metatype::new_class(state.meta.get(metatype::create)?.cast(), &name, &bases, &namespace)?
        };
        let ty = made.as_ptr().cast::<ffi::PyTypeObject>();
        let collected = value.visit.is_some() || raw.as_ref().is_some_and(|raw| raw.collects());
        lay_out(ty, base_type, value, &spec, collected || state.collected.wants(key));
        let counted = intrusive::parts(spec.counted, base);
        let data = Box::new(TypeData {
            key,
            state: state.clone(),
            made_by: import.clone(),
            ty,
            size: value.size,
            align: value.align,
            ownership: Ownership {
                drop_value: if spec.never_destruct { None } else { value.drop },
                layout: Layout::from_size_align_unchecked(value.size, value.align),
                clone_value: value.clone,
                share: value.share,
                never_destruct: spec.never_destruct,
            },
            rust_name,
            pool: Pool::new(match spec.pooled {
                _ if ffi::PyType_HasFeature(ty, allocation::PREFIXED) != 0 => 0,
                Some(asked) => asked,
                // Others may have their instances freed in a way of their own.
                None if raw.is_none() && counted.is_empty() && (*ty).tp_basicsize as usize <= SMALL => KEPT,
                None => 0,
            }),
            supplement: spec.supplement.take(),
            collection: Collection::new(!gc::is_collected(ty) && (*ty).tp_weaklistoffset <= 0, value.visit),
            base: base.map_or(ptr::null(), |(data, _)| ptr::from_ref(data)),
            base_offset: base.map_or(0, |(_, offset)| offset),
            full_name,
            is_final: spec.is_final,
            virtuals: spec.virtuals,
            counted,
            constructor: Constructor::default(),
            implicit: std::sync::Mutex::default(),
            natives: Default::default(),
            slots: Slots::new(),
            raw,
            iterators: Default::default(),
            cells: Default::default(),
            lay_out: gc::lay_out,
        });
        let data = Box::into_raw(data);
        *metatype::data_slot(ty) = data;
        state.register_type(key, data);
        if gc::is_collected(ty) {
            gc::note_owner(&*data);
        }
        new::add_construction(&made, state.is_stub_run())?;
        if spec.dynamic_attr {
            add_dict_descriptor(&made)?;
        }
        if let Some(raw) = &(*data).raw {
            raw.install(ty)?;
            if let Some(new) = raw.new {
                (*ty).tp_new = Some(new);
            }
            if raw.constructs() {
                (*ty).tp_vectorcall = raw.vectorcall;
            }
        }
        if spec.is_generic {
            class_methods::add_class_getitem(&made)?;
        }
        if ffi::PyDict_DelItemString((*ty).tp_dict, c"__slots__".as_ptr()) != 0 {
            ffi::PyErr_Clear();
        }
        ffi::PyType_Modified(ty);
        attributes::set(home.scope, name, &made)?;
        Ok((made, false))
    }
}

/// The namespace that the class begins with.
fn namespace(home: &Home<'_>, name: &str, spec: &ClassSpec, generic_base: Option<&object>) -> Result<object> {
    // SAFETY: attached; every created object is owned by a wrapper.
    unsafe {
        let namespace = object::steal(ffi::PyDict_New())?;
        let entry = |key: &CStr, value: &object| -> Result<()> {
            if ffi::PyDict_SetItemString(namespace.as_ptr(), key.as_ptr(), value.as_ptr()) != 0 {
                return Err(Error::fetch());
            }
            Ok(())
        };
        // `type.__new__` adds neither `__dict__` nor weak references with empty slots; we add our own.
        entry(c"__slots__", &object::steal(ffi::PyTuple_New(0))?)?;
        entry(c"__qualname__", &text::new(&home.qualified(name))?)?;
        if let Some(module) = &home.module {
            entry(c"__module__", module)?;
        }
        if let Some(doc) = &spec.doc {
            entry(c"__doc__", &text::new(doc)?)?;
        }
        if let Some(generic) = generic_base {
            entry(c"__orig_bases__", &object::steal(ffi::PyTuple_Pack(1, generic.as_ptr()))?)?;
        }
        if let Some(signature) = &spec.signature {
            entry(c"__nb_signature__", &text::new(signature)?)?;
        }
        Ok(namespace)
    }
}

/// How many dead instances of a small class leave their memory to the next ones unless something else was asked for. Where mistakes are looked
/// for, every instance gets memory of its own.
const KEPT: u32 = if cfg!(debug_assertions) { 0 } else { 16 };

/// Size up to which an instance is small.
const SMALL: usize = 64;

/// Refuses what does not go with the base, or with its annotations.
fn check_base(name: &str, rust_name: &str, spec: &ClassSpec, base: Option<&TypeData>) -> Result<()> {
    let counted = spec.counted.is_some() || base.is_some_and(|data| !data.counted.is_empty());
    if counted && spec.pooled.is_some_and(|asked| asked > 0) {
        return Err(import_error(messages::pooled_and_counted(name)));
    }
    let Some(data) = base else { return Ok(()) };
    if data.is_final {
        // SAFETY: attached; a registered type is alive.
        let name = unsafe { type_name::of_type(data.ty) };
        return Err(error::type_error(messages::is_final(&name)));
    }
    check_virtuals(name, rust_name, data, spec).map_err(import_error)
}

/// Refuses a derived class of which nobody knows whether it implements a trait whose functions its base lets Python override:
/// native code would call the base's functions, where C++ calls the derived class's.
fn check_virtuals(name: &str, rust_name: &str, base: &TypeData, spec: &ClassSpec) -> Result<(), String> {
    let told = |key| spec.virtuals.iter().any(|known| known.key == key) || spec.without.contains(&key);
    for (data, _) in base.levels() {
        if let Some(one) = data.virtuals.iter().find(|one| !told(one.key)) {
            let (trampoline, virtuals) = (one.names)();
            let names = [rust_name, data.rust_name, trampoline, virtuals].map(short_rust_name);
            return Err(messages::virtuals_unknown(name, names));
        }
    }
    Ok(())
}

/// Whether `generic` is the class's base with type arguments; else the error.
fn check_generic_base(name: &str, generic: &object, base: Option<&TypeData>) -> Result<()> {
    let Some(base) = base else { return Err(import_error(messages::unnamed_base(name))) };
    let origin = attributes::get(generic, c"__origin__");
    if origin.is_some_and(|origin| origin.as_ptr() == base.ty.cast()) {
        return Ok(());
    }
    Err(import_error(messages::other_generic_base(name, &base.name())))
}
