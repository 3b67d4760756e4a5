//! Every message of this crate, and the list that collects them during one expansion.
//!
//! All mistakes of a macro call are reported together, each at the user's own tokens.

use crate::write::place_of;
use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::quote_spanned;

pub(crate) const MODULE_FORM: &str = "nb: expected `nb_module!(my_ext, m, { .. })` or \
    `nb_module!(my_ext, m, parts [crate::shapes], { .. })`";
pub(crate) const MODULE_NAME: &str = "nb: the first argument of nb_module! is the module's name, an identifier: \
    `nb_module!(my_ext, m, { .. })`";
pub(crate) const MODULE_VARIABLE: &str = "nb: the second argument of nb_module! is the name of the module variable, \
    an identifier: `nb_module!(my_ext, m, { .. })`";
pub(crate) const PART_FORM: &str = "nb: a part is a path to a module or crate, with the number of its registrations \
    if that should be checked: `parts [crate::geometry, shapes, crate::animals = 3]`";
pub(crate) const CLASS_FORM: &str = "nb: expected `nb_class!(Dog, \"Dog\", .., { .def(..) })` or \
    `nb_class!(Dog: Pet, \"Dog\", ..)`";
pub(crate) const CLASS_NAME: &str = "nb: nb_class! needs the Python name as a string after the type: \
    `nb_class!(Dog, \"Dog\")`";
pub(crate) const CLASS_BLOCK: &str = "nb: the block of nb_class! is one chain that starts with `.def(..)`; \
    for other statements use `nb_bind!(|m| { .. })`";
pub(crate) const CLASS_BLOCK_LAST: &str = "nb: the block of nb_class! is its last argument: \
    `nb_class!(Dog, \"Dog\", nb::dynamic_attr(), { .def(..) })`";
pub(crate) const ENUM_FORM: &str = "nb: expected `nb_enum!(Kind, \"Kind\", [Cat, Dog])`, with a block of further links if \
    need be: `nb_enum!(Kind, \"Kind\", [Cat, Dog], { .def(..) })`";
pub(crate) const ENUM_VARIANT: &str = "nb: expected the name of a variant, or `Red = \"red\"` for an enumeration with \
    nb::is_str(); a list that does not name all variants ends with `..`";
pub(crate) const ENUM_BLOCK: &str = "nb: the block of nb_enum! is one chain that starts with `.value(..)`";
pub(crate) const FUNCTION_FORM: &str = "nb: expected `nb_fn!(\"add\", &add, \"a\"_a, \"b\"_a = 1)`";
pub(crate) const BIND_FORM: &str = "nb: expected `nb_bind!(|m| { .. })`, `nb_bind!(in crate::second; |m| { .. })`, or a \
    function for a family of classes, `nb_bind!(fn bind_stack<T: nb::Convert<NbDomain>>(m, name: &str) { .. })`";
pub(crate) const TEMPLATE_FORM: &str = "nb: expected `nb_bind!(fn name<T: Bounds>(m, other: Type) { .. })`; the first \
    parameter is the module, or a variable with its type";
pub(crate) const DOMAIN_FORM: &str = "nb: expected a path and a semicolon after `in`, the place of the nb_module! this \
    belongs to: `in crate::second; ..`";
pub(crate) const NO_CRATE_PATH: &str = "nb: this macro is the inner half of nb_module!, nb_class!, nb_enum!, \
    nb_fn! and nb_bind!; call those";

pub(crate) const CLASS_CALL: &str = "nb: nb::class_ needs a type, a scope and a name: `nb::class_<Dog>(m, \"Dog\")`";
pub(crate) const ENUM_CALL: &str = "nb: nb::enum_ needs one type, a scope and a name: `nb::enum_<Kind>(m, \"Kind\")`";
pub(crate) const STR_STYLE: &str =
    "nb: is_str cannot be combined with is_flag or is_arithmetic: its members are strings";
pub(crate) const DEEP_CLASS: &str = "nb: this class has more than seven bases in a row, further than virtual functions are looked \
    for: bind its functions by closures, `|a: &dyn Trait| a.name()`";
