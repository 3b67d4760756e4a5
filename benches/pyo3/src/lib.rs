//! The benchmark's module, written with PyO3.
//!
//! The classes are there twice: as PyO3's users write them first (borrow flags), and frozen (no flags, atomics for what
//! changes), which is what they are advised to do where it matters.

use numpy::PyUntypedArrayMethods;
use numpy::ndarray::ArrayView2;
use numpy::{IntoPyArray, PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2, PyReadwriteArray2};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyCFunction, PyDict, PyList, PyTuple};
use std::collections::HashMap;

#[pyfunction]
fn noargs() {}

#[pyfunction]
#[pyo3(signature = (a, b, /))]
fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

#[pyfunction]
#[pyo3(signature = (a, b = 1))]
fn named(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

#[pyfunction]
#[pyo3(signature = (a, b, c, d, e, f, /))]
fn mixed(a: u16, b: i32, c: u32, d: i64, e: u64, f: f32) -> f64 {
    f64::from(a) + f64::from(b) + f64::from(c) + d as f64 + e as f64 + f64::from(f)
}

#[pyfunction]
#[pyo3(signature = (s, /))]
fn text(s: String) -> String {
    s
}

#[pyfunction]
#[pyo3(signature = (values, /))]
fn floats(values: Vec<f64>) -> Vec<f64> {
    values
}

#[pyfunction]
#[pyo3(signature = (values, /))]
fn table(values: HashMap<String, i32>) -> i32 {
    values.values().sum()
}

#[pyfunction]
#[pyo3(signature = (value = None))]
fn maybe(value: Option<i32>) -> Option<i32> {
    value
}

/// PyO3 has no overloads; an enum whose variants are tried in order takes their place.
#[derive(FromPyObject)]
#[expect(dead_code, reason = "the fields are converted, which is what is measured, and not read")]
enum Either {
    Int(i32),
    Float(f64),
    Text(PyBackedStr),
}

#[pyfunction]
#[pyo3(signature = (value, /))]
fn over(value: Either) -> i32 {
    match value {
        Either::Int(_) => 1,
        Either::Float(_) => 2,
        Either::Text(_) => 3,
    }
}

#[pyfunction]
#[pyo3(signature = (f, x, /))]
fn callback<'py>(f: Bound<'py, PyAny>, x: i32) -> PyResult<Bound<'py, PyAny>> {
    f.call1((x,))
}

#[pyfunction]
fn fail() -> PyResult<()> {
    Err(PyValueError::new_err("this always fails"))
}

pyo3::create_exception!(bench_pyo3, OwnError, pyo3::exceptions::PyException);

struct Failure;

impl From<Failure> for PyErr {
    fn from(_: Failure) -> PyErr {
        OwnError::new_err("this always fails")
    }
}

#[pyfunction]
fn fail_own() -> Result<(), Failure> {
    Err(Failure)
}

/// What native code does with Python objects, a hundred times a call.
#[pyfunction]
#[pyo3(signature = (o, /))]
fn read_attr(o: Bound<'_, PyAny>) -> PyResult<i32> {
    let mut sum = 0_i32;
    for _ in 0..100 {
        sum = sum.wrapping_add(o.getattr(intern!(o.py(), "value"))?.extract()?);
    }
    Ok(sum)
}

#[pyfunction]
#[pyo3(signature = (o, /))]
fn write_attr(o: Bound<'_, PyAny>) -> PyResult<()> {
    for i in 0..100 {
        o.setattr(intern!(o.py(), "value"), i)?;
    }
    Ok(())
}

#[pyfunction]
#[pyo3(signature = (d, /))]
fn walk_dict(d: Bound<'_, PyDict>) -> PyResult<i32> {
    let mut sum = 0_i32;
    for (_key, value) in &d {
        sum = sum.wrapping_add(value.extract()?);
    }
    Ok(sum)
}

#[pyfunction]
#[pyo3(signature = (l, /))]
fn walk_list(l: Bound<'_, PyList>) -> PyResult<i32> {
    let mut sum = 0_i32;
    for value in &l {
        sum = sum.wrapping_add(value.extract()?);
    }
    Ok(sum)
}

#[pyfunction]
fn make_list(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let l = PyList::empty(py);
    for i in 0..100 {
        l.append(i)?;
    }
    Ok(l)
}

#[pyfunction]
fn make_tuple(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, 0..100)
}

#[pyfunction]
#[pyo3(signature = (f, /))]
fn call_keyword<'py>(f: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let named = PyDict::new(f.py());
    named.set_item(intern!(f.py(), "c"), 3)?;
    f.call((1, 2), Some(&named))
}

#[pyclass(eq, from_py_object)]
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Cat,
    Dog,
}

