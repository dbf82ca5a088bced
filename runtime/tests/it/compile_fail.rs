//! Programs that must compile, and programs that must not, with the compiler's messages.

#[test]
fn mistakes_do_not_compile() {
    let cases = trybuild::TestCases::new();
    // With one that compiles, all are built to the end, and so literals are checked.
    cases.pass("tests/compile_pass/photo_app.rs");
    cases.compile_fail("tests/compile_fail/*.rs");
}