pub(crate) const OVERLOAD_CAST: &str = "nb: nb::overload_cast chooses among functions of one name, which Rust does not \
    have. It is left out before the path of a function that is bound, `.def(\"set\", nb::overload_cast<i32>(&Dog::set))`; here \
    write what it stands for";
pub(crate) const VALUE_CAST: &str = "nb: this cast is C++; write `value as T`, or `T::from(value)`";
pub(crate) const CAST_OF_A_VALUE: &str = "nb: C++ casts choose among functions of one name, which Rust does not have. They \
    are left out before a path, `(..) &Dog::age`; a closure says its own types: `|d: &Dog| -> i32 { .. }`";
pub(crate) const CHOSEN_VALUE: &str = "nb: this template list chooses among functions of one name, which Rust does not have. \
    It is left out before a path, `.def<..>(\"age\", &Dog::age)`; a closure says its own types, remove the list";
pub(crate) const REST_TWICE: &str = "nb: repeated use of nb::kwargs or nb::args in the function's signature: one of each \
    collects all that is left over";
pub(crate) const REST_ORDER: &str =
    "nb: nb::args must come before nb::kwargs if both are there: exchange the two arguments";
pub(crate) const KWARGS_LAST: &str =
    "nb: nb::kwargs must be the last argument of the function: move it behind the others";
pub(crate) const KEEP_ALIVE_ITSELF: &str = "nb: keep_alive<N, P> needs two different indices: the nurse N, and the patient P \
    that it keeps alive";
pub(crate) const USING: &str = "nb: `using` is C++; write `use nb::name;` for a name and `type Short = Long;` for a type. \
    `using namespace nb::literals;` may stay";
pub(crate) const THROW: &str = "nb: Rust throws nothing: a function says in its result that it may fail, `-> nb::Result<T>`, \
    and ends with `return Err(nb::value_error(\"..\"));`";
pub(crate) const SELF_PARAMETER: &str = "nb: `self` is a keyword of Rust, which only methods may use: give the parameter \
    another name, such as `this`";
pub(crate) const GENERIC_BORROW: &str = "nb: a function that is generic over a borrowed type is of one lifetime, and has to \
    accept any; say it by a closure: `|s: &mut Sketch, text: &str| s.update(text)`";
pub(crate) const SHAPE_SIZE: &str = "nb: the arguments of nb::shape are sizes, or -1 for any size";
pub(crate) const ARRAY_ARGUMENTS: &str = "nb: nb::ndarray(data, {sizes}, owner) has no further arguments here; say the others by name: \
    `nb::ndarray<..>::builder(data).shape([..]).strides([..]).owner(owner).build()`";
pub(crate) const EMPTY_OBJECT: &str = "nb: there is no empty nb::object: take `Option<nb::object>` and write `None`, or \
    `nb::none()` for Python's None";
pub(crate) const WITH_LENGTH: &str = "nb: Rust's slices know their length: give one, `nb::bytes(&data[..length])`";
pub(crate) const JOINED_TO_A_NAME: &str = "nb: C++ joins strings that stand side by side, which would make this one part of \
    the name: put a comma between them";
pub(crate) const JOINED_KINDS: &str = "nb: strings that stand side by side are joined, but these are not of one kind: \
    make all of them text, or all bytes";
pub(crate) const CONST_TAG: &str = "nb: Rust has no overloads on const, so there is no nb::const_: write the path of \
    the function you mean, or a closure";
pub(crate) const LAMBDA: &str = "nb: this is a C++ lambda; write a Rust closure: `|d: &Dog| ..`";
pub(crate) const AUTO: &str = "nb: `auto` is C++; write `let`";
pub(crate) fn container_call(name: &str) -> String {
    if name == "bind_set" {
        return "nb: nb::bind_set needs a set, a scope and a name: `nb::bind_set<Tags>(m, \"Tags\")`".to_string();
    }
    format!(
        "nb: nb::{name} needs a container, perhaps a policy for its elements, a scope and a name: \
         `nb::{name}<Items, nb::rv_policy::reference_internal>(m, \"Items\")`"
    )
}
pub(crate) fn container_that_is_converted(name: &str, container: &str) -> String {
    format!(
        "nb: `{container}` is converted, so that Python gets a new object each time and nobody would meet one of this class: \
         bind `nb::opaque<{container}>`, best under a name of its own as in C++, `type Items = nb::opaque<{container}>;` and \
         `nb::{name}<Items>(m, \"Items\")`, and take and return that"
    )
}

