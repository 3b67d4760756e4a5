//! Every text that a user of a bound module can read, in one place.
//!
//! Where nanobind has a text for the same situation, it is nanobind's to the byte (people compare them in tests);
//! the others name the function, the argument and what was expected.

/// A value was to become an instance of a class that the collector is clearing.
pub fn garbage_class(class: &str) -> String {
    format!("the class '{class}' is being collected as garbage: it gets no more instances")
}

/// Heading of a failed overload resolution (`fn-01`).
pub fn no_overload(name: &str) -> String {
    format!("{name}(): incompatible function arguments. The following argument types are supported:\n")
}

/// The result of a bound function has no Python counterpart.
pub fn bad_result(signature: &str) -> String {
    format!("Unable to convert function return value to a Python type! The signature was\n    {signature}")
}

/// `property` objects look different than in all versions known so far.
pub const PROPERTY_LAYOUT: &str = "nb: this Python lays `property` objects out in an unknown way";

/// CPython's words for a `__len__` below zero.
pub const NEGATIVE_LENGTH: &str = "__len__() should return >= 0";

/// CPython's words for a `__bool__` that gives something else.
pub fn not_a_bool(given: &str) -> String {
    format!("__bool__ should return bool, returned {given}")
}

/// A function was called whose module is gone.
pub const FUNCTION_LOST: &str = "this function belongs to a module that was unloaded";

/// An instance of a class was wanted from within `__init_subclass__`, while native code was making the class.
pub fn unfinished(class: &str) -> String {
    format!("{class}: the class is still being made by native code and cannot have instances yet")
}

/// A class was derived from one within `__init_subclass__`, while native code was making the latter.
pub fn unfinished_base(class: &str) -> String {
    format!("{class}: the class is still being made by native code and cannot be a base yet")
}

/// A class whose values count their references has `nb::pooled` too.
pub fn pooled_and_counted(name: &str) -> String {
    format!("nanobind: type '{name}': instance pooling is incompatible with intrusive reference counting!")
}

/// A class without any bound constructor was called.
pub fn no_constructor(class: &str) -> String {
    format!("{class}: no constructor defined!")
}

/// `Class.__new__()` without the class to make an instance of.
pub fn new_without_class(class: &str) -> String {
    format!("{class}.__new__(): not enough arguments: pass the class to make an instance of")
}

/// `Class.__new__(other)` where `other` is no subclass.
pub fn new_of_other(class: &str, given: &str) -> String {
    format!("{class}.__new__({given}): {given} is not a subtype of {class}")
}

/// A class has both `nb::new_` (or a `__new__`) and constructors that fill an instance.
pub fn mixed_construction(class: &str) -> String {
    format!(
        "{class}: bind all constructors with nb::new_, as `__new__`, or all with nb::init, as `__init__`: a call of the class runs only one of them"
    )
}

/// A class has `nb::new_` and a `__new__` that takes the class itself.
pub fn mixed_new(class: &str) -> String {
    format!(
        "{class}: bind all overloads of `__new__` with nb::new_, or all with def_static, where they take the class as their first argument"
    )
}

/// A factory without arguments comes after one that needs some.
pub fn nullary_new(class: &str) -> String {
    format!("nanobind: {class} must define its zero-argument __new__ before any other overloads")
}

/// Warning: a method was called on an object whose `__init__` has not run.
pub fn uninitialized(class: &str) -> String {
    format!("nanobind: attempted to access an uninitialized instance of type '{class}'!\n")
}

/// Warning: the value of the object was moved into native code.
pub fn relinquished(class: &str) -> String {
    format!("nanobind: attempted to access a relinquished instance of type '{class}'!\n")
}

/// Warning: one call was to move an object's value to two owners.
pub fn two_owners(class: &str) -> String {
    format!(
        "nanobind::detail::nb_relinquish_ownership(): could not transfer ownership of a Python instance of type '{class}' to C++. The resulting data structure would have multiple std::unique_ptrs, each thinking that they own the same instance, which is not allowed."
    )
}

/// Warning: `__init__` was called on an object that holds a value already.
pub fn initialized_twice(class: &str) -> String {
    format!("nanobind: attempted to initialize an already-initialized instance of type '{class}'!\n")
}

