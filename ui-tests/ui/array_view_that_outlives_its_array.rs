// row: nd-75
use nb::prelude::*;

fn first<'a>(a: nb::ndarray<(f32, nb::ndim<1>)>) -> impl Fn() -> f32 + 'a {
    let lent = a.view();
    let v = lent.view();
    move || v.at([0])
}

fn main() {}
