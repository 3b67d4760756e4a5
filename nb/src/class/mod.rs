//! What a `class_` statement makes: the type object, its members, constructors, properties and fields.
//!
//! # How a class is made
//!
//! A class knows the import that has made it (`interpreter::import::Import`). When the same module is imported again while the class lives, and the first import ended well,
//! the statements that bind its members do nothing: they would append every overload once more.
//!
//! A bound class is made by `type.__new__` with our metatype, then given its size, slots and record before anybody can see it.
//! CPython before 3.12 cannot combine a type spec with a metatype, and one way for all versions is one way to test. The record
//! (`TypeData`) hangs off one extra word at the end of the type object; Python subclasses share their bound base's record, and
//! find it through their base while they are being made. That base is CPython's `tp_base`: of several bases exactly one is bound,
//! and no other can have a layout of its own beside it, so the bound one decides the layout whatever the order is.
//!
//! Slots written by hand (type_slots/) are put into the tables of the finished type. The methods that stand for them are made by
//! CPython's own `PyDescr_NewWrapper`, out of the descriptions that a type made by `PyType_FromSpec` with the same functions gives
//! away; so updates of the slots by assignment, and their inheritance, are CPython's. What the library depends on is not in the
//! tables: `tp_traverse` and `tp_clear` are called by `inst_traverse` and `inst_clear`, `tp_members` become properties that ask for
//! the value, and what would replace allocation or the end of instances is refused.
//!
//! `T(...)` goes through `tp_vectorcall` straight to the bound `__init__`. The metatype's `tp_setattro` turns the shortcut off
//! when somebody assigns `__init__` or `__new__`. Bases that a Python class may not have are refused before it is made.
//!
//! **Factories** (class/factory.rs, class/fit_subclass.rs). With `nb::new_` the shortcut leads to `__new__` instead, and `__init__` is not run. The class
//! takes the receiver's place in the call (`OfClass`, a layout beside that of functions and methods), so the Rust function is bound as
//! it is, and indices, notes and refusals count as for methods. There is no hidden overload for unpickling: the function object
//! answers `T.__new__(T)` itself. For a Python subclass, a bound instance that nobody else knows hands its value over; any
//! other stays, and the new instance is a place, a share or a reference like it.

pub(crate) mod annotations;
pub(crate) mod base;
pub(crate) mod builder;
pub(crate) mod construct;
pub(crate) mod constructors;
pub(crate) mod create;
pub(crate) mod def_init;
pub(crate) mod factory;
pub(crate) mod field;
pub(crate) mod fit_subclass;
pub(crate) mod init_default;
pub(crate) mod layout;
mod locked;
mod properties;
pub(crate) mod slot;
pub(crate) mod static_field;
pub(crate) mod visitor;