/// Warning: the type has a Python class in this interpreter already.
pub fn bound_twice(class: &str, known: &str) -> String {
    format!("nanobind: type '{class}' was already registered as '{known}'!\n")
}

/// The members of an enumeration can be exported, but something else has the name.
pub fn export_replaces(title: &str, name: &str, class: &str) -> String {
    format!("nb::enum_<{title}>: export_values() replaces '{name}', an object of type '{class}', in the scope")
}

/// A result without a member.
pub fn no_member(number: i128, title: &str) -> String {
    format!("{number} is not a valid {title}.")
}

/// Why a value was refused.
pub const NO_MEMBER: &str = "no member of the enumeration";

/// A member's name is taken.
pub fn duplicate_member(name: &str, class: &str) -> String {
    format!("refusing to add duplicate key \"{name}\" to enumeration \"{class}\"!")
}

/// A member of an enumeration with `is_str` that is no string.
pub fn needs_text(title: &str, name: &str) -> String {
    format!("enum_append(): StrEnum member \"{title}.{name}\" must be added with str_value() instead of value().")
}

/// A string for a member of an enumeration without `is_str`.
pub fn takes_no_text(title: &str, name: &str) -> String {
    format!(
        "enum_append(): str_value() can only be used on enumerations declared with nb::is_str() (member \"{title}.{name}\")."
    )
}

/// Two values of an enumeration have the same string.
pub fn text_twice(title: &str, name: &str, text: &str) -> String {
    format!("enum_append(): the text \"{text}\" of \"{title}.{name}\" stands for another value already")
}

/// `enum.Enum` makes something else.
pub fn no_enum(title: &str, class: &str) -> String {
    format!("nb::enum_: the module `enum` made an object of type '{class}' for the enumeration '{title}'")
}

/// The class has gone while its members were added.
pub fn lost_enum(title: &str) -> String {
    format!("nb::enum_: the enumeration '{title}' was changed or unbound by Python code while it was being made")
}

/// A base class was named that is not bound (yet).
pub fn unknown_base(class: &str, base: &str) -> String {
    format!("nanobind::detail::nb_type_new(\"{class}\"): base type \"{base}\" not known to nanobind!")
}

/// A derived class of which it is not known whether it implements the trait of its base's trampoline.
pub fn virtuals_unknown(class: &str, [rust, base, trampoline, virtuals]: [String; 4]) -> String {
    format!(
        "nb: the base `{base}` of class '{class}' has virtual functions (`{virtuals}`), and nothing says whether `{rust}` \
         implements them too. Write `nb::class_<{rust}, {base}>(..)`, or name the base like that in nb_class!, both of which \
         find out; in plain Rust add `nb::trampoline_of::<{trampoline}>()` if it does, \
         `nb::inherits_virtuals::<{trampoline}>()` if it does not"
    )
}

/// A trampoline whose class is bound without it, or not at all.
pub fn trampoline_not_named(module: &str, trampoline: &str, base: &str, bound: bool) -> String {
    let state = if bound { "is bound without it" } else { "is not bound" };
    format!(
        "nb_module!({module}): the trampoline `{trampoline}` is declared for `{base}`, which {state}, so that no Python class \
         could override anything; write `nb::class_<{base}, {trampoline}>(..)`"
    )
}

/// A field that can be assigned, and reads as a copy.
pub fn writes_into_a_copy(class: &str, name: &str, field: &str) -> String {
    format!(
        "nb: the field \"{name}\" of `{class}` is a `{field}`, of which Python gets a copy: what it changes in there would be lost. Bind it for \
         reading, `.def_ro(\"{name}\", ..)`, or say that it is copied, `.def_rw(\"{name}\", .., nb::rv_policy::copy)`; for changes give the class \
         methods that make them"
    )
}

/// The base class was given as a type and as an object.
pub fn two_bases(class: &str) -> String {
    format!("nanobind::detail::nb_type_new(\"{class}\"): multiple base types specified!")
}

/// The base class was given with type arguments alone.
pub fn unnamed_base(class: &str) -> String {
    format!(
        "nb::class_<T>(\"{class}\"): a base with type arguments does not say what type it has in Rust: name that as well, `nb::class_<T, Base>(m, \"{class}\", m.attr(\"Base\").item(..))`"
    )
}

