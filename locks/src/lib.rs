//! Locks for values that Rust and Python share and both modify: what C++ holds as a `std::shared_ptr`.
//!
//! Python changes an object through any of the references to it. A value that Rust shares with it, as an `Arc`, changes
//! the same way only inside of a lock, and the locks of the standard library have two traps there:
//!
//! - A thread that waits for the lock keeps Python's interpreter meanwhile. If the thread that has the lock needs the
//!   interpreter before it can go on, both wait for ever.
//! - A function that has locked a value calls Python, which comes back with the same value. The thread waits for itself.
//!
//! With [`RwLock`] and [`Mutex`] of this crate, a thread that has to wait lets the interpreter go and has it back only when
//! the lock is free. A thread that would wait for itself panics, which Python sees as an exception; and a thread that
//! reads may read again. What is left is the rule of all locks: two threads that each have a lock and want the other's
//! wait for ever. So hold a guard no longer than the value is used, and take no second lock while there is one. A guard
//! without a name lives to the end of its statement.
//!
//! A panic does not make a lock unusable: there is no poison, and the guards come without a `Result`.
//!
//! ```
//! use nb_locks::RwLock;
//! use std::sync::Arc;
//!
//! trait Animal: Send + Sync {
//!     fn rename(&mut self, name: &str);
//!     fn speak(&self) -> String;
//! }
//! struct Dog(String);
//! impl Animal for Dog {
//!     fn rename(&mut self, name: &str) {
//!         self.0 = name.into();
//!     }
//!     fn speak(&self) -> String {
//!         format!("{} barks", self.0)
//!     }
//! }
//!
//! let dog = Arc::new(RwLock::new(Dog("Rex".into())));
//! let animal: Arc<RwLock<dyn Animal>> = dog.clone();
//! animal.write().rename("Lassie");
//! assert_eq!(dog.read().speak(), "Lassie barks");
//! ```
//!
//! This crate knows nothing about Python, so that a library can share its values this way without depending on it. The
//! crate `nb` tells [`waiting_hook`] how the interpreter is let go.

mod mutex;
mod raw;
mod rwlock;
mod thread;
mod waiting;

pub use mutex::{Mutex, MutexGuard};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
pub use waiting::waiting_hook;
