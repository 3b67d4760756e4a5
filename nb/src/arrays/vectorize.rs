//! [`vectorize`]: a function of numbers becomes a function of arrays.

use crate::arrays::claims::{Claim, Use};
use crate::arrays::constraints::Constraints;
use crate::arrays::crossing::restored;
use crate::arrays::descriptor::{Descriptor, Dims, Memory, Owner, strides_of};
use crate::arrays::device;
use crate::arrays::dlpack::Device;
use crate::arrays::dtype::{Element, dtype_traits};
use crate::arrays::export::export;
use crate::arrays::import::import;
use crate::arrays::import::numpy_making::{NumpyType, numpy_from_any};
use crate::arrays::making::malformed;
use crate::call::context::{CONVERT, Cx};
use crate::call::signature::SigText;
use crate::cast::traits::{Param, Ret};
use crate::ffi;
use crate::python::attributes;
use crate::python::error::{Error, Result, value_error};
use crate::python::object::object;
use crate::python::{messages, text};
use crate::rv_policy::{Policy, PolicyKind};
use crate::util::arity::for_each_arity;
use smallvec::SmallVec;
use std::marker::PhantomData;
use std::sync::Arc;

/// An argument of a function that [`vectorize`] has made: an array of such numbers, or what NumPy makes one of.
pub struct vectorized_arg<T>(Arc<Descriptor>, PhantomData<T>);

/// The result of a function that [`vectorize`] has made: an array, or one number if all arguments were numbers.
pub struct vectorized<R>(Vec<R>, Dims);

struct Wanted<T>(PhantomData<T>);

impl<T: dtype_traits> Wanted<T> {
    /// Signatures say that lists and numbers will do as well.
    const ANY: Constraints = Constraints::of::<T>(-1, None, 0, true).without_access().in_place::<T>().like_an_array();
}

// SAFETY: the stage owns what it refers to.
unsafe impl<D, T: dtype_traits> Param<D> for vectorized_arg<T> {
    type Item<'a> = vectorized_arg<T>;
    type Lent<'object, 'call> = vectorized_arg<T>;
    type Stage = Option<vectorized_arg<T>>;
    const BORROWS: bool = false;
    const CALLS_OUT: bool = false;
    const LEND_CALLS_OUT: bool = false;

    fn describe(text: &mut SigText<'_>) {
        match text.pybind11 {
            true => text.numpy_array::<T>(false),
            false => Wanted::<T>::ANY.describe(text),
        }
    }

    unsafe fn convert(src: *mut ffi::PyObject, flags: u8, cx: &mut Cx<'_>) -> Option<Self::Stage> {
        // SAFETY: caller's contract; what is made here is owned.
        unsafe {
            let wanted = const { &Wanted::<T>::ANY };
            let stage = |found| Some(vectorized_arg(found, PhantomData));
            if let Some(found) = import(src, flags, wanted, cx) {
                return Some(stage(found));
            }
            if flags & CONVERT == 0 || cx.fatal || src == ffi::Py_None() || ffi::PyUnicode_Check(src) != 0 {
                return None;
            }
            // Numbers, lists, and whatever else NumPy knows.
            cx.own_arguments();
            let made = as_array::<T>(&object::borrow(src));
            match made {
                Ok(made) => import(made.as_ptr(), 0, wanted, cx).map(stage),
                Err(error) => {
                    error.restore();
                    cx.mismatch_raised();
                    None
                }
            }
        }
    }

    unsafe fn lend<'a>(stage: &'a mut Self::Stage, _cx: &Cx<'_>) -> vectorized_arg<T> {
        stage.take().expect("an argument is lent once")
    }
}

/// `numpy.asarray(value).astype(dtype)`, with an error for what has no numbers.
fn as_array<T: dtype_traits>(value: &object) -> Result<object> {
    /// No class that is derived from NumPy's, and whatever gets lost.
    const ENSUREARRAY_AND_FORCECAST: i32 = 0x50;
    if let Some(made) = numpy_from_any(value, &NumpyType::Scalar(T::VALUE), ENSUREARRAY_AND_FORCECAST) {
        return made;
    }
    let numpy = attributes::import("numpy")?;
    // SAFETY: attached; live objects, and owned temporaries.
    unsafe {
        let make = object::steal(ffi::PyObject_GetAttrString(numpy.as_ptr(), c"asarray".as_ptr()))?;
        let dtype = text::new(T::NAME)?;
        let args = [value.as_ptr(), dtype.as_ptr()];
        object::steal(ffi::PyObject_Vectorcall(make.as_ptr(), args.as_ptr(), 2, std::ptr::null_mut()))
    }
}

// SAFETY: a new object that owns its elements.
unsafe impl<D, P: Policy, R: Element + Ret<D, P>> Ret<D, P> for vectorized<R> {
    fn describe(text: &mut SigText<'_>) {
        text.text("object");
    }

    unsafe fn put(value: vectorized<R>, cx: &mut Cx<'_>) -> *mut ffi::PyObject {
        let vectorized(mut all, shape) = value;
        // SAFETY: caller's contract.
        unsafe {
            if shape.is_empty()
                && let Some(one) = all.pop()
            {
                return R::put(one, cx);
            }
            let strides = strides_of(&shape, b'C');
            let cpu = Device { kind: device::cpu::value, id: 0 };
            let place = (all.as_mut_ptr().cast(), 0);
            let owner = Owner::Memory(Memory::of(all));
            let made = Descriptor::new(place, cpu, R::DTYPE, false, &shape, Some(&strides), owner).map_err(malformed);
            let wanted = const { &Constraints::of::<R>(-1, None, 0, false) };
            restored(made.and_then(|made| {
                export(Some(Arc::new(made)), wanted, PolicyKind::Automatic, std::ptr::null_mut(), cx.state())
            }))
        }
    }
}

