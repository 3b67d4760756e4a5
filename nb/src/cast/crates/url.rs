//! `Url`: a `str` that is one. What Python gets is in the form that the crate writes, as in `https://example.com/`.

use crate::call::mismatch::Reason;
use crate::cast::crates::values::values;
use crate::cast::traits::Param;
use crate::python::text;
use url::Url;

values! {
    Url, "str" => "str",
    |src, flags, cx| {
        let text = <String as Param<()>>::convert(src, flags, cx)?;
        Url::parse(&text).ok().or_else(|| cx.refuse(Reason::Spelling))
    },
    |stage| stage.clone(), |value, _| text::new_ptr(value.as_str());
}