#[pyfunction]
#[pyo3(signature = (kind, /))]
fn other(kind: Kind) -> Kind {
    match kind {
        Kind::Cat => Kind::Dog,
        Kind::Dog => Kind::Cat,
    }
}

#[pyclass(subclass)]
struct Item {
    value: i32,
}

#[pymethods]
impl Item {
    #[new]
    #[pyo3(signature = (value, /))]
    fn new(value: i32) -> Item {
        Item { value }
    }

    fn get(&self) -> i32 {
        self.value
    }

    #[pyo3(signature = (by, /))]
    fn plus(&self, by: i32) -> i32 {
        self.value.wrapping_add(by)
    }

    #[staticmethod]
    #[pyo3(signature = (x, /))]
    fn twice(x: i32) -> i32 {
        x.wrapping_mul(2)
    }

    #[getter]
    fn value(&self) -> i32 {
        self.value
    }

    #[setter]
    fn set_value(&mut self, value: i32) {
        self.value = value;
    }

    fn __add__(&self, other: &Item) -> Item {
        Item::new(self.value.wrapping_add(other.value))
    }

    fn __eq__(&self, other: &Item) -> bool {
        self.value == other.value
    }

    fn __len__(&self) -> usize {
        self.value as usize
    }
}

#[pyfunction]
#[pyo3(signature = (item, /))]
fn take(item: &Item) -> i32 {
    item.value
}

#[pyfunction]
#[pyo3(signature = (a, b, /))]
fn both(a: &Item, b: &Item) -> i32 {
    a.value + b.value
}

#[pyfunction]
fn adder(py: Python<'_>, by: i32) -> PyResult<Bound<'_, PyCFunction>> {
    PyCFunction::new_closure(py, None, None, move |args: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
        let (x,): (i32,) = args.extract()?;
        Ok::<i32, PyErr>(x + by)
    })
}

#[pyfunction]
fn give() -> Item {
    Item::new(7)
}

#[pyclass]
struct Outer {
    item: Item,
}

#[pymethods]
impl Outer {
    #[new]
    fn new() -> Outer {
        Outer { item: Item::new(5) }
    }

    #[getter]
    fn item(this: Py<Outer>) -> Child {
        Child { owner: this }
    }

    fn child(this: Py<Outer>) -> Child {
        Child { owner: this }
    }
}

/// PyO3 has no references into another object: the child holds its owner and looks inside.
#[pyclass]
struct Child {
    owner: Py<Outer>,
}

#[pymethods]
impl Child {
    fn get(&self, py: Python<'_>) -> i32 {
        self.owner.borrow(py).item.value
    }

    #[getter]
    fn value(&self, py: Python<'_>) -> i32 {
        self.owner.borrow(py).item.value
    }

    #[setter]
    fn set_value(&self, py: Python<'_>, value: i32) {
        self.owner.borrow_mut(py).item.value = value;
    }
}

/// PyO3 binds no containers; this is what its users write.
#[pyclass]
struct Numbers {
    values: Vec<i32>,
}

