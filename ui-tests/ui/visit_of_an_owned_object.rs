// A `tp_traverse` must not take references, and what visits objects has no use for one.
// row: leak-18
use nb::prelude::*;

struct Wrapper {
    value: nb::stored,
}

// SAFETY: would show the one reference that a wrapper owns.
unsafe impl nb::Traverse for Wrapper {
    fn traverse(&self, visit: &mut nb::Visit<'_>) {
        visit.object((*self.value).clone());
        let shown: nb::object = visit.object(&self.value);
        drop(shown);
    }
}

nb_module!(wrong, m, {
    nb::class_<Wrapper>(m, "Wrapper");
});

fn main() {}
