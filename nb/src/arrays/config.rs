//! The list of markers in `nb::ndarray<(f32, nb::ndim<2>, nb::c_contig)>`: one tuple, in any order, each kind at most once.
//!
//! Each marker fills one place of [`Set`], for which it is implemented only where that place is still empty; so what contradicts itself
//! does not compile.

use crate::arrays::constraints::Constraints;
use crate::arrays::device::{self, DeviceTag};
use crate::arrays::dlpack::dtype as Dtype;
use crate::arrays::dtype::{NamesScalar, bool8, dtype_traits};
use crate::arrays::frameworks::{FrameworkTag, no_framework};
use crate::arrays::shapes::{AnyShape, ShapeSpec, ndim, shape};
use crate::util::arity::for_each_arity;
use std::ffi::c_void;
use std::marker::PhantomData;

/// Read-only arrays are accepted too, and native code cannot write to them: nanobind's `nb::ro`, for arrays of any scalar type. With a
/// scalar, [`Const`] says the same.
#[derive(Clone, Copy, Debug)]
pub struct ro {}

/// A scalar type whose elements are not written to: `const float` in C++, and inside nb's macros.
///
/// ```
/// fn total(a: nb::ndarray<(nb::Const<f64>, nb::ndim<1>)>) -> f64 {
///     a.view().iter().sum()
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Const<T>(PhantomData<T>);

/// An order of the elements.
#[doc(hidden)]
pub trait OrderSpec: Copy + 'static {
    /// `b'C'`, `b'F'`, `b'A'` or 0 for any.
    const VALUE: u8;
}

macro_rules! orders {
    ($($(#[$doc:meta])* $name:ident $value:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {}

        #[allow(non_upper_case_globals)]
        impl $name {
            /// The letter by which NumPy calls the order.
            pub const value: char = $value as char;
        }

        impl OrderSpec for $name {
            const VALUE: u8 = $value;
        }
    )* };
}

orders! {
    /// The last index varies fastest, and there are no gaps. Other arrays are copied in the second pass.
    c_contig b'C';
    /// The first index varies fastest, and there are no gaps. Other arrays are copied in the second pass.
    f_contig b'F';
    /// One of the two orders, without gaps.
    any_contig b'A';
}

/// Any order.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Strided;

impl OrderSpec for Strided {
    const VALUE: u8 = 0;
}

/// No scalar type.
#[doc(hidden)]
pub struct Untyped;

/// The scalar type of a list of markers, if it has one.
#[doc(hidden)]
pub trait ScalarSpec: 'static {
    const DTYPE: Dtype;
    const NAME: Option<&'static str>;
    const ALIGN: usize;
    /// What a pointer to an element points to.
    type Target;
}

impl ScalarSpec for Untyped {
    type Target = c_void;
    const DTYPE: Dtype = Dtype::ANY;
    const NAME: Option<&'static str> = None;
    const ALIGN: usize = 1;
}

/// A scalar type.
#[doc(hidden)]
pub struct Typed<T>(PhantomData<T>);

impl<T: dtype_traits> ScalarSpec for Typed<T> {
    type Target = T;
    const DTYPE: Dtype = {
        assert!(T::VALUE.pitch() == size_of::<T>(), "the size of a scalar is not that of its `dtype_traits::VALUE`");
        T::VALUE
    };
    const NAME: Option<&'static str> = Some(T::NAME);
    const ALIGN: usize = align_of::<T>();
}

/// A list of markers that names a scalar type.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the scalar type of this array is not known to the compiler",
    note = "add one to the type of the array, as in `nb::ndarray<(f32, nb::ndim<2>)>`, or ask at run time: `a.view_as::<(f32, nb::ndim<2>)>()?`"
)]
pub trait HasScalar: ScalarSpec<Target = Self::T> {
    type T: dtype_traits;
}

impl<T: dtype_traits> HasScalar for Typed<T> {
    type T = T;
}

/// Whether elements can be written to.
#[doc(hidden)]
pub trait AccessSpec: 'static {
    const READ_ONLY: bool;
}

/// Elements can be written to.
#[doc(hidden)]
pub struct Writable;

/// They cannot.
#[doc(hidden)]
pub struct ReadOnly;

/// They cannot, says a [`Const`]; [`ro`] may say so besides.
#[doc(hidden)]
pub struct OfConst;

impl<Default> Or<Default> for OfConst {
    type Value = ReadOnly;
}

impl AccessSpec for Writable {
    const READ_ONLY: bool = false;
}
impl AccessSpec for ReadOnly {
    const READ_ONLY: bool = true;
}

