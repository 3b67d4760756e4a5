//! The type object behind a bound class: its layout, its slots, and its constructor entry.

use crate::bind::module::Import;
use crate::bind::scope::Home;
use crate::call::dispatch;
use crate::call::given::Given;
use crate::call::nb_func;
use crate::call::signature;
use crate::cast::class_trait::{self, Class};
use crate::class::annotations::ClassSpec;
use crate::class::class_methods;
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::gc;
use crate::instance::header;
use crate::instance::metatype;
use crate::instance::ownership;
use crate::instance::pool::Pool;
use crate::instance::traverse::VisitValue;
use crate::interpreter::panic;
use crate::python::attributes;
use crate::python::error::{self, Error, Result, import_error, warn};
use crate::python::messages;
use crate::python::object::{Held, object};
use crate::python::text;
use crate::python::type_name::short_rust_name;
use crate::type_slots::{NewType, RawSlots};
use std::any::{TypeId, type_name};
use std::ffi::c_int;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// What a class needs to know of the type of its values.
pub(crate) struct ValueType {
    key: TypeId,
    size: usize,
    align: usize,
    drop: Option<unsafe fn(*mut u8)>,
    drop_box: unsafe fn(*mut u8),
    sharing: &'static ownership::Sharing,
    clone: Option<unsafe fn(*const u8, *mut u8)>,
    visit: Option<VisitValue>,
    rust_name: fn() -> &'static str,
}

impl ValueType {
    pub(crate) const fn of<D, T: Class<D>>() -> ValueType {
        ValueType {
            key: TypeId::of::<T>(),
            size: size_of::<T>(),
            align: align_of::<T>(),
            drop: if std::mem::needs_drop::<T>() { Some(ownership::drop_value::<T>) } else { None },
            drop_box: ownership::drop_box::<T>,
            sharing: ownership::sharing::<T>(),
            clone: if T::CLONE.is_some() { Some(class_trait::clone_value::<D, T>) } else { None },
            visit: T::VISIT,
            rust_name: type_name::<T>,
        }
    }
}