#[pymethods]
impl Numbers {
    fn __len__(&self) -> usize {
        self.values.len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<i32> {
        let from_end = if index < 0 { self.values.len() } else { 0 };
        let found = from_end.checked_add_signed(index).and_then(|at| self.values.get(at));
        found.copied().ok_or_else(|| PyIndexError::new_err("the index is out of range"))
    }

    fn __setitem__(&mut self, index: isize, value: i32) -> PyResult<()> {
        let from_end = if index < 0 { self.values.len() } else { 0 };
        let found = from_end.checked_add_signed(index).and_then(|at| self.values.get_mut(at));
        *found.ok_or_else(|| PyIndexError::new_err("the index is out of range"))? = value;
        Ok(())
    }

    #[pyo3(signature = (value, /))]
    fn append(&mut self, value: i32) {
        self.values.push(value);
    }

    fn __iter__(this: Py<Numbers>) -> NumbersIter {
        NumbersIter { owner: this, at: 0 }
    }
}

#[pyclass]
struct NumbersIter {
    owner: Py<Numbers>,
    at: usize,
}

#[pymethods]
impl NumbersIter {
    fn __iter__(this: Py<NumbersIter>) -> Py<NumbersIter> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> Option<i32> {
        let value = self.owner.borrow(py).values.get(self.at).copied();
        self.at += 1;
        value
    }
}

#[pyfunction]
#[pyo3(signature = (count, /))]
fn numbers(count: i32) -> Numbers {
    Numbers { values: (0..count).collect() }
}

/// Makes its items anew when Python asks for them.
#[pyclass]
struct Items {
    values: Vec<i32>,
}

#[pymethods]
impl Items {
    fn __iter__(this: Py<Items>) -> ItemsIter {
        ItemsIter { owner: this, at: 0 }
    }
}

#[pyclass]
struct ItemsIter {
    owner: Py<Items>,
    at: usize,
}

#[pymethods]
impl ItemsIter {
    fn __iter__(this: Py<ItemsIter>) -> Py<ItemsIter> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> Option<Item> {
        let value = self.owner.borrow(py).values.get(self.at).copied();
        self.at += 1;
        value.map(|value| Item { value })
    }
}

#[pyfunction]
#[pyo3(signature = (count, /))]
fn items(count: i32) -> Items {
    Items { values: (0..count).collect() }
}

#[pyfunction]
#[pyo3(signature = (a, /))]
fn array_in(a: PyReadonlyArray1<'_, f64>) -> usize {
    a.len()
}

#[pyfunction]
fn array_out(py: Python<'_>) -> Bound<'_, PyArray1<f64>> {
    (0..16).map(f64::from).collect::<Vec<_>>().into_pyarray(py)
}

/// With what the `ndarray` crate has in place of loops over indices, here and below.
#[pyfunction]
#[pyo3(signature = (a, /))]
fn array_sum(a: PyReadonlyArray2<'_, f32>) -> f32 {
    let mut sum = 0.0;
    for row in a.as_array().rows() {
        for value in row {
            sum += value;
        }
    }
    sum
}

#[pyfunction]
#[pyo3(signature = (a, factor, /))]
fn array_scale(mut a: PyReadwriteArray2<'_, f32>, factor: f32) {
    let mut view = a.as_array_mut();
    view *= factor;
}

/// A class whose memory Python sees as an array.
#[pyclass]
struct Matrix {
    cells: [[f32; 4]; 4],
}

#[pymethods]
impl Matrix {
    #[new]
    fn new() -> Matrix {
        Matrix { cells: [[0.0; 4]; 4] }
    }

    fn view<'py>(this: Bound<'py, Matrix>) -> Bound<'py, PyArray2<f32>> {
        let matrix = this.borrow();
        let cells = ArrayView2::from(&matrix.cells);
        // SAFETY: The cells are part of the object, which does not move and which the array keeps alive.
        unsafe { PyArray2::borrow_from_array(&cells, this.into_any()) }
    }
}

/// The frozen classes.
mod frozen {
    use pyo3::exceptions::PyIndexError;
    use pyo3::prelude::*;
    use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};

    #[pyclass(subclass, frozen)]
    pub struct Item {
        value: AtomicI32,
    }

    impl Item {
        fn read(&self) -> i32 {
            self.value.load(Relaxed)
        }
    }

    #[pymethods]
    impl Item {
        #[new]
        #[pyo3(signature = (value, /))]
        fn new(value: i32) -> Item {
            Item { value: AtomicI32::new(value) }
        }

        fn get(&self) -> i32 {
            self.read()
        }

        #[pyo3(signature = (by, /))]
        fn plus(&self, by: i32) -> i32 {
            self.read().wrapping_add(by)
        }

        #[staticmethod]
        #[pyo3(signature = (x, /))]
        fn twice(x: i32) -> i32 {
            x.wrapping_mul(2)
        }

        #[getter]
        fn value(&self) -> i32 {
            self.read()
        }

        #[setter]
        fn set_value(&self, value: i32) {
            self.value.store(value, Relaxed);
        }

        fn __add__(&self, other: &Item) -> Item {
            Item::new(self.read().wrapping_add(other.read()))
        }

        fn __eq__(&self, other: &Item) -> bool {
            self.read() == other.read()
        }

        fn __len__(&self) -> usize {
            self.read() as usize
        }
    }

    #[pyfunction]
    #[pyo3(signature = (item, /))]
    pub fn take(item: &Item) -> i32 {
        item.read()
    }

    #[pyfunction]
    #[pyo3(signature = (a, b, /))]
    pub fn both(a: &Item, b: &Item) -> i32 {
        a.read() + b.read()
    }

    #[pyfunction]
    pub fn give() -> Item {
        Item::new(7)
    }

    #[pyclass(frozen)]
    pub struct Outer {
        item: Item,
    }

    #[pymethods]
    impl Outer {
        #[new]
        fn new() -> Outer {
            Outer { item: Item::new(5) }
        }

        #[getter]
        fn item(this: Py<Outer>) -> Child {
            Child { owner: this }
        }

        fn child(this: Py<Outer>) -> Child {
            Child { owner: this }
        }
    }

    #[pyclass(frozen)]
    pub struct Child {
        owner: Py<Outer>,
    }

    #[pymethods]
    impl Child {
        fn get(&self) -> i32 {
            self.owner.get().item.read()
        }

        #[getter]
        fn value(&self) -> i32 {
            self.owner.get().item.read()
        }

        #[setter]
        fn set_value(&self, value: i32) {
            self.owner.get().item.value.store(value, Relaxed);
        }
    }

    #[pyclass(frozen)]
    pub struct Numbers {
        values: Vec<i32>,
    }

    #[pymethods]
    impl Numbers {
        fn __len__(&self) -> usize {
            self.values.len()
        }

        fn __getitem__(&self, index: isize) -> PyResult<i32> {
            let from_end = if index < 0 { self.values.len() } else { 0 };
            let found = from_end.checked_add_signed(index).and_then(|at| self.values.get(at));
            found.copied().ok_or_else(|| PyIndexError::new_err("the index is out of range"))
        }

        fn __iter__(this: Py<Numbers>) -> NumbersIter {
            NumbersIter { owner: this, at: AtomicUsize::new(0) }
        }
    }

    #[pyclass(frozen)]
    pub struct NumbersIter {
        owner: Py<Numbers>,
        at: AtomicUsize,
    }

    #[pymethods]
    impl NumbersIter {
        fn __iter__(this: Py<NumbersIter>) -> Py<NumbersIter> {
            this
        }

        fn __next__(&self) -> Option<i32> {
            let at = self.at.fetch_add(1, Relaxed);
            self.owner.get().values.get(at).copied()
        }
    }

    #[pyfunction]
    #[pyo3(signature = (count, /))]
    pub fn numbers(count: i32) -> Numbers {
        Numbers { values: (0..count).collect() }
    }
}

