use nb::prelude::*;
use std::thread;

type Matrix = nb::ndarray<(f64, nb::ndim<2>, nb::c_contig)>;
type ReadOnly = nb::ndarray<(nb::Const<f64>, nb::ndim<2>)>;

// Reading on several threads
fn row_sums(a: ReadOnly) -> nb::Result<Vec<f64>> {
    let lent = a.view_shared()?;
    let v = lent.view();
    Ok(thread::scope(|scope| {
        let row = |i| move || (0..v.shape(1)).map(|j| v.at([i, j])).sum();
        let rows: Vec<_> = (0..v.shape(0)).map(|i| scope.spawn(row(i))).collect();
        rows.into_iter().map(|row| row.join().expect("no panic")).collect()
    }))
}

// Writing on several threads, each to rows of its own
fn scale_rows(a: Matrix, by: f64) {
    let lent = a.view();
    // SAFETY: no row is touched by two threads.
    let v = unsafe { lent.assume_exclusive() };
    thread::scope(|scope| {
        for i in 0..v.shape(0) {
            scope.spawn(move || (0..v.shape(1)).for_each(|j| v.set([i, j], v.at([i, j]) * by)));
        }
    });
}

// A loop over cells, if the elements lie one after the other
fn negate(a: Matrix) {
    let v = a.view();
    if let Some(all) = v.cells() {
        all.iter().for_each(|x| x.set(-x.get()));
    }
}

nb_module!(views, m, {
    m.def("fill", |a: nb::ndarray<nb::device::cpu>| -> nb::Result<()> {
        if a.dtype() == nb::dtype<float>() && a.ndim() == 2 {
            let v = a.view<float, nb::ndim<2>>()?;
            for i in 0..v.shape(0) {
                for j in 0..v.shape(1) {
                    v[[i, j]].set((i * 10 + j) as f32);
                }
            }
        } else if let Ok(v) = a.view<int64_t, nb::ndim<1>>() {
            v.fill(7);
        } else {
            return Err(nb::type_error("neither a matrix nor a list of numbers"));
        }
        Ok(())
    });
    m.def("row_sums", &row_sums, nb::call_guard<nb::gil_scoped_release>());
    m.def("scale_rows", &scale_rows, nb::call_guard<nb::gil_scoped_release>());
    m.def("negate", &negate);
});
