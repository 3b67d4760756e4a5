//! The buffer protocol: pybind11's `py::buffer` and `py::buffer_info`.

mod exporter;
mod info;
mod memory;
mod shown;
mod view;

pub use exporter::buffer;
pub use info::buffer_info;
pub use memory::memoryview_of;
pub use shown::{BufferElement, BufferMemory};
pub(crate) use view::View;
