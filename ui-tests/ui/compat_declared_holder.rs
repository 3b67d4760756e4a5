use nb_compat::prelude::*;

pub struct Duck;

PYBIND11_DECLARE_HOLDER_TYPE!(T, SmartPtr<T>);

fn main() {}
