//! [`nb::device`](self): where the memory of an array is, as markers of [`ndarray`](struct@crate::ndarray).
//!
//! A marker is a constraint on arguments, checked in both passes: nothing is ever copied from one device to another. For an array that
//! is made here it says where its memory is.
//!
//! ```
//! assert_eq!(nb::device::cuda::value, 2);
//! ```

/// A marker of this module.
#[doc(hidden)]
pub trait DeviceTag: 'static {
    const VALUE: i32;
    /// `None` where there is no marker.
    const NAME: Option<&'static str>;
}

macro_rules! devices {
    ($($(#[$doc:meta])* $name:ident $value:literal $text:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {}

        #[allow(non_upper_case_globals)]
        impl $name {
            /// DLPack's number, which [`device_type`](crate::ndarray::device_type) gives.
            pub const value: i32 = $value;
        }

        impl DeviceTag for $name {
            const VALUE: i32 = $value;
            const NAME: Option<&'static str> = $text;
        }
    )* };
}

devices! {
    /// No constraint.
    none 0 Some("none");
    /// Memory of the process.
    cpu 1 Some("cpu");
    /// Memory of an NVIDIA GPU.
    cuda 2 Some("cuda");
    /// Memory of the process that CUDA has pinned.
    cuda_host 3 Some("cuda_host");
    /// OpenCL.
    opencl 4 Some("opencl");
    /// Vulkan.
    vulkan 7 Some("vulkan");
    /// Apple's Metal. Its addresses may be handles, see [`data_handle`](crate::ndarray::data_handle).
    metal 8 Some("metal");
    /// Memory of an AMD GPU.
    rocm 10 Some("rocm");
    /// Memory of the process that ROCm has pinned.
    rocm_host 11 Some("rocm_host");
    /// CUDA's managed memory, which the process can read too.
    cuda_managed 13 Some("cuda_managed");
    /// Intel's oneAPI.
    oneapi 14 Some("oneapi");
}

/// No marker.
#[doc(hidden)]
pub struct AnyDevice;

impl DeviceTag for AnyDevice {
    const VALUE: i32 = 0;
    const NAME: Option<&'static str> = None;
}

/// Whether native code can read memory of this device at its address.
pub(crate) fn is_host(kind: i32) -> bool {
    matches!(kind, cpu::value | cuda_host::value | rocm_host::value | cuda_managed::value)
}
