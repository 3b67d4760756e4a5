//! The methods of the class, with pybind11's signatures.

use super::instance;
use crate::bind::annotations::{FunctionPolicy, GetterPolicy, GuardOf, PolicyOf, arg, sig};
use crate::bind::builder::{self, Builder};
use crate::bind::dialect::Dialect;
use crate::call::callable_traits::{Func, Method, Plain, Sig};
use crate::call::context::is_fatal;
use crate::call::record::FuncFlags;
use crate::call::type_codes::INT_PROTOCOLS;
use crate::cast::int::read_i128;
use crate::enums::record::EnumData;
use crate::ffi;
use crate::handles::dict;
use crate::instance::pickle::add_reduce;
use crate::interpreter::state::State;
use crate::python::error::{Error, Result, next_overload, value_error};
use crate::python::messages;
use crate::python::object::object;
use std::any::TypeId;

/// Binds all methods of the class that the builder fills. `doc` is what the user says about the class.
pub(in crate::enums) fn add(builder: Builder<'_>, key: TypeId, doc: Option<&str>) {
    let Some(data) = builder.core().state.enums.find(key) else { return };
    let methods = Methods { builder, of: Of(key), class: data.full_name.clone(), arithmetic: data.style.arithmetic };
    methods.members(doc);
    methods.names();
    methods.construction();
    methods.numbers();
    methods.equality();
    if methods.arithmetic {
        methods.arithmetic();
    }
}

/// The methods of one enumeration.
struct Methods<'m> {
    builder: Builder<'m>,
    of: Of,
    /// Its full name, for signatures.
    class: String,
    arithmetic: bool,
}

/// What the user binds goes before, as with `py::prepend()`: methods for all objects would hide it.
const METHOD: FuncFlags = FuncFlags::METHOD.union(FuncFlags::YIELDS);

impl Methods<'_> {
    /// Binds a method whose signature goes on like this behind its name.
    fn def<S, F>(&self, name: &str, signature: &str, function: F)
    where
        F: Sig<S> + Func<(), S, PolicyOf<(), sig<String>, FunctionPolicy>, GuardOf<(), sig<String>>>,
    {
        let signature = sig(format!("def {name}{signature}"));
        builder::define::<(), S, F, _, Method>(self.builder, name, function, METHOD, signature);
    }

    /// Binds a property of the members.
    fn property<S, F>(&self, name: &str, signature: &str, function: F)
    where
        F: Sig<S> + Func<(), S, PolicyOf<(), sig<String>, GetterPolicy>, GuardOf<(), sig<String>>>,
    {
        let signature = sig(format!("def {name}{signature}"));
        self.builder.read_only::<(), S, F, _, GetterPolicy, Method>(name, function, FuncFlags::METHOD, signature);
    }

    /// Binds a property of the class, which its functions get.
    fn class_property<S, F>(&self, name: &str, result: &str, function: F)
    where
        F: Sig<S> + Func<(), S, PolicyOf<(), sig<String>, GetterPolicy>, GuardOf<(), sig<String>>>,
    {
        let signature = sig(format!("def {name}(cls: object, /) -> {result}"));
        self.builder.read_only::<(), S, F, _, GetterPolicy, Plain>(name, function, FuncFlags::empty(), signature);
    }

    /// What shows the members.
    fn members(&self, doc: Option<&str>) {
        let (of, dialect) = (self.of, Dialect::current());
        let doc = doc.filter(|doc| !doc.is_empty() && dialect.docstrings).map(str::to_string);
        self.class_property(
            "__members__",
            &format!("dict[str, {}]", self.class),
            move |_class: object| -> Result<dict> {
                let members = dict::new();
                for (name, member) in of.look(|data| Some(data.named_members()))? {
                    members.set(name, member)?;
                }
                Ok(members)
            },
        );
        if dialect.members {
            self.class_property("__doc__", "str", move |_class: object| {
                let members = of.look(|data| Some(data.documented_names()))?;
                Ok::<_, Error>(messages::enumeration_doc(doc.as_deref(), &members))
            });
        } else {
            self.builder.step(|home| home.scope.setattr("__doc__", doc));
        }
    }

    fn names(&self) {
        let of = self.of;
        self.def("__repr__", "(self: object, /) -> str", move |this: object| {
            let (title, name, number) = of.texts(&this)?;
            let number = number.map_or_else(|| UNKNOWN.to_string(), |number| number.to_string());
            Ok::<_, Error>(format!("<{title}.{name}: {number}>"))
        });
        self.def("__str__", "(self: object, /) -> str", move |this: object| {
            of.texts(&this).map(|(title, name, _)| format!("{title}.{name}"))
        });
        self.property("name", "(self: object, /) -> str", move |this: object| of.texts(&this).map(|(_, name, _)| name));
    }

    fn construction(&self) {
        let (of, class) = (self.of, &self.class);
        let signature = sig(format!("def __init__(self: {class}, value: {INT_PROTOCOLS}) -> None"));
        let init = move |this: object, value: object| of.construct(&this, &value);
        let extra = (signature, arg("value"));
        builder::define::<(), _, _, _, Method>(self.builder, "__init__", init, METHOD, extra);
        self.def("__getstate__", "(self: object, /) -> int", move |this: object| of.number(&this));
        self.def("__setstate__", &format!("(self: {class}, state: {INT_PROTOCOLS}, /) -> None"), {
            move |this: object, state: object| of.construct(&this, &state)
        });
        self.builder.step(|home| add_reduce(home.scope));
    }

    fn numbers(&self) {
        let (of, class) = (self.of, &self.class);
        let shown = format!("(self: {class}, /) -> int");
        self.def("__int__", &shown, move |this: object| of.number(&this));
        self.def("__index__", &shown, move |this: object| of.number(&this));
        self.def("__hash__", "(self: object, /) -> int", move |this: object| of.number(&this));
        self.property("value", &shown, move |this: object| of.number(&this));
    }

    /// The parameters of an operator, by what its right side may be.
    fn operands(&self, right: &str, result: &str) -> String {
        format!("(self: {}, other: {right}, /) -> {result}", self.class)
    }

    fn equality(&self) {
        for (name, when_equal) in [("__eq__", true), ("__ne__", false)] {
            let of = self.of;
            self.def(name, &self.operands(&self.class, "bool"), move |this: object, other: object| {
                let number = of.number(&this)?;
                let equal = !other.is_none() && number == of.number(&other)?;
                Ok::<_, Error>(equal == when_equal)
            });
            if self.arithmetic {
                self.def(name, &self.operands(INT_PROTOCOLS, "bool"), move |this: object, other: object| {
                    Ok::<_, Error>((of.number(&this)? == whole(&other)?) == when_equal)
                });
            }
            self.def(name, &self.operands("object", "bool"), move |this: object, _other: object| {
                of.number(&this).map(|_| !when_equal)
            });
        }
    }

    /// An operator between two members, and between a member and a number.
    fn operator<R>(&self, name: &str, result: &str, apply: fn(i128, i128) -> R)
    where
        R: for<'a> crate::Ret<(), FunctionPolicy> + 'static,
    {
        let of = self.of;
        self.def(name, &self.operands(&self.class, result), move |this: object, other: object| {
            Ok::<_, Error>(apply(of.number(&this)?, of.number(&other)?))
        });
        self.def(name, &self.operands(INT_PROTOCOLS, result), move |this: object, other: object| {
            Ok::<_, Error>(apply(of.number(&this)?, as_number(&other)?))
        });
    }

    fn arithmetic(&self) {
        let of = self.of;
        self.def("__invert__", "(self: object, /) -> object", move |this: object| of.number(&this).map(|n| !n));
        self.operator("__lt__", "bool", |a, b| a < b);
        self.operator("__gt__", "bool", |a, b| a > b);
        self.operator("__le__", "bool", |a, b| a <= b);
        self.operator("__ge__", "bool", |a, b| a >= b);
        for name in ["__and__", "__rand__"] {
            self.operator(name, "int", |a, b| a & b);
        }
        for name in ["__or__", "__ror__"] {
            self.operator(name, "int", |a, b| a | b);
        }
        for name in ["__xor__", "__rxor__"] {
            self.operator(name, "int", |a, b| a ^ b);
        }
    }
}

