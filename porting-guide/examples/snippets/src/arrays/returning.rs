use nb::prelude::*;
use std::sync::{Arc, LazyLock};

type Square = nb::ndarray<(nb::numpy, f64, nb::ndim<2>)>;
type Column = nb::ndarray<(nb::numpy, f64, nb::ndim<1>)>;

static PRIMES: LazyLock<Arc<[u32]>> = LazyLock::new(|| [2, 3, 5, 7, 11].into());

// The vector moves to Python
fn identity(n: usize) -> nb::Result<Square> {
    let elements = (0..n * n).map(|i| if i % (n + 1) == 0 { 1.0 } else { 0.0 }).collect();
    Square::from_vec(elements, [n, n])
}

// Native code goes on using the memory, so that Python must not write to it
fn primes() -> nb::Result<nb::ndarray<(nb::numpy, nb::Const<u32>, nb::ndim<1>)>> {
    nb::ndarray::from_arc(PRIMES.clone(), [PRIMES.len()])
}

// Memory that C allocated, or a GPU: one owner, two arrays
fn halves(n: usize) -> nb::Result<(Column, Column)> {
    let mut numbers: Box<[f64]> = (0..2 * n).map(|i| i as f64).collect();
    let data = numbers.as_mut_ptr();
    let owner = nb::capsule::new(numbers);
    // SAFETY: the capsule owns 2 n numbers, of which the arrays have every second one; nobody else has a reference to them.
    unsafe {
        let even = nb::ndarray::builder(data).shape([n]).strides([2]).owner(&owner).build()?;
        let odd = nb::ndarray::builder(data.wrapping_add(1)).shape([n]).strides([2]).owner(&owner).build()?;
        Ok((even, odd))
    }
}

nb_module!(returning, m, {
    m.def("identity", &identity, "n"_a);
    m.def("primes", &primes);
    m.def("halves", &halves, "n"_a);

    // A local array, copied while it is there
    m.def("corners", || -> nb::Result<nb::object> {
        let local = [1.0f32, 2.0, 3.0, 4.0];
        let array = nb::ndarray_ref<nb::numpy, float, nb::shape<2, 2>>::from_slice(&local, [])?;
        nb::cast(array)
    });
    // The Python object, made at once, with the signature of the array
    m.def("count", |n: i64| -> nb::Result<nb::ndarray_object<nb::numpy, int64_t, nb::ndim<1>>> {
        let array = nb::ndarray<nb::numpy, int64_t, nb::ndim<1>>::from_vec((0..n).collect(), [n as usize])?;
        array.cast()
    }, "n"_a);
    // The same object, or a copy
    m.def("same", |a: nb::ndarray<nb::ro>| a);
    m.def("copied", |a: nb::ndarray<nb::numpy, nb::ro>| a, nb::rv_policy::copy);
});
