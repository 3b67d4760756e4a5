//! `py::dict("x"_a = 1)`, a dict of names.

use nb::{IntoObject, Result, dict};

/// Starts a dict whose keys are names; what `py::dict("x"_a = 1)` stands for in the macros.
#[doc(hidden)]
pub fn named_items() -> NamedItems {
    NamedItems(Ok(dict::new()))
}

/// The items so far, or the first error.
#[doc(hidden)]
pub struct NamedItems(Result<dict>);

impl NamedItems {
    /// Adds an item.
    pub fn item(self, name: &str, value: impl IntoObject) -> NamedItems {
        NamedItems(self.0.and_then(|made| made.set(name, value).map(|()| made)))
    }

    /// The dict.
    ///
    /// # Errors
    /// What the conversion of a value has raised.
    pub fn dict(self) -> Result<dict> {
        self.0
    }
}
