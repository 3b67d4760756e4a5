//! What kind of Python object a returned array becomes: `nb::numpy`, `nb::pytorch` and the other frameworks.

use std::ffi::CStr;

/// The frameworks, by their numbers in nanobind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    None,
    Numpy,
    Pytorch,
    Tensorflow,
    Jax,
    Cupy,
    Memview,
    ArrayApi,
    Mlx,
}

/// A marker of a framework.
#[doc(hidden)]
pub trait FrameworkTag: 'static {
    #[allow(private_interfaces, reason = "no public item says more of it")]
    const VALUE: Framework;
}

macro_rules! frameworks {
    ($($(#[$doc:meta])* $name:ident $variant:ident $label:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name {}

            #[allow(non_upper_case_globals)]
            impl $name {
                /// nanobind's number for the framework.
                pub const value: i32 = Framework::$variant as i32;
            }

            #[allow(private_interfaces, reason = "see the trait")]
            impl FrameworkTag for $name {
                const VALUE: Framework = Framework::$variant;
            }
        )*

        impl Framework {
            /// The type in signatures.
            pub(crate) fn label(self) -> &'static str {
                match self {
                    $( Framework::$variant => $label, )*
                }
            }
        }
    };
}

frameworks! {
    /// A capsule with a DLPack tensor: the default.
    no_framework None "ndarray";
    /// `numpy.ndarray`.
    numpy Numpy "numpy.ndarray";
    /// `torch.Tensor`.
    pytorch Pytorch "torch.Tensor";
    /// TensorFlow's `EagerTensor`.
    tensorflow Tensorflow "tensorflow.python.framework.ops.EagerTensor";
    /// JAX's `Array`.
    jax Jax "jaxlib._jax.ArrayImpl";
    /// `cupy.ndarray`.
    cupy Cupy "cupy.ndarray";
    /// Python's own `memoryview`.
    memview Memview "memoryview";
    /// An object that has the buffer protocol, `__dlpack__` and `__dlpack_device__`, which all frameworks read.
    array_api ArrayApi "ArrayLike";
    /// Apple's `mlx.core.array`, always a copy.
    mlx Mlx "mlx.core.array";
}

impl Framework {
    /// Whether a returned array can be copied by a method of the framework.
    pub(crate) fn copies(self) -> bool {
        !matches!(self, Framework::None | Framework::Tensorflow | Framework::Memview | Framework::ArrayApi)
    }

    /// The module and the function that make its array, where one does.
    pub(crate) fn maker(self) -> Option<(&'static CStr, &'static CStr)> {
        Some(match self {
            Framework::Numpy => (c"numpy", c"asarray"),
            Framework::Pytorch => (c"torch.utils.dlpack", c"from_dlpack"),
            Framework::Tensorflow => (c"tensorflow.experimental.dlpack", c"from_dlpack"),
            Framework::Jax => (c"jax.dlpack", c"from_dlpack"),
            Framework::Cupy => (c"cupy", c"from_dlpack"),
            Framework::Mlx => (c"mlx.core", c"array"),
            Framework::None | Framework::Memview | Framework::ArrayApi => return None,
        })
    }
}

/// Beginnings of the module names by which the class of an array tells its framework.
pub(crate) const MODULES: &[(&str, Framework)] = &[
    ("numpy", Framework::Numpy),
    ("torch", Framework::Pytorch),
    ("tensorflow", Framework::Tensorflow),
    ("jaxlib", Framework::Jax),
    ("cupy", Framework::Cupy),
];
