//! A call of a bound function, from the entry that Python knows to the Rust function and back.
//!
//! # From a statement to a call
//!
//! ```text
//! nb_module! body ──(macros/: rewriting pass)──> builder calls ──> Record (one per overload) ──> callable
//!                                                                                                   │
//! Python call ──> entry.rs: the function's own entry ──> its thunk (monomorphic) ─────────────────────┤
//!                   └─> dispatch.rs: arrange arguments, two passes ──> Record::invoke (the thunk) ────┘
//! ```
//!
//! 1. **Grammar.** `nb_module!`, `nb_class!`, `nb_fn!` and `nb_bind!` (`macros.rs`) hand their tokens to the function-like
//!    macros of `macros/`. Those only *rewrite*: `nb::class_<Dog>(m, "Dog")` becomes `m.class_::<Dog>("Dog", ())`, `"a"_a = 1`
//!    becomes `nb::arg("a").value(1)`, a closure whose result is a borrow of its argument goes through a function that expects such a
//!    closure (bind/closure_lifetimes.rs), everything else passes through as Rust with its own spans. Whatever the macro can say, the
//!    builder can say.
//!    What is C++ and chooses nothing in Rust (casts before a path) is left out; where the same words would mean something else they
//!    are refused.
//! 2. **Signatures** (call/callable_traits.rs). `Sig<S>` recovers the argument and result types of a function or closure and asks for nothing
//!    else; `Func<D, S, P, G>` then demands conversions in the domain `D`, under the return policy `P` and the call guard `G`.
//!    Were there one trait, a missing conversion would be reported as "this function cannot be bound". With two, the compiler
//!    names the argument's type and underlines the user's function.
//!    Under `reference_internal` a function has to have its type with two lifetimes besides, one for what bound objects lend and one
//!    for what ends with the call (`Param::Lent`, cast/reference_internal.rs); what its result refers to outlives the first.
//! 3. **Annotations** (bind/annotations/) are values whose *types* carry what can be checked: number of named arguments, `.none()`,
//!    keep_alive indices, policy, guard, place of `kw_only`. `bind/checks.rs` asserts over them and over the function's type in
//!    `const` blocks, which `cargo check` does not evaluate in generic functions. So the macros count names and `keep_alive` indices
//!    themselves, of closures by their tokens and of a path by a `const` item beside the binding. An annotation also names, as types, what of it goes to the getter and to the setter of a property.
//! 4. **Records** (call/record.rs) hold one overload: the thunk, argument names and defaults, texts. A callable has a chain of them.
//!    Adding an overload makes a new chain that shares the records of the old one, so a running call never sees its chain change.
//!
//! # Callables
//!
//! A bound function is a `builtin_function_or_method`, a method a `method_descriptor`, wherever that is possible: the specialising
//! interpreter calls these without a detour, and they pickle, compare and can be inspected as every builtin.
//!
//! CPython hands a C function its module, class or instance, and nothing that names the function. Therefore each binding has an
//! entry of its own, instantiated for the type of the Rust function, a few bytes long: it loads the addresses of a constant `Site`
//! and of the thunk, and jumps to a function shared by all. `enter_direct` runs the thunk at once when all arguments are given by
//! position, and never touches the record unless an argument does not fit at first sight. That is the only pass over a lone
//! function, and the beginning of the first pass over one with overloads, of which the dispatcher then tries the others. Functions
//! whose annotations change the call (`keep_alive`, `call_policy`, `kw_only`, `nb::args`) and calls with keywords go through
//! `enter_general`, which finds the record by the site's key (the type of the Rust function and the number of its annotated
//! arguments), mostly in a small array indexed by the site's address. The module or class owns the records (`Owner`); each callable
//! holds a reference to that owner, so it cannot outlive them. Overloads are added to the callable in place. Where arguments have
//! names, so has the receiver (`Dog.rename(self=dog, name="Rex")`): the descriptor's vectorcall is then one of ours, which moves it to
//! the front and goes on to CPython's (call/named_receiver.rs); the specialised calls of the interpreter never come by there.
//!
//! What a bound function adds to the size of an extension is its thunk, that entry, the 40 bytes of the site, and one call where it
//! is bound. The binding methods (bind/module.rs, class/builder.rs) therefore hand everything to functions that know no types
//! (bind/erased.rs): the address of the entry, which is asked for the rest (`entry::ask`), and the annotations as a trait object. Types of
//! parameters are codes (call/type_codes.rs), since a table of functions costs more than the code of the call.
//!
//! These are objects of ours (`nb_func`, `nb_method`) instead, with vectorcall, and with the same dispatcher behind them:
//!
//! | what | because |
//! |---|---|
//! | closures with captured state, or with a destructor | a static entry has no place for a value |
//! | the same Rust function bound a second time with as many annotated arguments | one key, one record |
//! | a default whose text may change later (not a number, text, bytes, bool or `None`, and no `.sig(..)`) | CPython wants the docstring beforehand; ours is rendered when asked for |
//! | functions in scopes that are not our modules or classes, `cpp_function`, callbacks | nobody there owns the records |
//! | `__init__`, `__setstate__`, the functions of properties | they are called by the class's vectorcall and by the property itself |
//! | all functions, while nanobind's stub generator imports the module, or `NB_STUBGEN` is set | a builtin cannot carry `__nb_signature__` |
//!
//! A docstring that names a type which is not bound yet is rendered again when that happens.
//!
//! Properties are instances of a subclass of `property` whose descriptor slots call a getter or setter of ours directly, and leave
//! everything else to `property`. Operators and protocols (`__add__`, `__len__`, `__eq__`, ..) are in the class's namespace as
//! methods, and in the type's slots as functions that call the native method directly. A slot is filled only if all that it stands
//! for is native to that class or missing; CPython replaces it whenever one of these attributes is assigned or deleted on the class
//! or a base, and gives Python subclasses its own, so that patches and overrides are seen.
//!
//! # A call, step by step
//!
//! For each overload, in order; pass 1 without implicit conversion, pass 2 with (a lone overload starts at pass 2):
//!
//! 1. call/arguments.rs: positional, keyword and default values in parameter order; `None` is refused where the parameter is not
//!    nullable. A call that gives every argument by position uses the caller's array as it is. Functions with `nb::args` or
//!    `nb::kwargs` get a new tuple and dict for each attempt, so that what one overload does to them no other sees.
//! 2. `Param::convert` for every argument. This may run Python code, see "What is borrowed, and who owns it". It looks at bound
//!    instances, but takes nothing and refers to nothing inside them.
//!    Where no stage has a destructor, `Param::read` does this instead: it leaves a failure in the context, where the thunk looks
//!    once after the last argument, and does nothing after one. With `opt-level = "s"` or `"z"` (`cfg(nb_small)`, nb/build.rs)
//!    readers are called, otherwise they are inlined.
//! 3. `Param::acquire` for every argument: borrow marks, claims of values that will move. No Python code runs from here to the
//!    body. A conflict raises; it is never "next overload". One is, as in nanobind: an object that two owners of one call would get (two
//!    `unique_ptr`s, or `Box`es). It warns, which may run any code, but then the attempt is over and lends nothing.
//! 4. `Param::lend` for every argument: references are made, values are moved out. Cannot fail.
//! 5. The call guard, the body, the guard's drop.
//! 6. `Ret::put` with the marks still held, since the result may borrow from the arguments. What asks for the next overload is a
//!    flag in the context, never a marked pointer inside a container.
//! 7. `Cx` is dropped: marks first, temporaries after.
//!
//! Steps 2 to 4 are three sweeps over all arguments rather than one, so that nothing an argument's converter runs can invalidate
//! what an earlier argument refers to, and so that a refused call has moved nothing.

pub(crate) mod again;
pub(crate) mod arguments;
pub(crate) mod attempt;
pub(crate) mod builtin;
pub(crate) mod builtin_index;
pub(crate) mod call_policies;
pub(crate) mod callable_traits;
pub(crate) mod capture;
pub(crate) mod class_call;
pub(crate) mod context;
pub(crate) mod default_text;
pub(crate) mod dispatch;
mod drained;
pub(crate) mod entry;
mod entry_slow;
pub(crate) mod function_attrs;
pub(crate) mod given;
mod lend;
pub(crate) mod mismatch;
pub(crate) mod named_receiver;
pub(crate) mod nb_func;
pub(crate) mod outcome;
pub(crate) mod parameters;
pub(crate) mod property;
mod pybind11_texts;
mod quickly;
pub(crate) mod record;
mod refuse;
pub(crate) mod refused;
pub(crate) mod signature;
pub(crate) mod text_signature;
pub(crate) mod type_codes;
