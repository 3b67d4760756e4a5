//! `Either<L, R>`: a value of one of two types, as the variants of a `nb_type_hook!` are: first each type is tried without implicit
//! conversion, then with it, and the left one first.

use crate::call::context::{CONVERT, Cx};
use crate::call::signature::SigText;
use crate::cast::member_by_value;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use either::Either;

// SAFETY: delegates to the two types.
unsafe impl<D, A: Param<D>, B: Param<D>> Param<D> for Either<A, B> {
    type Item<'a> = Either<A::Item<'a>, B::Item<'a>>;
    type Lent<'object, 'call> = Either<A::Lent<'object, 'call>, B::Lent<'object, 'call>>;
    type Stage = Either<A::Stage, B::Stage>;
    const NULLABLE: bool = A::NULLABLE || B::NULLABLE;
    const BORROWS: bool = A::BORROWS || B::BORROWS;
    const LEND_CALLS_OUT: bool = A::LEND_CALLS_OUT || B::LEND_CALLS_OUT;

    fn describe(text: &mut SigText<'_>) {
        A::describe(text);
        text.text(" | ");
        B::describe(text);
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        let before = cx.spot();
        let mut attempt = |flags: u8| {
            // SAFETY: caller's contract; an exception that ends the call ends the search.
            let mut found = unsafe { A::convert(src, flags, cx) }.map(Either::Left);
            if found.is_none() && !cx.fatal {
                // SAFETY: caller's contract; a caller whose argument calls out owns it.
                found = unsafe { B::convert(src, flags, cx) }.map(Either::Right);
            }
            if found.is_some() {
                cx.forget_refusal(before);
            }
            (found, cx.fatal)
        };
        let (found, over) = attempt(flags & !CONVERT);
        if found.is_some() || over || flags & CONVERT == 0 { found } else { attempt(flags).0 }
    }

    fn acquire(stage: &mut Self::Stage, cx: &mut Cx<'_>) -> bool {
        match stage {
            Either::Left(stage) => A::acquire(stage, cx),
            Either::Right(stage) => B::acquire(stage, cx),
        }
    }

    unsafe fn lend<'a>(stage: &'a mut Self::Stage, cx: &Cx<'_>) -> Self::Item<'a> {
        // SAFETY: caller's contract.
        unsafe {
            match stage {
                Either::Left(stage) => Either::Left(A::lend(stage, cx)),
                Either::Right(stage) => Either::Right(B::lend(stage, cx)),
            }
        }
    }
}

// SAFETY: delegates to the two types.
unsafe impl<D, P, A: Ret<D, P>, B: Ret<D, P>> Ret<D, P> for Either<A, B> {
    const DECLINES: bool = A::DECLINES || B::DECLINES;
    const COPIES: bool = A::COPIES || B::COPIES;
    const REFUSED: Option<&'static str> = match A::REFUSED {
        Some(why) => Some(why),
        None => B::REFUSED,
    };

    fn describe(text: &mut SigText<'_>) {
        A::describe(text);
        text.text(" | ");
        B::describe(text);
    }

    unsafe fn put(value: Self, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        // SAFETY: caller's contract.
        unsafe {
            match value {
                Either::Left(value) => A::put(value, cx),
                Either::Right(value) => B::put(value, cx),
            }
        }
    }
}

member_by_value! { [A, B] Either<A, B>; }