pub(crate) const DECLARATION: &str = "nb: only nb::class_ can declare a variable the C++ way; write `let name = ..;`";
pub(crate) const SELF_OPERATOR: &str = "nb: nb::self stands in the operators that C++ and Python share, as the first \
    argument of .def or .def_cast: `.def(nb::self + nb::self)`, `.def(nb::self *= float())`, `.def(-nb::self)`; bind \
    others by name: `.def(\"__pow__\", |a: &Vec2, b: i32| .., nb::is_operator())`";
pub(crate) const CONST_POINTER: &str = "nb: `const T *` is C++; write `Option<&T>`, or `&T` where it is never null";
pub(crate) const INIT_IMPLICIT_ARGS: &str = "nb: nb::init_implicit takes exactly one type, the one to convert from: \
    `nb::init_implicit<String>()`";
pub(crate) const PLAIN_NAME: &str = "nb: an argument name is a plain string: no raw string, no escapes, no bytes";

pub(crate) const MARK_NOT_LITERAL: &str = "nb: .noconvert(..) and .none(..) are part of the binding's type: write `true`, \
    `false` or nothing, not a value computed at run time";
pub(crate) const MARK_REVOKED: &str = "nb: this mark was set earlier in the same annotation; `false` cannot take it \
    back: remove both";

/// `nb::init<..>()` on something that is not visibly a class.
pub(crate) fn unknown_class(constructor: &str) -> String {
    let remedy =
        if constructor == "init" { "nb::init(&Type::new)" } else { "nb::init_implicit(|v: Source| Type::from(v))" };
    format!("nb: the class that nb::{constructor}<..>() constructs is not visible here; name the function: `{remedy}`")
}

/// `nb::pickle` with other arguments than its two functions.
pub(crate) const PICKLE: &str = "nb: nb::pickle takes two functions and nothing else: one that gives the state of a value, and one that makes a value of a state: `.def(nb::pickle(|d: &Dog| d.age, |age: i32| Dog { age }))`";

/// Too few arguments for a binding method.
pub(crate) fn missing_arguments(method: &str) -> String {
    let form = match method {
        "def" => "a name and a function: `.def(\"bark\", &Dog::bark)`",
        "def_static" => "a name and a function: `.def_static(\"parse\", &Dog::parse)`",
        "def_rw" => "a name and a field: `.def_rw(\"age\", &Dog::age)`",
        "def_ro" => "a name and a field: `.def_ro(\"age\", &Dog::age)`",
        "def_rw_static" | "def_ro_static" => "a name and a reference to a static: `(\"count\", &COUNT)`",
        "def_prop_ro" | "def_prop_ro_static" => "a name and a getter: `(\"age\", &Dog::age)`",
        "def_prop_deleter" => "a name and a function: `(\"age\", |d: &mut Dog| d.age = None)`",
        _ => "a name, a getter and a setter: `(\"age\", &Dog::age, &Dog::set_age)`",
    };
    format!("nb: .{method} needs {form}")
}

/// A member of an enumeration with too few or too many arguments.
pub(crate) fn entry_form(method: &str) -> String {
    let form = match method {
        "value" => "a name and a value, and a docstring if there is one: `.value(\"Cat\", Kind::Cat)`",
        _ => {
            "a name, a value and its text, and a docstring if there is one: `.str_value(\"Red\", Color::Red, \"red\")`"
        }
    };
    format!("nb: .{method} needs {form}")
}

