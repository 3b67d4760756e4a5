//! `SmallVec<[T; N]>`: a sequence, as `Vec<T>` is.

use crate::call::context::Cx;
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::sequences::sequences;
use crate::cast::traits::{Param, Ret};
use crate::cast::vec::{lend_all, put_list};
use crate::ffi;
use smallvec::SmallVec;

/// By the parameters that the macro knows.
type Small<T, const N: usize> = SmallVec<[T; N]>;

sequences! {
    [] Small<N>, false, |all| all.into();
    [] |value| value.into_iter();
}

member_by_value! { [T, const N: usize] SmallVec<[T; N]>; }
