//! Arrays of NumPy's in signatures, as pybind11 writes them.

use crate::arrays::dtype::dtype_traits;
use crate::call::signature::SigText;

impl SigText<'_> {
    /// Appends the type of an array with such elements; of an argument, that of all that is converted to one.
    #[doc(hidden)]
    pub fn numpy_array<T: dtype_traits>(&mut self, result: bool) {
        let (before, after) = match self.shows_protocols && !result {
            true => ("typing.Annotated[numpy.typing.ArrayLike, ", "]"),
            false => ("numpy.typing.NDArray[", "]"),
        };
        self.text(before);
        match (T::FIELDS.is_empty(), self.is_for_stubs()) {
            (true, _) => {
                self.text("numpy.");
                self.text(T::NAME);
            }
            (false, false) => self.text(T::NAME),
            (false, true) => self.text("numpy.void"),
        }
        self.text(after);
    }
}