#[pymodule]
fn bench_pyo3(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(noargs, m)?)?;
    m.add_function(wrap_pyfunction!(add, m)?)?;
    m.add_function(wrap_pyfunction!(named, m)?)?;
    m.add_function(wrap_pyfunction!(mixed, m)?)?;
    m.add_function(wrap_pyfunction!(text, m)?)?;
    m.add_function(wrap_pyfunction!(floats, m)?)?;
    m.add_function(wrap_pyfunction!(table, m)?)?;
    m.add_function(wrap_pyfunction!(maybe, m)?)?;
    m.add_function(wrap_pyfunction!(over, m)?)?;
    m.add_function(wrap_pyfunction!(callback, m)?)?;
    m.add_function(wrap_pyfunction!(fail, m)?)?;
    m.add("OwnError", m.py().get_type::<OwnError>())?;
    m.add_function(wrap_pyfunction!(fail_own, m)?)?;
    m.add_function(wrap_pyfunction!(read_attr, m)?)?;
    m.add_function(wrap_pyfunction!(write_attr, m)?)?;
    m.add_function(wrap_pyfunction!(walk_dict, m)?)?;
    m.add_function(wrap_pyfunction!(walk_list, m)?)?;
    m.add_function(wrap_pyfunction!(make_list, m)?)?;
    m.add_function(wrap_pyfunction!(make_tuple, m)?)?;
    m.add_function(wrap_pyfunction!(call_keyword, m)?)?;
    m.add_function(wrap_pyfunction!(take, m)?)?;
    m.add_function(wrap_pyfunction!(both, m)?)?;
    m.add_function(wrap_pyfunction!(adder, m)?)?;
    m.add_function(wrap_pyfunction!(give, m)?)?;
    m.add_function(wrap_pyfunction!(other, m)?)?;
    m.add_class::<Kind>()?;
    m.add_class::<Item>()?;
    m.add_class::<Outer>()?;
    m.add_class::<Child>()?;
    m.add_class::<Numbers>()?;
    m.add_function(wrap_pyfunction!(numbers, m)?)?;
    m.add_class::<Items>()?;
    m.add_function(wrap_pyfunction!(items, m)?)?;
    m.add_function(wrap_pyfunction!(array_in, m)?)?;
    m.add_function(wrap_pyfunction!(array_out, m)?)?;
    m.add_function(wrap_pyfunction!(array_sum, m)?)?;
    m.add_function(wrap_pyfunction!(array_scale, m)?)?;
    m.add_class::<Matrix>()?;

    let frozen = PyModule::new(m.py(), "frozen")?;
    frozen.add_function(wrap_pyfunction!(frozen::take, &frozen)?)?;
    frozen.add_function(wrap_pyfunction!(frozen::both, &frozen)?)?;
    frozen.add_function(wrap_pyfunction!(frozen::give, &frozen)?)?;
    frozen.add_class::<frozen::Item>()?;
    frozen.add_class::<frozen::Outer>()?;
    frozen.add_class::<frozen::Child>()?;
    frozen.add_class::<frozen::Numbers>()?;
    frozen.add_function(wrap_pyfunction!(frozen::numbers, &frozen)?)?;
    m.add_submodule(&frozen)
}