/// What a list of markers has said so far: scalar, access, shape, order, device, framework. `()` says nothing yet.
#[doc(hidden)]
pub struct Set<S, A, H, O, D, F>(PhantomData<(S, A, H, O, D, F)>);

type Nothing = Set<(), (), (), (), (), ()>;

/// A marker that can be added to what others have said.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to this list of markers of `nb::ndarray`",
    label = "a marker of the same kind is there already, or this is none",
    note = "a scalar type, `nb::ro`, a shape, an order, a device and a framework: each at most once",
    note = "scalars are `f32`, `u8`, `bool` and their kin; `half::f16` and `num_complex::Complex` need the features `half` and `num-complex`; a type of your own implements `nb::dtype_traits`"
)]
pub trait Adds<To> {
    type Sum;
}

#[diagnostic::do_not_recommend]
impl<T: dtype_traits, A, H, O, D, F> Adds<Set<(), A, H, O, D, F>> for T {
    type Sum = Set<Typed<T>, A, H, O, D, F>;
}
impl<A, H, O, D, F> Adds<Set<(), A, H, O, D, F>> for bool {
    type Sum = Set<Typed<bool8>, A, H, O, D, F>;
}
impl<T: NamesScalar, H, O, D, F> Adds<Set<(), (), H, O, D, F>> for Const<T> {
    type Sum = Set<Typed<T::Scalar>, OfConst, H, O, D, F>;
}
impl<T: NamesScalar, H, O, D, F> Adds<Set<(), ReadOnly, H, O, D, F>> for Const<T> {
    type Sum = Set<Typed<T::Scalar>, ReadOnly, H, O, D, F>;
}
impl<S, H, O, D, F> Adds<Set<S, (), H, O, D, F>> for ro {
    type Sum = Set<S, ReadOnly, H, O, D, F>;
}
impl<S, H, O, D, F> Adds<Set<S, OfConst, H, O, D, F>> for ro {
    type Sum = Set<S, ReadOnly, H, O, D, F>;
}
impl<S, A, O, D, F, const N: usize> Adds<Set<S, A, (), O, D, F>> for ndim<N> {
    type Sum = Set<S, A, ndim<N>, O, D, F>;
}
impl<S, A, O, D, F, Dims> Adds<Set<S, A, (), O, D, F>> for shape<Dims> {
    type Sum = Set<S, A, shape<Dims>, O, D, F>;
}

macro_rules! add_orders {
    ($($order:ident)*) => { $(
        impl<S, A, H, D, F> Adds<Set<S, A, H, (), D, F>> for $order {
            type Sum = Set<S, A, H, $order, D, F>;
        }
    )* };
}
add_orders!(c_contig f_contig any_contig);

macro_rules! add_devices {
    ($($device:ident)*) => { $(
        impl<S, A, H, O, F> Adds<Set<S, A, H, O, (), F>> for device::$device {
            type Sum = Set<S, A, H, O, device::$device, F>;
        }
    )* };
}
add_devices!(none cpu cuda cuda_host opencl vulkan metal rocm rocm_host cuda_managed oneapi);

macro_rules! add_frameworks {
    ($($framework:ident)*) => { $(
        impl<S, A, H, O, D> Adds<Set<S, A, H, O, D, ()>> for crate::arrays::frameworks::$framework {
            type Sum = Set<S, A, H, O, D, crate::arrays::frameworks::$framework>;
        }
    )* };
}
add_frameworks!(no_framework numpy pytorch tensorflow jax cupy memview array_api mlx);

/// A place that was left empty has its default.
#[doc(hidden)]
pub trait Or<Default> {
    type Value;
}

impl<Default> Or<Default> for () {
    type Value = Default;
}
macro_rules! or {
    ($([$($generics:tt)*] $ty:ty;)*) => { $( impl<Default, $($generics)*> Or<Default> for $ty { type Value = $ty; } )* };
}
or! {
    [T] Typed<T>; [] ReadOnly; [const N: usize] ndim<N>; [Dims] shape<Dims>;
    [] c_contig; [] f_contig; [] any_contig;
    [] device::none; [] device::cpu; [] device::cuda; [] device::cuda_host; [] device::opencl; [] device::vulkan; [] device::metal;
    [] device::rocm; [] device::rocm_host; [] device::cuda_managed; [] device::oneapi;
    [] no_framework; [] crate::arrays::frameworks::numpy; [] crate::arrays::frameworks::pytorch;
    [] crate::arrays::frameworks::tensorflow; [] crate::arrays::frameworks::jax; [] crate::arrays::frameworks::cupy;
    [] crate::arrays::frameworks::memview; [] crate::arrays::frameworks::array_api; [] crate::arrays::frameworks::mlx;
}