/// An annotation that stands in a binding twice, if it may stand there once.
pub(crate) fn repeated(annotation: &str) -> Option<&'static str> {
    match annotation {
        "kw_only" => Some(
            "nb: repeated use of nb::kw_only(): all arguments after the first one are keyword-only, remove the second",
        ),
        "call_guard" => {
            Some("nb: call_guard can only be given once: put several guards into one tuple, `nb::call_guard<(A, B)>()`")
        }
        _ => None,
    }
}

/// More or fewer names than arguments.
pub(crate) fn count_of_names(arguments: usize, names: usize) -> String {
    let takes = if arguments == 1 { "1 argument".to_owned() } else { format!("{arguments} arguments") };
    let are = if names == 1 { "1 is".to_owned() } else { format!("{names} are") };
    format!("nb: the function takes {takes} (without `self`), but {are} annotated: annotate every argument or none")
}

/// A `keep_alive` of an argument that there is not.
pub(crate) fn keep_alive_range(arguments: usize) -> String {
    format!(
        "nb: keep_alive index out of range: 0 is the result, 1 the first argument (or `self`), and so on; the last one is {arguments}"
    )
}

/// A name that pybind11 has and nanobind has not.
pub(crate) fn pybind11(theirs: &str, ours: &str) -> String {
    format!("nb: `{theirs}` is pybind11's name; nanobind's is `{ours}`")
}

/// A name that nanobind has and this library does not have yet.
pub(crate) fn planned(name: &str, meanwhile: &str) -> String {
    format!("nb: nb::{name} is planned and not there yet. Meanwhile, {meanwhile}")
}

/// A wrapper made of a number of arguments that it is not made of.
pub(crate) fn made_of(wrapper: &str) -> String {
    let of = match wrapper {
        "str" | "str_" => "one text or object: `nb::str(\"text\")`, `nb::str(object)`",
        "bytes" => "one text, slice or object: `nb::bytes(b\"data\")`, `nb::bytes(object)`",
        "bytearray" => "nothing, one slice or one object: `nb::bytearray()`, `nb::bytearray(&data)`",
        "bool_" | "int_" | "float_" => "one number or object: `nb::int_(1)`, `nb::float_(0.5)`, `nb::bool_(true)`",
        "tuple" => "nothing or one object; elements go to `nb::make_tuple((a, b))?`",
        "list" | "set" | "frozenset" => "nothing or one object, whose elements it takes: `nb::list(values)`",
        "ellipsis" | "not_implemented" => "nothing",
        "dict" => "nothing, or another dict",
        _ => "one object",
    };
    format!("nb: nb::{wrapper} is made of {of}")
}

/// One path with two different casts before it.
pub(crate) fn two_overloads(path: &str) -> String {
    format!(
        "nb: in C++ this cast chooses another overload of `{path}` than the one before; in Rust both would bind the same \
        function. Name the function that is meant, or write a closure"
    )
}

/// The same argument name twice in one binding.
pub(crate) fn duplicate_name(name: &str) -> String {
    format!("nb: the argument name \"{name}\" is used twice in this binding")
}

/// Of the holder of a class in pybind11's dialect.
pub(crate) const OWN_DELETER: &str = "nb: what a deleter does belongs into `Drop` of the class: leave this holder out";
/// Of an iterator in pybind11's dialect.
pub(crate) const TWO_ITERATORS: &str =
    "nb: Rust goes through a container by one iterator: `py::make_iterator(pets.iter().cloned())`";
/// Of a class in pybind11's dialect.
pub(crate) const MULTIPLE_INHERITANCE: &str = "nb: a class has one base here, the one that is a field of its value: bind the \
    first, and the functions of the others on this class by closures, `.def(\"swim\", |d: &Duck| d.swimmer.swim())`";
/// Of a class in pybind11's dialect.
pub(crate) const METACLASS: &str = "nb: the metaclass of bound classes cannot be chosen: bind what it does as static functions and \
    properties, `.def_static(..)` and `.def_property_static(..)`";
/// Of a class in pybind11's dialect.
pub(crate) const CUSTOM_TYPE_SETUP: &str = "nb: write the slots as an annotation, `nb::type_slots(&SLOTS)`, which is unsafe as in C++; \
    for the collector, `nb_traverse!(T: field)` is safe";
