//! A plain function, which the body of the module calls.

use crate::NbDomain;

fn is_style(name: &str) -> bool {
    ["solid", "dashed"].contains(&name)
}

/// The macros' spellings are not available here: these are the builder calls that they become.
pub fn bind(m: &nb::module_<NbDomain>) -> nb::Result<()> {
    m.def("is_style", is_style, (nb::arg("name"), "Whether there is a style of this name"));
    m.attr("DEFAULT_STYLE").set("solid")?;
    Ok(())
}