/// Makes the class in its scope, or gives the existing one (with a warning) when the type is bound already. The flag says that it has all
/// its members, since an earlier import of this module has made it.
pub(crate) fn create_type(
    home: &Home<'_>,
    import: &Arc<Import>,
    name: &str,
    value: &ValueType,
    mut spec: ClassSpec,
) -> Result<(object, bool)> {
    let key = value.key;
    let state = home.state;
    if let Some(known) = state.type_of(key) {
        // SAFETY: a registered type is alive.
        let existing = unsafe { object::borrow(known.ty.cast()) };
        if !warn(&messages::bound_twice(&short_rust_name((value.rust_name)()), &known.name())) {
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
    let _base = base.as_ref().map(|(data, _)| unsafe { Held::borrow(data.ty.cast()) });
    let generic_base = spec.generic_base.take().transpose()?;
    if let Some(generic) = &generic_base {
        check_generic_base(name, generic, base.as_ref().map(|(data, _)| *data))?;
    }
    let counted = spec.counted.is_some() || base.as_ref().is_some_and(|(data, _)| !data.counted.is_empty());
    if counted && spec.pooled > 0 {
        return Err(import_error(messages::pooled_and_counted(name)));
    }
    if let Some((data, _)) = &base
        && data.is_final
    {
        // SAFETY: attached; a registered type is alive.
        let name = unsafe { crate::python::type_name::of_type(data.ty) };
        return Err(error::type_error(messages::is_final(&name)));
    }
    if let Some((data, _)) = &base {
        check_virtuals(name, (value.rust_name)(), data, &spec).map_err(import_error)?;
    }
    let qualname = if home.qualname.is_empty() { name.to_string() } else { format!("{}.{name}", home.qualname) };
    let full_name = match &home.module {
        // SAFETY: a live object.
        Some(module) => match unsafe { text::read(module.as_ptr()) } {
            Some(module) => format!("{module}.{qualname}"),
            None => qualname.clone(),
        },
        None => qualname.clone(),
    };
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
        let namespace = object::steal(ffi::PyDict_New())?;
        let entry = |key: &std::ffi::CStr, value: &object| -> Result<()> {
            if ffi::PyDict_SetItemString(namespace.as_ptr(), key.as_ptr(), value.as_ptr()) != 0 {
                return Err(Error::fetch());
            }
            Ok(())
        };
        // `type.__new__` adds neither `__dict__` nor weak references with empty slots; we add our own.
        entry(c"__slots__", &object::steal(ffi::PyTuple_New(0))?)?;
        entry(c"__qualname__", &text::new(&qualname)?)?;
        if let Some(module) = &home.module {
            entry(c"__module__", module)?;
        }
        if let Some(doc) = &spec.doc {
            entry(c"__doc__", &text::new(doc)?)?;
        }
        if let Some(generic) = &generic_base {
            entry(c"__orig_bases__", &object::steal(ffi::PyTuple_Pack(1, generic.as_ptr()))?)?;
        }
        if let Some(signature) = &spec.signature {
            entry(c"__nb_signature__", &text::new(signature)?)?;
        }
        let base_type: *mut ffi::PyTypeObject =
            base.as_ref().map_or(&raw mut ffi::PyBaseObject_Type, |(data, _)| data.ty);
        let bases = object::steal(ffi::PyTuple_Pack(1, base_type.cast::<ffi::PyObject>()))?;
        let made = {
            let _making = state.begin_class();
            let name = text::new(name)?;
            // Code that a collection runs (before 3.13, in the middle of `type.__new__`) would find the class among those of `object`,
            // and make instances of it that lack room for a value.
            let _quiet = gc::Paused::begin();
            metatype::new_class(state.meta, &name, &bases, &namespace)?
        };
        let ty = made.as_ptr().cast::<ffi::PyTypeObject>();
        let collected = value.visit.is_some() || raw.as_ref().is_some_and(|raw| raw.collects());
        lay_out(ty, base_type, value, &spec, collected || state.collected.wants(key));
        let data = Box::new(TypeData {
            key,
            state: state.clone(),
            made_by: import.clone(),
            ty,
            size: value.size,
            align: value.align,
            drop_value: if spec.never_destruct { None } else { value.drop },
            drop_box: if spec.never_destruct { ownership::keep_box } else { value.drop_box },
            sharing: value.sharing,
            clone_value: value.clone,
            rust_name: (value.rust_name)(),
            never_destruct: spec.never_destruct,
            pool: Pool::new(if ffi::PyType_HasFeature(ty, header::PREFIXED) == 0 { spec.pooled } else { 0 }),
            supplement: spec.supplement.take(),
            bare: AtomicBool::new(!gc::is_collected(ty) && (*ty).tp_weaklistoffset <= 0),
            used: AtomicBool::new(false),
            subclassed: AtomicBool::new(false),
            visit: value.visit,
            base: base.as_ref().map_or(ptr::null(), |(data, _)| ptr::from_ref(*data)),
            base_offset: base.as_ref().map_or(0, |(_, offset)| *offset),
            full_name,
            is_final: spec.is_final,
            virtuals: spec.virtuals,
            counted: crate::instance::intrusive::parts(spec.counted, base),
            init: AtomicPtr::new(ptr::null_mut()),
            new: AtomicBool::new(false),
            implicit: std::sync::Mutex::default(),
            natives: Default::default(),
            slots: crate::class::operator_slots::Slots::new(),
            raw,
        });
        let data = Box::into_raw(data);
        *metatype::data_slot(ty) = data;
        state.register_type(key, data);
        if gc::is_collected(ty) {
            gc::note_owner(&*data);
        }
        add_construction(&made, state.is_stub_run())?;
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

/// Gives a fresh type its size and slots, before it has instances or subclasses.
unsafe fn lay_out(
    ty: *mut ffi::PyTypeObject,
    base: *mut ffi::PyTypeObject,
    value: &ValueType,
    spec: &ClassSpec,
    collected: bool,
) {
    // SAFETY: nobody else knows the type yet.
    unsafe {
        let mut size = header::basic_size(value.size, value.align);
        let bound_base = base != &raw mut ffi::PyBaseObject_Type;
        if bound_base && size <= (*base).tp_basicsize as usize {
            // CPython allows `obj.__class__ = Derived` between types of equal size, which would let methods of the
            // derived class run on a value of the base class (LIV-07).
            size = (*base).tp_basicsize as usize + size_of::<usize>();
        }
        let word = size_of::<usize>();
        let base_dict = bound_base && (*base).tp_dictoffset > 0;
        let base_weak = bound_base && (*base).tp_weaklistoffset > 0;
        if spec.dynamic_attr || base_dict {
            (*ty).tp_dictoffset = size as ffi::Py_ssize_t;
            size += word;
        }
        if spec.weak_referenceable || base_weak {
            (*ty).tp_weaklistoffset = size as ffi::Py_ssize_t;
            size += word;
        }
        (*ty).tp_basicsize = size as ffi::Py_ssize_t;
        (*ty).tp_itemsize = 0;
        (*ty).tp_new = Some(inst_new);
        (*ty).tp_init = Some(inst_init);
        (*ty).tp_dealloc = Some(crate::instance::dealloc::dealloc);
        (*ty).tp_alloc = Some(inst_alloc);
        let inherited = bound_base && gc::is_collected(base);
        // Without the GIL the collector's header costs nothing, as it is a part of every object.
        gc::lay_out(ty, cfg!(Py_GIL_DISABLED) || spec.dynamic_attr || inherited || collected);
        (*ty).tp_vectorcall = Some(no_init_vectorcall);
    }
}

struct Methods([ffi::PyMethodDef; 2]);
// SAFETY: a constant table without interior mutability.
unsafe impl Sync for Methods {}
static METHODS: Methods = Methods([
    ffi::PyMethodDef {
        ml_name: c"__new__".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionWithKeywords: new_method },
        ml_flags: ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        ml_doc: c"Create and return a new object.  See help(type) for accurate signature.".as_ptr(),
    },
    ffi::PyMethodDef {
        ml_name: c"__init__".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionWithKeywords: init_method },
        ml_flags: ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        // What `object.__init__` says.
        ml_doc:
            c"__init__($self, /, *args, **kwargs)\n--\n\nInitialize self.  See help(type(self)) for accurate signature."
                .as_ptr(),
    },
]);

/// Puts `__new__` and, until a constructor is bound, a refusing `__init__` into the class.
///
/// CPython's own `__new__` function refuses to work while the class has a `__new__` written in Python, which would
/// therefore have no way to make an instance; and without an `__init__` in the namespace, subclasses would find that of
/// `object`.
///
/// For stub generators, a class without constructor has no `__init__`.
unsafe fn add_construction(ty: &object, for_stubs: bool) -> Result<()> {
    // SAFETY: a live type; the table entries are statics.
    unsafe {
        let class = ty.as_ptr().cast::<ffi::PyTypeObject>();
        let [new, init] = [&raw const METHODS.0[0], &raw const METHODS.0[1]].map(<*const _>::cast_mut);
        let new = object::steal(ffi::PyCFunction_NewEx(new, ty.as_ptr(), ptr::null_mut()))?;
        let init = object::steal(ffi::PyDescr_NewMethod(class, init))?;
        // Straight into the namespace: assignment would replace the slots.
        let shown = if for_stubs { 1 } else { 2 };
        for (name, value) in [(c"__new__", new), (c"__init__", init)].into_iter().take(shown) {
            if ffi::PyDict_SetItemString((*class).tp_dict, name.as_ptr(), value.as_ptr()) != 0 {
                return Err(Error::fetch());
            }
        }
        Ok(())
    }
}

/// `Class.__new__(cls, ..)`: an empty instance of a subclass of the class.
unsafe extern "C" fn new_method(
    class: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: the function was made with its class as `self`; `args` is a live tuple.
        unsafe {
            let name = || crate::python::type_name::of_type(class.cast());
            if ffi::PyTuple_Size(args) == 0 {
                error::type_error(messages::new_without_class(&name())).restore();
                return ptr::null_mut();
            }
            let wanted = ffi::PyTuple_GetItem(args, 0);
            if ffi::PyType_Check(wanted) == 0 || ffi::PyType_IsSubtype(wanted.cast(), class.cast()) == 0 {
                error::type_error(messages::new_of_other(&name(), &name_of(wanted))).restore();
                return ptr::null_mut();
            }
            // Making it may run the collector, or what was written by hand.
            let _classes = (Held::borrow(class), Held::borrow(wanted));
            let own = (*metatype::data_slot(class.cast())).as_ref();
            let Some(new) = own.and_then(|data| data.raw.as_ref()?.new) else { return new_instance(wanted.cast()) };
            let Some(rest) = object::from_owned(ffi::PyTuple_GetSlice(args, 1, ffi::PyTuple_Size(args))) else {
                return ptr::null_mut();
            };
            new(wanted.cast(), rest.as_ptr(), kwargs)
        }
    })
}