/// The base class and what was given with type arguments differ.
pub fn other_generic_base(class: &str, base: &str) -> String {
    format!(
        "nb::class_<T, Base>(\"{class}\"): the object among the annotations is not the base '{base}' with type arguments"
    )
}

/// A conversion to a class that is not bound (yet).
pub fn unknown_target(target: &str) -> String {
    format!("nanobind::detail::implicitly_convertible(dst={target}): destination type unknown!")
}

/// Line on standard error: calling the class with the object raised.
pub fn failed_implicit_conversion(source: &str, target: &str) -> String {
    format!("nanobind: implicit conversion from type '{source}' to type '{target}' failed!\n")
}

/// A default value could not become a Python object.
pub fn bad_default(function: &str, argument: &str, ty: &str) -> String {
    format!(
        "{function}(): the default value of argument '{argument}' ({ty}) cannot be converted to a Python object: bind its type before this function"
    )
}

/// The argument of `nb::args` or `nb::kwargs` has a default value.
pub fn default_of_rest(function: &str) -> String {
    format!("{function}(): nb::args and nb::kwargs collect what a call passes and take no default value")
}

/// A keyword-only argument whose name is the empty text.
pub fn unnamed_keyword(function: &str) -> String {
    format!("{function}(): keyword-only arguments must have names, but one is called \"\"")
}

/// `nb::sig` does not show a function's signature.
pub fn bad_signature(function: &str, given: &str) -> String {
    format!(
        "{function}(): the text in nb::sig has to be decorators, one in each line, and then `def {function}(..) -> ..` without a colon at its end, not `{given}`"
    )
}

/// `nb::sig` does not show the header of a class.
pub fn bad_class_signature(class: &str, given: &str) -> String {
    format!(
        "{class}: the text in nb::sig has to be decorators, one in each line, and then `class {class}(..)` or `class {class}[..]` without a colon at its end, not `{given}`"
    )
}

/// A module attribute could not become a Python object.
pub fn unbound_value(ty: &str) -> String {
    format!("a value of type `{ty}` cannot be converted to a Python object: bind its type first")
}

/// A name is taken by something that is not a bound function.
pub fn name_taken(name: &str) -> String {
    format!("nb::detail::nb_func_new(\"{name}\"): cannot overload existing non-function object of the same name!")
}

/// Python does not let the scope have an attribute of that name.
pub fn name_refused(scope: &str, kind: &str, name: &str, why: &str) -> String {
    format!("{scope}: the {kind} \"{name}\" cannot be bound under this name, which Python keeps for itself ({why})")
}

/// One overload is static, the other is not.
pub fn mixed_static(name: &str) -> String {
    format!("nb::detail::nb_func_new(\"{name}\"): mismatched static/instance method flags in function overloads!")
}

/// A static is asked for while this thread copies its value, or that of another one.
pub fn static_in_use(name: &str, own: bool) -> String {
    let why = if own { "its value is being copied" } else { "the value of another static is being copied" };
    format!("the static '{name}' is locked, and this thread cannot wait for it: {why} on this very thread")
}

/// keep_alive on a nurse that offers no hook.
pub const KEEP_ALIVE: &str = "nanobind::detail::keep_alive(): could not create a weak reference! Likely, the 'nurse' argument you specified is not a weak-referenceable type!";

/// More keywords than one call may stage.
pub const TOO_MANY_KEYWORDS: &str = "nanobind::detail::nb_func_vectorcall(): too many (> 1024) keyword arguments.";

/// So many objects of a kind exist after Python has ended.
pub fn leaked(count: usize, kind: &str) -> String {
    format!("nanobind: leaked {count} {kind}!\n")
}

/// One of them each.
pub fn leaked_instance(address: usize, class: &str) -> String {
    format!(" - leaked instance {address:#x} of type \"{class}\"\n")
}

/// See [`leaked`].
pub fn leaked_type(name: &str) -> String {
    format!(" - leaked type \"{name}\"\n")
}

/// See [`leaked`].
pub fn leaked_function(name: &str) -> String {
    format!(" - leaked function \"{name}\"\n")
}

/// The end of a list that is too long.
pub const LEAKS_SKIPPED: &str = " - ... skipped remainder\n";

