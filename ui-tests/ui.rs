//! Compiles every mistake in `ui/` and compares the compiler's words with the `.stderr` file beside it.
//!
//! After an intended change of a message, `TRYBUILD=overwrite cargo test -p ui-tests` writes the new
//! texts. `PYO3_PYTHON` reaches the compiler that trybuild starts, as any environment variable does.

use std::process::Command;

/// The compiler whose words the `.stderr` files hold. Others phrase or place them differently.
const PINNED_RUSTC: &str = "1.95.0";

#[test]
fn ui() {
    let version = rustc_version();
    if !version.starts_with(&format!("rustc {PINNED_RUSTC} ")) {
        println!("skipped: the expected texts are those of rustc {PINNED_RUSTC}, this is {version}");
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.pass("ui/pass/*.rs");
}

/// What `rustc --version` says, asked of the compiler that cargo uses.
fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(&rustc)
        .arg("--version")
        .output()
        .unwrap_or_else(|error| panic!("cannot run {}: {error}", rustc.display()));
    String::from_utf8_lossy(&output.stdout).trim().to_string()
}
