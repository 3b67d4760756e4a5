//! `HashMap` and `HashSet` of `hashbrown`, with any hasher: as those of the standard library.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::elements::Protocol;
use crate::cast::map::{dict_of, maps, pairs};
use crate::cast::member_by_value;
use crate::cast::set::sets;
use crate::cast::traits::{Param, Ret};
use crate::cast::vec::{all_of, elements};
use crate::ffi;
use crate::python::object::{StrongRef, object};
use hashbrown::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

maps! {
    [Eq, Hash] [S: BuildHasher + Default] HashMap<K, V, S>;
}

sets! {
    [Eq, Hash] [S: BuildHasher + Default] HashSet<A, S>;
}

member_by_value! {
    [K, V, S] HashMap<K, V, S>;
    [T, S] HashSet<T, S>;
}