/// The end of the report.
pub const LEAK_HINT: &str = "nanobind: this is likely caused by a reference counting issue in the binding code.\nSee https://nanobind.readthedocs.io/en/latest/refleaks.html";

/// A class tried to derive from a final one.
pub fn is_final(class: &str) -> String {
    format!("The type '{class}' prohibits subclassing!")
}

/// A Python class with several bases of ours.
pub const TWO_BOUND_BASES: &str = "nanobind: multiple nanobind bases are not supported!";

/// A class made by our metaclass with no base of ours.
pub const NO_BOUND_BASE: &str = "nanobind: the 'nb_type' metaclass requires a nanobind base type!";

/// Two arguments of one call name the same storage, one of them for modification.
pub fn aliased(function: &str, a: &str, b: &str, class: &str) -> String {
    format!(
        "{function}(): {a} and {b} refer to the same {class} object, and the function modifies it: pass two different objects"
    )
}

/// The object is in use by a call further up the stack.
pub fn busy(function: &str, argument: &str, class: &str, modified: bool) -> String {
    let how = if modified { "being modified" } else { "being read" };
    format!("{function}(): {argument} (of class {class}) is {how} by a call that has not finished yet")
}

/// The object can be read only.
pub fn read_only(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) was obtained through a shared reference and cannot be modified"
    )
}

/// The object owns a value that native code has returned as read-only.
pub fn read_only_box(function: &str, argument: &str, class: &str) -> String {
    format!("{function}(): {argument} (of class {class}) was returned as read-only and cannot be modified")
}

/// Native code owns the value too.
pub fn shared(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) is shared with native code, or part of what is: it cannot be modified until native code has let go of it"
    )
}

/// The value cannot be moved into shared ownership, or out of it.
pub fn not_sharable(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) is a reference into another object: native code cannot share its value"
    )
}

/// A reference into an object outlived a modification of that object, or, if it can be written through, any other use.
pub fn stale(function: &str, argument: &str, class: &str, owner: &str, mutable: bool) -> String {
    let used = if mutable { "modified or used" } else { "modified" };
    format!(
        "{function}(): {argument} (of class {class}) is a reference into an object of class {owner} that was {used} after the reference was taken: fetch it again"
    )
}

/// The value of the object was moved away while the call was being prepared.
pub fn moved_during_call(function: &str, argument: &str, class: &str) -> String {
    format!("{function}(): {argument} (of class {class}) lost its value while the other arguments were converted")
}

/// The object's value belongs to another object and cannot be moved out.
pub fn not_owner(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) is a reference into another object: its value cannot be moved out"
    )
}

/// Exclusive access to a value that its intrusive count shares.
pub fn counted(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) is shared by its intrusive reference count, and can be neither modified through `&mut` nor moved out: take it as `&T` or `ref_<T>`, and keep what changes in a `Mutex` or an atomic"
    )
}

/// A `ref_` argument for a value without a count.
pub fn not_counted(function: &str, argument: &str, class: &str) -> String {
    format!(
        "{function}(): {argument} (of class {class}) cannot be held by a `ref_`: it is a part of another object, or its class lacks the annotation `nb::intrusive_ptr`"
    )
}

/// A `ref_` result of a class that does not count.
pub fn class_not_counted(class: &str) -> String {
    format!(
        "a `ref_` to class {class} cannot become a Python object: the class lacks the annotation `nb::intrusive_ptr`"
    )
}

/// A counted value that belongs to an object of another interpreter.
pub fn other_interpreter(class: &str) -> String {
    format!("the value belongs to an object of class {class} in another interpreter")
}

/// A by-value argument of a base class: the value is only a part of the derived one.
pub fn derived_value(function: &str, argument: &str, class: &str, wanted: &str) -> String {
    format!(
        "{function}(): {argument} is an object of class {class}: a {wanted} that is part of it cannot be moved out alone"
    )
}

/// An `Arc` of a base class: the value is only a part of the derived one.
pub fn derived_share(function: &str, argument: &str, class: &str, wanted: &str) -> String {
    format!(
        "{function}(): {argument} is an object of class {class}: a {wanted} that is part of it cannot be shared alone"
    )
}