/// Of a function in pybind11's dialect.
pub(crate) const PREPEND: &str = "nb: overloads are tried in the order in which they are bound: put this `.def(..)` before the others \
    (those of a `py::enum_` come before its own anyway)";
/// Of a class in pybind11's dialect.
pub(crate) const RELEASE_IN_DROP: &str = "nb: values end with the interpreter attached; let the destructor do so itself, \
    `fn drop(&mut self) { nb::gil_scoped_release::run(|| ..) }`";
/// Of a module in pybind11's dialect.
pub(crate) const MOD_GIL_NOT_USED: &str =
    "nb: modules need the interpreter's lock for now, and say so themselves: leave this out";
/// Of a module in pybind11's dialect.
pub(crate) const MULTIPLE_INTERPRETERS: &str =
    "nb: modules support one interpreter, as those of nanobind do, and say so themselves: leave this out";
/// Of an embedded interpreter in pybind11's dialect.
pub(crate) const EMBEDDING: &str = "nb: embedding an interpreter is no part of nb: start it with the crate pyo3-ffi or with PyO3, and import the \
    extension from there";
/// Of redirected streams in pybind11's dialect.
pub(crate) const IOSTREAM: &str = "nb: Rust's standard output cannot be redirected from within: let the function take what it writes to, or \
    write with `py::print`";
/// Of a class in pybind11's dialect.
pub(crate) const NOT_MODULE_LOCAL: &str = "nb: classes belong to the extension that binds them; what several extensions share is bound in one \
    crate that is a part of each, or in one extension that the others import. Leave this out";
/// Of an array in pybind11's dialect.
pub(crate) const ARRAY_OVER_POINTER: &str = "nb: nobody could check that memory behind a pointer is there for as long as the array. A vector's memory \
    moves into an array with `py::array_t<T>::from_vec(vector, [rows, columns])`; memory of a bound object is shown by \
    `nb::ndarray_ref<T>::from_cells(&self.cells, [rows, columns])` under `py::return_value_policy::reference_internal`; any other by \
    `nb::ndarray<nb::numpy, T>::builder(pointer)`, in unsafe code";
/// Of a structure in pybind11's dialect.
pub(crate) const NUMPY_DTYPE_STATEMENT: &str = "nb: what a structure is in arrays belongs to the type, and stands beside the module: \
    `PYBIND11_NUMPY_DTYPE!(S, a, b);`";
/// Of an enumeration in pybind11's dialect.
pub(crate) const STYLE_OF_NATIVE_ENUM: &str = "nb: py::enum_ has py::arithmetic() alone; flags and texts are Python's own: \
    `py::native_enum<Perm>(m, \"Perm\", \"enum.Flag\")`";
/// Of an enumeration in pybind11's dialect.
pub(crate) const NATIVE_ENUM_KIND: &str = "nb: expected one of Python's own classes as text: \"enum.Enum\", \"enum.IntEnum\", \"enum.Flag\", \
    \"enum.IntFlag\" or \"enum.StrEnum\"";

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Vec<(Span, Span, String)>);

impl Errors {
    /// Notes a mistake in `toks`, or in the whole call when there are none.
    pub(crate) fn push(&mut self, toks: &[TokenTree], message: impl Into<String>) {
        let last = toks.last().map_or_else(Span::call_site, TokenTree::span);
        self.0.push((place_of(toks), last, message.into()));
    }

    /// Whether nothing was wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One `compile_error!` per mistake.
    ///
    /// The compiler underlines from the first token's span to the last one's, so the two ends carry the two places.
    /// They carry them unchanged, unlike other generated code: a mark of expansion would add a note about our macro.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        let errors = self.0.iter().map(|(start, end, message)| {
            let mut text = Literal::string(message);
            text.set_span(*end);
            let body = quote_spanned!(*end=> { #text });
            quote_spanned!(*start=> ::core::compile_error! #body)
        });
        errors.collect()
    }
}
