use nb::prelude::*;

#[derive(Clone)]
pub struct Options {
    path: String,
    depth: u32,
    names: Option<Vec<String>>,
}
nb_dict!(Options { path: String, depth: u32 = 1, names: Option<Vec<String>> = None });

nb_module!(options, m, {
    // walk(arg: collections.abc.Mapping[str, object], /) -> dict[str, object]
    m.def("walk", |options: Options| Options { depth: options.depth + 1, ..options });
});