/// A handle that native code keeps is used when the interpreter has gone or is about to.
pub const NO_INTERPRETER_FOR_VALUE: &str =
    "nb: a value in a Python object was asked for after the interpreter has ended";

/// Import: a part of the module registered nothing.
pub fn lost_part(module: &str, part: &str, expected: Option<usize>, found: &[String]) -> String {
    let expected = expected.map_or_else(|| "at least 1".to_string(), |n| n.to_string());
    let list = if found.is_empty() { "none".to_string() } else { found.join(", ") };
    format!(
        "{module}: part `{part}` should register {expected} item(s), but {} arrived ({list}): is the crate linked, and does it invoke nb_class!/nb_fn!?",
        found.len()
    )
}

/// A class that the module uses from a part was never bound.
pub fn base_cycle(module: &str, class: &str) -> String {
    format!("{module}: the base class of '{class}' is not bound by this module or one of its parts")
}

/// A handle was made on a thread that does not hold the interpreter.
pub const DETACHED: &str = "nb: Python objects can be used only while the thread is attached to the interpreter; leave gil_scoped_release first";

/// A stored Python callback is called when the interpreter has gone or is about to.
pub const NO_INTERPRETER: &str = "nb: a Python callback was called after the interpreter has ended";

/// The text of an error that holds a Python exception, on a thread that cannot ask the exception for its text.
pub const DETACHED_ERROR: &str = "<Python exception, thread detached>";

/// Something that holds a Python object is used in another interpreter than that of the object.
pub const OTHER_INTERPRETER: &str = "nb: a Python object was asked for by another interpreter than the one that it belongs to, or by a thread that cannot attach to that";

/// There is no memory for the tables of an interpreter.
pub const NO_MEMORY: &str = "nb: there is not enough memory";

/// A reference to a Python object is taken when the interpreter has gone or is about to.
pub const COUNT_AFTER_END: &str =
    "nb: a `ref_` to a value that belongs to Python was cloned after the interpreter has ended";

/// A chain of callbacks that has no end.
pub const TOO_DEEP: &str = "maximum recursion depth exceeded in a callback";

/// Text of a panic that became an exception.
pub fn panicked(message: &str, location: Option<&str>) -> String {
    match location {
        Some(location) => format!("{message} (Rust panic at {location})"),
        None => format!("{message} (Rust panic)"),
    }
}

/// ImportError when the module body ended with a Python exception.
pub const INIT_FAILED: &str = "Encountered an error while initializing the extension.";

/// Note of a failed call that has several overloads.
pub fn of_overload(place: usize, line: &str) -> String {
    format!("overload {place}: {line}")
}

/// What the setter of a property or field gets.
pub const THE_VALUE: &str = "the value";

/// Goes on with the place of a refused value: an element of a container.
pub fn of_element(index: u32) -> String {
    format!(", element {index}")
}

/// Note of a failed call: a value and why it was refused.
pub fn refused(place: &str, what: &str) -> String {
    format!("{place}: {what}")
}

/// Why a value was refused: a converter raised.
pub fn conversion_raised(exception: &str) -> String {
    format!("its conversion raised {exception}")
}

/// Why a value was refused: the class that it was to be converted to raised.
pub fn implicit_conversion_raised(exception: &str) -> String {
    format!("its implicit conversion raised {exception}")
}

/// Why a value was refused, an element of a container.
pub const WRONG_TYPE: &str = "wrong type";
/// Why a value was refused.
pub const OUT_OF_RANGE: &str = "out of range";
/// Why a value was refused.
pub const INEXACT: &str = "has no exact counterpart, and the argument accepts no conversion";
/// Why a value was refused.
pub const WRONG_LENGTH: &str = "wrong number of elements";
/// Why a value was refused.
pub const CHANGED: &str = "changed while it was converted";
/// Why a value was refused.
pub const NOT_A_CHARACTER: &str = "not a single character";
/// Why a value was refused.
pub const NULL_CHARACTER: &str = "contains a null character";
/// Why a value was refused.
pub const NO_VALUE: &str = "has no value: its __init__ has not run, or the value was moved away";
/// Why a value was refused.
pub const NONE_REFUSED: &str = "None is not accepted";

