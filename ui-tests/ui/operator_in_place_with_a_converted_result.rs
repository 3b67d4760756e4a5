use nb::prelude::*;

#[derive(Clone)]
struct Count(i32);

impl std::ops::AddAssign<i32> for Count {
    fn add_assign(&mut self, by: i32) {
        self.0 += by;
    }
}

nb_module!(counts, m, {
    nb::class_<Count>(m, "Count").def_cast(nb::self += i32());
});

fn main() {}
