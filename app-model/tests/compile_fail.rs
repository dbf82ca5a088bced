//! Wrong literals do not compile, and the message says why.

#[test]
fn wrong_literals_do_not_compile() {
    let cases = trybuild::TestCases::new();
    // A program that runs makes trybuild build the others as well, and not only check them.
    cases.pass("tests/compile_fail/right.rs");
    cases.compile_fail("tests/compile_fail/wrong_*.rs");
}
