//! Passes the interpreter's version on as `Py_3_x` and `Py_GIL_DISABLED` cfgs, and the aim of the optimizer as `nb_small`.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    // With `opt-level = "s"` or "z", what many bound functions have in common is worth a call.
    if std::env::var("OPT_LEVEL").is_ok_and(|level| level == "s" || level == "z") {
        println!("cargo::rustc-cfg=nb_small");
    }
}
