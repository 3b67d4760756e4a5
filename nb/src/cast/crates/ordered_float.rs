//! `OrderedFloat<T>`: a `float`, as `T` is; `NotNan<T>`: one that is not nan.

use crate::call::mismatch::Reason;
use crate::cast::crates::values::values;
use crate::cast::traits::{Param, Ret};
use crate::rv_policy::automatic;
use ordered_float::{NotNan, OrderedFloat};

macro_rules! floats {
    ($($ty:ident)*) => {
        values! { $(
            OrderedFloat<$ty>, "float" => "float",
            |src, flags, cx| <$ty as Param<()>>::convert(src, flags, cx).map(OrderedFloat), |stage| *stage,
            |value, cx| <$ty as Ret<(), automatic>>::put(value.into_inner(), cx);

            NotNan<$ty>, "float" => "float",
            |src, flags, cx| {
                let value = <$ty as Param<()>>::convert(src, flags, cx)?;
                NotNan::new(value).ok().or_else(|| cx.refuse(Reason::Range))
            },
            |stage| *stage,
            |value, cx| <$ty as Ret<(), automatic>>::put(value.into_inner(), cx);
        )* }
    };
}

floats!(f32 f64);