/// The name of a class, or that of the class of anything else.
///
/// # Safety
/// `given` is live; attached.
pub(crate) unsafe fn name_of(given: *mut ffi::PyObject) -> String {
    // SAFETY: caller's contract.
    unsafe {
        crate::python::type_name::of_type(if ffi::PyType_Check(given) == 0 {
            ffi::Py_TYPE(given)
        } else {
            given.cast()
        })
    }
}

/// Lets a Python subclass without a `__new__` of its own allocate without looking that up on each call.
///
/// CPython takes the shortcut back when `__new__` is assigned to the class or to one of its bases.
///
/// # Safety
/// `ty` is a class of our metatype that nobody else uses yet; attached.
pub(crate) unsafe fn shortcut_new(ty: *mut ffi::PyTypeObject) {
    // SAFETY: caller's contract.
    unsafe {
        let Ok(name) = text::new("__new__") else { return ffi::PyErr_Clear() };
        let Some(found) = object::from_owned(metatype::lookup(ty, name.as_ptr())) else { return };
        let ours = ffi::PyCFunction_Check(found.as_ptr()) != 0
            && ffi::PyCFunction_GetFunction(found.as_ptr())
                .is_some_and(|f| f as usize == new_method as *const () as usize);
        if ours {
            let owner = ffi::PyCFunction_GetSelf(found.as_ptr());
            let by_hand = class_record::data_of(owner.cast()).and_then(|data| data.raw.as_ref()?.new);
            (*ty).tp_new = by_hand.or(Some(inst_new));
        }
    }
}

