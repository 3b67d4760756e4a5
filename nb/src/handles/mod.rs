//! Wrappers around Python objects, one kind a file.

mod arguments;
mod arithmetic;
mod attr;
mod borrowed;
mod builders;
mod byte_strings;
mod call;
mod capsules;
mod cast;
mod classes;
mod collected;
mod comparables;
mod dicts;
mod evaluate;
mod functions;
mod interpreter;
mod interruptions;
mod iterations;
mod iterators;
mod keys;
mod lists;
mod make;
mod none_value;
mod numbers;
mod ops;
pub(crate) mod own_wrappers;
mod parameterized;
mod plain_arguments;
mod protocols;
mod results;
mod sets;
mod singletons;
mod slices;
mod stored_objects;
mod strings;
mod tuples;
mod type_args;
mod type_variables;
mod typed_classes;
mod typed_handles;
mod weakrefs;
mod wrapper;

pub use arguments::{args, kwargs};
pub use attr::accessor;
pub use borrowed::{Lent, LentMut};
pub use builders::{list_builder, tuple_builder};
pub use byte_strings::{bytearray, bytes, memoryview};
pub use call::{CallArg, CallArgs, Keyword, Unpack, UnpackKeywords, Values, kw, unpack, unpack_kw};
pub use capsules::capsule;
pub use cast::{CastTo, cast, cast_in, isinstance, isinstance_in};
pub use classes::{type_, type_object};
pub use collected::ObjectIter;
pub use comparables::comparable;
pub use dicts::dict;
pub use evaluate::{
    EvalNames, EvalScope, eval, eval_as, eval_expr, eval_mode, eval_single_statement, eval_statements, exec,
};
pub use functions::{
    del, delattr, getattr, getattr_or, hasattr, hash, isinstance_of, issubclass, iter, len, len_hint, print, print_to,
    print_with, repr, setattr,
};
pub use interpreter::{builtins, globals, typing};
pub use interruptions::signals;
pub use iterations::iter_of;
pub use iterators::{iterable, iterator};
pub use keys::AttrKey;
pub use lists::{ListIter, list};
pub use none_value::none;
pub use numbers::{bool_, float_, int_};
pub use parameterized::typed;
pub use protocols::{any, callable, fallback, handle, mapping, module_object, sequence};
pub use sets::{frozenset, set};
pub use singletons::{ellipsis, not_implemented};
pub use slices::slice;
pub use stored_objects::{Wrapper, stored};
pub use strings::str_;
pub use tuples::{TupleIter, make_tuple, tuple};
pub use type_args::{Subscript, TypeArgs, any_args};
pub use type_variables::{any_type, param_spec, type_var, type_var_tuple};
pub use typed_classes::type_object_t;
pub use typed_handles::handle_t;
pub use weakrefs::weakref;