/// Note of a failed call: the body asked for the next overload.
pub const DECLINED: &str = "the function declined the call";

/// Note of a failed call.
pub const NO_KEYWORDS: &str = "keyword arguments are not accepted";

/// Note of a failed call.
pub fn too_many_arguments(accepted: usize, given: usize) -> String {
    format!("at most {accepted} positional argument{} accepted, {given} given", if accepted == 1 { "" } else { "s" })
}

/// Note of a failed call; `arguments` is a list of descriptions.
pub fn missing_arguments(arguments: &str) -> String {
    format!("missing: {arguments}")
}

/// Note of a failed call.
pub fn unknown_keyword(name: &str) -> String {
    format!("unexpected keyword argument '{name}'")
}

/// Note of a failed call.
pub fn given_twice(name: &str) -> String {
    format!("argument '{name}' is given by position and by keyword")
}

/// A low-level function asks for a class of ours.
pub fn not_a_bound_class(function: &str, given: &str) -> String {
    format!("nb::{function}(): expected a bound class, got an object of type '{given}'")
}

/// A low-level function asks for a class.
pub fn not_a_class(function: &str, given: &str) -> String {
    format!("nb::{function}(): expected a class, got an object of type '{given}'")
}

/// A low-level function asks for an instance of a class of ours.
pub fn not_a_bound_instance(function: &str, given: &str) -> String {
    format!("nb::{function}(): expected an instance of a bound class, got an object of type '{given}'")
}

/// A low-level function was used with another Rust type than the class is bound to.
pub fn holds_no(function: &str, class: &str, wanted: &str) -> String {
    format!("nb::{function}(): class '{class}' is not bound to the Rust type `{wanted}`")
}

/// A low-level function got a pointer that no value can have.
pub fn bad_pointer(function: &str, class: &str) -> String {
    format!("nb::{function}(): the pointer is null, or not aligned as a value of class {class} has to be")
}

/// The class has no such supplement.
pub fn no_supplement(class: &str, wanted: &str) -> String {
    format!("nb::type_supplement(): class {class} was not bound with nb::supplement<{wanted}>()")
}

/// How messages call the only object of a low-level function.
pub const THE_INSTANCE: &str = "the instance";
/// A class was given where its instance is wanted.
pub const CLASS_FOR_INSTANCE: &str =
    "nb::inst_dict(): the argument is a class; its namespace is that of `nb::type_dict`";
/// How messages call the object whose value is set.
pub const THE_TARGET: &str = "the target";
/// How messages call the object whose value is taken.
pub const THE_SOURCE: &str = "the source";
/// How messages call the object that contains a value.
pub const THE_OWNER: &str = "the owner";

/// A low-level function met an instance whose constructor or destructor runs.
pub fn under_construction(function: &str, class: &str) -> String {
    format!("nb::{function}(): the value of this instance of class {class} is being made or destroyed")
}

/// A low-level function needs a value.
pub fn without_value(function: &str, argument: &str, class: &str) -> String {
    format!("nb::{function}(): {argument} (of class {class}) has no value")
}

/// Two objects have to be of one class.
pub fn different_classes(function: &str, a: &str, b: &str) -> String {
    format!("nb::{function}(): the target is of class {a} and the source of class {b}: they have to be of one class")
}

/// A value was to be copied that cannot be.
pub fn not_clone(function: &str, class: &str) -> String {
    format!("nb::{function}(): a value of class {class} cannot be copied, since its Rust type is not `Clone`")
}

/// `nb::inst_destruct` of an instance that owns nothing any more.
pub fn destruct_relinquished(class: &str) -> String {
    format!("nb::inst_destruct(): the value of this instance of class {class} was moved away")
}

/// The class has the annotation `nb::never_destruct()`.
pub fn never_destructed(function: &str, class: &str) -> String {
    format!("nb::{function}(): class {class} was bound with nb::never_destruct()")
}

/// A constructor was bound in a class whose values are never destroyed.
pub fn constructor_of_never_destructed(class: &str) -> String {
    format!(
        "{class}: a class with nb::never_destruct() cannot have a constructor, since nobody would destroy its values"
    )
}

/// `nb::cast` with a policy that makes nothing of the value.
pub fn policy_gives_nothing(ty: &str, policy: &str) -> String {
    format!("nb::cast_policy(): the policy `{policy}` makes no Python object of this `{ty}`")
}

