//! Passes the interpreter's version on as `Py_3_x` and `Py_GIL_DISABLED` cfgs.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
}
