use nb::prelude::*;

fn clear(a: nb::ndarray<(f32, nb::ndim<1>)>) {
    let lent = a.view();
    let v = lent.view();
    std::thread::scope(|scope| {
        scope.spawn(|| v.set([0], 0.0));
    });
}

fn main() {}