/// A name of a class that begins with `@` was set already.
pub fn fixed_attribute(name: &str) -> String {
    format!("internal nanobind attribute '{name}' cannot be reassigned or deleted.")
}

/// A virtual function without an override and without a native implementation was called (`cls-37`).
pub fn pure_virtual(class: &str, function: &str) -> String {
    format!("nanobind::detail::get_trampoline('{class}::{function}()'): tried to call a pure virtual function!")
}

/// An object whose class may override what native code would call through a `ref_` to the base.
pub fn calls_past_overrides(function: &str, argument: &str, rust: &str, virtuals: &str) -> String {
    format!(
        "{function}(): {argument} is of a derived class, whose functions native code would not call through `ref_<{rust}>`: \
         let the function take `Arc<{virtuals}>`"
    )
}

/// A property in a Python class where native code calls a function with arguments.
pub fn property_with_arguments(class: &str, function: &str) -> String {
    format!("{class}.{function} is a property, and native code calls a virtual function of that name with arguments")
}

/// A trait object was returned whose value is of a type without a class. What that type is called, nobody knows at run time.
pub fn unbound_implementation(virtual_type: &str, base: Option<&str>) -> String {
    let base = base.map(|base| format!(", derived from {base}")).unwrap_or_default();
    format!(
        "a value that was returned as `{virtual_type}` is of a Rust type that implements the trait, but is not bound as a class{base}"
    )
}

/// A reference to a trait object was returned whose value cannot be copied.
pub fn not_copyable(class: &str) -> String {
    format!(
        "{class}: the value cannot be copied: return it by reference (`rv_policy::reference_internal`) or in a `Box`"
    )
}

/// The value behind an object was asked for, and there is none.
pub fn no_value(class: &str) -> String {
    format!("this object of class {class} has no value: its __init__ has not run, or the value was moved away")
}

/// More entries in `nb::type_slots` than can be, in nanobind's words.
pub fn too_many_slots(class: &str) -> String {
    format!("nanobind::detail::nb_type_new(\"{class}\"): ran out of type slots!")
}

/// An entry in `nb::type_slots` without a function.
pub fn empty_slot(class: &str, slot: &str) -> String {
    format!("nb::type_slots: class {class}: {slot} has no function")
}

/// An entry in `nb::type_slots` that the library needs for itself.
pub fn refused_slot(class: &str, slot: &str, remedy: &str) -> String {
    format!("nb::type_slots: class {class} cannot have {slot}: {remedy}")
}

/// What to do instead of giving a slot that is refused.
pub fn slot_remedy(slot: &str) -> &'static str {
    match slot {
        "Py_tp_dealloc" | "Py_tp_finalize" | "Py_tp_del" => {
            "nb frees instances itself; what happens at the end of a value is its `Drop`"
        }
        "Py_tp_alloc" | "Py_tp_free" | "Py_tp_is_gc" => "nb allocates instances itself; see `nb::pooled`",
        "Py_tp_base" | "Py_tp_bases" => "name the bound base in `nb::class_<T, Base>`",
        "Py_tp_getattr" => "use Py_tp_getattro",
        "Py_tp_setattr" => "use Py_tp_setattro",
        _ => "a bound class has no such slot",
    }
}

/// Members that tell CPython about the layout of instances, and what to do instead.
pub fn special_member(name: &str) -> Option<&'static str> {
    match name {
        "__dictoffset__" => Some("use `nb::dynamic_attr()`"),
        "__weaklistoffset__" => Some("use `nb::is_weak_referenceable()`"),
        "__vectorcalloffset__" => Some("use Py_tp_call"),
        _ => None,
    }
}

/// A class with `nb_traverse!` whose slots do the same by hand.
pub fn two_traversals(class: &str) -> String {
    format!(
        "nb::type_slots: class {class} has nb_traverse! and shows its objects to the collector by that: leave Py_tp_traverse and Py_tp_clear out, or nb_traverse!"
    )
}

/// An exception class was to be made under a name that the scope has.
pub const EXCEPTION_NAME_TAKEN: &str = "nanobind::detail::exception_new(): an object of the same name already exists!";