/// What pybind11 shows where there is nothing to show.
const UNKNOWN: &str = "???";

/// The enumeration that a method belongs to.
#[derive(Clone, Copy)]
struct Of(TypeId);

impl Of {
    /// What its record says. A mismatch when it says nothing, or is gone, which Python code can bring about.
    fn look<R>(self, look: impl FnOnce(&EnumData) -> Option<R>) -> Result<R> {
        let data = State::of_call().and_then(|state| state.enums.find(self.0));
        data.and_then(look).ok_or_else(next_overload)
    }

    /// The number of a value; a mismatch for anything else.
    fn number(self, value: &object) -> Result<i128> {
        self.look(|data| data.number_of(value))
    }

    /// The name of the enumeration, the first name that a value was given, and its number. An instance without a number has these texts, too, since
    /// they are shown in the message that refuses it.
    fn texts(self, value: &object) -> Result<(String, String, Option<i128>)> {
        self.look(|data| {
            let number = data.number_of(value);
            let name = number.and_then(|number| data.name_of(number)).unwrap_or_else(|| UNKNOWN.to_string());
            data.is_class_of(value).then(|| (data.name.clone(), name, number))
        })
    }

    /// Fills a new instance with a number that Python code gives.
    fn construct(self, instance: &object, number: &object) -> Result<()> {
        let number = as_number(number)?;
        let (title, is_known, accepts) = self.look(|data| {
            let accepts = data.accepts.filter(|_| data.member(number).is_none());
            let is_known = data.accepts.is_some() || data.member(number).is_some();
            data.is_class_of(instance).then(|| (data.name.clone(), is_known, accepts))
        })?;
        if !is_known || accepts.is_some_and(|accepts| !accepts(number)) {
            return Err(value_error(messages::no_member(number, &title)));
        }
        // Asked again, since the user's code has run.
        self.look(|data| {
            // SAFETY: it is an instance of the class, as was asked just before.
            data.is_class_of(instance).then(|| unsafe { instance::fill(instance.as_ptr(), number) })
        })
    }
}

/// The number that an `int` is; a mismatch for other objects, so that members of two enumerations are not equal.
fn whole(value: &object) -> Result<i128> {
    // SAFETY: attached, in a call; a live object.
    unsafe {
        let is_int = ffi::PyLong_Check(value.as_ptr()) != 0;
        is_int.then(|| read_i128(value.as_ptr())).flatten().ok_or_else(next_overload)
    }
}

/// The number that an object is or stands for, as in pybind11 never that of a `float`; a mismatch for other objects.
fn as_number(value: &object) -> Result<i128> {
    // SAFETY: attached, in a call; a live object.
    unsafe {
        let value = value.as_ptr();
        if ffi::PyFloat_Check(value) != 0 || ffi::PyIndex_Check(value) == 0 {
            return Err(next_overload());
        }
        match object::from_owned(ffi::PyNumber_Index(value)) {
            Some(number) => read_i128(number.as_ptr()).ok_or_else(next_overload),
            None if is_fatal() => Err(Error::fetch()),
            None => {
                ffi::PyErr_Clear();
                Err(next_overload())
            }
        }
    }
}