/// `Class.__init__(self, ..)` of a class without constructors.
unsafe extern "C" fn init_method(
    ob: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: a live instance.
    unsafe {
        if inst_init(ob, args, kwargs) == 0 {
            return ffi::Py_NewRef(ffi::Py_None());
        }
    }
    ptr::null_mut()
}

struct DictDescriptor([ffi::PyGetSetDef; 1]);
// SAFETY: a constant table without interior mutability.
unsafe impl Sync for DictDescriptor {}
static DICT: DictDescriptor = DictDescriptor([ffi::PyGetSetDef {
    name: c"__dict__".as_ptr(),
    get: Some(ffi::PyObject_GenericGetDict),
    set: Some(ffi::PyObject_GenericSetDict),
    doc: ptr::null(),
    closure: ptr::null_mut(),
}]);

unsafe fn add_dict_descriptor(ty: &object) -> Result<()> {
    // SAFETY: a live type; the table entry is a static.
    unsafe {
        let entry = (&raw const DICT.0[0]).cast_mut();
        let class = ty.as_ptr().cast::<ffi::PyTypeObject>();
        let descriptor = object::steal(ffi::PyDescr_NewGetSet(class, entry))?;
        // Not by assignment: `type` has an attribute of that name itself, which it refuses to set.
        if ffi::PyDict_SetItemString((*class).tp_dict, c"__dict__".as_ptr(), descriptor.as_ptr()) != 0 {
            return Err(Error::fetch());
        }
        Ok(())
    }
}

unsafe extern "C" fn inst_new(
    ty: *mut ffi::PyTypeObject,
    _args: *mut ffi::PyObject,
    _kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls this with a class of ours or a Python subclass.
    unsafe { new_instance(ty) }
}

/// What `object.__new__` calls, which CPython lets through once the class has a `__new__` of its own.
unsafe extern "C" fn inst_alloc(ty: *mut ffi::PyTypeObject, _items: ffi::Py_ssize_t) -> *mut ffi::PyObject {
    // SAFETY: CPython calls this with a class of ours or a Python subclass.
    unsafe { new_instance(ty) }
}

