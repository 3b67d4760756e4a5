// row: api-fann-22
use nb::prelude::*;

struct Swap;

impl nb::CallPolicy for Swap {
    const MIN_ARGS: usize = 2;
    fn precall(args: &mut [nb::object], _cleanup: &mut nb::cleanup_list) -> nb::Result<()> {
        args.swap(0, 1);
        Ok(())
    }
}

fn wait(_ms: u64) {}

nb_module!(waiting, m, {
    m.def("wait", &wait, nb::call_policy<Swap>());
});

fn main() {}