/// A list of markers, `()` or a tuple: the parameter of [`ndarray`](struct@crate::ndarray).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of markers of `nb::ndarray`",
    note = "the markers are a tuple outside of nb's macros: `nb::ndarray<(f32, nb::ndim<2>)>`, `nb::ndarray<(f32,)>`, `nb::ndarray<()>`"
)]
pub trait Markers: sealed::Sealed + 'static {
    /// The scalar type, nanobind's `Scalar`.
    #[doc(hidden)]
    type Scalar: ScalarSpec;
    #[doc(hidden)]
    type Access: AccessSpec;
    #[doc(hidden)]
    type Shape: ShapeSpec;
    #[doc(hidden)]
    type Order: OrderSpec;
    #[doc(hidden)]
    type Device: DeviceTag;
    #[doc(hidden)]
    type Framework: FrameworkTag;
    #[doc(hidden)]
    const CONSTRAINTS: Constraints = Constraints {
        dtype: Self::Scalar::DTYPE,
        scalar: Self::Scalar::NAME,
        align: Self::Scalar::ALIGN,
        ndim: Self::Shape::NDIM,
        extents: Self::Shape::EXTENTS,
        order: Self::Order::VALUE,
        device: Self::Device::VALUE,
        device_name: Self::Device::NAME,
        read_only: Self::Access::READ_ONLY,
        shows_access: true,
        framework: Self::Framework::VALUE,
    };
}

/// Lists of markers say the truth about themselves, which unsafe code counts on.
mod sealed {
    pub trait Sealed {}
}

/// The sum of a list.
#[doc(hidden)]
pub trait Total {
    type Scalar: ScalarSpec;
    type Access: AccessSpec;
    type Shape: ShapeSpec;
    type Order: OrderSpec;
    type Device: DeviceTag;
    type Framework: FrameworkTag;
}

impl<S, A, H, O, D, F> Total for Set<S, A, H, O, D, F>
where
    S: Or<Untyped, Value: ScalarSpec>,
    A: Or<Writable, Value: AccessSpec>,
    H: Or<AnyShape, Value: ShapeSpec>,
    O: Or<Strided, Value: OrderSpec>,
    D: Or<device::AnyDevice, Value: DeviceTag>,
    F: Or<no_framework, Value: FrameworkTag>,
{
    type Scalar = S::Value;
    type Access = A::Value;
    type Shape = H::Value;
    type Order = O::Value;
    type Device = D::Value;
    type Framework = F::Value;
}

/// The sum of the tuple `Self` and what there was before.
#[doc(hidden)]
pub trait Sums<Before> {
    type Total;
}

impl<Before> Sums<Before> for () {
    type Total = Before;
}

macro_rules! lists {
    ([$first:ident $($rest:ident)*]) => {
        impl<Before, $first: Adds<Before>, $($rest),*> Sums<Before> for ($first, $($rest,)*)
        where
            ($($rest,)*): Sums<$first::Sum>,
        {
            type Total = <($($rest,)*) as Sums<$first::Sum>>::Total;
        }
    };
}
lists!([A1]);
lists!([A1 A2]);
lists!([A1 A2 A3]);
lists!([A1 A2 A3 A4]);
lists!([A1 A2 A3 A4 A5]);
lists!([A1 A2 A3 A4 A5 A6]);

macro_rules! markers {
    ($count:tt: $($P:ident $name:ident $index:tt),*) => {
        impl<$($P: 'static),*> sealed::Sealed for ($($P,)*) {}
        impl<$($P: 'static),*> Markers for ($($P,)*)
        where
            ($($P,)*): Sums<Nothing>,
            <($($P,)*) as Sums<Nothing>>::Total: Total,
        {
            type Scalar = <<($($P,)*) as Sums<Nothing>>::Total as Total>::Scalar;
            type Access = <<($($P,)*) as Sums<Nothing>>::Total as Total>::Access;
            type Shape = <<($($P,)*) as Sums<Nothing>>::Total as Total>::Shape;
            type Order = <<($($P,)*) as Sums<Nothing>>::Total as Total>::Order;
            type Device = <<($($P,)*) as Sums<Nothing>>::Total as Total>::Device;
            type Framework = <<($($P,)*) as Sums<Nothing>>::Total as Total>::Framework;
        }
    };
}

for_each_arity!(markers, 0..=6);
