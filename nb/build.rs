//! Passes the interpreter's version on as `Py_3_x` and `Py_GIL_DISABLED` cfgs, and the aim of the optimizer as `nb_small`. What nb cannot be
//! built for is refused here, in one sentence: in the library it would be one of some hundred errors about names that are missing.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    if let Some(refusal) = refusal(&pyo3_build_config::get().build_script_outputs()) {
        println!("cargo::error={refusal}");
    }
    // With `opt-level = "s"` or "z", what many bound functions have in common is worth a call.
    if std::env::var("OPT_LEVEL").is_ok_and(|level| level == "s" || level == "z") {
        println!("cargo::rustc-cfg=nb_small");
    }
}

/// Why nb cannot be built for the Python that these lines for Cargo describe, and what to do.
fn refusal(lines: &[String]) -> Option<&'static str> {
    let has = |cfg: &str| lines.iter().any(|line| line.strip_prefix("cargo:rustc-cfg=") == Some(cfg));
    if has("PyPy") || has("GraalPy") || has("RustPython") {
        return Some(
            "nb needs CPython: it has no support for PyPy, GraalPy or RustPython. PYO3_PYTHON chooses another interpreter; with \
             maturin, name the interpreters (`-i 3.13 3.14`) instead of `--find-interpreter`",
        );
    }
    if !has("Py_3_10") {
        return Some("nb needs Python 3.10 or newer. PYO3_PYTHON chooses another interpreter");
    }
    if has("Py_LIMITED_API") {
        return Some(
            "nb does not support the stable ABI (abi3) yet, and a dependency or feature has switched it on for all of the build. Remove the \
             `abi3` features of `pyo3` or `pyo3-ffi` (`cargo tree -e features -i pyo3-ffi` shows who asks for them), and build one wheel \
             for each version of Python",
        );
    }
    None
}
