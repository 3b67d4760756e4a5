//! The objects that things are bound in: modules, classes, and whatever else takes attributes.

use crate::call::builtin::Owner;
use crate::ffi;
use crate::instance::class_record::{self, TypeData};
use crate::instance::metatype;
use crate::interpreter::module_state;
use crate::interpreter::state::StateRef;
use crate::python::error::{Error, Result, import_error};
use crate::python::object::object;
use crate::python::{attributes, messages, text};

/// A scope, and what functions report as their home that are bound in it.
pub(crate) struct Home<'s> {
    pub scope: &'s object,
    pub state: &'s StateRef,
    /// `__module__` of what is bound here.
    pub module: Option<object>,
    /// `Outer.Inner` for classes, empty for modules.
    pub qualname: String,
    /// Keeps native functions; a scope that is not ours has none.
    pub owner: Option<&'s Owner>,
    /// The record of the class that is the scope, if it is one of ours.
    pub class: Option<&'s TypeData>,
}

impl<'s> Home<'s> {
    /// Any object as a scope: a class, a module, or something else with attributes.
    pub(crate) fn of(scope: &'s object, state: &'s StateRef) -> Home<'s> {
        state.check_here();
        // SAFETY: a live object; attached.
        if unsafe { ffi::PyModule_Check(scope.as_ptr()) } != 0 {
            return Home {
                scope,
                state,
                module: attributes::get(scope, c"__name__"),
                qualname: String::new(),
                owner: module_state::owner_of(scope),
                class: None,
            };
        }
        // SAFETY: as above.
        let qualname = unsafe { attributes::get_text(scope.as_ptr(), c"__qualname__") }.unwrap_or_default();
        // SAFETY: as above; the record of a class lives as long as the class.
        let class = unsafe {
            let ty = scope.as_ptr().cast::<ffi::PyTypeObject>();
            let class = if ffi::PyType_Check(scope.as_ptr()) != 0 { class_record::data_of(ty) } else { None };
            // A Python class that derives from a bound one finds that one's record.
            class.filter(|data| data.ty == ty)
        };
        let owner = class.map(|data| &data.natives);
        Home { scope, state, module: attributes::get(scope, c"__module__"), qualname, owner, class }
    }

    /// The name of what is bound here, with the classes around it.
    pub(crate) fn qualified(&self, name: &str) -> String {
        if self.qualname.is_empty() { name.to_string() } else { format!("{}.{name}", self.qualname) }
    }

    /// That, after the name of the module.
    pub(crate) fn full_name(&self, name: &str) -> String {
        let qualname = self.qualified(name);
        // SAFETY: attached; a live object.
        let module = self.module.as_ref().and_then(|module| unsafe { text::read(module.as_ptr()) });
        module.map_or_else(|| qualname.clone(), |module| format!("{module}.{qualname}"))
    }
}

/// The function inside a `staticmethod`, or the object itself.
///
/// # Safety
/// Attached.
pub(crate) unsafe fn unwrap_static(value: &object) -> object {
    // SAFETY: live object and builtin type.
    unsafe {
        if ffi::Py_TYPE(value.as_ptr()) == &raw mut ffi::PyStaticMethod_Type
            && let Some(inner) = attributes::get(value, c"__func__")
        {
            return inner;
        }
        value.clone()
    }
}

/// An entry of the scope's own `__dict__`, so that inherited attributes do not count.
pub(crate) fn own_attribute(scope: &object, name: &str) -> Result<Option<object>> {
    let name = text::new(name)?;
    // SAFETY: live objects; GetItemWithError returns a borrowed reference.
    unsafe {
        let dict = if ffi::PyType_Check(scope.as_ptr()) != 0 {
            metatype::type_dict(scope.as_ptr().cast())?
        } else {
            match attributes::get(scope, c"__dict__") {
                Some(dict) => dict,
                None => return Ok(None),
            }
        };
        let found = ffi::PyObject_GetItem(dict.as_ptr(), name.as_ptr());
        if found.is_null() {
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_KeyError) == 0 {
                return Err(Error::fetch());
            }
            ffi::PyErr_Clear();
            return Ok(None);
        }
        Ok(object::from_owned(found))
    }
}

/// As [`attributes::set`], in a scope that may refuse the name: of a class or module of ours, the error says which it is and which
/// statement.
pub(crate) fn put(home: &Home<'_>, kind: &str, name: &str, value: &object) -> Result<()> {
    attributes::set(home.scope, name, value).map_err(|error| {
        if home.owner.is_none() {
            return error;
        }
        // SAFETY: attached; a live object.
        let module = home.module.as_ref().and_then(|module| unsafe { text::read(module.as_ptr()) });
        let parts = module.into_iter().chain((!home.qualname.is_empty()).then(|| home.qualname.clone()));
        let scope = parts.collect::<Vec<_>>().join(".");
        import_error(messages::name_refused(&scope, kind, name, &error.to_string()))
    })
}