/// An empty instance; refused for a class that native code has not finished.
///
/// # Safety
/// `ty` is a live class of ours or a Python subclass; attached.
pub(crate) unsafe fn new_instance(ty: *mut ffi::PyTypeObject) -> *mut ffi::PyObject {
    // SAFETY: caller's contract.
    unsafe {
        // A class without a record is being made: by Python code, which may use it, or by native code, which has yet to
        // give it its size. Python code sees the latter in an `__init_subclass__` that was put into a base.
        if (*metatype::data_slot(ty)).is_null()
            && class_record::data_of(ty).is_none_or(|base| base.state.is_making_class())
        {
            return panic::guard(ptr::null_mut(), || {
                error::type_error(messages::unfinished(&crate::python::type_name::of_type(ty.cast()))).restore();
                ptr::null_mut()
            });
        }
        header::alloc(ty).cast()
    }
}

/// Reached when neither the class nor a Python subclass defines `__init__`: raises, unless a `tp_new` written by hand has made
/// the value.
unsafe extern "C" fn inst_init(ob: *mut ffi::PyObject, _: *mut ffi::PyObject, _: *mut ffi::PyObject) -> c_int {
    panic::guard(-1, || {
        // SAFETY: a live instance.
        let name = unsafe {
            let data = class_record::data_of(ffi::Py_TYPE(ob));
            if data.and_then(|data| data.raw.as_ref()?.new).is_some() {
                // The value was made there.
                return 0;
            }
            crate::python::type_name::of_type(ffi::Py_TYPE(ob))
        };
        error::type_error(messages::no_constructor(&name)).restore();
        -1
    })
}

unsafe extern "C" fn no_init_vectorcall(
    ty: *mut ffi::PyObject,
    _args: *const *mut ffi::PyObject,
    _nargsf: usize,
    _kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: a live type.
        let name = unsafe { crate::python::type_name::of_type(ty.cast()) };
        error::type_error(messages::no_constructor(&name)).restore();
        ptr::null_mut()
    })
}

/// `__init__` was bound: from now on the class constructs without going through `tp_new` and `tp_init`.
pub(crate) fn install_constructor(scope: &object, function: object) {
    let ty = scope.as_ptr().cast::<ffi::PyTypeObject>();
    // SAFETY: the scope of a constructor is the class; Python classes get no shortcut.
    unsafe {
        if ffi::PyType_Check(scope.as_ptr()) == 0 {
            return;
        }
        let Some(data) = class_record::data_of(ty).filter(|data| data.ty == ty && !data.has_new()) else { return };
        // SAFETY: live function of ours.
        let named_init = nb_func::data_of(function.as_ptr()).is_some_and(|f| f.name == "__init__");
        if named_init {
            data.set_init(Some(function));
            (*ty).tp_vectorcall = match &data.raw {
                Some(raw) if raw.constructs() => raw.vectorcall,
                _ => Some(vectorcall_constructor),
            };
        }
    }
}

/// `__new__` was bound: from now on calls of the class run that, through `entry`.
///
/// # Safety
/// `data` is the record of a live class, whose attribute `new` is; attached.
pub(crate) unsafe fn install_new(data: &TypeData, new: object, entry: ffi::vectorcallfunc) {
    data.new.store(true, Ordering::Relaxed);
    data.set_init(Some(new));
    // SAFETY: caller's contract.
    unsafe { (*data.ty).tp_vectorcall = Some(entry) };
}

/// `T(...)`: allocates and runs the bound `__init__` directly.
unsafe extern "C" fn vectorcall_constructor(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    kwnames: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    panic::guard(ptr::null_mut(), || {
        // SAFETY: vectorcall protocol; this entry is installed only while the class's `__init__` is ours, and the
        // function is kept alive here in case the call replaces it.
        unsafe {
            let ty = callable.cast::<ffi::PyTypeObject>();
            let data = class_record::data_of(ty).expect("installed on bound classes");
            let init = Held::borrow(data.init_function());
            let function = nb_func::function_data(init.as_ptr());
            let Some(instance) = object::from_owned(header::alloc_of(data).cast()) else { return ptr::null_mut() };
            let mut given = Given::by_vectorcall(args, nargsf, kwnames);
            given.receiver = instance.as_ptr();
            let done = dispatch::call(function, &given);
            if done.is_null() {
                return ptr::null_mut();
            }
            ffi::Py_DECREF(done);
            instance.into_ptr()
        }
    })
}
