use nb::prelude::*;

fn increment(values: &mut [i32]) -> usize {
    for v in values.iter_mut() {
        *v += 1;
    }
    values.len()
}

fn incremented(mut values: Vec<i32>) -> (usize, Vec<i32>) {
    let n = increment(&mut values);
    (n, values)
}

nb_module!(out_parameters, m, {
    m.def("increment", &incremented, "values"_a);
});