/// A function of numbers that [`vectorize`] takes, with as many arguments as `Args` says.
pub trait Vectorize<Args> {
    /// The function of arrays.
    type Function;

    #[doc(hidden)]
    fn vectorized(self) -> Self::Function;
}

/// Makes a function of arrays from a function of numbers: pybind11's `py::vectorize`, which nanobind has left out.
///
/// Arguments are arrays, or what NumPy makes one of; they are broadcast as NumPy does. The result is a new array of the common shape, or one number where
/// all arguments were numbers. The function is called once for each element, in no particular order.
///
/// ```
/// use nb::prelude::*;
///
/// nb_module!(waves, m, {
///     // wave([0, 1, 2], 0.5)
///     m.def("wave", nb::vectorize(|x: f64, phase: f64| (x + phase).sin()), "x"_a, "phase"_a = 0.0);
/// });
/// ```
///
/// # Errors
/// The function of arrays gives a `ValueError` for shapes that cannot be broadcast together.
pub fn vectorize<Args, F: Vectorize<Args>>(function: F) -> F::Function {
    function.vectorized()
}

/// One argument while its elements are gone through.
#[derive(Clone, Copy)]
struct Walk<T> {
    at: *const T,
}

/// The common shape of the arguments.
fn broadcast(all: &[&Descriptor]) -> Result<Dims> {
    let ndim = all.iter().map(|array| array.ndim()).max().unwrap_or(0);
    let mut shape = Dims::from_elem(1, ndim);
    for array in all {
        let skip = ndim - array.ndim();
        for (axis, &size) in array.shape().iter().enumerate() {
            let to = &mut shape[skip + axis];
            if *to == 1 {
                *to = size;
            } else if size != 1 && size != *to {
                let shapes: Vec<&[i64]> = all.iter().map(|array| array.shape()).collect();
                return Err(value_error(messages::array_broadcast(&shapes)));
            }
        }
    }
    Ok(shape)
}

/// The strides of an array along the axes of the common shape.
fn spread(array: &Descriptor, shape: &[i64]) -> Dims {
    let skip = shape.len() - array.ndim();
    let along =
        |axis: usize| if axis < skip || array.shape()[axis - skip] == 1 { 0 } else { array.strides()[axis - skip] };
    (0..shape.len()).map(along).collect()
}

/// How many elements a shape has, if there can be so many.
fn count(shape: &[i64]) -> Result<usize> {
    let product = shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size as usize));
    product.ok_or_else(|| value_error(messages::ARRAY_TOO_LARGE))
}

/// Calls `row` for each row of the last axis, with the places of the arguments there; all indices before it are gone through.
fn rows<const N: usize>(shape: &[i64], strides: &[Dims; N], mut row: impl FnMut(&[i64; N])) {
    let outer = shape.len().saturating_sub(1);
    let mut index: SmallVec<[i64; 8]> = SmallVec::from_elem(0, outer);
    let mut places = [0i64; N];
    loop {
        row(&places);
        let mut axis = outer;
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            index[axis] += 1;
            for n in 0..N {
                places[n] += strides[n][axis];
            }
            if index[axis] < shape[axis] {
                break;
            }
            for n in 0..N {
                places[n] -= strides[n][axis] * shape[axis];
            }
            index[axis] = 0;
        }
    }
}

macro_rules! functions {
    ($count:tt: $($P:ident $argument:ident $index:tt),*) => {
        impl<Func, R, $($P),*> Vectorize<($($P,)*)> for Func
        where
            Func: Fn($($P),*) -> R + Send + Sync + 'static,
            R: Element,
            $($P: dtype_traits,)*
        {
            type Function = Box<dyn Fn($(vectorized_arg<$P>),*) -> Result<vectorized<R>> + Send + Sync>;

            fn vectorized(self) -> Self::Function {
                Box::new(move |$($argument: vectorized_arg<$P>),*| {
                    let shape = broadcast(&[$(&$argument.0),*])?;
                    let total = count(&shape)?;
                    let mut out: Vec<R> = Vec::new();
                    out.try_reserve_exact(total).map_err(|_| {
                        Error::new(crate::python::error::Builtin::MemoryError, messages::NO_MEMORY)
                    })?;
                    if total == 0 {
                        return Ok(vectorized(out, shape));
                    }
                    let _claims = [$(Claim::new(&$argument.0, Use::Reads)?),*];
                    let strides = [$(spread(&$argument.0, &shape)),*];
                    let last = shape.len().checked_sub(1);
                    let length = last.map_or(1, |axis| shape[axis]);
                    let steps = [$(last.map_or(0, |axis| strides[$index][axis])),*];
                    $( let $argument = Walk { at: $argument.0.data().cast::<$P>().cast_const() }; )*
                    rows(&shape, &strides, |places| {
                        out.extend((0..length).map(|at| {
                            // SAFETY: elements of the arrays, aligned and of these types, which no other thread writes to while they are
                            // claimed.
                            unsafe { self($( $argument.at.offset((places[$index] + at * steps[$index]) as isize).read() ),*) }
                        }));
                    });
                    Ok(vectorized(out, shape))
                })
            }
        }
    };
}

for_each_arity!(functions, 1..=8);
