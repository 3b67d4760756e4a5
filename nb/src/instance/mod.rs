//! Instances of bound classes: where the value is, who may use it, and how it ends.
//!
//! # Instances
//!
//! Header of 24 bytes: CPython's 16, then one byte of flags, a 16-bit borrow mark, a 32-bit epoch. There is no offset field: an
//! inline value is at the header's end rounded up to the type's alignment, a constant of the type. All other kinds keep one
//! pointer there, to an `Ext` record; hence the payload area is at least a pointer long (a zero-sized Rust type gives 32 bytes,
//! like an empty C++ class). Where instances have no collector header, they come straight from the object allocator, and the
//! record lies behind the object in the same piece of memory.
//!
//! | storage | value | mark on | made by |
//! |---|---|---|---|
//! | Inline | in the object | itself | constructors, values, copies |
//! | Boxed | in a `Box` the object owns | itself | `Box<T>` results |
//! | Place | root object + offset | the root | `def_rw`/`def_ro` of a bound field |
//! | Derived | address + roots + their epochs | all roots | `reference_internal` results |
//! | Shared | in an `Arc` of which the object owns one count | itself; exclusive only while there is no other count | `Arc<T>` results, and objects that were passed as `Arc<T>` |
//! | Locked | in a lock in an `Arc` of which the object owns one count | the lock; the mark counts its users | `Arc<RwLock<T>>` and its kin |
//! | Element | root object + a way through containers | the root | fields that are containers of bound classes |
//! | Static | `&'static T` | nothing, read only | fields of statics, references that borrow from statics only |
//!
//! Life: uninitialised, constructing, relinquished, ready. Every access checks it. One more bit says that the destruct flag of
//! `inst_set_state` is not what the life says; a boxed value with it is somebody else's (`inst_reference`).
//!
//! **Shared and transferred values** (cast/arc.rs, cast/shared_ptr.rs, cast/unique_ptr.rs). An `Arc` cannot point into a Python object, so an object
//! that is passed as `Arc<T>` has its value moved into one, in place, while its arguments are converted and nobody has marked it;
//! places find the value at its new address, derived references end. Whether native code still has a share is asked of the `Arc`
//! itself (`Arc::get_mut`) whenever somebody wants to modify the value, so the object becomes writable again by itself.
//! `nb::shared_ptr<T>` shares the Python object instead of the value, and takes marks when it is used. `nb::unique_ptr<T>` takes the
//! value away but leaves it where it is, in the relinquished object, which it keeps alive; that object gets it back. A `Box<T>` that
//! is returned by the call that took it finds its object by the address that was noted in the emptied payload.
//!
//! # What is borrowed, and who owns it
//!
//! C code that calls a function owns neither the function nor what it passes, as a rule that nobody has written down: the `repr` of a
//! list holds none of its items, `json` none of the objects that it hands to `default`, the array operations of NumPy none of
//! theirs; a signal handler, a profile hook or a partial may be replaced while it runs, and `atexit` frees the tuple whose items it
//! passes. Code that runs in between (an `__index__`, a callback, a destructor) can take the last reference away. So the callee
//! owns what it uses, in four places:
//!
//! - A loan owns its object and its root until it ends (`Loans::push`, `let_go`). What a text or `bytes` argument refers to is held the
//!   same way (`Cx::hold`), without a mark, and so is the object of a wrapper that is taken by reference (`ByHold` in cast/reference.rs); so is the instance that a constructor fills.
//! - Before a conversion runs code that may be anybody's, the context owns the receiver and *all* arguments, and reads them
//!   from a copy of its own from then on (`Cx::own_arguments`), since the array may be gone as well. Converters say whether the one who calls them has to do that
//!   first (`Param::CALLS_OUT`, the default) or whether they do it when they need to: then a call whose arguments are exact numbers or texts
//!   pays nothing. What the context has owned outlives a failed attempt (`Given::own`; in a direct call `Cx::take_owned`).
//! - The dispatcher owns all arguments where it looks at them more than once: with keywords, defaults, or several overloads.
//! - Function objects, factories, and the owners of native functions are held while they run. The collector does not empty overloads that
//!   a call uses (`FuncData::enter`): what it has found unreachable may have been found by another thread since.
//!
//! The price, on 3.11: two to four instructions for each object that is lent.

pub(crate) mod again;
pub(crate) mod allocation;
pub(crate) mod borrow;
pub(crate) mod borrow_guard;
pub(crate) mod class_cell;
pub(crate) mod class_methods;
pub(crate) mod class_record;
pub(crate) mod dealloc;
pub(crate) mod ext;
pub(crate) mod gc;
pub(crate) mod header;
pub(crate) mod identity_map;
pub(crate) mod intrusive;
pub(crate) mod keep_alive;
pub(crate) mod lend_locked;
pub(crate) mod loans;
pub(crate) mod lock;
pub(crate) mod marks;
pub(crate) mod metatype;
pub(crate) mod new;
pub(crate) mod ownership;
pub(crate) mod path;
pub(crate) mod pickle;
pub(crate) mod pool;
pub(crate) mod static_property;
pub(crate) mod traverse;
pub(crate) mod virtuals;
