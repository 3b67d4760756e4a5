//! `Version` and `VersionReq`: a `str` that spells one.

use crate::call::mismatch::Reason;
use crate::cast::crates::values::values;
use crate::cast::traits::Param;
use crate::python::text;
use semver::{Version, VersionReq};

macro_rules! versions {
    ($($ty:ident)*) => {
        values! { $(
            $ty, "str" => "str",
            |src, flags, cx| {
                let text = <String as Param<()>>::convert(src, flags, cx)?;
                $ty::parse(&text).ok().or_else(|| cx.refuse(Reason::Spelling))
            },
            |stage| stage.clone(), |value, _| text::new_ptr(&value.to_string());
        )* }

    };
}

versions!(Version VersionReq);
