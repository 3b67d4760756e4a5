use nb::prelude::*;

#[derive(Clone)]
struct Length(f64);

impl std::ops::Add for &Length {
    type Output = Length;
    fn add(self, other: &Length) -> Length {
        Length(self.0 + other.0)
    }
}

nb_module!(ui, m, {
    nb::class_<Length>(m, "Length").def(nb::self + nb::self, nb::rv_policy::reference_internal);
});

fn main() {}
