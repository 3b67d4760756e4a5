use nb_compat::prelude::*;

fn view() -> py::Result<py::reads<'static, f64, 1>> {
    let a = py::array_t::<f64>::new(3);
    a.unchecked::<1>()
}

fn shared(a: &py::array_t<f64>) -> py::Result<()> {
    let r = a.unchecked::<1>()?;
    std::thread::scope(|scope| {
        scope.spawn(|| r.at([0]));
    });
    Ok(())
}

fn written(a: &py::array_t<f64>) -> py::Result<()> {
    a.unchecked::<1>()?.set([0], 1.0);
    Ok(())
}

fn main() {}
