use super::{keeps, refuses, rewrites};

#[test]
fn strings_side_by_side_are_one() {
    rewrites(r#"f("a" "b\n" r"\c");"#, r#"f("ab\n\\c");"#);
    rewrites(r#"f(b"a" b"\x00");"#, r#"f(b"a\0");"#);
    rewrites(r#"f(c"a" c"b");"#, r#"f(c"ab");"#);
    rewrites(r#"f("a" "b"_a = 1);"#, r#"f(nb::arg("ab").value(1));"#);
    rewrites("f(\"a\\\n   b\" \"\\u{e9}\");", "f(\"abé\");");
    // Other macros may mean something by it.
    keeps(r#"f!("a" "b"); f("a", "b");"#);
}

#[test]
fn strings_that_do_not_fit_together() {
    refuses(
        r#"f("a"_a "docs");"#,
        "nb: C++ joins strings that stand side by side, which would make this one part of the name",
    );
    refuses(r#"f("a" b"b");"#, "nb: strings that stand side by side are joined, but these are not of one kind");
}
