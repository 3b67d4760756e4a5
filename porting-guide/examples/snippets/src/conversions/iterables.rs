use nb::prelude::*;

fn mean(values: nb::iter_of<f64>) -> nb::Result<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value?;
        count += 1.0;
    }
    Ok(sum / count)
}

nb_module!(iterables, m, {
    m.def("mean", &mean, "values"_a);
});
